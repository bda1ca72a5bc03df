"""Figures of search and vectors: known items, parts of texts, filters, neighbours' labels, and what they cost."""

import json
import os
import resource
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.index import embed_spans, gram_tokens, word_tokens
from assets.embeddings.search import Searcher
from assets.text.segment import bigrams
from resources.errors import PlatformError
from resources.lance import channels
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
    for i in range(1_400):
        text = texts[zlib.crc32(f"text {i}".encode()) % len(texts)]
        length = (2, 3, 4, 7, 12, 30)[i % 6]
        start = zlib.crc32(f"{i} {length}".encode()) % max(len(text) - length, 1)
        part = text[start : start + length]
        if sum(character.isalnum() for character in part) < 2 or asked == 1_000:
            continue
        asked += 1
        found += any(part in hit["citation"]["quote"] for hit in searcher.search(part))
    yield _figure("search_part_of_text_hit10", round(found / asked, 4), "1.0", asked, KNOWN)


def fuzzed() -> Iterator[Figure]:
    """A thousand queries of marks, operators, other scripts and cut texts: each gets an answer."""
    rows = _known()
    if not rows:
        return
    texts = tuple(row["text"] for row in rows)
    _, searcher, _ = _home(texts)
    marks = "'\"()[]{}*?^~+-:;/\\|&!%_#@<>=`$ \t\n\0，。“”《》〔〕Ωж한あ\u200b\ufffd😀"
    failed = 0
    for i in range(1_000):
        seed = zlib.crc32(f"fuzz {i}".encode())
        text = texts[seed % len(texts)]
        pieces = [text[(seed >> n) % 40 : (seed >> n) % 40 + n % 7] + marks[(seed >> n) % len(marks)] for n in range(9)]
        try:
            searcher.search("".join(pieces))
        except (PlatformError, ValueError, KeyError, IndexError, TypeError):
            failed += 1
    yield _figure("search_fuzzed_errors", failed, "0", 1_000, KNOWN)


def beside() -> Iterator[Figure]:
    """The same known items by BM25 alone, by vectors alone, and by LanceDB's own hybrid search."""
    rows = _known()
    if not rows:
        return
    texts = tuple(row["text"] for row in rows)
    _, searcher, repeats = _home(texts)
    table, basis = searcher._index._open("slice", searcher._basis.basis_id), searcher._basis  # type: ignore[attr-defined]
    ways = ("bm25_words", "bm25_grams", "vectors", "lancedb_hybrid")
    first, ten = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0)
    chosen = range(0, len(rows), 3)
    for i in chosen:
        query = rows[i]["headline"]
        words, grams, vector = " ".join(word_tokens(query)), " ".join(gram_tokens(query)), basis.embed([query])[0]
        found = {
            "bm25_words": channels.match(table, words, "words", "", 12) if words else None,
            "bm25_grams": channels.match(table, grams, "grams", "", 12),
            "vectors": channels.nearest(table, vector, "", 12),
            "lancedb_hybrid": _hybrid(table, vector, grams),
        }
        for way, result in found.items():
            spans = [] if result is None else result.column("span_id").to_pylist()
            leads = list(dict.fromkeys(repeats.get(int(span[1:]), int(span[1:])) for span in spans))[:10]
            first[way] += leads[:1] == [repeats.get(i, i)]
            ten[way] += repeats.get(i, i) in leads
    for way in ways:
        yield _figure(f"search_beside_{way}_hit1", round(first[way] / len(chosen), 4), "beside", len(chosen), KNOWN)
        yield _figure(f"search_beside_{way}_hit10", round(ten[way] / len(chosen), 4), "beside", len(chosen), KNOWN)


def _hybrid(table: Any, vector: np.ndarray, grams: str) -> Any:
    from lancedb.query import MatchQuery
    from lancedb.rerankers import RRFReranker

    query = table.search(query_type="hybrid", vector_column_name="vector", fts_columns="grams")
    query = query.vector(vector).text(MatchQuery(grams, "grams"))  # type: ignore[call-arg]  # defaults that mypy does not see
    return query.distance_type("cosine").rerank(RRFReranker()).limit(12).to_arrow()


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
    turned: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return turned


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


