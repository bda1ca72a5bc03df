"""How well a span answers a query: the share of the query's rare words, bigrams and characters that it holds.

Pure arithmetic over what the index gives back; where candidates come from and which of them may be seen is in search.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.embeddings.index import joined

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Query", "score", "score_on_day", "score_respelt", "weigh"]

#: BM25's saturation and length normalisation against the usual length of a slice. These and the shares below were
#: chosen by known-item search over flashes (tests/measure/search.py). Nearness of vectors brings candidates and is no
#: part of the score: it was right less often than words that are shared.
SATURATION = 0.5
USUAL_WORDS, USUAL_CHARACTERS = 50, 130
WORDS, GRAMS, CHARACTERS = 0.25, 0.5, 0.25
#: A text that says in its opening, or with the same figures, what is asked is about it more often than one that holds it
#: somewhere: what both count beside the shares above. Chosen on every other headline, held on the ones between.
OPENING, FIGURES = 0.2, 0.05
OPENING_CHARACTERS = 70
#: What stands first in a query is its subject more often than what stands last: weight of the first and last token.
FIRST, LAST = 1.3, 0.7
#: A span that holds the query but for marks, width, script and case is above every one that does not, and one that
#: holds it as it stands is above those: where each tier begins.
FOLDED, LITERAL = 0.5, 0.75
#: How much of what a query says is said already by a row of its day.
ON_DAY = 0.3
DECIMALS = 6


@dataclass(frozen=True)
class Query:
    """A query as it stands, squeezed, and cut for the index: its tokens with their weights, and its vector.

    `others` are the same query in other spellings of its contracts and days; `days` (ISO) are those it names, and `rest` is
    what it says beside them; `figures` are its numbers.
    """

    raw: str
    literal: str
    words: Mapping[str, float]
    grams: Mapping[str, float]
    characters: Mapping[str, float]
    vector: np.ndarray | None = None
    others: tuple[Query, ...] = ()
    days: tuple[str, ...] = ()
    rest: Query | None = None
    figures: tuple[str, ...] = ()


def weigh(tokens: Sequence[str], rarity: Callable[[str], float]) -> dict[str, float]:
    """Weigh the tokens of a query by rarity and place; of a repeated token the first place counts."""
    unique = list(dict.fromkeys(tokens))
    step = (FIRST - LAST) / max(len(unique), 1)
    return {token: rarity(token) * (FIRST - step * place) for place, token in enumerate(unique)}


def score(asked: Query, row: Mapping[str, Any]) -> float:
    """Return how well a row of the index answers a query, 0 to 1, rounded to 6 decimals.

    Args:
        asked: The query.
        row: words and grams of the span, tokens joined by blanks, and its text.
    """
    run = joined(row["grams"])
    part = _held(asked, row, run)
    if asked.raw in row["text"]:
        part = LITERAL + (1 - LITERAL) * part
    elif asked.literal in run:
        part = FOLDED + (LITERAL - FOLDED) * part
    else:
        part *= FOLDED
    return round(part, DECIMALS)


def score_respelt(asked: Query, row: Mapping[str, Any]) -> float:
    """Return how well a row answers a query in another spelling: as `score`, but what holds it is below the query itself."""
    found = score(asked, row)
    return (
        found if found < LITERAL else round(FOLDED + (found - LITERAL) * (LITERAL - FOLDED) / (1 - LITERAL), DECIMALS)
    )


def score_on_day(rest: Query, row: Mapping[str, Any]) -> float:
    """Return how well a row that was published on the day of a query answers what the query says beside it."""
    part = _held(rest, row, joined(row["grams"]))
    return round(FOLDED * (ON_DAY + (1 - ON_DAY) * part), DECIMALS) if part > 0 else 0.0


def _held(asked: Query, row: Mapping[str, Any], run: str) -> float:
    """The share of a query that a row holds, 0 to 1."""
    part = WORDS * _share(asked.words, row["words"].split(" "), USUAL_WORDS)
    part += GRAMS * _share(asked.grams, run, USUAL_CHARACTERS)
    part += CHARACTERS * _share(asked.characters, run, USUAL_CHARACTERS)
    part += OPENING * _share(asked.characters, run[:OPENING_CHARACTERS], USUAL_CHARACTERS)
    total = 1 + OPENING
    if asked.figures:
        part += FIGURES * sum(figure in run for figure in asked.figures) / len(asked.figures)
        total += FIGURES
    return part / total


def _share(wanted: Mapping[str, float], held: Sequence[str], usual: int) -> float:
    """The share of the wanted tokens that are held, by weight and with BM25's saturation, 0 to 1.

    `held` is a list of tokens, or a run of characters in which pairs and characters are counted as they stand.
    """
    drag = SATURATION * len(held) / usual
    total = part = 0.0
    for token, weight in wanted.items():
        total += weight
        times = held.count(token)
        if times:
            part += weight * times / (times + drag)
    return part / total if total > 0 else 0.0
