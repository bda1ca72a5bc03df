"""Rows that are gathered in memory and written by one thread, so that no answer ever waits for a disk.

Where the database is locked, missing or full, rows wait in memory, beyond a bound in a file beside it, and are written when
it is well again; rows carry their own keys, so that writing one twice writes it once. What the rows mean is the
business of `ledger.py` and `cache.py`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["BatchWriter", "insert_rows", "open_side_file"]

Row = tuple[Any, ...]

#: Seconds for which rows are gathered: what a crash may lose.
GATHER = 0.04
#: Rows in one transaction, in memory before they go to the spill file, and in memory where that fails too.
BATCH, MEMORY, HARD = 1_000, 5_000, 50_000
#: Rows of one INSERT; few sizes, so that the statements stay prepared.
STEPS = (64, 16, 4, 1)
#: Seconds between tries while the database is not well: at first, and at most.
PAUSE_FIRST, PAUSE_MOST = 0.1, 2.0


def open_side_file(path: Path, schema: str) -> sqlite3.Connection:
    """Open (and make) a side file of the home for writing, in WAL mode.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise sqlite3.OperationalError(str(error.strerror)) from error
    connection = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(schema)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def insert_rows(connection: sqlite3.Connection, head: str, rows: Sequence[Row]) -> None:
    """Insert rows of equal length in few statements.

    Each statement gives Python's lock away and has to wait for it again; one a row would interrupt whoever computes
    meanwhile thousands of times a second.

    Args:
        connection: Inside a transaction.
        head: `INSERT … INTO table VALUES`, the values to follow.
        rows: The rows.
    """
    place = 0
    while place < len(rows):
        count = next(size for size in STEPS if size <= len(rows) - place)
        values = f"({','.join('?' * len(rows[0]))})"
        part = rows[place : place + count]
        connection.execute(head + ",".join([values] * count), [value for row in part for value in row])
        place += count


