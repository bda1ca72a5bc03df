"""Growth of a tree that stands: what did not change keeps its place, what is new finds the tag that it is most like.

A tag that grows beyond a small set parts in two or more; what resembles nothing forms tags of its own under its root. Where
too much of the tree changed it is grown from its leaves anew (`None`), and only the ids are carried on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assets.tags.levels.growth import SMALL, grow_root, tags_of_few
from assets.tags.levels.labels import Phrases
from assets.tags.levels.nodes import Node, walk
from assets.tags.levels.units import Unit, Units
from assets.tags.profiles import StopRule

__all__ = ["Standing", "Stood", "extend", "stand", "units_to_ask"]

#: With a greater share of slices come or gone a tree is grown anew.
REGROW_SHARE = 0.3
#: Neighbours asked, and their mean likeness from which a new slice lies under their tag.
NEIGHBOURS, LIKENESS_MIN = 8, 0.3
#: A tag of leaves alone parts where it has grown by this factor, and beyond a small set.
GROWN = 1.5
#: How much the nearer neighbours weigh more.
SHARPNESS = 3.0


@dataclass(frozen=True)
class Standing:
    """A tree as it stands: its TAG_TREES row (stats as a mapping), TAG_NODES and TAG_LEAVES rows."""

    tree: Mapping[str, Any]
    nodes: Sequence[Mapping[str, Any]]
    leaves: Sequence[Mapping[str, Any]]

    @property
    def rows(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return it as what `identify` takes for the tree before."""
        return {"nodes": self.nodes, "leaves": self.leaves}


@dataclass
class Stood:
    """The standing tree over today's units: its roots, and what is new."""

    roots: list[Node]
    fresh: list[int]
    #: Units that each tag held itself when it stood.
    sizes: dict[str, int] = field(default_factory=dict)


def units_to_ask(units: Units, standing: Standing | None) -> list[Unit]:
    """Return the units that a model is asked about: those of which no slice stands in the tree, or all."""
    stood = {row["slice_id"] for row in standing.leaves} if standing is not None else set()
    fresh = [unit for unit in units.items if not any(leaf.slice_id in stood for leaf in unit.leaves)]
    gone = len(stood - {leaf.slice_id for unit in units.items for leaf in unit.leaves})
    came = sum(len(unit.leaves) for unit in fresh)
    return fresh if standing is not None and not _too_much(came + gone, len(stood)) else list(units.items)


def _too_much(changed: int, stood: int) -> bool:
    return changed > REGROW_SHARE * max(1, stood)


def stand(standing: Standing, units: Units, within: Callable[[str], bool], wanted: Sequence[int]) -> Stood | None:
    """Return the standing tree with the units of today, or None where too much of it changed.

    Args:
        standing: The tree as it stands.
        units: All units of today.
        within: Which roots (by label) are to stand; the others are left out.
        wanted: Units that belong under these roots.
    """
    nodes, roots = _nodes(standing.nodes, within)
    place = {leaf.slice_id: unit for unit in wanted for leaf in units.items[unit].leaves}
    at: dict[int, str] = {}
    sizes: Counter[str] = Counter()
    gone = 0
    rows = [row for row in standing.leaves if row["tag_id"] in nodes]
    for row in sorted(rows, key=lambda row: (row["tag_id"], row["ordinal"], row["slice_id"])):
        unit = place.get(row["slice_id"])
        sizes[row["tag_id"]] += 1
        if unit is None:
            gone += 1
        else:
            first = units.items[unit].leaves[0].slice_id
            if unit not in at or row["slice_id"] == first:
                at[unit] = row["tag_id"]
    fresh = [unit for unit in wanted if unit not in at]
    came = sum(len(units.items[unit].leaves) for unit in fresh)
    if _too_much(came + gone, len(rows)):
        return None
    order = {row["slice_id"]: row["ordinal"] for row in rows}
    for unit in sorted(at, key=lambda unit: (_ordinal(units, unit, order), unit)):
        nodes[at[unit]].members.append(unit)
    return Stood(roots, fresh, dict(sizes))


def extend(
    stood: Stood,
    units: Units,
    phrases: Phrases,
    root_of: Mapping[int, str],
    order: Sequence[str],
    stop: StopRule,
) -> list[Node]:
    """Let what is new find its place.

    Args:
        stood: From `stand`.
        units: All units.
        phrases: Their phrases.
        root_of: Label of the root that each new unit belongs under; empty for a tree of free tags.
        order: Labels of the roots in their order; empty for a tree of free tags.
        stop: When a branch ends.

    Returns:
        The roots; a tag that the new units did not reach is as it was.
    """
    votes = _Votes(stood, units, root_of)
    lost: dict[str, list[int]] = {}
    for unit in stood.fresh:
        node = votes.nearest(unit, LIKENESS_MIN)
        if node is None:
            lost.setdefault(root_of.get(unit, ""), []).append(unit)
        else:
            node.members.append(unit)
    if "" in lost:
        _add_roots(stood, lost.pop(""), units, phrases, stop, votes)
    _part(stood, units, phrases, stop)
    by_label = {root.label: root for root in stood.roots}
    for label, members in sorted(lost.items()):
        root = by_label.get(label)
        if root is None:
            stood.roots.append(grow_root(label, members, units, phrases, stop))
        else:
            _add(root, members, units, phrases, stop)
    place = {label: n for n, label in enumerate(order)}
    return sorted(stood.roots, key=lambda root: place.get(root.label, len(place)))


