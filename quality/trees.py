"""Tag trees: the invariants that every published tree keeps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from quality.outcomes import Outcome

__all__ = ["check_tree"]


def check_tree(
    name: str,
    nodes: Sequence[Mapping[str, Any]],
    leaves: Sequence[Mapping[str, Any]],
    *,
    slices: set[str],
    excluded: int,
) -> Outcome:
    """One parent each, no cycle, level = depth, counts add up, sibling labels differ, no chain of single children.

    Args:
        name: Name of the check.
        nodes: TAG_NODES rows of one tree.
        leaves: TAG_LEAVES rows of it.
        slices: Slices that went in.
        excluded: Slices that the tree counts as left out, with a reason.
    """
    by_id = {node["tag_id"]: node for node in nodes}
    failing = [
        (str(tag), "two nodes have this id") for tag, n in Counter(node["tag_id"] for node in nodes).items() if n > 1
    ]
    failing += _shape(by_id)
    failing += _counts(by_id, leaves)
    # A notice about two products stands under both, but once under each tag.
    by_tag = Counter((leaf["tag_id"], leaf["slice_id"]) for leaf in leaves)
    failing += [(slice_id, "placed twice under one tag") for (_, slice_id), n in sorted(by_tag.items()) if n > 1]
    placed = {leaf["slice_id"] for leaf in leaves}
    failing += [(slice_id, "is no slice of this tree's input") for slice_id in sorted(placed - slices)]
    if len(placed) + excluded != len(slices):
        failing.append(("stats", f"{len(slices)} slices in, {len(placed)} placed and {excluded} excluded"))
    detail = (
        f"{len(nodes)} tags, {len(leaves)} leaves" if not failing else f"{len(failing)} faults, first: {failing[0][1]}"
    )
    return Outcome(name, "block", not failing, detail, tuple(failing[:20]))


def _shape(by_id: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    failing = []
    children: dict[str | None, list[Mapping[str, Any]]] = {}
    for node in by_id.values():
        children.setdefault(node["parent_id"], []).append(node)
        if node["parent_id"] is not None and node["parent_id"] not in by_id:
            failing.append((node["tag_id"], "its parent is not in the tree"))
        if _depth(node, by_id) != node["level"]:
            failing.append((node["tag_id"], f"level {node['level']} is not its depth"))
    for parent, below in children.items():
        labels = Counter(node["label"] for node in below)
        failing += [(str(parent), f"two children are named {label}") for label, n in labels.items() if n > 1]
        if parent is not None and len(below) == 1:
            failing.append((parent, "has a single child"))
    return failing


def _depth(node: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> int:
    depth, seen = 1, {node["tag_id"]}
    while node["parent_id"] is not None and node["parent_id"] in by_id:
        node = by_id[node["parent_id"]]
        if node["tag_id"] in seen:
            return -1
        seen.add(node["tag_id"])
        depth += 1
    return depth


def _counts(by_id: Mapping[str, Mapping[str, Any]], leaves: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    own = Counter(leaf["tag_id"] for leaf in leaves)
    failing = [(tag, "leaves hang on no tag") for tag in sorted(set(own) - set(by_id))]
    total: Counter[str] = Counter()
    for tag, n in own.items():
        node = by_id.get(tag)
        seen: set[str] = set()
        while node is not None and node["tag_id"] not in seen:
            seen.add(node["tag_id"])
            total[node["tag_id"]] += n
            node = by_id.get(node["parent_id"]) if node["parent_id"] is not None else None
    failing += [
        (tag, f"counts {node['n_leaves']} leaves, has {total[tag]}")
        for tag, node in sorted(by_id.items())
        if node["n_leaves"] != total[tag]
    ]
    return failing
