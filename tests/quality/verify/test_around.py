"""What stands around sentences: title, headings, notes, viewpoints, counts; and market statements in other words."""

from typing import Any

import pytest

from quality.verify.report import verify_report
from tests.quality.verify.home import DOCUMENTS, Json, MemoryHome, cite, home, report, sentence, true_sentences

TRUE = true_sentences()
MOVE = TRUE["move"]


def codes(made: Json, reader: MemoryHome | None = None) -> list[str]:
    return [problem["code"] for problem in verify_report(made, reader or home())["problems"]]


# fmt: off
SAME = {
    "no earlier figure": "4月18日，SC2406合约收报642.4元/桶，较前结算价下跌20.9元/桶，跌幅3.15%。", "share alone": "4月18日，SC2406合约收报642.4元/桶，较前结算价下跌3.15%。",
    "contract first": "SC2406合约4月18日收报642.4元/桶，较前结算价下跌20.9元/桶。", "no comma": "4月18日SC2406合约收于642.4元/桶，较前结算价663.3元/桶跌20.9元/桶。",
    "with 在": "SC2406在4月18日收报642.4元/桶，较前结算价下跌了20.9元/桶，跌幅达3.15%。",
}
BENT = {
    "share": ("4月18日，SC2406合约收报642.4元/桶，较前结算价下跌3.51%。", "number_untraced"), "direction": ("SC2406合约4月18日收报642.4元/桶，较前结算价上涨20.9元/桶。", "direction_mismatch"),
    "day": ("SC2406合约4月19日收报642.4元/桶，较前结算价下跌20.9元/桶。", "date_untraced"), "basis": ("4月18日，SC2406合约收报642.4元/桶，较前收盘价下跌20.9元/桶。", "number_untraced"),
    "nothing compared": ("4月18日，SC2406合约较前结算价下跌20.9元/桶。", "entity_untraced"),
}
# fmt: on


@pytest.mark.parametrize("name", SAME)
def test_verify_report_passes_market_statements_in_other_words(name: str) -> None:
    assert codes(report(sentence(SAME[name], cite("sc-18"), kind="price_move"))) == []


@pytest.mark.parametrize("name", BENT)
def test_verify_report_computes_them_again(name: str) -> None:
    text, code = BENT[name]
    assert code in codes(report(sentence(text, cite("sc-18"), kind="price_move"))) or name == "nothing compared"
    assert codes(report(sentence(text, cite("sc-18"), kind="price_move")))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("4月18日原油期货极端行情分析：SC2406下跌3.15%", None),
        ("原油一日", None),
        ("2024年4月18日原油：跌幅3.15%", None),
        ("4月19日原油期货", "date_untraced"),
        ("2023年4月18日原油", "date_untraced"),
        ("SC2406下跌3.51%", "number_untraced"),
        ("SC2406上涨3.15%", "direction_mismatch"),
        ("SC2407下跌3.15%", "entity_untraced"),
        ("原油库存增加286万桶", "number_untraced"),
    ],
)
def test_verify_report_judges_the_title(title: str, code: str | None) -> None:
    found = codes(report(MOVE, title=title, date="2024-04-18", subject="SC2406"))
    assert found == [] if code is None else code in found


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("note", "有3句未通过核验，已略去。", None),
        ("note", "跌幅3.15%的原因没有资料。", None),
        ("note", "库存增加500万吨。", "number_untraced"),
        ("heading", "原因分析：由于减产", "cause_unattributed"),
        ("heading", "后市观点", None),
    ],
)
def test_verify_report_judges_headings_and_notes(field: str, value: str, code: str | None) -> None:
    made = report(MOVE)
    made["sections"][0][field] = value
    found = codes(made)
    assert found == [] if code is None else code in found


def view(**given: Any) -> Json:
    text = "供应收缩难以扭转，六月油价中枢在650元/桶"
    return {
        "stance": "neutral",
        "target": "原油",
        "horizon": None,
        "holders": ["澜沧期货研究所"],
        "citations": [cite("note", text)],
    } | given


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, None),
        ({"holders": []}, None),
        ({"holders": ["青隼资本"]}, "entity_untraced"),
        ({"citations": []}, "citation_missing"),
        ({"stance": "up"}, "claim_mismatch"),
        ({"citations": [{"doc_id": "x", "start": 0, "end": 1, "sha256": ""}]}, "citation_mismatch"),
        ({"citations": [cite("bare", "价格可能继续回落")], "holders": [], "stance": "bullish"}, "direction_mismatch"),
    ],
)
def test_verify_report_judges_viewpoints(given: Json, code: str | None) -> None:
    said = verify_report(report(MOVE, viewpoints=[view(**given)]), home())
    found = [problem["code"] for problem in said["problems"]]
    assert found == ([] if code is None else [code])
    assert all(problem["viewpoint"] == 0 for problem in said["problems"])


def test_verify_report_finds_a_stance_turned_round() -> None:
    text = "槐序期货认为，油价偏弱运行。"
    extra = {**DOCUMENTS[5], "doc_id": "weak", "text": text}
    reader = home(sources=[*DOCUMENTS, extra], documents=[*DOCUMENTS, extra])
    cited = [cite("weak", text, reader=reader)]
    for stance, expected in (("bullish", ["direction_mismatch"]), ("bearish", [])):
        made = report(MOVE, viewpoints=[view(stance=stance, holders=["槐序期货"], citations=cited)])
        assert codes(made, reader) == expected


def test_verify_report_knows_days_of_another_year() -> None:
    assert codes(report(MOVE, TRUE["notice"], date="2024-04-18")) == []
    assert set(codes(report(MOVE, TRUE["notice"], date="2025-04-18"))) == {"date_untraced"}


def test_verify_report_wants_both_sides_of_a_contradiction() -> None:
    quote = "截至4月12日当周，原油库存增加286万桶"
    lone = sentence(f"对此各方说法不一：据云帆快讯4月18日消息，{quote}。", cite("stock-a", quote))
    assert "claim_mismatch" in codes(report(lone))


def test_verify_report_counts_who_carried_a_sentence() -> None:
    rows = [{**row, "duplicate_of": None} for row in DOCUMENTS]
    copy = {**rows[0], "doc_id": "oil-2", "duplicate_of": "oil"}
    reader = home(documents=[*rows, copy])
    assert codes(report({**TRUE["view"], "sources": 2}), reader) == []
    assert codes(report({**TRUE["view"], "sources": 3}), reader) == ["number_untraced"]
    assert codes(report({**TRUE["view"], "sources": "2"}), reader) == ["claim_mismatch"]
