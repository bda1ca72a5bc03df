"""The gateway: one way to every model, for the assets and for the endpoint.

    async with open_gateway(home, settings) as gateway:
        answer = await gateway.chat(ChatRequest(messages=(…,), task="summarise_slices"))

Choice, limits, repetition and books are in `calls.py` and what it uses; here a request becomes a call, and an answer
carries who gave it. Task-level validation and re-asking are the runner's.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from resources.errors import GatewayError
from resources.models.budget import Budget
from resources.models.cache import Cache, chat_key
from resources.models.calls import Dispatcher
from resources.models.embedding import check_width, embed_all, replicas
from resources.models.engines import load_engines
from resources.models.flights import Flights
from resources.models.health import Health
from resources.models.hedge import Hedges, race
from resources.models.ledger import Ledger, recent_latencies
from resources.models.limits import Gate
from resources.models.plans import Call, Planner, Turn, tail_name
from resources.models.protocol import Transport
from resources.models.registry import Model, Registry
from resources.models.router import Target
from resources.models.spec import (
    CallError,
    ChatAnswer,
    ChatRequest,
    EmbedAnswer,
    EmbedRequest,
    StreamEvent,
)
from resources.models.status import live_rows
from resources.models.streaming import run_stream
from resources.models.switches import Switches
from resources.models.windows import Window, window_path
from resources.settings import Settings

#: Objects after which Python looks for garbage while a gateway is open. Hundreds of calls in flight hold thousands of young
#: objects; at Python's 700 the search takes a quarter of the time of a call.
YOUNG = 10_000

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
        transport: What sends to all models; default the engine of each.

    Raises:
        SettingsError: a model names an engine that is not there.
    """
    registry = Registry(settings, environ)
    gateway = Gateway(home, registry, load_engines(settings) if transport is None else transport)
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], YOUNG), *before[1:])
    try:
        yield gateway
    finally:
        gc.set_threshold(*before)
        await gateway.close()


