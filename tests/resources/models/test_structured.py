import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.spec import ChatAnswer
from resources.models.structured import RUNGS, InvalidAnswer, Rungs, parse_object, read_answer, wire_fields

ROW = {"id": 1, "summary": "甲"}
READ: dict[str, tuple[str, list[Any]]] = {
    "plain": ('{"slices":[{"id":1,"summary":"甲"}]}', [ROW]),
    "reasoning": ('<think>{"slices":[]} 不对</think>{"slices":[{"id":1,"summary":"甲"}]}', [ROW]),
    "reasoning without its beginning": ('先看\n</think>\n{"slices":[{"id":1,"summary":"甲"}]}', [ROW]),
    "fence and prose": ('好的：\n```json\n{"slices":[{"id":1,"summary":"甲"}]}\n```\n希望有帮助', [ROW]),
    "trailing commas": ('{"slices":[{"id":1,"summary":"甲",},],}', [ROW]),
    "full-width marks": ("{“slices”：[{“id”：1，“summary”：“甲”}]}", [ROW]),
    "bare list": ('[{"id":1,"summary":"甲"}]', [ROW]),
    "other name": ('{"result":[{"id":1,"summary":"甲"}]}', [ROW]),
    "wrapped": ('{"answer":{"slices":[{"id":1,"summary":"甲"}]}}', [ROW]),
    "example before the answer": ('如 {"slices":[]}，答：{"slices":[{"id":1,"summary":"甲"}]}', [ROW]),
    "quotes inside": ('{"slices":[{"id":1,"summary":"他说"好"了"}]}', [{"id": 1, "summary": '他说"好"了'}]),
    "no rows": ('{"slices":[]}', []),
}


@pytest.mark.parametrize(("text", "rows"), READ.values(), ids=READ)
def test_parse_object_reads(text: str, rows: list[Any]) -> None:
    assert parse_object(text, "slices") == {"slices": rows}


REFUSED = {
    "empty": ("", "empty"),
    "reasoning alone": ("<think>还没想完", "empty"),
    "prose": ("对不起，无法完成。", "no JSON"),
    "cut": ('{"slices":[{"id":1,"summary":"甲"},{"id":2,"su', "cut off"),
    "cut behind the list": ('{"slices":[{"id":1}],"note":"x', "cut off"),
    "doubled key": ('{"slices":[{"id":1,"id":2}]}', "stands twice"),
    "doubled key in near-JSON": ('{"slices":[{"id":1,"id":2,},]}', "stands twice"),
    "NaN": ('{"slices":[{"id":NaN}]}', "NaN"),
    "NaN in near-JSON": ('{“slices”:[{"id":NaN}]}', "NaN"),
    "out of range": ('{"slices":[{"id":1e999}]}', "range"),
    "deep": ("[" * 100_000, "deep"),
    "deep and closed": ('{"slices":' + "[" * 50 + "]" * 50 + "}", "deep"),
    "no rows": ('{"a":1,"b":2}', "no list"),
    "too long": ("{" + "x" * 500_000, "too long"),
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED)
def test_parse_object_refuses(text: str, problem: str) -> None:
    with pytest.raises(InvalidAnswer, match=problem):
        parse_object(text, "slices")


@given(st.text(alphabet='{}[]":,\\1a甲<think>/`\n', max_size=120))
def test_parse_object_raises_nothing_else(text: str) -> None:
    with contextlib.suppress(InvalidAnswer):
        assert isinstance(parse_object(text, "slices")["slices"], list)


@given(st.lists(st.fixed_dictionaries({"id": st.integers(0, 9), "summary": st.text(max_size=20)}), max_size=4))
def test_parse_object_reads_what_json_wrote(rows: list[Any]) -> None:
    text = json.dumps({"slices": rows}, ensure_ascii=False)
    if "<" not in text and "```" not in text and text.count("{") + text.count("[") < 10:
        assert parse_object(text, "slices") == {"slices": rows}


def test_read_answer_takes_the_tool_call_of_the_task() -> None:
    calls = [
        {"type": "function", "function": {"name": "other", "arguments": "{}"}},
        {"type": "function", "function": {"name": "sentiment", "arguments": '{"items":[{"id":1}]}'}},
    ]
    answer = ChatAnswer("unused", "m", "tool_calls", tool_calls=tuple(calls))
    assert read_answer(answer, "sentiment", "items") == {"items": [{"id": 1}]}


def test_wire_fields_of_each_rung() -> None:
    fields = {rung: wire_fields(rung, "sentiment", {"type": "object"}) for rung in RUNGS}
    assert fields["json_schema"]["response_format"]["json_schema"]["strict"] is True
    assert fields["json_object"] == {"response_format": {"type": "json_object"}}
    assert fields["tool"]["tool_choice"]["function"]["name"] == "sentiment"
    assert fields["text"] == {}


def test_rungs_fall_and_are_remembered_in_the_home(tmp_path: Path) -> None:
    rungs = Rungs(tmp_path)
    assert rungs.of("m") == "json_schema"
    assert rungs.fell("m", "json_schema")
    assert rungs.of("m") == "json_object"
    assert Rungs(tmp_path).of("m") == "json_schema"
    rungs.held("m", "json_object")
    assert Rungs(tmp_path).of("m") == "json_object"
    assert Rungs(tmp_path).is_proven("m")
    assert not rungs.fell("m", "text")


def test_rungs_pass_over_what_a_server_is_said_to_lack(tmp_path: Path) -> None:
    assert Rungs(None).of("m", {"json_schema", "json_object"}) == "tool"
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "rungs.json").write_text("no json", encoding="utf-8")
    assert Rungs(tmp_path).of("m", {"tools"}) == "json_schema"
