"""Which lanes are late: the newest day that a lane has against the one that it should have by now.

A pure function of days and a clock; the sensor and the checks around it are elsewhere.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from resources.trading_days import SHANGHAI, TradingDays

__all__ = ["Late", "expected_day", "late_lanes"]


@dataclass(frozen=True)
class Late:
    """A lane whose data of a trading day have not come in time."""

    lane: str
    expected: str
    by: str
    newest: str | None

    @property
    def sentence(self) -> str:
        """What a person reads."""
        newest = self.newest or "none"
        return f"{self.lane}: data of {self.expected} were expected by {self.by}, the newest are of {newest}."


def expected_day(by: dt.time, now: dt.datetime, calendar: TradingDays) -> str | None:
    """Return the newest trading day whose data should be there; None where the calendar does not know the year.

    Args:
        by: Time of the trading day in Asia/Shanghai by which its data are expected.
        now: Moment with its zone.
        calendar: Trading days.
    """
    local = now.astimezone(SHANGHAI)
    day = local.date() if local.time() >= by else local.date() - dt.timedelta(days=1)
    found = calendar.last(day)
    return None if found is None else found.isoformat()


def late_lanes(
    newest: Mapping[str, str | None], wanted: Mapping[str, dt.time], now: dt.datetime, calendar: TradingDays
) -> list[Late]:
    """Return the lanes that are late, by name.

    Args:
        newest: Lane to the newest day that it has, ISO; None or absent: it has none.
        wanted: Lane to the time by which a trading day's data are expected; lanes not named are never late.
        now: Moment with its zone.
        calendar: Trading days; nothing is late in a year that it does not know.
    """
    late = []
    for lane, by in sorted(wanted.items()):
        expected = expected_day(by, now, calendar)
        have = newest.get(lane)
        if expected is not None and (have is None or have < expected):
            late.append(Late(lane, expected, by.strftime("%H:%M"), have))
    return late
