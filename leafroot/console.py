"""What the command line says: JSON to programs, short tables to people, one sentence for an error.

Standard output carries the answer and nothing else; progress and messages go to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.errors import UsageError

if TYPE_CHECKING:
    from leafroot.answers import Answer
    from leafroot.api import Leafroot

__all__ = ["Context", "batch_lines", "cut", "emit", "say", "table", "write_bytes", "write_file"]


@dataclass
class Context:
    """The options that stand before or after any subcommand."""

    home: Path = Path(".leafroot")
    config: Path | None = None
    json: bool = False
    debug: bool = False
    #: Exit code that a command asks for after it printed its answer.
    code: int = field(default=0)

    def open(self) -> Leafroot:
        """Open the home for reading; the configuration is checked on the way."""
        from leafroot.api import Leafroot
        from resources.settings import load_settings

        load_settings(self.config, home=self.home)
        return Leafroot(self.home, config=self.config)


def emit(context: Context, answer: Answer, show: Callable[[], str]) -> None:
    """Print an answer: one JSON document, or what `show` makes for a person."""
    if context.json:
        sys.stdout.write(dump(answer) + "\n")
    else:
        text = show()
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


def dump(answer: Answer) -> str:
    """Return the JSON of an answer, keys as the contract has them."""
    return json.dumps(answer.model_dump(by_alias=True), ensure_ascii=False)


def say(text: str) -> None:
    """Tell a person something on standard error."""
    sys.stderr.write(text.rstrip("\n") + "\n")


def batch_lines(path: Path, key: str) -> Iterable[str]:
    """Yield the `key` of each line of a batch file.

    Raises:
        UsageError: the file is missing, or a line is no JSON object with that key; file and line are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"The batch file {path} is not there; name an existing one with --batch.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The batch file {path} cannot be read as UTF-8 ({error}); save it as UTF-8.") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict) or not isinstance(value.get(key), str):
            raise UsageError(f'{path}, line {number}: write one JSON object a line, {{"{key}": "…"}}.')
        yield value[key]


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "nothing") -> str:
    """Return a table for a terminal; Chinese counts two columns."""
    from rich.console import Console
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        made.add_column(header, overflow="fold")
    count = 0
    for row in rows:
        count += 1
        made.add_row(*("" if value is None else _plain(str(value)) for value in row))
    if not count:
        return empty
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else 140, force_terminal=terminal, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(made)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _plain(text: str) -> str:
    """Text of documents never steers the terminal."""
    return "".join(ch if ch == "\n" or ch.isprintable() else " " for ch in text)


def cut(text: str | None, length: int = 60) -> str:
    """Return the first characters of a text, on one line."""
    flat = " ".join((text or "").split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def write_file(path: Path, text: str) -> None:
    """Write a file that the caller named.

    Raises:
        UsageError: it cannot be written there.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file that the caller named.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); choose another file.") from None


def facts(pairs: Mapping[str, Any]) -> str:
    """Return lines `name  value` for a person."""
    width = max((len(name) for name in pairs), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in pairs.items())
