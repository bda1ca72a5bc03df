"""The ledger: every call to a model and every attempt it took, without a word of its text.

`calls` has a row for each thing that was asked, `attempts` one for each time something was sent; money is CNY as decimal text,
null where a price is unknown. Both are volatile facts in a file of their own (`models.db`), outside the publications.
Budgets that are reckoned from it live in `budget.py`.
"""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from resources.models.batches import BatchWriter, Row, insert_rows
from resources.models.registry import cost_text

__all__ = [
    "SCHEMA",
    "SIDE_FILE",
    "Attempt",
    "CallRow",
    "Ledger",
    "day_of",
    "read_calls",
    "read_use",
    "recent_latencies",
    "spent_today",
]

#: Ids of calls: a random part a process (not a draw a call, which costs as much as the rest of the gateway), and a number.
_NUMBERS = itertools.count(1)
_process = uuid.uuid4().hex[:24]
#: File name of the ledger inside a home.
SIDE_FILE = "models.db"
SHANGHAI = timezone(timedelta(hours=8))
#: Attempts of a model that its percentiles are taken from.
PERCENTILE_ROWS = 10_000

#: What is left of days whose calls were folded (`retention.py`).
DAY_SUMS = """
CREATE TABLE IF NOT EXISTS day_sums (
    day TEXT NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL, attempts INTEGER NOT NULL, errors INTEGER NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, unpriced INTEGER NOT NULL, cost TEXT NOT NULL,
    PRIMARY KEY (day, model, kind)
) WITHOUT ROWID;
"""
SCHEMA = (
    DAY_SUMS
    + """
CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, task TEXT NOT NULL, asset TEXT, partition TEXT,
    client TEXT, model TEXT, prompt TEXT, prompt_hash TEXT, outcome TEXT NOT NULL, tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL, estimated INTEGER NOT NULL, cost TEXT, latency_ms REAL NOT NULL,
    queue_ms REAL NOT NULL, attempts INTEGER NOT NULL, chain TEXT, detail TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_time ON calls (time);
CREATE TABLE IF NOT EXISTS attempts (
    call_id TEXT NOT NULL, n INTEGER NOT NULL, time TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL,
    model TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER, latency_ms REAL NOT NULL, tokens_in INTEGER,
    tokens_out INTEGER, estimated INTEGER NOT NULL, cost TEXT, unpriced INTEGER NOT NULL, PRIMARY KEY (call_id, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempts_model ON attempts (model, day);
CREATE TABLE IF NOT EXISTS switches (
    name TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS switch_log (
    at TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, action TEXT NOT NULL, reason TEXT, by TEXT NOT NULL
);
"""
)


def _next_id() -> str:
    return f"{_process}{next(_NUMBERS):08x}"


def _renew() -> None:
    global _process
    _process = uuid.uuid4().hex[:24]


os.register_at_fork(after_in_child=_renew)


@dataclass(slots=True)
class Attempt:
    """One time that something was sent; tokens None where nothing is billed."""

    model: str
    outcome: str
    latency: float
    status: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    estimated: bool = False
    cost: Decimal | None = None
    detail: str | None = None
    hedge: bool = False
    at: float = 0.0


@dataclass(slots=True)
class CallRow:
    """One thing that was asked, filled while it runs."""

    kind: str
    task: str
    asset: str | None = None
    partition: str | None = None
    client: str | None = None
    prompt: str | None = None
    prompt_hash: str | None = None
    model: str | None = None
    outcome: str = "ok"
    latency: float = 0.0
    queue: float = 0.0
    detail: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    call_id: str = field(default_factory=_next_id)


