"""Figures of the records: near-duplicates, moves, slices, mentions, and processor seconds that ten thousand news take."""

import csv
import hashlib
import json
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.corpora.schema import BARS, SOURCES
from assets.records.documents import update_documents
from assets.records.frames import table_frame
from assets.records.mentions.build import build_mentions
from assets.records.mentions.find import find_mentions
from assets.records.moves import BASES, build_moves
from assets.records.schema import DOCUMENTS
from assets.records.slices import LONG, build_slices, slice_text
from tests.measure.data import DATA

Figure = dict[str, Any]
NEWS = ("finnl.jsonl", "finnsp.jsonl", "wind_brief_items.jsonl")


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": value, "goal": goal, "n": n, "on": on}


def _source(doc_id: str, text: str, published: str | None, row: int) -> dict[str, Any]:
    return dict.fromkeys(SOURCES.names) | {
        "doc_id": doc_id,
        "lane": "news",
        "path": "news/a.jsonl",
        "row": row,
        "title": text[:20],
        "published": published,
        "published_date": published[:10] if published else None,
        "format": "jsonl",
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "n_chars": len(text),
        "meta": "{}",
    }


def near_duplicates() -> Iterator[Figure]:
    """All labelled pairs as one corpus: joined if and only if the pair is a duplicate."""
    pairs = _lines(DATA / "neardup/dev/pairs.jsonl") if DATA else []
    if not pairs:
        return
    rows = []
    for number, pair in enumerate(pairs):
        for side in "ab":
            published = pair[side].get("date") or "2024-01-01"
            rows.append(_source(f"{pair['id']}-{side}", pair[side]["text"], published, number))
    found = update_documents(table_frame(SOURCES, rows), table_frame(DOCUMENTS, []), lambda _: "")
    head = {doc_id: of or doc_id for doc_id, of in found.select("doc_id", "duplicate_of").iter_rows()}
    right = wrong = missed = 0
    for pair in pairs:
        joined = head[f"{pair['id']}-a"] == head[f"{pair['id']}-b"]
        right += joined and pair["label"] == 1
        wrong += joined and pair["label"] == 0
        missed += not joined and pair["label"] == 1
    on = "neardup/dev"
    yield _figure("records.neardup.f1", round(2 * right / (2 * right + wrong + missed), 4), "≥ .99", len(pairs), on)
    yield _figure("records.neardup.false_joins", wrong, "0", len(pairs), on)


def market_moves() -> Iterator[Figure]:
    """Moves of three percent on each basis against the labelled ones."""
    if not DATA or not (DATA / "bars/triggers_dev.csv").exists():
        return
    with (DATA / "bars/triggers_dev.csv").open(encoding="utf-8") as file:
        triggers = list(csv.DictReader(file))
    symbols = {row["source_file"]: row["symbol"] for row in triggers}
    bars = [
        bar for path in sorted((DATA / "bars/dev").iterdir()) for bar in _bars(path, symbols.get(path.name, path.stem))
    ]
    begun = time.process_time()
    moves = build_moves(table_frame(BARS, bars))
    seconds = time.process_time() - begun
    have: dict[str, set[tuple[str, str]]] = {basis: set() for basis in BASES}
    for move in moves.iter_rows(named=True):
        value, previous = Decimal(move["value"]), Decimal(move["previous"])
        if abs(value - previous) * 100 >= 3 * previous:
            have[move["basis"]].add((move["doc_id"].rsplit(":", 1)[0], move["date"]))
    for basis in BASES:
        want = {(r["source_file"], r["date"]) for r in triggers if r["triggered"] == "1" and r["basis"] == basis}
        if want:
            share = 2 * len(want & have[basis]) / (len(want) + len(have[basis]))
            yield _figure(f"records.moves.{basis}.f1", round(share, 4), "1.000", len(want), "bars/dev")
    yield _figure("records.moves.seconds_per_100k", round(seconds / len(bars) * 1e5, 2), "≤ 10", len(bars), "bars/dev")


def _bars(path: Path, symbol: str) -> Iterator[dict[str, Any]]:
    """Read one of the layouts, as plainly as the measure needs."""
    if path.suffix == ".json":
        table = [{k: str(v) for k, v in row.items()} for row in json.loads(path.read_text(encoding="utf-8"))]
    else:
        head, *body = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        if path.name.startswith("yf3_"):
            head, body = ["date", *head[1:]], body[2:]
        names = [name.strip().lower() or "date" for name in head]
        table = [dict(zip(names, (cell.strip() for cell in line), strict=False)) for line in body]
    for at, row in enumerate(table):
        close = row.get("close") or row.get("c") or row.get("price")
        settle, interest = row.get("settle"), row.get("hold")
        known = {"close": close, "settle": settle, "open_interest": interest, "volume": row.get("volume")}
        yield dict.fromkeys(BARS.names) | {name: value or None for name, value in known.items()} | {
            "doc_id": f"{path.name}:{at}", "path": path.name, "row": at, "symbol": symbol, "text": "", "sha256": "",
            "date": row["date"].replace("/", "-")[:10],
        }  # fmt: skip


