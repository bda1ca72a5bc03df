"""What of a rulebook's text belongs to no clause, and why: title, contents page, headings, notes of adoption, marks.

Whatever cannot be explained here is kept as a clause without an article (split.py), so that no text is lost in silence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict

from assets.records.clauses.labels import BLANKS
from assets.text.folding import fold_title

__all__ = [
    "Dropped",
    "Reason",
    "Zone",
    "count_visible",
    "explain_line",
    "find_dropped",
    "find_signature",
    "kept_span",
    "trim_pages",
]

Reason = Literal[
    "title", "contents", "heading", "head_note", "front_matter", "marks", "page_number", "signature", "unexplained"
]
Zone = Literal["head", "body", "appendix", "plain"]

_MARKS = BLANKS + "\r\n*_#>-•·=|`~—─━"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PAGE = re.compile(
    r"(?:第\s*)?[-—–·]?\s*\d{1,4}\s*[-—–·]?\s*(?:页(?:\s*[,，/／]?\s*共\s*\d{1,4}\s*页)?|[/／]\s*\d{1,4})?"
)
#: The same without line breaks, right behind a sentence.
_FLAT_PAGE = re.compile(r"(?<=[。；;：:）)])\s*[-—–]\s*\d{1,4}\s*[-—–]$")
#: A note above the first article: what was adopted, by whom, when, under which number.
_NOTE = re.compile(
    r"\d{4}\s*年.{0,80}(?:通过|通過|修正|修订|修訂|修改|公布|发布|發布|批准|印发|颁布|施行|实施|生效)|[〔\[［(（]\s*(?:19|20)\d{2}\s*[〕\]］)）].{0,6}号|"
    r"第\s*\d+\s*号|^[（(].*[)）]$|[〇○零一二三四五六七八九]{4}年",
    re.DOTALL,
)
_IN_BRACKETS = re.compile("^[（(].*[)）]$", re.DOTALL)
#: A line of the block that opens a Markdown file.
_FRONT_MATTER = re.compile(r"[a-z][a-z_]*:(?:\s.*)?")
_STOPS = re.compile("[。；;：:！!？?\t|]")
_DATE_LINE = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
#: The same without line breaks, right behind the last sentence.
_SIGNED = re.compile(rf"(?<=[。；—])[^。；;，,：:、“”（）()\d\n]{{2,30}}{_DATE_LINE.pattern}\s*$")
#: Longest line that can be a heading or a signature; a note may be longer.
_LINE_MOST, _NOTE_MOST = 40, 1200
_SIGNED_LINES = 4
#: More short lines than this between two clauses are no headings.
_HEADINGS_MOST = 3


class Dropped(TypedDict):
    """One stretch of text in no clause."""

    start: int
    end: int
    reason: Reason


def count_visible(text: str) -> int:
    """Count the characters that are no blank, zero-width ones included among the blanks."""
    return len("".join(text.split())) - text.count("\u200b") - text.count("\ufeff")


def explain_line(line: str, *, title: str, zone: Zone) -> Reason | None:
    """Return why a line belongs to no clause, or null where it must be kept.

    Args:
        line: One line that no clause covers.
        title: The document's title, folded.
        zone: head (above the first article), body, appendix, or plain (a document without any label).
    """
    bare = _COMMENT.sub("", line).strip(_MARKS)
    if not bare:
        return "marks"
    if _PAGE.fullmatch(bare):
        return "page_number"
    key = fold_title(bare) if len(bare) <= 2 * len(title) + 40 else ""
    if title and (key == title or (len(key) >= 4 and key in title)):
        return "title"
    if zone in {"head", "plain"} and _is_note(bare):
        return "head_note"
    if zone in {"head", "plain"} and _FRONT_MATTER.fullmatch(bare):
        return "front_matter"
    if zone != "plain" and len(bare) <= _LINE_MOST and not _STOPS.search(bare):
        return "head_note" if zone == "head" else "heading"
    return None


def _is_note(bare: str) -> bool:
    """Whether a line tells how the rulebook came about, and is no sentence of it."""
    if len(bare) > _NOTE_MOST or not _NOTE.search(bare):
        return False
    return _IN_BRACKETS.match(bare) is not None or ("。" not in bare and bare[-1] not in "：:；;，,")


def kept_span(text: str, start: int, end: int, *, title: str, zone: Zone) -> tuple[int, int] | None:
    """Return what of a stretch between clauses is kept as a clause without article, or null where every line is explained."""
    key = fold_title(title)
    lines = [(a, b, explain_line(text[a:b], title=key, zone=zone)) for a, b in _lines(text, start, end)]
    kept = [i for i, (_, _, reason) in enumerate(lines) if reason is None]
    headings = [i for i, (_, _, reason) in enumerate(lines) if reason == "heading"]
    if not kept and len(headings) <= (1 if zone == "appendix" else _HEADINGS_MOST):
        return None
    kept = sorted(kept + headings) if zone == "appendix" or not kept else kept
    # a salutation or an introduction that is short goes with what follows it
    first = next(i for i, (a, b, reason) in enumerate(lines) if not _stands_apart(text[a:b], reason))
    return lines[min(first, kept[0])][0], lines[kept[-1]][1]


def _stands_apart(line: str, reason: Reason | None) -> bool:
    return reason in {"title", "marks", "page_number", "front_matter"} or (
        reason == "head_note" and _is_note(line.strip(_MARKS))
    )


def trim_pages(text: str, start: int, end: int) -> int:
    """Return where `text[start:end]` ends without the page numbers on lines of their own that close it."""
    while end > start:
        stop = end
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] in BLANKS):
            stop -= 1
        if stop == start or not (text[stop - 1].isdigit() or text[stop - 1] in "页頁—–-–·"):
            return end
        flat = _FLAT_PAGE.search(text, max(start, stop - 14), stop)
        if flat is not None:
            end = flat.start()
            continue
        begin = text.rfind("\n", start, stop)
        line = text[begin + 1 : stop].strip(BLANKS)
        bare = line.strip(_MARKS)
        if begin < 0 or not bare or not _PAGE.fullmatch(bare):
            return end
        # a bare number is a page only behind the end of a sentence
        if bare.isdigit() and line == bare and text[start:begin].rstrip(_MARKS)[-1:] not in tuple("。；;！？：:）)”"):
            return end
        end = begin
    return end


def find_signature(text: str, start: int, end: int) -> int:
    """Return where the signature begins that closes `text[start:end]` (a name and a day on lines of their own), else `end`."""
    flat = _SIGNED.search(text, max(start, end - 80), end)
    if flat is not None:
        return flat.start()
    lines = list(_lines(text, max(start, end - 400), end))
    at = len(lines)
    dated = False
    while at > 1 and len(lines) - at < _SIGNED_LINES:
        bare = text[slice(*lines[at - 1])].strip(_MARKS)
        if bare and (
            len(bare) > _LINE_MOST or _PAGE.fullmatch(bare) or bare[-1] in "。；;：:！？”）)" or _STOPS.search(bare)
        ):
            break
        if at == len(lines) and bare and not _DATE_LINE.fullmatch(bare):
            return end
        dated = dated or bool(bare)
        at -= 1
    above = text[slice(*lines[at - 1])].strip(_MARKS) if at else ""
    closes = above[-1:] in tuple("。；;）)”") or _PAGE.fullmatch(above) is not None
    return lines[at][0] if dated and at < len(lines) and closes else end


def find_dropped(
    text: str,
    covered: Sequence[tuple[int, int]],
    known: Sequence[tuple[int, int, Reason]],
    *,
    title: str,
    zones: Sequence[tuple[int, Zone]],
) -> list[Dropped]:
    """Return the stretches that no clause covers, each with its reason, in order.

    Args:
        text: Stored text.
        covered: Spans of the clauses, labels included, in order and apart.
        known: Spans whose reason the parser knows: headings and the contents page.
        title: The document's title.
        zones: Where each zone begins, in order.
    """
    key = fold_title(title)
    starts = [begin for begin, _, _ in known]
    out: list[Dropped] = []
    for start, end in _holes(covered, len(text)):
        at = start
        if not text[start:end].strip():
            continue
        for begin, stop, reason in known[max(0, bisect_left(starts, start) - 1) :]:
            if begin >= end:
                break
            if stop <= at:
                continue
            _explain(text, at, max(at, begin), key, zones, out)
            _add(text, max(at, begin), min(stop, end), reason, out)
            at = min(stop, end)
        _explain(text, at, end, key, zones, out)
    return out


def _explain(
    text: str, start: int, end: int, title: str, zones: Sequence[tuple[int, Zone]], out: list[Dropped]
) -> None:
    for a, b in _lines(text, start, end):
        zone = [name for at, name in zones if at <= a][-1]
        _add(text, a, b, explain_line(text[a:b], title=title, zone=zone) or "unexplained", out)


def _holes(covered: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in covered:
        if start > at:
            yield at, start
        at = max(at, end)
    if at < length:
        yield at, length


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _add(text: str, start: int, end: int, reason: Reason, out: list[Dropped]) -> None:
    """Add a stretch without its blanks; neighbours of one reason are joined."""
    while start < end and (text[start].isspace() or text[start] in BLANKS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in BLANKS):
        end -= 1
    if start >= end:
        return
    if out and out[-1]["reason"] == reason and not count_visible(text[out[-1]["end"] : start]):
        out[-1]["end"] = end
    else:
        out.append(Dropped(start=start, end=end, reason=reason))
