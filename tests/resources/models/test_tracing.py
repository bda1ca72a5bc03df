"""Spans of calls and attempts, looked at in memory: the conventions' names, the times, and no text and no key in them."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from resources.errors import GatewayError
from resources.models import tracing
from resources.models.gateway import Gateway
from resources.models.ledger import read_calls
from resources.models.protocol import Endpoint
from resources.models.spec import CallOutcome, ChatAnswer, ChatRequest, EmbedRequest, StreamEvent, Usage
from resources.models.tracing import Tracing, open_tracing
from tests.resources.models.virtual import NOON, START, Script, ask, error, gateway, run, settings

SERVER = error(CallOutcome.SERVER, "秘密的问题 was too much", status=503)
A = {
    "name": "a",
    "price_in": Decimal(2),
    "price_out": Decimal(4),
    "base_url": "http://user:pass@models.example:8000/v1",
}
B = {"name": "b", "price_in": Decimal(2), "price_out": Decimal(4)}
E = {"name": "e", "kind": "embedding", "engine": "house-engine"}


class Said(Script):
    """A script whose good answers are these."""

    def __init__(
        self, answer: ChatAnswer | None = None, events: Sequence[StreamEvent] = (), **steps: list[Any]
    ) -> None:
        super().__init__(**steps)
        self.answer, self.events = answer, events

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        plain = await super().chat(endpoint, request, seconds=seconds)
        return self.answer or plain

    async def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]:
        await self._step(endpoint, request, seconds)
        for event in self.events:
            yield event


def spans_of(
    home: Path,
    configured: Any,
    transport: Script,
    work: Callable[[Gateway], Awaitable[Any]],
    *,
    fails: bool = False,
    **more: Any,
) -> list[ReadableSpan]:
    """Return the spans that some work leaves, in the order of their ends."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))

    async def whole() -> None:
        clock = asyncio.get_running_loop().time
        gate = gateway(home, configured, transport, wall=lambda: NOON + clock() - START, **more)
        gate.dispatcher.tracing = Tracing(provider.get_tracer("test"), provider)
        try:
            with pytest.raises(GatewayError) if fails else nullcontext():
                await work(gate)
        finally:
            await gate.close()

    run(whole())
    return list(memory.get_finished_spans())


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def seconds(span: ReadableSpan) -> tuple[float, float]:
    """Return begin and end in seconds after noon."""
    assert span.start_time is not None
    assert span.end_time is not None
    return span.start_time / 1e9 - NOON, span.end_time / 1e9 - NOON


def test_a_call_is_one_span_with_the_names_of_the_conventions(tmp_path: Path) -> None:
    answer = ChatAnswer("好", "served-model-7b", "stop", Usage(1000, 500))
    asked = ask(
        "秘密的问题", max_tokens=64, extra={"temperature": 0.5, "seed": 7, "stop": ["秘密"]}, asset="tags/news", client="desk",
        response_format={"type": "json_schema", "json_schema": {"name": "秘密", "schema": {}}}, prompt="summarise/v1",
    )  # fmt: skip
    attempt, call = spans_of(tmp_path, settings(A), Said(answer, a=[0.1]), lambda gate: gate.chat(asked))
    wire = settings(A).models[0].model
    assert (call.name, call.kind, call.parent) == (f"chat {wire}", trace.SpanKind.CLIENT, None)
    found = attributes(call)
    assert found.pop("leafroot.call_id") == read_calls(tmp_path, 1)[0]["call_id"]
    assert found == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": wire,
        "gen_ai.response.model": "served-model-7b", "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 500, "gen_ai.request.max_tokens": 64,
        "gen_ai.request.temperature": 0.5, "gen_ai.request.seed": 7, "gen_ai.output.type": "json",
        "server.address": "models.example", "server.port": 8000,
        "leafroot.task": "default", "leafroot.asset": "tags/news", "leafroot.client": "desk", "leafroot.model": "a",
        "leafroot.prompt": "summarise/v1", "leafroot.attempts": 1, "leafroot.chain": ("a:ok",), "leafroot.queue_seconds": 0.0,
        "leafroot.usage_estimated": False, "leafroot.cost_cny": "0.004",
    }  # fmt: skip
    assert call.status.status_code is trace.StatusCode.UNSET
    assert attempt.parent is not None
    assert call.context is not None
    assert attempt.parent.span_id == call.context.span_id
    assert not [name for name in attributes(attempt) if name.startswith("gen_ai.usage")], "tokens are counted once"


def test_a_fail_over_is_a_chain_of_attempts_with_their_own_times(tmp_path: Path) -> None:
    transport = Script(a=[SERVER], b=[2.0])
    first, second, call = spans_of(tmp_path, settings(A, B), transport, lambda gate: gate.chat(ask()))
    assert (first.name, second.name) == ("attempt a", "attempt b")
    assert attributes(first)["error.type"] == "server"
    assert attributes(first)["http.response.status_code"] == 503
    assert first.status.status_code is trace.StatusCode.ERROR
    assert "error.type" not in attributes(second)
    assert attributes(call)["leafroot.chain"] == ("a:server", "b:ok")
    assert attributes(call)["leafroot.attempts"] == 2
    assert attributes(call)["leafroot.model"] == "b"
    assert second.start_time is not None
    assert first.end_time is not None
    assert first.end_time <= second.start_time + 1000
    begin, end = seconds(second)
    assert end - begin == pytest.approx(2.0, abs=0.01)
    assert seconds(call)[1] == pytest.approx(end, abs=0.01)


