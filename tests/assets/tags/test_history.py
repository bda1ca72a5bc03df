"""Trees that grow on: what stays, where new slices go, what is recorded of tags, and which labels are one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.tags.grow import Standing, Tree, grow_tree, recipe_of
from assets.tags.guide import Guide
from assets.tags.history.events import compare_days, compare_states
from assets.tags.history.extend import units_to_ask
from assets.tags.history.vocabulary import Vocabulary, label_key
from assets.tags.levels.nodes import Node, identify
from assets.tags.profiles import load_profiles
from quality.trees import check_stability, check_tree
from tests.assets.tags.frames import slices_of, vectors_of
from tests.assets.tags.test_guide import FakeRunner, honest

PROFILES = load_profiles({"free": {"lane": "news"}})
SUBJECTS = ["港口库存", "炼厂检修", "中东局势", "运河通行", "美元指数", "页岩油产量", "油轮运费", "成品油出口"]
MANY = [(a, f"受{a}与{b}第{n}项变化影响，油价承压。") for n in range(4) for a in SUBJECTS for b in SUBJECTS if a != b]


def grow(documents: list[tuple[str, str]], profile: str = "news", **how: Any) -> Tree:
    return grow_tree(
        PROFILES[profile],
        "2024-04-18",
        slices_of(documents),
        vectors_of([text for _, text in documents]),
        basis_id="b",
        **how,
    )


def standing(tree: Tree) -> Standing:
    row = {**tree.tree, "stats": json.loads(tree.tree["stats"])}
    return Standing(row, tree.nodes.to_dicts(), tree.leaves.to_dicts())


def kinds(tree: Tree) -> list[str]:
    return tree.events["kind"].to_list()


@pytest.mark.parametrize("profile", ["news", "free"])
def test_a_standing_tree_without_change_is_byte_equal(profile: str) -> None:
    first = grow(MANY, profile)
    again = grow(MANY, profile, standing=standing(first))
    assert again.extended
    assert again.nodes.equals(first.nodes)
    assert again.leaves.equals(first.leaves)
    assert again.events.is_empty()


@pytest.mark.parametrize("profile", ["news", "free"])
def test_branches_that_new_slices_do_not_reach_stay_byte_equal(profile: str) -> None:
    first = grow(MANY, profile)
    new = ("快讯", "受港口库存与炼厂检修第9项变化影响，油价承压。")
    grown = grow([*MANY, new], profile, standing=standing(first))
    assert grown.extended
    before, after = (set(map(str, t.nodes.to_dicts())) for t in (first, grown))
    touched = list(before - after)
    assert len(touched) <= 4
    old = {row["leaf_id"]: row for row in first.leaves.to_dicts()}
    now = {row["leaf_id"]: row for row in grown.leaves.to_dicts()}
    assert all(now[leaf_id] == row for leaf_id, row in old.items())
    assert len(now) == len(old) + 1
    check = check_stability("s", standing(first).rows, grown.nodes.to_dicts(), grown.leaves.to_dicts())
    assert check.passed
    assert check.detail.startswith("100.0%")


def test_a_new_slice_goes_to_the_tag_of_what_it_is_most_like() -> None:
    first = grow(MANY, "free")
    new = ("快讯", MANY[5][1].replace("第0项", "第7项"))
    grown = grow([*MANY, new], "free", standing=standing(first))
    tags = dict(grown.leaves.select("doc_id", "tag_id").iter_rows())
    assert tags[f"doc{len(MANY):05d}"] == tags["doc00005"]


def test_what_left_goes_from_its_tag_and_the_rest_stays() -> None:
    first = grow(MANY)
    grown = grow(MANY[:-3], standing=standing(first))
    assert grown.extended
    assert grown.leaves.height == len(MANY) - 3
    check = check_tree(
        "t",
        grown.nodes.to_dicts(),
        grown.leaves.to_dicts(),
        slices=set(slices_of(MANY[:-3])["slice_id"]),
        excluded=0,
    )
    assert check.passed, check.detail


def test_new_texts_that_resemble_nothing_form_tags_of_their_own() -> None:
    first = grow(MANY, "free")
    new = [("电影", f"票房冠军《{name}》上映，票房冠军再创纪录") for name in ("春", "夏", "秋", "冬", "雪", "雨")]
    grown = grow([*MANY, *new], "free", standing=standing(first))
    assert grown.extended
    apart = {tag for doc, tag in grown.leaves.select("doc_id", "tag_id").iter_rows() if doc >= f"doc{len(MANY):05d}"}
    assert not apart & set(first.nodes["tag_id"])
    assert "new" in kinds(grown)


def test_too_much_change_grows_a_tree_anew_with_its_ids() -> None:
    first = grow(MANY[:120])
    grown = grow(MANY, standing=standing(first))
    assert not grown.extended
    assert set(first.nodes.filter(first.nodes["level"] == 1)["tag_id"]) <= set(grown.nodes["tag_id"])


def test_a_tag_that_grew_parts() -> None:
    documents = [(a, f"{a}{b}，本次涉及{a}第{n}处。") for a in SUBJECTS[:4] for b in ("增加", "减少") for n in range(9)]
    first = grow(documents, "free")
    more = [("库存", f"港口库存{b}，本次涉及港口库存第{n}处。") for b in ("增加", "减少") for n in range(9, 19)]
    grown = grow([*documents, *more], "free", standing=standing(first))
    assert grown.extended
    assert grown.leaves.height == len(documents) + 20


def test_a_standing_tree_asks_a_model_about_new_slices_only() -> None:
    runner = FakeRunner(honest)
    first = grow(MANY, guide=Guide(runner, PROFILES["news"]))
    full = len(runner.seen)
    again = grow(MANY, guide=Guide(runner, PROFILES["news"]), standing=standing(first))
    assert len(runner.seen) == full
    assert again.tree == first.tree | {"stats": again.tree["stats"]}
    assert json.loads(again.tree["stats"])["chat_calls"] == full
    grown = grow(
        [*MANY, ("快讯", "受港口库存与炼厂检修第9项变化影响，油价承压。")],
        guide=Guide(runner, PROFILES["news"]),
        standing=standing(first),
    )
    asked = [call.inputs for task, call in runner.seen[full:] if task == "summarise_slices"]
    assert [len(inputs["slices"]) for inputs in asked] == [1]
    assert grown.tree["engine"] == "m1"


def test_units_to_ask_are_those_that_do_not_stand() -> None:
    from assets.tags.grow import keep_units

    documents = [*MANY, ("快讯", "全新的一条消息。")]
    frame, vectors = slices_of(documents), vectors_of([text for _, text in documents])
    units = keep_units(PROFILES["free"], frame, vectors).units
    first = standing(grow(MANY, "free"))
    assert [unit.text for unit in units_to_ask(units, first)] == ["全新的一条消息。"]
    assert len(units_to_ask(units, None)) == len(units)
    few = Standing(first.tree, first.nodes, first.leaves[:5])
    assert len(units_to_ask(units, few)) == len(units)


def test_recipe_of_names_profile_models_and_method() -> None:
    plain = recipe_of(PROFILES["news"])
    assert plain == recipe_of(load_profiles({})["news"])
    assert len({plain, recipe_of(PROFILES["free"]), recipe_of(PROFILES["news"], "m1")}) == 3


def node(tag_id: str, label: str, parent: str | None = None) -> dict[str, Any]:
    return {"tag_id": tag_id, "label": label, "parent_id": parent}


def leaf(tag_id: str, slice_id: str, tags: str = "[]") -> dict[str, Any]:
    return {"tag_id": tag_id, "slice_id": slice_id, "tags": tags}


TREE = {"tree_id": "news@2024-04-18", "profile": "news", "day": "2024-04-18"}
OLD = {
    "nodes": [node("a", "甲类"), node("b", "乙类"), node("c", "丙类")],
    "leaves": [leaf("a", "1"), leaf("a", "2"), leaf("b", "3"), leaf("b", "4"), leaf("c", "5"), leaf("c", "6")],
}


@pytest.mark.parametrize(
    ("nodes", "leaves", "expected"),
    [
        (OLD["nodes"], OLD["leaves"], []),
        ([node("a", "新名"), *OLD["nodes"][1:]], OLD["leaves"], [("renamed", "a", "甲类", [])]),
        ([*OLD["nodes"], node("d", "丁类")], [*OLD["leaves"], leaf("d", "9")], [("new", "d", None, [])]),
        (OLD["nodes"][:2], OLD["leaves"][:4], [("retired", "c", None, [])]),
        (OLD["nodes"][:2], [*OLD["leaves"][:4], leaf("b", "5"), leaf("b", "6")], [("merged", "c", None, ["b"])]),
        (OLD["nodes"][:2], [*OLD["leaves"][:4], leaf("a", "5"), leaf("b", "6")], [("split", "c", None, ["a", "b"])]),
        ([*OLD["nodes"], node("d", "丁类", "c")], [*OLD["leaves"][:5], leaf("d", "6")], [("split", "d", None, ["c"])]),
        (
            [*OLD["nodes"], node("d", "丁类")],
            [leaf("a", "1"), leaf("d", "2"), leaf("b", "3"), leaf("d", "4"), *OLD["leaves"][4:]],
            [("merged", "d", None, ["a", "b"])],
        ),
    ],
    ids=["nothing", "renamed", "new", "retired", "merged", "spread", "parted", "from two"],
)
def test_compare_states_says_what_became_of_tags(nodes: Any, leaves: Any, expected: Any) -> None:
    events = compare_states(TREE, OLD, nodes, leaves)
    assert [(e["kind"], e["tag_id"], e["label_before"], json.loads(e["other_tag_ids"])) for e in events] == expected
    assert len({e["event_id"] for e in events}) == len(events)


def test_compare_days_goes_by_ids() -> None:
    nodes = [node("a", "新名"), node("d", "丁类")]
    events = compare_days(TREE, OLD, nodes, [leaf("a", "11"), leaf("d", "12")])
    assert [(e["kind"], e["tag_id"]) for e in events if e["kind"] != "retired"] == [("new", "d"), ("renamed", "a")]
    assert {e["tag_id"] for e in events if e["kind"] == "retired"} == {"b", "c"}


def test_identify_finds_a_tag_of_another_day_by_what_its_leaves_say() -> None:
    before = {
        "nodes": [node("r", "影响"), node("x", "炼厂停工", "r"), node("y", "航运受阻", "r")],
        "leaves": [leaf("x", "1", '["炼厂检修","装置停工"]'), leaf("y", "2", '["运河通行","船只绕行"]')],
    }
    root = Node("影响", children=[Node("船只绕航", members=[0]), Node("检修增多", members=[1])])
    words = {0: ["运河通行", "船只绕行"], 1: ["炼厂检修", "装置停工"]}
    had = identify("news", [root], {0: ["8"], 1: ["9"]}, before, words.__getitem__)
    assert [child.tag_id for child in root.children] == ["y", "x"]
    assert root.tag_id == "r"
    assert had == {"x": "炼厂停工", "y": "航运受阻"}


def test_a_tag_of_another_day_keeps_its_name_where_its_leaves_say_it() -> None:
    yesterday = grow(MANY[:60])
    today = [(title, text.replace("项变化", "项波动")) for title, text in MANY[:60]]
    frame = slices_of(today)
    frame = frame.with_columns(slice_id="t" + frame["slice_id"])
    tree = grow_tree(
        PROFILES["news"],
        "2024-04-19",
        frame,
        vectors_of([text for _, text in today]),
        basis_id="b",
        previous=standing(yesterday).rows,
    )
    same = set(tree.nodes["tag_id"]) & set(yesterday.nodes["tag_id"])
    assert len(same) >= 0.6 * yesterday.nodes.height


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("库存增加", "增加库存", True),
        ("库存增加", "库存增加情况", True),
        ("库存增加", "库存减少", False),
        ("海上", "上海", False),
        ("涨幅3.15", "涨幅1.35", False),
        ("原油２号", "原油2号", True),
    ],
)
def test_label_key_is_one_for_labels_of_one_meaning(one: str, two: str, same: bool) -> None:
    assert (label_key(one) == label_key(two)) is same


def test_vocabulary_joins_to_the_form_that_stands_and_records_it() -> None:
    vocabulary = Vocabulary([("累库", "库存增加")], ["供应偏紧"])
    vocabulary.learn([["偏紧供应", "需求走弱"], ["走弱需求", "需求走弱"]])
    assert vocabulary.canonical("累库", ["1"]) == "库存增加"
    assert vocabulary.canonical("偏紧供应", ["2"]) == "供应偏紧"
    assert vocabulary.canonical("走弱需求", ["3"], text="走弱需求") == "需求走弱"
    assert vocabulary.canonical("别的标签") == "别的标签"
    assert dict(vocabulary.recorded()) == {
        ("偏紧供应", "供应偏紧"): {"2"},
        ("累库", "库存增加"): {"1"},
        ("走弱需求", "需求走弱"): {"3"},
    }


@given(st.lists(st.text(alphabet="库存增加减少供应情况12", min_size=2, max_size=8), max_size=8))
def test_vocabulary_is_settled_after_one_step(labels: list[str]) -> None:
    vocabulary = Vocabulary()
    vocabulary.learn([labels])
    assert all(vocabulary.canonical(vocabulary.canonical(one)) == vocabulary.canonical(one) for one in labels)


def test_joined_labels_are_events_of_the_tree() -> None:
    def answer(task: str, inputs: dict[str, Any]) -> dict[str, Any]:
        said = honest(task, inputs)
        for row in said.get("slices", ()):
            row["tags"] = ["供应原油"] if row["id"] % 2 else ["原油供应"]
        return said

    tree = grow(MANY[:40], guide=Guide(FakeRunner(answer), PROFILES["news"]))
    joins = tree.events.filter(tree.events["kind"] == "joined").to_dicts()
    assert {(row["label_before"], row["label"]) for row in joins} <= {
        ("供应原油", "原油供应"),
        ("原油供应", "供应原油"),
    }
    assert joins
    assert joins[0]["tag_id"] is None
