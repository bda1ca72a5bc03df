"""One publisher at a time: the lock of a home.

The lock is the kernel's (flock on `run.lock`), so a killed owner leaves none behind; the file names the owner for
the sentence that a second run prints. A process that holds it may take it again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from resources.errors import HomeBusyError, TransientServiceError

__all__ = ["hold_home", "owner_of"]

LOCK = "run.lock"
#: Seconds between two tries while waiting.
PAUSE = 0.2

_held: dict[Path, int] = {}


@contextmanager
def hold_home(home: Path, purpose: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the home while the block runs.

    Raises:
        HomeBusyError: another process holds it and the wait is over.
        TransientServiceError: the home cannot be written.
    """
    path = (home / LOCK).resolve()
    if _held.get(path):
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise TransientServiceError(
            f"The home {home} cannot be written ({error.strerror}); choose another with --home."
        ) from error
    with handle:
        _take(handle, home, wait_seconds)
        handle.seek(0)
        handle.truncate()
        handle.write(json.dumps({"pid": os.getpid(), "purpose": purpose}))
        handle.flush()
        _held[path] = 1
        try:
            yield
        finally:
            del _held[path]
            fcntl.flock(handle, fcntl.LOCK_UN)


def owner_of(home: Path) -> str:
    """Return the owner that the lock file names, for a message."""
    try:
        said = json.loads((home / LOCK).read_text(encoding="utf-8"))
        return f"process {said['pid']}, {said['purpose']}"
    except (OSError, ValueError, KeyError):
        return "owner unknown"


def _take(handle: IO[str], home: Path, wait_seconds: float) -> None:
    give_up = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                raise HomeBusyError(str(home), owner_of(home)) from None
            time.sleep(PAUSE)
        else:
            return
