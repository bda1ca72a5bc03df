"""Publication moments: reading one that is given, finding one that a document states.

A moment is never guessed: what names no year, month and day is none.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass

__all__ = ["Moment", "find_name_date", "find_stated_date", "parse_moment"]

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
#: Years that a date found in a text or a name may have; what is given as `published` is only checked for being a date.
YEARS = range(1949, 2101)
_DAY = r"(?P<y>\d{4})\s*(?:[-/.]|年)\s*(?P<m>\d{1,2})\s*(?:[-/.]|月)\s*(?P<d>\d{1,2})\s*日?"
_TIME = r"(?:[\sT]*(?P<H>\d{1,2})[:：](?P<M>\d{2})(?:[:：](?P<S>\d{2})(?:\.\d+)?)?)?"
_WRITTEN = re.compile(_DAY + _TIME)
_NAME = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?:(?P<sep>[-_.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日|(?P<m3>\d{2})(?P<d3>\d{2}))(?!\d)"
)
_LABEL = re.compile(
    r"(?:发布时间|發布時間|发布日期|發布日期|发表时间|发表日期|发文日期|印发日期|更新时间|公布日期|时间|日期|published|date)\s*[:：]\s*"
    + _DAY
    + _TIME,
    re.IGNORECASE,
)
#: A line that is a date and nothing else but a weekday, or a short head line that names where a text comes from.
_ALONE = re.compile(r"[\s（(]*" + _DAY + _TIME + r"\s*(?:(?:星期|周)[一二三四五六日天])?[\s）)]*")
_HAN_DAY = re.compile(
    r"\s*(?P<y>[〇○零一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,3})月(?P<d>[一二三四五六七八九十]{1,3})日\s*"
)
_HEAD_LINE = re.compile(r"来源|來源|记者|記者|作者|编辑|編輯|研究员|分析师")
_SENTENCE = re.compile(r"[。，；！？]")
#: Words beside a day that say what happens on it, not when the text was published.
_EVENT = re.compile(r"自|起|至|截至|截止|通过|通過|修订|修正|施行|实施|生效|执行|期间|休市")
_HAN_DIGITS = {"〇": 0, "○": 0, "零": 0, **{digit: n for n, digit in enumerate("一二三四五六七八九", 1)}}


@dataclass(frozen=True)
class Moment:
    """A publication moment: ISO 8601 (zone +08:00 where a time stands without one), and its day in Asia/Shanghai."""

    published: str
    day: str


def parse_moment(value: str) -> Moment | None:
    """Read a given moment: ISO 8601, or a day written with slashes, dots or 年月日; None where it is no date."""
    given = value.strip()
    try:
        if len(given) <= 10 and "T" not in given:
            return _moment_of_day(dt.date.fromisoformat(given))
        moment = dt.datetime.fromisoformat(given)
    except ValueError:
        found = _WRITTEN.fullmatch(given)
        return _moment_of_match(found) if found else None
    if moment.tzinfo is None:
        return _moment_of_time(moment)
    try:
        day = moment.astimezone(SHANGHAI).date()
    except OverflowError:
        return None
    return Moment(given.replace(" ", "T", 1), day.isoformat())


def find_stated_date(text: str) -> Moment | None:
    """Find the publication date that a text states about itself.

    A labelled date (发布时间：…) in the head comes first, then a head line that is a date, names a source beside one or
    ends with one, then a closing line that is nothing but a date, as notices are signed.
    """
    head = [line for line in (raw.strip() for raw in text[:4000].split("\n")) if line]
    closing = [line for line in (raw.strip() for raw in text[-600:].split("\n")) if line]
    labelled = (_found(_LABEL.search(line[:200])) for line in head[:15])
    stated = (_head_date(line, is_first=place == 0) for place, line in enumerate(head[:6]))
    signed = (_found(_ALONE.fullmatch(line)) or _han_date(line) for line in reversed(closing[-8:]))
    return next((moment for moment in itertools.chain(labelled, stated, signed) if moment), None)


def find_name_date(name: str) -> Moment | None:
    """Find the day that a file name carries (2024-04-18, 20240418, 2024年4月18日); the last one where there are more."""
    days = [moment for moment in map(_found_in_name, _NAME.finditer(name)) if moment]
    return days[-1] if days else None


def _head_date(line: str, *, is_first: bool) -> Moment | None:
    """Return the date of a line in the head; the first line is the title, whose dates are its subject."""
    alone = _found(_ALONE.fullmatch(line))
    if alone or len(line) > 60 or is_first or _SENTENCE.search(line):
        return alone
    found = _WRITTEN.search(line)
    if found is None or (not _HEAD_LINE.search(line) and (found.end() < len(line) or _EVENT.search(line))):
        return None
    return _found(found)


def _found(found: re.Match[str] | None) -> Moment | None:
    return _moment_of_match(found) if found and int(found["y"]) in YEARS else None


def _found_in_name(found: re.Match[str]) -> Moment | None:
    month, day = (found["m"] or found["m2"] or found["m3"]), (found["d"] or found["d2"] or found["d3"])
    if int(found["y"]) not in YEARS:
        return None
    try:
        return _moment_of_day(dt.date(int(found["y"]), int(month), int(day)))
    except ValueError:
        return None


def _moment_of_match(found: re.Match[str]) -> Moment | None:
    try:
        day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["H"] is None:
            return _moment_of_day(day)
        time = dt.time(int(found["H"]), int(found["M"]), int(found["S"] or 0))
    except ValueError:
        return None
    return _moment_of_time(dt.datetime.combine(day, time))


def _moment_of_day(day: dt.date) -> Moment:
    return Moment(day.isoformat(), day.isoformat())


def _moment_of_time(moment: dt.datetime) -> Moment:
    return Moment(moment.replace(tzinfo=SHANGHAI).isoformat(), moment.date().isoformat())


def _han_date(line: str) -> Moment | None:
    found = _HAN_DAY.fullmatch(line)
    if not found:
        return None
    year = int("".join(str(_HAN_DIGITS[digit]) for digit in found["y"]))
    try:
        return (
            _moment_of_day(dt.date(year, _han_number(found["m"]), _han_number(found["d"]))) if year in YEARS else None
        )
    except ValueError:
        return None


def _han_number(numeral: str) -> int:
    """Read 一 to 三十一."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _HAN_DIGITS.get(numeral, 0)
    return 10 * (_HAN_DIGITS.get(tens, 0) if tens else 1) + (_HAN_DIGITS.get(ones, 0) if ones else 0)
