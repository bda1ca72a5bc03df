"""Which texts a person should label next: those that the model is least sure of, and that differ from each other.

Before there is a model, half are texts that rules and keywords take for relevant, half are others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["propose"]

#: Candidates per proposal that diversity chooses from.
CANDIDATES = 5
#: Share of the proposals that are about what the model takes for relevant, so that rare subjects get labels too.
LIKELY = 0.3


def propose(
    scores: Sequence[float],
    vectors: np.ndarray,
    keys: Sequence[str],
    *,
    threshold: float,
    labelled: Collection[str] = (),
    n: int = 20,
) -> list[int]:
    """Choose texts to be labelled.

    Args:
        scores: What is known of each text, 0 to 1; a probability where there is a model.
        vectors: n × d, rows of length 1.
        keys: Hashes of the texts: they decide between equals, and equal texts are proposed once.
        threshold: Score from which on a text is taken for relevant.
        labelled: Hashes that have a label.
        n: How many.

    Returns:
        Their places, the most telling first.
    """
    import numpy as np

    known = set(labelled)
    first = {key: place for place, key in reversed(list(enumerate(keys))) if key not in known}
    order = [first[key] for key in sorted(first)]
    given = np.asarray(scores, dtype=np.float64)
    spread = max(int(n * LIKELY + 0.5), 1)
    # Nearest the threshold first; then what is taken for relevant, best first.
    unsure = sorted(order, key=lambda i: (round(abs(float(given[i]) - threshold), 6), keys[i]))
    likely = sorted((i for i in order if given[i] >= threshold), key=lambda i: (-float(given[i]), keys[i]))
    chosen = _diverse(likely[: spread * CANDIDATES], vectors, spread, [])
    return _diverse([i for i in unsure if i not in set(chosen)][: n * CANDIDATES], vectors, n, chosen)[:n]


def _diverse(candidates: Sequence[int], vectors: np.ndarray, n: int, chosen: Sequence[int]) -> list[int]:
    """Add candidates, each time the one that is least like what was chosen; the earlier one where two are alike."""
    import numpy as np

    picked = list(chosen)
    if not candidates:
        return picked
    left = np.asarray(vectors[list(candidates)], dtype=np.float64)
    likest = np.full(len(candidates), -1.0)
    for one in picked:
        likest = np.maximum(likest, left @ vectors[one])
    free = np.ones(len(candidates), dtype=bool)
    while len(picked) < n and free.any():
        place = int(np.where(free, np.round(likest, 3), np.inf).argmin())
        picked.append(candidates[place])
        free[place] = False
        likest = np.maximum(likest, left @ left[place])
    return picked
