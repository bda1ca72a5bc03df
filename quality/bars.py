"""What is odd about daily bars but no reason to refuse them: said as a warning, with the files and rows."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BAR_COLUMNS", "BAR_WARNINGS", "check_bars"]

BAR_WARNINGS = "bars_warnings"
PRICES = ("open", "high", "low", "close", "settle", "prev_settle", "prev_close")
#: A day on which this share of the symbols that trade before and after it has a bar, of at least so many, is a trading day.
TRADED, SYMBOLS = 0.8, 3
#: Columns of BARS that the check reads.
BAR_COLUMNS = ("doc_id", "path", "row", "symbol", "date", "adjust", *PRICES, "warnings")
SAMPLES = 20
#: Codes in the order in which samples are shown.
ORDER = (
    "bars_contradict",
    "bars_repeat",
    "days_missing",
    "column_unknown",
    "high_too_low",
    "low_too_high",
    "price_negative",
)


def check_bars(bars: pl.DataFrame) -> Outcome:
    """Tell of contradictions among files, repeats, missing trading days, unknown columns, and prices that no market makes.

    Args:
        bars: All bars as they will stand, in `BAR_COLUMNS`.

    Returns:
        An outcome that warns and never blocks; each sample names files and rows.
    """
    found = [*_clashes(bars), *_gaps(bars), *_odd_rows(bars)]
    found.sort(key=lambda one: (ORDER.index(one[0]) if one[0] in ORDER else len(ORDER), one[1], one[2]))
    counts = Counter(code for code, _, _ in found)
    detail = (
        ", ".join(f"{count} {code}" for code, count in sorted(counts.items())) or f"nothing odd in {bars.height} bars"
    )
    samples = tuple((key, f"{code}: {said}") for code, key, said in _spread(found))
    if samples:
        detail += f"; first: {samples[0][1]}"
    return Outcome(BAR_WARNINGS, "warn", not found, detail, samples)


def _spread(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Take samples of every code, not of the most frequent alone."""
    taken: Counter[str] = Counter()
    out = []
    for one in found:
        taken[one[0]] += 1
        if taken[one[0]] <= SAMPLES // 4:
            out.append(one)
    return out[:SAMPLES]


def _clashes(bars: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Find days of a symbol that stand more than once, told apart by whether a price differs."""
    double = bars.filter(bars.select("symbol", "date", "adjust").is_duplicated())
    out = []
    for rows in double.sort("symbol", "date", "adjust", "path", "row").partition_by(
        "symbol", "date", "adjust", maintain_order=True
    ):
        first, other = rows.head(2).to_dicts()
        differs = [
            name
            for name in PRICES
            if first[name] is not None and other[name] is not None and float(first[name]) != float(other[name])
        ]
        where = f"{first['path']} row {first['row']} and {other['path']} row {other['row']}"
        said = f"{first['symbol']} on {first['date']} stands in {where}"
        if differs:
            name = differs[0]
            out.append(("bars_contradict", first["doc_id"], f"{said}: {name} {first[name]} and {other[name]}"))
        else:
            out.append(("bars_repeat", first["doc_id"], said))
    return out


def _gaps(bars: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Find symbols that lack a day between their first and last on which nearly all others of their file traded.

    Within a file: markets of other countries, which have other holidays, come in files of their own.
    """
    out = []
    for file in bars.select("path", "symbol", "date", "doc_id", "row").sort("path", "row").partition_by("path"):
        days: dict[str, set[str]] = {}
        first: dict[str, str] = {}
        for symbol, day, doc_id in file.select("symbol", "date", "doc_id").iter_rows():
            days.setdefault(symbol, set()).add(day)
            first.setdefault(symbol, doc_id)
        if len(days) > SYMBOLS:
            for symbol, lacks in sorted(_lacking(days).items()):
                said = f"{symbol} of {file['path'][0]} lacks {len(lacks)} trading days, first {lacks[0]}"
                out.append(("days_missing", first[symbol], said))
    return out


def _lacking(days: dict[str, set[str]]) -> dict[str, list[str]]:
    """Symbol to the trading days that it lacks."""
    spans = {symbol: (min(own), max(own)) for symbol, own in days.items()}
    missing: dict[str, list[str]] = {}
    for day in sorted(set().union(*days.values())):
        active = [symbol for symbol, (begin, end) in spans.items() if begin <= day <= end]
        absent = [symbol for symbol in active if day not in days[symbol]]
        traded = len(active) - len(absent)
        if traded >= SYMBOLS and traded >= TRADED * len(active):
            for symbol in absent:
                missing.setdefault(symbol, []).append(day)
    return missing


def _odd_rows(bars: pl.DataFrame) -> list[tuple[str, str, str]]:
    odd = bars.filter(bars["warnings"].is_not_null())
    return [
        (one["code"], doc_id, f"{path} row {row}: {one['detail']}")
        for doc_id, path, row, warnings in odd.select("doc_id", "path", "row", "warnings").iter_rows()
        for one in json.loads(warnings)
    ]
