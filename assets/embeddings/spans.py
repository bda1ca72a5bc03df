"""Spans as they are indexed: slices and clauses in one form, with what they are found by and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SPAN_COLUMNS", "spans_of"]

SPAN_COLUMNS = ["span_id", "doc_id", "lane", "published_date", "text", "clearance"]


def spans_of(kind: str, rows: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Return span_id, doc_id, lane, published_date, the text to index and its class.

    A clause is indexed under its path, the first slice of a document under its title: found by them, never quoted
    with them.

    Args:
        kind: slice or clause.
        rows: Rows of `slices` or `clauses`.
        sources: doc_id, lane, published_date, title, clearance of their documents; a class that is not known is internal.
    """
    import polars as pl

    if kind == "slice":
        known = sources.select("doc_id", "title", "clearance")
        titled = rows.rename({"slice_id": "span_id"}).join(known, on="doc_id", how="left")
        opens = (pl.col("ordinal") == 0) & ~pl.col("text").str.starts_with(pl.col("title"))
        text = (
            pl.when(opens)
            .then(pl.concat_str([pl.col("title"), pl.lit("\n"), pl.col("text")]))
            .otherwise(pl.col("text"))
        )
        return titled.with_columns(text=text, clearance=pl.col("clearance").fill_null("internal")).select(SPAN_COLUMNS)
    path = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("document", "part", "chapter", "section", "article")], separator=" "
    )
    return (
        rows.rename({"clause_id": "span_id"})
        .with_columns(text=pl.concat_str([path, pl.lit("\n"), pl.col("text")]))
        .join(sources.select("doc_id", "lane", "published_date", "clearance"), on="doc_id", how="left")
        .with_columns(clearance=pl.col("clearance").fill_null("internal"))
        .select(SPAN_COLUMNS)
    )
