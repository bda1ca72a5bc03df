"""What a model adds to a tree: summaries and tags of its slices, and the names of what stands above them.

The embedded clustering proposes the groups, the model summarises and names; each of its words was checked against the
text that it saw before it comes here (task `summarise_slices`, `name_tags`). Whatever it did not say, or said wrongly, is
said by the extractive engine instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.tags.levels.labels import LABEL_MAX, is_label
from assets.tags.levels.nodes import Node, walk
from assets.tags.levels.units import Unit
from assets.tags.profiles import Profile
from resources.protocols import Clearance, TaskCall, TaskResult, TaskRunner

__all__ = ["SUMMARISE", "TASKS", "Guide", "Said", "ask_ahead", "batches", "summary_calls"]

TASKS = SUMMARISE, NAME = "summarise_slices", "name_tags"
#: Classes of text, the most open first.
CLASSES: tuple[Clearance, ...] = ("public", "internal", "secret")
STYLE = f"名词短语，2至{LABEL_MAX}个字，不带标点"
#: So many slices and characters go into one call at most. The runner remembers each slice by itself: a new one among them
#: is asked for alone.
MOST, CHARS = 16, 8000
#: A slice longer than this is shown by its beginning: a label needs no more.
SLICE_CHARS = 1200
#: What a group is shown by: some children and some summaries.
CHILDREN, SUMMARIES, GROUPS = 8, 3, 12


@dataclass(frozen=True)
class Said:
    """What a model said of one unit."""

    summary: str
    tags: tuple[str, ...]
    facet: str | None


@dataclass
class Guide:
    """One tree's way to the models."""

    runner: TaskRunner
    profile: Profile
    asset: str = "tags"
    partition: str | None = None
    #: Answers that were asked for ahead, in the order of `summary_calls`.
    answered: Sequence[TaskResult] | None = None
    said: dict[int, Said] = field(default_factory=dict)
    engines: set[str] = field(default_factory=set)
    call_ids: set[str] = field(default_factory=set)

    def summarise(self, units: Sequence[Unit]) -> None:
        """Ask for a summary and tags of each unit, several to a call."""
        if not self.runner.available(SUMMARISE):
            return
        facets = [facet.name for facet in self.profile.facets]
        held = list(batches(units))
        calls = summary_calls(self.profile, units) if self.answered is None else ()
        results = self._run(SUMMARISE, calls) if self.answered is None else self._take(self.answered)
        for batch, result in zip(held, results, strict=True):
            for row in _rows(result, "slices"):
                place = int(row["id"]) - 1
                if 0 <= place < len(batch):
                    tags = tuple(str(tag) for tag in row.get("tags") or () if is_label(str(tag)))
                    facet = row.get("facet")
                    said = Said(str(row.get("summary") or "").strip(), tags, str(facet) if facet in facets else None)
                    self.said[batch[place]] = said

    def name(self, roots: Sequence[Node], units: Sequence[Unit]) -> None:
        """Name the tags from the leaves up; roots that are facets keep the profile's own name."""
        if not self.said or not self.runner.available(NAME):
            return
        fixed = len(self.profile.facets) > 0
        depths: dict[int, list[tuple[Node, tuple[str, ...]]]] = {}
        for node, path in walk(roots):
            if len(path) > 1 or not fixed:
                depths.setdefault(len(path), []).append((node, path))
        for depth in sorted(depths, reverse=True):
            self._name_level(depths[depth], units)
        _accept(roots, frozenset())

    def _name_level(self, level: Sequence[tuple[Node, tuple[str, ...]]], units: Sequence[Unit]) -> None:
        parts = [level[i : i + GROUPS] for i in range(0, len(level), GROUPS)]
        calls = []
        for part in parts:
            groups = [
                {"id": n, "children": self._children(node), "summaries": self._summaries(node)}
                for n, (node, _) in enumerate(part, 1)
            ]
            facet = part[0][1][0] if self.profile.facets and len({path[0] for _, path in part}) == 1 else None
            shown = [unit for node, _ in part for unit in node.everyone()]
            inputs = {"facet": facet, "groups": groups}
            calls.append(TaskCall(inputs, _clearance(units, shown), _documents(units, shown)))
        for part, result in zip(parts, self._run(NAME, calls), strict=True):
            for row in _rows(result, "names"):
                place = int(row["id"]) - 1
                if not 0 <= place < len(part):
                    continue
                node, path = part[place]
                label = str(row.get("label") or "").strip()
                if is_label(label) and label not in path[:-1]:
                    node.proposed = label
                node.summary = str(row.get("summary") or "").strip() or node.summary

    def _children(self, node: Node) -> list[str]:
        names = [child.proposed or child.label for child in node.children]
        for unit in node.members:
            names += self.said[unit].tags[:2] if unit in self.said else ()
        return list(dict.fromkeys([*names, node.label]))[:CHILDREN]

    def _summaries(self, node: Node) -> list[str]:
        below = [child.summary for child in node.children if child.summary]
        own = [self.said[unit].summary for unit in node.everyone() if unit in self.said]
        return list(dict.fromkeys(text for text in [*below, *own] if text))[:SUMMARIES]

    def _run(self, task: str, calls: Sequence[TaskCall]) -> Sequence[TaskResult]:
        return self._take(self.runner.run(task, calls, asset=self.asset, partition=self.partition) if calls else [])

    def _take(self, results: Sequence[TaskResult]) -> Sequence[TaskResult]:
        """Note who answered and by which calls."""
        for result in results:
            self.call_ids.update(result.call_ids)
            if result.output is not None:
                self.engines.add(result.engine)
        return results


