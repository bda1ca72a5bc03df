"""What likeness is measured on when a large set is grouped: the vectors, the words themselves, and the kind of news.

The vectors alone put texts of one industry together whatever they report; words and kinds of news (`genres.toml`) keep a
company's notice, an index quote and a ministry's plan apart.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

import numpy as np

from assets.text.segment import match_words

__all__ = ["Array", "blend", "genre_table", "word_table"]

Array = np.ndarray[Any, np.dtype[Any]]
#: Weights beside the vectors' 1.0, found on labelled finance flashes; ten to twenty per cent either way change little.
WORDS, GENRES = 0.5, 0.75
#: Dimensions of the words, the share of texts beyond which a word tells nothing, and the seed of the projection.
DIMENSIONS, SHARE_MAX, SEED = 200, 0.3, 0
#: Passes of the projection; with four the leading dimensions no longer move.
PASSES, SPARE = 4, 10


def blend(vectors: Array, texts: Sequence[str]) -> Array:
    """Lay words and kinds of news beside the vectors.

    Args:
        vectors: n × d, rows normalised.
        texts: The n texts.

    Returns:
        n × (d + up to 200 + kinds), float32, rows normalised.
    """
    parts = [vectors.astype(np.float64), WORDS * word_table(texts), GENRES * genre_table(texts)]
    return normalise(np.hstack(parts)).astype(np.float32)


@cache
def _genres() -> tuple[tuple[re.Pattern[str], ...], ...]:
    raw = tomllib.loads(files("assets.tags.levels").joinpath("genres.toml").read_text(encoding="utf-8"))
    return tuple(tuple(re.compile(pattern) for pattern in patterns) for patterns in raw["genres"].values())


def genre_table(texts: Sequence[str]) -> Array:
    """Return how much each text shows of each kind of news, n × kinds, rows normalised (zero where none).

    A kind counts by the logarithm of its marks in the text, and the more the fewer texts show it.
    """
    kinds = _genres()
    table = np.zeros((len(texts), len(kinds)))
    for row, text in enumerate(texts):
        for column, patterns in enumerate(kinds):
            table[row, column] = sum(1 for pattern in patterns if pattern.search(text))
    rarity = np.log((1 + len(texts)) / (1 + (table > 0).sum(axis=0)))
    return normalise(np.log1p(table) * rarity)


def word_table(texts: Sequence[str]) -> Array:
    """Return the texts' words as TF-IDF, projected to at most 200 dimensions, rows normalised (zero where none)."""
    from scipy import sparse

    counts = [Counter(match_words(text)) for text in texts]
    documents = Counter(word for count in counts for word in count)
    known = sorted(word for word, n in documents.items() if 2 <= n <= max(2, SHARE_MAX * len(texts)))
    if not known:
        return np.zeros((len(texts), 1))
    place = {word: i for i, word in enumerate(known)}
    weight = [log((1 + len(texts)) / (1 + documents[word])) + 1 for word in known]
    rows, columns, values = [], [], []
    for row, count in enumerate(counts):
        for word in sorted(count.keys() & place.keys()):
            rows.append(row)
            columns.append(place[word])
            values.append((1 + log(count[word])) * weight[place[word]])
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(known)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.diags(1.0 / np.maximum(norms, 1e-9)) @ matrix
    return normalise(_project(matrix))


def _project(matrix: Any) -> Array:
    """Coordinates on the leading singular vectors (randomised, fixed seed)."""
    size = min(DIMENSIONS, *matrix.shape)
    width = min(size + SPARE, *matrix.shape)
    basis = matrix @ np.random.default_rng(SEED).standard_normal((matrix.shape[1], width))
    for _ in range(PASSES):
        basis = matrix @ (matrix.T @ np.linalg.qr(basis)[0])
    frame = np.linalg.qr(basis)[0]
    left, strength, _ = np.linalg.svd(np.asarray((matrix.T @ frame).T), full_matrices=False)
    coordinates: Array = (frame @ left[:, :size]) * strength[:size]
    return coordinates


def normalise(table: Array) -> Array:
    """Scale each row to length one; rows of nothing stay zero."""
    scaled: Array = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return scaled
