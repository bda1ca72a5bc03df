"""Questions, the sheet that they stand in, the answers read back, and what these decide."""

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from assets.tags.judge.sheet import questions
from assets.tags.judge.tables import COLUMNS, neutral, read_answers, write_sheet
from assets.tags.judge.verdicts import decisions_of, read_vocabulary, reviews_of, unless_known, vocabulary_of
from assets.tags.schema import TAG_REVIEWS, TAG_VOCABULARY
from resources.errors import UsageError
from tests.assets.tags.rows import DAYS, home

AT = "2024-04-19T00:00:00+00:00"


def asked(**options: Any) -> list[dict[str, Any]]:
    return questions(home(), "news", **options)


def answered(path: Path, given: dict[str, dict[str, str]], date: str = DAYS[1]) -> Path:
    """A sheet in which questions (kind, or label) have answers."""
    rows = asked(date=date)
    for row in rows:
        row.update(given.get(row["label"] if row["kind"] == "label_fits" else row["kind"], {}))
    write_sheet(path, rows)
    return path


def test_questions_are_the_same_each_time_and_of_every_kind() -> None:
    rows = asked()
    assert rows == asked()
    assert {row["kind"] for row in rows} == {"label_fits", "leaf_belongs", "siblings_same"}
    assert len({row["question_id"] for row in rows}) == len(rows)


def test_questions_show_what_is_judged() -> None:
    by_kind = {row["kind"]: row for row in asked()}
    pair = by_kind["siblings_same"]
    assert (pair["label"], pair["other_label"], pair["path"]) == ("库存累积", "=1+1", "原因分析 › 库存累积")
    assert len(pair["quotes"]) == 2
    assert by_kind["leaf_belongs"]["sources"][0].endswith("行）")


@pytest.mark.parametrize("size", [1, 4, 7])
def test_questions_keep_to_their_size(size: int) -> None:
    assert 0 < len(asked(size=size)) <= size


def test_questions_about_roots_where_there_is_nothing_below() -> None:
    reader = home()
    reader.tables["tag_nodes"] = [row for row in reader.tables["tag_nodes"] if row["parent_id"] is None]
    reader.tables["tag_leaves"] = [row for row in reader.tables["tag_leaves"] if row["tag_id"] == "t1"]
    assert {row["label"] for row in questions(reader, "news") if row["kind"] == "label_fits"} == {
        "行情概述",
        "原因分析",
    }


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-甲", "'-甲"), ("@SUM(A1)", "'@SUM(A1)"), (" =1", "' =1"), ("＝1", "'＝1"),
        ("\t=1", "'\t=1"), ("-3.15", "-3.15"), ("+2%", "+2%"), ("=1", "'=1"), ("甲=乙", "甲=乙"), (7, 7), ("", ""),
        ("价\u202e格", "价‹U+202E›格"),
    ],
)  # fmt: skip
def test_neutral_keeps_numbers_and_stops_formulas(cell: Any, written: Any) -> None:
    assert neutral(cell) == written


def test_write_sheet_csv_opens_in_a_spreadsheet_without_a_formula(tmp_path: Path) -> None:
    path = answered(tmp_path / "s.csv", {})
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == list(COLUMNS)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_write_sheet_xlsx_keeps_numbers_as_numbers_and_offers_answers(tmp_path: Path) -> None:
    book = load_workbook(answered(tmp_path / "s.xlsx", {}))
    sheet = book["问题"]
    heading = [cell.value for cell in sheet[1]]
    assert {type(row[heading.index("片段数")].value) for row in sheet.iter_rows(min_row=2)} == {int}
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "不确定" in sheet.data_validations.dataValidation[0].formula1
    assert any("抽样规则" in str(row[0].value) for row in book["说明"].iter_rows())


def test_write_sheet_refuses_other_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx"):
        write_sheet(tmp_path / "s.ods", [])
    with pytest.raises(UsageError, match="cannot be written"):
        write_sheet(tmp_path / "none" / "s.csv", [])


@pytest.mark.parametrize("name", ["s.csv", "s.xlsx"])
def test_answers_come_back_as_they_were_given(tmp_path: Path, name: str) -> None:
    path = answered(
        tmp_path / name,
        {"=1+1": {"answer": "否", "better": "航运运费", "note": "=备注"}, "库存累积": {"answer": "Yes"}},
    )
    reviews, left = reviews_of(name, read_answers(path), by="王", at=AT)
    assert left == len(asked()) - 2
    by_label = {row["label"]: row for row in reviews}
    assert (by_label["=1+1"]["answer"], by_label["=1+1"]["better"], by_label["=1+1"]["note"]) == (
        "no",
        "航运运费",
        "=备注",
    )
    assert by_label["库存累积"]["answer"] == "yes"
    assert all(set(row) == set(TAG_REVIEWS.names) for row in reviews)
    assert [(row["term"], row["canonical"], row["decision"]) for row in decisions_of(reviews)] == [
        ("=1+1", "航运运费", "preferred")
    ]


def test_answers_saved_by_a_spreadsheet_in_gbk_are_read(tmp_path: Path) -> None:
    path = answered(tmp_path / "s.csv", {"库存累积": {"answer": "是"}})
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    assert reviews_of("s.csv", read_answers(path), by="王", at=AT)[0][0]["answer"] == "yes"


