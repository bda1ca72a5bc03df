"""For how long a view holds: 短期 (days to two weeks), 月度, 季度, 年度, or None where nothing says it."""

import re

__all__ = ["HORIZONS", "read_horizon"]

HORIZONS = ("短期", "月度", "季度", "年度")
_MONTHS = {m: i for i, m in enumerate("一二三四五六七八九", 1)} | {"十": 10, "十一": 11, "十二": 12}
_SHORT = re.compile(
    r"短线|短期|短多|短空|短时|本周|这周|这一周|下周|一周|一两周|两周|两三周|一两天|这两天|两三天|几天|数日|几日|近日|今明|明天|明日|后天|日内|周内|周末|几个交易日|交易日内|当日|盘中|眼下|这阵|一时半会|近几|节前"
)
_MONTH = re.compile(r"一个月|个把月|月内|本月|当月|下月|下个月|月度|月底前|四周|\d+周|一月之内|三四周|往后三十天")
_QUARTER = re.compile(
    r"[一二三四1234]季度?|头一季|首季|季度|季末|开年|开春|年初|年底前?|年末|岁末|年关|上半年|下半年|中期|中线|两三个月|三个月|几个月|数月|旺季(?:结束)?前"
)
_YEAR = re.compile(r"年内|全年|今年|这一年|年度|明年|整年|长期|一年|长线")
_NAMED_MONTH = re.compile(
    r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(底|末|份|中旬|上旬|下旬|初)?(以前|之前|前)?"
)
QUARTER_ENDS = (3, 6, 9, 12)


def read_horizon(text: str, day: str | None) -> str | None:
    """Read the horizon of a view.

    Args:
        text: The view with its nearest context.
        day: Publication day; a named month counts from it.
    """
    if re.search(r"年内", text):
        return "年度"
    for name, pattern in (("季度", _QUARTER), ("短期", _SHORT), ("月度", _MONTH)):
        if pattern.search(text):
            if name == "季度" and _SHORT.search(text) and not re.search(r"[一二三四]季度?", text):
                return "短期"
            return name
    named = _named_month(text, day)
    if named:
        return named
    return "年度" if _YEAR.search(text) else None


def _named_month(text: str, day: str | None) -> str | None:
    """月度 for a month close by, 季度 for the end of a quarter or a month further off."""
    for match in _NAMED_MONTH.finditer(text):
        if re.match(r"\d{1,2}[日号]", text[match.end() :]):
            continue
        month = int(match[1]) if match[1].isdigit() else _MONTHS.get(match[1], 0)
        if not 1 <= month <= 12 or day is None:
            continue
        ahead = (month - int(day[5:7])) % 12
        if match[2] in ("底", "末") and month in QUARTER_ENDS:
            return "季度"
        if ahead <= 1:
            return "月度"
        if ahead <= 4:
            return "季度"
    return None
