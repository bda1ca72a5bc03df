"""Hybrid search over slices and clauses: full text by words and by bigrams, and vectors, fused and reranked.

Imports neither polars nor LanceDB: it takes a `Reader` and a `VectorIndex`. A hit is shown only where the published
table `embedded_spans` holds its span; repeats of one document are one hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assets.embeddings.index import gram_tokens, squeeze, word_tokens
from assets.embeddings.scoring import Query, score, weigh
from assets.text.segment import SHIPPED, Lexicon
from assets.text.spans import cite
from resources.errors import ServiceError
from resources.protocols import Embedder, Reader, VectorIndex

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Searcher", "search"]

KINDS = ("clause", "slice")
#: Rows asked of each channel at first; doubled while repeats and retired rows leave too few hits.
POOL = 60
MAX_POOL = 960
#: A query longer than this is cut: its first units say what is looked for.
MAX_QUERY = 2_000
#: Up to so many letters, a query with marks is also looked for as it stands, by reading the texts.
FRAGMENT = 8
_SPANS = {"clause": ("clauses", "clause_id"), "slice": ("slices", "slice_id")}


def search(
    reader: Reader,
    index: VectorIndex,
    basis: Embedder,
    query: str,
    *,
    k: int = 10,
    lane: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[dict[str, Any]]:
    """Find the spans that answer a query best.

    Args:
        reader: Published rows, as of one publication.
        index: Vectors and full text of the spans.
        basis: Space in which the spans were embedded; where it gives no vector, full text alone answers.
        query: What is looked for, in any words; marks in it have no meaning of their own.
        k: Most hits, counted after repeats are joined.
        lane: Only documents of this lane.
        since: Only documents published on this ISO date or later.
        until: Only documents published on this ISO date or earlier.

    Returns:
        Hits as the contract has them, best first: id, kind, score (0 to 1), lane, published, citation, also. A query
        without a letter, digit or Chinese character finds nothing.
    """
    return Searcher(reader, index, basis).search(query, k=k, lane=lane, since=since, until=until)


class Searcher:
    """Searches many queries as of one publication; remembers the documents that it has shown."""

    def __init__(self, reader: Reader, index: VectorIndex, basis: Embedder, *, lexicon: Lexicon = SHIPPED) -> None:
        self._lexicon = lexicon
        self._reader = reader
        self._index = index
        self._basis = basis
        self._documents: dict[str, dict[str, Any]] = {}
        self._repeats: dict[str, list[str]] = {}
        #: Why the last search went by full text alone; None: it did not.
        self.notice: str | None = None

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        lane: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find the spans that answer a query best; see `search`."""
        asked = self._ask(query[:MAX_QUERY])
        if k < 1 or not any(character.isalnum() for character in asked.literal):
            return []
        filters = {"lane": lane, "since": since, "until": until}
        pool = max(POOL, 3 * k)
        while True:
            rows, exhausted = self._candidates(asked, pool, filters)
            hits = self._best(asked, rows, k)
            if len(hits) >= k or exhausted or pool >= MAX_POOL:
                return [self._hit(row) for row in hits]
            pool *= 2

    def _ask(self, query: str) -> Query:
        idf = self._basis.idf
        literal, grams = squeeze(query), gram_tokens(query)
        return Query(
            raw=query.strip(),
            literal=literal,
            words=weigh(word_tokens(query, self._lexicon), idf),
            grams=weigh(grams, lambda gram: idf("#" + gram)),
            characters=weigh(literal, lambda character: idf("@" + character)),
            vector=self._vector(query) if grams else None,
        )

    def _vector(self, query: str) -> np.ndarray | None:
        """The query's vector; None, and a notice, where none is to be had: an endpoint that is down costs no answer."""
        self.notice = None
        try:
            vector: np.ndarray = self._basis.embed([query])[0]
        except ServiceError as error:
            self.notice = f"Searched by full text alone: {error}"
            return None
        return vector

    def _candidates(self, asked: Query, pool: int, filters: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
        """Live rows of every channel and kind, and whether the index has no more to give."""
        rows: list[dict[str, Any]] = []
        exhausted = True
        for kind in KINDS:
            found = self._index.search(
                kind,
                self._basis.basis_id,
                words=" ".join(asked.words),
                grams=" ".join(asked.grams),
                vector=asked.vector,
                limit=pool,
                **filters,
            )
            exhausted = exhausted and len(found) < pool
            if _is_fragment(asked) and not any(asked.raw in row["text"] for row in found):
                known = {row["span_id"] for row in found}
                more = self._index.containing(kind, self._basis.basis_id, asked.raw, limit=pool, **filters)
                found += [row for row in more if row["span_id"] not in known]
            rows += self._live(kind, found)
        return rows, exhausted

    def _live(self, kind: str, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that are published, with where and what they quote."""
        ids = [row["span_id"] for row in found]
        if not ids:
            return []
        where = {"span_id": ids, "kind": kind, "basis_id": self._basis.basis_id}
        live = {row["span_id"] for row in self._reader.rows("embedded_spans", where=where, columns=["span_id"])}
        table, key = _SPANS[kind]
        columns = [key, "doc_id", "start", "end"]
        spans = {row[key]: row for row in self._reader.rows(table, where={key: sorted(live)}, columns=columns)}
        self._remember({row["doc_id"] for row in spans.values()})
        kept = []
        for row in found:
            span = spans.get(row["span_id"])
            if span is not None and span["doc_id"] in self._documents:
                kept.append({**row, "kind": kind, "start": span["start"], "end": span["end"]})
        return kept

    def _remember(self, doc_ids: Iterable[str]) -> None:
        """Read the documents that are not known yet, and their families."""
        new = sorted(set(doc_ids) - self._documents.keys())
        if not new:
            return
        columns = ["doc_id", "lane", "title", "path", "row", "published", "duplicate_of"]
        for row in self._reader.rows("documents", where={"doc_id": new}, columns=columns):
            self._documents[row["doc_id"]] = row
        leads = sorted({_lead(self._documents[doc]) for doc in new if doc in self._documents} - self._repeats.keys())
        for lead in leads:
            self._repeats[lead] = []
        repeats = self._reader.rows("documents", where={"duplicate_of": leads}, columns=["doc_id", "duplicate_of"])
        for row in repeats:
            self._repeats[row["duplicate_of"]].append(row["doc_id"])

    def _best(self, asked: Query, rows: list[dict[str, Any]], k: int) -> list[dict[str, Any]]:
        """The k best rows; of a family of repeats only the spans of its best document."""
        for row in rows:
            row["score"] = score(asked, row)
        rows.sort(
            key=lambda row: (-row["score"], self._documents[row["doc_id"]]["duplicate_of"] is not None, row["span_id"])
        )
        shown: dict[str, str] = {}
        best = []
        for row in rows:
            lead = _lead(self._documents[row["doc_id"]])
            if shown.setdefault(lead, row["doc_id"]) == row["doc_id"]:
                best.append(row)
        return best[:k]

    def _hit(self, row: Mapping[str, Any]) -> dict[str, Any]:
        document = self._documents[row["doc_id"]]
        lead = _lead(document)
        family = [lead, *self._repeats[lead]]
        return {
            "id": row["span_id"],
            "kind": row["kind"],
            "score": row["score"],
            "lane": document["lane"],
            "published": document["published"],
            "citation": cite(document, self._reader.text(row["doc_id"]), row["start"], row["end"]),
            "also": [doc for doc in family if doc != row["doc_id"]],
        }


def _is_fragment(asked: Query) -> bool:
    """Whether the indexes may miss what holds the query: one character, or a short one with marks inside."""
    return len(asked.literal) < 2 or (len(asked.literal) <= FRAGMENT and asked.literal != asked.raw)


def _lead(document: Mapping[str, Any]) -> str:
    """The doc_id of the earliest of its family."""
    return str(document["duplicate_of"] or document["doc_id"])
