"""What can be drawn for a report: prices up to its day, and the day's tags that its sources stand under."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from assets.reports.render.figures import Chart, ChartBar, Figures, TagLine
from assets.tags.query import tree
from assets.text.products import product_of_symbol
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["collect_figures"]

#: Days before the marked one, and charts of one report.
DAYS, CHARTS = 30, 4
#: Tags shown, and how deep.
TAGS, DEPTH = 14, 2
_COLUMNS = ("date", "open", "high", "low", "close", "settle")


def collect_figures(reader: Reader, report: Mapping[str, Any]) -> Figures:
    """Return the figures of a report: no bar is later than its day, so that they say no more than it does.

    Args:
        reader: The home.
        report: The contract's report.
    """
    cited = {c["doc_id"] for s in report["sections"] for one in s["sentences"] for c in one["citations"]}
    charts = []
    for symbol, day in _marked(reader, sorted(cited), report["date"])[:CHARTS]:
        bars = _bars(reader, symbol, day)
        if len(bars) > 1:
            product = product_of_symbol(symbol)
            charts.append(Chart(symbol, product.unit if product else "", day, bars))
    return Figures(tuple(charts), _tags(reader, report["date"], cited))


def _marked(reader: Reader, doc_ids: list[str], day: str) -> list[tuple[str, str]]:
    """Symbols of the cited bars, the report's own day first; the newest day of each."""
    newest: dict[str, str] = {}
    for row in reader.rows("bars", where={"doc_id": doc_ids}, columns=["symbol", "date"]):
        if row["date"] <= day:
            newest[row["symbol"]] = max(row["date"], newest.get(row["symbol"], ""))
    return sorted(newest.items(), key=lambda item: (item[1] != day, item[0]))


def _bars(reader: Reader, symbol: str, day: str) -> tuple[ChartBar, ...]:
    rows = reader.rows("bars", where={"symbol": symbol, "date__le": day}, columns=list(_COLUMNS), order_by=["date"])
    by_day = {row["date"]: row for row in rows}
    found = (_bar(by_day[date]) for date in sorted(by_day)[-DAYS:])
    return tuple(bar for bar in found if bar is not None)


def _bar(row: Mapping[str, Any]) -> ChartBar | None:
    """A bar with all that a candle needs, else None."""
    opened, high, low, close, settle = (_decimal(row[name]) for name in _COLUMNS[1:])
    if opened is None or high is None or low is None or close is None:
        return None
    return ChartBar(row["date"], opened, high, low, close, settle)


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _tags(reader: Reader, day: str, cited: set[str]) -> tuple[TagLine, ...]:
    """Tags of the day's news with a sentence of a cited document under them, as the tree has them."""
    try:
        shown = tree(reader, "news", date=day)
    except UsageError:
        return ()
    lines: list[TagLine] = []
    for root in shown["roots"]:
        lines += _branch(root, 0, cited)[0]
    return tuple(lines[:TAGS])


def _branch(tag: Mapping[str, Any], depth: int, cited: set[str]) -> tuple[list[TagLine], int, int]:
    """Lines of a tag and what is under it; how many leaves are cited, and how many there are."""
    own = [leaf["citation"]["doc_id"] in cited for leaf in tag["leaves"]]
    n_cited, total = sum(own), len(own)
    below: list[TagLine] = []
    for child in tag["children"]:
        lines, child_cited, child_total = _branch(child, depth + 1, cited)
        below += lines
        n_cited, total = n_cited + child_cited, total + child_total
    if not n_cited:
        return [], 0, total
    mine = [TagLine(tag["label"], depth, n_cited, total)] if depth <= DEPTH else []
    return mine + below, n_cited, total
