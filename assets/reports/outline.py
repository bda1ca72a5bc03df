"""Outlines of reports, read from `outlines/*.toml`: which parts stand in which section, and how many sentences at most.

What does not belong here: filling the parts (material.py).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from resources.errors import UsageError

__all__ = ["KINDS", "Outline", "Section", "load_outline"]

KINDS = ("extreme_move", "risk_event", "daily")


@dataclass(frozen=True)
class Section:
    """One section: its parts in order of preference; `repeats` may say again what another section says."""

    heading: str
    parts: tuple[str, ...]
    limit: int
    each: str | None
    repeats: bool
    empty: str | None


@dataclass(frozen=True)
class Outline:
    """The plan of one kind of report; without the part that it `needs` a report is incomplete."""

    kind: str
    title: str
    needs: str
    products: int
    sections: tuple[Section, ...]


@cache
def load_outline(kind: str) -> Outline:
    """Read the outline of a kind of report.

    Raises:
        UsageError: there is no such kind.
    """
    if kind not in KINDS:
        raise UsageError(f"There is no report kind {kind}; the kinds are {', '.join(KINDS)}.")
    raw = tomllib.loads(files("assets.reports.outlines").joinpath(f"{kind}.toml").read_text(encoding="utf-8"))
    sections = tuple(
        Section(
            heading=part["heading"],
            parts=tuple(part["parts"]),
            limit=part["limit"],
            each=part.get("each"),
            repeats=part.get("repeats", False),
            empty=part.get("empty"),
        )
        for part in raw["sections"]
    )
    return Outline(raw["kind"], raw["title"], raw["needs"], raw.get("products", 0), sections)
