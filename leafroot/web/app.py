"""The gateway over HTTP: `/v1` as OpenAI's API, `/models` for people, `/metrics` for Prometheus, `/health` and `/ready`.

Every route answers errors in OpenAI's form, bounds what it reads, and names this server's own hosts only.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from leafroot.web import wire
from leafroot.web.clients import Clients, Denied, is_own_host
from leafroot.web.metrics import render_metrics
from leafroot.web.refusals import denied_of
from resources.models.gateway import Gateway, GatewayError, open_gateway
from resources.models.ledger import read_calls
from resources.models.spec import CallError, Usage
from resources.models.switches import set_switch

if TYPE_CHECKING:
    from resources.settings import Settings

__all__ = ["build_app"]

#: Bytes of a body that are read.
BODY_MAX = 16 * 2**20
#: Seconds for one call, fail-over and waits included.
DEADLINE = 120.0
CALLS_SHOWN = 30
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
Handler = Callable[[Request], Awaitable[Response]]


class Front:
    """The routes of one server on one home."""

    def __init__(
        self, home: Path, settings: Settings, *, hosts: frozenset[str] = frozenset(), deadline: float = DEADLINE
    ) -> None:
        self.home, self.settings, self.hosts, self.deadline = home, settings, hosts, deadline
        self.clients = Clients(settings.clients)
        self.names = [model.name for model in settings.models]
        self._gateway: Gateway | None = None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Hold the gateway open while the server runs."""
        del app
        async with open_gateway(self.home, self.settings) as gateway:
            self._gateway = gateway
            yield
        self._gateway = None

    @property
    def gateway(self) -> Gateway:
        if self._gateway is None:
            raise Denied(503, "not_ready", "The gateway is starting or stopping; try again.", retry_after=1.0)
        return self._gateway

    def guarded(self, handler: Handler) -> Handler:
        """Turn refusals and failures of a handler into OpenAI's errors; foreign Host headers go no further."""

        async def answer(request: Request) -> Response:
            try:
                if not is_own_host(request.headers.get("host"), self.hosts):
                    raise Denied(421, "wrong_host", "This server does not go by that name; see leafroot serve --help.")
                response = await handler(request)
            except Denied as denied:
                response = _error(denied)
            except (GatewayError, CallError) as error:
                response = _error(denied_of(error))
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return answer

    async def list_models(self, request: Request) -> Response:
        """GET /v1/models."""
        self.clients.known(request.headers.get("authorization"))
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "leafroot"} for name in self.names]
        return JSONResponse({"object": "list", "data": data})

    async def show_model(self, request: Request) -> Response:
        """GET /v1/models/{name}."""
        self.clients.known(request.headers.get("authorization"))
        name = request.path_params["name"]
        self._known(name, None)
        return JSONResponse({"id": name, "object": "model", "created": 0, "owned_by": "leafroot"})

    async def chat(self, request: Request) -> Response:
        """POST /v1/chat/completions."""
        client = self.clients.admit(request.headers.get("authorization"), "chat")
        asked, streamed, with_usage = wire.chat_request(await _body(request), client.name, self.deadline)
        self._known(asked.model, "chat")
        if streamed:
            return await self._stream(asked, with_usage=with_usage)
        answer = await _while_connected(request, self.gateway.chat(asked))
        headers = {"x-leafroot-attempts": str(answer.attempts), "x-request-id": answer.call_id}
        return JSONResponse(wire.chat_body(answer), headers=headers)

    async def _stream(self, asked: Any, *, with_usage: bool) -> Response:
        """Answer a stream: a failure before the first piece is a plain error, a later one ends it with an error event."""
        events = self.gateway.stream(asked)
        try:
            first = await anext(events)
        except StopAsyncIteration:
            raise Denied(502, "empty_answer", "The model answered nothing.") from None
        created, call_id, name = int(time.time()), uuid.uuid4().hex, asked.model or wire.AUTO

        async def lines() -> AsyncIterator[str]:
            usage: Usage | None = None
            event = first
            try:
                while True:
                    usage = event.usage or usage
                    yield wire.chunk(call_id, name, created, event)
                    try:
                        event = await anext(events)
                    except StopAsyncIteration:
                        break
            except (GatewayError, CallError) as error:
                # What was said stays said; a broken answer must not look like a whole one: no [DONE].
                yield wire.error_event(denied_of(error))
                return
            finally:
                await events.aclose()
            if with_usage:
                yield wire.chunk(call_id, name, created, None, usage or Usage(estimated=True))
            yield "data: [DONE]\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def embed(self, request: Request) -> Response:
        """POST /v1/embeddings."""
        client = self.clients.admit(request.headers.get("authorization"), "embed")
        asked, encoding, dimension = wire.embed_request(await _body(request), client.name, self.deadline)
        self._known(asked.model, "embedding")
        answer = await _while_connected(request, self.gateway.embed(asked))
        if dimension is not None and any(len(vector) != dimension for vector in answer.vectors):
            own = len(answer.vectors[0])
            raise Denied(400, "invalid_value", f"dimensions: this model's vectors have {own}, not {dimension}.")
        return JSONResponse(wire.embed_body(answer, encoding))

    def _known(self, name: str | None, kind: str | None) -> None:
        """Refuse a model that no `[[models]]` entry defines, or one of the other kind."""
        if name is None:
            return
        entry = next((model for model in self.settings.models if model.name == name), None)
        if entry is None:
            raise Denied(
                404,
                "model_not_found",
                f"The model {name[:100]} does not exist; known: {', '.join(self.names) or 'none'}.",
            )
        if kind is not None and entry.kind != kind:
            raise Denied(400, "invalid_value", f"The model {name} is of kind {entry.kind}, not {kind}.")

    async def page(self, request: Request) -> Response:
        """GET /models."""
        del request
        return Response(_static("models.html"), media_type="text/html; charset=utf-8")

    async def asset(self, request: Request) -> Response:
        """GET /models/models.js and /models/models.css."""
        name = request.url.path.rpartition("/")[2]
        kind = "text/javascript; charset=utf-8" if name.endswith(".js") else "text/css; charset=utf-8"
        return Response(_static(name), media_type=kind)

    async def status(self, request: Request) -> Response:
        """GET /models/status: what the page draws."""
        self.clients.known(request.headers.get("authorization"))
        models = await run_in_threadpool(self.gateway.models)
        calls = await run_in_threadpool(read_calls, self.home, last=CALLS_SHOWN)
        return JSONResponse({"models": models, "calls": calls, "failovers": self.gateway.failovers})

    async def switch(self, request: Request) -> Response:
        """POST /models/{name}/disable or enable, with who and why."""
        self.clients.known(request.headers.get("authorization"))
        if not request.headers.get("content-type", "").startswith("application/json"):
            # A form of another site can be posted here without a key; JSON cannot.
            raise Denied(415, "invalid_value", "Send JSON with by and reason.")
        body = await _body(request)
        name, by, reason = request.path_params["name"], body.get("by"), body.get("reason")
        self._known(name, None)
        if request.path_params["action"] not in ("disable", "enable"):
            raise Denied(404, "not_found", "A model can be disabled or enabled.")
        if not isinstance(by, str) or not isinstance(reason, str) or not by.strip() or not reason.strip():
            raise Denied(400, "invalid_value", "Say who (by) and why (reason).")
        on = request.path_params["action"] == "enable"
        await run_in_threadpool(
            set_switch, self.home, "model", name, reason=None if on else reason.strip()[:500], by=by.strip()[:100]
        )
        return JSONResponse({"name": name, "action": request.path_params["action"]})

    async def metrics(self, request: Request) -> Response:
        """GET /metrics; no texts and no keys, but the names of models and what they cost: clients only."""
        self.clients.known(request.headers.get("authorization"))
        body, kind = await run_in_threadpool(render_metrics, self.gateway)
        return Response(body, media_type=kind)

    async def health(self, request: Request) -> Response:
        """GET /health: the process answers."""
        del request
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """GET /ready: at least one model takes calls; a ledger that cannot be written is degraded, not down."""
        del request
        usable = sum(model["state"] in ("ready", "probing") for model in self.gateway.models())
        state = "degraded" if self.gateway.degraded else "ready" if usable else "no_model"
        return JSONResponse({"status": state, "models": usable}, status_code=200 if usable else 503)

    def routes(self) -> list[Route]:
        """Return the routes."""
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/v1/models", self.list_models),
            ("GET", "/v1/models/{name:path}", self.show_model),
            ("POST", "/v1/chat/completions", self.chat),
            ("POST", "/v1/embeddings", self.embed),
            ("GET", "/models", self.page),
            ("GET", "/models/models.js", self.asset),
            ("GET", "/models/models.css", self.asset),
            ("GET", "/models/status", self.status),
            ("POST", "/models/{name:path}/{action}", self.switch),
            ("GET", "/metrics", self.metrics),
            ("GET", "/health", self.health),
            ("GET", "/ready", self.ready),
        ]
        return [Route(path, self.guarded(handler), methods=[method]) for method, path, handler in table]


