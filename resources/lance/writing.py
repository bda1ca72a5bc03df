"""One writer at a time per folder of vectors: others wait, readers never do."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["one_writer"]

_LOCK = ".writer"


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Hold the folder for writing; the system lets go of it when a writer dies.

    Two merges into one table at once would retry each other's commits for ever, and could store a key twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
