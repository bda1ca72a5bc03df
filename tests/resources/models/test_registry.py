"""Models as configured; what takes them out of use; what they may cost."""

from __future__ import annotations

import asyncio
import importlib.metadata
import sqlite3
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resources.errors import GatewayError, PermanentServiceError, SettingsError
from resources.models.engines import load_engines
from resources.models.gateway import open_gateway
from resources.models.hours import seconds_until
from resources.models.ledger import SIDE_FILE
from resources.models.registry import Registry, cost_text
from resources.models.spec import ChatAnswer, Usage
from resources.models.switches import Switches, read_switches, set_switch
from resources.settings import load_settings
from tests.resources.models.virtual import NOON, Script, ask, gateway, run, settings

KEYED = {"name": "a", "api_key_env": "A_KEY"}


def test_a_missing_key_makes_a_model_unavailable_and_nothing_else_fails() -> None:
    registry = Registry(settings(KEYED, {"name": "b"}), {"A_KEY": " "})
    assert "A_KEY" in (registry.models["a"].unavailable or "")
    assert registry.models["b"].unavailable is None
    found = Registry(settings(KEYED), {"A_KEY": "sk-1"}).models["a"]
    assert found.endpoint.key == "sk-1"
    assert "sk-1" not in repr(found)


@pytest.mark.parametrize(
    ("placement", "stated", "sees"),
    [
        ("private", None, {"public", "internal", "secret"}),
        ("maas", None, {"public"}),
        ("maas", "internal", {"public", "internal"}),
        ("private", "internal", {"public", "internal"}),
    ],
)
def test_clearance_follows_the_placement_unless_it_is_stated(
    placement: str, stated: str | None, sees: set[str]
) -> None:
    entry = {"name": "a", "placement": placement} | ({"clearance": stated} if stated else {})
    model = Registry(settings(entry), {}).models["a"]
    assert {level for level in ("public", "internal", "secret") if model.sees(level)} == sees  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        ({"price_in": "0.8", "price_out": 2}, "0.000018"),
        ({}, None),
        ({"price_in": 1}, None),
        ({"price_in": 0, "price_out": 0}, "0"),
        ({"price_in": 1, "kind": "embedding"}, "0.00001"),
    ],
    ids=["both", "none", "half", "free", "embedding"],
)
def test_an_unknown_price_is_no_cost_and_a_free_one_is_zero(prices: dict[str, Any], cost: str | None) -> None:
    model = Registry(settings({"name": "a", **prices}), {}).models["a"]
    assert cost_text(model.cost(Usage(10, 5))) == cost


def test_cost_text_is_plain_decimal() -> None:
    assert [cost_text(Decimal(text)) for text in ("1E-7", "1.500", "100", "0")] == ["0.0000001", "1.5", "100", "0"]


def test_tasks_without_an_entry_are_served_by_the_default() -> None:
    registry = Registry(settings({"name": "a"}, {"name": "b"}, default={"models": ["b"], "retries": 7}), {})
    assert [model.name for model in registry.of_task("anything", "chat")] == ["b"]
    assert registry.task("anything").retries == 7
    for i in range(2000):
        registry.of_task(f"t{i}", "chat")
    assert len(registry._tasks) <= 1001


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tasks.x]\ndeferrable = true\n', "a deferrable task needs off_peak hours"),
        ('[tasks.x]\noff_peak = "22-7"\n', "hours are written as 22:00-07:00"),
        ('[tasks.x.weights]\nprise = 1\n', "prise is unknown; did you mean price"),
        ('[tasks.x]\nhedge = 3\n', "hedge"),
    ],
    ids=["hours-missing", "hours-form", "weight", "hedge"],
)  # fmt: skip
def test_task_settings_are_checked(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "leafroot.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_settings(None, home=tmp_path, environ={})


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        ("22:00-07:00", 10 * 3600),
        ("11:00-13:00", 0),
        ("12:00-12:01", 0),
        ("13:30-14:00", 5400),
        ("10:00-12:00", 22 * 3600),
        ("12:00-12:00", 0),
        ("09:00-09:00", 0),
    ],
)
def test_seconds_until_counts_to_the_next_beginning(hours: str, wanted: float) -> None:
    assert seconds_until(hours, NOON) == wanted


def test_a_switch_is_seen_within_half_a_second_and_logged(tmp_path: Path) -> None:
    now = 1000.0
    switches = Switches(tmp_path, lambda: now)
    assert switches.off("model", "a") is None
    set_switch(tmp_path, "model", "a", reason="维护", by="李")
    assert switches.off("model", "a") is None
    now += 0.5
    found = switches.off("model", "a")
    assert found is not None
    assert (found.reason, found.by) == ("维护", "李")
    assert switches.off("task", "a") is None
    assert set_switch(tmp_path, "model", "a", reason=None, by="王")
    assert not set_switch(tmp_path, "model", "a", reason=None, by="王")
    now += 0.5
    assert switches.off("model", "a") is None
    switches.close()
    connection = sqlite3.connect(tmp_path / SIDE_FILE)
    assert connection.execute("SELECT action, reason, by FROM switch_log").fetchall() == [
        ("disable", "维护", "李"), ("enable", None, "王"),
    ]  # fmt: skip
    connection.close()
    assert read_switches(tmp_path) == {}


