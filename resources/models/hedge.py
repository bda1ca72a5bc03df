"""A second request beside a slow one: whoever answers first is taken, the other is cancelled on the wire.

Only for tasks that ask for it, and for no more than the share of their calls that they allow; a second request counts as an
attempt like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from resources.models.calls import Dispatcher
from resources.models.plans import Call, Turn
from resources.models.spec import CallError, ChatAnswer

__all__ = ["Hedges", "race"]

#: A call is slow when it takes so many times the slow tail of those before.
BEYOND = 1.25
Send = Callable[[Call, Turn], Awaitable[ChatAnswer]]


class Hedges:
    """Second requests per task, and how many more are allowed."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}
        self._second: dict[str, int] = {}

    def delay(self, call: Call, turn: Turn) -> float | None:
        """Return the seconds after which a second request may go out, None where none may."""
        share = call.task.hedge
        if not share:
            return None
        task = call.request.task
        self._calls[task] = self._calls.get(task, 0) + 1
        tail = BEYOND * turn.target.health.slow_tail(call.tail)
        return tail if tail and tail < turn.seconds and self._within(task, share) else None

    def take(self, call: Call) -> bool:
        """Book a second request where the share still allows it."""
        task = call.request.task
        if not self._within(task, call.task.hedge):
            return False
        self._second[task] = self._second.get(task, 0) + 1
        return True

    def _within(self, task: str, share: float) -> bool:
        return self._second.get(task, 0) + 1 <= share * self._calls.get(task, 0)


async def race(
    dispatcher: Dispatcher, hedges: Hedges, send: Send, call: Call, turn: Turn, delay: float
) -> tuple[Turn, ChatAnswer] | None:
    """Send, and send a second time where no answer came within `delay` seconds.

    Returns:
        The attempt that won and its answer; None where all failed and were booked.

    Raises:
        GatewayError: a failure that ends the call.
    """
    running: dict[asyncio.Task[ChatAnswer], Turn] = {_start(send, call, turn): turn}
    given_up = True
    try:
        await asyncio.wait(running, timeout=delay)
        if not any(task.done() for task in running):
            second = dispatcher.try_enter(call, but=turn.target.model.name) if hedges.take(call) else None
            if second is not None:
                running[_start(send, call, second)] = second
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda each: running[each].sent):
                try:
                    answer = task.result()
                except CallError as error:
                    ended, given_up = running.pop(task), False
                    dispatcher.failed(call, ended, error)
                    given_up = True
                else:
                    given_up = False
                    return running.pop(task), answer
        given_up = False
        return None
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for left in running.values():
            dispatcher.abandoned(call, left, close=given_up)
            given_up = False


def _start(send: Send, call: Call, turn: Turn) -> asyncio.Task[ChatAnswer]:
    return asyncio.ensure_future(send(call, turn))
