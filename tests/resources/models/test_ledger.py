"""The books: every call and attempt, exact money, an outage that loses nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from resources.models import batches
from resources.models.batches import BatchWriter
from resources.models.ledger import SIDE_FILE, Attempt, CallRow, Ledger, day_of, read_calls, read_use
from tests.resources.models.virtual import NOON

TABLE = "CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v TEXT)"


def put_rows(connection: sqlite3.Connection, rows: object) -> None:
    connection.executemany("INSERT OR IGNORE INTO t VALUES (?, ?)", rows)  # type: ignore[arg-type]


def rows_of(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT k FROM t ORDER BY k")]
    finally:
        connection.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "GATHER", 0.001)
    monkeypatch.setattr(batches, "PAUSE_FIRST", 0.002)
    monkeypatch.setattr(batches, "PAUSE_MOST", 0.004)


def booked(cost: str | None, *, outcome: str = "ok", model: str = "m", latency: float = 0.1) -> CallRow:
    attempt = Attempt(model, outcome, latency, tokens_in=10, tokens_out=2, cost=None if cost is None else Decimal(cost))
    return CallRow("chat", "t", model=model, outcome=outcome, latency=latency, attempts=[attempt])


def test_record_keeps_exact_money_and_no_text(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for _ in range(1000):
        ledger.record(booked("0.0000001"), NOON)
    ledger.close()
    use = read_use(tmp_path)["m"]
    assert (use["calls"], use["tokens_in"], use["cost"]) == (1000, 10_000, "0.0001")


def test_one_unknown_price_makes_the_sum_unknown(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(booked("1"), NOON)
    ledger.record(booked(None), NOON)
    ledger.record(booked("2", model="other"), NOON)
    ledger.close()
    use = read_use(tmp_path)
    assert (use["m"]["cost"], use["other"]["cost"]) == (None, "2")


def test_read_use_counts_since_a_day_and_takes_percentiles_of_good_answers(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for i in range(100):
        ledger.record(booked("0", latency=(i + 1) / 1000), NOON)
    ledger.record(booked("0", outcome="timeout", latency=60), NOON + 86_400)
    ledger.close()
    use = read_use(tmp_path)["m"]
    assert (use["calls"], use["errors"], use["p50_ms"], use["p99_ms"]) == (101, 1, 51.0, 99.0)
    assert read_use(tmp_path, since=day_of(NOON + 86_400))["m"]["calls"] == 1


def test_read_calls_gives_the_newest_first_with_their_attempts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    first, second = booked("0"), booked("0")
    second.attempts.insert(0, Attempt("x", "timeout", 2.0, detail="nothing came"))
    ledger.record(first, NOON)
    ledger.record(second, NOON + 1)
    ledger.close()
    newest, oldest = read_calls(tmp_path, 5)
    assert newest["time"] == "2024-05-06T04:00:01.000Z"
    assert [step["model"] for step in newest["chain"]] == ["x", "m"]
    assert [step["outcome"] for step in oldest["chain"]] == ["ok"]
    assert len(read_calls(tmp_path, 1)) == 1


def test_an_empty_home_has_done_nothing(tmp_path: Path) -> None:
    assert read_calls(tmp_path, 5) == []
    assert read_use(tmp_path) == {}
    Ledger(tmp_path).close()
    assert not (tmp_path / SIDE_FILE).exists()


def test_the_day_is_that_of_shanghai() -> None:
    assert day_of(NOON + 12 * 3600 - 1) == "2024-05-06"
    assert day_of(NOON + 12 * 3600) == "2024-05-07"


def test_an_outage_under_load_loses_no_row_and_fills_no_memory(tmp_path: Path, quick: None) -> None:
    """The database is locked while thousands of rows come (litellm#28322)."""
    path = tmp_path / "x.db"
    writer = BatchWriter(path, TABLE, put_rows, memory=200)
    writer.put((0, "a"))
    assert writer.flush()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    for i in range(1, 3001):
        writer.put((i, "b"))
    seen = threading.Event()

    def spilled() -> bool:
        return bool(list(tmp_path.glob("x.db.*.spill"))) and len(writer._rows) <= 200

    for _ in range(2000):
        if spilled():
            seen.set()
            break
        threading.Event().wait(0.005)
    assert seen.is_set(), "rows beyond the bound go to the disk"
    assert writer.trouble
    holder.execute("ROLLBACK")
    holder.close()
    assert writer.flush(20)
    assert writer.trouble is None
    writer.close()
    assert rows_of(path) == list(range(3001))
    assert not list(tmp_path.glob("*.spill"))
    assert writer.lost == 0


def test_close_leaves_rows_in_a_file_that_the_next_process_takes(tmp_path: Path, quick: None) -> None:
    path = tmp_path / "x.db"
    path.mkdir()  # no database can be made here
    writer = BatchWriter(path, TABLE, put_rows)
    writer.put((1, "a"))
    writer.put((2, "b"))
    writer.close()
    assert writer.waiting == 2
    (spill,) = tmp_path.glob("x.db.*.spill")
    path.rmdir()
    # As if another process had left it, cut short by its end.
    gone = spill.with_name(f"x.db.{2**22 + 1}-0.spill")
    gone.write_text(spill.read_text() + '[3, "c')
    spill.unlink()
    after = BatchWriter(path, TABLE, put_rows)
    after.put((9, "z"))
    assert after.flush()
    after.close()
    assert rows_of(path) == [1, 2, 9]
    assert not gone.exists()


def test_rows_of_a_living_process_are_left_to_it(tmp_path: Path, quick: None) -> None:
    other = tmp_path / f"x.db.{os.getppid()}-0.spill"
    other.write_text(json.dumps([7, "a"]) + "\n")
    writer = BatchWriter(tmp_path / "x.db", TABLE, put_rows)
    writer.put((1, "a"))
    assert writer.flush()
    writer.close()
    assert other.exists()
    assert rows_of(tmp_path / "x.db") == [1]


def test_rows_that_may_not_spill_are_dropped_and_counted(tmp_path: Path, quick: None) -> None:
    path = tmp_path / "x.db"
    path.mkdir()
    told: list[int] = []
    writer = BatchWriter(path, TABLE, put_rows, written=lambda rows: told.extend(row[0] for row in rows), spill=False)
    writer.put((1, "a"))
    writer.close()
    assert writer.lost == 1
    assert told == [1]
    assert not list(tmp_path.glob("*.spill"))


def test_a_row_that_no_database_takes_does_not_keep_the_others(tmp_path: Path, quick: None) -> None:
    writer = BatchWriter(tmp_path / "x.db", TABLE, put_rows)
    for row in ((1, "a"), (2, "half \ud800"), (2**70, "b"), (3, "c")):
        writer.put(row)
    assert writer.flush()
    writer.close()
    assert rows_of(tmp_path / "x.db") == [1, 3]
    assert writer.lost == 2


def test_memory_is_bounded_even_where_nothing_can_be_written(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "HARD", 100)
    folder = tmp_path / "file"
    folder.write_text("no folder")
    writer = BatchWriter(folder / "x.db", TABLE, put_rows, memory=50)
    for i in range(500):
        writer.put((i, "a"))
    assert len(writer._rows) <= 100
    assert writer.lost == 500 - len(writer._rows)
    assert not writer.flush(0.05)
    writer.close()


def test_ids_of_a_forked_process_are_its_own() -> None:
    from resources.models import ledger

    before = CallRow("chat", "t").call_id
    ledger._renew()
    after = CallRow("chat", "t").call_id
    assert before[:24] != after[:24]
    assert len({CallRow("chat", "t").call_id for _ in range(100)}) == 100
