"""The tree while it grows, the rules every tree keeps, and the identities of its tags.

Rules: one parent each, level = depth, no node with a single child, sibling labels all different, counts that add up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

from assets.text.spans import digest_id

__all__ = ["Before", "Node", "Path", "Previous", "identify", "settle", "walk"]

Path = tuple[str, ...]
#: Node rows of the tree before, or these with its leaves.
Previous = Sequence[Mapping[str, Any]] | Mapping[str, Any]
#: Least likeness of what two tags of different days say, and of the slices of two tags of one day, to be one tag.
ALIKE_MIN, SHARED_MIN = 0.5, 0.5


@dataclass
class Node:
    """One tag: its label, what stands for it, its children, and the units that lie directly under it.

    `said` holds the sentence for which a unit lies here, where a recorded fact and not the text as a whole put it here;
    `proposed` the name that a model would give it; `stands`: the tag comes from the tree as it stood, id and name with it;
    `named_by`: profile, fact, model, or auto for a keyphrase of its leaves.
    """

    label: str
    members: list[int] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)
    summary: str = ""
    tag_id: str = ""
    proposed: str = ""
    stands: bool = False
    named_by: str = "auto"

    def everyone(self) -> list[int]:
        """Return all units below, own ones first."""
        return [*self.members, *(unit for child in self.children for unit in child.everyone())]


def walk(nodes: Sequence[Node], above: Path = ()) -> Iterator[tuple[Node, Path]]:
    """Yield every node with the labels from its root down to it, parents before children."""
    for node in nodes:
        path = (*above, node.label)
        yield node, path
        yield from walk(node.children, path)


def settle(node: Node) -> Node:
    """Remove empty tags and chains of single children, from the leaves up; the upper label stays.

    A tag with one child and leaves of its own takes the child's leaves.
    """
    node.children = [child for child in map(settle, node.children) if child.members or child.children]
    while len(node.children) == 1:
        (only,) = node.children
        node.children = only.children
        node.members += only.members
        node.said = {**only.said, **node.said}
    return node


def identify(
    profile: str,
    roots: Sequence[Node],
    units: Mapping[int, Sequence[str]],
    previous: Previous | None,
    words: Callable[[int], Sequence[str]] = lambda _: (),
) -> dict[str, str]:
    """Give each tag its id: the one it has, the one it had before, else a hash of the profile and the labels from the root.

    Args:
        profile: Name of the profile.
        roots: The tree.
        units: slice_ids of each unit.
        previous: The tree before: its TAG_NODES rows, or a mapping of `nodes` and `leaves` (TAG_LEAVES rows). A tag whose
            path of labels stood there keeps that id; else the tag with which it shares most slices, at least half of
            both together; else, under the same tag above, the one whose leaves say most nearly the same.
        words: Recommended tags of each unit, by which trees of different days are compared.

    Returns:
        Labels that tags had before, by the ids of those that were found again by what they hold.
    """
    before = Before.of(previous)
    taken = {node.tag_id for node, _ in walk(roots) if node.tag_id}
    open_: list[tuple[Node, Path]] = []
    for node, path in walk(roots):
        known = before.by_path.get(path)
        if node.tag_id:
            continue
        if known is not None and known not in taken:
            node.tag_id = known
            taken.add(known)
        else:
            open_.append((node, path))
    found: dict[str, str] = {}
    for node, _ in open_:
        slices = {slice_id for unit in node.everyone() for slice_id in units[unit]}
        heir = _heir(slices, before.slices, taken)
        if heir is not None:
            node.tag_id = heir
            taken.add(heir)
            found[heir] = before.labels[heir]
    paths = {id(node): path for node, path in open_}
    # Parents come before their children, so that the tag above is known when those below it are compared.
    for parent, siblings in [(None, list(roots)), *((node, node.children) for node, _ in walk(roots))]:
        above = parent.tag_id if parent else None
        for node, heir in _alike([node for node in siblings if not node.tag_id], above, before, words, taken):
            node.tag_id = heir
            taken.add(heir)
            found[heir] = before.labels[heir]
        for node in siblings:
            if not node.tag_id:
                node.tag_id = _fresh(profile, paths[id(node)], taken)
                taken.add(node.tag_id)
    return found


@dataclass
class Before:
    """The tree before, by what tags of a new one can be found again."""

    by_path: dict[Path, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    slices: dict[str, set[str]] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, previous: Previous | None) -> Before:
        """Read rows of TAG_NODES and TAG_LEAVES."""
        given = previous if isinstance(previous, Mapping) else {"nodes": previous or ()}
        rows = {row["tag_id"]: row for row in given.get("nodes", ())}
        before = cls()
        chains: dict[str, list[str]] = {}
        for tag_id in sorted(rows):
            chain: list[str] = []
            at: str | None = tag_id
            while at is not None and at in rows and at not in chain:
                chain.append(at)
                at = rows[at]["parent_id"]
            chains[tag_id] = chain
            before.labels[tag_id] = rows[tag_id]["label"]
            before.parents[tag_id] = rows[tag_id]["parent_id"]
            before.by_path.setdefault(tuple(rows[each]["label"] for each in reversed(chain)), tag_id)
        for leaf in given.get("leaves", ()):
            said = leaf.get("tags") or ()
            said = json.loads(said) if isinstance(said, str) else said
            for tag_id in chains.get(leaf["tag_id"], ()):
                before.slices.setdefault(tag_id, set()).add(leaf["slice_id"])
                before.words.setdefault(tag_id, Counter()).update(said)
        return before


def _heir(slices: set[str], held: Mapping[str, set[str]], taken: set[str]) -> str | None:
    best, share = None, SHARED_MIN
    for tag_id in sorted(held):
        if tag_id in taken:
            continue
        both = len(slices & held[tag_id])
        ratio = round(both / len(slices | held[tag_id]), 6)
        if ratio > share:
            best, share = tag_id, ratio
    return best


def _alike(
    siblings: Sequence[Node], above: str | None, before: Before, words: Callable[[int], Sequence[str]], taken: set[str]
) -> list[tuple[Node, str]]:
    """Siblings with the earlier tags under the same one whose leaves say most nearly the same, the nearest first."""
    free = [tag_id for tag_id in sorted(before.words) if before.parents[tag_id] == above and tag_id not in taken]
    if not free or not siblings:
        return []
    spread = Counter(word for tag_id in free for word in before.words[tag_id])
    weight = {word: log(1 + len(free) / n) for word, n in spread.items()}
    pairs = []
    for place, node in enumerate(siblings):
        own = Counter(word for unit in node.everyone() for word in words(unit))
        for tag_id in free:
            score = _cosine(own, before.words[tag_id], weight)
            if score >= ALIKE_MIN:
                pairs.append((-score, place, tag_id))
    matched: dict[int, str] = {}
    for _, place, tag_id in sorted(pairs):
        if place not in matched and tag_id not in matched.values():
            matched[place] = tag_id
    return [(siblings[place], tag_id) for place, tag_id in sorted(matched.items())]


def _cosine(one: Counter[str], two: Counter[str], weight: Mapping[str, float]) -> float:
    """Likeness of two counts of words; a word that was never seen before weighs 1."""

    def length(counts: Counter[str]) -> float:
        return sqrt(sum((n * weight.get(word, 1.0)) ** 2 for word, n in sorted(counts.items())))

    both = sum(one[word] * two[word] * weight.get(word, 1.0) ** 2 for word in sorted(one.keys() & two.keys()))
    return round(both / max(1e-9, length(one) * length(two)), 6)


def _fresh(profile: str, path: Path, taken: set[str]) -> str:
    tag_id = digest_id("tag", profile, *path)
    copy = 1
    while tag_id in taken:
        copy += 1
        tag_id = digest_id("tag", profile, *path, copy)
    return tag_id
