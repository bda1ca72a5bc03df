"""Stretches of time and days that hang on something else: quarters, ten-day periods, weeks, the first day after a holiday.

Days, months and years are `assets/text/dates.py`. A stretch is an ISO 8601 interval (2024-01/2024-03, 2024-04-01/2024-04-10);
what needs a trading calendar or a year that nobody says has no value.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from assets.records.mentions.model import Mention, Taken

__all__ = ["find_moments"]

_YEAR = r"(?:(?P<year>(?:19|20)\d{2})\s?年|(?P<word>今年|本年|去年|上年|明年|前年))的?"
_SMALL = "十[一二]|[一二三四五六七八九十]|1[0-2]|0?[1-9]"
_MOMENT = re.compile(
    rf"""
    (?:{_YEAR})?(?:
        (?P<first3>前三季度)
      | 第?(?P<quarter>[一二三四1-4])季度(?![报环])
      | (?P<half>[上下])半年(?![报度])
      | (?P<month>{_SMALL})月份?(?P<part>[上中下]旬|底|末|初)
    )
  | (?P<week>上上|上个?|这个?|本|下个?)(?:周|星期|礼拜)(?P<end>末)?(?![一二三四五六日天初期边转年岁])
  | (?P<free>(?:本|当|次|下|上)?(?:月|年)(?:底|末)(?![库存端])
      | (?:节|假期|长假|小长假|假日|春节|元旦|清明|五一|劳动节|端午|中秋|国庆)(?:节|假期|长假|小长假)?[前后](?:的?(?:首|第一|最后一?)个?(?:交易日|工作日|日|天))
      | 次日|翌日|次一?交易日|下一?个?交易日|上一?个?交易日|前一?交易日)
    """,
    re.VERBOSE,
)
_NAMED_YEAR = re.compile(r"((?:19|20)\d{2})\s?年")
_WORDS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1, "前年": -2}
_WEEKS = {"上上": -2, "上": -1, "上个": -1, "这": 0, "这个": 0, "本": 0, "下": 1, "下个": 1}
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}


def find_moments(text: str, day: str | None, taken: Taken) -> Iterator[Mention]:
    """Find stretches of time.

    Args:
        text: Half-width text of the same length as the stored one.
        day: Publication day, ISO 8601, or None.
        taken: Spans that other mentions hold.

    Yields:
        Mentions of kind date, in order.
    """
    today = dt.date.fromisoformat(day) if day else None
    for match in _MOMENT.finditer(text):
        if taken.is_free(*match.span()):
            yield Mention(*match.span(), "date", match.group(), _value(text, match, today))


def _value(text: str, match: re.Match[str], today: dt.date | None) -> str | None:
    if match["free"]:
        return None
    if match["week"]:
        return _week(match, today)
    year = _year(match, today)
    if match["month"]:
        number = _number(match["month"])
        year = year or _year_of_month(text, match.start(), number, today)
        return None if year is None else _part_of_month(year, number, match["part"])
    if year is None:
        return None
    if match["first3"]:
        return f"{year}-01/{year}-09"
    if match["half"]:
        return f"{year}-01/{year}-06" if match["half"] == "上" else f"{year}-07/{year}-12"
    last = 3 * _number(match["quarter"])
    return f"{year}-{last - 2:02d}/{year}-{last:02d}"


def _year(match: re.Match[str], today: dt.date | None) -> int | None:
    if match["year"]:
        return int(match["year"])
    return today.year + _WORDS[match["word"]] if match["word"] and today else None


def _number(text: str) -> int:
    return _DIGITS[text] if text in _DIGITS else int(text)


def _year_of_month(text: str, at: int, month: int, today: dt.date | None) -> int | None:
    """The year named last before a month, else that of the publication, as for days without a year."""
    named = _NAMED_YEAR.findall(text, max(0, at - 400), at)
    if named:
        return int(named[-1])
    if today is None:
        return None
    apart = month - today.month
    return today.year + (-1 if apart > 6 else 1 if apart < -6 else 0)


def _part_of_month(year: int, month: int, part: str) -> str:
    """Ten days as an interval; 初, 底 and 末 name no day, so that the month is all that is said."""
    if len(part) == 1:
        return f"{year}-{month:02d}"
    last = calendar.monthrange(year, month)[1]
    first, until = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last)}[part]
    return f"{year}-{month:02d}-{first:02d}/{year}-{month:02d}-{until:02d}"


def _week(match: re.Match[str], today: dt.date | None) -> str | None:
    if today is None:
        return None
    monday = today + dt.timedelta(days=7 * _WEEKS[match["week"]] - today.weekday())
    first = monday + dt.timedelta(days=5 if match["end"] else 0)
    return f"{first.isoformat()}/{(monday + dt.timedelta(days=6)).isoformat()}"
