"""Read published tag trees: what `leafroot tags` and the page show.

Reads through the `Reader` protocol alone and imports no frame library; growing trees lives in `grow.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.text.spans import cite
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["tree"]

#: How many days a refusal names.
NEAREST = 3
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
    known = reader.rows("tag_trees", columns=["tree_id", "profile", "subject", "day", "engine", "stats"])
    mine = [row for row in known if row["profile"] == profile]
    if not mine:
        names = ", ".join(sorted({row["profile"] for row in known})) or "none yet (leafroot run grows them)"
        raise UsageError(f"No tree of the profile {profile} is published; known profiles: {names}.")
    days = sorted(row["day"] for row in mine if row["day"] is not None)
    row = _choose(mine, days, profile, date)
    if subject is not None and subject != (row["subject"] or ""):
        stated = f"the subject {row['subject']}" if row["subject"] else "no subject: every document is in it"
        raise UsageError(
            f"The profile {profile} has {stated}, not {subject}; leave --subject out, or add a profile to the configuration."
        )
    return {
        "profile": profile,
        "subject": row["subject"],
        "date": row["day"],
        "dates": days,
        "engine": row["engine"],
        "roots": _roots(reader, row["tree_id"]),
        "stats": row["stats"],
    }


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


def _roots(reader: Reader, tree_id: str) -> list[dict[str, Any]]:
    nodes = reader.rows("tag_nodes", where={"tree_id": tree_id}, order_by=["level", "ordinal", "tag_id"])
    leaves = reader.rows("tag_leaves", where={"tree_id": tree_id}, order_by=["tag_id", "ordinal", "slice_id"])
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
