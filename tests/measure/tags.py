"""Figures of tag trees: agreement with labelled news, coverage, levels, time, and bytes that are equal across processes."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from math import log, log10
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assets.tags.grow import Tree, grow_tree
from assets.tags.profiles import load_profiles
from assets.text.spans import canonical_json, digest_id, sha256_text
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

#: Sections of the daily brief that mix topics.
MIXED = ("热点聚焦", "环球市场")
Figure = dict[str, Any]


def flash_lines() -> list[tuple[str, str]]:
    """Flashes with one topic of thirteen, and it."""
    rows = [row for row in lines("finnl") if len(row["topic_labels"]) == 1]
    return [(row["text"], row["topic_labels"][0]) for row in rows]


def brief_lines() -> list[tuple[str, str]]:
    """Items of a daily brief, and the sections that they stand in."""
    return [(row["text"], row["section"]) for row in lines("wind_brief_items") if row["section"] not in MIXED]


def flashes() -> Iterator[Figure]:
    """Flashes with one topic of thirteen: the tree cut into twice as many by splitting the largest node."""
    labelled = flash_lines()
    yield from _agreement("tags.finnl", labelled, 26, (0.66, 0.45), "news_labelled/finnl, one topic")


def brief_items() -> Iterator[Figure]:
    """Items of a daily brief against the sections they stand in."""
    labelled = brief_lines()
    parts = 2 * len({label for _, label in labelled})
    yield from _agreement("tags.wind", labelled, parts, (0.60, 0.43), "news_labelled/wind_brief_items, sections")


def compared() -> Iterator[Figure]:
    """The same texts and vectors cut into twice the number of classes by others' methods, in one run with ours."""
    for name, labelled in (("finnl", flash_lines()), ("wind", brief_lines())):
        if not labelled:
            continue
        texts, parts = [text for text, _ in labelled], 2 * len({label for _, label in labelled})
        vectors = vectors_of_texts(texts)
        ours = {digest_id("slice", place): label for place, (_, label) in enumerate(labelled)}
        groups = [[ours[one] for one in group] for group in cut(_grow(texts, vectors), parts)]
        yield from _scores(f"tags.{name}.ours", groups, len(texts), "compare")
        for method, found in (
            ("agglomerative_tfidf", _agglomerative(texts, parts)),
            ("louvain_15_neighbours", _louvain(vectors, parts)),
            ("kmeans", _kmeans(vectors, parts)),
        ):
            by_group: dict[int, list[str]] = {}
            for group, (_, label) in zip(found, labelled, strict=True):
                by_group.setdefault(group, []).append(label)
            yield from _scores(f"tags.{name}.{method}", list(by_group.values()), len(texts), "compare")
        if find_spec("bertopic") is None:
            yield {**figure(f"tags.{name}.bertopic", 0.0, "compare", 0, "skipped: not installed"), "value": None}


def _scores(name: str, groups: Sequence[Sequence[str]], n: int, goal: str) -> Iterator[Figure]:
    on = f"{len(groups)} groups"
    yield figure(f"{name}.purity", purity(groups), goal, n, on)
    yield figure(f"{name}.nmi", agreement(groups), goal, n, on)


def _agglomerative(texts: Sequence[str], parts: int) -> list[int]:
    from sklearn.cluster import AgglomerativeClustering

    from assets.tags.levels.features import word_table

    found: list[int] = AgglomerativeClustering(n_clusters=parts, linkage="ward").fit_predict(word_table(texts)).tolist()
    return found


def _louvain(vectors: np.ndarray, parts: int) -> list[int]:
    """At the resolution whose number of groups is nearest."""
    from scipy import sparse
    from sknetwork.clustering import Louvain

    from assets.tags.levels.clusters import nearest

    places, values = nearest(vectors, 15)
    rows = np.repeat(np.arange(len(vectors)), places.shape[1])
    graph = sparse.csr_matrix((np.maximum(values, 0).ravel(), (rows, places.ravel())), shape=(len(vectors),) * 2)
    graph = graph.maximum(graph.T).tocsr()
    tried = [Louvain(resolution=r / 4, random_state=0).fit_predict(graph).tolist() for r in range(2, 17)]
    return min(tried, key=lambda found: abs(len(set(found)) - parts))


