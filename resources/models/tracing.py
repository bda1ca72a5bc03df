"""OpenTelemetry spans of the calls, in the words of the GenAI conventions; never a text, a prompt or a key.

A span a call (`chat MODEL`, `embeddings MODEL`), below it one an attempt; both are made when the call ends, from what the ledger
books, so that an untraced call pays for nothing. Tokens stand on the call alone: they are not counted twice. Answers from the cache
are no calls. The attributes' names stand here and are not imported: the package that has them calls them deprecated since
they moved to a repository of their own.

Source: OpenTelemetry semantic conventions for generative AI, client spans.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from resources.models.engines import BUILT_IN
from resources.models.spec import ChatRequest
from resources.models.transports.redact import redactor_for

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

    from resources.models.ledger import Attempt
    from resources.models.plans import Call
    from resources.models.router import Target

__all__ = ["Tracing", "open_tracing"]

#: Where the standard variables say that spans go.
ADDRESSES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
OPERATIONS = {"chat": "chat", "stream": "chat", "embed": "embeddings"}
#: Sampling parameters that the conventions name.
NUMBERS = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed")
#: Characters of what a server calls its model.
NAME = 200
NANO = 1_000_000_000

Attributes = dict[str, Any]


class Tracing:
    """Makes the spans of ended calls.

    Args:
        tracer: Where the spans go.
        provider: What is to be closed with the gateway, where it is ours.
    """

    def __init__(self, tracer: Tracer, provider: Any = None) -> None:
        from opentelemetry import trace

        self._api, self._tracer, self._provider = trace, tracer, provider

    def record(self, call: Call, now: float, wall: float) -> None:
        """Make the spans of a call that has ended.

        Args:
            call: The call, its row filled.
            now: The gateway's clock; the call's own times are of the same clock.
            wall: The same moment in seconds since the epoch.
        """
        trace = self._api
        asked = _last(call)
        model = asked.model.endpoint.model if asked is not None else call.request.model
        operation = OPERATIONS[call.kind]
        span = self._tracer.start_span(
            f"{operation} {model}" if model else operation,
            kind=trace.SpanKind.CLIENT,
            start_time=_nano(call.begun + wall - now),
        )
        if not span.is_recording():
            return
        span.set_attributes(_of_call(call, asked, operation, model))
        context = trace.set_span_in_context(span)
        for number, attempt in enumerate(call.row.attempts, 1):
            self._attempt(call, attempt, number, wall, context)
        self._end(span, call.row.outcome, wall)

    def close(self) -> None:
        """Send what waits, where the provider is ours."""
        if self._provider is not None:
            self._provider.shutdown()

    def _attempt(self, call: Call, attempt: Attempt, number: int, wall: float, context: Any) -> None:
        target = next((t for t in call.targets if t.model.name == attempt.model), None)
        ended = attempt.at or wall
        begun = ended - attempt.latency
        attributes: Attributes = {
            "leafroot.attempt": number,
            "leafroot.model": attempt.model,
            "leafroot.hedge": attempt.hedge,
            **_server(target),
        }
        if target is not None:
            attributes["gen_ai.request.model"] = target.model.endpoint.model
        if attempt.status is not None:
            attributes["http.response.status_code"] = attempt.status
        span = self._tracer.start_span(
            f"attempt {attempt.model}",
            context=context,
            kind=self._api.SpanKind.CLIENT,
            attributes=attributes,
            start_time=_nano(begun),
        )
        self._end(span, attempt.outcome, ended)

    def _end(self, span: Span, outcome: str, wall: float) -> None:
        """End a span; of a failure it has the word for it, not the server's sentence, which may quote the question."""
        if outcome != "ok":
            span.set_attribute("error.type", outcome)
            span.set_status(self._api.StatusCode.ERROR)
        span.end(end_time=_nano(wall))


def open_tracing(environ: Mapping[str, str] | None = None) -> Tracing | None:
    """Return what makes spans, or None where OpenTelemetry is not installed.

    A provider that the process has set up (`opentelemetry-instrument leafroot serve`, or an application's own) is used. Else the
    standard variable OTEL_EXPORTER_OTLP_ENDPOINT sets one up for the gateway alone. With neither, spans come to nothing.

    Args:
        environ: Environment variables (default: the process's).
    """
    if find_spec("opentelemetry") is None:
        return None
    from opentelemetry import trace

    given = os.environ if environ is None else environ
    provider = None
    if any(given.get(name) for name in ADDRESSES) and isinstance(
        trace.get_tracer_provider(), trace.ProxyTracerProvider
    ):
        provider = _own_provider()
    tracer = trace.get_tracer("leafroot.models") if provider is None else provider.get_tracer("leafroot.models")
    return Tracing(tracer, provider)


