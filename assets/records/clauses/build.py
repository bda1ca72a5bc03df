"""The clauses table: every rulebook cut, as one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.corpora.schema import SOURCES
from assets.records.clauses.split import split_clauses
from assets.records.schema import CLAUSES
from resources.errors import MissingColumnError

if TYPE_CHECKING:
    import polars as pl

    from resources.protocols import Reject

__all__ = ["build_clauses"]

_NEEDED = ("doc_id", "lane", "title", "text")


def build_clauses(sources: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
    """Cut the rulebooks among the sources into clauses.

    Args:
        sources: Rows of SOURCES (doc_id, lane, title, text: String), one row = one document; lanes other than rulebooks
            are passed over.

    Returns:
        A frame with the columns of CLAUSES, one row = one clause, ordered by (doc_id, ordinal), and no rejects: a
        rulebook without articles gives its paragraphs.

    Raises:
        MissingColumnError: a needed column is absent.
    """
    import polars as pl

    for name in _NEEDED:
        if name not in sources.columns:
            raise MissingColumnError(f"table {SOURCES.name}", name, sources.columns)
    types = {c.name: pl.Int64() if c.type == "int" else pl.String() for c in CLAUSES.columns}
    rulebooks = sources.filter(pl.col("lane") == "rulebooks").select(_NEEDED).sort("doc_id")
    rows = [
        tuple(clause[name] for name in CLAUSES.names)
        for doc_id, _, title, text in rulebooks.iter_rows()
        for clause in split_clauses(text, doc_id=doc_id, title=title)
    ]
    return pl.DataFrame(rows, schema=types, orient="row"), []
