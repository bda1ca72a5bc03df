"""Figures of tag trees: agreement with labelled news, coverage, levels, time, and bytes that are equal across processes."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from math import log
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


def flashes() -> Iterator[Figure]:
    """Flashes with one topic of thirteen: the tree cut into twice as many by splitting the largest node."""
    rows = [row for row in _lines("finnl") if len(row["topic_labels"]) == 1]
    labelled = [(row["text"], row["topic_labels"][0]) for row in rows]
    yield from _agreement("tags.finnl", labelled, 26, (0.66, 0.45), "news_labelled/finnl, one topic")


def brief_items() -> Iterator[Figure]:
    """Items of a daily brief against the sections they stand in."""
    labelled = [(row["text"], row["section"]) for row in _lines("wind_brief_items") if row["section"] not in MIXED]
    parts = 2 * len({label for _, label in labelled})
    yield from _agreement("tags.wind", labelled, parts, (0.60, 0.43), "news_labelled/wind_brief_items, sections")


def equal_bytes() -> Iterator[Figure]:
    """The same slices grown in two fresh processes with different hash seeds give the same bytes."""
    texts = [row["text"] for row in islice(_lines("finnl"), 1000)]
    if not texts:
        return
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "texts.json"
        given.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        digests = {_digest_elsewhere(given, seed) for seed in ("1", "2")}
    yield _figure("tags.equal_bytes", float(len(digests) == 1), "== 1", len(texts), "news_labelled/finnl")


def ten_thousand() -> Iterator[Figure]:
    """Seconds for a tree over 10,000 slices, vectors given."""
    texts = [row["text"] for name in ("finnl", "thucnews_titles", "nlpcc2017_headlines") for row in _lines(name)][
        :10_000
    ]
    if len(texts) < 10_000:
        return
    vectors = _vectors(texts)
    began = time.perf_counter()
    tree = _grow(texts, vectors)
    seconds = time.perf_counter() - began
    yield _figure("tags.seconds_10000", seconds, "<= 60", tree.leaves.height, "news_labelled, three sets")


EVAL: list[Callable[[], Iterator[Figure]]] = [flashes, brief_items, equal_bytes]
BENCH: list[Callable[[], Iterator[Figure]]] = [ten_thousand]
FIGURES = [*EVAL, *BENCH]


def _agreement(
    name: str, labelled: Sequence[tuple[str, str]], parts: int, goals: tuple[float, float], on: str
) -> Iterator[Figure]:
    if not labelled:
        return
    texts = [text for text, _ in labelled]
    tree = _grow(texts, _vectors(texts))
    labels = {digest_id("slice", place): label for place, (_, label) in enumerate(labelled)}
    groups = [[labels[slice_id] for slice_id in group] for group in cut(tree, parts)]
    n = len(labelled)
    children = Counter(tree.nodes["parent_id"].drop_nulls().to_list())
    yield _figure(f"{name}.purity", purity(groups), f">= {goals[0]}", n, on)
    yield _figure(f"{name}.nmi", agreement(groups), f">= {goals[1]}", n, on)
    yield _figure(f"{name}.covered", tree.leaves["slice_id"].n_unique() / n, "== 1", n, on)
    yield _figure(f"{name}.levels", float(json.loads(tree.tree["stats"])["levels"]), ">= 3", n, on)
    yield _figure(f"{name}.chains", float(sum(count == 1 for count in children.values())), "== 0", n, on)


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


def _vectors(texts: Sequence[str]) -> np.ndarray:
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
    tree = _grow(texts, _vectors(texts))
    rows = [tree.tree, tree.nodes.to_dicts(), tree.leaves.to_dicts()]
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()


def _lines(name: str) -> Iterator[dict[str, Any]]:
    if DATA is None:
        return
    for line in (DATA / "news_labelled" / "dev" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
