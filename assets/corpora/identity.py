"""Which ids the documents of a lane get, and what that changes against the rows that are there.

`doc_id` = hash of (lane, stored text, k), k numbering identical texts by (published, path, row).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from assets.corpora.readers.raw import RawDocument
from assets.corpora.schema import SOURCES
from assets.text.spans import canonical_json, digest_id

__all__ = ["Row", "diff_rows", "number_documents", "pair_superseded"]

Row = dict[str, Any]
#: How far the day of a document can be trusted, by where it was found.
_CONFIDENCE: Mapping[str | None, str] = {
    "sidecar": "high",
    "feed": "high",
    "meta": "high",
    "text": "medium",
    "name": "low",
}
_GIVEN = tuple(one.name for one in fields(RawDocument) if one.name != "meta")


def number_documents(
    lane: str, read: Sequence[RawDocument], live: Sequence[Mapping[str, Any]], replaced: Collection[str]
) -> tuple[list[Row], list[Row]]:
    """Give ids to what was read, together with the live rows that share a text with it.

    Args:
        lane: Lane of all of them.
        read: Documents of the files that were read now.
        live: Live SOURCES rows of the lane: at least those of the replaced paths and of the texts that they or `read` hold.
        replaced: Paths whose live rows no longer hold: read again, or gone.

    Returns:
        The rows of every text that is touched as they are to be, and the live rows of those texts as they were.
    """
    new = [_row(lane, one) for one in read]
    old = [dict(row) for row in live if row["path"] in replaced]
    touched = {row["sha256"] for row in new} | {row["sha256"] for row in old}
    stay = [dict(row) for row in live if row["path"] not in replaced and row["sha256"] in touched]
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in (*new, *stay):
        groups[row["sha256"]].append(row)
    rows = []
    for sha256, group in groups.items():
        group.sort(key=_order)
        for k, row in enumerate(group):
            rows.append({**row, "doc_id": digest_id(lane, sha256, k)})
    return rows, old + stay


def pair_superseded(
    rows: Sequence[Row],
    before: Sequence[Row],
    slot: Callable[[Row], tuple[Any, ...] | None],
    *,
    twin: Callable[[Row], Any],
) -> None:
    """Fill `supersedes` of the rows that stand where another one stood.

    A row whose id is live already keeps what it had. A new row supersedes, in order, the rows of its slot that went.

    Args:
        rows: Rows as they are to be; changed in place.
        before: Live rows that they replace.
        slot: What makes two rows versions of one another (path, path and feed id); None: nothing does.
        twin: What rows with numbered ids share (their text); where the id of an old row lives on in a twin, the id that
            its twins gave up stands for it.
    """
    known = {row["doc_id"]: row for row in before}
    wanted = {row["doc_id"] for row in rows}
    went: dict[Any, list[str]] = defaultdict(list)
    for doc_id in sorted(known.keys() - wanted):
        went[twin(known[doc_id])].append(doc_id)
    stayed = {(slot(row), twin(row)) for row in rows}
    slots: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in sorted(before, key=lambda one: (one["path"], one["row"] or 0, one["doc_id"])):
        place = slot(row)
        if place is not None and (place, twin(row)) not in stayed:
            slots[place].append(row)
    for row in rows:
        if row["doc_id"] in known:
            row["supersedes"] = known[row["doc_id"]]["supersedes"]
            continue
        place = slot(row)
        row["supersedes"] = _take(slots[place], went, twin) if place in slots else None


def diff_rows(rows: Sequence[Row], before: Sequence[Row], names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the rows that differ from their live row, by id, and the live ids that are no longer there."""
    known = {row["doc_id"]: row for row in before}
    wanted = {row["doc_id"] for row in rows}
    changed = [
        row
        for row in rows
        if row["doc_id"] not in known or any(row[name] != known[row["doc_id"]][name] for name in names)
    ]
    return sorted(changed, key=lambda row: str(row["doc_id"])), sorted(known.keys() - wanted)


def _take(candidates: list[Row], went: Mapping[Any, list[str]], twin: Callable[[Row], Any]) -> str | None:
    """Take the first old row of a slot and the id that went with it."""
    while candidates:
        old = candidates.pop(0)
        gone = went.get(twin(old), [])
        if old["doc_id"] in gone:
            gone.remove(old["doc_id"])
            return str(old["doc_id"])
        if gone:
            return gone.pop(0)
    return None


def _row(lane: str, one: RawDocument) -> Row:
    given = {name: getattr(one, name) for name in _GIVEN}
    sha256 = hashlib.sha256(one.text.encode("utf-8")).hexdigest()
    row = {
        **given,
        "lane": lane,
        "sha256": sha256,
        "n_chars": len(one.text),
        "supersedes": None,
        "meta": canonical_json(one.meta),
        "date_confidence": _CONFIDENCE.get(one.date_origin),
        "doc_id": "",
    }
    return {name: row[name] for name in SOURCES.names}


def _order(row: Row) -> tuple[bool, str, str, int]:
    """Order of identical texts: published (undated last), path, row."""
    return row["published"] is None, row["published"] or "", row["path"], row["row"] or 0