def _kmeans(vectors: np.ndarray, parts: int) -> list[int]:
    from sklearn.cluster import KMeans

    found: list[int] = KMeans(parts, n_init=4, random_state=0).fit_predict(vectors).tolist()
    return found


def equal_bytes() -> Iterator[Figure]:
    """The same slices grown in two fresh processes with different hash seeds give the same bytes."""
    texts = [row["text"] for row in islice(lines("finnl"), 1000)]
    if not texts:
        return
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "texts.json"
        given.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        digests = {_digest_elsewhere(given, seed) for seed in ("1", "2")}
    yield figure("tags.equal_bytes", float(len(digests) == 1), "== 1", len(texts), "news_labelled/finnl")


def hundred_thousand() -> Iterator[Figure]:
    """Processor seconds and memory for a tree over 100,000 slices, vectors given, and how time grows from 10,000."""
    from tests.measure.tags_growth import hashed

    base = [row["text"] for name in ("finnl", "thucnews_titles", "nlpcc2017_headlines") for row in lines(name)]
    if not base:
        return
    seconds: dict[int, float] = {}
    for n in (10_000, 100_000):
        texts = [_mixed(base, place) for place in range(n)]
        vectors = hashed(texts)
        began = time.process_time()
        _grow(texts, vectors)
        seconds[n] = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    on = "halves of two texts of news_labelled each, hashed vectors; processor seconds"
    yield figure("tags.seconds_100000", seconds[100_000], "<= 900", 100_000, on)
    yield figure("tags.gigabytes_100000", peak, "<= 6", 100_000, on)
    yield figure("tags.exponent", log10(seconds[100_000] / seconds[10_000]), "<= 1.2", 100_000, on)


