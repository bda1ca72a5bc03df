"""The inbox: which files changed since the home last took them in.

A pure function of two listings; the sensor around it is in `sensors/defs.py`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["InboxChange", "Stamp", "inbox_change"]

#: Path → (size, modification time in ns).
Stamp = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class InboxChange:
    """What changed: the paths by kind, and a key that is the same for the same change."""

    new: list[str]
    changed: list[str]
    gone: list[str]
    key: str

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.gone)


def inbox_change(now: Stamp, taken: Stamp, *, settled_before_ns: int | None = None) -> InboxChange:
    """Compare the files that are there with those that were taken.

    Args:
        now: Files in the corpora folder.
        taken: Files of the last materialisation.
        settled_before_ns: Files touched after this moment are still being written and wait for the next look.
    """

    def is_settled(path: str) -> bool:
        return settled_before_ns is None or now[path][1] <= settled_before_ns

    new = sorted(path for path in now if path not in taken and is_settled(path))
    changed = sorted(path for path in now if path in taken and now[path] != taken[path] and is_settled(path))
    gone = sorted(path for path in taken if path not in now)
    return InboxChange(new, changed, gone, _key([(path, now[path]) for path in (*new, *changed)], gone))


def _key(stamps: Iterable[tuple[str, tuple[int, int]]], gone: Iterable[str]) -> str:
    running = hashlib.sha256()
    for path, (size, mtime) in stamps:
        running.update(f"{path}\x1f{size}\x1f{mtime}\n".encode())
    for path in gone:
        running.update(f"gone\x1f{path}\n".encode())
    return running.hexdigest()[:24]
