"""Paragraphs: numbered ones (一、 1. （一）) where a document has no articles, and plain ones; 款 and 项 inside an article.

No polars here: the look-up reads 款 and 项 from a cold shell.
"""

import re
from dataclasses import dataclass

from assets.records.clauses.chain import heaviest_chain
from assets.records.clauses.labels import BLANKS, Before, Candidate, marker_start, skip_blanks
from assets.text.numerals import parse_integer

__all__ = ["cut_items", "cut_paragraphs", "number_paragraphs", "plain_paragraphs"]

_HAN = "一二三四五六七八九十"
#: The families of numbered paragraphs, the highest level first.
_FAMILIES = (
    re.compile(rf"([{_HAN}]{{1,3}})、"),
    re.compile(rf"[（(]([{_HAN}]{{1,3}})[）)]"),
    re.compile(r"(?<![0-9０-９.．])([0-9０-９]{1,2})[、.．](?![0-9０-９])"),
    re.compile(r"[（(]([0-9０-９]{1,2})[）)]"),
)
#: Of 项 inside an article: （一） or (1) or 1. — but not （一） after 第.
_ITEM = re.compile(
    rf"[（(]\s*([{_HAN}]{{1,3}}|[0-9０-９]{{1,2}})\s*[）)]|(?<![0-9０-９.．])([0-9０-９]{{1,2}})[.．、](?![0-9０-９])"
)
_STOPS = frozenset('。；;：:！!？?”"’」』）)】.…')
_TRIM = BLANKS + "\r\n*_"


@dataclass(frozen=True)
class Item:
    """One 项: its number, the span with its label."""

    number: int
    start: int
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
                Candidate("、", number, 0, mark, start, end, before, False, False, False, close > end, False, weight)
            )
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
        item = _ITEM.match(text, begin, stop)
        if spans and item is not None:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((begin, stop))
    return spans


def cut_items(text: str, start: int, end: int) -> list[Item]:
    """Return the 项 of a 款 or article: （一）, （二） … in order, each with its label."""
    marks: list[tuple[int, int]] = []
    for match in _ITEM.finditer(text, start, end):
        number = parse_integer(match.group(1) or match.group(2))
        opens = match.start() == start or text[match.start() - 1] in _STOPS or text[match.start() - 1] in _TRIM
        if opens and number == len(marks) + 1:
            marks.append((number, match.start()))
    items = []
    for i, (number, at) in enumerate(marks):
        stop = marks[i + 1][1] if i + 1 < len(marks) else end
        if i + 1 == len(marks):
            # the last item ends with its own paragraph
            line_end = text.find("\n", at, end)
            while 0 <= line_end < end and text[at:line_end].rstrip(_TRIM)[-1:] not in _STOPS:
                line_end = text.find("\n", line_end + 1, end)
            stop = stop if line_end < 0 else line_end
        while stop > at and text[stop - 1] in _TRIM:
            stop -= 1
        items.append(Item(number, at, stop))
    return items


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    if start < end:
        spans.append((start, end))
