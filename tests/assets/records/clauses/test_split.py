from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.clauses.split import split_clauses
from assets.text.folding import fold
from assets.text.numerals import to_chinese


def cut(text: str, title: str = "演示规则") -> list[dict[str, Any]]:
    rows = split_clauses(text, doc_id="d", title=title)
    for row, following in zip_longest(rows, rows[1:]):
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["text"]
        assert following is None or row["end"] <= following["label_start"] <= following["start"]
    return rows


def labels(rows: list[dict[str, Any]]) -> list[str | None]:
    return [row["article"] for row in rows]


BOOK = """# 演示交易规则

2023年5月6日 演示交易所理事会审议通过
2024年7月8日 演示交易所理事会第一次修订

## 第一章 总 则

**第一条**　为了规范演示交易行为，制定本规则。

第二条 本规则所称会员，
第三条规定的机构除外。

## 第二章 结 算

### 第一节 保证金

第三条　机构包括下列各项：
（一）银行；
（二）公司。

第三条之一　前条第（二）项所称公司，不含分支机构。

附  则

第四 条本规则自公布之日起施行。
"""


def test_split_clauses_reads_labels_places_and_text() -> None:
    rows = cut(BOOK)
    assert labels(rows) == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    assert [row["chapter"] for row in rows] == ["第一章 总则"] * 2 + ["第二章 结算"] * 3
    assert [row["section"] for row in rows] == [None] * 2 + ["第一节 保证金"] * 3
    assert rows[1]["text"] == "本规则所称会员，\n第三条规定的机构除外。"
    assert rows[3]["text"] == "前条第（二）项所称公司，不含分支机构。"
    assert (rows[3]["article_number"], rows[3]["article_sub"]) == (3, 1)
    assert {row["version"] for row in rows} == {"2024-07-08"}


def test_split_clauses_reads_the_same_without_line_breaks() -> None:
    flat = BOOK.replace("\n", "")
    assert [(r["article"], r["chapter"], r["text"].replace("\n", "")) for r in cut(BOOK)] == [
        (r["article"], r["chapter"], r["text"]) for r in cut(flat)
    ]


