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
from resources.models.ledger import read_calls
from resources.models.protocol import Endpoint
from resources.models.spec import CallOutcome, ChatAnswer, ChatRequest, Usage
from resources.settings import Settings
from tests.measure.split import compare as compare_splits

__all__ = ["BENCH"]

SCALE = float(os.environ.get("LEAFROOT_BENCH_SCALE", "1"))
KEY = "sk-bench"
LATENCY = 0.2
ROUNDS = 4
ON = "local server, 200 ms answers"
Ask = Callable[[int], Awaitable[object]]


def server(*words: str) -> Any:
    """Serve good answers from another process; yields the base URL."""
    return served("tests.fakes.model_server", *words)


@contextmanager
def served(module: str, *words: str) -> Iterator[str]:
    """Run a module that prints its base URL and ends with its standard input."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(20)


def entry(url: str, **model: Any) -> dict[str, Any]:
    return {
        "name": "bench",
        "base_url": url,
        "model": "m",
        "api_key_env": "BENCH_KEY",
        "max_concurrency": 1024,
        **model,
    }


def configured(url: str, **model: Any) -> Settings:
    return Settings.model_validate({"models": [entry(url, **model)]})


def body(number: int) -> list[dict[str, str]]:
    return [
        {"role": "system", "content": "概括。"},
        {"role": "user", "content": f"第{number}段：" + "原油期货主力合约收涨。" * 20},
    ]


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
            yield {
                "name": f"gateway_of_aiohttp_{in_flight}",
                "value": round(rate / found["aiohttp"][0], 3),
                "goal": goal,
                "n": count,
                "on": on,
            }
            yield {"name": f"gateway_cpu_ms_{in_flight}", "value": round(cpu, 3), "goal": 0.9, "n": count, "on": ON}
        seconds, _ = asyncio.run(_sdk_pace(url, max(256, int(1500 * SCALE))))
        slow = max(256, int(1500 * SCALE)) / seconds
        yield {
            "name": "gateway_of_asyncopenai_256",
            "value": round(rate / slow, 2),
            "goal": 4,
            "n": max(256, int(1500 * SCALE)),
            "on": f"{ON}; AsyncOpenAI {slow / ideal:.2f} of the ideal",
        }


async def _sdk_pace(url: str, count: int) -> tuple[float, float]:
    async with sdk(url) as ask:
        return await pace(ask, count, 256)


async def _through_faults(urls: list[str], count: int) -> tuple[int, int, int, int, float]:
    """Return answers, explained failures, neither, attempts, seconds."""
    models = [entry(url, name=f"m{number}", max_concurrency=32) for number, url in enumerate(urls)]
    answered = explained = other = 0
    with tempfile.TemporaryDirectory() as home:
        async with open_gateway(
            Path(home), Settings.model_validate({"models": models}), environ={"BENCH_KEY": KEY}
        ) as gateway:
            begun = time.perf_counter()
            requests = (ChatRequest(tuple(body(number)), deadline=60.0) for number in range(count))
            async for _, answer in gateway.map(requests, in_flight=64):
                if not isinstance(answer, GatewayError):
                    answered += 1
                elif answer.outcome and answer.targets and str(answer):
                    explained += 1
                else:
                    other += 1
            seconds = time.perf_counter() - begun
        rows = read_calls(Path(home), count * 2)
    return answered, explained, other + abs(len(rows) - count), sum(row["attempts"] for row in rows), seconds


def gateway_faults() -> Iterator[dict[str, Any]]:
    """Two endpoints with one mixed fault in twenty calls: all answered or explained, and few calls more than needed."""
    count = int(10_000 * SCALE)
    words = ["tests.measure.models", "faults"]
    with served(*words) as one, served(*words) as two:
        answered, explained, lost, attempts, seconds = asyncio.run(_through_faults([one, two], count))
    on = f"two local servers, 5 % of {len(mixed())} kinds of faults; {answered} answered, {explained} explained in {seconds:.0f} s"
    yield {"name": "gateway_faults_lost", "value": lost, "goal": 0, "n": count, "on": on}
    yield {"name": "gateway_faults_answered", "value": round(answered / count, 4), "goal": 0.99, "n": count, "on": on}
    yield {
        "name": "gateway_faults_added_calls",
        "value": round(attempts / count - 1, 4),
        "goal": 0.08,
        "n": count,
        "on": on,
    }


def gateway_dead_endpoint() -> Iterator[dict[str, Any]]:
    """What the whole of a batch loses to an endpoint that takes connections and never answers."""
    count = int(2000 * SCALE)

    async def work(urls: list[str]) -> float:
        models = [entry(url, name=f"m{number}", max_concurrency=32) for number, url in enumerate(urls)]
        with tempfile.TemporaryDirectory() as home:
            async with open_gateway(
                Path(home), Settings.model_validate({"models": models}), environ={"BENCH_KEY": KEY}
            ) as gateway:
                begun = time.perf_counter()
                requests = (ChatRequest(tuple(body(number)), deadline=60.0) for number in range(count))
                failed = [a async for _, a in gateway.map(requests, in_flight=32) if isinstance(a, GatewayError)]
                if failed:
                    raise failed[0]
                return time.perf_counter() - begun

    with served("tests.measure.models", "hang") as dead, server("--latency", str(LATENCY), "--key", KEY) as good:
        alone = asyncio.run(work([good]))
        beside = asyncio.run(work([dead, good]))
    yield {
        "name": "gateway_dead_endpoint_seconds",
        "value": round(beside - alone, 1),
        "goal": 60,
        "n": count,
        "on": f"preferred endpoint hangs, all answered by the other; {alone:.0f} s without it",
    }


class _Instant:
    """A transport that answers at once, for what the gateway itself takes."""

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        await asyncio.sleep(0)
        return ChatAnswer("好", endpoint.model, "stop", Usage(100, 10))

    async def close(self) -> None:
        return None


async def _queue_from_disk(folder: Path, count: int) -> tuple[float, float]:
    """Return the resident megabytes after a tenth of the calls, and at the end."""
    path = folder / "requests.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(body(number), ensure_ascii=False) + "\n" for number in range(count))
    seen: list[float] = []
    with path.open(encoding="utf-8") as file:
        requests = (ChatRequest(tuple(json.loads(line))) for line in file)
        configured_ = configured("http://127.0.0.1:9/v1", max_concurrency=64)
        async with open_gateway(folder, configured_, environ={"BENCH_KEY": KEY}, transport=_Instant()) as gateway:  # type: ignore[arg-type]
            done = 0
            async for _ in gateway.map(requests, in_flight=256):
                done += 1
                if done in (count // 10, count):
                    seen.append(_resident())
    return seen[0], seen[-1]


def gateway_memory() -> Iterator[dict[str, Any]]:
    """Memory over a long queue that is read from a file."""
    count = int(100_000 * SCALE)
    with tempfile.TemporaryDirectory() as folder:
        early, late = asyncio.run(_queue_from_disk(Path(folder), count))
    on = f"requests read from a file, 256 drawn at a time; {early:.0f} MB after a tenth, {late:.0f} MB at the end"
    yield {"name": "gateway_memory_growth_mb", "value": round(late - early, 1), "goal": 15, "n": count, "on": on}


def gateway_router() -> Iterator[dict[str, Any]]:
    """The router beside the best fixed split, by simulation (see `split.py`)."""
    count = int(3000 * max(SCALE, 0.3))
    worst: dict[str, float] = {}
    for rate in (8.0, 11.0, 14.0):
        for name, found in compare_splits(count, rate=rate).items():
            worst[name] = max(worst.get(name, 0.0), found["ratio"])
    for name, ratio in worst.items():
        on = "simulation, worst of three loads (half, two thirds, nearly all of the capacity); 1: as the best fixed split"
        yield {"name": f"gateway_router_{name}", "value": round(ratio, 3), "goal": 1.1, "n": 3 * count, "on": on}


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def mixed() -> list[str]:
    """Return the faults of the mix: those of chats that are no matter of a key, a quota or a name, which stop a batch."""
    from tests.fakes.model_faults import FAULTS

    stop = {CallOutcome.AUTH, CallOutcome.QUOTA, CallOutcome.NOT_FOUND}
    return sorted(
        name
        for name, fault in FAULTS.items()
        if "chat" in fault.kinds and not stop & set(fault.right) and (fault.wait or 0) < 60
    )


def serve_faults(kind: str) -> None:
    """Serve until standard input ends: every twentieth call meets a fault, or each one hangs."""
    from tests.fakes.model_faults import FAULTS
    from tests.fakes.model_server import ModelServer

    server = ModelServer(key=KEY, latency=LATENCY if kind == "faults" else 0.0)
    server.keep_calls = False
    names = ["hang"] if kind == "hang" else mixed()
    every = 1 if kind == "hang" else 20
    server.choose = lambda call: None if call.number % every else FAULTS[names[call.number // every % len(names)]]
    with server:
        sys.stdout.write(server.base_url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


BENCH = [gateway_throughput, gateway_faults, gateway_dead_endpoint, gateway_memory, gateway_router]

if __name__ == "__main__":
    serve_faults(sys.argv[1])
