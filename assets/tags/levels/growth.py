"""How one root grows: its units in groups, the groups named, level by level, until nothing clusters.

Which units belong to a root is decided in `facets.py`; how groups are found in `clusters.py` and `shared.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from assets.tags.levels.clusters import Group, group_by_graph
from assets.tags.levels.facets import key_sentence
from assets.tags.levels.labels import Phrases
from assets.tags.levels.nodes import Node, walk
from assets.tags.levels.shared import group_by_phrases
from assets.tags.levels.units import Units
from assets.tags.profiles import Facet, StopRule

__all__ = ["OTHER", "SMALL", "free_roots", "grow_root", "summarise", "tags_of_few"]

#: The root of what fits no facet.
OTHER = "其他"
#: Up to so many units a set is grouped by the phrases it shares.
SMALL = 40
#: Groups of one that stand as tags of their own; more of them lie directly under the tag above.
SINGLES = 8
#: What the best phrase of a single slice must be worth to make it a tag.
SINGLE_MIN = 1.1


def grow_root(
    name: str, members: list[int], units: Units, phrases: Phrases, stop: StopRule, above: tuple[str, ...] = ()
) -> Node:
    """Return one tag with the free tags that grow under it; `above` are the labels from its root down to it."""
    path = (*above, name)
    if len(members) <= stop.flat:
        return Node(name, members=members)
    if len(members) > SMALL:
        groups = group_by_graph(members, units.features())
        return _grow(name, groups, units, phrases, path, stop)
    return tags_of_few(name, members, units, phrases, path, stop)


def free_roots(members: list[int], units: Units, phrases: Phrases, stop: StopRule) -> list[Node]:
    """Return the roots of a tree without facets."""
    groups = group_by_graph(members, units.features())
    if len(groups) == 1:
        only = tags_of_few("", members, units, phrases, (), stop)
        if only.children:
            return only.children + ([Node(OTHER, members=only.members)] if only.members else [])
        return [Node(phrases.name([members], ())[0], members=members)]
    return _grow("", groups, units, phrases, (), stop).children


def tags_of_few(
    label: str, members: list[int], units: Units, phrases: Phrases, above: tuple[str, ...], stop: StopRule
) -> Node:
    """Return a tag over a small set: groups that share a phrase, and tags of a single slice where these are few."""
    if len(members) <= stop.flat or len(above) >= stop.levels:
        return Node(label, members=members)
    groups = [group for group in group_by_phrases(members, phrases, units.vectors) if group.name not in above]
    pairs = [group for group in groups if len(group.members) > 1]
    held = {unit for group in pairs for unit in group.members}
    alone = [unit for unit in members if unit not in held]
    named = [unit for unit in alone if phrases.best(unit) >= SINGLE_MIN]
    if len(named) > SINGLES:
        named = []
    node = Node(label, members=[unit for unit in alone if unit not in named])
    node.children = [Node(group.name, members=group.members) for group in pairs]
    taken = {*above, *(group.name for group in pairs)}
    for unit, name in zip(named, phrases.name([[unit] for unit in named], taken), strict=True):
        node.children.append(Node(name, members=[unit]))
    return node


def summarise(roots: Sequence[Node], units: Units, facets: Iterable[Facet]) -> None:
    """Give each tag its sentence: the key sentence of the unit nearest to the centre of its leaves.

    A tag that has one keeps it while one of its leaves says it.
    """
    by_name = {facet.name: facet for facet in facets}
    for node, path in walk(roots):
        if node.summary and node.stands and any(node.summary in units.items[unit].text for unit in node.everyone()):
            continue
        node.summary = _summary(node, units, by_name.get(path[0]))


def _summary(node: Node, units: Units, facet: Facet | None) -> str:
    members = node.everyone()
    centre = units.vectors[members].mean(axis=0)
    likeness = np.round(units.vectors[members] @ centre, 6)
    middle = members[int(likeness.argmax())]
    said = next((below.said[middle] for below, _ in walk([node]) if below.said.get(middle)), None)
    return said or key_sentence(units.items[middle], facet)


def _grow(
    label: str, groups: list[Group], units: Units, phrases: Phrases, above: tuple[str, ...], stop: StopRule
) -> Node:
    """A tag from groups that are already nested; each level is named against its siblings."""
    if len(groups) == 1 and not groups[0].parts:
        return tags_of_few(label, groups[0].members, units, phrases, above, stop)
    if len(above) >= stop.levels:
        return Node(label, members=sorted(unit for group in groups for unit in group.members))
    node = Node(label)
    labels = phrases.name([group.members for group in groups], above)
    for name, group in zip(labels, groups, strict=True):
        parts = group.parts or [group]
        if len(parts) == 1:
            node.children.append(tags_of_few(name, group.members, units, phrases, (*above, name), stop))
        else:
            node.children.append(_grow(name, parts, units, phrases, (*above, name), stop))
    return node
