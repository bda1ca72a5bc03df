"""What a question is about: products, contracts and days, read from its words.

A day without its year is read in the year of the newest day that the home knows, and the reading is shown; nothing here
looks at a clock. Which records answer is decided in policy.py and market.py.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from assets.text.dates import DateMention, find_dates
from assets.text.folding import fold
from assets.text.products import PRODUCTS, Product, contract_month, product_by_name

__all__ = ["Subject", "read_subject"]

#: A name of one character is a product only beside a word of the market.
_BESIDE = re.compile(
    r"^(?:期货|期权|合约|主力|\d{4}|\d{1,2}月|[在从]|的?(?:交易)?(?:保证金|涨跌|手续费|收盘|结算|开盘|成交|持仓|价格|行情|限仓|最高|最低|涨|跌))"
)
_GAP = re.compile(r"(?<=[A-Za-z0-9０-９])\s+(?=[A-Za-z0-9０-９])")
_CODE = re.compile(r"(?<![a-z0-9.])([a-z]{1,3})[,\-_]?(\d{3,4})(?![\d年月日号%.])")
_MONTH = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2]))(?=合约|$|[^\d年月日号%.元手吨点倍个])")
_TOKEN = re.compile(r"(?<![A-Za-z0-9.=])[A-Za-z0-9]{1,8}(?:[.=][A-Za-z]{1,4})?(?![A-Za-z0-9.=])")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_BETWEEN = re.compile(r"^[\s（()）]*(?:至|到|~|～|—|－|-|–)[\s（()）]*$")
_SINCE = re.compile(r"^[\s）)]*(?:以来|之后|以后|起|后至今|至今)")
_WEEK = re.compile(r"(本|这|上)(?:一|个)?(?:周|星期|礼拜)(?![一二三四五六日天末])")
_LAST = re.compile(r"(?:最近|近|过去)([0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?:个)?(?:交易)?[日天]")
_HAN = {digit: value for value, digit in enumerate("〇一二三四五六七八九十")} | {"两": 2}
_DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Subject:
    """Products, contract months (YYMM), other symbols and days of a question.

    `span` is a period by its first and last day, either open; `last_days` counts trading days back from the newest.
    `inferred` says in words how a day was read that the question does not write out.
    """

    products: tuple[Product, ...] = ()
    months: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    span: tuple[str | None, str | None] | None = None
    last_days: int | None = None
    inferred: str | None = None
    #: A product that a contract's letters name, though nobody lists it: XX2406.
    unknown_codes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no product and no contract is named."""
        return not (self.products or self.months)


def read_subject(question: str, anchor: str | None) -> Subject:
    """Read what a question is about.

    Args:
        question: As a person wrote it, references resolved.
        anchor: Newest day that the home knows (ISO); None where there is none, then days need their year.
    """
    text = _COMPACT.sub(r"\1-\2-\3", question)
    # Blanks go when a text is folded; between figures and letters they part what belongs to different things.
    folded = fold(_GAP.sub(",", text))
    products: dict[str, Product] = {}
    months: dict[str, None] = {}
    unknown: dict[str, None] = {}
    year = int(anchor[:4]) if anchor else None
    rest = folded
    for match in _CODE.finditer(folded):
        product = product_by_name(match[1])
        month = contract_month(f"{match[1]}{match[2]}", year_hint=year)
        if product is None:
            unknown[match.group().upper()] = None
        elif month is not None:
            products[product.code] = product
            months[month] = None
            rest = rest.replace(match.group(), " " * len(match.group()), 1)
    for product in _named(rest):
        products.setdefault(product.code, product)
    if products:
        months |= dict.fromkeys(match[1] for match in _MONTH.finditer(rest))
    days, span, inferred = _read_days(text, anchor)
    last = _LAST.search(folded)
    tokens = tuple(dict.fromkeys(match.group() for match in _TOKEN.finditer(text) if not match.group().isdigit()))
    return Subject(
        tuple(products.values()), tuple(months), tokens, days, span, _count(last[1]) if last else None, inferred,
        tuple(unknown),
    )  # fmt: skip


@cache
def _names() -> tuple[dict[str, Product], int]:
    names: dict[str, Product] = {}
    for product in PRODUCTS.values():
        for name in (product.name, *product.aliases):
            names.setdefault(fold(name), product)
    return names, max(map(len, names))


def _named(folded: str) -> Iterator[Product]:
    """Products by the longest name at each place; letters must stand alone."""
    names, longest = _names()
    at = 0
    while at < len(folded):
        for size in range(min(longest, len(folded) - at), 0, -1):
            name = folded[at : at + size]
            product = names.get(name)
            if product is None or not _stands(folded, at, at + size, name):
                continue
            yield product
            at += size
            break
        else:
            at += 1


def _stands(folded: str, start: int, end: int, name: str) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if name.isascii():
        return not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha())
    return len(name) > 1 or _BESIDE.search(folded[end:]) is not None


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN.get(text, 1)
    return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN.get(ones, 0) if ones else 0)


def _read_days(
    text: str, anchor: str | None
) -> tuple[tuple[str, ...], tuple[str | None, str | None] | None, str | None]:
    """Days, a period, and how they were read."""
    found = [one for one in find_dates(text, anchor) if one.value]
    inferred = _say_inferred(found, anchor)
    for one, two in pairwise(found):
        if _BETWEEN.match(text[one.end : two.start]):
            ends = sorted((_first_day(one), _last_day(two)))
            return (), (ends[0], ends[1]), inferred
    week = _WEEK.search(text)
    if week and anchor:
        monday = dt.date.fromisoformat(anchor)
        monday -= dt.timedelta(days=monday.weekday() + (_DAYS_OF_WEEK if week[1] == "上" else 0))
        said = f"“{week.group()}”按资料所及的最新一日{anchor}理解"
        return (), (monday.isoformat(), (monday + dt.timedelta(days=_DAYS_OF_WEEK - 1)).isoformat()), said
    for one in found:
        if _SINCE.match(text[one.end :]):
            return (), (_first_day(one), None), inferred
    days = tuple(dict.fromkeys(one.value for one in found if one.precision == "day" and one.value))
    if not days and found:
        return (), (_first_day(found[0]), _last_day(found[0])), inferred
    return days, None, inferred


def _say_inferred(found: list[DateMention], anchor: str | None) -> str | None:
    """Say how a day was read whose year the question does not write."""
    short = [one for one in found if one.precision != "year" and (one.value or "")[:4] not in fold(one.surface)]
    if not short or anchor is None:
        return None
    return "；".join(f"“{one.surface}”按资料所及的最新一日{anchor}理解为{one.value}" for one in short)


def _first_day(one: DateMention) -> str:
    value = one.value or ""
    return value + {"day": "", "month": "-01", "year": "-01-01"}[one.precision]


def _last_day(one: DateMention) -> str:
    value = one.value or ""
    if one.precision == "day":
        return value
    if one.precision == "year":
        return f"{value}-12-31"
    year, month = (int(part) for part in value.split("-"))
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return (following - dt.timedelta(days=1)).isoformat()
