"""Text that was read in the wrong encoding and stored so, and what it said before.

Two accidents are undone, both by their bytes alone: UTF-8 read as Windows Latin, and UTF-8 read as GBK. What lost bytes
(replacement characters, 锟斤拷) cannot come back and is only reported.
"""

import re
from collections.abc import Iterator

__all__ = ["find_mojibake"]

#: What bytes 0x80 to 0xFF look like in Windows Latin and in Latin-1.
_LATIN = "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
_READ_AS_LATIN = re.compile(rf"[\u00c2-\u00ef][{_LATIN}]{{1,4000}}")
#: First bytes of UTF-8 sequences of three: Han characters and the marks that stand among them.
_FIRST = (0xE3, *range(0xE4, 0xEA), 0xEF)
_READ_AS_GBK = re.compile(
    "["
    + "".join(
        sorted(
            char
            for first in _FIRST
            for second in range(0x80, 0xC0)
            if second != 0x7F
            for char in bytes((first, second)).decode("gb18030", "ignore")
        )
    )
    + "][\u00a4-\u00f7\u0251-\u04ff\u2010-\u266f\u2e80-\u9fff\ue000-\uf8ff\uff00-\uffef\u20ac]{3,4000}"
)
_LOST = re.compile(r"\ufffd+|(?:锟斤拷|烫烫烫|屯屯屯|锘\?|锘匡豢)+|(?:[ÃÂåæçèé][\x80-\xbf]){2,}")
_SENSIBLE = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2026 -~\u00b7\u00a0]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def find_mojibake(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Find wrongly decoded runs.

    Yields:
        (start, end, what it said), the last None where bytes are lost; spans may overlap, the mended one first.
    """
    if text.isascii():
        return
    for match in _READ_AS_LATIN.finditer(text):
        length, said = _undo([_latin_byte(char) for char in match.group()], 1)
        if said and (_HAN.search(said) or _SENSIBLE.fullmatch(said)):
            yield match.start(), match.start() + length, said
    for match in _READ_AS_GBK.finditer(text):
        encoded = [char.encode("gb18030", "replace") for char in match.group()]
        length, said = _sensible(encoded, _undo(encoded, 4)[1] or "")
        if length >= 4 and len(_HAN.findall(said)) >= 2:
            yield match.start(), match.start() + length, said
    for match in _LOST.finditer(text):
        yield match.start(), match.end(), None


def _sensible(encoded: list[bytes], said: str) -> tuple[int, str]:
    """Keep of a decoded run what reads as text and ends with a character of the run: sound text may follow without a break."""
    front = _SENSIBLE.match(said)
    ends = {0: 0}
    size = 0
    for count, piece in enumerate(encoded, 1):
        size += len(piece)
        ends[size] = count
    kept = front.group() if front else ""
    size = len(kept.encode())
    while size not in ends:
        size -= len(kept[-1].encode())
        kept = kept[:-1]
    return ends[size], kept


def _latin_byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1", "replace")


def _undo(encoded: list[bytes], least: int) -> tuple[int, str | None]:
    """Decode as much from the front as is UTF-8 and ends with a character; None where it is less than `least`."""
    whole = b"".join(encoded)
    try:
        return len(encoded), whole.decode("utf-8")
    except UnicodeDecodeError as error:
        good = error.start
    size = length = kept = 0
    for count, piece in enumerate(encoded, 1):
        size += len(piece)
        if size > good:
            break
        try:
            whole[:size].decode("utf-8")
        except UnicodeDecodeError:
            continue
        length, kept = count, size
    return (length, whole[:kept].decode("utf-8")) if length >= least else (0, None)
