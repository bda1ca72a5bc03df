"""What a call to a model is, and how it ended: the types that every part of the gateway speaks.

A request names a registry model or leaves the choice to the router; a transport sees one request to one endpoint and
gives one answer or raises one `CallError` that says what it was and what it is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from resources.protocols import Clearance

__all__ = [
    "CallError",
    "CallOutcome",
    "ChatAnswer",
    "ChatRequest",
    "Clearance",
    "EmbedAnswer",
    "EmbedRequest",
    "StreamEvent",
    "Usage",
]


class CallOutcome(StrEnum):
    """How one attempt ended; the ledger keeps this word. `faults.py` says what each one is worth."""

    OK = "ok"
    CONNECT = "connect"  # no connection, refused, DNS, TLS
    TIMEOUT = "timeout"  # the deadline of the attempt passed, in whichever phase
    RESET = "reset"  # the connection ended before the answer did
    FRAMING = "framing"  # lengths, chunks, compression, headers or charset are wrong
    TOO_LARGE = "too_large"  # more bytes than we read
    NOT_JSON = "not_json"  # HTML, cut JSON, doubled keys, nesting without end
    SHAPE = "shape"  # JSON of another shape: no choices, an error object with 200, wrong count or dimension
    EMPTY = "empty"  # null or blank content and no tool call
    REFUSED = "refused"  # the model refused
    FILTERED = "filtered"  # a content filter cut it or answered 400
    LENGTH = "length"  # cut by max_tokens
    INVALID = "invalid"  # the answer does not satisfy its schema
    REDIRECT = "redirect"
    RATE_LIMITED = "rate_limited"  # 429 that passes
    QUOTA = "quota"  # 402, 429 with a spent quota
    AUTH = "auth"  # 401, 403
    NOT_FOUND = "not_found"  # 404 model
    CONTEXT = "context"  # the prompt is longer than the model's context
    UNSUPPORTED = "unsupported"  # response_format, tools or streaming is not known there
    BAD_REQUEST = "bad_request"  # 400, 409, 413, 422 that no repetition mends
    SERVER = "server"  # 5xx, 408
    CANCELLED = "cancelled"
    BLOCKED = "blocked"  # not sent: kill switch, clearance, budget, breaker, deadline


class CallError(Exception):
    """One attempt failed. The text is fit for the ledger: keys and personal data are redacted before it is raised."""

    def __init__(
        self,
        outcome: CallOutcome,
        detail: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.outcome, self.detail, self.status, self.retry_after = outcome, detail, status, retry_after
        #: Tokens that the server reported all the same (a refusal, a cut answer): they are billed.
        self.usage = usage
        super().__init__(f"{outcome}: {detail}")


@dataclass(frozen=True)
class Usage:
    """Tokens of one answer; `estimated` where the server gave none that can be believed."""

    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False


@dataclass(frozen=True)
class ChatRequest:
    """One chat completion. `response_format`, `tools` and `tool_choice` are as on the wire.

    `extra` holds sampling parameters as on the wire (temperature, top_p, seed, stop); `deadline` is seconds for the whole of
    the call, attempts and waits included.
    """

    messages: tuple[Mapping[str, Any], ...]
    task: str = "default"
    model: str | None = None
    max_tokens: int | None = None
    response_format: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    clearance: Clearance = "internal"
    deadline: float = 60.0
    client: str | None = None
    #: Where the call comes from, for the ledger.
    asset: str | None = None
    partition: str | None = None
    prompt: str | None = None
    #: What differs where a certain registry model takes the call (messages of its prompt variant, masked or not, its
    #: response_format or tools, prompt): fields of this class by registry name. The gateway sends `for_model(name)`.
    per_model: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Registry models that are not to be asked (they gave a wrong answer to this question before).
    exclude: tuple[str, ...] = ()
    #: May another of the task's models answer? None: where no model is named. A stated False also keeps a task's first.
    fallback: bool | None = None
    #: Look the question up among the answers that were found valid, and ask it once where it is asked twice at a time.
    cache: bool = False

    def for_model(self, name: str) -> ChatRequest:
        """Return the request as the registry model `name` is to get it."""
        return replace(self, **{**self.per_model.get(name, {}), "per_model": {}}) if self.per_model else self


@dataclass(frozen=True)
class ChatAnswer:
    """One answer: text without its reasoning, the reasoning apart, tool calls as on the wire."""

    content: str | None
    model: str
    finish: str | None
    usage: Usage = Usage()
    reasoning: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    #: Registry name of the model that answered, number of attempts, and the call's id in the ledger; set by the gateway.
    served_by: str = ""
    attempts: int = 1
    call_id: str = ""
    cached: bool = False


@dataclass(frozen=True)
class StreamEvent:
    """One piece of a streamed answer; the last one has `finish` and the usage."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    finish: str | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class EmbedRequest:
    """Embeddings of texts, in their order."""

    texts: tuple[str, ...]
    task: str = "embed"
    model: str | None = None
    clearance: Clearance = "internal"
    deadline: float = 60.0
    client: str | None = None
    asset: str | None = None
    partition: str | None = None
    exclude: tuple[str, ...] = ()
    fallback: bool | None = None
    #: Take vectors that were paid for before, and keep new ones.
    cache: bool = False


@dataclass(frozen=True)
class EmbedAnswer:
    """A vector for each text, in their order; all of one dimension, finite and not zero."""

    vectors: tuple[tuple[float, ...], ...]
    model: str
    usage: Usage = Usage()
    served_by: str = ""
    attempts: int = 1
    call_id: str = ""
