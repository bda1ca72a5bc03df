"""How good a tree is: agreement with labels, support and distinctness of its tags, coverage, shape, stability.

Nothing here changes a tree. A partition is a list of groups, each a list of the labels of its members; what the words of
the measures are is said at each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import Any

from assets.text.segment import bigrams

__all__ = [
    "agreement",
    "b_cubed",
    "below_tags",
    "cut_tree",
    "label_support",
    "leaf_distinctness",
    "nmi",
    "purity",
    "rand_index",
    "shape",
    "stability",
]

Rows = Sequence[Mapping[str, Any]]
Groups = Sequence[Sequence[str]]
#: Leaves whose words are compared with their tag's and its siblings' at most; every n-th is taken.
SAMPLED = 2000


def purity(groups: Groups) -> float:
    """Return the share of members that have their group's most frequent label."""
    total = sum(map(len, groups))
    return sum(max(Counter(group).values()) for group in groups if group) / max(1, total)


def nmi(groups: Groups) -> float:
    """Return the normalised mutual information of groups and labels, by the arithmetic mean of their entropies."""
    total = sum(map(len, groups))

    def entropy(counts: Sequence[int]) -> float:
        return -sum(n / total * log(n / total) for n in counts if n)

    labels = entropy(list(Counter(label for group in groups for label in group).values()))
    sizes = entropy([len(group) for group in groups])
    both = entropy([n for group in groups for n in Counter(group).values()])
    return 1.0 if labels + sizes == 0 else max(0.0, 2 * (labels + sizes - both) / (labels + sizes))


def rand_index(groups: Groups) -> float:
    """Return the Rand index adjusted for chance (Hubert and Arabie): 1 for equal partitions, about 0 for chance."""
    pairs = [n * (n - 1) / 2 for group in groups for n in Counter(group).values()]
    rows = sum(len(group) * (len(group) - 1) / 2 for group in groups)
    labels = Counter(label for group in groups for label in group)
    columns = sum(n * (n - 1) / 2 for n in labels.values())
    total = sum(labels.values())
    every = total * (total - 1) / 2
    expected = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (sum(pairs) - expected) / (most - expected)


def b_cubed(groups: Groups) -> dict[str, float]:
    """Return B³ precision, recall and F1: means over members of the share of their group, and of their label, that they share."""
    labels = Counter(label for group in groups for label in group)
    total = sum(labels.values())
    precision = recall = 0.0
    for group in groups:
        for label, n in Counter(group).items():
            precision += n * n / len(group)
            recall += n * n / labels[label]
    precision, recall = precision / max(1, total), recall / max(1, total)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-12, precision + recall)}


def agreement(groups: Groups) -> dict[str, Any]:
    """Return all measures of a partition against labels, six decimals."""
    found = {"purity": purity(groups), "nmi": nmi(groups), "ari": rand_index(groups)}
    rounded: dict[str, Any] = {name: round(value, 6) for name, value in found.items()}
    return {**rounded, "b3": {name: round(value, 6) for name, value in b_cubed(groups).items()}}


def below_tags(nodes: Rows, leaves: Rows) -> dict[str, list[str]]:
    """Return the slices below each tag, its own and its children's, in the order of the leaves."""
    parent = {row["tag_id"]: row["parent_id"] for row in nodes}
    out: dict[str, list[str]] = {tag_id: [] for tag_id in parent}
    for leaf in leaves:
        at, seen = leaf["tag_id"], set()
        while at in out and at not in seen:
            seen.add(at)
            out[at].append(leaf["slice_id"])
            at = parent[at]
    return out


def cut_tree(nodes: Rows, leaves: Rows, parts: int) -> list[list[str]]:
    """Return the slices of the tags that are left when the largest tag is split until there are so many parts."""
    below = below_tags(nodes, leaves)
    children: dict[str | None, list[str]] = {}
    for row in nodes:
        children.setdefault(row["parent_id"], []).append(row["tag_id"])
    own: dict[str, list[str]] = {}
    for leaf in leaves:
        own.setdefault(leaf["tag_id"], []).append(leaf["slice_id"])
    kept = [(tag, below[tag], True) for tag in children.get(None, [])]
    while len(kept) < parts:
        open_ = [place for place, (tag, _, whole) in enumerate(kept) if whole and children.get(tag)]
        if not open_:
            break
        tag, _, _ = kept.pop(max(open_, key=lambda place: len(kept[place][1])))
        kept += [(child, below[child], True) for child in children[tag]]
        if own.get(tag):
            kept.append((tag, own[tag], False))
    return [slices for _, slices, _ in kept if slices]


