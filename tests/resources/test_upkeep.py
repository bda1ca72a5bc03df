import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from assets.catalogue import TABLES
from resources.errors import HomeBusyError
from resources.lock import hold_home
from resources.models.cache import Cache
from resources.models.ledger import SIDE_FILE, Attempt, CallRow, Ledger, read_calls, read_use
from resources.models.retention import fold_calls, forget_vectors
from resources.reader import DATABASE
from resources.settings import RetentionSettings
from resources.store import Store
from resources.upkeep import tend

NOON = dt.datetime(2026, 11, 24, 4, tzinfo=dt.UTC)
OLD = (NOON - dt.timedelta(days=500)).timestamp()


def book(home: Path, *calls: tuple[float, str, str | None]) -> None:
    """Write calls: moment, outcome, cost."""
    ledger = Ledger(home)
    for at, outcome, cost in calls:
        row = CallRow("chat", "sum", model="m", outcome=outcome)
        spent = None if cost is None else Decimal(cost)
        row.attempts = [
            Attempt("m", "error", 0.2, at=at),
            Attempt("m", outcome, 0.1, tokens_in=10, tokens_out=2, cost=spent, at=at),
        ]
        ledger.record(row, at)
    assert ledger.flush()
    ledger.close()


def test_fold_calls_keeps_what_was_used_and_spent_exactly(tmp_path: Path) -> None:
    book(tmp_path, *[(OLD + n, "ok", "0.0000001") for n in range(30)], (NOON.timestamp(), "ok", "0.25"))
    before = read_use(tmp_path)["m"]
    assert fold_calls(tmp_path, "2026-01-01") == 60
    after = read_use(tmp_path)["m"]
    for name in ("calls", "errors", "tokens_in", "tokens_out", "cost"):
        assert after[name] == before[name]
    assert after["cost"] == "0.250003"
    assert len(read_calls(tmp_path, 99)) == 1
    assert read_use(tmp_path, since="2026-01-01")["m"]["calls"] == 2
    assert fold_calls(tmp_path, "2026-01-01") == 0
    assert read_use(tmp_path)["m"] == after


def test_fold_calls_keeps_an_unknown_price_unknown(tmp_path: Path) -> None:
    book(tmp_path, (OLD, "ok", None))
    fold_calls(tmp_path, "2026-01-01")
    assert read_use(tmp_path)["m"]["cost"] is None


def test_a_ledger_that_never_folded_is_read_as_it_is(tmp_path: Path) -> None:
    book(tmp_path, (NOON.timestamp(), "ok", "0.25"))
    connection = sqlite3.connect(tmp_path / SIDE_FILE)
    connection.execute("DROP TABLE day_sums")
    connection.close()
    assert read_use(tmp_path)["m"]["cost"] == "0.25"


def test_forget_vectors_lets_old_vectors_go_and_nothing_else(tmp_path: Path) -> None:
    from resources.models.spec import ChatAnswer

    cache = Cache(tmp_path)
    cache.put_vector("v", [0.5, 0.25], task="embed", model="m")
    cache.put_answer("a", ChatAnswer("answer", "m", "stop"), task="sum")
    cache.close()
    assert forget_vectors(tmp_path, 0.0) == 0
    assert forget_vectors(tmp_path, 4e9) == 1
    again = Cache(tmp_path)
    assert again.vector("v") is None
    assert again.answer(["a"]) is not None
    again.close()


def test_nothing_is_kept_of_a_home_that_has_nothing(tmp_path: Path) -> None:
    assert fold_calls(tmp_path, "2026-01-01") == forget_vectors(tmp_path, 4e9) == 0
    assert [part.ok for part in tend(tmp_path, RetentionSettings(), NOON)] == [True] * 4


def test_tend_does_every_part_and_tells_of_the_one_that_fails(tmp_path: Path) -> None:
    Store(tmp_path, TABLES).close()
    book(tmp_path, (OLD, "ok", "0.1"), (NOON.timestamp(), "ok", "0.1"))
    parts = {part.name: part for part in tend(tmp_path, RetentionSettings(), NOON)}
    assert all(part.ok for part in parts.values())
    assert parts["calls"].detail == "2 attempts before 2025-10-20 folded into sums"
    assert parts["store"].detail == "sound"
    (tmp_path / DATABASE).write_bytes(b"not a database" * 100)
    broken = {part.name: part for part in tend(tmp_path, RetentionSettings(), NOON)}
    assert not broken["store"].ok
    assert broken["calls"].ok


def test_tend_waits_for_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another process: this one may take its own lock again.
    with hold_home(tmp_path, "a run"), monkeypatch.context() as other:
        other.setattr("resources.lock._held", {})
        with pytest.raises(HomeBusyError):
            tend(tmp_path, RetentionSettings(), NOON)
