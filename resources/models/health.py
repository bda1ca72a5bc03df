"""How well a model does: latency of its good answers, share of failures, circuit breaker, pauses.

Only good answers count for latency: an endpoint that fails in a millisecond is failing, not idle. What a kind of
failure is worth is said in `faults.py`; who is chosen, in `router.py`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

__all__ = ["ATTEMPT_SECONDS", "LEAST_ATTEMPT", "Health"]

#: Seconds of one attempt before anything was seen, at least, and at most.
ATTEMPT_SECONDS = 20.0
LEAST_ATTEMPT, MOST_ATTEMPT = 2.0, 30.0
#: An attempt may take this many times the slow tail (95 %) of the answers seen, from this many answers on.
TAIL_FACTOR, TAIL_FROM = 8.0, 3
SAMPLES = 64
#: Weight of a new answer in the running means.
FRESH = 0.1
#: Seconds after which what was seen of an unused model counts a third.
FADE = 120.0
#: The breaker opens after so many failures in a row, or where half of the last calls failed.
IN_A_ROW, RECENT, SHARE = 5, 20, 0.5
#: Seconds for which it stays open: the first time, and at most, doubling.
OPEN_FIRST, OPEN_MOST = 1.0, 30.0
#: Seconds of rest after a 429 without a time: at first, and at most, doubling.
RATE_REST, RATE_REST_MOST = 0.5, 20.0
#: Tasks that have a tail of their own; what clients invent beyond them shares one.
TASKS = 200


class _Tail:
    """The last answers of one task: their slow tail, counted anew when it is asked for and something came."""

    __slots__ = ("_cached", "_dirty", "seen")

    def __init__(self) -> None:
        self.seen: deque[float] = deque(maxlen=SAMPLES)
        self._dirty, self._cached = 0, 0.0

    def add(self, latency: float) -> None:
        self.seen.append(latency)
        self._dirty += 1

    def slow(self) -> float:
        if self._dirty and (self._dirty >= 8 or len(self.seen) < 16):
            ordered = sorted(self.seen)
            self._cached = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
            self._dirty = 0
        return self._cached


class Health:
    """What is known of one model in this process.

    `open_until` is when the breaker lets a probe through; `paused_until` and `pause_reason` stand where no repetition
    helps (a refused key, a spent quota, a model that is not there).
    """

    def __init__(self, clock: Callable[[], float], *, most_attempt: float | None = None) -> None:
        self._clock = clock
        self._most_attempt = most_attempt
        self.latency = 0.0
        self.success = 1.0
        self.last = 0.0
        self.in_a_row = 0
        self.open_until = 0.0
        self.open_for = 0.0
        self.paused_until = 0.0
        self.pause_reason = ""
        self._recent: deque[bool] = deque(maxlen=RECENT)
        self._tails: dict[str, _Tail] = {}
        self._refusals: dict[str, int] = {}
        self._limited = 0

    def succeeded(self, task: str, latency: float) -> None:
        """Book a good answer; it ends a pause and closes the breaker."""
        self.latency = latency if not self.latency else self.latency + FRESH * (latency - self.latency)
        self.success += FRESH * (1.0 - self.success)
        self.last = self._clock()
        self.in_a_row = self._limited = 0
        self.paused_until = 0.0
        self._refusals.clear()
        if self.open_for:
            self.open_for = 0.0
            self._recent.clear()
        self._recent.append(True)
        self.remember(task, latency)

    def remember(self, task: str, latency: float) -> None:
        """Learn how long an answer took, one of an earlier process too: a hang is then noticed without waiting in full."""
        tail = self._tails.get(task)
        if tail is None:
            tail = self._tails.setdefault(task if len(self._tails) < TASKS else "", _Tail())
        tail.add(latency)

    def failed(self) -> float:
        """Book a failure of the endpoint; returns the seconds for which the breaker opens now, or 0."""
        self.success += FRESH * (0.0 - self.success)
        now = self.last = self._clock()
        self.in_a_row += 1
        self._recent.append(False)
        if now < self.open_until:
            # Calls that were in flight when it opened.
            return 0.0
        probing = self.open_for > 0
        often = len(self._recent) >= RECENT // 2 and self._recent.count(False) >= SHARE * len(self._recent)
        if not probing and self.in_a_row < IN_A_ROW and not often:
            return 0.0
        self.open_for = min(OPEN_MOST, self.open_for * 2 if probing else OPEN_FIRST)
        self.open_until = now + self.open_for
        self._recent.clear()
        return self.open_for

    def refused(self, outcome: str, reason: str, *, seconds: float, least: int) -> bool:
        """Book a refusal that no repetition mends; from the `least`-th in a row on nothing is sent for a while.

        Returns:
            True where the pause begins now.
        """
        self._refusals[outcome] = self._refusals.get(outcome, 0) + 1
        if self._refusals[outcome] < least:
            return False
        self.paused_until, self.pause_reason = self._clock() + seconds, reason
        return True

    def rate_rest(self) -> float:
        """Return the seconds to rest after a 429 that does not say how long; they double with each in a row."""
        self._limited += 1
        return min(RATE_REST_MOST, RATE_REST * 2.0 ** (self._limited - 1))

    def paused(self, now: float) -> str | None:
        """Return the reason of a pause that still holds."""
        return self.pause_reason if self.paused_until > now else None

    def state(self, now: float) -> str:
        """Return ready, failing (the breaker is open), probing or paused."""
        if self.paused_until > now:
            return "paused"
        if self.open_until > now:
            return "failing"
        return "probing" if self.open_for else "ready"

    def expected(self, now: float, prior: float) -> float:
        """Return the seconds that a call takes, `prior` where nothing (or nothing of late) was seen."""
        if not self.latency:
            return prior
        return prior + (self.latency - prior) * math.exp(-max(0.0, now - self.last) / FADE)

    def attempt_seconds(self, task: str, *, timeouts: int) -> float:
        """Return how long an attempt may take: a bounded share is lost where an endpoint hangs.

        Args:
            task: Tasks differ in length; each has its own tail.
            timeouts: Attempts of this call that ran out of time already; each doubles the limit.
        """
        tail = self._tails.get(task)
        if tail is None or len(tail.seen) < TAIL_FROM:
            return self._most_attempt or ATTEMPT_SECONDS
        most = self._most_attempt or MOST_ATTEMPT
        return min(most, max(LEAST_ATTEMPT, TAIL_FACTOR * tail.slow()) * 2.0**timeouts)

    def slow_tail(self, task: str) -> float:
        """Return the 95 % latency of a task's answers, 0 where too little was seen."""
        tail = self._tails.get(task)
        return tail.slow() if tail is not None and len(tail.seen) >= TAIL_FROM else 0.0
