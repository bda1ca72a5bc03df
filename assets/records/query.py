"""What readers ask of the records: documents, market moves and policy facts, in the form that the contract prints.

Read-only and free of polars, so that it starts at once. Clause look-up has its own module (`lookup`).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from assets.text.products import contract_month, product_by_name, product_of_symbol
from assets.text.spans import cite
from resources.protocols import Reader

__all__ = ["documents", "moves", "policy"]

Row = dict[str, Any]

_DOCUMENT = (
    "doc_id", "lane", "title", "source", "published", "path", "row", "source_id", "sha256", "n_chars", "duplicate_of",
    "supersedes", "quality_score", "defects",
)  # fmt: skip
_MOVE = ("symbol", "date", "basis", "move_pct", "value", "previous", "is_main")


def moves(reader: Reader, threshold: Decimal | None, symbol: str | None) -> list[Row]:
    """Return market moves by date, symbol and basis.

    Args:
        reader: Published rows.
        threshold: Percent; only moves whose exact quotient reaches it, up or down, edge included. None: all.
        symbol: As in the file; None: all.
    """
    where = {} if symbol is None else {"symbol": symbol}
    found = reader.rows("market_moves", where=where, order_by=("date", "symbol", "basis", "move_id"))
    if threshold is not None:
        found = [row for row in found if _reaches(row, threshold)]
    bars = _by_id(reader, "bars", (row["doc_id"] for row in found), ("doc_id", "path", "row", "symbol", "date", "text"))
    return [
        {name: row[name] for name in _MOVE}
        | {"citation": cite(bars[row["doc_id"]], bars[row["doc_id"]]["text"], 0, len(bars[row["doc_id"]]["text"]))}
        for row in found
    ]


def documents(reader: Reader, lane: str | None) -> list[Row]:
    """Return the documents of a lane (None: of all but market), by lane, path and row; bars only for lane market."""
    if lane == "market":
        columns = ("doc_id", "symbol", "date", "path", "row", "sha256", "text", "supersedes")
        return [_bar(row) for row in reader.rows("bars", columns=columns, order_by=("path", "row", "doc_id"))]
    where = {} if lane is None else {"lane": lane}
    return reader.rows("documents", where=where, columns=_DOCUMENT, order_by=("lane", "path", "row", "doc_id"))


def policy(
    reader: Reader,
    product: str | None = None,
    contract: str | None = None,
    on: str | None = None,
    since: str | None = None,
) -> list[Row]:
    """Return policy facts by effective date and place.

    Args:
        reader: Published rows.
        product: Name, alias or code of a product; facts on all products (全部品种) count too.
        contract: A contract (SC2406); facts whose scope covers its delivery month. Names the product where none is given.
        on: Day; only facts in force on it: begun, not ended, not replaced by a later one of the same issuer, product,
            item and detail.
        since: Day; only facts that apply, or where nothing is stated were published, on it or later.
    """
    facts = reader.rows("policy_facts", order_by=("effective_date", "published_date", "doc_id", "ordinal"))
    named = product or contract
    if named is not None:
        wanted = _product_name(named)
        facts = [fact for fact in facts if fact["product"] in {wanted, "全部品种"}]
    month = contract_month(contract) if contract else None
    if month is not None:
        facts = [fact for fact in facts if _covers(fact, month)]
    if since is not None:
        facts = [fact for fact in facts if (fact["effective_date"] or fact["published_date"] or "") >= since]
    if on is not None:
        facts = _in_force(facts, on, of_contract=month is not None)
    columns = ("doc_id", "title", "path", "row", "text")
    sources = _by_id(reader, "sources", (fact["doc_id"] for fact in facts), columns)
    return [_fact(fact, sources[fact["doc_id"]]) for fact in facts]


def _reaches(move: Row, threshold: Decimal) -> bool:
    value, previous = Decimal(move["value"]), Decimal(move["previous"])
    return abs(value - previous) * 100 >= threshold * previous


def _by_id(reader: Reader, table: str, ids: Iterable[str], columns: Sequence[str]) -> dict[str, Row]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row["doc_id"]: row for row in reader.rows(table, where={"doc_id": wanted}, columns=columns)}


def _bar(row: Row) -> Row:
    return {
        "doc_id": row["doc_id"],
        "lane": "market",
        "title": f"{row['symbol']} {row['date']}",
        "source": None,
        "published": row["date"],
        "path": row["path"],
        "row": row["row"],
        "source_id": None,
        "sha256": row["sha256"],
        "n_chars": len(row["text"]),
        "duplicate_of": None,
        "supersedes": row["supersedes"],
        "quality_score": None,
        "defects": [],
    }


def _product_name(named: str) -> str:
    product = product_by_name(named) or product_of_symbol(named)
    return product.name if product else named


def _covers(fact: Row, month: str) -> bool:
    """Whether the contract scope of a fact covers a delivery month; a scope that names no month covers all."""
    listed = fact["contracts"]
    if fact["scope"] == "list":
        return month in listed
    if fact["scope"] == "all_but":
        return month not in listed
    if fact["scope"] == "range" and listed:
        return bool(listed[0] <= month and (len(listed) < 2 or month <= listed[1]))
    if fact["scope"] == "new_only":
        return not listed or month in listed
    return True


def _begins(fact: Row) -> str | None:
    """Day from which a fact applies; where the notice states none, the day of its publication."""
    begins: str | None = fact["effective_date"] or fact["published_date"]
    return begins


def _in_force(facts: list[Row], day: str, *, of_contract: bool) -> list[Row]:
    """Keep facts that have begun and not ended on a day, the latest of each kind.

    A kind is issuer, product, item and detail. All facts of one contract are of one scope, the narrower one first; without a
    contract scopes stand side by side until a later fact on all contracts replaces them.
    """
    begun = [
        fact
        for fact in facts
        if (_begins(fact) or "9999") <= day and (fact["until_date"] is None or fact["until_date"] >= day)
    ]
    begun.sort(key=lambda fact: (_begins(fact), fact["scope"] != "all"))
    latest: dict[tuple[Any, ...], dict[tuple[Any, ...], Row]] = {}
    for fact in begun:
        kind = latest.setdefault((fact["issuer"], fact["product"], fact["item"], fact["detail"]), {})
        if of_contract:
            kind.clear()
        elif fact["scope"] == "all":
            for scope in [scope for scope, held in kind.items() if _begins(held) != _begins(fact)]:
                del kind[scope]
        kind[(fact["scope"], *fact["contracts"])] = fact
    kept = {fact["fact_id"] for kind in latest.values() for fact in kind.values()}
    return [fact for fact in facts if fact["fact_id"] in kept]


def _fact(fact: Row, source: Row) -> Row:
    until = {
        "date": fact["until_date"],
        "point": fact["until_point"],
        "condition": fact["until_condition"],
    }
    return {
        **{name: fact[name] for name in ("fact_id", "issuer", "issuer_level", "product")},
        "contracts": {"scope": fact["scope"], "list": fact["contracts"]},
        **{name: fact[name] for name in ("item", "detail", "old", "new", "unit")},
        "effective": {
            "date": fact["effective_date"],
            "point": fact["effective_point"],
            "condition": fact["effective_condition"],
        },
        "until": until if fact["has_until"] else None,
        "citation": cite(source, source["text"], fact["start"], fact["end"]),
    }
