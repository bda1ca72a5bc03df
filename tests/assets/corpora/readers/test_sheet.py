import datetime as dt

import pytest

from assets.corpora.readers import sheet
from assets.corpora.readers.sheet import read_sheet
from resources.errors import DocumentError
from tests.assets.corpora.readers.samples import docx, paragraph, xlsx, zipped


def test_read_sheet_writes_rows_as_a_person_sees_them() -> None:
    rows = [
        ["保证金表"],
        [],
        ["品种", "比例", "日期", "手续费", "备注"],
        ["铜", 0.12, dt.datetime.fromisoformat("2024-04-18"), 5.0, None],
        [None, 0.075, dt.datetime.fromisoformat("2024-04-18 09:30"), 1.05, True],
    ]
    found = read_sheet(
        xlsx({"表一": rows, "空": [], "表二": [["甲", " 乙\n丙 "]]}, {"B4": "0%", "B5": "0.00%"}), "policies/m.xlsx"
    )
    assert found.text.split("\n") == [
        "表一",
        "保证金表",
        "品种 | 比例 | 日期 | 手续费 | 备注",
        "铜 | 12% | 2024-04-18 | 5",
        " | 7.5% | 2024-04-18 09:30:00 | 1.05 | TRUE",
        "表二",
        "甲 | 乙 丙",
    ]
    assert found.title == "保证金表"


def test_read_sheet_takes_the_stem_for_a_title() -> None:
    assert read_sheet(xlsx({"Sheet1": [["甲", "乙"]]}), "policies/保证金.xlsx").title == "保证金"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"no zip", "unreadable", id="no zip"),
        pytest.param(docx(paragraph("甲")), "unreadable", id="a DOCX"),
        pytest.param(zipped({"xl/workbook.xml": "<x"}), "unreadable", id="no workbook"),
        pytest.param(zipped({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x"}), "unreadable", id="broken xml"),
    ],
)
def test_read_sheet_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_sheet(data, "a.xlsx")
    assert caught.value.reason == reason


def test_read_sheet_refuses_a_workbook_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 3)
    with pytest.raises(DocumentError, match="more than 3 rows"):
        read_sheet(xlsx({"表": [["甲"]] * 4}), "a.xlsx")
