"""Vectors of a model behind the gateway, as the embedder of one space.

A space is named by model, revision and dimension. Each text that is alike is asked for once, and every vector that comes
back is checked: width, finite, not zero. What cannot be embedded is told by the ids of its texts, never left as a gap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from resources.errors import PermanentServiceError, SettingsError, TransientServiceError
from resources.protocols import Clearance, VectorModel, VectorSource

if TYPE_CHECKING:
    import numpy as np

__all__ = ["LEVELS", "ModelVectors", "find_dimension", "name_space"]

#: Decimals kept of coordinates, as those of the embedded basis.
DECIMALS = 6
#: What is asked where only an answer can tell how wide a model's vectors are.
PROBE = "期货"
#: Classes of text, the lowest first.
LEVELS: Mapping[Clearance, int] = {"public": 0, "internal": 1, "secret": 2}


def name_space(model: VectorModel, dimension: int) -> str:
    """Return the id of a model's space: of another revision or dimension it is another one."""
    named = f"model\x1f{model.model}\x1f{model.revision}\x1f{dimension}"
    return "m" + hashlib.sha256(named.encode("utf-8")).hexdigest()[:15]


def find_dimension(source: VectorSource, model: VectorModel, asset: str | None = None) -> int:
    """Return how wide a model's vectors are: what the configuration says, else what its first answer shows.

    Raises:
        TransientServiceError: nothing answers.
    """
    if model.dimension is not None:
        return model.dimension
    (vector,) = source.embed([PROBE], clearance=["public"], asset=asset)
    if vector is None:
        raise TransientServiceError(
            f"Model {model.name} embeds nothing ({source.last_reason('embed') or 'it gave no vector'}); "
            "call leafroot models status, then leafroot run again."
        )
    return len(vector)


class ModelVectors:
    """The embedder of one model's space, for texts of one class at most."""

    def __init__(
        self,
        source: VectorSource,
        model: VectorModel,
        dimension: int,
        *,
        idf: Callable[[str], float],
        clearance: Clearance = "internal",
        asset: str | None = None,
    ) -> None:
        """Name the space.

        Args:
            source: The way to the models.
            model: Whose vectors these are.
            dimension: How wide they are.
            idf: How rare a token of the index is: statistics of the corpora, which a model does not have.
            clearance: Class of the texts that `embed` is given (those of a question of unknown origin are internal).
            asset: Who asks, for the ledger.
        """
        self.basis_id = name_space(model, dimension)
        self.dimension = dimension
        self.idf = idf
        self._source, self._model = source, model
        self._clearance, self._asset = clearance, asset

    def embed(
        self,
        texts: Sequence[str],
        *,
        words: Sequence[Sequence[str]] | None = None,  # noqa: ARG002 - the protocol's; a model cuts texts itself
    ) -> np.ndarray:
        """Return the vectors of texts (n × dimension, float32, rows of length 1).

        Raises:
            PermanentServiceError: the model may not see texts of this class.
            TransientServiceError: a text got no vector.
            SettingsError: the vectors have another width than the space.
        """
        if not self._source.may_see(self._clearance):
            raise PermanentServiceError(f"Model {self._model.name} may not see {self._clearance} text.")
        names = [f"text {place}" for place in range(len(texts))]
        found = self.embed_seen(names, texts, [self._clearance] * len(texts))
        missing = [name for name in names if name not in found]
        if missing:
            raise TransientServiceError(
                f"Model {self._model.name} gave no vector for {len(missing)} of {len(texts)} texts ({self.why()})."
            )
        import numpy as np

        return np.stack([found[name] for name in names]) if names else np.zeros((0, self.dimension), dtype=np.float32)

    def why(self) -> str:
        """Return why vectors did not come, the most frequent reason."""
        return self._source.last_reason("embed") or "no reason is known"

    def may_see(self, clearance: Clearance) -> bool:
        """Tell whether texts of this class may be shown to the model."""
        return self._source.may_see(clearance)

    def embed_seen(
        self, ids: Sequence[str], texts: Sequence[str], clearances: Sequence[Clearance]
    ) -> dict[str, np.ndarray]:
        """Return the vectors that came, by id; texts that are alike are one text, of the lowest class among them.

        Args:
            ids: Names of the texts, for what is said of them.
            texts: The texts, none of a class that the model may not see.
            clearances: The class of each.

        Raises:
            SettingsError: a vector has another width than the space, or is none: it names the ids.
        """
        level: dict[str, Clearance] = {}
        for text, clearance in zip(texts, clearances, strict=True):
            known = level.setdefault(text, clearance)
            if LEVELS[clearance] < LEVELS[known]:
                level[text] = clearance
        unique = sorted(level)
        raw = self._source.embed(unique, clearance=[level[text] for text in unique], asset=self._asset)
        came = {text: vector for text, vector in zip(unique, raw, strict=True) if vector is not None}
        checked = self._checked(came, dict(zip(reversed(texts), reversed(ids), strict=True)))
        return {name: checked[text] for name, text in zip(ids, texts, strict=True) if text in checked}

    def _checked(self, came: Mapping[str, Sequence[float]], named: Mapping[str, str]) -> dict[str, np.ndarray]:
        """The vectors at length 1; the first id that bears a text speaks for it."""
        import numpy as np

        if not came:
            return {}
        wrong = sorted({len(vector) for vector in came.values()} - {self.dimension})
        if wrong:
            bad = sorted(named[text] for text, vector in came.items() if len(vector) != self.dimension)
            raise SettingsError(
                f"Model {self._model.name} gave vectors of {wrong[0]} numbers for {_some(bad)}, and {self.dimension} are "
                "stored: set its dimension (or a revision) in the configuration and call leafroot run, which builds the "
                "new vectors beside the old ones."
            )
        matrix = np.asarray(list(came.values()), dtype=np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
        fine = np.isfinite(lengths) & (lengths > 1e-12)
        if not bool(fine.all()):
            bad = sorted(named[text] for text, good in zip(came, fine.tolist(), strict=True) if not good)
            raise SettingsError(
                f"Model {self._model.name} gave vectors that are zero or not finite for {_some(bad)}; "
                "look at the server, then call leafroot run again."
            )
        rounded = np.round(matrix / lengths[:, None], DECIMALS).astype(np.float32)
        return dict(zip(came, rounded, strict=True))


def _some(names: Sequence[str]) -> str:
    """A few of the names, and how many more there are."""
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")
