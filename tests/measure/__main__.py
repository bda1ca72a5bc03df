"""`make eval` and `make bench`: one JSON line a figure.

    python -m tests.measure eval|bench [PREFIX]

A module of this folder lists its figures in EVAL and BENCH: functions that yield dicts of name, value, goal, n, on.
PREFIX picks modules or figures by the beginning of their names; one with a dot picks single figures (records.sentiment), from
the module that its last part names, if any. What its data are missing for yields nothing.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.measure.data import DATA

Figure = Callable[[], Iterator[dict[str, Any]]]
NOT_FIGURES = {"__init__", "__main__", "data", "memory", "split"}


def modules() -> list[str]:
    """Return the names of the figure modules, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_FIGURES)


def figures(kind: str, prefix: str) -> Iterator[dict[str, Any]]:
    """Yield the figures of a kind whose module or own name begins with the prefix."""
    if "." in prefix:
        yield from _single(kind, prefix)
        return
    for name in modules():
        for figure in _listed(name, kind):
            if name.startswith(prefix) or figure.__name__.startswith(prefix):
                yield from figure()


def _single(kind: str, prefix: str) -> Iterator[dict[str, Any]]:
    """Yield single figures by the beginning of their names, from the first module named in it that has any, the last part first."""
    parts = prefix.split(".")
    named = [part for part in reversed(parts) if part in modules()] or modules()
    for name in named:
        count = 0
        for figure in _listed(name, kind):
            for row in figure():
                if row["name"].startswith(prefix):
                    count += 1
                    yield row
        if count:
            return


def _listed(name: str, kind: str) -> list[Figure]:
    listed: list[Figure] = getattr(importlib.import_module(f"tests.measure.{name}"), kind.upper(), [])
    return listed


def main(words: list[str]) -> int:
    """Print the figures; 0 where there was any."""
    if not words or words[0] not in {"eval", "bench"}:
        sys.stderr.write("usage: python -m tests.measure eval|bench [PREFIX]\n")
        return 2
    if DATA is None:
        sys.stderr.write("no ../shared/data here: figures on it are skipped\n")
    count = 0
    for figure in figures(words[0], words[1] if len(words) > 1 else ""):
        count += 1
        sys.stdout.write(
            json.dumps({key: figure[key] for key in ("name", "value", "goal", "n", "on")}, ensure_ascii=False) + "\n"
        )
        sys.stdout.flush()
    if not count:
        sys.stderr.write("no figure was measured\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
