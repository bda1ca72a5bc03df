"""A llama.cpp server with the models of chance, in a process of its own; its environment is made by `make test-llama`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.llama.tiny_model import CONTEXT, write_model

#: The interpreter that has the server.
PYTHON = os.environ.get("LLAMA_PYTHON")
KEY = "llama-test-key-1"
#: Names under which the server has its models: for chat, for vectors of texts, and for vectors of tokens.
CHAT, EMBED, UNPOOLED = "chance", "chance-embed", "chance-unpooled"
STARTS = 120.0


@dataclass(frozen=True)
class Llama:
    """A running server."""

    base_url: str
    log: Path

    def said(self, words: str, *, before: int = 0, seconds: float = 30.0) -> bool:
        """Wait until the server's log says something more often than `before`."""
        pause = threading.Event()
        for _ in range(int(seconds / 0.05)):
            if self.count(words) > before:
                return True
            pause.wait(0.05)
        return False

    def count(self, words: str) -> int:
        return self.log.read_text(errors="replace").count(words)


@contextmanager
def running_llama(folder: Path) -> Iterator[Llama]:
    """Make the models and run the server until the block ends."""
    assert PYTHON is not None
    write_model(folder / "chance.gguf")
    write_model(folder / "pooled.gguf", pooled=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    fields = {"n_ctx": CONTEXT, "n_threads": 1, "n_threads_batch": 1, "seed": 7, "verbose": False}
    models = [
        {"model": str(folder / "chance.gguf"), "model_alias": CHAT, **fields},
        {"model": str(folder / "pooled.gguf"), "model_alias": EMBED, "embedding": True, **fields},
        {"model": str(folder / "chance.gguf"), "model_alias": UNPOOLED, "embedding": True, **fields},
    ]
    config = folder / "server.json"
    config.write_text(json.dumps({"host": "127.0.0.1", "port": port, "api_key": KEY, "models": models}))
    log = folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [PYTHON, "-m", "llama_cpp.server", "--config_file", str(config)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        llama = Llama(f"http://127.0.0.1:{port}/v1", log)
        try:
            _await(llama, process)
            yield llama
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(llama: Llama, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    request = urllib.request.Request(f"{llama.base_url}/models", headers={"authorization": f"Bearer {KEY}"})
    for _ in range(int(STARTS / 0.2)):
        assert process.poll() is None, llama.log.read_text(errors="replace")[-2000:]
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            pause.wait(0.2)
    raise AssertionError(f"no server after {STARTS:.0f} s")
