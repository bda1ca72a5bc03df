from typing import Any

import polars as pl
import pytest

from quality.dates import DATE_COLUMNS, DATES, check_dates

TODAY = "2024-04-18"


def documents(*days: str | None, lane: str = "news", **columns: Any) -> pl.DataFrame:
    rows = [
        {
            "doc_id": f"d{at}",
            "lane": lane,
            "path": "news/a.jsonl",
            "row": at,
            "published_date": day,
            "date_confidence": "high",
        }
        | columns
        for at, day in enumerate(days, 1)
    ]
    return pl.DataFrame(rows, schema={name: pl.Int64 if name == "row" else pl.String for name in DATE_COLUMNS})


def test_check_dates_passes_days_up_to_today() -> None:
    outcome = check_dates(documents("2024-04-17", TODAY), TODAY)
    assert (outcome.check, outcome.severity, outcome.passed, outcome.failing) == (DATES, "warn", True, ())
    assert check_dates(documents(), TODAY).passed


@pytest.mark.parametrize(
    ("day", "said"),
    [("2024-04-19", "news/a.jsonl row 2: dated 2024-04-19, after today"), ("1899-12-31", "row 2: dated 1899-12-31")],
    ids=["future", "old"],
)
def test_check_dates_names_a_day_that_cannot_be(day: str, said: str) -> None:
    outcome = check_dates(documents(TODAY, day), TODAY)
    assert not outcome.passed
    assert outcome.failing[0][0] == "d2"
    assert said in outcome.failing[0][1]
    assert said in outcome.detail


def test_check_dates_tells_of_undated_documents_where_there_are_many() -> None:
    few = check_dates(documents(*[TODAY] * 39, None), TODAY)
    assert few.passed
    assert "1 without a date" in few.detail
    many = check_dates(documents(*[TODAY] * 9, None, row=None), TODAY)
    assert not many.passed
    assert many.failing == (("d10", "news/a.jsonl: no date"),)


def test_check_dates_lets_rulebooks_be_undated_and_old() -> None:
    outcome = check_dates(documents(None, "1957-01-01", lane="rulebooks", date_confidence="low"), TODAY)
    assert outcome.passed
    assert outcome.detail == "2 documents: 1 without a date, 2 dated by their file's name alone"