def _continued(n: int) -> list[str]:
    """Real flashes, continued to n texts by joining sentences of several."""
    texts = list(dict.fromkeys(_flashes(n)))
    sentences = [part for text in texts for part in text.split("。") if 8 < len(part) < 120]
    while len(texts) < n:
        seed = zlib.crc32(f"text {len(texts)}".encode())
        picked = [sentences[(seed + 7919 * j * j) % len(sentences)] for j in range(2 + seed % 3)]
        texts.append("。".join(picked) + "。")
    return texts[:n]


@cache
def _large(n: int) -> tuple[Searcher, VectorStore, Basis, list[str], dict[str, float]]:
    """A home of n slices and what it cost to build."""
    texts = _continued(n)
    begun = time.perf_counter()
    basis = fit_basis(texts)
    reader = MemoryReader.of_news(texts, basis.basis_id)
    spans = reader.frame("slices").rename({"slice_id": "span_id"})
    folder = Path(tempfile.mkdtemp(prefix="leafroot-measure-")) / "vectors"
    store = VectorStore(folder)
    for start in range(0, n, 20_000):
        store.put("slice", basis.basis_id, embed_spans("slice", spans.slice(start, 20_000), basis))
    put = time.perf_counter()
    store.index("slice", basis.basis_id)
    cost = {"put": put - begun, "index": time.perf_counter() - put}
    cost["disk"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    cost["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return Searcher(reader, store, basis), store, basis, texts, cost


def large() -> Iterator[Figure]:
    """A hundred thousand slices: what they cost to build, how fast they answer, how much the index of vectors finds."""
    if not _flashes(1):
        return
    n = int(os.environ.get("SEARCH_ROWS", "100000"))
    searcher, store, basis, texts, cost = _large(n)
    on = f"{n} slices: {', '.join(FLASHES)}, continued"
    total = cost["put"] + cost["index"]
    yield _figure("search_large_build_s", round(total, 1), "<= 120", n, on)
    yield _figure("search_large_index_s", round(cost["index"], 1), "part of it", n, on)
    yield _figure("search_large_memory_gb", round(cost["memory"], 2), "<= 3", n, on)
    yield _figure("search_large_disk_mb", round(cost["disk"], 0), "lower", n, on)
    queries = [row["headline"] for row in _known()[:300]] or texts[:300]
    for query in queries[:20]:
        searcher.search(query)
    took = []
    for query in queries:
        begun = time.perf_counter()
        searcher.search(query)
        took.append((time.perf_counter() - begun) * 1000)
    yield _figure("search_large_p50_ms", round(float(np.quantile(took, 0.5)), 1), "<= 30", len(took), on)
    yield _figure("search_large_p99_ms", round(float(np.quantile(took, 0.99)), 1), "<= 100", len(took), on)
    ids = sorted(store.ids("slice", basis.basis_id))
    place = {span: i for i, span in enumerate(ids)}
    vectors = store.vectors("slice", basis.basis_id, ids)
    recall = []
    for vector in basis.embed(queries[:200]):
        near = vectors @ vector
        least = np.partition(near, -NEIGHBOURS)[-NEIGHBOURS] - 1e-6
        hits = store.search("slice", basis.basis_id, vector=vector, limit=NEIGHBOURS)
        recall.append(sum(near[place[hit["span_id"]]] >= least for hit in hits) / NEIGHBOURS)
    yield _figure("search_ann_recall10", round(float(np.mean(recall)), 4), ">= .98", len(recall), on)


def upserts() -> Iterator[Figure]:
    """A thousand commits of ten rows, then one compaction: what the disk holds against what lives."""
    texts = _flashes(2_000)
    if not texts:
        return
    basis = fit_basis(texts)
    reader = MemoryReader.of_news(texts, basis.basis_id)
    rows = embed_spans("slice", reader.frame("slices").rename({"slice_id": "span_id"}), basis)
    folder = Path(tempfile.mkdtemp(prefix="leafroot-measure-")) / "vectors"
    store = VectorStore(folder)
    store.put("slice", "b", rows)
    store.index("slice", "b")
    store.compact(keep=timedelta(milliseconds=1))
    live = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    for i in range(1_000):
        store.put("slice", "b", rows.slice(i * 10 % len(texts), 10))
    store.index("slice", "b")
    store.compact(keep=timedelta(milliseconds=1))
    after = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield _figure("search_disk_after_upserts", round(after / live, 2), "<= 3", 1_000, "of live data, 10 rows a commit")


EVAL = [known_item, beside, part_of_text, fuzzed, filtered, neighbours]
BENCH = [build, large, upserts]
FIGURES = [*EVAL, *BENCH]
