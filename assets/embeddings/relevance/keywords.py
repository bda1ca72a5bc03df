"""How much a text is about a subject: title rules and keywords first, then nearness to what matched them.

Only the score is decided here; from which score on a text belongs to a profile is decided where it is used (tags).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assets.text.segment import fold_light

if TYPE_CHECKING:
    import numpy as np

    from assets.embeddings.basis import Basis

__all__ = ["FIRST_SCORE", "TITLE_SCORE", "mentioned", "relevance"]

#: A title that names the subject settles it; a text that names it once is likely about it, one that names it often is.
TITLE_SCORE = 1.0
FIRST_SCORE, LAST_SCORE = 0.7, 0.95
#: Mentions per 100 characters at which a text is as good as settled.
DENSE = 2.0
#: What nearness alone can give: below what a single mention gives.
NEAR_SCORE = 0.6
#: A centroid of fewer texts says little; below it nearness gives nothing.
MIN_SEEDS = 3
#: Share of the seeds that are less near than what counts as settled by nearness: few texts that name no keyword pass .5.
NEAREST_SEEDS = 0.9
DECIMALS = 4


def relevance(
    texts: Sequence[str], titles: Sequence[str], subject: str, keywords: Sequence[str], basis: Basis
) -> np.ndarray:
    """Say how much texts are about a subject.

    Args:
        texts: The texts.
        titles: Their documents' titles, "" where there is none; as many as texts.
        subject: Name of the subject, e.g. 原油; "" makes every text relevant.
        keywords: Other words that stand for it.
        basis: Basis in which nearness is measured.

    Returns:
        One number a text, 0 to 1, rounded to 4 decimals (n, float64). 1 where the title names the subject, from .7 to
        .95 where the text does, up to .6 by nearness to those texts.

    Raises:
        ValueError: there are not as many titles as texts.
    """
    import numpy as np

    if len(texts) != len(titles):
        raise ValueError(f"{len(texts)} texts but {len(titles)} titles")
    names = _pattern([subject, *keywords])
    if names is None or not texts:
        return np.ones(len(texts))
    in_title = np.array([_mentions(title, names) > 0 for title in titles])
    dense = np.array([_mentions(text, names) * 100 / max(len(text), 50) for text in texts])
    by_words = np.where(dense > 0, FIRST_SCORE + (LAST_SCORE - FIRST_SCORE) * np.minimum(dense / DENSE, 1.0), 0.0)
    scores = np.where(in_title, TITLE_SCORE, by_words)
    seeds = scores > 0
    if int(seeds.sum()) >= MIN_SEEDS and not bool(seeds.all()):
        scores = np.maximum(scores, NEAR_SCORE * _nearness(basis.embed(texts), seeds))
    return np.round(scores, DECIMALS)


def mentioned(text: str, subject: str, keywords: Sequence[str]) -> list[str]:
    """Return the names of the subject that a text holds, folded, each once, in the order of their place."""
    names = _pattern([subject, *keywords])
    return [] if names is None else list(dict.fromkeys(match[0] for match in names.finditer(fold_light(text))))


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """What finds the names in a folded text, longest first; a Latin name is no part of a longer Latin word (SC, API)."""
    folded = sorted({fold_light(name).strip() for name in names} - {""}, key=lambda name: (-len(name), name))
    parts = [_bounded(name) for name in folded]
    return re.compile("|".join(parts)) if parts else None


def _bounded(name: str) -> str:
    before = "(?<![a-z])" if "a" <= name[0] <= "z" else ""
    after = "(?![a-z])" if "a" <= name[-1] <= "z" else ""
    return before + re.escape(name) + after


def _mentions(text: str, names: re.Pattern[str]) -> int:
    return sum(1 for _ in names.finditer(fold_light(text)))


def _nearness(vectors: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """How much nearer each text is to the seeds than to the rest: the middle of the rest is 0, the nearest seeds are 1."""
    import numpy as np

    wide = vectors.astype(np.float64)
    contrast = wide[seeds].mean(axis=0) - wide[~seeds].mean(axis=0)
    near = np.einsum("ij,j->i", wide, contrast)
    low, high = float(np.median(near[~seeds])), float(np.quantile(near[seeds], NEAREST_SEEDS))
    return np.clip((near - low) / (high - low), 0.0, 1.0) if high - low > 1e-9 else np.zeros(len(vectors))
