import json
from typing import Any

import polars as pl

from quality.bars import BAR_COLUMNS, BAR_WARNINGS, check_bars


def bars(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: pl.Int64 if name == "row" else pl.String for name in BAR_COLUMNS}
    filled = [
        dict.fromkeys(BAR_COLUMNS) | {"doc_id": f"d{at}", "path": "market/a.csv", "row": at, "symbol": "SC2406"} | row
        for at, row in enumerate(rows, start=2)
    ]
    return pl.DataFrame(filled, schema=schema)


def test_check_bars_passes_where_nothing_is_odd() -> None:
    outcome = check_bars(bars({"date": "2024-04-18", "close": "642.4"}, {"date": "2024-04-19", "close": "642.4"}))
    assert (outcome.check, outcome.passed, outcome.severity) == (BAR_WARNINGS, True, "warn")
    assert check_bars(bars()).passed


def test_check_bars_names_both_rows_of_a_contradiction() -> None:
    outcome = check_bars(
        bars(
            {"date": "2024-04-18", "close": "642.4"},
            {"date": "2024-04-18", "close": "642.5", "path": "market/b.csv"},
            {"date": "2024-04-19", "close": "642.40", "settle": None},
            {"date": "2024-04-19", "close": "642.4", "settle": "640", "path": "market/b.csv"},
            {"date": "2024-04-22", "close": "1", "adjust": "qfq"},
            {"date": "2024-04-22", "close": "2", "adjust": "none"},
        )
    )
    assert not outcome.passed
    assert outcome.detail.startswith("1 bars_contradict, 1 bars_repeat; first: ")
    assert outcome.failing[0] == (
        "d2",
        "bars_contradict: SC2406 on 2024-04-18 stands in market/a.csv row 2 and market/b.csv row 3: close 642.4 and 642.5",
    )


def test_check_bars_shows_samples_of_every_code() -> None:
    negative = json.dumps([{"code": "price_negative", "detail": "close is -1"}])
    unknown = json.dumps([{"code": "column_unknown", "detail": "not used: odd"}])
    rows = [{"date": f"2024-01-{day:02d}", "warnings": negative} for day in range(1, 29)]
    outcome = check_bars(bars(*rows, {"date": "2024-02-01", "warnings": unknown}))
    assert outcome.detail.startswith("1 column_unknown, 28 price_negative; first: column_unknown: market/a.csv row 30")
    assert len(outcome.failing) == 6


def test_check_bars_tells_of_a_trading_day_that_one_symbol_lacks() -> None:
    days = ["2024-04-17", "2024-04-18", "2024-04-19"]
    rows = [{"symbol": f"S{n}", "date": day} for n in range(5) for day in days if (n, day) != (2, days[1])]
    outcome = check_bars(bars(*rows, {"symbol": "NEW", "date": days[2]}))
    assert [said for _, said in outcome.failing] == [
        "days_missing: S2 of market/a.csv lacks 1 trading days, first 2024-04-18"
    ]


def test_check_bars_takes_a_day_on_which_few_traded_for_no_trading_day() -> None:
    days = ["2024-04-17", "2024-04-18", "2024-04-19"]
    rows = [{"symbol": f"S{n}", "date": day} for n in range(5) for day in days if n < 3 or day != days[1]]
    assert check_bars(bars(*rows)).passed


def test_check_bars_compares_the_days_of_one_file_alone() -> None:
    days = ["2024-04-17", "2024-04-18", "2024-04-19"]
    rows = [{"symbol": f"S{n}", "date": day} for n in range(5) for day in days]
    abroad = [{"symbol": "WTI", "date": day, "path": "market/wti.csv"} for day in days if day != days[1]]
    assert check_bars(bars(*rows, *abroad)).passed
