"""What a mention is, and text made ready for the finders without moving a character."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assets.text.folding import simplify

__all__ = ["Mention", "Span", "Taken", "half_width", "trie_pattern"]

#: One character for one, so that offsets stay: full-width digits, letters and the marks that stand in figures.
_HALF = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_HALF |= {ord("％"): "%", ord("．"): ".", ord("－"): "-", ord("−"): "-", ord("＋"): "+", ord("／"): "/", ord("～"): "~"}


class _Halves(dict[int, str]):
    """What each code point reads as, traditional characters as simplified ones; found on first sight."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        read = simplify(char) if "\u4e00" <= char <= "\u9fff" else char
        self[code] = read if len(read) == 1 else char
        return self[code]


_READS = _Halves(_HALF)


@dataclass(frozen=True, order=True)
class Mention:
    """One mention; columns as in MENTIONS."""

    start: int
    end: int
    kind: str
    surface: str
    value: str | None = None
    unit: str | None = None
    direction: str | None = None
    product: str | None = None
    role: str | None = None


Span = tuple[int, int]


class Taken:
    """Which characters already belong to a mention that others must not cut."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length + 1)

    def take(self, start: int, end: int) -> None:
        """Mark a span."""
        self._marks[start:end] = b"\x01" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether no character of a span is marked."""
        return self._marks.find(1, start, end) < 0


def half_width(text: str) -> str:
    """Return the text with full-width digits, letters and signs made half-width and in simplified script; every offset stays."""
    return text.translate(_READS)


def trie_pattern(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of the words; shared beginnings are tried once."""
    root = _Node()
    for word in sorted(set(words)):
        node = root
        for char in word:
            node = node.next.setdefault(char, _Node())
        node.ends = True
    return _pattern(root)


@dataclass
class _Node:
    """Where words go on from a shared beginning."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    ends: bool = False


def _pattern(node: _Node) -> str:
    branches = [re.escape(char) + _pattern(child) for char, child in sorted(node.next.items())]
    if not branches:
        return ""
    whole = branches[0] if len(branches) == 1 and not node.ends else f"(?:{'|'.join(branches)})"
    return f"{whole}?" if node.ends else whole
