"""Trees grown from small frames: the eight steps, and the rules every tree keeps."""

import json
from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest

from assets.tags.grow import Tree, grow_tree
from assets.tags.levels.labels import is_label
from assets.tags.profiles import load_profiles
from resources.errors import MissingColumnError, SchemaError
from tests.assets.tags.frames import OIL, slices_of, vectors_of

PROFILES = load_profiles({"free": {"lane": "news"}})


def grow(documents: list[tuple[str, str]], profile: str = "news", **how: Any) -> Tree:
    frame = slices_of(documents, **{key: how.pop(key) for key in ("relevance", "duplicate_of") if key in how})
    return grow_tree(
        PROFILES[profile], "2024-04-18", frame, vectors_of([text for _, text in documents]), basis_id="b", **how
    )


def stats(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tree.tree["stats"])
    return found


def leaves_under(tree: Tree, label: str) -> set[str]:
    """doc_ids below the tags of a label."""
    nodes = tree.nodes.to_dicts()
    below = {node["tag_id"] for node in nodes if node["label"] == label}
    for node in nodes:
        if node["parent_id"] in below:
            below.add(node["tag_id"])
    return set(tree.leaves.filter(pl.col("tag_id").is_in(sorted(below)))["doc_id"])


def assert_sound(tree: Tree) -> None:
    """One parent each, level = depth, counts add up, no single child, labels unique and well formed."""
    nodes = {node["tag_id"]: node for node in tree.nodes.to_dicts()}
    assert len(nodes) == tree.nodes.height
    children = Counter(node["parent_id"] for node in nodes.values())
    assert all(n != 1 for parent, n in children.items() if parent is not None)
    own = Counter(tree.leaves["tag_id"])
    for tag_id, node in nodes.items():
        above = nodes[node["parent_id"]]["level"] if node["parent_id"] else 0
        assert node["level"] == above + 1
        below = sum(other["n_leaves"] for other in nodes.values() if other["parent_id"] == tag_id)
        assert node["n_leaves"] == own[tag_id] + below > 0
        assert is_label(node["label"]), node["label"]
    assert max(Counter((node["parent_id"], node["label"]) for node in nodes.values()).values(), default=1) == 1
    assert set(own) <= set(nodes)


def test_grow_tree_has_the_facets_as_roots() -> None:
    tree = grow(OIL)
    assert_sound(tree)
    roots = tree.nodes.filter(pl.col("level") == 1)["label"].to_list()
    assert roots == ["行情概述", "原因分析", "影响", "未来走势"]
    assert stats(tree)["slices"] == len(OIL)
    assert {"doc00000", "doc00001", "doc00002"} == leaves_under(tree, "行情概述")
    assert {"doc00003", "doc00004", "doc00005", "doc00006"} == leaves_under(tree, "原因分析")


def test_grow_tree_summary_stands_verbatim_in_a_leaf() -> None:
    tree = grow(OIL)
    texts = [text for _, text in OIL]
    assert all(any(summary in text for text in texts) for summary in tree.nodes["summary"])
    assert all(any(summary in text for text in texts) for summary in tree.leaves["summary"])


def test_grow_tree_names_groups_by_words_of_their_leaves() -> None:
    tree = grow(OIL)
    below = tree.nodes.filter(pl.col("level") > 1)["label"].to_list()
    assert below
    assert all(any(label in text for _, text in OIL) for label in below)


def test_grow_tree_counts_what_is_irrelevant() -> None:
    tree = grow([*OIL, ("棉花", "棉花价格平稳。")], relevance=[1.0] * len(OIL) + [0.1])
    assert stats(tree)["excluded"] == {"irrelevant": 1}
    assert stats(tree)["slices"] == len(OIL)


def test_grow_tree_drops_by_title_rule() -> None:
    tree = grow([*OIL, ("招聘原油研究员", "招聘原油研究员一名，待遇从优。")])
    assert stats(tree)["excluded"] == {"title_rule": 1}


def test_grow_tree_lays_a_repeat_beside_its_original() -> None:
    repeat = ("转载：库存增加", "（转自甲报）" + OIL[3][1])
    tree = grow([*OIL, repeat], duplicate_of={len(OIL): 3})
    tag = dict(tree.leaves.select("doc_id", "tag_id").iter_rows())
    assert tag[f"doc{len(OIL):05d}"] == tag["doc00003"]
    plain = grow(OIL)
    assert tree.nodes["label"].to_list() == plain.nodes["label"].to_list()
    assert_sound(tree)


def test_grow_tree_lets_identical_texts_share_a_tag() -> None:
    tree = grow([*OIL, ("另一家", OIL[0][1])])
    tag = dict(tree.leaves.select("doc_id", "tag_id").iter_rows())
    assert tag[f"doc{len(OIL):05d}"] == tag["doc00000"]


