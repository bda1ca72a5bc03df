"""report replay: a report built again from what was published when it was built, compared byte by byte.

Where a model wrote, its kept answers are taken; nothing is sent anywhere.
"""

import difflib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Never

from assets.catalogue import by_name
from assets.reports.build import CODE_VERSION, build_report
from assets.reports.chain.steps import Writing
from assets.reports.outline import FOLDER
from assets.reports.query import show_report
from assets.text.spans import canonical_json, sha256_text
from quality.verify.publication import settle_status
from quality.verify.report import verify_report
from resources.models.runner import open_runner
from resources.models.spec import CallError, CallOutcome
from resources.protocols import Clearance, Reader
from resources.reader import SqliteReader
from resources.settings import Lane, Settings

__all__ = ["replay_report"]

LISTED = 20
EXTRACTIVE = "extractive"
#: Set when a report is stored, from what was stored before.
_OF_STORING = ("changes",)


class _Silent:
    """A transport that sends nothing: an answer that is not kept is not asked for."""

    async def chat(self, *_: Any, **__: Any) -> Never:
        raise CallError(CallOutcome.BLOCKED, "a replay asks no model")

    async def stream(self, *_: Any, **__: Any) -> AsyncIterator[Never]:
        raise CallError(CallOutcome.BLOCKED, "a replay asks no model")
        yield

    async def embed(self, *_: Any, **__: Any) -> Never:
        raise CallError(CallOutcome.BLOCKED, "a replay asks no model")

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class _Move:
    threshold_pct: Decimal
    basis: str


@dataclass(frozen=True)
class _Parameters:
    extreme_move: _Move


def replay_report(home: Path, settings: Settings, report_id: str) -> dict[str, Any]:
    """Build a generated report again as of its publication.

    Returns:
        `{"id", "version", "publication", "equal", "sha256", "replayed_sha256", "differences": [sentence], "message"}`.

    Raises:
        UsageError: there is no such report.
    """
    newest = SqliteReader(home, by_name())
    try:
        stored = show_report(newest, report_id)
    finally:
        newest.close()
    reader = SqliteReader(home, by_name(), publication=stored["publication"])
    try:
        with _writing(home, settings, reader, stored) as writing:
            draft = build_report(
                reader,
                stored["kind"],
                stored["subject"],
                stored["date"],
                settings=_parameters(settings, stored),
                writing=writing,
                outlines=home / FOLDER,
            )
        made = settle_status(draft, reader)
    finally:
        reader.close()
    made = {**made, "version": stored["version"], "manifest": {**made["manifest"], **_of_storing(stored)}}
    return _compared(stored, made)


def _of_storing(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {key: stored["manifest"][key] for key in _OF_STORING if key in stored["manifest"]}


def _parameters(settings: Settings, stored: Mapping[str, Any]) -> _Parameters:
    """The parameters that the manifest names, else those of the configuration."""
    named = stored["manifest"].get("parameters", {})
    move = settings.reports.extreme_move
    threshold = Decimal(str(named.get("threshold_pct", move.threshold_pct)))
    return _Parameters(_Move(threshold, str(named.get("basis", move.basis))))


@contextmanager
def _writing(home: Path, settings: Settings, reader: Reader, stored: Mapping[str, Any]) -> Iterator[Writing | None]:
    if stored["engine"] == EXTRACTIVE and not stored["manifest"].get("models"):
        yield None
        return
    known: dict[str, Clearance] = {}
    for row in reader.rows("sources", columns=["doc_id", "lane", "classification"]):
        known[row["doc_id"]] = row["classification"] or _of_lane(settings, row["lane"])
    bars = _of_lane(settings, "market")

    def holds(sentence: Mapping[str, Any]) -> bool:
        return bool(verify_report({"sections": [{"sentences": [sentence]}]}, reader)["ok"])

    with open_runner(home, settings, transport=_Silent()) as runner:
        yield Writing(
            runner,
            holds,
            lambda doc_id: known.get(doc_id, bars),
            f"reports/{stored['kind']}",
            f"{stored['subject']}@{stored['date']}",
        )


def _of_lane(settings: Settings, lane: Lane) -> Clearance:
    return settings.privacy.get(lane, "internal")


def _compared(stored: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    before, after = canonical_json(dict(stored)), canonical_json(dict(made))
    equal = before == after
    differences = [] if equal else _differences(stored, made)
    told = "The report was built again to the same bytes."
    if not equal:
        told = "The report built again differs from the stored one."
        was = stored["manifest"].get("code_version")
        if was != CODE_VERSION:
            told += f" It was made by {was}, and this program is {CODE_VERSION}."
    return {
        "id": stored["id"],
        "version": stored["version"],
        "publication": stored["publication"],
        "equal": equal,
        "sha256": sha256_text(before),
        "replayed_sha256": sha256_text(after),
        "differences": differences,
        "message": told,
    }


def _differences(stored: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """Lines that differ in the indented JSON of both, with - and +, the first ones."""
    one, other = (
        json.dumps(report, ensure_ascii=False, sort_keys=True, indent=1).splitlines() for report in (stored, made)
    )
    lines = difflib.unified_diff(one, other, lineterm="", n=0)
    found = [line[:200] for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return found[:LISTED]
