import json
from pathlib import Path

import pytest

from leafroot.cli import run

CONFIG = """
[[models]]
name = "qwen"
base_url = "http://127.0.0.1:9/v1"
model = "qwen2.5-32b"
placement = "maas"
clearance = "internal"

[tasks.default]
models = ["qwen"]
retries = 0
"""


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    config = tmp_path / "leafroot.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return ["--home", str(tmp_path / "home"), "--config", str(config)]


def test_models_prompt_shows_messages_and_form(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "prompt", "name_tags", *options]) == 0
    out = capsys.readouterr().out
    assert "--- system ---\n【角色定义】" in out
    assert "as json_schema" in out
    assert run(["models", "prompt", "sentiment", "--model", "qwen", "--json", *options]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["prompt"].startswith("sentiment/v1#")
    assert answer["response_format"]["json_schema"]["name"] == "sentiment"


def test_models_prompt_takes_the_caller_s_inputs(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text('{"items": [{"id": 1, "text": "电话13800138000"}]}', encoding="utf-8")
    assert run(["models", "prompt", "sentiment", "--inputs", str(inputs), *options]) == 0
    assert "[1] 电话〔手机1〕" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["prompt", "nope"], "no task is named nope"),
        (["prompt", "sentiment", "--model", "glm"], "no chat model is named glm (known: qwen)"),
        (["prompt", "sentiment", "--inputs", "none.json"], "none.json are no JSON file"),
        (["compare", "sentiment", "none.jsonl"], "none.jsonl cannot be read"),
    ],
    ids=["task", "model", "inputs", "set"],
)
def test_models_prompt_and_compare_say_what_is_wrong(
    options: list[str], words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", *words, *options]) == 2
    assert problem in capsys.readouterr().err


def test_models_compare_prints_a_row_a_model(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled = tmp_path / "set.jsonl"
    line = {"inputs": {"items": [{"id": 1, "text": "下跌"}]}, "expected": {"items": [{"id": 1, "label": "negative"}]}}
    labelled.write_text(json.dumps(line), encoding="utf-8")
    assert run(["models", "compare", "sentiment", str(labelled), "--json", *options]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["model"], row["prompt"], row["accuracy"], row["cost"]) == ("qwen", "sentiment/v1", 0.0, None)
    assert run(["models", "compare", "sentiment", str(labelled), *options]) == 0
    assert "sentiment/v1" in capsys.readouterr().out
