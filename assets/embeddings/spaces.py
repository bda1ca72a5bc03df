"""Which space of vectors serves, which one the configuration asks for, and what embeds in it.

Pure reading and naming: how a space is filled is in filling.py, when it takes over in defs.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.embeddings.model_vectors import ModelVectors, find_dimension, name_space
from resources.protocols import Clearance, Embedder, Reader, VectorModel, VectorSource

__all__ = ["Space", "find_space", "open_space", "rows_of_spaces", "serving_row"]


@dataclass(frozen=True)
class Space:
    """One space with what embeds in it; `model` is None for the embedded basis."""

    embedder: Embedder
    model: VectorModel | None = None

    @property
    def basis_id(self) -> str:
        """The id under which its vectors are kept."""
        return self.embedder.basis_id

    @property
    def name(self) -> str:
        """What a person calls it."""
        return "the embedded basis" if self.model is None else f"model {self.model.model}"

    def row(self, state: str) -> dict[str, Any]:
        """Return its row of `vector_spaces`."""
        return {
            "basis_id": self.basis_id,
            "engine": "model" if self.model is not None else "embedded",
            "model": None if self.model is None else self.model.model,
            "revision": None if self.model is None else self.model.revision or None,
            "dimension": self.embedder.dimension,
            "state": state,
        }


class _Nobody:
    """A source for a space whose model the configuration does not name any more: nothing is embedded in it."""

    def __init__(self, why: str) -> None:
        self._why = why

    def vector_model(self) -> VectorModel | None:
        return None

    def embed(
        self,
        texts: Sequence[str],
        *,
        clearance: Sequence[Clearance],  # noqa: ARG002 - the protocol's
        asset: str | None = None,  # noqa: ARG002 - the protocol's
    ) -> list[tuple[float, ...] | None]:
        return [None] * len(texts)

    def may_see(self, clearance: Clearance) -> bool:
        return bool(clearance)

    def last_reason(self, task: str) -> str | None:
        return self._why if task else None


def serving_row(reader: Reader) -> dict[str, Any] | None:
    """Return the row of the space that serves as of the reader's publication; None before there is one."""
    rows = reader.rows("vector_spaces", where={"state": "serving"})
    return rows[0] if rows else None


def rows_of_spaces(reader: Reader, serving: Space) -> list[dict[str, Any]]:
    """Return what `vector_spaces` becomes when a space takes over: it serves, the one before is kept, others go."""
    before = serving_row(reader)
    rows = [serving.row("serving")]
    if before is not None and before["basis_id"] != serving.basis_id:
        rows.append({**before, "state": "kept"})
    elif before is not None:
        rows += reader.rows("vector_spaces", where={"state": "kept"})
    return rows


def find_space(
    source: VectorSource | None, basis: Embedder, *, known: Mapping[str, Any] | None, asset: str | None = None
) -> Space:
    """Return the space that the configuration asks for.

    Args:
        source: The way to the models, None where there is none.
        basis: The embedded basis: the space where no model embeds, and the statistics of words where one does.
        known: Row of the space that serves: of its model the width is known.
        asset: Who asks, for the ledger.

    Raises:
        TransientServiceError: only an answer can tell how wide the model's vectors are, and nothing answers.
    """
    model = None if source is None else source.vector_model()
    if source is None or model is None:
        return Space(basis)
    same = known is not None and (known["model"], known["revision"] or "") == (model.model, model.revision)
    width = int(known["dimension"]) if known is not None and same and model.dimension is None else None
    dimension = width or find_dimension(source, model, asset)
    return Space(ModelVectors(source, model, dimension, idf=basis.idf, asset=asset), model)


def open_space(
    row: Mapping[str, Any],
    source: VectorSource | None,
    load_basis: Callable[[str], Embedder],
    idf: Callable[[str], float],
    *,
    asset: str | None = None,
) -> Space:
    """Open the space of a row of `vector_spaces`.

    Args:
        row: The row.
        source: The way to the models.
        load_basis: Opens an embedded basis by its id.
        idf: How rare a token is, for the space of a model.
        asset: Who asks, for the ledger.

    Returns:
        The space. Where the configuration names another model, or none, nothing is embedded in it any more: its
        embedder says so, with the command that helps.
    """
    if row["engine"] == "embedded":
        return Space(load_basis(row["basis_id"]))
    asked = None if source is None else source.vector_model()
    model = VectorModel(row["model"], row["model"], row["revision"] or "", row["dimension"])
    same = asked is not None and name_space(asked, asked.dimension or row["dimension"]) == row["basis_id"]
    if source is not None and asked is not None and same:
        return Space(ModelVectors(source, asked, row["dimension"], idf=idf, asset=asset), asked)
    named = (
        f"model {asked.model} ({asked.dimension or 'its own'}, revision {asked.revision or '-'})" if asked else "none"
    )
    why = (
        f"the vectors of this home are of model {row['model']} ({row['dimension']} coordinates) and the configuration "
        f"names {named}; they are never mixed: call leafroot run to build the new ones, or name the old model again"
    )
    return Space(ModelVectors(_Nobody(why), model, row["dimension"], idf=idf, asset=asset), model)
