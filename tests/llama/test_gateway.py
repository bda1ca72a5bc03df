"""The gateway, the tasks and our own endpoint in front of a real llama.cpp server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import openai
import pytest
import uvicorn

from leafroot.web.app import build_app
from resources.errors import GatewayError
from resources.models.gateway import Gateway, open_gateway
from resources.models.ledger import read_calls
from resources.models.runner import open_runner
from resources.models.spec import CallOutcome, ChatRequest, EmbedRequest
from resources.models.transports.chat import join_events
from resources.protocols import TaskCall
from resources.settings import Settings
from tests.llama.server import CHAT, EMBED, KEY, PYTHON, Llama
from tests.llama.tiny_model import CONTEXT, DIMENSION

pytestmark = [
    pytest.mark.skipif(PYTHON is None, reason="needs a llama.cpp server: make test-llama"),
    pytest.mark.parametrize("engine", ["aiohttp", "openai-sdk"]),
]

ENVIRON = {"LLAMA_TEST_KEY": KEY}
DEAD = {"name": "dead", "base_url": "http://127.0.0.1:9/v1", "model": "m"}


def chance(llama: Llama, engine: str, **fields: Any) -> dict[str, Any]:
    made = {
        "name": "chance",
        "base_url": llama.base_url,
        "model": CHAT,
        "api_key_env": "LLAMA_TEST_KEY",
        "engine": engine,
    }
    return {**made, "context": CONTEXT, "max_concurrency": 4, "price_in": Decimal(1), "price_out": Decimal(2), **fields}


def vectors(llama: Llama, engine: str) -> dict[str, Any]:
    return chance(llama, engine, name="vectors", model=EMBED, kind="embedding", dimension=DIMENSION)


def configured(*models: dict[str, Any], **tasks: Any) -> Settings:
    return Settings.model_validate({"models": models, "tasks": tasks})


def ask(text: str = "铜价上涨", *, most: int = 16, **fields: Any) -> ChatRequest:
    return ChatRequest(({"role": "user", "content": text},), max_tokens=most, extra={"temperature": 0}, **fields)


def using(home: Path, settings: Settings, work: Callable[[Gateway], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with open_gateway(home, settings, environ=ENVIRON) as gateway:
            return await work(gateway)

    return asyncio.run(whole())


def test_calls_are_answered_and_booked(tmp_path: Path, llama: Llama, engine: str) -> None:
    async def work(gateway: Gateway) -> None:
        whole = await gateway.chat(ask())
        streamed = join_events([event async for event in gateway.stream(ask())], CHAT)
        embedded = await gateway.embed(EmbedRequest(("铜价", "hi"), model="vectors"))
        assert (whole.served_by, whole.attempts, whole.content) == ("chance", 1, streamed.content)
        assert len(embedded.vectors) == 2

    using(tmp_path, configured(chance(llama, engine), vectors(llama, engine)), work)
    rows = {row["kind"]: row for row in read_calls(tmp_path, 5)}
    assert {row["outcome"] for row in rows.values()} == {"ok"}
    chat = rows["chat"]
    assert chat["tokens_out"] == 16
    assert Decimal(chat["cost"]) == (chat["tokens_in"] * Decimal(1) + 16 * Decimal(2)) / 1_000_000
    assert (rows["stream"]["estimated"], chat["estimated"]) == (1, 0)


def test_a_dead_server_is_replaced(tmp_path: Path, llama: Llama, engine: str) -> None:
    settings = configured({**DEAD, "engine": engine}, chance(llama, engine), default={"models": ["dead", "chance"]})

    async def work(gateway: Gateway) -> list[str]:
        answers = await asyncio.gather(*(gateway.chat(ask(f"第{n}问")) for n in range(8)))
        return [answer.served_by for answer in answers]

    assert using(tmp_path, settings, work) == ["chance"] * 8
    assert "connect" in {step["outcome"] for row in read_calls(tmp_path, 20) for step in row["chain"]}


def test_what_is_too_long_is_not_repeated(tmp_path: Path, llama: Llama, engine: str) -> None:
    """The entry says more than the server has; the server's refusal counts, and once is enough."""
    with pytest.raises(GatewayError) as caught:
        using(tmp_path, configured(chance(llama, engine, context=65_536)), lambda g: g.chat(ask("x" * (CONTEXT + 1))))
    assert caught.value.outcome == CallOutcome.CONTEXT
    assert len(caught.value.attempts) == 1


