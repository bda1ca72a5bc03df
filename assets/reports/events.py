"""Finds the events that deserve a report: extreme moves, risk events, and the days with news.

What does not belong here: building the report (build.py) and starting a run (the room of sensors).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.reports.evidence.conflicts import Denied, find_denied
from assets.reports.evidence.excerpts import Piece, cut_document
from assets.reports.evidence.gather import load_documents, shift_day, split_repeats
from assets.reports.evidence.model import Document
from assets.reports.evidence.subject import find_products, product_terms
from assets.reports.moves import ALL, extreme_rows
from assets.text.products import PRODUCTS, product_of_symbol
from resources.protocols import Reader

__all__ = ["Event", "find_events"]

LANES = ("news", "research", "policies")
#: Places and facilities that incidents happen at, and what rumours are about besides.
_PLACES = "交割仓库|仓库|矿山|矿区|管道|港口|码头|油轮|炼厂|冶炼厂|盐湖|厂区|油田|电厂|铁路|运河|海峡"
_PLACE = re.compile(f"({_PLACES})")
_MATTERS = re.compile(
    rf"(量化交易|程序化交易|高频交易|夜盘交易|做空机制|杠杆交易|配资|操纵市场|内幕交易|{_PLACES}|仓单|停牌|退市|违约|破产|逼仓)"
)
_INCIDENT = re.compile(
    r"起火|火灾|爆炸|泄漏|坍塌|透水|搁浅|沉没|遇袭|劫持|伤亡|事故|立案|处罚|罚款|警示函|爆仓|穿仓|违约|破产|跑路"
)
#: A rumour is an event of its own where so many documents of the day speak of it.
BURST = 3
#: A product is one where so many documents that name it rumour something or report an incident, from more than one source.
PRODUCT_BURST = 4
#: So many contracts that moved on one day have a report of their own together, besides that of each.
GROUP = 2


@dataclass(frozen=True)
class Event:
    """One event: kind of report, subject, day (YYYY-MM-DD)."""

    kind: str
    subject: str
    day: str


def find_events(reader: Reader, days: Sequence[str] | None, *, threshold_pct: Decimal, basis: str) -> list[Event]:
    """Find the events of some days.

    Args:
        reader: Published rows.
        days: Days to look at; None: every day with news.
        threshold_pct: Least move in percent, compared with the exact quotient.
        basis: settle_vs_prev_settle, close_vs_prev_settle or close_vs_prev_close.

    Returns:
        Sorted by day, kind and subject. extreme_move: a main contract (benchmarks abroad left out) that moved by the threshold, where a document of
        the day or the day after names it, and `all` where two of them did; risk_event: a matter rumoured and denied, or told of as a
        rumour or incident in three documents of the day, or a product of which four tell so; daily: `all` for each day with news.
    """
    wanted = sorted(set(days)) if days is not None else None
    by_day = _documents_by_day(reader, wanted)
    news_days = {day for day, found in by_day.items() if any(d.lane == "news" for d in found)}
    if wanted is not None:
        news_days &= set(wanted)
    events = [Event("daily", "all", day) for day in news_days]
    events += _extreme_moves(reader, wanted, by_day, threshold_pct, basis)
    for day in sorted(news_days):
        events += [Event("risk_event", subject, day) for subject in _risk_subjects(by_day[day])]
    return sorted(set(events), key=lambda e: (e.day, e.kind, e.subject))


def _documents_by_day(reader: Reader, days: Sequence[str] | None) -> dict[str, list[Document]]:
    """Documents of the days and of the day after each."""
    spans = [("0000-01-01", "9999-12-31")] if days is None else [(day, shift_day(day, 1)) for day in days]
    found = {document.doc_id: document for span in spans for document in load_documents(reader, LANES, *span)}
    by_day: dict[str, list[Document]] = defaultdict(list)
    for document in found.values():
        if document.day:
            by_day[document.day].append(document)
    return by_day


def _extreme_moves(
    reader: Reader,
    days: Sequence[str] | None,
    by_day: dict[str, list[Document]],
    threshold: Decimal,
    basis: str,
) -> list[Event]:
    events = []
    for row in extreme_rows(reader, days, threshold, basis):
        near = [*by_day.get(row["date"], []), *by_day.get(shift_day(row["date"], 1), [])]
        terms = _terms(row["symbol"], row["product"])
        if any(term in d.title or term in d.text for d in near for term in terms):
            events.append(Event("extreme_move", row["symbol"], row["date"]))
    moved = Counter(event.day for event in events)
    return events + [Event("extreme_move", ALL, day) for day, n in sorted(moved.items()) if n >= GROUP]


def _terms(symbol: str, code: str | None) -> tuple[str, ...]:
    product = PRODUCTS.get(code) if code else product_of_symbol(symbol)
    return (symbol, *(product_terms(product.code)[0] if product else ()))


def _risk_subjects(documents: Sequence[Document]) -> list[str]:
    """Matters of a day that were rumoured and denied, or that many documents rumour or report as an incident."""
    originals, _ = split_repeats([d for d in documents if d.lane in ("news", "research")])
    pieces = [piece for document in originals for piece in cut_document(document)]
    subjects: set[str] = set()
    for denied in find_denied(pieces):
        subject = _subject_of(denied)
        if subject and sum(subject in d.text or subject in d.title for d in documents) >= 2:
            subjects.add(subject)
    return sorted(subjects | _bursts(pieces))


def _bursts(pieces: Sequence[Piece]) -> set[str]:
    """Matters that a rumour or an incident is told of in many documents."""
    told: dict[str, set[str]] = defaultdict(set)
    products: dict[str, dict[str, str]] = defaultdict(dict)
    for piece in pieces:
        if piece.barred == "rumour" or (piece.barred is None and _INCIDENT.search(piece.text)):
            document = piece.excerpt.document
            for match in _PLACE.finditer(piece.text):
                told[match[1]].add(document.doc_id)
            for code, score in find_products(f"{document.title}\n{piece.text}").items():
                if score >= 2:
                    products[PRODUCTS[code].name][document.doc_id] = document.source or document.title
    burst = {matter for matter, doc_ids in told.items() if len(doc_ids) >= BURST}
    return burst | {name for name, by in products.items() if len(by) >= PRODUCT_BURST and len(set(by.values())) > 1}


def _subject_of(denied: Denied) -> str | None:
    """The matter that a rumour names, looked for in it and then in its sentence; else first words that the denial shares."""
    rumour = denied.rumour
    text = rumour.document.text
    begin = max(text.rfind(mark, 0, rumour.start) for mark in "。\n") + 1
    ends = [at for mark in "。\n" if (at := text.find(mark, rumour.end)) >= 0]
    for where in (rumour.text, text[begin : min(ends, default=len(text))]):
        found = _MATTERS.search(where)
        if found:
            return found[1]
    for size in (6, 5, 4):
        run = re.match(rf"[一-龥]{{{size}}}", rumour.text)
        if run and run.group() in denied.denial.text:
            return run.group()
    return None
