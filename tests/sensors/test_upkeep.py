"""The weekly upkeep: the home's part, and the runs of Dagster that are forgotten."""

import datetime as dt
import shutil
from pathlib import Path

import dagster as dg
import pytest

from resources.defs import HomeResource
from sensors.upkeep import defs as upkeep
from tests.sensors.test_sensors import answer


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> HomeResource:
    """A copy of the sample home that a test may change."""
    shutil.copytree(sample_home, tmp_path / "home")
    return HomeResource(path=str(tmp_path / "home"))


def test_the_upkeep_tends_a_home_that_was_written(home: HomeResource, tmp_path: Path) -> None:
    at = dt.datetime(2026, 11, 29, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    context = dg.build_schedule_context(resources={"home": home}, scheduled_execution_time=at)
    assert answer(upkeep.upkeep_schedule(context))[0][0].run_key == "upkeep:2026-11-29"
    empty = dg.build_schedule_context(
        resources={"home": HomeResource(path=str(tmp_path / "none"))}, scheduled_execution_time=at
    )
    assert answer(upkeep.upkeep_schedule(empty)) == ([], "The home holds nothing yet.")
    assert upkeep.upkeep_job.execute_in_process(resources={"home": home}).success


def test_the_upkeep_says_what_it_could_not_do(home: HomeResource) -> None:
    (Path(home.path) / "models.db").write_bytes(b"no ledger" * 200)
    result = upkeep.upkeep_job.execute_in_process(resources={"home": home}, raise_on_error=False)
    assert not result.success
    events = [event for event in result.all_events if event.is_step_failure]
    assert "calls: not done" in str(events[0].event_specific_data)


def test_forget_runs_keeps_those_that_made_what_is_shown(tmp_path: Path) -> None:
    days = dg.StaticPartitionsDefinition(["a", "b"])

    @dg.asset
    def whole() -> None: ...

    @dg.asset(partitions_def=days)
    def by_day() -> None: ...

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        def made(asset: dg.AssetsDefinition, partition: str | None = None) -> str:
            return dg.materialize([asset], instance=instance, partition_key=partition).run_id

        old = [made(whole), made(by_day, "a"), made(by_day, "b"), made(by_day, "a"), made(whole)]
        now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
        assert upkeep.forget_runs(instance, now - dt.timedelta(days=1)) == 0
        assert upkeep.forget_runs(instance, now) == 2
        left = {record.dagster_run.run_id for record in instance.get_run_records()}
        assert left == {old[2], old[3], old[4]}
        assert not list((tmp_path / "history" / "runs").glob(f"{old[0]}.db*"))
        assert instance.get_latest_materialization_event(dg.AssetKey("whole")) is not None
        assert instance.get_materialized_partitions(dg.AssetKey("by_day")) == {"a", "b"}
        assert upkeep.forget_runs(instance, now) == 0
