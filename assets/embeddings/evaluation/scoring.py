"""How a home answers its questions; whether that is worse than before is judged in quality/evaluation.py.

The ways to an answer are handed in as functions: searching is of this stage, looking up of an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.embeddings.evaluation.questions import KINDS, Question
from assets.text.spans import canonical_json, sha256_text
from resources.errors import ServiceError
from resources.protocols import Embedder, Reader

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Answering", "CandidateReader", "Prepared", "Verdict", "rows_of", "score_questions", "score_searches"]

HITS = 10
EXAMPLES = 20

Search = Callable[[str, int], Sequence[Mapping[str, Any]]]
Clause = Callable[[str, str], Mapping[str, Any]]
Policy = Callable[[str, str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Answering:
    """The ways to an answer: hits of a query, a clause by title and locator, facts of a product on a day, stored texts."""

    search: Search
    clause: Clause
    policy: Policy
    text: Callable[[str], str]


@dataclass(frozen=True)
class Verdict:
    """One question answered: right or not, at which place among the hits (from 1; 0: not), what came instead."""

    question: Question
    right: bool
    got: str
    place: int = 0
    #: Citations whose quote is not what the stored text says.
    broken: int = 0


def score_questions(questions: Sequence[Question], ways: Answering) -> list[Verdict]:
    """Answer the questions in their order."""
    return [_answer(question, ways) for question in questions]


def score_searches(questions: Sequence[Question], search: Search, text: Callable[[str], str]) -> list[Verdict]:
    """Answer questions that only search can answer, in their order; `text` gives stored texts."""
    return [_searched(question, search, text) for question in questions]


def _answer(question: Question, ways: Answering) -> Verdict:
    if question.problem:
        return Verdict(question, right=False, got=question.problem)
    if question.kind == "policy":
        return _policy(question, ways)
    if question.locator:
        return _clause(question, ways)
    return _searched(question, ways.search, ways.text)


def _searched(question: Question, search: Search, text: Callable[[str], str]) -> Verdict:
    hits = search(question.asked, HITS)
    places = [at for at, hit in enumerate(hits, 1) if _is_wanted(question, hit)]
    got = f"《{hits[0]['citation']['title']}》" if hits else "nothing"
    broken = sum(not _holds(hit["citation"], text) for hit in hits)
    return Verdict(question, bool(places), got, places[0] if places else 0, broken)


def _is_wanted(question: Question, hit: Mapping[str, Any]) -> bool:
    citation = hit["citation"]
    if question.doc_ids:
        return bool({citation["doc_id"], *hit["also"]} & set(question.doc_ids))
    if question.item:
        return bool(question.item in citation["title"])
    return bool(question.quote in citation["quote"])


def _clause(question: Question, ways: Answering) -> Verdict:
    said = ways.clause(question.document, question.locator)
    if said["status"] == "refused":
        return Verdict(question, said["reason"] == question.reason, str(said["reason"]))
    right = not question.reason and said["text"] == question.quote
    return Verdict(question, right, str(said["text"])[:80], broken=int(not _holds(said["citation"], ways.text)))


def _policy(question: Question, ways: Answering) -> Verdict:
    facts = [fact for fact in ways.policy(question.document, question.day) if fact["item"] == question.item]
    broken = sum(not _holds(fact["citation"], ways.text) for fact in facts)
    return Verdict(question, bool(facts), f"{len(facts)} facts", broken=broken)


def _holds(citation: Mapping[str, Any], text: Callable[[str], str]) -> bool:
    """Whether a citation re-reads from the stored text to its quote and hash."""
    quote = text(citation["doc_id"])[citation["start"] : citation["end"]]
    return bool(quote == citation["quote"] and sha256_text(quote) == citation["sha256"])


def rows_of(verdicts: Sequence[Verdict], basis_id: str) -> list[dict[str, Any]]:
    """Return the rows of `evaluations`: one for each kind that was asked."""
    rows = []
    for kind in KINDS:
        mine = [verdict for verdict in verdicts if verdict.question.kind == kind]
        if not mine:
            continue
        failing = [{"question": one.question.asked, "got": one.got} for one in mine if not one.right][:EXAMPLES]
        right = sum(one.right for one in mine)
        rows.append(
            {
                "kind": kind,
                "asked": len(mine),
                "right": right,
                "share": round(right / len(mine), 6),
                "first": sum(one.place == 1 for one in mine) if kind in ("known_item", "part") else None,
                "broken_citations": sum(one.broken for one in mine),
                "failing": canonical_json(failing),
                "basis_id": basis_id,
            }
        )
    return rows


class Prepared:
    """An embedder that knows the vectors of its questions ahead, so that a model is asked once for all of them."""

    def __init__(self, embedder: Embedder, questions: Sequence[Question], *, ask: bool = True) -> None:
        self.basis_id, self.dimension, self.idf = embedder.basis_id, embedder.dimension, embedder.idf
        texts = sorted({question.asked for question in questions if not question.locator and question.kind != "policy"})
        self._vectors: dict[str, np.ndarray] = {}
        #: Why full text alone answers; None: it does not.
        self.why: str | None = None if ask else "the model is not asked"
        if ask and texts:
            try:
                self._vectors = dict(zip(texts, embedder.embed(texts), strict=True))
            except ServiceError as error:
                self.why = str(error)

    def embed(self, texts: Sequence[str], *, words: Sequence[Sequence[str]] | None = None) -> np.ndarray:  # noqa: ARG002 - the protocol's
        """Return the vectors of questions.

        Raises:
            ServiceError: they are not known.
        """
        import numpy as np

        missing = [text for text in texts if text not in self._vectors]
        if missing:
            raise ServiceError(self.why or "a question is not among those prepared")
        return np.stack([self._vectors[text] for text in texts])


class CandidateReader:
    """A reader for which spans count as published in a space that is not yet."""

    def __init__(self, reader: Reader, span_ids: Collection[str]) -> None:
        self._reader, self._ids = reader, frozenset(span_ids)
        self.publication = reader.publication

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows as the reader has them; of the embedded spans those of the candidate."""
        if table == "embedded_spans" and where is not None:
            return [{"span_id": span_id} for span_id in where["span_id"] if span_id in self._ids]
        return self._reader.rows(table, where=where, columns=columns, order_by=order_by, limit=limit)

    def frame(self, table: str, *, where: Mapping[str, Any] | None = None, columns: Sequence[str] | None = None) -> Any:
        """As the reader has it."""
        return self._reader.frame(table, where=where, columns=columns)

    def text(self, doc_id: str) -> str:
        """As the reader has it."""
        return self._reader.text(doc_id)
