"""The faults of the model server, each with what a correct client makes of it: OK for what is tolerated, else the outcome.

A fault names the kinds of call that it breaks (chat, stream, embed); others are answered well.
"""

import base64
import gzip
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from resources.models.spec import CallOutcome as O
from tests.fakes.model_server import CLOSE, HANG, JSON, RESET, Call, Step, chunk, dumps, head

__all__ = ["FAULTS", "Fault"]

ALL, CHATS, CHAT, STREAM, EMBED = ("chat", "stream", "embed"), ("chat", "stream"), ("chat",), ("stream",), ("embed",)
WHOLE = ("chat", "embed")
THEN, LATER = "Tue, 24 Nov 2026 10:00:00 GMT", "Tue, 24 Nov 2026 10:00:03 GMT"


@dataclass(frozen=True)
class Fault:
    """One fault: what it does, where, and the outcomes that are right."""

    name: str
    steps: Callable[[Call], Iterable[Step]]
    kinds: tuple[str, ...]
    right: tuple[O, ...]
    #: Seconds that the server asks to wait, where it asks for something sensible.
    wait: float | None = None

    def __call__(self, call: Call) -> Iterable[Step]:
        kind = "embed" if call.embeds else "stream" if call.stream else "chat"
        return self.steps(call) if kind in self.kinds else call.good()

    @property
    def tolerated(self) -> bool:
        return O.OK in self.right


FAULTS: dict[str, Fault] = {}
Steps = Callable[[Call], Iterable[Step]]


def add(name: str, kinds: tuple[str, ...], right: O | tuple[O, ...], steps: Steps, wait: float | None = None) -> None:
    FAULTS[name] = Fault(name, steps, kinds, right if isinstance(right, tuple) else (right,), wait)


