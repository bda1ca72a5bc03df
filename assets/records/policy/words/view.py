"""The view of a notice that the grammar reads, with the way back to the stored text.

The view has half-width marks, simplified script, no quotation marks, no blanks inside prose, and figures as an OCR
engine meant them. Stored text is not changed: every position of the view knows its offset there. Which parts of the
view count as prose or table is decided in `blocks.py`.
"""

import re
from dataclasses import dataclass
from functools import cache

from assets.text.folding import simplify

__all__ = ["View", "make_view", "read_char", "simple_char"]

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
#: A figure with letters that an OCR engine put for digits: digits among them, or a unit behind.
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9])[0-9OoQlI|]+(?:[.,][0-9OoQlI|]+)*(?![A-Za-z])|(?<=[A-Za-z])[0-9][0-9OoQlI]{2,3}(?![A-Za-z0-9])"
)
_UNIT_AHEAD = re.compile(r"[%元手吨月日年]|个百分点|万手")
_DIGITS = str.maketrans("OoQlI|", "000111")
#: A code of one letter and a month is a contract (I2705, l2705), not five figures.
_CONTRACT = re.compile(r"(?:[Il]|OI|IO|oi|io)\d{2}(?:0[1-9]|1[0-2])")


#: A figure that a headline shouts before it says what it is: 10%！铜期货……
_SHOUTED = re.compile(r"^(?:\([^()]{1,8}\))?[\d.]+(?:%|元/手|手|个百分点)。(?=.)")


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
    return simple_char(char)


@cache
def simple_char(char: str) -> str:
    """Return the simplified form of a character where it is one of Chinese script."""
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
        if piece.isspace() and not keep_blanks and _parts_figures(text, at - start):
            piece = ","
        if not piece or (not keep_blanks and piece.isspace()):
            continue
        chars.append(piece[:1])
        offsets.append(at)
    joined = "".join(chars)
    joined = _FIGURE.sub(_read_figure, joined)
    joined = re.sub(r"(?:(?<=^)|(?<=[,;。:]))[白臼目](?=\d{4}年|\d{1,2}月)", "自", joined)
    joined = _SHOUTED.sub(lambda match: f"{match.group()[:-1]}-", joined)
    return View(joined, tuple(offsets))


def _parts_figures(text: str, at: int) -> bool:
    """Return whether a wide blank begins here between a contract or figure and a figure: cells, not one figure."""
    if at == 0 or not (text[at - 1].isascii() and text[at - 1].isalnum()):
        return False
    rest = text[at : at + 20]
    bare = rest.lstrip()
    return (len(rest) - len(bare) >= 2 or rest[0] == "\t") and bare[:1].isdigit()


def _holds_contract(run: str) -> bool:
    return any(_CONTRACT.fullmatch(part) for part in re.split("[.,]", run))


def _read_figure(match: re.Match[str]) -> str:
    """Return a figure as it was meant; what is no figure stays."""
    run = match.group()
    if run.isdigit() or run.strip("|") == "" or _holds_contract(run):
        return run
    has_unit = _UNIT_AHEAD.match(match.string, match.end()) is not None
    return run.translate(_DIGITS) if has_unit or re.search(r"\d", run) else run
