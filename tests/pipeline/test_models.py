"""The whole walk with a model on the wire: what it says is used where it is supported, kept, and never needed."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.model_server import CLOSE, Call, ModelServer, Step
from tests.homes import Call as Command

KEY = "sk-sentinel/42+key"
LIE = "星瀚集团"


def tasks_of(body: dict[str, Any]) -> list[tuple[int, str]]:
    """Return the numbered items of a prompt."""
    return [
        (int(n), text)
        for n, text in re.findall(r"^\[(\d+)\] (.*)$", str(body["messages"][-1]["content"]), re.MULTILINE)
    ]


def honest(body: dict[str, Any]) -> str:
    if "names" in str(body["messages"][0]["content"]):
        names = []
        for n, text in tasks_of(body):
            first = re.split("[；｜]", text.removeprefix("下级："))[0][:12]
            names.append({"id": n, "label": first, "summary": first})
        return json.dumps({"names": names}, ensure_ascii=False)
    rows = []
    for n, text in tasks_of(body):
        words = re.findall(r"[一-鿿]{4,8}", text)[:1]
        rows.append({"id": n, "summary": text[:40], "tags": words, "facet": None})
    return json.dumps({"slices": rows}, ensure_ascii=False)


def liar(body: dict[str, Any]) -> str:
    said = json.loads(honest(body))
    for row in [*said.get("slices", ()), *said.get("names", ())]:
        row["summary"] = f"{LIE}称油价大涨88.8%"
        row["tags"], row["label"] = [f"{LIE}重组"], f"{LIE}重组"
    return json.dumps(said, ensure_ascii=False)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(key=KEY) as running:
        yield running


@pytest.fixture
def run(
    call: Command, small_corpora: Path, tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Run up to the tags (or all) with the server as the only model."""
    monkeypatch.setenv("MODEL_KEY", KEY)
    config = tmp_path / "leafroot.toml"
    config.write_text(
        f'[[models]]\nname = "m1"\nbase_url = "{server.base_url}"\nmodel = "m"\napi_key_env = "MODEL_KEY"\n'
        "price_in = 1.0\nprice_out = 2.0\ntimeout = 2.0\n",
        encoding="utf-8",
    )

    def running(home: str = "home", *words: object) -> Any:
        return call("run", "--corpora", small_corpora, "--home", tmp_path / home, "--config", config, "--json", *words)

    return running


def trees(call: Command, home: Path) -> list[Any]:
    found = []
    for profile in ("news", "research", "policy"):
        said = call("tags", "--profile", profile, "--home", home, "--json").json
        found += [
            call("tags", "--profile", profile, "--date", day, "--home", home, "--json").json for day in said["dates"]
        ] or [said]
    return found


def has_key(home: Path) -> list[str]:
    return [str(path) for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_run_with_a_model_asks_once_and_says_what_it_cost(
    call: Command, run: Callable[..., Any], server: ModelServer, tmp_path: Path
) -> None:
    server.answer = honest
    first = run("home", "--only", "tags")
    assert first.code == 0, first.err
    assert first.json["engine"] == "m1"
    assert 0 < first.json["model"]["chat_calls"] == server.number
    assert first.json["model"]["cost"] > 0
    before = trees(call, tmp_path / "home")
    assert {"m1"} <= {tree["engine"] for tree in before}
    slices = sum(tree["stats"]["slices"] for tree in before)
    assert sum(tree["stats"]["chat_calls"] for tree in before) <= max(4, 0.7 * slices)
    again = run("home", "--only", "tags")
    assert again.json["model"]["chat_calls"] == 0
    assert trees(call, tmp_path / "home") == before
    status = call(
        "models", "status", "--home", tmp_path / "home", "--config", tmp_path / "leafroot.toml", "--json"
    ).json
    assert status["models"][0]["calls"] == server.number
    assert has_key(tmp_path / "home") == []


def test_a_lying_model_is_not_believed(
    call: Command, run: Callable[..., Any], server: ModelServer, tmp_path: Path
) -> None:
    server.answer = liar
    said = run()
    assert said.code == 0, said.err
    assert server.number > 0
    shown = json.dumps(trees(call, tmp_path / "home"), ensure_ascii=False)
    for report in call("report", "list", "--home", tmp_path / "home", "--json").json["reports"]:
        shown += json.dumps(
            call("report", "show", report["id"], "--home", tmp_path / "home", "--json").json, ensure_ascii=False
        )
        assert call("verify", report["id"], "--home", tmp_path / "home").code == 0
    assert LIE not in shown
    assert "88.8" not in shown


def drop(call: Call) -> Iterator[Step]:
    """End the connection without a byte."""
    del call
    yield CLOSE


def refuse(call: Call) -> Iterator[Step]:
    yield call.error(401, "invalid_api_key", f"{KEY} is no good")


@pytest.mark.parametrize("fault", [drop, refuse], ids=["dead", "key"])
def test_a_model_that_never_answers_costs_nothing_but_its_words(
    call: Command, run: Callable[..., Any], server: ModelServer, tmp_path: Path, fault: Any
) -> None:
    server.fault = fault
    said = run("home", "--only", "tags")
    assert said.code == 0, said.err
    assert said.json["engine"] == "extractive"
    assert "Traceback" not in said.err
    assert {tree["engine"] for tree in trees(call, tmp_path / "home")} == {"extractive"}
    assert KEY not in said.err + said.out
    assert has_key(tmp_path / "home") == []
