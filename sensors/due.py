"""What is due: days whose trees and daily report are out of date, and events without an up-to-date report.

Read from the publication numbers of the store; shared by the sensors and by `leafroot run`.
"""

import datetime as dt
from collections.abc import Sequence

from assets.reports.events import Event, find_events
from resources.changes import all_days, latest_change, stale_days, watermarks
from resources.reader import SqliteReader
from resources.settings import Settings

__all__ = ["DAY_LANES", "contiguous", "due_custom_tags", "due_days", "due_events", "window"]

DAY_LANES = ("news", "research")
EVIDENCE_TABLES = ("documents", "slices", "policy_facts", "market_moves")
#: Rows by which all trees of a profile are out of date.
PROFILE_TABLES = ("relevance_models", "tag_vocabulary")
#: Days before and after an event whose rows can stand in its report.
BEFORE, AFTER = 7, 1


def due_days(reader: SqliteReader, tags_version: str, reports_version: str, *, reports: bool = True) -> list[str]:
    """Return the publish days whose news or research tree, or daily report, is out of date."""
    days: set[str] = set()
    for lane in DAY_LANES:
        changes = [latest_change(reader, table, [lane]) for table in ("slices", "documents")]
        changes.append(decided_on(reader, lane, changes))
        days |= set(stale_days(changes, watermarks(reader, f"tags/{lane}", tags_version)))
    if reports:
        known = set(all_days(reader, DAY_LANES))
        marks = {
            partition.removeprefix("all@"): mark
            for partition, mark in watermarks(reader, "reports/daily", reports_version).items()
        }
        changes = [window(latest_change(reader, table)) for table in EVIDENCE_TABLES]
        days |= {day for day in stale_days(changes, marks) if day in known}
    return sorted(days)


def due_events(reader: SqliteReader, settings: Settings, reports_version: str) -> list[Event]:
    """Return the extreme moves and risk events whose report is missing or out of date."""
    move = settings.reports.extreme_move
    events = [
        event
        for event in find_events(reader, None, threshold_pct=move.threshold_pct, basis=move.basis)
        if event.kind != "daily"
    ]
    changes = [window(latest_change(reader, table)) for table in EVIDENCE_TABLES]
    out = []
    for kind in ("extreme_move", "risk_event"):
        marks = watermarks(reader, f"reports/{kind}", reports_version)
        for event in events:
            if event.kind == kind and any(
                change.get(event.day, 0) > marks.get(f"{event.subject}@{event.day}", -1) for change in changes
            ):
                out.append(event)
    return out


def due_custom_tags(reader: SqliteReader, settings: Settings, tags_version: str) -> list[str]:
    """Return `<profile>@<day>` of users' own profiles that are out of date."""
    out = []
    for name, profile in sorted(settings.profiles.items()):
        changes = [latest_change(reader, table, [profile.lane]) for table in ("slices", "documents")]
        changes.append(decided_on(reader, name, changes))
        out += [f"{name}@{day}" for day in stale_days(changes, watermarks(reader, f"tags/custom/{name}", tags_version))]
    return out


def decided_on(reader: SqliteReader, profile: str, changes: Sequence[dict[str, int]]) -> dict[str, int]:
    """Return the days of a profile with the publication in which names were last decided on, or relevance was trained."""
    newest = 0
    for table in PROFILE_TABLES:
        sql = f"SELECT MAX(MAX(added_in), COALESCE(MAX(retired_in), 0)) FROM {table} WHERE profile = ?"  # noqa: S608 - names are constants
        newest = max(newest, int(reader.value(sql, (profile,)) or 0))
    return {day: newest for change in changes for day in change} if newest else {}


def window(changes: dict[str, int]) -> dict[str, int]:
    """Carry each day's newest change to the days whose reports can state it."""
    out: dict[str, int] = {}
    for day, publication in changes.items():
        origin = dt.date.fromisoformat(day)
        for offset in range(-AFTER, BEFORE + 1):
            reached = (origin + dt.timedelta(days=offset)).isoformat()
            out[reached] = max(out.get(reached, 0), publication)
    return out


def contiguous(wanted: Sequence[str], ordered: Sequence[str]) -> list[tuple[str, str]]:
    """Return the ranges of `ordered` that hold just the wanted partitions: a range follows the order they were added in."""
    ranges: list[tuple[str, str]] = []
    missing = set(wanted)
    start: str | None = None
    last: str | None = None
    for partition in ordered:
        if partition in missing:
            start = start or partition
            last = partition
        elif start is not None and last is not None:
            ranges.append((start, last))
            start = None
    if start is not None and last is not None:
        ranges.append((start, last))
    return ranges
