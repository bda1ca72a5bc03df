import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.mentions.build import build_mentions
from assets.records.schema import SENTIMENTS
from assets.records.sentiment.build import build_sentiments
from assets.records.sentiment.evidence import Evidence, find_evidence, label_of, score_of
from assets.records.slices import build_slices
from tests.assets.records.rows import source, sources

SENTENCES = [
    ("公司净利润同比增长20%", "positive"),
    ("公司成本下降", "positive"),
    ("成本大幅上升", "negative"),
    ("亏损收窄", "positive"),
    ("亏损扩大", "negative"),
    ("债券违约，实际控制人被立案调查", "negative"),
    ("因信息披露违规被处罚", "negative"),
    ("控股股东终止4300万股的减持计划", "positive"),
    ("股票质押平仓风险解除", "positive"),
    ("未能通过审核", "negative"),
    ("需求疲软，价格走低", "negative"),
    ("业绩向好，但库存大幅增加，价格暴跌", "negative"),
    ("尽管需求疲软，价格仍大幅上涨", "positive"),
    ("拟10转10派2元", "positive"),
    ("会不会大涨？", "neutral"),
    ("涨跌幅为3%", "neutral"),
    ("公司于4月18日召开股东大会", "neutral"),
    ("＊需求強勁，價格走高", "positive"),
]


@pytest.mark.parametrize(("text", "label"), SENTENCES, ids=[s[0] for s in SENTENCES])
def test_build_sentiments_judges_a_sentence(text: str, label: str) -> None:
    rows = judged(text)
    assert rows[(None, None)]["label"] == label, rows


@pytest.mark.parametrize(("text", "goods", "sign"), [("产量增加", True, -1), ("产量增加", False, 1), ("减产", True, 1)])
def test_find_evidence_of_supply_depends_on_who_is_spoken_of(text: str, *, goods: bool, sign: int) -> None:
    (mark,) = find_evidence(text, goods=goods)
    assert mark.value * sign > 0


def judged(text: str) -> dict[tuple[str | None, str | None], dict[str, object]]:
    frame = sources(source("d1", text))
    slices, _ = build_slices(frame)
    rows = build_sentiments(slices, build_mentions(frame)).to_dicts()
    return {(row["target_kind"], row["target_value"]): row for row in rows}


def test_build_sentiments_keeps_things_apart() -> None:
    text = "原油2406合约大涨3%，沪铜、沪铝价格走低。青岚期货分析师叶晚晴认为，螺纹钢库存增加，豆粕库存下降。"
    labels = {(kind, value): row["label"] for (kind, value), row in judged(text).items() if kind}
    assert labels == {
        ("contract", "SC2406"): "positive", ("product", "SC"): "positive", ("product", "CU"): "negative",
        ("product", "AL"): "negative", ("product", "RB"): "negative", ("product", "M"): "positive",
    }  # fmt: skip


def test_build_sentiments_makes_rows_with_spans_in_the_document() -> None:
    text = (
        "沪铜大涨，创历史新高，成交放量，市场情绪明显转好，多头加仓，空头离场，资金净流入，后市看涨情绪浓厚，期价延续强势。\n"
        * 3
    )
    frame = sources(source("d1", text), source("d2", "无事。"))
    slices, _ = build_slices(frame)
    rows = build_sentiments(slices, build_mentions(frame))
    assert rows.columns == SENTIMENTS.names
    assert rows["sentiment_id"].is_unique().all()
    for row in rows.filter(rows["doc_id"] == "d1").iter_rows(named=True):
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert {text[e["start"] : e["end"]] for e in json.loads(row["evidence"])} >= {"大涨", "创历史新高"}
    assert rows.equals(build_sentiments(slices.reverse(), build_mentions(frame)))


def test_score_of_is_bounded_and_plain() -> None:
    assert f"{score_of([]):f}" == "0.0000"
    assert f"{score_of([Evidence(0, 1, 300)]):f}" == "0.5000"
    assert label_of([Evidence(0, 1, 300), Evidence(1, 2, -300)]) == "neutral"


@given(st.lists(st.sampled_from(["不", "涨", "跌", "但", "成本", "下降", "如果", "，", "。", "大幅", "终止", "减持", "库存", "增加", "？", "原油", "ﬁ"]), max_size=20).map("".join))  # fmt: skip
def test_find_evidence_is_in_order_and_inside(text: str) -> None:
    marks = find_evidence(text)
    assert marks == find_evidence(text)
    assert all(0 <= m.start < m.end <= len(text) and m.value for m in marks)
    assert -1 < score_of(marks) < 1


def test_find_evidence_passes_long_runs_of_contrasts() -> None:
    """Each 但 once scaled every mark of its sentence anew."""
    for text in ("但涨" * 6_000, "但涨，" * 6_000, "价格上涨" * 3_000, "因涨" * 6_000):
        assert all(abs(mark.value) <= 1_000 for mark in find_evidence(text, goods=True))
