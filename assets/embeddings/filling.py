"""Rows of the vector index for spans, in one space: what is there already is left, what is new is embedded.

A killed run leaves whole batches behind, and the next one goes on from there. Which space is filled, and when readers are
given it, is decided in defs.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from assets.embeddings.index import embed_spans
from assets.embeddings.model_vectors import ModelVectors
from assets.text.segment import SHIPPED, Lexicon

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from resources.protocols import Embedder

__all__ = ["BATCH", "Filled", "VectorTable", "fill", "gather"]

#: Spans of one commit to the index: what a killed run repeats at most. Of a model's fewer: its vectors are slow and paid for.
BATCH, MODEL_BATCH = 20_000, 2_048


class VectorTable(Protocol):
    """What filling needs of the vector store."""

    def put(self, kind: str, basis_id: str, frame: pl.DataFrame) -> int: ...

    def drop(self, kind: str, basis_id: str, span_ids: Collection[str]) -> None: ...

    def texts(self, kind: str, basis_id: str) -> dict[str, str]: ...

    def vectors(self, kind: str, basis_id: str, span_ids: Sequence[str]) -> np.ndarray: ...


@dataclass
class Filled:
    """What became of the spans: made, hidden (the model may not see them) or waiting (no vector came)."""

    states: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    #: Texts that were embedded now, and spans whose vector was there already.
    embedded: int = 0
    reused: int = 0
    why: str | None = None
    #: What was embedded now, for the checks: ids, texts and vectors of the spans that are made.
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    vectors: list[np.ndarray] = field(default_factory=list)

    def count(self, state: str) -> int:
        """Return how many spans are in a state."""
        return sum(one == state for one in self.states.values())

    def rows(self, kind: str, basis_id: str) -> pl.DataFrame:
        """Return the rows of `embedded_spans`, sorted by span_id."""
        import polars as pl

        spans = sorted(self.states)
        columns = {
            "span_id": spans,
            "kind": [kind] * len(spans),
            "doc_id": [self.documents[span] for span in spans],
            "basis_id": [basis_id] * len(spans),
            "state": [self.states[span] for span in spans],
        }
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def fill(
    table: VectorTable,
    kind: str,
    spans: pl.DataFrame,
    embedder: Embedder,
    *,
    lexicon: Lexicon = SHIPPED,
    whole: bool = False,
    trusted: bool = False,
    keep_waiting: bool = False,
) -> Filled:
    """Write the rows of spans.

    Args:
        table: The vector store.
        kind: slice or clause.
        spans: span_id, doc_id, lane, published_date, text, clearance (public, internal or secret).
        embedder: The space.
        lexicon: What keeps terms whole in the full-text columns.
        whole: These are all spans of the kind: rows of others are dropped, and vectors of equal texts are taken over.
        trusted: Rows that are there were written with this lexicon: they are left as they are.
        keep_waiting: A span whose vector did not come gets a row without one, for full text; else it gets none.

    Returns:
        What became of each span.
    """
    done = Filled(documents=dict(spans.select("span_id", "doc_id").rows()))
    held = table.texts(kind, embedder.basis_id) if whole else {}
    rows = spans.unique("span_id", keep="last", maintain_order=True).sort("span_id")
    known = {span for span, text in rows.select("span_id", "text").rows() if held.get(span) == text}
    if held:
        table.drop(kind, embedder.basis_id, sorted(held.keys() - set(rows["span_id"])))
    if trusted and known:
        left = rows.filter(rows["span_id"].is_in(sorted(known)))
        done.states |= {span: _state(embedder, level) for span, level in left.select("span_id", "clearance").rows()}
        done.reused += left.height
        rows = rows.filter(~rows["span_id"].is_in(sorted(known)))
        known = set()
    size = MODEL_BATCH if isinstance(embedder, ModelVectors) else BATCH
    for start in range(0, rows.height, size):
        _fill_batch(table, kind, rows.slice(start, size), embedder, known, lexicon, done, keep_waiting=keep_waiting)
    return done


def gather(filled: Sequence[Filled], dimension: int) -> tuple[list[str], list[str], np.ndarray]:
    """Return ids, texts and vectors (n × d) of what was embedded now, of several fillings together."""
    import numpy as np

    parts = [part for one in filled for part in one.vectors]
    matrix = np.concatenate(parts) if parts else np.zeros((0, dimension), dtype=np.float32)
    return [span for one in filled for span in one.ids], [text for one in filled for text in one.texts], matrix


def _fill_batch(
    table: VectorTable,
    kind: str,
    rows: pl.DataFrame,
    embedder: Embedder,
    known: Collection[str],
    lexicon: Lexicon,
    done: Filled,
    *,
    keep_waiting: bool,
) -> None:
    import numpy as np

    ids = rows["span_id"].to_list()
    if isinstance(embedder, ModelVectors):
        vectors, states = _from_model(table, kind, rows, embedder, known, done)
        made = embed_spans(kind, rows, embedder, vectors=vectors, lexicon=lexicon)
        kept = [span for span in ids if keep_waiting or states[span] != "waiting"]
        made = made.filter(made["span_id"].is_in(kept))
    else:
        states = dict.fromkeys(ids, "made")
        made = embed_spans(kind, rows, embedder, lexicon=lexicon)
        done.embedded += len(ids)
    table.put(kind, embedder.basis_id, made)
    done.states |= states
    seen = made.filter(made["span_id"].is_in([span for span in ids if states[span] == "made"]))
    done.ids += seen["span_id"].to_list()
    done.texts += seen["text"].to_list()
    done.vectors.append(
        np.asarray(seen["vector"].to_numpy(), dtype=np.float32).reshape(seen.height, embedder.dimension)
    )


def _from_model(
    table: VectorTable, kind: str, rows: pl.DataFrame, embedder: ModelVectors, known: Collection[str], done: Filled
) -> tuple[np.ndarray, dict[str, str]]:
    """Vectors of a batch in its order, zero where there is none, and the state of each span."""
    import numpy as np

    found: dict[str, np.ndarray] = {}
    again = [span for span in rows["span_id"] if span in known]
    if again:
        old = table.vectors(kind, embedder.basis_id, again)
        found = {span: vector for span, vector in zip(again, old, strict=True) if bool(vector.any())}
    done.reused += len(found)
    levels = dict(rows.select("span_id", "clearance").rows())
    shown = [span for span in rows["span_id"] if span not in found and embedder.may_see(levels[span])]
    texts = dict(rows.select("span_id", "text").rows())
    if shown:
        came = embedder.embed_seen(shown, [texts[span] for span in shown], [levels[span] for span in shown])
        done.embedded += len(came)
        found |= came
        if len(came) < len(shown):
            done.why = embedder.why()
    waiting = set(shown) - found.keys()
    states = {span: "made" if span in found else "waiting" if span in waiting else "hidden" for span in rows["span_id"]}
    blank = np.zeros(embedder.dimension, dtype=np.float32)
    return np.stack([found.get(span, blank) for span in rows["span_id"]]), states


def _state(embedder: Embedder, clearance: str) -> str:
    hidden = isinstance(embedder, ModelVectors) and not embedder.may_see(clearance)  # type: ignore[arg-type]
    return "hidden" if hidden else "made"
