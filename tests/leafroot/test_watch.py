"""`leafroot sensors` and `leafroot alerts`."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assets.catalogue import TABLES
from resources.store import Store
from tests.fakes.plain_server import served
from tests.homes import Call


def test_sensors_are_listed_with_what_they_are_for(call: Call, tmp_path: Path) -> None:
    rows = {row["name"]: row for row in call("sensors", "list", "--json", "--home", tmp_path).json["triggers"]}
    assert rows["inbox_files_sensor"]["kind"] == "sensor"
    assert rows["inbox_files_sensor"]["when"] == "every 30 s"
    assert rows["upkeep_schedule"]["when"] == "0 5 * * 0 Asia/Shanghai"
    assert all(row["description"] for row in rows.values())


@pytest.mark.parametrize(
    "name", ["inbox_files_sensor", "market_moves_sensor", "daily_report_schedule", "alerts_sensor"]
)
def test_a_trial_of_an_empty_home_says_why_nothing_would_start(name: str, call: Call, tmp_path: Path) -> None:
    trial = call("sensors", "test", name, "--json", "--home", tmp_path / "none").json
    assert trial["requests"] == []
    assert trial["message"]


def test_a_trial_starts_nothing_and_repeats_itself(call: Call, sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    corpora = tmp_path / "corpora"
    shutil.copytree(Path(__file__).parents[2] / "assets" / "corpora" / "sample", corpora)
    (corpora / "news" / "new.txt").write_text("原油新闻\n2024年4月18日 原油价格下跌。\n", encoding="utf-8")
    (home / "leafroot.toml").write_text(f"[corpora]\nroot = {json.dumps(str(corpora))}\n")
    import os
    import time

    old = time.time() - 60
    os.utime(corpora / "news" / "new.txt", (old, old))
    store = Store(home, TABLES)
    before = store.publication()
    first = call("sensors", "test", "inbox_files_sensor", "--json", "--home", home).json
    again = call("sensors", "test", "inbox_files_sensor", "--json", "--home", home).json
    assert [request["run_key"] for request in first["requests"]] == [
        request["run_key"] for request in again["requests"]
    ]
    assert len(first["requests"]) == 1
    assert store.publication() == before
    store.close()


def test_an_unknown_sensor_is_refused_with_those_there_are(call: Call, tmp_path: Path) -> None:
    said = call("sensors", "test", "inbox", "--home", tmp_path)
    assert said.code == 2
    assert "inbox_files_sensor" in said.err


def test_alerts_lists_what_is_wrong_and_who_is_told(call: Call, tmp_path: Path) -> None:
    config = tmp_path / "leafroot.toml"
    config.write_text('[[alerts]]\nname = "desk"\nkind = "wecom"\nurl_env = "DESK_URL"\nabout = ["gate"]\n')
    fine = call("alerts", "list", "--json", "--home", tmp_path)
    assert fine.code == 0
    assert fine.json == {"alerts": [], "channels": [{"name": "desk", "kind": "wecom", "about": ["gate"]}]}
    store = Store(tmp_path, TABLES)
    gate: dict[str, Any] = {"check": "spans", "severity": "block", "passed": False, "detail": "does not re-read"}
    store.record_gates("records/slices", [gate], run_id="r")
    store.close()
    wrong = call("alerts", "list", "--json", "--home", tmp_path)
    assert wrong.code == 1
    assert wrong.json["alerts"][0]["key"] == "gate:records/slices:spans"
    assert "records/slices" in call("alerts", "list", "--home", tmp_path).out


def test_a_test_message_reaches_the_channel(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leafroot.toml").write_text('[[alerts]]\nname = "desk"\nkind = "webhook"\nurl_env = "DESK_URL"\n')
    unset = call("alerts", "test", "desk", "--home", tmp_path)
    assert (unset.code, "DESK_URL is not set" in unset.err) == (2, True)
    assert call("alerts", "test", "other", "--home", tmp_path).code == 2
    with served(404, b"") as (address, _):
        monkeypatch.setenv("DESK_URL", address)
        assert call("alerts", "test", "desk", "--home", tmp_path).code == 3


def test_upkeep_does_every_part_of_a_home(call: Call, tmp_path: Path) -> None:
    assert call("upkeep", "--home", tmp_path / "none").code == 2
    Store(tmp_path, TABLES).close()
    done = call("upkeep", "--json", "--home", tmp_path)
    assert done.code == 0
    assert [part["name"] for part in done.json["parts"]] == ["calls", "cached vectors", "vectors", "store", "runs"]