def _own_provider() -> Any:
    """Return a provider that sends over OTLP, or None where the extra is not installed in full."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logging.getLogger(__name__).warning(
            "%s is set, but nothing here sends spans: install the extra, uv pip install -e '.[otel]'", ADDRESSES[1]
        )
        return None
    name = os.environ.get("OTEL_SERVICE_NAME") or "leafroot"
    # Closed with the gateway, not at the interpreter's end.
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _of_call(call: Call, asked: Target | None, operation: str, model: str | None) -> Attributes:
    row = call.row
    found: Attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": _provider(asked),
        "gen_ai.request.model": model,
        "leafroot.call_id": row.call_id,
        "leafroot.task": row.task,
        "leafroot.asset": row.asset,
        "leafroot.partition": row.partition,
        "leafroot.client": row.client,
        "leafroot.prompt": row.prompt,
        "leafroot.model": row.model,
        "leafroot.attempts": len(row.attempts),
        "leafroot.chain": [f"{attempt.model}:{attempt.outcome}" for attempt in row.attempts],
        "leafroot.queue_seconds": round(row.queue, 6),
        **_asked(call),
        **_server(asked),
        **_said(call, asked),
        **_used(row.attempts),
    }
    return {name: value for name, value in found.items() if value is not None}


def _provider(target: Target | None) -> str:
    """Return what is spoken, not who is behind it: OpenAI's interface, or that of somebody's own engine."""
    engine = target.model.settings.engine if target is not None else next(iter(BUILT_IN))
    return "openai" if engine in BUILT_IN else engine


def _asked(call: Call) -> Attributes:
    request = call.request
    if not isinstance(request, ChatRequest):
        return {}
    found: Attributes = {"gen_ai.request.max_tokens": request.max_tokens}
    if call.kind == "stream":
        found["gen_ai.request.stream"] = True
    for name in NUMBERS:
        value = request.extra.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[f"gen_ai.request.{name}"] = value
    if request.response_format is not None:
        found["gen_ai.output.type"] = "text" if request.response_format.get("type") == "text" else "json"
    return found


def _said(call: Call, asked: Target | None) -> Attributes:
    """What the server said of itself; it could be anything, so no key passes."""
    model, finish = call.said
    clean = redactor_for(asked.model.endpoint.key if asked is not None else None)
    return {
        "gen_ai.response.model": clean(model[:NAME]) if model else None,
        "gen_ai.response.finish_reasons": [clean(finish[:NAME])] if finish else None,
    }


def _used(attempts: list[Attempt]) -> Attributes:
    """Tokens and cost of all attempts that were billed, as the ledger sums them."""
    billed = [attempt for attempt in attempts if attempt.tokens_in is not None]
    if not billed:
        return {}
    costs = [attempt.cost for attempt in billed if attempt.cost is not None]
    return {
        "gen_ai.usage.input_tokens": sum(attempt.tokens_in or 0 for attempt in billed),
        "gen_ai.usage.output_tokens": sum(attempt.tokens_out or 0 for attempt in billed),
        "leafroot.usage_estimated": any(attempt.estimated for attempt in billed),
        "leafroot.cost_cny": f"{sum(costs):f}" if len(costs) == len(billed) else None,
    }


def _server(target: Target | None) -> Attributes:
    """Host and port alone: an address may hold a name and a password."""
    if target is None:
        return {}
    parts = urlsplit(target.model.endpoint.base_url)
    found: Attributes = {"server.address": parts.hostname or ""}
    if parts.port is not None:
        found["server.port"] = parts.port
    return found


def _last(call: Call) -> Target | None:
    """Return who answered, or who was asked last."""
    name = call.row.model or (call.tried[-1] if call.tried else None)
    return next((target for target in call.targets if target.model.name == name), None)


def _nano(seconds: float) -> int:
    return int(seconds * NANO)
