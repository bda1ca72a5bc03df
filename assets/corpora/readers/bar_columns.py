"""Columns of bar files in the names that vendors give them, and what is known to be of no use."""

import re
from collections.abc import Sequence

__all__ = [
    "ADJUST",
    "ADJUST_IN_NAME",
    "COLUMNS",
    "NUMBERS",
    "PRICES",
    "WORDS",
    "adjusted_header",
    "meanings",
    "missing",
    "unknown_columns",
]

PRICES = ("open", "high", "low", "close", "settle", "prev_settle", "prev_close")
NUMBERS = (*PRICES, "volume", "open_interest", "turnover", "limit_up", "limit_down")
#: Columns that hold words.
WORDS = ("vendor", "adjust", "as_of")
COLUMNS = {
    "symbol": "symbol ticker code contract instrument instrumentid instrument_id ts_code 合约 合约代码 合约名称 合约月份 交割月份 代码 证券代码 品种代码 品种合约",
    "date": "date trade_date tradingday trading_day tradedate datetime day time 日期 交易日 交易日期 时间 行情日期",
    "open": "open o openprice open_price 开盘 开盘价 今开盘 今开",
    "high": "high h highprice high_price highestprice 最高 最高价",
    "low": "low l lowprice low_price lowestprice 最低 最低价",
    "close": "close c closeprice close_price last price 收盘 收盘价 今收盘 今收 最新价",
    "settle": "settle settlement settlementprice settle_price settlement_price settleprice 结算 结算价 今结算 今结算价",
    "prev_settle": "prev_settle pre_settle presettle presettlementprice pre_settlement_price prevsettle prev_settlement 前结算 前结算价 昨结算 昨结算价 昨结 上日结算 上日结算价",
    "prev_close": "prev_close pre_close preclose precloseprice prevclose 昨收 昨收盘 昨收价 前收盘 前收 前收盘价 昨收盘价",
    "volume": "volume vol v 成交量 成交手数 成交量(手) 总手",
    "open_interest": "open_interest openinterest oi hold position 持仓 持仓量 空盘量 持仓量(手)",
    "turnover": "turnover amount value 成交额 成交金额 成交额(万元) 成交额(元) 成交额(亿元)",
    "limit_up": "limit_up up_limit upperlimit upper_limit upperlimitprice upper_limit_price high_limit limitup 涨停 涨停价 涨停板价 涨停板",
    "limit_down": "limit_down down_limit lowerlimit lower_limit lowerlimitprice lower_limit_price low_limit limitdown 跌停 跌停价 跌停板价 跌停板",
    "vendor": "vendor source provider data_source 数据源 来源 数据来源 供应商",
    "adjust": "adjust adjustflag adjust_flag fq autype 复权 复权方式 复权类型 复权状态",
    "as_of": "as_of asof update_time updated updated_at 更新时间 数据时间",
}
#: Columns that vendors add and that no move needs.
_UNUSED_WORDS = (
    "exchange market name shortname product underlying variety category type pct_chg pctchg pct_change change chg changepercent change1 "
    "change2 change_rate changerate amplitude turn turnoverrate turnover_rate vwap average avg adjclose adj_close dividends stocksplits "
    "capitalgains oi_chg oi_change delta_oi open_interest_change isst tradestatus ma5 ma10 ma20 factor adj_factor 交易所 市场 名称 "
    "证券名称 合约简称 品种 品种名称 涨跌 涨跌1 涨跌2 涨跌额 涨跌幅 涨跌幅度 振幅 换手率 均价 加权均价 持仓变化 持仓量变化 增减 仓差 序号 delv_settle "
    "交割结算价 星期 货币 单位 currency unit"
)
UNUSED = frozenset(_UNUSED_WORDS.split())
#: How sources say whether prices are adjusted for rights.
ADJUSTMENTS = {
    "none": "none no bfq unadjusted raw 0 3 不复权 未复权 除权",
    "qfq": "qfq forward pre 2 前复权",
    "hfq": "hfq backward post 1 后复权",
}
ADJUST = {word: kind for kind, words in ADJUSTMENTS.items() for word in words.split()}
ADJUST_IN_NAME = re.compile(r"不复权|未复权|前复权|后复权|(?<![a-z])(?:qfq|hfq|bfq|unadjusted)(?![a-z])")
_MEANING = {name: column for column, names in COLUMNS.items() for name in names.split()}


def meanings(names: Sequence[str]) -> list[str | None]:
    """Return our column for each name, the first of each; a first column without a name is the date."""
    columns: list[str | None] = []
    for place, name in enumerate(names):
        folded = _fold_column(name)
        bare = re.sub(r"\(.*\)$", "", folded)
        meaning = (
            _MEANING.get(folded) or _MEANING.get(bare) or _MEANING.get(re.sub(r"_?(?:[qhb]fq|[前后不]复权)$", "", bare))
        )
        if place == 0 and folded in ("", "unnamed:0", "index"):
            meaning = "date"
        columns.append(meaning if meaning not in columns else None)
    return columns


def _fold_column(name: str) -> str:
    return re.sub(r"[\s\"'\ufeff]+", "", name).lower().replace("（", "(").replace("）", ")")


def unknown_columns(names: Sequence[str], columns: Sequence[str | None]) -> list[str]:
    """Name the columns that are neither ours nor known to be of no use."""
    unknown = []
    for name, meaning in zip(names, columns, strict=True):
        folded = _fold_column(name)
        known = {folded, re.sub(r"\(.*\)$", "", folded), folded.replace("_", "")} & (UNUSED | _MEANING.keys())
        if meaning is None and folded and not known:
            unknown.append(name.strip()[:20])
    return unknown


def adjusted_header(names: Sequence[str]) -> str | None:
    """Return what the names of the price columns say of adjustment."""
    found = {ADJUST[one] for name in names for one in ADJUST_IN_NAME.findall(_fold_column(name).replace("_", " "))}
    return found.pop() if len(found) == 1 else None


def missing(columns: Sequence[str | None]) -> str | None:
    """Name what a table of bars cannot do without."""
    if "date" not in columns:
        return "date"
    return None if "close" in columns or "settle" in columns else "close or settle"
