"""Loads the documents of a day from the published tables and finds those that speak of a subject.

Repeats are joined with their originals, irrelevant documents are left out with a reason. What does not belong here: what
the sentences of a document are (roles.py, excerpts.py).
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assets.reports.evidence.excerpts import Piece, cut_document
from assets.reports.evidence.model import Document
from assets.reports.evidence.roles import is_change
from assets.reports.evidence.subject import Subject, benchmarks_of, find_products, product_terms
from assets.reports.views.holder import blank_houses, learn_persons
from resources.protocols import Reader

__all__ = ["EVENING", "Day", "Evidence", "load_day", "load_documents", "shift_day", "split_repeats"]

_COLUMNS = [
    "doc_id", "lane", "title", "source", "published", "published_date", "path", "row", "sha256", "duplicate_of",
]  # fmt: skip
#: Hour from which news of the day before belong to the next session.
EVENING = "17"
_REPOST = re.compile(
    r"\s*(?:[（(](?:转自|转载自|来源[：:]?)?[^）)。]{2,20}(?:供稿|报道)?[）)]|(?:来源|转自)[：:]\S{2,16})\s*"
)
#: Strings too rare to be common vocabulary: found in at most so many documents of the day.
RARE = 6
#: A document that names no product is about the subject's matter where it shares so many rare strings; a place counts two.
SHARED_GRAMS = 2
#: Last character of a place or a facility.
_PLACES = frozenset("湾港矿厂岛山河市县镇岭湖江海口洲州站坝峡峰城")
#: Characters of grammar and dates; a string with one of them is no name.
_PLAIN = frozenset(
    "的了在是和有为将与及其这那上下中年月日今明后前等不也都就对于从到向被把让给由以所而且或但因此较比同个一二三四五六七八九十百千万元吨手会已未再又还表示认为称说据期货市场价格合约交易主力"
)


@dataclass
class Evidence:
    """Documents of an event: originals that count, their repeats, notices, and what was left out and why."""

    documents: list[Document] = field(default_factory=list)
    repeats: list[Document] = field(default_factory=list)
    policies: list[Document] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def all(self) -> list[Document]:
        return [*self.documents, *self.repeats, *self.policies]


def shift_day(day: str, days: int) -> str:
    """Return the calendar day so many days later."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def load_documents(reader: Reader, lanes: Sequence[str], since: str, until: str) -> list[Document]:
    """Load the documents of some lanes and days with their texts, in order of publication.

    An original carries the sources of its near-duplicates in `copies`.
    """
    where = {"lane": list(lanes), "published_date__ge": since, "published_date__le": until}
    rows = reader.rows("documents", where=where, columns=_COLUMNS, order_by=["published", "path", "row", "doc_id"])
    ids = [row["doc_id"] for row in rows]
    texts = {
        row["doc_id"]: row["text"]
        for row in (reader.rows("sources", where={"doc_id": ids}, columns=["doc_id", "text"]) if ids else [])
    }
    copies: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["duplicate_of"] and row["source"]:
            copies[row["duplicate_of"]].append(row["source"])
    return [
        Document.of(row, texts[row["doc_id"]], tuple(sorted(set(copies[row["doc_id"]]))))
        for row in rows
        if row["doc_id"] in texts
    ]


