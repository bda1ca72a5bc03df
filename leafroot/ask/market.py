"""Market facts from the bars: a value on a day, a move, an extreme or mean over a period, two days compared.

Everything is computed in decimals from cited rows, and the basis is said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assets.text.products import Product
from assets.text.spans import Citation, cite
from leafroot.ask.replies import Reply, answered, plain_day, refused
from leafroot.ask.subject import Subject
from resources.protocols import Reader

__all__ = ["MarketQuestion", "answer_market", "asks_for_market"]

Row = dict[str, Any]

_FIELDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("settle", "结算价", re.compile("结算价?")),
    ("close", "收盘价", re.compile("收盘|收于|收在|收报|收了|收多少")),
    ("open", "开盘价", re.compile("开盘|今开")),
    ("volume", "成交量", re.compile("成交量|成交了?多少手|交易量|成交多少")),
    ("open_interest", "持仓量", re.compile("持仓量|持仓(?:是|有|为)?多少|未平仓")),
    ("turnover", "成交额", re.compile("成交额|成交金额")),
    ("high", "最高价", re.compile("最高|盘中高点|高点")),
    ("low", "最低价", re.compile("最低|盘中低点|低点")),
)
_UNITS = {"volume": "手", "open_interest": "手"}
_MOVE = re.compile("涨跌|涨幅|跌幅|涨了|跌了|上涨|下跌|涨多少|跌多少|变动|变化|波动")
_PRICE = re.compile("价格|多少钱|报价|行情|点位|什么价|价是多少|多少点")
_MOST = re.compile("最高|最大|最多|高点|峰值|顶")
_LEAST = re.compile("最低|最小|最少|低点|谷底")
_MEAN = re.compile("平均|均值|均价|日均")
_TOTAL = re.compile("合计|总共|累计|一共|总(?:成交|量)")
_COMPARED = re.compile("比|相比|较|对比|相差|差多少|差了|还是|变化|分别")
_NOT_A_FACT = re.compile(
    "为什么|为何|原因|怎么看|如何看|观点|认为|看法|规定|规则|怎么计算|如何计算|怎么确定|如何确定|计算方法|什么是|含义|定义|影响|新闻|主题|报告|消息|公告|通知|预期|保证金|手续费|涨跌?停板|限额|限仓"
)
_BASES = {
    "close_vs_prev_settle": ("close", "收盘价", "上一交易日结算价"),
    "settle_vs_prev_settle": ("settle", "结算价", "上一交易日结算价"),
    "close_vs_prev_close": ("close", "收盘价", "上一交易日收盘价"),
}
_BAR = ("doc_id", "path", "row", "symbol", "date", "text", *(name for name, _, _ in _FIELDS))
_SUFFIXES = ("SHF", "SHFE", "INE", "DCE", "CZC", "CZCE", "ZCE", "GFE", "GFEX", "CFX", "CFFEX", "CFE")
_SERIES = ("", "0", "00", "888", "8888", "99", "9999", "主力", "主连", "连续", "主力连续", "=F")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class MarketQuestion:
    """Which fields a question asks for, whether a move, an extreme, a mean, a sum or a comparison of days."""

    fields: tuple[tuple[str, str], ...]
    move: bool
    fold_up: str | None
    compared: bool


def asks_for_market(folded: str, subject: Subject) -> MarketQuestion | None:
    """Return what a folded question asks of the bars; None where it asks for something else."""
    if not (subject.products or subject.tokens) or _NOT_A_FACT.search(folded):
        return None
    has_period = subject.span is not None or subject.last_days is not None
    fields = [(name, label) for name, label, words in _FIELDS if words.search(folded)]
    move = _MOVE.search(folded) is not None
    over = None
    if has_period:
        kinds = (("max", _MOST), ("min", _LEAST), ("mean", _MEAN), ("sum", _TOTAL))
        over = next((kind for kind, words in kinds if words.search(folded)), None)
        plain = [one for one in fields if one[0] not in ("high", "low")]
        fields = plain if plain and over else fields
    if not fields and not move and not (_PRICE.search(folded) or over):
        return None
    if not fields and not move:
        fields = [("high", "最高价")] if over == "max" else [("low", "最低价")] if over == "min" else []
        fields = fields or [("close", "收盘价"), ("settle", "结算价")]
    compared = len(subject.days) > 1 and (_COMPARED.search(folded) is not None or move)
    return MarketQuestion(tuple(fields), move, over, compared)


def answer_market(reader: Reader, asked: MarketQuestion, subject: Subject, anchor: str | None) -> Reply | None:
    """Answer from the bars; None where they hold none of what is named."""
    period = _period(subject, anchor)
    replies: list[Reply] = []
    for symbols in _symbols(reader, subject, period):
        bars = _bars(reader, symbols, None, None)
        if not bars:
            continue
        inside = [bar for bar in bars if period[0] <= bar["date"] <= period[1]]
        inside = inside[-subject.last_days :] if subject.last_days else inside
        wanted = [bar for bar in inside if not subject.days or bar["date"] in subject.days]
        missing = [day for day in subject.days if all(bar["date"] != day for bar in inside)]
        if not wanted or missing:
            replies.append(_no_bar(bars, missing or [period[1]]))
            continue
        replies.append(_reply(reader, asked, subject, wanted))
    if not replies:
        return None
    said = [reply for reply in replies if reply["status"] == "answered"]
    if not said:
        return replies[0]
    text = "\n".join(reply["answer"] for reply in said)
    notes = dict.fromkeys([*(reply["message"] for reply in said), f"{subject.inferred}。" if subject.inferred else ""])
    return answered(
        "market", text, [one for reply in said for one in reply["citations"]], "".join(note for note in notes if note)
    )


def _period(subject: Subject, anchor: str | None) -> tuple[str, str]:
    """First and last day that count; the newest day alone where none is named."""
    if subject.days:
        return min(subject.days), max(subject.days)
    if subject.span is not None:
        return subject.span[0] or "0000", subject.span[1] or "9999"
    return ("0000", anchor or "9999")


def _symbols(reader: Reader, subject: Subject, period: tuple[str, str]) -> list[list[str]]:
    """Spellings of each symbol asked for: contracts, else the main contract of a product, else a series or a plain symbol."""
    out: list[list[str]] = []
    for product in subject.products:
        if subject.months:
            out += [_spellings(product, [month, month[1:]]) for month in subject.months]
            continue
        where: dict[str, Any] = {"product": product.code, "is_main": True, "date__ge": period[0], "date__le": period[1]}
        mains = reader.rows("market_moves", where=where, columns=("symbol", "date"), order_by=("date", "symbol"))
        out.append([mains[-1]["symbol"]] if mains else _spellings(product, _SERIES))
    if not out:
        out = [sorted({token, token.upper(), token.lower()}) for token in subject.tokens]
    return out


def _spellings(product: Product, tails: Sequence[str]) -> list[str]:
    heads = [product.code, product.code.lower(), product.name, *product.aliases]
    plain = [f"{head}{tail}" for head in heads for tail in tails]
    coded = [f"{head}{tail}.{suffix}" for head in heads[:2] for tail in tails for suffix in _SUFFIXES]
    return plain + coded


def _bars(reader: Reader, symbols: Sequence[str], first: str | None, last: str | None) -> list[Row]:
    where: dict[str, Any] = {"symbol": list(symbols)}
    if first is not None:
        where["date__ge"] = first
    if last is not None:
        where["date__le"] = last
    return reader.rows("bars", where=where, columns=_BAR, order_by=("date", "symbol", "doc_id"))


def _no_bar(bars: Sequence[Row], days: Sequence[str]) -> Reply:
    """Refuse a day without a bar, with the trading days around it."""
    day = days[0]
    before = [bar for bar in bars if bar["date"] < day][-1:]
    after = [bar for bar in bars if bar["date"] > day][:1]
    near = before + after
    said = "、".join(bar["date"] for bar in near)
    message = f"{bars[0]['symbol']}在{day}没有行情记录" + (f"，最近的交易日是{said}。" if said else "。")
    candidates = [{"symbol": bar["symbol"], "date": bar["date"], "citation": _cite(bar)} for bar in near]
    return refused("market", "no_evidence", message, candidates)


def _reply(reader: Reader, asked: MarketQuestion, subject: Subject, bars: Sequence[Row]) -> Reply:
    period = subject.span is not None or subject.last_days is not None
    if asked.fold_up is not None and period:
        return _over(asked, bars)
    if (asked.compared and len(bars) > 1) or (asked.move and period and len(bars) > 1):
        return _compare(asked, bars[0], bars[-1])
    days = bars if subject.days else bars[-1:]
    lines: list[str] = []
    cited: list[Citation] = []
    for bar in days:
        values = [(label, bar[name], _UNITS.get(name, "")) for name, label in asked.fields if bar[name] is not None]
        if values:
            said = "，".join(f"{label}{value}{unit}" for label, value, unit in values)
            lines.append(f"{bar['symbol']}在{plain_day(bar['date'])}{said}。")
            cited.append(_cite(bar))
        if asked.move:
            moved = _move(reader, bar, asked)
            if moved is not None:
                lines.append(moved[0])
                cited += moved[1]
    if not lines:
        labels = "、".join(label for _, label in asked.fields) or "涨跌幅"
        return refused(
            "market", "no_evidence", f"{bars[-1]['symbol']}在{bars[-1]['date']}的行情记录里没有{labels}。",
            [{"symbol": bars[-1]["symbol"], "date": bars[-1]["date"], "citation": _cite(bars[-1])}],
        )  # fmt: skip
    latest = "" if subject.days else f"问题没有写明日期，取该合约最新一个交易日{days[-1]['date']}。"
    return answered("market", "\n".join(lines), cited, f"数值取自行情记录。{latest}")


def _move(reader: Reader, bar: Row, asked: MarketQuestion) -> tuple[str, list[Citation]] | None:
    """The day's move on the basis that the question names, else of the close against the previous settlement."""
    where = {"symbol": bar["symbol"], "date": bar["date"], "doc_id": bar["doc_id"]}
    rows = {row["basis"]: row for row in reader.rows("market_moves", where=where)}
    names = [name for name, _ in asked.fields]
    order = ["settle_vs_prev_settle"] if "settle" in names and "close" not in names else []
    order += ["close_vs_prev_settle", "close_vs_prev_close", "settle_vs_prev_settle"]
    row = next((rows[basis] for basis in order if basis in rows), None)
    if row is None:
        return None
    _, value_name, previous_name = _BASES[row["basis"]]
    value, previous = Decimal(row["value"]), Decimal(row["previous"])
    said = _change(value, previous)
    cited = [_cite(bar)]
    if row["previous_doc_id"]:
        where = {"doc_id": row["previous_doc_id"]}
        cited += [_cite(before) for before in reader.rows("bars", where=where, columns=_BAR)]
    text = f"{bar['symbol']}在{plain_day(bar['date'])}{value_name}{row['value']}，较{previous_name}{row['previous']}{said}。"
    return text, cited


