"""The versions of each rulebook as a Markdown page: when each applies, and what changed since the one before."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from assets.records.rulebooks.diff import match_clauses
from assets.records.rulebooks.moments import version_day
from assets.text.folding import fold_title

__all__ = ["versions_page"]

#: Rulebooks and changed clauses that a page shows.
_BOOKS, _SHOWN = 20, 12
Row = Mapping[str, Any]
_MARKS = {"added": "+", "removed": "−", "changed": "~", "renumbered": "→", "renumbered_changed": "→~"}


def versions_page(books: Iterable[Row], clauses_of: Callable[[str], Sequence[Row]]) -> str:
    """Return a table with a row a version, for rulebooks that have several; empty where none has.

    Args:
        books: Rows of RULEBOOKS.
        clauses_of: Clauses of a document, in reading order; called for rulebooks with several versions.
    """
    families: dict[str, list[Row]] = defaultdict(list)
    for book in books:
        families[fold_title(book["document"])].append(book)
    several = sorted((name, sorted(rows, key=_moment)) for name, rows in families.items() if len(rows) > 1)
    if not several:
        return ""
    lines = ["| rulebook | version | applies from | + | − | ~ | → | clauses |", "|---|---|---|---:|---:|---:|---:|---|"]
    for _, rows in several[:_BOOKS]:
        lines.append(_line(rows[0], [], ""))
        for before, after in pairwise(rows):
            found = match_clauses(clauses_of(before["doc_id"]), clauses_of(after["doc_id"]))
            changed = [one for one in found if one.change != "unchanged"]
            said = [_MARKS[one.change] + str((one.new or one.old or {})["article"] or "…") for one in changed]
            more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
            lines.append(_line(after, [one.change for one in changed], "、".join(said[:_SHOWN]) + more))
    if len(several) > _BOOKS:
        lines.append(f"| {len(several) - _BOOKS} more rulebooks | | | | | | | |")
    return "\n".join(lines)


def _line(book: Row, changes: Sequence[str], said: str) -> str:
    count = Counter(changes)
    numbers = (
        [count["added"], count["removed"], count["changed"] + count["renumbered_changed"], count["renumbered"]]
        if said or changes
        else [""] * 4
    )
    cells = [book["document"], book["version"] or "—", book["effective_date"] or "not said", *numbers, said]
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _moment(book: Row) -> tuple[str, str]:
    day = version_day(book["version"] or "") or book["adopted_date"] or book["effective_date"] or ""
    return day, book["doc_id"]
