"""Figures of the reports: gold facts stated, traps asserted, views found and fused on authored events, and how long a day takes."""

import collections
import itertools
import json
import os
import pathlib
import random
import re
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from assets.reports.build import build_report
from assets.reports.chain.steps import Writing
from assets.reports.phrases import LINKS
from assets.text.spans import digest_id, sha256_text
from quality.verify.publication import settle_status
from quality.verify.report import verify_report
from resources.models.runner import open_runner
from resources.models.tokens import estimate_tokens
from resources.settings import Settings
from tests.assets.reports.chain.writers import LIARS, MadeUp, answer_of, honest
from tests.assets.reports.home import MemoryHome, bar, home
from tests.fakes.model_server import ModelServer
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
ON = "views/events_dev.jsonl"
NEWS_OF_A_DAY = 2_000
#: Reports of liars that are written by default; LEAFROOT_LIAR_REPORTS asks for more.
LIED = 44
_LINKED = re.compile(f"^(?:{'|'.join(sorted(LINKS, key=len, reverse=True))})，")
_TOLD = re.compile("传闻|传言|网传|据称|否认|不实|辟谣")


def _lines(name: str) -> list[Figure]:
    path = DATA / "views" / name if DATA else None
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _flat(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff*]+", "", text).replace("％", "%").replace(",", "").replace("，", "")


def _reader(events: list[Figure]) -> MemoryHome:
    documents, bars = [], []
    for event in events:
        for row in event["bars"]:
            bars.append(bar(",".join(row.values()), ",".join(row)))
        for number, row in enumerate(event["documents"], 1):
            documents.append(
                {
                    **{key: row[key] for key in ("lane", "title", "text", "published", "source")},
                    "doc_id": digest_id(row["lane"], sha256_text(row["text"]), row["id"]),
                    "source_id": row["id"],
                    "published_date": row["published"][:10],
                    "path": f"{row['lane']}/feed.jsonl",
                    "row": number,
                    "sha256": sha256_text(row["text"]),
                    "duplicate_of": None,
                    "supersedes": None,
                }
            )
    return home(documents, bars)


@cache
def _built() -> tuple[list[Figure], MemoryHome, list[Figure]]:
    events = _lines("events_dev.jsonl")
    reader = _reader(events)
    subjects = ["all" if e["kind"] == "daily" else e["bars"][-1]["symbol"] for e in events]
    reports = [build_report(reader, e["kind"], s, e["date"]) for e, s in zip(events, subjects, strict=True)]
    return events, reader, reports


def _figure(name: str, value: float, goal: str, n: int, on: str = ON) -> Figure:
    return {"name": f"reports.{name}", "value": round(value, 4), "goal": goal, "n": n, "on": on}


def _sentences(report: Figure) -> list[str]:
    return [sentence["text"] for section in report["sections"] for sentence in section["sentences"]]


def facts_and_traps() -> Iterator[Figure]:
    """Share of the gold facts that reports state; traps that they state outside of a rumour; sentences that verify."""
    events, reader, reports = _built()
    if not events:
        return
    stated = total = asserted = traps = 0
    for event, report in zip(events, reports, strict=True):
        texts = [_flat(text) for text in _sentences(report)]
        body = "".join(texts)
        for fact in event["gold_facts"]:
            total += 1
            stated += all(any(_flat(word) in body for word in words) for words in fact["must_contain_any"])
        for trap in event["traps"]:
            traps += 1
            asserted += any(_flat(trap["text"]) in text and not _TOLD.search(text) for text in texts)
    yield _figure("gold_facts_stated", stated / total, ">= 0.85", total)
    yield _figure("traps_asserted", asserted, "0", traps)
    said = [verify_report(report, reader, stored=True) for report in reports]
    n = sum(one["sentences"] for one in said)
    wrong = sum(len({p["sentence"] for p in one["problems"]}) for one in said)
    yield _figure("sentences_verified", 1 - wrong / n, ">= 0.995", n)


def views() -> Iterator[Figure]:
    """Labelled views found, B-cubed F1 of how they are fused, and opposed groups that share a viewpoint."""
    events, reader, reports = _built()
    labels = {row["event_id"]: row for row in _lines("views_dev.jsonl")}
    if not labels:
        return
    ids = {row["doc_id"]: row["source_id"] for row in reader.rows("documents")}
    found = n = merged = opposed = kept = minority = 0
    scores: list[tuple[float, float]] = []
    for event, report in zip(events, reports, strict=True):
        gold = labels[event["event_id"]]
        pairs = _matched(event, gold["views"], report, ids)
        found, n = found + len(pairs), n + len(gold["views"])
        mine, theirs = collections.Counter(k for _, k in pairs), collections.Counter(g for g, _ in pairs)
        both = collections.Counter(pairs)
        scores += [(both[p] / mine[p[1]], both[p] / theirs[p[0]]) for p in pairs]
        inside: dict[int, set[str]] = collections.defaultdict(set)
        for group, k in pairs:
            inside[k].add(group)
        mine_of = {k: max(sorted(groups), key=lambda g: both[(g, k)]) for k, groups in inside.items()}
        found_groups = {group for group, _ in pairs}
        for group in (g for g in gold["minority"] if g in found_groups):
            minority += 1
            kept += group in mine_of.values()
        opposed += len(gold["opposed"])
        merged += sum(any({a, b} <= groups for groups in inside.values()) for a, b in gold["opposed"])
    precision, recall = (sum(s[i] for s in scores) / max(1, len(scores)) for i in (0, 1))
    yield _figure("views_found", found / n, ">= 0.70", n)
    yield _figure("views_b3_f1", 2 * precision * recall / max(1e-9, precision + recall), ">= 0.80", found)
    yield _figure("opposed_views_merged", merged, "0", opposed)
    yield _figure("minority_views_kept", kept / max(1, minority), ">= 0.95", minority)


