"""Trees with a model beside the extractive engine: a fake runner that answers as well, or as badly, as it is told."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from assets.tags.grow import Tree, grow_tree, keep_units
from assets.tags.guide import CHARS, MOST, Guide, ask_ahead, batches
from assets.tags.levels.labels import is_label
from assets.tags.levels.units import Leaf, Unit
from assets.tags.profiles import load_profiles
from assets.text.spans import digest_id
from resources.protocols import TaskCall, TaskResult
from tests.assets.tags.frames import OIL, slices_of, vectors_of

PROFILES = load_profiles({"free": {"lane": "news"}})
Answer = Callable[[str, dict[str, Any]], dict[str, Any] | None]


class FakeRunner:
    """Answers each call by a function of task and inputs; None is a failure."""

    def __init__(self, answer: Answer, *, tasks: Sequence[str] = ("summarise_slices", "name_tags")) -> None:
        self.answer, self.tasks, self.seen = answer, tasks, list[tuple[str, TaskCall]]()

    def available(self, task: str) -> bool:
        return task in self.tasks

    def run(
        self, task: str, calls: Sequence[TaskCall], *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]:
        del asset, partition
        out = []
        for call in calls:
            self.seen.append((task, call))
            answer = self.answer(task, dict(call.inputs))
            reason = None if answer is not None else "timeout"
            out.append(
                TaskResult(answer, "m1" if answer is not None else "extractive", (f"c{len(self.seen)}",), reason)
            )
        return out

    def embed(self, texts: Sequence[str], **where: Any) -> list[tuple[float, ...] | None]:
        del where
        return [None for _ in texts]


def honest(task: str, inputs: dict[str, Any]) -> dict[str, Any]:
    if task == "summarise_slices":
        facets = inputs["facets"]
        return {
            "slices": [
                {"id": s["id"], "summary": s["text"][:12], "tags": ["原油供应"], "facet": facets[0] if facets else None}
                for s in inputs["slices"]
            ]
        }
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
    return {
        "names": [
            {"id": g["id"], "label": f"模型{letters[g['id'] % 14]}类", "summary": "模型的概括"}
            for g in inputs["groups"]
        ]
    }


def grow(runner: FakeRunner, profile: str = "news", documents: list[tuple[str, str]] = OIL) -> Tree:
    return grow_tree(
        PROFILES[profile],
        "2024-04-18",
        slices_of(documents),
        vectors_of([text for _, text in documents]),
        basis_id="b",
        guide=Guide(runner, PROFILES[profile]),
    )


def stats(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tree.tree["stats"])
    return found


def plain(profile: str = "news") -> Tree:
    return grow(FakeRunner(lambda *_: None), profile)


def test_grow_tree_names_and_tags_by_the_model() -> None:
    runner = FakeRunner(honest)
    tree = grow(runner)
    assert tree.tree["engine"] == "m1"
    assert stats(tree)["chat_calls"] == len(runner.seen) > 0
    assert stats(tree)["slices"] == stats(plain())["slices"]
    facets = {facet.name for facet in PROFILES["news"].facets} | {"其他"}
    below = tree.nodes.filter(tree.nodes["level"] > 1)["label"].to_list()
    assert set(tree.nodes.filter(tree.nodes["level"] == 1)["label"]) <= facets
    assert any(label.startswith("模型") for label in below)
    assert any("原油供应" in tags for tags in tree.leaves["tags"])


def test_grow_tree_is_extractive_where_the_models_fail() -> None:
    tree = plain()
    alone = grow_tree(PROFILES["news"], "2024-04-18", slices_of(OIL), vectors_of([t for _, t in OIL]), basis_id="b")
    assert tree.tree["engine"] == "extractive"
    assert tree.nodes.equals(alone.nodes)
    assert tree.leaves.equals(alone.leaves)
    assert stats(tree)["chat_calls"] > 0


@pytest.mark.parametrize("label", ["", "是", "2024年4月18日，价格下跌", "oil", "同一个名字"])
def test_a_name_that_cannot_stand_is_not_taken(label: str) -> None:
    def answer(task: str, inputs: dict[str, Any]) -> dict[str, Any]:
        if task == "summarise_slices":
            return honest(task, inputs)
        return {"names": [{"id": g["id"], "label": label, "summary": ""} for g in inputs["groups"]]}

    tree = grow(FakeRunner(answer), "free")
    nodes = tree.nodes.to_dicts()
    assert all(is_label(node["label"]) for node in nodes)
    assert all(node["summary"] for node in nodes)
    pairs = [(node["parent_id"], node["label"]) for node in nodes]
    assert len(set(pairs)) == len(pairs)


def test_ids_that_were_not_asked_for_change_nothing() -> None:
    def answer(task: str, inputs: dict[str, Any]) -> dict[str, Any]:
        del inputs
        if task == "summarise_slices":
            return {"slices": [{"id": 99, "summary": "别处的话", "tags": ["别处的话"], "facet": "没有这一类"}]}
        return {"names": [{"id": 0, "label": "别处的名", "summary": "别处"}]}

    tree = grow(FakeRunner(answer))
    assert "别处" not in "".join([*tree.nodes["label"], *tree.nodes["summary"], *tree.leaves["tags"]])


def test_a_name_equal_to_one_below_it_is_left() -> None:
    runner = FakeRunner(honest)
    low = {node["label"] for node in grow(runner, "free").nodes.to_dicts() if node["level"] > 1}
    taken = sorted(low)[:1] or ["没有下层"]

    def answer(task: str, inputs: dict[str, Any]) -> dict[str, Any]:
        if task == "summarise_slices":
            return honest(task, inputs)
        return {"names": [{"id": g["id"], "label": taken[0], "summary": "概括"} for g in inputs["groups"]]}

    tree = grow(FakeRunner(answer), "free")
    nodes = {node["tag_id"]: node for node in tree.nodes.to_dicts()}
    for node in nodes.values():
        above = nodes.get(node["parent_id"])
        while above:
            assert above["label"] != node["label"]
            above = nodes.get(above["parent_id"])


def unit(number: int, clearance: str = "internal", size: int = 60) -> Unit:
    slice_id = digest_id("slice", number)
    return Unit("字" * size, "", "", False, (Leaf(slice_id, "d", "字"),), clearance)  # type: ignore[arg-type]


def test_batches_hold_one_class_and_stay_small() -> None:
    units = [unit(i, "secret" if i % 3 else "public", 2000) for i in range(100)]
    held = list(batches(units))
    assert sorted(i for batch in held for i in batch) == list(range(100))
    for batch in held:
        assert len({units[i].clearance for i in batch}) == 1
        assert len(batch) <= MOST
        assert sum(min(1200, len(units[i].text)) for i in batch) <= CHARS


def test_the_most_secret_text_decides_who_may_name_a_group() -> None:
    runner = FakeRunner(honest)
    frame = slices_of(OIL).with_columns(clearance=slices_of(OIL)["slice_id"].map_elements(lambda _: "public"))
    first = frame["slice_id"].min()
    frame = frame.with_columns(clearance=frame["slice_id"].map_elements(lambda s: "secret" if s == first else "public"))
    grow_tree(
        PROFILES["free"],
        "2024-04-18",
        frame,
        vectors_of([text for _, text in OIL]),
        basis_id="b",
        guide=Guide(runner, PROFILES["free"]),
    )
    asked = {call.clearance for task, call in runner.seen if task == "summarise_slices"}
    assert asked == {"public", "secret"}
    assert "secret" in {call.clearance for task, call in runner.seen if task == "name_tags"}


def test_several_trees_are_asked_for_at_once() -> None:
    """Texts of several days share a call, and an equal text is asked for once."""
    runner = FakeRunner(honest)
    found = ask_ahead(runner, PROFILES["news"], [[unit(1, size=60), unit(2, size=61)], [], [unit(3, size=60)]], "tags")
    asked = [[s["text"] for s in call.inputs["slices"]] for _, call in runner.seen]
    assert [len(texts) for texts in asked] == [2]
    assert set(found) == {("字" * 60, "internal"), ("字" * 61, "internal")}


def test_a_tree_takes_what_was_asked_ahead_and_asks_no_more() -> None:
    asking = grow(FakeRunner(honest))
    frame, vectors = slices_of(OIL), vectors_of([text for _, text in OIL])
    units = keep_units(PROFILES["news"], frame, vectors).units.items
    runner = FakeRunner(honest)
    answered = ask_ahead(runner, PROFILES["news"], [units], "tags/news")
    before = len(runner.seen)
    guide = Guide(runner, PROFILES["news"], answered=answered)
    tree = grow_tree(PROFILES["news"], "2024-04-18", frame, vectors, basis_id="b", guide=guide)
    assert all(task == "name_tags" for task, _ in runner.seen[before:])
    assert tree.nodes.equals(asking.nodes)
