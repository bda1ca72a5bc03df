"""Sorts the evidence of an event into the parts that outlines name, each a list of ready sentences.

Parts: market (bars), denied (rumour with denial), conflict (contradicting figures), price, fact, cause, effect, measure,
response, change (a view taken back), outlook, notice (policy). What does not belong here: the order of sections (build.py).
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from assets.reports.evidence.conflicts import find_conflicts, find_denied
from assets.reports.evidence.excerpts import Piece, cut_document
from assets.reports.evidence.gather import Evidence
from assets.reports.evidence.model import Document, Excerpt
from assets.reports.evidence.subject import Subject
from assets.reports.phrases import Sentence, say_conflict, say_denied, say_excerpt, say_notice

__all__ = ["KIND_OF_PART", "Material", "collect_material"]

#: Claim kind (assets/reports/schema.py) of a sentence in each part.
KIND_OF_PART = {
    "price": "level",
    "fact": "statement",
    "cause": "cause_view",
    "effect": "effect",
    "measure": "policy_change",
    "response": "measure",
    "change": "forecast_view",
    "outlook": "forecast_view",
}
#: Part that takes a role without a part of its own.
_PART_OF_ROLE = {"other": None}
_RESTATED = re.compile(r"收(?:报|于|盘|涨|跌|高|低|在)|结算价|(?:涨|跌)幅|成交(?:量)?\s*\d|持仓")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
#: Longest excerpt that neighbours are joined into.
MAX_RUN = 160

Parts = dict[str, list[Sentence]]


class Material:
    """What can be said about an event, by part, most telling first."""

    def __init__(self, parts: Parts, left_out: dict[str, int]) -> None:
        self.parts, self.left_out = parts, left_out

    def take(self, part: str) -> list[Sentence]:
        return self.parts.get(part, [])


def collect_material(
    evidence: Evidence, subject: Subject | None, market: Sequence[Sentence], superseded: Sequence[Excerpt] = ()
) -> Material:
    """Turn evidence into sentences.

    Args:
        evidence: Documents of the event.
        subject: What the report is about; None: everything.
        market: Statements computed from bars.
        superseded: Spans of views that their holders took back the same day; they are not stated.
    """
    pieces = [piece for document in evidence.documents for piece in cut_document(document)]
    left_out: dict[str, int] = defaultdict(int)
    parts: Parts = defaultdict(list)
    parts["market"] = list(market)
    denied = find_denied(pieces)
    parts["denied"] = [say_denied(one.rumour, one.denial.excerpt) for one in denied]
    told = {_key(one.denial) for one in denied}
    taken_back = [(e.document.doc_id, e.start, e.end) for e in superseded]
    usable: list[Piece] = []
    for piece in pieces:
        reason = piece.barred or _unfit(piece, subject if market else None, taken_back)
        if reason:
            left_out[reason] += 1
        elif _key(piece) not in told:
            usable.append(piece)
    conflicts = find_conflicts(usable)
    parts["conflict"] = [say_conflict((a.excerpt, b.excerpt)) for a, b in conflicts]
    told |= {_key(piece) for pair in conflicts for piece in pair}
    _sort_pieces([piece for piece in usable if _key(piece) not in told], subject, parts)
    for document in evidence.policies:
        parts["notice"] += [say_notice(piece.excerpt) for piece in _notice_pieces(document, subject)]
    return Material(dict(parts), dict(left_out))


def _key(piece: Piece) -> tuple[str, int]:
    return piece.excerpt.document.doc_id, piece.excerpt.start


def _unfit(piece: Piece, barred: Subject | None, taken_back: Sequence[tuple[str, int, int]]) -> str | None:
    """Say why a piece is not stated, or None; `barred`: a subject whose price its bars tell."""
    excerpt = piece.excerpt
    if any(d == excerpt.document.doc_id and s < excerpt.end and excerpt.start < e for d, s, e in taken_back):
        return None if piece.role == "change" else "taken back the same day"
    if piece.role == "other":
        return "states nothing"
    if barred is not None and _restates_bars(piece.text, barred):
        return "restates the bars"
    return None


def _restates_bars(text: str, subject: Subject) -> bool:
    own = subject.symbol is not None and (subject.symbol in text or f"{subject.asked}期货主力" in text)
    return own and _RESTATED.search(text) is not None and len(_FIGURES.findall(text)) >= 2


def _sort_pieces(pieces: Sequence[Piece], subject: Subject | None, parts: Parts) -> None:
    by_part: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_part[piece.role].append(piece)
    for part, found in by_part.items():
        ranked = sorted(
            _runs(found), key=lambda e: (-_weight(e, subject), e.document.published or "", e.document.doc_id, e.start)
        )
        parts[part] += [say_excerpt(excerpt, KIND_OF_PART[part]) for excerpt in ranked]


def _runs(pieces: Sequence[Piece]) -> list[Excerpt]:
    """Join neighbours of one document and part into one excerpt, so that they read as one report of its source."""
    out: list[Excerpt] = []
    for piece in pieces:
        excerpt = piece.excerpt
        last = out[-1] if out else None
        if last and last.document.doc_id == excerpt.document.doc_id:
            gap = excerpt.document.text[last.end : excerpt.start]
            if len(gap) <= 2 and "\n" not in gap and excerpt.end - last.start <= MAX_RUN:
                out[-1] = Excerpt(excerpt.document, last.start, excerpt.end)
                continue
        out.append(excerpt)
    return out


def _weight(excerpt: Excerpt, subject: Subject | None) -> int:
    """How telling an excerpt is: about the subject, with figures, from many sources, short enough to read."""
    text = excerpt.text
    weight = min(4, len(_FIGURES.findall(text))) + 2 * min(2, len(excerpt.document.copies))
    if subject is not None:
        weight += 2 * subject.strength(text) + subject.strength(excerpt.document.title)
    return weight - len(text) // 120


def _notice_pieces(document: Document, subject: Subject | None) -> list[Piece]:
    pieces = [p for p in cut_document(document) if p.barred is None and p.role == "measure"]
    if subject is None or subject.product is None:
        return pieces[:3]
    return [p for p in pieces if subject.strength(p.text) == 2 or "所有品种" in p.text or "全部品种" in p.text][:4]
