"""Outlines of reports, read from `outlines/*.toml` and from the home's own: which parts stand in which section, how many sentences.

What does not belong here: filling the parts (material.py).
"""

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from assets.reports.phrases import Sentence
from resources.errors import UsageError

__all__ = ["FOLDER", "KINDS", "PARTS", "Filled", "Outline", "Section", "known_kinds", "load_outline"]

KINDS = ("extreme_move", "risk_event", "daily")
#: Folder in the home that holds outlines of the house: `<kind>.toml`.
FOLDER = "outlines"
#: Parts that a section may name (material.py).
PARTS = (
    "market", "denied", "rumour", "conflict", "price", "fact", "cause", "effect", "measure", "response", "change", "outlook", "notice",
)  # fmt: skip
#: Slots that a title and a heading may have.
SLOTS = {"title": ("day", "name", "move"), "heading": ("day", "name")}
NEEDS = ("market", "documents")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LIMIT = 60


@dataclass(frozen=True)
class Section:
    """One section: its parts in order of preference.

    `repeats`: it may say again what another section says; `abstract`: it sums the others up; `opens_with`: a note for the reader.
    """

    heading: str
    parts: tuple[str, ...]
    limit: int
    each: str | None = None
    repeats: bool = False
    abstract: bool = False
    empty: str | None = None
    opens_with: str | None = None


@dataclass(frozen=True)
class Outline:
    """The plan of one kind of report; without the part that it `needs` a report is incomplete."""

    kind: str
    title: str
    needs: str
    products: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Filled:
    """A section of a report in the making: heading, note for the reader, sentences, and the plan that it fills."""

    heading: str
    note: str | None
    sentences: list[Sentence] = field(default_factory=list)
    plan: Section = field(default_factory=lambda: Section("", (), 0))


def known_kinds(folder: Path | None = None) -> tuple[str, ...]:
    """Return the kinds of reports: ours, then those that a home's folder of outlines adds, sorted."""
    own = sorted(path.stem for path in folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    return (*KINDS, *(kind for kind in own if kind not in KINDS and _KIND.fullmatch(kind)))


def load_outline(kind: str, folder: Path | None = None) -> Outline:
    """Read the outline of a kind of report; one in the home's folder stands for ours of the same name.

    Raises:
        UsageError: there is no such kind, or its file is no outline; the sentence names file, place and remedy.
    """
    if kind not in known_kinds(folder):
        raise UsageError(f"There is no report kind {kind}; the kinds are {', '.join(known_kinds(folder))}.")
    own = folder / f"{kind}.toml" if folder is not None else None
    if own is None or not own.is_file():
        return _shipped(kind)
    try:
        return _read(tomllib.loads(own.read_text(encoding="utf-8-sig")), kind, f"{FOLDER}/{own.name}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{FOLDER}/{own.name} is no TOML file ({error}); mend it, or take one of ours as a model."
        ) from None


@cache
def _shipped(kind: str) -> Outline:
    text = files("assets.reports.outlines").joinpath(f"{kind}.toml").read_text(encoding="utf-8")
    return _read(tomllib.loads(text), kind, f"{kind}.toml")


def _read(raw: Mapping[str, Any], kind: str, name: str) -> Outline:
    parts = raw.get("sections")
    if not isinstance(parts, list) or not parts:
        raise UsageError(f"{name}: an outline has at least one [[sections]] with heading, parts and limit.")
    title = _text(raw, "title", name, "title")
    needs = raw.get("needs", "documents")
    if needs not in NEEDS:
        raise UsageError(f"{name}: needs = {needs!r} is neither of {', '.join(NEEDS)}.")
    return Outline(kind, title, needs, int(raw.get("products", 12)), tuple(_section(part, name) for part in parts))


def _section(raw: Mapping[str, Any], name: str) -> Section:
    heading = _text(raw, "heading", name, "heading")
    parts = raw.get("parts")
    unknown = [part for part in parts if part not in PARTS] if isinstance(parts, list) else ["(none)"]
    if unknown or not parts:
        raise UsageError(
            f"{name}, section {heading}: there is no part {unknown[0] if unknown else '(none)'}; the parts are {', '.join(PARTS)}."
        )
    limit = raw.get("limit", 12)
    if not isinstance(limit, int) or not 0 < limit <= _LIMIT:
        raise UsageError(f"{name}, section {heading}: limit = {limit!r} is no whole number from 1 to {_LIMIT}.")
    known = {"heading", "parts", "limit", "each", "repeats", "abstract", "empty", "opens_with"}
    extra = sorted(set(raw) - known)
    if extra:
        raise UsageError(
            f"{name}, section {heading}: there is no key {extra[0]}; the keys are {', '.join(sorted(known))}."
        )
    return Section(
        heading=heading,
        parts=tuple(parts),
        limit=limit,
        each=raw.get("each"),
        repeats=bool(raw.get("repeats", False)),
        abstract=bool(raw.get("abstract", False)),
        empty=raw.get("empty"),
        opens_with=raw.get("opens_with"),
    )


def _text(raw: Mapping[str, Any], key: str, name: str, kind: str) -> str:
    """A text with no other slots than those that are known."""
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{name}: {key} is missing or empty.")
    try:
        slots = [slot for _, slot, _, _ in string.Formatter().parse(value) if slot is not None]
    except ValueError as error:
        raise UsageError(f"{name}: {key} = {value!r} has an open brace ({error}).") from None
    unknown = [slot for slot in slots if slot not in SLOTS[kind]]
    if unknown:
        known = ", ".join(f"{{{slot}}}" for slot in SLOTS[kind])
        raise UsageError(f"{name}: {key} = {value!r} has an unknown slot {{{unknown[0]}}}; the slots are {known}.")
    return value
