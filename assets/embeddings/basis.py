"""The embedded basis of vectors: learnt from the corpora at hand, without a model, a network or shipped weights.

Words and character bigrams get vectors from their co-occurrence (positive pointwise mutual information, truncated
singular value decomposition); a text is the weighted mean of its units, rare ones weighing more (smooth inverse
frequency), without the direction that all texts share. What is near what is decided elsewhere.

Source: Levy, Goldberg and Dagan 2015 (context smoothing, root of the spectrum); Arora, Liang and Ma 2017 (weights and
the common component).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.embeddings.index import gram_tokens, squeeze, word_tokens
from assets.text.segment import SHIPPED, Lexicon, bigrams
from resources.errors import PermanentServiceError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DIMENSION", "Basis", "fit_basis", "needs_refit"]

#: Goes into basis_id: a change of anything below that changes vectors must change it.
ENGINE = "ppmi-svd-2"
DIMENSION = 256
#: Texts that a basis is learnt from at most; of more, those with the smallest hashes.
MAX_TEXTS = 12_000
#: Units that get a vector: those in most texts. Contexts are the most frequent of them.
MAX_UNITS = 24_000
MAX_CONTEXTS = 3_000
#: A unit in one text only says nothing about others, unless there are few texts.
MIN_TEXTS = 2
SMALL_CORPUS = 50
#: From so many texts on the direction that they share most is taken out; of fewer it is a subject of its own.
SHARED_FROM = 200
WINDOW = 10
CONTEXT_POWER = 0.75
SPECTRUM_POWER = 0.5
SIF_WEIGHT = 1e-3
SEED = 0
OVERSAMPLE = 10
POWER_ITERATIONS = 1
#: Decimals kept of coordinates, so that another process that rounds the last bit otherwise gives equal bytes.
DECIMALS = 5
_NUMBER = re.compile(r"[\d.,%‰:/_\-]+")
_FILES = ("basis.json", "units.npy")


class Basis:
    """Vectors of units, and how often texts hold each; turns texts into vectors."""

    def __init__(
        self, basis_id: str, units: Sequence[str], matrix: np.ndarray, counts: Mapping[str, int], n_texts: int
    ) -> None:
        """Take what `fit_basis` learnt.

        Args:
            basis_id: Hash of engine, dimension and training input.
            units: Words, and bigrams marked by a leading `#`.
            matrix: Weighted vectors of the units (n × 256, float32); their scale does not matter.
            counts: In how many of the training texts each token of the index stands, bigrams marked by a leading `#`
                and characters by `@`;
                a token that is not named stands in one or none.
            n_texts: Number of texts that were offered for training.
        """
        self.basis_id = basis_id
        self.n_texts = n_texts
        self._units = list(units)
        self._matrix = matrix
        self._wide: np.ndarray | None = None
        self._counts = dict(counts)
        self._place = {unit: i for i, unit in enumerate(self._units)}

    @property
    def dimension(self) -> int:
        """Number of coordinates of a vector."""
        return DIMENSION

    def idf(self, token: str) -> float:
        """Return how rare a token of the index is, as BM25 has it; a bigram is marked by a leading `#`, a character by `@`."""
        total = min(self.n_texts, MAX_TEXTS)
        count = self._counts.get(token, 1)
        return math.log(1 + (max(total - count, 0) + 0.5) / (count + 0.5))

    def embed(self, texts: Sequence[str], *, words: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Return the vectors of texts.

        Args:
            texts: Any texts; a vector depends on its own text alone.
            words: Their word tokens, where the caller has them already.

        Returns:
            n × 256, float32, rows of length 1, coordinates rounded to 5 decimals. A text without a known unit gets a
            hashed vector of its bigrams; one without letters, digits or Chinese characters a fixed unit vector.
        """
        import numpy as np
        from scipy import sparse

        place = self._place
        columns: list[int] = []
        ends = [0]
        for text, cut in zip(texts, words or map(word_tokens, texts), strict=True):
            names, pairs = _streams(text, cut)
            columns += [place[unit] for unit in (*names, *pairs) if unit in place]
            ends.append(len(columns))
        held = sparse.csr_matrix(
            (
                np.ones(len(columns), dtype=np.float64),
                np.asarray(columns, dtype=np.int64),
                np.asarray(ends, dtype=np.int64),
            ),
            shape=(len(texts), len(self._units)),
        )
        if self._wide is None:
            self._wide = self._matrix.astype(np.float64)
        vectors = np.asarray(held @ self._wide)
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        for row in np.flatnonzero(lengths < 1e-9).tolist():
            vectors[row] = _hashed(texts[row])
            lengths[row] = 1.0
        rounded: np.ndarray = np.round(vectors / lengths[:, None], DECIMALS).astype(np.float32)
        return rounded

    def save(self, folder: Path) -> None:
        """Write the basis into a folder; the file that names it comes last, so that a half-written one is never read."""
        import io

        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        np.save(buffer, self._matrix)
        head = {
            "basis_id": self.basis_id,
            "engine": ENGINE,
            "n_texts": self.n_texts,
            "units": self._units,
            "counts": self._counts,
        }
        _replace(folder / _FILES[1], buffer.getvalue())
        _replace(folder / _FILES[0], json.dumps(head, ensure_ascii=False, sort_keys=True).encode("utf-8"))

    @classmethod
    def load(cls, folder: Path) -> Basis:
        """Read a basis.

        Raises:
            PermanentServiceError: the folder holds none, or a damaged one.
        """
        import numpy as np

        try:
            head = json.loads((folder / _FILES[0]).read_text(encoding="utf-8"))
            matrix = np.load(folder / _FILES[1])
            basis = cls(head["basis_id"], head["units"], matrix, head["counts"], head["n_texts"])
        except (OSError, ValueError, KeyError) as error:
            raise PermanentServiceError(
                f"The folder {folder} holds no readable vector basis; call leafroot run to learn it again."
            ) from error
        if matrix.shape != (len(head["units"]), DIMENSION):
            raise PermanentServiceError(
                f"The vector basis in {folder} is damaged; call leafroot run to learn it again."
            )
        return basis


