"""Paragraphs: numbered ones (一、 1. （一）) where a document has no articles, and plain ones; 款 and 项 inside an article.

No polars here: the look-up reads 款 and 项 from a cold shell.
"""

import re
from dataclasses import dataclass

from assets.records.clauses.chain import heaviest_chain
from assets.records.clauses.labels import BLANKS, Before, Candidate, marker_start, skip_blanks
from assets.text.folding import fold
from assets.text.numerals import parse_integer

__all__ = ["cut_items", "cut_paragraphs", "find_numbered", "number_paragraphs", "plain_paragraphs"]

_HAN = "一二三四五六七八九十"
#: The families of numbered paragraphs, the highest level first.
_FAMILIES = (
    re.compile(rf"([{_HAN}]{{1,3}})、"),
    re.compile(rf"[（(]([{_HAN}]{{1,3}})[）)]"),
    re.compile(r"(?<![0-9０-９.．])([0-9０-９]{1,2})[、.．](?![0-9０-９])"),
    re.compile(r"[（(]([0-9０-９]{1,2})[）)]"),
)
#: Of 项 inside an article, by family, so that 1. inside （一） is not taken for its sibling.
_ITEMS = (
    re.compile(rf"[（(]\s*([{_HAN}]{{1,3}})\s*[）)]"),
    re.compile(r"[（(]\s*([0-9０-９]{1,2})\s*[）)]"),
    re.compile(r"(?<![0-9０-９.．])([0-9０-９]{1,2})[.．、](?![0-9０-９])"),
)
#: Numbers like 3.1 that open a paragraph of an article.
_NUMBERED = re.compile(
    rf"(?:^|(?<=[\n。；;：:]))[{BLANKS}]*([0-9０-９]{{1,3}}(?:[.．][0-9０-９]{{1,3}}){{1,3}})(?![0-9０-９.．%％条條])[{BLANKS}]+"
)
_STOPS = frozenset('。；;：:！!？?”"’」』）)】.…')
_TRIM = BLANKS + "\r\n*_"


@dataclass(frozen=True)
class Item:
    """One 项: its number, the span with its label, and where what follows the label begins."""

    number: int
    start: int
    content: int
    end: int


def number_paragraphs(text: str) -> list[Candidate]:
    """Return the labels of the numbered paragraphs of the highest level that a text has two of, in order; else nothing."""
    for family in _FAMILIES:
        found = []
        for match in family.finditer(text):
            start, end = match.span()
            mark, before = marker_start(text, start)
            number = parse_integer(match.group(1))
            if before == Before.WORD or number is None or number == 0:
                continue
            close = skip_blanks(text, end, end + 4 if end + 4 < len(text) else len(text))
            weight = {Before.LINE: 3.0, Before.WRAPPED: 2.0, Before.STOP: 1.0, Before.HEADING: 1.0}[before] + 1.0
            found.append(
                Candidate(
                    kind="、", number=number, sub=0, mark=mark, start=start, end=end, before=before, hashed=False, bold=False, quoted=False, blank=close > end, refers=False,
                    listed=text[start] in "（(", weight=weight,
                )
            )  # fmt: skip
        _, chain = heaviest_chain(found)
        if len(chain) > 1 and chain[0].number == 1:
            return chain
    return []


def plain_paragraphs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs of `text[start:end]`: cut at empty lines and at lines that end a sentence."""
    spans: list[tuple[int, int]] = []
    begin = start
    at = start
    while at < end:
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end
        line = text[at:line_end].strip(_TRIM)
        if not line:
            _add(text, begin, at, spans)
            begin = line_end + 1
        elif line[-1] in _STOPS:
            _add(text, begin, line_end, spans)
            begin = line_end + 1
        at = line_end + 1
    _add(text, min(begin, end), end, spans)
    return spans


def cut_paragraphs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the 款 of an article: its paragraphs, those that are 项 left with the one they belong to."""
    spans: list[tuple[int, int]] = []
    for begin, stop in plain_paragraphs(text, start, end):
        if spans and any(family.match(text, begin, stop) for family in _ITEMS):
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((begin, stop))
    return spans


def cut_items(text: str, start: int, end: int) -> list[Item]:
    """Return the 项 of a 款 or article: （一）, （二） … in order, else (1), else 1."""
    for family in _ITEMS:
        marks: list[tuple[int, int]] = []
        for match in family.finditer(text, start, end):
            at = match.start()
            opens = at == start or text[at - 1] in _STOPS or text[at - 1] in _TRIM
            if opens and parse_integer(match.group(1)) == len(marks) + 1:
                marks.append((at, match.end()))
        if marks:
            return [_item(text, i, marks, end) for i in range(len(marks))]
    return []


def find_numbered(text: str, number: str) -> tuple[int, int] | None:
    """Return the span of what stands under a number like 3.1 inside an article, up to the next such number; null where it is not there."""
    start: int | None = None
    depth = number.count(".")
    for match in _NUMBERED.finditer(text):
        found = fold(match.group(1))
        if start is not None and found.count(".") <= depth:
            return _strip(text, start, match.start())
        if start is None and found == number:
            start = match.end()
    return None if start is None else _strip(text, start, len(text))


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return (start, end) if start < end else None


def _item(text: str, i: int, marks: list[tuple[int, int]], end: int) -> Item:
    at, content = marks[i]
    stop = marks[i + 1][0] if i + 1 < len(marks) else _last_end(text, at, end)
    while content < stop and text[content] in _TRIM:
        content += 1
    while stop > content and text[stop - 1] in _TRIM:
        stop -= 1
    return Item(i + 1, at, content, stop)


def _last_end(text: str, at: int, end: int) -> int:
    """The last item ends with its own paragraph: at the first line break after the end of a sentence."""
    line_end = text.find("\n", at, end)
    while line_end >= 0 and text[at:line_end].rstrip(_TRIM)[-1:] not in _STOPS:
        line_end = text.find("\n", line_end + 1, end)
    return end if line_end < 0 else line_end


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    if start < end:
        spans.append((start, end))
