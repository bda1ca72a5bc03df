import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.records.slices import LONG, build_slices, slice_text
from assets.text.spans import digest_id, sha256_text
from tests.assets.records.rows import source, sources

LONG_LINE = "上海原油期货主力合约收报642.4元/桶，较前一交易日结算价下跌20.9元/桶，市场等待库存数据与产油国会议的结果。"
OTHER_LINE = "碳酸锂期货主力合约震荡走高，仓单注册量继续增加，下游正极材料厂排产回升，现货升水扩大，贸易商惜售情绪浓厚，询价增多。"


def cut(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in slice_text(text)]


def test_slice_text_joins_a_short_piece_to_the_liker_neighbour() -> None:
    back = f"{LONG_LINE}\n原油期货主力合约下跌。\n{OTHER_LINE}"
    assert cut(back) == [f"{LONG_LINE}\n原油期货主力合约下跌。", OTHER_LINE]
    (joined,) = slice_text(back)[0].joined
    assert (joined.to, back[joined.start : joined.end]) == ("previous", "原油期货主力合约下跌。")
    assert joined.r1 is not None
    assert joined.r2 is not None
    assert joined.r1 > joined.r2
    onward = f"{LONG_LINE}\n碳酸锂期货主力合约走高。\n{OTHER_LINE}"
    assert cut(onward) == [LONG_LINE, f"碳酸锂期货主力合约走高。\n{OTHER_LINE}"]


def test_slice_text_sends_a_tie_to_the_next() -> None:
    text = f"{LONG_LINE}\n天气晴朗。\n{OTHER_LINE}"
    (joined,) = slice_text(text)[1].joined
    assert (joined.r1, joined.r2, joined.to) == (0.0, 0.0, "next")


@pytest.mark.parametrize(
    ("text", "count", "to"),
    [(f"短句。\n{LONG_LINE}", 1, "next"), (f"{LONG_LINE}\n短句。", 1, "previous"), ("短句。", 1, None)],
    ids=["first", "last", "alone"],
)
def test_slice_text_at_the_edges_has_one_neighbour(text: str, count: int, to: str | None) -> None:
    pieces = slice_text(text)
    assert len(pieces) == count
    assert [j.to for j in pieces[0].joined] == ([to] if to else [])


def test_slice_text_looks_at_a_chain_again_as_it_grows() -> None:
    text = "原油下跌。\n铜价上涨。\n锌价持平。\n" + LONG_LINE
    (piece,) = slice_text(text)
    assert [(text[j.start : j.end], j.to) for j in piece.joined] == [
        ("原油下跌。", "next"),
        ("原油下跌。\n铜价上涨。", "next"),
        ("原油下跌。\n铜价上涨。\n锌价持平。", "next"),
    ]


HEADINGS = [
    ("# 原油周报", "原油周报"),
    ("## 一、行情回顾 ##", "一、行情回顾"),
    ("一、行情回顾", "一、行情回顾"),
    ("（二）后市展望", "（二）后市展望"),
    ("第三章 风险提示", "第三章 风险提示"),
    ("2.1 库存", "2.1 库存"),
    ("【要闻】", "要闻"),
    ("**结论**", "结论"),
]


@pytest.mark.parametrize(("line", "title"), HEADINGS, ids=[h[0] for h in HEADINGS])
def test_slice_text_makes_a_heading_of_what_follows(line: str, title: str) -> None:
    text = f"{OTHER_LINE}\n{line}\n{LONG_LINE}\n{LONG_LINE}"
    pieces = slice_text(text)
    assert [p.heading for p in pieces] == [None, title, title]
    assert text[pieces[1].start : pieces[1].end] == f"{line}\n{LONG_LINE}"


@pytest.mark.parametrize(
    "line", ["一、原油下跌。", "1、原油期货主力合约收跌，成交量放大；", "3.15 元/桶", "十足的把握"]
)
def test_slice_text_takes_a_sentence_for_no_heading(line: str) -> None:
    assert all(piece.heading is None for piece in slice_text(f"{LONG_LINE}\n{line}\n{OTHER_LINE}"))


def test_slice_text_keeps_a_short_piece_under_its_own_heading() -> None:
    text = f"一、原油\n{LONG_LINE}\n原油见上。\n二、碳酸锂\n{OTHER_LINE}"
    assert [p.heading for p in slice_text(text)] == ["一、原油", "二、碳酸锂"]
    assert cut(text)[0].endswith("原油见上。")


def test_slice_text_takes_the_last_of_several_headings_and_keeps_one_at_the_end() -> None:
    text = f"# 周报\n\n## 原油\n{LONG_LINE}\n# 免责声明"
    (piece,) = slice_text(text)
    assert piece.heading == "原油"
    assert piece.end == len(text)
    assert cut("# 只有标题") == ["# 只有标题"]


def test_slice_text_cuts_long_pieces_at_sentence_ends() -> None:
    text = "我们认为油价将震荡偏强，供应端仍然偏紧。" * 60
    parts = cut(text)
    assert all(50 <= len(part) <= LONG and part.endswith("。") for part in parts)
    assert max(map(len, parts)) - min(map(len, parts)) <= 100
    commas = cut("原油需求回升，" * 120)
    assert all(len(part) <= LONG and part.endswith("，") for part in commas)
    assert [len(part) for part in cut("原" * 1201)] == [500, 500, 201]


def test_slice_text_leaves_no_heading_at_the_end_of_a_cut() -> None:
    text = ("油价震荡偏强，供应仍紧。" * 20 + "\n一、展望\n短。\n") + "需求回升，库存下降。" * 45
    assert all(not part.endswith("一、展望") for part in cut(text))


def test_build_slices_gives_rows_for_its_lanes_only() -> None:
    rows = [
        source("d1", f"{LONG_LINE}\n短句。"),
        source("d2", LONG_LINE, lane="rulebooks"),
        source("d3", " \n "),
        source("d4", OTHER_LINE, lane="policies", published=None, published_date=None),
    ]
    frame, rejects = build_slices(sources(*rows))
    assert rejects == []
    by_doc = {row["doc_id"]: row for row in frame.to_dicts()}
    assert sorted(by_doc) == ["d1", "d4"]
    row = by_doc["d1"]
    assert row["slice_id"] == digest_id("d1", row["start"], row["end"])
    assert row["sha256"] == sha256_text(row["text"])
    assert (row["lane"], row["published_date"], row["ordinal"]) == ("news", "2024-04-18", 0)
    (joined,) = json.loads(row["joined"])
    assert joined["to"] == "previous"


@settings(max_examples=150)
@given(
    st.text(alphabet="原油上涨一、二#（）*【】。，；\n\n 1.", max_size=400)
    | st.lists(st.sampled_from([LONG_LINE, OTHER_LINE, "短。", "一、标题", "", "原" * 700]), max_size=12).map("\n".join)
)
def test_slice_text_covers_all_that_is_not_blank_in_order(text: str) -> None:
    pieces = slice_text(text)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    assert all(0 < p.end - p.start <= LONG and text[p.start : p.end].strip() == text[p.start : p.end] for p in pieces)
    kept = "".join(text[p.start : p.end] for p in pieces)
    assert "".join(kept.split()) == "".join(text.split())