def split_repeats(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Part originals from repeats: those that the records call duplicates, and reposts of the same words."""
    bodies: set[str] = set()
    originals: list[Document] = []
    repeats: list[Document] = []
    ids = {document.doc_id for document in documents}
    for document in documents:
        body = re.sub(r"\s+", "", document.text[m.end() :] if (m := _REPOST.match(document.text)) else document.text)
        if document.duplicate_of in ids or body in bodies:
            repeats.append(document)
        else:
            originals.append(document)
            bodies.add(body)
    return originals, repeats


def load_day(reader: Reader, day: str, *, eve: bool = False) -> "Day":
    """Load the news and research of a day; `eve`: with those of the evening before, which belong to its session."""
    documents = load_documents(reader, ("news", "research"), shift_day(day, -1) if eve else day, day)
    return Day([d for d in documents if d.day == day or (d.published or "")[11:13] >= EVENING])


class Day:
    """The news and research of a day, cut and indexed once for all subjects."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = list(documents)
        self.originals, self.repeats = split_repeats(documents)
        self._pieces: dict[str, list[Piece]] = {}

    def pieces(self, document: Document) -> list[Piece]:
        """Return the excerpts of a document, cut once."""
        if document.doc_id not in self._pieces:
            self._pieces[document.doc_id] = cut_document(document)
        return self._pieces[document.doc_id]

    @cached_property
    def named(self) -> dict[str, frozenset[str]]:
        """The products that each document names."""
        return {
            d.doc_id: frozenset(c for c, score in find_products(f"{d.title}\n{d.text}").items() if score >= 2)
            for d in self.documents
        }

    @cached_property
    def grams(self) -> dict[str, frozenset[str]]:
        """The rare strings of each original, names for the most part."""
        found = {d.doc_id: frozenset(_grams(f"{d.title}\n{d.text}")) for d in self.originals}
        spread = Counter(gram for grams in found.values() for gram in grams)
        return {doc_id: frozenset(g for g in grams if 2 <= spread[g] <= RARE) for doc_id, grams in found.items()}

    def products(self) -> list[str]:
        """Return the codes of the products in the day's news, the most written about first."""
        counts: Counter[str] = Counter()
        for document in self.originals:
            for code in self.named[document.doc_id]:
                in_title = any(term in document.title for term in product_terms(code)[0])
                counts[code] += 3 if in_title else 1
        return sorted(counts, key=lambda code: (-counts[code], code))

    def evidence(self, subject: Subject, policies: Sequence[Document] = ()) -> Evidence:
        """Find what speaks of a subject.

        A document does where it names the subject; where it names the market around it and no other product; or where
        it names no product and shares rare strings (a place, a mine, a person) with documents that do, as an answer
        to a rumour does.

        Args:
            subject: The subject.
            policies: Notices to choose from; those that name the subject are kept.
        """
        core = {d.doc_id for d in self.originals if self._names(d, subject)}
        grams = {gram for doc_id in core for gram in self.grams[doc_id]}
        persons = learn_persons(d for d in self.originals if d.doc_id in core)
        kept = set(core)
        for document in self.originals:
            if document.doc_id not in core and not self._others(document, subject):
                shared = sum(1 + (gram[-1] in _PLACES) for gram in self.grams[document.doc_id] & grams)
                needed = SHARED_GRAMS - (document.lane == "research") if subject.product else 2 * SHARED_GRAMS
                shared += SHARED_GRAMS * self._turns(document, persons)
                if shared >= needed:
                    kept.add(document.doc_id)
        found = Evidence([d for d in self.originals if d.doc_id in kept])
        found.repeats = [d for d in self.repeats if d.duplicate_of in kept or self._names(d, subject)]
        found.policies = [d for d in policies if subject.strength(f"{d.title}\n{d.text}") == 2]
        taken = kept | {d.doc_id for d in found.repeats}
        found.left_out = {d.doc_id: "not about the subject" for d in self.documents if d.doc_id not in taken}
        return found

    def _turns(self, document: Document, persons: Iterable[str]) -> bool:
        """Whether a person known from the subject's documents writes, or takes a view back, in a document."""
        heard = [p for p in persons if p in document.text]
        if not heard or document.lane == "research":
            return bool(heard)
        return any(is_change(piece.text) and any(p in piece.text for p in heard) for piece in self.pieces(document))

    def _names(self, document: Document, subject: Subject) -> bool:
        text = f"{document.title}\n{document.text}"
        if subject.strength(text) == 2:
            return True
        in_title = subject.strength(document.title) > 0
        needed = 1 if document.lane == "research" else 2
        return (in_title or subject.weak_hits(text) >= needed) and not self._others(document, subject)

    def _others(self, document: Document, subject: Subject) -> frozenset[str]:
        """Products that a document names, the subject's own left out."""
        own = {subject.product.code, *benchmarks_of(subject.product.code)} if subject.product else set()
        return self.named[document.doc_id] - own


def _grams(text: str) -> Iterator[str]:
    """Strings that may name a place, a mine or a person: characters that form no word of the dictionary; houses left out."""
    import rjieba

    run, before = "", ""
    for token in [*rjieba.cut(blank_houses(text), False), ""]:
        if len(token) == 1 and "一" <= token <= "龥" and token not in _PLAIN:
            run += token
            continue
        if run and len(before) == 2 and run[0] in _PLACES:
            yield before + run[0]
        if len(run) == 2:
            yield run
        yield from (run[i : i + 3] for i in range(len(run) - 2))
        run, before = "", token
