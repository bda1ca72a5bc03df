"""Hybrid search over slices and clauses: full text by words and by bigrams, and vectors, fused and reranked.

Imports neither polars nor LanceDB: it takes a `Reader` and a `VectorIndex`. A hit is shown only where the published
table `embedded_spans` holds its span; repeats of one document are one hit. Text of a rulebook that another replaced or
repealed is left out before the search, unless every version is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from assets.embeddings.index import gram_tokens, joined, squeeze, word_tokens
from assets.embeddings.scoring import Query, score, score_on_day, score_respelt, weigh
from assets.embeddings.snippets import snippet
from assets.embeddings.understanding import understand
from assets.text.segment import SHIPPED, Lexicon
from assets.text.spans import cite
from resources.errors import ServiceError
from resources.protocols import Embedder, Reader, VectorIndex

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Options", "Rules", "Searcher", "search"]

KINDS = ("clause", "slice")
#: Rows asked of each channel at first; doubled while repeats and retired rows leave too few hits.
POOL = 60
MAX_POOL = 960
#: A query longer than this is cut: its first units say what is looked for.
MAX_QUERY = 2_000
#: Up to so many letters, a query with marks is also looked for as it stands, by reading the texts.
FRAGMENT = 8
#: Up to so many letters, rows that hold all pairs of a query are looked for where no candidate holds it as it stands.
WHOLE = 60
#: With `fresh`, scores within one step of this size are equal, and the newer one is first.
STEP = 0.05
_FIGURE = re.compile(r"\d[\d.]*%?")
_SPANS = {"clause": ("clauses", "clause_id"), "slice": ("slices", "slice_id")}


@dataclass(frozen=True)
class Options:
    """How to search beside what is looked for.

    lane, since and until leave out documents (ISO dates); `as_of` is the day whose rules count, None the newest ones;
    `all_versions` keeps replaced rules, labelled; `fresh` puts the newer first among equals; `today` is the day from which
    words like 上周五 count.
    """

    lane: str | None = None
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    all_versions: bool = False
    fresh: bool = False
    today: str | None = None


class Rules(Protocol):
    """What a search needs to know of the rulebooks."""

    def not_in_force(self, as_of: str | None) -> Mapping[str, str]:
        """Documents whose text does not apply on a day (None: by now), each with the sentence that says why."""
        ...

    def article(self, query: str, as_of: str | None) -> tuple[str, int] | None:
        """Document and start of the one clause that a query names by title and article."""
        ...


class _NoRules:
    def not_in_force(self, as_of: str | None) -> Mapping[str, str]:  # noqa: ARG002 - the protocol has it
        return {}

    def article(self, query: str, as_of: str | None) -> tuple[str, int] | None:  # noqa: ARG002 - the protocol has it
        return None


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
        Hits as the contract has them, best first: id, kind, score (0 to 1), lane, published, citation, also; and
        snippet (the part to look at first: start and end in the stored text, quote) and note (why a rule does not
        apply, else null). A query without a letter, digit or Chinese character finds nothing.
    """
    return Searcher(reader, index, basis).search(query, k=k, lane=lane, since=since, until=until)


