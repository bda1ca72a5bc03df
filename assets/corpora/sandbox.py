"""Parsers in processes of their own: a file that crashes one, hangs or eats memory costs itself, not the batch.

What runs inside lives in `assets/corpora/readers/child.py`.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assets.corpora.inventory import SourceFile
from assets.corpora.readers.raw import Extract, refusal
from resources.errors import DocumentError

__all__ = ["extract_files"]

#: Seconds that one file may take.
TIME = 25.0
#: With fewer files a second process costs more than it saves.
FEW = 6
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


class _Child:
    """One process and the requests that it answers; started anew after a crash or a hang."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, file: SourceFile) -> Extract | DocumentError:
        """Return what the file holds, or why it does not go."""
        process = self._process or self._start()
        request = {"format": file.format, "absolute": str(file.absolute), "path": file.path}
        late = threading.Event()
        timer = threading.Timer(self._seconds, _end_late, (process, late))
        timer.start()
        line = _exchange(process, json.dumps(request).encode() + b"\n")
        timer.cancel()
        if line:
            return _decode(json.loads(line), file.path)
        self.close()
        if late.is_set():
            return refusal(
                "too_slow",
                file.path,
                f"reading it takes more than {self._seconds:g} seconds",
                "split it or save it in a simpler form",
            )
        return refusal("unreadable", file.path, "its parser broke down", "open and save it again")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        # The child gets no keys and no proxies: a parser that is taken over finds nothing.
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {
            "PYTHONPATH": str(_ROOT),
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "assets.corpora.readers.child"]
        self._process = subprocess.Popen(  # noqa: S603  (our own module)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=_ROOT,
        )
        return self._process


def extract_files(files: Sequence[SourceFile], *, seconds: float = TIME) -> list[Extract | DocumentError]:
    """Read files of the formats that need a parser.

    Args:
        files: Files to read.
        seconds: Longest time for one.

    Returns:
        For each file, in order, what it holds or the error that sends it to quarantine.
    """
    if not files:
        return []
    children = [_Child(seconds) for _ in range(1 if len(files) < FEW else 2)]
    free: queue.SimpleQueue[_Child] = queue.SimpleQueue()
    for child in children:
        free.put(child)

    def ask(file: SourceFile) -> Extract | DocumentError:
        child = free.get()
        try:
            return child.ask(file)
        finally:
            free.put(child)

    try:
        with ThreadPoolExecutor(len(children)) as pool:
            return list(pool.map(ask, files))
    finally:
        for child in children:
            child.close()


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """Send a request and wait for its line; empty where the process ended."""
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        process.stdin.write(request)
        process.stdin.flush()
    except OSError:
        return b""
    line = process.stdout.readline()
    return line if line.endswith(b"\n") else b""


def _decode(answer: dict[str, Any], path: str) -> Extract | DocumentError:
    if "extract" in answer:
        return Extract(**answer["extract"])
    return refusal(answer["reason"], path, answer["problem"], answer["remedy"])