class BatchWriter:
    """Writes rows of one side file in the background.

    Args:
        path: The SQLite file.
        schema: SQL that makes its tables where they are missing.
        write: Gets a connection inside a transaction and the rows; it must be harmless to call it twice with a row.
        written: Hears of the rows that are in the file now.
        memory: Rows in memory at most while the file cannot be written.
        spill: Do rows beyond that go to a file beside it (then they hold JSON values only), or are they dropped?
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        write: Callable[[sqlite3.Connection, Sequence[Row]], None],
        *,
        written: Callable[[Sequence[Row]], None] | None = None,
        memory: int = MEMORY,
        spill: bool = True,
    ) -> None:
        self.path, self._schema, self._write, self._memory = path, schema, write, memory
        self._written, self._may_spill = written, spill
        self._rows: deque[Row] = deque()
        self._wake = threading.Event()
        self._in_hand = 0
        self._closing = False
        self._spill = path.with_name(f"{path.name}.{os.getpid()}-{id(self):x}.spill")
        self._spilled = 0
        self._adopted = False
        self._connection: sqlite3.Connection | None = None
        #: Rows given up because neither database nor disk took them; the last trouble in words.
        self.lost = 0
        self.trouble: str | None = None
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Rows that are not in the database yet."""
        return len(self._rows) + self._in_hand + self._spilled

    def put(self, row: Row) -> None:
        """Take a row; returns at once, whatever the disk does."""
        self._rows.append(row)
        if len(self._rows) > HARD:
            self._give_up()
        if not self._wake.is_set():
            self._wake.set()
            if self._thread is None:
                self._start()

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until all rows are written; False where they are not after so long."""
        give_up = time.monotonic() + seconds
        while self.waiting and time.monotonic() < give_up:
            time.sleep(0.002)
        return not self.waiting

    def close(self) -> None:
        """Write what waits, to the spill file where the database does not take it, and end the thread."""
        with self._start_lock:
            self._closing = True
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join(10.0)
        if self._rows:
            self._to_disk(0)

    def _start(self) -> None:
        with self._start_lock:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._work, name=f"{self.path.name}-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        pause = PAUSE_FIRST
        while True:
            self._wake.wait()
            if not self._closing:
                time.sleep(GATHER)
            self._wake.clear()
            try:
                connection = self._round(connection)
            except (sqlite3.Error, OSError) as error:
                self._unwell(error)
                connection = None
                if self._closing:
                    break
                time.sleep(pause)
                pause = min(PAUSE_MOST, pause * 2)
                self._wake.set()
                continue
            pause = PAUSE_FIRST
            if self._closing and not self._rows:
                break
        if connection is not None:
            connection.close()

    def _round(self, connection: sqlite3.Connection | None) -> sqlite3.Connection:
        """Write all that waits; the connection is kept for the next time."""
        if connection is None:
            connection = open_side_file(self.path, self._schema)
        self._connection = connection
        if not self._adopted or self._spilled:
            self._unspill(connection)
            self._adopted = True
        self._drain(connection)
        self.trouble = None
        return connection

    def _unwell(self, error: Exception) -> None:
        """Let go of the database, and of rows to the disk where there are too many of them."""
        self.trouble = str(error)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if len(self._rows) > self._memory:
            self._to_disk(self._memory // 2)

    def _drain(self, connection: sqlite3.Connection) -> None:
        while self._rows:
            self._in_hand = min(BATCH, len(self._rows))
            batch = [self._rows.popleft() for _ in range(self._in_hand)]
            try:
                self._store(connection, batch)
            except (sqlite3.Error, OSError):
                self._rows.extendleft(reversed(batch))
                raise
            except (ValueError, OverflowError):
                self._store_singly(connection, batch)
            finally:
                self._in_hand = 0
            if self._written is not None:
                self._written(batch)

    def _store(self, connection: sqlite3.Connection, batch: Sequence[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._write(connection, batch)
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError, ValueError, OverflowError):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _store_singly(self, connection: sqlite3.Connection, batch: Sequence[Row]) -> None:
        """One row that no database takes (half a character, a number beyond 64 bits) must not keep the others."""
        for row in batch:
            try:
                self._store(connection, [row])
            except (ValueError, OverflowError):
                self.lost += 1

    def _to_disk(self, keep: int) -> None:
        """Move the oldest rows to the spill file, all but `keep`."""
        taken = [self._rows.popleft() for _ in range(len(self._rows) - keep)]
        if not self._may_spill:
            self._drop(taken)
            return
        try:
            with self._spill.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=True) + "\n" for row in taken)
        except OSError as error:
            self.trouble = str(error)
            self._rows.extendleft(reversed(taken))
            return
        self._spilled += len(taken)

    def _unspill(self, connection: sqlite3.Connection) -> None:
        """Write the rows of our own spill file and of those whose process is gone."""
        for path in sorted(self.path.parent.glob(f"{self.path.name}.*.spill")):
            if path != self._spill and _is_alive(path):
                continue
            batch: list[Row] = []
            for row in _spilled_rows(path):
                batch.append(row)
                if len(batch) >= BATCH:
                    self._store(connection, batch)
                    batch = []
            if batch:
                self._store(connection, batch)
            path.unlink(missing_ok=True)
        self._spilled = 0

    def _give_up(self) -> None:
        self._drop([self._rows.popleft() for _ in range(len(self._rows) - HARD)])

    def _drop(self, rows: Sequence[Row]) -> None:
        self.lost += len(rows)
        if self._written is not None:
            self._written(rows)


def _spilled_rows(path: Path) -> Iterator[Row]:
    """Rows of a spill file; a line that a crash cut short is left out."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            yield tuple(row)


def _is_alive(path: Path) -> bool:
    number = path.name.rsplit(".", 2)[-2].partition("-")[0]
    if not number.isdigit() or int(number) == os.getpid():
        return number == str(os.getpid())
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
