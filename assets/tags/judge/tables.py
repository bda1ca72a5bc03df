"""The sheet of questions as a file that people open in a spreadsheet, and the answers read back from it.

Nothing of a document becomes a formula: cells that begin like one get an apostrophe, except plain numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.tags.judge.sheet import RULE
from assets.tags.render.html import plain
from resources.errors import UsageError

__all__ = ["COLUMNS", "neutral", "read_answers", "write_sheet"]

#: Heading → key of a question; the last three are for the person, what stands before them for the way back.
COLUMNS: Mapping[str, str] = {
    "编号": "question_id",
    "问题": "asked",
    "标签": "label",
    "对照标签": "other_label",
    "原文": "quotes",
    "判断": "answer",
    "更好的名称": "better",
    "备注": "note",
    "路径": "path",
    "片段数": "n_leaves",
    "出处": "sources",
    "画像": "profile",
    "日期": "day",
    "类型": "kind",
    "标签编号": "tag_id",
    "对照编号": "other_id",
    "树": "tree_id",
}
WIDTHS = {
    "编号": 12,
    "问题": 18,
    "标签": 18,
    "对照标签": 18,
    "原文": 70,
    "判断": 10,
    "更好的名称": 16,
    "备注": 24,
    "路径": 26,
    "出处": 40,
}
ANSWERS = ("是", "否", "不确定", "禁用")
_FORMULA = re.compile(r"^[\s\u0000-\u001f]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?%?$")
#: A spreadsheet holds no more characters in one cell.
CELL = 32_000


def neutral(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers, and texts that are plain numbers, stay as they are."""
    if not isinstance(value, str):
        return value
    text = plain(value)[:CELL]
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def write_sheet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write questions to a `.csv` (UTF-8 with BOM, as Excel reads it) or `.xlsx`.

    Raises:
        UsageError: The name ends otherwise, or the file cannot be written.
    """
    cells = [[neutral(_cell(row, key)) for key in COLUMNS.values()] for row in rows]
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(f"{path}: a sheet is .csv or .xlsx; name the file so.")
    try:
        if kind == ".csv":
            out = io.StringIO()
            csv.writer(out, lineterminator="\r\n").writerows([list(COLUMNS), *cells])
            path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        else:
            _write_xlsx(path, cells)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); choose another file.") from None


def _cell(row: Mapping[str, Any], key: str) -> Any:
    value = row.get(key)
    if key in ("quotes", "sources"):
        listed = list(value or ())
        return listed[0] if len(listed) == 1 else "\n".join(f"（{n}）{text}" for n, text in enumerate(listed, start=1))
    return "" if value is None else value


def _write_xlsx(path: Path, cells: Sequence[Sequence[Any]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "问题"
    headings = list(COLUMNS)
    sheet.append(headings)
    for line in cells:
        sheet.append(list(line))
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":
                cell.data_type = "s"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DCE6F1")
    for place, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(heading, 14)
    sheet.freeze_panes = "D2"
    column = get_column_letter(headings.index("判断") + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(ANSWERS)}"', allow_blank=True)
    choice.add(f"{column}2:{column}{max(2, len(cells) + 1)}")
    sheet.add_data_validation(choice)
    help_ = book.create_sheet("说明")
    lines = (
        "在“判断”一列填 是、否、不确定；标签名今后不应再用时填 禁用。空着的行不计。",
        "有更好的名称时写在“更好的名称”一列（2 到 12 个字）。其余各列请勿改动。",
        "两个同级标签是同一件事（是）：第二个今后并入第一个，或并入所写的更好的名称。",
        "填好后：leafroot tags review --import 本文件 --by 姓名",
        RULE,
    )
    for text in lines:
        help_.append([text])
    help_.column_dimensions["A"].width = 110
    book.save(path)


def read_answers(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a filled sheet with their line numbers, keys as in `COLUMNS`, cells as text.

    Raises:
        UsageError: The file is no sheet of questions, or cannot be read; it names what is missing.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(f"{path}: a sheet is .csv or .xlsx; give the file that tags review -o wrote.")
    lines = _csv_lines(path) if kind == ".csv" else _xlsx_lines(path)
    heading = next(lines, None)
    names = [name.strip().lstrip("\ufeff") for name in heading or []]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise UsageError(
            f"{path}: the column {missing[0]} is missing; give the file that tags review -o wrote, columns unchanged."
        )
    rows = []
    for number, cells in enumerate(lines, start=2):
        padded = [*cells, *[""] * len(names)]
        row = {key: _unquoted(padded[names.index(name)].strip()) for name, key in COLUMNS.items()}
        if any(row.values()):
            rows.append((number, row))
    return rows


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _csv_lines(path: Path) -> Iterator[list[str]]:
    raw = _bytes(path)
    for name in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        return iter(list(csv.reader(io.StringIO(text, newline=""))))
    raise UsageError(f"{path} is neither UTF-8 nor GB18030; save it as CSV UTF-8.")


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    raw = _bytes(path)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError(f"{path} is no workbook ({error}); save it as .xlsx.") from None
    sheet = book["问题"] if "问题" in book.sheetnames else book.worksheets[0]
    return iter([[_said(value) for value in row] for row in sheet.iter_rows(values_only=True)])


def _said(value: Any) -> str:
    """A cell as a person wrote it: 1.0 is 1, a day is ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name the filled sheet with --import.") from None
