"""Facts, moves and events in the graph: what notices change, what the market did, and which happenings both make.

An event is dated and made of records alone: a notice with the facts that it states, or a contract's day on which a move
reached the threshold. Nothing is an event because a text calls it one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assets.tags.graph.canvas import Canvas
from assets.text.products import PRODUCTS, contract_month, product_by_name, product_of_symbol
from resources.protocols import Reader

__all__ = ["add_facts", "add_moves", "contract_node", "product_node"]

ITEMS = {
    "fee": "手续费",
    "margin": "保证金",
    "price_limit": "涨跌停板",
    "position_limit": "持仓限额",
    "delivery": "交割",
    "other": "其他",
}
BASES = {
    "settle_vs_prev_settle": "结算价对前结算价",
    "close_vs_prev_settle": "收盘价对前结算价",
    "close_vs_prev_close": "收盘价对前收盘价",
}


def product_node(canvas: Canvas, name: str) -> str:
    """Add the node of a product by its code or name; returns its name."""
    product = PRODUCTS.get(name) or product_by_name(name)
    if product is None:
        return canvas.node("product", name, name)
    return canvas.node("product", product.code, product.name, exchange=product.exchange)


def contract_node(canvas: Canvas, symbol: str) -> str:
    """Add the node of a contract by its symbol, and the product that it is of; returns its name."""
    month, product = contract_month(symbol), product_of_symbol(symbol)
    if month is None or product is None:
        return canvas.node("contract", symbol.upper(), symbol.upper())
    return canvas.node("contract", f"{product.code}{month}", f"{product.code}{month}", product=product.name)


def add_facts(canvas: Canvas, reader: Reader, documents: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the facts of the documents, what each is about, and an event for each notice that states any."""
    for row in reader.rows("policy_facts", order_by=["doc_id", "ordinal", "fact_id"]):
        document = documents.get(row["doc_id"])
        if document is None:
            continue
        span = (row["doc_id"], row["start"], row["end"])
        fact = canvas.node(
            "fact",
            row["fact_id"],
            _fact_label(row),
            item=row["item"],
            old=row["old"],
            new=row["new"],
            unit=row["unit"],
            effective=row["effective_date"],
        )
        notice = f"document:{row['doc_id']}"
        canvas.edge(notice, fact, "states", span)
        event = canvas.node(
            "event", f"notice:{row['doc_id']}", document["title"], date=document["published_date"], type="rule_change"
        )
        canvas.edge(event, fact, "consists_of", span)
        canvas.edge(event, notice, "reported_in", span)
        if row["issuer"]:
            issuer = canvas.node("institution", row["issuer"], row["issuer"], level=row["issuer_level"])
            canvas.edge(fact, issuer, "decided_by", span)
        if row["product"]:
            product = product_node(canvas, row["product"])
            canvas.edge(fact, product, "concerns", span)
            canvas.edge(event, product, "involves", span)
            for month in row["contracts"] if row["scope"] in ("list", "range") else ():
                code = canvas.nodes[product]["id"].removeprefix("product:")
                contract = contract_node(canvas, f"{code}{month}")
                canvas.edge(fact, contract, "applies_to", span)
                canvas.edge(event, contract, "involves", span)


def _fact_label(row: Mapping[str, Any]) -> str:
    what = " ".join(part for part in (row["product"], ITEMS.get(row["item"], row["item"]), row["detail"]) if part)
    unit = row["unit"] or ""
    if row["old"] and row["new"]:
        return f"{what} {row['old']}{unit} → {row['new']}{unit}"
    return f"{what} {row['new']}{unit}" if row["new"] else what


def add_moves(
    canvas: Canvas,
    reader: Reader,
    documents: Mapping[str, Mapping[str, Any]],
    mentions: Mapping[str, Sequence[Mapping[str, Any]]],
    window: Mapping[str, Any],
    threshold: Decimal,
) -> None:
    """Add the moves that reach the threshold, their contracts, and an event for each contract and day.

    The event is reported in the documents of that day that name the contract.
    """
    days: dict[tuple[str, str], str] = {}
    for row in reader.rows("market_moves", where=window, order_by=["symbol", "date", "basis", "move_id"]):
        if abs(Decimal(row["move_pct"])) < threshold:
            continue
        spans = [(doc_id, 0, -1) for doc_id in (row["doc_id"], row["previous_doc_id"]) if doc_id]
        basis = BASES.get(row["basis"], row["basis"])
        label = f"{row['symbol']} {row['date']} {row['move_pct']}%（{basis}）"
        move = canvas.node(
            "move", row["move_id"], label, date=row["date"], basis=row["basis"], move_pct=row["move_pct"],
            value=row["value"], previous=row["previous"], is_main=row["is_main"],
        )  # fmt: skip
        contract = contract_node(canvas, row["symbol"])
        up = "上涨" if Decimal(row["move_pct"]) > 0 else "下跌"
        event = canvas.node(
            "event", f"move:{row['symbol']}@{row['date']}", f"{row['symbol']} {row['date']} 大幅{up}",
            date=row["date"], type="extreme_move",
        )  # fmt: skip
        for span in spans:
            canvas.edge(contract, move, "moved", span)
            canvas.edge(event, move, "consists_of", span)
            canvas.edge(event, contract, "involves", span)
        if row["product"]:
            canvas.edge(contract, product_node(canvas, row["product"]), "contract_of", spans[0])
        days[contract, row["date"]] = event
    _report(canvas, documents, mentions, days)


def _report(
    canvas: Canvas,
    documents: Mapping[str, Mapping[str, Any]],
    mentions: Mapping[str, Sequence[Mapping[str, Any]]],
    days: Mapping[tuple[str, str], str],
) -> None:
    for doc_id, document in documents.items():
        for row in mentions.get(doc_id, ()) if document["published_date"] else ():
            if row["kind"] != "contract" or not row["value"]:
                continue
            event = days.get((contract_node(canvas, row["value"]), document["published_date"]))
            if event is not None:
                canvas.edge(event, f"document:{doc_id}", "reported_in", (doc_id, row["start"], row["end"]))
