"""XLSX: each sheet's name on a line, then its rows with ` | ` between cells, values as a person sees them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError

from assets.corpora.dates import find_stated_date
from assets.corpora.readers.office import check_zip
from assets.corpora.readers.raw import Extract, refusal
from assets.corpora.readers.tables import Row, describe_tables, table_numbers

__all__ = ["read_sheet"]

CELL = " | "
#: Rows of one workbook; more are no document.
MAX_ROWS = 200_000


def read_sheet(data: bytes, source: str) -> Extract:
    """Read a `.xlsx` file.

    The title is the first row where it holds one cell only, else the file's stem.

    Raises:
        DocumentError: with reason `encrypted`, `unreadable`, `too_large` or `zip_bomb`.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    check_zip(data, source, "xl/workbook.xml")
    lines: list[str] = []
    title = None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for number, sheet in enumerate(book.worksheets):
            rows = list(_rows(sheet))
            if sheet.sheet_state != "visible" or not rows:
                continue
            title = title or (rows[0] if CELL not in rows[0] else None)
            lines += [sheet.title, *(Row.of(row, number) if CELL in row else row for row in rows)]
            if len(lines) > MAX_ROWS:
                raise refusal("too_large", source, f"it has more than {MAX_ROWS} rows", "split it")
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        ParseError,
        SyntaxError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
    ):
        raise refusal("unreadable", source, "the workbook is damaged", "open and save it again") from None
    text = "\n".join(lines)
    moment = find_stated_date(text)
    tables = describe_tables(lines, table_numbers(lines))
    return Extract(
        text=text,
        meta={"tables": tables} if tables else {},
        title=title or PurePosixPath(source).stem,
        published=moment.published if moment else None,
        date_origin="text" if moment else None,
    )


def _rows(sheet: Any) -> Iterator[str]:
    for row in sheet.iter_rows():
        cells = [_shown(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield CELL.join(cells)


def _shown(cell: Any) -> str:
    """Return a cell's value as a person sees it: percentages with their sign, days without a midnight."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        exact = Decimal(repr(value)) if value == value and abs(value) != float("inf") else None
        if exact is None:
            return ""
        percent = "%" in (cell.number_format or "")
        plain = format(exact * 100 if percent else exact, "f")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return f"{plain}%" if percent else plain
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return " ".join(str(value).split())