def _mixed(base: Sequence[str], place: int) -> str:
    """One text of many: two thirds of one, a third of another."""
    one, two = base[place % len(base)], base[(place * 7919 + place // len(base) * 104729 + 13) % len(base)]
    return one if place < len(base) else one[: max(8, len(one) * 2 // 3)] + two[-max(6, len(two) // 3) :]


def ten_thousand() -> Iterator[Figure]:
    """Seconds for a tree over 10,000 slices, vectors given."""
    texts = [row["text"] for name in ("finnl", "thucnews_titles", "nlpcc2017_headlines") for row in lines(name)][
        :10_000
    ]
    if len(texts) < 10_000:
        return
    vectors = vectors_of_texts(texts)
    began = time.perf_counter()
    tree = _grow(texts, vectors)
    seconds = time.perf_counter() - began
    yield figure("tags.seconds_10000", seconds, "<= 60", tree.leaves.height, "news_labelled, three sets")


EVAL: list[Callable[[], Iterator[Figure]]] = [flashes, brief_items, compared, equal_bytes]
BENCH: list[Callable[[], Iterator[Figure]]] = [ten_thousand, hundred_thousand]
FIGURES = [*EVAL, *BENCH]


def _agreement(
    name: str, labelled: Sequence[tuple[str, str]], parts: int, goals: tuple[float, float], on: str
) -> Iterator[Figure]:
    if not labelled:
        return
    texts = [text for text, _ in labelled]
    tree = _grow(texts, vectors_of_texts(texts))
    labels = {digest_id("slice", place): label for place, (_, label) in enumerate(labelled)}
    groups = [[labels[slice_id] for slice_id in group] for group in cut(tree, parts)]
    n = len(labelled)
    children = Counter(tree.nodes["parent_id"].drop_nulls().to_list())
    yield figure(f"{name}.purity", purity(groups), f">= {goals[0]}", n, on)
    yield figure(f"{name}.nmi", agreement(groups), f">= {goals[1]}", n, on)
    yield figure(f"{name}.covered", tree.leaves["slice_id"].n_unique() / n, "== 1", n, on)
    yield figure(f"{name}.levels", float(json.loads(tree.tree["stats"])["levels"]), ">= 3", n, on)
    yield figure(f"{name}.chains", float(sum(count == 1 for count in children.values())), "== 0", n, on)


def cut(tree: Tree, parts: int) -> list[list[str]]:
    """Slices of the tags that are left when the largest tag is split until there are so many parts."""
    children: dict[str | None, list[str]] = {}
    for tag_id, parent in tree.nodes.select("tag_id", "parent_id").iter_rows():
        children.setdefault(parent, []).append(tag_id)
    own: dict[str, list[str]] = {}
    for tag_id, slice_id in tree.leaves.select("tag_id", "slice_id").iter_rows():
        own.setdefault(tag_id, []).append(slice_id)

    def below(tag_id: str) -> list[str]:
        return own.get(tag_id, []) + [one for child in children.get(tag_id, []) for one in below(child)]

    kept = [(tag_id, below(tag_id), True) for tag_id in children.get(None, [])]
    while len(kept) < parts:
        splittable = [place for place, (tag_id, _, whole) in enumerate(kept) if whole and children.get(tag_id)]
        if not splittable:
            break
        tag_id, _, _ = kept.pop(max(splittable, key=lambda place: len(kept[place][1])))
        kept += [(child, below(child), True) for child in children[tag_id]]
        if own.get(tag_id):
            kept.append((tag_id, own[tag_id], False))
    return [slices for _, slices, _ in kept]


def purity(groups: Sequence[Sequence[str]]) -> float:
    """Share of members that have their group's most frequent label."""
    return sum(max(Counter(group).values()) for group in groups if group) / sum(map(len, groups))


def agreement(groups: Sequence[Sequence[str]]) -> float:
    """Normalised mutual information of groups and labels, by the arithmetic mean of their entropies."""
    total = sum(map(len, groups))

    def entropy(counts: Sequence[int]) -> float:
        return -sum(n / total * log(n / total) for n in counts if n)

    labels = entropy(list(Counter(label for group in groups for label in group).values()))
    sizes = entropy([len(group) for group in groups])
    both = entropy([n for group in groups for n in Counter(group).values()])
    return 2 * (labels + sizes - both) / max(1e-9, labels + sizes)


def _grow(texts: Sequence[str], vectors: np.ndarray) -> Tree:
    profile = load_profiles({"all_news": {"lane": "news", "subject": "", "facets": [], "keywords": []}})["all_news"]
    rows = [
        {
            "slice_id": digest_id("slice", place),
            "doc_id": digest_id("document", place),
            "ordinal": 0,
            "heading": None,
            "text": text,
            "sha256": sha256_text(text),
            "title": text[:20],
            "duplicate_of": None,
            "relevance": 1.0,
        }
        for place, text in enumerate(texts)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"heading": pl.String, "duplicate_of": pl.String})
    return grow_tree(profile, "2024-04-18", frame, vectors, basis_id="measured")


def vectors_of_texts(texts: Sequence[str]) -> np.ndarray:
    """Vectors of a basis that is fitted on just these texts."""
    from assets.embeddings.basis import fit_basis

    return fit_basis(texts).embed(texts)


def _digest_elsewhere(given: Path, seed: str) -> str:
    code = f"from tests.measure.tags import digest; print(digest({str(given)!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def digest(given: str) -> str:
    """Digest of the tree over the texts in a file."""
    texts = json.loads(Path(given).read_text(encoding="utf-8"))
    tree = _grow(texts, vectors_of_texts(texts))
    rows = [tree.tree, tree.nodes.to_dicts(), tree.leaves.to_dicts()]
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()


def lines(name: str) -> Iterator[dict[str, Any]]:
    """Rows of one labelled set; none where the data are missing."""
    if DATA is None:
        return
    for line in (DATA / "news_labelled" / "dev" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    """One line of the eval."""
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
