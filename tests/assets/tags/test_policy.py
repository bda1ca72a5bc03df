"""Policy trees: recorded facts decide where a notice's slice stands."""

import json
from typing import Any

import polars as pl
import pytest

from assets.records.schema import POLICY_FACTS
from assets.tags.grow import Tree, grow_tree
from assets.tags.profiles import Profile, load_profiles
from tests.assets.tags.frames import slices_of, vectors_of
from tests.assets.tags.test_grow import assert_sound, leaves_under, stats

POLICY = load_profiles({})["policy"]
EVERYTHING = load_profiles({"p": {"lane": "policies", "facets": ["品种", "合约", "政策调整", "调整时间"]}})["p"]
NOTICES = [
    ("通知一", "自2024年4月22日起，原油期货SC2406合约的交易保证金比例调整为12%。"),
    ("通知二", "自2024年4月29日起，原油期货的涨跌停板幅度调整为13%，全部品种手续费不变。"),
    ("通知三", "铜期货的平今仓手续费调整为3元/手，自接到批复之日起实施。"),
    ("通知四", "请各会员单位做好风险提示工作，确保市场平稳运行。"),
]


def fact(document: int, **values: Any) -> dict[str, Any]:
    """One POLICY_FACTS row over the whole text of a notice."""
    text = NOTICES[document][1]
    plain: dict[str, Any] = dict.fromkeys(POLICY_FACTS.names) | {
        "fact_id": f"f{document}{json.dumps(values, ensure_ascii=False)}",
        "doc_id": f"doc{document:05d}",
        "product": "原油",
        "scope": "all",
        "contracts": "[]",
        "item": "margin",
        "start": 0,
        "end": len(text) - 1,
    }
    return plain | values


FACTS = [
    fact(0, scope="list", contracts='["2406"]', effective_date="2024-04-22"),
    fact(1, item="price_limit", effective_date="2024-04-29"),
    fact(1, item="fee", product="全部品种", effective_date="2024-04-29"),
    fact(2, item="fee", product="铜", detail="平今仓", effective_condition="自接到批复之日起"),
]


def grow(facts: list[dict[str, Any]], profile: Profile = POLICY, relevance: list[float] | None = None) -> Tree:
    kinds = {"start": pl.Int64, "end": pl.Int64, "ordinal": pl.Int64, "has_until": pl.Boolean}
    frame = pl.DataFrame(facts, schema={name: kinds.get(name, pl.String) for name in POLICY_FACTS.names})
    slices = slices_of(NOTICES, lane="policies", relevance=relevance)
    return grow_tree(profile, None, slices, vectors_of([text for _, text in NOTICES]), basis_id="b", facts=frame)


def test_grow_tree_builds_the_dimensions_of_the_facts() -> None:
    tree = grow(FACTS)
    assert_sound(tree)
    assert tree.tree["tree_id"] == "policy"
    assert tree.nodes.filter(pl.col("level") == 1)["label"].to_list() == [
        "品种",
        "合约",
        "政策调整",
        "调整时间",
        "其他",
    ]
    assert leaves_under(tree, "原油") == {"doc00000", "doc00001"}
    assert leaves_under(tree, "全部品种") == {"doc00001"}
    assert leaves_under(tree, "原油2406合约") == {"doc00000"}
    assert leaves_under(tree, "保证金") == {"doc00000"}
    assert leaves_under(tree, "2024年4月29日") == {"doc00001"}
    assert leaves_under(tree, "其他") == {"doc00002", "doc00003"}
    assert stats(tree)["slices"] == 4


def test_grow_tree_says_the_sentence_of_the_fact() -> None:
    begin = NOTICES[1][1].index("原油期货的涨跌停板")
    tree = grow([*FACTS[:1], {**FACTS[1], "start": begin, "end": begin + 15}])
    said = tree.leaves.filter(pl.col("doc_id") == "doc00001")["summary"].unique().to_list()
    assert said == [NOTICES[1][1][begin : begin + 15]]


def test_grow_tree_keeps_a_slice_with_a_fact_about_the_subject() -> None:
    tree = grow(FACTS, relevance=[0.0, 0.0, 0.0, 0.0])
    assert stats(tree)["excluded"] == {"irrelevant": 2}
    assert stats(tree)["slices"] == 2


def test_grow_tree_without_a_subject_takes_every_product() -> None:
    tree = grow(FACTS, EVERYTHING)
    assert_sound(tree)
    assert leaves_under(tree, "铜期货") == {"doc00002"}
    assert leaves_under(tree, "手续费") == {"doc00001", "doc00002"}
    assert leaves_under(tree, "条件生效") == {"doc00002"}


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"scope": "new_only"}, "新上市合约"),
        ({"scope": "range", "contracts": '["2406","2412"]'}, "2406至2412合约"),
        ({"scope": "range", "contracts": '["2407"]'}, "2407起合约"),
        ({"scope": "all_but", "contracts": '["2405"]'}, "除2405外合约"),
        ({"scope": "all_but", "contracts": '["2405","2406"]'}, "除2405等外合约"),
        ({"scope": "list", "contracts": ["2409"], "product": "上海国际能源交易中心原油"}, "2409合约"),
        ({"scope": "range"}, "全部合约"),
        ({"product": None}, "未载明"),
        ({"product": "PTA"}, "PTA期货"),
        ({"product": "很长很长很长很长很长很长的品种"}, "很长很长很长很长很长很长"),
        ({"item": "delivery"}, "交割"),
        ({"item": "position_limit", "detail": "一般月份；限仓"}, "交易限额"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_grow_tree_labels_what_a_fact_says(values: dict[str, Any], label: str) -> None:
    values = {**values, "contracts": values.get("contracts", "[]")}
    if isinstance(values["contracts"], list):
        values["contracts"] = json.dumps(values["contracts"])
    tree = grow(
        [
            fact(2, effective_date="2024-05-01", **values),
            fact(0, item="other", product="白银", scope="list", contracts='["2401"]'),
        ],
        EVERYTHING,
    )
    assert_sound(tree)
    assert label in tree.nodes["label"].to_list()


def test_grow_tree_puts_months_above_many_days() -> None:
    dates = [f"2024-0{month}-{day:02d}" for month in (4, 5) for day in range(1, 6)]
    tree = grow([fact(place % 4, effective_date=date) for place, date in enumerate(dates)])
    assert {"2024年4月", "2024年5月", "2024年4月1日"} <= set(tree.nodes["label"])
    assert_sound(tree)


def test_grow_tree_leaves_out_a_fact_whose_slice_is_gone() -> None:
    tree = grow([{**FACTS[0], "doc_id": "elsewhere"}, {**FACTS[1], "start": 900, "end": 910}])
    assert tree.nodes.filter(pl.col("level") == 1)["label"].to_list() == ["其他"]
