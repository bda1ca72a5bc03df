"""Sensors and schedules: the inbox, changed days, events, the daily report, the weekly upkeep. All run by default."""

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.corpora.inventory import list_files
from assets.partitions import CUSTOM_TAGS, DAYS, EXTREME_MOVES, RISK_EVENTS
from assets.reports.defs import CODE_VERSION as REPORTS_VERSION
from assets.tags.defs import code_version as tags_code_version
from resources.defs import HomeResource
from resources.errors import PlatformError
from resources.models.transports.redact import redactor_for
from resources.reader import DATABASE
from sensors.alerts.look import look, tell
from sensors.due import due_custom_tags, due_days, due_events
from sensors.inbox import InboxChange, Stamp, inbox_change
from sensors.upkeep.defs import upkeep_schedule

#: Seconds between two looks; documented in docs/operations.md.
INBOX_SECONDS, DAYS_SECONDS, EVENTS_SECONDS = 30, 30, 30
#: Seconds between two looks for what is wrong, and failed runs of the last hour that one look reads.
ALERT_SECONDS, ALERT_RUNS = 60, 200
#: A file that changed less than this ago may still be written.
SETTLE_SECONDS = 2.0
#: Partitions asked for in one tick.
BATCH = 50
DAILY_CRON = "30 20 * * 1-5"
SHANGHAI = "Asia/Shanghai"


def has_store(home: HomeResource) -> bool:
    """Tell whether the home was ever written."""
    return (home.folder() / DATABASE).exists()


def look_into_inbox(home: HomeResource) -> InboxChange | str:
    """Compare the corpora folder with what was taken; a sentence where there is nothing to compare."""
    if not has_store(home):
        return "The home holds nothing yet; call leafroot run --corpora DIR once."
    store = home.store()
    try:
        root = home.settings().corpora.root or store.home_value("root")
        if root is None or not Path(root).is_dir():
            return f"The corpora folder {root} is not there." if root else "This home has no corpora folder yet."
        now = {file.path: (file.size, file.mtime_ns) for file in list_files(Path(root)).files}
        taken: Stamp = {
            row["path"]: (row["size"], row["mtime_ns"])
            for lane in ("rulebooks", "policies", "news", "research", "market")
            for row in store.files(lane)
        }
    finally:
        store.close()
    return inbox_change(now, taken, settled_before_ns=time.time_ns() - int(SETTLE_SECONDS * 1e9))


def is_running(context: dg.SensorEvaluationContext, job: str) -> bool:
    """Tell whether a run of a job is queued or under way."""
    unfinished = [
        dg.DagsterRunStatus.QUEUED,
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.NOT_STARTED,
    ]
    return bool(context.instance.get_run_records(dg.RunsFilter(job_name=job, statuses=unfinished), limit=1))


@dg.sensor(
    job_name="knowledge_job",
    minimum_interval_seconds=INBOX_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new, changed or removed file in the corpora folder starts a run of what it touches.",
)
def inbox_files_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Start a run where the corpora folder changed."""
    seen = look_into_inbox(home)
    if isinstance(seen, str):
        return dg.SkipReason(seen)
    if seen.is_empty:
        return dg.SkipReason("No file changed.")
    if is_running(context, "knowledge_job"):
        return dg.SkipReason("A run that takes in files is under way.")
    tags = {"leafroot/files": f"{len(seen.new)} new, {len(seen.changed)} changed, {len(seen.gone)} gone"}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen.key, tags=tags)], cursor=seen.key)


def add_partitions(instance: dg.DagsterInstance, partitions: dg.DynamicPartitionsDefinition, keys: list[str]) -> None:
    """Add the partitions that are not there yet, sorted."""
    name = str(partitions.name)
    missing = sorted(set(keys) - set(instance.get_dynamic_partitions(name)))
    if missing:
        instance.add_dynamic_partitions(name, missing)


@dg.sensor(
    job_name="day_job",
    minimum_interval_seconds=DAYS_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A day whose documents, slices or bars changed gets its tag trees and daily report anew.",
)
def changed_days_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Start runs of the days that changed."""
    if not has_store(home):
        return dg.SkipReason("The home holds nothing yet.")
    if is_running(context, "knowledge_job") or is_running(context, "day_job"):
        return dg.SkipReason("A run that changes days is under way.")
    store = home.store()
    reader = store.reader()
    days = due_days(reader, tags_code_version(store.home_value("basis_id"), home.settings()), REPORTS_VERSION)[:BATCH]
    publication = reader.publication
    reader.close()
    store.close()
    if not days:
        return dg.SkipReason("No day changed.")
    add_partitions(context.instance, DAYS, days)
    return dg.SensorResult(
        run_requests=[dg.RunRequest(partition_key=day, run_key=f"{day}:{publication}") for day in days]
    )


def event_requests(
    context: dg.SensorEvaluationContext, home: HomeResource, kind: str, partitions: dg.DynamicPartitionsDefinition
) -> Iterator[dg.RunRequest]:
    """Yield a run request for each event of a kind whose report is due."""
    store = home.store()
    reader = store.reader()
    events = [event for event in due_events(reader, home.settings(), REPORTS_VERSION) if event.kind == kind][:BATCH]
    publication = reader.publication
    reader.close()
    store.close()
    add_partitions(context.instance, partitions, [f"{event.subject}@{event.day}" for event in events])
    for event in events:
        yield dg.RunRequest(
            partition_key=f"{event.subject}@{event.day}", run_key=f"{event.subject}@{event.day}:{publication}"
        )


