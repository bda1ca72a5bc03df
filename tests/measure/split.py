"""A simulation: two models of different speed and price, the router beside the best fixed split.

Calls come at random times (fixed seed). Each model is a server of a few places: a call waits for a place there, then takes
its time (log-normal). The gateway runs as it is, on virtual time; a fixed split sends each call to the first model with a
fixed probability. Both pay `latency weight × seconds / scale + price weight × CNY / scale`, where the scales are the means
of the two models without load. The best split is found by search over 0, 5, …, 100 %.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.models.protocol import Endpoint
from resources.models.spec import ChatAnswer, ChatRequest, EmbedAnswer, EmbedRequest, StreamEvent, Usage
from tests.resources.models.virtual import gateway, run, settings

__all__ = ["WEIGHTINGS", "compare"]

#: name → (latency weight, price weight)
WEIGHTINGS = {"latency": (1.0, 0.2), "balanced": (1.0, 1.0), "price": (0.3, 1.0)}
TOKENS_IN, TOKENS_OUT = 400, 100


@dataclass(frozen=True)
class Kind:
    """A model: seconds without load, places, CNY per million tokens."""

    name: str
    seconds: float
    places: int
    price: float

    @property
    def cost(self) -> float:
        return self.price * (TOKENS_IN + TOKENS_OUT) / 1e6


FAST = Kind("fast", 0.8, 8, 8.0)
SLOW = Kind("slow", 2.0, 12, 1.0)


def arrivals(count: int, rate: float, seed: int) -> list[tuple[float, float, float]]:
    """Return for each call its time, and the factor on the time that it takes at either model."""
    draw = random.Random(seed)
    at, found = 0.0, []
    for _ in range(count):
        at += draw.expovariate(rate)
        found.append((at, draw.lognormvariate(-0.02, 0.2), draw.random()))
    return found


def price_of(seconds: float, cost: float, weights: tuple[float, float]) -> float:
    scale_seconds = (FAST.seconds + SLOW.seconds) / 2
    scale_cost = (FAST.cost + SLOW.cost) / 2
    return weights[0] * seconds / scale_seconds + weights[1] * cost / scale_cost


def fixed(calls: list[tuple[float, float, float]], share: float, weights: tuple[float, float]) -> float:
    """Return the mean price of a split that sends `share` of the calls to the fast model."""
    free = {kind.name: [0.0] * kind.places for kind in (FAST, SLOW)}
    total = 0.0
    for at, factor, luck in calls:
        kind = FAST if luck < share else SLOW
        places = free[kind.name]
        begun = max(at, heapq.heappop(places))
        end = begun + kind.seconds * factor
        heapq.heappush(places, end)
        total += price_of(end - at, kind.cost, weights)
    return total / len(calls)


class Servers:
    """A transport of the two models; the gate keeps within their places."""

    async def chat(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> ChatAnswer:
        kind = FAST if endpoint.model == FAST.name else SLOW
        await asyncio.sleep(kind.seconds * float(request.extra["factor"]))
        return ChatAnswer("好", kind.name, "stop", Usage(TOKENS_IN, TOKENS_OUT))

    async def stream(self, endpoint: Endpoint, request: ChatRequest, *, seconds: float) -> AsyncIterator[StreamEvent]:
        raise NotImplementedError
        yield StreamEvent()

    async def embed(self, endpoint: Endpoint, request: EmbedRequest, *, seconds: float) -> EmbedAnswer:
        raise NotImplementedError

    async def close(self) -> None:
        return None


def routed(calls: list[tuple[float, float, float]], weights: tuple[float, float]) -> tuple[float, float]:
    """Return the mean price through the gateway, and the share of the fast model."""
    models = [
        {"name": k.name, "max_concurrency": k.places, "price_in": k.price, "price_out": k.price} for k in (FAST, SLOW)
    ]
    task = {"models": [FAST.name, SLOW.name], "weights": {"latency": weights[0], "price": weights[1]}}
    paid: list[float] = []
    fast = 0

    async def work(home: Path) -> None:
        nonlocal fast
        gate = gateway(home, settings(*models, default=task), Servers())
        begun = gate.clock()

        async def one(at: float, factor: float) -> None:
            nonlocal fast
            await asyncio.sleep(begun + at - gate.clock())
            text = "字" * (TOKENS_IN - 4)
            request = ChatRequest(({"role": "user", "content": text},), max_tokens=TOKENS_OUT, extra={"factor": factor})
            answer = await gate.chat(request)
            kind = FAST if answer.served_by == FAST.name else SLOW
            fast += kind is FAST
            paid.append(price_of(gate.clock() - begun - at, kind.cost, weights))

        await asyncio.gather(*(one(at, factor) for at, factor, _ in calls))
        await gate.close()

    with tempfile.TemporaryDirectory() as home:
        run(work(Path(home)))
    return sum(paid) / len(paid), fast / len(calls)


def compare(count: int, *, rate: float = 11.0, seed: int = 7) -> dict[str, dict[str, Any]]:
    """Return for each weighting what the router pays over the best fixed split, and both shares."""
    calls = arrivals(count, rate, seed)
    found: dict[str, dict[str, Any]] = {}
    for name, weights in WEIGHTINGS.items():
        best, share = min((fixed(calls, step / 20, weights), step / 20) for step in range(21))
        price, own = routed(calls, weights)
        found[name] = {"ratio": price / best, "best_share": share, "own_share": own}
    return found
