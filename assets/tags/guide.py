"""What a model adds to a tree: summaries and tags of its slices, and the names of what stands above them.

The embedded clustering proposes the groups, the model summarises, names and decides: it may join two tags under one parent or
put one out. Each of its words was checked against the text that it saw before it comes here (task `summarise_slices`,
`name_tags`). Whatever it did not say, or said wrongly, is said by the extractive engine instead, and marked `auto`.
What its decisions do to a tree is in `decide.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.tags.history.vocabulary import Vocabulary
from assets.tags.levels.decide import Decision, accept_names, apply, read_decision
from assets.tags.levels.labels import is_label
from assets.tags.levels.nodes import Node, walk
from assets.tags.levels.units import Unit, Units
from assets.tags.profiles import Profile
from resources.protocols import Clearance, TaskCall, TaskResult, TaskRunner

__all__ = ["SUMMARISE", "TASKS", "Answered", "Guide", "Said", "ask_ahead", "batches", "summary_calls"]

TASKS = SUMMARISE, NAME = "summarise_slices", "name_tags"
#: Classes of text, the most open first.
CLASSES: tuple[Clearance, ...] = ("public", "internal", "secret")
#: So many slices and characters go into one call at most. The runner remembers each slice by itself: a new one among them
#: is asked for alone.
MOST, CHARS = 16, 8000
#: What was not answered in a batch is asked once more in small ones, then alone, so that a text that leads a model astray takes
#: no other with it; in so many calls at most, and where the model answers most of what it is asked.
REPAIR, REPAIRS, REPAIRS_MIN, UNANSWERED_MAX = (4, 1), 0.25, 4, 0.5
#: A slice longer than this is shown by its beginning: a label needs no more.
SLICE_CHARS = 1200
#: What a group is shown by: some children and some summaries.
CHILDREN, SUMMARIES, GROUPS = 8, 3, 12
#: With so many tags under it a group is asked which of them are one, or stand elsewhere.
DECIDED = 3


@dataclass(frozen=True)
class Said:
    """What a model said of one unit."""

    summary: str
    tags: tuple[str, ...]
    facet: str | None


@dataclass(frozen=True)
class Answered:
    """What a model said of one text, and who it was by which calls."""

    said: Said
    engine: str
    call_ids: tuple[str, ...]


#: Answers by text and its class.
Answers = Mapping[tuple[str, str], Answered]


@dataclass
class Guide:
    """One tree's way to the models."""

    runner: TaskRunner
    profile: Profile
    asset: str = "tags"
    partition: str | None = None
    #: Answers that were asked for ahead; what is missing in them did not come.
    answered: Answers | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    said: dict[int, Said] = field(default_factory=dict)
    engines: set[str] = field(default_factory=set)
    call_ids: set[str] = field(default_factory=set)

    def summarise(self, units: Sequence[Unit], wanted: Sequence[int]) -> None:
        """Take or ask for a summary and tags of the wanted units, several to a call; equal texts are asked for once."""
        if not self.runner.available(SUMMARISE):
            return
        found = self.answered
        if found is None:
            found = ask_ahead(
                self.runner, self.profile, [[units[unit] for unit in wanted]], self.asset, self.partition, self.call_ids
            )
        said: dict[int, Said] = {}
        for unit in wanted:
            answer = found.get((units[unit].text, units[unit].clearance))
            if answer is not None:
                said[unit] = answer.said
                self.engines.add(answer.engine)
                self.call_ids.update(answer.call_ids)
        self.vocabulary.learn(one.tags for one in said.values())
        for unit, one in said.items():
            slices = [leaf.slice_id for leaf in units[unit].leaves]
            tags = (self.vocabulary.canonical(tag, slices, text=units[unit].text) for tag in one.tags)
            forbidden = self.profile.style.forbidden
            self.said[unit] = Said(one.summary, tuple(dict.fromkeys(t for t in tags if t not in forbidden)), one.facet)

    def name(self, roots: list[Node], units: Units) -> None:
        """Name what is new from the leaves up, and let the model decide what is one; facets keep the profile's name.

        A tag over a single text takes that text's own first tag: no call is needed.
        """
        if not self.said or not self.runner.available(NAME):
            return
        levels: dict[int, list[tuple[Node, tuple[str, ...]]]] = {}
        for node, path in walk(roots):
            if self._is_open(node, path):
                levels.setdefault(_height(node), []).append((node, path))
        for height in sorted(levels):
            self._name_level(levels[height], units, roots)
        accept_names(roots, frozenset(), self.vocabulary)

    def _is_open(self, node: Node, path: tuple[str, ...]) -> bool:
        """Whether a tag has to be asked about; what needs no call is named here."""
        if node.stands or node.named_by == "fact":
            return False
        if node.named_by == "profile":
            return len(node.children) >= DECIDED and self.profile.stop.levels > 1
        everyone = node.everyone()
        if len(everyone) > 1:
            return True
        said = self.said.get(everyone[0]) if everyone else None
        label = next((tag for tag in said.tags if self._fits(tag) and tag not in path[:-1]), "") if said else ""
        if label:
            node.proposed = label
        return False

    def _fits(self, label: str) -> bool:
        style = self.profile.style
        return is_label(label) and style.shortest <= len(label) <= style.longest and label not in style.forbidden

    def _name_level(self, level: Sequence[tuple[Node, tuple[str, ...]]], units: Units, roots: list[Node]) -> None:
        parts = [level[i : i + GROUPS] for i in range(0, len(level), GROUPS)]
        calls = []
        for part in parts:
            groups = [
                {
                    "id": n,
                    "children": self._children(node),
                    "summaries": self._summaries(node),
                    "decide": _decides(node),
                }
                for n, (node, _) in enumerate(part, 1)
            ]
            facet = part[0][1][0] if self.profile.facets and len({path[0] for _, path in part}) == 1 else None
            shown = [unit for node, _ in part for unit in node.everyone()]
            inputs = {"facet": facet, "brief": self.profile.style.brief(), "groups": groups}
            calls.append(TaskCall(inputs, _clearance(units.items, shown), _documents(units.items, shown)))
        decisions: list[tuple[Node, tuple[str, ...], Decision]] = []
        for part, result in zip(parts, self._run(NAME, calls), strict=True):
            for row in _rows(result, "names"):
                place = int(row["id"]) - 1
                if not 0 <= place < len(part):
                    continue
                node, path = part[place]
                label = str(row.get("label") or "").strip()
                if node.named_by != "profile" and self._fits(label) and label not in path[:-1]:
                    node.proposed = label
                    node.summary = str(row.get("summary") or "").strip() or node.summary
                if _decides(node):
                    decisions.append((node, path, read_decision(row, len(node.children))))
        for node, path, decision in decisions:
            apply(decision, node, path, roots, units, self.vocabulary)

    def _children(self, node: Node) -> list[str]:
        if _decides(node):
            return [child.proposed or child.label for child in node.children]
        names = [child.proposed or child.label for child in node.children]
        for unit in node.members:
            names += self.said[unit].tags[:2] if unit in self.said else ()
        return list(dict.fromkeys([*names, node.label]))[:CHILDREN]

    def _summaries(self, node: Node) -> list[str]:
        below = [child.summary for child in node.children if child.summary]
        own = [self.said[unit].summary for unit in node.members if unit in self.said]
        return list(dict.fromkeys(text for text in [*below, *own] if text))[:SUMMARIES]

    def _run(self, task: str, calls: Sequence[TaskCall]) -> Sequence[TaskResult]:
        results = self.runner.run(task, calls, asset=self.asset, partition=self.partition) if calls else []
        for result in results:
            self.call_ids.update(result.call_ids)
            if result.output is not None:
                self.engines.add(result.engine)
        return results


