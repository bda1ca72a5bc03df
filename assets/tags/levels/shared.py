"""Groups of a small set: units that share a telling phrase, which is the group's name at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assets.tags.levels.clusters import Array, Group
from assets.tags.levels.labels import Phrases

__all__ = ["group_by_phrases"]

#: A phrase of a small set names a group where at most this share of the set holds it.
SHARE_MAX = 0.75
#: Phrases weaker than this hold no group together.
SCORE_MIN = 0.9
#: Units that are all alike raise a phrase's score by this factor.
LIKENESS_MAX = 1.5


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
    units_of: dict[str, list[int]] = {}
    for unit in rest:
        for phrase in held[unit]:
            units_of.setdefault(phrase, []).append(unit)
    most = max(2, SHARE_MAX * everyone)
    bounds = []
    for phrase, units in units_of.items():
        if 2 <= len(units) <= most and phrase not in phrases.banned:
            worth = max(phrases.of_unit[unit][phrase] for unit in units)
            bounds.append((-round(len(units) ** 0.5 * worth * phrases.rarity(phrase) ** 0.5, 6), phrase))
    bounds.sort()
    best: tuple[float, str] | None = None
    for bound, phrase in bounds:
        if -bound * LIKENESS_MAX < SCORE_MIN or (best is not None and -bound * LIKENESS_MAX <= best[0]):
            break
        centre = vectors[units_of[phrase]].mean(axis=0)
        score = round(-bound * (0.5 + float(np.round(centre @ centre, 6))), 6)
        if score >= SCORE_MIN and (best is None or score > best[0]):
            best = (score, phrase)
    return None if best is None else best[1]