def test_a_switch_holds_while_its_file_cannot_be_read(tmp_path: Path) -> None:
    now = 1000.0
    set_switch(tmp_path, "task", "t", reason="r", by="x")
    switches = Switches(tmp_path, lambda: now)
    assert switches.off("task", "t")
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / SIDE_FILE).write_bytes(b"broken" * 1000)
    switches.close()
    now += 1
    assert switches.off("task", "t")
    with pytest.raises(PermanentServiceError, match="was not changed"):
        set_switch(tmp_path, "task", "t", reason=None, by="x")


def test_switched_off_models_and_tasks_get_nothing(tmp_path: Path) -> None:
    transport = Script()

    async def work() -> list[Any]:
        gate = gateway(tmp_path, settings({"name": "a"}, {"name": "b"}), transport)
        found: list[Any] = [await gate.chat(ask())]
        set_switch(tmp_path, "model", "a", reason="slow", by="me")
        await asyncio.sleep(0.6)
        found.append(await gate.chat(ask()))
        set_switch(tmp_path, "task", "default", reason="stop", by="me")
        await asyncio.sleep(0.6)
        try:
            await gate.chat(ask())
        except GatewayError as error:
            found.append(error)
        found.append(gate.models())
        await gate.close()
        return found

    first, second, refused, rows = run(work())
    assert (first.served_by, second.served_by) == ("a", "b")
    assert "the task is switched off: stop (me" in str(refused)
    assert [(row["name"], row["state"]) for row in rows] == [("a", "disabled"), ("b", "ready")]
    assert rows[0]["reason"].startswith("slow (me")


def spend(
    home: Path, model: dict[str, Any], calls: int, *, wall: float = NOON, transport: Script | None = None
) -> list[Any]:
    async def work() -> list[Any]:
        gate = gateway(home, settings(model), transport or Script(), wall=lambda: wall)
        found: list[Any] = []
        for i in range(calls):
            try:
                found.append(await gate.chat(ask(str(i), max_tokens=5)))
            except GatewayError as error:
                found.append(error)
        found.append(gate.models()[0]["state"])
        await gate.close()
        return found

    return run(work())


def test_a_budget_of_the_day_holds_over_processes_and_ends_with_the_day(tmp_path: Path) -> None:
    """A call costs 15 CNY and is expected to cost 10; 100 CNY are for seven."""
    model = {"name": "a", "price_in": 1_000_000, "price_out": 1_000_000, "budget_per_day": 100}
    *answers, state = spend(tmp_path, model, 9)
    assert sum(isinstance(answer, ChatAnswer) for answer in answers) == 7
    assert state == "budget"
    assert "its budget of 100 CNY a day has no room for this call (105 spent" in str(answers[-1])
    again, _ = spend(tmp_path, model, 1)
    assert isinstance(again, GatewayError)
    tomorrow, state = spend(tmp_path, model, 1, wall=NOON + 86_400)
    assert isinstance(tomorrow, ChatAnswer)
    assert state == "ready"


@pytest.mark.parametrize(
    ("model", "state", "answered"),
    [
        ({"name": "a", "budget_per_day": 0, "price_in": 0, "price_out": 0}, "budget", False),
        ({"name": "a", "budget_per_day": 5}, "unpriced", False),
        ({"name": "a", "budget_per_day": 5, "price_in": 0, "price_out": 0}, "ready", True),
        ({"name": "a"}, "ready", True),
    ],
    ids=["cap-0", "unpriced", "free", "no-cap"],
)
def test_caps_of_zero_and_unknown_prices(tmp_path: Path, model: dict[str, Any], state: str, answered: bool) -> None:
    first, seen = spend(tmp_path, model, 1)
    assert isinstance(first, ChatAnswer) is answered
    assert seen == state


class Echo(Script):
    """An engine of somebody's own."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).made += 1


def test_an_engine_of_ones_own_is_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError("no module named nowhere")

    points = [SimpleNamespace(name="echo", load=lambda: Echo), SimpleNamespace(name="broken", load=missing)]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == "leafroot.engines" else [])
    configured = settings({"name": "a", "engine": "echo"}, {"name": "b", "engine": "echo"}, {"name": "c"})

    async def work() -> str | None:
        async with open_gateway(tmp_path, configured, environ={}) as gate:
            return (await gate.chat(ask(model="b"))).content

    assert run(work()) == "好"
    assert Echo.made == 1
    with pytest.raises(SettingsError, match="the engine broken cannot be loaded"):
        load_engines(settings({"name": "a", "engine": "broken"}))
    with pytest.raises(SettingsError, match=r"no engine is named ehco \(known: aiohttp, openai-sdk, broken, echo\)"):
        load_engines(settings({"name": "a", "engine": "ehco"}))


def test_the_engines_of_ours_hold_enough_connections(tmp_path: Path) -> None:
    found = load_engines(settings({"name": "a", "max_concurrency": 900}, {"name": "b", "engine": "openai-sdk"}))
    assert [type(found[name]).__name__ for name in "ab"] == ["AiohttpTransport", "SdkTransport"]
    assert found["a"]._limit == 908  # type: ignore[attr-defined]
