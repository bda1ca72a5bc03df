"""Slices: the pieces of a notice, news item or research note that tags and search work on.

Step four of the method. A text is cut on line breaks. A piece of fewer than 50 characters is compared with its
neighbours as they stand then, by cosine over character bigrams: r1 with the previous piece, r2 with the next; where
r1 > r2 it is joined to the previous, else to the next. The first and the last piece have one neighbour. What the
method leaves open is settled so:

- Pieces are taken in order; one joined to the next is looked at again as part of it (chains go forward).
- A tie goes to the next piece (the method's "else"); r1 and r2 are rounded to 6 decimals before they are compared.
- A heading line belongs to what follows it. A short piece looks for a neighbour under its own heading first.
- A slice over 500 characters is cut at sentence ends, into pieces of about equal length.

What does not belong here: clauses of rulebooks (records/clauses).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assets.records.frames import table_frame
from assets.records.schema import SLICES
from assets.text.sentences import split_sentences
from assets.text.spans import canonical_json, digest_id, sha256_text

if TYPE_CHECKING:
    import polars as pl

    from resources.protocols import Reject

__all__ = ["Joined", "SlicePiece", "build_slices", "slice_text"]

LANES = frozenset({"policies", "news", "research"})
SHORT, LONG = 50, 500
HEADING_LENGTH = 40
_MARKDOWN = re.compile(r"#{1,6}\s+\S")
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[章节部分编篇]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}(?:[、．.](?!\d)|\s+(?![\d元美港欧日万亿千百吨桶手点月年个张家股克]))|【[^】]{1,30}】$|\*\*[^*]{1,40}\*\*$|__[^_]{1,40}__$)\s*"
)
_SENTENCE_MARK = re.compile(r"[。；;！!？?，,：:]$|[。；！？]")
_DECORATION = re.compile(r"^#{1,6}\s+|\s+#+$|\*\*|__|^【|】$")


@dataclass(frozen=True)
class Joined:
    """How a short piece was joined: its span, its likeness to both neighbours (None: there was none), and the side."""

    start: int
    end: int
    r1: float | None
    r2: float | None
    to: str


@dataclass(frozen=True)
class SlicePiece:
    """One slice: span, nearest heading above or at its beginning, and the short pieces that it holds."""

    start: int
    end: int
    heading: str | None
    joined: tuple[Joined, ...]


def build_slices(sources: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    """Cut documents into slices.

    Args:
        sources: SOURCES rows; those of other lanes than policies, news and research are passed over.

    Returns:
        SLICES rows sorted by slice_id, and no rejects (a text without a visible character gives no slice).
    """
    rows: list[dict[str, Any]] = []
    for source in sources.iter_rows(named=True):
        if source["lane"] in LANES:
            rows += _rows(source)
    return table_frame(SLICES, rows), []


def slice_text(text: str) -> list[SlicePiece]:
    """Cut one text into slices that hold every character of it but blanks around them, in order."""
    pieces, headings = _lines(text)
    slices: list[SlicePiece] = []
    for piece in _join_short(text, pieces):
        spans = _split_long(text, piece, {heading.end for heading in headings})
        for (start, end), joined in zip(spans, _spread(piece.joined, spans), strict=True):
            slices.append(SlicePiece(start, end, _heading_of(text, start, end, headings), joined))
    return slices


def _rows(source: dict[str, Any]) -> list[dict[str, Any]]:
    text, doc_id = source["text"], source["doc_id"]
    rows = []
    for ordinal, piece in enumerate(slice_text(text)):
        quote = text[piece.start : piece.end]
        joined = [{"start": j.start, "end": j.end, "r1": j.r1, "r2": j.r2, "to": j.to} for j in piece.joined]
        rows.append(
            {
                "slice_id": digest_id(doc_id, piece.start, piece.end),
                "doc_id": doc_id,
                "lane": source["lane"],
                "published_date": source["published_date"],
                "ordinal": ordinal,
                "heading": piece.heading,
                "start": piece.start,
                "end": piece.end,
                "text": quote,
                "sha256": sha256_text(quote),
                "joined": canonical_json(joined),
            }
        )
    return rows


@dataclass
class _Piece:
    """A run of lines while pieces are being joined."""

    start: int
    end: int
    opens: bool  # begins with its heading
    joined: list[Joined] = field(default_factory=list)
    grams: Counter[str] = field(default_factory=Counter)
    square: int = 0  # sum of squared counts, kept up to date so that a long chain costs no more than its text

    def count(self, text: str) -> None:
        """Count the character bigrams of the piece once, blanks left out."""
        if not self.grams:
            bare = "".join(text[self.start : self.end].split())
            self._add(Counter(bare[i : i + 2] for i in range(max(1, len(bare) - 1))))

    def take(self, text: str, other: _Piece) -> None:
        """Take the piece that follows into this one."""
        self.count(text)
        other.count(text)
        self._add(other.grams)
        self.end = other.end
        self.joined += other.joined

    def _add(self, grams: Counter[str]) -> None:
        for gram, count in grams.items():
            held = self.grams[gram]
            self.square += count * (2 * held + count)
            self.grams[gram] = held + count


@dataclass(frozen=True)
class _Heading:
    """A heading line."""

    start: int
    end: int
    title: str


def _lines(text: str) -> tuple[list[_Piece], list[_Heading]]:
    """Lines with something on them, a heading line joined to the line after it; and the headings."""
    pieces: list[_Piece] = []
    headings: list[_Heading] = []
    opened: int | None = None
    start = 0
    for line in text.split("\n"):
        first, last = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        start += len(line) + 1
        if first >= last:
            continue
        title = _heading_title(text[first:last])
        if title:
            headings.append(_Heading(first, last, title))
            opened = first if opened is None else opened
        else:
            pieces.append(_Piece(first if opened is None else opened, last, opened is not None))
            opened = None
    if opened is not None:
        pieces.append(_Piece(opened, len(text.rstrip()), opens=True))
    return pieces, headings


def _heading_title(line: str) -> str | None:
    """Return the words of a heading line, None where the line is no heading."""
    if _MARKDOWN.match(line):
        is_heading = len(line) <= 2 * HEADING_LENGTH
    else:
        is_heading = len(line) <= HEADING_LENGTH and bool(_NUMBERED.match(line)) and not _SENTENCE_MARK.search(line)
    return (_DECORATION.sub("", line).strip() or None) if is_heading else None


def _heading_of(text: str, start: int, end: int, headings: list[_Heading]) -> str | None:
    """Return the heading that a slice begins with (the last of several), else the nearest above it."""
    at = bisect_right(headings, start, key=lambda heading: heading.start) - 1
    while at >= 0 and headings[at].start >= start and at + 1 < len(headings) and headings[at + 1].start < end:
        if text[headings[at].end : headings[at + 1].start].strip():
            break
        at += 1
    return headings[at].title if at >= 0 else None


def _spread(joined: list[Joined], spans: list[tuple[int, int]]) -> list[tuple[Joined, ...]]:
    """Give each joined piece to the slice that it begins in."""
    held: list[list[Joined]] = [[] for _ in spans]
    for piece in joined:
        held[bisect_right(spans, piece.start, key=lambda span: span[0]) - 1].append(piece)
    return [tuple(pieces) for pieces in held]


def _join_short(text: str, pieces: list[_Piece]) -> list[_Piece]:
    done: list[_Piece] = []
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.end - piece.start >= SHORT or not (done or following):
            done.append(piece)
            continue
        previous = done[-1] if done else None
        r1 = None if previous is None else _likeness(text, piece, previous)
        r2 = None if following is None else _likeness(text, piece, following)
        if _goes_back(piece, previous, following, r1, r2) and previous is not None:
            piece.joined.append(Joined(piece.start, piece.end, r1, r2, "previous"))
            previous.take(text, piece)
        elif following is not None:
            piece.joined.append(Joined(piece.start, piece.end, r1, r2, "next"))
            piece.take(text, following)
            pieces[at + 1] = piece
    return done


def _goes_back(
    piece: _Piece, previous: _Piece | None, following: _Piece | None, r1: float | None, r2: float | None
) -> bool:
    """Whether a short piece joins the previous one: r1 > r2, unless only one side is under the same heading."""
    if previous is None or following is None:
        return following is None
    same_before, same_after = not piece.opens, not following.opens
    if same_before != same_after:
        return same_before
    return (r1 or 0.0) > (r2 or 0.0)


def _likeness(text: str, one: _Piece, other: _Piece) -> float:
    """Cosine of the bigram counts of two pieces, rounded to 6 decimals."""
    one.count(text)
    other.count(text)
    small, large = sorted((one.grams, other.grams), key=len)
    dot = sum(count * large[gram] for gram, count in small.items() if gram in large)
    return round(dot / math.sqrt(one.square * other.square), 6) if dot else 0.0


def _split_long(text: str, piece: _Piece, closed: set[int]) -> list[tuple[int, int]]:
    if piece.end - piece.start <= LONG:
        return [(piece.start, piece.end)]
    ends = [end for end in _cuts(text, piece) if end not in closed]
    parts = math.ceil((piece.end - piece.start) / LONG)
    target = (piece.end - piece.start) / parts
    spans: list[tuple[int, int]] = []
    start = piece.start
    while piece.end - start > LONG:
        first, last = bisect_left(ends, start + SHORT), bisect_right(ends, min(start + LONG, piece.end - SHORT))
        fitting = ends[first:last]
        cut = min(fitting, key=lambda end: (abs(end - start - target), end)) if fitting else start + LONG
        spans.append((start, _strip_end(text, start, cut)))
        start = cut
        while text[start].isspace():
            start += 1
    spans.append((start, piece.end))
    return spans


def _cuts(text: str, piece: _Piece) -> list[int]:
    """Places where a long piece may be cut: sentence ends, and commas of a sentence that is too long itself."""
    ends: list[int] = []
    part = text[piece.start : piece.end]
    for start, end in split_sentences(part):
        if end - start > LONG:
            ends += [piece.start + start + m.end() for m in re.finditer(r"[，,、：:\s]", part[start:end])]
        ends.append(piece.start + end)
    return ends


def _strip_end(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end
