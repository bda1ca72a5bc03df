"""Knowledge documents: which document stands for a family of near-duplicates, and how clean each text is.

A family is what reposts connect within one lane; the earliest by (published, path, row) stands for it and the others name
it in `duplicate_of`. Families grow as documents come: two that were apart are joined by a text that repeats both. Where
the head of a family leaves, its members are compared anew; a text that merely connected others leaves them joined until
everything is built again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from assets.records.cleaning.defects import find_defects, quality_score
from assets.records.frames import table_frame
from assets.records.near_duplicates import Index, Prepared, fingerprint, is_repost, prepare, tolerates_edits
from assets.records.schema import DOCUMENTS
from assets.text.spans import canonical_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["update_documents"]

#: Defects kept of a document, the worst first.
MAX_DEFECTS = 50
_SEVERITY = {"high": 0, "medium": 1, "low": 2}
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
_TAKEN = tuple(
    c.name for c in DOCUMENTS.columns if c.name not in {"duplicate_of", "quality_score", "defects", "fingerprint"}
)

Row = dict[str, Any]


def update_documents(new: pl.DataFrame, live: pl.DataFrame, text_of: Callable[[str], str]) -> pl.DataFrame:
    """Build the rows of new documents and re-head the families that they touch.

    Args:
        new: SOURCES rows that came or changed.
        live: DOCUMENTS rows that stay; a row whose doc_id is in `new` is replaced.
        text_of: Stored text of a live document, asked only for those that may repeat a new one.

    Returns:
        DOCUMENTS rows to upsert, sorted by doc_id: all of `new`, and those of `live` whose duplicate_of changes.
    """
    texts: dict[str, Prepared] = {}
    fresh: list[Row] = []
    for source in new.iter_rows(named=True):
        texts[source["doc_id"]] = prepare(source["text"])
        fresh.append(_document(source, texts[source["doc_id"]]))
    known = {row["doc_id"] for row in fresh}
    kept = [row for row in live.iter_rows(named=True) if row["doc_id"] not in known]

    def prepared(doc_id: str) -> Prepared:
        if doc_id not in texts:
            texts[doc_id] = prepare(text_of(doc_id))
        return texts[doc_id]

    heads: dict[str, str | None] = {}
    for lane in sorted({row["lane"] for row in fresh} | {row["lane"] for row in kept}):
        stay = [row for row in kept if row["lane"] == lane]
        heads |= _families(lane, stay, [row for row in fresh if row["lane"] == lane], prepared)
    rows = [row | {"duplicate_of": heads[row["doc_id"]]} for row in fresh]
    rows += [
        row | {"duplicate_of": heads[row["doc_id"]]} for row in kept if heads[row["doc_id"]] != row["duplicate_of"]
    ]
    return table_frame(DOCUMENTS, rows)


def _document(source: Row, text: Prepared) -> Row:
    defects = find_defects(source["text"])
    worst = sorted(defects, key=lambda d: (_SEVERITY[d["severity"]], d["start"], d["code"]))[:MAX_DEFECTS]
    return {
        **{name: source[name] for name in _TAKEN},
        "duplicate_of": None,
        "quality_score": quality_score(source["text"], defects),
        "defects": canonical_json(worst),
        "fingerprint": fingerprint(text),
    }


def _families(
    lane: str, kept: list[Row], fresh: list[Row], prepared: Callable[[str], Prepared]
) -> dict[str, str | None]:
    """Return for each document the earliest of its family, None for that one itself."""
    present = {row["doc_id"] for row in kept} | {row["doc_id"] for row in fresh}
    orphans = {row["doc_id"] for row in kept if row["duplicate_of"] and row["duplicate_of"] not in present}
    union = _Union(present)
    index = Index()
    for row in sorted(kept, key=_order):
        if row["doc_id"] in orphans:
            continue
        index.add(row["doc_id"], row["fingerprint"])
        if row["duplicate_of"]:
            union.join(row["doc_id"], row["duplicate_of"])
    loose = [row for row in kept if row["doc_id"] in orphans]
    for row in sorted(loose + fresh, key=_order):
        doc_id, mark = row["doc_id"], row["fingerprint"]
        twin = index.same(mark)
        if twin:
            union.join(doc_id, twin)
        else:
            if tolerates_edits(lane):
                _join_reposts(doc_id, index.candidates(mark), union, prepared, lane)
            index.add(doc_id, mark)
    return union.heads(sorted(kept + fresh, key=_order))


def _join_reposts(
    doc_id: str, candidates: Iterable[str], union: _Union, prepared: Callable[[str], Prepared], lane: str
) -> None:
    for candidate in candidates:
        if union.root(candidate) != union.root(doc_id) and is_repost(prepared(doc_id), prepared(candidate), lane):
            union.join(doc_id, candidate)


class _Union:
    """Sets of documents that belong together."""

    def __init__(self, members: Iterable[str]) -> None:
        self._parent = {member: member for member in members}

    def root(self, member: str) -> str:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: str, other: str) -> None:
        self._parent[self.root(one)] = self.root(other)

    def heads(self, rows: Iterable[Row]) -> dict[str, str | None]:
        """Return the first row of each set for all its others; rows come in the order that decides."""
        first: dict[str, str] = {}
        heads: dict[str, str | None] = {}
        for row in rows:
            head = first.setdefault(self.root(row["doc_id"]), row["doc_id"])
            heads[row["doc_id"]] = None if head == row["doc_id"] else head
        return heads


def _order(row: Row) -> tuple[bool, float, str, int, str]:
    """Earliest first: moment of publication (undated last), path, line, id."""
    moment = _moment(row["published"]) if row["published"] else None
    return moment is None, moment or 0.0, row["path"], row["row"] or 0, row["doc_id"]


def _moment(published: str) -> float | None:
    try:
        moment = dt.datetime.fromisoformat(published)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)).timestamp()
