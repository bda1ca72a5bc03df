"""Start Dagster runs from the command line: the sequence that `leafroot run` is.

The unpartitioned stages in one run, then the changed days, then each kind of report with due events; all are in the
UI. Imported lazily: Dagster costs seconds that a look-up must not pay.
"""

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from assets.definitions import build_defs
from assets.partitions import CUSTOM_REPORTS, CUSTOM_TAGS, DAYS, EXTREME_MOVES, RISK_EVENTS
from assets.reports.defs import CODE_VERSION as REPORTS_VERSION
from assets.reports.defs import partition_of
from assets.reports.events import Event
from assets.tags.defs import code_version as tags_code_version
from leafroot.event_log import quick_commits
from leafroot.summary import Summary
from quality.defs import REBUILD_TAG
from resources.defs import HomeResource
from resources.errors import HomeRootError, PermanentServiceError, UsageError
from resources.lock import hold_home
from resources.models.usage import unanswered_after, use_after
from resources.settings import Settings
from resources.store import Store
from sensors.due import contiguous, due_custom_tags, due_days, due_events

__all__ = ["STAGES", "Order", "dagster_home", "open_instance", "run_pipeline"]

STAGES = ("corpora", "records", "embeddings", "tags", "reports")
#: Seconds that --wait waits.
WAIT_SECONDS = 3600.0
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

#: The event log keeps everything; standard error is for the person who called.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What `leafroot run` was asked for."""

    corpora: Path
    only: str | None = None
    since: str | None = None
    until: str | None = None
    rebuild: bool = False
    replace: bool = False
    wait: bool = False


@dataclass
class _Runs:
    """Runs done so far on one instance."""

    instance: dg.DagsterInstance
    definitions: dg.Definitions
    tags: dict[str, str]
    say: Say
    ids: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def start(self, job: str, *, first: str | None = None, last: str | None = None) -> bool:
        """Run a job in this process; a failed one is noted."""
        tags = dict(self.tags)
        if first is not None and last is not None:
            tags |= {RANGE_START: first, RANGE_END: last}
        result = self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, tags=tags, run_config=QUIET, raise_on_error=False
        )
        self.ids.append(result.run_id)
        if not result.success:
            self.failed += [_reason(event) for event in result.all_events if event.is_step_failure]
        return bool(result.success)


