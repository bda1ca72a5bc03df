"""The channels of a search in one table: full text by column, all tokens of a column, nearness of vectors, a fragment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

__all__ = ["RESULT", "collect", "holding", "match", "matrix", "nearest"]

#: What a search gives back; a vector is read by its id where it is needed.
RESULT = ("span_id", "doc_id", "lane", "published_date", "words", "grams", "text")
#: Where a filter leaves no more rows than this, they are compared one by one: exact, and as fast as an index that has to
#: step over what the filter hides.
EXACT_ROWS = 50_000
#: Parts of an index of vectors that are read, and how many times the rows asked for are compared again with their whole
#: vectors: of 64 parts over 100,000 rows these find 99.6 of 100 of the ten nearest (tests/measure/search.py).
PROBES, REFINE = 40, 4


def match(table: Any, tokens: str, column: str, where: str, limit: int, *, every: bool = False) -> Any:
    """Return the rows that BM25 puts first for tokens joined by blanks; `every`: only rows that hold all of them."""
    from lancedb.query import FullTextOperator, MatchQuery

    operator = FullTextOperator.AND if every else FullTextOperator.OR
    query = table.search(MatchQuery(tokens, column, operator=operator), query_type="fts")  # type: ignore[call-arg]  # defaults that mypy does not see
    if where:
        query = query.where(where, prefilter=True)
    return query.select([*RESULT, "_score"]).limit(limit).to_arrow()


def nearest(table: Any, vector: np.ndarray, where: str, limit: int) -> Any:
    """Return the rows whose vectors are nearest by cosine; the filter applies before the search."""
    query = table.search(vector, vector_column_name="vector").distance_type("cosine")
    if where:
        query = query.where(where, prefilter=True)
    if table.count_rows(where or None) <= EXACT_ROWS:
        query = query.bypass_vector_index()
    else:
        query = query.nprobes(PROBES).refine_factor(REFINE)
    return query.select([*RESULT, "_distance"]).limit(limit).to_arrow()


def holding(table: Any, where: str) -> Any:
    """Return every row that meets a condition."""
    return table.search().where(where).select(list(RESULT)).limit(table.count_rows()).to_arrow()


def collect(found: dict[str, dict[str, Any]], channel: str, result: Any) -> None:
    """Add a channel's rows with their ranks; equal scores rank by span_id."""
    rows = result.to_pylist()
    rows.sort(key=lambda row: (-row.pop("_score", 0.0), row.pop("_distance", 0.0), row["span_id"]))
    for rank, row in enumerate(rows):
        known = found.setdefault(row["span_id"], {**row, "ranks": {}})
        known["ranks"][channel] = rank


def matrix(column: Any) -> np.ndarray:
    """Return the vectors of one arrow column as rows (n × d, float32)."""
    import numpy as np

    array = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    values = np.asarray(array.flatten().to_numpy(zero_copy_only=False), dtype=np.float32)
    return values.reshape(len(array), -1)