class Searcher:
    """Searches many queries as of one publication; remembers the documents that it has shown."""

    def __init__(
        self,
        reader: Reader,
        index: VectorIndex,
        basis: Embedder,
        *,
        lexicon: Lexicon = SHIPPED,
        rules: Rules | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._reader = reader
        self._index = index
        self._basis = basis
        self._rules: Rules = rules or _NoRules()
        self._ended: dict[str | None, Mapping[str, str]] = {}
        self._documents: dict[str, dict[str, Any]] = {}
        self._repeats: dict[str, list[str]] = {}
        #: Why the last search went by full text alone, or what it had to repair; None: nothing is to be said.
        self.notice: str | None = None

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        lane: str | None = None,
        since: str | None = None,
        until: str | None = None,
        options: Options | None = None,
    ) -> list[dict[str, Any]]:
        """Find the spans that answer a query best; see `search`, and `Options` for what else can be asked."""
        how = options or Options(lane, since, until)
        asked = self._ask(query[:MAX_QUERY], how.today or how.as_of)
        if k < 1 or not any(character.isalnum() for character in asked.literal):
            return []
        ended = self._not_in_force(how.as_of)
        filters: dict[str, Any] = {"lane": how.lane, "since": how.since, "until": how.until}
        filters |= {} if how.all_versions else {"without": sorted(ended)}
        pool = max(POOL, 3 * k)
        while True:
            rows, exhausted = self._candidates(asked, pool, filters)
            named = self._named(query, how, rows)
            hits = self._best(asked, rows, k, fresh=how.fresh, named=named)
            if len(hits) >= k or exhausted or pool >= MAX_POOL:
                break
            pool *= 2
        self.notice = self.notice or self._index.notice
        return [self._hit(asked, row, ended) for row in hits]

    def _not_in_force(self, as_of: str | None) -> Mapping[str, str]:
        if as_of not in self._ended:
            self._ended[as_of] = self._rules.not_in_force(as_of)
        return self._ended[as_of]

    def _ask(self, query: str, today: str | None) -> Query:
        asked = self._cut(query)
        named = understand(query, today)
        rest = self._cut(named.rest) if named.rest else None
        vector = self._vector(query) if asked.grams else None
        others = tuple(self._cut(one) for one in named.spellings)
        return replace(asked, vector=vector, others=others, days=named.days, rest=rest)

    def _cut(self, query: str) -> Query:
        idf = self._basis.idf
        literal, grams = squeeze(query), gram_tokens(query)
        return Query(
            raw=query.strip(),
            literal=literal,
            words=weigh(word_tokens(query, self._lexicon), idf),
            grams=weigh(grams, lambda gram: idf("#" + gram)),
            characters=weigh(literal, lambda character: idf("@" + character)),
            figures=tuple(dict.fromkeys(_FIGURE.findall(literal))),
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
            found = self._channels(kind, asked, pool, filters)
            exhausted = exhausted and len(found) < pool
            known = {row["span_id"] for row in found}
            for row in self._further(kind, asked, pool, filters, found):
                if row["span_id"] not in known:
                    known.add(row["span_id"])
                    found.append(row)
            rows += self._live(kind, found)
        return rows, exhausted

    def _channels(self, kind: str, asked: Query, pool: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        words, grams = _tokens(asked)
        basis_id = self._basis.basis_id
        return self._index.search(kind, basis_id, words=words, grams=grams, vector=asked.vector, limit=pool, **filters)

    def _further(
        self, kind: str, asked: Query, pool: int, filters: dict[str, Any], found: Sequence[dict[str, Any]]
    ) -> Iterable[dict[str, Any]]:
        """Rows that the channels may miss: what holds the query as it stands, and what was published on its days."""
        basis_id = self._basis.basis_id
        if _is_fragment(asked) and not any(asked.raw in row["text"] for row in found):
            yield from self._index.containing(kind, basis_id, asked.raw, limit=pool, **filters)
        elif 2 < len(asked.literal) <= WHOLE and not any(_holds(asked, row) for row in found):
            every = " ".join(asked.grams)
            yield from self._index.search(kind, basis_id, every=every, limit=pool, **filters)
        for day in asked.days if asked.rest is not None else ():
            if (filters["since"] or day) <= day <= (filters["until"] or day):
                words, grams = _tokens(asked.rest) if asked.rest else ("", "")
                on_day = {**filters, "since": day, "until": day}
                yield from self._index.search(kind, basis_id, words=words, grams=grams, limit=pool, **on_day)

    def _named(self, query: str, how: Options, rows: list[dict[str, Any]]) -> str | None:
        """The span of the one clause that the query names, which is then among the rows."""
        found = None if how.lane not in (None, "rulebooks") else self._rules.article(query, how.as_of)
        if found is None:
            return None
        clauses = self._reader.rows("clauses", where={"doc_id": found[0]}, columns=["clause_id", "start"])
        before = [row for row in clauses if row["start"] <= found[1]]
        if not before:
            return None
        span = str(max(before, key=lambda row: (row["start"], row["clause_id"]))["clause_id"])
        if all(row["span_id"] != span for row in rows):
            basis_id = self._basis.basis_id
            only = self._index.containing(
                "clause", basis_id, "", limit=1, lane=how.lane, since=how.since, until=how.until, only=[span]
            )
            rows += self._live("clause", only)
        return span

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

    def _best(
        self, asked: Query, rows: list[dict[str, Any]], k: int, *, fresh: bool, named: str | None
    ) -> list[dict[str, Any]]:
        """The k best rows; of a family of repeats only the spans of its best document."""
        for row in rows:
            row["score"] = 1.0 if row["span_id"] == named else _score(asked, row)
        rows.sort(
            key=lambda row: (-row["score"], self._documents[row["doc_id"]]["duplicate_of"] is not None, row["span_id"])
        )
        if fresh:
            rows.sort(key=lambda row: self._documents[row["doc_id"]]["published"] or "", reverse=True)
            rows.sort(key=lambda row: -int(row["score"] / STEP))
        shown: dict[str, str] = {}
        best = []
        for row in rows:
            lead = _lead(self._documents[row["doc_id"]])
            if shown.setdefault(lead, row["doc_id"]) == row["doc_id"]:
                best.append(row)
        return best[:k]

    def _hit(self, asked: Query, row: Mapping[str, Any], ended: Mapping[str, str]) -> dict[str, Any]:
        document = self._documents[row["doc_id"]]
        lead = _lead(document)
        family = [lead, *self._repeats[lead]]
        citation = cite(document, self._reader.text(row["doc_id"]), row["start"], row["end"])
        start, end = snippet(citation["quote"], asked)
        return {
            "id": row["span_id"],
            "kind": row["kind"],
            "score": row["score"],
            "lane": document["lane"],
            "published": document["published"],
            "citation": citation,
            "also": [doc for doc in family if doc != row["doc_id"]],
            "snippet": {
                "start": row["start"] + start,
                "end": row["start"] + end,
                "quote": citation["quote"][start:end],
            },
            "note": ended.get(row["doc_id"]),
        }


def _score(asked: Query, row: Mapping[str, Any]) -> float:
    """The best of what the query as it stands, its other spellings and its days say for a row."""
    found = [score(asked, row), *(score_respelt(one, row) for one in asked.others)]
    if asked.rest is not None and row["published_date"] in asked.days:
        found.append(score_on_day(asked.rest, row))
    return max(found)


def _tokens(asked: Query) -> tuple[str, str]:
    """Words and bigrams of a query and its other spellings, each once, joined by blanks."""
    words: dict[str, float] = {}
    grams: dict[str, float] = {}
    for one in (asked, *asked.others):
        words |= one.words
        grams |= one.grams
    return " ".join(words), " ".join(grams)


def _holds(asked: Query, row: Mapping[str, Any]) -> bool:
    return asked.raw in row["text"] or asked.literal in joined(row["grams"])


def _is_fragment(asked: Query) -> bool:
    """Whether the indexes may miss what holds the query: one character, or a short one with marks inside."""
    return len(asked.literal) < 2 or (len(asked.literal) <= FRAGMENT and asked.literal != asked.raw)


def _lead(document: Mapping[str, Any]) -> str:
    """The doc_id of the earliest of its family."""
    return str(document["duplicate_of"] or document["doc_id"])
