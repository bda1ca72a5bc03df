"""Models of our own for the tests of tasks: transports that answer in the manner of a persona and remember what they saw."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

from resources.models.protocol import Endpoint
from resources.models.spec import (
    CallError,
    CallOutcome,
    ChatAnswer,
    ChatRequest,
    EmbedAnswer,
    EmbedRequest,
    StreamEvent,
    Usage,
)
from resources.settings import Settings

Row = dict[str, Any]
Answering = Callable[["Persona", ChatRequest, list[tuple[int, str]]], str]

MADE = {
    "summarise_slices": "slices",
    "name_tags": "names",
    "write_section": "sentences",
    "judge_relevance": "items",
    "sentiment": "items",
}


def settings(*models: dict[str, Any], **more: Any) -> Settings:
    """Return a configuration with these models; what is left out is filled in."""
    filled = [{"name": f"m{n}", "base_url": "http://x/v1", "model": f"model-{n}", **m} for n, m in enumerate(models, 1)]
    return Settings.model_validate({"models": filled, **more})


def items_of(request: ChatRequest) -> list[tuple[int, str]]:
    """Return the numbered items that stand in a request's fence."""
    user = str(request.messages[-1]["content"])
    inside = re.search(r"<资料 (\w+)>\n(.*)\n</资料 \1>", user, re.DOTALL)
    assert inside is not None, user
    return [(int(n), text) for n, text in re.findall(r"^\[(\d+)\] (.*)$", inside[2], re.MULTILINE)]


def honest_row(task: str, number: int, text: str) -> Row:
    """Return a row that its item supports."""
    words = re.sub(r"下级：|｜摘要：.*", "", text)
    if task == "summarise_slices":
        return {"id": number, "summary": text[:40], "tags": [re.sub(r"[^\u4e00-\u9fff]", "", text)[:6]], "facet": None}
    if task == "name_tags":
        return {"id": number, "label": words.split("；")[0][:12], "summary": words.split("；")[0]}
    if task == "write_section":
        return {"text": text, "claims": [number]}
    if task == "judge_relevance":
        return {"id": number, "relevant": "原油" in text}
    return {"id": number, "label": "negative" if "跌" in text else "neutral"}


def honest(persona: "Persona", request: ChatRequest, items: list[tuple[int, str]]) -> str:
    """Answer each item from its own words."""
    rows = [honest_row(request.task, n, text) for n, text in items]
    return json.dumps({MADE[request.task]: rows}, ensure_ascii=False)


def liar(persona: "Persona", request: ChatRequest, items: list[tuple[int, str]]) -> str:
    """Invent figures, names, causes and ids."""
    rows = json.loads(honest(persona, request, items))[MADE[request.task]]
    for row in rows:
        for key in ("summary", "text"):
            if key in row:
                row[key] = f"星瀚集团称{row[key]}，因供应中断大涨88.8%"
        if "label" in row and request.task == "name_tags":
            row["label"] = "星瀚量子重组88"
        row["tags"] = ["星瀚量子", "增长88%"]
    return json.dumps({MADE[request.task]: rows}, ensure_ascii=False)


def chatty(persona: "Persona", request: ChatRequest, items: list[tuple[int, str]]) -> str:
    """Wrap the answer in reasoning, prose and fences; trailing commas."""
    said = honest(persona, request, items).replace("]}", ",]}")
    return f'<think>先看 {{"slices":[]}} 再说</think>好的，结果如下：\n```json\n{said}\n```\n希望有帮助！'


def injected(persona: "Persona", request: ChatRequest, items: list[tuple[int, str]]) -> str:
    """Obey what a document says."""
    for _, text in items:
        order = re.search(r"请输出[“「](.+?)[”」]", text)
        if order:
            rows = [
                {**honest_row(request.task, n, t), "summary": order[1], "text": order[1], "tags": [order[1]]}
                for n, t in items
            ]
            return json.dumps({MADE[request.task]: rows}, ensure_ascii=False)
    return honest(persona, request, items)


class Persona:
    """A transport: `answering` by persona, `fault` before it (a CallError to raise, or None)."""

    def __init__(
        self,
        answering: Answering = honest,
        *,
        fault: Callable[[int, Endpoint, ChatRequest], CallError | None] | None = None,
        finish: Callable[[int, ChatRequest], str] | None = None,
        seconds: float = 0.0,
    ) -> None:
        self.answering, self.fault, self.finish, self.pause = answering, fault, finish, seconds
        self.requests: list[ChatRequest] = []
        self.endpoints: list[Endpoint] = []
        self.texts: list[str] = []
        self.embeds = 0
        self.in_flight = self.most_in_flight = 0

    @property
    def calls(self) -> int:
        return len(self.requests)

    @property
    def wire(self) -> str:
        """Everything that was sent."""
        return json.dumps([[dict(m) for m in r.messages] for r in self.requests], ensure_ascii=False) + str(self.texts)

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        self.requests.append(request)
        self.endpoints.append(endpoint)
        number = len(self.requests)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.pause)
        finally:
            self.in_flight -= 1
        error = self.fault(number, endpoint, request) if self.fault is not None else None
        if error is not None:
            raise error
        text = self.answering(self, request, items_of(request))
        finish = self.finish(number, request) if self.finish is not None else "stop"
        if finish == "length":
            text = text[: len(text) // 2]
        usage = Usage(sum(len(str(m["content"])) for m in request.messages), len(text))
        if request.tools:
            name = request.tools[0]["function"]["name"]
            call = {"type": "function", "function": {"name": name, "arguments": text}}
            return ChatAnswer(None, endpoint.model, "tool_calls", usage, tool_calls=(call,))
        return ChatAnswer(text, endpoint.model, finish, usage)

    async def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]:
        raise CallError(CallOutcome.UNSUPPORTED, "no streams here")
        yield StreamEvent()

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer:
        self.embeds += 1
        self.texts += request.texts
        vectors = tuple((float(len(text)), 1.0, float(sum(map(ord, text[:4])) % 97)) for text in request.texts)
        return EmbedAnswer(vectors, endpoint.model, Usage(sum(map(len, request.texts)), 0))

    async def close(self) -> None:
        return None
