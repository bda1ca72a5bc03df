"""How long the books of the models are kept: old calls become a sum a day, model and kind; vectors that were cached go.

Sums stay for good, so that what `models list` and the budget say of the past does not change. Cached answers stay too: trees
and reports are replayed from them. A vector is in the vector store by the time its cached copy is old.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from resources.models.batches import open_side_file
from resources.models.cache import CACHE_FILE
from resources.models.cache import SCHEMA as CACHE_SCHEMA
from resources.models.ledger import SCHEMA, SIDE_FILE

__all__ = ["fold_calls", "forget_vectors"]

#: Rows that one transaction deletes: whoever writes the ledger meanwhile waits for so many at most.
BATCH = 20_000


def fold_calls(home: Path, before: str) -> int:
    """Replace the calls of days before one (YYYY-MM-DD, Asia/Shanghai) by sums; returns how many attempts went.

    Each day is one transaction: a day that was folded is never folded twice.

    Raises:
        sqlite3.Error: the ledger cannot be written.
    """
    path = home / SIDE_FILE
    if not path.exists():
        return 0
    gone = 0
    with closing(open_side_file(path, SCHEMA)) as connection:
        for (day,) in connection.execute(
            "SELECT DISTINCT day FROM attempts WHERE day < ? ORDER BY day", (before,)
        ).fetchall():
            connection.execute("BEGIN IMMEDIATE")
            gone += _fold_day(connection, day)
            connection.execute("COMMIT")
        # Calls that sent nothing (from the cache, or refused before the wire) have no attempt.
        connection.execute(
            "DELETE FROM calls WHERE time < ? AND call_id NOT IN (SELECT call_id FROM attempts)", (before,)
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _fold_day(connection: sqlite3.Connection, day: str) -> int:
    groups = connection.execute(
        "SELECT model, kind, COUNT(*), SUM(outcome NOT IN ('ok', 'cancelled')), SUM(tokens_in), SUM(tokens_out), SUM(unpriced) "
        "FROM attempts WHERE day = ? GROUP BY model, kind ORDER BY model, kind",
        (day,),
    ).fetchall()
    for model, kind, *sums in groups:
        costs = connection.execute(
            "SELECT cost, COUNT(*) FROM attempts WHERE day = ? AND model = ? AND kind = ? AND cost IS NOT NULL GROUP BY cost",
            (day, model, kind),
        )
        # Exactly: SQLite would add binary fractions.
        cost = sum((Decimal(text) * count for text, count in costs), Decimal(0))
        connection.execute(
            "INSERT INTO day_sums VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (day, model, kind, *(n or 0 for n in sums), format(cost, "f")),
        )
    connection.execute(
        "DELETE FROM calls WHERE call_id IN (SELECT call_id FROM attempts WHERE day = ?) "
        "AND call_id NOT IN (SELECT call_id FROM attempts WHERE day > ?)",
        (day, day),
    )
    return int(connection.execute("DELETE FROM attempts WHERE day = ?", (day,)).rowcount)


def forget_vectors(home: Path, before: float) -> int:
    """Delete cached vectors made before a moment (seconds since the epoch); returns how many.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    path = home / CACHE_FILE
    if not path.exists():
        return 0
    gone = 0
    with closing(open_side_file(path, CACHE_SCHEMA)) as connection:
        while True:
            went = connection.execute(
                "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE kind = 'embed' AND created < ? LIMIT ?)",
                (before, BATCH),
            ).rowcount
            gone += went
            if went < BATCH:
                break
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone
