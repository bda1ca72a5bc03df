from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.evidence import covered, unsupported_claim, unsupported_fact
from resources.models.tasks import TASKS, task_of

SOURCE = (
    "2024-04-18，SC2406收于620.1元/桶，跌3.20%，成交量1,234,500手。上期所公告称，自4月19日结算时起上调保证金至12%，"
    "未调整手续费。受装置检修影响，现货偏紧。"
)

# fmt: off
FACTS = [
    ("figures and day as they are", "4月18日SC2406收于620.1元，跌3.2%", None),
    ("grouped and full-width figures", "成交量１２３４５００手", None),
    ("a unit may be left out", "收于620.1", None),
    ("the 18th", "18日收跌", None),
    ("the code by its figures", "原油2406下跌", None),
    ("another figure", "收于620.2元", "figure 620.2元"),
    ("another unit", "成交620.1手", "figure 620.1手"),
    ("a percentage is no plain figure", "跌3.2元", "figure 3.2元"),
    ("another scale", "成交1234500万手", "figure 1234500万"),
    ("another day", "4月20日收跌", "day -4-20"),
    ("another year", "2023年4月18日", "day 2023-4-18"),
    ("another code", "SC2407收跌", "code SC2407"),
    ("figures in hanzi", "跌幅达三成", "figure 三成"),
    ("another firm", "东海期货称现货偏紧", "name 东海期货"),
    ("a Latin word", "OPEC称现货偏紧", "word OPEC"),
    ("an address", "见https://x.cn", "an address or markup"),
]
CLAIMS = [
    ("direction as it is", "SC2406跌3.2%", None),
    ("another word of the direction", "保证金上调", None),
    ("the other direction", "SC2406涨3.2%", "direction (up) 涨"),
    ("more than it says", "SC2406跌停", "direction (limit down) 跌停"),
    ("a negation that is not there", "未上调保证金", "direction (raised) 上调"),
    ("a cause as it is", "受装置检修影响", None),
    ("a cause of its own", "由于供应增加", "direction (more) 增加"),
    ("a cause without a direction", "由于装置检修", "cause 由于"),
    ("an outlook", "现货预计偏紧", "outlook 预计"),
]
# fmt: on


@pytest.mark.parametrize(("text", "beyond"), [case[1:] for case in FACTS], ids=[case[0] for case in FACTS])
def test_unsupported_fact(text: str, beyond: str | None) -> None:
    assert unsupported_fact(text, SOURCE) == beyond


@pytest.mark.parametrize(("text", "beyond"), [case[1:] for case in CLAIMS], ids=[case[0] for case in CLAIMS])
def test_unsupported_claim(text: str, beyond: str | None) -> None:
    assert unsupported_claim(text, SOURCE) == beyond


def test_unsupported_claim_of_a_whole_text_keeps_its_negation() -> None:
    assert unsupported_claim("上期所调整手续费", "上期所未调整手续费") is None
    assert unsupported_claim("上期所调整手续费", "上期所未调整手续费", whole=True) == "negation"


@given(st.text(alphabet="涨跌未上调0123.%年月日SC元手 ，", max_size=40))
def test_what_a_source_says_itself_is_supported(text: str) -> None:
    assert unsupported_fact(text, text) is None
    assert unsupported_claim(text, text, whole=True) is None


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("最高价650.1元，最低价640.0元", None),
        ("最低价640元", None),
        ("最高价640元，最低价650.1元", "figure 640元 of something else"),
        ("由640元跌至620元", "direction (down) 跌"),
        ("由620元涨至640元", None),
        ("由640元涨至620元", "figure 620元 of something else"),
    ],
    ids=range(6),
)
def test_unsupported_claim_sees_a_figure_of_something_else(text: str, beyond: str | None) -> None:
    source = "今日最高价650.1元，最低价640元，昨日由620元涨至640元。"
    assert unsupported_claim(text, source) == beyond


def test_unsupported_claim_sees_a_direction_of_something_else() -> None:
    source = "甲醇期货价格上涨，豆粕期货价格下跌。"
    assert unsupported_claim("豆粕期货价格下跌", source) is None
    assert unsupported_claim("豆粕期货价格上涨", source) == "direction (up) 上涨"


def test_covered_counts_what_stands_in_the_source() -> None:
    assert covered("现货偏紧", SOURCE) == 1.0
    assert covered("现货宽松", SOURCE) == 0.5
    assert covered("白糖", SOURCE) == 0.0
    assert covered("，。", SOURCE) == 1.0


SLICES = {
    "subject": "",
    "facets": ["供应"],
    "style": "",
    "slices": [{"id": 5, "text": SOURCE}, {"id": 9, "text": "甲醇库存下降。"}],
}


