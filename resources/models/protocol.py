"""Protocols between the parts of the gateway, and what the stages see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from resources.models.spec import ChatAnswer, ChatRequest, Clearance, EmbedAnswer, EmbedRequest, StreamEvent

__all__ = ["Endpoint", "TaskCall", "TaskResult", "TaskRunner", "Transport"]


@dataclass(frozen=True)
class Endpoint:
    """Where a transport sends to. The key is read from the environment and never shown."""

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    dimension: int | None = None


class Transport(Protocol):
    """One attempt at one endpoint: no retries, no fail-over, no redirects; a time limit for the whole of it.

    Raises:
        CallError: for whatever is not a right answer; nothing else is raised but CancelledError.
    """

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer: ...

    def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]: ...

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class TaskCall:
    """One piece of work for a task: its typed input as plain values, and the class of the text that it shows."""

    inputs: Mapping[str, Any]
    clearance: Clearance = "internal"


@dataclass(frozen=True)
class TaskResult:
    """The validated output as plain values, or None with the reason; who made it."""

    output: Mapping[str, Any] | None
    engine: str
    call_ids: tuple[str, ...] = ()
    reason: str | None = None


class TaskRunner(Protocol):
    """What a stage sees of the models: typed tasks, answered in their order; a failed one is a None with its reason.

    It never raises for what a model did; `available(task)` is False where no model is configured for it, so that the
    extractive engine does the work. Answers come from the cache where the same question was answered before.
    """

    def available(self, task: str) -> bool: ...

    def run(
        self, task: str, calls: Sequence[TaskCall], *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]: ...

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[tuple[float, ...] | None]: ...
