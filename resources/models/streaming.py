"""A streamed answer: silent fail-over before the first piece, none after it, usage booked however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Protocol

from resources.models.calls import Dispatcher
from resources.models.plans import Call, Planner
from resources.models.protocol import Transport
from resources.models.spec import CallError, CallOutcome, ChatRequest, StreamEvent, Usage
from resources.models.tokens import estimate_tokens

__all__ = ["run_stream"]


class Streaming(Protocol):
    """What is needed of the gateway."""

    planner: Planner
    dispatcher: Dispatcher
    transports: Mapping[str, Transport]

    def count(self, call: Call) -> None: ...


async def run_stream(gateway: Streaming, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
    """Yield the pieces of an answer; see `Gateway.stream`.

    Raises:
        GatewayError: no model answered, or the stream broke.
    """
    call = gateway.planner.call(request, "stream")
    dispatcher = gateway.dispatcher
    while True:
        turn = await dispatcher.enter(call)
        run = _Run()
        model = turn.target.model
        # The limit of an attempt is for the first piece; a long answer may take as long as the deadline lets it.
        asked: ChatRequest = call.view(model.name)  # type: ignore[assignment]
        events = gateway.transports[model.name].stream(model.endpoint, asked, seconds=call.give_up - turn.sent)
        try:
            async for event in _first_in_time(events, turn.seconds):
                if not run.begun:
                    turn.first = dispatcher.clock() - turn.sent
                run.add(event)
                if event.finish is not None:
                    call.said = (None, event.finish)
                yield event
        except CallError as error:
            if run.begun:
                error.usage = error.usage or run.usage(call)
            dispatcher.failed(call, turn, error, last=run.begun)
            continue
        except BaseException:
            if run.finished:
                # The caller had all of it and did not wait for the end.
                dispatcher.succeeded(call, turn, run.usage(call))
            else:
                dispatcher.abandoned(call, turn, run.usage(call) if run.begun else None)
            raise
        finally:
            await _close(events)
        dispatcher.succeeded(call, turn, run.usage(call))
        gateway.count(call)
        return


async def _first_in_time(events: AsyncIterator[StreamEvent], seconds: float) -> AsyncIterator[StreamEvent]:
    """Yield the events; the first must come within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            first = await anext(events, None)
    except TimeoutError:
        raise CallError(CallOutcome.TIMEOUT, f"nothing came within {seconds:g} s") from None
    if first is None:
        raise CallError(CallOutcome.EMPTY, "the stream ended without a word")
    yield first
    async for event in events:
        yield event


class _Run:
    """What has come of one stream."""

    def __init__(self) -> None:
        self.begun = self.finished = False
        self._usage: Usage | None = None
        self._text: list[str] = []

    def add(self, event: StreamEvent) -> None:
        self.begun = self.begun or bool(event.text or event.reasoning or event.tool_calls or event.finish)
        self.finished = self.finished or event.finish is not None
        self._usage = event.usage or self._usage
        self._text += (event.text, event.reasoning)

    def usage(self, call: Call) -> Usage:
        return self._usage or Usage(call.tokens_in, estimate_tokens("".join(self._text)), estimated=True)


async def _close(events: AsyncIterator[StreamEvent]) -> None:
    close = getattr(events, "aclose", None)
    if close is not None:
        await close()
