"""Daily bars from CSV in its many layouts, and from JSON arrays of objects.

Numbers stay as they are written; what is no number sends its row to quarantine. Which columns mean what stands in
`COLUMNS`; moves are computed in the records stage.
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
from assets.corpora.inventory import SourceFile
from assets.corpora.readers.raw import refusal, reject, reject_of
from assets.text.spans import digest_id
from resources.errors import DocumentError
from resources.protocols import Reject

__all__ = ["PRICES", "read_bars"]

PRICES = ("open", "high", "low", "close", "settle", "prev_settle", "prev_close")
NUMBERS = (*PRICES, "volume", "open_interest", "turnover")
COLUMNS = {
    "symbol": "symbol ticker code contract instrument instrumentid instrument_id ts_code 合约 合约代码 合约名称 合约月份 交割月份 代码 证券代码 品种代码 品种合约",
    "date": "date trade_date tradingday trading_day tradedate datetime day time 日期 交易日 交易日期 时间 行情日期",
    "open": "open o openprice open_price 开盘 开盘价 今开盘 今开",
    "high": "high h highprice high_price highestprice 最高 最高价",
    "low": "low l lowprice low_price lowestprice 最低 最低价",
    "close": "close c closeprice close_price last price 收盘 收盘价 今收盘 今收 最新价",
    "settle": "settle settlement settlementprice settle_price settlement_price settleprice 结算 结算价 今结算 今结算价",
    "prev_settle": "prev_settle pre_settle presettle presettlementprice pre_settlement_price prevsettle prev_settlement 前结算 前结算价 昨结算 昨结算价 昨结 上日结算 上日结算价",
    "prev_close": "prev_close pre_close preclose precloseprice prevclose 昨收 昨收盘 昨收价 前收盘 前收 前收盘价 昨收盘价",
    "volume": "volume vol v 成交量 成交手数 成交量(手) 总手",
    "open_interest": "open_interest openinterest oi hold position 持仓 持仓量 空盘量 持仓量(手)",
    "turnover": "turnover amount value 成交额 成交金额 成交额(万元) 成交额(元) 成交额(亿元)",
}
_NO_VALUES: dict[str, str | None] = dict.fromkeys(NUMBERS)
_MEANING = {name: column for column, names in COLUMNS.items() for name in names.split()}
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


def read_bars(file: SourceFile) -> tuple[list[dict[str, Any]], list[Reject]]:
    """Read a bar file.

    Returns:
        Rows in BARS columns (supersedes null) in file order, and quarantine rows: `missing_column` (the whole file),
        `bad_date`, `bad_number`, `duplicate_bar`, or what `decode_bytes` refuses.
    """
    try:
        data = file.absolute.read_bytes()
        if not data.strip():
            raise refusal("empty", file.path, "the file is empty", "fill it or remove it")
        text = decode_bytes(data, file.path).text
        if "\x00" in text:
            raise refusal("nul", file.path, "the file holds NUL characters", "save it again as plain text")
        tables = _json_tables(text, file) if file.format == "json" else _csv_tables(text, file)
    except OSError as error:
        return [], [
            reject("unreadable", file.path, f"the file cannot be read ({error.strerror})", "check its permissions")
        ]
    except DocumentError as error:
        return [], [reject_of(file.path, error)]
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for table in tables:
        _check_rows(table, file, rows, rejects)
    return rows, rejects


def _csv_tables(text: str, file: SourceFile) -> list[_Table]:
    lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.split("\n"), start=1)]
    lines = [(number, line) for number, line in lines if line.strip()]
    separator, place = _layout([line for _, line in lines[:PREAMBLE]])
    cells = [_cells(line, separator) for _, line in lines[:PREAMBLE]]
    if len(lines) > 3 and cells[1][0].strip().lower() == "ticker" and cells[2][0].strip().lower() == "date":
        return _yfinance_tables(cells[0], cells[1], lines[3:], separator, file)
    columns = _columns(cells[place], file)
    rows = [(number, line, _cells(line, separator)) for number, line in lines[place + 1 :]]
    return [_Table(lines[place][1], columns, rows)]


def _layout(lines: Sequence[str]) -> tuple[str, int]:
    """Find separator and header line: exports put titles above the header, and prices may hold commas."""
    for place, line in enumerate(lines):
        for separator in SEPARATORS:
            if not _missing(_meanings(_cells(line, separator))):
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
        tables.append(_Table(",".join(name.lower() for name in header), _columns(header, file), rows))
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
    return [_Table(",".join(names), columns, rows)]


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator)) if '"' in line else line.split(separator)


def _columns(names: Sequence[str], file: SourceFile) -> list[str | None]:
    """Map the names of a header to our columns.

    Raises:
        DocumentError: with reason `missing_column`.
    """
    columns = _meanings(names)
    missing = _missing(columns)
    if missing:
        found = ", ".join(name.strip()[:20] or "(no name)" for name in names[:12])
        problem = f"column {missing} is missing (found: {found})"
        raise refusal("missing_column", file.path, problem, "add it or rename one")
    return columns


def _meanings(names: Sequence[str]) -> list[str | None]:
    """Return our column for each name, the first of each; a first column without a name is the date."""
    columns: list[str | None] = []
    for place, name in enumerate(names):
        folded = re.sub(r"[\s\"'\ufeff]+", "", name).lower().replace("（", "(").replace("）", ")")
        meaning = _MEANING.get(folded) or _MEANING.get(re.sub(r"\(.*\)$", "", folded))
        if place == 0 and folded in ("", "unnamed:0", "index"):
            meaning = "date"
        columns.append(meaning if meaning not in columns else None)
    return columns


def _missing(columns: Sequence[str | None]) -> str | None:
    """Name what a table of bars cannot do without."""
    if "date" not in columns:
        return "date"
    return None if "close" in columns or "settle" in columns else "close or settle"


def _check_rows(table: _Table, file: SourceFile, rows: list[dict[str, Any]], rejects: list[Reject]) -> None:
    """Turn the rows of a table into bars and quarantine rows."""
    places = {column: place for place, column in enumerate(table.columns) if column}
    numbers = [(name, places[name]) for name in NUMBERS if name in places]
    at_date, at_symbol = places["date"], places.get("symbol", -1)
    by_name = _symbol_of(file.path)
    seen: set[tuple[str, str, str]] = set()
    for number, line, cells in table.rows:
        size = len(cells)
        written = cells[at_date].strip() if at_date < size else ""
        day = _day(written)
        if day is None:
            rejects.append(reject("bad_date", file.path, "the row has no date", "write it as 2024-04-18", row=number))
            continue
        if size > len(table.columns) and any(cell.strip() for cell in cells[len(table.columns) :]):
            rejects.append(
                reject(
                    "bad_row",
                    file.path,
                    "the row has more cells than the header",
                    "quote numbers that hold the separator",
                    row=number,
                )
            )
            continue
        bar = _NO_VALUES.copy()
        wrong = _fill(bar, cells, numbers)
        if wrong:
            problem = f"{wrong} is no number ({cells[places[wrong]].strip()[:20]})"
            rejects.append(reject("bad_number", file.path, problem, "correct it or leave it empty", row=number))
            continue
        symbol = (cells[at_symbol].strip() if 0 <= at_symbol < size else "") or by_name
        if (symbol, day, line) in seen:
            problem = f"the row of {symbol} on {day} stands there twice"
            rejects.append(reject("duplicate_bar", file.path, problem, "remove one", row=number))
            continue
        seen.add((symbol, day, line))
        rows.append(_bar(file.path, number, symbol, day, bar, table.header, line))


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
    path: str, number: int, symbol: str, day: str, values: dict[str, Any], header: str, line: str
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
