"""How many calls a model gets at a time, and who goes next.

A gate learns its width from 429s, time-outs and latency (additive increase, one decrease a round trip), stays closed as
long as `Retry-After` or the breaker say, and serves the waiting tasks in turn. Limits per minute are in `windows.py`,
what a failure means in `faults.py`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from resources.models.windows import Window

__all__ = ["Gate", "QueueFullError"]

#: Waiting calls of one model at most; beyond it a caller is told to come back.
QUEUE = 20_000
#: Factor on the width after a 429, and after a time-out or an answer that took several times the usual.
CUT, EASE = 0.6, 0.85
#: An answer slower than this many times the usual one says that the endpoint is crowded.
CROWDED = 4.0


class QueueFullError(Exception):
    """Too many calls wait already."""


class _Waiter:
    """One call in a lane."""

    __slots__ = ("queued", "tokens", "turn")

    def __init__(self, turn: asyncio.Future[bool], tokens: int) -> None:
        self.turn, self.tokens, self.queued = turn, tokens, True


class Gate:
    """The way to one model.

    A call enters by `acquire` and leaves by `release`; the loop's clock counts.
    """

    def __init__(self, most: int, window: Window, clock: Callable[[], float], *, queue: int = QUEUE) -> None:
        self.most = most
        self.width = float(most)
        self.in_flight = 0
        self.waiting = 0
        self.closed_until = 0.0
        #: One call at a time after the breaker opened, until one has come back well.
        self.narrow = False
        self._window, self._clock, self._queue = window, clock, queue
        self._lanes: dict[str, deque[_Waiter]] = {}
        self._turn: deque[str] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._cut_at = 0.0
        self._volley = self._refused = 0

    @property
    def room(self) -> int:
        return (1 if self.narrow else max(1, int(self.width))) - self.in_flight

    def load(self) -> float:
        """Return the rounds of calls that a new one has to wait for (0: it goes at once)."""
        ahead = self.in_flight + self.waiting + 1
        width = 1 if self.narrow else max(1, int(self.width))
        return max(0.0, (ahead - width) / width)

    async def acquire(self, task: str, tokens: int, until: float) -> bool:
        """Wait for a turn.

        Returns:
            True: go (and `release` afterwards); False: the gate was closed meanwhile, choose again.

        Raises:
            TimeoutError: no turn came before `until`.
            QueueFullError: the queue is full.
        """
        now = self._clock()
        if not self.waiting and self.room > 0 and self.closed_until <= now:
            wait = self._window.take(tokens) if self._window.limited else 0.0
            if not wait:
                self.in_flight += 1
                return True
        if self.waiting >= self._queue:
            raise QueueFullError
        mine = _Waiter(asyncio.get_running_loop().create_future(), tokens)
        lane = self._lanes.get(task)
        if lane is None:
            lane = self._lanes[task] = deque()
            self._turn.append(task)
        lane.append(mine)
        self.waiting += 1
        self._serve()
        try:
            async with asyncio.timeout_at(until):
                return await mine.turn
        except BaseException:
            # Cancelled or out of time. A turn that came in the same moment goes back; else the place in the lane is
            # left to be skipped, which costs nothing where thousands give up together.
            if mine.queued:
                mine.queued = False
                self.waiting -= 1
            elif mine.turn.done() and not mine.turn.cancelled() and mine.turn.result():
                self.release()
            raise

    def try_acquire(self, tokens: int) -> bool:
        """Take a place that is free at once, before nobody; False where there is none."""
        if self.waiting or self.room <= 0 or self.closed_until > self._clock():
            return False
        if self._window.limited and self._window.take(tokens):
            return False
        self.in_flight += 1
        return True

    def settle(self, difference: int) -> None:
        """Correct the tokens of the minute once they are known."""
        self._window.settle(difference)

    def release(self) -> None:
        """Give the place to the next one."""
        self.in_flight -= 1
        if self.waiting:
            self._serve()

    def close(self, until: float, *, narrow: bool = False) -> None:
        """Let nobody pass before `until`; those who wait choose again."""
        self.narrow = self.narrow or narrow
        if until <= self.closed_until:
            return
        self.closed_until = until
        self.flush()

    def end(self) -> None:
        """Send everybody away and let go of the limits."""
        self.flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._window.close()

    def flush(self) -> None:
        """Send those who wait back to choose again."""
        lanes, self._lanes = self._lanes, {}
        self._turn.clear()
        self.waiting = 0
        for lane in lanes.values():
            for mine in lane:
                mine.queued = False
                if not mine.turn.done():
                    mine.turn.set_result(False)

    def widen(self, latency: float, usual: float) -> None:
        """Learn from a good answer."""
        if self.narrow:
            self.narrow = False
            self._serve()
        if usual and latency > CROWDED * usual and self.in_flight > self.width / 2:
            self._cut(latency, EASE)
        elif self.width < self.most:
            self.width = min(float(self.most), self.width + 1.0 / self.width)

    def narrow_down(self, latency: float, *, limited: bool) -> None:
        """Learn from a 429, or from a time-out."""
        if not self._cut(latency, CUT if limited else EASE) and limited:
            # Of one volley, as many as were not refused are what the endpoint takes.
            self._refused += 1
            self.width = max(1.0, min(self.width, float(self._volley - self._refused)))

    def _cut(self, latency: float, factor: float) -> bool:
        """Make the width smaller, once for all calls that were in flight together; True where it was done."""
        now = self._clock()
        if now - latency < self._cut_at:
            return False
        self._cut_at = now
        self._volley, self._refused = self.in_flight, 1
        self.width = max(1.0, min(self.width, self.in_flight + 1.0) * factor)
        return True

    def _serve(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock()
        if self.closed_until > now:
            self._later(self.closed_until - now)
            return
        while self.waiting and self.room > 0:
            task = self._turn[0]
            lane = self._lanes[task]
            while lane and (not lane[0].queued or lane[0].turn.done()):
                self._drop(lane.popleft())
            if lane:
                wait = self._window.take(lane[0].tokens) if self._window.limited else 0.0
                if wait:
                    self._later(wait)
                    return
                mine = lane.popleft()
                self._drop(mine)
                self.in_flight += 1
                mine.turn.set_result(True)
            self._turn.rotate(-1)
            if not lane:
                del self._lanes[task]
                self._turn.remove(task)

    def _drop(self, mine: _Waiter) -> None:
        if mine.queued:
            mine.queued = False
            self.waiting -= 1

    def _later(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._serve)