def ask_ahead(
    runner: TaskRunner,
    profile: Profile,
    sets: Sequence[Sequence[Unit]],
    asset: str,
    partition: str | None = None,
    call_ids: set[str] | None = None,
) -> dict[tuple[str, str], Answered]:
    """Ask for the summaries of the units of several trees at once, and return what came by text and class.

    Calls hold texts of several trees, so that many small days take no more calls than one large one, and a model that
    hangs costs its time once. An equal text is asked for once; what did not hold is asked again apart. `call_ids`, where given, takes the calls of failures too.
    """
    distinct: dict[tuple[str, str], Unit] = {}
    for units in sets:
        for unit in units:
            distinct.setdefault((unit.text, unit.clearance), unit)
    units = list(distinct.values())
    found: dict[tuple[str, str], Answered] = {}
    limit = 0
    for most in (MOST, *REPAIR):
        left = [unit for unit in units if (unit.text, unit.clearance) not in found]
        if most != MOST and len(left) > UNANSWERED_MAX * len(units):
            break
        calls = summary_calls(profile, left, most)
        limit = limit or max(REPAIRS_MIN, round(REPAIRS * len(calls)))
        calls = calls if most == MOST else calls[:limit]
        results = runner.run(SUMMARISE, calls, asset=asset, partition=partition) if calls else []
        for batch, result in zip(batches(left, most), results, strict=False):
            if call_ids is not None:
                call_ids.update(result.call_ids)
            found.update(_read(profile, [left[i] for i in batch], result))
    return found


