"""Figures of clauses and look-up: statutes and rulebooks parsed, article questions answered and refused."""

import hashlib
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from assets.records.clauses.split import cut_rulebook, split_clauses
from assets.records.lookup import LookUp
from assets.records.rulebooks.diff import match_clauses
from leafroot.ask.answer import ask
from quality.coverage import accounted_ratio
from tests.measure.data import DATA
from tests.measure.layouts import LAYOUTS, one_line
from tests.measure.lookup_maker import Asked, make_asked, make_corpus
from tests.measure.memory import MemoryReader
from tests.measure.rulebook_maker import Gold, Made, flat, make_rulebook
from tests.measure.rulebooks import reader_of
from tests.measure.version_maker import make_versions

__all__ = ["BENCH", "EVAL", "FIGURES"]

#: How many rulebooks are made.
_GENERATED = 1500
#: Among how many rulebooks look-ups are made, and how many.
_BOOKS, _ASKED = 80, 3000
#: How many pairs of versions are made.
_PAIRS = 300
_REASONS = {
    "beyond_last": "article_unknown",
    "wrong_chapter": "chapter_mismatch",
    "not_in_corpus": "document_unknown",
    "near_title": "document_unknown",
}
_HEAD = re.compile(r"^#\s*(.+)$", re.MULTILINE)


def statutes() -> Iterator[dict[str, Any]]:
    """Articles with exact text and place, as they are and with all line breaks removed; false ones."""
    for name, change in (("lines", str), ("oneline", one_line)):
        yield from _parsed(f"clauses.laws_{name}", "laws", change, lines=name == "lines")


def layouts() -> Iterator[dict[str, Any]]:
    """Articles of the statutes with exact text in thirteen other layouts; the worst, and false ones over all."""
    if DATA is None:
        return
    gold = _gold("laws")
    texts = {file: (DATA / "laws" / "dev" / file).read_text(encoding="utf-8") for file in gold}
    worst, false, total = 1.0, 0, 0
    for change, change_gold in LAYOUTS.values():
        exact = n = 0
        for file, rows in gold.items():
            mine: dict[str, list[str]] = defaultdict(list)
            for clause in split_clauses(change(texts[file]), doc_id=file, title=file):
                mine[_flat(clause["article"])].append(_flat(clause["text"]))
            wanted = [(_flat(change_gold(row["article"])), _flat(change_gold(row["text"]))) for row in rows]
            exact += sum(text.replace("#", "") in mine[label] for label, text in wanted)
            n += len(wanted)
            labels = Counter(label for label, _ in wanted)
            false += sum(max(0, len(found) - labels[label]) for label, found in mine.items() if label)
        worst, total = min(worst, exact / n), total + n
    yield _figure("clauses.laws_layouts_worst", worst, ">= 0.995", total, f"laws in {len(LAYOUTS)} layouts")
    yield _figure("clauses.laws_layouts_false_per_1000", 1000 * false / total, "<= 0.5", total, "the same")


def rulebooks() -> Iterator[dict[str, Any]]:
    """Articles of exchange rules with exact text and place."""
    yield from _parsed("clauses.rulebooks", "rulebooks", str, lines=True)


