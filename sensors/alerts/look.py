"""One look at a home: what is wrong now, and who is told."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from resources.errors import PlatformError
from resources.models.budget import Budget
from resources.models.registry import Registry
from resources.models.status import rest_rows
from resources.models.usage import judge_usage, read_days
from resources.reader import DATABASE, connect
from resources.settings import Settings
from resources.trading_days import load_trading_days
from sensors.alerts.book import Book
from sensors.alerts.conditions import Condition, failed_gates, failed_runs, late_data, unwell_models
from sensors.alerts.send import send
from sensors.freshness import late_lanes

__all__ = ["look", "tell"]

NEWEST = """
SELECT lane, MAX(published_date) FROM documents WHERE retired_in IS NULL GROUP BY lane
UNION ALL SELECT 'market', MAX(date) FROM bars WHERE retired_in IS NULL
"""


def look(home: Path, settings: Settings, runs: Sequence[Mapping[str, str]], now: dt.datetime) -> list[Condition]:
    """Return all that is wrong with a home, by key.

    Args:
        home: The home.
        settings: Its configuration.
        runs: Failed runs of late, newest first: job, run_id, reason.
        now: Moment with its zone.
    """
    found = [*failed_runs(runs), *_models(home, settings)]
    if (home / DATABASE).exists():
        found += _store(home, settings, now)
    return sorted(found, key=lambda one: one.key)


def tell(home: Path, settings: Settings, conditions: Sequence[Condition], now: dt.datetime) -> list[str]:
    """Tell every channel what it has not heard yet; returns a sentence for each message and each failure."""
    book, said = Book(home), []
    seconds = now.timestamp()
    for channel in settings.alerts:
        wanted = [one for one in conditions if not channel.about or one.about in channel.about]
        due = book.due(channel.name, wanted, seconds, repeat=channel.repeat_minutes * 60.0, per_hour=channel.per_hour)
        if due is None:
            said.append(f"{channel.name}: held back, {channel.per_hour} messages went out within the hour")
            continue
        if due.is_empty:
            continue
        try:
            send(channel, due, link=settings.ui.address, seconds=int(seconds), at=now.isoformat(timespec="seconds"))
        except PlatformError as error:
            said.append(str(error))
            continue
        book.book(channel.name, due, wanted, seconds)
        said.append(f"{channel.name}: told of {len(due.opened)}, and of the end of {len(due.closed)}")
    return said


def _store(home: Path, settings: Settings, now: dt.datetime) -> list[Condition]:
    wanted = {lane: by for lane, by in settings.freshness if by is not None}
    connection = connect(home / DATABASE)
    try:
        gates = connection.execute(
            'SELECT asset, "check", severity, passed, detail FROM gates ORDER BY 1, 2'
        ).fetchall()
        newest = dict(connection.execute(NEWEST).fetchall()) if wanted else {}
    except sqlite3.OperationalError:
        # A home of an older version, until the next run brings it forward.
        return []
    finally:
        connection.close()
    late = late_lanes(newest, wanted, now, load_trading_days(home)) if wanted else []
    return [*failed_gates([dict(row) for row in gates]), *late_data(late)]


def _models(home: Path, settings: Settings) -> list[Condition]:
    if not settings.models:
        return []
    rows = rest_rows(home, Registry(settings), Budget(home, time.monotonic, time.time))
    failed = [(one.check, one.detail) for one in judge_usage(read_days(home), settings) if not one.passed]
    return unwell_models(rows, failed)
