"""Sorts the evidence of an event into the parts that outlines name, each a list of ready sentences.

Parts: market (bars), denied (rumour with denial), rumour (one that nobody answered), conflict (contradicting figures), price, fact, cause, effect, measure,
response, change (a view taken back), outlook, notice (policy). What does not belong here: the order of sections (build.py).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assets.reports.evidence.conflicts import find_conflicts, find_denied, find_undenied
from assets.reports.evidence.excerpts import Piece, cut_document
from assets.reports.evidence.gather import Day, Evidence
from assets.reports.evidence.model import Document, Excerpt
from assets.reports.evidence.subject import Subject, benchmarks_of, domestic_products, product_terms
from assets.reports.phrases import Sentence, say_conflict, say_denied, say_excerpt, say_notice, say_rumour
from assets.reports.viewpoints import View

__all__ = [
    "KIND_OF_PART",
    "Material",
    "collect_denials",
    "collect_material",
    "collect_notices",
    "collect_rumours",
]

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
_RESTATED = re.compile(
    r"收(?:报|于|盘|涨|跌|高|低|在)|结算(?:价|涨|跌)|(?:涨|跌)幅|成交(?:量)?\s*\d|持仓|最[高低](?:触及|价)?|开盘报"
)
_OWN = re.compile(r"该合约|主力合约(?!SC)")
#: A cause that its holder puts first.
_MAIN = re.compile(r"主因|首要|(?:主要|直接|根本)原因")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
#: Roles that say less than that a sentence holds a view.
_PLAIN_ROLES = ("other", "fact", "price")
#: Longest excerpt that neighbours are joined into.
MAX_RUN = 160
#: A sentence whose character pairs stand to this share in one already said says nothing new.
SAID = 0.75
#: A document of so many sentences, of which fewer than one in `FEW` name the subject, speaks of something else.
LONG, FEW = 6, 4
#: Excerpts of a part that are looked at, the most telling first.
LOOKED_AT = 80

Parts = dict[str, list[Sentence]]


class Material:
    """What can be said about an event, by part, most telling first; and how much was left out, by reason."""

    def __init__(self, parts: Parts, left_out: Mapping[str, int]) -> None:
        self.parts, self.left_out = parts, dict(left_out)

    def take(self, part: str) -> list[Sentence]:
        return self.parts.get(part, [])


def collect_material(
    day: Day, evidence: Evidence, subject: Subject, market: Sequence[Sentence], views: Sequence[View] = ()
) -> Material:
    """Turn the evidence on a subject into sentences.

    Args:
        day: The day, for its excerpts.
        evidence: Documents of the event.
        subject: What the report is about.
        market: Statements computed from bars; sentences that only restate them are left out.
        views: Views found in the day's documents: a sentence that holds one is an outlook, and one that its holder took
            back the same day is not stated.
    """
    pieces = [piece for document in evidence.documents for piece in day.pieces(document)]
    left_out: dict[str, int] = defaultdict(int)
    parts: Parts = defaultdict(list)
    parts["market"] = list(market)
    denied = find_denied(pieces)
    parts["denied"] = [say_denied(one.rumour, one.denial.excerpt) for one in denied]
    told = {_key(one.denial) for one in denied}
    held = _by_document(view.excerpt for view in views if not view.taken_back)
    taken_back = _by_document(view.excerpt for view in views if view.taken_back)
    usable: list[Piece] = []
    judge = _Judge(subject, pieces, has_bars=bool(market))
    for found in pieces:
        piece = replace(found, role="outlook") if _is_outlook(found, held) else found
        reason = piece.barred or _taken_back(piece, taken_back) or judge.unfit(piece)
        if reason:
            left_out[reason] += 1
        elif _key(piece) not in told:
            usable.append(piece)
    conflicts = find_conflicts(usable)
    parts["conflict"] = [say_conflict((a.excerpt, b.excerpt)) for a, b in conflicts]
    told |= {_key(piece) for pair in conflicts for piece in pair}
    said = [_pairs(sentence.text) for part in ("denied", "conflict") for sentence in parts[part]]
    left_out["said already"] += _sort_pieces([p for p in usable if _key(p) not in told], subject, parts, said)
    parts["rumour"] = [say_rumour(piece.excerpt) for piece in find_undenied(pieces) if judge.is_own(piece)]
    left_out["rumour"] -= len(parts["rumour"])
    parts["notice"] = collect_notices(evidence.policies, subject)
    return Material(parts, left_out)


def collect_denials(day: Day) -> list[Sentence]:
    """Return the rumours of a day with their denials."""
    pieces = [piece for document in day.originals for piece in day.pieces(document)]
    return [say_denied(one.rumour, one.denial.excerpt) for one in find_denied(pieces)]


def collect_rumours(day: Day) -> list[Sentence]:
    """Return the rumours of a day that nobody answered, each told as one."""
    return [say_rumour(p.excerpt) for p in find_undenied([p for d in day.originals for p in day.pieces(d)])]


def collect_notices(documents: Sequence[Document], subject: Subject | None) -> list[Sentence]:
    """Return what notices change, for a subject or for all."""
    sentences: list[Sentence] = []
    for document in documents:
        pieces = [p for p in cut_document(document) if p.barred is None and p.role == "measure"]
        if subject is not None and subject.product is not None:
            pieces = [
                p for p in pieces if subject.strength(p.text) == 2 or re.search("所有品种|全部品种|各品种", p.text)
            ]
        sentences += [say_notice(piece.excerpt) for piece in pieces[:4]]
    return sentences


class _Judge:
    """Says which pieces are not stated although nothing is wrong with them."""

    def __init__(self, subject: Subject, pieces: Sequence[Piece], *, has_bars: bool) -> None:
        self.subject, self.has_bars = subject, has_bars
        self.passing = self._mentioned_in_passing(pieces)
        own = {subject.product.code, *benchmarks_of(subject.product.code)} if subject.product else set()
        self.others = [t for code in domestic_products() if code not in own for t in product_terms(code)[0]]

    def unfit(self, piece: Piece) -> str | None:
        text = piece.text
        if piece.role == "other" or (piece.role == "price" and self.has_bars and not _FIGURES.search(text)):
            return "states nothing"
        strength = self.subject.strength(text)
        if strength == 0 and piece.excerpt.document.doc_id in self.passing:
            return "about another matter"
        if not self.is_own(piece):
            return "about another product"
        if self.has_bars and self._restates_bars(text, piece.excerpt.document):
            return "restates the bars"
        return None

    def is_own(self, piece: Piece) -> bool:
        """Whether a piece names the subject, or at least no other product."""
        named = self.subject.product is None or self.subject.strength(piece.text) == 2
        return named or not any(term in piece.text for term in self.others)

    def _mentioned_in_passing(self, pieces: Sequence[Piece]) -> frozenset[str]:
        """Long documents that name the subject in few of their sentences and not in the title."""
        total: dict[str, int] = defaultdict(int)
        named: dict[str, int] = defaultdict(int)
        for piece in pieces:
            doc_id = piece.excerpt.document.doc_id
            if self.subject.strength(piece.excerpt.document.title) == 0:
                total[doc_id] += 1
                named[doc_id] += self.subject.strength(piece.text) > 0
        return frozenset(d for d, n in total.items() if n >= LONG and 0 < named[d] * FEW < n)

    def _restates_bars(self, text: str, document: Document) -> bool:
        symbol = self.subject.symbol
        own = symbol is not None and symbol in text
        if not own and _OWN.search(text):
            own = symbol is not None and symbol in document.text and self.subject.weak_hits(text) == 0
        if not own and self.subject.product:
            name = self.subject.product.name
            own = (
                re.search(
                    rf"(?:今日|当日|国内)?{re.escape(name)}(?:期货)?(?:今日|当日|主力)?[^，。]{{0,4}}(?:涨|跌)幅", text
                )
                is not None
            )
        return (
            own and _RESTATED.search(text) is not None and _FIGURES.search(text.replace(symbol or "", "")) is not None
        )


def _key(piece: Piece) -> tuple[str, int]:
    return piece.excerpt.document.doc_id, piece.excerpt.start


def _by_document(spans: Iterable[Excerpt]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in spans:
        found[span.document.doc_id].append((span.start, span.end))
    return found


def _taken_back(piece: Piece, spans: Mapping[str, list[tuple[int, int]]]) -> str | None:
    return "taken back the same day" if piece.role != "change" and _overlaps(piece, spans) else None


def _is_outlook(piece: Piece, held: Mapping[str, list[tuple[int, int]]]) -> bool:
    """Whether a piece holds a view that says more than its role does: a view with its ground is no cause of the move."""
    weak = piece.role in _PLAIN_ROLES or (piece.role == "cause" and not _MAIN.search(piece.text))
    return weak and _overlaps(piece, held)


def _overlaps(piece: Piece, spans: Mapping[str, list[tuple[int, int]]]) -> bool:
    excerpt = piece.excerpt
    return any(s < excerpt.end and excerpt.start < e for s, e in spans.get(excerpt.document.doc_id, ()))


def _sort_pieces(pieces: Sequence[Piece], subject: Subject, parts: Parts, said: list[frozenset[str]]) -> int:
    """Sort pieces into parts, the most telling first; returns how many say nothing new."""
    repeated = 0
    by_part: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_part[piece.role].append(piece)
    for part in KIND_OF_PART:
        ranked = sorted(_runs(by_part[part]), key=lambda e: (-_weight(e, subject), *_place(e)))
        for excerpt in ranked[:LOOKED_AT]:
            pairs = _pairs(excerpt.text)
            if any(len(pairs & other) >= SAID * len(pairs) for other in said):
                repeated += 1
                continue
            said.append(pairs)
            parts[part].append(say_excerpt(excerpt, KIND_OF_PART[part]))
    return repeated


def _place(excerpt: Excerpt) -> tuple[str, str, int]:
    return excerpt.document.published or "", excerpt.document.doc_id, excerpt.start


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


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


def _weight(excerpt: Excerpt, subject: Subject) -> int:
    """How telling an excerpt is: about the subject, with figures, from many sources, short enough to read."""
    text = excerpt.text
    weight = min(4, len(_FIGURES.findall(text))) + 2 * min(2, len(excerpt.document.copies))
    weight += 2 * subject.strength(text) + subject.strength(excerpt.document.title)
    return weight + 3 * bool(_MAIN.search(text)) - len(text) // 120
