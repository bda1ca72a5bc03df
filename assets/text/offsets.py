"""Maps between a stored text and a view of it that was mended for matching or for a prompt.

A view is only ever read; what is found in it is cited in the stored text. The map holds what was taken away, so that the
stored text comes back from the view to the character. What is mended, and why, belongs to the room that mends.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Edit", "OffsetMap"]


@dataclass(frozen=True, order=True)
class Edit:
    """One piece `old` at `start` of a text that reads `new` in the view; pieces of equal length match by character."""

    start: int
    old: str
    new: str


class _Layer:
    """Edits of one text, in order and apart."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.edits = tuple(sorted(edits))
        self.source = [(edit.start, edit.start + len(edit.old)) for edit in self.edits]
        self.view: list[tuple[int, int]] = []
        moved = last = 0
        for edit in self.edits:
            if edit.start < last:
                raise ValueError(f"two edits of a text overlap at {edit.start}")
            start = edit.start + moved
            self.view.append((start, start + len(edit.new)))
            moved += len(edit.new) - len(edit.old)
            last = edit.start + len(edit.old)

    def apply(self, text: str) -> str:
        return _replace(text, self.source, [edit.new for edit in self.edits])

    def restore(self, view: str) -> str:
        return _replace(view, self.view, [edit.old for edit in self.edits])


class OffsetMap:
    """Where each part of a view stands in the stored text, through one or more rounds of edits."""

    def __init__(self, rounds: Iterable[Iterable[Edit]] = ()) -> None:
        """Take the edits of each round, those of a later one in the text that the one before gave.

        Raises:
            ValueError: edits of one round overlap.
        """
        self._layers = tuple(_Layer(edits) for edits in rounds)

    def apply(self, text: str) -> str:
        """Return the view of the stored text."""
        for layer in self._layers:
            text = layer.apply(text)
        return text

    def restore(self, view: str) -> str:
        """Return the stored text of the view."""
        for layer in reversed(self._layers):
            view = layer.restore(view)
        return view

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the stored text that a span of the view comes from.

        A span that cuts into a replaced piece takes that piece whole; what was dropped at its edges stays outside.
        """
        for layer in reversed(self._layers):
            start, end = _carry(start, end, layer.view, layer.source)
        return start, end

    def to_view(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the view that shows a span of the stored text; empty where all of it was dropped."""
        for layer in self._layers:
            start, end = _carry(start, end, layer.source, layer.view)
        return start, end

    @cached_property
    def is_identity(self) -> bool:
        """Whether the view is the stored text."""
        return not any(layer.edits for layer in self._layers)


def _replace(text: str, spans: Sequence[tuple[int, int]], pieces: Sequence[str]) -> str:
    out: list[str] = []
    at = 0
    for (start, end), piece in zip(spans, pieces, strict=True):
        out += [text[at:start], piece]
        at = end
    return "".join([*out, text[at:]])


def _carry(start: int, end: int, here: list[tuple[int, int]], there: list[tuple[int, int]]) -> tuple[int, int]:
    """Carry a span over: pieces that it touches whole, or by character where both sides have the same length."""
    at = bisect_right(here, start, key=lambda span: span[0]) - 1
    carried = start if at < 0 else _begin(start, here[at], there[at])
    at = bisect_left(here, end, key=lambda span: span[0]) - 1
    until = end if at < 0 else _until(end, here[at], there[at])
    return carried, max(carried, until)


def _begin(place: int, here: tuple[int, int], there: tuple[int, int]) -> int:
    if place >= here[1]:
        return there[1] + place - here[1]
    return there[0] + (place - here[0] if here[1] - here[0] == there[1] - there[0] else 0)


def _until(place: int, here: tuple[int, int], there: tuple[int, int]) -> int:
    if place >= here[1]:
        return there[1] + place - here[1]
    return there[0] + place - here[0] if here[1] - here[0] == there[1] - there[0] else there[1]
