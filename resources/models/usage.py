"""What the models did, day by day, and whether it is as it should be: budget, errors, latency.

Read from the ledger alone. The day that is judged is the newest one that it holds, so that the verdict does not depend on
when it is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from resources.models.ledger import SIDE_FILE
from resources.settings import Settings

__all__ = [
    "CHECKS",
    "READABLE",
    "UsageVerdict",
    "judge_ledger",
    "judge_usage",
    "read_days",
    "unanswered_after",
    "usage_markdown",
    "use_after",
]

CHECKS = ("budget", "error_rate", "latency_drift")
#: The check that blocks: a ledger that cannot be read is no ledger of nothing.
READABLE = "ledger_readable"
#: Days that are shown, and days before the judged one that latency is compared with.
DAYS, BEFORE = 14, 7
#: Share of a budget at which somebody should look, share of failed attempts, ratio of medians.
BUDGET_SHARE, ERROR_SHARE, DRIFT = Decimal("0.8"), 0.05, 2.0
#: Below so many attempts a share or a median says nothing.
ENOUGH = 20


@dataclass(frozen=True)
class UsageVerdict:
    """One check over all models: what was found, and the models at fault."""

    check: str
    passed: bool
    detail: str
    models: tuple[str, ...] = ()


def read_days(home: Path, *, days: int = DAYS) -> list[dict[str, Any]]:
    """Return a row for each day and model: day, model, attempts, errors, tokens_in, tokens_out, cost (CNY, None: unknown), p50_ms, p99_ms.

    The newest `days` days that hold any attempt, newest first.
    """
    rows = _attempts(
        home, "day IN (SELECT DISTINCT day FROM attempts ORDER BY day DESC LIMIT CAST(? AS INTEGER))", str(days)
    )
    held: dict[tuple[str, str], list[sqlite3.Row]] = {}
    for row in rows:
        held.setdefault((row["day"], row["model"]), []).append(row)
    ordered = sorted(sorted(held), key=lambda key: key[0], reverse=True)
    return [_row(day, model, held[day, model]) for day, model in ordered]


def use_after(home: Path, begun: str) -> dict[str, Any]:
    """Return what was spent from a moment on (ISO 8601 in UTC): chat_calls, embed_calls, tokens_in, tokens_out, cost.

    Cost is CNY, None where a price is unknown; models that are called by others meanwhile count too.
    """
    rows = _attempts(home, "time >= ?", begun)
    costs = [Decimal(row["cost"]) for row in rows if row["cost"] is not None]
    return {
        "chat_calls": sum(row["kind"] != "embed" for row in rows),
        "embed_calls": sum(row["kind"] == "embed" for row in rows),
        "tokens_in": sum(row["tokens_in"] or 0 for row in rows),
        "tokens_out": sum(row["tokens_out"] or 0 for row in rows),
        "cost": None if any(row["unpriced"] for row in rows) else sum(costs, Decimal(0)),
        "models": sorted({row["model"] for row in rows if row["outcome"] == "ok" and row["kind"] != "embed"}),
    }


def unanswered_after(home: Path, begun: str) -> list[str]:
    """Return a sentence for each task of which calls stayed without an answer since a moment (ISO 8601 in UTC)."""
    rows = _select(home, "SELECT task, outcome, COUNT(*) AS n FROM calls WHERE time >= ? GROUP BY 1, 2", begun)
    tasks: dict[str, dict[str, int]] = {}
    for row in rows:
        tasks.setdefault(row["task"], {})[row["outcome"]] = row["n"]
    said = []
    for task, outcomes in sorted(tasks.items()):
        failed = {outcome: n for outcome, n in outcomes.items() if outcome != "ok"}
        if failed:
            most = min(failed, key=lambda outcome: (-failed[outcome], outcome))
            said.append(
                f"{task}: {sum(failed.values())} of {sum(outcomes.values())} calls to models stayed without an answer"
                f" (most often: {most}); the extractive engine did that work, see leafroot models calls."
            )
    return said


def judge_ledger(home: Path) -> UsageVerdict:
    """Judge whether the ledger can be read; none at all is one of no calls."""
    path = home / SIDE_FILE
    if not path.exists():
        return UsageVerdict(READABLE, passed=True, detail="no model was called yet")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said == "ok":
        return UsageVerdict(READABLE, passed=True, detail="the ledger reads well")
    detail = f"{path.name} is damaged ({said}); move it out of the home, a new one is begun."
    return UsageVerdict(READABLE, passed=False, detail=detail)


def _attempts(home: Path, where: str, *values: str) -> list[sqlite3.Row]:
    return _select(home, f"SELECT * FROM attempts WHERE {where}", *values)  # noqa: S608 - the conditions are ours


def _select(home: Path, sql: str, *values: str) -> list[sqlite3.Row]:
    path = home / SIDE_FILE
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError:
            # The file is new and holds no table yet.
            return []


def _row(day: str, model: str, attempts: Sequence[sqlite3.Row]) -> dict[str, Any]:
    good = sorted(row["latency_ms"] for row in attempts if row["outcome"] == "ok")
    costs = [Decimal(row["cost"]) for row in attempts if row["cost"] is not None]
    return {
        "day": day,
        "model": model,
        "attempts": len(attempts),
        "errors": sum(row["outcome"] not in ("ok", "cancelled") for row in attempts),
        "tokens_in": sum(row["tokens_in"] or 0 for row in attempts),
        "tokens_out": sum(row["tokens_out"] or 0 for row in attempts),
        "cost": None if any(row["unpriced"] for row in attempts) else sum(costs, Decimal(0)),
        "p50_ms": median(good) if good else None,
        "p99_ms": good[round((len(good) - 1) * 0.99)] if good else None,
    }


def judge_usage(rows: Sequence[dict[str, Any]], settings: Settings) -> list[UsageVerdict]:
    """Judge the newest day of `read_days`; without any calls all is well."""
    day = max((row["day"] for row in rows), default=None)
    today = {row["model"]: row for row in rows if row["day"] == day}
    return [_budget(today, settings), _errors(today), _drift(rows, today, day)]


def _budget(today: dict[str, dict[str, Any]], settings: Settings) -> UsageVerdict:
    near = []
    for model in settings.models:
        row = today.get(model.name)
        if row is None or not model.budget_per_day or row["cost"] is None:
            continue
        if row["cost"] >= BUDGET_SHARE * model.budget_per_day:
            near.append((model.name, f"{model.name}: {row['cost']:f} of {model.budget_per_day:f} CNY"))
    return _verdict("budget", near, "no model is near its budget of the day", "raise budget_per_day or send less")


def _errors(today: dict[str, dict[str, Any]]) -> UsageVerdict:
    bad = [
        (name, f"{name}: {row['errors']} of {row['attempts']} attempts failed")
        for name, row in sorted(today.items())
        if row["attempts"] >= ENOUGH and row["errors"] > ERROR_SHARE * row["attempts"]
    ]
    return _verdict("error_rate", bad, "failed attempts are rare", "see leafroot models calls")


def _drift(rows: Sequence[dict[str, Any]], today: dict[str, dict[str, Any]], day: str | None) -> UsageVerdict:
    slow = []
    for name, row in sorted(today.items()):
        before = [
            other["p50_ms"]
            for other in rows
            if other["model"] == name
            and other["day"] != day
            and other["p50_ms"] is not None
            and other["attempts"] >= ENOUGH
        ][:BEFORE]
        if not before or row["p50_ms"] is None or row["attempts"] < ENOUGH:
            continue
        usual = median(before)
        if row["p50_ms"] > DRIFT * usual:
            slow.append((name, f"{name}: median {row['p50_ms']:.0f} ms, {usual:.0f} ms in the days before"))
    return _verdict("latency_drift", slow, "no model has become slow", "look at the server's load")


def _verdict(check: str, found: Sequence[tuple[str, str]], good: str, remedy: str) -> UsageVerdict:
    if not found:
        return UsageVerdict(check, passed=True, detail=good)
    text = "; ".join(said for _, said in found)
    return UsageVerdict(check, passed=False, detail=f"{text}; {remedy}.", models=tuple(name for name, _ in found))


def usage_markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table for the UI."""
    names = ("day", "model", "attempts", "errors", "tokens_in", "tokens_out", "cost", "p50_ms", "p99_ms")
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        shown = {**row, "cost": "unknown" if row["cost"] is None else f"{row['cost']:f}"}
        shown |= {name: "" if row[name] is None else f"{row[name]:.0f}" for name in ("p50_ms", "p99_ms")}
        lines.append("| " + " | ".join(str(shown[name]) for name in names) + " |")
    return "\n".join(lines) if rows else "No model was called yet."
