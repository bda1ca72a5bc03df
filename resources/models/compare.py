"""What a prompt or a model is worth: one task on a labelled set, with several models and prompt versions, side by side.

A labelled set is a JSONL file, `{"inputs": …, "expected": …}` a line, both as the task has them; fields that `expected`
leaves out are not judged. Nothing comes from the cache, so that tokens, cost and time are real; all calls are in the ledger.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.errors import UsageError
from resources.models.asking import Asker, Origin
from resources.models.evidence import fold
from resources.models.protocol import Transport
from resources.models.registry import Registry, cost_text
from resources.models.runner import open_runner
from resources.models.spec import ChatAnswer, ChatRequest, EmbedAnswer, EmbedRequest
from resources.models.structured import Rungs
from resources.models.tasks import TASKS, Task
from resources.protocols import Clearance, TaskCall
from resources.settings import Settings, TaskSettings

__all__ = ["Labelled", "Row", "compare", "preview", "read_labelled", "score"]


@dataclass(frozen=True)
class Labelled:
    """One line of a labelled set."""

    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """How one model did with one prompt.

    `accuracy` is the mean over all labelled fields (0 to 1; a field that is missing counts 0), `seconds` the mean of a call,
    `cost` CNY in plain decimal notation or None where no price is known.
    """

    model: str
    prompt: str
    items: int
    accuracy: float
    missing: int
    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: str | None
    reason: str | None


def read_labelled(path: Path, task: str) -> list[Labelled]:
    """Read a labelled set.

    Raises:
        UsageError: it is missing, or a line is not what the task needs; file and line are named.
    """
    made = _task(task)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The labelled set {path} cannot be read as UTF-8 text ({error}).") from None
    labelled: list[Labelled] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            one = Labelled(value["inputs"], value["expected"])
            made.read_inputs(one.inputs)
            rows = one.expected[made.made]
            if not all(isinstance(row, dict) for row in rows):
                raise TypeError("rows are objects")
        except (ValueError, KeyError, TypeError) as error:
            problem = str(error).splitlines()[0]
            raise UsageError(
                f'{path}, line {number}: not {{"inputs": …, "expected": {{"{made.made}": […]}}}} of {task} ({problem}).'
            ) from None
        labelled.append(one)
    if not labelled:
        raise UsageError(f"The labelled set {path} holds no line.")
    return labelled


def compare(
    home: Path,
    settings: Settings,
    task: str,
    labelled: Sequence[Labelled],
    *,
    models: Sequence[str] = (),
    prompts: Sequence[str] = (),
    clearance: Clearance = "internal",
    environ: Mapping[str, str] | None = None,
    transport: Transport | None = None,
) -> list[Row]:
    """Run a labelled set through each model with each prompt.

    Args:
        home: Where the prompts of the home and the ledger are.
        settings: The configuration.
        task: Name of the task.
        labelled: The set.
        models: Registry names; none: those of the task.
        prompts: `<task>/<version>`; none: the configured one.
        clearance: Class of the set's texts.
        environ: Environment variables that hold the keys.
        transport: What sends.

    Raises:
        UsageError: a model is not configured.
    """
    made = _task(task)
    names = list(models) or list(settings.models_of(task))
    known = [model.name for model in settings.models if model.kind == "chat"]
    for name in names:
        if name not in known:
            raise UsageError(f"no chat model is named {name} (known: {', '.join(known) or 'none'}).")
    if not names:
        raise UsageError("no chat model is configured; add a [[models]] entry.")
    own = settings.tasks.get(task) or settings.tasks.get("default") or TaskSettings()
    rows: list[Row] = []
    for name in names:
        for prompt in list(prompts) or [own.prompt or made.prompt]:
            changed = own.model_copy(update={"models": (name,), "prompt": prompt})
            one = settings.model_copy(update={"tasks": {**settings.tasks, task: changed}})
            with open_runner(home, one, environ=environ, transport=transport, cached=False) as runner:
                results = runner.run(task, [TaskCall(each.inputs, clearance) for each in labelled], asset="compare")
                tally, reason = runner.tally, runner.last_reason(task)
            scores = [
                value
                for each, result in zip(labelled, results, strict=True)
                for value in score(made, each.expected, result.output)
            ]
            rows.append(
                Row(
                    name,
                    prompt,
                    len(scores),
                    round(sum(scores) / len(scores), 4) if scores else 0.0,
                    sum(len(each.dropped) for each in results),
                    tally.chat_calls,
                    tally.tokens_in,
                    tally.tokens_out,
                    round(tally.seconds / tally.chat_calls, 3) if tally.chat_calls else 0.0,
                    cost_text(tally.cost) if not tally.unpriced else None,
                    reason,
                )
            )
    return rows


def score(task: Task, expected: Mapping[str, Any], output: Mapping[str, Any] | None) -> list[float]:
    """Return how well each labelled field was met, 0 to 1.

    Words are compared by pairs of characters (F1), lists as sets (F1), everything else by equality. Sentences are judged by
    the claims that they tell.
    """
    got = (output or {}).get(task.made) or []
    if not task.per_item:
        told = {claim for row in got for claim in row.get("claims", ())}
        return [float(claim in told) for row in expected[task.made] for claim in row.get("claims", ())]
    by_id = {row["id"]: row for row in got}
    scores: list[float] = []
    for row in expected[task.made]:
        found = by_id.get(row.get("id"), {})
        scores += [_field(value, found[key]) if key in found else 0.0 for key, value in row.items() if key != "id"]
    return scores


def preview(
    home: Path,
    settings: Settings,
    task: str,
    model: str | None,
    inputs: Mapping[str, Any],
    environ: Mapping[str, str] | None = None,
) -> tuple[str, ChatRequest]:
    """Return the name of a model and what would be sent to it; nothing is sent.

    Raises:
        UsageError: the task or model is unknown, or the inputs are not the task's.
    """
    made = _task(task)
    registry = Registry(settings, environ)
    known = [each.name for each in registry.of_task(task, "chat")]
    chosen = model or (known[0] if known else None)
    if chosen is None or (chosen not in known and chosen not in registry.models):
        raise UsageError(f"no chat model is named {chosen or '…'} (known: {', '.join(known) or 'none'}).")
    own = settings.tasks.get(task) or settings.tasks.get("default") or TaskSettings()
    alone = settings.model_copy(
        update={"tasks": {**settings.tasks, task: own.model_copy(update={"models": (chosen,)})}}
    )
    try:
        made.read_inputs(inputs)
    except ValueError as error:
        raise UsageError(f"These are no inputs of {task}: {str(error).splitlines()[0]}.") from None
    asker = Asker(_Unopened(Registry(alone, environ)), home, Rungs(home))
    return chosen, asker.request(made, inputs, Origin()).for_model(chosen)


class _Unopened:
    """A gateway that only knows its models."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        raise UsageError(f"nothing is sent from here (task {request.task})")

    async def embed(self, request: EmbedRequest) -> EmbedAnswer:
        raise UsageError(f"nothing is sent from here (task {request.task})")


def _task(name: str) -> Task:
    made = TASKS.get(name)
    if made is None:
        raise UsageError(f"no task is named {name} (known: {', '.join(TASKS)}).")
    return made


def _field(expected: Any, found: Any) -> float:
    if isinstance(expected, str) and isinstance(found, str):
        return _f1(_pairs(expected), _pairs(found))
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        return _f1(Counter(map(str, expected)), Counter(map(str, found)))
    return float(expected == found)


def _pairs(text: str) -> Counter[str]:
    flat = fold(text)
    return Counter(flat[i : i + 2] for i in range(len(flat) - 1)) if len(flat) > 1 else Counter([flat])


def _f1(expected: Counter[str], found: Counter[str]) -> float:
    if not expected and not found:
        return 1.0
    return 2 * _size((expected & found).values()) / (_size(expected.values()) + _size(found.values()))


def _size(counts: Iterable[int]) -> int:
    return sum(counts)
