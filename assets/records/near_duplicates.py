"""Near-duplicates: whether one text repeats another.

A repost may have another title, a source line, paragraphs cut, about three characters in a hundred altered, other script,
width and punctuation. The same template filled with other numbers, dates or directions is no repost. Texts are
compared folded, never rewritten. Search for the texts that might lives in `candidates`, what a copy says otherwise in
`rewording`; which document stands for a family is decided in `documents`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from assets.records.candidates import SHINGLE, SKETCHED
from assets.records.rewording import compare
from assets.records.wording import Prepared

__all__ = ["is_repost", "tolerates_edits"]

#: Share of the shorter wording that a repost repeats. Measured: reposts ≥ .81, other stories without changed numbers ≤ .70.
SIMILAR = 0.75
#: The same for a short text.
SIMILAR_SHORT = 0.85
#: Share of its numbers that a short text must keep: runs between its edits are too short to compare them in place.
SHORT_NUMBERS = 0.75
SHORT = 60
#: A shorter text below this share of the longer one is a quotation inside a round-up, not its repost.
LENGTH_RATIO = 0.35
#: Above this product of lengths texts are compared by sets of shingles alone: alignment would need too much memory.
ALIGN_LIMIT = 60_000_000
#: Share of the numbers that a text with its paragraphs in another order must keep.
REORDERED_NUMBERS = 0.95
#: Below this share of kept numbers two filled templates are told apart without an alignment.
TEMPLATE_NUMBERS, TEMPLATE_FEWEST = 0.5, 3


@dataclass(frozen=True)
class LaneRule:
    """What counts as a repeat in one lane."""

    similar: float
    ratio: float
    altered: bool  # whether altered wording is tolerated at all


_NEWS = LaneRule(SIMILAR, LENGTH_RATIO, altered=True)
#: Versions of a rulebook and a broker's notice around an exchange's are documents of their own.
_LANES = {"rulebooks": LaneRule(1.0, 1.0, altered=False), "policies": LaneRule(0.9, 0.7, altered=True)}


def tolerates_edits(lane: str) -> bool:
    """Whether a text of the lane may repeat another with other words; versions of a rulebook never do."""
    return _LANES.get(lane, _NEWS).altered


def is_repost(one: Prepared, other: Prepared, lane: str = "news") -> bool:
    """Whether one text repeats the other, in either direction."""
    rule = _LANES.get(lane, _NEWS)
    short, long = sorted((one, other), key=lambda text: (len(text.wording), text.wording, text.numbers))
    if short == long:
        return True
    if not rule.altered or len(short.wording) < max(SHINGLE * 2, rule.ratio * len(long.wording)):
        return False
    if len(long.wording) > SKETCHED:
        return False  # a book: it repeats another only where all words are the same
    if len(short.numbers) >= TEMPLATE_FEWEST and _numbers_kept(short.numbers, long.numbers) < TEMPLATE_NUMBERS:
        return False
    mine, theirs = _shingles(short.wording), _shingles(long.wording)
    shared = len(mine & theirs) / len(mine)
    if shared < rule.similar - 0.25:
        return False
    if len(short.wording) * len(long.wording) > ALIGN_LIMIT:
        return shared >= max(0.9, rule.similar) and _numbers_kept(short.numbers, long.numbers) >= 0.97
    facts = compare(short, long)
    if facts.changed and LCSseq.similarity(short.numbers, long.numbers) == len(short.numbers):
        facts.changed = 0  # rows of one pattern can be laid upon each other in more ways than one
    similarity = facts.equal / len(short.wording)
    if shared > similarity:  # paragraphs may stand in another order
        similarity = shared
        kept = _numbers_kept(short.numbers, long.numbers)
        if kept < REORDERED_NUMBERS:
            return False
        facts.changed *= kept < 1
    needed = rule.similar
    if len(short.wording) < SHORT:
        needed = max(SIMILAR_SHORT, rule.similar)
        if _numbers_kept(short.numbers, long.numbers) < SHORT_NUMBERS:
            return False
    return similarity >= needed and not facts.says_other()


@lru_cache(maxsize=2048)
def _shingles(wording: str) -> frozenset[str]:
    """Runs of three characters."""
    return frozenset(wording[i : i + 3] for i in range(max(1, len(wording) - 2)))


def _numbers_kept(short: Sequence[str], long: Sequence[str]) -> float:
    """Share of the shorter text's numbers that the longer one holds too."""
    if not short:
        return 1.0
    return sum((Counter(short) & Counter(long)).values()) / len(short)
