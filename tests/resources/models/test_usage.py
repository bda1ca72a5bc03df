"""What the ledger says of each day, and the verdicts on the newest."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from resources.models.ledger import SCHEMA, SIDE_FILE
from resources.models.usage import judge_ledger, judge_usage, read_days, unanswered_after, usage_markdown, use_after
from resources.settings import Settings

Row = tuple[str, str, str, float, int | None, str | None]


def home_with(tmp_path: Path, rows: list[Row]) -> Path:
    with closing(sqlite3.connect(tmp_path / SIDE_FILE)) as connection:
        connection.executescript(SCHEMA)
        for n, (day, model, outcome, latency, tokens, cost) in enumerate(rows):
            connection.execute(
                "INSERT INTO attempts VALUES (?, 0, ?, ?, 'chat', ?, ?, NULL, ?, ?, ?, 0, ?, ?)",
                (
                    f"c{n}",
                    f"{day}T10:00:00Z",
                    day,
                    model,
                    outcome,
                    latency,
                    tokens,
                    tokens,
                    cost,
                    tokens is not None and cost is None,
                ),
            )
        connection.commit()
    return tmp_path


def settings(budget: str | None = None) -> Settings:
    model = {"name": "m1", "base_url": "http://127.0.0.1:1/v1", "model": "m"}
    return Settings.model_validate({"models": [model | ({"budget_per_day": budget} if budget else {})]})


def verdicts(home: Path, budget: str | None = None) -> dict[str, bool]:
    return {verdict.check: verdict.passed for verdict in judge_usage(read_days(home), settings(budget))}


def test_without_a_ledger_all_is_well(tmp_path: Path) -> None:
    assert read_days(tmp_path) == []
    assert verdicts(tmp_path) == {"budget": True, "error_rate": True, "latency_drift": True}
    assert usage_markdown([]) == "No model was called yet."


def test_an_empty_file_is_no_ledger_yet(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / SIDE_FILE).close()
    assert read_days(tmp_path) == []


def test_days_are_summed_newest_first(tmp_path: Path) -> None:
    home = home_with(
        tmp_path,
        [
            ("2024-04-17", "m1", "ok", 100.0, 10, "0.5"),
            ("2024-04-18", "m1", "ok", 200.0, 20, "0.25"),
            ("2024-04-18", "m1", "timeout", 900.0, None, None),
            ("2024-04-18", "m2", "ok", 50.0, 5, None),
        ],
    )
    first, second, third = read_days(home)
    assert (first["day"], first["model"], first["attempts"], first["errors"]) == ("2024-04-18", "m1", 2, 1)
    assert (first["cost"], first["tokens_in"], first["p50_ms"]) == (Decimal("0.25"), 20, 200.0)
    assert second["cost"] is None
    assert third["day"] == "2024-04-17"
    table = usage_markdown(read_days(home))
    assert "| 2024-04-18 | m2 | 1 | 0 | 5 | 5 | unknown | 50 | 50 |" in table


@pytest.mark.parametrize(("cost", "passed"), [("0.79", True), ("0.80", False)])
def test_a_budget_nearly_spent_is_told(tmp_path: Path, cost: str, *, passed: bool) -> None:
    home = home_with(tmp_path, [("2024-04-18", "m1", "ok", 1.0, 1, cost)])
    assert verdicts(home, "1.0")["budget"] is passed


@pytest.mark.parametrize(("failed", "passed"), [(1, True), (2, False)])
def test_the_share_of_errors_counts_from_twenty_attempts(tmp_path: Path, failed: int, *, passed: bool) -> None:
    rows: list[Row] = [("2024-04-18", "m1", "server", 1.0, None, None)] * failed
    rows += [("2024-04-18", "m1", "ok", 1.0, 1, "0")] * (20 - failed)
    assert verdicts(home_with(tmp_path, rows))["error_rate"] is passed


@pytest.mark.parametrize(("latency", "passed"), [(200.0, True), (201.0, False)])
def test_a_model_twice_as_slow_as_before_is_told(tmp_path: Path, latency: float, *, passed: bool) -> None:
    rows: list[Row] = [("2024-04-17", "m1", "ok", 100.0, 1, "0")] * 20
    rows += [("2024-04-18", "m1", "ok", latency, 1, "0")] * 20
    found = judge_usage(read_days(home_with(tmp_path, rows)), settings())
    assert {verdict.check: verdict.passed for verdict in found}["latency_drift"] is passed


def test_few_calls_say_nothing_of_errors_or_latency(tmp_path: Path) -> None:
    rows: list[Row] = [("2024-04-17", "m1", "ok", 1.0, 1, "0")] * 20
    rows += [("2024-04-18", "m1", "server", 900.0, None, None), ("2024-04-18", "m1", "ok", 900.0, 1, "0")]
    assert verdicts(home_with(tmp_path, rows)) == {"budget": True, "error_rate": True, "latency_drift": True}


def test_what_a_run_spent_counts_from_its_beginning(tmp_path: Path) -> None:
    nothing = use_after(tmp_path, "2024-04-18T00:00:00.000Z")
    assert nothing == {
        "chat_calls": 0,
        "embed_calls": 0,
        "tokens_in": 0,
        "tokens_out": 0,
        "cost": Decimal(0),
        "models": [],
    }
    home = home_with(
        tmp_path,
        [
            ("2024-04-17", "m1", "ok", 1.0, 10, "0.5"),
            ("2024-04-18", "m1", "ok", 1.0, 20, "0.25"),
            ("2024-04-18", "m2", "server", 1.0, None, None),
        ],
    )
    use = use_after(home, "2024-04-18T00:00:00.000Z")
    assert (use["chat_calls"], use["tokens_in"], use["cost"], use["models"]) == (2, 20, Decimal("0.25"), ["m1"])
    with closing(sqlite3.connect(home / SIDE_FILE)) as connection:
        connection.execute("UPDATE attempts SET unpriced = 1, cost = NULL, kind = 'embed' WHERE day = '2024-04-18'")
        connection.commit()
    use = use_after(home, "2024-04-18T00:00:00.000Z")
    assert (use["chat_calls"], use["embed_calls"], use["cost"], use["models"]) == (0, 2, None, [])


def test_a_damaged_ledger_is_told_from_none(tmp_path: Path) -> None:
    assert judge_ledger(tmp_path).passed
    home_with(tmp_path, [])
    assert judge_ledger(tmp_path).passed
    (tmp_path / SIDE_FILE).write_bytes(b"no ledger at all, but long enough to be read as a file" * 100)
    verdict = judge_ledger(tmp_path)
    assert not verdict.passed
    assert SIDE_FILE in verdict.detail


def test_calls_without_an_answer_are_told_by_task(tmp_path: Path) -> None:
    home = home_with(tmp_path, [])
    with closing(sqlite3.connect(home / SIDE_FILE)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(calls)")]
        given = {"kind": "chat", "tokens_in": 0, "tokens_out": 0, "estimated": 0, "latency_ms": 1.0, "queue_ms": 0.0}
        given |= {"attempts": 1, "chain": "[]"}
        for n, (task, outcome, day) in enumerate(
            [
                ("name_tags", "ok", 18),
                ("name_tags", "timeout", 18),
                ("name_tags", "server", 18),
                ("name_tags", "timeout", 18),
                ("summarise_slices", "ok", 18),
                ("old", "timeout", 17),
            ]
        ):
            row = given | {"call_id": f"c{n}", "time": f"2024-04-{day}T10:00:00.000Z", "task": task, "outcome": outcome}
            values = [row.get(name) for name in columns]
            connection.execute(f"INSERT INTO calls VALUES ({','.join('?' * len(columns))})", values)
        connection.commit()
    [said] = unanswered_after(home, "2024-04-18T00:00:00.000Z")
    assert said.startswith("name_tags: 3 of 4 calls to models stayed without an answer (most often: timeout)")
    assert unanswered_after(tmp_path / "nowhere", "2024") == []