def half(call: Call) -> tuple[bytes, bytes]:
    """Return head and half a body of a good reply that is not streamed."""
    start, _, body = call.reply(dumps(call.payload())).partition(b"\r\n\r\n")
    return start + b"\r\n\r\n", body[: len(body) // 2]


def body_of(call: Call) -> bytes:
    return dumps(call.payload()).encode()


def drip(call: Call) -> Iterator[Step]:
    for byte in call.reply(dumps(call.payload())):
        yield bytes([byte])
        yield 0.05


# ---- the connection
add("hang", ALL, O.TIMEOUT, lambda _: [HANG])
add("hang_in_headers", ALL, O.TIMEOUT, lambda _: [b"HTTP/1.1 200 OK\r\ncontent-ty", HANG])
add("hang_before_body", ALL, O.TIMEOUT, lambda call: [half(call)[0], HANG])
add("hang_in_body", ALL, O.TIMEOUT, lambda call: [*half(call), HANG])
add("slow_bytes", ALL, O.TIMEOUT, drip)
add("close_at_once", ALL, O.RESET, lambda _: [CLOSE])
add("reset_at_once", ALL, O.RESET, lambda _: [RESET])
add("reset_in_body", ALL, O.RESET, lambda call: [*half(call), 0.02, RESET])
add("close_in_body", ALL, O.RESET, lambda call: [*half(call), 0.02, CLOSE])
add("close_after_answer", ALL, O.OK, lambda call: [*call.good(), CLOSE])
add("slow_start", ALL, O.OK, lambda call: [0.1, *call.good()])

# ---- framing
add("length_too_long", ALL, O.RESET, lambda call: [call.reply(body_of(call), length=len(body_of(call)) + 50), CLOSE])
add("length_too_short", WHOLE, (O.NOT_JSON, O.FRAMING), lambda call: [call.reply(body_of(call), length=30), CLOSE])
POISON = b'HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"poisoned":true}'
add(
    "surplus_at_once",
    ALL,
    O.OK,
    lambda call: [b"".join(step for step in call.good() if isinstance(step, bytes)) + POISON],
)
add("surplus_later", ALL, O.OK, lambda call: [*call.good(), 0.01, POISON])
add(
    "chunk_garbage",
    ALL,
    O.FRAMING,
    lambda _: [head(200, [JSON, ("transfer-encoding", "chunked")]) + b"zz\r\n{}\r\n", CLOSE],
)
add(
    "chunk_cut",
    ALL,
    O.RESET,
    lambda call: [head(200, [JSON, ("transfer-encoding", "chunked")]), chunk(half(call)[1]), CLOSE],
)
add(
    "gzip",
    ALL,
    O.OK,
    lambda call: [call.reply(gzip.compress(body_of(call)), headers=[JSON, ("content-encoding", "gzip")])],
)


def broken_gzip(call: Call) -> Iterator[Step]:
    data = bytearray(gzip.compress(body_of(call)))
    data[12:20] = b"\xff" * 8
    yield call.reply(bytes(data), headers=[JSON, ("content-encoding", "gzip")])


add("gzip_broken", ALL, O.FRAMING, broken_gzip)
add(
    "gzip_cut",
    ALL,
    O.FRAMING,
    lambda call: [call.reply(gzip.compress(body_of(call))[:-12], headers=[JSON, ("content-encoding", "gzip")])],
)
add(
    "gzip_of_unknown_coding",
    ALL,
    O.FRAMING,
    lambda call: [call.reply(body_of(call), headers=[JSON, ("content-encoding", "br")])],
)
BOMB = gzip.compress(b" " * (64 << 20))
add("gzip_bomb", ALL, O.TOO_LARGE, lambda call: [call.reply(BOMB, headers=[JSON, ("content-encoding", "gzip")])])


def flood(_: Call) -> Iterator[Step]:
    yield head(200, [JSON, ("content-length", str(50 << 20))])
    for _piece in range(100):
        yield b" " * (512 << 10)
        yield 0.001


def flood_of_events(call: Call) -> Iterator[Step]:
    yield call.stream_head()
    for _piece in range(100):
        yield chunk(b"data: " + b" " * (512 << 10))
        yield 0.001


add("huge_body", WHOLE, O.TOO_LARGE, flood)
add("huge_line", STREAM, O.TOO_LARGE, flood_of_events)
add("http10", ALL, O.OK, lambda call: [head(200, [JSON], "1.0") + body_of(call), CLOSE])
add("http10_cut", ALL, O.NOT_JSON, lambda call: [head(200, [JSON], "1.0") + half(call)[1], CLOSE])
add("garbage_status", ALL, O.FRAMING, lambda _: [b"SSH-2.0-OpenSSH_9.6\r\n\r\n", CLOSE])
add("early_hints", ALL, O.OK, lambda call: [head(103, [("link", "</x>")]), *call.good()])
add("long_header", ALL, O.FRAMING, lambda call: [call.reply(body_of(call), headers=[JSON, ("x-long", "a" * 20_000)])])
add(
    "many_headers",
    ALL,
    O.FRAMING,
    lambda call: [call.reply(body_of(call), headers=[JSON, *((f"x-{at}", "a") for at in range(300))])],
)
add("cookie", ALL, O.OK, lambda call: [call.reply(body_of(call), headers=[JSON, ("set-cookie", "a=b; Path=/")])])
add("wrong_type", ALL, O.OK, lambda call: [call.reply(body_of(call), headers=[("content-type", "text/plain")])])
add("no_type", ALL, O.OK, lambda call: [call.reply(body_of(call), headers=[])])
GBK = ("content-type", "application/json; charset=GBK")
add("gbk", ALL, O.OK, lambda call: [call.reply(dumps(call.payload()).encode("gbk"), headers=[GBK])])
add("bad_utf8", CHATS, O.FRAMING, lambda call: [call.reply(body_of(call).replace("答".encode(), b"\xff\xfe"))])
add("bom", ALL, O.OK, lambda call: [call.reply(b"\xef\xbb\xbf" + body_of(call))])
add("cut_json", ALL, O.NOT_JSON, lambda call: [call.reply(half(call)[1])])
add("no_body", ALL, O.EMPTY, lambda call: [call.reply(b"")])
add("status_204", ALL, O.EMPTY, lambda _: [head(204, [])])
add("status_206", ALL, O.SHAPE, lambda call: [call.reply(half(call)[1], 206)])
add("twice_the_key", ALL, O.NOT_JSON, lambda call: [call.reply(dumps(call.payload())[:-1] + ', "model": "other"}')])
add("deep_nesting", CHATS, O.NOT_JSON, lambda call: [call.reply('{"a":' + "[" * 100_000 + "]" * 100_000 + "}")])
add("nan_in_json", ALL, O.NOT_JSON, lambda call: [call.reply(dumps(call.payload())[:-1] + ', "score": NaN}')])

# ---- redirects: to a path of the same server, which answers well, and counts
for code in (301, 302, 303, 307, 308):
    add(
        f"redirect_{code}",
        ALL,
        O.REDIRECT,
        lambda call, code=code: [call.reply(b"", code, [("location", "/v1/trap" + call.path[3:])])],
    )  # type: ignore[misc]


# ---- statuses
def status(
    name: str, right: O, number: int, code: str, text: str = "", headers: Any = (), wait: float | None = None
) -> None:
    add(name, ALL, right, lambda call: [call.error(number, code, text or code, headers)], wait)


status("400_context", O.CONTEXT, 400, "context_length_exceeded")
status("400_filter", O.FILTERED, 400, "content_filter")
status("400_format", O.UNSUPPORTED, 400, "unsupported_parameter", "response_format is not supported")
status("400", O.BAD_REQUEST, 400, "invalid_value")
status("401", O.AUTH, 401, "invalid_api_key")
status("402", O.QUOTA, 402, "insufficient_balance")
status("403", O.AUTH, 403, "unsupported_country")
status("404", O.NOT_FOUND, 404, "model_not_found")
status("408", O.SERVER, 408, "timeout")
status("409", O.BAD_REQUEST, 409, "conflict")
status("413", O.BAD_REQUEST, 413, "request_too_large")
status("422", O.BAD_REQUEST, 422, "unprocessable")
status("429", O.RATE_LIMITED, 429, "rate_limit_exceeded")
status("429_seconds", O.RATE_LIMITED, 429, "rate_limit_exceeded", headers=[("retry-after", "2")], wait=2)
status("429_milliseconds", O.RATE_LIMITED, 429, "rate_limit_exceeded", headers=[("retry-after-ms", "1500")], wait=1.5)
status("429_date", O.RATE_LIMITED, 429, "x", headers=[("date", THEN), ("retry-after", LATER)], wait=3)
status("429_past", O.RATE_LIMITED, 429, "x", headers=[("date", LATER), ("retry-after", THEN)])
status("429_huge", O.RATE_LIMITED, 429, "x", headers=[("retry-after", "86400")], wait=3600)
status("429_negative", O.RATE_LIMITED, 429, "x", headers=[("retry-after", "-5")])
status("429_garbage", O.RATE_LIMITED, 429, "x", headers=[("retry-after", "soon")])
status("429_quota", O.QUOTA, 429, "insufficient_quota")
status("500", O.SERVER, 500, "internal_error")
status("503_seconds", O.SERVER, 503, "overloaded", headers=[("retry-after", "1")], wait=1)
status("504", O.SERVER, 504, "timeout")
status("529", O.SERVER, 529, "overloaded_error")
add(
    "502_html",
    ALL,
    O.SERVER,
    lambda call: [call.reply("<html>bad gateway</html>", 502, [("content-type", "text/html")])],
)
add("500_bomb", ALL, O.SERVER, lambda call: [call.reply(BOMB, 500, [JSON, ("content-encoding", "gzip")])])
add("status_700", ALL, O.FRAMING, lambda call: [call.reply("{}", 700)])


def echo_key(number: int) -> Steps:
    def steps(call: Call) -> Iterable[Step]:
        key = call.headers.get("authorization", "").removeprefix("Bearer ")
        coded = base64.b64encode(f"user:{key}".encode()).decode()
        text = f"rejected {key}, {key!r}, {coded}, Bearer {key}, " + "".join(f"%{byte:02X}" for byte in key.encode())
        yield call.error(number, "echo", text)

    return steps


add("401_echo", ALL, O.AUTH, echo_key(401))
add("500_echo", ALL, O.SERVER, echo_key(500))

# ---- answers of status 200 that are none
add(
    "html",
    ALL,
    O.NOT_JSON,
    lambda call: [call.reply("<!DOCTYPE html><html>log in</html>", headers=[("content-type", "text/html")])],
)
add("error_object", ALL, O.SHAPE, lambda call: [call.reply(dumps({"error": {"message": "upstream failed"}}))])
add(
    "quota_with_200",
    ALL,
    O.QUOTA,
    lambda call: [call.reply(dumps({"base_resp": {"status_code": 1008, "status_msg": "no"}}))],
)
add("a_list", ALL, O.SHAPE, lambda call: [call.reply("[]")])
add("null", ALL, O.SHAPE, lambda call: [call.reply("null")])


def message(name: str, right: O, kinds: tuple[str, ...] = CHATS, finish: str | None = "stop", **fields: Any) -> None:
    """Add a fault of the answer's message; it comes as a whole and as a stream alike."""

    def steps(call: Call) -> Iterable[Step]:
        whole = call.completion()
        whole["choices"][0]["message"].update(fields)
        whole["choices"][0]["finish_reason"] = finish
        call.completion = lambda: whole  # type: ignore[method-assign]
        return call.good()

    add(name, kinds, right, steps)


message("null_content", O.EMPTY, content=None)
message("blank_content", O.EMPTY, content=" \n\n ")
message("refusal", O.REFUSED, content=None, refusal="抱歉,我不能回答。")
message("finish_length", O.OK, finish="length", content="答:铜")
message("finish_length_blank", O.LENGTH, finish="length", content="", reasoning_content="想了又想")
message("finish_filter", O.FILTERED, finish="content_filter", content="答:铜")
message("finish_sensitive", O.FILTERED, finish="sensitive", content="答:铜")
message("finish_unknown", O.OK, finish="eos_2", content="答:铜")
message("finish_missing", O.OK, CHAT, finish=None, content="答:铜")
message("finish_failed", O.SERVER, finish="insufficient_system_resource", content="答:铜")
message("only_reasoning", O.EMPTY, content="<think>想了又想</think>")
message("parts", O.OK, CHAT, content=[{"type": "text", "text": "答:"}, {"type": "text", "text": "铜"}])
message("surrogate", O.OK, content="答:\ud83d铜")
message("controls", O.OK, content="答:\x00\x1b[31m\u202e铜")
message("number_content", O.SHAPE, CHAT, content=42)
message("tool_calls_of_text", O.SHAPE, CHAT, content=None, tool_calls="call f")
message("tool_without_name", O.SHAPE, CHAT, content=None, tool_calls=[{"id": "a", "function": {"arguments": "{}"}}])


def changed(name: str, right: O, kinds: tuple[str, ...], change: Callable[[dict[str, Any]], object]) -> None:
    """Add a fault of the answer's JSON."""

    def steps(call: Call) -> Iterable[Step]:
        whole = call.payload()
        change(whole)
        yield call.reply(dumps(whole))

    add(name, kinds, right, steps)


changed("no_choices", O.SHAPE, CHATS, lambda whole: whole.update(choices=[]))
changed("choices_null", O.SHAPE, CHATS, lambda whole: whole.update(choices=None))
changed("no_message", O.SHAPE, CHATS, lambda whole: whole["choices"][0].pop("message"))
changed("other_model", O.OK, ALL, lambda whole: whole.update(model="another"))
changed("usage_missing", O.OK, ALL, lambda whole: whole.pop("usage"))
changed("usage_negative", O.OK, ALL, lambda whole: whole.update(usage={"prompt_tokens": -5, "completion_tokens": -9}))
changed(
    "usage_absurd", O.OK, ALL, lambda whole: whole.update(usage={"prompt_tokens": "9", "completion_tokens": 10**18})
)
changed("usage_list", O.OK, ALL, lambda whole: whole.update(usage=[1]))


# ---- streams
def sse(
    name: str, right: O, make: Callable[[Call, list[str]], Iterable[Step]], kinds: tuple[str, ...] = STREAM
) -> None:
    def steps(call: Call) -> Iterable[Step]:
        yield call.stream_head()
        yield from make(call, [f"data: {dumps(piece)}\n\n" for piece in call.chunks()])

    add(name, kinds, right, steps)


def send(events: Iterable[str], end: str = "data: [DONE]\n\n") -> Iterator[Step]:
    yield from (chunk(event.encode()) for event in events)
    yield (chunk(end.encode()) if end else b"") + b"0\r\n\r\n"


def twice(events: list[str]) -> list[str]:
    return [f"id: {at}\n{event}" for at, event in enumerate(events) for _ in range(2)]


def bytewise(events: list[str]) -> Iterator[Step]:
    data = ("".join(events) + "data: [DONE]\n\n").encode()
    yield from (chunk(data[at : at + 7]) for at in range(0, len(data), 7))
    yield b"0\r\n\r\n"


ERROR, EMPTY_CHUNK = 'data: {"error": {"type": "server_error"}}\n\n', 'data: {"choices": []}\n\n'
sse("sse_cut", O.RESET, lambda _, events: send([*events[:3], events[3][:20]], end=""))
sse("sse_ends_early", O.RESET, lambda _, events: send(events[:3], end=""))
sse("sse_no_done", O.OK, lambda _, events: send(events, end=""))
sse("sse_no_last_newline", O.OK, lambda _, events: send(events, end="data: [DONE]"))
sse("sse_no_finish", O.SHAPE, lambda _, events: send(events[:-2]))
sse("sse_no_usage", O.OK, lambda _, events: send(events[:-1]))
sse("sse_twice", O.OK, lambda _, events: send(twice(events)))
sse("sse_comments", O.OK, lambda _, events: send(f": ping\n\nretry: 10\n{event}" for event in events))
sse("sse_pings", O.OK, lambda _, events: send("event: ping\ndata: {}\n\n" + event for event in events))
sse(
    "sse_crlf", O.OK, lambda _, events: send(event.replace("data: ", "data:").replace("\n", "\r\n") for event in events)
)
sse("sse_cr", O.OK, lambda _, events: send(event.replace("\n", "\r") for event in events))
sse("sse_bytes", O.OK, lambda _, events: bytewise(events))
sse("sse_error", O.SERVER, lambda _, events: send([*events[:3], ERROR]))
sse("sse_bad_json", O.NOT_JSON, lambda _, events: send([*events[:3], "data: {oops}\n\n", *events[3:]]))
sse("sse_bad_utf8", O.FRAMING, lambda _, events: [chunk(b"data: \xff\xfe\n\n"), *send(events)])
sse("sse_no_choices", O.OK, lambda _, events: send(EMPTY_CHUNK + event for event in events))
sse("sse_lines", O.OK, lambda _, events: send(event.replace(', "object"', ',\ndata: "object"') for event in events))
sse("sse_bom", O.OK, lambda _, events: send(["\ufeff" + events[0], *events[1:]]))
sse("sse_stall", O.TIMEOUT, lambda _, events: [*(chunk(event.encode()) for event in events[:3]), HANG])
sse("sse_reset", O.RESET, lambda _, events: [*(chunk(event.encode()) for event in events[:3]), 0.02, RESET])
sse("sse_open_end", O.OK, lambda _, events: [*(chunk(event.encode()) for event in [*events, "data: [DONE]\n\n"]), HANG])
sse("sse_unasked", O.OK, lambda _, events: send(events), CHAT)
add("sse_mislabelled", STREAM, O.OK, lambda call: [call.reply("".join(f"data: {dumps(x)}\n\n" for x in call.chunks()))])
add("json_instead", STREAM, O.OK, lambda call: [call.reply(body_of(call))])


# ---- embeddings
def rows(name: str, right: O, change: Callable[[list[dict[str, Any]]], object]) -> None:
    changed(name, right, EMBED, lambda whole: change(whole["data"]))


def each(change: Callable[[list[float]], object]) -> Callable[[list[dict[str, Any]]], object]:
    return lambda data: [row.update(embedding=change(row["embedding"])) for row in data]


def packed(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


rows("emb_fewer", O.SHAPE, lambda data: data.pop())
rows("emb_more", O.SHAPE, lambda data: data.append(data[0] | {"index": len(data)}))
rows("emb_shuffled", O.OK, lambda data: data.reverse())
rows("emb_no_index", O.OK, lambda data: [row.pop("index") for row in data])
rows("emb_same_index", O.SHAPE, lambda data: [row.update(index=0) for row in data])
rows("emb_text_index", O.SHAPE, lambda data: [row.update(index=str(row["index"])) for row in data])
rows("emb_dimension", O.SHAPE, each(lambda values: values[:-1]))
rows("emb_dimensions", O.SHAPE, lambda data: data[-1].update(embedding=data[-1]["embedding"][:4]))
rows("emb_nan", O.NOT_JSON, each(lambda values: [float("nan"), *values[1:]]))
rows("emb_huge", O.SHAPE, each(lambda values: ["1e999", *values[1:]]))
rows("emb_zero", O.SHAPE, each(lambda values: [0.0] * len(values)))
rows("emb_null", O.SHAPE, each(lambda _: None))
rows("emb_null_value", O.SHAPE, each(lambda values: [None, *values[1:]]))
rows("emb_words", O.SHAPE, each(lambda values: ["a", *values[1:]]))
rows("emb_strings", O.OK, each(lambda values: [str(value) for value in values]))
rows("emb_base64", O.OK, each(packed))
rows("emb_bad_base64", O.SHAPE, each(lambda _: "%%%"))
rows("emb_same_vector", O.SHAPE, lambda data: [row.update(embedding=data[0]["embedding"]) for row in data])
rows("emb_row_list", O.SHAPE, lambda data: data.__setitem__(0, data[0]["embedding"]))
