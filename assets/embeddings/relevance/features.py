"""What a text is described by for the relevance model: its vector, and the rarity-weighted words, pairs and characters.

Which of them speak for a subject is learnt in `train.py`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assets.text.segment import fold_light, match_words

if TYPE_CHECKING:
    import numpy as np

    from assets.embeddings.basis import Basis

__all__ = ["CHARS", "Vocabulary", "describe", "learn_vocabulary", "shown", "tokens"]

#: A title and the beginning tell what a document is about.
CHARS = 1500
#: Tokens that are known at most: those in most texts.
MAX_TOKENS = 40_000
#: What characters with pairs, and words, weigh beside a vector of length 1.
PAIR_WEIGHT = WORD_WEIGHT = 0.4
#: Marks of the kinds of tokens.
WORD, PAIR = "w:", "c:"

Vocabulary = Mapping[str, float]


def shown(title: str, text: str) -> str:
    """Return what of a document is looked at: its title, where the text does not begin with it, and its beginning."""
    return text[:CHARS] if not title or text.startswith(title) else f"{title}\n{text[:CHARS]}"


def tokens(text: str) -> tuple[list[str], list[str]]:
    """Return characters and pairs, and words, of the folded text, repeats kept."""
    run = "".join(fold_light(text).split())
    pairs = [PAIR + run[i : i + 2] for i in range(len(run) - 1)]
    return [PAIR + char for char in run] + pairs, [WORD + word for word in match_words(text)]


def learn_vocabulary(texts: Sequence[str]) -> dict[str, float]:
    """Return the rarity of each token that stands in two texts or more: ln((1 + n) / (1 + texts)) + 1, 6 decimals."""
    held: Counter[str] = Counter()
    for text in texts:
        pairs, named = tokens(text)
        held.update({*pairs, *named})
    kept = sorted((-count, token) for token, count in held.items() if count > 1)[:MAX_TOKENS]
    return {token: round(math.log((1 + len(texts)) / (1 - count)) + 1, 6) for count, token in sorted(kept)}


def describe(texts: Sequence[str], vocabulary: Vocabulary, basis: Basis) -> Any:
    """Return texts as rows: the vector's coordinates, then the tokens in the order of the vocabulary.

    Returns:
        A sparse matrix, n × (256 + tokens), float64.
    """
    import numpy as np
    from scipy import sparse

    place = {token: i for i, token in enumerate(vocabulary)}
    rarity = np.array(list(vocabulary.values()))
    data: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    ends = [0]
    for text in texts:
        for kind, weight in zip(tokens(text), (PAIR_WEIGHT, WORD_WEIGHT), strict=True):
            where, values = _weighed(kind, place, rarity)
            columns.append(where)
            data.append(values * weight)
        ends.append(ends[-1] + len(columns[-1]) + len(columns[-2]))
    flat = (np.concatenate(data) if data else np.zeros(0), np.concatenate(columns) if columns else np.zeros(0, int))
    counted = sparse.csr_matrix((*flat, np.asarray(ends)), shape=(len(texts), len(vocabulary)))
    vectors = sparse.csr_matrix(basis.embed(texts).astype(np.float64).reshape(len(texts), basis.dimension))
    return sparse.hstack([vectors, counted]).tocsr()


def _weighed(kind: Sequence[str], place: Mapping[str, int], rarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and weights of the known tokens of one kind, of length 1 together."""
    import numpy as np

    counts = Counter(place[token] for token in kind if token in place)
    where = np.array(sorted(counts), dtype=np.int64)
    values = np.array([1 + math.log(counts[i]) for i in where.tolist()]) * rarity[where]
    length = math.sqrt(float(values @ values))
    return where, values / length if length else values
