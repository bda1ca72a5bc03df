"""Sentiment on labelled finance texts, beside what a majority vote and a plain word count reach; and its speed.

The rules were tuned on one half of each set (by the hash of a row's id); the figures are of the other half.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from assets.corpora.schema import SOURCES
from assets.records.cleaning.defects import find_defects, quality_score
from assets.records.frames import table_frame
from assets.records.mentions.build import build_mentions
from assets.records.mentions.find import find_mentions
from assets.records.sentiment.build import build_sentiments, judge_slice
from assets.records.sentiment.evidence import label_of
from assets.records.sentiment.lexicon import lexicon
from assets.records.slices import build_slices
from assets.text.segment import fold_light
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
_SETS = (
    ("sentiment_company_news", "company_news", ("title", "text")),
    ("sentiment_finfe", "finfe", ("text",)),
    ("opinion_stock_comments", "stock_comments", ("text",)),
)


def labelled_sets() -> Iterator[Figure]:
    """Accuracy and macro F1 on three sets; neutral is wrong where a set has no such label."""
    for file, name, columns in _SETS:
        rows = [row for row in _rows(file) if _is_held_out(row["id"])]
        if not rows:
            continue
        gold = [row["sentiment"] for row in rows]
        texts = ["\n".join(row[column] for column in columns if row.get(column)) for row in rows]
        on = f"finance_tasks/dev/{file}, half not tuned on"
        most = Counter(gold).most_common(1)[0][0]
        methods: tuple[tuple[str, list[str]], ...] = (
            ("", [_judge(text) for text in texts]),
            (".word_count", [_count_words(text) for text in texts]),
            (".majority", [most] * len(texts)),
        )
        for suffix, said in methods:
            right = sum(one == other for one, other in zip(gold, said, strict=True)) / len(gold)
            goal = "report" if suffix else "> word count"
            yield _figure(f"records.sentiment.{name}{suffix}.accuracy", right, goal, len(gold), on)
            yield _figure(f"records.sentiment.{name}{suffix}.macro_f1", _macro_f1(gold, said), goal, len(gold), on)


def event_subjects() -> Iterator[Figure]:
    """Share of bad events whose firm, judged by itself, sounds bad and not good; all events of the set are bad for it."""
    rows = [
        r for r in _rows("event_subject_finese") if _is_held_out(r["id"]) and r["subject"] and r["event_type"] != "其他"
    ]
    if not rows:
        return
    whole = Counter(_judge(row["text"]) for row in rows)
    on = "finance_tasks/dev/event_subject_finese, half not tuned on"
    yield _figure("records.sentiment.bad_events.negative", whole["negative"] / len(rows), "report", len(rows), on)
    yield _figure("records.sentiment.bad_events.positive", whole["positive"] / len(rows), "report", len(rows), on)


def price_headlines() -> Iterator[Figure]:
    """Share of headlines about gold whose label agrees with the direction of the price that the story gives."""
    rows = [row for row in _rows("viewpoint_gold_direction") if _is_held_out(row["id"])]
    if not rows:
        return
    wanted = {"up": "positive", "down": "negative"}
    heads = [row["headline"] for row in rows]
    gold = [wanted[row["direction"]] for row in rows]
    ours = [label_of(judge_slice(head, find_mentions(head, None))[0]) for head in heads]
    counted = [_count_words(fold_light(head)) for head in heads]
    most = Counter(gold).most_common(1)[0][0]
    on = "finance_tasks/dev/viewpoint_gold_direction, half not tuned on"
    for suffix, said in (("", ours), (".word_count", counted), (".majority", [most] * len(gold))):
        right = sum(one == other for one, other in zip(gold, said, strict=True)) / len(gold)
        goal = "report" if suffix else "> word count"
        yield _figure(f"records.sentiment.price_headlines{suffix}.accuracy", right, goal, len(gold), on)


def three_parts() -> Iterator[Figure]:
    """Processor seconds for cleaning, mentions and sentiment of ten thousand short news."""
    folder = DATA / "news_labelled/dev" if DATA else None
    if folder is None or not folder.exists():
        return
    texts = [
        row["text"]
        for path in sorted(folder.glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if row.get("text") and len(row["text"]) <= 600
    ]
    rows = [_source(f"d{at:05d}", text) for at, text in enumerate((texts * 9)[:10_000])]
    frame = table_frame(SOURCES, rows)
    slices, _ = build_slices(frame)
    build_mentions(frame.head(50))
    on = f"news_labelled/dev, 10,000 news of {sum(len(row['text']) for row in rows) // len(rows)} characters"
    begun = time.process_time()
    for row in rows:
        quality_score(row["text"], find_defects(row["text"]))
    cleaned = time.process_time()
    mentions = build_mentions(frame)
    mentioned = time.process_time()
    build_sentiments(slices, mentions)
    judged = time.process_time()
    parts = (("cleaning", cleaned - begun), ("mentions", mentioned - cleaned), ("sentiment", judged - mentioned))
    for name, seconds in parts:
        yield _figure(f"records.seconds.three.{name}", seconds, "report", len(rows), on)
    yield _figure("records.seconds.three", judged - begun, "<= 12", len(rows), on)


EVAL = [labelled_sets, event_subjects, price_headlines]
BENCH = [three_parts]
FIGURES = [*EVAL, *BENCH]


def _judge(text: str) -> str:
    return label_of(judge_slice(text, [])[0])


def _count_words(text: str) -> str:
    """The plain dictionary: good words against bad ones, nothing else looked at."""
    held = lexicon()
    weights = [held.words[word].weight for word in re.findall(held.pattern, text.lower())]
    balance = sum(weight > 0 for weight in weights) - sum(weight < 0 for weight in weights)
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"


def _macro_f1(gold: Sequence[str], said: Sequence[str]) -> float:
    scores = []
    for label in sorted(set(gold)):
        both = sum(one == other == label for one, other in zip(gold, said, strict=True))
        scores.append(2 * both / (gold.count(label) + said.count(label)))
    return sum(scores) / len(scores)


def _is_held_out(identity: str) -> bool:
    return int(hashlib.sha256(identity.encode()).hexdigest(), 16) % 2 == 1


def _rows(file: str) -> list[dict[str, Any]]:
    path = DATA / "finance_tasks/dev" / f"{file}.jsonl" if DATA else None
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _source(doc_id: str, text: str) -> dict[str, Any]:
    row = dict.fromkeys(SOURCES.names)
    return row | {
        "doc_id": doc_id, "lane": "news", "path": "a", "title": doc_id, "published": "2024-04-18", "text": text,
        "published_date": "2024-04-18", "format": "jsonl", "sha256": "", "n_chars": len(text), "meta": "{}",
    }  # fmt: skip


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
