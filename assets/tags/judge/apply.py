"""Bring the names of a grown tree in line with what people decided; the texts under its tags stay where they are.

Applied behind growth and identification: no model is asked anew because somebody preferred another name, and ids stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assets.tags.judge.verdicts import Decisions
from assets.tags.levels.labels import is_label
from assets.tags.levels.nodes import Node, walk

__all__ = ["PERSON", "apply_decisions"]

#: `named_by` of a tag whose name somebody chose.
PERSON = "person"
#: Names that are the profile's or a record's are nobody's to change.
FIXED = ("profile", "fact")


def apply_decisions(roots: Sequence[Node], decided: Decisions, tags: Callable[[int], Sequence[str]]) -> list[Node]:
    """Rename and join tags as people decided; returns the roots.

    Siblings that have one name afterwards are joined, the first holds what the others held; a name is not taken where it
    would join what somebody keeps apart, or where it stands above or below. A forbidden label gives way to the best
    recommended tag of its leaves, and stays where there is none.

    Args:
        roots: The grown tree, its tags identified.
        decided: What people decided.
        tags: Recommended tags of a unit, best first.
    """
    if not decided.names and not decided.forbidden:
        return list(roots)
    return _settled(list(roots), frozenset(), decided, tags)


def _settled(
    siblings: list[Node], above: frozenset[str], decided: Decisions, tags: Callable[[int], Sequence[str]]
) -> list[Node]:
    for node in siblings:
        _reword(node, above, {other.label for other in siblings if other is not node}, decided, tags)
    kept = _joined(siblings)
    for node in kept:
        node.children = _settled(node.children, above | {node.label}, decided, tags)
        if len(node.children) == 1:
            (only,) = node.children
            node.members += [unit for unit in only.members if unit not in node.members]
            node.said = {**only.said, **node.said}
            node.children = only.children
    return kept


def _reword(
    node: Node, above: frozenset[str], beside: set[str], decided: Decisions, tags: Callable[[int], Sequence[str]]
) -> None:
    if node.named_by in FIXED:
        return
    taken = above | {one.label for one, _ in walk(node.children)}
    name = decided.name_of(node.label)
    joins = name in beside and not decided.may_join(node.label, name)
    if name != node.label and not joins and name not in taken and name not in decided.forbidden:
        node.label, node.named_by = name, PERSON
    elif node.label in decided.forbidden:
        said = (decided.name_of(tag) for unit in node.everyone() for tag in tags(unit))
        other = next((tag for tag in said if is_label(tag) and tag not in decided.forbidden | taken | beside), None)
        if other is not None:
            node.label, node.named_by = other, "auto"


def _joined(siblings: Sequence[Node]) -> list[Node]:
    """The siblings, those of one name as one."""
    by_label: dict[str, Node] = {}
    for node in siblings:
        first = by_label.setdefault(node.label, node)
        if first is not node:
            first.members += [unit for unit in node.members if unit not in first.members]
            first.said = {**node.said, **first.said}
            first.children += node.children
    return list(by_label.values())
