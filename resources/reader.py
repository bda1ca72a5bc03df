"""Published rows of a home, read with the standard library's sqlite3 alone.

Kept apart from the writing store so that a clause look-up from a cold shell imports neither SQLAlchemy nor
polars. Writing lives in `resources/store.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.errors import HomeVersionError, UsageError
from resources.protocols import Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DATABASE", "HOME_VERSION", "SqliteReader", "connect", "live_condition"]

#: File name of the store inside a home.
DATABASE = "leafroot.sqlite"
#: Raised by one whenever a table changes in a way that older homes do not have (`resources/migration.py`).
HOME_VERSION = "3"
#: Tables that hold stored texts: documents first, then bars.
TEXT_TABLES = ("sources", "bars")
#: SQLite's default limit of parameters is 32,766; lists are cut well below it.
PARAMETERS = 5_000


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading; a writer never blocks it (WAL)."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30.0)
    connection.row_factory = sqlite3.Row
    return connection


def live_condition(publication: int) -> str:
    """SQL that is true of the rows that stood at a publication."""
    return f"added_in <= {publication} AND (retired_in IS NULL OR retired_in > {publication})"


class SqliteReader:
    """Implements `resources.protocols.Reader` over one SQLite home, as of one publication."""

    def __init__(self, home: Path, tables: Mapping[str, Table], *, publication: int | None = None) -> None:
        self.home = home
        self._tables = tables
        path = home / DATABASE
        if not path.exists():
            raise UsageError(f"The home {home} holds nothing yet; call leafroot run --corpora DIR --home {home} first.")
        self._connection = connect(path)
        self._check_version()
        if publication is None:
            row = self._connection.execute("SELECT MAX(publication) FROM publications").fetchone()
            publication = int(row[0] or 0)
        self.publication: int = publication

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _check_version(self) -> None:
        """Refuse a home whose tables this program does not know; a reader changes nothing itself."""
        row = self._connection.execute("SELECT value FROM home WHERE key = 'version'").fetchone()
        if row is not None and row[0] != HOME_VERSION:
            self._connection.close()
            raise HomeVersionError(str(self.home), str(row[0]), HOME_VERSION)

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
        names = self._names(table, columns)
        kinds = {column.name: column.type for column in self._tables[table].columns}
        order = list(order_by) or [self._tables[table].key]
        out = []
        for record in self._select(table, names, where, order, limit):
            row = dict(zip(names, record, strict=True))
            for name in names:
                if row[name] is None:
                    continue
                if kinds[name] == "json":
                    row[name] = json.loads(row[name])
                elif kinds[name] == "bool":
                    row[name] = bool(row[name])
            out.append(row)
        return out

    def frame(
        self, table: str, *, where: Mapping[str, Any] | None = None, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        """The same rows as a frame, sorted by key; json columns stay text."""
        from resources.frames import frame_of

        names = self._names(table, columns)
        described = self._tables[table]
        records = self._select(table, names, where, [described.key], None)
        return frame_of(described, records, names)

    def text(self, doc_id: str) -> str:
        """Stored text of a document or bar, retired ones included."""
        for table in TEXT_TABLES:
            found = self._connection.execute(f"SELECT text FROM {table} WHERE doc_id = ? LIMIT 1", (doc_id,)).fetchone()  # noqa: S608 - names are constants
            if found is not None:
                if not found[0]:
                    raise UsageError(f"Document {doc_id} was withdrawn (来源已撤下); its text is kept nowhere.")
                return str(found[0])
        raise UsageError(f"No document has the id {doc_id}; leafroot docs lists the ids.")

    def value(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """First column of the first row of a query on the home's own bookkeeping tables, or None."""
        found = self._connection.execute(sql, parameters).fetchone()
        return None if found is None else found[0]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query on the home's own bookkeeping tables."""
        return [dict(row) for row in self._connection.execute(sql, tuple(parameters))]

    def _names(self, table: str, columns: Sequence[str] | None) -> list[str]:
        known = self._tables[table].names
        if columns is None:
            return known
        unknown = [name for name in columns if name not in known]
        if unknown:
            raise KeyError(f"table {table} has no column {unknown[0]}")
        return list(columns)

    def _select(
        self, table: str, names: list[str], where: Mapping[str, Any] | None, order: list[str], limit: int | None
    ) -> Iterable[tuple[Any, ...]]:
        head = f"SELECT {', '.join(_quoted(n) for n in names)} FROM {table} WHERE {live_condition(self.publication)}"  # noqa: S608 - names come from the catalogue
        tail = f" ORDER BY {', '.join(_quoted(n) for n in order)}"
        if limit is not None:
            tail += f" LIMIT {int(limit)}"
        known = set(self._tables[table].names)
        records: list[tuple[Any, ...]] = []
        for condition, parameters in _conditions(where or {}, known, table):
            records += [tuple(row) for row in self._connection.execute(head + condition + tail, parameters)]
        return records


def _quoted(name: str) -> str:
    return f'"{name}"'


def _conditions(where: Mapping[str, Any], known: set[str], table: str) -> list[tuple[str, list[Any]]]:
    """SQL conditions with their parameters; more than one where a long list had to be cut."""
    fixed, values = "", []
    split: tuple[str, list[Any]] | None = None
    for key, wanted in where.items():
        name, _, operator = key.partition("__")
        if name not in known:
            raise KeyError(f"table {table} has no column {name}")
        if operator:
            fixed += f" AND {_quoted(name)} {'>=' if operator == 'ge' else '<='} ?"
            values.append(wanted)
        elif wanted is None:
            fixed += f" AND {_quoted(name)} IS NULL"
        elif isinstance(wanted, (list, tuple, set, frozenset)):
            items = sorted(wanted) if isinstance(wanted, (set, frozenset)) else list(wanted)
            if len(items) > PARAMETERS and split is None:
                split = (name, items)
            else:
                fixed += f" AND {_quoted(name)} IN ({','.join('?' * len(items))})"
                values += items
        else:
            fixed += f" AND {_quoted(name)} = ?"
            values.append(wanted)
    if split is None:
        return [(fixed, values)]
    name, items = split
    parts = [items[i : i + PARAMETERS] for i in range(0, len(items), PARAMETERS)]
    return [(f"{fixed} AND {_quoted(name)} IN ({','.join('?' * len(part))})", [*values, *part]) for part in parts]
