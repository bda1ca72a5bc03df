"""What changed between two versions of one rulebook, as the look-up answers it."""

from typing import Any

from assets.records.rulebooks.diff import CHANGES, diff_words, match_clauses
from assets.records.rulebooks.shapes import as_clause, as_title
from assets.records.rulebooks.titles import Titles

__all__ = ["compare_versions"]


def compare_versions(titles: Titles, document: str, old: str, new: str) -> dict[str, Any]:
    """Compare two versions of one title, clause by clause.

    Args:
        titles: Titles and clauses.
        document: Title, without its version.
        old: The earlier version: its suffix, day or year of adoption, or the day from which it applies.
        new: The later one, named likewise.

    Returns:
        `clauses`: the clauses that differ, as `clauses` lists them, in the order of the newer version (a removed one
        where it stood), each with `change` (added, removed, changed, renumbered, renumbered_changed), `old` (the clause
        before; null for added), `similarity` (of the words, 0 to 1; null where only one version has it) and `words`
        (pieces {op: equal, removed or added, text}); `diff`: document, both versions and how many clauses of each
        change.

    Raises:
        UsageError: no rulebook has that title in one of the versions, or several have; those there are, are named.
    """
    before, after = (titles.version(document, version) for version in (old, new))
    found = match_clauses(titles.clauses(before), titles.clauses(after))
    rows = []
    for one in found:
        if one.change == "unchanged":
            continue
        row = as_clause(after, one.new) if one.new is not None else as_clause(before, one.old or {})
        was = None if one.old is None else one.old["text"]
        now = None if one.new is None else one.new["text"]
        rows.append(
            {
                **row,
                "change": one.change,
                "old": None if one.old is None else as_clause(before, one.old),
                "old_text": was,
                "similarity": one.similarity if was is not None and now is not None else None,
                "words": [{"op": op, "text": text} for op, text in diff_words(was or "", now or "")],
            }
        )
    counts = {name: sum(one.change == name for one in found) for name in CHANGES}
    return {
        "clauses": rows,
        "diff": {"document": after.name, "old": as_title(before), "new": as_title(after), "summary": counts},
    }
