"""Both transports against a real llama.cpp server: not what the model says, but how it arrives."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from resources.models.protocol import Endpoint, Transport
from resources.models.spec import CallError, CallOutcome, ChatAnswer, ChatRequest, EmbedRequest, StreamEvent
from resources.models.transports.aiohttp_transport import AiohttpTransport
from resources.models.transports.chat import join_events
from resources.models.transports.sdk import SdkTransport
from tests.llama.server import CHAT, EMBED, KEY, PYTHON, UNPOOLED, Llama
from tests.llama.tiny_model import CONTEXT, DIMENSION

pytestmark = [
    pytest.mark.skipif(PYTHON is None, reason="needs a llama.cpp server: make test-llama"),
    pytest.mark.parametrize("kind", [AiohttpTransport, SdkTransport]),
]

SECONDS = 60.0
#: An answer that takes seconds, for what happens meanwhile.
LONG = CONTEXT - 100
SCHEMA = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
TOOL = {"type": "function", "function": {"name": "judge", "parameters": SCHEMA}}
Kind = type[AiohttpTransport] | type[SdkTransport]


def at(llama: Llama, model: str = CHAT, *, key: str = KEY) -> Endpoint:
    return Endpoint(llama.base_url, model, key)


def ask(text: str = "铜价上涨", *, most: int = 24, **fields: Any) -> ChatRequest:
    return ChatRequest(({"role": "user", "content": text},), max_tokens=most, **{"extra": {"temperature": 0}, **fields})


def using(kind: Kind, work: Callable[[Transport], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        transport = kind()
        try:
            return await work(transport)
        finally:
            await transport.close()

    return asyncio.run(whole())


def chat(kind: Kind, endpoint: Endpoint, request: ChatRequest) -> ChatAnswer:
    answer = using(kind, lambda transport: transport.chat(endpoint, request, seconds=SECONDS))
    assert isinstance(answer, ChatAnswer)
    return answer


async def extend(came: list[StreamEvent], events: AsyncIterator[StreamEvent]) -> None:
    async for event in events:
        came.append(event)


async def read(transport: Transport, endpoint: Endpoint, request: ChatRequest) -> list[StreamEvent]:
    return [event async for event in transport.stream(endpoint, request, seconds=SECONDS)]


def outcome_of(kind: Kind, work: Callable[[Transport], Awaitable[Any]]) -> CallError:
    with pytest.raises(CallError) as caught:
        using(kind, work)
    assert KEY not in str(caught.value)
    return caught.value


def test_chat_brings_text_usage_and_finish(kind: Kind, llama: Llama) -> None:
    answer = chat(kind, at(llama), ask())
    assert (answer.model, answer.finish) == (CHAT, "length")
    assert answer.content
    assert not answer.usage.estimated
    assert (answer.usage.tokens_in > 8, answer.usage.tokens_out) == (True, 24)


def test_chat_brings_han_characters_whole(kind: Kind, llama: Llama) -> None:
    answer = chat(kind, at(llama), ask(most=200, extra={"temperature": 1.0, "seed": 5}))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.content or "")
    assert "\ufffd" not in (answer.content or "")


def test_stream_brings_what_chat_brings(kind: Kind, llama: Llama) -> None:
    """The server sends no usage with a stream, asked for or not: the tokens are an estimate and say so."""
    whole = chat(kind, at(llama), ask())
    events = using(kind, lambda transport: read(transport, at(llama), ask()))
    joined = join_events(events, CHAT)
    assert len([event for event in events if event.text]) > 1
    assert (joined.content, joined.finish) == (whole.content, whole.finish)
    assert joined.usage.estimated
    assert joined.usage.tokens_out > 0


def test_json_object_is_json(kind: Kind, llama: Llama) -> None:
    answer = chat(kind, at(llama), ask(most=120, response_format={"type": "json_object"}))
    assert answer.finish == "stop"
    assert isinstance(json.loads(answer.content or ""), dict)


def test_json_object_with_a_schema_keeps_to_it(kind: Kind, llama: Llama) -> None:
    """The server's own way to bind an answer to a schema."""
    answer = chat(kind, at(llama), ask(most=120, response_format={"type": "json_object", "schema": SCHEMA}))
    assert isinstance(json.loads(answer.content or "")["ok"], bool)


def test_json_schema_is_a_form_that_it_does_not_know(kind: Kind, llama: Llama) -> None:
    """It says so with status 500, as it does of all that it finds wrong in a request."""
    wanted = {"type": "json_schema", "json_schema": {"name": "judge", "schema": SCHEMA}}
    error = outcome_of(kind, lambda t: t.chat(at(llama), ask(response_format=wanted), seconds=SECONDS))
    assert (error.outcome, error.status) == (CallOutcome.UNSUPPORTED, 500)


def test_a_tool_is_called(kind: Kind, llama: Llama) -> None:
    choice = {"type": "function", "function": {"name": "judge"}}
    answer = chat(kind, at(llama), ask(most=120, tools=(TOOL,), tool_choice=choice))
    (call,) = answer.tool_calls
    assert (answer.finish, call["function"]["name"]) == ("tool_calls", "judge")
    assert isinstance(json.loads(call["function"]["arguments"])["ok"], bool)


def test_vectors_come_in_order_and_alike(kind: Kind, llama: Llama) -> None:
    texts = ("铜价上涨", "hi", "铜价上涨")
    answer = using(kind, lambda t: t.embed(at(llama, EMBED), EmbedRequest(texts), seconds=SECONDS))
    assert {len(vector) for vector in answer.vectors} == {DIMENSION}
    assert answer.vectors[0] == pytest.approx(answer.vectors[2], abs=1e-4)
    assert math.dist(answer.vectors[0], answer.vectors[1]) > 0.01
    assert answer.usage.tokens_in > 0


