"""Sensors and the schedule on built contexts: when they start what."""

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.definitions import build_defs
from resources.defs import HomeResource
from sensors import defs

REPOSITORY = build_defs().get_repository_def()
BUILT = {sensor.name: sensor for sensor in defs.build_sensors()}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as made:
        yield made


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> HomeResource:
    """A copy of the sample home that a test may change."""
    target = tmp_path / "home"
    shutil.copytree(sample_home, target)
    return HomeResource(path=str(target))


def requests(name: str, home: HomeResource, instance: dg.DagsterInstance) -> tuple[list[dg.RunRequest], str]:
    """What one look of a sensor asks for, and what it says where it asks for nothing."""
    context = dg.build_sensor_context(instance=instance, resources={"home": home}, repository_def=REPOSITORY)
    return answer(BUILT[name](context))


def answer(found: Any) -> tuple[list[dg.RunRequest], str]:
    if isinstance(found, dg.SensorResult):
        return list(found.run_requests or []), ""
    items = [found] if isinstance(found, (dg.SkipReason, dg.RunRequest)) else list(found)
    said = "".join(item.skip_message or "" for item in items if isinstance(item, dg.SkipReason))
    return [item for item in items if isinstance(item, dg.RunRequest)], said


@pytest.mark.parametrize("name", sorted(BUILT))
def test_an_empty_home_starts_nothing(name: str, tmp_path: Path, instance: dg.DagsterInstance) -> None:
    asked, said = requests(name, HomeResource(path=str(tmp_path / "none")), instance)
    assert asked == []
    assert said


@pytest.mark.parametrize("name", sorted(BUILT))
def test_an_unchanged_home_starts_nothing(name: str, home: HomeResource, instance: dg.DagsterInstance) -> None:
    assert requests(name, home, instance)[0] == []


def test_a_new_file_starts_a_run(
    home: HomeResource, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = home.store()
    root = tmp_path / "corpora"
    shutil.copytree(str(store.home_value("root")), root)
    store.set_home_value("root", str(root))
    store.close()
    assert requests("inbox_files_sensor", home, instance)[0] == []
    new = root / "news" / "late.jsonl"
    new.write_text(json.dumps({"title": "a", "text": "b", "published": "2024-04-18"}), encoding="utf-8")
    assert requests("inbox_files_sensor", home, instance)[0] == []  # it may still be written
    monkeypatch.setattr(defs, "SETTLE_SECONDS", -5.0)
    [asked], _ = requests("inbox_files_sensor", home, instance)
    [again], _ = requests("inbox_files_sensor", home, instance)
    assert asked.run_key == again.run_key
    assert asked.tags["leafroot/files"] == "1 new, 0 changed, 0 gone"


def test_a_corpora_folder_that_is_gone_is_said(home: HomeResource, instance: dg.DagsterInstance) -> None:
    store = home.store()
    store.set_home_value("root", "/nowhere")
    store.close()
    assert "not there" in requests("inbox_files_sensor", home, instance)[1]


def forget(home: HomeResource, asset: str) -> None:
    """Let an asset's watermarks be gone, as if it had never run."""
    store = home.store()
    with store.begin() as connection:
        connection.exec_driver_sql("DELETE FROM watermarks WHERE asset LIKE ?", (f"{asset}%",))
    store.close()


@pytest.mark.parametrize(
    ("name", "asset", "partition", "partitions"),
    [
        ("changed_days_sensor", "tags/news", "2024-04-18", "days"),
        ("market_moves_sensor", "reports/extreme_move", "SC2406@2024-04-18", "extreme_moves"),
        ("risk_events_sensor", "reports/risk_event", "量化交易@2024-04-18", "risk_events"),
    ],
)
def test_what_is_due_starts_just_its_partitions(
    home: HomeResource, instance: dg.DagsterInstance, name: str, asset: str, partition: str, partitions: str
) -> None:
    forget(home, asset)
    asked, _ = requests(name, home, instance)
    assert partition in {request.partition_key for request in asked}
    assert partition in instance.get_dynamic_partitions(partitions)
    again, _ = requests(name, home, instance)
    assert {request.run_key for request in again} == {request.run_key for request in asked}


def test_own_profiles_start_their_trees(home: HomeResource, instance: dg.DagsterInstance) -> None:
    (home.folder() / "leafroot.toml").write_text('[profiles.all_news]\nlane = "news"\n', encoding="utf-8")
    asked, _ = requests("custom_profiles_sensor", home, instance)
    assert "all_news@2024-04-18" in {request.partition_key for request in asked}


@pytest.mark.parametrize(("day", "starts"), [("2024-04-18", True), ("2024-04-25", False)])
def test_the_schedule_builds_days_that_have_news(
    home: HomeResource, instance: dg.DagsterInstance, day: str, starts: bool
) -> None:
    moment = dt.datetime.fromisoformat(f"{day}T20:30:00+08:00")
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=moment, resources={"home": home})
    asked, _ = answer(defs.daily_report_schedule(context))
    assert [request.partition_key for request in asked] == ([day] if starts else [])


def test_the_schedule_waits_for_a_home(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    moment = dt.datetime.fromisoformat("2024-04-18T20:30:00+08:00")
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=moment, resources={"home": HomeResource(path=str(tmp_path))}
    )
    assert answer(defs.daily_report_schedule(context)) == ([], "The home holds nothing yet.")
