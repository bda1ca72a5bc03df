"""Figures of clauses and look-up: statutes and rulebooks parsed, article questions answered and refused."""

import hashlib
import json
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from assets.records.clauses.split import split_clauses
from leafroot.ask.answer import ask
from tests.measure.data import DATA
from tests.measure.memory import MemoryReader
from tests.measure.rulebooks import reader_of

__all__ = ["BENCH", "EVAL", "FIGURES"]

_REASONS = {
    "beyond_last": "article_unknown",
    "wrong_chapter": "chapter_mismatch",
    "not_in_corpus": "document_unknown",
    "near_title": "document_unknown",
}
_HEAD = re.compile(r"^#\s*(.+)$", re.MULTILINE)


def statutes() -> Iterator[dict[str, Any]]:
    """Articles with exact text and place, as they are and with all line breaks removed; false ones."""
    for name, change in (("lines", str), ("oneline", _one_line)):
        yield from _parsed(f"clauses.laws_{name}", "laws", change, lines=name == "lines")


def rulebooks() -> Iterator[dict[str, Any]]:
    """Articles of exchange rules with exact text and place."""
    yield from _parsed("clauses.rulebooks", "rulebooks", str, lines=True)


def questions() -> Iterator[dict[str, Any]]:
    """Article questions in six phrasings answered exactly; unanswerable ones refused with the right reason."""
    reader = _reader()
    if reader is None or DATA is None:
        return
    asked = _lines(DATA / "lookup_qa" / "lookup_dev.jsonl")
    said = [ask(reader, row["question"], search=None) for row in asked]
    exact = [
        answer["status"] == "answered" and _sha(answer["citations"][0]["quote"]) == row["answer_sha256"]
        for row, answer in zip(asked, said, strict=True)
    ]
    over = sum(answer["status"] == "refused" for answer in said)
    unanswerable = _lines(DATA / "lookup_qa" / "refuse_dev.jsonl")
    right = [ask(reader, row["question"], search=None)["reason"] == _REASONS[row["kind"]] for row in unanswerable]
    yield _figure("ask.exact", sum(exact) / len(exact), ">= 0.99", len(exact), "lookup_qa")
    yield _figure("ask.over_refused", over / len(said), "<= 0.01", len(said), "lookup_qa")
    yield _figure("ask.refused_with_reason", sum(right) / len(right), ">= 0.99", len(right), "lookup_qa")


def speed() -> Iterator[dict[str, Any]]:
    """Megabytes of statutes parsed a second on one core; a look-up in a batch."""
    if DATA is None:
        return
    texts = [path.read_text(encoding="utf-8") for path in sorted((DATA / "laws" / "dev").iterdir())]
    size = sum(len(text.encode()) for text in texts)
    begun = time.process_time()
    for text in texts:
        split_clauses(text, doc_id="d", title="t")
    yield _figure("clauses.parse_mb_s", size / 1e6 / (time.process_time() - begun), ">= 5", len(texts), "laws")
    reader = _reader()
    if reader is None:
        return
    asked = _lines(DATA / "lookup_qa" / "lookup_dev.jsonl")
    took = []
    for row in asked:
        begun = time.perf_counter()
        ask(reader, row["question"], search=None)
        took.append(time.perf_counter() - begun)
    yield _figure("ask.clause_p50_ms", 1000 * statistics.median(took), "<= 1", len(took), "lookup_qa")


EVAL = [statutes, rulebooks, questions]
BENCH = [speed]
FIGURES = [*EVAL, *BENCH]


def _parsed(name: str, folder: str, change: Callable[[str], str], *, lines: bool) -> Iterator[dict[str, Any]]:
    if DATA is None:
        return
    gold = defaultdict(list)
    for row in _lines(DATA / folder / "gold_dev.jsonl"):
        gold[row["file"]].append(row)
    total = exact = placed = false = 0
    for file, rows in gold.items():
        mine = defaultdict(list)
        text = change((DATA / folder / "dev" / file).read_text(encoding="utf-8"))
        for clause in split_clauses(text, doc_id=file, title=file):
            mine[_flat(clause["article"])].append(clause)
        for row in rows:
            same = [c for c in mine[_flat(row["article"])] if _flat(c["text"]) == _flat(row["text"])]
            total += 1
            exact += bool(same)
            placed += any(all(_flat(c[k]) == _flat(row[k]) for k in ("chapter", "section")) for c in same)
        labels = [_flat(row["article"]) for row in rows]
        false += sum(max(0, len(found) - labels.count(label)) for label, found in mine.items() if label)
    if lines:
        yield _figure(f"{name}.exact_with_chapter", placed / total, ">= 0.9995", total, folder)
        yield _figure(f"{name}.false_per_1000", 1000 * false / total, "<= 0.5", total, folder)
    else:
        yield _figure(f"{name}.exact", exact / total, ">= 0.995", total, folder)


@cache
def _reader() -> MemoryReader | None:
    """The statutes that have gold articles."""
    if DATA is None:
        return None
    files = sorted({row["file"] for row in _lines(DATA / "laws" / "gold_dev.jsonl")})
    texts = {f"rulebooks/{file}": (DATA / "laws" / "dev" / file).read_text(encoding="utf-8") for file in files}
    return reader_of({path: (_title(text, path), text) for path, text in texts.items()})


def _title(text: str, path: str) -> str:
    head = _HEAD.search(text)
    return head.group(1).strip() if head else Path(path).stem


def _one_line(text: str) -> str:
    head, _, rest = text.strip().partition("\n")
    return head + "\n" + re.sub(r"\s*\n+\s*", "", rest)


def _flat(text: str | None) -> str:
    return re.sub(r"[\s\u200b\ufeff*]+", "", text or "")


def _sha(text: str) -> str:
    return hashlib.sha256(_flat(text).encode()).hexdigest()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _figure(name: str, value: float, goal: str, n: int, on: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 5), "goal": goal, "n": n, "on": on}
