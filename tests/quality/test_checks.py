"""Our own checks: spans re-read, hashes, counts, references, tree shape."""

import hashlib

import polars as pl
import pytest

from assets.catalogue import by_name
from assets.text.spans import sha256_text
from quality.counts import check_conserved
from quality.spans import check_hashes, check_spans, has_spans
from quality.trees import check_tree
from resources.errors import UsageError

TEXT = "原油大跌。铜价企稳。"


def slices(start: int, end: int, text: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "slice_id": "s1",
                "doc_id": "d1",
                "start": start,
                "end": end,
                "text": text,
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
        ]
    )


@pytest.mark.parametrize(
    ("row", "passed"),
    [((0, 5, "原油大跌。"), True), ((1, 5, "原油大跌。"), False), ((0, 99, TEXT), False), ((10, 11, ""), False)],
    ids=["reads", "shifted", "beyond", "empty"],
)
def test_check_spans_rereads(row: tuple[int, int, str], passed: bool) -> None:
    outcome = check_spans(by_name()["slices"], slices(*row), lambda _: TEXT)
    assert outcome.passed is passed
    assert outcome.severity == "block"


def test_check_spans_recomputes_the_hash_where_no_text_is_kept() -> None:
    fact = {"fact_id": "f", "doc_id": "d1", "start": 2, "end": 4, "sha256": sha256_text(TEXT[2:4])}
    table = by_name()["policy_facts"]
    assert has_spans(table)
    assert check_spans(table, pl.DataFrame([fact]), lambda _: TEXT).passed
    assert not check_spans(table, pl.DataFrame([fact | {"start": 1, "end": 3}]), lambda _: TEXT).passed
    assert not has_spans(by_name()["documents"])


def test_check_spans_names_a_document_that_is_not_there() -> None:
    def text_of(doc_id: str) -> str:
        raise UsageError(f"no document {doc_id}")

    outcome = check_spans(by_name()["slices"], slices(0, 5, "原油大跌。"), text_of)
    assert not outcome.passed
    assert "do not hold" in outcome.failing[0][1]


def test_check_hashes_recomputes() -> None:
    good = slices(0, 5, "原油大跌。")
    assert check_hashes(by_name()["slices"], good).passed
    assert not check_hashes(by_name()["slices"], good.with_columns(sha256=pl.lit("0" * 64))).passed


def test_counts_are_conserved() -> None:
    assert check_conserved("slices", taken=3, stored=2, quarantined=1).passed
    assert not check_conserved("slices", taken=3, stored=2, quarantined=0).passed


def node(tag: str, parent: str | None, level: int, leaves: int, label: str = "") -> dict[str, object]:
    return {"tag_id": tag, "parent_id": parent, "level": level, "label": label or tag, "n_leaves": leaves}


GOOD_NODES = [node("r", None, 1, 3), node("a", "r", 2, 2), node("b", "r", 2, 1)]
GOOD_LEAVES = [{"tag_id": "a", "slice_id": "1"}, {"tag_id": "a", "slice_id": "2"}, {"tag_id": "b", "slice_id": "3"}]


def tree(nodes=GOOD_NODES, leaves=GOOD_LEAVES, slices=("1", "2", "3"), excluded=0):
    return check_tree("tree_shape", nodes, leaves, slices=set(slices), excluded=excluded)


def test_check_tree_passes_a_good_tree() -> None:
    assert tree().passed
    assert tree(slices=("1", "2", "3", "4"), excluded=1).passed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"nodes": [*GOOD_NODES, node("a", "r", 2, 2)]}, "two nodes have this id"),
        ({"nodes": [node("r", None, 1, 3), node("a", "x", 2, 2), node("b", "r", 2, 1)]}, "parent is not in the tree"),
        ({"nodes": [node("r", None, 1, 3), node("a", "r", 3, 2), node("b", "r", 2, 1)]}, "is not its depth"),
        ({"nodes": [node("r", None, 1, 3), node("a", "b", 2, 2), node("b", "a", 2, 1)]}, "is not its depth"),
        ({"nodes": [node("r", None, 1, 3), node("a", "r", 2, 2, "x"), node("b", "r", 2, 1, "x")]}, "named x"),
        (
            {"nodes": [node("r", None, 1, 2), node("a", "r", 2, 2)], "leaves": GOOD_LEAVES[:2], "slices": ("1", "2")},
            "single child",
        ),
        ({"nodes": [node("r", None, 1, 9), *GOOD_NODES[1:]]}, "counts 9 leaves"),
        ({"leaves": [*GOOD_LEAVES, {"tag_id": "b", "slice_id": "3"}]}, "placed twice under one tag"),
        ({"leaves": [*GOOD_LEAVES, {"tag_id": "z", "slice_id": "4"}]}, "hang on no tag"),
        ({"slices": ("1", "2")}, "no slice of this tree"),
        ({"slices": ("1", "2", "3", "4")}, "0 excluded"),
    ],
    ids=["twice", "orphan", "level", "cycle", "label", "chain", "count", "twice-placed", "no-tag", "foreign", "lost"],
)
def test_check_tree_finds_each_fault(arguments: dict[str, object], said: str) -> None:
    outcome = tree(**arguments)
    assert not outcome.passed
    assert any(said in rule for _, rule in outcome.failing)
