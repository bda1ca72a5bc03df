"""The transport over the openai SDK: slower, and a second opinion on everything that the first one does.

The SDK makes the requests and reads statuses; bodies are bounded and read by the code that both transports share.
"""

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI, Omit

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, CallOutcome
from resources.models.transports.base import CONNECT_SECONDS, BaseTransport
from resources.models.transports.wire import ERROR_BYTES, MAX_HEADER_LINE, MAX_HEADERS, Unpacker

__all__ = ["SdkTransport"]

# What the SDK takes from its own environment variables belongs to OpenAI and goes nowhere else.
_NOT_OURS = ("OpenAI-Organization", "OpenAI-Project")


@lru_cache(maxsize=1)
def _verifying() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Guard(httpx2.AsyncBaseTransport):
    """Stands between the SDK and the network: bounded headers, bounded error bodies, no cookies."""

    def __init__(self, limit: int) -> None:
        # h11 keeps surplus bytes of an answer and reads them as the next one: no connection serves twice here.
        limits = httpx2.Limits(max_connections=limit, max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(verify=_verifying(), trust_env=False, limits=limits, retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; the body of a refusal is read here, as far as it is read at all."""
        response = await self._inner.handle_async_request(request)
        headers = response.headers
        if len(headers.raw) > MAX_HEADERS or any(
            len(name) + len(value) > MAX_HEADER_LINE for name, value in headers.raw
        ):
            await response.aclose()
            raise CallError(CallOutcome.FRAMING, "the answer's headers are too many or too long")
        headers.pop("set-cookie", None)
        if 200 <= response.status_code < 300:
            return response
        content = b""
        try:
            unpacker = Unpacker(headers.get("content-encoding"), ERROR_BYTES)
            async for chunk in response.aiter_raw():
                content += unpacker.feed(chunk)
        except (CallError, httpx2.HTTPError):
            pass  # the status says it already
        finally:
            await response.aclose()
        kept = [
            (name, value)
            for name, value in headers.multi_items()
            if name.lower() not in {"content-encoding", "content-length"}
        ]
        return httpx2.Response(response.status_code, headers=kept, content=content)

    async def aclose(self) -> None:
        """End all connections."""
        await self._inner.aclose()


class _Reply:
    """An answer of the SDK's, or of the status error that it raised."""

    def __init__(self, response: httpx2.Response, manager: Any = None) -> None:
        self._response, self._manager = response, manager
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    async def _content(self) -> AsyncIterator[bytes]:
        yield self._response.content

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it came."""
        return self._content() if self._manager is None else self._response.aiter_raw()

    async def close(self) -> None:
        """Give the connection back, or end it where the body was not read to its end."""
        if self._manager is not None:
            await self._manager.__aexit__(None, None, None)

    def spoil(self) -> None:
        """Do nothing: its pool looks at each connection before it lends it."""


class SdkTransport(BaseTransport):
    """Sends through `AsyncOpenAI`, one client an endpoint over one pool; see `BaseTransport` for its arguments."""

    errors = (*BaseTransport.errors, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, openai.OpenAIError)
    _http: httpx2.AsyncClient | None = None
    _closed = False

    async def close(self) -> None:
        """End all connections."""
        self._closed = True
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _post(self, endpoint: Endpoint, path: str, body: bytes) -> _Reply:
        client = self._client(endpoint)
        fields = json.loads(body)
        call: Any
        if path == "/embeddings":
            call = client.embeddings.with_streaming_response.create
            given = {key: fields.pop(key) for key in ("model", "input", "encoding_format")}
        else:
            call = client.chat.completions.with_streaming_response.create
            given = {key: fields.pop(key) for key in ("model", "messages")}
            given["stream"] = fields.pop("stream", False)
        headers: dict[str, Any] = {} if endpoint.key else {"Authorization": Omit()}
        manager = call(**given, extra_body=fields, extra_headers=headers)
        try:
            response = await manager.__aenter__()
        except openai.APIStatusError as error:
            refused = error.response
        else:
            return _Reply(response.http_response, manager)
        return _Reply(refused)

    def _client(self, endpoint: Endpoint) -> AsyncOpenAI:
        """Return the SDK's client for an endpoint."""
        if self._closed:
            raise CallError(CallOutcome.CANCELLED, "the transport is closed")
        if self._http is None:
            self._clients: dict[Endpoint, AsyncOpenAI] = {}
            self._http = httpx2.AsyncClient(
                transport=_Guard(self._limit),
                timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
                follow_redirects=False,
                trust_env=False,
            )
        client = self._clients.get(endpoint)
        if client is None:
            client = self._clients[endpoint] = _new_client(endpoint, self._http)
        return client

    def _translate(self, error: Exception) -> CallError:
        return _read_error(error)


def _new_client(endpoint: Endpoint, http: httpx2.AsyncClient) -> AsyncOpenAI:
    headers: dict[str, Any] = dict.fromkeys(_NOT_OURS, Omit())
    if not endpoint.base_url.startswith(("http://", "https://")):
        raise CallError(CallOutcome.CONNECT, "base_url must be an http:// or https:// address")
    if endpoint.key and not (endpoint.key.isascii() and endpoint.key.isprintable()):
        raise CallError(CallOutcome.AUTH, "the key has characters that no header can carry")
    headers["Accept-Encoding"] = "identity"
    return AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        default_headers=headers,
        http_client=http,
    )


def _read_error(error: Exception) -> CallError:
    """Return what an exception of the SDK's, or of its HTTP library's, stands for. Its own text stays out."""
    cause: BaseException | None = error
    while isinstance(cause, openai.APIConnectionError) and cause.__cause__ is not None:
        cause = cause.__cause__
    name = type(cause).__name__
    if isinstance(cause, CallError):
        return cause
    if isinstance(cause, httpx2.RemoteProtocolError):
        text = str(cause)
        if "disconnected" in text or "peer closed" in text:
            return CallError(CallOutcome.RESET, "the connection ended before the answer did")
        return CallError(CallOutcome.FRAMING, "the answer is not HTTP as it should be")
    if isinstance(cause, httpx2.ReadError | httpx2.WriteError | httpx2.CloseError | ConnectionError):
        return CallError(CallOutcome.RESET, f"the connection ended before the answer did ({name})")
    if isinstance(
        cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.UnsupportedProtocol | httpx2.InvalidURL | OSError
    ):
        return CallError(CallOutcome.CONNECT, f"no connection ({name})")
    if isinstance(cause, httpx2.TimeoutException):
        return CallError(CallOutcome.TIMEOUT, f"no answer in time ({name})")
    return CallError(CallOutcome.BAD_REQUEST, f"the request cannot be sent ({name})")
