"""The view of a notice that the grammar reads, with the way back to the stored text.

The view has half-width marks, simplified script, no quotation marks, no blanks inside prose, and figures as an OCR
engine meant them. Stored text is not changed: every position of the view knows its offset there. Which parts of the
view count as prose or table is decided in `blocks.py`.
"""

import re
from dataclasses import dataclass

from assets.text.folding import simplify

__all__ = ["View", "make_view", "read_char"]

#: Marks that the grammar knows under one form. Line breaks, tabs and the full stop stay.
_MARKS = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    "　": " ", "\xa0": " ", "〔": "(", "〕": ")", "［": "(", "］": ")", "【": "(", "】": ")", "[": "(", "]": ")",
    "—": "-", "–": "-", "―": "-", "－": "-", "~": "-", "～": "-", "〜": "-", "一": "一", "○": "〇", "﹪": "%",
    "︰": ":", "｡": "。", "．": ".", "!": "。", "！": "。", "？": "?", "｜": "|", "│": "|", "┃": "|", "∣": "|",
    "号": "号", "·": "·", "・": "·", "•": "·",
}  # fmt: skip
_DROPPED = frozenset("“”‘’\"'「」『』*#`_\u200b\u200c\u200d\ufeff\r")
_HAN = "\u3400-\u9fff"
#: A letter that an OCR engine put for a figure: only where figures stand beside it.
_ZERO = re.compile(r"(?<=[0-9.])[OoQ](?=[0-9.OoQ元%年月日手个万])|(?<![A-Za-z])[Oo](?=\.\d)|(?<=\d)[OoQ](?![A-Za-z])")
_ONE = re.compile(
    r"(?<=[0-9.])[lI|](?=[0-9.元%年月日手个万])|(?<=[年月至由为])[lI|](?=[0-9lI日月])|(?<=[为由至])[lI](?=[\d.OoQ元%手])"
)


@dataclass(frozen=True)
class View:
    """Text as the grammar reads it; `offsets[i]` is where character i stands in the stored text."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the stored text behind `text[start:end]` (not empty)."""
        return self.offsets[start], self.offsets[end - 1] + 1


def read_char(char: str) -> str:
    """Return a character as the view writes it; empty where it is dropped."""
    if char in _DROPPED:
        return ""
    if char in _MARKS:
        return _MARKS[char]
    return simplify(char) if "\u3400" <= char <= "\u9fff" else char


def make_view(text: str, start: int = 0, *, keep_blanks: bool = False) -> View:
    """Read a piece of a notice that begins at offset `start` of the stored text.

    Args:
        text: The piece as stored.
        start: Its offset in the stored text.
        keep_blanks: Keep blanks and tabs (tables); prose drops them, because an OCR engine puts them anywhere.
    """
    chars: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text, start):
        piece = read_char(char)
        if not piece or (not keep_blanks and piece.isspace()):
            continue
        chars.append(piece[:1])
        offsets.append(at)
    joined = "".join(chars)
    joined = _ZERO.sub("0", joined)
    joined = _ONE.sub("1", joined)
    joined = re.sub(r"(?:(?<=^)|(?<=[,;。:]))[白臼目](?=\d{4}年|\d{1,2}月)", "自", joined)
    return View(joined, tuple(offsets))
