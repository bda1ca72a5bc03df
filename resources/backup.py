"""A home as one file, taken while it is in use, and put back elsewhere.

SQLite files are copied through SQLite itself, so that what is half written stays out; everything is named with its hash in a
manifest, and nothing is put back that differs from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from resources.errors import PermanentServiceError, TransientServiceError, UsageError
from resources.lock import LOCK, hold_home
from resources.reader import DATABASE, HOME_VERSION

__all__ = ["Backup", "back_up", "restore"]

MANIFEST = "leafroot-backup.json"
FORMAT = 1
#: Seconds to wait for a run that holds the home.
WAIT = 900.0
_LIVE = ("-wal", "-shm", "-journal")
_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Backup:
    """What a backup holds."""

    files: int
    size: int
    publication: int
    version: str


def back_up(home: Path, target: Path) -> Backup:
    """Write a home into one file; an older file of that name is replaced only once the new one is whole.

    Raises:
        UsageError: the home holds nothing.
        HomeBusyError: a run held the home for a quarter of an hour.
        TransientServiceError: the file cannot be written.
    """
    if not (home / DATABASE).is_file():
        raise UsageError(f"The home {home} holds nothing to back up; name another with --home.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with hold_home(home, "backup", wait_seconds=WAIT), tempfile.TemporaryDirectory() as scratch:
            made = _write(home, draft, Path(scratch), skip={target.resolve(), draft.resolve()})
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise TransientServiceError(
            f"The backup {target} cannot be written ({reason}); nothing was changed."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return made


def restore(source: Path, home: Path) -> Backup:
    """Put a backup back into a folder that is not there or empty.

    Raises:
        UsageError: the file is no backup, or the folder is in use.
        PermanentServiceError: the file is damaged; the folder is left empty.
    """
    if home.exists() and any(home.iterdir()):
        raise UsageError(f"The home {home} is not empty; restore into a new one and move it into place.")
    try:
        with tarfile.open(source) as archive:
            manifest = _manifest(archive, source)
            home.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=home.parent, prefix=f".{home.name}-") as scratch:
                size = _read(archive, manifest["files"], Path(scratch), source)
                if home.exists():
                    home.rmdir()
                Path(scratch).replace(home)
                Path(scratch).mkdir()
    except (tarfile.TarError, EOFError) as error:
        raise PermanentServiceError(f"The backup {source} is damaged ({error}); take another one.") from error
    except OSError as error:
        raise UsageError(f"The backup {source} cannot be read ({error.strerror or error}).") from error
    return Backup(len(manifest["files"]), size, int(manifest["publication"]), str(manifest["version"]))


def _write(home: Path, draft: Path, scratch: Path, *, skip: set[Path]) -> Backup:
    entries: dict[str, str] = {}
    size = 0
    with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
        for number, path in enumerate(_files(home)):
            if path.resolve() in skip:
                continue
            name = path.relative_to(home).as_posix()
            taken = path
            if _is_sqlite(path):
                taken = scratch / str(number)
                _copy_database(path, taken)
            entries[name] = _hash(taken)
            size += taken.stat().st_size
            archive.add(taken, arcname=name, recursive=False, filter=_anonymous)
            if taken is not path:
                taken.unlink()
        publication = _publication(home)
        manifest = {"format": FORMAT, "version": HOME_VERSION, "publication": publication, "files": entries}
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(data)
        archive.addfile(info, BytesIO(data))
    return Backup(len(entries), size, publication, HOME_VERSION)


def _files(home: Path) -> Iterator[Path]:
    """Every file of a home but its lock and what SQLite keeps beside an open database."""
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != LOCK and not path.name.endswith(_LIVE):
            yield path


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def _copy_database(source: Path, target: Path) -> None:
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60.0)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()


def _publication(home: Path) -> int:
    connection = sqlite3.connect(f"file:{home / DATABASE}?mode=ro", uri=True, timeout=60.0)
    try:
        return int(connection.execute("SELECT MAX(publication) FROM publications").fetchone()[0] or 0)
    finally:
        connection.close()


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _manifest(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    try:
        member = archive.extractfile(MANIFEST)
        given = json.loads(member.read()) if member is not None else None
    except (KeyError, ValueError):
        given = None
    if not isinstance(given, dict) or given.get("format") != FORMAT or not isinstance(given.get("files"), dict):
        raise UsageError(f"{source} is no backup of a home; name a file that leafroot backup wrote.")
    return given


def _read(archive: tarfile.TarFile, entries: dict[str, str], folder: Path, source: Path) -> int:
    size = 0
    for name, sha256 in entries.items():
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise UsageError(f"{source} names the file {name}, which is outside of a home; it is no backup of ours.")
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            member = archive.extractfile(name)
        except KeyError:
            member = None
        if member is None:
            raise PermanentServiceError(f"The backup {source} lacks {name}; take another one.")
        with target.open("wb") as stream:
            while chunk := member.read(1 << 20):
                stream.write(chunk)
        if _hash(target) != sha256:
            raise PermanentServiceError(
                f"The backup {source} is damaged: {name} is not what was saved; take another one."
            )
        size += target.stat().st_size
    return size
