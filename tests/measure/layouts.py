"""The layouts that one text is found in: wrapped, on one line, with other numerals, blanks, marks, script."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from assets.text.numerals import parse_integer
from tests.measure.rulebook_words import hard_wrap

__all__ = ["LAYOUTS", "one_line"]

Change = Callable[[str], str]

_NUMBER = "[一二三四五六七八九十百千零〇]+"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def one_line(text: str) -> str:
    """All line breaks but the first are lost."""
    head, _, rest = text.strip().partition("\n")
    return head + "\n" + re.sub(r"\s*\n+\s*", "", rest)


def _arabic(text: str) -> str:
    return re.sub(f"第({_NUMBER})([编章节条])", lambda m: f"第{parse_integer(m[1])}{m[2]}", text)


def _wide(text: str) -> str:
    return _arabic(text).translate(_WIDE)


def _without_blanks(text: str) -> str:
    """No blank behind the labels of articles."""
    return re.sub(rf"(\*{{0,2}}第{_NUMBER}条(?:之[一二三四五六七八九十]+)?\*{{0,2}})[ \u3000\u2002]+", r"\1", text)


def _plain(text: str) -> str:
    return re.sub(r"[*#]+ ?", "", text)


def _dense(text: str) -> str:
    return re.sub(r"\n{2,}", "\n", _plain(text))


def _indented(text: str) -> str:
    return "\n".join("\u3000\u3000" + line if line.strip() else line for line in _plain(text).split("\n"))


def _traditional(text: str) -> str:
    return text.translate(_table(text))


def _table(text: str) -> dict[int, str]:
    return {ord(char): _convert(char) for char in set(text)}


@cache
def _convert(char: str) -> str:
    import opencc

    converted: str = opencc.OpenCC("s2t").convert(char)
    return converted


#: Name of a layout to how the text and how its gold labels and texts change.
LAYOUTS: Mapping[str, tuple[Change, Change]] = {
    "arabic": (_arabic, _arabic),
    "wide": (_wide, _wide),
    "without_blanks": (_without_blanks, str),
    "plain": (_plain, str),
    "dense": (_dense, str),
    "indented": (_indented, str),
    "wrapped": (lambda text: hard_wrap(_plain(text), 30), str),
    "wrapped_without_blanks": (lambda text: hard_wrap(_plain(_without_blanks(text)), 38), str),
    "crlf": (lambda text: text.replace("\n", "\r\n"), str),
    "traditional": (_traditional, _traditional),
    "oneline_without_blanks": (lambda text: one_line(_without_blanks(text)), str),
    "oneline_plain": (lambda text: one_line(_plain(text)), str),
    "oneline_arabic": (lambda text: one_line(_arabic(text)), _arabic),
}
