"""Whether another space of vectors finds less than the one that serves: asked before readers are given it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from assets.embeddings.evaluation.questions import ask_home
from assets.embeddings.evaluation.scoring import CandidateReader, Prepared, rows_of, score_searches
from assets.embeddings.search import Searcher
from assets.embeddings.spaces import Space
from assets.text.segment import Lexicon
from resources.protocols import Reader, VectorIndex

__all__ = ["LOSS", "LOST", "find_loss"]

#: Questions of a kind that may be lost: so many, or this share of them where that is more.
LOST, LOSS = 1, 0.03


def find_loss(
    reader: Reader,
    vectors: VectorIndex,
    spaces: tuple[Space, Space],
    there: Collection[str],
    *,
    hidden: Collection[str],
    lexicon: Lexicon,
) -> str | None:
    """Ask the home's own questions in both spaces, and say what the second finds less; None: nothing.

    Args:
        reader: Published rows.
        vectors: Both spaces' vectors.
        spaces: The one that serves and the one that may take its place; a model is asked once for all questions.
        there: Spans that the second has, those without a vector included.
        hidden: Documents that no question may be made of.
        lexicon: How words are cut.
    """
    questions = [question for question in ask_home(reader, hidden=hidden) if question.kind in ("known_item", "part")]
    if not questions:
        return None
    scores = []
    for space, seen in zip(spaces, (reader, CandidateReader(reader, there)), strict=True):
        searcher = Searcher(seen, vectors, Prepared(space.embedder, questions), lexicon=lexicon)
        verdicts = score_searches(questions, partial(_search, searcher), reader.text)
        scores.append({row["kind"]: row for row in rows_of(verdicts, space.basis_id)})
    told = []
    for kind, old in scores[0].items():
        new = scores[1][kind]
        if old["right"] - new["right"] > max(LOST, LOSS * old["asked"]):
            told.append(f"{kind}: {new['right']} of {new['asked']} found, before {old['right']}")
    return "they find less (" + "; ".join(told) + ")" if told else None


def _search(searcher: Searcher, query: str, k: int) -> list[dict[str, Any]]:
    return searcher.search(query, k=k)
