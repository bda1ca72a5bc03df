"""Taking in what changed in a lane since last time: reading, numbering, and the difference to the live rows.

A file whose size and time stand is not opened; one whose content stands is not read again. Which files there are lives
in `assets/corpora/inventory.py`, how each format is read in `assets/corpora/readers/`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from assets.corpora.identity import Row, diff_rows, number_documents, pair_superseded
from assets.corpora.inventory import SourceFile, find_sidecar
from assets.corpora.readers.bars import read_bars
from assets.corpora.readers.raw import RawDocument, reject
from assets.corpora.reading import read_documents
from assets.corpora.schema import BARS, SOURCES
from assets.text.spans import sha256_text
from resources.protocols import Reject, Table

__all__ = ["PLACES", "KnownFile", "LaneIntake", "take_in_bars", "take_in_documents"]

#: Columns that tell which live rows a change touches.
PLACES = ("doc_id", "path", "sha256")
RowsOf = Callable[[list[str]], pl.DataFrame]
_DTYPES: dict[str, Any] = {"int": pl.Int64}


@dataclass(frozen=True)
class KnownFile:
    """One file as it was taken: what a second run compares.

    An empty `sha256` owes a reading: the file could not be opened, or holds rows that another file has too.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class LaneIntake:
    """What one lane brings.

    Attributes:
        upserts: Rows to bring or replace, all columns of the lane's table, by doc_id.
        retired: Ids of live rows that are no longer there.
        files: The complete new inventory of the lane, by path.
        reread: Paths that were read now or are gone; their earlier quarantine rows are replaced by `rejects`.
        rejects: Files and lines that were not taken.
    """

    upserts: pl.DataFrame
    retired: list[str]
    files: list[KnownFile]
    reread: list[str]
    rejects: list[Reject]


@dataclass
class _Changes:
    """Files of a lane against those known."""

    inventory: dict[str, KnownFile] = field(default_factory=dict)
    read: list[SourceFile] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)

    @property
    def replaced(self) -> list[str]:
        """Paths whose live rows no longer hold."""
        return sorted([*(one.path for one in self.read), *self.gone])

    @property
    def paths(self) -> list[str]:
        """Paths whose earlier quarantine rows no longer hold."""
        return sorted([*self.replaced, *self.unopened])