def _change(value: Decimal, previous: Decimal) -> str:
    """How a value stands to another, in points and percent, halves rounded up."""
    change = value - previous
    if not change:
        return "持平"
    word = "上涨" if change > 0 else "下跌"
    if previous <= 0:
        return f"{word}{abs(change):f}"
    pct = (abs(change) / previous * 100).quantize(_CENT, ROUND_HALF_UP)
    return f"{word}{abs(change):f}（{pct:f}%）"


def _compare(asked: MarketQuestion, first: Row, last: Row) -> Reply:
    """Two days compared, field by field; the close where only a move is asked for."""
    fields = [one for one in asked.fields if first[one[0]] is not None and last[one[0]] is not None]
    if not fields:
        fields = [("close", "收盘价")] if first["close"] is not None and last["close"] is not None else []
    if not fields:
        return refused("market", "no_evidence", f"{first['symbol']}在这两天的行情记录里没有可比的数值。")
    lines = []
    for name, label in fields:
        one, two = Decimal(first[name]), Decimal(last[name])
        change = _change(two, one)
        if name in _UNITS:
            change = change.replace("上涨", "增加").replace("下跌", "减少")
        unit = _UNITS.get(name, "")
        lines.append(
            f"{first['symbol']}{label}：{plain_day(first['date'])}为{first[name]}{unit}，{plain_day(last['date'])}为{last[name]}{unit}，{change}。"
        )
    return answered("market", "\n".join(lines), [_cite(first), _cite(last)], "按两日行情记录计算，后一日比前一日。")


