"""Protocols between the parts of the gateway, and what the stages see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from resources.models.spec import ChatAnswer, ChatRequest, EmbedAnswer, EmbedRequest, StreamEvent
from resources.protocols import TaskCall, TaskResult, TaskRunner

__all__ = ["Endpoint", "TaskCall", "TaskResult", "TaskRunner", "Transport"]


@dataclass(frozen=True)
class Endpoint:
    """Where a transport sends to. The key is read from the environment and never shown."""

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    dimension: int | None = None
    revision: str | None = None


class Transport(Protocol):
    """One attempt at one endpoint: no retries, no fail-over, no redirects; a time limit for the whole of it.

    Raises:
        CallError: for whatever is not a right answer; nothing else is raised but CancelledError.
    """

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer: ...

    def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]: ...

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer: ...

    async def close(self) -> None: ...
