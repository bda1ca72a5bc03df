"""Weekly upkeep of a home: old calls folded into sums, cached vectors let go, the vector store compacted, the store checked.

Nothing that a report, a tree or an answer rests on goes. Every part works for itself: one that fails is told, the others are done.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from resources.errors import PlatformError
from resources.lock import hold_home
from resources.models.cache import CACHE_FILE
from resources.models.ledger import SIDE_FILE, day_of
from resources.models.retention import fold_calls, forget_vectors
from resources.reader import DATABASE
from resources.settings import RetentionSettings
from resources.vectors import FOLDER, VectorStore

__all__ = ["Tended", "tend"]


@dataclass(frozen=True)
class Tended:
    """One part of the upkeep: what was done in words, the bytes of disk that it gave back, whether it went well."""

    name: str
    detail: str
    freed: int
    ok: bool = True


def tend(home: Path, retention: RetentionSettings, now: dt.datetime) -> list[Tended]:
    """Do all parts, holding the home.

    Args:
        home: The home.
        retention: How long what is kept.
        now: The moment that ages are counted from, with its zone.

    Raises:
        HomeBusyError: a run holds the home.
    """
    before = day_of((now - dt.timedelta(days=retention.calls_days)).timestamp())
    cached = (now - dt.timedelta(days=retention.vectors_days)).timestamp()
    with hold_home(home, "upkeep"):
        return [
            _part(
                "calls",
                [home / SIDE_FILE],
                lambda: f"{fold_calls(home, before)} attempts before {before} folded into sums",
            ),
            _part("cached vectors", [home / CACHE_FILE], lambda: f"{forget_vectors(home, cached)} let go"),
            _part("vectors", [home / FOLDER], lambda: _compact(home)),
            _part("store", [home / DATABASE], lambda: _settle(home / DATABASE)),
        ]


def _part(name: str, places: list[Path], work: Callable[[], str]) -> Tended:
    size = sum(_size(place) for place in places)
    try:
        detail = work()
    except (sqlite3.Error, OSError, PlatformError) as error:
        return Tended(name, f"not done: {error}", 0, ok=False)
    return Tended(name, detail, max(0, size - sum(_size(place) for place in places)))


def _compact(home: Path) -> str:
    if not (home / FOLDER).exists():
        return "there are none yet"
    VectorStore(home / FOLDER).compact()
    return "compacted"


def _settle(path: Path) -> str:
    """Let SQLite look at its statistics, and put what the log holds into the file."""
    if not path.exists():
        return "there is none yet"
    connection = sqlite3.connect(path, timeout=60.0, isolation_level=None)
    try:
        connection.execute("PRAGMA optimize")
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    if said != "ok":
        raise sqlite3.DatabaseError(f"{path.name} is damaged ({said}); restore it from a backup")
    return "sound"


def _size(place: Path) -> int:
    if place.is_dir():
        return sum(one.stat().st_size for one in place.rglob("*") if one.is_file())
    files = (place, place.with_name(place.name + "-wal"))
    return sum(one.stat().st_size for one in files if one.exists())
