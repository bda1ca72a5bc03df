"""Measures of partitions and trees, against values worked out by hand."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.tags.judge.measures import (
    agreement,
    b_cubed,
    cut_tree,
    label_support,
    leaf_distinctness,
    nmi,
    purity,
    rand_index,
    shape,
    stability,
)

# fmt: off
EQUAL = [["a", "a"], ["b", "b"]]
MIXED = [["a", "a"], ["b"], ["b"]]
NODES = [
    {"tag_id": "r", "parent_id": None, "level": 1, "label": "原因"},
    {"tag_id": "k", "parent_id": "r", "level": 2, "label": "库存"},
    {"tag_id": "f", "parent_id": "r", "level": 2, "label": "运费"},
]
LEAVES = [{"tag_id": tag, "slice_id": slice_id} for tag, slice_id in (("k", "1"), ("k", "2"), ("f", "3"), ("f", "4"), ("r", "5"))]
TEXTS = {"1": "库存增加", "2": "原油库存增加了", "3": "海运费上涨", "4": "运价与费用上涨", "5": "其他"}
# fmt: on
groups = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), min_size=1, max_size=6)


def test_measures_of_equal_partitions_are_one() -> None:
    found = agreement(EQUAL)
    assert found == {"purity": 1.0, "nmi": 1.0, "ari": 1.0, "b3": {"precision": 1.0, "recall": 1.0, "f1": 1.0}}


def test_measures_of_a_split_class() -> None:
    assert purity(MIXED) == 1.0
    assert nmi(MIXED) == pytest.approx(0.8)
    assert rand_index(MIXED) == pytest.approx(0.571428, abs=1e-5)
    assert b_cubed(MIXED) == pytest.approx({"precision": 1.0, "recall": 0.75, "f1": 6 / 7})


def test_measures_of_one_group_and_of_none() -> None:
    assert nmi([["a", "b"]]) == 0.0
    assert rand_index([["a", "b"]]) == 0.0
    assert nmi([["a"]]) == rand_index([["a"]]) == 1.0
    assert purity([]) == 0.0


@given(groups)
def test_rand_index_is_what_counting_pairs_gives(given_groups: list[list[str]]) -> None:
    members = [(place, label) for place, group in enumerate(given_groups) for label in group]
    pairs = list(combinations(members, 2))
    both = sum(a[0] == b[0] and a[1] == b[1] for a, b in pairs)
    rows, columns = sum(a[0] == b[0] for a, b in pairs), sum(a[1] == b[1] for a, b in pairs)
    expected = rows * columns / len(pairs) if pairs else 0.0
    most = (rows + columns) / 2
    assert rand_index(given_groups) == pytest.approx(1.0 if most == expected else (both - expected) / (most - expected))


@given(groups)
def test_measures_stay_within_their_bounds(given_groups: list[list[str]]) -> None:
    found = agreement(given_groups)
    assert 0 <= found["nmi"] <= 1
    assert 0 < found["purity"] <= 1
    assert -1 <= found["ari"] <= 1
    assert all(0 < value <= 1 for value in found["b3"].values())


def test_cut_tree_splits_the_largest_and_keeps_what_a_tag_holds_itself() -> None:
    assert cut_tree(NODES, LEAVES, 1) == [["1", "2", "3", "4", "5"]]
    assert sorted(cut_tree(NODES, LEAVES, 3)) == [["1", "2"], ["3", "4"], ["5"]]
    assert len(cut_tree(NODES, LEAVES, 9)) == 3


def test_shape_counts_levels_children_and_leaves() -> None:
    found = shape(NODES, LEAVES)
    assert (found["depth"], found["branching_most"], found["leaves_mean"]) == (2, 2, round(5 / 3, 4))
    assert shape([], [])["depth"] == 0


def test_label_support_asks_for_every_pair_of_characters() -> None:
    found = label_support(NODES, LEAVES, TEXTS)
    assert found == {"supported": 1.0, "verbatim": 1.0, "n": 2, "without": []}
    other = [*NODES[:2], {**NODES[2], "label": "库存运费"}]
    found = label_support(other, LEAVES, TEXTS)
    assert (found["supported"], found["without"]) == (0.5, ["库存运费"])
    assert label_support(NODES[:1], [], {})["supported"] is None


def test_leaf_distinctness_counts_leaves_that_are_nearest_to_their_own() -> None:
    assert leaf_distinctness(NODES, LEAVES, TEXTS) == {"nearest_own": 1.0, "n": 4}
    crossed = {**TEXTS, "1": "海运费上涨", "3": "原油库存增加了"}
    assert leaf_distinctness(NODES, LEAVES, crossed)["nearest_own"] < 0.5
    assert leaf_distinctness(NODES[:1], LEAVES[-1:], TEXTS) == {"nearest_own": None, "n": 0}


def test_stability_counts_tags_and_labels_kept() -> None:
    now = [{**NODES[0], "label": "原因分析"}, NODES[1]]
    assert stability(NODES, now) == {"tags_kept": round(2 / 3, 6), "labels_kept": 0.5, "n": 3}
    assert stability([], now) == {"tags_kept": None, "labels_kept": None, "n": 0}