def check(task: str, inputs: Any, *rows: Any) -> tuple[list[Any], list[str]]:
    made = task_of(task)
    checked = made.check(inputs, {made.made: list(rows)})
    return list(checked.rows), list(checked.dropped)


def said(number: Any, summary: str, tags: Any = (), facet: Any = None) -> dict[str, Any]:
    return {"id": number, "summary": summary, "tags": tags, "facet": facet}


def test_summaries_are_kept_in_the_order_of_their_ids_with_what_holds_of_their_tags() -> None:
    tags = ["库存下降", "库存下降", "下降", "糖", "库存2024", "需求疲软", "，", "甲醇港口库存继续下降且需求转弱"]
    rows, dropped = check(
        "summarise_slices", SLICES, said("[9]", " 甲醇库存\n下降", tags, "需求"), said(5, "现货偏紧", (), "供应")
    )
    assert rows == [said(5, "现货偏紧", [], "供应"), said(9, "甲醇库存 下降", ["库存下降", "下降"], None)]
    assert dropped == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (said(9, "甲醇库存下降88%"), "9: summary not in its source: figure 88%"),
        (said(9, "白糖进口量增加"), "9: summary not in its source: direction (more) 增加"),
        (said(9, "白糖进口放开"), "9: summary only 0% of its words are in its source"),
        (said(9, ""), "9: summary no words"),
        (said(9, "甲醇库存下降" * 20), "9: summary of 120 characters"),
        (said(7, "甲醇库存下降"), "7: no such id"),
        (said(True, "甲醇库存下降"), "row 1: id: value error, an id is a whole number"),
        (said(9.0, "甲醇库存下降"), "row 1: id: value error, an id is a whole number"),
        ({"id": 9}, "row 1: summary: field required"),
        ("甲", "row 1: row: input should be a valid dictionary or instance of slicesaid"),
    ],
    ids=range(10),
)
def test_a_summary_that_does_not_hold_is_dropped_with_its_reason(row: Any, reason: str) -> None:
    rows, dropped = check("summarise_slices", SLICES, row, said(5, "现货偏紧"))
    assert [r["id"] for r in rows] == [5]
    assert dropped[0] == reason
    assert ("9: missing" in dropped) == (not reason.startswith("9:"))


def test_a_long_summary_ends_with_a_sentence() -> None:
    text = "甲醇库存下降。" * 15
    rows, _ = check("summarise_slices", {**SLICES, "slices": [{"id": 1, "text": text}]}, said(1, text))
    assert rows[0]["summary"] == "甲醇库存下降。" * 11


def test_an_id_is_taken_once() -> None:
    rows, dropped = check("summarise_slices", SLICES, said(9, "甲醇库存下降"), said(9, "库存下降"))
    assert rows == [said(9, "甲醇库存下降", [])]
    assert dropped == ["9: said twice", "5: missing"]


GROUPS = {
    "facet": "供应",
    "groups": [
        {"id": 1, "children": ["甲醇库存下降", "甲醇现货偏紧"], "summaries": []},
        {"id": 2, "children": ["甲醇装置检修"], "summaries": ["甲醇装置检修增加"]},
    ],
}


def test_names_are_labels_of_their_group_and_differ() -> None:
    rows, dropped = check(
        "name_tags",
        GROUPS,
        {"id": 1, "label": "甲醇偏紧", "summary": "库存下降30%"},
        {"id": 2, "label": "甲醇偏紧", "summary": "甲醇装置检修"},
    )
    assert rows == [{"id": 1, "label": "甲醇偏紧", "summary": ""}]
    assert dropped == ["2: label not in its source: direction (tight) 偏紧"]
    rows, dropped = check("name_tags", GROUPS, {"id": 1, "label": "甲醇"}, {"id": 2, "label": "甲醇"})
    assert (len(rows), dropped) == (1, ["2: label 甲醇 is taken"])


@pytest.mark.parametrize("label", ["甲", "2406", "甲醇库存下降与现货偏紧并存", "甲醇。库存", "白糖进口", "甲醇12"])
def test_a_label_that_is_none_is_dropped(label: str) -> None:
    rows, _ = check("name_tags", GROUPS, {"id": 1, "label": label})
    assert rows == []


CLAIM_INPUTS = {
    "heading": "行情",
    "claims": [
        {"id": 3, "text": "SC2406收于620.1元/桶，下跌3.2%。"},
        {"id": 4, "text": "上期所上调原油期货保证金至12%。"},
    ],
}


def test_sentences_say_what_their_claims_say() -> None:
    good = {"text": "SC2406下跌3.2%，收于620.1元/桶；上期所上调原油期货保证金至12%。", "claims": ["3", 4, 3]}
    rows, dropped = check("write_section", CLAIM_INPUTS, good)
    assert rows == [{"text": good["text"], "claims": [3, 4]}]
    assert dropped == []


