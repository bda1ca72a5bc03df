"""Fakes for spaces of vectors: a source that embeds by length and code points, and a vector store in memory."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
import polars as pl

from resources.protocols import Clearance, VectorModel

LEVELS = ("public", "internal", "secret")
Vector = tuple[float, ...]


def vector_of(text: str) -> Vector:
    return (1.0 + len(text) % 7, float(sum(map(ord, text)) % 101), float(sum(map(ord, text[::2])) % 53), 1.0)


class Source:
    """Implements `resources.protocols.VectorSource`; `answer` may leave texts out or answer wrongly."""

    def __init__(
        self,
        model: VectorModel | None = None,
        *,
        sees: Clearance = "secret",
        answer: Callable[[str], Vector | None] = vector_of,
    ) -> None:
        self.model = model or VectorModel("e", "bge", "", 4)
        self.sees, self.answer = sees, answer
        self.asked: list[tuple[str, Clearance]] = []

    def vector_model(self) -> VectorModel | None:
        return self.model

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[Vector | None]:
        self.asked += zip(texts, clearance, strict=True)
        return [self.answer(text) for text in texts]

    def may_see(self, clearance: Clearance) -> bool:
        return LEVELS.index(clearance) <= LEVELS.index(self.sees)

    def last_reason(self, task: str) -> str | None:
        return f"no answer to {task}"


class Table:
    """Implements `assets.embeddings.filling.VectorTable`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, dict[str, object]]] = {}
        self.puts: list[int] = []

    def rows(self, kind: str, basis_id: str) -> dict[str, dict[str, object]]:
        return self.kept.setdefault((kind, basis_id), {})

    def put(self, kind: str, basis_id: str, frame: pl.DataFrame) -> int:
        self.puts.append(frame.height)
        self.rows(kind, basis_id).update({row["span_id"]: row for row in frame.to_dicts()})
        return frame.height

    def drop(self, kind: str, basis_id: str, span_ids: Collection[str]) -> None:
        for span in span_ids:
            self.rows(kind, basis_id).pop(span, None)

    def texts(self, kind: str, basis_id: str) -> dict[str, str]:
        return {span: str(row["text"]) for span, row in self.rows(kind, basis_id).items()}

    def vectors(self, kind: str, basis_id: str, span_ids: Sequence[str]) -> np.ndarray:
        rows = self.rows(kind, basis_id)
        return np.array([rows[span]["vector"] for span in span_ids], dtype=np.float32)


def spans(*texts: str, clearance: Clearance = "internal") -> pl.DataFrame:
    """Spans of news, one a document."""
    n = range(len(texts))
    return pl.DataFrame(
        {
            "span_id": [f"s{i}" for i in n],
            "doc_id": [f"d{i}" for i in n],
            "lane": "news",
            "published_date": "2024-04-18",
            "text": texts,
            "clearance": clearance,
        },
        schema_overrides={"text": pl.String},
    )