def test_a_wrong_key_is_said_and_not_shown(tmp_path: Path, llama: Llama, engine: str) -> None:
    async def work() -> None:
        environ = {"LLAMA_TEST_KEY": "a-wrong-key-1"}
        async with open_gateway(tmp_path, configured(chance(llama, engine)), environ=environ) as gateway:
            await gateway.chat(ask())

    with pytest.raises(GatewayError) as caught:
        asyncio.run(work())
    assert caught.value.outcome == CallOutcome.AUTH
    assert "a-wrong-key-1" not in str(caught.value)


def test_a_call_that_is_cancelled_is_booked_as_such(tmp_path: Path, llama: Llama, engine: str) -> None:
    gone = "Disconnected from client"
    before = llama.count(gone)

    async def work(gateway: Gateway) -> None:
        events = gateway.stream(ask(most=CONTEXT - 100))
        async for event in events:
            assert event.text
            break
        await events.aclose()

    using(tmp_path, configured(chance(llama, engine)), work)
    (row,) = read_calls(tmp_path, 5)
    assert row["outcome"] == "cancelled"
    assert row["tokens_out"] >= 1
    assert llama.said(gone, before=before)


def test_a_task_falls_down_the_rungs_and_invents_nothing(tmp_path: Path, llama: Llama, engine: str) -> None:
    """json_schema is unknown there, so the next rung is asked; what chance says holds nowhere, and is not taken."""
    call = TaskCall({"items": [{"id": 1, "text": "铜价上涨，库存下降。"}]})
    with open_runner(tmp_path, configured(chance(llama, engine)), environ=ENVIRON) as runner:
        (result,) = runner.run("sentiment", [call])
    rows = read_calls(tmp_path, 20)
    assert rows[-1]["outcome"] == "unsupported"
    assert rows[-1]["attempts"] == 1
    assert "ok" in {row["outcome"] for row in rows[:-1]}
    assert (result.output, result.engine) == (None, "extractive")
    assert "does not hold" in (result.reason or "")


@contextmanager
def endpoint(home: Path, settings: Settings) -> Iterator[openai.OpenAI]:
    """Serve our own endpoint in front of the gateway; yields the official client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(build_app(home, settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    try:
        with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="any", max_retries=0, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)


def test_the_official_client_reaches_it_through_us(
    tmp_path: Path, llama: Llama, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_TEST_KEY", KEY)
    question: Any = [{"role": "user", "content": "铜价上涨"}]
    wanted: Any = {"type": "json_object"}
    with endpoint(tmp_path, configured(chance(llama, engine), vectors(llama, engine))) as client:
        assert [model.id for model in client.models.list()] == ["chance", "vectors"]
        whole = client.chat.completions.create(model="chance", messages=question, max_tokens=16, temperature=0)
        assert whole.usage
        assert whole.usage.completion_tokens == 16
        pieces = client.chat.completions.create(
            model="auto", messages=question, max_tokens=16, temperature=0, stream=True
        )
        text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
        assert text == whole.choices[0].message.content
        formed = client.chat.completions.create(
            model="chance", messages=question, max_tokens=120, temperature=0, response_format=wanted
        )
        assert (formed.choices[0].message.content or "").startswith("{")
        vector = client.embeddings.create(model="vectors", input="铜价").data[0].embedding
        assert len(vector) == DIMENSION
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(
                model="chance", messages=[{"role": "user", "content": "x" * (CONTEXT + 1)}], max_tokens=16
            )
