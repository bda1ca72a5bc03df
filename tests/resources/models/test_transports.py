"""Both transports on every fault of our own server: the same outcome, the one that the fault's table states."""

import asyncio
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, ChatAnswer, ChatRequest, EmbedRequest, StreamEvent
from resources.models.spec import CallOutcome as O
from resources.models.transports.aiohttp_transport import AiohttpTransport
from resources.models.transports.base import BaseTransport
from resources.models.transports.chat import join_events
from resources.models.transports.redact import Redactor
from resources.models.transports.sdk import SdkTransport
from tests.fakes.model_faults import FAULTS, Fault
from tests.fakes.model_server import ModelServer

KEY = "sk-sentinel/42+key"
TRANSPORTS = [AiohttpTransport, SdkTransport]
REQUEST = ChatRequest(messages=({"role": "user", "content": "铜价上涨"},))
TEXTS = EmbedRequest(("铜价上涨", "铝价"))
QUICK = {O.TIMEOUT: 0.25}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(key=KEY) as running:
        yield running


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(scope="module", params=TRANSPORTS, ids=["aiohttp", "sdk"])
def transport(request: pytest.FixtureRequest, runner: asyncio.Runner, server: ModelServer) -> Iterator[BaseTransport]:
    """One transport through all faults, so that a connection that one spoils is there for the next."""
    made: BaseTransport = request.param()
    server.fault = None
    # What a library does once, at its first call, is not to count against the short limits of the hangs.
    for kind in ("chat", "stream", "embed"):
        runner.run(ask(made, endpoint(server), kind, 60))
    yield made
    runner.run(made.close())


@pytest.fixture(autouse=True)
def _good_again(server: ModelServer) -> None:
    server.fault, server.answer = None, ModelServer().answer
    server.calls.clear()
    server.counts.clear()


def endpoint(server: ModelServer, **fields: Any) -> Endpoint:
    return Endpoint(server.base_url, "m", KEY, **fields)


async def ask(transport: BaseTransport, where: Endpoint, kind: str, seconds: float = 5.0) -> Any:
    if kind == "chat":
        return await transport.chat(where, REQUEST, seconds=seconds)
    if kind == "embed":
        return await transport.embed(where, TEXTS, seconds=seconds)
    return [event async for event in transport.stream(where, REQUEST, seconds=seconds)]


def spellings(key: str) -> list[str]:
    return [key, *Redactor([key])._known.pattern.replace("\\", "").split("|")]  # type: ignore[union-attr]