def _read(profile: Profile, units: Sequence[Unit], result: TaskResult) -> Iterator[tuple[tuple[str, str], Answered]]:
    facets = {facet.name for facet in profile.facets}
    for row in _rows(result, "slices"):
        place = int(row["id"]) - 1
        if 0 <= place < len(units):
            tags = tuple(str(tag) for tag in row.get("tags") or () if is_label(str(tag)))
            facet = row.get("facet")
            said = Said(str(row.get("summary") or "").strip(), tags, str(facet) if facet in facets else None)
            yield (units[place].text, units[place].clearance), Answered(said, result.engine, result.call_ids)


def summary_calls(profile: Profile, units: Sequence[Unit], most: int = MOST) -> list[TaskCall]:
    """Return the calls for these units: one for each batch, `most` slices to a call at most."""
    facets = [facet.name for facet in profile.facets]
    calls = []
    for batch in batches(units, most):
        slices = [{"id": n, "text": units[i].text[:SLICE_CHARS]} for n, i in enumerate(batch, 1)]
        inputs = {"subject": profile.subject, "facets": facets, "style": profile.style.brief(), "slices": slices}
        calls.append(TaskCall(inputs, _clearance(units, batch), _documents(units, batch)))
    return calls


def batches(units: Sequence[Unit], most: int = MOST) -> Iterator[list[int]]:
    """Yield the units in batches of one class of text."""
    for clearance in CLASSES:
        batch: list[int] = []
        chars = 0
        for i, unit in enumerate(units):
            if unit.clearance != clearance:
                continue
            size = min(len(unit.text), SLICE_CHARS)
            if batch and (chars + size > CHARS or len(batch) == most):
                yield batch
                batch, chars = [], 0
            batch.append(i)
            chars += size
        if batch:
            yield batch


def _height(node: Node) -> int:
    return 1 + max(map(_height, node.children)) if node.children else 0


def _decides(node: Node) -> bool:
    return len(node.children) >= DECIDED


def _clearance(units: Sequence[Unit], members: Sequence[int]) -> Clearance:
    return max((units[i].clearance for i in members), key=CLASSES.index, default="internal")


def _documents(units: Sequence[Unit], members: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted({leaf.doc_id for i in members for leaf in units[i].leaves}))


def _rows(result: TaskResult, name: str) -> list[dict[str, Any]]:
    return list(result.output[name]) if result.output is not None else []