class Ledger:
    """Takes rows at once and writes them behind."""

    def __init__(self, home: Path) -> None:
        self.path = home / SIDE_FILE
        self._writer = BatchWriter(self.path, SCHEMA, _write)

    @property
    def degraded(self) -> str | None:
        """Return what is wrong while rows cannot be written, else None."""
        return self._writer.trouble

    @property
    def waiting(self) -> int:
        return self._writer.waiting

    @property
    def lost(self) -> int:
        return self._writer.lost

    def record(self, call: CallRow, wall: float) -> None:
        """Book a call with its attempts; `wall` is the time of its end, seconds since the epoch."""
        tokens_in = tokens_out = 0
        estimated = False
        cost: Decimal | None = Decimal(0)
        tries = []
        for a in call.attempts:
            own = cost_text(a.cost)
            tries.append(
                (a.at or wall, a.model, a.outcome, a.status, a.latency, a.tokens_in, a.tokens_out, a.estimated, own, a.detail,
                 a.hedge)
            )  # fmt: skip
            if a.tokens_in is not None:
                tokens_in += a.tokens_in
                tokens_out += a.tokens_out or 0
                estimated = estimated or a.estimated
                cost = None if cost is None or a.cost is None else cost + a.cost
        self._writer.put(
            (call.call_id, wall, call.kind, call.task, call.asset, call.partition, call.client, call.model, call.prompt,
             call.prompt_hash, call.outcome, tokens_in, tokens_out, estimated, cost_text(cost), call.latency, call.queue, call.detail,
             tries)
        )  # fmt: skip

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until everything is in the file; False where it is not after so long."""
        return self._writer.flush(seconds)

    def close(self) -> None:
        """Write what waits and end."""
        self._writer.close()


@lru_cache(maxsize=64)
def _day(hours: int) -> str:
    return datetime.fromtimestamp(hours * 3600, SHANGHAI).strftime("%Y-%m-%d")


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def day_of(wall: float) -> str:
    """Return the day in Asia/Shanghai."""
    return _day(int(wall // 3600))


def _time_of(wall: float) -> str:
    return f"{_second(int(wall))}.{int(wall % 1 * 1000):03d}Z"


def _write(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    calls, attempts = [], []
    for row in rows:
        (call_id, wall, kind, *middle, latency, queue, detail, tries) = row
        for n, (at, name, outcome, status, spent, tokens_in, tokens_out, estimated, cost, _, _) in enumerate(tries):
            unpriced = tokens_in is not None and cost is None
            attempts.append(
                (call_id, n, _time_of(at), day_of(at), kind, name, outcome, status, round(spent * 1000, 2), tokens_in,
                 tokens_out, estimated, cost, unpriced)
            )  # fmt: skip
        # One attempt that went well is all in the row itself.
        plain = len(tries) == 1 and tries[0][2] == "ok"
        calls.append(
            (call_id, _time_of(wall), kind, *middle, round(latency * 1000, 2), round(queue * 1000, 2), len(tries),
             None if plain else _chain_text(tries), detail)
        )  # fmt: skip
    insert_rows(connection, "INSERT OR IGNORE INTO calls VALUES ", calls)
    insert_rows(connection, "INSERT OR IGNORE INTO attempts VALUES ", attempts)


def _chain_text(tries: Sequence[Sequence[Any]]) -> str:
    chain = [
        {
            "model": t[1],
            "outcome": t[2],
            "status": t[3],
            "latency_ms": round(t[4] * 1000, 2),
            "detail": t[9],
            "hedge": t[10],
        }
        for t in tries
    ]
    return json.dumps(chain, ensure_ascii=False)


def _reader(home: Path) -> sqlite3.Connection | None:
    path = home / SIDE_FILE
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)
    connection.row_factory = sqlite3.Row
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'day_sums'").fetchone() is None:
        # The ledger of a program that folded nothing yet; a temporary table stands in, the file stays as it is.
        connection.execute(DAY_SUMS.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    return connection


def read_calls(home: Path, last: int) -> list[dict[str, Any]]:
    """Return the last calls, newest first, as the columns of `calls`; `chain` parsed."""
    connection = _reader(home)
    if connection is None:
        return []
    try:
        rows = connection.execute("SELECT * FROM calls ORDER BY time DESC, call_id LIMIT ?", (last,)).fetchall()
    finally:
        connection.close()
    return [{**dict(row), "chain": _chain(row)} for row in rows]


def _chain(row: sqlite3.Row) -> list[dict[str, Any]]:
    if row["chain"] is not None:
        parsed: list[dict[str, Any]] = json.loads(row["chain"])
        return parsed
    ms = round(row["latency_ms"] - row["queue_ms"], 2)
    return [
        {
            "model": row["model"],
            "outcome": row["outcome"],
            "status": None,
            "latency_ms": ms,
            "detail": None,
            "hedge": False,
        }
    ]


#: What each model did: the attempts there are, and the sums of days that retention folded.
USE = """
SELECT model, SUM(calls) AS calls, SUM(errors) AS errors, SUM(tokens_in) AS tokens_in, SUM(tokens_out) AS tokens_out,
    SUM(unpriced) AS unpriced
