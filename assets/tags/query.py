"""Read published tag trees: what `leafroot tags` and the page show.

Reads through the `Reader` protocol alone and imports no frame library; growing trees lives in `grow.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.text.spans import cite
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["page_of", "tree", "tree_row"]

#: How many days a refusal names.
NEAREST = 3
#: Other days that a page brings along, and leaves of all its days together.
BESIDE_DAYS, BESIDE_LEAVES = 30, 8_000
SLICE_COLUMNS = ("slice_id", "doc_id", "start", "end")
SOURCE_COLUMNS = ("doc_id", "title", "path", "row", "text")


def tree(reader: Reader, profile: str, *, date: str | None = None, subject: str | None = None) -> dict[str, Any]:
    """Return one published tree as the contract's `tags` JSON.

    Args:
        reader: Published rows.
        profile: Name of a profile.
        date: Publish day, `YYYY-MM-DD`; None for the newest there is. A tree over all days has none.
        subject: Refused where the profile has another one.

    Raises:
        UsageError: No tree of that profile, on that day or about that subject is published; the sentence names what is.
    """
    row, days = tree_row(reader, profile, date)
    if subject is not None and subject != (row["subject"] or ""):
        stated = f"the subject {row['subject']}" if row["subject"] else "no subject: every document is in it"
        raise UsageError(
            f"The profile {profile} has {stated}, not {subject}; leave --subject out, or add a profile to the configuration."
        )
    return _printed(reader, row, days)


def _printed(
    reader: Reader, row: Mapping[str, Any], days: Sequence[str], *, with_leaves: bool = True
) -> dict[str, Any]:
    """The contract's `tags` JSON of a TAG_TREES row."""
    return {
        "profile": row["profile"],
        "subject": row["subject"],
        "date": row["day"],
        "dates": list(days),
        "engine": row["engine"],
        "roots": _roots(reader, row["tree_id"], with_leaves=with_leaves),
        "stats": row["stats"],
    }


def page_of(reader: Reader, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page of a tree shows beside it: `others`, `counts` and `texts` (arguments of `export.to_html`).

    Args:
        reader: Published rows.
        shown: A tree as `tree` returns it. The days nearest to its own come with it, as long as their leaves together stay
            below a limit, and then a few more with their tags alone.
    """
    from assets.tags.compare import counts_by_day

    profile, date = shown["profile"], shown["date"]
    others: list[dict[str, Any]] = []
    left = BESIDE_LEAVES - shown["stats"]["slices"]
    near = sorted((day for day in shown["dates"] if day != date), key=lambda day: (_distance(day, date), day))
    for day in near[:BESIDE_DAYS]:
        row, _ = tree_row(reader, profile, day)
        left -= row["stats"]["slices"]
        others.append(_printed(reader, row, shown["dates"], with_leaves=left >= 0))
    trees = [shown, *others]
    wanted = sorted({leaf["citation"]["doc_id"] for one in trees for leaf in _leaves(one["roots"])})
    found = reader.rows("sources", where={"doc_id": wanted}, columns=["doc_id", "text"]) if wanted else []
    return {
        "others": others,
        "counts": counts_by_day(reader, profile),
        "texts": {row["doc_id"]: row["text"] for row in found},
    }


def _leaves(tags: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for tag in tags:
        yield from tag["leaves"]
        yield from _leaves(tag["children"])


def tree_row(reader: Reader, profile: str, date: str | None) -> tuple[Mapping[str, Any], list[str]]:
    """Return the TAG_TREES row of a profile on a day (None: the newest), and all days that it has trees on.

    Raises:
        UsageError: No tree of that profile or on that day is published; the sentence names what is.
    """
    known = reader.rows("tag_trees", columns=["tree_id", "profile", "subject", "day", "engine", "stats"])
    mine = [row for row in known if row["profile"] == profile]
    if not mine:
        names = ", ".join(sorted({row["profile"] for row in known})) or "none yet (leafroot run grows them)"
        raise UsageError(f"No tree of the profile {profile} is published; known profiles: {names}.")
    days = sorted(row["day"] for row in mine if row["day"] is not None)
    return _choose(mine, days, profile, date), days


def _choose(mine: Sequence[Mapping[str, Any]], days: list[str], profile: str, date: str | None) -> Mapping[str, Any]:
    """The tree of a day: the newest where none is asked for, the one over all days where there are no days."""
    by_day = {row["day"]: row for row in mine}
    if None in by_day:
        if date is not None:
            raise UsageError(f"The profile {profile} has one tree over all days; leave the date out.")
        return by_day[None]
    if date is None:
        return by_day[days[-1]]
    if date not in by_day:
        near = sorted(sorted(days, key=lambda day: (_distance(day, date), day))[:NEAREST])
        raise UsageError(f"The profile {profile} has no tree on {date}; nearest days: {', '.join(near)}.")
    return by_day[date]


def _distance(day: str, date: str) -> int:
    """Days between two dates; a text that is no date is far from all."""
    from datetime import date as calendar

    try:
        return abs((calendar.fromisoformat(day) - calendar.fromisoformat(date)).days)
    except ValueError as problem:
        raise UsageError(f"{date} is no day; write it as YYYY-MM-DD.") from problem


def _roots(reader: Reader, tree_id: str, *, with_leaves: bool) -> list[dict[str, Any]]:
    nodes = reader.rows("tag_nodes", where={"tree_id": tree_id}, order_by=["level", "ordinal", "tag_id"])
    order = ["tag_id", "ordinal", "slice_id"]
    leaves = reader.rows("tag_leaves", where={"tree_id": tree_id}, order_by=order) if with_leaves else []
    printed = _printed_leaves(reader, leaves)
    by_id: dict[str, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    for node in nodes:
        entry = {
            "tag_id": node["tag_id"],
            "label": node["label"],
            "level": node["level"],
            "summary": node["summary"],
            "n_leaves": node["n_leaves"],
            "children": [],
            "leaves": printed.get(node["tag_id"], []),
        }
        by_id[node["tag_id"]] = entry
        above = roots if node["parent_id"] is None else by_id[node["parent_id"]]["children"]
        above.append(entry)
    return roots


def _printed_leaves(reader: Reader, leaves: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Leaves by tag, each with its citation re-read from the stored text."""
    if not leaves:
        return {}
    slices = {
        row["slice_id"]: row
        for row in reader.rows(
            "slices", where={"slice_id": [leaf["slice_id"] for leaf in leaves]}, columns=SLICE_COLUMNS
        )
    }
    documents = {
        row["doc_id"]: row
        for row in reader.rows(
            "sources", where={"doc_id": sorted({leaf["doc_id"] for leaf in leaves})}, columns=SOURCE_COLUMNS
        )
    }
    printed: dict[str, list[dict[str, Any]]] = {}
    for leaf in leaves:
        cut, document = slices.get(leaf["slice_id"]), documents.get(leaf["doc_id"])
        if cut is None or document is None:
            continue
        entry = {
            "slice_id": leaf["slice_id"],
            "citation": cite(document, document["text"], cut["start"], cut["end"]),
            "summary": leaf["summary"],
            "tags": leaf["tags"],
        }
        printed.setdefault(leaf["tag_id"], []).append(entry)
    return printed
