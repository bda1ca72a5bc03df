"""Names of a grown tree under people's decisions."""

from typing import Any

import pytest

from assets.tags.judge.apply import apply_decisions
from assets.tags.judge.verdicts import Decisions
from assets.tags.levels.nodes import Node


def grown() -> list[Node]:
    """A facet with three tags of its own, one with a level below."""
    deep = Node("库存", [1], [Node("美国库存", [2]), Node("国内库存", [3])], tag_id="k")
    cause = Node(
        "原因", [], [deep, Node("累库", [4], tag_id="l"), Node("运费", [5], tag_id="f")], named_by="profile", tag_id="c"
    )
    return [cause, Node("影响", [6], named_by="profile", tag_id="e")]


def decisions(
    names: dict[str, str] | None = None, forbidden: tuple[str, ...] = (), apart: tuple[Any, ...] = ()
) -> Decisions:
    return Decisions(names or {}, frozenset(forbidden), frozenset(apart))


def applied(decided: Decisions, tags: tuple[str, ...] = ("运价", "海运")) -> list[Node]:
    return apply_decisions(grown(), decided, lambda _: tags)


def names_of(node: Node) -> list[str]:
    return [child.label for child in node.children]


def test_apply_decisions_renames_and_says_who_named() -> None:
    [cause, _] = applied(decisions({"运费": "海运成本"}))
    assert names_of(cause) == ["库存", "累库", "海运成本"]
    assert cause.children[2].named_by == "person"
    assert cause.children[2].tag_id == "f"


def test_apply_decisions_joins_siblings_of_one_name() -> None:
    [cause, _] = applied(decisions({"累库": "库存"}))
    assert names_of(cause) == ["库存", "运费"]
    assert (cause.children[0].tag_id, cause.children[0].members) == ("k", [1, 4])
    assert len(cause.children[0].children) == 2


def test_apply_decisions_leaves_no_single_child() -> None:
    [cause, _] = applied(decisions({"累库": "库存", "运费": "库存"}))
    assert names_of(cause) == ["美国库存", "国内库存"]
    assert sorted(cause.everyone()) == [1, 2, 3, 4, 5]


def test_apply_decisions_joins_nothing_that_is_kept_apart() -> None:
    [cause, _] = applied(decisions({"累库": "库存"}, apart=(("库存", "累库"),)))
    assert names_of(cause) == ["库存", "累库", "运费"]


@pytest.mark.parametrize("name", ["原因", "美国库存"], ids=["above", "below"])
def test_apply_decisions_takes_no_name_that_stands_above_or_below(name: str) -> None:
    [cause, _] = applied(decisions({"库存": name}))
    assert names_of(cause)[0] == "库存"


def test_apply_decisions_leaves_names_of_the_profile() -> None:
    assert [root.label for root in applied(decisions({"影响": "后果"}, forbidden=("原因",)))] == ["原因", "影响"]


def test_apply_decisions_gives_a_forbidden_tag_the_best_word_of_its_leaves() -> None:
    [cause, _] = applied(decisions(forbidden=("运费", "运价")))
    assert names_of(cause) == ["库存", "累库", "海运"]
    [cause, _] = applied(decisions(forbidden=("运费",)), tags=("运费", "累库"))
    assert names_of(cause) == ["库存", "累库", "运费"]


def test_apply_decisions_joins_roots_of_a_free_tree() -> None:
    roots = [Node("库存", [1]), Node("累库", [2]), Node("运费", [3])]
    assert [
        (root.label, root.members) for root in apply_decisions(roots, decisions({"累库": "库存"}), lambda _: ())
    ] == [
        ("库存", [1, 2]),
        ("运费", [3]),
    ]


def test_apply_decisions_changes_nothing_without_decisions() -> None:
    assert applied(decisions()) == grown()