def test_grow_tree_keeps_a_repeat_whose_original_is_of_another_day() -> None:
    frame = slices_of(OIL[:3]).with_columns(duplicate_of=pl.lit("elsewhere"))
    tree = grow_tree(PROFILES["news"], "2024-04-18", frame, vectors_of([text for _, text in OIL[:3]]), basis_id="b")
    assert tree.leaves.height == 3
    assert_sound(tree)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5], ids=str)
@pytest.mark.parametrize("profile", ["news", "research", "free"])
def test_grow_tree_of_few_slices_is_small_and_sound(n: int, profile: str) -> None:
    tree = grow(OIL[:n], profile)
    assert_sound(tree)
    assert tree.leaves.height == n
    assert stats(tree)["levels"] <= 2


def test_grow_tree_of_nothing_is_empty() -> None:
    tree = grow([])
    assert tree.nodes.is_empty()
    assert tree.leaves.is_empty()
    assert stats(tree)["slices"] == 0


def test_grow_tree_does_not_depend_on_the_order_of_its_rows() -> None:
    frame, table = slices_of(OIL), vectors_of([text for _, text in OIL])
    turned = list(reversed(range(len(OIL))))
    first = grow_tree(PROFILES["news"], "2024-04-18", frame, table, basis_id="b")
    second = grow_tree(PROFILES["news"], "2024-04-18", frame[turned], table[turned], basis_id="b")
    assert first.nodes.equals(second.nodes)
    assert first.leaves.equals(second.leaves)


def test_grow_tree_carries_ids_over() -> None:
    """The same path of labels keeps its id from day to day; a hash names the rest."""
    first = grow(OIL)
    before = first.nodes.with_columns(pl.col("tag_id").str.replace("^", "x"), pl.col("parent_id").str.replace("^", "x"))
    second = grow(OIL, previous=before.to_dicts())
    assert second.nodes["tag_id"].to_list() == before["tag_id"].to_list()
    assert first.nodes["tag_id"].to_list() == grow(OIL).nodes["tag_id"].to_list()


def test_grow_tree_carries_the_id_of_a_tag_renamed() -> None:
    first = grow(OIL)
    nodes = [{**node, "label": "旧" + node["label"][1:]} for node in first.nodes.to_dicts()]
    second = grow(OIL, previous={"nodes": nodes, "leaves": first.leaves.to_dicts()})
    assert set(second.nodes["tag_id"]) == set(first.nodes["tag_id"])


def test_grow_tree_refuses_a_missing_column() -> None:
    with pytest.raises(MissingColumnError, match="relevance"):
        grow_tree(
            PROFILES["news"], None, slices_of(OIL).drop("relevance"), vectors_of([t for _, t in OIL]), basis_id="b"
        )


def test_grow_tree_refuses_vectors_that_do_not_align() -> None:
    with pytest.raises(SchemaError, match="1 vectors for 11 slices"):
        grow_tree(PROFILES["news"], None, slices_of(OIL), np.zeros((1, 256), np.float32), basis_id="b")


def test_grow_tree_of_many_slices_has_levels_under_a_facet() -> None:
    """A facet of more than forty slices is grouped by its graph; nothing is lost and every label is sound."""
    subjects = ["港口库存", "炼厂检修", "中东局势", "运河通行", "美元指数", "页岩油产量", "油轮运费", "成品油出口"]
    documents = [
        ("快讯", f"受{a}与{b}第{n}项变化影响，油价承压。")
        for n in range(4)
        for a in subjects
        for b in subjects
        if a != b
    ]
    tree = grow(documents)
    assert_sound(tree)
    assert len(leaves_under(tree, "原因分析")) > 100
    assert tree.leaves["slice_id"].n_unique() == tree.leaves.height == len(documents)
    assert stats(tree)["levels"] >= 3


def test_grow_tree_of_free_tags_has_three_levels() -> None:
    subjects = ["港口库存", "炼厂检修", "中东局势", "运河通行", "美元指数", "页岩油产量", "油轮运费", "成品油出口"]
    documents = [
        (a, f"{a}{b}，本次涉及{a}第{n}处。") for n in range(4) for a in subjects for b in ("增加", "减少", "缓和")
    ]
    tree = grow(documents, "free")
    assert_sound(tree)
    assert tree.leaves.height == len(documents)
    assert stats(tree)["levels"] >= 2


def test_grow_tree_of_unlike_texts_keeps_them_under_one_tag() -> None:
    tree = grow([("甲", "一二三"), ("乙", "四五六"), ("丙", "七八九")], "free")
    assert_sound(tree)
    assert tree.leaves.height == 3


def test_grow_tree_without_facts_leaves_a_policy_profile_with_free_tags() -> None:
    tree = grow(OIL, "policy")
    assert tree.nodes.filter(pl.col("level") == 1)["label"].to_list() == ["其他"]
    assert_sound(tree)
