"""What every transport does in the same way: limits of time and size, reading, redaction. How bytes travel is the subclass's part."""

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Protocol

from resources.models.protocol import Endpoint
from resources.models.spec import (
    CallError,
    CallOutcome,
    ChatAnswer,
    ChatRequest,
    EmbedAnswer,
    EmbedRequest,
    StreamEvent,
)
from resources.models.tokens import message_tokens, text_of
from resources.models.transports.chat import ChatStream, join_events, read_chat
from resources.models.transports.echo import without_echo
from resources.models.transports.embeddings import read_embeddings
from resources.models.transports.errors import status_error
from resources.models.transports.redact import redactor_for
from resources.models.transports.sse import DONE, EventReader, is_event_stream, looks_like_events
from resources.models.transports.wire import (
    CHAT_BYTES,
    ERROR_BYTES,
    STREAM_BYTES,
    Unpacker,
    chat_body,
    clean_text,
    decode_text,
    embed_body,
    embed_bytes,
    strict_json,
)

__all__ = ["CONNECT_SECONDS", "BaseTransport", "Reply"]

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 30.0
_MAX_DETAIL = 500
_NO_BODY = frozenset({204, 205})
_OK, _PARTIAL = 200, 206
# After [DONE] the last chunk of the body is on its way; to wait for it keeps the connection.
_TAIL_SECONDS = 0.05


class Reply(Protocol):
    """An answer whose headers have come."""

    status: int
    headers: Mapping[str, str]

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it came, not unpacked."""

    async def close(self) -> None:
        """Give the connection back where the body was read to its end, else end it at once."""

    def spoil(self) -> None:
        """Let no other call have the connection: who sent the answer is about to end it."""


class BaseTransport(ABC):
    """One attempt at one endpoint; see `protocol.Transport`.

    Args:
        limit: Connections in all, to all endpoints.
        idle: Seconds without a byte after which a stream that had begun is given up.
        redact: Cleans error texts of more than the endpoint's own key: other keys, personal data.
    """

    #: What may come out of the library's calls, and of ours.
    errors: tuple[type[Exception], ...] = (CallError, OSError, ValueError, RuntimeError)

    def __init__(
        self, *, limit: int = 512, idle: float = IDLE_SECONDS, redact: Callable[[str], str] | None = None
    ) -> None:
        self._limit, self._idle, self._redact = limit, idle, redact

    @abstractmethod
    async def _post(self, endpoint: Endpoint, path: str, body: bytes) -> Reply:
        """Send one request and return when the headers of its answer have come."""

    @abstractmethod
    def _translate(self, error: Exception) -> CallError:
        """Return what an exception of the library stands for."""

    @abstractmethod
    async def close(self) -> None:
        """End all connections."""

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        """Return one completion; `seconds` bound the whole of it."""
        try:
            body = chat_body(endpoint, request, stream=False)
            async with asyncio.timeout(seconds):
                reply = await self._post(endpoint, "/chat/completions", body)
                try:
                    if _is_stream(reply):
                        return await self._joined(reply, request)
                    data = await self._read(reply, CHAT_BYTES)
                finally:
                    await reply.close()
            return _read_whole(data, reply, request)
        except self.errors as error:
            failure = self._failure(error, seconds)
        # Raised out here, so that no exception with a request's headers stands in its context.
        raise self._told(failure, endpoint, _sent(request))

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer:
        """Return the vectors of the texts; `seconds` bound the whole of it."""
        try:
            body = embed_body(endpoint, request)
            async with asyncio.timeout(seconds):
                reply = await self._post(endpoint, "/embeddings", body)
                try:
                    data = await self._read(reply, embed_bytes(len(request.texts), endpoint.dimension))
                finally:
                    await reply.close()
            value = strict_json(decode_text(data, reply.headers.get("content-type")))
            return read_embeddings(value, request.texts, endpoint.dimension)
        except self.errors as error:
            failure = self._failure(error, seconds)
        raise self._told(failure, endpoint, request.texts)

    async def stream(
        self, endpoint: Endpoint, request: ChatRequest, *, seconds: float
    ) -> AsyncGenerator[StreamEvent, None]:
        """Yield the pieces of a completion as they come; `seconds` bound the whole of it.

        The last event has the finish and the usage. To close the generator, or to cancel its reader, ends the connection at once.
        """
        failure: CallError | None = None
        reply: Reply | None = None
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            body = chat_body(endpoint, request, stream=True)
            async with asyncio.timeout_at(deadline):
                reply = await self._post(endpoint, "/chat/completions", body)
                whole = None if _is_stream(reply) else await self._read(reply, CHAT_BYTES)
            if whole is not None:
                for event in _as_events(_read_whole(whole, reply, request)):
                    yield event
            else:
                async with aclosing(self._events(reply, _new_answer(request), deadline)) as events:
                    async for event in events:
                        yield event
        except self.errors as error:
            failure = self._failure(error, seconds)
        finally:
            if reply is not None:
                await reply.close()
        if failure is not None:
            raise self._told(failure, endpoint, _sent(request))

    async def _events(
        self, reply: Reply, answer: ChatStream, deadline: float | None
    ) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of a streamed body."""
        loop = asyncio.get_running_loop()
        reader, unpacker = EventReader(), Unpacker(reply.headers.get("content-encoding"), STREAM_BYTES)
        chunks = reply.chunks()
        begun = done = False
        while not done:
            limit = loop.time() + self._idle if begun else math.inf
            async with asyncio.timeout_at(min(deadline or math.inf, limit)):
                chunk = await anext(chunks, None)
            if chunk is None:
                unpacker.end()
            for data in reader.end() if chunk is None else reader.feed(unpacker.feed(chunk)):
                if data == DONE:
                    done = True
                    break
                event = answer.feed(data, last=chunk is None)
                begun = True
                if event is not None:
                    yield event
            if chunk is None:
                break
        try:
            last = answer.end(done=done)
        except CallError:
            if not done:
                # A server whose work failed after its headers ends the body, and then the connection: a call that got it next
                # would meet the end.
                reply.spoil()
            raise
        for event in last:
            yield event
        await _drain(chunks)

    async def _joined(self, reply: Reply, request: ChatRequest) -> ChatAnswer:
        """Return the answer of a server that streams though it was not asked to."""
        answer = _new_answer(request)
        events = [event async for event in self._events(reply, answer, None)]
        return _joined_answer(events, answer.model)

    async def _read(self, reply: Reply, limit: int) -> bytes:
        """Return the body of an answer of status 2xx, unpacked; raise what another status stands for."""
        if not 200 <= reply.status < 300:
            raise await self._refused(reply)
        if reply.status == _PARTIAL:
            raise CallError(CallOutcome.SHAPE, "status 206: a part of an answer", status=_PARTIAL)
        unpacker = Unpacker(reply.headers.get("content-encoding"), limit)
        parts = [unpacker.feed(chunk) async for chunk in reply.chunks()]
        unpacker.end()
        data = b"".join(parts)
        if reply.status in _NO_BODY or not data.strip():
            raise CallError(CallOutcome.EMPTY, f"status {reply.status} without a body", status=reply.status)
        return data

    async def _refused(self, reply: Reply) -> CallError:
        """Return what an answer of another status than 2xx stands for; only the beginning of its body is read."""
        parts: list[bytes] = []
        try:
            unpacker = Unpacker(reply.headers.get("content-encoding"), ERROR_BYTES)
            async for chunk in reply.chunks():
                parts.append(unpacker.feed(chunk))
        except self.errors as error:
            # The status says it already; what of the text is missing does not change it.
            if isinstance(error, TimeoutError):
                raise
        return status_error(reply.status, reply.headers, b"".join(parts).decode("utf-8", "replace"))

    def _failure(self, error: Exception, seconds: float) -> CallError:
        """Return what an exception stands for."""
        if isinstance(error, CallError):
            return error
        if type(error) is TimeoutError:
            return CallError(CallOutcome.TIMEOUT, f"no whole answer within {seconds:g} s")
        return self._translate(error)

    def _told(self, failure: CallError, endpoint: Endpoint, sent: Iterable[str]) -> CallError:
        """Return a failure that can be shown: no key, nothing of what was asked, no control characters, one line, bounded."""
        detail = redactor_for(endpoint.key)(failure.detail)
        if self._redact is not None:
            detail = self._redact(detail)
        detail = without_echo(" ".join(clean_text(detail).split()), sent)[:_MAX_DETAIL]
        return CallError(failure.outcome, detail, status=failure.status, retry_after=failure.retry_after)