def shown(error: BaseException) -> str:
    """Return all that a log or a traceback would show of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))


CASES = [(fault, kind) for fault in FAULTS.values() for kind in fault.kinds]


@pytest.mark.parametrize(("fault", "kind"), CASES, ids=[f"{fault.name}-{kind}" for fault, kind in CASES])
def test_fault_gives_its_outcome(
    server: ModelServer,
    caplog: pytest.LogCaptureFixture,
    runner: asyncio.Runner,
    transport: BaseTransport,
    fault: Fault,
    kind: str,
) -> None:
    async def run() -> tuple[O, Any, Any]:
        server.fault = fault
        where = endpoint(server, dimension=server.dimension)
        try:
            found = await ask(transport, where, kind, QUICK.get(fault.right[0], 5.0))
            outcome: O = O.OK
        except CallError as error:
            outcome, found = error.outcome, error
        server.fault = None
        await asyncio.sleep(0.03 if fault.name == "surplus_later" else 0)
        return outcome, found, await ask(transport, where, kind)

    caplog.set_level(logging.DEBUG)
    outcome, found, after = runner.run(run())
    assert outcome in fault.right, found
    check_good(after, kind)
    server.settle()
    assert server.counts["cookies"] == 0
    assert not any("trap" in call.path for call in server.calls)
    # A machine that is busy may spend the short limit of a hang before the request is out.
    assert len(server.calls) == 2 or (outcome is O.TIMEOUT and len(server.calls) == 1), "one attempt is one request"
    if isinstance(found, CallError):
        assert found.__cause__ is None
        assert found.__context__ is None
        assert found.retry_after == fault.wait
        assert found.detail == " ".join(found.detail.split())
        text = shown(found) + caplog.text
        assert not [form for form in spellings(KEY) if len(form) > 12 and form.lower() in text.lower()]


def check_good(answer: Any, kind: str) -> None:
    if kind == "chat":
        assert answer.content == "答:铜价上涨"
    elif kind == "embed":
        assert len(answer.vectors) == 2
        assert answer.vectors[0] != answer.vectors[1]
    else:
        assert "".join(event.text for event in answer) == "答:铜价上涨"
        assert answer[-1].finish == "stop"


def chat_of(server: ModelServer, make: type[BaseTransport], kind: str, fault: str | None = None) -> ChatAnswer:
    """Return an answer, streamed or not, as one."""

    async def run() -> ChatAnswer:
        transport = make()
        server.fault = FAULTS[fault] if fault else None
        try:
            found = await ask(transport, endpoint(server), kind)
        finally:
            await transport.close()
        return found if isinstance(found, ChatAnswer) else join_events(found, "m")

    return asyncio.run(run())


BOTH = pytest.mark.parametrize("make", TRANSPORTS, ids=["aiohttp", "sdk"])
MODES = pytest.mark.parametrize("kind", ["chat", "stream"])


@BOTH
@MODES
@pytest.mark.parametrize(
    ("message", "content", "reasoning"),
    [
        ({"content": "好", "reasoning_content": "想一想"}, "好", "想一想"),
        ({"content": "<think>\n想一想\n</think>\n\n好"}, "好", "想一想"),
        ({"content": "\n<Think>想</think><think>再想</think>好"}, "好", "想再想"),
        ({"content": "好的 <think> 是一个标签"}, "好的 <think> 是一个标签", None),
        ({"content": '{"a": "</think>"}'}, '{"a": "</think>"}', None),
        ({"content": "<seed:think>想</seed:think>好"}, "好", "想"),
        ({"content": "<b>好</b>"}, "<b>好</b>", None),
    ],
    ids=["field", "tag", "two", "quoted", "in_json", "seed", "other_tag"],
)
def test_reasoning_stays_apart(
    server: ModelServer,
    make: type[BaseTransport],
    kind: str,
    message: dict[str, Any],
    content: str,
    reasoning: str | None,
) -> None:
    server.answer = lambda _body: message
    found = chat_of(server, make, kind)
    assert (found.content, found.reasoning) == (content, reasoning)


@BOTH
@MODES
def test_tool_calls_are_passed_through(server: ModelServer, make: type[BaseTransport], kind: str) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": not json'}}
    server.answer = lambda _body: {"tool_calls": [call]}
    found = chat_of(server, make, kind)
    assert found.content is None
    assert [{key: value for key, value in one.items() if key != "index"} for one in found.tool_calls] == [call]


@BOTH
@MODES
@pytest.mark.parametrize("fault", ["controls", "surrogate"])
def test_control_characters_are_stripped(server: ModelServer, make: type[BaseTransport], kind: str, fault: str) -> None:
    found = chat_of(server, make, kind, fault)
    assert found.content == ("答:[31m铜" if fault == "controls" else "答:铜")


@BOTH
@MODES
@pytest.mark.parametrize("fault", ["usage_missing", "usage_negative", "usage_absurd", "usage_list"])
def test_usage_is_estimated_where_it_cannot_be_believed(
    server: ModelServer, make: type[BaseTransport], kind: str, fault: str
) -> None:
    usage = chat_of(server, make, kind, fault).usage
    assert usage.estimated
    assert (usage.tokens_in, usage.tokens_out) == (8, 6)


@BOTH
@MODES
def test_usage_is_the_servers_to_the_token(server: ModelServer, make: type[BaseTransport], kind: str) -> None:
    found = chat_of(server, make, kind).usage
    given = server.calls[-1].completion()["usage"]
    assert (found.tokens_in, found.tokens_out) == (given["prompt_tokens"], given["completion_tokens"])
    assert not found.estimated


@BOTH
def test_embeddings_keep_the_order_of_the_texts(server: ModelServer, make: type[BaseTransport]) -> None:
    async def run() -> list[Any]:
        transport = make()
        found = []
        for name in ("slow_start", "emb_shuffled", "emb_strings", "emb_base64"):
            server.fault = FAULTS[name]
            found.append((await ask(transport, endpoint(server), "embed")).vectors)
        await transport.close()
        return found

    good, *others = asyncio.run(run())
    for other in others:
        assert [list(map(float, row)) for row in other] == [pytest.approx(row) for row in good]
    assert all(call.body["encoding_format"] == "float" for call in server.calls)


@BOTH
def test_request_goes_out_as_it_was_asked(server: ModelServer, make: type[BaseTransport]) -> None:
    request = ChatRequest(
        messages=({"role": "user", "content": "铜"},),
        max_tokens=5,
        response_format={"type": "json_object"},
        tools=({"type": "function", "function": {"name": "f"}},),
        tool_choice="auto",
        extra={"temperature": 0.5, "top_k": 3, "model": "not this"},
    )

    async def run() -> None:
        transport = make()
        await transport.chat(endpoint(server), request, seconds=5)
        await transport.close()

    asyncio.run(run())
    sent = {key: value for key, value in server.calls[-1].body.items() if (key, value) != ("stream", False)}
    assert sent == {
        "model": "m",
        "messages": [{"role": "user", "content": "铜"}],
        "max_tokens": 5,
        "response_format": {"type": "json_object"},
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "tool_choice": "auto",
        "temperature": 0.5,
        "top_k": 3,
    }
    headers = server.calls[-1].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept-encoding"] == "identity"
    assert "openai-organization" not in headers


@BOTH
def test_a_prompt_of_megabytes_is_sent_whole(server: ModelServer, make: type[BaseTransport]) -> None:
    text = "铜" * 800_000

    async def run() -> None:
        transport = make()
        await transport.chat(endpoint(server), ChatRequest(messages=({"role": "user", "content": text},)), seconds=20)
        await transport.close()

    asyncio.run(run())
    assert server.calls[0].body["messages"][0]["content"] == text
    assert "transfer-encoding" not in server.calls[0].headers


@BOTH
@pytest.mark.parametrize("kind", ["chat", "stream", "embed"])
def test_cancelling_closes_the_socket_at_once(server: ModelServer, make: type[BaseTransport], kind: str) -> None:
    async def run() -> None:
        transport = make()
        server.fault = FAULTS["sse_stall" if kind == "stream" else "hang"]
        task = asyncio.create_task(ask(transport, endpoint(server), kind, 60))
        while server.in_flight == 0:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(200):
            if server.counts["client_gone"]:
                break
            await asyncio.sleep(0.005)
        assert server.counts["client_gone"] == 1, "while the transport is still open"
        await transport.close()

    asyncio.run(run())


@BOTH
def test_a_stream_that_is_left_closes_the_socket(server: ModelServer, make: type[BaseTransport]) -> None:
    async def run() -> None:
        transport = make()
        server.fault = FAULTS["sse_stall"]
        stream = transport.stream(endpoint(server), REQUEST, seconds=60)
        async for event in stream:
            assert isinstance(event, StreamEvent)
            break
        await stream.aclose()  # type: ignore[attr-defined]
        for _ in range(200):
            if server.counts["client_gone"]:
                break
            await asyncio.sleep(0.005)
        assert server.counts["client_gone"] == 1
        await transport.close()

    asyncio.run(run())


@BOTH
def test_a_stream_without_bytes_is_given_up_after_its_idle_time(server: ModelServer, make: type[BaseTransport]) -> None:
    async def run() -> CallError:
        transport = make(idle=0.1)
        server.fault = FAULTS["sse_stall"]
        with pytest.raises(CallError) as caught:
            await ask(transport, endpoint(server), "stream", 60)
        await transport.close()
        return caught.value

    assert asyncio.run(run()).outcome is O.TIMEOUT


@BOTH
@pytest.mark.parametrize(
    ("base_url", "key", "outcome"),
    [
        ("http://127.0.0.1:9/v1", KEY, O.CONNECT),
        ("http://no-such-host.invalid/v1", KEY, O.CONNECT),
        ("ftp://127.0.0.1/v1", KEY, O.CONNECT),
        ("127.0.0.1", KEY, O.CONNECT),
        ("http://127.0.0.1:9/v1", "钥匙-not-ascii", O.AUTH),
        ("http://127.0.0.1:9/v1", "two\r\nlines: x", O.AUTH),
    ],
    ids=["refused", "unknown_host", "scheme", "no_scheme", "key_not_ascii", "key_of_two_lines"],
)
def test_no_connection(make: type[BaseTransport], base_url: str, key: str, outcome: O) -> None:
    async def run() -> CallError:
        transport = make()
        with pytest.raises(CallError) as caught:
            await ask(transport, Endpoint(base_url, "m", key), "chat")
        await transport.close()
        return caught.value

    error = asyncio.run(run())
    assert error.outcome is outcome
    assert key not in shown(error)


@BOTH
def test_a_closed_transport_sends_nothing(server: ModelServer, make: type[BaseTransport]) -> None:
    async def run() -> CallError:
        transport = make()
        await transport.close()
        with pytest.raises(CallError) as caught:
            await ask(transport, endpoint(server), "chat")
        return caught.value

    assert asyncio.run(run()).outcome is O.CANCELLED
    assert not server.calls


@BOTH
@pytest.mark.parametrize("value", ["\ud83d", float("nan"), object()], ids=["surrogate", "nan", "object"])
def test_what_is_no_json_is_not_sent(server: ModelServer, make: type[BaseTransport], value: object) -> None:
    request = ChatRequest(messages=({"role": "user", "content": "x"},), extra={"user": value})

    async def run() -> CallError:
        transport = make()
        with pytest.raises(CallError) as caught:
            await transport.chat(endpoint(server), request, seconds=5)
        await transport.close()
        return caught.value

    assert asyncio.run(run()).outcome is O.BAD_REQUEST
    assert not server.calls


@BOTH
def test_without_a_key_no_authorization_is_sent(make: type[BaseTransport]) -> None:
    with ModelServer(key=None) as open_server:

        async def run() -> None:
            transport = make()
            await ask(transport, Endpoint(open_server.base_url + "/", "m"), "chat")
            await transport.close()

        asyncio.run(run())
        assert "authorization" not in open_server.calls[0].headers
        assert open_server.calls[0].path == "/v1/chat/completions"


def test_aiohttp_reuses_connections_and_bounds_them(server: ModelServer) -> None:
    async def run() -> None:
        transport = AiohttpTransport(limit=4)
        server.fault = FAULTS["slow_start"]
        server.peak = 0
        await asyncio.gather(*(ask(transport, endpoint(server), "chat") for _ in range(12)))
        await transport.close()

    asyncio.run(run())
    assert server.peak == 4
    assert server.counts["connections"] == 4


@BOTH
def test_the_environments_proxy_and_organisation_are_not_used(
    server: ModelServer, make: type[BaseTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    chat_of(server, make, "chat")
    assert "openai-organization" not in server.calls[0].headers


@BOTH
def test_redaction_of_the_callers_is_applied(server: ModelServer, make: type[BaseTransport]) -> None:
    async def run() -> CallError:
        transport = make(redact=lambda text: text.replace("insufficient_balance", "[card]"))
        server.fault = FAULTS["402"]
        with pytest.raises(CallError) as caught:
            await ask(transport, endpoint(server), "chat")
        await transport.close()
        return caught.value

    assert asyncio.run(run()).detail == "status 402 [card] [card]"


def test_endpoint_does_not_show_its_key(server: ModelServer) -> None:
    assert KEY not in repr(endpoint(server))
    assert KEY not in json.dumps(repr(AiohttpTransport()))
