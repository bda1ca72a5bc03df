"""References at the start of a line: never a heading, never a clause, never a record of a heading alone."""

import re

import pytest

from assets.records.clauses.split import split_clauses

# fmt: off
ARTICLES = [
    "第三条规定的机构，应当报告。", "第三条所称机构，包括分支机构。", "第三条、第四条规定的机构除外。", "第三条至第五条的规定适用于代理人。", "第三条的规定不适用。", "第三条第一款规定的机构除外。", "第三条中的期限可以延长。", "第三条和第四条规定的事项。", "第三条或者第四条规定的情形。",
    "第三条及第四条规定的情形。", "第三条以外的机构。", "第三条，机构除外。", "第三条）规定的机构。", "第三条与第四条不一致的。", "第三条到第五条规定的事项。", "第三条之外的机构。", "第3条规定的机构。", "第３条所列机构。", "第 三 条规定的机构。", "第三条 的规定除外。", "第三条 第二款规定的机构。",
    "第三条规定处理。", "第三条所述情形。", "第三条第（二）项规定的情形。", "第三条以及有关规定。", "第三条修改为新的条文。", "第三条改为第四条。", "第三条相应改为第四条。", "第三条除外。", "第三条项下的义务。",
    "第二章规定的机构。", "第二章第一节的规定。", "第二章、第三章的规定。", "第一节所称费用。", "第七节相应改为第八节。", "第一款所称费用。", "第二款中的期限。", "第一编规定的事项。",
]
DECIMALS = [
    "1.3的试验应当重做。", "1.3 条规定的情形。", "1.3条、第1.4条的要求。", "1.3至1.4所列事项。", "1.3 规定的标准。", "1.3所列事项。", "1.3和1.4的要求。", "1.3 条第一款的情形。", "1.3条第（二）项的情形。", "1.3、1.4规定的事项。", "1.3与1.4不一致的。", "1.3或1.4的情形。",
    "1.3及其附件。", "1.3中的期限。", "1.3%的费用。", "1.3 款规定的情形。", "1.3节所称费用。", "1.3倍的金额。", "1.3万元的费用。", "11.5.14.2的试验应当重做。", "1.3以上的比例。",
]
# fmt: on


def test_there_are_at_least_fifty() -> None:
    assert len({*ARTICLES, *DECIMALS}) >= 50


@pytest.mark.parametrize("reference", ARTICLES)
def test_split_clauses_takes_no_reference_at_a_line_start_for_an_article(reference: str) -> None:
    text = f"演示规则\n第一章 总则\n第一条 为了规范，制定本规则。\n第二条 会员依照本规则\n{reference}\n第三条 机构应当登记。\n第四条 本规则即日施行。\n"
    rows = split_clauses(text, doc_id="d", title="演示规则")
    assert [row["article"] for row in rows] == ["第一条", "第二条", "第三条", "第四条"]
    assert {row["chapter"] for row in rows} == {"第一章 总则"}
    assert rows[1]["text"] == f"会员依照本规则\n{reference}"


@pytest.mark.parametrize("reference", DECIMALS)
def test_split_clauses_takes_no_reference_at_a_line_start_for_a_numbered_clause(reference: str) -> None:
    text = f"演示细则\n第一章 总则\n1.1 为了规范，制定本细则。\n1.2 会员依照本细则\n{reference}\n1.3 机构应当登记。\n1.4 本细则即日施行。\n"
    rows = split_clauses(text, doc_id="d", title="演示细则")
    assert [row["article"] for row in rows] == ["1.1", "1.2", "1.3", "1.4"]
    assert rows[1]["text"] == f"会员依照本细则\n{reference}"
    assert not [row for row in rows if re.fullmatch(r"[第\d.条\s]*", row["text"])]
