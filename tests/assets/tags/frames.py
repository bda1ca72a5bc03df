"""Frames of slices and vectors for the tests of tag trees; the texts are invented."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from assets.tags.grow import Tree
from assets.text.segment import bigrams
from assets.text.spans import digest_id, sha256_text

COLUMNS = (
    "slice_id", "doc_id", "lane", "published_date", "ordinal", "heading", "start", "end", "text", "sha256", "joined",
    "title", "duplicate_of", "relevance",
)  # fmt: skip
#: title, text; an invented day of crude oil news.
OIL = [
    ("原油期货收跌", "原油期货主力合约SC2406今日收报642.4元/桶，较前一交易日结算价下跌20.9元，跌幅3.15%。"),
    ("WTI原油下跌", "纽约商品交易所5月交割的WTI原油期货收于每桶82.69美元，下跌2.67美元，跌幅3.13%。"),
    ("夜盘原油低开", "原油期货夜盘低开低走，盘中一度跌破640元，成交量明显放大，持仓量下降。"),
    ("库存增加压制油价", "由于美国原油库存增加，市场担忧需求疲软，油价受到拖累。"),
    ("累库拖累油价", "机构认为，美国原油库存增加是油价下跌的主要原因，受此影响多头离场。"),
    ("中东局势缓和", "因中东局势缓和，地缘风险溢价回吐，导致油价承压。"),
    ("风险溢价回吐", "中东局势没有进一步升级，市场担忧缓和，此前推动油价上涨的风险溢价消退。"),
    ("成品油价格受影响", "油价下跌对炼厂利润造成影响，下游成品油价格随之下调，航空企业受益。"),
    ("化工板块承压", "化工板块受到冲击，沥青、燃料油等品种连带下跌，下游企业成本下降。"),
    ("机构展望后市", "机构预计后市油价将维持震荡，短期关注库存变化。"),
    ("三季度看涨", "分析人士看涨三季度油价，认为旺季需求有望回升，未来走势偏强。"),
]


def vectors_of(texts: Sequence[str]) -> np.ndarray:
    """Hashed character bigrams, n × 256, rows normalised."""
    table = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in enumerate(texts):
        for gram in bigrams(text):
            table[row, int(hashlib.sha256(gram.encode()).hexdigest()[:8], 16) % 256] += 1.0
    table = np.sqrt(table)
    return (table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def slices_of(
    documents: Sequence[tuple[str, str]],
    *,
    lane: str = "news",
    relevance: Sequence[float] | None = None,
    duplicate_of: dict[int, int] | None = None,
) -> pl.DataFrame:
    """One slice a document; `duplicate_of` maps a repeat's place to its original's."""
    repeats = duplicate_of or {}
    rows = [
        {
            "slice_id": digest_id("slice", place),
            "doc_id": f"doc{place:05d}",
            "lane": lane,
            "published_date": "2024-04-18",
            "ordinal": 0,
            "heading": None,
            "start": 0,
            "end": len(text),
            "text": text,
            "sha256": sha256_text(text),
            "joined": "[]",
            "title": title,
            "duplicate_of": f"doc{repeats[place]:05d}" if place in repeats else None,
            "relevance": 1.0 if relevance is None else relevance[place],
        }
        for place, (title, text) in enumerate(documents)
    ]
    kinds = {"ordinal": pl.Int64, "start": pl.Int64, "end": pl.Int64, "relevance": pl.Float64}
    return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in COLUMNS})


class FakeReader:
    """Published rows kept in lists: `rows` with equality and lists, json columns parsed."""

    publication = 1

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.tables = tables

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        found = []
        for row in self.tables.get(table, []):
            if all(_holds(row, key, wanted) for key, wanted in (where or {}).items()):
                found.append({name: row[name] for name in columns or row})
        found.sort(key=lambda row: tuple((row[name] is not None, row[name]) for name in order_by))
        return found[:limit]

    def frame(
        self, table: str, *, where: Mapping[str, Any] | None = None, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        return pl.DataFrame(self.rows(table, where=where, columns=columns))

    def text(self, doc_id: str) -> str:
        return next(str(row["text"]) for row in self.tables["sources"] if row["doc_id"] == doc_id)


def _holds(row: Mapping[str, Any], key: str, wanted: Any) -> bool:
    if key.endswith("__ge"):
        return row[key[:-4]] is not None and row[key[:-4]] >= wanted
    if key.endswith("__le"):
        return row[key[:-4]] is not None and row[key[:-4]] <= wanted
    return row[key] in wanted if isinstance(wanted, list) else row[key] == wanted


def publish(*grown: tuple[Tree, pl.DataFrame]) -> FakeReader:
    """A reader over grown trees and the slices that they came from, one document a slice."""
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("tag_trees", "tag_nodes", "tag_leaves", "slices", "sources")
    }
    for tree, slices in grown:
        tables["tag_trees"].append({**tree.tree, "stats": json.loads(tree.tree["stats"])})
        tables["tag_nodes"] += tree.nodes.to_dicts()
        tables["tag_leaves"] += [{**row, "tags": json.loads(row["tags"])} for row in tree.leaves.to_dicts()]
        tables["slices"] += slices.to_dicts()
        tables["sources"] += [
            {**row, "path": "news/a.jsonl", "row": place + 1} for place, row in enumerate(slices.to_dicts())
        ]
    return FakeReader(tables)
