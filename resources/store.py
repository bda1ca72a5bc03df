"""The store of a home: every table in one SQLite file, written by one transaction a publication.

Rows carry the publication that brought them (`added_in`) and the one that retired them (`retired_in`); live rows
have no `retired_in`. A change that alters no row takes no publication number. Reading lives in
`resources/reader.py`; which tables there are, in `assets/catalogue.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from resources.errors import DuplicateKeyError, TransientServiceError
from resources.frames import conform, frame_of
from resources.migration import bring_forward
from resources.protocols import Reject, Table
from resources.publication import Change, Published
from resources.reader import DATABASE, SqliteReader
from resources.tables import define_tables

__all__ = ["Change", "Published", "Store"]

#: Keys looked up in one statement.
BATCH = 5_000


class Store:
    """Reads and writes one home."""

    def __init__(self, home: Path, tables: Sequence[Table]) -> None:
        """Open a home, made where it is missing; one of an older version is brought forward.

        Raises:
            HomeVersionError: a newer program made it.
            TransientServiceError: the folder cannot be written.
        """
        self.home = home
        self.tables = {table.name: table for table in tables}
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TransientServiceError(
                f"The home {home} cannot be made ({error.strerror}); choose another with --home."
            ) from error
        self._metadata, self._sql, self._books = define_tables(tuple(tables))
        self._engine = sa.create_engine(f"sqlite:///{home / DATABASE}", connect_args={"timeout": 60.0})
        sa.event.listen(self._engine, "connect", _set_pragmas)
        sa.event.listen(self._engine, "begin", _begin_immediate)
        self._prepare()

    # -- reading ------------------------------------------------------------------------------------------------

    def reader(self, *, publication: int | None = None) -> SqliteReader:
        """Return a reader as of a publication (default: the newest)."""
        return SqliteReader(self.home, self.tables, publication=publication)

    def publication(self) -> int:
        """Return the newest publication, 0 for none."""
        with self.begin() as connection:
            return int(connection.execute(sa.select(sa.func.max(self._books.publications.c.publication))).scalar() or 0)

    def watermark(self, asset: str, code_version: str) -> int:
        """Return the publication up to which an asset has taken its inputs; 0 for never or by other code."""
        books = self._books.watermarks
        with self.begin() as connection:
            row = connection.execute(sa.select(books).where(books.c.asset == asset)).first()
        return int(row.publication) if row is not None and row.code_version == code_version else 0

    def has_watermark(self, asset: str, code_version: str) -> bool:
        """Tell whether this code of an asset has ever taken its inputs (a watermark may be 0)."""
        books = self._books.watermarks
        with self.begin() as connection:
            found = connection.execute(sa.select(books.c.code_version).where(books.c.asset == asset)).scalar()
        return found == code_version

    def changed_keys(
        self, table: str, since: int, where: Mapping[str, Any] | None = None
    ) -> tuple[list[str], list[str]]:
        """Keys whose rows came after a publication and still live, and keys that went after it."""
        sql, key = self._sql[table], self.tables[table].key
        conditions = [
            sql.c[name].in_(list(v)) if isinstance(v, (list, tuple)) else sql.c[name] == v
            for name, v in (where or {}).items()
        ]
        column = sql.c[key]
        with self.begin() as connection:
            added = (
                connection.execute(
                    sa.select(column)
                    .where(sql.c.added_in > since, sql.c.retired_in.is_(None), *conditions)
                    .order_by(column)
                )
                .scalars()
                .all()
            )
            gone = (
                connection.execute(
                    sa.select(column)
                    .where(sql.c.retired_in > since, sql.c.added_in <= since, *conditions)
                    .order_by(column)
                )
                .scalars()
                .all()
            )
        return list(added), list(dict.fromkeys(gone))

    def digest(self) -> dict[str, str]:
        """Return the SHA-256 of each table's live rows in canonical JSON, sorted by key."""
        reader = self.reader()
        out = {}
        for name, table in self.tables.items():
            running = hashlib.sha256()
            for row in reader.rows(name, order_by=[table.key]):
                running.update(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
                running.update(b"\n")
            out[name] = running.hexdigest()
        reader.close()
        return out

    # -- writing ------------------------------------------------------------------------------------------------

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One transaction; a full disk or a locked file becomes a sentence."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise TransientServiceError(
                f"The store in {self.home} cannot be used ({error.orig}); nothing of this step was written."
            ) from error

    def publish(
        self,
        asset: str,
        changes: Sequence[Change],
        *,
        code_version: str,
        seen: int,
        rejects: Sequence[Reject] | None = None,
        reject_sources: Sequence[str] | None = None,
        run_id: str = "",
        books: Mapping[str, Any] | None = None,
    ) -> Published:
        """Publish the changes of one materialisation in one transaction.

        Args:
            asset: Asset key, with its partition where there is one.
            changes: What each table becomes.
            code_version: Version of the code that made them.
            seen: Publication up to which the inputs were read (the next watermark).
            rejects: Quarantine rows of this asset.
            reject_sources: Sources whose earlier quarantine rows of the asset these replace; None: all of them.
            run_id: Dagster run.
            books: Other bookkeeping to write in the same transaction: `files` (lane, rows), `home` {key: value},
                `listing` (rejects of the inventory, replacing the earlier ones of the asset).

        Raises:
            DuplicateKeyError: two candidate rows share a key.
            TransientServiceError: the disk is full or the file is locked; nothing was written.
        """
        with self.begin() as connection:
            plans = [self._plan(connection, change) for change in changes]
            number: int | None = None
            if any(rows or gone for _, rows, gone in plans):
                number = (
                    int(
                        connection.execute(sa.select(sa.func.max(self._books.publications.c.publication))).scalar() or 0
                    )
                    + 1
                )
                connection.execute(
                    self._books.publications.insert(),
                    {
                        "publication": number,
                        "asset": asset,
                        "run_id": run_id,
                        "published_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                        "added": sum(len(rows) for _, rows, _ in plans),
                        "retired": sum(len(gone) for _, _, gone in plans),
                    },
                )
                for table, rows, gone in plans:
                    self._apply(connection, table, rows, gone, number)
            self._set_watermark(connection, asset, seen, code_version)
            if rejects is not None:
                self._replace_rejects(connection, asset, rejects, reject_sources)
            self._write_books(connection, asset, books or {})
        return Published(
            number,
            {table.name: len(rows) for table, rows, _ in plans},
            {table.name: len(gone) for table, _, gone in plans},
        )

    def differences(self, changes: Sequence[Change]) -> list[tuple[Table, pl.DataFrame, int]]:
        """Return, for each change, the rows that are new or differ, and how many live rows would go."""
        with self.begin() as connection:
            plans = [self._plan(connection, change) for change in changes]
        return [
            (table, frame_of(table, [tuple(row[n] for n in table.names) for row in rows]), len(gone))
            for table, rows, gone in plans
        ]

    def set_home_value(self, key: str, value: str) -> None:
        """Remember a fact of the home (its corpora root, …)."""
        books = self._books.home
        with self.begin() as connection:
            connection.execute(books.delete().where(books.c.key == key))
            connection.execute(books.insert(), {"key": key, "value": value})

    def home_value(self, key: str) -> str | None:
        """Return a remembered fact of the home."""
        books = self._books.home
        with self.begin() as connection:
            found = connection.execute(sa.select(books.c.value).where(books.c.key == key)).scalar()
        return None if found is None else str(found)

    def files(self, lane: str) -> list[dict[str, Any]]:
        """Return the inventory that the last materialisation of a lane left."""
        books = self._books.files
        with self.begin() as connection:
            return [
                dict(row)
                for row in connection.execute(
                    sa.select(books).where(books.c.lane == lane).order_by(books.c.path)
                ).mappings()
            ]

    def forget_quarantined_files(self) -> int:
        """Make files with quarantined rows look changed, so that the next run reads them again; returns how many."""
        files, quarantine = self._books.files, self._books.quarantine
        with self.begin() as connection:
            sources = sa.select(quarantine.c.source).distinct()
            return int(
                connection.execute(files.update().where(files.c.path.in_(sources)).values(size=-1, sha256="")).rowcount
            )

    def record_gates(self, asset: str, outcomes: Sequence[Mapping[str, Any]], *, run_id: str) -> None:
        """Keep the newest outcome of each check of an asset."""
        books = self._books.gates
        with self.begin() as connection:
            connection.execute(books.delete().where(books.c.asset == asset))
            if outcomes:
                connection.execute(books.insert(), [{"asset": asset, "run_id": run_id, **row} for row in outcomes])

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    # -- inside -------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        with self.begin() as connection:
            bring_forward(connection, self.home, self._metadata, self._books)

    def _plan(self, connection: sa.Connection, change: Change) -> tuple[Table, list[dict[str, Any]], list[str]]:
        """Rows to insert and keys to retire so that the live rows become what the change says."""
        table = change.table
        rows = conform(table, change.upserts).to_dicts()
        candidates = {row[table.key]: row for row in rows}
        if len(candidates) != len(rows):
            seen: set[str] = set()
            double = next(row[table.key] for row in rows if row[table.key] in seen or seen.add(row[table.key]))  # type: ignore[func-returns-value]
            raise DuplicateKeyError(table.name, table.key, str(double))
        live = self._live(connection, table, list(candidates))
        fresh = [row for key, row in candidates.items() if live.get(key) != row]
        gone = {row[table.key] for row in fresh if row[table.key] in live}
        if change.retire:
            gone |= {key for key in self._live(connection, table, list(change.retire)) if key not in candidates}
        if change.scope is not None:
            gone |= {key for key in self._scope_keys(connection, table, change.scope) if key not in candidates}
        return table, fresh, sorted(gone)

    def _live(self, connection: sa.Connection, table: Table, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        sql = self._sql[table.name]
        if connection.execute(sa.select(sql.c.added_in).limit(1)).first() is None:
            return {}
        columns = [sql.c[name] for name in table.names]
        out: dict[str, dict[str, Any]] = {}
        for i in range(0, len(keys), BATCH):
            part = list(keys[i : i + BATCH])
            for row in connection.execute(
                sa.select(*columns).where(sql.c.retired_in.is_(None), sql.c[table.key].in_(part))
            ):
                out[row[table.names.index(table.key)]] = dict(zip(table.names, row, strict=True))
        return out

    def _scope_keys(self, connection: sa.Connection, table: Table, scope: Mapping[str, Any]) -> list[str]:
        sql = self._sql[table.name]
        fixed = [sql.c[name] == value for name, value in scope.items() if not isinstance(value, (list, tuple))]
        lists = [(name, list(value)) for name, value in scope.items() if isinstance(value, (list, tuple))]
        query = sa.select(sql.c[table.key]).where(sql.c.retired_in.is_(None), *fixed)
        if not lists:
            return list(connection.execute(query).scalars())
        name, values = lists[0]
        keys: list[str] = []
        for i in range(0, len(values), BATCH):
            keys += connection.execute(query.where(sql.c[name].in_(values[i : i + BATCH]))).scalars()
        return keys

    def _apply(
        self, connection: sa.Connection, table: Table, rows: list[dict[str, Any]], gone: list[str], number: int
    ) -> None:
        sql = self._sql[table.name]
        for i in range(0, len(gone), BATCH):
            connection.execute(
                sql.update()
                .where(sql.c.retired_in.is_(None), sql.c[table.key].in_(gone[i : i + BATCH]))
                .values(retired_in=number)
            )
        if rows:
            connection.execute(sql.insert(), [{**row, "added_in": number, "retired_in": None} for row in rows])

    def _set_watermark(self, connection: sa.Connection, asset: str, seen: int, code_version: str) -> None:
        books = self._books.watermarks
        connection.execute(books.delete().where(books.c.asset == asset))
        connection.execute(books.insert(), {"asset": asset, "publication": seen, "code_version": code_version})

    def _write_books(self, connection: sa.Connection, asset: str, books: Mapping[str, Any]) -> None:
        if "files" in books:
            lane, files = books["files"]
            connection.execute(self._books.files.delete().where(self._books.files.c.lane == lane))
            if files:
                connection.execute(self._books.files.insert(), [{**row, "lane": lane} for row in files])
        for key, value in books.get("home", {}).items():
            connection.execute(self._books.home.delete().where(self._books.home.c.key == key))
            connection.execute(self._books.home.insert(), {"key": key, "value": value})
        if "listing" in books:
            self._replace_rejects(connection, f"{asset}#listing", books["listing"], None)

    def _replace_rejects(
        self, connection: sa.Connection, asset: str, rejects: Sequence[Reject], sources: Sequence[str] | None
    ) -> None:
        books = self._books.quarantine
        if sources is None:
            connection.execute(books.delete().where(books.c.asset == asset))
        for i in range(0, len(sources or ()), BATCH):
            part = list((sources or ())[i : i + BATCH])
            connection.execute(books.delete().where(books.c.asset == asset, books.c.source.in_(part)))
        rows = {}
        for reject in rejects:
            identity = hashlib.sha256(
                f"{asset}\x1f{reject.source}\x1f{reject.row}\x1f{reject.reason}".encode()
            ).hexdigest()[:16]
            rows[identity] = {
                "id": identity,
                "asset": asset,
                "stage": reject.stage,
                "source": reject.source,
                "row": reject.row,
                "reason": reject.reason,
                "message": reject.message,
            }
        if rows:
            connection.execute(books.delete().where(books.c.id.in_(list(rows))))
            connection.execute(books.insert(), list(rows.values()))


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=60000", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    # A writer that begins as a reader can find its snapshot stale when it starts to write; taking the lock first cannot.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
