"""Sensors and schedules from the command line: which there are, and what one would start if it looked now.

Imported lazily, as `launch.py` is.
"""

import datetime as dt
import logging
import time
from pathlib import Path
from typing import Any

import dagster as dg

from assets.definitions import build_defs
from leafroot.launch import open_instance
from resources.defs import HomeResource
from resources.errors import UsageError
from resources.settings import load_settings
from sensors.alerts.conditions import Condition
from sensors.alerts.look import look
from sensors.defs import failed_of_late
from sensors.upkeep.defs import forget_runs

__all__ = ["forget_old_runs", "list_triggers", "look_now", "try_trigger"]


def list_triggers() -> list[dict[str, Any]]:
    """Return name, kind, when, job and description of every sensor and schedule, by name."""
    repository = build_defs().get_repository_def()
    rows = [
        {
            "name": one.name,
            "kind": "sensor",
            "when": f"every {one.minimum_interval_seconds} s",
            "job": next((target.job_name for target in one.targets), None),
            "description": one.description or "",
        }
        for one in repository.sensor_defs
    ]
    rows += [
        {
            "name": one.name,
            "kind": "schedule",
            "when": f"{one.cron_schedule} {one.execution_timezone}",
            "job": one.job_name,
            "description": one.description or "",
        }
        for one in repository.schedule_defs
    ]
    return sorted(rows, key=lambda row: str(row["name"]))


def try_trigger(home: Path, config: Path | None, name: str) -> dict[str, Any]:
    """Let a sensor or schedule look once, on a Dagster instance that is thrown away.

    Returns:
        Its name, the runs it would start (job, partition, run_key), its message, the seconds it took.

    Raises:
        UsageError: nothing has that name.
    """
    resource = HomeResource(path=str(home), config=str(config or ""))
    repository = build_defs({"home": resource}).get_repository_def()
    sensors = {one.name: one for one in repository.sensor_defs}
    schedules = {one.name: one for one in repository.schedule_defs}
    if name == "alerts_sensor":
        conditions, _ = look_now(home, config)
        said = f"{len(conditions)} conditions; nothing was sent (leafroot alerts list)"
        return {"name": name, "requests": [], "message": said, "seconds": 0.0}
    if name not in sensors and name not in schedules:
        raise UsageError(
            f"No sensor or schedule is named {name}; there are {', '.join(sorted([*sensors, *schedules]))}."
        )
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    begun = time.monotonic()
    with dg.DagsterInstance.ephemeral() as instance:
        if name in sensors:
            found: Any = sensors[name](
                dg.build_sensor_context(instance=instance, resources={"home": resource}, repository_def=repository)
            )
        else:
            moment = dt.datetime.now(dt.timezone(dt.timedelta(hours=8)))
            found = schedules[name](
                dg.build_schedule_context(
                    instance=instance, resources={"home": resource}, scheduled_execution_time=moment
                )
            )
        items = _items(found)
    requests = [
        {"job": one.job_name, "partition": one.partition_key, "run_key": one.run_key}
        for one in items
        if isinstance(one, dg.RunRequest)
    ]
    said = " ".join(one.skip_message or "" for one in items if isinstance(one, dg.SkipReason))
    return {"name": name, "requests": requests, "message": said, "seconds": round(time.monotonic() - begun, 3)}


def _items(found: Any) -> list[Any]:
    """What a tick gives, as a list: a result, a single item or a generator of them."""
    if isinstance(found, dg.SensorResult):
        return [*(found.run_requests or []), *([found.skip_reason] if found.skip_reason else [])]
    if isinstance(found, (dg.RunRequest, dg.SkipReason)):
        return [found]
    return [item for one in (found or []) for item in ([one] if not isinstance(one, dg.SensorResult) else _items(one))]


def look_now(home: Path, config: Path | None) -> tuple[list[Condition], list[dict[str, Any]]]:
    """Return what is wrong with a home now, and the channels that are told: name, kind, about."""
    settings = load_settings(config, home=home)
    now = dt.datetime.now(dt.UTC)
    runs: list[dict[str, str]] = []
    if (home / "dagster").exists():
        with open_instance(home) as instance:
            runs = failed_of_late(instance, now)
    channels = [{"name": one.name, "kind": one.kind, "about": list(one.about)} for one in settings.alerts]
    return look(home, settings, runs, now), channels


def forget_old_runs(home: Path, before: dt.datetime) -> int:
    """Delete finished runs of a home's Dagster that began before a moment and made nothing that is shown; returns how many."""
    if not (home / "dagster").exists():
        return 0
    with open_instance(home) as instance:
        return forget_runs(instance, before)
