"""The gateway over HTTP as the official SDK sees it, with a gateway of our own making behind it."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openai
import pytest
import uvicorn

from leafroot.web import app as web
from resources.errors import GatewayError
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
from resources.models.switches import read_switches
from resources.settings import Settings

KEY = "client-key-1"
MODELS = [
    {"name": "m1", "base_url": "http://127.0.0.1:1/v1", "model": "m"},
    {"name": "e1", "base_url": "http://127.0.0.1:1/v1", "model": "e", "kind": "embedding", "dimension": 3},
]
CALL = {"id": "t1", "index": 0, "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}


class FakeGateway:
    """Says what the first message asks it to say."""

    def __init__(self) -> None:
        self.seen: list[ChatRequest | EmbedRequest] = []
        self.cancelled = 0
        self.failovers = 2
        self.degraded = ""
        self.ledger = SimpleNamespace(waiting=0)
        self.state = "ready"

    async def chat(self, request: ChatRequest) -> ChatAnswer:
        self.seen.append(request)
        asked = str(request.messages[-1]["content"])
        if asked == "wait":
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if asked.startswith("fail:"):
            outcome, _, wait = asked.removeprefix("fail:").partition("@")
            raise GatewayError("chat", outcome, [], reason="told to", retry_after=float(wait) if wait else None)
        tools = (CALL,) if request.tools else ()
        return ChatAnswer(
            None if tools else f"答：{asked}",
            "m",
            "tool_calls" if tools else "stop",
            Usage(3, 4),
            reasoning="想过了" if asked == "think" else None,
            tool_calls=tools,
            served_by="m1",
            call_id="c1",
        )

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        self.seen.append(request)
        asked = str(request.messages[-1]["content"])
        if asked == "nothing":
            return
        if asked == "first fails":
            raise GatewayError("chat", CallOutcome.SERVER, [], reason="told to")
        for piece in ("一", "二", "三"):
            yield StreamEvent(text=piece)
            if asked == "breaks":
                raise CallError(CallOutcome.RESET, "gone")
        yield StreamEvent(finish="stop", usage=Usage(5, 6))

    async def embed(self, request: EmbedRequest) -> EmbedAnswer:
        self.seen.append(request)
        return EmbedAnswer(tuple((1.0, 0.5, float(i)) for i, _ in enumerate(request.texts)), "e", Usage(7), "e1")

    def models(self) -> list[dict[str, Any]]:
        row = {"placement": "private", "state": self.state, "calls": 3, "errors": 1, "p50_ms": 20.0, "p99_ms": None}
        row |= {"tokens_in": 9, "tokens_out": 8, "cost": None, "in_flight": 1, "limit": 8}
        return [{"name": "m1", **row}, {"name": "e1", **row, "cost": "0.25"}]


class Server:
    """The app on a free port, in a thread."""

    def __init__(self, home: Path, settings: Settings, gateway: FakeGateway) -> None:
        self.home, self.gateway = home, gateway
        self.clients: dict[str, openai.OpenAI] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        config = uvicorn.Config(
            web.build_app(home, settings, hosts=frozenset({"models.example"})), port=self.port, log_level="error"
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
        self.base = f"http://127.0.0.1:{self.port}"

    def sdk(self, key: str = KEY) -> openai.OpenAI:
        if key not in self.clients:
            self.clients[key] = openai.OpenAI(base_url=f"{self.base}/v1", api_key=key, max_retries=0, timeout=20)
        return self.clients[key]

    def ask(
        self, path: str, body: bytes | None = None, *, method: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(
            self.base + path, body, {"authorization": f"Bearer {KEY}", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def stop(self) -> None:
        for client in self.clients.values():
            client.close()
        self.server.should_exit = True
        self.thread.join(15)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLIENT_KEY", KEY)
        patch.setenv("EMBED_KEY", "client-key-2")
        patch.setenv("SLOW_KEY", "client-key-3")
        gateway = FakeGateway()

        @asynccontextmanager
        async def opened(*_: object) -> AsyncIterator[FakeGateway]:
            yield gateway

        patch.setattr(web, "open_gateway", opened)
        clients = [
            {"name": "desk", "key_env": "CLIENT_KEY"},
            {"name": "index", "key_env": "EMBED_KEY", "tasks": ["embed"]},
            {"name": "slow", "key_env": "SLOW_KEY", "requests_per_minute": 2},
        ]
        running = Server(
            tmp_path_factory.mktemp("home"), Settings.model_validate({"models": MODELS, "clients": clients}), gateway
        )
        yield running
        running.stop()


def messages(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_the_sdk_lists_and_shows_models(server: Server) -> None:
    assert [model.id for model in server.sdk().models.list()] == ["m1", "e1"]
    assert server.sdk().models.retrieve("m1").owned_by == "leafroot"


def test_the_sdk_chats(server: Server) -> None:
    answer = server.sdk().chat.completions.create(
        model="m1", messages=messages("你好"), temperature=0.2, max_completion_tokens=50, user="somebody"
    )
    assert answer.choices[0].message.content == "答：你好"
    assert (answer.model, answer.usage and answer.usage.total_tokens) == ("m1", 7)
    seen = server.gateway.seen[-1]
    assert isinstance(seen, ChatRequest)
    assert (seen.client, seen.model, seen.max_tokens, seen.extra["temperature"]) == ("desk", "m1", 50, 0.2)


def test_the_model_auto_leaves_the_choice_to_the_router(server: Server) -> None:
    server.sdk().chat.completions.create(model="auto", messages=messages("你好"))
    assert server.gateway.seen[-1].model is None


def test_tools_schema_and_reasoning_pass_through(server: Server) -> None:
    tool: Any = {"type": "function", "function": {"name": "look", "parameters": {}}}
    answer = server.sdk().chat.completions.create(model="m1", messages=messages("查"), tools=[tool])
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.tool_calls
    form: Any = {"type": "json_object"}
    thought = server.sdk().chat.completions.create(model="m1", messages=messages("think"), response_format=form)
    assert thought.choices[0].message.model_dump()["reasoning_content"] == "想过了"
    seen = server.gateway.seen[-1]
    assert isinstance(seen, ChatRequest)
    assert seen.response_format == form


def test_the_sdk_streams(server: Server) -> None:
    chunks = list(
        server.sdk().chat.completions.create(
            model="m1", messages=messages("数"), stream=True, stream_options={"include_usage": True}
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "一二三"
    assert chunks[-1].usage
    assert chunks[-1].usage.total_tokens == 11
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_that_breaks_ends_with_one_error_and_no_done(server: Server) -> None:
    body = json.dumps({"model": "m1", "messages": messages("breaks"), "stream": True}).encode()
    _, headers, raw = server.ask("/v1/chat/completions", body, **{"content-type": "application/json"})
    assert headers["content-type"].startswith("text/event-stream")
    lines = [line for line in raw.decode().splitlines() if line]
    assert "一" in lines[0]
    assert json.loads(lines[-1].removeprefix("data: "))["error"]["code"] == "reset"
    assert "[DONE]" not in raw.decode()


@pytest.mark.parametrize("asked", ["first fails", "nothing"])
def test_a_stream_that_never_begins_is_a_plain_error(server: Server, asked: str) -> None:
    with pytest.raises(openai.InternalServerError):
        server.sdk().chat.completions.create(model="m1", messages=messages(asked), stream=True)


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_the_sdk_embeds(server: Server, encoding: Any) -> None:
    answer = server.sdk().embeddings.create(model="e1", input=["甲", "乙"], encoding_format=encoding)
    assert [row.index for row in answer.data] == [0, 1]
    assert answer.usage.prompt_tokens == 7
    one = server.sdk().embeddings.create(model="e1", input="甲")
    assert list(one.data[0].embedding) == [1.0, 0.5, 0.0]


@pytest.mark.parametrize(
    ("asked", "kind", "status"),
    [
        ("fail:rate_limited@7", openai.RateLimitError, 429),
        ("fail:context", openai.BadRequestError, 400),
        ("fail:filtered", openai.BadRequestError, 400),
        ("fail:blocked", openai.InternalServerError, 503),
        ("fail:timeout", openai.InternalServerError, 504),
        ("fail:server", openai.InternalServerError, 502),
    ],
)
def test_failures_are_the_sdk_s_own_exceptions(
    server: Server, asked: str, kind: type[openai.APIStatusError], status: int
) -> None:
    with pytest.raises(kind) as caught:
        server.sdk().chat.completions.create(model="m1", messages=messages(asked))
    assert caught.value.status_code == status
    if "@" in asked:
        assert caught.value.response.headers["retry-after"] == "7"


def test_wrong_keys_scopes_and_quotas(server: Server) -> None:
    for key in ("wrong", "", KEY + "x"):
        with pytest.raises(openai.AuthenticationError):
            server.sdk(key or "none").models.list()
    with pytest.raises(openai.PermissionDeniedError):
        server.sdk("client-key-2").chat.completions.create(model="m1", messages=messages("x"))
    slow = server.sdk("client-key-3")
    for _ in range(2):
        slow.chat.completions.create(model="m1", messages=messages("x"))
    with pytest.raises(openai.RateLimitError) as caught:
        slow.chat.completions.create(model="m1", messages=messages("x"))
    assert 1 <= int(caught.value.response.headers["retry-after"]) <= 60


def test_unknown_models_are_not_found(server: Server) -> None:
    with pytest.raises(openai.NotFoundError, match="no-such"):
        server.sdk().chat.completions.create(model="no-such", messages=messages("x"))
    with pytest.raises(openai.BadRequestError, match="kind embedding"):
        server.sdk().chat.completions.create(model="e1", messages=messages("x"))
    with pytest.raises(openai.BadRequestError):
        server.sdk().embeddings.create(model="m1", input="x")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "JSON"),
        (b"[1]", "JSON object"),
        (b'{"model":"m1","messages":[]}', "messages"),
        (b'{"model":"m1","messages":[{"role":"robot","content":"x"}]}', "robot"),
        (b'{"model":"m1","messages":[{"role":"user","content":"x"}],"top_k":3}', "top_k"),
        (b'{"model":"m1","messages":[{"role":"user","content":"x"}],"n":2}', "n"),
        (b'{"model":"m1","messages":[{"role":"user","content":"x"}],"temperature":9}', "temperature"),
        (b"[" * 200_000, "JSON"),
    ],
)
def test_bad_bodies_are_told_what_is_wrong(server: Server, body: bytes, said: str) -> None:
    status, _, raw = server.ask("/v1/chat/completions", body, **{"content-type": "application/json"})
    assert status == 400
    assert said in json.loads(raw)["error"]["message"]


@pytest.mark.parametrize("given", [[], [""], "", [[1, 2]], ["x"] * 2049])
def test_bad_inputs_of_embeddings(server: Server, given: object) -> None:
    status, _, raw = server.ask("/v1/embeddings", json.dumps({"model": "e1", "input": given}).encode())
    assert status == 400
    assert "input" in json.loads(raw)["error"]["message"]


def test_another_dimension_is_refused(server: Server) -> None:
    with pytest.raises(openai.BadRequestError, match="dimensions"):
        server.sdk().embeddings.create(model="e1", input="x", dimensions=5)


def test_a_body_without_end_is_cut_off(server: Server) -> None:
    status, _, raw = server.ask("/v1/chat/completions", b"x" * (17 * 2**20))
    assert status == 413
    assert "16 MB" in json.loads(raw)["error"]["message"]


@pytest.mark.parametrize(
    ("host", "status"),
    [("models.example", 200), ("localhost:1", 200), ("[::1]:1", 200), ("evil.example", 421), ("", 421)],
)
def test_foreign_host_names_go_no_further(server: Server, host: str, status: int) -> None:
    assert server.ask("/v1/models", host=host)[0] == status


def test_a_client_that_goes_away_cancels_its_call(server: Server) -> None:
    before = server.gateway.cancelled
    with pytest.raises(openai.APITimeoutError):
        server.sdk().with_options(timeout=0.5).chat.completions.create(model="m1", messages=messages("wait"))
    deadline = threading.Event()
    for _ in range(100):
        if server.gateway.cancelled > before:
            break
        deadline.wait(0.05)
    assert server.gateway.cancelled == before + 1


def test_the_page_and_its_parts_come_from_this_server_alone(server: Server) -> None:
    for path, kind in (
        ("/models", "text/html"),
        ("/models/models.js", "text/javascript"),
        ("/models/models.css", "text/css"),
    ):
        status, headers, raw = server.ask(path)
        assert status == 200
        assert headers["content-type"].startswith(kind)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert b"http://" not in raw.replace(b"http://www.w3.org", b"")


def test_the_status_needs_a_key_and_shows_models_and_calls(server: Server) -> None:
    status = json.loads(server.ask("/models/status")[2])
    assert [row["name"] for row in status["models"]] == ["m1", "e1"]
    assert (status["failovers"], status["calls"]) == (2, [])
    assert server.ask("/models/status", authorization="Bearer wrong")[0] == 401
    assert server.ask("/metrics", authorization="Bearer wrong")[0] == 401


def test_the_switch_says_who_and_why(server: Server) -> None:
    form = {"content-type": "application/json"}
    body = json.dumps({"by": "甲", "reason": "答非所问"}).encode()
    assert server.ask("/models/m1/disable", body, **form)[0] == 200
    [(key, switch)] = read_switches(server.home).items()
    assert (key, switch.by, switch.reason) == (("model", "m1"), "甲", "答非所问")
    assert server.ask("/models/m1/enable", body, **form)[0] == 200
    assert read_switches(server.home) == {}
    assert server.ask("/models/m1/disable", b'{"by":"x"}', **form)[0] == 400
    assert server.ask("/models/m1/disable", body, **{"content-type": "application/x-www-form-urlencoded"})[0] == 415
    assert server.ask("/models/m9/disable", body, **form)[0] == 404
    assert server.ask("/models/m1/explode", body, **form)[0] == 404


def test_metrics_are_prometheus_s(server: Server) -> None:
    text = server.ask("/metrics")[2].decode()
    assert 'leafroot_model_calls_total{model="m1"} 3.0' in text
    assert 'leafroot_model_cost_cny_total{model="e1"} 0.25' in text
    assert 'leafroot_model_cost_cny_total{model="m1"}' not in text
    assert "leafroot_failovers_total 2.0" in text


def test_health_and_readiness(server: Server) -> None:
    assert server.ask("/health")[0] == 200
    assert json.loads(server.ask("/ready")[2]) == {"status": "ready", "models": 2}
    server.gateway.degraded = "ledger"
    assert json.loads(server.ask("/ready")[2])["status"] == "degraded"
    server.gateway.degraded, server.gateway.state = "", "disabled"
    assert server.ask("/ready")[0] == 503
    server.gateway.state = "ready"


def test_what_is_not_there_is_said(server: Server) -> None:
    assert server.ask("/v1/nothing")[0] == 404
    assert server.ask("/v1/models", method="DELETE")[0] == 405
