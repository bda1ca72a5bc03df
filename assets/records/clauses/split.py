"""Cutting one rulebook into clauses: articles, numbered clauses, or paragraphs, each a span of the stored text."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assets.records.clauses.chain import choose_articles
from assets.records.clauses.decimals import DecimalLabel, choose_decimals, is_section, scan_decimals
from assets.records.clauses.headings import (
    Heading,
    appendix_name,
    cut_contents,
    find_appendix,
    find_headings,
    join_label,
    list_appendices,
    loose_heading,
    loose_name,
    squeeze,
)
from assets.records.clauses.labels import BLANKS, Before, Candidate, scan_labels
from assets.records.clauses.paragraphs import number_paragraphs, plain_paragraphs
from assets.records.clauses.remainder import Dropped, Reason, Zone, find_dropped, find_signature, kept_span, trim_pages
from assets.records.rulebooks.moments import adopted_day, signed_day
from assets.text.folding import split_version
from assets.text.numerals import parse_integer
from assets.text.spans import digest_id

__all__ = ["Parsed", "cut_rulebook", "split_clauses"]

_TRIM = BLANKS + "\r\n*_"
_HASH = re.compile(r"(?:(?<=\n)|(?<=[。；：）)”*>]))[ \t\u3000]*#{1,6}[ \t\u3000]+(?=\S)")
_AFTER_LABEL = re.compile(rf"[{BLANKS}\r\n*_]*(?:[:：、][{BLANKS}\r\n*_]*)?")
_AMENDMENT = re.compile("修正案|关于修[改正订].*的?决定|關於修[改正訂].*的?決定")
_CHAPTER_LINE = re.compile(
    rf"(?<![0-9０-９.．第])([0-9０-９]{{1,2}})(?:[.．、][{BLANKS}]*|[{BLANKS}]+)([^。；;：:，,0-9０-９\n{BLANKS}][^。；;：:，,0-9０-９\n]{{0,40}})[\s{BLANKS}]*$"
)
#: Longer stretches without an article are cut into their paragraphs.
_LONG = 800
#: Weight of a label that needs no line of its own.
_SURE = 2.5
#: Where the walk keeps the heading without 第X章.
_LOOSE = "题"
_LEVELS = ("编", "分编", "章", "节")
_ZONES: Mapping[str, Zone] = {"preamble": "head", "body": "body", "appendix": "appendix"}


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
    #: Stretches in no clause whose reason is known: signatures.
    known: list[tuple[int, int, Reason]] = field(default_factory=list)
    #: Names of the appendices that begin at the bounds.
    names: list[str] = field(default_factory=list)
    #: How many appendices the walk through the text has entered.
    left: int = 0


@dataclass(frozen=True)
class Parsed:
    """A rulebook cut: its clauses, what of its text is in none, the notes of adoption, all that stands above the clauses."""

    clauses: list[dict[str, Any]]
    dropped: list[Dropped]
    notes: str
    head: str
    #: Day of the signature that closes it.
    signed: str | None


def split_clauses(text: str, *, doc_id: str, title: str) -> list[dict[str, Any]]:
    """Cut a rulebook into clauses.

    Args:
        text: Stored text, not normalised; positions count code points.
        doc_id: Its document.
        title: Title of the document, version suffix included.

    Returns:
        One row per clause in reading order with the columns of CLAUSES; `text` is `text[start:end]`, without the label,
        and no two overlap. What stands between articles and is no heading, title or the like is kept as a clause
        without article.
    """
    return cut_rulebook(text, doc_id=doc_id, title=title).clauses


def cut_rulebook(text: str, *, doc_id: str, title: str) -> Parsed:
    """Cut a rulebook into clauses, as `split_clauses` does, and account for the text that is in none of them."""
    cut = _find_openings(text)
    name, version = split_version(title)
    cut.names = [appendix_name(text, bound) for bound in cut.bounds]
    pieces = _pieces(text, cut, name)
    first = cut.openings[0].mark if cut.openings else len(text)
    known: list[tuple[int, int, Reason]] = [(heading.mark, heading.end, "heading") for heading in cut.headings]
    if cut.contents:
        known.append((*cut.contents, "contents"))
    zones: list[tuple[int, Zone]] = [(0, "head"), (first, "body")] if cut.openings else [(0, "plain")]
    if cut.appendix is not None:
        zones.append((cut.appendix, "appendix"))
    covered = [(piece["label_start"], piece["end"]) for piece in pieces]
    dropped = find_dropped(text, covered, sorted([*known, *cut.known]), title=name, zones=zones)
    notes = "\n".join(text[one["start"] : one["end"]] for one in dropped if one["reason"] == "head_note")
    signed = next(
        (day for begin, end, reason in cut.known if reason == "signature" and (day := signed_day(text[begin:end]))),
        None,
    )
    head = text[: min(first, cut.contents[0]) if cut.contents else first]
    days = {
        "doc_id": doc_id,
        "document": name,
        "version": version or adopted_day(notes or head.partition("。")[0]) or signed,
    }
    return Parsed(_rows(text, pieces, days), dropped, notes, head, signed)


def _find_openings(text: str) -> _Cut:
    candidates = scan_labels(text)
    contents, outside = cut_contents(text, candidates)
    chains = choose_articles(outside, list_appendices(text))
    articles = sum(len(chain) for chain in chains)
    decimals = choose_decimals(
        [d for d in scan_decimals(text) if contents is None or not contents[0] <= d.start < contents[1]]
    )
    numbered = number_paragraphs(text) if articles < 2 and len(decimals) < 2 else []
    if len(decimals) > max(1, articles) and not _are_inside(decimals, chains):
        return _cut_decimals(text, outside, decimals, contents)
    if articles and (len(numbered) < 2 or _holds(chains, numbered)):
        return _cut_articles(text, outside, chains, contents)
    appendix = find_appendix(text, numbered[-1].end, len(text)) if numbered else None
    openings = [_Opening(c.mark, c.start, c.end, c.number, 0, "body") for c in numbered]
    return _Cut(openings, [], [] if appendix is None else [appendix], contents, appendix)


def _holds(chains: list[list[Candidate]], numbered: list[Candidate]) -> bool:
    """Whether the only article holds the numbered paragraphs as its 项."""
    only = next(chain[0] for chain in chains if chain)
    if not numbered[0].listed:
        return False
    return (
        only.key == (1, 0)
        and (only.before >= Before.WRAPPED or only.weight >= _SURE)
        and not only.refers
        and only.end <= numbered[0].mark
    )


def _are_inside(decimals: list[DecimalLabel], chains: list[list[Candidate]]) -> bool:
    """Whether the numbers only count inside articles: 3.1 in 第三条, as contracts have them."""
    articles = [article for chain in chains for article in chain]
    if len(articles) < 2:
        return False
    starts = [article.start for article in articles]
    own = sum((at := bisect_right(starts, d.start)) > 0 and articles[at - 1].number == d.number[0] for d in decimals)
    return own > 0.8 * len(decimals)


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
            headings += _number_above(text, label, first=i == 0)
        if is_section(text, label, following) and following is not None:
            name = join_label(text[label.start : label.end], text[label.end : following.mark])
            headings.append(Heading("节", label.number[-1], name, label.mark, following.mark, hashed=False, sure=True))
        else:
            openings.append(_Opening(label.mark, label.start, label.end, None, 0, "body"))
    appendix = find_appendix(text, decimals[-1].end, len(text))
    headings.sort(key=lambda heading: heading.mark)
    return _Cut(openings, headings, [] if appendix is None else [appendix], contents, appendix)


def _number_above(text: str, label: DecimalLabel, *, first: bool) -> list[Heading]:
    """The 2 交易 right above or, where the line break was lost, right before 2.1, as a chapter."""
    window = max(0, label.mark - 60)
    match = _CHAPTER_LINE.search(text, window, label.mark)
    while match is not None and parse_integer(match.group(1)) != label.number[0]:
        match = _CHAPTER_LINE.search(text, match.end(1), label.mark)
    if match is None:
        return []
    before = text[match.start(1) - 1 : match.start(1)]
    if not (first or not before or before in "\n。；;）)”" or before in BLANKS + "#*"):
        return []
    name = join_label(match.group(1), match.group(2))
    return [Heading("章", label.number[0], name, match.start(1), label.mark, hashed=False, sure=True)]


def _rows(text: str, pieces: list[dict[str, Any]], document: Mapping[str, str | None]) -> list[dict[str, Any]]:
    amends = _AMENDMENT.search(document["document"] or "") is not None
    rows: list[dict[str, Any]] = []
    for piece in pieces:
        start, end = piece["start"], piece["end"]
        zone = "amendment" if amends and piece["zone"] == "body" else piece["zone"]
        rows.append(
            {
                "clause_id": digest_id(document["doc_id"], start, end),
                **document,
                "ordinal": len(rows),
                **piece,
                "zone": zone,
                "text": text[start:end],
            }
        )
    return rows


def _pieces(text: str, cut: _Cut, title: str) -> list[dict[str, Any]]:
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
            pieces += _between(text, cut, (done, mark), place, title)
            done, h = max(done, end), h + 1
            _leave_body(place, cut, mark)
            if heading is not None:
                _enter(place, heading)
        pieces += _between(text, cut, (done, upto), place, title)
        if opening is None:
            break
        _leave_body(place, cut, opening.start)
        after = _AFTER_LABEL.match(text, opening.end)
        start = after.end() if after else opening.end
        done = end = bounds[bisect_right(bounds, opening.start)]
        start, end = _trim(text, min(start, end), _text_end(text, cut, min(start, end), end))
        if start < end:
            pieces.append(_piece(start, end, opening, squeeze(text[opening.start : opening.end]), place))
        _enter_loose(text, end, done, place)
    return pieces


def _piece(start: int, end: int, opening: _Opening, label: str | None, place: dict[str, str]) -> dict[str, Any]:
    parts = [place[level] for level in ("编", "分编") if level in place]
    return {
        "part": " ".join(parts) or None,
        "chapter": place.get("章"),
        "section": place.get("节"),
        "heading": place.get(_LOOSE),
        "article": label,
        "article_number": opening.number,
        "article_sub": opening.sub,
        "start": start,
        "end": end,
        "label_start": opening.start,
        "zone": opening.zone,
    }


def _text_end(text: str, cut: _Cut, start: int, end: int) -> int:
    """Where the clause ends before what closes it and is no part of it: a loose heading, page numbers, a signature."""
    closes = end == len(text) or end in cut.bounds
    while start < end:
        before = end
        loose = loose_heading(text, start, end)
        end = trim_pages(text, start, end if loose is None else loose)
        if closes:
            signed = find_signature(text, start, end)
            if signed < end:
                cut.known.append((signed, end, "signature"))
            end = signed
        if end == before:
            break
    return end


def _between(text: str, cut: _Cut, span: tuple[int, int], place: dict[str, str], title: str) -> list[dict[str, Any]]:
    """Text that belongs to no article: preamble, introductions of chapters, appendices; paragraphs where there is no article."""
    start, end = span
    if start >= end:
        return []
    zone = _zone(cut, start)
    if cut.openings:
        kept = kept_span(text, start, end, title=title, zone=_ZONES[zone])
        long = kept is not None and kept[1] - kept[0] > _LONG
        spans = [] if kept is None else plain_paragraphs(text, *kept) if long else [_trim(text, *kept)]
    else:
        spans = [one for one in plain_paragraphs(text, start, end) if kept_span(text, *one, title=title, zone="plain")]
    _leave_body(place, cut, spans[0][0] if spans else start)
    pieces = [_piece(a, b, _Opening(a, a, a, None, 0, _zone(cut, a)), None, place) for a, b in spans]
    if cut.openings:
        _enter_loose(text, spans[-1][1] if spans else start, end, place)
    return pieces


def _enter_loose(text: str, start: int, end: int, place: dict[str, str]) -> None:
    """A heading without 第X章 stands for what follows, up to the next heading."""
    name = loose_name(text, start, end) if start < end else None
    if name is not None:
        place[_LOOSE] = name


def _leave_body(place: dict[str, str], cut: _Cut, at: int) -> None:
    """An appendix stands in no chapter of the body; its own name is its part."""
    while cut.left < len(cut.bounds) and cut.bounds[cut.left] <= at:
        place.clear()
        if cut.names[cut.left]:
            place["编"] = cut.names[cut.left]
        cut.left += 1


def _zone(cut: _Cut, at: int) -> str:
    if cut.appendix is not None and at >= cut.appendix:
        return "appendix"
    return "preamble" if cut.openings and at < cut.openings[0].start else "body"


def _enter(place: dict[str, str], heading: Heading) -> None:
    place[heading.kind] = heading.label
    place.pop(_LOOSE, None)
    for below in _LEVELS[_LEVELS.index(heading.kind) + 1 :]:
        place.pop(below, None)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end
