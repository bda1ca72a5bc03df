"""Market statements computed from daily bars, in exact decimals.

Each figure stands in the cited bar or follows from cited bars by subtraction and division. What does not belong here: what
people say about a price (evidence/) and the table of moves (records).
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assets.reports.phrases import BASIS_NAMES, Sentence, chinese_day
from assets.text.products import product_of_symbol
from assets.text.spans import cite
from resources.protocols import Reader

__all__ = ["Bars", "benchmark_sentences", "contradicting_bars", "load_bars", "market_sentences"]

_PRICES = {"close": "收报", "settle": "结算价", "open": "开盘价"}
_PREVIOUS = {"prev_settle": "前结算价", "prev_close": "前收盘价"}
#: Figures in which two bars of one symbol and day may contradict each other.
COMPARED = {
    "open": "开盘价", "high": "最高价", "low": "最低价", "close": "收盘价", "settle": "结算价", "volume": "成交量", "open_interest": "持仓量",
}  # fmt: skip
CENT = Decimal("0.01")
#: A benchmark's last session before ours lies at most so many days back (a holiday of ours is longer than a weekend).
BENCHMARK_DAYS = 4


class Bars:
    """The bar of a symbol on a day and the one before it."""

    def __init__(self, today: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
        self.today, self.before = today, before

    def previous(self, name: str) -> tuple[str, bool] | None:
        """Return the previous settlement or close, and whether today's row states it itself."""
        if self.today[name] is not None:
            return str(self.today[name]), True
        value = self.before[name.removeprefix("prev_")] if self.before else None
        return None if value is None else (str(value), False)


def load_bars(reader: Reader, symbol: str, day: str) -> Bars | None:
    """Return the bars of a symbol on a day, or None where the day has none.

    Where two files hold the same day, the first by path counts.
    """
    rows = reader.rows("bars", where={"symbol": symbol, "date": day}, order_by=["path", "row", "doc_id"], limit=1)
    if not rows:
        return None
    earlier = reader.rows("bars", where={"symbol": symbol, "date__le": day}, order_by=["date", "path", "row", "doc_id"])
    before = [row for row in earlier if row["date"] < day]
    last = before[-1]["date"] if before else None
    return Bars(rows[0], next((row for row in before if row["date"] == last), None))


def contradicting_bars(reader: Reader, symbol: str, day: str) -> tuple[int, list[str]] | None:
    """Return how many bars a symbol has on a day and the names of the figures in which they differ; None: they agree."""
    rows = reader.rows("bars", where={"symbol": symbol, "date": day}, order_by=["path", "row", "doc_id"])
    differ = []
    for name, printed in COMPARED.items():
        values = {Decimal(row[name]) for row in rows if row[name] is not None}
        if len(values) > 1:
            differ.append(printed)
    return (len(rows), differ) if differ else None


def market_sentences(bars: Bars, basis: str) -> list[Sentence]:
    """Say what the bar of the day says: the move on the basis asked for, then the other basis, range, volume, gap.

    Args:
        bars: Bars of the day.
        basis: The basis that leads.
    """
    order = [basis, *(name for name in ("close_vs_prev_settle", "settle_vs_prev_settle") if name != basis)]
    said = [_move(bars, name) for name in order]
    said += [_range(bars), _turnover(bars), _gap(bars)]
    return [sentence for sentence in said if sentence is not None]


def _unit(symbol: str) -> str:
    product = product_of_symbol(symbol)
    return product.unit if product else ""


def _subject(bars: Bars) -> str:
    symbol = str(bars.today["symbol"])
    return symbol + ("合约" if any(c.isdigit() for c in symbol) else "")


def _cite(row: Mapping[str, Any]) -> Any:
    return cite(row, row["text"], 0, len(row["text"]))


def _compare(value: Decimal, previous: Decimal, unit: str) -> tuple[str, dict[str, str]]:
    """Words and slots for a change; the percentage is rounded half up to two places."""
    change = value - previous
    if change == 0:
        return "持平", {"direction": "持平", "change": "0", "pct": "0.00%"}
    up = change > 0
    pct = f"{(abs(change) / previous * 100).quantize(CENT, ROUND_HALF_UP):f}%"
    size = f"{abs(change):f}"
    words = f"{'上涨' if up else '下跌'}{size}{unit}，{'涨幅' if up else '跌幅'}{pct}"
    return words, {"direction": "上涨" if up else "下跌", "change": f"{size}{unit}", "pct": pct}


