"""The relevance model of one profile: a linear score, what makes a probability of it, and from which on a text is kept.

It holds the labelled texts that it was trained on, so that another basis of vectors gives its weights anew. How it is
trained is in `train.py`; where it is used, with rules before it and perhaps a judge behind it, in `decide.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.embeddings.relevance.features import describe
from assets.embeddings.relevance.labels import forget_labels
from assets.text.spans import sha256_text
from resources.errors import PermanentServiceError

if TYPE_CHECKING:
    import numpy as np

    from assets.embeddings.basis import Basis

__all__ = ["METHOD", "Example", "Model", "Scored", "fingerprint_at", "forget_text", "model_path"]

#: Goes into the fingerprint: a change of how models are trained or score must change it.
METHOD = "linear-1"
#: Tokens that are named as the reason of a score.
REASONS = 5
BLOCK = 5_000
DECIMALS = 4
NEAR = "nearness"

Example = tuple[str, str, bool]


@dataclass(frozen=True)
class Scored:
    """A probability of 0 to 1, and what decided it: tokens (and `nearness`, the vector's share) with their parts."""

    score: float
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Model:
    """What `train.train` learnt; `report` holds the figures of cross-validation."""

    profile: str
    subject: str
    basis_id: str
    fingerprint: str
    vocabulary: Mapping[str, float]
    weights: tuple[float, ...]
    intercept: float
    slope: float
    shift: float
    threshold: float
    examples: tuple[Example, ...]
    report: Mapping[str, Any]

    def score(self, texts: Sequence[str], basis: Basis) -> list[Scored]:
        """Say how likely texts (as `features.shown` gives them) are about the subject; a text's score is its own."""
        import numpy as np

        weights = np.asarray(self.weights)
        names = [name[2:] for name in self.vocabulary]
        out: list[Scored] = []
        for start in range(0, len(texts), BLOCK):
            rows = describe(texts[start : start + BLOCK], self.vocabulary, basis)
            chances = self._chances(np.asarray(rows @ weights) + self.intercept)
            for place, chance in enumerate(chances.tolist()):
                held = slice(rows.indptr[place], rows.indptr[place + 1])
                columns, parts = rows.indices[held], rows.data[held] * weights[rows.indices[held]]
                out.append(Scored(chance, _reasons(columns, parts, basis.dimension, names)))
        return out

    def _chances(self, raw: np.ndarray) -> np.ndarray:
        import numpy as np

        chances: np.ndarray = 1 / (1 + np.exp(-np.clip(self.slope * raw + self.shift, -60, 60)))
        return np.round(chances, DECIMALS)

    def save(self, path: Path) -> None:
        """Write the model so that the file is either the old one or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(path.suffix + ".part")
        part.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8", newline="\n")
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Model | None:
        """Read a model, None where none was trained.

        Raises:
            PermanentServiceError: the file is damaged.
        """
        if not path.exists():
            return None
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            examples = tuple((str(title), str(text), bool(relevant)) for title, text, relevant in held["examples"])
            return cls(**{**held, "weights": tuple(held["weights"]), "examples": examples})
        except (OSError, ValueError, TypeError, KeyError) as error:
            name = path.name.split(".")[0]
            raise PermanentServiceError(
                f"{path.name} holds no readable relevance model; call leafroot relevance train {name} to make it again."
            ) from error


def model_path(home: Path, profile: str) -> Path:
    """Return where the model of a profile is."""
    return home / "profiles" / f"{profile}.relevance.json"


def fingerprint_at(home: Path, profile: str) -> str:
    """Return what names the state of a profile's model, "" where none was trained."""
    model = Model.load(model_path(home, profile))
    return "" if model is None else model.fingerprint


def forget_text(home: Path, sha256: str) -> list[str]:
    """Take a withdrawn text out of the labels and models under a home; returns the profiles that held it.

    A model keeps its weights and name until it is trained again.
    """
    touched = set(forget_labels(home, sha256))
    for path in sorted((home / "profiles").glob("*.relevance.json")):
        model = Model.load(path)
        kept = tuple(example for example in model.examples if sha256_text(example[1]) != sha256) if model else ()
        if model is not None and len(kept) < len(model.examples):
            replace(model, examples=kept).save(path)
            touched.add(model.profile)
    return sorted(touched)


def _reasons(columns: np.ndarray, parts: np.ndarray, width: int, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The largest parts of a score either way, with the vector's as one; pairs and words of one name are added."""
    summed: dict[str, float] = {NEAR: float(parts[columns < width].sum())}
    for column, part in zip(columns.tolist(), parts.tolist(), strict=True):
        if column >= width:
            name = names[column - width]
            summed[name] = summed.get(name, 0.0) + part
    near = (NEAR, round(summed.pop(NEAR), 3))
    ranked = sorted(((name, round(part, 3)) for name, part in summed.items()), key=lambda one: (-abs(one[1]), one[0]))
    return (near, *(one for one in ranked[:REASONS] if one[1]))
