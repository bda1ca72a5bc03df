"""Folding for matching only: what two spellings of one thing have in common. Stored text is never folded.

Each character folds by itself, so that the folding of a part is a part of the folding, and every folded character
knows where it came from.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

__all__ = ["fold", "fold_title", "fold_with_map", "simplify", "split_version"]

#: Marks that mean the same to a reader, by what they fold to.
_SAME = {
    "(": "（〔［【〖﹝﹙[{｛⦅",
    ")": "）〕］】〗﹞﹚]}｝⦆",
    "<": "《〈＜≪⟪⟨‹«︽︿",
    ">": "》〉＞≫⟫⟩›»︾﹀",
    '"': "“”‘’「」『』＂＇'`´„‟‚‛〝〞〟﹁﹂﹃﹄′″｢｣",
    ",": "，﹐︐",
    ".": "。｡．",
    "、": "､﹑︑",
    ";": "；﹔",
    ":": "：﹕∶︰",
    "?": "？﹖",
    "!": "！﹗",
    "-": "－—–―‐‑‒−﹣─━",
    "·": "•・･‧⋅∙●",
    "~": "～〜∼﹏",
    "〇": "○◯",
}
_MARKS = {mark: to for to, marks in _SAME.items() for mark in marks}
#: Characters that a title keeps: letters, digits, Han.
_TITLE_DROPS = re.compile(r"[\W_]+")
_STATE = "中华人民共和国"
#: What marks a version at the end of a title: a date, or a year with 修订 and the like. 试行 is part of the name.
_VERSION = re.compile(
    r"[\s\u3000]*[(（〔\[【]\s*("
    r"\d{4}\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{1,2}|\d{8}|"
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年?(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?\s*"
    r"(?:(?:第[一二三四五六七八九十]+次)?(?:修[订訂正改]|版|公布|[发發]布|通[过過]|施行|[实實]施|生效|起施行)(?:版|本|稿)?)?"
    r")\s*[)）〕\]】]\s*$"
)


class _Folds(dict[int, str]):
    """What each code point folds to, found on first sight."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        self[code] = folded
        return folded


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Return the text as matching compares it.

    Width (compatibility forms included), traditional to simplified, brackets, quotes and marks made one, lower case;
    blanks, controls and zero-width characters are gone.
    """
    return text.translate(_FOLDS)


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each folded character, the offset of the character that it came from."""
    pieces: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        piece = _FOLDS[ord(char)]
        pieces.append(piece)
        offsets.extend([at] * len(piece))
    return "".join(pieces), offsets


@lru_cache(maxsize=65536)
def fold_title(title: str) -> str:
    """Return a title as titles are compared: folded, without marks and brackets, without 中华人民共和国.

    A version suffix and （试行） keep their words; `split_version` takes a version off first.
    """
    bare = _TITLE_DROPS.sub("", fold(title))
    return bare.replace(_STATE, "") or bare


def split_version(title: str) -> tuple[str, str | None]:
    """Split a title into its name and its version suffix: 会计法(2024-06-28) gives 会计法 and 2024-06-28."""
    found = _VERSION.search(title)
    if found is None or not title[: found.start()].strip():
        return title.strip(), None
    return title[: found.start()].strip(), found.group(1).strip()


def simplify(char: str) -> str:
    """Return the simplified form of one character."""
    return _converter()(char)


@cache
def _converter() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _fold_char(char: str) -> str:
    if char in _MARKS:
        return _MARKS[char]
    out = ""
    for one in unicodedata.normalize("NFKC", char):
        if unicodedata.category(one)[0] in "CZ":
            continue
        mark = _MARKS.get(one, one)
        out += simplify(mark).lower() if ord(mark) > 0x2E7F else mark.lower()
    return out
