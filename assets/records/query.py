"""What readers ask of the records: documents, market moves and policy facts, in the form that the contract prints.

Read-only and free of polars, so that it starts at once. Clause look-up has its own module (`lookup`).
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from assets.records.timeline import begins, covers, in_force, product_key
from assets.text.products import PRODUCTS, contract_month, product_by_name, product_of_symbol
from assets.text.spans import cite
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["documents", "moves", "policy"]

Row = dict[str, Any]

#: How a fact names every product.
ALL_PRODUCTS = "全部品种"

_DOCUMENT = (
    "doc_id", "lane", "title", "source", "published", "path", "row", "source_id", "sha256", "n_chars", "duplicate_of",
    "supersedes", "quality_score", "defects",
)  # fmt: skip
_DATED = ("doc_id", "date_origin", "date_confidence")
_MOVE = ("symbol", "date", "basis", "move_pct", "value", "previous", "is_main", "gap_days", "at_limit")


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
    dated = {row["doc_id"]: row for row in reader.rows("sources", where=where, columns=_DATED)}
    found = reader.rows("documents", where=where, columns=_DOCUMENT, order_by=("lane", "path", "row", "doc_id"))
    unknown = dict.fromkeys(_DATED)
    return [{**dated.get(row["doc_id"], unknown), **row} for row in found]


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
        contract: A contract (SC2406) or its month (2406); facts whose scope covers it. Names the product where none is given.
        on: Day; only facts in force on it (`timeline.in_force`).
        since: Day; only facts that apply, or where nothing is stated were published, on it or later.

    Raises:
        UsageError: an unknown product, or a contract without a month.
    """
    facts = reader.rows("policy_facts", order_by=("effective_date", "published_date", "doc_id", "ordinal"))
    month = _month(contract, on or since) if contract else None
    wanted = _subject(facts, product, contract)
    if wanted is not None:
        facts = [fact for fact in facts if fact["product"] == ALL_PRODUCTS or product_key(fact["product"]) == wanted]
    if month is not None:
        facts = [fact for fact in facts if covers(fact, month)]
    if on is not None:
        titles = {
            doc_id: row["title"] or ""
            for doc_id, row in _by_id(
                reader, "sources", (fact["doc_id"] for fact in facts), ("doc_id", "title")
            ).items()
        }
        facts = in_force(facts, on, of_contract=month is not None, titles=titles)
    if since is not None:
        facts = [fact for fact in facts if (begins(fact) or "") >= since]
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
        "date_origin": "feed",
        "date_confidence": "high",
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


def _subject(facts: Sequence[Row], product: str | None, contract: str | None) -> str | None:
    """Return the product that a question names, by one name for all.

    Raises:
        UsageError: no product has that name, or product and contract name two.
    """
    named = _product(facts, product) if product else None
    if contract is None or re.fullmatch(r"\d{4}", contract.strip()):
        return named
    of_contract = _product(facts, contract)
    if named is not None and named != of_contract:
        raise UsageError(f"{contract} is a contract of {of_contract}, not of {product}; name one of them.")
    return of_contract


def _product(facts: Sequence[Row], named: str) -> str:
    known = product_by_name(named) or product_of_symbol(named)
    if known is not None:
        return known.name
    own = {fact["product"] for fact in facts if fact["product"]}
    if named.strip() in own:
        return named.strip()
    names = sorted(own | {name for one in PRODUCTS.values() for name in (one.name, *one.aliases)})
    near = get_close_matches(named, names, n=3, cutoff=0.4) or [name for name in names if set(name) & set(named)][:3]
    hint = f"the nearest are {', '.join(near)}" if near else "leafroot policy lists the products of all notices"
    raise UsageError(f"No product is called {named}; {hint}.")


def _month(contract: str, day: str | None) -> str:
    """Return the delivery month (YYMM) of a contract; the day asked about decides the decade of three figures.

    Raises:
        UsageError: the contract names no month.
    """
    bare = contract.strip()
    month = bare if re.fullmatch(r"\d{2}(?:0[1-9]|1[0-2])", bare) else None
    month = month or contract_month(bare, year_hint=int(day[:4]) if day else None)
    if month is None:
        raise UsageError(f"{contract} names no delivery month; write the contract like SC2406, or its month like 2406.")
    return month


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
