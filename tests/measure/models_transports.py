"""Figures of the transports alone: what they cost beside bare aiohttp and beside the openai SDK; the gateway's are in `models.py`.

All clients of one figure send the same calls, in turn, to one server in a process of its own that answers after 200 ms.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["BENCH", "Run", "bare", "drive", "model_server"]

SECONDS = 0.2
CALLS = {64: 3_200, 256: 10_000}
SDK_CALLS = {64: 640, 256: 2_560}
ROUNDS = 5
MESSAGES = ({"role": "user", "content": "沪铜主力合约今日上涨 2.3%,社会库存下降。" * 8},)
KEY = "sk-bench"
ON = "our server, answers after 200 ms"

Send = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Run:
    """Calls a second, and milliseconds of CPU that one call costs this process."""

    rate: float
    cpu_ms: float


@contextlib.contextmanager
def model_server(latency: float = SECONDS) -> Iterator[str]:
    """Run the model server in a process of its own; yield its address."""
    command = [sys.executable, "-m", "tests.fakes.model_server", "--latency", str(latency), "--key", KEY]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.stdout.read()
        process.stdout.close()
        process.wait(10)


async def drive(send: Send, calls: int, width: int) -> Run:
    """Send calls with so many in flight, after one round to warm up."""
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await send()

    await asyncio.gather(*(send() for _ in range(width)))
    start, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(width)))
    return Run(calls / (time.perf_counter() - start), (time.process_time() - cpu) * 1000 / calls)


@contextlib.asynccontextmanager
async def bare(base_url: str) -> AsyncIterator[Send]:
    """Yield a call over bare aiohttp: the body as JSON, the answer parsed, nothing else."""
    import aiohttp

    body = {"model": "m", "messages": list(MESSAGES), "max_tokens": 256}
    headers = {"Authorization": f"Bearer {KEY}"}

    async def send() -> object:
        async with session.post(url, json=body, headers=headers) as response:
            return json.loads(await response.read())["choices"][0]["message"]["content"]

    url = base_url + "/chat/completions"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield send


@contextlib.asynccontextmanager
async def ours(base_url: str, width: int) -> AsyncIterator[Send]:
    """Yield a call over our aiohttp transport."""
    from resources.models.protocol import Endpoint
    from resources.models.spec import ChatRequest
    from resources.models.transports.aiohttp_transport import AiohttpTransport

    transport = AiohttpTransport(limit=width)
    endpoint = Endpoint(base_url, "m", KEY)
    request = ChatRequest(messages=MESSAGES, max_tokens=256)

    async def send() -> object:
        return (await transport.chat(endpoint, request, seconds=60)).content

    try:
        yield send
    finally:
        await transport.close()


@contextlib.asynccontextmanager
async def sdk(base_url: str, width: int) -> AsyncIterator[Send]:
    """Yield a call over AsyncOpenAI behind a semaphore, as most people write it."""
    from openai import AsyncOpenAI

    gate = asyncio.Semaphore(width)
    messages: Any = list(MESSAGES)

    async def send() -> object:
        async with gate:
            found = await client.chat.completions.create(model="m", messages=messages, max_tokens=256)
            return found.choices[0].message.content

    async with AsyncOpenAI(api_key=KEY, base_url=base_url, max_retries=0) as client:
        yield send


async def _beside(base_url: str, width: int) -> dict[str, Run]:
    """Run short rounds of each client in turn, so that whatever else the machine does meets all of them alike."""
    runs: dict[str, list[Run]] = {"bare": [], "ours": [], "sdk": []}
    async with bare(base_url) as first, ours(base_url, width) as second, sdk(base_url, width) as third:
        for _ in range(ROUNDS):
            for name, send in (("bare", first), ("ours", second), ("sdk", third)):
                calls = (SDK_CALLS if name == "sdk" else CALLS)[width] // ROUNDS
                runs[name].append(await drive(send, calls, width))
    return {name: _whole(found) for name, found in runs.items()}


def _whole(rounds: list[Run]) -> Run:
    """Return all rounds of a client as one: its calls over its time."""
    return Run(len(rounds) / sum(1 / run.rate for run in rounds), sum(run.cpu_ms for run in rounds) / len(rounds))


def transport_throughput() -> Iterator[dict[str, Any]]:
    """Our transport's rate over that of bare aiohttp in the same run, and what a call costs."""
    for width in CALLS:
        with model_server() as base_url:
            found = asyncio.run(_beside(base_url, width))
        ideal, on = width / SECONDS, f"{ON}, {width} in flight"
        goal = ">= 0.98" if width == 64 else ">= 0.95"
        count = CALLS[width]
        for name, value, wanted in (
            (f"models.transport_of_aiohttp_{width}", found["ours"].rate / found["bare"].rate, goal),
            (f"models.transport_cpu_ms_{width}", found["ours"].cpu_ms, "<= 0.9"),
            (
                f"models.transport_of_sdk_{width}",
                found["ours"].rate / found["sdk"].rate,
                ">= 4" if width == 256 else "",
            ),
            (f"models.aiohttp_of_ideal_{width}", found["bare"].rate / ideal, ""),
            (f"models.aiohttp_cpu_ms_{width}", found["bare"].cpu_ms, ""),
            (f"models.sdk_of_ideal_{width}", found["sdk"].rate / ideal, ""),
        ):
            yield {"name": name, "value": round(value, 3), "goal": wanted, "n": count, "on": on}


BENCH = [transport_throughput]
