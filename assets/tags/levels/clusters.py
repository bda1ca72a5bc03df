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
#: Neighbours of a unit in the graph, the power that sharpens their likeness, and the seed of the community search. These and
#: the resolution were chosen on the even rows of two labelled sets and hold on their odd rows.
NEIGHBOURS, SHARPNESS, SEED = 30, 3.0, 0
#: Resolution of the fine communities, growing with the root of their number: some eighty units each in a set of five thousand.
RESOLUTION, RESOLUTION_MIN = 0.09, 3.0
#: Passes in which each unit goes to the community that most of its neighbours are in.
SMOOTHING = 2
#: Communities below this many units join the nearest one before anything is built on them.
SMALLEST = 4
#: The top level has a group for every sixty units, four at least and twenty-six at most; below it groups part in three.
TOP_SIZE, TOP_MIN, TOP_MAX, BRANCHES = 60, 4, 26, 3
#: Two large groups have to be a little more alike to be joined than a large and a small one.
SIZE_POWER = 0.05
#: Rows of the similarity matrix that are held at once.
BLOCK = 1024
#: Up to so many rows each is compared with all; beyond, with those of the cells nearest to its own.
EXACT_MAX = 12_000
#: Cells that are looked into, rows from which the cells are learnt, and passes over these.
CELLS, LEARNT, PASSES = 24, 20_000, 4


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
    """Return the k nearest other rows of each row and their similarity, rounded to six decimals.

    Large sets are searched by cells of like rows, so that time grows with n to the power of 1.5 and not of 2.
    """
    n = len(vectors)
    k = min(k, n - 1)
    if n > EXACT_MAX:
        return _nearest_by_cells(vectors, k)
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


def _nearest_by_cells(vectors: Array, k: int) -> tuple[Array, Array]:
    """As `nearest`, each row compared with the rows of the cells nearest to its own."""
    n = len(vectors)
    centres = _cells(vectors, round(n**0.5))
    cell_of = _closest(vectors, centres)
    order = np.argsort(cell_of, kind="stable")
    ends = np.searchsorted(cell_of[order], np.arange(len(centres) + 1))
    members = [np.sort(order[ends[i] : ends[i + 1]]) for i in range(len(centres))]
    beside = np.argsort(-np.round(centres @ centres.T, 6), axis=1, kind="stable")
    places = np.empty((n, k), dtype=np.int64)
    values = np.empty((n, k), dtype=np.float64)
    for cell, rows in enumerate(members):
        if not len(rows):
            continue
        others = _enough(beside[cell], members, k)
        at = np.searchsorted(others, rows)
        for begin in range(0, len(rows), BLOCK):
            some = rows[begin : begin + BLOCK]
            block = np.round(vectors[some] @ vectors[others].T, 6)
            block[np.arange(len(some)), at[begin : begin + BLOCK]] = -2.0
            found = np.sort(np.argpartition(-block, k - 1, axis=1)[:, :k], axis=1)
            places[some] = others[found]
            values[some] = np.take_along_axis(block, found, axis=1).astype(np.float64)
    return places, np.round(values, 6)


def _enough(cells: Array, members: Sequence[Array], k: int) -> Array:
    """Rows of the nearest cells, of more of these where they hold too few."""
    taken = [members[cell] for cell in cells[:CELLS]]
    for cell in cells[CELLS:]:
        if sum(map(len, taken)) > k:
            break
        taken.append(members[cell])
    return np.sort(np.concatenate(taken))


def _cells(vectors: Array, count: int) -> Array:
    """Centres of like rows: a few passes of k-means from rows spread evenly over the set."""
    sample = vectors[np.linspace(0, len(vectors) - 1, min(LEARNT, len(vectors))).astype(np.int64)]
    centres = sample[np.linspace(0, len(sample) - 1, count).astype(np.int64)]
    for _ in range(PASSES):
        cell = _closest(sample, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, cell, sample)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres).astype(np.float32)
    return centres


def _closest(vectors: Array, centres: Array) -> Array:
    parts = [
        np.round(vectors[begin : begin + BLOCK] @ centres.T, 6).argmax(axis=1)
        for begin in range(0, len(vectors), BLOCK)
    ]
    closest: Array = np.concatenate(parts)
    return closest


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
    from scipy import sparse
    from sknetwork.clustering import Louvain

    if not matrix.nnz:
        return [[i] for i in range(matrix.shape[0])]
    n = matrix.shape[0]
    resolution = max(RESOLUTION_MIN, RESOLUTION * n**0.5)
    found = Louvain(resolution=resolution, random_state=SEED).fit_predict(matrix)
    for _ in range(SMOOTHING):
        one = sparse.csr_matrix((np.ones(n), (np.arange(n), found)), shape=(n, int(found.max()) + 1))
        weight = (matrix @ one).tocsr()
        weight.data = np.round(weight.data, 6)
        # A unit without neighbours stays where it is.
        found = np.where(np.diff(matrix.indptr) > 0, np.asarray(weight.argmax(axis=1)).ravel(), found)
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
