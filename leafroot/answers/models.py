"""The models behind the gateway."""

from typing import Any, Literal

from leafroot.answers.base import Answer

__all__ = [
    "ComparedModel",
    "ModelAttempt",
    "ModelCall",
    "ModelCalls",
    "ModelComparison",
    "ModelList",
    "ModelPrompt",
    "ModelRow",
    "TaskSwitch",
]


class ModelRow(Answer):
    """One model; an unknown price gives cost null, never 0."""

    name: str
    kind: Literal["chat", "embedding"]
    model: str
    placement: Literal["private", "maas"]
    clearance: Literal["public", "internal", "secret"]
    context: int
    price_in: str | None
    price_out: str | None
    state: Literal["ready", "probing", "cooling", "disabled", "unavailable", "budget", "unpriced"]
    reason: str | None
    calls: int
    errors: int
    p50_ms: float | None
    p99_ms: float | None
    tokens_in: int
    tokens_out: int
    cost: str | None


class TaskSwitch(Answer):
    """A task that is switched off."""

    name: str
    state: Literal["disabled"]
    reason: str


class ModelList(Answer):
    """`models list`, `status`, `disable` and `enable`."""

    models: list[ModelRow]
    tasks: list[TaskSwitch]


class ModelAttempt(Answer):
    """One attempt of a call."""

    model: str
    outcome: str
    status: int | None
    latency_ms: float
    detail: str | None
    hedge: bool


class ModelCall(Answer):
    """One call to the models, without its text."""

    call_id: str
    time: str
    kind: str
    task: str
    model: str | None
    outcome: str
    latency_ms: float
    queue_ms: float
    tokens_in: int
    tokens_out: int
    estimated: bool
    cost: str | None
    attempts: int
    chain: list[ModelAttempt]
    detail: str | None
    asset: str | None
    partition: str | None
    client: str | None
    prompt: str | None
    prompt_hash: str | None


class ModelCalls(Answer):
    """`models calls`."""

    calls: list[ModelCall]


class ModelPrompt(Answer):
    """`models prompt`: what would be sent."""

    task: str
    model: str
    prompt: str | None
    messages: list[dict[str, Any]]
    response_format: dict[str, Any] | None
    tools: list[dict[str, Any]]
    max_tokens: int | None
    parameters: dict[str, Any]


class ComparedModel(Answer):
    """One model with one prompt on a labelled set; an unknown price gives cost null, never 0."""

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


class ModelComparison(Answer):
    """`models compare`."""

    task: str
    rows: list[ComparedModel]
