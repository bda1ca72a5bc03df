"""What is kept of the tables in a text: span, header, caption, unit, and on which page each row stood.

The rows themselves are lines of the stored text, one a row, cells parted by ` | `.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

__all__ = ["Row", "describe_tables", "table_numbers"]

CELL = " | "
_CAPTION = re.compile(
    r"(?:附?[表图]\s*[〇一二三四五六七八九十\d]|.*(?:表|如下|下列|明细|一览)[:：]?\s*(?:[(（].*[)）])?$)"
)
_UNIT = re.compile(r"(?:单位|金额单位|币种)\s*[:：]\s*[^|，。；）)]{1,20}")
MAX_CAPTION = 80
#: Lines before a table in which its caption and unit are sought.
ABOVE = 2
#: A workbook may hold more tables than anyone reads about.
MAX_TABLES = 2_000


class Row(str):
    """A line that is a row of a table, and the number of its table."""

    __slots__ = ("table",)
    table: int

    @classmethod
    def of(cls, text: str, table: int) -> Row:
        """Make the line of a row."""
        row = cls(text)
        row.table = table
        return row


def table_numbers(lines: Sequence[str]) -> list[int | None]:
    """Return for each line the table that it is a row of."""
    return [line.table if isinstance(line, Row) else None for line in lines]


def describe_tables(
    lines: Sequence[str], tables: Sequence[int | None], pages: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Describe the tables among the lines of a text.

    Args:
        lines: Lines that make the text, joined by LF.
        tables: For each line, the number of its table; None for running text.
        pages: For each line, the page that it stood on.

    Returns:
        For each table start and end (code points into the text), header (cells of its first row), caption, unit (null
        where none is stated) and, with `pages`, `pages` as pairs of page and number of rows.
    """
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    out: list[dict[str, Any]] = []
    at = 0
    for number, group in groupby(tables):
        size = len(list(group))
        first, last = at, at + size - 1
        at += size
        if number is None or len(out) == MAX_TABLES:
            continue
        above = [lines[place] for place in range(max(0, first - ABOVE), first) if tables[place] is None]
        found: dict[str, Any] = {
            "start": starts[first],
            "end": starts[last] + len(lines[last]),
            "header": [cell.strip() for cell in lines[first].split("|")],
            "caption": _caption(above),
            "unit": next((unit[0] for line in above if (unit := _UNIT.search(line))), None),
        }
        if pages is not None:
            found["pages"] = [[page, len(list(rows))] for page, rows in groupby(pages[first : last + 1])]
        out.append(found)
    return out


def _caption(above: Sequence[str]) -> str | None:
    """Return the line that names a table: the nearest that is no unit, where it is short or says so."""
    for line in reversed(above):
        if _UNIT.fullmatch(line.strip("（()） ")):
            continue
        return line if len(line) <= MAX_CAPTION and (_CAPTION.match(line) or not line.endswith("。")) else None
    return None
