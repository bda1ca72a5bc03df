"""Cutting one rulebook into clauses: articles, numbered clauses, or paragraphs, each a span of the stored text."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from assets.records.clauses.chain import choose_articles
from assets.records.clauses.decimals import DecimalLabel, choose_decimals, is_section, scan_decimals
from assets.records.clauses.headings import (
    Heading,
    cut_contents,
    find_appendix,
    find_headings,
    join_label,
    loose_heading,
    squeeze,
)
from assets.records.clauses.labels import BLANKS, Before, Candidate, scan_labels
from assets.records.clauses.paragraphs import number_paragraphs, plain_paragraphs
from assets.text.folding import split_version
from assets.text.numerals import parse_integer
from assets.text.spans import digest_id

__all__ = ["split_clauses"]

_TRIM = BLANKS + "\r\n*_"
_HASH = re.compile(r"(?:(?<=\n)|(?<=[。；：）)”*>]))[ \t\u3000]*#{1,6}[ \t\u3000]+(?=\S)")
_AFTER_LABEL = re.compile(rf"[{BLANKS}\r\n*_]*(?:[:：、][{BLANKS}\r\n*_]*)?")
#: What a stretch of text between clauses must hold to be kept as a clause of its own: the end of a sentence.
_SENTENCE = re.compile("[。；：！？]")
_AMENDMENT = re.compile("修正案|关于修[改正订].*的?决定|關於修[改正訂].*的?決定")
_ADOPTED = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日(?=[^\n。；;年]{0,80}?(?:通过|通過|修正|修订|修訂|修改|公布|发布|發布|批准|印发))"
)
_CHAPTER_LINE = re.compile(rf"[{BLANKS}#*]*([0-9０-９]{{1,2}})[.．、]?[{BLANKS}]+([^。；;：:0-9][^。；;：:\n]{{0,40}})")
_LEVELS = ("编", "分编", "章", "节")


@dataclass(slots=True)
class _Opening:
    """Where a clause opens: the marks before its label, the label, its numbers, the zone it stands in."""

    mark: int
    start: int
    end: int
    number: int | None
    sub: int
    zone: str


@dataclass(slots=True)
class _Cut:
    """A text with its openings and the places where no clause may go on."""

    openings: list[_Opening]
    headings: list[Heading]
    bounds: list[int]
    contents: tuple[int, int] | None
    appendix: int | None
    #: Whether the walk through the text has come to the appendix.
    left: bool = False


def split_clauses(text: str, *, doc_id: str, title: str) -> list[dict[str, Any]]:
    """Cut a rulebook into clauses.

    Args:
        text: Stored text, not normalised; positions count code points.
        doc_id: Its document.
        title: Title of the document, version suffix included.

    Returns:
        One row per clause in reading order with the columns of CLAUSES; `text` is `text[start:end]`, without the label,
        and no two overlap. What stands before the first article or after the last and holds a sentence is kept as a
        clause without article. Headings and contents pages belong to no clause.
    """
    candidates = scan_labels(text)
    contents, outside = cut_contents(text, candidates)
    chains = choose_articles(outside)
    articles = sum(len(chain) for chain in chains)
    decimals = choose_decimals(
        [d for d in scan_decimals(text) if contents is None or not contents[0] <= d.start < contents[1]]
    )
    numbered = number_paragraphs(text) if articles < 2 and len(decimals) < 2 else []
    if len(decimals) > max(1, articles):
        cut = _cut_decimals(text, outside, decimals, contents)
    elif articles and len(numbered) < 2:
        cut = _cut_articles(text, outside, chains, contents)
    else:
        cut = _Cut([_Opening(c.mark, c.start, c.end, c.number, 0, "body") for c in numbered], [], [], contents, None)
    return _rows(text, cut, doc_id, title)


def _cut_articles(
    text: str, candidates: list[Candidate], chains: list[list[Candidate]], contents: tuple[int, int] | None
) -> _Cut:
    articles = [article for chain in chains for article in chain]
    headings = find_headings(text, candidates, articles)
    openings: list[_Opening] = []
    bounds: list[int] = []
    appendix: int | None = None
    for k, chain in enumerate(chains):
        zone = "body" if appendix is None else "appendix"
        openings += [_Opening(c.mark, c.start, c.end, c.number, c.sub, zone) for c in chain]
        found = find_appendix(text, chain[-1].end, chains[k + 1][0].mark if k + 1 < len(chains) else len(text))
        if found is not None:
            bounds.append(found)
            appendix = found if appendix is None else appendix
    return _Cut(openings, headings, bounds, contents, appendix)


def _cut_decimals(
    text: str, candidates: list[Candidate], decimals: list[DecimalLabel], contents: tuple[int, int] | None
) -> _Cut:
    """Numbered clauses; chapters are found as around articles, 3.2 above 3.2.1 is a section."""
    stand_ins = [
        Candidate("条", i + 1, 0, d.mark, d.start, d.end, Before.LINE, False, False, False, True, False)
        for i, d in enumerate(decimals)
    ]
    headings = find_headings(text, candidates, stand_ins)
    openings: list[_Opening] = []
    for i, label in enumerate(decimals):
        following = decimals[i + 1] if i + 1 < len(decimals) else None
        if i == 0 or decimals[i - 1].number[0] != label.number[0]:
            headings += _number_above(text, label)
        if is_section(text, label, following) and following is not None:
            name = join_label(text[label.start : label.end], text[label.end : following.mark])
            headings.append(Heading("节", label.number[-1], name, label.mark, following.mark, hashed=False, sure=True))
        else:
            openings.append(_Opening(label.mark, label.start, label.end, None, 0, "body"))
    appendix = find_appendix(text, decimals[-1].end, len(text))
    headings.sort(key=lambda heading: heading.mark)
    return _Cut(openings, headings, [] if appendix is None else [appendix], contents, appendix)


def _number_above(text: str, label: DecimalLabel) -> list[Heading]:
    """The line above 2.1 that reads 2 交易, as a chapter."""
    begin = text.rfind("\n", 0, max(0, label.mark - 1)) + 1
    match = _CHAPTER_LINE.fullmatch(text, begin, max(begin, label.mark - 1))
    if match is None or parse_integer(match.group(1)) != label.number[0]:
        return []
    name = join_label(match.group(1), match.group(2))
    return [Heading("章", label.number[0], name, begin, match.end(), hashed=False, sure=True)]


def _rows(text: str, cut: _Cut, doc_id: str, title: str) -> list[dict[str, Any]]:
    name, version = split_version(title)
    first = cut.openings[0].mark if cut.openings else len(text)
    version = version or _adopted(text, min(first, cut.contents[0]) if cut.contents else first)
    amends = _AMENDMENT.search(name) is not None
    pieces = _pieces(text, cut)
    rows: list[dict[str, Any]] = []
    for piece in pieces:
        start, end = piece["start"], piece["end"]
        zone = "amendment" if amends and piece["zone"] == "body" else piece["zone"]
        rows.append(
            {
                "clause_id": digest_id(doc_id, start, end),
                "doc_id": doc_id,
                "ordinal": len(rows),
                "document": name,
                "version": version,
                **piece,
                "zone": zone,
                "text": text[start:end],
            }
        )
    return rows


def _pieces(text: str, cut: _Cut) -> list[dict[str, Any]]:
    """Spans of all clauses in reading order, with their labels and their place among the headings."""
    bounds = sorted(
        {
            *cut.bounds,
            *(heading.mark for heading in cut.headings),
            *(opening.mark for opening in cut.openings),
            *(match.start() for match in _HASH.finditer(text)),
            *(cut.contents or ()),
            len(text),
        }
    )
    pieces: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    holes: list[tuple[int, int, Heading | None]] = [(heading.mark, heading.end, heading) for heading in cut.headings]
    if cut.contents:
        holes.append((*cut.contents, None))
    holes.sort(key=lambda hole: hole[0])
    done = h = 0
    for opening in [*cut.openings, None]:
        upto = len(text) if opening is None else opening.mark
        while h < len(holes) and holes[h][0] <= upto:
            mark, end, heading = holes[h]
            pieces += _between(text, cut, done, mark, place)
            done, h = max(done, end), h + 1
            _leave_body(place, cut, mark)
            if heading is not None:
                _enter(place, heading)
        pieces += _between(text, cut, done, upto, place)
        if opening is None:
            break
        _leave_body(place, cut, opening.start)
        after = _AFTER_LABEL.match(text, opening.end)
        start = after.end() if after else opening.end
        done = end = bounds[bisect_right(bounds, opening.start)]
        loose = loose_heading(text, start, end) if start < end else None
        start, end = _trim(text, min(start, end), end if loose is None else loose)
        if start < end:
            pieces.append(_piece(start, end, opening, squeeze(text[opening.start : opening.end]), place))
    return pieces


def _piece(start: int, end: int, opening: _Opening, label: str | None, place: dict[str, str]) -> dict[str, Any]:
    parts = [place[level] for level in ("编", "分编") if level in place]
    return {
        "part": " ".join(parts) or None,
        "chapter": place.get("章"),
        "section": place.get("节"),
        "article": label,
        "article_number": opening.number,
        "article_sub": opening.sub,
        "start": start,
        "end": end,
        "label_start": opening.start,
        "zone": opening.zone,
    }


def _between(text: str, cut: _Cut, start: int, end: int, place: dict[str, str]) -> list[dict[str, Any]]:
    """Text that belongs to no article: preamble, introductions of chapters, appendices; paragraphs where there is no article."""
    if start >= end:
        return []
    if not cut.openings:
        spans = plain_paragraphs(text, start, end)
    elif _SENTENCE.search(text, start, end):
        spans = [_trim(text, start, end)]
    else:
        return []
    _leave_body(place, cut, spans[0][0] if spans else start)
    return [_piece(a, b, _Opening(a, a, a, None, 0, _zone(cut, a)), None, place) for a, b in spans]


def _leave_body(place: dict[str, str], cut: _Cut, at: int) -> None:
    """An appendix stands in no chapter of the body."""
    if cut.appendix is not None and at >= cut.appendix and not cut.left:
        place.clear()
        cut.left = True


def _zone(cut: _Cut, at: int) -> str:
    if cut.appendix is not None and at >= cut.appendix:
        return "appendix"
    return "preamble" if cut.openings and at < cut.openings[0].start else "body"


def _enter(place: dict[str, str], heading: Heading) -> None:
    place[heading.kind] = heading.label
    for below in _LEVELS[_LEVELS.index(heading.kind) + 1 :]:
        place.pop(below, None)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def _adopted(text: str, end: int) -> str | None:
    """Day of the last adoption or revision that stands above the first clause."""
    days = []
    for match in _ADOPTED.finditer(text, 0, min(end, 6000)):
        year, month, day = (parse_integer(part) or 0 for part in match.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            days.append(f"{year:04d}-{month:02d}-{day:02d}")
    return max(days, default=None)
