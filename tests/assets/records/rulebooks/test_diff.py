from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.clauses.split import split_clauses
from assets.records.rulebooks.diff import diff_words, match_clauses
from assets.text.numerals import to_chinese

SENTENCES = [
    "会员应当按照规定缴纳交易保证金，保证金不足的应当及时追加",
    "交易所可以根据市场情况调整涨跌停板幅度，并提前公告",
    "客户的持仓超过限额的，会员应当向交易所报告并说明理由",
    "交割仓库应当妥善保管货物，不得出具虚假仓单",
    "结算价是当日成交价格按照成交量的加权平均价",
    "违反本规则的，交易所给予警告、通报批评或者公开谴责",
]


def rows(*texts: str, first: int = 1) -> list[dict[str, Any]]:
    """Articles numbered from `first`."""
    text = "\n".join(f"第{to_chinese(first + i)}条 {one}。" for i, one in enumerate(texts))
    return split_clauses(text, doc_id="d", title="演示规则")


def said(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    return [
        (one.change, one.old["article"] if one.old else None, one.new["article"] if one.new else None)
        for one in match_clauses(old, new)
    ]


def test_match_clauses_knows_an_inserted_article_and_those_it_renumbers() -> None:
    new = [*SENTENCES[:2], "新增的一条规定风险准备金的提取办法", *SENTENCES[2:]]
    assert said(rows(*SENTENCES), rows(*new)) == [
        ("unchanged", "第一条", "第一条"), ("unchanged", "第二条", "第二条"), ("added", None, "第三条"), ("renumbered", "第三条", "第四条"), ("renumbered", "第四条", "第五条"),
        ("renumbered", "第五条", "第六条"), ("renumbered", "第六条", "第七条"),
    ]  # fmt: skip


def test_match_clauses_says_so_where_both_number_and_words_changed() -> None:
    new = [SENTENCES[0], SENTENCES[2].replace("应当向交易所报告", "应当在两日内向交易所报告"), SENTENCES[3]]
    assert said(rows(*SENTENCES[:4]), rows(*new)) == [
        ("unchanged", "第一条", "第一条"), ("removed", "第二条", None), ("renumbered_changed", "第三条", "第二条"), ("renumbered", "第四条", "第三条"),
    ]  # fmt: skip


def test_match_clauses_takes_another_rule_under_the_same_number_for_another_clause() -> None:
    new = [SENTENCES[0], "ＡＢＣ", SENTENCES[2]]
    assert said(rows(*SENTENCES[:3]), rows(*new))[1:3] in (
        [("added", None, "第二条"), ("removed", "第二条", None)],
        [("removed", "第二条", None), ("added", None, "第二条")],
    )


def test_match_clauses_finds_an_article_that_moved_against_the_order() -> None:
    new = [SENTENCES[4], *SENTENCES[:4], SENTENCES[5]]
    found = said(rows(*SENTENCES), rows(*new))
    assert ("renumbered", "第五条", "第一条") in found
    assert {one[0] for one in found} == {"renumbered", "unchanged"}


def test_match_clauses_passes_over_blanks_width_and_line_breaks() -> None:
    assert said(rows("会员应当（依法）报告"), rows("会员应当(依法)\n报告")) == [("unchanged", "第一条", "第一条")]


def test_match_clauses_keeps_an_appendix_apart_from_the_body() -> None:
    old = split_clauses("第一条 甲乙丙丁。\n第二条 戊己庚辛。\n附件一\n第一条 登记免费办理。\n第二条 登记簿公开。\n第三条 登记应当真实。\n第四条 登记及时。", doc_id="d", title="t")  # fmt: skip
    new = [row for row in old if not (row["zone"] == "body" and row["article"] == "第一条")]
    changes = [
        (one.change, one.old and one.old["zone"]) for one in match_clauses(old, new) if one.change != "unchanged"
    ]
    assert changes == [("removed", "body")]


WORDS = {
    ("保证金为5%。", "保证金为8%。"): [("equal", "保证金为"), ("removed", "5"), ("added", "8"), ("equal", "%。")],
    ("甲", "甲"): [("equal", "甲")], ("", "甲"): [("added", "甲")], ("甲", ""): [("removed", "甲")],
    ("自2024年起", "自2025年起"): [("equal", "自"), ("removed", "2024"), ("added", "2025"), ("equal", "年起")],
    ("甲 乙", "甲\n乙"): [("equal", "甲"), ("equal", "\n乙")],
}  # fmt: skip


@pytest.mark.parametrize(("texts", "pieces"), WORDS.items(), ids=["|".join(t) for t in WORDS])
def test_diff_words_marks_what_went_and_what_came(texts: tuple[str, str], pieces: list[tuple[str, str]]) -> None:
    found = diff_words(*texts)
    assert "".join(t for _, t in found) == "".join(t for _, t in pieces)
    assert [p for p in found if p[0] != "equal"] == [p for p in pieces if p[0] != "equal"]


@given(st.text(alphabet="甲乙丙12. \n", max_size=40), st.text(alphabet="甲乙丙12. \n", max_size=40))
def test_diff_words_gives_both_texts_back(old: str, new: str) -> None:
    pieces = diff_words(old, new)
    assert "".join(text for op, text in pieces if op != "removed") == new
    assert "".join("".join(text for op, text in pieces if op != "added").split()) == "".join(old.split())


@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.lists(st.sampled_from(SENTENCES), max_size=6))
def test_match_clauses_accounts_for_every_clause_once(old: list[str], new: list[str]) -> None:
    before, after = rows(*old), rows(*new)
    found = match_clauses(before, after)
    assert [one.new for one in found if one.new is not None] == after
    assert sorted(row["ordinal"] for one in found if (row := one.old) is not None) == [r["ordinal"] for r in before]
    for one in found:
        if one.change in {"unchanged", "renumbered"}:
            assert one.old is not None
            assert one.new is not None
            assert one.old["text"] == one.new["text"]
