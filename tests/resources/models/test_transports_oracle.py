"""The plain openai SDK as the oracle: where it gives an answer at all, ours is the same; and what libraries raise, alone."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import openai
import pytest

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, ChatRequest, EmbedRequest, StreamEvent
from resources.models.spec import CallOutcome as O
from resources.models.transports import aiohttp_transport, sdk
from resources.models.transports.aiohttp_transport import AiohttpTransport
from resources.models.transports.base import BaseTransport
from resources.models.transports.chat import join_events
from resources.models.transports.sdk import SdkTransport
from resources.models.transports.wire import clean_text
from tests.fakes.model_faults import FAULTS, Fault
from tests.fakes.model_server import ModelServer

MESSAGES = [{"role": "user", "content": "铜价上涨"}]
TEXTS = ("铜价上涨", "铝价")
BOTH = pytest.mark.parametrize("make", [AiohttpTransport, SdkTransport], ids=["aiohttp", "sdk"])
#: What we tolerate and the plain SDK cannot read: it fails, or gives something that is no answer.
BEYOND_THE_SDK = {
    "chat": {"gbk", "sse_unasked"},
    # A whole completion where a stream was asked for gives the SDK no chunk at all.
    "stream": {
        *("bom", "cookie", "gbk", "gzip", "http10", "json_instead", "no_type", "other_model", "wrong_type"),
        *("usage_absurd", "usage_list", "usage_missing", "usage_negative", "sse_pings", "sse_twice"),
    },
    "embed": {"emb_base64", "emb_shuffled", "emb_strings"},
}
TOLERATED = [(fault, kind) for fault in FAULTS.values() if fault.tolerated for kind in fault.kinds]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


async def oracle(client: openai.AsyncOpenAI, kind: str) -> Any:
    """Ask the plain SDK; return text and finish, or vectors."""
    messages: Any = MESSAGES
    if kind == "chat":
        found = await client.chat.completions.create(model="m", messages=messages)
        return said(found.choices[0].message.content), found.choices[0].finish_reason
    if kind == "embed":
        given = await client.embeddings.create(model="m", input=list(TEXTS), encoding_format="float")
        return [tuple(row.embedding) for row in given.data]
    text, finish = "", None
    async for chunk in await client.chat.completions.create(model="m", messages=messages, stream=True):
        for choice in chunk.choices:
            text, finish = text + (choice.delta.content or ""), choice.finish_reason or finish
    return said(text), finish


def said(content: Any) -> str:
    """Return a content as we give it: parts joined, no controls."""
    if isinstance(content, list):
        content = "".join(part["text"] for part in content)
    return clean_text(content)


async def ours(transport: BaseTransport, where: Endpoint, kind: str) -> Any:
    request = ChatRequest(messages=tuple(MESSAGES))
    if kind == "chat":
        found = await transport.chat(where, request, seconds=5)
        return found.content, found.finish
    if kind == "embed":
        return list((await transport.embed(where, EmbedRequest(TEXTS), seconds=5)).vectors)
    joined = join_events([event async for event in transport.stream(where, request, seconds=5)], "")
    return joined.content, joined.finish


@pytest.mark.parametrize(("fault", "kind"), TOLERATED, ids=[f"{fault.name}-{kind}" for fault, kind in TOLERATED])
def test_answers_are_those_of_the_sdk(server: ModelServer, runner: asyncio.Runner, fault: Fault, kind: str) -> None:
    async def run() -> tuple[Any, list[Any]]:
        server.fault = fault
        where = Endpoint(server.base_url, "m", server.key)
        found = []
        for make in (AiohttpTransport, SdkTransport):
            transport = make()
            found.append(await ours(transport, where, kind))
            await transport.close()
        http = httpx2.AsyncClient(trust_env=False)
        async with openai.AsyncOpenAI(
            api_key=server.key, base_url=server.base_url, max_retries=0, timeout=1, http_client=http
        ) as client:
            try:
                given = await oracle(client, kind)
            except (openai.OpenAIError, ValueError, TypeError, AttributeError, httpx2.HTTPError) as error:
                given = error
        return given, found

    given, found = runner.run(run())
    assert found[0] == found[1]
    agrees = not isinstance(given, Exception) and found[0] == given
    assert agrees != (fault.name in BEYOND_THE_SDK[kind]), given


@BOTH
@pytest.mark.parametrize(("name", "outcome"), [("sse_error", O.SERVER), ("sse_reset", O.RESET), ("sse_cut", O.RESET)])
def test_a_stream_that_breaks_gives_its_pieces_once_and_then_one_error(
    server: ModelServer, runner: asyncio.Runner, make: type[BaseTransport], name: str, outcome: O
) -> None:
    async def run() -> tuple[list[StreamEvent], CallError]:
        server.fault, before = FAULTS[name], len(server.calls)
        transport = make()
        events: list[StreamEvent] = []
        where, request = Endpoint(server.base_url, "m", server.key), ChatRequest(messages=tuple(MESSAGES))

        async def read() -> None:
            async for event in transport.stream(where, request, seconds=5):
                events.append(event)

        with pytest.raises(CallError) as caught:
            await read()
        await transport.close()
        assert len(server.calls) == before + 1
        return events, caught.value

    events, error = runner.run(run())
    assert error.outcome is outcome
    assert "".join(event.text for event in events) == "答:铜价上涨"[: 3 * len(events)]
    assert all(event.finish is None for event in events)


REQUEST = httpx2.Request("POST", "http://x/v1")
KEY_REQUEST = aiohttp.RequestInfo(url=None, method="POST", headers=None, real_url=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (aiohttp.ConnectionTimeoutError("x"), O.CONNECT),
        (aiohttp.ServerDisconnectedError("x"), O.RESET),
        (aiohttp.ServerTimeoutError("x"), O.RESET),
        (aiohttp.ClientPayloadError("x"), O.FRAMING),
        (aiohttp.ClientResponseError(KEY_REQUEST, ()), O.FRAMING),
        (aiohttp.InvalidURL("x"), O.CONNECT),
        (ConnectionResetError("x"), O.RESET),
        (OSError("x"), O.CONNECT),
        (ssl.SSLError("x"), O.CONNECT),
        (ValueError("x"), O.BAD_REQUEST),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_errors_of_aiohttp_are_translated_without_their_text(error: Exception, outcome: O) -> None:
    found = aiohttp_transport._read_error(error)
    assert found.outcome is outcome
    assert "x" not in found.detail.split()


def wrapped(cause: Exception) -> Exception:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (wrapped(httpx2.ConnectError("x")), O.CONNECT),
        (wrapped(httpx2.ConnectTimeout("x")), O.CONNECT),
        (wrapped(httpx2.ReadError("x")), O.RESET),
        (wrapped(httpx2.RemoteProtocolError("Server disconnected")), O.RESET),
        (wrapped(httpx2.RemoteProtocolError("illegal")), O.FRAMING),
        (wrapped(CallError(O.TOO_LARGE, "big")), O.TOO_LARGE),
        (httpx2.ReadTimeout("x"), O.TIMEOUT),
        (ssl.SSLError("x"), O.CONNECT),
        (openai.APIConnectionError(request=REQUEST), O.BAD_REQUEST),
        (ValueError("x"), O.BAD_REQUEST),
    ],
)
def test_errors_of_the_sdk_are_translated_without_their_text(error: Exception, outcome: O) -> None:
    found = sdk._read_error(error)
    assert found.outcome is outcome
    assert "x" not in found.detail.split()


@BOTH
def test_a_certificate_of_nobody_we_trust_is_no_connection(
    tmp_path: Path, runner: asyncio.Runner, make: type[BaseTransport]
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    pem = tmp_path / "made.pem"
    words = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout {pem} -out {pem}.crt"
    subprocess.run([openssl, *words.split()], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{pem}.crt", pem)
    with ModelServer(tls=context) as secure:
        error = runner.run(refused(make(), Endpoint(secure.base_url, "m", secure.key)))
        assert error.outcome is O.CONNECT
        assert not secure.calls


@BOTH
def test_a_server_without_tls_is_no_connection(
    server: ModelServer, runner: asyncio.Runner, make: type[BaseTransport]
) -> None:
    before = len(server.calls)
    error = runner.run(refused(make(), Endpoint(server.base_url.replace("http:", "https:"), "m", server.key)))
    assert error.outcome is O.CONNECT
    assert len(server.calls) == before


async def refused(transport: BaseTransport, where: Endpoint) -> CallError:
    try:
        with pytest.raises(CallError) as caught:
            await ours(transport, where, "chat")
    finally:
        await transport.close()
    return caught.value


def test_aiohttp_session_verifies_and_takes_nothing_from_outside(runner: asyncio.Runner) -> None:
    async def run() -> None:
        transport = AiohttpTransport(limit=7)
        session = transport._open()
        assert session.connector is not None
        assert session.connector._ssl is True  # type: ignore[attr-defined]
        assert session.connector.limit == 7
        assert session.trust_env is False
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
        assert session.timeout.sock_connect == 10
        await transport.close()

    runner.run(run())
