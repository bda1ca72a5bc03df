"""Which connections are used again: all but those on which a stream was cut."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from resources.models.protocol import Endpoint
from resources.models.spec import CallError, CallOutcome, ChatRequest
from resources.models.transports.aiohttp_transport import AiohttpTransport

REQUEST = ChatRequest(({"role": "user", "content": "铜价"},))
PIECE = b'data: {"choices":[{"delta":{"content":"ok"},"finish_reason":%s}]}\n\n'
WHOLE = PIECE % b'"stop"' + b"data: [DONE]\n\n"
ENDLESS = PIECE % b'"stop"'
CUT = PIECE % b"null"


def connections_of(bodies: list[bytes]) -> tuple[int, list[CallOutcome | None]]:
    """Send a stream a body, one after the other, to a server that keeps its connections; how many it saw, and the outcomes."""

    async def work() -> tuple[int, list[CallOutcome | None]]:
        seen: list[Any] = []
        left = iter(bodies)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(writer)
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"length" in line)
                    await reader.readexactly(length)
                    body = next(left)
                    writer.write(
                        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    )
                    writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n" if body else b"0\r\n\r\n")
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        endpoint = Endpoint(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", "m")
        transport = AiohttpTransport()
        outcomes: list[CallOutcome | None] = []
        for _ in bodies:
            try:
                async for _event in transport.stream(endpoint, REQUEST, seconds=20):
                    pass
                outcomes.append(None)
            except CallError as error:
                outcomes.append(error.outcome)
        await transport.close()
        server.close()
        await server.wait_closed()
        return len(seen), outcomes

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("first", "connections", "outcome"),
    [
        pytest.param(WHOLE, 1, None, id="whole"),
        pytest.param(ENDLESS, 1, None, id="a finish without [DONE]"),
        pytest.param(CUT, 2, CallOutcome.RESET, id="cut after a piece"),
        pytest.param(b"", 2, CallOutcome.RESET, id="cut before the first"),
    ],
)
def test_a_connection_on_which_a_stream_was_cut_is_not_used_again(
    first: bytes, connections: int, outcome: CallOutcome | None
) -> None:
    assert connections_of([first, WHOLE]) == (connections, [outcome, None])
