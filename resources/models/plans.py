"""From a request to a call: whose it may be, what it is expected to take, until when it must be done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NoReturn, Protocol

from resources.models.cache import chat_key
from resources.models.hours import seconds_until
from resources.models.ledger import CallRow
from resources.models.registry import Registry
from resources.models.router import Target
from resources.models.spec import CallError, CallOutcome, ChatRequest, EmbedRequest, Usage
from resources.models.tokens import estimate_tokens, message_tokens
from resources.settings import TaskSettings

__all__ = ["USUAL_ANSWER", "Call", "Planner", "Request", "Turn", "hash_prompt", "tail_name"]

Request = ChatRequest | EmbedRequest
#: Tokens that an answer is expected to have, for prices and limits, where the request allows more.
USUAL_ANSWER = 512
#: Characters that stand for content of unknown length (parts, pictures): it is counted exactly then.
MANY = 10**9
#: Routes that are remembered.
ROUTES = 1000


@dataclass(slots=True)
class Call:
    """What is asked, and what has happened to it so far."""

    row: CallRow
    request: Request
    kind: Literal["chat", "stream", "embed"]
    task: TaskSettings
    targets: tuple[Target, ...]
    begun: float
    give_up: float
    tries: int
    tokens_in: int = 0
    tokens_out: int = 0
    tried: list[str] = field(default_factory=list)
    rest: dict[str, float] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    timeouts: int = 0
    overlong: int = 0
    last: CallError | None = None
    views: dict[str, Request] = field(default_factory=dict)
    #: What the server calls the model that answered, and why it ended (`tracing.py`).
    said: tuple[str | None, str | None] = (None, None)

    def view(self, name: str) -> Request:
        """Return the request as a model is to get it."""
        request = self.request
        if isinstance(request, EmbedRequest) or not request.per_model:
            return request
        found = self.views.get(name)
        if found is None:
            found = self.views[name] = request.for_model(name)
        return found

    @property
    def tail(self) -> str:
        """Return under which name the latency of such calls is remembered."""
        return tail_name(self.kind, self.request.task)

    @property
    def expected(self) -> Usage:
        return Usage(self.tokens_in, self.tokens_out, estimated=True)


def tail_name(kind: str, task: str) -> str:
    """Return the name of a tail: streams are timed to their first piece, so they have their own."""
    return f"{task}:stream" if kind == "stream" else task


@dataclass(slots=True)
class Turn:
    """One attempt: the target, the place in its gate that must be given back, and the seconds it may take."""

    target: Target
    sent: float
    seconds: float
    reserved: Decimal
    #: Did the deadline leave it less than an attempt gets?
    cut: bool = False
    hedge: bool = False
    #: Seconds to the first piece of a stream.
    first: float | None = None


@dataclass(frozen=True, slots=True)
class _Route:
    """What calls of one task, kind and named model have in common."""

    task: TaskSettings
    targets: tuple[Target, ...]
    #: The smallest window, and whether tokens must be counted exactly.
    context: int
    exact: bool


class Fail(Protocol):
    """Ends a call before anything is sent."""

    def __call__(
        self,
        call: Call,
        outcome: CallOutcome | None = ...,
        reason: str | None = ...,
        *,
        retry_after: float | None = ...,
    ) -> NoReturn: ...


class Planner:
    """Makes calls of requests.

    `fail` books and raises what cannot become one.
    """

    def __init__(
        self,
        registry: Registry,
        targets: Mapping[str, Target],
        fail: Fail,
        *,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self.registry, self.targets = registry, targets
        self.clock, self._wall, self._fail = clock, wall, fail
        self._routes: dict[tuple[str, str, str | None], _Route] = {}

    def keys(self, request: ChatRequest) -> list[str]:
        """Return the keys under which an answer may be known, of each model that may see the question."""
        models = self.registry.of_task(request.task, "chat")
        if request.model is not None:
            models = tuple(model for model in (self.registry.models.get(request.model),) if model is not None)
        keys = []
        for model in models:
            asked = request.for_model(model.name)
            if model.name not in request.exclude and model.sees(asked.clearance):
                keys.append(chat_key(asked, model.endpoint))
        return keys

    def call(
        self,
        request: ChatRequest | EmbedRequest,
        kind: Literal["chat", "stream", "embed"],
        *,
        targets: tuple[Target, ...] = (),
    ) -> Call:
        """Return the call that a request is.

        Args:
            request: The request.
            kind: How it is answered.
            targets: Who may answer, where that is settled already.

        Raises:
            GatewayError: no model is meant, or the task waits for its hours.
        """
        now = self.clock()
        row = CallRow(kind, request.task, request.asset, request.partition, request.client)
        if isinstance(request, ChatRequest):
            row.prompt = request.prompt
            if not request.per_model:
                row.prompt_hash = hash_prompt(request)
        route = self._routes.get((request.task, kind, request.model)) if request.fallback is None else None
        task = self.registry.task(request.task) if route is None else route.task
        call = Call(
            row=row,
            request=request,
            kind=kind,
            task=task,
            targets=targets or (() if route is None else route.targets),
            begun=now,
            give_up=now + request.deadline,
            tries=1 + task.retries,
        )
        if not targets:
            if route is None:
                call.targets = self._targets(call)
                route = self._keep(call)
            if task.deferrable:
                self._defer(call)
        _estimate(call, route or _route(call))
        return call

    def _keep(self, call: Call) -> _Route:
        route = _route(call)
        request = call.request
        # Task names of the endpoint's clients must not fill the memory.
        if request.fallback is None and len(self._routes) < ROUTES:
            self._routes[request.task, call.kind, request.model] = route
        return route

    def _defer(self, call: Call) -> None:
        """Send a deferrable task back outside its hours."""
        hours = call.task.off_peak
        if hours is not None:
            wait = seconds_until(hours, self._wall())
            if wait:
                self._fail(call, CallOutcome.BLOCKED, f"the task is deferrable and waits for {hours}", retry_after=wait)

    def _targets(self, call: Call) -> tuple[Target, ...]:
        request = call.request
        kind: Literal["chat", "embedding"] = "embedding" if call.kind == "embed" else "chat"
        models = self.registry.of_task(request.task, kind)
        if request.model is not None:
            named = self.registry.models.get(request.model)
            if named is None or named.kind != kind:
                known = ", ".join(name for name, model in self.registry.models.items() if model.kind == kind)
                self._fail(
                    call,
                    CallOutcome.NOT_FOUND,
                    f"no {kind} model is named {request.model[:80]} (known: {known or 'none'})",
                )
            others = models if isinstance(request, ChatRequest) and request.fallback else ()
            models = (named, *(model for model in others if model is not named))
        if not models:
            self._fail(call, CallOutcome.BLOCKED, f"no {kind} model is configured for it")
        return tuple(self.targets[model.name] for model in models)


def _route(call: Call) -> _Route:
    models = [target.model for target in call.targets]
    return _Route(
        call.task,
        call.targets,
        min(model.context for model in models),
        any(model.settings.tokens_per_minute or model.settings.budget_per_day is not None for model in models),
    )


def _estimate(call: Call, route: _Route) -> None:
    """Set the tokens that are expected, exactly enough for what depends on them."""
    request = call.request
    if isinstance(request, EmbedRequest):
        call.tokens_in = sum(estimate_tokens(text) for text in request.texts)
        return
    messages = request.messages or next((v["messages"] for v in request.per_model.values() if "messages" in v), ())
    call.tokens_out = min(request.max_tokens or USUAL_ANSWER, USUAL_ANSWER)
    characters = 0
    for message in messages:
        content = message.get("content")
        characters += len(content) + 8 if isinstance(content, str) else MANY
    # A token is at least one character: what fits as characters needs no counting.
    exact = route.exact or characters + call.tokens_out > route.context
    call.tokens_in = message_tokens(messages) if exact else characters


def hash_prompt(request: ChatRequest) -> str:
    """Return the hash of what is asked: roles and contents in their order."""
    digest = hashlib.sha256()
    for message in request.messages:
        content = message.get("content")
        if isinstance(content, str) and len(message) == 2:
            digest.update(f"{message.get('role')}\0{content}\0".encode("utf-8", "surrogatepass"))
        else:
            digest.update(json.dumps(message, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]