def build_event_sensor(
    kind: str, name: str, partitions: dg.DynamicPartitionsDefinition, description: str
) -> dg.SensorDefinition:
    """Build the sensor of one kind of event."""
    job = f"{kind}_job"

    @dg.sensor(
        name=name,
        job_name=job,
        minimum_interval_seconds=EVENTS_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=description,
    )
    def event_sensor(
        context: dg.SensorEvaluationContext, home: HomeResource
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        if not has_store(home) or is_running(context, "knowledge_job") or is_running(context, job):
            yield dg.SkipReason("Nothing to look at, or a run is under way.")
            return
        requests = list(event_requests(context, home, kind, partitions))
        yield from requests
        if not requests:
            yield dg.SkipReason("No event is due.")

    return event_sensor


@dg.sensor(
    job_name="custom_tags_job",
    minimum_interval_seconds=DAYS_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A changed day gets the trees of users' own profiles anew.",
)
def custom_profiles_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Start runs of users' own profiles."""
    if not has_store(home) or is_running(context, "knowledge_job") or is_running(context, "custom_tags_job"):
        return dg.SkipReason("Nothing to look at, or a run is under way.")
    store = home.store()
    reader = store.reader()
    due = due_custom_tags(reader, home.settings(), tags_code_version(store.home_value("basis_id"), home.settings()))[
        :BATCH
    ]
    publication = reader.publication
    reader.close()
    store.close()
    if not due:
        return dg.SkipReason("No profile of the configuration is out of date.")
    add_partitions(context.instance, CUSTOM_TAGS, due)
    return dg.SensorResult(
        run_requests=[dg.RunRequest(partition_key=key, run_key=f"{key}:{publication}") for key in due]
    )


@dg.schedule(
    job_name="day_job",
    cron_schedule=DAILY_CRON,
    execution_timezone=SHANGHAI,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The day's tag trees and daily report, after the day session and the evening wires.",
)
def daily_report_schedule(context: dg.ScheduleEvaluationContext, home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """Build today's report where the day has news."""
    day = context.scheduled_execution_time.astimezone(dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    if not has_store(home):
        return dg.SkipReason("The home holds nothing yet.")
    store = home.store()
    reader = store.reader()
    found = reader.rows("documents", where={"lane": "news", "published_date": day}, columns=["doc_id"], limit=1)
    reader.close()
    store.close()
    if not found:
        return dg.SkipReason(f"No news of {day} has been taken in.")
    add_partitions(context.instance, DAYS, [day])
    return dg.RunRequest(partition_key=day, run_key=f"daily:{day}")


def failed_of_late(instance: dg.DagsterInstance, now: dt.datetime) -> list[dict[str, str]]:
    """Return the runs that failed within the hour, newest first: job, run_id, and the first line of why."""
    since = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=now - dt.timedelta(hours=1))
    found = []
    for record in instance.get_run_records(since, limit=ALERT_RUNS):
        failures = instance.get_records_for_run(
            record.dagster_run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE, limit=1
        ).records
        event = failures[0].event_log_entry.dagster_event if failures else None
        error = event.step_failure_data.error if event is not None else None
        reason = "" if error is None else (error.cause or error).message.strip().split("\n")[0]
        found.append(
            {
                "job": record.dagster_run.job_name,
                "run_id": record.dagster_run.run_id,
                "reason": redactor_for(None)(reason),
            }
        )
    return found


@dg.sensor(
    minimum_interval_seconds=ALERT_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Failed gates and runs, models that take no calls and late data are told to the channels of [[alerts]], once each.",
)
def alerts_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SkipReason:
    """Tell people what is wrong; starts nothing."""
    settings = home.settings()
    if not settings.alerts:
        return dg.SkipReason("No channel is configured ([[alerts]]).")
    now = dt.datetime.now(dt.UTC)
    try:
        conditions = look(home.folder(), settings, failed_of_late(context.instance, now), now)
        said = tell(home.folder(), settings, conditions, now)
    except PlatformError as error:
        return dg.SkipReason(str(error))
    return dg.SkipReason("; ".join([f"{len(conditions)} conditions", *said]))


def build_sensors() -> list[dg.SensorDefinition]:
    """Return all sensors."""
    return [
        inbox_files_sensor,
        changed_days_sensor,
        custom_profiles_sensor,
        build_event_sensor(
            "extreme_move", "market_moves_sensor", EXTREME_MOVES, "A day's move of 3 % or more starts its report."
        ),
        build_event_sensor(
            "risk_event",
            "risk_events_sensor",
            RISK_EVENTS,
            "A rumour, denial, accident or penalty in the news starts its report.",
        ),
        alerts_sensor,
    ]


def build_schedules() -> list[dg.ScheduleDefinition]:
    """Return all schedules."""
    return [daily_report_schedule, upkeep_schedule]
