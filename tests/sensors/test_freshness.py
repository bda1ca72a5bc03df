import datetime as dt

import pytest

from resources.trading_days import SHANGHAI, load_trading_days
from sensors.freshness import Late, expected_day, late_lanes

DAYS = load_trading_days()
SIX = dt.time(18, 0)


def at(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2024-04-18 17:59", "2024-04-17"),
        ("2024-04-18 18:00", "2024-04-18"),
        ("2024-04-20 12:00", "2024-04-19"),
        ("2024-05-04 20:00", "2024-04-30"),
        ("2024-05-06 09:00", "2024-04-30"),
        ("1999-05-06 09:00", None),
    ],
)
def test_expected_day_knows_weekends_and_holidays(now: str, day: str | None) -> None:
    assert expected_day(SIX, at(now), DAYS) == day


def test_late_lanes_names_those_that_lack_the_expected_day() -> None:
    newest = {"market": "2024-04-17", "news": "2024-04-18"}
    wanted = {"market": SIX, "news": SIX, "research": SIX}
    late = late_lanes(newest, wanted, at("2024-04-18 19:00"), DAYS)
    assert late == [Late("market", "2024-04-18", "18:00", "2024-04-17"), Late("research", "2024-04-18", "18:00", None)]
    assert late[0].sentence == "market: data of 2024-04-18 were expected by 18:00, the newest are of 2024-04-17."
    assert late_lanes(newest, {}, at("2024-04-18 19:00"), DAYS) == []
    assert late_lanes({}, wanted, at("1999-05-06 19:00"), DAYS) == []
