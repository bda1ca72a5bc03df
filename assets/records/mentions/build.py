"""The MENTIONS table of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.records.frames import table_frame
from assets.records.mentions.find import find_mentions
from assets.records.schema import MENTIONS
from assets.text.spans import digest_id

if TYPE_CHECKING:
    import polars as pl

__all__ = ["build_mentions"]


def build_mentions(sources: pl.DataFrame) -> pl.DataFrame:
    """Find the mentions of documents.

    Args:
        sources: SOURCES rows.

    Returns:
        MENTIONS rows sorted by mention_id.
    """
    rows: list[dict[str, Any]] = []
    for doc_id, text, published in sources.select("doc_id", "text", "published").iter_rows():
        for mention in find_mentions(text, published):
            rows.append(
                {
                    "mention_id": digest_id(doc_id, mention.kind, mention.start, mention.end),
                    "doc_id": doc_id,
                    "kind": mention.kind,
                    "start": mention.start,
                    "end": mention.end,
                    "surface": mention.surface,
                    "value": mention.value,
                    "unit": mention.unit,
                    "direction": mention.direction,
                    "product": mention.product,
                    "role": mention.role,
                }
            )
    return table_frame(MENTIONS, rows)
