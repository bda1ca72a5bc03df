import datetime as dt
from pathlib import Path

import pytest

from resources.errors import SettingsError
from resources.trading_days import SHANGHAI, load_trading_days

DAYS = load_trading_days()


@pytest.mark.parametrize(
    ("day", "trades"),
    [
        ("2024-04-18", True),
        ("2024-04-20", False),
        ("2024-05-01", False),
        ("2024-05-06", True),
        ("2024-04-28", False),  # a Sunday that offices work on; exchanges do not
        ("2024-02-09", False),
        ("2024-02-19", True),
        ("2025-10-08", False),
        ("2026-02-24", True),
        ("1999-01-04", None),
        ("1999-01-02", False),
    ],
)
def test_is_trading(day: str, trades: bool | None) -> None:
    assert DAYS.is_trading(dt.date.fromisoformat(day)) is trades


def test_last_and_next_pass_over_holidays() -> None:
    assert DAYS.last(dt.date(2024, 5, 5)) == dt.date(2024, 4, 30)
    assert DAYS.last(dt.date(2024, 5, 6)) == dt.date(2024, 5, 6)
    assert DAYS.next(dt.date(2024, 4, 30)) == dt.date(2024, 5, 6)
    assert DAYS.next(dt.date(2023, 12, 29)) == dt.date(2024, 1, 2)
    assert DAYS.next(dt.date(1999, 1, 4)) is None


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-04-18 10:00", "2024-04-18"),
        ("2024-04-18 21:30", "2024-04-19"),
        ("2024-04-19 01:00", "2024-04-19"),
        ("2024-04-19 22:00", "2024-04-22"),
        ("2024-04-20 01:00", "2024-04-22"),
        ("2024-04-30 10:00", "2024-04-30"),
        ("2024-05-03 10:00", "2024-05-06"),
    ],
)
def test_a_night_session_belongs_to_the_next_trading_day(moment: str, day: str) -> None:
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert DAYS.trading_day_of(at) == dt.date.fromisoformat(day)
    assert DAYS.trading_day_of(at.astimezone(dt.UTC)) == dt.date.fromisoformat(day)


def test_a_home_adds_years_and_replaces_them(tmp_path: Path) -> None:
    (tmp_path / "trading_days.toml").write_text('[closed]\n2024 = []\n2031 = ["2031-01-01"]\n')
    own = load_trading_days(tmp_path)
    assert own.is_trading(dt.date(2024, 5, 1)) is True
    assert own.is_trading(dt.date(2031, 1, 1)) is False
    assert own.is_trading(dt.date(2031, 1, 2)) is True
    assert own.is_trading(dt.date(2025, 5, 1)) is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("closed = 5", r"no table \[closed\]"),
        ("[closed]\n2031 = ['soon']", "year 2031"),
        ("[closed]\n2031 = 7", "year 2031"),
        ("[closed]\n2031 = ['2031-02-01..2031-01-01']", "year 2031"),
        ("[closed]\nnext = []", "year next"),
        ("[closed", "cannot be read"),
    ],
)
def test_a_malformed_file_is_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "trading_days.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_trading_days(tmp_path)
