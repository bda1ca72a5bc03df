"""Daily bars from CSV in its many layouts, and from JSON arrays of objects.

Numbers stay as they are written; what is no number sends its row to quarantine. Which columns mean what stands in
`bar_columns`; moves are computed in the records stage.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assets.corpora.decode import decode_bytes
from assets.corpora.inventory import SourceFile, find_sidecar
from assets.corpora.readers.bar_columns import (
    ADJUST,
    ADJUST_IN_NAME,
    NUMBERS,
    PRICES,
    WORDS,
    adjusted_header,
    meanings,
    missing,
    unknown_columns,
)
from assets.corpora.readers.raw import refusal, reject, reject_of
from assets.text.spans import digest_id
from resources.errors import DocumentError
from resources.protocols import Reject

__all__ = ["PRICES", "read_bars"]

_NO_VALUES: dict[str, str | None] = dict.fromkeys((*NUMBERS, *WORDS, "warnings"))
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
#: How sources write that there is no value.
_EMPTY = frozenset(("", "-", "--", "---", "—", "nan", "null", "none", "n/a", "na"))
_DAY = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:[ T]\d{1,2}:\d{2}.*)?"
)
#: First lines among which the header is sought.
PREAMBLE = 4
SEPARATORS = (",", "\t", ";")
#: A contract or product code behind the last `_` of a file name: SC, rb, CL=F, ^HSI, 000001.SS, SC2406.
_CODE = re.compile(r"\^?[A-Z]{1,5}\d{0,4}(?:[.=][A-Z]{1,4})?|[a-z]{1,2}(?:\d{3,4})?|\d{6}(?:\.[A-Z]{2,4})?")


@dataclass(frozen=True)
class _Table:
    """The rows of a file before they are checked: line number, stored row, cells."""

    header: str
    columns: list[str | None]
    rows: Sequence[tuple[int, str, list[str]]]
    names: Sequence[str] = ()


def read_bars(file: SourceFile) -> tuple[list[dict[str, Any]], list[Reject]]:
    """Read a bar file.

    Returns:
        Rows in BARS columns (supersedes null) in file order, and quarantine rows: `missing_column` and `no_rows` (the whole
        file), `bad_date`, `bad_number`, `bad_adjust`, `duplicate_bar`, or what `decode_bytes` and the sidecar refuse. What
        is odd but taken stands in `warnings`: `price_negative`, `high_too_low`, `low_too_high`, `column_unknown`.
    """
    try:
        data = file.absolute.read_bytes()
        if not data.strip():
            raise refusal("empty", file.path, "the file is empty", "fill it or remove it")
        text = decode_bytes(data, file.path).text
        if "\x00" in text:
            raise refusal("nul", file.path, "the file holds NUL characters", "save it again as plain text")
        tables = _json_tables(text, file) if file.format == "json" else _csv_tables(text, file)
        told = _told_beside(file)
    except OSError as error:
        return [], [
            reject("unreadable", file.path, f"the file cannot be read ({error.strerror})", "check its permissions")
        ]
    except DocumentError as error:
        return [], [reject_of(file.path, error)]
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for table in tables:
        _check_rows(table, file, told, rows, rejects)
    if not any(table.rows for table in tables):
        rejects.append(
            reject(
                "no_rows", file.path, "the file has a header and no bar", "fill it, or remove it on a day without trade"
            )
        )
    return rows, rejects


def _told_beside(file: SourceFile) -> dict[str, str | None]:
    """Return what the sidecar, else the file name says of all rows: vendor, adjust, as_of.

    Raises:
        DocumentError: with reason `bad_adjust`, or what the sidecar refuses.
    """
    told: dict[str, str | None] = dict.fromkeys(WORDS)
    beside = find_sidecar(file.absolute)
    if beside is not None:
        said = _read_beside(beside, file)
        told |= {name: str(said[name]).strip() or None for name in WORDS if said.get(name) is not None}
    if told["adjust"] is not None:
        told["adjust"] = _adjustment(told["adjust"], file)
        return told
    named = ADJUST_IN_NAME.search(Path(file.path).stem.lower())
    told["adjust"] = ADJUST[named.group()] if named else None
    return told


def _read_beside(beside: Path, file: SourceFile) -> dict[str, Any]:
    try:
        said = json.loads(beside.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        problem = f"its sidecar {beside.name} is no JSON object"
        raise refusal("bad_sidecar", file.path, problem, 'write {"vendor": …, "adjust": "none", "as_of": …}')
    return said


def _adjustment(written: str, file: SourceFile, row: int | None = None) -> str | None:
    """Return none, qfq or hfq.

    Raises:
        DocumentError: with reason `bad_adjust`.
    """
    folded = written.strip().lower()
    if folded in _EMPTY and folded != "none":
        return None
    if folded not in ADJUST:
        problem = f"{written.strip()[:20]} is no adjustment"
        raise refusal("bad_adjust", file.path, problem, "write none, qfq or hfq", row=row)
    return ADJUST[folded]


def _csv_tables(text: str, file: SourceFile) -> list[_Table]:
    lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line.strip()]
    separator, place = _layout([line for _, line in lines[:PREAMBLE]])
    cells = [_cells(line, separator) for _, line in lines[:PREAMBLE]]
    if len(lines) > 3 and cells[1][0].strip().lower() == "ticker" and cells[2][0].strip().lower() == "date":
        return _yfinance_tables(cells[0], cells[1], lines[3:], separator, file)
    columns = _columns(cells[place], file)
    rows = [(number, line, _cells(line, separator)) for number, line in lines[place + 1 :]]
    return [_Table(lines[place][1], columns, rows, cells[place])]


def _layout(lines: Sequence[str]) -> tuple[str, int]:
    """Find separator and header line: exports put titles above the header, and prices may hold commas."""
    for place, line in enumerate(lines):
        for separator in SEPARATORS:
            if not missing(meanings(_cells(line, separator))):
                return separator, place
    return max(SEPARATORS, key=lines[0].count), 0


def _yfinance_tables(
    names: list[str], tickers: list[str], lines: Sequence[tuple[int, str]], separator: str, file: SourceFile
) -> list[_Table]:
    """Split the wide table of three header lines into one table a ticker, each row with header of its own."""
    parsed = [(number, _cells(line, separator)) for number, line in lines]
    tables = []
    for ticker in dict.fromkeys(one.strip() for one in tickers[1:] if one.strip()):
        places = [place for place, one in enumerate(tickers) if place and one.strip() == ticker]
        header = ["symbol", "date", *(names[place].strip() for place in places)]
        rows = []
        for number, cells in parsed:
            values = [cells[place].strip() if place < len(cells) else "" for place in places]
            values = [ticker, cells[0].strip(), *values]
            rows.append((number, ",".join(values), values))
        tables.append(_Table(",".join(name.lower() for name in header), _columns(header, file), rows, header))
    return tables


def _json_tables(text: str, file: SourceFile) -> list[_Table]:
    """Read an array of objects; numbers keep their spelling."""
    try:
        given = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise refusal("bad_json", file.path, "the file is no JSON", "write an array of objects") from None
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise refusal("bad_json", file.path, "the file is no JSON array of objects", "write one object a bar")
    names = list(dict.fromkeys(name for one in given for name in one))
    columns = _columns(names, file)
    rows = []
    for number, one in enumerate(given, start=1):
        cells = ["" if one.get(name) is None else str(one[name]) for name in names]
        rows.append((number, ",".join(cells), cells))
    return [_Table(",".join(names), columns, rows, names)]


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator)) if '"' in line else line.split(separator)


def _columns(names: Sequence[str], file: SourceFile) -> list[str | None]:
    """Map the names of a header to our columns.

    Raises:
        DocumentError: with reason `missing_column`.
    """
    columns = meanings(names)
    absent = missing(columns)
    if absent:
        found = ", ".join(name.strip()[:20] or "(no name)" for name in names[:12])
        problem = f"column {absent} is missing (found: {found})"
        raise refusal("missing_column", file.path, problem, "add it or rename one")
    return columns


def _check_rows(
    table: _Table,
    file: SourceFile,
    told: dict[str, str | None],
    rows: list[dict[str, Any]],
    rejects: list[Reject],
) -> None:
    """Turn the rows of a table into bars and quarantine rows."""
    places = {column: place for place, column in enumerate(table.columns) if column}
    by_name = _symbol_of(file.path)
    told = told | {"adjust": adjusted_header(table.names) or told["adjust"]}
    unknown = unknown_columns(table.names, table.columns)
    about_file = [{"code": "column_unknown", "detail": f"not used: {', '.join(unknown)}"}] if unknown else []
    seen: set[tuple[str, str, str]] = set()
    for number, line, cells in table.rows:
        try:
            day, bar = _read_row(table, cells, places, file, number)
            symbol = _cell(cells, places.get("symbol")) or by_name
            if (symbol, day, line) in seen:
                problem = f"the row of {symbol} on {day} stands there twice"
                raise refusal("duplicate_bar", file.path, problem, "remove one", row=number)
        except DocumentError as error:
            rejects.append(reject_of(file.path, error))
            continue
        seen.add((symbol, day, line))
        for name in WORDS:
            bar[name] = bar[name] or told[name]
        odd = about_file + _oddities(bar)
        bar["warnings"] = json.dumps(odd, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if odd else None
        about_file = []
        rows.append(_bar(file.path, number, symbol, day, bar, table.header, line))


def _read_row(
    table: _Table, cells: Sequence[str], places: dict[str, int], file: SourceFile, number: int
) -> tuple[str, dict[str, str | None]]:
    """Return the day and the values of one row.

    Raises:
        DocumentError: with reason `bad_date`, `bad_row`, `bad_number` or `bad_adjust`.
    """
    day = _day(_cell(cells, places["date"]))
    if day is None:
        raise refusal("bad_date", file.path, "the row has no date", "write it as 2024-04-18", row=number)
    if len(cells) > len(table.columns) and any(cell.strip() for cell in cells[len(table.columns) :]):
        problem, remedy = "the row has more cells than the header", "quote numbers that hold the separator"
        raise refusal("bad_row", file.path, problem, remedy, row=number)
    bar = _NO_VALUES.copy()
    wrong = _fill(bar, cells, [(name, places[name]) for name in NUMBERS if name in places])
    if wrong:
        problem = f"{wrong} is no number ({cells[places[wrong]].strip()[:20]})"
        raise refusal("bad_number", file.path, problem, "correct it or leave it empty", row=number)
    for name in WORDS:
        bar[name] = _cell(cells, places.get(name)) or None
    if bar["adjust"] is not None:
        bar["adjust"] = _adjustment(bar["adjust"], file, number)
    return day, bar


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _oddities(bar: dict[str, str | None]) -> list[dict[str, str]]:
    """Name what no market does, or seldom: a negative price is real for a future, and said all the same."""
    prices = {name: Decimal(value) for name in PRICES if (value := bar[name]) is not None}
    odd = [
        {"code": "price_negative", "detail": f"{name} is {bar[name]}"} for name, price in prices.items() if price < 0
    ]
    inner = [prices[name] for name in ("open", "close") if prices.get(name)]
    high, low = prices.get("high"), prices.get("low")
    if high and inner and high < max(inner):
        odd.append({"code": "high_too_low", "detail": f"high {bar['high']} is below open or close"})
    if low and inner and low > min(inner):
        odd.append({"code": "low_too_high", "detail": f"low {bar['low']} is above open or close"})
    return odd


def _fill(bar: dict[str, str | None], cells: Sequence[str], numbers: Sequence[tuple[str, int]]) -> str | None:
    """Put the numbers of a row into its bar; return the column that holds none."""
    size = len(cells)
    for name, place in numbers:
        if place >= size:
            continue
        written = cells[place].strip()
        if _PLAIN.fullmatch(written):
            bar[name] = written
            continue
        value = _number(written)
        if value is False:
            return name
        bar[name] = value or None
    return None


def _bar(
    path: str, number: int, symbol: str, day: str, values: dict[str, str | None], header: str, line: str
) -> dict[str, Any]:
    text = f"{header}\n{line}"
    return {
        "doc_id": digest_id("market", symbol, day, line),
        "path": path,
        "row": number,
        "symbol": symbol,
        "date": day,
        **values,
        "text": text,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "supersedes": None,
    }


def _number(written: str) -> str | Literal[False]:
    """Return plain notation, nothing for an empty cell, False for what is no number."""
    if written.lower() in _EMPTY:
        return ""
    if _GROUPED.fullmatch(written):
        written = written.replace(",", "")
    if not _NUMBER.fullmatch(written):
        return False
    return format(Decimal(written), "f")


@lru_cache(maxsize=1 << 16)
def _day(written: str) -> str | None:
    """Return a trading day as ISO 8601; the time behind it, if any, plays no part."""
    found = _DAY.fullmatch(written)
    if not found:
        return None
    year, *rest = found.groups()
    month, day = [part for part in rest if part]
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _symbol_of(path: str) -> str:
    """Return the symbol that a file name carries: what stands behind the last `_` where it looks like a code."""
    stem = Path(path).stem
    tail = stem.rpartition("_")[2]
    return tail if _CODE.fullmatch(tail) else stem
