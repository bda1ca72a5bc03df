"""Stored reports and back."""

import json
from typing import Any

import pytest

from assets.reports.build import build_report
from assets.reports.query import list_reports, report_rows, show_report
from assets.reports.schema import CLAIMS, REPORTS
from resources.errors import UsageError
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, MemoryHome, home


@pytest.fixture
def stored() -> tuple[dict[str, Any], MemoryHome]:
    report = build_report(home(DOCUMENTS, BARS), "extreme_move", "SC3008", DAY)
    row, _ = report_rows(report)
    row["body"] = json.loads(row["body"])
    other = {**row, "report_id": "daily:all:2030-06-11", "kind": "daily", "subject": "all", "day": "2030-06-11"}
    return report, MemoryHome({"reports": [other, row]})


def test_show_report_gives_back_what_was_stored(stored: tuple[dict[str, Any], MemoryHome]) -> None:
    report, reader = stored
    assert show_report(reader, report["id"]) == report


def test_show_report_names_the_closest_ids(stored: tuple[dict[str, Any], MemoryHome]) -> None:
    with pytest.raises(UsageError, match="closest: extreme_move:SC3008:2030-06-12"):
        show_report(stored[1], "extreme_move:SC3009:2030-06-12")
    with pytest.raises(UsageError, match="report list"):
        show_report(MemoryHome({"reports": []}), "x")


def test_list_reports_puts_the_newest_day_first(stored: tuple[dict[str, Any], MemoryHome]) -> None:
    listed = list_reports(stored[1])
    assert [row["id"] for row in listed] == ["extreme_move:SC3008:2030-06-12", "daily:all:2030-06-11"]
    assert set(listed[0]) == {"id", "version", "kind", "subject", "date", "status", "title"}


def test_report_rows_fill_the_tables(stored: tuple[dict[str, Any], MemoryHome]) -> None:
    report = stored[0]
    row, claims = report_rows(report)
    assert sorted(row) == sorted(REPORTS.names)
    assert all(sorted(claim) == sorted(CLAIMS.names) for claim in claims)
    ids = [claim["claim_id"] for claim in claims]
    assert ids == sorted(set(ids))
    kinds = {claim["kind"] for claim in claims}
    assert kinds <= {
        "price_move",
        "level",
        "policy_change",
        "statement",
        "cause_view",
        "effect",
        "measure",
        "forecast_view",
        "denial",
    }
    assert all(isinstance(json.loads(claim["slots"]), dict) for claim in claims)
