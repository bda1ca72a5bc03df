"""Knowledge documents: which document stands for a family of near-duplicates, and how clean each text is.

A family is what reposts connect within one lane; the earliest by (published, path, row) stands for it and the others name
it in `duplicate_of`. Families grow as documents come: two that were apart are joined by a text that repeats both. Where
a member leaves, the rest of its family is compared anew, so that the result is that of a whole rebuild. (Only where more
documents share a passage than `candidates` remembers can the order in which they came decide; a rebuild settles it.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assets.records.candidates import Index, fingerprint, sharing
from assets.records.cleaning.defects import find_defects, quality_score
from assets.records.frames import table_frame
from assets.records.near_duplicates import is_repost, tolerates_edits
from assets.records.schema import DOCUMENTS
from assets.records.wording import Prepared, prepare
from assets.text.spans import canonical_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COMPARED", "update_documents"]

#: Columns of live documents that families are found by.
COMPARED = ("doc_id", "lane", "published", "path", "row", "duplicate_of", "fingerprint")
#: Texts of live documents kept while they are compared.
REMEMBERED = 4096

#: Defects kept of a document, the worst first.
MAX_DEFECTS = 50
_SEVERITY = {"high": 0, "medium": 1, "low": 2}
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
_TAKEN = tuple(
    c.name for c in DOCUMENTS.columns if c.name not in {"duplicate_of", "quality_score", "defects", "fingerprint"}
)

Row = dict[str, Any]


def update_documents(
    new: pl.DataFrame,
    live: pl.DataFrame,
    text_of: Callable[[str], str],
    *,
    gone: Collection[str] = (),
    rows_of: Callable[[list[str]], pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Build the rows of new documents and re-head the families that they touch.

    Args:
        new: SOURCES rows that came or changed.
        live: DOCUMENTS rows as they stood, at least in the columns `COMPARED`; a row whose doc_id is in `new` is replaced.
        text_of: Stored text of a live document, asked only for those that may repeat a new one.
        gone: Ids of documents that left; the members of their families are compared anew.
        rows_of: Whole DOCUMENTS rows of live documents by id; default: those of `live`.

    Returns:
        DOCUMENTS rows to upsert, sorted by doc_id: all of `new`, and those of `live` whose duplicate_of changes.
    """
    texts = _Texts(text_of)
    fresh: list[Row] = []
    for source in new.iter_rows(named=True):
        fresh.append(_document(source, texts.prepare(source["doc_id"], source["text"])))
    known = {row["doc_id"] for row in fresh}
    left = set(gone)
    stood = live.select(COMPARED).to_dicts()
    broken = {row["duplicate_of"] or row["doc_id"] for row in stood if row["doc_id"] in left}
    kept = [row for row in stood if row["doc_id"] not in known and row["doc_id"] not in left]
    heads: dict[str, str | None] = {}
    for lane in sorted({row["lane"] for row in fresh} | {row["lane"] for row in kept}):
        stay = [row for row in kept if row["lane"] == lane]
        heads |= _families(lane, stay, [row for row in fresh if row["lane"] == lane], texts.of, broken)
    rows = [row | {"duplicate_of": heads[row["doc_id"]]} for row in fresh]
    moved = sorted(row["doc_id"] for row in kept if heads[row["doc_id"]] != row["duplicate_of"])
    if moved:
        whole = live.filter(live["doc_id"].is_in(moved)) if rows_of is None else rows_of(moved)
        rows += [row | {"duplicate_of": heads[row["doc_id"]]} for row in whole.iter_rows(named=True)]
    return table_frame(DOCUMENTS, rows)


class _Texts:
    """Texts prepared for comparison; those of live documents are fetched and kept a while."""

    def __init__(self, text_of: Callable[[str], str]) -> None:
        self._fresh: dict[str, Prepared] = {}
        self._fetched = lru_cache(maxsize=REMEMBERED)(lambda doc_id: prepare(text_of(doc_id)))

    def prepare(self, doc_id: str, text: str) -> Prepared:
        """Prepare and remember a new text."""
        self._fresh[doc_id] = prepare(text)
        return self._fresh[doc_id]

    def of(self, doc_id: str) -> Prepared:
        """Return the prepared text of a document."""
        return self._fresh[doc_id] if doc_id in self._fresh else self._fetched(doc_id)


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
    lane: str, kept: list[Row], fresh: list[Row], prepared: Callable[[str], Prepared], broken: Collection[str]
) -> dict[str, str | None]:
    """Return for each document the earliest of its family, None for that one itself.

    Members of a family stay joined, those of a broken one or of one whose head is not there are compared anew.
    """
    present = {row["doc_id"] for row in kept} | {row["doc_id"] for row in fresh}
    loose, settled = [], []
    union = _Union(present)
    for row in kept:
        label = row["duplicate_of"] or row["doc_id"]
        if label in broken or label not in present:
            loose.append(row)
        else:
            settled.append(row)
            union.join(row["doc_id"], label)
    searching = sorted(loose + fresh, key=_order)
    if searching:
        index = Index()
        marks = [row["fingerprint"] for row in settled]
        near = sharing(marks, [row["fingerprint"] for row in searching]) if settled else []
        for row in sorted((settled[place] for place in near), key=_order):
            index.add(row["doc_id"], row["fingerprint"])
        _search(lane, searching, index, union, prepared)
    return union.heads(sorted(kept + fresh, key=_order))


def _search(lane: str, rows: Iterable[Row], index: Index, union: _Union, prepared: Callable[[str], Prepared]) -> None:
    """Join each row to what it repeats among those before it."""
    for row in rows:
        doc_id, mark = row["doc_id"], row["fingerprint"]
        twin = index.same(mark)
        if twin:
            union.join(doc_id, twin)
            continue
        if tolerates_edits(lane):
            _join_reposts(doc_id, index.candidates(mark), union, prepared, lane)
        index.add(doc_id, mark)


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
