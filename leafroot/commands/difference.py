"""What changed between two versions of a rulebook, for a person: one block a clause, words added and removed marked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from leafroot.console import Context, emit
from resources.errors import UsageError

if TYPE_CHECKING:
    from leafroot.answers import ClauseChange, ClauseDiff, ClauseRow

__all__ = ["print_diff", "show_diff"]

_SAID = {
    "added": "新增",
    "removed": "删除",
    "changed": "修改",
    "renumbered": "改号",
    "renumbered_changed": "改号并修改",
    "unchanged": "未变",
}
#: Marks of a piece that went and one that came: colour on a terminal, brackets elsewhere.
_PLAIN = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_COLOUR = {"equal": ("", ""), "removed": ("\x1b[31;9m", "\x1b[0m"), "added": ("\x1b[32;4m", "\x1b[0m")}
#: Of an equal piece longer than this only both ends are shown.
_EQUAL_MOST, _EQUAL_SHOWN = 80, 30


def print_diff(context: Context, document: str | None, versions: tuple[str, str]) -> None:
    """Print the differences between two versions of one document.

    Raises:
        UsageError: no document is named, or one of the versions is not there.
    """
    if document is None:
        raise UsageError("--diff compares two versions of one document; name it with --document TITLE.")
    answer = context.open().diff_clauses(document, *versions)
    emit(context, answer, lambda: show_diff(answer, colour=sys.stdout.isatty()))


def show_diff(answer: ClauseDiff, *, colour: bool) -> str:
    """Return the head, a line of counts and one block per clause that differs."""
    made = answer.diff
    counts = "，".join(f"{said}{made.summary.get(name, 0)}" for name, said in _SAID.items())
    head = f"《{made.document}》 {_version(made.old)} → {_version(made.new)}\n{counts}"
    return "\n\n".join([head, *(_block(one, _COLOUR if colour else _PLAIN) for one in answer.clauses)])


def _version(version: object) -> str:
    named = getattr(version, "version", None) or getattr(version, "doc_id", "")
    effective = getattr(version, "effective", None)
    return f"{named}（{effective}起施行）" if effective else str(named)


def _block(one: ClauseChange, marks: dict[str, tuple[str, str]]) -> str:
    """The clause's place, what became of it, and its words."""
    place = _place(one)
    if one.old is not None and one.change in {"renumbered", "renumbered_changed"}:
        place = f"{_place(one.old)} → {place}"
    said = f"【{_SAID[one.change]}】{place}"
    if one.change == "renumbered":
        return said
    return f"{said}\n" + "".join(
        opened + _visible(piece.text, shorten=piece.op == "equal") + closed
        for piece in one.words
        for opened, closed in (marks[piece.op],)
    )


def _place(row: ClauseRow) -> str:
    return " ".join(filter(None, [row.part, row.chapter, row.section, row.heading, row.article])) or "（无条号）"


def _visible(text: str, *, shorten: bool) -> str:
    """Text of documents never steers the terminal; a long piece that did not change is cut in its middle."""
    text = "".join(char if char == "\n" or char.isprintable() else " " for char in text)
    if shorten and len(text) > _EQUAL_MOST:
        return f"{text[:_EQUAL_SHOWN]}……{text[-_EQUAL_SHOWN:]}"
    return text
