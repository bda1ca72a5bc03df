"""Groups of units, level by level: a small set by the phrases it shares, a large one by communities of its graph.

Everything is decided on similarities rounded to six decimals and on ids, with a fixed seed, so that each process finds
the same groups. Names are given in `labels.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from assets.tags.levels.labels import Phrases

__all__ = ["Group", "group_by_graph", "group_by_phrases"]

Array = np.ndarray[Any, np.dtype[Any]]
#: Neighbours of a unit in the graph, and the seed of the community search.
NEIGHBOURS, SEED = 15, 0
#: Rows of the similarity matrix that are held at once.
BLOCK = 1024
#: A phrase of a small set names a group where at most this share of the set holds it.
SHARE_MAX = 0.75
#: Phrases weaker than this hold no group together.
SCORE_MIN = 0.9


class Group:
    """A set of units with its parts; without parts it is a group of the lowest level."""

    def __init__(self, members: Sequence[int], parts: Sequence[Group] = (), name: str = "") -> None:
        self.members = list(members)
        self.parts = list(parts)
        self.name = name


def group_by_phrases(members: Sequence[int], phrases: Phrases, vectors: Array) -> list[Group]:
    """Group a small set: again and again the phrase that best holds some of the rest together, at least two.

    Returns:
        Named groups, largest first; units that share no telling phrase are groups of one.
    """
    rest = list(members)
    groups: list[Group] = []
    while len(rest) >= 2:
        best = _best_phrase(rest, len(members), phrases, vectors)
        if best is None:
            break
        held = [unit for unit in rest if best in phrases.of_unit[unit]]
        groups.append(Group(held, name=best))
        rest = [unit for unit in rest if best not in phrases.of_unit[unit]]
    groups.sort(key=lambda group: (-len(group.members), group.members[0]))
    return groups + [Group([unit]) for unit in rest]


def _best_phrase(rest: Sequence[int], everyone: int, phrases: Phrases, vectors: Array) -> str | None:
    counts = phrases.count(rest)
    best: tuple[float, str] | None = None
    for phrase, n in counts.items():
        if n < 2 or phrase in phrases.banned or n > max(2, SHARE_MAX * everyone):
            continue
        held = [unit for unit in rest if phrase in phrases.of_unit[unit]]
        worth = max(phrases.of_unit[unit][phrase] for unit in held)
        likeness = float(np.mean(np.round(vectors[held] @ vectors[held].mean(axis=0), 6)))
        score = round(n**0.5 * worth * phrases.rarity(phrase) ** 0.5 * (0.5 + max(0.0, likeness)), 6)
        if score >= SCORE_MIN and (best is None or (-score, phrase) < (-best[0], best[1])):
            best = (score, phrase)
    return None if best is None else best[1]


def nearest(vectors: Array, k: int) -> tuple[Array, Array]:
    """Return the k nearest other rows of each row and their similarity, rounded to six decimals."""
    n = len(vectors)
    k = min(k, n - 1)
    places = np.empty((n, k), dtype=np.int64)
    values = np.empty((n, k), dtype=np.float64)
    for begin in range(0, n, BLOCK):
        block = np.round((vectors[begin : begin + BLOCK] @ vectors.T).astype(np.float64), 6)
        rows = np.arange(len(block))
        block[rows, begin + rows] = -2.0
        found = np.sort(np.argpartition(-block, k - 1, axis=1)[:, :k], axis=1)
        places[begin : begin + len(block)] = found
        values[begin : begin + len(block)] = np.take_along_axis(block, found, axis=1)
    return places, values


def graph(vectors: Array, k: int = NEIGHBOURS) -> Any:
    """Return the symmetric nearest-neighbour graph as a sparse matrix."""
    from scipy import sparse

    n = len(vectors)
    places, values = nearest(vectors, k)
    rows = np.repeat(np.arange(n), places.shape[1])
    matrix = sparse.csr_matrix((np.maximum(values, 0.0).ravel(), (rows, places.ravel())), shape=(n, n))
    return matrix.maximum(matrix.T).tocsr()


def communities(matrix: Any, resolution: float) -> list[list[int]]:
    """Return Louvain communities, largest first; a graph without edges is one of singles."""
    from sknetwork.clustering import Louvain

    if not matrix.nnz:
        return [[i] for i in range(matrix.shape[0])]
    found = Louvain(resolution=resolution, random_state=SEED).fit_predict(matrix)
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(found.tolist()):
        groups.setdefault(label, []).append(i)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def group_by_graph(members: Sequence[int], vectors: Array, *, smallest: int = 8) -> list[Group]:
    """Group a large set: nested Louvain communities of its nearest-neighbour graph, small ones merged into the nearest.

    Returns:
        Groups with parts, largest first, or one group without parts where nothing separates.
    """
    if len(members) < 3 * smallest:
        return [Group(members)]
    local = vectors[list(members)]
    found = _merge_small(communities(graph(local), 1.0), local, smallest)
    if len(found) < 2:
        return [Group(members)]
    groups = []
    for part in found:
        inner = [members[i] for i in part]
        parts = group_by_graph(inner, vectors, smallest=smallest)
        groups.append(Group(inner, parts if len(parts) > 1 else ()))
    return groups


def _merge_small(groups: list[list[int]], vectors: Array, smallest: int) -> list[list[int]]:
    """Join each group below the smallest size to the one whose centre is nearest."""
    groups = [list(group) for group in groups]
    while len(groups) > 1:
        small = min(range(len(groups)), key=lambda i: (len(groups[i]), groups[i][0]))
        if len(groups[small]) >= smallest:
            break
        lone = groups.pop(small)
        centre = vectors[lone].mean(axis=0)
        likeness = [round(float(vectors[group].mean(axis=0) @ centre), 6) for group in groups]
        target = likeness.index(max(likeness))
        groups[target] = sorted(groups[target] + lone)
    return sorted(groups, key=lambda group: (-len(group), group[0]))
