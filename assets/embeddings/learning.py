"""How the embedded basis learns: three views of the units of texts, joined.

- Company: units that stand near the same others have like vectors (positive pointwise mutual information, truncated
  singular value decomposition); rare ones weigh more (smooth inverse frequency), and the direction that all texts share is
  taken out. It serves short texts, which share few words.
- Texts: units that stand in the same texts (latent semantic analysis of TF-IDF). It serves long ones.
- Topics: words of one topic of financial news stand for each other, whether or not these corpora show it.

Each view of a text has length 1 before they are weighed and joined; the joined views of the training texts give the 256
directions that are kept. The weights were chosen on flashes, brief items and headlines (tests/measure/vectors.py).

Source: Levy, Goldberg and Dagan 2015 (context smoothing, root of the spectrum); Arora, Liang and Ma 2017 (weights and the
common component); Deerwester et al. 1990 (latent semantic analysis).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.embeddings.units import topics, topics_of_units

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DIMENSION", "Learnt", "learn"]

DIMENSION = 256
#: Units that get a vector: those in most texts. Contexts are the most frequent of them.
MAX_UNITS = 24_000
MAX_CONTEXTS = 8_000
#: A unit in one text only says nothing about others, unless there are few texts.
MIN_TEXTS = 2
SMALL_CORPUS = 50
#: From so many texts on the direction that they share most is taken out; of fewer it is a subject of its own.
SHARED_FROM = 200
WINDOW = 10
CONTEXT_POWER = 0.75
SPECTRUM_POWER = 0.5
SIF_WEIGHT = 3e-4
#: What company, texts and topics weigh beside each other.
WEIGHTS = (1.0, 1.1, 0.4)
#: Units of a text at which shared texts have half of their weight.
HEADLINE = 10.0
#: Directions whose share of the spectrum is smaller than this are noise: the corpora have no more.
NOISE = 1e-9
SEED = 0
OVERSAMPLE = 10
POWER_ITERATIONS = 1
#: Decimals kept of what was learnt.
DECIMALS = 5

Streams = tuple[Sequence[str], Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Learnt:
    """Vectors of units in blocks side by side (n × width, float32), and what turns joined blocks into coordinates."""

    units: tuple[str, ...]
    matrix: np.ndarray
    #: Width and weight of each block.
    blocks: tuple[tuple[int, float], ...]
    #: width × 256, float32.
    turn: np.ndarray

    def join(self, held: Any, wide: np.ndarray) -> np.ndarray:
        """Return texts as coordinates (n × 256, float64, not of length 1; zero where no unit is known).

        Args:
            held: Which units each text holds, as a sparse matrix; a unit that stands twice may be given twice.
            wide: The matrix as float64.
        """
        damped = _damp(held)
        turned: np.ndarray = join_blocks(damped @ wide, self.blocks, fullness(damped)) @ self.turn
        return turned


def learn(streams: Sequence[Streams]) -> Learnt:
    """Learn from the units of texts (words, bigrams and shapes of each)."""
    import numpy as np

    units = _vocabulary(streams)
    place = {unit: i for i, unit in enumerate(units)}
    coded = [
        [np.array([place[unit] for unit in kind if unit in place], dtype=np.int64) for kind in text] for text in streams
    ]
    held = _damp(_counts([np.concatenate(kinds) for kinds in coded], len(units)))
    texts_with = np.bincount(held.indices, minlength=len(units)).astype(np.float64)
    rarity = np.log((1 + len(streams)) / (1 + texts_with))
    matrices = [
        _company([kind for kinds in coded for kind in kinds[:2]], held),
        _shared_texts(held, rarity + 1),
        _topics(units, rarity),
    ]
    blocks = tuple((matrix.shape[1], weight) for matrix, weight in zip(matrices, WEIGHTS, strict=True))
    matrix = np.round(np.concatenate(matrices, axis=1), DECIMALS).astype(np.float32)
    turn = _directions(join_blocks(held @ matrix.astype(np.float64), blocks, fullness(held)))
    return Learnt(tuple(units), matrix, blocks, turn)


def fullness(held: Any) -> np.ndarray:
    """Return how much the texts that units share say of each text: little of a headline, nearly all of a page (0 to 1)."""
    import numpy as np

    units: np.ndarray = np.diff(held.indptr).astype(np.float64)
    return units / (units + HEADLINE)


def join_blocks(texts: np.ndarray, blocks: Sequence[tuple[int, float]], full: np.ndarray) -> np.ndarray:
    """Return texts with each block at length 1 times its weight; a block that is zero stays zero.

    Args:
        texts: n × width, the blocks side by side.
        blocks: Width and weight of each; the second is that of shared texts.
        full: Of each text, what the second block's weight is to be multiplied by.
    """
    import numpy as np

    joined = np.asarray(texts, dtype=np.float64).copy()
    start = 0
    for number, (width, weight) in enumerate(blocks):
        part = joined[:, start : start + width]
        lengths = np.sqrt(np.einsum("ij,ij->i", part, part))
        scale = np.where(lengths > 1e-9, weight / np.maximum(lengths, 1e-9), 0.0)
        part *= (scale * full if number == 1 else scale)[:, None]
        start += width
    return joined


def _vocabulary(streams: Sequence[Streams]) -> list[str]:
    """Units by falling number of texts."""
    texts_with: Counter[str] = Counter()
    for text in streams:
        texts_with.update({unit for kind in text for unit in kind})
    least = MIN_TEXTS if len(streams) >= SMALL_CORPUS else 1
    kept = sorted((-count, unit) for unit, count in texts_with.items() if count >= least)[:MAX_UNITS]
    return [unit for _, unit in kept]


def _counts(coded: Sequence[np.ndarray], size: int) -> Any:
    import numpy as np
    from scipy import sparse

    ends = np.concatenate([[0], np.cumsum([len(text) for text in coded], dtype=np.int64)])
    flat = np.concatenate(coded) if coded else np.zeros(0, dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(coded), size))


def _damp(held: Any) -> Any:
    """Counts of units, each damped: the second mention says less than the first."""
    import numpy as np

    damped = held.copy()
    damped.sum_duplicates()
    damped.data = 1 + np.log(damped.data)
    return damped


def _company(coded: Sequence[np.ndarray], held: Any) -> np.ndarray:
    """Weighted vectors from what units stand near, without the direction that the texts share most."""
    import numpy as np

    size = held.shape[1]
    if size == 0:
        return np.zeros((0, DIMENSION))
    uses = np.bincount(np.concatenate(coded), minlength=size).astype(np.float64)
    weighted: np.ndarray = _factorise(_associate(coded, size))
    weighted *= (SIF_WEIGHT / (SIF_WEIGHT + uses / max(uses.sum(), 1.0)))[:, None]
    texts = held @ weighted
    lengths = np.sqrt(np.einsum("ij,ij->i", texts, texts))
    texts = texts[lengths > 1e-9] / lengths[lengths > 1e-9][:, None]
    if len(texts) >= SHARED_FROM:
        _, directions = np.linalg.eigh(texts.T @ texts)
        common = directions[:, -1]
        weighted = weighted - (weighted @ common)[:, None] * common
    return weighted


def _shared_texts(held: Any, rarity: np.ndarray) -> np.ndarray:
    """Weighted vectors from the texts that units share."""
    import numpy as np
    from scipy import sparse

    weighed = held @ sparse.diags(rarity)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    normed = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ weighed
    vectors: np.ndarray = _factorise(normed.T.tocsr(), power=0.0) * rarity[:, None]
    return vectors


def _topics(units: Sequence[str], rarity: np.ndarray) -> np.ndarray:
    """What units weigh in each topic."""
    import numpy as np

    matrix = np.zeros((len(units), len(topics())))
    for unit, topic in topics_of_units(units):
        matrix[unit, topic] = rarity[unit]
    return matrix


def _directions(joined: np.ndarray) -> np.ndarray:
    """The directions in which joined texts differ most (width × 256, float32); columns of zeros where there are fewer."""
    import numpy as np

    width = joined.shape[1]
    turn = np.zeros((width, DIMENSION), dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", joined, joined))
    texts = joined[lengths > 1e-9] / lengths[lengths > 1e-9][:, None]
    if len(texts) == 0:
        return turn
    spectrum, directions = np.linalg.eigh(texts.T @ texts)
    kept = directions[:, ::-1][:, : int((spectrum > NOISE * spectrum[-1]).sum())][:, :DIMENSION]
    peaks = np.abs(np.round(kept, DECIMALS)).argmax(axis=0)
    signs = np.where(kept[peaks, np.arange(kept.shape[1])] < 0, -1.0, 1.0)
    turn[:, : kept.shape[1]] = np.round(kept * signs, DECIMALS)
    return turn


def _associate(coded: Sequence[np.ndarray], size: int) -> Any:
    """Positive pointwise mutual information of units (rows) and contexts (columns), as a sparse matrix."""
    import numpy as np
    from scipy import sparse

    gap = np.full(WINDOW, -1, dtype=np.int64)
    flat = np.concatenate([part for stream in coded for part in (stream, gap)])
    counts = sparse.csr_matrix((size, size), dtype=np.float64)
    for step in range(1, WINDOW + 1):
        left, right = flat[:-step], flat[step:]
        near = (left >= 0) & (right >= 0)
        weights = np.full(int(near.sum()), 1.0 / step)
        counts = counts + sparse.coo_matrix((weights, (left[near], right[near])), shape=(size, size)).tocsr()
    both = (counts + counts.T).tocsr()[:, :MAX_CONTEXTS].tocoo()
    if both.nnz == 0:
        return both.tocsr()
    rows = np.asarray(both.sum(axis=1)).ravel()
    contexts = np.asarray(both.sum(axis=0)).ravel() ** CONTEXT_POWER
    gain = np.log(both.data * contexts.sum() / (rows[both.row] * contexts[both.col]))
    kept = gain > 0
    found = (gain[kept].astype(np.float32), (both.row[kept], both.col[kept]))
    return sparse.csr_matrix(found, shape=both.shape)


def _factorise(associations: Any, power: float = SPECTRUM_POWER) -> np.ndarray:
    """Vectors of the rows from the truncated decomposition; the largest coordinate of each direction is positive."""
    import numpy as np

    size = min(associations.shape)
    wanted = min(DIMENSION, size - 1)
    padded = np.zeros((associations.shape[0], DIMENSION))
    if wanted < 1 or associations.nnz == 0:
        return padded
    if size <= 2 * DIMENSION:
        left, spectrum, _ = np.linalg.svd(associations.toarray(), full_matrices=False)
    else:
        left, spectrum = _decompose(associations, wanted)
    left, spectrum = left[:, :wanted], spectrum[:wanted]
    peaks = np.abs(np.round(left, DECIMALS)).argmax(axis=0)
    signs = np.where(left[peaks, np.arange(left.shape[1])] < 0, -1.0, 1.0)
    padded[:, : left.shape[1]] = left * signs * spectrum**power
    return padded


def _decompose(associations: Any, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Left singular vectors and values by a seeded random projection with one power iteration.

    Source: Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1. (scikit-learn has the same, at six seconds for its
    import.)
    """
    import numpy as np

    seeds = np.random.RandomState(SEED).standard_normal((associations.shape[1], wanted + OVERSAMPLE)).astype(np.float32)
    transposed = associations.T.tocsr()
    reached = associations @ seeds
    for _ in range(POWER_ITERATIONS):
        reached, _ = np.linalg.qr(reached)
        back, _ = np.linalg.qr(transposed @ reached)
        reached = associations @ back
    frame, _ = np.linalg.qr(reached)
    turned, spectrum, _ = np.linalg.svd((transposed @ frame).T, full_matrices=False)
    return frame @ turned, spectrum