def today_in_shanghai() -> dt.date:
    """Return the current day in Asia/Shanghai."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()


def take_in_documents(
    lane: str,
    files: Sequence[SourceFile],
    known: Mapping[str, KnownFile],
    live: Callable[[], pl.DataFrame],
    *,
    today: Callable[[], dt.date] = today_in_shanghai,
    rows_of: RowsOf | None = None,
) -> LaneIntake:
    """Take in the documents of a lane that are new, changed, renamed or gone.

    Args:
        lane: One of rulebooks, policies, news, research.
        files: The lane's files now.
        known: What was taken last time, by path.
        live: Gives all live SOURCES rows of the lane; called only where something changed.
        today: The clock, asked only to warn of documents dated after today.
        rows_of: Gives whole live rows by doc_id; with it, `live` need give no more than `PLACES`.

    Returns:
        Rows in SOURCES columns; a renamed file keeps its ids and changes its path.
    """
    changes = _compare(files, known)
    if known and not changes.replaced:
        return _nothing(SOURCES, changes)
    documents, rejects = read_documents(changes.read, today)
    frame = live()
    replaced = _replaced_paths(changes, known, frame)
    touched = _whole(_touched_rows(frame, documents, replaced), rows_of)
    rows, old = number_documents(lane, documents, touched, frozenset(replaced))
    if known:
        pair_superseded(rows, old, _version_slot, twin=lambda row: row["sha256"])
    changed, retired = diff_rows(rows, old, SOURCES.names)
    return _intake(SOURCES, changes, changed, retired, rejects)


def take_in_bars(
    files: Sequence[SourceFile],
    known: Mapping[str, KnownFile],
    live: Callable[[], pl.DataFrame],
    *,
    rows_of: RowsOf | None = None,
) -> LaneIntake:
    """Take in the daily bars of the market lane that are new, corrected or gone.

    A row that another file holds too (same symbol, date and text) is taken once, from the first path; the other goes to
    quarantine as `duplicate_bar`.

    Args:
        files: The lane's files now.
        known: What was taken last time, by path.
        live: Gives all live BARS rows; called only where something changed.
        rows_of: Gives whole live rows by doc_id; with it, `live` need give no more than `PLACES`.

    Returns:
        Rows in BARS columns.
    """
    changes = _compare(files, known)
    if known and not changes.replaced:
        return _nothing(BARS, changes)
    frame = live()
    replaced = _replaced_paths(changes, known, frame)
    stay = frame.filter(~pl.col("path").is_in(replaced))
    taken = dict(zip(stay["doc_id"], stay["path"], strict=True))
    rows, rejects = _read_bars(changes, taken)
    old = _whole(frame.filter(pl.col("path").is_in(replaced)), rows_of)
    if known:
        pair_superseded(
            rows, old, lambda row: (row["path"], row["symbol"], row["date"]), twin=lambda row: row["doc_id"]
        )
    changed, retired = diff_rows(rows, old, BARS.names)
    return _intake(BARS, changes, changed, retired, rejects)


def _compare(files: Sequence[SourceFile], known: Mapping[str, KnownFile]) -> _Changes:
    """Sort files into unchanged, to be read, not to be opened; and find those that are gone."""
    changes = _Changes()
    for file in sorted(files, key=lambda one: one.path):
        past = known.get(file.path)
        if past and past.sha256 and (past.size, past.mtime_ns) == (file.size, file.mtime_ns):
            changes.inventory[file.path] = past
            continue
        try:
            sha256 = _hash_file(file)
        except OSError as error:
            problem = f"the file cannot be opened ({error.strerror})"
            changes.rejects.append(
                reject("unreadable", file.path, problem, "check its permissions; what was taken from it before stays")
            )
            changes.inventory[file.path] = KnownFile(file.path, file.size, file.mtime_ns, "")
            changes.unopened.append(file.path)
            continue
        changes.inventory[file.path] = KnownFile(file.path, file.size, file.mtime_ns, sha256)
        if past is None or past.sha256 != sha256:
            changes.read.append(file)
    changes.gone = sorted(known.keys() - changes.inventory.keys())
    return changes


def _hash_file(file: SourceFile) -> str:
    """Return the SHA-256 of the file and, where there is one, of its sidecar."""
    with file.absolute.open("rb") as stream:
        running = hashlib.file_digest(stream, "sha256")
    beside = find_sidecar(file.absolute)
    if beside is not None:
        running.update(b"\x00" + hashlib.sha256(beside.read_bytes()).digest())
    return running.hexdigest()


def _replaced_paths(changes: _Changes, known: Mapping[str, KnownFile], frame: pl.DataFrame) -> list[str]:
    """Return the paths whose live rows no longer hold.

    Where nothing is known all is built anew: live rows only tell what goes, and no history enters.
    """
    if known:
        return changes.replaced
    return sorted(set(frame["path"]) - set(changes.unopened))


def _touched_rows(frame: pl.DataFrame, documents: Sequence[RawDocument], replaced: Sequence[str]) -> pl.DataFrame:
    """Return the live rows of replaced paths, and those that share a text with one of them or with what was read."""
    goes = pl.col("path").is_in(replaced)
    texts = {sha256_text(one.text) for one in documents} | set(frame.filter(goes)["sha256"])
    return frame.filter(goes | pl.col("sha256").is_in(sorted(texts)))


def _whole(frame: pl.DataFrame, rows_of: RowsOf | None) -> list[Row]:
    """Return the rows with all their columns."""
    return frame.to_dicts() if rows_of is None else rows_of(frame["doc_id"].to_list()).to_dicts()


def _read_bars(changes: _Changes, taken: dict[str, str]) -> tuple[list[Row], list[Reject]]:
    """Read the changed bar files; `taken` holds the ids that unchanged files have."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    for file in changes.read:
        found, refused = read_bars(file)
        rejects += refused
        shared = False
        for row in found:
            other = taken.setdefault(row["doc_id"], row["path"])
            if other == row["path"]:
                rows.append(row)
                continue
            shared = True
            rejects.append(
                reject(
                    "duplicate_bar",
                    row["path"],
                    f"the same row stands in {other}",
                    "remove one of the two",
                    row=row["row"],
                )
            )
        if shared:
            # Read it again next time: the other file may be gone by then.
            past = changes.inventory[file.path]
            changes.inventory[file.path] = KnownFile(past.path, past.size, past.mtime_ns, "")
    return rows, rejects


def _version_slot(row: Row) -> tuple[Any, ...] | None:
    """Return what makes two documents versions of one another: the path, or path and feed id."""
    if row["row"] is None:
        return (row["path"],)
    return (row["path"], row["source_id"]) if row["source_id"] is not None else None


def _nothing(table: Table, changes: _Changes) -> LaneIntake:
    return _intake(table, changes, [], [], [])


def _intake(
    table: Table, changes: _Changes, rows: Sequence[Row], retired: list[str], rejects: Sequence[Reject]
) -> LaneIntake:
    schema = {column.name: _DTYPES.get(column.type, pl.String) for column in table.columns}
    columns = {name: [row[name] for row in rows] for name in table.names}
    return LaneIntake(
        upserts=pl.DataFrame(columns, schema=schema),
        retired=retired,
        files=[changes.inventory[path] for path in sorted(changes.inventory)],
        reread=changes.paths,
        rejects=sorted([*changes.rejects, *rejects], key=lambda one: (one.source, one.row or 0, one.reason)),
    )
