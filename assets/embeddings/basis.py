"""The embedded basis of vectors: learnt from the corpora at hand, without a model, a network or shipped weights.

Words, character bigrams and shapes of figures get vectors in three ways (learning.py): from what they stand near, from the
texts that they share, and from topics of financial news. A text is the weighted mean of its units in each, the three joined
and turned into 256 coordinates. What is near what is decided elsewhere.

A basis is learnt again when the corpora have more than doubled since, or with --rebuild; it is another space then, filled
beside the old one and given to readers whole, and no vector of one is ever compared with a vector of the other.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assets.embeddings.index import gram_tokens, squeeze, word_tokens
from assets.embeddings.learning import DIMENSION, Learnt, learn
from assets.embeddings.units import units_of
from assets.text.segment import SHIPPED, Lexicon, bigrams
from resources.errors import PermanentServiceError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DIMENSION", "Basis", "fit_basis", "needs_refit"]

#: Goes into basis_id: a change of anything that changes vectors (here, units.py, learning.py, topics.toml) must change it.
ENGINE = "ppmi-lsa-topics-3"
#: Texts that a basis is learnt from at most; of more, those with the smallest hashes.
MAX_TEXTS = 12_000
#: Decimals kept of coordinates, so that another process that rounds the last bit otherwise gives equal bytes.
DECIMALS = 5
_FILES = ("basis.json", "units.npy", "turn.npy")


class Basis:
    """Vectors of units, and how often texts hold each; turns texts into vectors."""

    def __init__(self, basis_id: str, learnt: Learnt, counts: Mapping[str, int], n_texts: int) -> None:
        """Take what `fit_basis` learnt.

        Args:
            basis_id: Hash of engine, dimension and training input.
            learnt: Vectors of the units, in blocks, and what turns the blocks into coordinates.
            counts: In how many of the training texts each token of the index stands, bigrams marked by a leading `#`
                and characters by `@`;
                a token that is not named stands in one or none.
            n_texts: Number of texts that were offered for training.
        """
        self.basis_id = basis_id
        self.n_texts = n_texts
        self._learnt = learnt
        self._wide: np.ndarray | None = None
        self._counts = dict(counts)
        self._place = {unit: i for i, unit in enumerate(learnt.units)}

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
            columns += [place[unit] for kind in units_of(text, cut) for unit in kind if unit in place]
            ends.append(len(columns))
        held = sparse.csr_matrix(
            (
                np.ones(len(columns), dtype=np.float64),
                np.asarray(columns, dtype=np.int64),
                np.asarray(ends, dtype=np.int64),
            ),
            shape=(len(texts), len(self._learnt.units)),
        )
        if self._wide is None:
            self._wide = self._learnt.matrix.astype(np.float64)
        vectors = self._learnt.join(held, self._wide)
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        for row in np.flatnonzero(lengths < 1e-9).tolist():
            vectors[row] = _hashed(texts[row])
            lengths[row] = 1.0
        rounded: np.ndarray = np.round(vectors / lengths[:, None], DECIMALS).astype(np.float32)
        return rounded

    def save(self, folder: Path) -> None:
        """Write the basis into a folder; the file that names it comes last, so that a half-written one is never read."""
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / _FILES[1], _bytes_of(self._learnt.matrix))
        _replace(folder / _FILES[2], _bytes_of(self._learnt.turn))
        head = {
            "basis_id": self.basis_id,
            "engine": ENGINE,
            "n_texts": self.n_texts,
            "units": list(self._learnt.units),
            "blocks": [list(block) for block in self._learnt.blocks],
            "counts": self._counts,
        }
        _replace(folder / _FILES[0], json.dumps(head, ensure_ascii=False, sort_keys=True).encode("utf-8"))

    @classmethod
    def load(cls, folder: Path) -> Basis:
        """Read a basis.

        Raises:
            PermanentServiceError: the folder holds none, or a damaged one, or one of an older version.
        """
        import numpy as np

        try:
            head = json.loads((folder / _FILES[0]).read_text(encoding="utf-8"))
            matrix, turn = (np.load(folder / name) for name in _FILES[1:])
            blocks = tuple((int(width), float(weight)) for width, weight in head["blocks"])
            learnt = Learnt(tuple(head["units"]), matrix, blocks, turn)
            basis = cls(head["basis_id"], learnt, head["counts"], head["n_texts"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PermanentServiceError(
                f"The folder {folder} holds no readable vector basis; call leafroot run --rebuild to learn it again."
            ) from error
        width = sum(width for width, _ in blocks)
        if matrix.shape != (len(learnt.units), width) or turn.shape != (width, DIMENSION):
            raise PermanentServiceError(
                f"The vector basis in {folder} is damaged; call leafroot run --rebuild to learn it again."
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
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    chosen, basis_id = _sample(texts, lexicon)
    cut = [word_tokens(text, lexicon) for text in chosen]
    counts = _count(chosen, cut)
    with threadpool_limits(limits=1):
        learnt = learn([units_of(text, names) for text, names in zip(chosen, cut, strict=True)])
    return Basis(basis_id, learnt, counts, len(texts))


def _sample(texts: Sequence[str], lexicon: Lexicon) -> tuple[list[str], str]:
    """The texts to learn from, in the order of their hashes, and the id of what is learnt from them."""
    keyed = sorted((hashlib.sha256(text.encode("utf-8")).hexdigest(), text) for text in texts)[:MAX_TEXTS]
    digest = hashlib.sha256(f"{ENGINE}\x1f{DIMENSION}\x1f{lexicon.version}\x1f".encode())
    for key, _ in keyed:
        digest.update(key.encode())
    return [text for _, text in keyed], digest.hexdigest()[:16]


def _count(texts: Sequence[str], cut: Sequence[Sequence[str]]) -> dict[str, int]:
    """In how many texts each token of the index stands, where it is more than one."""
    counts: Counter[str] = Counter()
    for text, names in zip(texts, cut, strict=True):
        pairs = gram_tokens(text)
        counts.update({*names, *("#" + pair for pair in pairs), *("@" + character for character in squeeze(text))})
    return {token: count for token, count in sorted(counts.items()) if count > 1}


def _bytes_of(matrix: np.ndarray) -> bytes:
    import io

    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, matrix)
    return buffer.getvalue()


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
