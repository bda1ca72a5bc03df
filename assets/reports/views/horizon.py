"""For how long a view holds: 短期 (days to two weeks), 月度, 季度, 年度, or None where nothing says it."""

import re

__all__ = ["HORIZONS", "read_horizon"]

HORIZONS = ("短期", "月度", "季度", "年度")
_MONTHS = {m: i for i, m in enumerate("一二三四五六七八九", 1)} | {"十": 10, "十一": 11, "十二": 12}
_SHORT = re.compile(
    r"短线|短期|短多|短空|短时|超短|本周|这周|这一周|下周|(?:未来|接下来|往后)?[一两二三]两?周(?!多)|[一两]周之?内|一两天|这两天|两三天|(?<!剩)几天|数日|几日|近日|今明|明天|明日|后天|日内|周内|周末|几个交易日|(?<!上个)交易日内|盘中|这阵子?|一时半会|近几|周五前|眼前"
)
_MONTH = re.compile(
    r"(?<![三六])一个月|个把月|月内|本月|当月|下月|下个月|这个月|月度|四周|一月之内|三四周|三十天|月底前|月中"
)
_QUARTER = re.compile(
    r"[一二三四1234Q]季度?|头一季|首季|季度|季末|开年|开春|年初|年中|年底前?|年末|岁末|年关|上半年|下半年|中期|中线|两三个月|三个月|几个月|数月|[Qq][1-4]"
)
_CLEAR_QUARTER = re.compile(r"[一二三四1234]季度?|头一季|首季|年底|年末|[Qq][1-4]")
_YEAR = re.compile(r"年内|全年|今年|这一年|年度|明年|整年|长期|长线|一整年")
_NAMED_MONTH = re.compile(
    r"(到|至|截至)?(1[0-2]|(?<!\d)[1-9]|十[一二]?|[一二三四五六七八九])月(底|末|份|中旬|上旬|下旬|初|中)?(以前|之前|前)?"
)
_GROUND = re.compile(r"因为|由于|缘于|理由|依据|鉴于|毕竟")
QUARTER_ENDS = (3, 6, 9, 12)


def read_horizon(text: str, day: str | None) -> str | None:
    """Read the horizon of a view.

    Args:
        text: The view with its nearest context.
        day: Publication day; a named month counts from it.
    """
    stated = _stated(text)
    if "年内" in stated:
        return "年度"
    if _SHORT.search(stated) and not _CLEAR_QUARTER.search(stated):
        return "短期"
    if _QUARTER.search(stated):
        return "季度"
    if _SHORT.search(stated):
        return "短期"
    named = _named_month(stated, day)
    if named:
        return named
    if _MONTH.search(stated):
        return "月度"
    return "年度" if _YEAR.search(stated) else None


def _stated(text: str) -> str:
    """The view without the clause that gives its ground, where another clause is left."""
    ground = _GROUND.search(text)
    return text[: ground.start()] if ground and ground.start() >= 8 else text


def _named_month(text: str, day: str | None) -> str | None:
    """月度 for a month close by, 季度 for the end of a quarter or a month further off.

    A month counts where its clause says 到, 前 or 月底, or also says what happens to the price.
    """
    if day is None:
        return None
    for match in _NAMED_MONTH.finditer(text):
        if re.match(r"\d{1,2}[日号]|合约", text[match.end() :]):
            continue
        month = int(match[2]) if match[2].isdigit() else _MONTHS[match[2]]
        bounded = match[1] or match[4] or match[3] in ("底", "末")
        clause = re.split(r"[，。；！？]", text[match.end() :])[0]
        if not bounded and not re.search(r"[涨跌升降高低强弱上下稳跌回]|多|空", clause):
            continue
        ahead = (month - int(day[5:7])) % 12
        if match[3] in ("底", "末") and month in QUARTER_ENDS:
            return "季度"
        if ahead <= 1:
            return "月度"
        if ahead <= 4:
            return "季度"
    return None
