"""The weekly upkeep as a Dagster job, and the runs of Dagster that nobody needs any more."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from resources.defs import HomeResource
from resources.errors import PlatformError
from resources.reader import DATABASE

__all__ = ["forget_runs", "upkeep_job", "upkeep_schedule"]

#: Before the markets open, on the day after the week's last night session.
UPKEEP_CRON = "0 5 * * 0"
SHANGHAI = "Asia/Shanghai"
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
#: Runs read in one go.
BATCH = 500


def forget_runs(instance: dg.DagsterInstance, before: dt.datetime) -> int:
    """Delete finished runs that began before a moment; returns how many.

    A run that made the newest materialisation of an asset, or of one of its partitions, stays: what the UI shows of the
    asset hangs on it.
    """
    newest = _Newest(instance)
    gone = 0
    for run_id in list(_old_runs(instance, before)):
        if newest.is_of(run_id):
            continue
        instance.delete_run(run_id)
        _remove_files(Path(instance.root_directory), run_id)
        gone += 1
    return gone


class _Newest:
    """Which runs made the newest materialisation of an asset and partition; ids of events differ between Dagster's files."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._known: dict[tuple[dg.AssetKey, str | None], str | None] = {}

    def is_of(self, run_id: str) -> bool:
        """Tell whether a run made any of them."""
        records = self._instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
        made = {(record.asset_key, record.partition_key) for record in records}
        return any(key is not None and self._run_of(key, partition) == run_id for key, partition in made)

    def _run_of(self, key: dg.AssetKey, partition: str | None) -> str | None:
        if (key, partition) not in self._known:
            wanted = dg.AssetRecordsFilter(key, asset_partitions=None if partition is None else [partition])
            found = self._instance.fetch_materializations(wanted, limit=1).records
            self._known[key, partition] = found[0].run_id if found else None
        return self._known[key, partition]


def _old_runs(instance: dg.DagsterInstance, before: dt.datetime) -> Iterator[str]:
    cursor: str | None = None
    while True:
        records = instance.get_run_records(
            dg.RunsFilter(statuses=FINISHED, created_before=before), limit=BATCH, cursor=cursor
        )
        yield from (record.dagster_run.run_id for record in records)
        if len(records) < BATCH:
            return
        cursor = records[-1].dagster_run.run_id


def _remove_files(root: Path, run_id: str) -> None:
    """Remove what Dagster leaves of a deleted run: its own event log, and the folder of its compute logs."""
    for path in (root / "history" / "runs").glob(f"{run_id}.db*"):
        path.unlink(missing_ok=True)
    shutil.rmtree(root / "storage" / run_id, ignore_errors=True)


@dg.op(
    name="tend_home",
    description="Old calls to models folded into sums, cached vectors let go, indexes compacted, the store checked.",
)
def tend_home(context: dg.OpExecutionContext, home: HomeResource) -> None:
    """Do the upkeep; what could not be done fails the run, after the rest was done."""
    from resources.upkeep import tend

    now = dt.datetime.now(dt.UTC)
    retention = home.settings().retention
    try:
        parts = tend(home.folder(), retention, now)
    except PlatformError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    gone = forget_runs(context.instance, now - dt.timedelta(days=retention.runs_days))
    said = {part.name: f"{part.detail}; {part.freed} bytes freed" for part in parts}
    context.add_output_metadata({**said, "runs": f"{gone} runs forgotten"})
    failed = [f"{part.name}: {part.detail}" for part in parts if not part.ok]
    if failed:
        raise dg.Failure("; ".join(failed), allow_retries=False)


@dg.job(name="upkeep_job", description="Weekly upkeep of the home; `leafroot upkeep` does the same.")
def upkeep_job() -> None:
    """Tend the home."""
    tend_home()


@dg.schedule(
    job=upkeep_job,
    cron_schedule=UPKEEP_CRON,
    execution_timezone=SHANGHAI,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every Sunday: what nobody needs any more goes, indexes are compacted, the store is checked.",
)
def upkeep_schedule(context: dg.ScheduleEvaluationContext, home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """Tend a home that was ever written."""
    if not (home.folder() / DATABASE).exists():
        return dg.SkipReason("The home holds nothing yet.")
    return dg.RunRequest(run_key=f"upkeep:{context.scheduled_execution_time:%Y-%m-%d}")