def build_app(home: Path, settings: Settings, *, hosts: frozenset[str] = frozenset()) -> Starlette:
    """Return the ASGI application.

    Args:
        home: The home whose ledger, switches and cache are used.
        settings: The configuration.
        hosts: Names beside loopback that this server goes by.

    Raises:
        SettingsError: a client's key is not set.
    """
    front = Front(home, settings, hosts=hosts)

    async def nowhere(request: Request, error: Exception) -> Response:
        del error
        return _error(Denied(404, "not_found", f"There is nothing at {request.url.path[:100]}."))

    async def wrong_method(request: Request, error: Exception) -> Response:
        del error
        return _error(Denied(405, "method_not_allowed", f"{request.method} is not taken here."))

    return Starlette(
        routes=front.routes(), lifespan=front.lifespan, exception_handlers={404: nowhere, 405: wrong_method}
    )


def _error(denied: Denied) -> Response:
    headers = {"retry-after": str(max(1, round(denied.retry_after)))} if denied.retry_after is not None else None
    return JSONResponse(wire.error_body(denied), status_code=denied.status, headers=headers)


async def _body(request: Request) -> dict[str, Any]:
    """Read a JSON body of bounded size."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > BODY_MAX:
                raise Denied(413, "request_too_large", f"The body is larger than {BODY_MAX // 2**20} MB.")
            parts.append(part)
    except ClientDisconnect:
        raise Denied(400, "client_gone", "The client went away.") from None
    return wire.read_body(b"".join(parts))


async def _while_connected(request: Request, work: Any) -> Any:
    """Await an answer; where the client goes away meanwhile, the call to the model is cancelled too."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Denied(499, "client_gone", "The client went away.")
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _static(name: str) -> bytes:
    return files("leafroot.web").joinpath("static", name).read_bytes()
