"""Units: what a level groups. One unit is one distinct text; identical texts and repeats share it.

Repeats (slices of documents that have `duplicate_of`) are leaves beside their original and lend no weight: they neither
form units of their own nor add words or vectors, unless nothing of their family's original stands in the frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assets.tags.levels.features import Array, blend
from assets.tags.profiles import Profile
from resources.protocols import Clearance

__all__ = ["Leaf", "Unit", "Units", "exclude_slices", "gather_units"]

#: Reasons under which slices are counted as left out.
IRRELEVANT = "irrelevant"
TITLE_RULE = "title_rule"
INJECTION = "injection"
#: Text that speaks to a model instead of a reader; it says nothing about the market and gets no tag.
_COMMANDS = re.compile(
    r"(?:忽略|无视|忘记|不要理会).{0,12}(?:指令|要求|规则|提示|设定)|(?:你现在是|请你?扮演|从现在起你).{0,20}"
    r"|(?:原样|逐字|照抄)输出|系统提示词|(?i:ignore (?:all |any |the )?(?:previous|prior|above)|system prompt|you are now)"
)
COLUMNS = ("slice_id", "doc_id", "sha256", "text", "heading", "title", "duplicate_of", "relevance", "ordinal")


@dataclass(frozen=True)
class Leaf:
    """One slice: a row of the input."""

    slice_id: str
    doc_id: str
    text: str


@dataclass(frozen=True)
class Unit:
    """One distinct text with all the slices that say it, evidence first."""

    text: str
    heading: str
    title: str
    is_lead: bool
    leaves: tuple[Leaf, ...]
    clearance: Clearance = "internal"


@dataclass
class Units:
    """All units of a tree with their vectors (n × d float32, rows as `items`)."""

    items: list[Unit]
    vectors: Array
    _features: Array | None = None

    def __len__(self) -> int:
        return len(self.items)

    def features(self) -> Array:
        """Return what large sets are grouped by (see `features.py`), computed once."""
        if self._features is None:
            self._features = blend(self.vectors, [unit.text for unit in self.items])
        return self._features


def gather_units(rows: list[dict[str, Any]], vectors: Array) -> tuple[list[Unit], Array, list[list[int]]]:
    """Join identical texts and repeats into units.

    Args:
        rows: Slices sorted by slice_id.
        vectors: n × d, aligned with `rows`.

    Returns:
        The units in order of their first evidence slice, their vectors, and the rows of each (evidence first).
    """
    family = {row["doc_id"]: row["duplicate_of"] or row["doc_id"] for row in rows}
    present = set(family)
    head: dict[str, str] = {}
    for doc in sorted(present):
        root = family[doc]
        head.setdefault(root, root if root in present else doc)
    by_text: dict[str, int] = {}
    held: list[list[int]] = []
    of_document: dict[str, list[int]] = {}
    later: list[int] = []
    for index, row in enumerate(rows):
        if head[family[row["doc_id"]]] != row["doc_id"]:
            later.append(index)
            continue
        unit = by_text.setdefault(row["sha256"], len(held))
        if unit == len(held):
            held.append([])
        held[unit].append(index)
        of_document.setdefault(row["doc_id"], []).append(unit)
    for index in later:
        row = rows[index]
        found = by_text.get(row["sha256"])
        if found is None:
            near = of_document[head[family[row["doc_id"]]]]
            closeness = [round(float(vectors[index] @ vectors[held[unit][0]]), 6) for unit in near]
            found = near[closeness.index(max(closeness))]
        held[found].append(index)
    first = [members[0] for members in held]
    return [_unit(rows, members) for members in held], vectors[first] if first else vectors[:0], held


def exclude_slices(
    profile: Profile, rows: list[dict[str, Any]], held: list[list[int]]
) -> tuple[list[int], dict[str, int]]:
    """Return the units that the profile keeps, and how many slices were left out for which reason.

    A unit follows its best evidence: a repeat stays or goes with its original.
    """
    drop = [re.compile(pattern) for pattern in profile.title_drop]
    kept: list[int] = []
    excluded: dict[str, int] = {}
    for unit, members in enumerate(held):
        title = rows[members[0]]["title"] or ""
        if any(pattern.search(title) for pattern in drop):
            reason = TITLE_RULE
        elif _COMMANDS.search(rows[members[0]]["text"]):
            reason = INJECTION
        elif max(round(float(rows[i]["relevance"]), 6) for i in members) < profile.relevance_min:
            reason = IRRELEVANT
        else:
            kept.append(unit)
            continue
        excluded[reason] = excluded.get(reason, 0) + len(members)
    return kept, dict(sorted(excluded.items()))


def _unit(rows: list[dict[str, Any]], members: list[int]) -> Unit:
    first = rows[members[0]]
    return Unit(
        text=first["text"],
        heading=first["heading"] or "",
        title=first["title"] or "",
        is_lead=not first["ordinal"],
        leaves=tuple(Leaf(rows[i]["slice_id"], rows[i]["doc_id"], rows[i]["text"]) for i in members),
        clearance=first.get("clearance") or "internal",
    )
