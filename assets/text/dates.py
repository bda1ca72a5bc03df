"""Dates in Chinese text, as spans with the day, month or year that they name.

A date is never guessed: without its year in the text before it or in the moment of publication it has no value.
What does not belong here: the conditions and day points of policy notices (records/policy).
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["DateMention", "find_dates", "shanghai_day"]

Precision = Literal["day", "month", "year"]
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class DateMention:
    """One date as written; value is YYYY-MM-DD, YYYY-MM or YYYY after its precision, None where nothing tells."""

    start: int
    end: int
    surface: str
    value: str | None
    precision: Precision


_DIGIT = str.maketrans("０１２３４５６７８９〇○零一二三四五六七八九", "0123456789000123456789")
_NUMBER = r"[0-9０-９]{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = r"(?:19|20|２０|１９)[0-9０-９]{2}|[一二][〇○零九一二三四五六七八]{3}"
_DATE = re.compile(
    rf"""
    (?P<y1>{_YEAR})\s?年\s?(?P<m1>{_NUMBER})\s?月\s?(?:(?P<d1>{_NUMBER})\s?[日号號])?
  | (?<![0-9.\-/])(?P<y2>(?:19|20)[0-9]{{2}})(?P<sep>[-/.])(?P<m2>[01]?[0-9])(?P=sep)(?P<d2>[0-3]?[0-9])(?![0-9])(?!\.[0-9])
  | (?P<rel_year>今年|本年|去年|上年|明年|前年)(?:(?P<m5>{_NUMBER})\s?月(?:份|\s?(?P<d5>{_NUMBER})\s?[日号號])?)?
  | (?P<rel_month>本月|上月|上个月|下月|下个月|当月|次月|同月)(?:(?P<d6>{_NUMBER})\s?[日号號])?
  | (?<![0-9０-９.十二三年])(?P<m3>{_NUMBER})\s?月\s?(?P<d3>{_NUMBER})\s?[日号號]
  | (?<![0-9０-９.十二三年个近第每前后])(?P<m4>{_NUMBER})月份?(?!合约|期|差)
  | (?<![0-9０-９.月第续近去每隔满·])(?P<d7>[0-9０-９]{{1,2}})日(?![内均线游前后以元圆本])
  | (?P<y4>{_YEAR})\s?年(?![内初]?期)
  | (?P<rel_day>大前天|前天|前日|昨天|昨日|昨晚|昨夜|今天|今日|今晨|今早|今晚|明天|明日|后天)
  | (?P<week>上上|上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![季期年个度环])
    """,
    re.VERBOSE,
)
_REL_DAY = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "今天": 0, "今日": 0,
    "今晨": 0, "今早": 0, "今晚": 0, "明天": 1, "明日": 1, "后天": 2,
}  # fmt: skip
_REL_YEAR = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1, "前年": -2}
_REL_MONTH = {"本月": 0, "上月": -1, "上个月": -1, "下月": 1, "下个月": 1}
_WEEK = {"上上": -14, "上": -7, "上个": -7, "这": 0, "这个": 0, "本": 0, "下": 7, "下个": 7}
_WEEKDAY = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}


def shanghai_day(published: str) -> str | None:
    """Return the day in Asia/Shanghai of an ISO 8601 moment (no zone: Shanghai), or None where it is none."""
    text = published.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        text += "T00:00"
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*", text) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo is None else moment.astimezone(SHANGHAI)).date().isoformat()


def find_dates(text: str, published: str | None) -> list[DateMention]:
    """Find the dates that a text names.

    A bare day (4月17日至18日) takes the month written last. A day or month without its year takes that of the last full date before it in the text, else that of the publication,
    moved by one where the day would otherwise lie more than half a year from the publication (a January item on
    12月30日). Relative words (昨日, 本周三) count from the publication day.

    Args:
        text: Stored text.
        published: ISO 8601 moment of publication, or None.
    """
    day = shanghai_day(published) if published else None
    walk = _Walk(dt.date.fromisoformat(day) if day else None)
    found = []
    for match in _DATE.finditer(text):
        read = walk.read(match)
        if read:
            found.append(DateMention(match.start(), match.end(), match.group(), *read))
    return found


def _small(text: str) -> int:
    """Read 1 to 31 in ASCII, full-width or Chinese digits."""
    if "十" not in text:
        return int(text.translate(_DIGIT))
    tens, _, ones = text.partition("十")
    return (int(tens.translate(_DIGIT)) if tens else 1) * 10 + (int(ones.translate(_DIGIT)) if ones else 0)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


class _Walk:
    """Reads the matches of one text in order, remembering the last year that was written out."""

    def __init__(self, today: dt.date | None) -> None:
        self.today = today
        self.year: int | None = None
        self.month: tuple[int, int] | None = None

    def read(self, match: re.Match[str]) -> tuple[str | None, Precision] | None:
        part = match.groupdict()
        if part["y1"] or part["y2"]:
            return self._full(part)
        if part["y4"]:
            self.year = int(part["y4"].translate(_DIGIT))
            return str(self.year), "year"
        if part["rel_year"]:
            year = self.today.year + _REL_YEAR[part["rel_year"]] if self.today else None
            return self._of_year(year, part["m5"], part["d5"])
        if part["rel_month"]:
            return self._relative_month(part["rel_month"], part["d6"])
        if part["d7"]:
            return self._bare_day(_small(part["d7"]))
        if part["m3"] or part["m4"]:
            month = _small(part["m3"] or part["m4"])
            return self._of_year(self._year_of(month), part["m3"] or part["m4"], part["d3"])
        return self._relative_day(part), "day"

    def _full(self, part: dict[str, str | None]) -> tuple[str | None, Precision] | None:
        year = int((part["y1"] or part["y2"] or "").translate(_DIGIT))
        read = self._of_year(year, part["m1"] or part["m2"], part["d1"] or part["d2"])
        if read and read[0]:
            self.year = year
        elif part["y2"]:
            return None  # 2024.13.45 is a version or a number, not a date
        return read

    def _of_year(self, year: int | None, month: str | None, day: str | None) -> tuple[str | None, Precision] | None:
        if month is None:
            return (None if year is None else str(year)), "year"
        number = _small(month)
        if not 1 <= number <= 12:
            return None
        self.month = None if year is None else (year, number)
        if day is None:
            return (None if year is None else f"{year}-{number:02d}"), "month"
        return (None if year is None else _day(year, number, _small(day))), "day"

    def _bare_day(self, day: int) -> tuple[str | None, Precision] | None:
        """4月17日至18日: a day takes the month that was written last, if any."""
        if not 1 <= day <= 31:
            return None
        return (_day(*self.month, day) if self.month else None), "day"

    def _year_of(self, month: int) -> int | None:
        if self.year is not None:
            return self.year
        if self.today is None or not 1 <= month <= 12:
            return None
        apart = month - self.today.month
        return self.today.year + (-1 if apart > 6 else 1 if apart < -6 else 0)

    def _relative_month(self, word: str, day: str | None) -> tuple[str | None, Precision]:
        if self.today is None or word not in _REL_MONTH:
            return None, "day" if day else "month"
        months = self.today.year * 12 + self.today.month - 1 + _REL_MONTH[word]
        year, month = divmod(months, 12)
        if day:
            return _day(year, month + 1, _small(day)), "day"
        return f"{year}-{month + 1:02d}", "month"

    def _relative_day(self, part: dict[str, str | None]) -> str | None:
        if self.today is None:
            return None
        if part["rel_day"]:
            return (self.today + dt.timedelta(days=_REL_DAY[part["rel_day"]])).isoformat()
        weekday = _WEEKDAY[part["weekday"] or "一"]
        monday = self.today - dt.timedelta(days=self.today.weekday())
        if part["week"]:
            return (monday + dt.timedelta(days=_WEEK[part["week"]] + weekday)).isoformat()
        return None
