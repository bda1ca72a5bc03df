"""What a model decides about proposed groups, as far as it can be followed: which tags are one, which stand elsewhere.

A decision touches only the children of the tag that it was asked about, and only where the texts bear it: tags are joined
where their labels or their texts are alike, and a tag is put out while most of its siblings stay. So an answer that was led
astray by one text cannot rearrange other branches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.tags.history.vocabulary import Vocabulary, label_key
from assets.tags.levels.nodes import Node, Path, walk
from assets.tags.levels.units import Units

__all__ = ["Decision", "accept_names", "apply", "read_decision"]

_PAIR = re.compile(r"\D*(\d{1,4})\s*[=＝]\s*\D?(\d{1,4})\D*")
_ONE = re.compile(r"\D*(\d{1,4})\D*")
#: Mean likeness of the texts of two tags from which they may be joined without a pair of characters in common.
ALIKE_MIN = 0.5
#: Share of the children that may be put out.
OUT_MAX = 1 / 3


@dataclass(frozen=True)
class Decision:
    """Places of children that are one, and of those that do not belong here."""

    same: tuple[tuple[int, int], ...] = ()
    out: tuple[int, ...] = ()


def read_decision(row: Mapping[str, Any], n: int) -> Decision:
    """Read the decision of an answer (`same`: ["1=3"], `out`: ["4"], counted from 1); what is not of this form is nothing."""
    same: list[tuple[int, int]] = []
    for value in row.get("same") or ():
        match = _PAIR.fullmatch(str(value))
        if match:
            one, two = sorted((int(match[1]) - 1, int(match[2]) - 1))
            if 0 <= one < two < n:
                same.append((one, two))
    out = {int(match[1]) - 1 for value in row.get("out") or () if (match := _ONE.fullmatch(str(value)))}
    return Decision(tuple(dict.fromkeys(same)), tuple(sorted(place for place in out if 0 <= place < n)))


def apply(decision: Decision, node: Node, path: Path, roots: list[Node], units: Units, vocabulary: Vocabulary) -> None:
    """Join and put out children of one tag, where their texts bear it.

    What is put out of a root goes under 其他; of a deeper tag, to the tag above it.
    """
    children = list(node.children)
    gone: set[int] = set()
    for one, two in decision.same:
        if one in gone or two in gone or not _bears(children[one], children[two], units):
            continue
        _join(children[one], children[two], vocabulary)
        gone.add(two)
    out = [place for place in decision.out if place not in gone and not children[place].stands]
    above = _above(roots, path)
    if out and above is not None and len(out) <= OUT_MAX * len(children) and len(children) - len(gone) - len(out) >= 2:
        labels = {sibling.label for sibling in above.children}
        for place in out:
            if children[place].label not in labels:
                above.children.append(children[place])
                gone.add(place)
    node.children = [child for place, child in enumerate(children) if place not in gone]


def accept_names(siblings: list[Node], above: frozenset[str], vocabulary: Vocabulary) -> None:
    """Take the proposed names, from the roots down: a name that stands beside, above or below already is not taken.

    Where two new siblings are called alike but for order or empty words, they are joined.
    """
    for node in siblings:
        node.proposed = vocabulary.canonical(node.proposed) if node.proposed else ""
    _join_alike(siblings, vocabulary)
    own = [node.label for node in siblings]
    taken: set[str] = set()
    for place, node in enumerate(siblings):
        beside = {*own[:place], *own[place + 1 :], *taken}
        below = {other.label for other, _ in walk(node.children)}
        if node.proposed and not node.stands and node.proposed not in beside | above | below:
            node.label = node.proposed
            node.named_by = "model"
            taken.add(node.label)
        accept_names(node.children, above | {node.label}, vocabulary)


def _join_alike(siblings: list[Node], vocabulary: Vocabulary) -> None:
    first: dict[str, Node] = {}
    for node in list(siblings):
        if not node.proposed or node.stands or node.named_by in ("profile", "fact"):
            continue
        key = label_key(node.proposed)
        held = first.setdefault(key, node)
        if held is not node and len(siblings) > 2:
            _join(held, node, vocabulary)
            siblings[:] = [each for each in siblings if each is not node]


def _join(one: Node, two: Node, vocabulary: Vocabulary) -> None:
    """Let the first hold what the second held."""
    name, other = one.proposed or one.label, two.proposed or two.label
    if name != other:
        vocabulary.joins.setdefault((other, name), set())
    one.members += [unit for unit in two.members if unit not in one.members]
    by_label = {child.label: child for child in one.children}
    for child in two.children:
        same = by_label.get(child.label)
        if same is None:
            one.children.append(child)
        else:
            _join(same, child, vocabulary)


def _bears(one: Node, two: Node, units: Units) -> bool:
    """Whether labels or texts of two tags are alike enough to be one; a tag that stood is joined to nothing."""
    if one.stands or two.stands:
        return False
    names = [node.proposed or node.label for node in (one, two)]
    pairs = [{name[i : i + 2] for i in range(len(name) - 1)} for name in names]
    if pairs[0] & pairs[1]:
        return True
    centres = [_centre(node.everyone(), units) for node in (one, two)]
    return float(np.round(centres[0] @ centres[1], 6)) >= ALIKE_MIN


def _centre(members: Sequence[int], units: Units) -> Any:
    centre = units.vectors[list(members)].mean(axis=0)
    return centre / max(1e-9, float(np.linalg.norm(centre)))


def _above(roots: list[Node], path: Path) -> Node | None:
    """The tag that takes what is put out: the one above, or for a root 其他 where the tree has it."""
    if len(path) > 1:
        return next((node for node, way in walk(roots) if way == path[:-1]), None)
    return next((root for root in roots if root.label == "其他" and root.label != path[0]), None)
