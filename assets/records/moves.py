"""Market moves: what every bar moved against its previous settlement and close, in exact decimals.

Bases: settle_vs_prev_settle, close_vs_prev_settle, close_vs_prev_close. The previous value is the one that the row
states, else that of the row before in the same file and symbol. A value that is missing, or written 0 as vendors do
where there was none, gives no move; nor does a previous value that is not above zero.

Each contract is compared with itself: on a day on which the main contract switches, its move is against its own previous
day. (A vendor's continuous series, 主力连续, joins contracts itself; its symbol names no month.) Limit-up and limit-down
are told only where the row states the limit prices: they cannot be derived from prices alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.records.frames import table_frame
from assets.records.schema import MARKET_MOVES
from assets.text.products import contract_month, product_of_symbol

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BASES", "build_moves"]

BASES = ("settle_vs_prev_settle", "close_vs_prev_settle", "close_vs_prev_close")
#: Value, previous value as the row states it, previous value as the row before holds it.
_COLUMNS = {
    "settle_vs_prev_settle": ("settle", "prev_settle", "settle"),
    "close_vs_prev_settle": ("close", "prev_settle", "settle"),
    "close_vs_prev_close": ("close", "prev_close", "close"),
}
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_SHOWN = Decimal("0.000001")


class _Symbol(NamedTuple):
    """What a symbol says of itself."""

    product: str | None
    is_series: bool


def build_moves(bars: pl.DataFrame) -> pl.DataFrame:
    """Compute the moves of all bars.

    Args:
        bars: BARS rows, decimals as text; any order.

    Returns:
        MARKET_MOVES rows sorted by move_id: one per bar and basis that the bar allows. move_pct is rounded half-even to
        6 decimals for show; decide from value and previous. A symbol that names no contract month is a continuous series
        and main; among contracts of a product the main one has the largest open interest of the day, then the largest
        volume, then the first symbol.
    """
    rows = sorted(bars.iter_rows(named=True), key=lambda r: (r["path"], r["symbol"], r["date"], r["row"], r["doc_id"]))
    symbols = {symbol: _describe(symbol) for symbol in sorted({row["symbol"] for row in rows})}
    main = _main_contracts(rows, symbols)
    moves = list(_moves(rows, symbols, main))
    _number(moves)
    return table_frame(MARKET_MOVES, moves)


def _describe(symbol: str) -> _Symbol:
    product = product_of_symbol(symbol)
    return _Symbol(product.code if product else None, contract_month(symbol) is None)


def _decimal(text: str | None) -> Decimal | None:
    """Read a price; what is missing or written as zero is None."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number else None


def _main_contracts(rows: list[dict[str, Any]], symbols: dict[str, _Symbol]) -> dict[tuple[str, str], str]:
    """Return the main contract of each product and day."""
    best: dict[tuple[str, str], tuple[Decimal, Decimal, str]] = {}
    none = Decimal(-1)
    for row in rows:
        about = symbols[row["symbol"]]
        if about.product is None or about.is_series:
            continue
        key = (about.product, row["date"])
        weight = (_decimal(row["open_interest"]) or none, _decimal(row["volume"]) or none)
        held = best.get(key)
        if held is None or weight > held[:2] or (weight == held[:2] and row["symbol"] < held[2]):
            best[key] = (*weight, row["symbol"])
    return {key: value[2] for key, value in best.items()}


def _moves(
    rows: list[dict[str, Any]], symbols: dict[str, _Symbol], main: dict[tuple[str, str], str]
) -> Iterator[dict[str, Any]]:
    before: dict[str, Any] | None = None
    for row in rows:
        if before is not None and (before["path"], before["symbol"]) != (row["path"], row["symbol"]):
            before = None
        about = symbols[row["symbol"]]
        gap = _gap(before, row)
        at_limit = _at_limit(row)
        is_main = about.is_series or main.get((about.product or "", row["date"])) == row["symbol"]
        for basis, (name, stated, earlier) in _COLUMNS.items():
            value = _decimal(row[name])
            if value is None or (name == "settle" and value < 0):
                continue
            from_row = row[stated] is not None
            source = row[stated] if from_row else before[earlier] if before else None
            previous = _decimal(source)
            if previous is None or previous < 0:
                continue
            yield {
                "move_id": f"{row['symbol']}@{row['date']}@{basis}",
                "symbol": row["symbol"],
                "product": about.product,
                "date": row["date"],
                "basis": basis,
                "move_pct": _percent(value, previous),
                "value": row[name],
                "previous": source,
                "is_main": is_main,
                "doc_id": row["doc_id"],
                "previous_doc_id": None if from_row or before is None else before["doc_id"],
                "gap_days": gap,
                "at_limit": at_limit,
            }
        before = row


def _gap(before: dict[str, Any] | None, row: dict[str, Any]) -> int | None:
    """Return the calendar days since the bar before; none of the same day."""
    if before is None:
        return None
    days = (dt.date.fromisoformat(row["date"]) - dt.date.fromisoformat(before["date"])).days
    return days or None


def _at_limit(row: dict[str, Any]) -> str | None:
    """Tell whether the close stands at a limit price of the row."""
    close = _decimal(row["close"])
    if close is None:
        return None
    for side in ("up", "down"):
        if close == _decimal(row[f"limit_{side}"]):
            return side
    return None


def _percent(value: Decimal, previous: Decimal) -> str:
    quotient = _EXACT.divide(_EXACT.multiply(_EXACT.subtract(value, previous), Decimal(100)), previous)
    shown = quotient.quantize(_SHOWN, context=_EXACT)
    return f"{shown if shown else abs(shown):f}"


def _number(moves: list[dict[str, Any]]) -> None:
    """Make ids unique where files hold the same symbol and day: the bar's own id is added to each of them."""
    counts = Counter(move["move_id"] for move in moves)
    for move in moves:
        if counts[move["move_id"]] > 1:
            move["move_id"] += f"@{move['doc_id']}"
