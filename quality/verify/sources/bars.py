"""Reads a cited bar from its stored text: header line and row, mapped by the verifier's own list of headers."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from quality.verify.sources.folding import fold
from quality.verify.sources.words import read_data

__all__ = ["Bar", "quote_units", "read_bar"]

_FIGURES = ("open", "high", "low", "close", "settle", "prev_settle", "prev_close", "volume", "open_interest")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_VENDOR = re.compile(r"(?:\.[A-Z]{2,5}|=F)$")
_STRIKE = re.compile(r"(?<=\d{3})-?[CP]-?\d+$")
_CODE = re.compile(r"([A-Z]+(?:_[A-Z]+)?)(?:\d{3,4}|0{1,4}|8{2,4}|9{2,4})?")
#: What may follow the name of a product in a symbol.
_TAIL = re.compile(r"(?:期货|主力|主连|连续|合约|指数|加权)*\d{0,4}")


@dataclass(frozen=True)
class Bar:
    """One bar: symbol and day as the home holds them, figures as the stored row gives them."""

    symbol: str
    date: str
    figures: Mapping[str, Decimal]
    record: Mapping[str, Any]


@cache
def _headers() -> dict[str, str]:
    return {
        fold(name).lower(): column for column, names in read_data("units.toml")["headers"].items() for name in names
    }


@cache
def _units() -> tuple[dict[str, str], list[tuple[str, str]]]:
    raw = read_data("units.toml")
    codes = {code: unit for unit, listed in raw["codes"].items() for code in listed}
    names = [(fold(name).upper(), unit) for unit, listed in raw["names"].items() for name in listed]
    return codes, sorted(names, key=lambda pair: (-len(pair[0]), pair[0]))


def quote_units(symbol: str) -> set[str]:
    """Return the quote units that a symbol may have; "" stands for none.

    A symbol that is a known code, or a known name and a month, has one. Of any other, the product is only guessed from
    the words in it, so that a figure without a unit is right as well.
    """
    codes, names = _units()
    bare = _STRIKE.sub("", _VENDOR.sub("", fold(symbol).upper().replace(" ", "")))
    match = _CODE.fullmatch(bare)
    if match and match[1] in codes:
        return {codes[match[1]]}
    name, unit = next(((name, unit) for name, unit in names if name in bare), ("", ""))
    return {unit} if unit and _TAIL.fullmatch(bare.removeprefix(name)) else {unit, ""}


def _number(cell: Any) -> Decimal | None:
    text = "" if cell is None else fold(str(cell)).strip()
    try:
        value = Decimal(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


def read_bar(row: Mapping[str, Any]) -> Bar:
    """Read a row of BARS.

    Where the verifier does not know a header, the figure of the record counts if a cell of the stored row holds it.
    """
    header, _, line = str(row.get("text") or "").partition("\n")
    separator = max(",\t;", key=header.count)
    names = [_headers().get(fold(name).replace(" ", "").lower()) for name in _cells(header, separator)]
    cells = _cells(line, separator)
    found = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    values = {_number(cell) for cell in cells}
    figures: dict[str, Decimal] = {}
    for column in _FIGURES:
        value = _number(found.get(column))
        if value is None and column not in found:
            recorded = _number(row.get(column))
            value = recorded if recorded in values else None
        if value is not None:
            figures[column] = value
    return Bar(str(row["symbol"]), str(row["date"]), figures, row)
