"""Figures of search and vectors: known items, parts of texts, filters, neighbours' labels, and what they cost."""

import json
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.index import embed_spans
from assets.embeddings.search import Searcher
from assets.text.segment import bigrams
from resources.vectors import VectorStore
from tests.measure.data import DATA
from tests.measure.memory import MemoryReader

Figure = dict[str, Any]
KNOWN = "finance_tasks/dev/summary_finna.jsonl"
LABELLED = {
    "thucnews": ("news_labelled/dev/thucnews_titles.jsonl", "label"),
    "tnews": ("news_labelled/dev/tnews.jsonl", "label"),
    "finnl": ("news_labelled/dev/finnl.jsonl", "topic_labels"),
}
FLASHES = ("news_labelled/dev/finnl.jsonl", "news_labelled/dev/finnsp.jsonl", KNOWN)
NEIGHBOURS = 10


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": value, "goal": goal, "n": n, "on": on}


def _rows(name: str) -> list[dict[str, Any]]:
    path = None if DATA is None else DATA / name
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


@cache
def _home(texts: tuple[str, ...]) -> tuple[MemoryReader, Searcher, dict[int, int]]:
    """A store over one slice a text; identical texts are repeats of the first."""
    first: dict[str, int] = {}
    repeats = {i: first[text] for i, text in enumerate(texts) if first.setdefault(text, i) != i}
    basis = fit_basis(texts)
    reader = MemoryReader.of_news(texts, basis.basis_id, repeats=repeats)
    store = VectorStore(Path(tempfile.mkdtemp(prefix="leafroot-measure-")) / "vectors")
    spans = reader.frame("slices").rename({"slice_id": "span_id"})
    store.put("slice", basis.basis_id, embed_spans("slice", spans, basis))
    store.index("slice", basis.basis_id)
    return reader, Searcher(reader, store, basis), repeats


def _known() -> list[dict[str, Any]]:
    return [row for row in _rows(KNOWN) if len(row["text"]) > 40 and row["headline"]][:3200]


def known_item() -> Iterator[Figure]:
    """The headline that a person wrote must find its flash."""
    rows = _known()
    if not rows:
        return
    _, searcher, repeats = _home(tuple(row["text"] for row in rows))
    first = ten = 0
    took = []
    for i, row in enumerate(rows):
        begun = time.perf_counter()
        hits = searcher.search(row["headline"])
        took.append(time.perf_counter() - begun)
        places = [int(hit["citation"]["doc_id"][1:]) for hit in hits]
        leads = [repeats.get(place, place) for place in places]
        first += leads[:1] == [repeats.get(i, i)]
        ten += repeats.get(i, i) in leads
    yield _figure("search_known_item_hit1", round(first / len(rows), 4), ">= .92", len(rows), KNOWN)
    yield _figure("search_known_item_hit10", round(ten / len(rows), 4), ">= .986", len(rows), KNOWN)
    yield _figure("search_query_p50_ms", round(float(np.median(took)) * 1000, 1), "lower", len(rows), KNOWN)


def part_of_text() -> Iterator[Figure]:
    """Any part of a text, marks included, must find a text that holds it."""
    rows = _known()
    if not rows:
        return
    texts = tuple(row["text"] for row in rows)
    _, searcher, _ = _home(texts)
    asked = found = 0
    for i in range(0, len(texts), 8):
        for length in (2, 4, 7, 12, 30):
            start = zlib.crc32(f"{i} {length}".encode()) % max(len(texts[i]) - length, 1)
            part = texts[i][start : start + length]
            if sum(character.isalnum() for character in part) < 2:
                continue
            asked += 1
            found += any(part in hit["citation"]["quote"] for hit in searcher.search(part))
    yield _figure("search_part_of_text_hit10", round(found / asked, 4), "1.0", asked, KNOWN)


def filtered() -> Iterator[Figure]:
    """With a filter that leaves one text in a hundred, the best of those must be found as if only they were there."""
    rows = _known()
    if not rows:
        return
    texts = tuple(row["text"] for row in rows)
    reader, searcher, _ = _home(texts)
    day = reader.rows("documents", columns=["published"])[4]["published"]
    kept = [i for i in range(len(texts)) if i % 28 == 4]
    found = 0
    for i in kept:
        hits = searcher.search(rows[i]["headline"], since=day, until=day)
        found += f"d{i:05d}" in [doc for hit in hits for doc in (hit["citation"]["doc_id"], *hit["also"])]
    yield _figure(
        "search_recall_under_filter", round(found / len(kept), 4), ">= .98", len(kept), f"{KNOWN}, one day of 28"
    )


def _agreement(vectors: np.ndarray, labels: Sequence[str]) -> float:
    """Share of texts whose ten nearest others vote for their own label."""
    near = vectors @ vectors.T
    np.fill_diagonal(near, -9)
    right = 0
    for i, row in enumerate(np.argsort(-near, axis=1, kind="stable")[:, :NEIGHBOURS]):
        votes: dict[str, float] = {}
        for j in row:
            votes[labels[j]] = votes.get(labels[j], 0.0) + float(near[i, j])
        right += max(sorted(votes), key=lambda label: votes[label]) == labels[i]
    return right / len(labels)


def _hashed(texts: Sequence[str]) -> np.ndarray:
    vectors = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for gram in bigrams(text):
            code = zlib.crc32(gram.encode("utf-8"))
            row[code % 256] += 1 if code & 0x80000000 else -1
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def neighbours() -> Iterator[Figure]:
    """Neighbours by the basis carry the same label, far more often than by hashed bigrams."""
    for name, (path, column) in LABELLED.items():
        rows = [row for row in _rows(path) if isinstance(row[column], str) or len(row[column]) == 1]
        if not rows:
            continue
        labels = [row[column] if isinstance(row[column], str) else row[column][0] for row in rows]
        texts = [row["text"] for row in rows]
        by_hash = round(_agreement(_hashed(texts), labels), 4)
        value = round(_agreement(fit_basis(texts).embed(texts), labels), 4)
        yield _figure(f"basis_knn_{name}", value, f"> {by_hash} (hashed bigrams)", len(rows), path)


def _flashes(n: int) -> list[str]:
    return [row["text"] for path in FLASHES for row in _rows(path)][:n]


def build() -> Iterator[Figure]:
    """What ten thousand slices cost: the basis, their vectors, the index."""
    texts = _flashes(10_000)
    if not texts:
        return
    begun = time.process_time()
    basis: Basis = fit_basis(texts)
    fitted = time.process_time()
    frame = pl.DataFrame(
        {
            "span_id": [f"s{i:05d}" for i in range(len(texts))],
            "doc_id": [f"d{i:05d}" for i in range(len(texts))],
            "lane": "news",
            "published_date": "2024-04-18",
            "text": texts,
        }
    )
    rows = embed_spans("slice", frame, basis)
    embedded = time.process_time()
    wall = time.perf_counter()
    store = VectorStore(Path(tempfile.mkdtemp(prefix="leafroot-measure-")) / "vectors")
    store.put("slice", basis.basis_id, rows)
    store.index("slice", basis.basis_id)
    on = ", ".join(FLASHES)
    yield _figure("basis_fit_cpu_s", round(fitted - begun, 2), "<= 12", len(texts), on)
    yield _figure("embed_spans_cpu_s", round(embedded - fitted, 2), "lower", len(texts), on)
    yield _figure("vectors_put_index_s", round(time.perf_counter() - wall, 2), "lower", len(texts), on)


EVAL = [known_item, part_of_text, filtered, neighbours]
BENCH = [build]
FIGURES = [*EVAL, *BENCH]
