"""Erases what a home holds of one document: its rows are retired and emptied, those of earlier publications too.

The emptied rows keep their ids, so that every stage sees in the ordinary way that they went. What does not belong here:
what is told of it and to whom (leafroot/purge.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from resources.protocols import Column, Table
from resources.tables import define_tables

__all__ = ["Erased", "empty_value", "erase_document"]

#: Columns that say nothing of a document's content.
_STAYS = frozenset({"lane", "path", "row", "kind", "format", "status", "profile", "version", "ordinal"})
#: Columns that name other documents: a row is not the document's because it names it there.
_NAMING = frozenset({"duplicate_of", "supersedes"})
BATCH = 5_000

Rewrite = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass
class Erased:
    """How many rows of each table were emptied or rewritten, and the ids that went."""

    rows: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


def erase_document(
    connection: sa.Connection,
    tables: Sequence[Table],
    doc_id: str,
    publication: int,
    *,
    skip: Iterable[str] = (),
    groups: Mapping[str, tuple[str, Sequence[str]]],
    rewrites: Mapping[str, Rewrite],
) -> Erased:
    """Erase a document in one transaction.

    Args:
        connection: A writing transaction.
        tables: All tables of the home, in the order the data walks.
        doc_id: The document.
        publication: The publication in which its live rows retire.
        skip: Tables that are left as they are.
        groups: Table of members to (column of the group, tables whose rows of that group go too): a tree whose leaf goes.
        rewrites: Table to what a row of it becomes; None: it stays. These rows are rewritten and stay live.
    """
    sql = define_tables(tuple(tables))[1]
    erased = Erased(ids={doc_id})
    todo = [table for table in tables if table.name not in {*skip, *rewrites}]
    for table in todo:
        keys = _rows_of(connection, sql[table.name], table, sorted(erased.ids))
        _empty(connection, sql[table.name], table, keys, publication, erased)
        if table.name in groups:
            column, others = groups[table.name]
            of = _groups(connection, sql[table.name], table.key, column, keys)
            for other in (one for one in tables if one.name in others):
                found = _where_in(connection, sql[other.name], other.key, column, of)
                _empty(connection, sql[other.name], other, found, publication, erased, widen=False)
        if keys:
            erased.ids |= set(keys)
    for name, rewrite in rewrites.items():
        table = next(one for one in tables if one.name == name)
        _rewrite(connection, sql[name], table, doc_id, rewrite, erased)
    return erased


def _rows_of(connection: sa.Connection, sql: sa.Table, table: Table, ids: Sequence[str]) -> list[str]:
    """Keys of rows that are of the document, or of a row of it."""
    found: set[str] = set()
    for column in table.columns:
        if column.type == "text" and column.name.endswith("_id") and column.name not in _NAMING:
            found |= set(_where_in(connection, sql, table.key, column.name, ids))
        elif column.type == "json":
            found |= _mentions(connection, sql, table.key, column.name, ids[:1] if len(ids) > BATCH else ids)
    return sorted(found)


def _mentions(connection: sa.Connection, sql: sa.Table, key: str, column: str, ids: Sequence[str]) -> set[str]:
    """Keys of rows whose JSON column names an id."""
    found: set[str] = set()
    for row in connection.execute(sa.select(sql.c[key], sql.c[column]).where(sql.c[column].is_not(None))):
        if any(f'"{one}"' in row[1] for one in ids):
            found.add(row[0])
    return found


def _where_in(connection: sa.Connection, sql: sa.Table, key: str, column: str, ids: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for i in range(0, len(ids), BATCH):
        query = sa.select(sql.c[key]).where(sql.c[column].in_(list(ids[i : i + BATCH])))
        found |= set(connection.execute(query).scalars())
    return sorted(found)


def _groups(connection: sa.Connection, sql: sa.Table, key: str, column: str, keys: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for i in range(0, len(keys), BATCH):
        query = sa.select(sql.c[column]).where(sql.c[key].in_(list(keys[i : i + BATCH])))
        found |= set(connection.execute(query).scalars())
    return sorted(found)


def _empty(
    connection: sa.Connection,
    sql: sa.Table,
    table: Table,
    keys: Sequence[str],
    publication: int,
    erased: Erased,
    *,
    widen: bool = True,
) -> None:
    values = {column.name: empty_value(column) for column in table.columns if not _is_kept(column, table)}
    for i in range(0, len(keys), BATCH):
        part = list(keys[i : i + BATCH])
        done = connection.execute(
            sql.update().where(sql.c[table.key].in_(part)).values(values or {table.key: sql.c[table.key]})
        )
        connection.execute(
            sql.update().where(sql.c[table.key].in_(part), sql.c.retired_in.is_(None)).values(retired_in=publication)
        )
        erased.rows[table.name] = erased.rows.get(table.name, 0) + int(done.rowcount)
    if widen:
        erased.ids |= set(keys)


def _is_kept(column: Column, table: Table) -> bool:
    if column.name == table.key or column.name.endswith("_id") or column.name in _STAYS:
        return True
    return column.type in ("int", "float", "bool", "date")


def empty_value(column: Column) -> str | None:
    """Return what an emptied column holds."""
    if column.null:
        return None
    return {"json": "[]", "decimal": "0"}.get(column.type, "")


def _rewrite(
    connection: sa.Connection, sql: sa.Table, table: Table, doc_id: str, rewrite: Rewrite, erased: Erased
) -> None:
    columns = [sql.c[name] for name in table.names]
    query = sa.select(*columns, sql.c.added_in)
    for row in connection.execute(query).mappings().all():
        if not any(f'"{doc_id}"' in str(value) for value in row.values()):
            continue
        made = rewrite(dict(row))
        if made is not None:
            same = (sql.c[table.key] == row[table.key]) & (sql.c.added_in == row["added_in"])
            connection.execute(sql.update().where(same).values(dict(made)))
            erased.rows[table.name] = erased.rows.get(table.name, 0) + 1
