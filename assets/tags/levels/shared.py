"""Groups of a small set: units that share a telling phrase, which is the group's name at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from assets.tags.levels.clusters import Array, Group
from assets.tags.levels.labels import Phrases

__all__ = ["group_by_phrases"]

#: A phrase of a small set names a group where at most this share of the set holds it.
SHARE_MAX = 0.75
#: Phrases weaker than this hold no group together.
SCORE_MIN = 0.9


def group_by_phrases(members: Sequence[int], phrases: Phrases, vectors: Array) -> list[Group]:
    """Group a small set: again and again the phrase that best holds some of the rest together, at least two.

    Phrases of the key sentences come first, then those of the whole texts.

    Returns:
        Named groups, largest first; units that share no telling phrase are groups of one.
    """
    rest = list(members)
    groups: list[Group] = []
    for held in (
        {unit: phrases.key.get(unit, set()) for unit in rest},
        {unit: set(phrases.of_unit[unit]) for unit in rest},
    ):
        while len(rest) >= 2:
            best = _best_phrase(rest, len(members), held, phrases, vectors)
            if best is None:
                break
            groups.append(Group([unit for unit in rest if best in held[unit]], name=best))
            rest = [unit for unit in rest if best not in held[unit]]
    groups.sort(key=lambda group: (-len(group.members), group.members[0]))
    return groups + [Group([unit]) for unit in rest]


def _best_phrase(
    rest: Sequence[int], everyone: int, held: Mapping[int, set[str]], phrases: Phrases, vectors: Array
) -> str | None:
    """The phrase that holds most of the rest together best, if any does."""
    counts = Counter(phrase for unit in rest for phrase in held[unit])
    best: tuple[float, str] | None = None
    for phrase, n in counts.items():
        if n < 2 or phrase in phrases.banned or n > max(2, SHARE_MAX * everyone):
            continue
        units = [unit for unit in rest if phrase in held[unit]]
        worth = max(phrases.of_unit[unit][phrase] for unit in units)
        likeness = float(np.mean(np.round(vectors[units] @ vectors[units].mean(axis=0), 6)))
        score = round(n**0.5 * worth * phrases.rarity(phrase) ** 0.5 * (0.5 + max(0.0, likeness)), 6)
        if score >= SCORE_MIN and (best is None or (-score, phrase) < (-best[0], best[1])):
            best = (score, phrase)
    return None if best is None else best[1]