def needs_refit(basis: Basis | None, n_texts: int) -> bool:
    """Say whether a basis must be learnt: there is none, or the corpora have more than doubled since."""
    return basis is None or n_texts > 2 * max(basis.n_texts, 1)


def fit_basis(texts: Sequence[str], *, lexicon: Lexicon = SHIPPED) -> Basis:
    """Learn a basis from texts.

    Args:
        texts: The slices and clauses of the corpora, in any order.
        lexicon: Which terms are kept whole.

    Returns:
        The basis; equal texts give equal bytes, in any order and any process.
    """
    import numpy as np

    chosen, basis_id = _sample(texts, lexicon)
    cut = [word_tokens(text, lexicon) for text in chosen]
    streams = [_streams(text, names) for text, names in zip(chosen, cut, strict=True)]
    units = _vocabulary(streams)
    counts = _count(chosen, cut)
    if not units:
        return Basis(basis_id, [], np.zeros((0, DIMENSION), dtype=np.float32), counts, len(texts))
    place = {unit: i for i, unit in enumerate(units)}
    coded = [
        np.array([place[unit] for unit in stream if unit in place], dtype=np.int64)
        for pair in streams
        for stream in pair
    ]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    with threadpool_limits(limits=1):
        vectors = _factorise(_associate(coded, len(units)))
        matrix = _weigh(vectors, coded)
    return Basis(basis_id, units, matrix, counts, len(texts))


def _sample(texts: Sequence[str], lexicon: Lexicon) -> tuple[list[str], str]:
    """The texts to learn from, in the order of their hashes, and the id of what is learnt from them."""
    keyed = sorted((hashlib.sha256(text.encode("utf-8")).hexdigest(), text) for text in texts)[:MAX_TEXTS]
    digest = hashlib.sha256(f"{ENGINE}\x1f{DIMENSION}\x1f{lexicon.version}\x1f".encode())
    for key, _ in keyed:
        digest.update(key.encode())
    return [text for _, text in keyed], digest.hexdigest()[:16]


def _streams(text: str, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Words and marked bigrams of a text, without bare figures and single characters."""
    names = [word for word in words if not _NUMBER.fullmatch(word)]
    pairs = ["#" + gram for gram in bigrams(text) if len(gram) > 1 and not _NUMBER.fullmatch(gram)]
    return names, pairs


def _count(texts: Sequence[str], cut: Sequence[Sequence[str]]) -> dict[str, int]:
    """In how many texts each token of the index stands, where it is more than one."""
    counts: Counter[str] = Counter()
    for text, names in zip(texts, cut, strict=True):
        pairs = gram_tokens(text)
        counts.update({*names, *("#" + pair for pair in pairs), *("@" + character for character in squeeze(text))})
    return {token: count for token, count in sorted(counts.items()) if count > 1}


def _vocabulary(streams: Sequence[tuple[list[str], list[str]]]) -> list[str]:
    """Units by falling number of texts."""
    texts_with: Counter[str] = Counter()
    for names, pairs in streams:
        texts_with.update({*names, *pairs})
    least = MIN_TEXTS if len(streams) >= SMALL_CORPUS else 1
    kept = sorted((-count, unit) for unit, count in texts_with.items() if count >= least)[:MAX_UNITS]
    return [unit for _, unit in kept]


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


def _factorise(associations: Any) -> np.ndarray:
    """Vectors of the units from the truncated decomposition; the largest coordinate of each direction is positive."""
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
    padded[:, : left.shape[1]] = left * signs * spectrum**SPECTRUM_POWER
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


def _weigh(vectors: np.ndarray, coded: Sequence[np.ndarray]) -> np.ndarray:
    """Weighted unit vectors without the direction that the training texts share most (n × 256, float32)."""
    import numpy as np
    from scipy import sparse

    flat = np.concatenate(coded)
    uses = np.bincount(flat, minlength=len(vectors)).astype(np.float64)
    weighted = vectors * (SIF_WEIGHT / (SIF_WEIGHT + uses / max(uses.sum(), 1.0)))[:, None]
    ends = np.concatenate([[0], np.cumsum([len(stream) for stream in coded])])[::2]
    held = sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(ends) - 1, len(vectors)))
    texts = np.asarray(held @ weighted)
    lengths = np.sqrt(np.einsum("ij,ij->i", texts, texts))
    texts = texts[lengths > 1e-9] / lengths[lengths > 1e-9][:, None]
    if len(texts) >= SHARED_FROM:
        _, directions = np.linalg.eigh(texts.T @ texts)
        common = directions[:, -1]
        weighted = weighted - (weighted @ common)[:, None] * common
    rounded: np.ndarray = np.round(weighted, DECIMALS).astype(np.float32)
    return rounded


def _hashed(text: str) -> np.ndarray:
    """A vector of length 1 for a text that the basis knows nothing of, from the hashes of its bigrams."""
    import numpy as np

    vector = np.zeros(DIMENSION, dtype=np.float64)
    for gram in bigrams(text):
        code = zlib.crc32(gram.encode("utf-8"))
        vector[code % DIMENSION] += 1.0 if code & 0x80000000 else -1.0
    length = float(np.sqrt(vector @ vector))
    if length == 0.0:
        vector[0] = 1.0
        return vector
    return np.asarray(vector / length, dtype=np.float64)


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it is either the old one or the new one."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_bytes(content)
    part.replace(path)
