"""Off-peak hours, in Asia/Shanghai, as the configuration writes them: 22:00-07:00."""

from __future__ import annotations

from datetime import datetime, timedelta

from resources.models.ledger import SHANGHAI

__all__ = ["seconds_until"]

DAY = 24 * 60


def seconds_until(hours: str, wall: float) -> float:
    """Return the seconds until the hours begin, 0 where they are now.

    Args:
        hours: Begin and end; the end may be on the next day, equal ones mean the whole day.
        wall: Seconds since the epoch.
    """
    now = datetime.fromtimestamp(wall, SHANGHAI)
    begin, end = (_minutes(part) for part in hours.split("-"))
    at = now.hour * 60 + now.minute
    inside = begin <= at < end if begin < end else at >= begin or at < end
    if inside:
        return 0.0
    start = now.replace(hour=begin // 60, minute=begin % 60, second=0, microsecond=0)
    if start <= now:
        start += timedelta(days=1)
    return (start - now).total_seconds()


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
