"""Which main contracts moved by the threshold on a day, the furthest first.

What does not belong here: what is said of a move (market.py) and which moves deserve a report of their own (events.py).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assets.reports.evidence.subject import domestic_products
from resources.protocols import Reader

__all__ = ["ALL", "extreme_rows", "moved_contracts"]

#: Subject of a report about all contracts that moved on a day.
ALL = "all"


def extreme_rows(reader: Reader, days: Sequence[str] | None, threshold: Decimal, basis: str) -> list[dict[str, Any]]:
    """Return symbol, product, date, value and previous of main contracts that moved by the threshold, benchmarks abroad left out.

    Args:
        reader: Published rows.
        days: Days to look at; None: all.
        threshold: Percent, compared with the exact quotient.
        basis: What is compared with what.
    """
    where: dict[str, Any] = {"basis": basis, "is_main": True} | ({} if days is None else {"date": list(days)})
    rows = reader.rows("market_moves", where=where, columns=["symbol", "product", "date", "value", "previous"])
    out = []
    for row in rows:
        value, previous = Decimal(row["value"]), Decimal(row["previous"])
        abroad = row["product"] is not None and row["product"] not in domestic_products()
        if not abroad and previous > 0 and abs(value - previous) * 100 >= threshold * previous:
            out.append(row)
    return out


def moved_contracts(reader: Reader, day: str, threshold: Decimal, basis: str) -> list[str]:
    """Return the symbols of main contracts that moved by the threshold on a day, the furthest first."""
    moves = {
        row["symbol"]: abs(Decimal(row["value"]) / Decimal(row["previous"]) - 1)
        for row in extreme_rows(reader, [day], threshold, basis)
    }
    return sorted(moves, key=lambda symbol: (-moves[symbol], symbol))