@pytest.mark.parametrize(
    ("text", "claims", "reason"),
    [
        ("SC2406下跌3.2%。", [4], "not in its claims: code SC2406"),
        ("SC2406上涨3.2%。", [3], "not in its claims: direction (up) 上涨"),
        ("SC2406下跌3.3%。", [3], "not in its claims: figure 3.3%"),
        ("SC2406未下跌。", [3], "not in its claims: direction (down) 下跌"),
        ("由于上调保证金，SC2406下跌3.2%。", [3, 4], "not in its claims: cause 由于"),
        ("原油期货市场今日整体表现清淡，观望情绪浓厚。", [4], "words are in its claims"),
        ("SC2406下跌3.2%。", [7], "no claim 7"),
        ("SC2406下跌3.2%。", [], "no claim"),
        ("3.2%", [3], "no words"),
        ("SC2406下跌3.2%。" * 30, [3], "characters"),
    ],
    ids=range(10),
)
def test_a_sentence_that_does_not_hold_is_dropped_with_its_reason(text: str, claims: list[int], reason: str) -> None:
    rows, dropped = check("write_section", CLAIM_INPUTS, {"text": text, "claims": claims})
    assert rows == []
    assert reason in dropped[0] or reason == "no words"


@pytest.mark.parametrize("value", ["yes", 1, "true", None])
def test_relevance_is_a_boolean(value: Any) -> None:
    inputs = {"subject": "原油", "items": [{"id": 1, "text": "甲"}, {"id": 2, "text": "乙"}]}
    rows, dropped = check("judge_relevance", inputs, {"id": 1, "relevant": value}, {"id": 2, "relevant": False})
    assert rows == [{"id": 2, "relevant": False}]
    assert dropped[-1] == "1: missing"


def test_sentiment_is_one_of_three() -> None:
    inputs = {"items": [{"id": 1, "text": "甲"}, {"id": 2, "text": "乙"}]}
    rows, _ = check("sentiment", inputs, {"id": 1, "label": "bullish"}, {"id": 2, "label": "neutral"})
    assert rows == [{"id": 2, "label": "neutral"}]


def test_a_verdict_that_is_said_twice_holds_where_both_are_the_same() -> None:
    inputs = {"items": [{"id": 1, "text": "甲"}, {"id": 2, "text": "乙"}]}
    same, other = {"id": 1, "label": "neutral"}, {"id": 1, "label": "positive"}
    assert check("sentiment", inputs, same, same)[0] == [same]
    assert check("sentiment", inputs, same, other, same)[0] == []


EXAMPLES: dict[str, tuple[Any, Any]] = {
    "summarise_slices": (SLICES, {"slices": [said("5", "甲", ["乙"], "供应"), said("9", "甲", [], None)]}),
    "name_tags": (
        GROUPS,
        {"names": [{"id": i, "label": "甲", "summary": "", "same": ["1=2"], "out": []} for i in ("1", "2")]},
    ),
    "write_section": (CLAIM_INPUTS, {"sentences": [{"text": "甲", "claims": ["3"]}]}),
    "answer_question": (
        {"question": "甲", "claims": CLAIM_INPUTS["claims"]},
        {"sentences": [{"text": "甲", "claims": ["3"]}]},
    ),
    "plan_report": (
        {"title": "", "headings": ["甲"], "claims": [{"id": 1, "text": "", "section": 1}]},
        {"plan": [{"section": "1", "claims": ["1"]}]},
    ),
    "merge_opinions": (
        {"facts": [{"id": 4, "text": ""}], "opinions": [{"id": 1, "text": ""}]},
        {"opinions": [{"id": "1", "facts": ["4"]}]},
    ),
    "write_abstract": (
        {"title": "", "limit": 2, "claims": [{"id": 3, "text": ""}]},
        {"abstract": [{"claims": ["3"]}]},
    ),
    "judge_relevance": ({"subject": "", "items": [{"id": 1, "text": ""}]}, {"items": [{"id": "1", "relevant": True}]}),
    "sentiment": ({"items": [{"id": 1, "text": ""}]}, {"items": [{"id": "1", "label": "neutral"}]}),
}


@pytest.mark.parametrize("task", TASKS)
def test_schema_is_strict_and_takes_the_answer(task: str) -> None:
    inputs, answer = EXAMPLES[task]
    schema = task_of(task).schema(inputs)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer, schema)
    assert schema["additionalProperties"] is False
    row = schema["properties"][task_of(task).made]["items"]
    assert row["additionalProperties"] is False
    assert row["required"] == list(row["properties"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "summary", "tags", "facet", "label", "text", "claims"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_check_takes_anything(value: Any) -> None:
    for task, (inputs, _) in EXAMPLES.items():
        made = task_of(task)
        made.check(inputs, {made.made: [value, value]})
        made.check(inputs, {made.made: value})
