"""The part of a hit that shows why it was found: offsets into what is quoted, never rewritten text."""

from __future__ import annotations

from assets.embeddings.index import squeeze
from assets.embeddings.scoring import Query
from assets.text.sentences import split_sentences

__all__ = ["LONGEST", "snippet"]

#: Characters of a part to look at first.
LONGEST = 120


def snippet(quote: str, asked: Query) -> tuple[int, int]:
    """Return where the part begins and ends: around the query as it stands, else the sentence that holds most of it.

    Args:
        quote: What the hit quotes.
        asked: The query.
    """
    if len(quote) <= LONGEST:
        return 0, len(quote)
    at = quote.find(asked.raw) if asked.raw else -1
    if at >= 0:
        start = _start_of_sentence(quote, at)
        start = start if at + len(asked.raw) - start <= LONGEST else at
        return start, min(len(quote), max(start + LONGEST, at + len(asked.raw)))
    spans = split_sentences(quote) or [(0, len(quote))]
    start, end = max(spans, key=lambda span: (_weight(quote[slice(*span)], asked), -span[0]))
    return start, min(end, start + LONGEST)


def _start_of_sentence(quote: str, at: int) -> int:
    return max((start for start, _ in split_sentences(quote) if start <= at), default=0)


def _weight(sentence: str, asked: Query) -> float:
    run = squeeze(sentence)
    return round(
        max(sum(weight for gram, weight in one.grams.items() if gram in run) for one in (asked, *asked.others)), 6
    )