def ask_ahead(
    runner: TaskRunner, profile: Profile, sets: Sequence[Sequence[Unit]], asset: str
) -> list[list[TaskResult]]:
    """Ask for the summaries of several trees at once and return the answers of each, for its `Guide.answered`.

    A model that hangs then costs its time once, not once for each tree.
    """
    calls = [summary_calls(profile, units) for units in sets]
    results = iter(runner.run(SUMMARISE, [call for of_tree in calls for call in of_tree], asset=asset))
    return [[next(results) for _ in of_tree] for of_tree in calls]


def summary_calls(profile: Profile, units: Sequence[Unit]) -> list[TaskCall]:
    """Return the calls of `Guide.summarise`: one for each batch, several slices to a call."""
    facets = [facet.name for facet in profile.facets]
    calls = []
    for batch in batches(units):
        slices = [{"id": n, "text": units[i].text[:SLICE_CHARS]} for n, i in enumerate(batch, 1)]
        inputs = {"subject": profile.subject, "facets": facets, "style": STYLE, "slices": slices}
        calls.append(TaskCall(inputs, _clearance(units, batch), _documents(units, batch)))
    return calls


def batches(units: Sequence[Unit]) -> Iterator[list[int]]:
    """Yield the units in batches of one class of text."""
    for clearance in CLASSES:
        batch: list[int] = []
        chars = 0
        for i, unit in enumerate(units):
            if unit.clearance != clearance:
                continue
            size = min(len(unit.text), SLICE_CHARS)
            if batch and (chars + size > CHARS or len(batch) == MOST):
                yield batch
                batch, chars = [], 0
            batch.append(i)
            chars += size
        if batch:
            yield batch


def _clearance(units: Sequence[Unit], members: Sequence[int]) -> Clearance:
    return max((units[i].clearance for i in members), key=CLASSES.index, default="internal")


def _documents(units: Sequence[Unit], members: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted({leaf.doc_id for i in members for leaf in units[i].leaves}))


def _rows(result: TaskResult, name: str) -> list[dict[str, Any]]:
    return list(result.output[name]) if result.output is not None else []


def _accept(siblings: Sequence[Node], above: frozenset[str]) -> None:
    """Take the proposed names, from the roots down: a name that stands beside, above or below already is not taken."""
    own = [node.label for node in siblings]
    taken: set[str] = set()
    for place, node in enumerate(siblings):
        beside = {*own[:place], *own[place + 1 :], *taken}
        below = {other.label for other, _ in walk(node.children)}
        if node.proposed and node.proposed not in beside | above | below:
            node.label = node.proposed
            taken.add(node.label)
        _accept(node.children, above | {node.label})
