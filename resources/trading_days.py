"""Trading days of the Chinese futures exchanges: weekdays that no holiday closes, and which day a night session belongs to.

Holidays are data (`trading_days.toml`), not code; a home's own file of that name adds years or replaces them. Days of a year that
no file knows are unknown, never guessed.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from resources.errors import SettingsError

__all__ = ["TradingDays", "load_trading_days"]

FILE = "trading_days.toml"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
SATURDAY = 5
#: From this hour on (夜盘 begins at 21:00) trading counts for the next trading day; before this hour for the day that began it.
NIGHT_BEGINS, NIGHT_ENDS = dt.time(20, 0), dt.time(4, 0)
#: The longest closure of the exchanges is ten days; a search beyond this finds nothing more.
MOST_CLOSED = 30


class TradingDays:
    """Which days are trading days, for the years that the files know."""

    def __init__(self, closed: Mapping[int, frozenset[dt.date]]) -> None:
        self._closed = frozenset().union(*closed.values()) if closed else frozenset()
        self.years = tuple(sorted(closed))

    def is_trading(self, day: dt.date) -> bool | None:
        """Tell whether the exchanges trade on a day; None for a year that no file knows."""
        if day.weekday() >= SATURDAY:
            return False
        return None if day.year not in self.years else day not in self._closed

    def last(self, day: dt.date) -> dt.date | None:
        """Return the last trading day up to and with a day; None where that is not known."""
        return self._search(day, -1)

    def next(self, day: dt.date) -> dt.date | None:
        """Return the first trading day after a day; None where that is not known."""
        return self._search(day + dt.timedelta(days=1), 1)

    def trading_day_of(self, moment: dt.datetime) -> dt.date | None:
        """Return the trading day that a moment's session belongs to: a night session (夜盘) to the next one.

        Args:
            moment: With its zone.

        Returns:
            The day; None where a year is not known, or outside any day that is followed by a session.
        """
        local = moment.astimezone(SHANGHAI)
        if local.time() >= NIGHT_BEGINS:
            return self.next(local.date())
        if local.time() < NIGHT_ENDS:
            return self.next(local.date() - dt.timedelta(days=1))
        return local.date() if self.is_trading(local.date()) else self.next(local.date())

    def _search(self, day: dt.date, step: int) -> dt.date | None:
        for _ in range(MOST_CLOSED):
            trades = self.is_trading(day)
            if trades is None:
                return None
            if trades:
                return day
            day += dt.timedelta(days=step)
        return None


def load_trading_days(home: Path | None = None) -> TradingDays:
    """Read the days that ship, and a home's own.

    Raises:
        SettingsError: a file is no TOML of that form; the sentence names file, year and value.
    """
    closed = dict(_shipped())
    own = None if home is None else home / FILE
    if own is not None and own.is_file():
        closed |= _read(own)
    return TradingDays(closed)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[int, frozenset[dt.date]]:
    return _read(Path(__file__).with_name(FILE))


def _read(path: Path) -> dict[int, frozenset[dt.date]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The trading days {path} cannot be read ({error}); mend the file.") from error
    years: Any = given.get("closed")
    if not isinstance(years, dict):
        raise SettingsError(
            f'The trading days {path} have no table [closed]; write one, a line a year: 2027 = ["2027-01-01"].'
        )
    out = {}
    for year, spans in years.items():
        days: set[dt.date] = set()
        try:
            for span in spans:
                days |= set(_days(span))
            out[int(year)] = frozenset(days)
        except (TypeError, ValueError, AttributeError):
            raise SettingsError(
                f"The trading days {path}, year {year}: {spans!r} are no days; write them as 2027-01-01 or 2027-02-05..2027-02-11."
            ) from None
    return out


def _days(span: str) -> Iterator[dt.date]:
    first, _, last = span.partition("..")
    begin = dt.date.fromisoformat(first)
    end = dt.date.fromisoformat(last or first)
    if not begin <= end <= begin + dt.timedelta(days=MOST_CLOSED):
        raise ValueError(span)
    while begin <= end:
        yield begin
        begin += dt.timedelta(days=1)