def test_a_call_that_fails_says_the_word_and_nothing_of_the_answer(tmp_path: Path) -> None:
    spans = spans_of(
        tmp_path,
        settings(A, default={"retries": 1}),
        Script(a=[SERVER]),
        lambda gate: gate.chat(ask("秘密的问题")),
        fails=True,
    )
    call = spans[-1]
    assert attributes(call)["error.type"] == "server"
    assert call.status.status_code is trace.StatusCode.ERROR
    assert call.status.description is None
    assert "gen_ai.usage.input_tokens" not in attributes(call)
    assert len(spans) == 3


def test_no_text_and_no_key_stands_in_any_span(tmp_path: Path) -> None:
    key = "sk-very-secret-key-1"
    answer = ChatAnswer("秘密的回答", f"model of {key}", "stop", Usage(1, 1), reasoning="秘密的想法")
    asked = ask("秘密的问题", extra={"user": "秘密", "temperature": True}, tools=({"type": "function", "秘密": 1},))
    spans = spans_of(
        tmp_path, settings({**A, "api_key_env": "K"}), Said(answer, a=[SERVER, 0.1]), lambda gate: gate.chat(asked),
        environ={"K": key},
    )  # fmt: skip
    said = "".join(span.to_json() for span in spans)
    for word in ("秘密", "\\u79d8", key, "user:pass"):
        assert word not in said
    assert attributes(spans[-1])["gen_ai.response.model"] == "model of [key]"
    assert "gen_ai.request.temperature" not in attributes(spans[-1])


def test_a_stream_says_that_it_is_one_and_why_it_ended(tmp_path: Path) -> None:
    events = [StreamEvent(text="一"), StreamEvent(text="二", finish="length", usage=Usage(3, 2))]

    async def read(gate: Gateway) -> None:
        assert [event async for event in gate.stream(ask())]

    *_, call = spans_of(tmp_path, settings(A), Said(None, events, a=[0.1]), read)
    assert attributes(call)["gen_ai.operation.name"] == "chat"
    assert attributes(call)["gen_ai.request.stream"] is True
    assert attributes(call)["gen_ai.response.finish_reasons"] == ("length",)


def test_embeddings_are_their_own_operation(tmp_path: Path) -> None:
    *_, call = spans_of(
        tmp_path,
        settings(E, embed={"models": ["e"]}),
        Script(e=[0.1]),
        lambda gate: gate.embed(EmbedRequest(("一", "二"))),
    )
    assert call.name == "embeddings e"
    assert attributes(call)["gen_ai.provider.name"] == "house-engine"
    assert attributes(call)["gen_ai.operation.name"] == "embeddings"
    assert "gen_ai.response.finish_reasons" not in attributes(call)


def test_a_call_that_nobody_may_take_has_no_attempt(tmp_path: Path) -> None:
    (call,) = spans_of(
        tmp_path,
        settings({**A, "placement": "maas"}),
        Script(a=[0.1]),
        lambda gate: gate.chat(ask(clearance="secret")),
        fails=True,
    )
    assert attributes(call)["error.type"] == "blocked"
    assert call.name == "chat"
    assert "gen_ai.request.model" not in attributes(call)
    assert attributes(call)["leafroot.attempts"] == 0


def test_an_abandoned_call_is_cancelled(tmp_path: Path) -> None:
    async def leave(gate: Gateway) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await gate.chat(ask())

    attempt, call = spans_of(tmp_path, settings(A), Script(a=[30.0]), leave)
    assert attributes(attempt)["error.type"] == attributes(call)["error.type"] == "cancelled"


def test_the_span_stands_below_the_caller_s(tmp_path: Path) -> None:
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracer = provider.get_tracer("caller")

    async def work() -> None:
        gate = gateway(tmp_path, settings(A), Script(a=[0.1]))
        gate.dispatcher.tracing = Tracing(tracer)
        with tracer.start_as_current_span("run"):
            await gate.chat(ask())
        await gate.close()

    run(work())
    _, call, caller = memory.get_finished_spans()
    assert call.parent is not None
    assert caller.context is not None
    assert call.parent.span_id == caller.context.span_id


def test_without_a_provider_nothing_is_recorded(tmp_path: Path) -> None:
    """The default of a process that set up nothing: a tracer whose spans come to nothing."""
    found = open_tracing({})
    assert found is not None
    found.close()

    async def work() -> Any:
        gate = gateway(tmp_path, settings(A), Script(a=[0.1]))
        try:
            return await gate.chat(ask())
        finally:
            await gate.close()

    assert run(work()).served_by == "a"


def test_without_the_package_there_is_no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda _: None)
    assert open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}) is None


def test_an_address_without_the_exporter_is_said_and_no_failure(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter", None)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        found = open_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"})
    assert found is not None
    assert "pip install -e '.[otel]'" in caplog.text


def test_the_standard_variable_sets_up_a_provider_of_the_gateway_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the extra would send with stands in for the package, which the tests do not install."""
    memory = InMemorySpanExporter()
    package = ModuleType("trace_exporter")
    package.OTLPSpanExporter = lambda: memory  # type: ignore[attr-defined]
    for name in ("", ".otlp", ".otlp.proto", ".otlp.proto.http"):
        monkeypatch.setitem(sys.modules, f"opentelemetry.exporter{name}", ModuleType(f"opentelemetry.exporter{name}"))
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", package)
    found = open_tracing({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"})
    assert found is not None
    with found._tracer.start_as_current_span("x"):
        pass
    found.close()
    (span,) = memory.get_finished_spans()
    assert span.resource.attributes["service.name"] == "leafroot"
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), "the process's own stays unset"