def _is_stream(reply: Reply) -> bool:
    return reply.status == _OK and is_event_stream(reply.headers.get("content-type"))


def _sent(request: ChatRequest) -> Iterator[str]:
    """Yield the texts of a chat."""
    return (text_of(message) for message in request.messages)


def _new_answer(request: ChatRequest) -> ChatStream:
    return ChatStream(tokens_in=lambda: message_tokens(request.messages))


def _read_whole(data: bytes, reply: Reply, request: ChatRequest) -> ChatAnswer:
    """Return the answer in a body that has come as a whole: JSON, or events under a wrong label."""
    text = decode_text(data, reply.headers.get("content-type"))
    if not looks_like_events(text):
        return read_chat(strict_json(text), tokens_in=lambda: message_tokens(request.messages))
    reader, answer = EventReader(), _new_answer(request)
    pieces = [*reader.feed(text.encode()), *reader.end()]
    done = DONE in pieces
    events = [answer.feed(data) for data in pieces[: pieces.index(DONE) if done else None]]
    events += answer.end(done=done)
    return _joined_answer([event for event in events if event is not None], answer.model)


def _joined_answer(events: list[StreamEvent], model: str) -> ChatAnswer:
    """Return the answer of events that came as a whole; only now may all of it turn out to be reasoning."""
    answer = join_events(events, model)
    if answer.content is None and not answer.tool_calls:
        raise CallError(CallOutcome.EMPTY, "the answer is blank but for its reasoning")
    return answer


def _as_events(answer: ChatAnswer) -> Iterator[StreamEvent]:
    """Yield an answer that came as a whole as a stream would bring it."""
    calls = tuple({"index": index, **call} for index, call in enumerate(answer.tool_calls))
    yield StreamEvent(text=answer.content or "", reasoning=answer.reasoning or "", tool_calls=calls)
    yield StreamEvent(finish=answer.finish, usage=answer.usage)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read what follows [DONE]: the end of the body, if the server sends it at once."""
    try:
        async with asyncio.timeout(_TAIL_SECONDS):
            while await anext(chunks, None):
                pass
    except TimeoutError:
        pass