def _over(asked: MarketQuestion, bars: Sequence[Row]) -> Reply:
    """An extreme, mean or sum over a period."""
    kind = asked.fold_up or "max"
    fields = asked.fields or (("close", "收盘价"),)
    lines: list[str] = []
    cited: list[Citation] = []
    for name, label in fields:
        known = [bar for bar in bars if bar[name] is not None]
        if not known:
            continue
        unit = _UNITS.get(name, "")
        span = f"{plain_day(known[0]['date'])}至{plain_day(known[-1]['date'])}（{len(known)}个交易日）"
        if kind in ("max", "min"):
            pick: Callable[..., Row] = max if kind == "max" else min
            best = pick(known, key=lambda bar: Decimal(bar[name]))
            word = "" if label.startswith("最") else "最高" if kind == "max" else "最低"
            lines.append(
                f"{best['symbol']}在{span}{word}{label}为{best[name]}{unit}，出现在{plain_day(best['date'])}。"
            )
            cited += [_cite(best), _cite(known[0]), _cite(known[-1])]
            continue
        total = sum((Decimal(bar[name]) for bar in known), Decimal(0))
        shown = total if kind == "sum" else (total / len(known)).quantize(_CENT, ROUND_HALF_UP)
        lines.append(f"{known[0]['symbol']}在{span}{label}{'合计' if kind == 'sum' else '平均'}为{shown:f}{unit}。")
        cited += [_cite(bar) for bar in known]
    if not lines:
        return refused("market", "no_evidence", f"{bars[0]['symbol']}在这段时间的行情记录里没有所问的数值。")
    return answered("market", "\n".join(lines), cited, "按所引行情记录计算。")


def _cite(bar: Mapping[str, Any]) -> Citation:
    return cite(bar, bar["text"], 0, len(bar["text"]))
