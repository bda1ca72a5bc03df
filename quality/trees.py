"""Tag trees: the invariants that every published tree keeps, its labels, what is left without a tag, what had to stay."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from quality.outcomes import Outcome, Severity

__all__ = ["check_labels", "check_stability", "check_tree", "check_unassigned"]

#: Below so many slices a share says nothing.
FEW = 50
#: A tree of which so little changed has to keep so much.
SMALL_CHANGE, KEPT_MIN = 0.01, 0.95
#: Least share of a label's pairs of characters that its leaves say.
SUPPORT_MIN = 0.5
SHORTEST, LONGEST = 2, 12
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
Rows = Sequence[Mapping[str, Any]]


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


def check_labels(name: str, nodes: Rows, leaves: Rows, texts: Mapping[str, str]) -> Outcome:
    """Form of the labels (blocks), and whether the leaves below say them (remarked).

    A label has 2 to 12 characters with Chinese among them, no blank; its figures, and half of its pairs of characters at
    least, stand in the slices below. Names of the profile, of recorded facts and of people are taken as given.

    Args:
        name: Name of the check.
        nodes: TAG_NODES rows of one tree.
        leaves: TAG_LEAVES rows of it.
        texts: Text of each slice.
    """
    formless = [(str(node["tag_id"]), f"label {node['label']!r}: {why}") for node in nodes if (why := _form(node))]
    if formless:
        return Outcome(
            name, "block", False, f"{len(formless)} labels have no form, first: {formless[0][1]}", formless[:20]
        )
    parents = {node["tag_id"]: node["parent_id"] for node in nodes}
    below: dict[str, list[str]] = {}
    for leaf in leaves:
        at, seen = leaf["tag_id"], set[str]()
        while at in parents and at not in seen:
            below.setdefault(at, []).append(leaf["slice_id"])
            seen.add(at)
            at = parents[at]
    judged = [node for node in nodes if node.get("named_by") in ("auto", "model", None)]
    beyond = [
        (str(node["tag_id"]), f"label {node['label']}: {why}")
        for node in judged
        if (why := _unsupported(node["label"], [texts.get(one, "") for one in below.get(node["tag_id"], ())]))
    ]
    detail = f"{len(judged) - len(beyond)} of {len(judged)} labels are said by their leaves"
    return Outcome(name, "warn" if beyond else "block", not beyond, detail, beyond[:20])


def check_unassigned(name: str, stats: Mapping[str, Any], *, warn: float, block: float) -> Outcome:
    """Share of a tree's slices that are under no tag of their own, directly under 其他.

    Args:
        name: Name of the check.
        stats: The tree's stats: slices, unassigned.
        warn: Share beyond which it is remarked.
        block: Share beyond which the tree is not published.
    """
    slices, left = int(stats["slices"]), int(stats["unassigned"])
    share = left / max(1, slices)
    detail = f"{left} of {slices} slices ({share:.0%}) fit no tag"
    if slices < FEW or share <= warn:
        return Outcome(name, "block", True, detail)
    severity: Severity = "block" if share > block else "warn"
    remedy = "add facets or cues to the profile, or raise its unassigned_block"
    return Outcome(name, severity, False, f"{detail}, more than {block if severity == 'block' else warn:.0%}: {remedy}")


def check_stability(name: str, before: Mapping[str, Rows] | None, nodes: Rows, leaves: Rows) -> Outcome:
    """Slices that did not change keep their path of tags where hardly anything changed.

    A path that lost a tag (left with a single child) or gained some (it parted) is kept.

    Args:
        name: Name of the check.
        before: `nodes` and `leaves` of the tree as it stood, None where it was grown anew.
        nodes: TAG_NODES rows now.
        leaves: TAG_LEAVES rows now.
    """
    if before is None:
        return Outcome(name, "block", True, "the tree was grown anew")
    old, new = _paths(before["nodes"], before["leaves"]), _paths(nodes, leaves)
    both = sorted(old.keys() & new.keys())
    moved = [one for one in both if not any(a <= b or b <= a for a in old[one] for b in new[one])]
    changed = (len(old.keys() ^ new.keys())) / max(1, len(old))
    share = 1 - len(moved) / max(1, len(both))
    detail = f"{share:.1%} of {len(both)} unchanged slices keep their path; {changed:.1%} came or went"
    bad = len(both) >= FEW and changed <= SMALL_CHANGE and share < KEPT_MIN
    failing = [(slice_id, "has another path of tags") for slice_id in moved[:20]] if bad else []
    return Outcome(name, "block", not bad, detail + (": run with --rebuild to grow it anew" if bad else ""), failing)


def _paths(nodes: Rows, leaves: Rows) -> dict[str, list[frozenset[str]]]:
    """Tags from the root down to each slice, once for each place that it has."""
    parents = {node["tag_id"]: node["parent_id"] for node in nodes}
    found: dict[str, list[frozenset[str]]] = {}
    for leaf in leaves:
        chain: list[str] = []
        at = leaf["tag_id"]
        while at in parents and at not in chain:
            chain.append(at)
            at = parents[at]
        found.setdefault(leaf["slice_id"], []).append(frozenset(chain))
    return found


def _form(node: Mapping[str, Any]) -> str:
    """Why a label is none, "" where it is."""
    label = str(node["label"])
    if not label.strip() or label != label.strip() or re.search(r"\s", label):
        return "blank, or a blank in it"
    if not SHORTEST <= len(label) <= LONGEST:
        return f"{len(label)} characters, not {SHORTEST} to {LONGEST}"
    if node.get("named_by") != "profile" and not _HAN.search(label):
        return "no Chinese in it"
    return ""


def _unsupported(label: str, texts: Sequence[str]) -> str:
    """What of a label its leaves do not say, "" where they do."""
    if any(label in text for text in texts):
        return ""
    said = "\n".join(texts)
    for number in _DIGITS.findall(label):
        if number not in said:
            return f"the figure {number} is not in its leaves"
    pairs = [label[i : i + 2] for i in range(len(label) - 1)]
    share = sum(pair in said for pair in pairs) / max(1, len(pairs))
    return "" if share >= SUPPORT_MIN else f"{share:.0%} of it is in its leaves"


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
