"""What a query names: contracts in every spelling of them, and days.

原油2406, SC2406 and sc2406 are one contract, and 上周五 is a day where it is said from which day on. What is found is
searched for beside the query as it stands, never in its place. No polars here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.text.dates import DateMention, find_dates
from assets.text.products import Product, contract_month, product_by_name

__all__ = ["Understood", "understand"]

#: Digits that may be a delivery month; figures with a unit, years and days are none.
_DIGITS = re.compile(r"(?<![\d.])\d{3,4}(?![\d年月日号.%％元吨点手条届第]|,\d)")
_LETTERS = re.compile(r"[A-Za-z]{1,6}[\s\-_]?$")
_HAN = re.compile(r"[\u4e00-\u9fff]{1,10}[\s\-_]?$")
#: The exchange whose contracts are written with one digit of the year.
_SHORT_YEARS = "郑州商品交易所"
_PARTICLES = " 　,，、的在于：:"
#: Other spellings looked for at most.
_MOST = 4


@dataclass(frozen=True)
class Understood:
    """A query in the other spellings of its contracts and days; its days (ISO); and what is left without the days."""

    spellings: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    rest: str = ""


def understand(query: str, today: str | None = None) -> Understood:
    """Read what a query names.

    Args:
        query: As a person wrote it.
        today: Day (ISO) from which 上周五 counts and whose year a bare 4月18日 has; None: such days are not guessed.
    """
    dates = [date for date in find_dates(query, today) if date.precision == "day" and date.value is not None]
    spellings = _contracts(query, int(today[:4]) if today else None)
    spellings += [_with_dates(query, dates, form) for form in ("{m}月{d}日", "{y}年{m}月{d}日", "{y}-{m:02d}-{d:02d}")]
    others = tuple(dict.fromkeys(one for one in spellings if one != query))[:_MOST]
    rest = _with_dates(query, dates, "").strip(_PARTICLES) if dates else ""
    return Understood(others, tuple(dict.fromkeys(str(date.value) for date in dates)), rest)


def _contracts(query: str, year: int | None) -> list[str]:
    """The query with all its contracts by code, by name, and with the short year of its exchange."""
    found = []
    for digits in _DIGITS.finditer(query):
        named = _named_before(query[: digits.start()])
        if named is None:
            continue
        product, start = named
        month = contract_month(f"{product.code}{digits.group()}", year_hint=year)
        if month is not None:
            found.append((start, digits.end(), product, month))
    if not found:
        return []
    forms = ["code", "name"]
    if any(product.exchange == _SHORT_YEARS for _, _, product, _ in found):
        forms.append("short")
    return [_respelt(query, found, form) for form in forms]


def _named_before(text: str) -> tuple[Product, int] | None:
    """The product whose code or name ends a text, the longest one, and where it begins."""
    letters = _LETTERS.search(text)
    if letters is not None:
        product = product_by_name(letters.group().rstrip(" -_"))
        return None if product is None else (product, letters.start())
    run = _HAN.search(text)
    for start in range(run.start(), run.end()) if run is not None else ():
        product = product_by_name(text[start:].rstrip(" -_"))
        if product is not None:
            return product, start
    return None


def _respelt(query: str, found: list[tuple[int, int, Product, str]], form: str) -> str:
    for start, end, product, month in reversed(found):
        code = product.code.partition("_")[0]
        short = form == "short" and product.exchange == _SHORT_YEARS
        written = product.name + month if form == "name" else code + (month[1:] if short else month)
        query = query[:start] + written + query[end:]
    return query


def _with_dates(query: str, dates: list[DateMention], form: str) -> str:
    for date in reversed(dates):
        year, month, day = (int(part) for part in str(date.value).split("-"))
        query = query[: date.start] + form.format(y=year, m=month, d=day) + query[date.end :]
    return query