def _move(bars: Bars, basis: str) -> Sentence | None:
    kind, _, against = basis.partition("_vs_")
    value = bars.today[kind]
    found = bars.previous(against)
    if value is None or found is None or Decimal(found[0]) <= 0:
        return None
    previous, own = found
    unit, day, subject = _unit(bars.today["symbol"]), chinese_day(bars.today["date"]), _subject(bars)
    words, slots = _compare(Decimal(value), Decimal(previous), unit)
    joint = "与" if slots["direction"] == "持平" else "较"
    text = f"{day}，{subject}{_PRICES[kind]}{value}{unit}，{joint}{_PREVIOUS[against]}{previous}{unit}{words}（{BASIS_NAMES[basis]}）。"
    citations = [_cite(bars.today)] + ([] if own or not bars.before else [_cite(bars.before)])
    slots |= {
        "date": day,
        "contract": str(bars.today["symbol"]),
        "value": f"{value}{unit}",
        "previous": f"{previous}{unit}",
        "basis": BASIS_NAMES[basis],
    }
    return Sentence(text, "price_move", slots, citations)


def _range(bars: Bars) -> Sentence | None:
    high, low = bars.today["high"], bars.today["low"]
    if high is None or low is None:
        return None
    unit, day = _unit(bars.today["symbol"]), chinese_day(bars.today["date"])
    slots = {"date": day, "contract": str(bars.today["symbol"]), "high": f"{high}{unit}", "low": f"{low}{unit}"}
    text = f"{day}，{_subject(bars)}最高价{high}{unit}，最低价{low}{unit}。"
    return Sentence(text, "level", slots, [_cite(bars.today)])


def _turnover(bars: Bars) -> Sentence | None:
    volume, interest = bars.today["volume"], bars.today["open_interest"]
    parts: list[str] = []
    slots = {"date": chinese_day(bars.today["date"]), "contract": str(bars.today["symbol"])}
    citations = [_cite(bars.today)]
    if volume is not None:
        parts.append(f"成交量{volume}手")
        slots["volume"] = f"{volume}手"
    if interest is not None:
        parts.append(f"持仓量{interest}手")
        slots["open_interest"] = f"{interest}手"
        earlier = bars.before["open_interest"] if bars.before else None
        if bars.before and earlier is not None and Decimal(earlier) != Decimal(interest):
            change = Decimal(interest) - Decimal(earlier)
            word = "增加" if change > 0 else "减少"
            parts.append(f"较前一交易日持仓量{earlier}手{word}{abs(change):f}手")
            slots |= {"direction": word, "change": f"{abs(change):f}手", "previous": f"{earlier}手"}
            citations.append(_cite(bars.before))
    if not parts:
        return None
    return Sentence(f"{slots['date']}，{_subject(bars)}{'，'.join(parts)}。", "level", slots, citations)


def _gap(bars: Bars) -> Sentence | None:
    """The opening against the previous close; said where it is 1 % or more, or trading had paused for days."""
    value, found = bars.today["open"], bars.previous("prev_close")
    if value is None or found is None or Decimal(found[0]) <= 0:
        return None
    if abs(Decimal(value) - Decimal(found[0])) * 100 < Decimal(found[0]):
        return None
    return _opening(bars, str(value), found)


def _opening(bars: Bars, value: str, found: tuple[str, bool]) -> Sentence:
    previous, own = found
    unit, day, subject = _unit(bars.today["symbol"]), chinese_day(bars.today["date"]), _subject(bars)
    words, slots = _compare(Decimal(value), Decimal(previous), unit)
    name = BASIS_NAMES["open_vs_prev_close"]
    text = f"{day}，{subject}开盘价{value}{unit}，较前收盘价{previous}{unit}{words}（{name}）。"
    citations = [_cite(bars.today)] + ([] if own or not bars.before else [_cite(bars.before)])
    slots |= {
        "date": day,
        "contract": str(bars.today["symbol"]),
        "value": f"{value}{unit}",
        "previous": f"{previous}{unit}",
        "basis": name,
    }
    return Sentence(text, "price_move", slots, citations)


def benchmark_sentences(reader: Reader, code: str, day: str, basis: str) -> list[Sentence]:
    """Say how a benchmark abroad last moved up to a day, at most four days before; its session ends later than ours."""
    since = (dt.date.fromisoformat(day) - dt.timedelta(days=BENCHMARK_DAYS)).isoformat()
    where = {"product": code, "date__ge": since, "date__le": day, "is_main": True}
    rows = [r for r in reader.rows("market_moves", where=where, columns=["symbol", "date"]) if r["date"] < day]
    if not rows:
        return []
    last = max((row["date"], row["symbol"]) for row in rows)
    bars = load_bars(reader, last[1], last[0])
    said = _move(bars, basis) if bars else None
    return [said] if said else []
