"""The tree while it grows, the rules every tree keeps, and the identities of its tags.

Rules: one parent each, level = depth, no node with a single child, sibling labels all different, counts that add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.text.spans import digest_id

__all__ = ["Node", "Previous", "identify", "settle", "walk"]

Path = tuple[str, ...]
#: Node rows of the tree before, or these with its leaves.
Previous = Sequence[Mapping[str, Any]] | Mapping[str, Any]


@dataclass
class Node:
    """One tag: its label, what stands for it, its children, and the units that lie directly under it.

    `said` holds the sentence for which a unit lies here, where a recorded fact and not the text as a whole put it here;
    `proposed` the name that a model would give it.
    """

    label: str
    members: list[int] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)
    summary: str = ""
    tag_id: str = ""
    proposed: str = ""

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
    profile: str, roots: Sequence[Node], units: Mapping[int, Sequence[str]], previous: Previous | None
) -> None:
    """Give each tag its id: the one it had before, else a hash of the profile and the labels from the root.

    Args:
        profile: Name of the profile.
        roots: The tree.
        units: slice_ids of each unit.
        previous: The tree before: its TAG_NODES rows, or a mapping of `nodes` and, where it held some of the same
            slices, `leaves` (TAG_LEAVES rows). A tag whose path of labels stood there keeps that id; else the tag with which it
            shares most slices, at least half of both together.
    """
    known, held = _known(previous)
    taken: set[str] = set()
    open_: list[tuple[Node, Path]] = []
    for node, path in walk(roots):
        before = known.get(path)
        if before is not None and before not in taken:
            node.tag_id = before
            taken.add(before)
        else:
            open_.append((node, path))
    for node, path in open_:
        slices = {slice_id for unit in node.everyone() for slice_id in units[unit]}
        node.tag_id = _heir(slices, held, taken) or _fresh(profile, path, taken)
        taken.add(node.tag_id)


def _known(previous: Previous | None) -> tuple[dict[Path, str], dict[str, set[str]]]:
    """Ids by path of labels, and the slices below each, of the tree before."""
    given = previous if isinstance(previous, Mapping) else {"nodes": previous or ()}
    rows = {row["tag_id"]: row for row in given.get("nodes", ())}
    known: dict[Path, str] = {}
    parents: dict[str, list[str]] = {}
    for tag_id in sorted(rows):
        chain: list[str] = []
        at: str | None = tag_id
        while at is not None and at in rows and at not in chain:
            chain.append(at)
            at = rows[at]["parent_id"]
        parents[tag_id] = chain
        known.setdefault(tuple(rows[each]["label"] for each in reversed(chain)), tag_id)
    held: dict[str, set[str]] = {}
    for leaf in given.get("leaves", ()):
        for tag_id in parents.get(leaf["tag_id"], ()):
            held.setdefault(tag_id, set()).add(leaf["slice_id"])
    return known, held


def _heir(slices: set[str], held: Mapping[str, set[str]], taken: set[str]) -> str | None:
    best, share = None, 0.5
    for tag_id in sorted(held):
        if tag_id in taken:
            continue
        both = len(slices & held[tag_id])
        ratio = round(both / len(slices | held[tag_id]), 6)
        if ratio > share:
            best, share = tag_id, ratio
    return best


def _fresh(profile: str, path: Path, taken: set[str]) -> str:
    tag_id = digest_id("tag", profile, *path)
    copy = 1
    while tag_id in taken:
        copy += 1
        tag_id = digest_id("tag", profile, *path, copy)
    return tag_id
