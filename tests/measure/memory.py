"""A reader over rows in memory, for searches without a home."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl


class MemoryReader:
    """Implements `resources.protocols.Reader` over lists of dictionaries; one slice a text, one text a document."""

    publication = 1

    def __init__(self, tables: Mapping[str, Sequence[Mapping[str, Any]]], texts: Mapping[str, str]) -> None:
        self._tables = {name: [dict(row) for row in rows] for name, rows in tables.items()}
        self._texts = dict(texts)
        self._by_value: dict[tuple[str, str], dict[Any, list[dict[str, Any]]]] = {}

    @classmethod
    def of_news(
        cls, texts: Sequence[str], basis_id: str, *, repeats: Mapping[int, int] | None = None
    ) -> "MemoryReader":
        """One news document and one slice for each text: d0001 holds s0001; `repeats` maps a place to its original."""
        known = repeats or {}
        documents: list[dict[str, Any]] = []
        slices: list[dict[str, Any]] = []
        embedded: list[dict[str, Any]] = []
        for i, text in enumerate(texts):
            day = f"2024-01-{1 + i % 28:02d}"
            lead = f"d{known[i]:05d}" if i in known else None
            common = {"doc_id": f"d{i:05d}", "lane": "news", "published_date": day}
            documents.append(
                {
                    **common,
                    "title": text[:12],
                    "path": "news/a.jsonl",
                    "row": i + 1,
                    "published": day,
                    "duplicate_of": lead,
                }
            )
            slices.append({**common, "slice_id": f"s{i:05d}", "start": 0, "end": len(text), "text": text})
            embedded.append({"span_id": f"s{i:05d}", "kind": "slice", "doc_id": f"d{i:05d}", "basis_id": basis_id})
        tables: dict[str, list[dict[str, Any]]] = {
            "documents": documents,
            "slices": slices,
            "clauses": [],
            "embedded_spans": embedded,
        }
        return cls(tables, {row["doc_id"]: text for row, text in zip(documents, texts, strict=True)})

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows that meet every condition, in the order given."""
        found = self._tables.get(table, [])
        for n, (name, wanted) in enumerate((where or {}).items()):
            values = list(wanted) if isinstance(wanted, (list, tuple, set)) else [wanted]
            if n == 0:
                index = self._indexed(table, name)
                found = [row for value in dict.fromkeys(values) for row in index.get(value, [])]
            else:
                found = [row for row in found if row[name] in values]
        found = sorted(found, key=lambda row: [row[name] for name in order_by]) if order_by else found
        return [{name: row[name] for name in columns or row} for row in found[:limit]]

    def frame(
        self, table: str, *, where: Mapping[str, Any] | None = None, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """The same rows as a frame."""
        return pl.DataFrame(self.rows(table, where=where, columns=columns))

    def text(self, doc_id: str) -> str:
        """Stored text of a document."""
        return self._texts[doc_id]

    def _indexed(self, table: str, name: str) -> dict[Any, list[dict[str, Any]]]:
        if (table, name) not in self._by_value:
            index: dict[Any, list[dict[str, Any]]] = {}
            for row in self._tables.get(table, []):
                index.setdefault(row[name], []).append(row)
            self._by_value[table, name] = index
        return self._by_value[table, name]
