"""What was told to whom: an alert goes out once while it lasts, again after a while, and its end is told.

Kept in a file of the home (`alerts.db`), so that a restart repeats nothing. Only what a channel took is booked: what
could not be sent is tried again at the next look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sensors.alerts.conditions import Condition

__all__ = ["BOOK", "Book", "Due"]

BOOK = "alerts.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS told (
    channel TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, first REAL NOT NULL, last REAL NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (channel, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (channel TEXT NOT NULL, at REAL NOT NULL, taken INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS sent_at ON sent (channel, at);
"""
HOUR = 3600.0


@dataclass(frozen=True)
class Due:
    """What is to be told to one channel now."""

    opened: Sequence[Condition] = ()
    #: Titles of what is no longer.
    closed: Sequence[str] = ()
    #: Messages held back by the limit since the last one.
    left_out: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.opened or self.closed)


class Book:
    """The book of one home."""

    def __init__(self, home: Path) -> None:
        self.path = home / BOOK

    def due(
        self, channel: str, conditions: Sequence[Condition], now: float, *, repeat: float, per_hour: int
    ) -> Due | None:
        """Return what a channel is to be told; None where the limit of the hour holds it back.

        Args:
            channel: Its name.
            conditions: All that is wrong now and that the channel wants to hear of.
            now: Seconds since the epoch; a clock that jumped back counts as no time passed.
            repeat: Seconds after which what lasts is told again.
            per_hour: Most messages in an hour.
        """
        with self._open() as connection:
            told = {
                key: (title, last)
                for key, title, last in connection.execute(
                    "SELECT key, title, last FROM told WHERE channel = ?", (channel,)
                )
            }
            current = {one.key for one in conditions}
            opened = [one for one in conditions if one.key not in told or now - told[one.key][1] >= repeat]
            closed = [title for key, (title, _) in sorted(told.items()) if key not in current]
            if not opened and not closed:
                return Due()
            recent = connection.execute(
                "SELECT SUM(taken), COUNT(*) FROM sent WHERE channel = ? AND at > ? AND at <= ?",
                (channel, now - HOUR, now),
            ).fetchone()
            if (recent[0] or 0) >= per_hour:
                connection.execute("INSERT INTO sent VALUES (?, ?, 0)", (channel, now))
                return None
            return Due(opened, closed, int((recent[1] or 0) - (recent[0] or 0)))

    def book(self, channel: str, due: Due, conditions: Sequence[Condition], now: float) -> None:
        """Write down that a channel took a message."""
        current = {one.key for one in conditions}
        with self._open() as connection:
            connection.executemany(
                "INSERT INTO told VALUES (?, ?, ?, ?, ?, 1) "
                "ON CONFLICT (channel, key) DO UPDATE SET last = excluded.last, times = times + 1, title = excluded.title",
                [(channel, one.key, one.title, now, now) for one in due.opened],
            )
            gone = [
                (channel, key)
                for (key,) in connection.execute("SELECT key FROM told WHERE channel = ?", (channel,)).fetchall()
                if key not in current
            ]
            connection.executemany("DELETE FROM told WHERE channel = ? AND key = ?", gone)
            connection.execute("DELETE FROM sent WHERE channel = ? AND (at <= ? OR taken = 0)", (channel, now - HOUR))
            connection.execute("INSERT INTO sent VALUES (?, ?, 1)", (channel, now))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10.0, isolation_level=None)
        try:
            connection.executescript(SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()
