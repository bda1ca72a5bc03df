"""The OpenAI API as our server speaks it: request bodies in, answers, events and errors out."""

from __future__ import annotations

import base64
import json
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leafroot.web.clients import Denied
from resources.models.spec import ChatAnswer, ChatRequest, EmbedAnswer, EmbedRequest, StreamEvent, Usage

__all__ = [
    "chat_body",
    "chat_request",
    "chunk",
    "embed_body",
    "embed_request",
    "error_body",
    "error_event",
    "read_body",
    "usage_of",
]

#: Sampling parameters that are passed on as they came.
PASSED = (
    "temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "parallel_tool_calls",
    "reasoning_effort",
)  # fmt: skip
#: Parameters that change nothing for us; any other unknown one is refused, never ignored.
IGNORED = ("user", "store", "metadata", "service_tier", "safety_identifier", "prompt_cache_key")
#: Texts of one embedding call at most.
TEXTS = 2048
MESSAGES = 2000
AUTO = "auto"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _StreamOptions(_Body):
    include_usage: bool = False
    include_obfuscation: bool = False


class ChatBody(_Body):
    """Body of /v1/chat/completions."""

    model: str = Field(min_length=1, max_length=200)
    messages: list[dict[str, Any]] = Field(min_length=1, max_length=MESSAGES)
    stream: bool = False
    stream_options: _StreamOptions | None = None
    n: Literal[1] | None = None
    max_tokens: int | None = Field(None, gt=0)
    max_completion_tokens: int | None = Field(None, gt=0)
    response_format: dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: Any = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    seed: int | None = None
    stop: str | list[str] | None = None
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    logit_bias: dict[str, float] | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: str | None = None


class EmbedBody(_Body):
    """Body of /v1/embeddings."""

    model: str = Field(min_length=1, max_length=200)
    input: str | list[str]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, gt=0)


def read_body(raw: bytes) -> dict[str, Any]:
    """Parse a body.

    Raises:
        Denied: it is no JSON object.
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Denied(400, "invalid_json", "The body is no valid JSON.") from None
    if not isinstance(body, dict):
        raise Denied(400, "invalid_json", "The body is no JSON object.")
    return {name: value for name, value in body.items() if name not in IGNORED}


def _check(kind: type[_Body], body: Mapping[str, Any]) -> Any:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        if first["type"] == "extra_forbidden":
            raise Denied(400, "unknown_parameter", f"Unrecognized request argument supplied: {where}.") from None
        message = first["msg"].removeprefix("Value error, ")
        raise Denied(400, "invalid_value", f"{where}: {message}.") from None


def chat_request(body: Mapping[str, Any], client: str, deadline: float) -> tuple[ChatRequest, bool, bool]:
    """Return the request, whether it is streamed, and whether the stream ends with its usage.

    Raises:
        Denied: a parameter is unknown or has a value that cannot be.
    """
    asked: ChatBody = _check(ChatBody, body)
    for message in asked.messages:
        if message.get("role") not in ("system", "developer", "user", "assistant", "tool", "function"):
            raise Denied(400, "invalid_value", f"messages: {message.get('role')!r} is no role.")
    given = asked.model_dump(exclude_none=True)
    request = ChatRequest(
        messages=tuple(asked.messages),
        task="chat",
        model=None if asked.model == AUTO else asked.model,
        max_tokens=asked.max_completion_tokens or asked.max_tokens,
        response_format=asked.response_format,
        tools=tuple(asked.tools or ()),
        tool_choice=asked.tool_choice,
        extra={name: given[name] for name in PASSED if name in given},
        deadline=deadline,
        client=client,
    )
    return request, asked.stream, bool(asked.stream_options and asked.stream_options.include_usage)


def embed_request(body: Mapping[str, Any], client: str, deadline: float) -> tuple[EmbedRequest, str, int | None]:
    """Return the request, the encoding of the vectors, and the dimension that was asked for.

    Raises:
        Denied: a parameter is unknown, or there is no text, an empty one or too many.
    """
    if isinstance(body.get("input"), list) and any(not isinstance(text, str) for text in body["input"]):
        raise Denied(400, "invalid_value", "input: token arrays are not taken; send texts.")
    asked: EmbedBody = _check(EmbedBody, body)
    texts = (asked.input,) if isinstance(asked.input, str) else tuple(asked.input)
    if not texts or any(not text for text in texts):
        raise Denied(400, "invalid_value", "input: there must be at least one text, and none may be empty.")
    if len(texts) > TEXTS:
        raise Denied(400, "invalid_value", f"input: {len(texts)} texts; send at most {TEXTS} a call.")
    request = EmbedRequest(texts, model=None if asked.model == AUTO else asked.model, deadline=deadline, client=client)
    return request, asked.encoding_format, asked.dimensions


def usage_of(usage: Usage) -> dict[str, int]:
    """Return a usage object."""
    return {
        "prompt_tokens": usage.tokens_in,
        "completion_tokens": usage.tokens_out,
        "total_tokens": usage.tokens_in + usage.tokens_out,
    }


def chat_body(answer: ChatAnswer) -> dict[str, Any]:
    """Return a chat completion; the model is the registry name that answered."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.content, "refusal": None}
    if answer.reasoning:
        message["reasoning_content"] = answer.reasoning
    if answer.tool_calls:
        message["tool_calls"] = [dict(call) for call in answer.tool_calls]
    finish = answer.finish or ("tool_calls" if answer.tool_calls else "stop")
    return {
        "id": f"chatcmpl-{answer.call_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": answer.served_by or answer.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": usage_of(answer.usage),
    }


