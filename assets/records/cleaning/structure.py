"""Defects that show only in the whole of a text: where it breaks off, what it lacks, lines lost, broken or repeated."""

import re
from collections import Counter
from collections.abc import Iterator

from assets.records.cleaning.rules import Severity

__all__ = ["Finding", "find_structure"]

#: Code, severity, start, end, and what a view shows for it (None: it stays).
Finding = tuple[str, Severity, int, int, str | None]

#: A text or line that ends so goes on somewhere else.
_OPEN_END = re.compile(r"(?:[，,、（(《“]|和|与|及|以及|因为|由于|但是|而且|并且|如果|其中|对于|根据)$")
_CUT_END = re.compile(r"(?:(?<![.…])(?:\.{3}|…)(?:\s?全文)?(?:[:：]\s?h?)?)$")
_OPEN_START = re.compile(r"[，,。、；;：:）)》”！!？?]")
#: Words that lean on a sentence before them: that sentence is missing where a text begins so.
_LEANING = re.compile(
    r"(?:但是?|然而|不过|因此|所以|此外|另外|其中|同时|而且|并且|从而|上述|前述|该(?:公司|项|行|人士|负责人)|其(?=[一-龥]{2,}))"
)
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("「", "」"), ("【", "】"), ("〔", "〕"))
#: Numbering that stands at the beginning of a line where nothing was lost.
_LOST_BREAK = re.compile(
    r"[。；;！!？?：:][ \u3000]{0,4}(?=[一二三四五六七八九十]{1,3}、[一-龥]|（[一二三四五六七八九十]{1,3}）[一-龥]|第[一二三四五六七八九十百]{1,6}[章节条][ \u3000])"
)
_NUMBERED = re.compile(
    r"[ \u3000]*(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十百]{1,6}[章节条]|\d{1,2}[、.．]|[-*•·#|【>])"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_LONG_LINE = 200
_REPEATED = 12
_WRAPPED = 20


def find_structure(text: str) -> Iterator[Finding]:
    """Yield what is wrong with the whole of a text, in no order of place."""
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    if first >= last:
        return
    yield from _edges(text, first, last)
    for opener, closer in _PAIRS:
        opened, closed = text.count(opener), text.count(closer)
        if opened != closed:
            at = text.rfind(opener) if opened > closed else text.find(closer)
            yield "broken_context", "low", at, at + 1, None
    yield from _lost_breaks(text)
    if "\n" in text:
        yield from _repeated(text)
        yield from _wrapped(text)


def _edges(text: str, first: int, last: int) -> Iterator[Finding]:
    """Text that begins or ends in the middle of a sentence, or leans on one that is not there."""
    if _OPEN_START.match(text, first):
        yield "broken_context", "medium", first, first + 1, None
    leaning = _LEANING.match(text, first)
    if leaning:
        yield "broken_context", "low", leaning.start(), leaning.end(), None
    tail = _OPEN_END.search(text, max(first, last - 4), last) or _CUT_END.search(text, max(first, last - 10), last)
    if tail:
        yield "broken_context", "medium", tail.start(), tail.end(), None


def _lost_breaks(text: str) -> Iterator[Finding]:
    """Numbered paragraphs that run on in one line; the view breaks the line before each."""
    if len(text) < _LONG_LINE:
        return
    at = 0
    for line in text.split("\n"):
        if len(line) >= _LONG_LINE:
            lost = [match.span() for match in _LOST_BREAK.finditer(text, at, at + len(line))]
            for start, end in lost if len(lost) >= 2 else ():
                yield "lost_break", "low", start, end, f"{text[start]}\n"
        at += len(line) + 1


def _repeated(text: str) -> Iterator[Finding]:
    """Lines of some length that stood in the text before."""
    seen: set[str] = set()
    start = 0
    for line in text.split("\n"):
        bare = line.strip()
        if len(bare) >= _REPEATED:
            if bare in seen and _HAN.search(bare):
                at = start + line.index(bare)
                yield "repetition", "medium", at, at + len(bare), None
            seen.add(bare)
        start += len(line) + 1


def _wrapped(text: str) -> Iterator[Finding]:
    """Sentences broken over lines of one width; the view joins them."""
    lines = text.split("\n")
    widths = Counter(len(line.rstrip()) for line in lines if len(line.rstrip()) >= _WRAPPED)
    if not widths:
        return
    width = max(widths)
    full = [width - 2 <= len(line.rstrip()) <= width for line in lines]
    if sum(full) < 3 or 2 * sum(full) < sum(1 for line in lines if line.strip()) - 1:
        return
    at = 0
    for number, line in enumerate(lines[:-1]):
        bare, following = line.rstrip(), lines[number + 1]
        if full[number] and _HAN.match(bare[-1]) and _HAN.match(following) and not _NUMBERED.match(following):
            yield "broken_line", "low", at + len(bare), at + len(line) + 1, ""
        at += len(line) + 1
