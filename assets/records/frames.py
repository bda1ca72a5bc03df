"""Frames of this stage's tables from rows made one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from resources.protocols import Table

__all__ = ["table_frame"]


def table_frame(table: Table, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Build a frame with the table's columns, in its order and types, sorted by its key.

    Args:
        table: Table whose columns the frame takes; what else a row holds is left out.
        rows: Mappings with a value (or null) for every column.
    """
    import polars as pl

    kinds = {"int": pl.Int64(), "float": pl.Float64(), "bool": pl.Boolean()}
    held = list(rows)
    columns = {
        column.name: pl.Series(
            column.name, [row[column.name] for row in held], dtype=kinds.get(column.type, pl.String()), strict=True
        )
        for column in table.columns
    }
    return pl.DataFrame(columns).sort(table.key)
