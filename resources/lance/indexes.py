"""Indexes of one table: full text, ids, lane and day, and of vectors past a stated size. All of them come from the rows.

An index is never more than a faster way to rows that are there: one that is lost or damaged is made again from them.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

__all__ = ["KEEP_VERSIONS", "VECTOR_INDEX_ROWS", "bring_up_to_date", "has_every_index", "make_again", "tidy"]

#: Below this many rows a full scan is faster than what an index of vectors costs to build, and it is exact.
VECTOR_INDEX_ROWS = 50_000
#: Below this many rows a filter is as fast without an index.
SCALAR_INDEX_ROWS = 2_000
FULL_TEXT = ("words", "grams")
#: Columns that filters name, with the kind of index that fits how many values they have.
SCALAR = {"span_id": "BTree", "doc_id": "BTree", "published_date": "BTree", "lane": "Bitmap"}
#: A replaced version stays readable this long: a reader sees a new one after 5 seconds, and a search takes less than one.
#: What reports cite is in the store and outlives this: an index holds nothing that is quoted from.
KEEP_VERSIONS = timedelta(minutes=2)
#: Parts of an index of vectors: the square root of the rows over this. A graph (HNSW) finds as much and takes ten times as
#: long to build.
PART_DIVISOR = 5


def bring_up_to_date(table: Any) -> None:
    """Build the indexes that are missing, take new rows into the others, and let go of versions nobody reads."""
    rows = table.count_rows()
    if rows == 0:
        return
    have = {name for one in table.list_indices() for name in one.columns}
    for column in _wanted(rows):
        if column not in have:
            _create(table, column)
    tidy(table)


def has_every_index(table: Any) -> bool:
    """Whether the table has the full-text indexes that a search needs."""
    have = {name for one in table.list_indices() for name in one.columns}
    return set(FULL_TEXT) <= have


def make_again(table: Any) -> None:
    """Build every index anew from the rows."""
    for column in _wanted(table.count_rows()):
        _create(table, column)


def tidy(table: Any) -> None:
    """Join small files, take new rows into the indexes, drop versions that were replaced a while ago."""
    table.optimize(cleanup_older_than=KEEP_VERSIONS)


def _wanted(rows: int) -> list[str]:
    columns = list(FULL_TEXT)
    if rows >= SCALAR_INDEX_ROWS:
        columns += SCALAR
    if rows > VECTOR_INDEX_ROWS:
        columns.append("vector")
    return columns


def _create(table: Any, column: str) -> None:
    from lancedb import index

    config: Any
    if column in FULL_TEXT:
        config = _full_text()
    elif column == "vector":
        parts = max(1, math.isqrt(table.count_rows()) // PART_DIVISOR)
        config = index.IvfSq(distance_type="cosine", num_partitions=parts)
    else:
        config = getattr(index, SCALAR[column])()
    table.create_index(column, config=config, replace=True)


def _full_text() -> Any:
    """Tokens are cut beforehand: the index takes what stands between blanks as it is."""
    from lancedb.index import FTS

    return FTS(
        base_tokenizer="whitespace",
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        with_position=False,
    )
