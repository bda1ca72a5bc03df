"""What vectors must hold before readers get them; pure arithmetic over a matrix, told as check outcomes.

A server that answers with a narrower, empty, repeated or another model's vector does so with status 200: it is seen here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CHECKS", "Centre", "check_complete", "check_vectors"]

#: Names of the checks, in the order in which they are told.
CHECKS = (
    "vectors_dimension",
    "vectors_finite",
    "vectors_norm",
    "vectors_drift",
    "vectors_collapsed",
    "vectors_duplicates",
    "vectors_complete",
)
#: How far from 1 the length of a vector may be: coordinates are rounded to 5 decimals.
NORM_SLACK = 1e-3
#: Distance of the mean of new vectors from that of the last good version: a day's news moves by a quarter, vectors of
#: another model by about the length of both means. Fewer vectors than this say nothing.
DRIFT_WARN, DRIFT_BLOCK, DRIFT_FROM = 0.4, 0.7, 50
#: Vectors that all point one way tell nothing apart: length of their mean (embedding models reach .85 on one trade's texts).
COLLAPSED, COLLAPSED_FROM = 0.97, 20
#: Share of the vectors that stand for several different texts. Of the embedded basis, texts that differ in their figures
#: alone have one vector; of a model it means that it did not read them to their end.
DUPLICATES_EMBEDDED, DUPLICATES_MODEL, DUPLICATES_FROM = 0.25, 0.02, 20
EXAMPLES = 20


@dataclass(frozen=True)
class Centre:
    """The mean of the vectors of a last good version, and how many they were."""

    n: int
    mean: tuple[float, ...]

    @classmethod
    def load(cls, text: str | None) -> Centre | None:
        """Read what `dump` wrote; None where there is nothing."""
        if text is None:
            return None
        read = json.loads(text)
        return cls(int(read["n"]), tuple(read["mean"]))

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps({"n": self.n, "mean": list(self.mean)})

    def with_more(self, matrix: np.ndarray) -> Centre:
        """Return the mean with further vectors, rounded to 6 decimals."""
        total = [mean * self.n for mean in self.mean]
        added = matrix.astype("float64").sum(axis=0).tolist()
        n = self.n + len(matrix)
        return Centre(n, tuple(round((old + new) / n, 6) for old, new in zip(total, added, strict=True)))


def check_vectors(
    ids: Sequence[str],
    texts: Sequence[str],
    matrix: np.ndarray,
    *,
    dimension: int,
    known: Centre | None,
    by_model: bool,
) -> list[Outcome]:
    """Judge the vectors that a publication brings.

    Args:
        ids: Names of their spans.
        texts: What was embedded.
        matrix: n × d, a row each.
        dimension: How wide they must be.
        known: Mean of the last good version; None before there was one.
        by_model: They come from a model, not from the embedded basis.

    Returns:
        An outcome for each of CHECKS but the last.
    """
    import numpy as np

    if not len(ids):
        return [Outcome(name, "block", True, "no new vectors") for name in CHECKS[:-1]]
    width = int(matrix.shape[1])
    outcomes = [
        Outcome("vectors_dimension", "block", width == dimension, f"{width} coordinates, {dimension} are wanted"),
    ]
    wide = matrix.astype(np.float64)
    finite: np.ndarray = np.asarray(np.isfinite(wide).all(axis=1))
    outcomes.append(_rows("vectors_finite", ids, np.logical_not(finite), "has a coordinate that is no number"))
    good = wide[finite]
    names = [name for name, fine in zip(ids, finite.tolist(), strict=True) if fine]
    lengths = np.sqrt(np.einsum("ij,ij->i", good, good))
    outcomes.append(_rows("vectors_norm", names, np.abs(lengths - 1) > NORM_SLACK, "is not of length 1"))
    outcomes.append(_drift(good, known if width == dimension else None))
    outcomes.append(_collapsed(good))
    outcomes.append(_duplicates(ids, texts, matrix, by_model=by_model))
    return outcomes


def check_complete(made: int, hidden: int, waiting: int, why: str | None) -> Outcome:
    """Warn of spans that full text alone finds, and of a space that could not take over (`why`)."""
    parts = [f"{made} spans have a vector"]
    if hidden:
        parts.append(f"{hidden} are of a class that the model may not see")
    if waiting:
        parts.append(f"{waiting} wait for theirs ({why or 'no reason is known'}); the next leafroot run asks again")
    elif why:
        parts.append(why)
    return Outcome("vectors_complete", "warn", not (hidden or waiting or why), "; ".join(parts))


def _rows(check: str, ids: Sequence[str], bad: np.ndarray, what: str) -> Outcome:
    named = [ids[place] for place in bad.nonzero()[0].tolist()]
    detail = f"{len(named)} of {len(ids)} vectors: {what}" if named else f"{len(ids)} vectors looked at"
    return Outcome(check, "block", not named, detail, tuple((name, what) for name in named[:EXAMPLES]))


def _drift(good: np.ndarray, known: Centre | None) -> Outcome:
    if known is None or len(good) < DRIFT_FROM or known.n < DRIFT_FROM:
        return Outcome("vectors_drift", "warn", True, f"{len(good)} new vectors: too few, or the first, to compare")
    import numpy as np

    gap = good.mean(axis=0) - np.asarray(known.mean)
    moved = float(np.sqrt(gap @ gap))
    detail = f"the mean of {len(good)} new vectors is {moved:.3f} from that of {known.n} before (up to {DRIFT_WARN})"
    return Outcome("vectors_drift", "block" if moved > DRIFT_BLOCK else "warn", moved <= DRIFT_WARN, detail)


def _collapsed(good: np.ndarray) -> Outcome:
    import numpy as np

    if len(good) < COLLAPSED_FROM:
        return Outcome("vectors_collapsed", "block", True, f"{len(good)} new vectors: too few to tell")
    mean = good.mean(axis=0)
    length = float(np.sqrt(mean @ mean))
    detail = f"the mean of {len(good)} vectors is {length:.3f} long (up to {COLLAPSED}: they point different ways)"
    return Outcome("vectors_collapsed", "block", length <= COLLAPSED, detail)


def _duplicates(ids: Sequence[str], texts: Sequence[str], matrix: np.ndarray, *, by_model: bool) -> Outcome:
    holders: dict[bytes, tuple[str, str]] = {}
    shared: list[tuple[str, str]] = []
    for name, text, row in zip(ids, texts, matrix, strict=True):
        first, said = holders.setdefault(row.tobytes(), (name, text))
        if said != text:
            shared.append((name, f"has the vector of {first}, whose text differs"))
    limit = DUPLICATES_MODEL if by_model else DUPLICATES_EMBEDDED
    share = len(shared) / len(ids)
    detail = f"{len(shared)} of {len(ids)} vectors stand for a text that differs from another's (up to {limit:.0%})"
    passed = share <= limit or len(ids) < DUPLICATES_FROM
    return Outcome("vectors_duplicates", "block" if by_model else "warn", passed, detail, tuple(shared[:EXAMPLES]))
