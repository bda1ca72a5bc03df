"""Bringing an older home forward: missing tables, columns and indexes are added in one transaction.

What stands in a home stays and is served on. Rows from before a column hold null there, or the empty value of its type
where it may not be null; all watermarks go, so that the next run makes every row anew from the corpora and publishes
those that differ. A killed migration leaves the home as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from resources.bookkeeping import Bookkeeping
from resources.errors import HomeVersionError
from resources.reader import HOME_VERSION

__all__ = ["bring_forward"]

#: Versions that this program can bring forward.
OLDER = frozenset(str(version) for version in range(1, int(HOME_VERSION)))
#: Key of the home's values under which the version it came from is remembered.
CAME_FROM = "migrated_from"


def bring_forward(connection: sa.Connection, home: Path, metadata: sa.MetaData, books: Bookkeeping) -> None:
    """Make the tables of a home those of this program.

    Args:
        connection: A writing transaction.
        home: Named in the error.
        metadata: All tables that there must be.
        books: Among them, those of the home itself.

    Raises:
        HomeVersionError: the home is of a version that this program does not know.
    """
    found = _version(connection, books)
    if found == HOME_VERSION:
        # Tables of a profile or stage that came without a new version.
        metadata.create_all(connection)
        return
    if found is not None:
        if found not in OLDER:
            raise HomeVersionError(str(home), found, HOME_VERSION)
        for statement in _missing_columns(connection, metadata):
            connection.execute(statement)
    metadata.create_all(connection)
    if found is not None:
        for table in metadata.sorted_tables:
            for index in table.indexes:
                index.create(connection, checkfirst=True)
        connection.execute(books.watermarks.delete())
        _remember(connection, books, CAME_FROM, found)
    _remember(connection, books, "version", HOME_VERSION)


def _version(connection: sa.Connection, books: Bookkeeping) -> str | None:
    """Version of the home's tables, None for a new home."""
    if not sa.inspect(connection).has_table(books.home.name):
        return None
    found = connection.execute(sa.select(books.home.c.value).where(books.home.c.key == "version")).scalar()
    return None if found is None else str(found)


def _missing_columns(connection: sa.Connection, metadata: sa.MetaData) -> Iterator[sa.TextClause]:
    """Statements that add to the tables there are the columns they lack."""
    look = sa.inspect(connection)
    present = set(look.get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    for table in metadata.sorted_tables:
        if table.name not in present:
            continue
        names = {column["name"] for column in look.get_columns(table.name)}
        for column in table.columns:
            if column.name not in names:
                kind = column.type.compile(connection.dialect)
                default = "" if column.nullable else f" NOT NULL DEFAULT {_empty(column)}"
                yield sa.text(f"ALTER TABLE {quote(table.name)} ADD COLUMN {quote(column.name)} {kind}{default}")


def _empty(column: sa.Column[object]) -> str:
    return "''" if isinstance(column.type, sa.Text) else "0"


def _remember(connection: sa.Connection, books: Bookkeeping, key: str, value: str) -> None:
    connection.execute(books.home.delete().where(books.home.c.key == key))
    connection.execute(books.home.insert(), {"key": key, "value": value})
