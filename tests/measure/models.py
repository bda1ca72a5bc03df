"""The model gateway beside bare clients: rate, CPU, faults, fail-over, memory, and the router against fixed splits.

Rates are measured in one run against a local server of its own process, rounds of each client in turn. LEAFROOT_BENCH_SCALE
makes all counts smaller (0.1: a tenth).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from resources.models.gateway import GatewayError, open_gateway
from resources.models.spec import ChatRequest
from resources.settings import Settings

__all__ = ["BENCH"]

SCALE = float(os.environ.get("LEAFROOT_BENCH_SCALE", "1"))
KEY = "sk-bench"
LATENCY = 0.2
ROUNDS = 4
ON = "local server, 200 ms answers"
Ask = Callable[[int], Awaitable[object]]


@contextmanager
def server(*words: str) -> Iterator[str]:
    """Serve from another process; yields the base URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.model_server", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(20)


def configured(url: str, **model: Any) -> Settings:
    entry = {"name": "bench", "base_url": url, "model": "m", "api_key_env": "BENCH_KEY", "max_concurrency": 1024, **model}
    return Settings.model_validate({"models": [entry]})


def body(number: int) -> list[dict[str, str]]:
    return [{"role": "system", "content": "概括。"}, {"role": "user", "content": f"第{number}段：" + "原油期货主力合约收涨。" * 20}]


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Ask]:
    """Yield what one does with aiohttp alone."""
    import aiohttp

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=1024), headers={"Authorization": f"Bearer {KEY}"}
    ) as session:

        async def ask(number: int) -> object:
            sent = {"model": "m", "messages": body(number)}
            async with session.post(f"{url}/chat/completions", json=sent) as answer:
                return (await answer.json())["choices"][0]["message"]["content"]

        yield ask


@asynccontextmanager
async def through(url: str) -> AsyncIterator[Ask]:
    """Yield a call through the gateway."""
    with tempfile.TemporaryDirectory() as home:
        async with open_gateway(Path(home), configured(url), environ={"BENCH_KEY": KEY}) as gateway:

            async def ask(number: int) -> object:
                return await gateway.chat(ChatRequest(tuple(body(number)), deadline=120.0))

            yield ask


@asynccontextmanager
async def sdk(url: str) -> AsyncIterator[Ask]:
    """Yield a call through AsyncOpenAI."""
    import openai

    async with openai.AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0) as client:

        async def ask(number: int) -> object:
            return await client.chat.completions.create(model="m", messages=body(number))  # type: ignore[arg-type]

        yield ask


async def pace(ask: Ask, count: int, in_flight: int) -> tuple[float, float]:
    """Return seconds and CPU seconds of so many calls, so many at a time."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await ask(number)

    begun, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    return time.perf_counter() - begun, time.process_time() - used


async def compare(url: str, count: int, in_flight: int) -> dict[str, tuple[float, float]]:
    """Return calls a second and CPU milliseconds a call of each client, in rounds by turns."""
    totals: dict[str, list[tuple[float, float]]] = {"aiohttp": [], "gateway": []}
    part = max(in_flight, count // ROUNDS)
    async with bare(url) as one, through(url) as two:
        for ask in (one, two):
            await pace(ask, in_flight, in_flight)
        for turn in range(ROUNDS):
            order = [("aiohttp", one), ("gateway", two)]
            for name, ask in order if turn % 2 else order[::-1]:
                totals[name].append(await pace(ask, part, in_flight))
    made = part * ROUNDS
    return {
        name: (made / sum(s for s, _ in rounds), 1000 * sum(c for _, c in rounds) / made)
        for name, rounds in totals.items()
    }


def gateway_throughput() -> Iterator[dict[str, Any]]:
    """Rate over bare aiohttp at 64 and 256 in flight, CPU a call; AsyncOpenAI beside it."""
    with server("--latency", str(LATENCY), "--key", KEY) as url:
        for in_flight, count, goal in ((64, int(4000 * SCALE), 0.98), (256, int(10_000 * SCALE), 0.95)):
            found = asyncio.run(compare(url, count, in_flight))
            ideal = in_flight / LATENCY
            rate, cpu = found["gateway"]
            on = f"{ON}; bare aiohttp {found['aiohttp'][0] / ideal:.2f}, gateway {rate / ideal:.2f} of the ideal; CPU {found['aiohttp'][1]:.2f} ms bare"
            yield {"name": f"gateway_of_aiohttp_{in_flight}", "value": round(rate / found["aiohttp"][0], 3), "goal": goal, "n": count, "on": on}
            yield {"name": f"gateway_cpu_ms_{in_flight}", "value": round(cpu, 3), "goal": 0.9, "n": count, "on": ON}
        seconds, _ = asyncio.run(_sdk_pace(url, max(256, int(1500 * SCALE))))
        slow = max(256, int(1500 * SCALE)) / seconds
        yield {"name": "gateway_of_asyncopenai_256", "value": round(rate / slow, 2), "goal": 4, "n": max(256, int(1500 * SCALE)), "on": f"{ON}; AsyncOpenAI {slow / ideal:.2f} of the ideal"}


async def _sdk_pace(url: str, count: int) -> tuple[float, float]:
    async with sdk(url) as ask:
        return await pace(ask, count, 256)


BENCH = [gateway_throughput]
