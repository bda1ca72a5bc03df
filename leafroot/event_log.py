"""Dagster's SQLite event log without a disk flush an event: an unchanged run is some hundred events and little else.

Dagster opens a connection for each event and closes it again; the last one to close a database in WAL mode copies the log
into it and flushes, as each commit does. Here commits wait for the checkpoint (WAL with synchronous=NORMAL: a killed
process loses nothing, only a power cut may lose the newest events), and one connection a file stays open meanwhile.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

__all__ = ["quick_commits"]


@contextmanager
def quick_commits(folder: Path) -> Iterator[None]:
    """Let all SQLite databases under a folder commit quickly until the context ends; others stay as they are."""
    root = folder.resolve()
    keepers: dict[str, sqlite3.Connection] = {}

    def settle(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        file = connection.execute("PRAGMA database_list").fetchone()[2]
        if not file or not Path(file).resolve().is_relative_to(root):
            return
        connection.execute("PRAGMA synchronous=NORMAL")
        if file not in keepers:
            keepers[file] = sqlite3.connect(file, check_same_thread=False)
            keepers[file].execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()

    sa.event.listen(sa.pool.Pool, "connect", settle)
    try:
        yield
    finally:
        sa.event.remove(sa.pool.Pool, "connect", settle)
        for keeper in keepers.values():
            keeper.close()