DECIMALS = """演示上市规则
目 录
第一章 总则 ........ 1
第二章 上市 ........ 2
第一节 首次发行 ........ 2
第三章 附则 ........ 4
第一章 总则
1.1 为了规范上市行为，制定本规则，有关要求见第
1.3 条、第 2.1.1 条的规定。
1.2 比例不低于
2.5%的除外。
1.3 其他品种适用本规则。
第二章 上市
第一节 首次发行
2.1.1 发行人申请上市，应当符合下列条件：
（一）股本总额不低于5000万元；
（二）符合
2.1.2 条第一项的规定。
2.1.2 发行人应当提交文件。
第三章 附则
3.1 本规则由本所解释。
附件一 承诺书
1.1 声明人承诺如下。
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\x00", 1).replace("\n", "").replace("\x00", "\n"),
        lambda text: text.translate(str.maketrans("123.", "１２３．")),
    ],
    ids=["lines", "one line", "full width"],
)
def test_split_clauses_reads_numbered_clauses(change: Callable[[str], str]) -> None:
    rows = [row for row in cut(change(DECIMALS)) if row["zone"] == "body"]
    assert [fold(row["article"]) for row in rows] == ["1.1", "1.2", "1.3", "2.1.1", "2.1.2", "3.1"]
    assert [row["chapter"] for row in rows] == ["第一章 总则"] * 3 + ["第二章 上市"] * 2 + ["第三章 附则"]
    assert [row["section"] for row in rows] == [None] * 3 + ["第一节 首次发行"] * 2 + [None]
    assert fold(rows[3]["text"]).endswith("符合2.1.2条第一项的规定.")


def test_split_clauses_takes_a_short_number_above_others_for_a_section() -> None:
    rows = cut(
        "演示细则\n第三章 交割\n3.1 一般规定\n3.1.1 交割以仓单进行。\n3.1.2 仓单由仓库开具。\n3.2 流程\n3.2.1 卖方提交仓单。\n"
    )
    assert [(row["section"], row["article"]) for row in rows] == [
        ("3.1 一般规定", "3.1.1"),
        ("3.1 一般规定", "3.1.2"),
        ("3.2 流程", "3.2.1"),
    ]


def test_split_clauses_keeps_numbered_paragraphs_and_what_stands_before() -> None:
    text = "关于加强管理的通知\n各会员单位：\n一、加强组织。\n（一）各单位应当重视。\n二、对照第三条、第四条检查。\n三、本通知自发布之日起执行。\n"
    rows = cut(text, "关于加强管理的通知")
    assert [(row["article"], row["article_number"], row["zone"]) for row in rows] == [
        (None, None, "preamble"), ("一、", 1, "body"), ("二、", 2, "body"), ("三、", 3, "body"),
    ]  # fmt: skip


def test_split_clauses_cuts_a_text_without_labels_into_paragraphs() -> None:
    rows = cut("演示说明\n\n会员应当守信，\n并且公平。\n\n本说明即日施行。")
    assert [row["text"] for row in rows] == ["演示说明", "会员应当守信，\n并且公平。", "本说明即日施行。"]
    assert labels(rows) == [None] * 3


def test_split_clauses_does_not_take_quoted_articles_of_an_amendment() -> None:
    text = "关于修改《演示规则》的决定\n一、将第三条修改为：“第三条 会员应当守信。”\n二、增加一条：\n“第五条 会员应当公平。”\n三、本决定自公布之日起施行。\n"
    rows = cut(text, "关于修改《演示规则》的决定")
    assert labels(rows) == ["一、", "二、", "三、"]
    assert {row["zone"] for row in rows} == {"amendment"}


def test_split_clauses_keeps_chapters_that_restart_apart() -> None:
    text = "演示法典\n第一编 总则\n第一章 甲\n第一条 甲一。\n第二条 甲二。\n第二编 分则\n第一分编 物\n第一章 乙\n第三条 乙三。\n第二章 丙\n第四条 丙四。\n"
    assert [(row["part"], row["chapter"]) for row in cut(text)] == [
        ("第一编 总则", "第一章 甲"), ("第一编 总则", "第一章 甲"), ("第二编 分则 第一分编 物", "第一章 乙"), ("第二编 分则 第一分编 物", "第二章 丙"),
    ]  # fmt: skip


@pytest.mark.parametrize("joint", ["\n", ""], ids=["lines", "one line"])
def test_split_clauses_keeps_articles_of_an_appendix_apart(joint: str) -> None:
    body = "".join(f"第{n}条 正文第{n}句。{joint}" for n in "一二三四五")
    added = "".join(f"第{n}条 附文第{n}句。{joint}" for n in "一二三四五六七")
    rows = cut(f"演示规则\n{body}附件1 登记细则{joint}{added}")
    assert labels([row for row in rows if row["zone"] == "body"]) == [f"第{n}条" for n in "一二三四五"]
    assert labels([row for row in rows if row["zone"] == "appendix" and row["article"]]) == [
        f"第{n}条" for n in "一二三四五六七"
    ]
    assert rows[4]["text"] == "正文第五句。"


REFERENCES = [
    "第三条规定的机构", "第三条所称机构", "第三条、第四条的机构", "第三条至第五条的机构", "第三条的规定", "第三条第一款的机构", "第三条中的机构", "第三条和第四条", "第三条或者第四条", "第三条及第四条",
    "第三条以外的机构", "第三条，机构除外", "第三条；其他机构", "第三条）规定的", "第三条修改为", "第三条改为", "第三条与第四条", "第三条到第五条", "第三条之外", "第三条款项", "第 三 条规定的机构", "第3条规定的", "第３条所列",
    "第三条 的规定", "第三条 第二款规定的",
]  # fmt: skip


@pytest.mark.parametrize("broken", [True, False], ids=["at a line start", "in a sentence"])
@pytest.mark.parametrize("reference", REFERENCES)
def test_split_clauses_takes_no_reference_for_a_label(reference: str, *, broken: bool) -> None:
    """Rule: a number followed by 的, 规定, 所称, 至, 、 is a reference, even where the line breaks before it."""
    lead = "依照本规则\n" if broken else "依照本规则"
    text = f"演示规则\n第一条 为了规范，制定本规则。\n第二条 {lead}{reference}适用本条，并且报告。\n第三条 机构应当登记。\n第四条 本规则即日施行。\n"
    rows = cut(text)
    assert labels(rows) == ["第一条", "第二条", "第三条", "第四条"]
    assert rows[1]["text"].endswith("适用本条，并且报告。")
    assert rows[2]["text"] == "机构应当登记。"


def test_split_clauses_skips_a_contents_page_however_it_is_set() -> None:
    heads = ["第一章 总则", "第二章 交易", "第三章 附则"]
    body = f"{heads[0]}\n第一条 甲。\n{heads[1]}\n第二条 乙。\n{heads[2]}\n第三条 丙。\n"
    for page in (
        "目录\n" + "\n".join(heads),
        "目　　次\n" + "\n".join(f"{h}……{i}" for i, h in enumerate(heads)),
        "目 录" + "".join(heads),
    ):
        rows = cut(f"演示规则\n{page}\n{body}")
        assert [(row["chapter"], row["article"]) for row in rows] == list(
            zip(heads, ["第一条", "第二条", "第三条"], strict=True)
        )


PIECES = st.sampled_from(
    ["第一条", "第二条", "第 三 条", "第四条之一", "第十条", "第一章 总则", "第二章", "第一节 甲", "第一编 乙", "目录", "附件一", "附：", "1.1", "1.2 ", "2.1.1", "３．１", "一、", "（一）", "二、", "\n", "\n\n", " ",
     "\u3000", "\u200b", "**", "## ", "“", "”", "。", "；", "：", "的规定", "会员应当", "2024年5月1日通过", "-->", "附 则", "第", "条", "0", "1."]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
def test_split_clauses_never_overlaps_and_never_raises(text: str) -> None:
    cut(text)


@given(st.text(max_size=200))
def test_split_clauses_reads_any_text(text: str) -> None:
    cut(text)


@given(st.data())
def test_split_clauses_finds_every_article_of_a_generated_rulebook(data: st.DataObject) -> None:
    """Random chapters, blanks, marks and line breaks; what was put in comes out."""
    draw = data.draw
    blank = st.sampled_from(["", " ", "\u3000", "\u2002"])
    bold, hashed, joint = draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(["\n", "\n\n", "\r\n", ""]))
    name = st.text(alphabet="交易结算管理风险会员保证金监督", min_size=2, max_size=8)
    sentence = st.text(alphabet="会员应当依照本规则第二条报告交易所可以决定", min_size=4, max_size=30).map(
        lambda s: "会" + s + "。"
    )
    out, wanted, number = ["演示规则\n"], [], 0
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        title = draw(name)
        out.append(f"{'## ' if hashed else ''}第{to_chinese(chapter)}章 {title}{joint}")
        for _ in range(draw(st.integers(1, 5))):
            number += 1
            figure = draw(blank).join(to_chinese(number))
            label = f"第{figure}{draw(blank)}条"
            text = joint.join(draw(st.lists(sentence, min_size=1, max_size=3)))
            out.append(f"**{label}**\u3000{text}{joint}" if bold else f"{label} {text}{joint}")
            wanted.append((f"第{to_chinese(chapter)}章 {title}", f"第{to_chinese(number)}条", text))
    rows = cut("".join(out))
    assert [(row["chapter"], row["article"], row["text"]) for row in rows] == wanted


# fmt: off
STYLES = {
    "name on the next line": ("第一章\n总则\n第一条\n甲。\n第二章\n附　则\n第二条\n乙。\n", [("第一章 总则", "第一条", "甲。"), ("第二章 附则", "第二条", "乙。")]),
    "no name": ("第一章\n第一条 甲。\n第二章\n第二条 乙。\n", [("第一章", "第一条", "甲。"), ("第二章", "第二条", "乙。")]),
    "arabic": ("第1章 总则\n第1条 甲。\n第2条 乙。\n", [("第1章 总则", "第1条", "甲。"), ("第1章 总则", "第2条", "乙。")]),
    "a mark after the label": ("第一条、甲。\n第二条、乙。\n第三条、丙。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。"), (None, "第三条", "丙。")]),
    "a colon after the label": ("第一条：甲。\n第二条：乙。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。")]),
    "titles in brackets": ("第一条【目的】甲。\n第二条【范围】乙。\n", [(None, "第一条", "【目的】甲。"), (None, "第二条", "【范围】乙。")]),
    "traditional": ("第一章 總則\n第一條 會員守信。\n第二條 即日施行。\n", [("第一章 總則", "第一條", "會員守信。"), ("第一章 總則", "第二條", "即日施行。")]),
    "list marks": ("- 第一条 甲。\n- 第二条 乙。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。")]),
    "lines of an article that begin 第一款 or 第七节": ("第一条 甲。\n第七节相应改为第八节。\n第一款不算。\n第二条 乙。\n", [(None, "第一条", "甲。\n第七节相应改为第八节。\n第一款不算。"), (None, "第二条", "乙。")]),
    "a chapter that opens with a sentence": ("第一章 总则\n第一条 甲。\n第二章 管理\n本章规定管理：\n第二条 乙。\n", [("第一章 总则", "第一条", "甲。"), ("第二章 管理", None, "本章规定管理："), ("第二章 管理", "第二条", "乙。")]),
    "numbers over numbers": ("1 总则\n1.1 甲。\n1.2 乙。\n2 交易\n2.1 丙。\n", [("1 总则", "1.1", "甲。"), ("1 总则", "1.2", "乙。"), ("2 交易", "2.1", "丙。")]),
    "a gap": ("第一条 甲。\n第三条 丙。\n第四条 丁。\n", [(None, "第一条", "甲。"), (None, "第三条", "丙。"), (None, "第四条", "丁。")]),
    "a repealed article before the last": ("第一条 甲。\n第二条 乙。\n第四条 丁。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。"), (None, "第四条", "丁。")]),
    "a far number that is only quoted": ("第一条 甲：\n第九十条 引用。\n第二条 乙。\n", [(None, "第一条", "甲：\n第九十条 引用。"), (None, "第二条", "乙。")]),
    "a part of a code": ("第二编　分则\n第一百零二条　甲。\n第一百零三条　乙。\n第一百零三条之一　丙。\n", [(None, "第一百零二条", "甲。"), (None, "第一百零三条", "乙。"), (None, "第一百零三条之一", "丙。")]),
    "articles listed on a contents page": ("目录\n第一条 目的\n第二条 范围\n\n第一条 目的\n甲。\n第二条 范围\n乙。\n", [(None, "第一条", "目的\n甲。"), (None, "第二条", "范围\n乙。")]),
    "an appendix with a letter": ("第一条 甲。\n第二条 乙。\n附录A 表格\n内容一。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。"), (None, None, "附录A 表格\n内容一。")]),
    "headings with only 一、": ("一、管辖\n第一条 甲。\n二、证据\n第二条 乙。\n", [(None, "第一条", "甲。"), (None, "第二条", "乙。")]),
    "a chapter that does not follow is text": ("第一章 总则\n第一条 甲。\n第三章 另见\n第一章 回到\n第二条 乙。\n", None),
}
# fmt: on


@pytest.mark.parametrize(("text", "wanted"), STYLES.values(), ids=STYLES)
def test_split_clauses_reads_the_ways_rulebooks_are_set(
    text: str, wanted: list[tuple[str | None, str | None, str]] | None
) -> None:
    rows = cut("演示规则\n" + text)
    assert wanted is None or [(row["chapter"], row["article"], row["text"]) for row in rows] == wanted


@pytest.mark.parametrize("joint", ["\n", ""], ids=["lines", "one line"])
def test_split_clauses_keeps_headings_without_a_chapter_beside_the_path(joint: str) -> None:
    text = joint.join(["一、管辖", "第一条 甲。", "第二条 乙。", "二、证据", "第三条 丙。", "附 则", "第四条 丁。"])
    rows = cut("演示规则\n" + text)
    assert [(row["chapter"], row["heading"], row["article"]) for row in rows] == [
        (None, "一、管辖", "第一条"), (None, "一、管辖", "第二条"), (None, "二、证据", "第三条"), (None, "附则", "第四条"),
    ]  # fmt: skip


def test_split_clauses_ends_a_heading_without_a_chapter_at_the_next_chapter() -> None:
    rows = cut("演示规则\n一、管辖\n第一条 甲。\n第一章 证据\n第二条 乙。\n附则\n第三条 丙。\n")
    assert [(row["chapter"], row["heading"]) for row in rows] == [(None, "一、管辖"), ("第一章 证据", None), ("第一章 证据", "附则")]  # fmt: skip