def _matched(event: Figure, gold: list[Figure], report: Figure, ids: dict[str, str]) -> list[tuple[str, int]]:
    """Each labelled view with the viewpoint whose citation overlaps it most: (group, number of the viewpoint)."""
    spans: dict[str, list[tuple[int, int, int]]] = collections.defaultdict(list)
    for k, view in enumerate(report["viewpoints"]):
        for citation in view["citations"]:
            spans[ids[citation["doc_id"]]].append((citation["start"], citation["end"], k))
    texts = {row["id"]: row["text"] for row in event["documents"]}
    pairs = []
    for view in gold:
        start = texts[view["doc_id"]].index(view["span"])
        end = start + len(view["span"])
        near = [(min(end, b) - max(start, a), k) for a, b, k in spans[view["doc_id"]] if min(end, b) > max(start, a)]
        if near:
            pairs.append((view["group"], max(near)[1]))
    return pairs


def daily_report_time() -> Iterator[Figure]:
    """CPU seconds of a daily report from 2,000 news items of the day."""
    events, _, _ = _built()
    if not events:
        return
    rng = random.Random(20241118)
    documents = [document for event in events for document in event["documents"] if document["lane"] == "news"]
    rows = []
    for number in range(NEWS_OF_A_DAY):
        row = documents[number % len(documents)]
        text = "".join(c for c in row["text"] if rng.random() > 0.03)
        rows.append({**row, "id": f"n{number}", "text": text, "published": "2030-01-01 10:00"})
    bars = [line for event in events for line in event["bars"]]
    reader = _reader([{"bars": bars, "documents": rows}])
    begun = time.process_time()
    build_report(reader, "daily", "all", "2030-01-01")
    spent = time.process_time() - begun
    yield _figure("daily_report_cpu_seconds", spent, "<= 3", NEWS_OF_A_DAY, "authored news, varied")


def liars() -> Iterator[Figure]:
    """False sentences published of reports that liars write, and share of an honest model's joints that are taken."""
    events, reader, plain = _built()
    if not events:
        return
    false = n = kept = total = 0
    wanted = int(os.environ.get("LEAFROOT_LIAR_REPORTS", LIED))
    for number, (name, place) in enumerate(itertools.product(sorted(LIARS), range(len(events)))):
        for seed in range(-(-wanted // (len(LIARS) * len(events)))):
            report = settle_status(_written(reader, plain[place], LIARS[name], f"{number}:{seed}"), reader)
            own = {text for told in (plain[place],) for text in _sentences(told)}
            said = verify_report(report, reader, stored=True)
            false += len({p["sentence"] for p in said["problems"]})
            false += sum(not _composed(text, own) for text in _sentences(report))
            n += 1
    yield _figure("liar_false_sentences", false, "0", n, f"{ON}, {len(LIARS)} kinds of liars")
    for place, one in enumerate(plain):
        report = _written(reader, one, honest, str(place))
        joined = [s for section in report["sections"] for s in section["sentences"] if len(s["claims"]) > 1]
        kept += sum(len(s["claims"]) for s in joined)
        total += sum(len(s["claims"]) for section in report["sections"] for s in section["sentences"])
    yield _figure("model_claims_in_joined_sentences", kept / max(1, total), "> 0", total)


def _written(reader: MemoryHome, plain: Figure, write: Any, seed: str, runner: Any = None) -> Figure:
    writing = Writing(
        runner or MadeUp(write, seed),
        lambda said: bool(verify_report({"sections": [{"sentences": [said]}]}, reader)["ok"]),
        lambda _: "public",
    )
    return build_report(reader, plain["kind"], plain["subject"], plain["date"], writing=writing)


def _composed(text: str, own: set[str]) -> bool:
    """Whether a text is made of whole claims, or of one without its last sentences, and neutral links."""
    rest = text
    whole = sorted((one.rstrip("。；;，, ") for one in own), key=len, reverse=True)
    while rest.strip("。；;，, "):
        rest = _LINKED.sub("", rest.lstrip("。；;，, "))
        match = next((one for one in whole if rest.startswith(one)), None)
        if match is None:
            return any(one.startswith(rest.rstrip("。")) for one in whole)
        rest = rest[len(match) :]
    return True


def cost_of_a_model() -> Iterator[Figure]:
    """Calls of a report, and tokens to and from the model over those of the documents and bars that it cites."""
    events, reader, plain = _built()
    if not events:
        return
    calls: list[int] = []
    spent = evidence = 0
    with ModelServer(key=None) as server, tempfile.TemporaryDirectory() as folder:
        server.answer = lambda body: answer_of(body, honest, "")
        model = {"name": "m1", "base_url": server.base_url, "model": "m", "context": 32768}
        settings = Settings.model_validate({"models": [model]})
        for one in plain:
            with open_runner(pathlib.Path(folder), settings, cached=False) as runner:
                _written(reader, one, honest, "", runner)
                calls.append(runner.tally.chat_calls)
            evidence += sum(estimate_tokens(reader.text(doc_id)) for doc_id in one["manifest"]["documents"])
        for call in server.calls:
            spent += sum(estimate_tokens(str(message["content"])) for message in call.body["messages"])
            spent += estimate_tokens(server.answer(call.body))
    yield _figure("model_calls_per_report", max(calls), "<= 12", len(calls))
    on = f"{ON}, tokens as estimated"
    yield _figure("model_tokens_over_evidence", spent / evidence, "<= 4", len(calls), on)


EVAL = [facts_and_traps, views, liars, cost_of_a_model]
BENCH = [daily_report_time]
FIGURES = [*EVAL, *BENCH]
