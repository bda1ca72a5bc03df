"""The gateway: one way to every model, for the assets and for the endpoint.

    async with open_gateway(home, settings) as gateway:
        answer = await gateway.chat(ChatRequest(messages=(…,), task="summarise_slices"))

Choice, limits, repetition and books are in `calls.py` and what it uses; here a request becomes a call, and an answer
carries who gave it. Task-level validation and re-asking are the runner's.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from resources.errors import GatewayError
from resources.models.budget import Budget
from resources.models.calls import USUAL_ANSWER, Call, Dispatcher, Turn
from resources.models.health import Health
from resources.models.ledger import CallRow, Ledger
from resources.models.limits import Gate
from resources.models.protocol import Transport
from resources.models.registry import Model, Registry
from resources.models.router import Target
from resources.models.spec import CallError, CallOutcome, ChatAnswer, ChatRequest, EmbedRequest, StreamEvent, Usage
from resources.models.switches import Switches
from resources.models.tokens import estimate_tokens, message_tokens
from resources.models.windows import Window, window_path
from resources.settings import Settings

__all__ = ["Gateway", "GatewayError", "open_gateway"]


@asynccontextmanager
async def open_gateway(
    home: Path,
    settings: Settings,
    *,
    environ: Mapping[str, str] | None = None,
    transport: Transport | None = None,
) -> AsyncIterator[Gateway]:
    """Open the gateway of a home.

    Args:
        home: Where ledger, switches, limits and cached answers are kept.
        settings: The configuration; a model whose key is not in the environment is listed as unavailable.
        environ: Environment variables (default: the process's).
        transport: What sends; default our aiohttp transport.
    """
    if transport is None:
        from resources.models.transports.aiohttp_transport import AiohttpTransport

        most = sum(model.max_concurrency for model in settings.models)
        transport = AiohttpTransport(limit=max(512, most))
    gateway = Gateway(home, Registry(settings, environ), transport)
    try:
        yield gateway
    finally:
        await gateway.close()


class Gateway:
    """See the module. Belongs to the event loop that it was made in."""

    def __init__(
        self,
        home: Path,
        registry: Registry,
        transport: Transport,
        *,
        clock: Callable[[], float] | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.home, self.registry, self.transport = home, registry, transport
        self.clock = clock = clock or asyncio.get_running_loop().time
        self.ledger = Ledger(home)
        self.switches = Switches(home, clock)
        self.budget = Budget(home, clock, wall)
        self.dispatcher = Dispatcher(
            switches=self.switches, budget=self.budget, ledger=self.ledger, clock=clock, wall=wall
        )
        self.targets: dict[str, Target] = {name: _target(home, model, clock) for name, model in registry.models.items()}
        #: Calls that another model answered than the one asked first.
        self.failovers = 0

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Answer one chat completion.

        Raises:
            GatewayError: no model answered within the deadline; each is named with its cause.
        """
        call = self._call(request, "chat")
        while True:
            turn = await self.dispatcher.enter(call)
            try:
                answer = await self._send_chat(call, turn)
            except CallError as error:
                self.dispatcher.failed(call, turn, error)
                continue
            except BaseException:
                self.dispatcher.abandoned(call, turn)
                raise
            self.dispatcher.succeeded(call, turn, answer.usage)
            name = turn.target.model.name
            self._count(call)
            return replace(answer, served_by=name, attempts=len(call.row.attempts), call_id=call.row.call_id)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """Answer one chat completion piece by piece; the last event has the finish and the usage.

        Before the first piece a failing model is replaced silently. After it nothing is repeated: the failure is raised, and
        what was said until then is booked. To close the generator cancels the call.

        Raises:
            GatewayError: no model answered, or the stream broke.
        """
        call = self._call(request, "stream")
        while True:
            turn = await self.dispatcher.enter(call)
            run = _Run()
            model = turn.target.model
            events = self.transport.stream(model.endpoint, call.view(model.name), seconds=turn.seconds)  # type: ignore[arg-type]
            try:
                async for event in events:
                    run.add(event)
                    yield event
            except CallError as error:
                if run.begun:
                    error.usage = error.usage or run.usage(call)
                    self.dispatcher.failed(call, turn, error, last=True)
                self.dispatcher.failed(call, turn, error)
                continue
            except BaseException:
                self.dispatcher.abandoned(call, turn, run.usage(call) if run.begun else None)
                raise
            finally:
                await _close(events)
            self.dispatcher.succeeded(call, turn, run.usage(call))
            self._count(call)
            return

    async def close(self) -> None:
        """Write the books and close everything."""
        await self.transport.close()
        for target in self.targets.values():
            target.gate.end()
        self.switches.close()
        await asyncio.to_thread(self.ledger.close)

    async def _send_chat(self, call: Call, turn: Turn) -> ChatAnswer:
        model = turn.target.model
        request = call.view(model.name)
        return await self.transport.chat(model.endpoint, request, seconds=turn.seconds)  # type: ignore[arg-type]

    def _count(self, call: Call) -> None:
        if call.tried[0] != call.row.model:
            self.failovers += 1

    def _call(self, request: ChatRequest | EmbedRequest, kind: Literal["chat", "stream", "embed"]) -> Call:
        task = self.registry.task(request.task)
        now = self.clock()
        row = CallRow(kind, request.task, request.asset, request.partition, request.client)
        if isinstance(request, ChatRequest):
            row.prompt = request.prompt
            row.prompt_hash = _hash(request)
        call = Call(
            row=row,
            request=request,
            kind=kind,
            task=task,
            targets=(),
            begun=now,
            give_up=now + request.deadline,
            tries=1 + task.retries,
        )
        call.targets = self._targets(call)
        _estimate(call)
        return call

    def _targets(self, call: Call) -> tuple[Target, ...]:
        request = call.request
        kind: Literal["chat", "embedding"] = "embedding" if call.kind == "embed" else "chat"
        models = self.registry.of_task(request.task, kind)
        if request.model is not None:
            named = self.registry.models.get(request.model)
            if named is None or named.kind != kind:
                known = ", ".join(name for name, model in self.registry.models.items() if model.kind == kind)
                self.dispatcher.fail(
                    call,
                    CallOutcome.NOT_FOUND,
                    f"no {kind} model is named {request.model[:80]} (known: {known or 'none'})",
                )
            others = models if isinstance(request, ChatRequest) and request.fallback else ()
            models = (named, *(model for model in others if model is not named))
        if not models:
            self.dispatcher.fail(call, CallOutcome.BLOCKED, f"no {kind} model is configured for it")
        return tuple(self.targets[model.name] for model in models)


def _target(home: Path, model: Model, clock: Callable[[], float]) -> Target:
    settings = model.settings
    window = Window(
        window_path(home, model.name), requests=settings.requests_per_minute, tokens=settings.tokens_per_minute
    )
    return Target(model, Gate(settings.max_concurrency, window, clock), Health(clock, most_attempt=settings.timeout))


def _estimate(call: Call) -> None:
    """Set the tokens that are expected, exactly enough for what depends on them."""
    request = call.request
    if isinstance(request, EmbedRequest):
        call.tokens_in = sum(estimate_tokens(text) for text in request.texts)
        return
    messages = request.messages or next((v["messages"] for v in request.per_model.values() if "messages" in v), ())
    call.tokens_out = min(request.max_tokens or USUAL_ANSWER, USUAL_ANSWER)
    characters = sum(len(m["content"]) if isinstance(m.get("content"), str) else 10**9 for m in messages)
    exact = any(
        characters + 8 * len(messages) + call.tokens_out > target.model.context
        or target.model.settings.tokens_per_minute
        or target.model.settings.budget_per_day is not None
        for target in call.targets
    )
    # A token is at least one character: what fits as characters needs no counting.
    call.tokens_in = message_tokens(messages) if exact else characters


def _hash(request: ChatRequest) -> str:
    """Return the hash of what is asked: roles and contents in their order."""
    digest = hashlib.sha256()
    for message in request.messages:
        content = message.get("content")
        if isinstance(content, str) and len(message) == 2:
            digest.update(f"{message.get('role')}\0{content}\0".encode("utf-8", "surrogatepass"))
        else:
            digest.update(json.dumps(message, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]


class _Run:
    """What has come of one stream."""

    def __init__(self) -> None:
        self.begun = False
        self._usage: Usage | None = None
        self._text: list[str] = []

    def add(self, event: StreamEvent) -> None:
        self.begun = True
        self._usage = event.usage or self._usage
        self._text += (event.text, event.reasoning)

    def usage(self, call: Call) -> Usage:
        return self._usage or Usage(call.tokens_in, estimate_tokens("".join(self._text)), estimated=True)


async def _close(events: AsyncIterator[StreamEvent]) -> None:
    close = getattr(events, "aclose", None)
    if close is not None:
        await close()