def test_answers_that_excel_made_numbers_of_are_read(tmp_path: Path) -> None:
    path = answered(tmp_path / "s.xlsx", {})
    book = load_workbook(path)
    sheet = book["问题"]
    column = list(COLUMNS).index("判断") + 1
    for row, value in ((2, 1), (3, 0.0), (4, True)):
        sheet.cell(row=row, column=column).value = value
    book.save(path)
    assert [row["answer"] for row in reviews_of("s", read_answers(path), by="王", at=AT)[0]] == ["yes", "no", "yes"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"库存累积": {"answer": "也许"}}, "row [0-9]+: '也许' is no answer; write 是, 否 or 不确定, or 禁用"),
        ({"siblings_same": {"answer": "禁用"}}, "is no answer"),
        ({"库存累积": {"answer": "否", "better": "库"}}, "1 characters; give one of 2 to 12"),
        ({"库存累积": {"answer": "是", "tag_id": "t9"}}, "ids do not belong together"),
    ],
    ids=["word", "forbidden pair", "short name", "changed id"],
)
def test_reviews_of_names_the_row_and_the_remedy(tmp_path: Path, given: dict[str, dict[str, str]], says: str) -> None:
    path = answered(tmp_path / "s.csv", given)
    with pytest.raises(UsageError, match=says):
        reviews_of("s.csv", read_answers(path), by="王", at=AT)


def test_reviews_of_asks_for_a_name() -> None:
    with pytest.raises(UsageError, match="--by"):
        reviews_of("s.csv", [], by=" ", at=AT)


def test_read_answers_refuses_what_is_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("甲,乙\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"\xff\xff\xff")
    (tmp_path / "c.xlsx").write_text("no workbook", encoding="utf-8")
    Workbook().save(tmp_path / "d.xlsx")
    for name, says in (("a.csv", "编号"), ("b.csv", "UTF-8"), ("c.xlsx", "no workbook"), ("d.xlsx", "编号"), ("e.csv", "cannot be read"), ("f.txt", "is .csv")):  # fmt: skip
        with pytest.raises(UsageError, match=says):
            read_answers(tmp_path / name)


def review(kind: str, answer: str, **said: Any) -> dict[str, Any]:
    row = {"profile": "news", "kind": kind, "label": "甲甲", "other_label": None, "answer": answer, "better": None}
    return {**row, "decided_by": "王", "decided_at": AT, **said}


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        (review("siblings_same", "yes", other_label="乙乙"), [("乙乙", "甲甲", "joined")]),
        (review("siblings_same", "yes", other_label="乙乙", better="丙丙"), [("甲甲", "丙丙", "joined"), ("乙乙", "丙丙", "joined")]),
        (review("siblings_same", "no", other_label="丁丁"), [("丁丁", "甲甲", "apart")]),
        (review("siblings_same", "unsure", other_label="丁丁"), []),
        (review("label_fits", "forbidden"), [("甲甲", None, "forbidden")]),
        (review("label_fits", "no", better="丙丙"), [("甲甲", "丙丙", "preferred")]),
        (review("label_fits", "no"), []),
        (review("label_fits", "yes", better="甲甲"), []),
        (review("leaf_belongs", "no"), []),
    ],
    ids=["join", "join under another", "apart", "unsure", "forbid", "prefer", "no", "the same", "leaf"],
)  # fmt: skip
def test_decisions_of_an_answer(given: dict[str, Any], decided: list[tuple[str, str | None, str]]) -> None:
    rows = decisions_of([given])
    assert [(row["term"], row["canonical"], row["decision"]) for row in rows] == decided
    assert all(set(row) == set(TAG_VOCABULARY.names) for row in rows)


def test_decisions_of_a_term_decided_twice_keep_the_last() -> None:
    rows = decisions_of([review("label_fits", "no", better="丙丙"), review("label_fits", "forbidden")])
    assert [(row["decision"], row["canonical"]) for row in rows] == [("forbidden", None)]


def test_vocabulary_of_follows_names_to_their_end_and_out_of_circles() -> None:
    rows = [("甲", "乙", "joined"), ("乙", "丙", "preferred"), ("丁", "戊", "joined"), ("戊", "丁", "joined"), ("己", "丁", "joined"),
            ("坏", None, "forbidden"), ("甲", "壬", "apart")]  # fmt: skip
    found = vocabulary_of([{"term": a, "canonical": b, "decision": c} for a, b, c in rows])
    assert [found.name_of(one) for one in "甲乙丙丁戊己"] == ["丙", "丙", "丙", "丁", "丁", "丁"]
    assert found.forbidden == {"坏"}
    assert not found.may_join("甲", "壬")
    assert found.may_join("甲", "乙")


def test_read_vocabulary_is_of_one_profile() -> None:
    reader = home()
    row = {"profile": "news", "term": "甲", "canonical": "乙", "decision": "joined"}
    reader.tables["tag_vocabulary"] = [row, {**row, "profile": "research", "canonical": "丙"}]
    assert read_vocabulary(reader, "news").name_of("甲") == "乙"


def test_unless_known_keeps_when_it_was_first_said() -> None:
    old = {"review_id": "1", "answer": "yes", "decided_at": "2024-01-01"}
    again, other = {**old, "decided_at": AT}, {"review_id": "1", "answer": "no", "decided_at": AT}
    assert unless_known([again], [old], "review_id") == [old]
    assert unless_known([other], [old], "review_id") == [other]
    assert unless_known([again], [], "review_id") == [again]
