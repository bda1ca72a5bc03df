"""A small home in memory, with invented documents and bars, and true sentences about them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from resources.errors import UsageError

Json = dict[str, Any]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class MemoryHome:
    """Implements `resources.protocols.Reader` over a few rows."""

    publication = 7

    def __init__(self, tables: Mapping[str, Sequence[Json]]) -> None:
        self.tables = tables

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Json]:
        found = [row for row in self.tables[table] if all(_meets(row, k, v) for k, v in (where or {}).items())]
        return [{k: row[k] for k in columns or row} for row in found][:limit]

    def frame(self, table: str, **_: Any) -> Any:
        raise NotImplementedError(table)

    def text(self, doc_id: str) -> str:
        for table in ("sources", "bars"):
            for row in self.tables[table]:
                if row["doc_id"] == doc_id:
                    return str(row["text"])
        raise UsageError(f"No document has the id {doc_id}.")


def _meets(row: Json, key: str, wanted: Any) -> bool:
    name, _, operator = key.partition("__")
    if operator:
        return bool(row[name] >= wanted if operator == "ge" else row[name] <= wanted)
    return row[name] in wanted if isinstance(wanted, list) else row[name] == wanted


def _document(doc_id: str, lane: str, source: str | None, day: str | None, title: str, text: str) -> Json:
    return {
        "doc_id": doc_id, "lane": lane, "title": title, "source": source, "published": f"{day}T15:04:00+08:00" if day else None,
        "published_date": day, "path": f"{lane}/{doc_id}.txt", "row": None, "text": text,
    }  # fmt: skip


HEADER = "symbol,date,open,high,low,close,settle,prev_settle,prev_close,volume,open_interest"


def bar(doc_id: str, line: str, header: str = HEADER, path: str = "market/bars.csv", **more: Any) -> Json:
    names = HEADER.split(",")
    cells = dict(zip(names, line.split(","), strict=False)) | more
    row = {name: (cells.get(name) or None) for name in names}
    return {**row, "doc_id": doc_id, "path": path, "row": 2, "text": f"{header}\n{line}"}


DOCUMENTS = [
    _document(
        "oil", "news", "潮信财经", "2024-04-18", "原油期货收跌",
        "潮信财经4月18日电 原油期货主力合约SC2406今日收报642.4元/桶，较前一交易日结算价下跌20.9元，跌幅3.15%。\n"
        "屿山证券分析师白若溪认为，由于美国原油库存增加，油价承压；她预计短期仍可能偏弱。\n"
        "受库存增加影响，多头离场。成交26.46万手。",
    ),
    _document(
        "stock-a", "news", "云帆快讯", "2024-04-18", "库存", "截至4月12日当周，原油库存增加286万桶。\n有消息称，岚浦港将停止作业。"
    ),
    _document("stock-b", "news", "海岬能源网", "2024-04-18", "库存", "数据显示，截至4月12日当周，原油库存增加319万桶。"),
    _document(
        "denial", "news", "砚台日报", "2024-04-19", "岚浦港回应", "岚浦港管理方4月19日声明，港口作业正常，停止作业的说法不实。"
    ),
    _document("notice", "policies", "华东能源交易所", "2024-04-17", "通知", "自2024年4月22日结算时起，原油期货保证金比例由10%调整为12%。"),
    _document("note", "research", "澜沧期货研究所", "2024-04-18", "周报", "供应收缩难以扭转，六月油价中枢在650元/桶。"),
    _document("bare", "research", None, None, "无名札记", "需求没有恢复，价格可能继续回落。"),
]  # fmt: skip
BARS = [
    bar("sc-17", "SC2406,2024-04-17,664.0,668.0,660.1,661.9,663.3,664.9,660.0,101000,41000"),
    bar("sc-18", "SC2406,2024-04-18,650.0,652.2,640.0,642.4,645.0,663.3,661.9,120345,40500"),
    bar("cu-18", "CU2406,2024-04-18,76000,76500,75900,76100,76050,76100,,9000,8000"),
    bar("cu-17", "CU2406,2024-04-17,76000,76500,75900,76090,76100,76000,,9000,8000"),
    bar("cu-16", "CU2406,2024-04-16,76000,76500,75900,76010,76000,76000,,9000,8000"),
    bar(
        "wti",
        "WTI,2024-04-17,85.40,85.60,82.55,82.69,82.69,85.36,332407,265161",
        header="合约,日期,开盘价,最高价,最低价,收盘价,结算价,前结算价,成交量,持仓量",
        path="market/wti.csv",
        prev_close=None,
        volume="332407",
        open_interest="265161",
    ),
]


def home(**tables: Sequence[Json]) -> MemoryHome:
    """The home; a table given replaces its own."""
    return MemoryHome({"sources": DOCUMENTS, "documents": DOCUMENTS, "bars": BARS} | tables)


def cite(doc_id: str, quote: str | None = None, *, reader: MemoryHome | None = None) -> Json:
    """Cite a quote of a document, or the whole of it."""
    reader = reader or home()
    text = reader.text(doc_id)
    words = text if quote is None else quote
    start = text.index(words)
    rows = [*reader.rows("sources", where={"doc_id": doc_id}), *reader.rows("bars", where={"doc_id": doc_id})]
    row = rows[0]
    title = row.get("title") or f"{row['symbol']} {row['date']}"
    place = {"doc_id": doc_id, "title": title, "path": row["path"], "row": row["row"]}
    return {**place, "start": start, "end": start + len(words), "sha256": sha256(words), "quote": words}


def sentence(text: str, *citations: Json, kind: str = "statement", **slots: str) -> Json:
    claim = {"claim_id": "c" * 20, "kind": kind, "slots": slots, "citations": [dict(c) for c in citations]}
    return {"text": text, "claims": [claim], "citations": [dict(c) for c in citations]}


def report(*sentences: Any, **more: Any) -> Json:
    return {"id": "foreign:1", "sections": [{"heading": "事件概述", "note": None, "sentences": list(sentences)}]} | more


def true_sentences() -> dict[str, Json]:
    """Sentences of every form, all true."""
    view = "屿山证券分析师白若溪认为，由于美国原油库存增加，油价承压；她预计短期仍可能偏弱。"
    rumour, denial = "岚浦港将停止作业", "岚浦港管理方4月19日声明，港口作业正常，停止作业的说法不实"
    a, b = "截至4月12日当周，原油库存增加286万桶", "数据显示，截至4月12日当周，原油库存增加319万桶"
    notice, note = (
        "自2024年4月22日结算时起，原油期货保证金比例由10%调整为12%",
        "供应收缩难以扭转，六月油价中枢在650元/桶",
    )
    sc, before = cite("sc-18"), cite("sc-17")
    return {
        "move": sentence(
            "4月18日，SC2406合约收报642.4元/桶，较前结算价663.3元/桶下跌20.9元/桶，跌幅3.15%（收盘价对前结算价）。", sc, kind="price_move",
            date="4月18日", contract="SC2406", value="642.4元/桶", previous="663.3元/桶", change="20.9元/桶", pct="3.15%", direction="下跌",
            basis="收盘价对前结算价",
        ),
        "level pegging": sentence(
            "4月18日，CU2406合约收报76100元/吨，与前结算价76100元/吨持平（收盘价对前结算价）。", cite("cu-18"), kind="price_move",
            direction="持平", change="0", pct="0.00%",
        ),
        "previous bar": sentence(
            "4月18日，CU2406合约收报76100元/吨，较前收盘价76090元/吨上涨10元/吨，涨幅0.01%（收盘价对前收盘价）。", cite("cu-18"), cite("cu-17"),
            kind="price_move", value="76100元/吨",
        ),
        "range": sentence("4月18日，SC2406合约最高价652.2元/桶，最低价640.0元/桶。", sc, kind="level", high="652.2元/桶", low="640.0元/桶"),
        "interest": sentence(
            "4月18日，SC2406合约成交量120345手，持仓量40500手，较前一交易日持仓量41000手减少500手。", sc, before, kind="level", direction="减少",
            change="500手", volume="120345手",
        ),
        "chinese headers": sentence(
            "4月17日，WTI结算价82.69美元/桶，较前结算价85.36美元/桶下跌2.67美元/桶，跌幅3.13%（结算价对前结算价）。", cite("wti"), kind="price_move",
            contract="WTI",
        ),
        "view": sentence(f"据潮信财经4月18日消息，{view}", cite("oil", view), kind="cause_view", source="潮信财经", date="4月18日", excerpt=view),
        "holder": sentence(
            "白若溪认为，由于美国原油库存增加，油价承压；她预计短期仍可能偏弱。", cite("oil", view.partition("，")[2]), kind="cause_view"
        ),
        "whole sentences": sentence("据潮信财经4月18日消息，成交26.46万手。", cite("oil", "受库存增加影响，多头离场。成交26.46万手。")),
        "notice": sentence(f"根据华东能源交易所4月17日通知，{notice}。", cite("notice", notice), kind="policy_change", date="4月17日"),
        "research": sentence(f"澜沧期货研究所表示，{note}。", cite("note", note), kind="forecast_view", source="澜沧期货研究所"),
        "timed": sentence(f"据云帆快讯2024年4月18日15:04消息，{a}。", cite("stock-a", a)),
        "title": sentence("《无名札记》表示，需求没有恢复，价格可能继续回落。", cite("bare"), kind="forecast_view", source="《无名札记》"),
        "rumour": sentence(
            f"市场曾有传闻称“{rumour}”，据砚台日报4月19日消息，{denial}。", cite("denial", denial), cite("stock-a", rumour), kind="denial",
            rumour=rumour,
        ),
        "rumour answered": sentence(
            f"市场曾有传闻称“{rumour}”，砚台日报4月19日回应称“{denial}”。", cite("denial", denial), cite("stock-a", rumour), kind="denial"
        ),
        "conflict": sentence(
            f"对此各方说法不一：据云帆快讯4月18日消息，{a}；另据海岬能源网4月18日消息，{b}。", cite("stock-a", a), cite("stock-b", b), kind="level",
            source_1="云帆快讯", source_2="海岬能源网",
        ),
    }  # fmt: skip
