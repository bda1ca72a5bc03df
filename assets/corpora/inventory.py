"""Which files a corpora folder holds, by lane and kind.

Only names and stats are looked at, so that a sensor can call it every few seconds; reading lives in
`assets/corpora/intake.py`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assets.corpora.readers.raw import reject
from assets.corpora.schema import LANES
from resources.errors import UsageError
from resources.protocols import Reject

__all__ = ["Listing", "SourceFile", "find_sidecar", "list_files"]

SIDECAR = ".meta.json"
_DOCUMENTS = {
    ".txt": "txt",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".xml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
}
_BARS = {".csv": "csv", ".json": "json"}


@dataclass(frozen=True)
class SourceFile:
    r"""One file to read.

    `path` is relative to the root, POSIX, valid UTF-8 (bytes that are none stand as `\\xNN`). With a sidecar `size`
    (bytes) and `mtime_ns` are sums over both files, so that a change of either shows.
    """

    path: str
    lane: str
    format: str
    size: int
    mtime_ns: int
    absolute: Path


@dataclass(frozen=True)
class Listing:
    """The files of a root by path, and what of it is no source file."""

    files: list[SourceFile]
    rejects: list[Reject]


@dataclass
class _Walk:
    """State of one listing."""

    root: Path
    real_root: str
    entries: list[tuple[tuple[str, ...], Path]] = field(default_factory=list)
    links: list[tuple[tuple[str, ...], Path]] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    rejects: list[Reject] = field(default_factory=list)


def list_files(root: Path) -> Listing:
    """List the source files under a corpora root.

    Links are followed only inside the root, and each folder at most once a lane, so that loops end. Hidden files,
    a README at the root and sidecars are no documents.

    Args:
        root: The corpora folder.

    Returns:
        Files sorted by path; rejects with reason `lane_unknown`, `format_unknown`, `link_outside`, `unreadable`,
        `name_clash` or `sidecar_orphan`.

    Raises:
        UsageError: the folder is missing or no folder.
    """
    if not root.is_dir():
        problem = "is not a folder" if root.exists() else "does not exist"
        raise UsageError(f"The corpora folder {root} {problem}; give an existing one with --corpora.")
    walk = _Walk(root, os.path.realpath(root))
    _descend(walk, (), root)
    while walk.links:
        parts, link = min(walk.links)
        walk.links.remove((parts, link))
        _descend(walk, parts, link)
    files: dict[str, SourceFile] = {}
    rejects = walk.rejects
    for parts, absolute in sorted(walk.entries):
        found = _classify(parts, absolute)
        if isinstance(found, Reject):
            rejects.append(found)
        elif found is not None and found.path in files:
            rejects.append(
                reject("name_clash", found.path, "two file names are spelled alike once made readable", "rename one")
            )
        elif found is not None:
            files[found.path] = found
    return Listing([files[path] for path in sorted(files)], sorted(rejects, key=lambda one: (one.source, one.reason)))


def find_sidecar(absolute: Path) -> Path | None:
    """Return the sidecar beside a document: `NAME.meta.json`, where NAME is the file name or its stem."""
    for name in (absolute.name, absolute.stem):
        beside = absolute.with_name(name + SIDECAR)
        if os.path.isfile(beside):  # noqa: PTH113  (Path.is_file raises where the name is too long to exist)
            return beside
    return None


def _descend(walk: _Walk, parts: tuple[str, ...], folder: Path) -> None:
    """Collect the files below one folder; links to folders wait until all real folders are known."""
    lane = parts[0] if parts else ""
    key = (lane, os.path.realpath(folder))
    if key in walk.seen:
        return
    walk.seen.add(key)
    for name, entry in _scan(walk, parts, folder):
        here = (*parts, name)
        if entry.is_symlink():
            _take_link(walk, here, Path(entry.path))
        elif entry.is_dir(follow_symlinks=False):
            _descend(walk, here, Path(entry.path))
        else:
            walk.entries.append((here, Path(entry.path)))


def _scan(walk: _Walk, parts: tuple[str, ...], folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the visible entries of a folder by name."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        walk.rejects.append(
            reject(
                "unreadable",
                _stored(parts) or ".",
                f"the folder cannot be read ({error.strerror})",
                "check its permissions",
            )
        )
        return
    for entry in found:
        if not entry.name.startswith((".", "~$")):
            yield entry.name, entry


def _take_link(walk: _Walk, parts: tuple[str, ...], link: Path) -> None:
    """Follow a link inside the root, refuse one that leads out of it or nowhere."""
    target = os.path.realpath(link)
    if target != walk.real_root and not target.startswith(walk.real_root + os.sep):
        walk.rejects.append(
            reject(
                "link_outside", _stored(parts), "the link leads out of the corpora folder", "copy the file in its place"
            )
        )
    elif Path(target).is_dir():
        # The root itself and the folders above are no lane's content.
        if target != walk.real_root:
            walk.links.append((parts, link))
    elif Path(target).exists():
        walk.entries.append((parts, link))
    else:
        walk.rejects.append(reject("unreadable", _stored(parts), "the link leads nowhere", "mend or remove it"))


def _stored(parts: tuple[str, ...]) -> str:
    """Return the path as it is stored: POSIX, what is not UTF-8 escaped."""
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _classify(parts: tuple[str, ...], absolute: Path) -> SourceFile | Reject | None:
    """Return the file, why it is none, or None for what is ignored."""
    path, name = _stored(parts), parts[-1]
    if len(parts) == 1 and name.upper().startswith("README"):
        return None
    lane = parts[0]
    if len(parts) == 1 or lane not in LANES:
        remedy = f"move it into one of {', '.join(LANES)}"
        return reject("lane_unknown", path, "it stands outside the lanes", remedy)
    if name.endswith(SIDECAR):
        return _check_sidecar(path, absolute)
    kinds = _BARS if lane == "market" else _DOCUMENTS
    kind = kinds.get(Path(name).suffix.lower())
    if kind is None:
        return reject(
            "format_unknown",
            path,
            f"the lane {lane} takes no file of this kind",
            f"save it as one of {' '.join(kinds)}",
        )
    try:
        status = absolute.stat()
        beside = find_sidecar(absolute)
        other = beside.stat() if beside else None
    except OSError as error:
        return reject("unreadable", path, f"the file cannot be read ({error.strerror})", "check its permissions")
    if not stat.S_ISREG(status.st_mode):
        return reject("unreadable", path, "it is no regular file", "put a file in its place")
    size = status.st_size + (other.st_size if other else 0)
    mtime = status.st_mtime_ns + (other.st_mtime_ns if other else 0)
    return SourceFile(path, lane, kind, size, mtime, absolute)


def _check_sidecar(path: str, absolute: Path) -> Reject | None:
    """Refuse a sidecar that stands beside no document: what it says (a classification, a date) would be lost."""
    stem = absolute.name.removesuffix(SIDECAR)
    kinds = (*_DOCUMENTS, *_BARS)
    if absolute.with_name(stem).exists() or any(absolute.with_name(stem + kind).exists() for kind in kinds):
        return None
    return reject(
        "sidecar_orphan",
        path,
        "no document of this name stands beside the sidecar",
        "name it as the document with .meta.json behind",
    )
