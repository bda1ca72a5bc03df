"""Rows of sources and bars for tests of the records."""

import hashlib
from typing import Any

import polars as pl

from assets.corpora.schema import BARS, SOURCES
from assets.records.frames import table_frame


def source(doc_id: str, text: str, **changed: Any) -> dict[str, Any]:
    row = dict.fromkeys(SOURCES.names) | {
        "doc_id": doc_id,
        "lane": "news",
        "path": "news/a.jsonl",
        "row": 1,
        "title": doc_id,
        "published": "2024-04-18T09:00:00+08:00",
        "published_date": "2024-04-18",
        "format": "jsonl",
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "n_chars": len(text),
        "meta": "{}",
    }
    return row | changed


def sources(*rows: dict[str, Any]) -> pl.DataFrame:
    return table_frame(SOURCES, rows)


def bar(symbol: str, date: str, row: int, **changed: Any) -> dict[str, Any]:
    path = changed.pop("path", "market/bars.csv")
    values = dict.fromkeys(BARS.names) | {
        "doc_id": f"{path}:{symbol}:{date}:{row}",
        "path": path,
        "row": row,
        "symbol": symbol,
        "date": date,
        "text": f"symbol,date\n{symbol},{date}",
        "sha256": "0",
    }
    return values | changed


def bars(*rows: dict[str, Any]) -> pl.DataFrame:
    return table_frame(BARS, rows)
