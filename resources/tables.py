"""The tables of a home as SQLAlchemy sees them: those of the stages, and the bookkeeping beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from resources.bookkeeping import Bookkeeping, define_bookkeeping
from resources.protocols import Table

__all__ = ["define_tables"]

_TYPES: Mapping[str, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.Text,
    "json": sa.Text,
    "date": sa.Text,
    "decimal": sa.Text,
    "int": sa.BigInteger,
    "float": sa.Float,
    "bool": sa.Boolean,
}


@lru_cache(maxsize=4)
def define_tables(tables: tuple[Table, ...]) -> tuple[sa.MetaData, dict[str, sa.Table], Bookkeeping]:
    """Define all tables once a process: each step of a run opens the store anew."""
    metadata = sa.MetaData()
    return metadata, {table.name: _define(table, metadata) for table in tables}, define_bookkeeping(metadata)


def _define(table: Table, metadata: sa.MetaData) -> sa.Table:
    columns = [sa.Column(c.name, _TYPES[c.type], nullable=c.null) for c in table.columns]
    sql = sa.Table(
        table.name,
        metadata,
        *columns,
        sa.Column("added_in", sa.BigInteger, nullable=False),
        sa.Column("retired_in", sa.BigInteger),
    )
    live = sa.text("retired_in IS NULL")
    sa.Index(f"{table.name}_live_{table.key}", sql.c[table.key], unique=True, sqlite_where=live, postgresql_where=live)
    sa.Index(f"{table.name}_any_{table.key}", sql.c[table.key])
    for columns_of in table.indexes:
        sa.Index(f"{table.name}_{'_'.join(columns_of)}", *(sql.c[name] for name in columns_of))
    sa.Index(f"{table.name}_added", sql.c.added_in)
    sa.Index(f"{table.name}_retired", sql.c.retired_in)
    return sql
