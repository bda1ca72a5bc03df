"""How well a span answers a query: the share of the query's rare words, bigrams and characters that it holds.

Pure arithmetic over what the index gives back; where candidates come from and which of them may be seen is in search.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.embeddings.index import squeeze

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Query", "score"]

#: Saturation and length normalisation as in BM25, with the usual length of a slice; chosen on known-item search over
#: flashes (tests/measure/search.py).
SATURATION = 0.5
LENGTH_SHARE = 0.75
USUAL_WORDS = 50
USUAL_GRAMS = 130
#: Shares of words, bigrams and meaning in the score of a span that does not hold the query as it stands.
WORDS, GRAMS, MEANING = 0.5, 0.5, 0.0
#: A span that holds the query as it stands is above every other.
LITERAL = 0.5
DECIMALS = 6


@dataclass(frozen=True)
class Query:
    """A query cut for the index: its words and bigrams with their rarity, and its vector."""

    text: str
    words: Mapping[str, float]
    grams: Mapping[str, float]
    vector: np.ndarray | None

    @property
    def literal(self) -> str:
        """The query as it is looked for literally."""
        return squeeze(self.text)


def score(asked: Query, row: Mapping[str, Any]) -> float:
    """Return how well a row of the index answers a query, 0 to 1, rounded to 6 decimals.

    Args:
        asked: The query.
        row: words and grams (tokens joined by blanks), vector, and text (the span as it is quoted).
    """
    part = WORDS * _share(asked.words, row["words"].split(" "), USUAL_WORDS)
    part += GRAMS * _share(asked.grams, row["grams"].split(" "), USUAL_GRAMS)
    if asked.vector is not None:
        part += MEANING * max(float(asked.vector @ row["vector"]), 0.0)
    if asked.literal in squeeze(row["text"]):
        part = LITERAL + (1 - LITERAL) * part
    else:
        part *= LITERAL
    return round(part, DECIMALS)


def _share(wanted: Mapping[str, float], tokens: list[str], usual: int) -> float:
    """The share of the wanted tokens that are held, by rarity and with BM25's saturation, 0 to 1."""
    total = sum(wanted.values())
    if total <= 0:
        return 0.0
    held = Counter(token for token in tokens if token in wanted)
    drag = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * len(tokens) / usual)
    return sum(wanted[token] * times / (times + drag) for token, times in held.items()) / total
