"""Figures of the report verifier: seeded changes found, and true reports passed, on reports of the sample corpora."""

import copy
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from assets.catalogue import TABLES
from assets.reports.build import build_report
from assets.reports.events import find_events
from quality.verify.report import verify_report
from resources.protocols import Reader
from resources.reader import SqliteReader
from tests.quality.verify.mutations import OPERATORS, Json
from tests.quality.verify.report_mutations import REPORT_OPERATORS

SEED = 20241118
EACH = 200
SAMPLE = "assets/corpora/sample"
ON = "reports of the sample corpora"


@cache
def _home() -> Path:
    """A home with the records of the sample corpora; kept for the life of the process."""
    home = Path(tempfile.mkdtemp(prefix="leafroot-verify-"))
    start = "import sys; from leafroot.cli import main; sys.exit(main())"
    program = [sys.executable, "-c", start, "run", "--corpora", SAMPLE, "--home", str(home), "--only", "records"]
    subprocess.run(program, check=True, capture_output=True)
    return home


@cache
def _reader() -> Reader:
    return SqliteReader(_home(), {table.name: table for table in TABLES})


@cache
def _reports() -> list[Json]:
    events = find_events(_reader(), None, threshold_pct=Decimal("3.0"), basis="close_vs_prev_settle")
    return [build_report(_reader(), event.kind, event.subject, event.day) for event in events]


def foreign(report: Json, rng: random.Random) -> Json:
    """The same sentences under another name, without a manifest."""
    made = copy.deepcopy(report)
    return {**made, "id": f"foreign:{rng.randrange(10**6)}", "manifest": {}, "checks": [], "status": "checked"}


def places(reports: Sequence[Json]) -> list[tuple[int, int, int]]:
    """Every sentence as (report, section, place in it)."""
    return [
        (r, b, c)
        for r, report in enumerate(reports)
        for b, section in enumerate(report["sections"])
        for c in range(len(section["sentences"]))
    ]


def count_found(
    reports: Sequence[Json], reader: Reader, name: str, rng: random.Random, n: int
) -> tuple[int, list[dict[str, Any]]]:
    """Apply one operator at up to n sentences; return how many, and the changed sentences that were not found."""
    spots = places(reports)
    rng.shuffle(spots)
    pool = [c for r, b, i in places(reports) for c in reports[r]["sections"][b]["sentences"][i]["citations"]]
    tried, missed = 0, []
    for r, b, c in spots:
        if tried >= n:
            break
        report = foreign({**reports[r], "sections": [{"sentences": [reports[r]["sections"][b]["sentences"][c]]}]}, rng)
        sentence = report["sections"][0]["sentences"][0]
        before = sentence["text"]
        if not OPERATORS[name](rng, sentence, pool):
            continue
        tried += 1
        if not verify_report(report, reader)["problems"]:
            missed.append({"operator": name, "before": before, "sentence": sentence})
    return tried, missed


def count_found_in_reports(
    reports: Sequence[Json], reader: Reader, name: str, rng: random.Random, n: int
) -> tuple[int, list[dict[str, Any]]]:
    """Apply one operator to whole reports, without a manifest, up to n times; return how many, and those not found."""
    tried, missed = 0, []
    for _ in range(3 * n):
        if tried >= n:
            break
        report = foreign(rng.choice(reports), rng)
        if not REPORT_OPERATORS[name](rng, report):
            continue
        tried += 1
        if not verify_report(report, reader)["problems"]:
            missed.append({"operator": name, "title": report["title"]})
    return tried, missed


def mutations_found() -> Iterator[dict[str, Any]]:
    """Share of seeded changes found, overall and for the worst operator."""
    tried, missed, worst = 0, 0, 1.0
    for name in [*OPERATORS, *REPORT_OPERATORS]:
        count = count_found if name in OPERATORS else count_found_in_reports
        n, lost = count(_reports(), _reader(), name, random.Random(f"{SEED}{name}"), EACH)
        if n:
            tried, missed, worst = tried + n, missed + len(lost), min(worst, 1 - len(lost) / n)
            found = round(1 - len(lost) / n, 4)
            yield {"name": f"verify.found.{name}", "value": found, "goal": ">=0.95", "n": n, "on": ON}
    yield {
        "name": "verify.found.overall",
        "value": round(1 - missed / max(1, tried), 4),
        "goal": ">=0.99",
        "n": tried,
        "on": ON,
    }
    yield {
        "name": "verify.found.worst",
        "value": round(worst, 4),
        "goal": ">=0.95",
        "n": len(OPERATORS) + len(REPORT_OPERATORS),
        "on": ON,
    }


def false_alarms() -> Iterator[dict[str, Any]]:
    """Share of true sentences with a problem, in reports whose sections and sentences are shuffled."""
    rng = random.Random(SEED)
    sentences = alarms = numbers = traced = 0
    for base in [*_reports(), *rng.choices(_reports(), k=100)]:
        report = foreign(base, rng)
        rng.shuffle(report["sections"])
        for section in report["sections"]:
            rng.shuffle(section["sentences"])
        said = verify_report(report, _reader())
        sentences, numbers, traced = (
            sentences + said["sentences"],
            numbers + said["numbers"],
            traced + said["numbers_traced"],
        )
        alarms += len({problem["sentence"] for problem in said["problems"]})
    yield {
        "name": "verify.false_alarms",
        "value": alarms / max(1, sentences),
        "goal": "<=0.001",
        "n": sentences,
        "on": ON,
    }
    yield {"name": "verify.numbers_traced", "value": traced / max(1, numbers), "goal": ">=1.0", "n": numbers, "on": ON}


def seconds_per_report() -> Iterator[dict[str, Any]]:
    """Milliseconds to verify 60 sentences, the median report."""
    spent = []
    for report in _reports():
        begun = time.perf_counter()
        said = verify_report(report, _reader())
        if said["sentences"] >= 20:
            spent.append((time.perf_counter() - begun) * 60_000 / said["sentences"])
    if spent:
        value = round(sorted(spent)[len(spent) // 2], 1)
        yield {"name": "verify.ms_per_60_sentences", "value": value, "goal": "<=50", "n": len(spent), "on": ON}


EVAL = [mutations_found, false_alarms]
BENCH = [seconds_per_report]
FIGURES = [*EVAL, *BENCH]
