import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.clauses.remainder import count_visible, explain_line, find_signature, kept_span, trim_pages
from assets.records.clauses.split import cut_rulebook
from assets.records.rulebooks.read import read_rulebook
from tests.measure.rulebook_maker import KINDS, make_rulebook

# fmt: off
LINES = {
    ("# 演示规则", "head"): "title", ("---", "head"): "marks", ("<!-- 完 -->", "body"): "marks", ("— 12 —", "body"): "page_number", ("第 3 页 共 9 页", "body"): "page_number", ("2023年5月6日 理事会通过", "head"): "head_note",
    ("（演示所发〔2023〕12号）", "head"): "head_note", ("sidebar: auto", "head"): "front_matter", ("附 则", "body"): "heading", ("一、管辖", "body"): "heading", ("为了规范交易，制定本规则。", "head"): None, ("各会员单位：", "head"): None,
    ("合约\t铜", "body"): None, ("| 铜 | 5% |", "body"): None, ("没有条文的说明", "plain"): None, ("2001年8月31日 大会通过", "plain"): "head_note", ("现就适用2009年2月28日修订的《演示法》规定如下：", "head"): None,
}
SIGNED = {
    "第一条 甲。\n\n演示交易所\n2024年5月1日\n": "\n演示交易所\n2024年5月1日\n", "第一条 甲。演示交易所2024年5月1日": "演示交易所2024年5月1日", "第一条 甲。\n演示交易所 演示公司\n二〇二四年五月一日": "演示交易所 演示公司\n二〇二四年五月一日",
    "第一条 甲。": "", "第一条 甲\n2024年5月1日": "", "第一条 期限为\n2024年5月1日。": "", "2024年5月1日": "", "第一条 甲。\n乙方签字": "",
}
PAGES = {"甲。\n— 12 —\n": "甲。", "甲。\n12": "甲。", "甲。— 3 —": "甲。", "甲共计\n12": "甲共计\n12", "甲与\n— 2 —": "甲与", "甲。\n— 1 —\n— 2 —": "甲。", "12": "12", "甲方12": "甲方12"}
# fmt: on


@pytest.mark.parametrize(("line", "reason"), LINES.items(), ids=["|".join(line) for line in LINES])
def test_explain_line_gives_the_reason_why_a_line_is_in_no_clause(line: tuple[str, str], reason: str | None) -> None:
    assert explain_line(line[0], title="演示规则", zone=line[1]) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "signature"), SIGNED.items(), ids=[repr(t) for t in SIGNED])
def test_find_signature_finds_a_name_and_a_day_behind_the_last_sentence(text: str, signature: str) -> None:
    assert text[find_signature(text, 0, len(text)) :] == signature


@pytest.mark.parametrize(("text", "left"), PAGES.items(), ids=[repr(t) for t in PAGES])
def test_trim_pages_takes_page_numbers_off_the_end_of_a_sentence(text: str, left: str) -> None:
    assert text[: trim_pages(text, 0, len(text))].strip() == left


def test_kept_span_keeps_what_no_reason_explains_and_a_salutation_with_it() -> None:
    text = "演示规则\n2023年5月6日通过\n各会员单位\n现将规则印发如下：\n附则"
    span = kept_span(text, 0, len(text), title="演示规则", zone="head")
    assert span is not None
    assert text[slice(*span)] == "各会员单位\n现将规则印发如下："
    assert kept_span("附 则\n第一节", 0, 7, title="演示规则", zone="body") is None
    assert kept_span("附件\n铜\n铝", 0, 6, title="演示规则", zone="appendix") == (0, 6)


def test_a_table_between_articles_and_after_them_is_kept() -> None:
    text = "演示规则\n第一条 甲。\n第二条 乙。\n附件\n合约\t铜\n单位\t5吨\n"
    rows = cut_rulebook(text, doc_id="d", title="演示规则").clauses
    assert rows[-1]["text"] == "附件\n合约\t铜\n单位\t5吨"
    assert (rows[-1]["zone"], rows[-1]["part"], rows[-1]["article"]) == ("appendix", "附件", None)


def assert_conserved(text: str, title: str) -> None:
    """Every visible character stands in exactly one clause (label included) or dropped stretch, each with a reason."""
    parsed = cut_rulebook(text, doc_id="d", title=title)
    spans = sorted(
        [(row["label_start"], row["end"]) for row in parsed.clauses] + [(d["start"], d["end"]) for d in parsed.dropped]
    )
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert count_visible(text[at:start]) == 0
        at = end
    assert count_visible(text[at:]) == 0
    assert all(one["reason"] for one in parsed.dropped)


@pytest.mark.parametrize("kind", sorted(set(KINDS)))
def test_cut_rulebook_accounts_for_all_text_of_made_rulebooks(kind: str) -> None:
    for seed in range(30):
        made = make_rulebook(seed, kind)
        assert_conserved(made.text, made.title)
        book, _ = read_rulebook(made.text, doc_id="d", title=made.title)
        assert book["accounted_ratio"] == 1.0


PIECES = st.sampled_from(
    ["第一条", "第二条 ", "第一章 总则", "第一编 乙", "目录", "附件一", "附：", "1.1 ", "2.1.1", "一、", "（一）", "\n", "\n\n", " ", "\u3000", "\u200b", "**", "## ", "”", "。", "；", "：", "的规定", "会员应当", "2024年5月1日通过", "附 则",
     "— 3 —", "\t", "|", "演示规则", "<!--", "-->", "2024年5月1日", "a: b"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=50).map("".join))
def test_cut_rulebook_accounts_for_all_text_whatever_it_is(text: str) -> None:
    assert_conserved(text, "演示规则")


@given(st.text(max_size=120), st.text(max_size=20))
def test_read_rulebook_reads_any_text(text: str, title: str) -> None:
    book, rows = read_rulebook(text, doc_id="d", title=title)
    assert book["n_clauses"] == len(rows)
    assert isinstance(json.loads(book["dropped"]), list)
    for row in rows:
        assert text[row["start"] : row["end"]] == row["text"]