def _nodes(rows: Sequence[Mapping[str, Any]], within: Callable[[str], bool]) -> tuple[dict[str, Node], list[Node]]:
    nodes: dict[str, Node] = {}
    roots: list[Node] = []
    for row in sorted(rows, key=lambda row: (row["level"], row["ordinal"], row["tag_id"])):
        node = Node(row["label"], summary=row["summary"], tag_id=row["tag_id"], stands=True)
        node.named_by = row.get("named_by") or "auto"
        if row["parent_id"] is None:
            if not within(row["label"]):
                continue
            roots.append(node)
        elif row["parent_id"] in nodes:
            nodes[row["parent_id"]].children.append(node)
        else:
            continue
        nodes[row["tag_id"]] = node
    return nodes, roots


def _ordinal(units: Units, unit: int, order: Mapping[str, int]) -> int:
    return min(order.get(leaf.slice_id, 1 << 30) for leaf in units.items[unit].leaves)


def _homes(roots: Sequence[Node]) -> dict[int, tuple[Node, str]]:
    """Tag and root of each unit that stands."""
    return {unit: (node, path[0]) for node, path in walk(roots) for unit in node.members}


class _Votes:
    """Where new units belong by the units that stand under the same root."""

    def __init__(self, stood: Stood, units: Units, root_of: Mapping[int, str]) -> None:
        self.homes = _homes(stood.roots)
        self.root_of = root_of
        self.known: dict[str, list[int]] = {}
        for unit, (_, root) in sorted(self.homes.items()):
            self.known.setdefault(root if root_of else "", []).append(unit)
        large = bool(stood.fresh) and max(map(len, self.known.values()), default=0) > SMALL
        self.features = units.features() if large else units.vectors

    def nearest(self, unit: int, bound: float) -> Node | None:
        """Return the tag of the units that one is most like, None where the two nearest are less like it than `bound`."""
        beside = self.known.get(self.root_of.get(unit, ""), [])
        if not beside:
            return None
        likeness = np.round((self.features[beside] @ self.features[unit]).astype(np.float64), 6)
        nearest = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
        if float(likeness[nearest[:2]].mean()) < bound:
            return None
        votes: dict[str, float] = {}
        nodes: dict[str, Node] = {}
        for n in nearest.tolist():
            node, _ = self.homes[beside[n]]
            nodes[node.tag_id] = node
            votes[node.tag_id] = votes.get(node.tag_id, 0.0) + max(0.0, float(likeness[n])) ** SHARPNESS
        return nodes[min(votes, key=lambda tag_id: (-round(votes[tag_id], 6), tag_id))]


def _add_roots(stood: Stood, members: list[int], units: Units, phrases: Phrases, stop: StopRule, votes: _Votes) -> None:
    """In a tree of free tags, what resembles nothing: roots of several texts that share a phrase, else the nearest tag."""
    grown = tags_of_few("", members, units, phrases, (), stop) if len(members) > stop.flat else Node("")
    names = {root.label for root in stood.roots}
    held: set[int] = set()
    for child in grown.children:
        if len(child.members) > stop.flat and child.label not in names:
            stood.roots.append(child)
            names.add(child.label)
            held.update(child.members)
    left = [unit for unit in members if unit not in held]
    if len(left) > stop.flat and _are_alike(votes.features[left]):
        stood.roots.append(Node(phrases.name([left], names)[0], members=left))
        held.update(left)
    for unit in members:
        node = None if unit in held else votes.nearest(unit, -1.0)
        if node is not None:
            node.members.append(unit)
        elif unit not in held:
            stood.roots.append(Node(phrases.name([[unit]], names)[0], members=[unit]))
            names.add(stood.roots[-1].label)


def _are_alike(features: Any) -> bool:
    """Whether texts are on the mean as like each other as a new one has to be like those of a tag."""
    centre = features.mean(axis=0)
    return float(np.round(centre @ centre, 6)) >= LIKENESS_MIN


def _part(stood: Stood, units: Units, phrases: Phrases, stop: StopRule) -> None:
    """Part the tags of leaves alone that have grown too large."""
    for node, path in list(walk(stood.roots)):
        before = stood.sizes.get(node.tag_id, 0)
        size = len(node.members)
        if node.children or size <= max(stop.flat, GROWN * before) or (size <= SMALL and before > stop.flat):
            continue
        grown = grow_root(node.label, node.members, units, phrases, stop, path[:-1])
        if len(grown.children) > 1:
            node.members, node.children = grown.members, grown.children


def _add(root: Node, members: Sequence[int], units: Units, phrases: Phrases, stop: StopRule) -> None:
    """Lay what resembles nothing under its root: tags of its own where two or more share a phrase."""
    if not root.children:
        root.members += members
        return
    grown = tags_of_few(root.label, list(members), units, phrases, (root.label,), stop)
    names = {child.label: child for child in root.children}
    root.members += grown.members
    for child in grown.children:
        same = names.get(child.label)
        if same is not None:
            same.members += child.members
        else:
            root.children.append(child)
