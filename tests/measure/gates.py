"""Figures of the gates: seeded corruptions of every table, each judged as a candidate; and clean runs without a failure.

A corruption is caught where a named check keeps the rows it spoiled out of the publication: the batch is blocked, or the rows go to
quarantine. What is read back from the store afterwards decides, not what a check says.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from assets.catalogue import TABLES
from leafroot.cli import run
from quality.defs import Step
from quality.references import REFERENCES
from quality.rules import LENGTHS, RANGES, VALUES
from quality.spans import QUOTED
from resources.defs import HomeResource
from resources.errors import DuplicateKeyError, MissingColumnError
from resources.frames import frame_of
from resources.protocols import Column, Table
from resources.store import Change, Store

Row = dict[str, Any]
SAMPLE = Path(__file__).parents[2] / "assets" / "corpora" / "sample"
#: Tables that people or bookkeeping fill: no asset publishes candidates of them.
NOT_DERIVED = {"tag_reviews", "tag_vocabulary", "term_decisions"}
CLEAN_RUNS = 20


@dataclass(frozen=True)
class Corruption:
    """One fault in one table: what it does to a good row (None: to the batch)."""

    table: str
    name: str
    spoil: Callable[[Row], Row | None]
    batch: bool = field(default=False)


def corruptions(table: Table) -> Iterator[Corruption]:
    """Yield every kind of fault that a table's columns allow."""

    def of(name: str, spoil: Callable[[Row], Row | None], *, batch: bool = False) -> Corruption:
        return Corruption(table.name, name, spoil, batch)

    yield of("key_twice", lambda row: row, batch=True)
    yield of("column_gone", lambda row: {k: v for k, v in row.items() if k != table.names[-1]}, batch=True)
    for column in table.columns:
        if not column.null and column.name != table.key:
            yield of(f"{column.name}_null", _set(column.name, None))
        yield from (of(f"{column.name}_{name}", _set(column.name, value)) for name, value in _bad_values(table, column))
    for column_name in REFERENCES.get(table.name, {}):
        yield of(f"{column_name}_dangling", _set(column_name, "ffffffffffffffffffff"))
    if table.name in QUOTED:
        yield of("span_shifted", lambda row: {**row, "start": row["start"] + 1, "end": row["end"] + 1})
        yield of("span_behind_the_text", lambda row: {**row, "start": row["start"] + 10**7, "end": row["end"] + 10**7})
        yield of("span_turned", lambda row: {**row, "start": row["end"], "end": row["start"]})
        yield of("start_negative", lambda row: {**row, "start": -1})
        if QUOTED[table.name]:
            yield of("text_altered", lambda row: {**row, QUOTED[table.name]: row[QUOTED[table.name]] + "改"})
    if "sha256" in table.names and "text" in table.names:
        yield of("hash_of_another_text", _set("sha256", "0" * 64))
        yield of("text_of_another_hash", lambda row: {**row, "text": row["text"] + "改"})


def _set(name: str, value: Any) -> Callable[[Row], Row]:
    return lambda row: {**row, name: value}


def _bad_values(table: Table, column: Column) -> Iterator[tuple[str, Any]]:
    if column.type == "date":
        yield from (
            ("of_no_calendar", "2024-13-01"),
            ("with_time", "2024-04-18T09:00:00"),
            ("chinese", "2024年4月18日"),
        )
    if column.type == "decimal":
        yield from (("with_commas", "1,234.5"), ("exponent", "1e5"), ("nan", "NaN"), ("unit", "5元"))
    if column.type == "json":
        yield from (("cut", '[{"a": 1'), ("plain", "none"))
    key = (table.name, column.name)
    if key in VALUES:
        yield "unknown", "anything"
    if key in RANGES:
        low, high = RANGES[key]
        if low is not None:
            yield "too_small", type(low)(low) - 1
        if high is not None:
            yield "too_large", type(high)(high) + 1
    if key in LENGTHS:
        yield from (("too_long", "长" * (LENGTHS[key][1] + 1)), ("empty", ""))


class Judged:
    """A home whose rows are spoiled, one copy a fault."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = Store(home, TABLES)

    def rows(self, table: Table) -> list[Row]:
        reader = self.store.reader()
        rows = [
            {c.name: json.dumps(row[c.name], ensure_ascii=False) if c.type == "json" and row[c.name] is not None else row[c.name] for c in table.columns}
            for row in reader.rows(table.name, limit=40)
        ]  # fmt: skip
        reader.close()
        return rows

    def is_caught(self, table: Table, corruption: Corruption) -> bool:
        """Try to publish a spoiled row; True where the store does not hold it afterwards."""
        good = self.rows(table)
        spoiled = corruption.spoil(dict(good[0]))
        context: Any = SimpleNamespace(
            asset_key=SimpleNamespace(path=["measure", table.name]), run=SimpleNamespace(tags={}, run_id="measure")
        )
        step = Step(context, HomeResource(path=str(self.home)), self.store, code_version="1", suffix="")
        try:
            frame = (
                pl.concat([_frame(table, [spoiled or {}])] * 2)
                if corruption.name == "key_twice"
                else _frame(table, [spoiled or {}])
            )
            settled = step.settle([Change(table, frame)])
        except (DuplicateKeyError, MissingColumnError, pl.exceptions.PolarsError):
            return True
        finally:
            step.reader.close()
            step.close()
        if settled.blocked:
            return True
        now = {row[table.key]: row for row in self.rows(table)}
        key = (spoiled or {}).get(table.key)
        return now.get(key) == good[0] or key not in now


def _frame(table: Table, rows: list[Row]) -> pl.DataFrame:
    if set(rows[0]) != set(table.names):
        return frame_of(table, [tuple(row.get(n) for n in table.names) for row in rows]).select(list(rows[0]))
    return frame_of(table, [tuple(row[n] for n in table.names) for row in rows])


def corrupted() -> Iterator[dict[str, Any]]:
    """Spoil a row of every table in every way that its columns allow."""
    folder = Path(tempfile.mkdtemp(prefix="leafroot-gates-"))
    try:
        home = folder / "home"
        if run(["run", "--corpora", str(SAMPLE), "--home", str(home), "--json"]) != 0:
            raise RuntimeError("the sample does not run")
        judged = Judged(home)
        tried, missed = 0, []
        for table in TABLES:
            if table.name in NOT_DERIVED or not judged.rows(table):
                continue
            for corruption in corruptions(table):
                tried += 1
                if not judged.is_caught(table, corruption):
                    missed.append(f"{table.name}.{corruption.name}")
        on = "the sample home, a fault a row" + (f"; missed: {', '.join(missed[:20])}" if missed else "")
        yield {"name": "gates_corruptions_caught", "value": round(1 - len(missed) / tried, 4), "goal": "1.000 (of 60)", "n": tried, "on": on}  # fmt: skip
        judged.store.close()
    finally:
        shutil.rmtree(folder)


def clean() -> Iterator[dict[str, Any]]:
    """Run the sample again and again from nothing: no gate may fail."""
    failed = 0
    for _ in range(CLEAN_RUNS):
        folder = Path(tempfile.mkdtemp(prefix="leafroot-gates-"))
        failed += run(["run", "--corpora", str(SAMPLE), "--home", str(folder / "home"), "--json"]) != 0
        shutil.rmtree(folder)
    yield {"name": "gates_failures_on_clean_runs", "value": failed, "goal": "0 of 20", "n": CLEAN_RUNS, "on": "the sample corpora"}  # fmt: skip


EVAL = [corrupted, clean]