def test_vectors_of_tokens_are_no_vectors_of_texts(kind: Kind, llama: Llama) -> None:
    """A model without pooling answers 200 with a matrix for each text."""
    error = outcome_of(kind, lambda t: t.embed(at(llama, UNPOOLED), EmbedRequest(("铜价",)), seconds=SECONDS))
    assert error.outcome is CallOutcome.SHAPE


def test_vectors_of_a_chat_model_are_refused(kind: Kind, llama: Llama) -> None:
    error = outcome_of(kind, lambda t: t.embed(at(llama), EmbedRequest(("铜价",)), seconds=SECONDS))
    assert error.outcome is CallOutcome.SERVER
    assert "embedding=True" in error.detail


def test_a_question_beyond_the_context_is_told(kind: Kind, llama: Llama) -> None:
    error = outcome_of(kind, lambda t: t.chat(at(llama), ask("x" * (CONTEXT + 1)), seconds=SECONDS))
    assert (error.outcome, error.status) == (CallOutcome.CONTEXT, 400)


def test_a_stream_beyond_the_context_ends_without_a_word(kind: Kind, llama: Llama) -> None:
    """The server has said 200 before it counts; then the body ends. No end was said, so it is no empty answer."""
    error = outcome_of(kind, lambda t: read(t, at(llama), ask("x" * (CONTEXT + 1))))
    assert error.outcome is CallOutcome.RESET


def test_a_cut_stream_takes_no_other_call_with_it(kind: Kind, llama: Llama) -> None:
    """The server ends the connection of a cut stream a moment after the body: it is not used again."""

    async def work(transport: Transport) -> list[str | None]:
        said = []
        for _ in range(10):
            with pytest.raises(CallError):
                await read(transport, at(llama), ask("x" * (CONTEXT + 1)))
            said.append((await transport.chat(at(llama), ask(most=1), seconds=SECONDS)).content)
        return said

    assert all(using(kind, work))


def test_a_wrong_value_is_the_request_s_fault(kind: Kind, llama: Llama) -> None:
    error = outcome_of(kind, lambda t: t.chat(at(llama), ask(extra={"temperature": "warm"}), seconds=SECONDS))
    assert (error.outcome, error.status) == (CallOutcome.BAD_REQUEST, 500)


def test_a_wrong_key_is_told(kind: Kind, llama: Llama) -> None:
    error = outcome_of(kind, lambda t: t.chat(at(llama, key="another-key"), ask(), seconds=SECONDS))
    assert (error.outcome, error.status) == (CallOutcome.AUTH, 401)


def test_an_unknown_model_is_answered_by_the_first(kind: Kind, llama: Llama) -> None:
    """The server takes any name for its first model, and says it back: nobody can tell from the answer."""
    answer = chat(kind, at(llama, "nobody"), ask())
    assert (answer.model, answer.content) == ("nobody", chat(kind, at(llama), ask()).content)


def test_another_path_is_not_found(kind: Kind, llama: Llama) -> None:
    elsewhere = replace(at(llama), base_url=llama.base_url.replace("/v1", "/v2"))
    error = outcome_of(kind, lambda t: t.chat(elsewhere, ask(), seconds=SECONDS))
    assert error.outcome is CallOutcome.NOT_FOUND


def test_a_stream_that_is_left_ends_at_the_server(kind: Kind, llama: Llama) -> None:
    gone = "Disconnected from client"
    before = llama.count(gone)

    async def leave(transport: Transport) -> None:
        events = transport.stream(at(llama), ask(most=LONG), seconds=SECONDS)
        async for event in events:
            assert event.text
            break
        await events.aclose()  # type: ignore[attr-defined]

    using(kind, leave)
    assert llama.said(gone, before=before)


def test_an_answer_that_is_not_awaited_is_not_given_to_the_next(kind: Kind, llama: Llama) -> None:
    """The server goes on to the end with what is not streamed; whoever comes next waits, and gets an answer of its own."""

    async def work(transport: Transport) -> ChatAnswer:
        with pytest.raises(CallError) as caught:
            await transport.chat(at(llama), ask(most=600), seconds=0.05)
        assert caught.value.outcome is CallOutcome.TIMEOUT
        return await transport.chat(at(llama), ask(most=3), seconds=SECONDS)

    assert using(kind, work).usage.tokens_out == 3


def test_a_stream_that_the_server_breaks_off_for_another_is_not_whole(kind: Kind, llama: Llama) -> None:
    """By default a new request ends the stream before it: [DONE] comes, and no finish_reason."""

    async def work(transport: Transport) -> int:
        events = transport.stream(at(llama), ask(most=LONG), seconds=SECONDS)
        first = await anext(events)
        assert first.text
        second = asyncio.ensure_future(transport.chat(at(llama), ask(most=2), seconds=SECONDS))
        came = [first]
        with pytest.raises(CallError) as caught:
            await extend(came, events)
        assert caught.value.outcome is CallOutcome.SHAPE
        assert (await second).usage.tokens_out == 2
        return len(came)

    assert using(kind, work) < LONG


def test_a_dozen_at_a_time_are_answered_each_on_its_own(kind: Kind, llama: Llama) -> None:
    async def work(transport: Transport) -> list[ChatAnswer]:
        return await asyncio.gather(*(transport.chat(at(llama), ask(most=n), seconds=SECONDS) for n in range(1, 13)))

    assert [answer.usage.tokens_out for answer in using(kind, work)] == list(range(1, 13))
