"""Figures of vectors: whether neighbours carry the same label, what a basis costs, and which terms are found."""

import json
import resource
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from assets.embeddings.basis import fit_basis
from assets.embeddings.discovery import find_terms
from assets.embeddings.index import embed_spans
from assets.text.segment import domain_terms
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
FOLDER = "news_labelled/dev"
NEIGHBOURS = 15
#: Sections of the daily brief that mix topics.
MIXED = ("热点聚焦", "环球市场")
#: Goals of the issue; what has none is watched only, so that one kind of text is not paid for with another.
GOALS = {"finnl": ">= .84", "wind": ">= .79", "thucnews": "watched", "tnews": "watched"}
#: Found terms of the flashes that a reader called no term (.90 of the first 436 held, 2026-11-25): a later list must not bring them back.
NO_TERMS = (
    "短线下挫",
    "短线走低",
    "设立合资公司",
    "规模突破",
    "投资设立",
    "港股商汤",
    "西安疫情",
    "新冠病毒核酸",
    "管理有限公司",
    "切实保障",
)


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}


def _lines(name: str) -> list[dict[str, Any]]:
    path = None if DATA is None else DATA / FOLDER / f"{name}.jsonl"
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _labelled() -> Iterator[tuple[str, list[str], list[str]]]:
    flashes = [row for row in _lines("finnl") if len(row["topic_labels"]) == 1]
    yield "finnl", [row["text"] for row in flashes], [row["topic_labels"][0] for row in flashes]
    items = [row for row in _lines("wind_brief_items") if row["section"] not in MIXED]
    yield "wind", [row["text"] for row in items], [row["section"] for row in items]
    for name in ("thucnews_titles", "tnews"):
        rows = _lines(name)
        yield name.partition("_")[0], [row["text"] for row in rows], [row["label"] for row in rows]


def _agreement(vectors: np.ndarray, labels: Sequence[str]) -> tuple[float, float, float]:
    """Mean share of the 15 nearest that carry the own label; share of texts whose 15 nearest vote for it, plainly and by nearness."""
    own = np.unique(labels, return_inverse=True)[1]
    near = vectors @ vectors.T
    np.fill_diagonal(near, -9)
    places = np.arange(len(own))
    ranked = np.argsort(-near, axis=1, kind="stable")[:, :NEIGHBOURS]
    plain, weighed = (np.zeros((len(own), own.max() + 1)) for _ in range(2))
    for column in ranked.T:
        np.add.at(plain, (places, own[column]), 1.0)
        np.add.at(weighed, (places, own[column]), np.maximum(near[places, column], 0.0))
    share = float((own[ranked] == own[:, None]).mean())
    return share, float((plain.argmax(axis=1) == own).mean()), float((weighed.argmax(axis=1) == own).mean())


def neighbours() -> Iterator[Figure]:
    """The 15 nearest by a basis that is learnt from the same texts vote for a text's own label."""
    for name, texts, labels in _labelled():
        if not texts:
            continue
        share, plain, weighed = _agreement(fit_basis(texts).embed(texts), labels)
        on = f"news_labelled/{name}, one label, mixed sections left out"
        yield _figure(f"vectors.{name}.vote15", plain, GOALS[name], len(texts), on)
        yield _figure(f"vectors.{name}.vote15_by_nearness", weighed, GOALS[name], len(texts), on)
        yield _figure(f"vectors.{name}.share15", share, "higher", len(texts), on)


def terms() -> Iterator[Figure]:
    """Terms that are found in flashes, and how many of those that a reader called none are among them."""
    texts = {str(place): [row["text"]] for place, row in enumerate(_lines("finnl"))}
    if not texts:
        return
    found = {one.term for one in find_terms(texts, domain_terms())}
    yield _figure("lexicon.found", float(len(found)), ">= 250", len(texts), "news_labelled/finnl")
    wrong = len(found.intersection(NO_TERMS))
    yield _figure("lexicon.called_no_term", float(wrong), f"<= {len(NO_TERMS)}", len(NO_TERMS), "a sample read by hand")


def build() -> Iterator[Figure]:
    """What ten thousand flashes cost in one process and one thread: a basis, then their rows of the index."""
    texts = [row["text"] for name in ("finnl", "finnsp", "thucnews_titles") for row in _lines(name)][:10_000]
    if len(texts) < 10_000:
        return
    spans = pl.DataFrame({"span_id": [f"s{i:05d}" for i in range(len(texts))], "text": texts}).with_columns(
        doc_id=pl.col("span_id"), lane=pl.lit("news"), published_date=pl.lit("2024-04-18")
    )
    begun = time.process_time()
    basis = fit_basis(texts)
    fitted = time.process_time()
    embed_spans("slice", spans, basis)
    embedded = time.process_time()
    find_terms(dict(zip(spans["span_id"], ([text] for text in texts), strict=True)), domain_terms())
    on = "news_labelled, three sets"
    yield _figure("vectors.fit_cpu_s", fitted - begun, "<= 24 (once, at most 12,000 texts)", len(texts), on)
    yield _figure("vectors.rows_cpu_s", embedded - fitted, "<= 7", len(texts), on)
    yield _figure("lexicon.find_cpu_s", time.process_time() - embedded, "<= 5", len(texts), on)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield _figure("vectors.peak_mb", peak, "<= 3000", len(texts), on)


EVAL = [neighbours, terms]
BENCH = [build]
FIGURES = [*EVAL, *BENCH]
