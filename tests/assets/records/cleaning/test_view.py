import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.cleaning.defects import find_defects
from assets.records.cleaning.view import clean_view

CASES = [
    ("原油<br/>上涨<b>大</b>幅&nbsp;收涨。", "原油\n上涨大幅 收涨。"),
    ("A&lt;B 且 B&gt;C", "A<B 且 B>C"),
    ("报６４２．４元，涨３％。", "报642.4元，涨3%。"),
    ("上涨,随后回落?是的", "上涨，随后回落？是的"),
    ("上涨，，随后。。回落！！！", "上涨，随后。回落！"),
    ("原\u200b油\ufeff上涨。", "原油上涨。"),
    ("合约2O24年上市。", "合约2024年上市。"),
    ("⼤⽯油上涨。", "大石油上涨。"),
    ("今天 原 油 期 货 上涨。", "今天原油期货 上涨。"),
    ("涨涨涨涨涨涨啊", "涨涨涨啊"),
    ("嗯，油价要涨。点击查看全文", "油价要涨。"),
    ("原油期货".encode().decode("gb18030") + "。", "原油期货。"),
    ("收盘" + "原油大涨，成交放量".encode().decode("cp1252", "ignore"), None),
    ("价格" + "原油收涨".encode().decode("latin-1"), "价格原油收涨"),
    ("原油主力合约收报642.4元/桶，跌3.15%。", "原油主力合约收报642.4元/桶，跌3.15%。"),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=range(len(CASES)))
def test_clean_view_mends_form(text: str, wanted: str | None) -> None:
    view, offsets = clean_view(text)
    assert wanted is None or view == wanted
    assert offsets.apply(text) == view
    assert offsets.restore(view) == text


def test_clean_view_breaks_numbered_paragraphs_that_run_on() -> None:
    text = "各会员单位：一、" + "调整手续费" * 20 + "。二、" + "调整保证金" * 20 + "。三、特此通知。"
    view, _ = clean_view(text)
    assert [line[:2] for line in view.split("\n")] == ["各会", "一、", "二、", "三、"]


def test_clean_view_joins_wrapped_sentences() -> None:
    long = "原油期货主力合约今日震荡走高并且成交有所放大而持仓小幅下降仓单没有变化"
    text = "\n".join([long[:24], long[10:34], long[4:28], "结束。"])
    view, offsets = clean_view(text)
    assert "\n" not in view
    assert offsets.to_text(24, 25) == (25, 26)
    assert {d["code"] for d in find_defects(text)} == {"broken_line"}


def test_clean_view_gives_up_where_mending_comes_to_no_end() -> None:
    text = "<b" * 40 + ">" * 40
    view, offsets = clean_view(text)
    assert offsets.restore(view) == text
    assert clean_view(view)[0] == view


PIECES = st.sampled_from(
    ["原油", "&nbsp;", "&lt;", "<b>", "<", ">", "br", "，", "。", "！", " ", "\n", "\u200b", "６", "％", "涨", "涨涨涨涨涨", "O", "1",
     "嗯，", "点击全文", "锟斤拷", "鍘熸补", "Ã¥", "⼤", "一、", "（", "）", "原 油 期 货 "]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60)))
def test_clean_view_is_exact_both_ways_and_its_own_view(text: str) -> None:
    view, offsets = clean_view(text)
    assert offsets.apply(text) == view
    assert offsets.restore(view) == text
    again, nothing = clean_view(view)
    assert again == view
    assert nothing.is_identity
    defects = find_defects(text)
    assert all(0 <= d["start"] < d["end"] <= len(text) for d in defects)


def test_clean_view_passes_long_runs() -> None:
    for piece in ("<b", "&amp;lt;", "（", "\n", "、", "。一、中", "中 ", "Ã", "鍘", "６", "[img", "涨", "? "):
        text = piece * 5_000
        view, offsets = clean_view(text)
        assert offsets.restore(view) == text
