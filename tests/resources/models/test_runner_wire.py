"""The task runner over a real connection: what reaches the wire, and what becomes of an answer that breaks on it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from resources.models.runner import open_runner
from resources.protocols import TaskCall
from resources.settings import Settings
from tests.fakes.model_faults import FAULTS
from tests.fakes.model_server import Call, ModelServer

TEXTS = ["甲醇港口库存下降，现货偏紧。", "联系人：王小明，手机13800138000，豆粕成交清淡。"]


def answer(body: dict[str, Any]) -> str:
    """Summarise each item by its own text."""
    rows = re.findall(r"^\[(\d+)\] (.*)$", body["messages"][-1]["content"], re.MULTILINE)
    return json.dumps(
        {"slices": [{"id": n, "summary": t, "tags": [], "facet": None} for n, t in rows]}, ensure_ascii=False
    )


def settings(server: ModelServer) -> Settings:
    model = {
        "name": "m1", "base_url": server.base_url, "model": "qwen", "api_key_env": "KEY",
        "placement": "maas", "clearance": "internal",
    }  # fmt: skip
    return Settings.model_validate({"models": [model]})


def call(*texts: str) -> TaskCall:
    return TaskCall({"slices": [{"id": n, "text": text} for n, text in enumerate(texts)]})


def test_no_personal_data_reaches_the_wire_or_the_books(tmp_path: Path) -> None:
    with ModelServer() as server:
        server.answer = answer
        with open_runner(tmp_path, settings(server), environ={"KEY": server.key or ""}) as runner:
            result = runner.run("summarise_slices", [call(*TEXTS)])[0]
        sent = json.dumps([each.body for each in server.calls], ensure_ascii=False)
    assert result.output is not None
    assert [row["summary"] for row in result.output["slices"]] == TEXTS
    for piece in ("13800138000", "王小明"):
        assert piece not in sent
        assert piece not in (tmp_path / "models.db").read_bytes().decode("utf-8", "ignore")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert (server.key or "").encode() not in path.read_bytes()


@pytest.mark.parametrize("name", ["html", "gzip_cut", "502_html", "many_headers", "quota_with_200"])
def test_a_broken_answer_costs_a_repetition_or_says_why(tmp_path: Path, name: str) -> None:
    with ModelServer() as server:
        server.answer = answer

        def first_breaks(each: Call) -> Any:
            return FAULTS[name].steps if each.number <= 1 else None

        server.choose = first_breaks
        with open_runner(tmp_path, settings(server), environ={"KEY": server.key or ""}) as runner:
            results = runner.run("summarise_slices", [call(TEXTS[0])])
    assert results[0].output is not None or results[0].reason
    assert (server.key or "") not in str(results)


@pytest.mark.parametrize(
    ("name", "message", "missing", "instead"),
    [
        (
            "temperature",
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
            "temperature",
            None,
        ),
        (
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "max_tokens",
            "max_completion_tokens",
        ),
    ],
    ids=["temperature", "max_tokens"],
)
def test_a_refused_parameter_is_left_out_and_the_form_stays(
    tmp_path: Path, name: str, message: str, missing: str, instead: str | None
) -> None:
    with ModelServer() as server:
        server.answer = answer

        def refuses(each: Call) -> Any:
            if name not in each.body:
                return None
            body = json.dumps({"error": {"code": "unsupported_value", "message": message}}).encode()
            return lambda it: [it.reply(body.decode(), status=400)]

        server.choose = refuses
        with open_runner(tmp_path, settings(server), environ={"KEY": server.key or ""}) as runner:
            results = runner.run("summarise_slices", [call(TEXTS[0]), call(TEXTS[1])])
        bodies = [each.body for each in server.calls]
    assert all(result.output is not None for result in results)
    assert missing not in bodies[-1]
    assert bodies[-1]["response_format"]["type"] == "json_schema"
    assert instead is None or bodies[-1][instead] > 0
