"""The clauses, clause parts and rulebooks tables: every rulebook cut, as frames."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from assets.corpora.schema import SOURCES
from assets.records.clauses.parts import cut_parts
from assets.records.rulebooks.read import read_rulebook
from assets.records.schema import CLAUSE_PARTS, CLAUSES, RULEBOOKS
from resources.errors import MissingColumnError

if TYPE_CHECKING:
    import polars as pl

    from resources.protocols import Table

__all__ = ["build_clauses"]

_NEEDED = ("doc_id", "lane", "title", "published_date", "meta", "text")


def build_clauses(sources: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Cut the rulebooks among the sources into clauses.

    Args:
        sources: Rows of SOURCES (doc_id, lane, title, published_date, meta, text: String), one row = one document;
            lanes other than rulebooks are passed over.

    Returns:
        A frame with the columns of CLAUSES, one row = one clause, ordered by (doc_id, ordinal); one with those of
        CLAUSE_PARTS, one row = one part of an over-long clause; and one with those of RULEBOOKS, one row = one document,
        ordered by doc_id. A rulebook without articles gives its paragraphs.

    Raises:
        MissingColumnError: a needed column is absent.
    """
    import polars as pl

    for name in _NEEDED:
        if name not in sources.columns:
            raise MissingColumnError(f"table {SOURCES.name}", name, sources.columns)
    rulebooks = sources.filter(pl.col("lane") == "rulebooks").select(_NEEDED).sort("doc_id")
    clauses: list[dict[str, Any]] = []
    books: list[dict[str, Any]] = []
    for doc_id, _, title, published, meta, text in rulebooks.iter_rows():
        row, cut = read_rulebook(text, doc_id=doc_id, title=title, published=published, meta=json.loads(meta or "{}"))
        books.append(row)
        clauses += cut
    return _frame(CLAUSES, clauses), _frame(CLAUSE_PARTS, cut_parts(clauses)), _frame(RULEBOOKS, books)


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    kinds = {"int": pl.Int64(), "float": pl.Float64()}
    types = {column.name: kinds.get(column.type, pl.String()) for column in table.columns}
    return pl.DataFrame([tuple(row[name] for name in table.names) for row in rows], schema=types, orient="row")