def generated() -> Iterator[dict[str, Any]]:
    """Clauses of rulebooks made from seeds: exact text and whole path, false ones, text accounted for, empty paths."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(_GENERATED):
        made = make_rulebook(seed)
        counts[made.kind] += _judge(made)
    total = sum(counts.values(), Counter())
    for kind in [*sorted(counts), "all"]:
        of = counts.get(kind, total)
        on = f"{of['documents']} made rulebooks"
        yield _figure(f"clauses.made_{kind}.exact_with_path", of["placed"] / of["n"], ">= 0.999", of["n"], on)
    false = 1000 * total["false"] / total["n"]
    yield _figure("clauses.made.false_per_1000", false, "<= 0.5", total["n"], "made rulebooks")
    yield _figure("clauses.made.empty_paths", total["pathless"], "== 0", total["n"], "made rulebooks")


def conserved() -> Iterator[dict[str, Any]]:
    """Least share of a document's visible characters that clauses and reasoned stretches account for; longest clauses."""
    texts = {f"made/{seed}": (make_rulebook(seed).title, make_rulebook(seed).text) for seed in range(0, _GENERATED, 5)}
    for folder in ("laws", "rulebooks") if DATA is not None else ():
        for path in sorted((DATA / folder / "dev").iterdir()) if DATA is not None else ():
            texts[f"{folder}/{path.name}"] = (path.stem, path.read_text(encoding="utf-8"))
    least, lengths = 1.0, []
    for title, text in texts.values():
        parsed = cut_rulebook(text, doc_id="d", title=title)
        reasoned = [(d["start"], d["end"]) for d in parsed.dropped if d["reason"] != "unexplained"]
        least = min(least, accounted_ratio(text, [(c["label_start"], c["end"]) for c in parsed.clauses] + reasoned))
        lengths += [len(c["text"]) for c in parsed.clauses]
    yield _figure("clauses.accounted_least", least, ">= 0.995", len(texts), "laws, rulebooks and made ones")
    ranked = sorted(lengths)
    yield _figure("clauses.chars_p99", ranked[len(ranked) * 99 // 100], "report", len(ranked), "the same")


def questions() -> Iterator[dict[str, Any]]:
    """Article questions in six phrasings answered exactly; unanswerable ones refused with the right reason."""
    reader = reader_of_statutes()
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


def differences() -> Iterator[dict[str, Any]]:
    """Articles whose change between two made versions is told exactly: what became of them, and both numbers."""
    right = total = 0
    for seed in range(_PAIRS):
        old, new, wanted = make_versions(seed)
        rows = (split_clauses(text, doc_id="d", title="演示规则") for text in (old, new))
        found = {
            (one.change, one.old and one.old["article_number"], one.new and one.new["article_number"])
            for one in match_clauses(*rows)
        }
        right += len(found & wanted)
        total += len(found | wanted)
    yield _figure("clauses.diff_exact", right / total, ">= 0.99", total, f"{_PAIRS} made pairs of versions")


def look_ups() -> Iterator[dict[str, Any]]:
    """Made look-ups, keyed and as questions: answered exactly, or refused with the right reason."""
    reader, made = make_corpus(_BOOKS)
    found = LookUp(reader)
    keyed: Counter[tuple[bool, bool]] = Counter()
    asked: Counter[tuple[bool, bool]] = Counter()
    wrong = 0
    for one in make_asked(7, reader, made, _ASKED):
        clause = found.find_clause(one.title, one.locator)
        keyed[one.text is not None, _is_right(one, clause["text"], clause["reason"])] += 1
        said = ask(reader, one.question or "", search=None, lookup=found)
        quote = said["citations"][0]["quote"] if said["citations"] else None
        asked[one.text is not None, _is_right(one, quote, said["reason"])] += 1
        wrong += quote is not None and quote != one.text
    for name, counts in (("keyed", keyed), ("asked", asked)):
        for kind, answerable in (("exact", True), ("refused_with_reason", False)):
            n = counts[answerable, True] + counts[answerable, False]
            yield _figure(f"clauses.lookup_{name}_{kind}", counts[answerable, True] / n, ">= 0.999", n, "made look-ups")
    yield _figure("clauses.lookup_asked_wrong_text", wrong, "== 0", sum(asked.values()), "made look-ups")


def _is_right(one: Asked, text: str | None, reason: str | None) -> bool:
    return text == one.text if one.text is not None else text is None and reason == one.reason


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
    reader = reader_of_statutes()
    if reader is None:
        return
    asked = _lines(DATA / "lookup_qa" / "lookup_dev.jsonl")
    took = []
    for row in asked:
        begun = time.perf_counter()
        ask(reader, row["question"], search=None)
        took.append(time.perf_counter() - begun)
    yield _figure("ask.clause_p50_ms", 1000 * statistics.median(took), "<= 1", len(took), "lookup_qa")


EVAL = [statutes, layouts, rulebooks, generated, conserved, differences, look_ups, questions]
BENCH = [speed]
FIGURES = [*EVAL, *BENCH]


def _judge(made: Made) -> "Counter[str]":
    """Count what was found of one made rulebook."""
    mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for clause in split_clauses(made.text, doc_id="d", title=made.title):
        if clause["article"]:
            mine[flat(clause["article"])].append(clause)
    out: Counter[str] = Counter(documents=1, n=len(made.gold))
    for gold in made.gold:
        out["placed"] += any(_is_gold(clause, gold) for clause in mine[gold.article])
    labels = Counter(gold.article for gold in made.gold)
    out["false"] = sum(max(0, len(found) - labels[label]) for label, found in mine.items())
    placed = any(gold.chapter for gold in made.gold)
    out["pathless"] = sum(
        placed and clause["zone"] == "body" and clause["chapter"] is None for found in mine.values() for clause in found
    )
    return out


def _is_gold(clause: dict[str, Any], gold: Gold) -> bool:
    if flat(clause["text"]) != gold.text:
        return False
    if gold.appendix:
        return bool(clause["zone"] == "appendix")
    return all(flat(clause[name]) == flat(getattr(gold, name)) for name in ("part", "chapter", "section"))


def _gold(folder: str) -> dict[str, list[dict[str, Any]]]:
    """Gold articles by file."""
    gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _lines(DATA / folder / "gold_dev.jsonl") if DATA is not None else ():
        gold[row["file"]].append(row)
    return gold


def _parsed(name: str, folder: str, change: Callable[[str], str], *, lines: bool) -> Iterator[dict[str, Any]]:
    if DATA is None:
        return
    gold = _gold(folder)
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
def reader_of_statutes() -> MemoryReader | None:
    """The statutes that have gold articles."""
    if DATA is None:
        return None
    files = sorted({row["file"] for row in _lines(DATA / "laws" / "gold_dev.jsonl")})
    texts = {f"rulebooks/{file}": (DATA / "laws" / "dev" / file).read_text(encoding="utf-8") for file in files}
    return reader_of({path: (_title(text, path), text) for path, text in texts.items()})


def _title(text: str, path: str) -> str:
    head = _HEAD.search(text)
    return head.group(1).strip() if head else Path(path).stem


def _flat(text: str | None) -> str:
    return re.sub(r"[\s\u200b\ufeff*]+", "", text or "")


def _sha(text: str) -> str:
    return hashlib.sha256(_flat(text).encode()).hexdigest()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _figure(name: str, value: float, goal: str, n: int, on: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 5), "goal": goal, "n": n, "on": on}
