"""The kill switch: models and tasks that somebody has taken out of use, with name, reason and time.

It stands in the home's ledger file, so that each process of the home sees a change within half a second, and every
change is kept in `switch_log`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from resources.errors import PermanentServiceError
from resources.models.batches import open_side_file
from resources.models.ledger import SCHEMA, SIDE_FILE

__all__ = ["Switch", "Switches", "read_switches", "set_switch"]

Kind = Literal["model", "task"]
#: Seconds between two looks.
POLL = 0.5


@dataclass(frozen=True)
class Switch:
    """One thing that is out of use."""

    name: str
    kind: str
    reason: str
    by: str
    at: str


class Switches:
    """What is switched off, read anew at most every half second."""

    def __init__(self, home: Path, clock: Callable[[], float]) -> None:
        self._path = home / SIDE_FILE
        self._clock = clock
        self._next = 0.0
        self._connection: sqlite3.Connection | None = None
        self._off: dict[tuple[str, str], Switch] = {}

    def off(self, kind: Kind, name: str) -> Switch | None:
        """Return the switch that holds a model or task back."""
        now = self._clock()
        if now >= self._next:
            self._next = now + POLL
            self._read()
        return self._off.get((kind, name)) if self._off else None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self) -> None:
        try:
            if self._connection is None:
                if not self._path.exists():
                    return
                self._connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=0.05)
            self._off = _all(self._connection)
        except sqlite3.Error:
            # What was known last goes on to hold; the file may be moved or mended under us.
            self.close()


def read_switches(home: Path) -> dict[tuple[str, str], Switch]:
    """Return all that is switched off, by (kind, name)."""
    path = home / SIDE_FILE
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as connection:
        try:
            return _all(connection)
        except sqlite3.OperationalError:
            return {}


def set_switch(home: Path, kind: Kind, name: str, *, reason: str | None, by: str) -> bool:
    """Switch something off (with a reason) or on again (None).

    Returns:
        False where it was on already.

    Raises:
        PermanentServiceError: the home cannot be written.
    """
    at = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        with closing(open_side_file(home / SIDE_FILE, SCHEMA)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if reason is None:
                changed = (
                    connection.execute("DELETE FROM switches WHERE kind = ? AND name = ?", (kind, name)).rowcount > 0
                )
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO switches (name, kind, reason, by, at) VALUES (?, ?, ?, ?, ?)",
                    (name, kind, reason, by, at),
                )
                changed = True
            if changed:
                action = "enable" if reason is None else "disable"
                connection.execute(
                    "INSERT INTO switch_log VALUES (?, ?, ?, ?, ?, ?)", (at, kind, name, action, reason, by)
                )
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise PermanentServiceError(
            f"{home / SIDE_FILE} cannot be written ({error}); the switch of {name} was not changed."
        ) from error
    return changed


def _all(connection: sqlite3.Connection) -> dict[tuple[str, str], Switch]:
    return {
        (kind, name): Switch(name, kind, reason, by, at)
        for name, kind, reason, by, at in connection.execute("SELECT name, kind, reason, by, at FROM switches")
    }
