"""The transport for throughput: aiohttp, with nothing of it that follows, remembers or guesses."""

import io
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, CallOutcome
from resources.models.transports.base import CONNECT_SECONDS, BaseTransport
from resources.models.transports.wire import MAX_HEADER_LINE, MAX_HEADERS

__all__ = ["AiohttpTransport"]

# uvicorn ends an idle connection after 5 s; to leave first spares a call that meets the end.
_KEEPALIVE_SECONDS = 4.0
_AGENT = "leafroot"
_ONE_WRITE = 1 << 20


class _Target:
    """Address and headers of one endpoint, made once. Its repr shows no key."""

    __slots__ = ("headers", "url")

    def __init__(self, url: URL, headers: CIMultiDict[str]) -> None:
        self.url, self.headers = url, headers


class _Reply:
    """An answer of aiohttp's."""

    __slots__ = ("_response", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it came."""
        return self._response.content.iter_any()

    async def close(self) -> None:
        """End the connection, unless the body was read to its end and it is back in the pool."""
        self._response.close()

    def spoil(self) -> None:
        """Mark the connection, which may be back in the pool by now: `_Connector` lends no such one."""
        protocol = self._response._protocol  # noqa: SLF001 - `connection` is gone once the body has ended
        if protocol is not None:
            protocol.force_close()


class _Connector(aiohttp.TCPConnector):
    """A pool that lends no connection on which something came that nobody had asked for."""

    async def _get(self, key: Any, traces: Any) -> Any:
        connection = await super()._get(key, traces)
        while connection is not None and connection.protocol is not None and connection.protocol.should_close:
            connection.close()
            connection = await super()._get(key, traces)
        return connection


class AiohttpTransport(BaseTransport):
    """Sends over one aiohttp session, made at the first call in the loop that calls; see `BaseTransport` for its arguments."""

    errors = (*BaseTransport.errors, aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError)
    _session: aiohttp.ClientSession | None = None
    _closed = False

    async def close(self) -> None:
        """End all connections."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, endpoint: Endpoint, path: str, body: bytes) -> _Reply:
        session = self._session or self._open()
        target = self._targets.get((endpoint, path))
        if target is None:
            target = self._targets[endpoint, path] = _target(endpoint, path)
        # aiohttp writes bytes in one go, which it warns of where they are many; a file it writes piece by piece.
        data: Any = body if len(body) <= _ONE_WRITE else io.BytesIO(body)
        response = await session.post(target.url, data=data, headers=target.headers, allow_redirects=False)
        return _Reply(response)

    def _open(self) -> aiohttp.ClientSession:
        """Make the session: no proxies from the environment, no cookies, no unpacking, bounded headers."""
        if self._closed:
            raise CallError(CallOutcome.CANCELLED, "the transport is closed")
        self._targets: dict[tuple[Endpoint, str], _Target] = {}
        self._session = aiohttp.ClientSession(
            connector=_Connector(limit=self._limit, keepalive_timeout=_KEEPALIVE_SECONDS, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            auto_decompress=False,
            trust_env=False,
            max_line_size=MAX_HEADER_LINE,
            max_field_size=MAX_HEADER_LINE,
            max_headers=MAX_HEADERS,
        )
        return self._session

    def _translate(self, error: Exception) -> CallError:
        return _read_error(error)


def _target(endpoint: Endpoint, path: str) -> _Target:
    """Return where a path of an endpoint is, with its headers."""
    url = URL(endpoint.base_url)
    if url.scheme not in {"http", "https"} or not url.host:
        raise CallError(CallOutcome.CONNECT, "base_url must be an http:// or https:// address")
    headers: CIMultiDict[str] = CIMultiDict(
        {"Content-Type": "application/json", "Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": _AGENT}
    )
    if endpoint.key:
        if not endpoint.key.isascii() or not endpoint.key.isprintable():
            raise CallError(CallOutcome.AUTH, "the key has characters that no header can carry")
        headers["Authorization"] = f"Bearer {endpoint.key}"
    return _Target(url.with_path(url.path.rstrip("/") + path, keep_query=True), headers)


def _read_error(error: Exception) -> CallError:
    """Return what an exception of aiohttp's stands for. Its own text stays out: it may hold addresses and headers."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.ClientSSLError):
        return CallError(CallOutcome.CONNECT, f"no connection ({name})")
    if isinstance(error, aiohttp.ClientPayloadError):
        return _read_payload_error(error)
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.http_exceptions.HttpProcessingError):
        return CallError(CallOutcome.FRAMING, f"the answer is not HTTP as it should be ({name})")
    if isinstance(error, aiohttp.InvalidURL):
        return CallError(CallOutcome.CONNECT, "base_url is no address")
    if isinstance(error, aiohttp.ClientConnectionError | ConnectionError):
        return CallError(CallOutcome.RESET, f"the connection ended before the answer did ({name})")
    if isinstance(error, TimeoutError):
        return CallError(CallOutcome.TIMEOUT, f"no answer in time ({name})")
    if isinstance(error, OSError):
        return CallError(CallOutcome.CONNECT, f"no connection ({name})")
    return CallError(CallOutcome.BAD_REQUEST, f"the request cannot be sent ({name})")


def _read_payload_error(error: aiohttp.ClientPayloadError) -> CallError:
    """Return whether a body was cut or is broken."""
    cause = error.__cause__
    cut = isinstance(
        cause, aiohttp.http_exceptions.ContentLengthError | ConnectionError | aiohttp.ClientConnectionError
    )
    if cut or "Not enough data" in str(error) or "not completed" in str(error):
        return CallError(CallOutcome.RESET, "the connection ended before the answer did")
    return CallError(CallOutcome.FRAMING, "the body's length or chunks are broken")