def shape(nodes: Rows, leaves: Rows) -> dict[str, Any]:
    """Return depth, number of tags, children of a tag (mean and most), and leaves of a last tag (mean and most)."""
    children = Counter(row["parent_id"] for row in nodes if row["parent_id"] is not None)
    own = Counter(leaf["tag_id"] for leaf in leaves)
    return {
        "tags": len(nodes),
        "depth": max((row["level"] for row in nodes), default=0),
        "roots": sum(row["parent_id"] is None for row in nodes),
        "branching_mean": round(sum(children.values()) / max(1, len(children)), 4),
        "branching_most": max(children.values(), default=0),
        "leaves_mean": round(sum(own.values()) / max(1, len(own)), 4),
        "leaves_most": max(own.values(), default=0),
    }


def label_support(nodes: Rows, leaves: Rows, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return how well labels stand in what is under them; roots, which a profile names, are not counted.

    Args:
        nodes: TAG_NODES rows of one tree.
        leaves: TAG_LEAVES rows of it.
        texts: slice_id → title and text of a slice.

    Returns:
        `supported`: share of tags whose every pair of neighbouring characters stands in the text of a slice below;
        `verbatim`: share whose label stands there whole; `n`: tags counted; `without`: up to 20 labels that are not
        supported.
    """
    below = below_tags(nodes, leaves)
    counted = [row for row in nodes if row["parent_id"] is not None]
    without, verbatim = [], 0
    for row in counted:
        said = "\n".join(texts.get(slice_id, "") for slice_id in below[row["tag_id"]]).lower()
        label = "".join(str(row["label"]).lower().split())
        verbatim += label in said
        if not all(label[at : at + 2] in said for at in range(max(1, len(label) - 1))):
            without.append(row["label"])
    n = len(counted)
    return {
        "supported": round(1 - len(without) / n, 6) if n else None,
        "verbatim": round(verbatim / n, 6) if n else None,
        "n": n,
        "without": without[:20],
    }


def leaf_distinctness(nodes: Rows, leaves: Rows, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the share of leaves that are more like the rest of their own tag than like any tag beside it.

    Likeness is the cosine of character-bigram counts. Leaves of tags that stand alone, or hold one leaf, say nothing and are
    not counted; of many every n-th is. `n` says how many were; the share is null for none.
    """
    below = below_tags(nodes, leaves)
    parent = {row["tag_id"]: row["parent_id"] for row in nodes}
    beside: dict[str | None, list[str]] = {}
    for row in nodes:
        beside.setdefault(row["parent_id"], []).append(row["tag_id"])
    grams = {slice_id: Counter(bigrams(text)) for slice_id, text in texts.items()}
    sums: dict[str, Counter[str]] = {}
    for tag, slices in below.items():
        total: Counter[str] = Counter()
        for slice_id in slices:
            total.update(grams.get(slice_id, Counter()))
        sums[tag] = total
    pairs = [
        (leaf["tag_id"], leaf["slice_id"])
        for leaf in leaves
        if leaf["tag_id"] in parent and len(beside[parent[leaf["tag_id"]]]) > 1 and len(below[leaf["tag_id"]]) > 1
    ]
    step = max(1, -(-len(pairs) // SAMPLED))
    norms = {tag: _norm(total) for tag, total in sums.items()}
    nearest = n = 0
    for tag, slice_id in pairs[::step]:
        gram = grams.get(slice_id, Counter())
        rest = sums[tag] - gram
        home = _dot(gram, rest) / max(1e-9, _norm(rest))
        others = [_dot(gram, sums[one]) / max(1e-9, norms[one]) for one in beside[parent[tag]] if one != tag]
        nearest += home >= max(others)
        n += 1
    return {"nearest_own": round(nearest / n, 6) if n else None, "n": n}


def _dot(gram: Counter[str], total: Counter[str]) -> float:
    return float(sum(n * total[key] for key, n in gram.items() if key in total))


def _norm(total: Counter[str]) -> float:
    return sqrt(sum(n * n for n in total.values()))


def stability(before: Rows, now: Rows) -> dict[str, Any]:
    """Return what two days of a profile share: tags kept (of the first day's), labels kept among those, mean change of size.

    Args:
        before: TAG_NODES rows of the earlier day.
        now: TAG_NODES rows of the later one.
    """
    old = {row["tag_id"]: row for row in before}
    new = {row["tag_id"]: row for row in now}
    kept = sorted(old.keys() & new.keys())
    same = sum(old[tag]["label"] == new[tag]["label"] for tag in kept)
    return {
        "tags_kept": round(len(kept) / len(old), 6) if old else None,
        "labels_kept": round(same / len(kept), 6) if kept else None,
        "n": len(old),
    }