def slices() -> Iterator[Figure]:
    """Share of the characters that are not blank and stand in a slice, and of slices not over the limit."""
    if not DATA:
        return
    texts = [
        row["text"]
        for path in sorted((DATA / "reports/dev").glob("*.jsonl"))
        for row in _lines(path)
        if row.get("text")
    ]
    held = whole = fit = count = short = 0
    for text in texts:
        pieces = slice_text(text)
        held += sum(len("".join(text[p.start : p.end].split())) for p in pieces)
        whole += len("".join(text.split()))
        fit += sum(p.end - p.start <= LONG for p in pieces)
        short += sum(p.end - p.start < 50 for p in pieces) if len(pieces) > 1 else 0
        count += len(pieces)
    if whole:
        yield _figure("records.slices.covered", round(held / whole, 6), "1.000", len(texts), "reports/dev")
        yield _figure("records.slices.fit", round(fit / count, 6), "1.000", count, "reports/dev")
        yield _figure("records.slices.short", round(short / count, 4), "≤ .02", count, "reports/dev")


def mentions() -> Iterator[Figure]:
    """Share of the labelled holders and of the printed figures of the event documents that are mentioned."""
    events = _lines(DATA / "views/events_dev.jsonl") if DATA else []
    views = _lines(DATA / "views/views_dev.jsonl") if DATA else []
    if not events or not views:
        return
    found: dict[str, set[str]] = {}
    numbers = printed = contracts = named = 0
    for event in events:
        for document in event["documents"]:
            text = document["text"]
            mentioned = find_mentions(text, document["published"])
            found[document["id"]] = {m.surface for m in mentioned if m.kind in {"institution", "person"}}
            spans = [(m.start, m.end) for m in mentioned]
            for match in re.finditer(r"\d+(?:\.\d+)?", text):
                printed += 1
                numbers += any(start <= match.start() and match.end() <= end for start, end in spans)
            for match in re.finditer(r"[A-Z]{1,2}\d{4}", text):
                named += 1
                contracts += any(m.kind == "contract" and m.start <= match.start() < m.end for m in mentioned)
    holders = {(v["doc_id"], v["holder"]) for event in views for v in event["views"] if v["holder"]}
    share = sum(holder in found.get(doc_id, set()) for doc_id, holder in holders) / len(holders)
    yield _figure("records.mentions.holders", round(share, 4), "≥ .80", len(holders), "views/dev")
    yield _figure("records.mentions.numbers", round(numbers / printed, 4), "≥ .98", printed, "views/dev")
    yield _figure("records.mentions.contracts", round(contracts / max(1, named), 4), "1.000", named, "views/dev")


def ten_thousand() -> Iterator[Figure]:
    """Processor seconds for each part of the records of ten thousand short news."""
    folder = DATA / "news_labelled/dev" if DATA else None
    texts = [row["text"] for name in NEWS for row in _lines(folder / name) if row.get("text")] if folder else []
    if not texts:
        return
    rows = []
    for i, text in enumerate((texts * 9)[:10_000]):
        day = f"2024-04-{1 + i % 28:02d}"
        rows.append(_source(f"d{i:05d}", f"{text}\n第{i}号快讯，{i * 37 % 9973}手，{i * 91 % 8887}元。", day, i))
    frame = table_frame(SOURCES, rows)
    on = "news_labelled/dev, 10,000 news"
    begun = time.process_time()
    documents = update_documents(frame, table_frame(DOCUMENTS, []), lambda _: "")
    yield _figure("records.seconds.documents", round(time.process_time() - begun, 2), "≤ 10", len(rows), on)
    one = table_frame(SOURCES, [_source("more", "这是后来补充的一条快讯，原油主力合约小幅收涨。", "2024-04-28", 1)])
    begun = time.process_time()
    update_documents(one, documents, lambda doc_id: rows[int(doc_id[1:])]["text"])
    yield _figure("records.seconds.one_more", round(time.process_time() - begun, 2), "≤ 1", 1, on)
    begun = time.process_time()
    build_slices(frame)
    yield _figure("records.seconds.slices", round(time.process_time() - begun, 2), "≤ 5", len(rows), on)
    begun = time.process_time()
    build_mentions(frame)
    yield _figure("records.seconds.mentions", round(time.process_time() - begun, 2), "≤ 12", len(rows), on)


EVAL = [near_duplicates, market_moves, slices, mentions]
BENCH = [ten_thousand]
FIGURES = [*EVAL, *BENCH]