FROM (
    SELECT model, COUNT(*) AS calls, SUM(outcome NOT IN ('ok', 'cancelled')) AS errors, SUM(tokens_in) AS tokens_in,
        SUM(tokens_out) AS tokens_out, SUM(unpriced) AS unpriced
    FROM attempts WHERE day >= ? GROUP BY model
    UNION ALL
    SELECT model, attempts, errors, tokens_in, tokens_out, unpriced FROM day_sums WHERE day >= ?
) GROUP BY model
"""


COSTS = """
SELECT cost, COUNT(*) FROM attempts WHERE model = ? AND day >= ? AND cost IS NOT NULL GROUP BY cost
UNION ALL
SELECT cost, 1 FROM day_sums WHERE model = ? AND day >= ?
"""


def read_use(home: Path, *, since: str | None = None) -> dict[str, dict[str, Any]]:
    """Return what each model did: calls, errors, p50_ms, p99_ms, tokens_in, tokens_out, cost (None: unknown).

    Args:
        home: The home.
        since: First day counted (YYYY-MM-DD, Asia/Shanghai); None: all.
    """
    connection = _reader(home)
    if connection is None:
        return {}
    use: dict[str, dict[str, Any]] = {}
    try:
        for row in connection.execute(USE, (since or "", since or "")):
            name = row["model"]
            cost = None if row["unpriced"] else _sum_costs(connection, COSTS, (name, since or "", name, since or ""))
            use[name] = {
                "calls": row["calls"], "errors": row["errors"], "tokens_in": row["tokens_in"] or 0,
                "tokens_out": row["tokens_out"] or 0, "cost": cost_text(cost), **_percentiles(connection, name),
            }  # fmt: skip
    finally:
        connection.close()
    return use


def recent_latencies(home: Path, model: str, last: int = 256) -> list[tuple[str, str, float]]:
    """Return kind, task and seconds of the last good attempts of a model, the oldest first; none where the file is not well."""
    try:
        connection = _reader(home)
        if connection is None:
            return []
        try:
            rows = connection.execute(
                "SELECT a.kind, c.task, a.latency_ms, a.time FROM attempts a JOIN calls c USING (call_id) "
                "WHERE a.model = ? AND a.outcome = 'ok' ORDER BY a.day DESC, a.time DESC LIMIT ?",
                (model, last),
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return []
    return [(row["kind"], row["task"], row["latency_ms"] / 1000) for row in reversed(rows)]


def spent_today(connection: sqlite3.Connection, model: str, day: str) -> Decimal:
    """Return CNY that the model's calls of a day have cost so far, as far as prices are known."""
    return _sum_costs(
        connection,
        "SELECT cost, COUNT(*) FROM attempts WHERE model = ? AND day = ? AND cost IS NOT NULL GROUP BY cost",
        (model, day),
    )


def _sum_costs(connection: sqlite3.Connection, sql: str, values: Sequence[str]) -> Decimal:
    # Exactly: SQLite would add binary fractions. Equal costs are many, so they are counted first.
    return sum((Decimal(cost) * count for cost, count in connection.execute(sql, values)), Decimal(0))


def _percentiles(connection: sqlite3.Connection, model: str) -> dict[str, float | None]:
    seen = [
        row[0]
        for row in connection.execute(
            "SELECT latency_ms FROM attempts WHERE model = ? AND outcome = 'ok' ORDER BY day DESC LIMIT ?",
            (model, PERCENTILE_ROWS),
        )
    ]
    if not seen:
        return {"p50_ms": None, "p99_ms": None}
    seen.sort()
    last = len(seen) - 1
    return {"p50_ms": seen[round(last * 0.5)], "p99_ms": seen[round(last * 0.99)]}
