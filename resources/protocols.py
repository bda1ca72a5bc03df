"""What rooms agree on: how a table is described and how published rows are read.

Pure modules take a `Reader`, never a store. What implements it lives in `resources/store.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = [
    "Clearance",
    "Column",
    "ColumnType",
    "Embedder",
    "Reader",
    "Reject",
    "Table",
    "TaskCall",
    "TaskResult",
    "TaskRunner",
    "VectorIndex",
    "VectorModel",
    "VectorSource",
]

#: `json` columns hold canonical JSON as text (sorted keys, no blanks, UTF-8); `date` is `YYYY-MM-DD` and
#: `decimal` plain decimal notation, both as text, so that nothing is rounded on the way.
ColumnType = Literal["text", "int", "float", "bool", "json", "date", "decimal"]


#: Who may see a text: everybody, the house, or few (contract, `[privacy]`).
Clearance = Literal["public", "internal", "secret"]


@dataclass(frozen=True)
class Column:
    """One column: name, type, meaning, unit, and whether it may be null."""

    name: str
    type: ColumnType
    meaning: str
    unit: str | None = None
    null: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the store. `key` names the column that is unique among the live rows."""

    name: str
    stage: str
    key: str
    meaning: str
    columns: tuple[Column, ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Reject:
    """A row or file that was not taken, for the quarantine: reason code, and one sentence with the remedy."""

    stage: str
    source: str
    row: int | None
    reason: str
    message: str


class Reader(Protocol):
    """Published rows as of one publication, resolved once.

    `where` holds conditions on columns: a value (equal), None (is null), a list (one of); a name ending in
    `__ge` or `__le` compares.
    """

    publication: int

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows as dictionaries; json columns come as parsed values, bool as bool."""
        ...

    def frame(
        self, table: str, *, where: Mapping[str, Any] | None = None, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """The same rows as a frame, sorted by key; json columns stay text."""
        ...

    def text(self, doc_id: str) -> str:
        """Stored text of a document or bar, retired ones included.

        Raises:
            UsageError: no such document was ever stored.
        """
        ...


class VectorIndex(Protocol):
    """Vectors and full text of spans by kind (slice, clause) and basis, for a search that fuses them itself."""

    #: What was damaged and made again from the rows, in a sentence; None where nothing was.
    notice: str | None

    def search(
        self,
        kind: str,
        basis_id: str,
        *,
        words: str = "",
        grams: str = "",
        every: str = "",
        vector: np.ndarray | None = None,
        limit: int = 60,
        **kept: Any,
    ) -> list[dict[str, Any]]:
        """Best rows of each channel, sorted by span_id, every filter applied before the search.

        `kept` are the filters lane, since, until, only (span ids) and without (document ids); `every` are bigrams that a row
        must hold all of. A row has span_id, doc_id, lane, published_date ("" where none), words, grams, text, and `ranks`:
        channel (words, grams, every, vector) to rank from 0.
        """
        ...

    def containing(self, kind: str, basis_id: str, fragment: str, *, limit: int, **kept: Any) -> list[dict[str, Any]]:
        """Rows whose text holds a fragment as it stands, in the order of span_id."""
        ...

    def vectors(self, kind: str, basis_id: str, span_ids: Sequence[str]) -> np.ndarray:
        """Vectors of spans, a row each in the order asked (n × d, float32)."""
        ...


class Embedder(Protocol):
    """What turns texts into vectors of one space: the embedded basis, or a model behind the gateway.

    Vectors of different `basis_id`s are never compared: it names engine, model, revision and dimension.
    """

    @property
    def basis_id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def idf(self, token: str) -> float:
        """How rare a token of the index is, as BM25 has it; a bigram is marked by a leading `#`, a character by `@`."""
        ...

    def embed(self, texts: Sequence[str], *, words: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Vectors of texts (n × dimension, float32, rows of length 1); `words` are their tokens, where they are known.

        Raises:
            ServiceError: a text got no vector: nothing answers, or the model may not see it. It says why in a sentence.
        """
        ...


@dataclass(frozen=True)
class TaskCall:
    """One piece of work for a task: its typed input as plain values, and the class of the text that it shows."""

    inputs: Mapping[str, Any]
    clearance: Clearance = "internal"
    #: Documents that the text comes from: what is kept of the answer goes when one of them is purged.
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskResult:
    """The validated output as plain values, or None with the reason; who made it."""

    output: Mapping[str, Any] | None
    engine: str
    call_ids: tuple[str, ...] = ()
    reason: str | None = None
    #: Prompt that was sent (`<task>/<version>#<hash>`), and what the check took out of the answer and why.
    prompt: str | None = None
    dropped: tuple[str, ...] = ()


class TaskRunner(Protocol):
    """What a stage sees of the models: typed tasks, answered in their order; a failed one is a None with its reason.

    It never raises for what a model did; `available(task)` is False where no model is configured for it, so that the
    extractive engine does the work. Answers come from the cache where the same question was answered before.
    """

    def available(self, task: str) -> bool: ...

    def run(
        self, task: str, calls: Sequence[TaskCall], *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]: ...

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[tuple[float, ...] | None]: ...


@dataclass(frozen=True)
class VectorModel:
    """The model whose vectors a configuration asks for."""

    #: Its name in the configuration, and the server's own.
    name: str
    model: str
    #: What tells two states of one model apart, "" where the configuration says nothing.
    revision: str = ""
    #: None where only the first answer will tell.
    dimension: int | None = None


class VectorSource(Protocol):
    """What a stage sees of the embedding models: who they are, their vectors, and why some did not come."""

    def vector_model(self) -> VectorModel | None:
        """The model that embeds, None where none is configured."""
        ...

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[tuple[float, ...] | None]: ...

    def may_see(self, clearance: Clearance) -> bool:
        """Whether a text of this class may be shown to the model that embeds."""
        ...

    def last_reason(self, task: str) -> str | None: ...