def dagster_home(home: Path) -> Path:
    """Return the home's Dagster folder, made with our dagster.yaml where it is missing."""
    folder = (home / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "dagster.yaml"
    source = Path(__file__).resolve().parent.parent / "dagster.yaml"
    if not target.exists() or target.read_bytes() != source.read_bytes():
        shutil.copyfile(source, target)
    return folder


def run_pipeline(
    home: Path, config: Path | None, settings: Settings, order: Order, say: Say
) -> tuple[dict[str, Any], list[str]]:
    """Do what `leafroot run` does.

    Returns:
        The contract's JSON, and the sentences of the steps that failed or were blocked.

    Raises:
        UsageError: the corpora folder is not there.
        HomeRootError: the home was built from another folder.
        HomeBusyError: another run holds the home.
    """
    begun, moment = time.monotonic(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if not order.corpora.is_dir():
        raise UsageError(
            f"The corpora folder {order.corpora} is not there or is no folder; name an existing one with --corpora."
        )
    with hold_home(home, "leafroot run", wait_seconds=WAIT_SECONDS if order.wait else 0.0):
        resource = HomeResource(path=str(home), config=str(config or ""))
        store = resource.store()
        _settle_root(store, home, order)
        before = store.publication()
        with open_instance(home) as instance:
            runs = _Runs(instance, build_defs({"home": resource}), {REBUILD_TAG: "1"} if order.rebuild else {}, say)
            _end_orphans(instance)
            _walk(runs, store, settings, order)
        seconds = round(time.monotonic() - begun, 3)
        summary = Summary(store, before).collect(runs.ids, seconds, use_after(home, moment))
        for sentence in unanswered_after(home, moment):
            say(sentence)
        store.close()
    return summary, runs.failed


def _walk(runs: _Runs, store: Store, settings: Settings, order: Order) -> None:
    """Run the stages in order; a blocked stage stops what depends on it."""
    last = STAGES.index(order.only) if order.only else len(STAGES) - 1
    job = {0: "corpora_job", 1: "records_job", 2: "embeddings_job"}.get(last, "knowledge_job")
    runs.say("corpora, records and embeddings" if last >= 2 else order.only or "")
    if not runs.start(job) or last < 3:
        return
    # A version that no watermark has makes everything due.
    tags_version = "rebuild" if order.rebuild else tags_code_version(store.home_value("basis_id"), settings)
    reports_version = "rebuild" if order.rebuild else REPORTS_VERSION
    with_reports = last == 4
    reader = store.reader()
    days = [day for day in due_days(reader, tags_version, reports_version, reports=with_reports) if _within(day, order)]
    custom = [key for key in due_custom_tags(reader, settings, tags_version) if _within(key.rpartition("@")[2], order)]
    reader.close()
    _start_partitions(runs, "day_job" if with_reports else "day_tags_job", DAYS, days, "days")
    _start_partitions(runs, "custom_tags_job", CUSTOM_TAGS, custom, "users' own profiles")
    if not with_reports:
        return
    reader = store.reader()
    events = [event for event in due_events(reader, settings, reports_version) if _within(event.day, order)]
    reader.close()
    for kind, partitions in (("extreme_move", EXTREME_MOVES), ("risk_event", RISK_EVENTS)):
        keys = [f"{event.subject}@{event.day}" for event in events if event.kind == kind]
        _start_partitions(runs, f"{kind}_job", partitions, keys, kind.replace("_", " ") + " reports")


def _start_partitions(
    runs: _Runs, job: str, partitions: dg.DynamicPartitionsDefinition, keys: Sequence[str], what: str
) -> None:
    if not keys:
        return
    name = str(partitions.name)
    missing = sorted(set(keys) - set(runs.instance.get_dynamic_partitions(name)))
    if missing:
        runs.instance.add_dynamic_partitions(name, missing)
    runs.say(f"{len(keys)} {what}")
    for first, last in contiguous(keys, runs.instance.get_dynamic_partitions(name)):
        runs.start(job, first=first, last=last)


def _within(day: str, order: Order) -> bool:
    return (order.since is None or day >= order.since) and (order.until is None or day <= order.until)


def _settle_root(store: Store, home: Path, order: Order) -> None:
    """Remember the corpora folder, or refuse another one."""
    given = str(order.corpora.resolve())
    known = store.home_value("root")
    if known is not None and known != given and not order.replace:
        raise HomeRootError(str(home), known, given)
    if known != given:
        store.set_home_value("root", given)


@contextmanager
def open_instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """Open the home's Dagster instance.

    Raises:
        PermanentServiceError: its storage cannot be opened.
    """
    folder = dagster_home(home)
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with quick_commits(folder):
        try:
            instance = dg.DagsterInstance.from_config(str(folder))
        except (OSError, dg.DagsterError) as error:
            raise PermanentServiceError(
                f"Dagster's storage in {folder} cannot be opened ({error}); move that folder away and run again."
            ) from error
        with instance:
            yield instance


def _end_orphans(instance: dg.DagsterInstance) -> None:
    """End runs that a killed owner left under way: this process holds the home, so nobody works on them."""
    unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]
    for record in instance.get_run_records(dg.RunsFilter(statuses=unfinished)):
        instance.report_run_failed(
            record.dagster_run, "The process that ran this was ended; the next run took its work over."
        )


def _reason(event: dg.DagsterEvent) -> str:
    """One sentence of a failed step."""
    failure = event.step_failure_data
    error = failure.error
    while error is not None and error.cause is not None and "Failure" not in (error.cls_name or ""):
        error = error.cause
    said = failure.user_failure_data.description if failure.user_failure_data else (error.message if error else "")
    return f"{event.step_key}: {(said or 'failed').strip().splitlines()[0]}"


def build_report_now(home: Path, config: Path | None, kind: str, subject: str, day: str) -> None:
    """Materialise one report.

    Raises:
        PermanentServiceError: its step failed; the sentence says why.
    """
    partitions = {"daily": DAYS, "extreme_move": EXTREME_MOVES, "risk_event": RISK_EVENTS}.get(kind, CUSTOM_REPORTS)
    key = partition_of(Event(kind, subject, day))
    with hold_home(home, "leafroot report build", wait_seconds=WAIT_SECONDS), open_instance(home) as instance:
        definitions = build_defs({"home": HomeResource(path=str(home), config=str(config or ""))})
        name = str(partitions.name)
        if key not in instance.get_dynamic_partitions(name):
            instance.add_dynamic_partitions(name, [key])
        jobs = {"daily": "daily_report_job", "extreme_move": "extreme_move_job", "risk_event": "risk_event_job"}
        job = definitions.resolve_job_def(jobs.get(kind, "custom_reports_job"))
        result = job.execute_in_process(instance=instance, partition_key=key, run_config=QUIET, raise_on_error=False)
    if not result.success:
        raise PermanentServiceError("; ".join(_reason(event) for event in result.all_events if event.is_step_failure))
