"""Groups of a large set, level by level: fine communities of its nearest-neighbour graph, joined upwards by likeness.

Everything is decided on similarities rounded to six decimals and on positions, with a fixed seed, so that each process
finds the same groups. Small sets are grouped in `shared.py`; names are given in `labels.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Array", "Group", "group_by_graph"]

Array = np.ndarray[Any, np.dtype[Any]]
#: Neighbours of a unit in the graph, the power that sharpens their likeness, and the seed of the community search.
NEIGHBOURS, SHARPNESS, SEED = 15, 3.0, 0
#: Resolution of the fine communities: some eighty units each in a set of five thousand.
RESOLUTION = 6.0
#: Communities below this many units join the nearest one before anything is built on them.
SMALLEST = 4
#: The top level has a group for every sixty units, four at least and twenty-six at most; below it groups part in three.
TOP_SIZE, TOP_MIN, TOP_MAX, BRANCHES = 60, 4, 26, 3
#: Two large groups have to be a little more alike to be joined than a large and a small one.
SIZE_POWER = 0.05
#: Rows of the similarity matrix that are held at once.
BLOCK = 1024


class Group:
    """A set of units with its parts; without parts it is a group of the lowest level."""

    def __init__(self, members: Sequence[int], parts: Sequence[Group] = (), name: str = "") -> None:
        self.members = list(members)
        self.parts = list(parts)
        self.name = name


def group_by_graph(members: Sequence[int], features: Array) -> list[Group]:
    """Group a large set into a hierarchy.

    Args:
        members: Rows of `features`.
        features: n × d, rows normalised, for all units.

    Returns:
        Groups with parts, largest first; a single group without parts where nothing separates.
    """
    local = features[list(members)]
    fine = _join_small(_communities(_graph(local)), local)
    if len(fine) < 2:
        return [Group(members)]
    order = _merge_order(fine, local)
    top = min(TOP_MAX, max(TOP_MIN, round(len(members) / TOP_SIZE)))
    groups = [_nest(part, order, fine, members) for part in _cut(list(range(len(fine))), order, top)]
    return _sorted(groups)


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


def _graph(vectors: Array) -> Any:
    """The symmetric nearest-neighbour graph as a sparse matrix."""
    from scipy import sparse

    n = len(vectors)
    places, values = nearest(vectors, NEIGHBOURS)
    rows = np.repeat(np.arange(n), places.shape[1])
    weights = np.maximum(values, 0.0).ravel() ** SHARPNESS
    matrix = sparse.csr_matrix((weights, (rows, places.ravel())), shape=(n, n))
    matrix.eliminate_zeros()
    return matrix.maximum(matrix.T).tocsr()


def _communities(matrix: Any) -> list[list[int]]:
    """Fine Louvain communities, largest first; a graph without edges is one of singles."""
    from sknetwork.clustering import Louvain

    if not matrix.nnz:
        return [[i] for i in range(matrix.shape[0])]
    found = Louvain(resolution=RESOLUTION, random_state=SEED).fit_predict(matrix)
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(found.tolist()):
        groups.setdefault(label, []).append(i)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def _join_small(groups: list[list[int]], vectors: Array) -> list[list[int]]:
    """Join each group below the smallest size to the one whose centre is nearest."""
    large = [group for group in groups if len(group) >= SMALLEST]
    if not large:
        return groups
    centres = np.array([vectors[group].mean(axis=0) for group in large])
    joined = [list(group) for group in large]
    for group in groups:
        if len(group) < SMALLEST:
            joined[int(np.round(centres @ vectors[group].mean(axis=0), 6).argmax())] += group
    return sorted((sorted(group) for group in joined), key=lambda group: (-len(group), group[0]))


def _merge_order(groups: list[list[int]], vectors: Array) -> list[tuple[int, int]]:
    """Order in which groups join upwards, by the mean likeness of their fine groups; the first of a pair remains."""
    centres = np.array([vectors[group].mean(axis=0) for group in groups])
    centres = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    distance = np.round(1.0 - centres.astype(np.float64) @ centres.T.astype(np.float64), 6)
    count = np.ones(len(groups))
    size = np.array([float(len(group)) for group in groups])
    alive = list(range(len(groups)))
    order: list[tuple[int, int]] = []
    while len(alive) > 1:
        costs = distance[np.ix_(alive, alive)] * np.minimum.outer(size[alive], size[alive]) ** SIZE_POWER
        np.fill_diagonal(costs, np.inf)
        first, second = divmod(int(np.round(costs, 6).argmin()), len(alive))
        i, j = sorted((alive[first], alive[second]))
        order.append((i, j))
        distance[i] = (count[i] * distance[i] + count[j] * distance[j]) / (count[i] + count[j])
        distance[:, i] = distance[i]
        count[i] += count[j]
        size[i] += size[j]
        alive.remove(j)
    return order


def _cut(fine: list[int], order: Sequence[tuple[int, int]], parts: int) -> list[list[int]]:
    """Join fine groups in order until so many parts are left."""
    held = {i: [i] for i in fine}
    for i, j in order:
        if len(held) <= parts:
            break
        if i in held and j in held:
            held[i] += held.pop(j)
    return list(held.values())


def _nest(part: list[int], order: Sequence[tuple[int, int]], fine: list[list[int]], members: Sequence[int]) -> Group:
    own = sorted(members[i] for group in part for i in fine[group])
    if len(part) == 1:
        return Group(own)
    return Group(own, _sorted([_nest(piece, order, fine, members) for piece in _cut(part, order, BRANCHES)]))


def _sorted(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-len(group.members), group.members[0]))
