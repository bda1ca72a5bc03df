"""A small OpenAI-compatible server that lies, breaks and counts. In a thread of the test, or as a process of its own:

    python -m tests.fakes.model_server --latency 0.2      # prints its address; ends with its standard input

Its faults stand in `model_faults.py`, each with what a correct client makes of it.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import re
import socket
import ssl
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

__all__ = ["CLOSE", "HANG", "RESET", "Call", "ModelServer", "Step"]

#: Steps of a reply besides bytes to send and seconds to wait.
CLOSE, RESET, HANG = "close", "reset", "hang"
Step = bytes | float | str
Headers = Iterable[tuple[str, str]]
JSON = ("content-type", "application/json")


@dataclass
class Call:
    """One request, and the good answer to it."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    server: "ModelServer" = field(repr=False)

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def embeds(self) -> bool:
        return self.path.endswith("/embeddings")

    def payload(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        return self.embeddings() if self.embeds else self.completion()

    def completion(self) -> dict[str, Any]:
        content = self.server.answer(self.body)
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if isinstance(content, dict):
            message = {"role": "assistant", "content": None, **content}
        return {
            "id": f"call-{self.number}",
            "object": "chat.completion",
            "created": 1,
            "model": self.body.get("model"),
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": self.usage(str(content)),
        }

    def usage(self, text: str) -> dict[str, int]:
        given = json.dumps(self.body.get("messages", self.body.get("input")), ensure_ascii=False)
        return {"prompt_tokens": len(given), "completion_tokens": len(text), "total_tokens": len(given) + len(text)}

    def embeddings(self) -> dict[str, Any]:
        texts = self.body["input"] if isinstance(self.body["input"], list) else [self.body["input"]]
        rows = [
            {"object": "embedding", "index": index, "embedding": vector_of(text, self.server.dimension)}
            for index, text in enumerate(texts)
        ]
        return {"object": "list", "model": self.body.get("model"), "data": rows, "usage": self.usage("")}

    def chunks(self) -> list[dict[str, Any]]:
        """Return the answer as the chunks of a stream, three code points each."""
        whole = self.completion()
        message, finish = whole["choices"][0]["message"], whole["choices"][0]["finish_reason"]
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        for name in ("reasoning_content", "content", "refusal"):
            text = message.get(name) or ""
            deltas += [{name: text[at : at + 3]} for at in range(0, len(text), 3)]
        if message.get("tool_calls"):
            deltas += [{"tool_calls": [{"index": at, **call}]} for at, call in enumerate(message["tool_calls"])]
        frame = {key: whole[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
        found = [frame | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
        found.append(frame | {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        found.append(frame | {"choices": [], "usage": whole["usage"]})
        return found

    def good(self) -> Iterator[Step]:
        """Yield the good reply, streamed where that was asked."""
        if self.stream:
            yield from self.events(*map(dumps, self.chunks()), "[DONE]")
        else:
            yield self.reply(dumps(self.payload()))

    def events(self, *data: str) -> Iterator[Step]:
        """Yield a streamed reply, chunked, one event a chunk."""
        yield self.stream_head()
        for text in data:
            yield chunk(f"data: {text}\n\n".encode())
        yield b"0\r\n\r\n"

    def stream_head(self) -> bytes:
        return head(200, [("content-type", "text/event-stream"), ("transfer-encoding", "chunked")])

    def reply(
        self, body: str | bytes, status: int = 200, headers: Headers = (JSON,), length: int | None = None
    ) -> bytes:
        """Return a whole reply with its length."""
        data = body.encode() if isinstance(body, str) else body
        size = len(data) if length is None else length
        return head(status, [*headers, ("content-length", str(size))]) + data

    def error(self, status: int, code: str, message: str, headers: Headers = ()) -> bytes:
        """Return a reply with an error object."""
        return self.reply(dumps({"error": {"message": message, "code": code}}), status, [JSON, *headers])


def dumps(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda lone: f"\\u{ord(lone[0]):04x}", text)


def head(status: int, headers: Headers, version: str = "1.1") -> bytes:
    lines = [f"HTTP/{version} {status} X", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def vector_of(text: str, dimension: int) -> list[float]:
    """Return a vector that depends on the text alone."""
    digest = hashlib.shake_128(text.encode("utf-8", "surrogatepass")).digest(2 * dimension)
    values = [int.from_bytes(digest[at : at + 2], "big") / 32768 - 1 for at in range(0, 2 * dimension, 2)]
    return [round(value, 4) or 0.5 for value in values]


def echo(body: dict[str, Any]) -> str:
    """Answer with the end of the last message."""
    return "答:" + str(body["messages"][-1]["content"])[-40:]


class ModelServer:
    """Serves one model from a thread; its counts are to be read when nothing is in flight.

    Attributes:
        fault: A function that yields the steps of a reply, or None for a good one; or a function of the call that chooses.
        answer: Content of a completion for a request's body; a dict stands for the whole message.
    """

    def __init__(
        self,
        *,
        key: str | None = "sk-sentinel/42+key",
        latency: float = 0.0,
        dimension: int = 8,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.key, self.latency, self.dimension = key, latency, dimension
        self.fault: Callable[[Call], Iterable[Step]] | None = None
        self.choose: Callable[[Call], Callable[[Call], Iterable[Step]] | None] = lambda _call: self.fault
        self.answer: Callable[[dict[str, Any]], Any] = echo
        self.calls: list[Call] = []
        self.keep_calls = True
        self.counts: Counter[str] = Counter()
        self.peak = self.in_flight = self.number = 0
        self.port, self._tls = 0, tls
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    @property
    def base_url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def settle(self) -> None:
        """Wait until the server has seen what clients did before."""
        assert self._loop is not None
        for _ in range(3):
            seen = threading.Event()
            self._loop.call_soon_threadsafe(seen.set)
            seen.wait(5)

    def _run(self, started: threading.Event) -> None:
        loop = self._loop = asyncio.new_event_loop()
        self._server = loop.run_until_complete(
            loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, backlog=1024, ssl=self._tls)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        started.set()
        loop.run_forever()
        self._server.close()
        for connection in list(self._open):
            connection.drop(RESET)
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


class _Connection(asyncio.Protocol):
    """One connection: reads requests, plays the steps of the replies."""

    def __init__(self, server: ModelServer) -> None:
        self._server, self._buffer = server, b""
        self._steps: Iterator[Step] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._server._open.add(self)
        self._server.counts["connections"] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._open.discard(self)
        if self._steps is not None:
            self._server.counts["client_gone"] += 1
            self._end()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._buffer.startswith(b"\x16"):  # a TLS greeting, and this server has none
            self.drop(CLOSE)
            return
        head_end = self._buffer.find(b"\r\n\r\n")
        if self._steps is not None or head_end < 0:
            return
        first, *lines = self._buffer[:head_end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        end = head_end + 4 + int(headers.get("content-length", 0))
        if len(self._buffer) < end:
            return
        body, self._buffer = self._buffer[head_end + 4 : end], self._buffer[end:]
        self._begin(first.split()[1], headers, json.loads(body or b"{}"))

    def _begin(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        server = self._server
        server.number += 1
        server.in_flight += 1
        server.peak = max(server.peak, server.in_flight)
        call = Call(server.number, path, headers, body, server)
        if server.keep_calls:
            server.calls.append(call)
        server.counts["cookies"] += "cookie" in headers
        if server.key and headers.get("authorization") != f"Bearer {server.key}":
            self._steps = iter([call.error(401, "invalid_api_key", "Incorrect API key provided.")])
        else:
            fault = server.choose(call)
            self._steps = iter(call.good() if fault is None else fault(call))
            server.counts["good" if fault is None else "faults"] += 1
        if server.latency:
            asyncio.get_running_loop().call_later(server.latency, self._play)
        else:
            self._play()

    def _play(self) -> None:
        """Send what comes next; wait where a step says so."""
        steps = self._steps
        while steps is not None and self._steps is steps:
            step = next(steps, None)
            if step is None:
                self._end()
                if self._buffer:
                    self.data_received(b"")
            elif isinstance(step, bytes):
                self._transport.write(step)
            elif isinstance(step, str):
                if step != HANG:
                    self._end()
                    self.drop(step)
                return
            else:
                asyncio.get_running_loop().call_later(step, self._play)
                return

    def _end(self) -> None:
        self._steps = None
        self._server.in_flight -= 1

    def drop(self, how: str) -> None:
        """End the connection, politely or not."""
        if how == CLOSE:
            self._transport.close()
            return
        with contextlib.suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        self._transport.abort()


def main() -> int:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--key", default="sk-bench")
    given = parser.parse_args()
    server = ModelServer(key=given.key, latency=given.latency)
    server.keep_calls = False
    with server:
        sys.stdout.write(server.base_url + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(json.dumps({"calls": server.number, "peak": server.peak, **server.counts}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