class Gateway:
    """See the module. Belongs to the event loop that it was made in."""

    def __init__(
        self,
        home: Path,
        registry: Registry,
        transport: Transport | Mapping[str, Transport],
        *,
        clock: Callable[[], float] | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.home, self.registry = home, registry
        self.transports: Mapping[str, Transport] = (
            transport if isinstance(transport, Mapping) else dict.fromkeys(registry.models, transport)
        )
        self.clock = clock = clock or asyncio.get_running_loop().time
        self.ledger = Ledger(home)
        self.cache = Cache(home)
        self.switches = Switches(home, clock)
        self.budget = Budget(home, clock, wall)
        self.dispatcher = Dispatcher(
            switches=self.switches, budget=self.budget, ledger=self.ledger, clock=clock, wall=wall
        )
        self.targets: dict[str, Target] = {name: _target(home, model, clock) for name, model in registry.models.items()}
        self.planner = Planner(registry, self.targets, self.dispatcher.fail, clock=clock, wall=wall)
        #: Calls that another model answered than the one asked first.
        self.failovers = 0
        self._hedges = Hedges()
        self._widths: dict[str, int] = {}
        self._flights = Flights()

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        """Answer one chat completion.

        With `request.cache`, an answer that was found valid before (`remember`) is given again, and a question that is
        asked while the same one is in flight waits for that answer.

        Raises:
            GatewayError: no model answered within the deadline; each is named with its cause.
        """
        if not request.cache:
            return await self._chat(request)
        keys = self.planner.keys(request)
        known = self.cache.answer(keys)
        if known is not None:
            return known
        return await self._flights.once(keys, request, self._chat)

    def remember(self, request: ChatRequest, answer: ChatAnswer, *, tags: Sequence[str] = ()) -> None:
        """Keep an answer that its task found valid, under the question that was asked.

        After a re-ask, remember it under the first question: that is what a resumed run asks again. `tags` name the
        documents that the question shows (`purge_answers`).
        """
        model = self.registry.models.get(answer.served_by)
        if model is not None:
            key = chat_key(request.for_model(model.name), model.endpoint)
            self.cache.put_answer(key, replace(answer, cached=False), task=request.task, tags=tags)

    async def map(
        self, requests: Iterable[ChatRequest] | AsyncIterable[ChatRequest], *, in_flight: int = 64
    ) -> AsyncGenerator[tuple[int, ChatAnswer | GatewayError], None]:
        """Answer many requests, each as it is done, with its number; no more are drawn than are in flight.

        So a hundred thousand requests can be read from a file without standing in memory.
        """
        source = _numbered(requests)
        running: set[asyncio.Task[tuple[int, ChatAnswer | GatewayError]]] = set()
        more = True
        try:
            while more or running:
                while more and len(running) < in_flight:
                    entry = await anext(source, None)
                    if entry is None:
                        more = False
                    else:
                        running.add(asyncio.ensure_future(self._numbered_chat(*entry)))
                if running:
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        yield task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _numbered_chat(self, number: int, request: ChatRequest) -> tuple[int, ChatAnswer | GatewayError]:
        try:
            return number, await self.chat(request)
        except GatewayError as error:
            return number, error

    async def _chat(self, request: ChatRequest) -> ChatAnswer:
        call = self.planner.call(request, "chat")
        dispatcher = self.dispatcher
        while True:
            turn = await dispatcher.enter(call)
            delay = self._hedges.delay(call, turn) if call.task.hedge else None
            if delay is not None:
                won = await race(dispatcher, self._hedges, self._send_chat, call, turn, delay)
                if won is None:
                    continue
                turn, answer = won
            else:
                try:
                    answer = await self._send_chat(call, turn)
                except CallError as error:
                    dispatcher.failed(call, turn, error)
                    continue
                except BaseException:
                    dispatcher.abandoned(call, turn)
                    raise
            call.said = (answer.model, answer.finish)
            dispatcher.succeeded(call, turn, answer.usage)
            self.count(call)
            row = call.row
            return replace(answer, served_by=turn.target.model.name, attempts=len(row.attempts), call_id=row.call_id)

    def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """Answer one chat completion piece by piece; the last event has the finish and the usage.

        Before the first piece a failing model is replaced silently. After it nothing is repeated: the failure is raised, and
        what was said until then is booked. To close the generator cancels the call.

        Raises:
            GatewayError: no model answered, or the stream broke.
        """
        return run_stream(self, request)

    async def embed(self, request: EmbedRequest) -> EmbedAnswer:
        """Embed texts: in batches, halved where they are too large, all by one model.

        Raises:
            GatewayError: some batch failed for good.
        """
        call = self.planner.call(request, "embed")
        model = next((t.model for t in call.targets if self.dispatcher.may_take(call, t)), call.targets[0].model)
        group = tuple(self.targets[each.name] for each in replicas([t.model for t in call.targets], model))
        give_up = call.give_up

        async def one(part: EmbedRequest) -> EmbedAnswer:
            batch = self.planner.call(part, "embed", targets=group)
            batch.give_up = give_up
            return await self._embed_batch(batch, part)

        return await embed_all(request, model, one, self.cache if request.cache else None)

    async def _embed_batch(self, call: Call, request: EmbedRequest) -> EmbedAnswer:
        while True:
            turn = await self.dispatcher.enter(call)
            model = turn.target.model
            try:
                answer = await self.transports[model.name].embed(model.endpoint, request, seconds=turn.seconds)
                width = check_width(answer, len(request.texts), self._widths.get(model.endpoint.model))
            except CallError as error:
                self.dispatcher.failed(call, turn, error)
                continue
            except BaseException:
                self.dispatcher.abandoned(call, turn)
                raise
            self._widths[model.endpoint.model] = width
            call.said = (answer.model, None)
            self.dispatcher.succeeded(call, turn, answer.usage)
            self.count(call)
            row = call.row
            return replace(answer, served_by=model.name, attempts=len(row.attempts), call_id=row.call_id)

    def models(self) -> list[dict[str, Any]]:
        """Return a row a model: state and reason, load, and what the ledger has of it (see `status.py`)."""
        return live_rows(self.home, self.targets, self.budget, now=self.clock())

    @property
    def degraded(self) -> str | None:
        """Return what is wrong while the ledger cannot be written, else None; answers go on."""
        return self.ledger.degraded

    async def close(self) -> None:
        """Write the books and close everything."""
        for transport in {id(each): each for each in self.transports.values()}.values():
            await transport.close()
        for target in self.targets.values():
            target.gate.end()
        self.switches.close()
        await asyncio.to_thread(self.ledger.close)
        if self.dispatcher.tracing is not None:
            await asyncio.to_thread(self.dispatcher.tracing.close)
        await asyncio.to_thread(self.cache.close)

    async def _send_chat(self, call: Call, turn: Turn) -> ChatAnswer:
        model = turn.target.model
        request = call.view(model.name)
        return await self.transports[model.name].chat(model.endpoint, request, seconds=turn.seconds)  # type: ignore[arg-type]

    def count(self, call: Call) -> None:
        """Count a call that another model answered than the one asked first."""
        if call.tried[0] != call.row.model:
            self.failovers += 1


def _target(home: Path, model: Model, clock: Callable[[], float]) -> Target:
    settings = model.settings
    window = Window(
        window_path(home, model.name),
        requests=settings.requests_per_minute,
        tokens=settings.tokens_per_minute,
        clock=clock,
    )
    health = Health(clock, most_attempt=settings.timeout)
    for kind, task, seconds in recent_latencies(home, model.name):
        health.remember(tail_name(kind, task), seconds)
    return Target(model, Gate(settings.max_concurrency, window, clock), health)


async def _numbered(
    requests: Iterable[ChatRequest] | AsyncIterable[ChatRequest],
) -> AsyncGenerator[tuple[int, ChatRequest], None]:
    number = 0
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            yield number, request
            number += 1
    else:
        for request in requests:
            yield number, request
            number += 1
