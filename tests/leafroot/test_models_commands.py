"""`leafroot models …` and the doctor's part on models."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leafroot.cli import run
from leafroot.console import Context
from leafroot.doctor import examine
from resources.models.ledger import Attempt, CallRow, Ledger
from tests.fakes.plain_server import served
from tests.resources.models.virtual import NOON

CONFIG = """
[[models]]
name = "qwen"
base_url = "http://127.0.0.1:{port}/v1"
model = "qwen2.5"
price_in = 0.8
price_out = 2.0
[[models]]
name = "glm"
base_url = "https://user:hidden@glm.example/v1"
model = "glm-4"
placement = "maas"
api_key_env = "GLM_KEY"
[tasks.default]
models = ["qwen", "glm"]
"""
Call = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    (tmp_path / "leafroot.toml").write_text(CONFIG.format(port=9))

    def run_it(*words: str, parse: bool = True) -> tuple[int, Any, str]:
        code = run(["--home", str(tmp_path), *words, *(["--json"] if parse else [])])
        out, err = capsys.readouterr()
        return code, json.loads(out) if parse and out else out, err

    return run_it


def test_list_and_status_name_every_model_with_its_state(call: Call) -> None:
    for word in ("list", "status"):
        code, answer, _ = call("models", word)
        assert code == 0
        assert [(row["name"], row["state"], row["cost"]) for row in answer["models"]] == [
            ("qwen", "ready", "0"),
            ("glm", "unavailable", None),
        ]
        assert {"placement", "calls", "errors", "p50_ms", "p99_ms", "tokens_in", "tokens_out"} <= set(
            answer["models"][0]
        )
        _, text, _ = call("models", word, parse=False)
        assert "GLM_KEY" in text


def test_disable_and_enable_take_models_and_tasks(call: Call) -> None:
    code, answer, _ = call("models", "disable", "qwen", "--reason", "维护", "--by", "李")
    assert (code, answer["models"][0]["state"]) == (0, "disabled")
    assert answer["models"][0]["reason"].startswith("维护 (李, 2")
    _, answer, _ = call("models", "disable", "task:summarise_slices", "--reason", "r")
    assert [task["name"] for task in answer["tasks"]] == ["summarise_slices"]
    _, text, _ = call("models", "list", parse=False)
    assert "task summarise_slices is off: r" in text
    call("models", "enable", "summarise_slices")
    _, answer, err = call("models", "enable", "qwen")
    assert (answer["models"][0]["state"], answer["tasks"], err) == ("ready", [], "")
    _, _, err = call("models", "enable", "qwen")
    assert "was not switched off" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("disable", "qwe", "--reason", "x"), "known: qwen"),
        (("disable", "qwen", "--reason", " "), "--reason is empty"),
        (("calls", "--last", "0"), "--last"),
        (("disable", "qwen"), "reason"),
    ],
)
def test_bad_words_are_one_sentence_and_code_2(call: Call, words: tuple[str, ...], said: str) -> None:
    code, _, err = call("models", *words)
    assert code == 2
    assert said in err


def test_calls_lists_the_last_ones(call: Call, tmp_path: Path) -> None:
    assert call("models", "calls")[1] == {"calls": []}
    ledger = Ledger(tmp_path)
    for i in range(3):
        ledger.record(
            CallRow("chat", f"t{i}", model="glm", attempts=[Attempt("glm", "ok", 0.1, tokens_in=1, tokens_out=2)]),
            NOON + i,
        )
    ledger.close()
    _, answer, _ = call("models", "calls", "--last", "2")
    assert [row["task"] for row in answer["calls"]] == ["t2", "t1"]
    first = answer["calls"][0]
    assert (first["cost"], first["attempts"], first["model"], first["outcome"]) == (None, 1, "glm", "ok")
    _, text, _ = call("models", "calls", parse=False)
    assert "unpriced" in text


def test_no_models_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("list", "status"):
        assert run(["--home", str(tmp_path / "none"), "models", word]) == 0
        assert "extractive engine" in capsys.readouterr().out


def test_the_commands_import_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; from leafroot.cli import run; run(sys.argv[1:]); print([m for m in ('dagster', 'lancedb', 'great_expectations', 'polars', 'pandas', 'aiohttp', 'openai') if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code, "--home", str(tmp_path), "models", "status", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.strip().endswith("[]")


def test_the_doctor_says_which_model_takes_no_connection(tmp_path: Path) -> None:
    with served(200, b'{"data": [{"id": "qwen2.5"}]}') as (address, _):
        (tmp_path / "leafroot.toml").write_text(CONFIG.format(port=address.split(":")[2].split("/")[0]))
        checks = {check.name: check for check in examine(Context(home=tmp_path)).checks}
    assert checks["model qwen"].ok
    assert not checks["model glm"].ok
    assert "GLM_KEY" in checks["model glm"].detail
    again = {check.name: check for check in examine(Context(home=tmp_path)).checks}["model qwen"]
    assert not again.ok
    assert "takes no connection" in again.detail


def test_the_doctor_shows_no_password_of_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLM_KEY", "k")
    (tmp_path / "leafroot.toml").write_text(
        CONFIG.format(port=9).replace("https://user:hidden@glm.example", "ftp://user:hidden@x")
    )
    shown = str(examine(Context(home=tmp_path)))
    assert "hidden" not in shown
    assert "no http(s) address" in shown