def chunk(call_id: str, model: str, created: int, event: StreamEvent | None, usage: Usage | None = None) -> str:
    """Return one server-sent event; with no event it is the last one, which holds the usage alone."""
    choices: list[dict[str, Any]] = []
    if event is not None:
        delta: dict[str, Any] = {"content": event.text} if event.text else {}
        if event.reasoning:
            delta["reasoning_content"] = event.reasoning
        if event.tool_calls:
            delta["tool_calls"] = [dict(call) for call in event.tool_calls]
        choices = [{"index": 0, "delta": delta, "finish_reason": event.finish, "logprobs": None}]
    body = {
        "id": f"chatcmpl-{call_id}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": choices,
        "usage": usage_of(usage) if usage is not None else None,
    }
    return f"data: {json.dumps(body, ensure_ascii=False, separators=(',', ':'))}\n\n"


def embed_body(answer: EmbedAnswer, encoding: str) -> dict[str, Any]:
    """Return a list of embeddings, as numbers or as base64 of little-endian float32."""
    return {
        "object": "list",
        "model": answer.served_by or answer.model,
        "data": [
            {
                "object": "embedding",
                "index": place,
                "embedding": _encode(vector) if encoding == "base64" else list(vector),
            }
            for place, vector in enumerate(answer.vectors)
        ],
        "usage": {"prompt_tokens": answer.usage.tokens_in, "total_tokens": answer.usage.tokens_in},
    }


def _encode(vector: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


def error_body(denied: Denied) -> dict[str, Any]:
    """Return an error object; its type is what the SDK's exceptions show."""
    kinds = {
        401: "authentication_error",
        403: "permission_error",
        404: "invalid_request_error",
        429: "rate_limit_error",
    }
    kind = kinds.get(denied.status, "invalid_request_error" if denied.status < 500 else "server_error")
    return {"error": {"message": denied.message, "type": kind, "param": None, "code": denied.code}}


def error_event(denied: Denied) -> str:
    """Return the event with which a stream ends that broke after its first piece."""
    return f"data: {json.dumps(error_body(denied), ensure_ascii=False, separators=(',', ':'))}\n\n"
