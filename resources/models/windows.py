"""Requests and tokens of the last minute, counted for all processes of one home together.

A window is a small file of 64 one-second slots per model (requests, tokens), taken under the kernel's lock: some ten
microseconds, no server, nothing left behind by a killed process. A call fits where the last 61 slots and it stay within
the limits, so that no minute, wherever it begins, sees more. Concurrency and queues live in `limits.py`.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["SHARE_WITHOUT_FILE", "Window"]

SLOTS = 64
#: Slots that a sixty-second minute can touch.
REACH = 61
#: Numbers of a slot: the second it stands for, requests, tokens.
FIELDS = 3
SIZE = SLOTS * FIELDS * 8
#: Where the file cannot be used, processes do not see each other: each takes this part of the limit.
SHARE_WITHOUT_FILE = 8


class Window:
    """The limits per minute of one model.

    `take` books a call or says how long to wait; `settle` corrects the tokens once they are known.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        requests: int,
        tokens: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests, self.tokens = requests, tokens
        self._clock = clock
        self.shared = False
        self._descriptor: int | None = None
        self._slots: memoryview | None = None
        if path is not None and (requests or tokens):
            self._open(path)
        if self._slots is None:
            self._slots = memoryview(bytearray(SIZE)).cast("q")
            if path is not None:
                self.requests = max(1, requests // SHARE_WITHOUT_FILE) if requests else 0
                self.tokens = max(1, tokens // SHARE_WITHOUT_FILE) if tokens else 0

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if os.fstat(descriptor).st_size < SIZE:
                os.ftruncate(descriptor, SIZE)
            mapped = mmap.mmap(descriptor, SIZE)
        except (OSError, ValueError):
            return
        self._descriptor, self._slots, self.shared = descriptor, memoryview(mapped).cast("q"), True

    @property
    def limited(self) -> bool:
        return bool(self.requests or self.tokens)

    def take(self, tokens: int) -> float:
        """Book one call of about so many tokens; returns 0, or the seconds until it may fit (nothing is booked then)."""
        if not self.limited:
            return 0.0
        return self._locked(lambda slots, now: self._take(slots, now, tokens))

    def settle(self, difference: int) -> None:
        """Book tokens that were not foreseen (negative: foreseen and not used)."""
        if self.tokens and difference:
            self._locked(lambda slots, now: self._settle(slots, now, difference))

    def close(self) -> None:
        """Let go of the file."""
        if self._slots is not None:
            self._slots.release()
            self._slots = None
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _locked(self, work: Callable[[memoryview, float], float]) -> float:
        slots = self._slots
        if slots is None:
            return 0.0
        if self._descriptor is None:
            return work(slots, self._clock())
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            return work(slots, self._clock())
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _take(self, slots: memoryview, now: float, tokens: int) -> float:
        second = int(now)
        # A call above the whole limit would wait for ever; it goes when it is alone in its minute.
        wanted = min(tokens, self.tokens) if self.tokens else 0
        live = sorted(
            (slots[i], slots[i + 1], slots[i + 2])
            for i in range(0, SLOTS * FIELDS, FIELDS)
            if second - REACH < slots[i] <= second
        )
        over_requests = sum(slot[1] for slot in live) + 1 - self.requests if self.requests else 0
        over_tokens = sum(slot[2] for slot in live) + wanted - self.tokens if self.tokens else 0
        if over_requests <= 0 and over_tokens <= 0:
            self._book(slots, second, 1, tokens)
            return 0.0
        for start, requests, used in live:
            over_requests -= requests
            over_tokens -= used
            if (not self.requests or over_requests <= 0) and (not self.tokens or over_tokens <= 0):
                return max(0.01, start + REACH - now)
        return 1.0

    def _settle(self, slots: memoryview, now: float, difference: int) -> float:
        self._book(slots, int(now), 0, difference)
        return 0.0

    @staticmethod
    def _book(slots: memoryview, second: int, requests: int, tokens: int) -> None:
        place = second % SLOTS * FIELDS
        if slots[place] != second:
            slots[place], slots[place + 1], slots[place + 2] = second, 0, 0
        slots[place + 1] += requests
        slots[place + 2] += tokens


def window_path(home: Path, name: str) -> Path:
    """Return where the window of a model is kept; any name makes a file name."""
    return home / "models" / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.window"
