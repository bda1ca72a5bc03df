"""Frames of the store's tables: their polars types, and empty ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from resources.errors import MissingColumnError
from resources.protocols import ColumnType, Table

__all__ = ["conform", "dtype_of", "empty_frame", "frame_of", "schema_of"]

_DTYPES: Mapping[ColumnType, pl.DataType] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "json": pl.String(),
    "date": pl.String(),
    "decimal": pl.String(),
}


def dtype_of(kind: ColumnType) -> pl.DataType:
    """Return the polars type of a column type."""
    return _DTYPES[kind]


def schema_of(table: Table, names: Sequence[str] | None = None) -> dict[str, pl.DataType]:
    """Return the polars schema of a table, or of some of its columns."""
    kinds = {column.name: dtype_of(column.type) for column in table.columns}
    return {name: kinds[name] for name in (names or table.names)}


def empty_frame(table: Table) -> pl.DataFrame:
    """Return a frame of the table without rows."""
    return pl.DataFrame(schema=schema_of(table))


def frame_of(table: Table, records: Iterable[Sequence[Any]], names: Sequence[str] | None = None) -> pl.DataFrame:
    """Build a frame from records in the order of the names."""
    schema = schema_of(table, names)
    rows = [tuple(record) for record in records]
    booleans = [i for i, dtype in enumerate(schema.values()) if dtype == pl.Boolean()]
    if booleans:
        rows = [tuple(bool(v) if i in booleans and v is not None else v for i, v in enumerate(row)) for row in rows]
    return pl.DataFrame(rows, schema=schema, orient="row")


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a candidate frame into the table's columns, order and types, sorted by key.

    Raises:
        MissingColumnError: a column of the table is absent.
    """
    for name in table.names:
        if name not in frame.columns:
            raise MissingColumnError(f"table {table.name}", name, frame.columns)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema_of(table).items()).sort(table.key)
