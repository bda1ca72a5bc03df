"""A task call as pieces that are asked and kept one by one: keys of the cache, what is missing, and the result put together.

Where a task answers each item by itself, a piece is an item, so that one changed slice among a thousand costs one question;
else a piece is the whole call. Keys hold no text, only its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resources.models.asking import Asked
from resources.models.tasks import Task
from resources.protocols import TaskCall, TaskResult

__all__ = ["EXTRACTIVE", "Answer", "Piece", "Question", "key_of"]

#: Engine of a result that no model made.
EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Answer:
    """What is kept of a piece: its rows without ids of the caller, and who made them."""

    rows: tuple[Mapping[str, Any], ...]
    engine: str
    call_id: str
    prompt: str

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps([list(self.rows), self.engine, self.call_id, self.prompt], ensure_ascii=False, sort_keys=True)

    @classmethod
    def load(cls, text: str) -> Answer | None:
        """Read it; None where it is not one of ours."""
        try:
            rows, engine, call_id, prompt = json.loads(text)
        except (ValueError, TypeError):
            return None
        return cls(tuple(rows), str(engine), str(call_id), str(prompt))


@dataclass(frozen=True)
class Piece:
    """One part of a call: its items, and the hash of all that the answer depends on but prompt and model."""

    items: tuple[Mapping[str, Any], ...]
    content: str


@dataclass
class Question:
    """One call of a stage."""

    task: Task
    call: TaskCall
    inputs: dict[str, Any] = field(init=False)
    pieces: list[Piece] = field(init=False)
    answers: dict[int, Answer] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    reason: str | None = None

    def __post_init__(self) -> None:
        self.inputs = self.task.read_inputs(self.call.inputs).model_dump(mode="python")
        items = [dict(item) for item in self.inputs[self.task.given]]
        shared = {key: value for key, value in self.inputs.items() if key != self.task.given}
        parts = [[item] for item in items] if self.task.per_item else [items] if items else []
        self.pieces = [Piece(tuple(part), _content(shared, part)) for part in parts]

    def asked_with(self, pieces: Sequence[int]) -> dict[str, Any]:
        """Return the inputs that ask for some of the pieces, items numbered locally."""
        items = [item for place in pieces for item in self.pieces[place].items]
        first = self._first(pieces)
        return {**self.inputs, self.task.given: [{**item, "id": first + n} for n, item in enumerate(items)]}

    def take(self, pieces: Sequence[int], asked: Asked) -> list[int]:
        """Take what came back; returns the pieces that are answered by it."""
        first = self._first(pieces)
        got: list[int] = []
        if self.task.per_item:
            for row, (engine, call_id) in zip(asked.rows, asked.sources, strict=True):
                place = pieces[int(row["id"]) - first]
                bare = {key: value for key, value in row.items() if key != "id"}
                self.answers[place] = Answer((bare,), engine, call_id, _prompt(asked))
                got.append(place)
        elif asked.rows:
            engines = "+".join(dict.fromkeys(engine for engine, _ in asked.sources))
            self.answers[0] = Answer(tuple(asked.rows), engines, asked.sources[0][1], _prompt(asked))
            got.append(0)
        ids = [item["id"] for place in pieces for item in self.pieces[place].items]
        self.dropped += [_renumbered(line, first, ids) for line in asked.dropped]
        if asked.reason:
            self.reason = asked.reason
        return got

    def result(self) -> TaskResult:
        """Return the result for the stage: all rows once more checked together, under the caller's ids."""
        if not self.pieces:
            return TaskResult({self.task.made: []}, EXTRACTIVE)
        rows = [row for place in sorted(self.answers) for row in self._rows(place)]
        checked = self.task.check(self.call.inputs, {self.task.made: rows})
        told = {line.split(":")[0] for line in self.dropped}
        dropped = self.dropped + [line for line in checked.dropped if line.split(":")[0] not in told]
        if not checked.rows:
            return TaskResult(None, EXTRACTIVE, reason=self.reason or "; ".join(dropped[:3]), dropped=tuple(dropped))
        made = [self.answers[place] for place in sorted(self.answers)]
        return TaskResult(
            {self.task.made: [dict(row) for row in checked.rows]},
            "+".join(sorted({name for answer in made for name in answer.engine.split("+")})),
            tuple(dict.fromkeys(answer.call_id for answer in made if answer.call_id)),
            self.reason,
            "+".join(sorted({answer.prompt for answer in made})) or None,
            tuple(dropped),
        )

    def _rows(self, place: int) -> list[dict[str, Any]]:
        items = self.pieces[place].items
        rows = [dict(row) for row in self.answers[place].rows]
        if self.task.per_item:
            return [{**row, "id": items[0]["id"]} for row in rows]
        ids = [item["id"] for item in items]
        return [{**row, "claims": [ids[n - 1] for n in row.get("claims", ()) if 0 < n <= len(ids)]} for row in rows]

    def _first(self, pieces: Sequence[int]) -> int:
        """Local numbers begin with 1, or with an odd one where the answer has no words that could be checked."""
        if not self.task.echo or not pieces:
            return 1
        return 101 + 100 * (int(self.pieces[pieces[0]].content[:8], 16) % 89)


def key_of(task: str, prompt: str, model: str, parameters: Mapping[str, Any], content: str) -> str:
    """Return the key under which an answer is kept."""
    return _hash([task, prompt, model, dict(parameters), content])


def _content(shared: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> str:
    return _hash([shared, [{key: value for key, value in item.items() if key != "id"} for item in items]])


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=list)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _prompt(asked: Asked) -> str:
    return "+".join(asked.prompts)


def _renumbered(line: str, first: int, ids: Sequence[int]) -> str:
    match = re.match(r"(\d+):", line)
    place = int(match[1]) - first if match else -1
    return f"{ids[place]}{line[match.end() - 1 :]}" if match and 0 <= place < len(ids) else line
