"""Time that passes at once, and a transport that does what a test tells it: the gateway without clock and network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from resources.models.gateway import Gateway
from resources.models.protocol import Endpoint
from resources.models.registry import Registry
from resources.models.spec import (
    CallError,
    CallOutcome,
    ChatAnswer,
    ChatRequest,
    EmbedAnswer,
    EmbedRequest,
    StreamEvent,
    Usage,
)
from resources.settings import Settings

T = TypeVar("T")
START = 1_000.0
#: A working day, 2024-05-06 12:00 in Shanghai.
NOON = 1_714_968_000.0


class _Selector:
    """Lets the loop's time jump to the next timer where nothing is ready."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.now = inner, START

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            return self.inner.select(None)
        events = self.inner.select(0)
        if not events and timeout > 0:
            self.now += timeout
        return events

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is not the machine's."""

    def __init__(self) -> None:
        super().__init__()
        self._selector: Any = _Selector(self._selector)  # type: ignore[has-type]

    def time(self) -> float:
        return float(self._selector.now)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


Chat = Callable[[Endpoint, ChatRequest], Awaitable[ChatAnswer]]


def answered(text: str = "好", *, tokens_in: int = 10, tokens_out: int = 5) -> ChatAnswer:
    return ChatAnswer(text, "m", "stop", Usage(tokens_in, tokens_out))


class Script:
    """A transport: per model a list of steps, the last of which repeats.

    A step is a number (seconds to a good answer), `hang`, a CallError, or a callable.
    """

    def __init__(self, **steps: list[Any]) -> None:
        self.steps = steps
        self.sent: list[tuple[str, float]] = []
        self.requests: list[Any] = []
        self.cancelled = 0
        self.flying: dict[str, int] = {}
        self.peak: dict[str, int] = {}
        self.vectors: Callable[[EmbedRequest], EmbedAnswer] | None = None

    def count(self, model: str) -> int:
        return sum(name == model for name, _ in self.sent)

    async def _step(self, endpoint: Endpoint, request: Any, seconds: float) -> Any:
        name = endpoint.model
        loop = asyncio.get_running_loop()
        number = self.count(name)
        self.sent.append((name, loop.time()))
        self.requests.append(request)
        self.flying[name] = self.flying.get(name, 0) + 1
        self.peak[name] = max(self.peak.get(name, 0), self.flying[name])
        steps = self.steps.get(name, [0.1])
        step = steps[min(number, len(steps) - 1)]
        if callable(step) and not isinstance(step, type):
            step = step(request)
        try:
            async with asyncio.timeout(seconds):
                if isinstance(step, Exception):
                    await asyncio.sleep(0.001)
                    raise step
                await asyncio.sleep(1e9 if step == "hang" else float(step))
        except TimeoutError:
            raise CallError(CallOutcome.TIMEOUT, f"no answer within {seconds:g} s") from None
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.flying[name] -= 1

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        await self._step(endpoint, request, seconds)
        return answered()

    async def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]:
        await self._step(endpoint, request, seconds)
        yield StreamEvent("一")
        yield StreamEvent("二")
        yield StreamEvent(finish="stop", usage=Usage(10, 2))

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer:
        await self._step(endpoint, request, seconds)
        if self.vectors is not None:
            return self.vectors(request)
        return EmbedAnswer(
            tuple((float(len(text)), 1.0) for text in request.texts), endpoint.model, Usage(len(request.texts), 0)
        )

    async def close(self) -> None:
        return None


def settings(*models: dict[str, Any], **tasks: dict[str, Any]) -> Settings:
    """Return a configuration; a model's server-side name is its registry name where none is given."""
    made = [{"base_url": "http://127.0.0.1:9/v1", "model": model["name"], **model} for model in models]
    return Settings.model_validate({"models": made, "tasks": tasks})


def gateway(home: Path, configured: Settings, transport: Any, **more: Any) -> Gateway:
    """Return a gateway in the running (virtual) loop."""
    return Gateway(
        home, Registry(configured, more.pop("environ", {})), transport, wall=more.pop("wall", lambda: NOON), **more
    )


def ask(text: str = "问", **fields: Any) -> ChatRequest:
    return ChatRequest(({"role": "user", "content": text},), **fields)


def error(outcome: CallOutcome, detail: str = "boom", **more: Any) -> CallError:
    return CallError(outcome, detail, **more)
