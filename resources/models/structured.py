"""Structured answers: how they are asked for, rung by rung, and how they are read out of what came back.

The ladder is json_schema, json_object, tool call, plain text; each model stands on the strongest rung that its server
knows, learned once and kept in the home. Whatever the rung, an answer is parsed with the same suspicion: reasoning and
fences go, cut text, doubled keys, NaN and deep nesting are refused, near-JSON is repaired, and the rows are judged by the
task (`tasks.py`).
"""

from __future__ import annotations

import json
import math
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from resources.models.spec import ChatAnswer

__all__ = ["RUNGS", "InvalidAnswer", "Rung", "Rungs", "parse_object", "read_answer", "wire_fields"]

Rung = Literal["json_schema", "json_object", "tool", "text"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
#: What a server lacks where a rung fails there (`ModelSettings.lacks`).
FEATURES: Mapping[Rung, str] = {"json_schema": "json_schema", "json_object": "json_object", "tool": "tools"}
MAX_CHARS = 400_000
MAX_DEPTH = 12
#: Objects looked at in one answer.
MAX_CANDIDATES = 40

_THINK = re.compile(r"<(think|thinking|reasoning)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_THINK_END = re.compile(r"^.*</(?:think|thinking|reasoning)\s*>", re.DOTALL | re.IGNORECASE)
_THINK_OPEN = re.compile(r"<(?:think|thinking|reasoning)\b[^>]*>.*$", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[A-Za-z0-9_-]*")
_TRAILING = re.compile(r",(\s*[}\]])")
_OPENING = re.compile(r"[{\[]")


class InvalidAnswer(ValueError):  # noqa: N818 - it is what the answer is, not what we did wrong
    """The answer is not in the agreed form; the text says what is wrong, fit to be quoted to the model."""

    def __init__(self, problem: str, *, cut: bool = False) -> None:
        self.problem, self.cut = problem, cut
        super().__init__(problem)


def wire_fields(rung: Rung, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a request carries to ask for this form: fields of `ChatRequest`."""
    if rung == "json_schema":
        wanted = {"name": name, "strict": True, "schema": dict(schema)}
        return {"response_format": {"type": "json_schema", "json_schema": wanted}}
    if rung == "json_object":
        return {"response_format": {"type": "json_object"}}
    if rung == "tool":
        function = {"name": name, "description": "the answer", "parameters": dict(schema)}
        choice = {"type": "function", "function": {"name": name}}
        return {"tools": ({"type": "function", "function": function},), "tool_choice": choice}
    return {}


def read_answer(answer: ChatAnswer, name: str, key: str) -> dict[str, Any]:
    """Return the object `{key: [row, …]}` of an answer, from its tool call or its text.

    Raises:
        InvalidAnswer: there is none, or it was cut.
    """
    for call in answer.tool_calls:
        function = call.get("function")
        if isinstance(function, Mapping) and function.get("name") == name:
            arguments = function.get("arguments")
            return parse_object(arguments if isinstance(arguments, str) else json.dumps(arguments), key)
    return parse_object(answer.content or "", key)


def parse_object(text: str, key: str) -> dict[str, Any]:
    """Return the object `{key: [row, …]}` that a text holds; a bare list of rows stands for it.

    Raises:
        InvalidAnswer: no such object, or one that is cut, doubles a key, holds NaN or nests without end.
    """
    text = _bare(text)
    if not text:
        raise InvalidAnswer("the answer is empty")
    if len(text) > MAX_CHARS:
        raise InvalidAnswer("the answer is too long")
    if "{" not in text and "[" not in text:
        raise InvalidAnswer("the answer holds no JSON object")
    problem: InvalidAnswer | None = None
    found: list[dict[str, Any]] = []
    for value in _objects(text):
        if isinstance(value, InvalidAnswer):
            problem = problem or value
        else:
            shaped = _shaped(value, key)
            if shaped is not None:
                found.append(shaped)
    if found:
        # Prose may quote an example first; the fullest object is the answer, of equal ones the last.
        return max(enumerate(found), key=lambda pair: (len(pair[1][key]), pair[0]))[1]
    if problem is not None:
        raise problem
    return _repaired(text, key)


def _bare(text: str) -> str:
    """The text without reasoning and fences. Reasoning that never ends leaves nothing behind it."""
    text = _THINK.sub("", text)
    text = _THINK_END.sub("", text)
    text = _THINK_OPEN.sub("", text)
    return _FENCE.sub("", text).strip()


def _objects(text: str) -> Iterator[Any]:
    """Every outermost JSON object or list of the text, or what is wrong with one."""
    at, broken = 0, False
    for _ in range(MAX_CANDIDATES):
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        if _depth(text[opening.start() :]) > MAX_DEPTH:
            yield InvalidAnswer("the JSON nests too deep")
            return
        try:
            value, at = _DECODER.raw_decode(text, opening.start())
            # A list inside an object that does not end is a part of an answer, not one.
            if not (broken and isinstance(value, list)):
                yield value
        except InvalidAnswer as problem:
            yield problem
            return
        except (ValueError, RecursionError):
            at, broken = opening.end(), True


def _no_doubles(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise InvalidAnswer(f"the key {double} stands twice in one object")
    return made


def _no_constant(name: str) -> Any:
    raise InvalidAnswer(f"{name} is no JSON value")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise InvalidAnswer("a number is out of range")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_no_constant, parse_float=_finite)


def _depth(text: str) -> int:
    """Deepest nesting, brackets in strings counted along: enough to refuse what would never end."""
    depth = deepest = 0
    for mark in re.findall(r"[{}\[\]]", text):
        depth += 1 if mark in "{[" else -1
        deepest = max(deepest, depth)
    return deepest


def _shaped(value: Any, key: str) -> dict[str, Any] | None:
    """The value as `{key: [row, …]}`: so, as a bare list of rows, or under the only list that it has."""
    if isinstance(value, list):
        return {key: value} if value and all(isinstance(row, dict) for row in value) else None
    if not isinstance(value, dict):
        return None
    if isinstance(value.get(key), list):
        return {key: value[key]}
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    if len(lists) == 1 and lists[0] and all(isinstance(row, dict) for row in lists[0]):
        return {key: lists[0]}
    inner = list(value.values())
    return _shaped(inner[0], key) if len(inner) == 1 and isinstance(inner[0], dict) else None


def _repaired(text: str, key: str) -> dict[str, Any]:
    """Read near-JSON (trailing commas, full-width marks, bare quotes); what was cut is not completed."""
    import json_repair

    start = min(place for place in (text.find("{"), text.find("[")) if place >= 0)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    body = text[start:end]
    if end <= start or any(body.count(mark) > body.count(other) for mark, other in ("{}", "[]")):
        raise InvalidAnswer("the JSON is cut off", cut=True)
    if re.search(r"(?<![\w\"'“])(?:NaN|-?Infinity)(?![\w\"'”])", body):
        raise InvalidAnswer("NaN is no JSON value")
    try:
        value = _DECODER.decode(_TRAILING.sub(r"\1", body))
    except InvalidAnswer:
        raise
    except (ValueError, RecursionError):
        value = None
    try:
        value = json_repair.loads(body, skip_json_loads=True) if value is None else value
    except (ValueError, RecursionError):
        raise InvalidAnswer("the answer is no JSON") from None
    shaped = _shaped(value, key)
    if shaped is None:
        raise InvalidAnswer(f'the answer has no list "{key}"')
    return shaped


class Rungs:
    """On which rung each model stands; kept in one small file of the home, so that nothing is learned twice."""

    def __init__(self, home: Path | None) -> None:
        self._path = home / "models" / "rungs.json" if home is not None else None
        self._lock = threading.Lock()
        self._known: dict[str, Rung] = {}
        self._proven: set[str] = set()
        for model, rung in self._read().items():
            if rung in RUNGS:
                self._known[model] = rung
                self._proven.add(model)

    def of(self, model: str, lacks: Iterator[str] | Sequence[str] | set[str] = ()) -> Rung:
        """Return the rung to ask a model on; `lacks` names what its server is known not to know."""
        missing = set(lacks)
        start = RUNGS.index(self._known.get(model, RUNGS[0]))
        return next(rung for rung in RUNGS[start:] if FEATURES.get(rung) not in missing)

    def is_proven(self, model: str) -> bool:
        """Did an answer of the model come back on its rung?"""
        return model in self._proven

    def fell(self, model: str, rung: Rung) -> bool:
        """The server does not know this rung: stand lower from now on. False on the last rung."""
        with self._lock:
            place = RUNGS.index(rung)
            if place + 1 >= len(RUNGS):
                return False
            if RUNGS.index(self._known.get(model, RUNGS[0])) <= place:
                self._known[model] = RUNGS[place + 1]
                self._proven.discard(model)
            return True

    def held(self, model: str, rung: Rung) -> None:
        """An answer of the agreed form came back on this rung; remembered in the home."""
        with self._lock:
            if model in self._proven and self._known.get(model) == rung:
                return
            self._known[model] = rung
            self._proven.add(model)
            if self._path is None:
                return
            kept = {**self._read(), **{name: self._known[name] for name in self._proven}}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(json.dumps(kept, sort_keys=True, indent=1) + "\n", encoding="utf-8")
            draft.replace(self._path)

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
