"""Answers that were found valid, so that no question is paid for twice; and one call where a question is asked twice at a time.

A key is the hash of task, prompt version, model, sampling parameters and content. What only asks for a form (response_format,
tools, max_tokens) is not part of it: the same question has one valid answer, whichever way it was written down. Entries
stand in a file of their own (`answers.db`), the only one of the gateway's that holds texts; each carries tags, so that what
came from a purged document can be found and deleted. A crash loses what was answered in the last 50 milliseconds at most.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from array import array
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from resources.models.batches import BatchWriter, Row, insert_rows, open_side_file
from resources.models.protocol import Endpoint
from resources.models.spec import ChatAnswer, ChatRequest, Usage

__all__ = ["CACHE_FILE", "Cache", "chat_key", "purge_answers", "vector_key"]

CACHE_FILE = "answers.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, task TEXT NOT NULL, model TEXT NOT NULL, value BLOB NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (key TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, key)) WITHOUT ROWID;
"""


def chat_key(request: ChatRequest, endpoint: Endpoint) -> str:
    """Return the key of a request as one model gets it (`request.for_model`)."""
    asked = [request.task, request.prompt, endpoint.model, request.extra, list(request.messages)]
    text = json.dumps(asked, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def vector_key(text: str, endpoint: Endpoint) -> str:
    """Return the key of one text's vector."""
    state = f"{endpoint.model}\0{endpoint.revision}" if endpoint.revision else endpoint.model
    named = f"{state}\0{endpoint.dimension}\0{text}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """The valid answers of one home.

    What was put is found at once, in the file a moment later. A file that cannot be read or written makes the cache
    forget, never fail.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / CACHE_FILE
        self.hits = 0
        self._fresh: dict[str, Row] = {}
        self._lock = threading.Lock()
        self._writer = BatchWriter(self.path, SCHEMA, _write, written=self._forget, spill=False)
        self._connection: sqlite3.Connection | None = None

    def answer(self, keys: Iterable[str]) -> ChatAnswer | None:
        """Return the answer under the first of the keys that is known."""
        for key in keys:
            found = self._find(key)
            if found is not None:
                self.hits += 1
                return _read_answer(found)
        return None

    def put_answer(self, key: str, answer: ChatAnswer, *, task: str, tags: Sequence[str] = ()) -> None:
        """Keep an answer that was found valid; `tags` name the documents that it came from."""
        value = json.dumps(asdict(answer), ensure_ascii=True).encode()
        self._put((key, "chat", task, answer.served_by, value, time.time(), tuple(tags)))

    def vector(self, key: str) -> tuple[float, ...] | None:
        """Return a text's vector (float64, as it came)."""
        found = self._find(key)
        if found is None:
            return None
        self.hits += 1
        numbers = array("d")
        numbers.frombytes(found)
        return tuple(numbers)

    def put_vector(self, key: str, vector: Sequence[float], *, task: str, model: str) -> None:
        """Keep a text's vector."""
        self._put((key, "embed", task, model, array("d", vector).tobytes(), time.time(), ()))

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until everything is in the file; False where it is not after so long."""
        return self._writer.flush(seconds)

    def close(self) -> None:
        """Write what waits and close the file."""
        self._writer.close()
        self._let_go()

    def _put(self, row: Row) -> None:
        with self._lock:
            self._fresh[row[0]] = row
        self._writer.put(row)

    def _find(self, key: str) -> bytes | None:
        row = self._fresh.get(key)
        if row is not None:
            return bytes(row[4])
        try:
            if self._connection is None:
                if not self.path.exists():
                    return None
                self._connection = sqlite3.connect(
                    f"file:{self.path}?mode=ro", uri=True, timeout=0.2, check_same_thread=False
                )
            found = self._connection.execute("SELECT value FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            self._let_go()
            return None
        return None if found is None else bytes(found[0])

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _forget(self, rows: Sequence[Row]) -> None:
        """Drop from memory what the file has now."""
        with self._lock:
            for row in rows:
                if self._fresh.get(row[0]) is row:
                    del self._fresh[row[0]]


def _write(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    insert_rows(connection, "INSERT OR REPLACE INTO answers VALUES ", [row[:6] for row in rows])
    tags = [(row[0], tag) for row in rows for tag in row[6]]
    if tags:
        connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", tags)


def purge_answers(home: Path, tag: str) -> int:
    """Delete every answer that carries a tag; returns how many.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    path = home / CACHE_FILE
    if not path.exists():
        return 0
    with closing(open_side_file(path, SCHEMA)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        gone = connection.execute(
            "DELETE FROM answers WHERE key IN (SELECT key FROM tags WHERE tag = ?)", (tag,)
        ).rowcount
        connection.execute("DELETE FROM tags WHERE key NOT IN (SELECT key FROM answers)")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _read_answer(value: bytes) -> ChatAnswer:
    fields = json.loads(value)
    fields["usage"] = Usage(**fields["usage"])
    fields["tool_calls"] = tuple(fields["tool_calls"])
    return ChatAnswer(**{**fields, "cached": True})
