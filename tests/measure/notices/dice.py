"""What the templates draw from: products, days, figures and contracts, from a seeded source."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from assets.text.products import PRODUCTS

__all__ = ["SHORT", "Day", "Dice", "Notice", "Product", "Template", "chinese", "draw", "fact", "notice"]

_T = TypeVar("_T")
SHORT = {
    "上海期货交易所": "上期所", "上海国际能源交易中心": "上期能源", "大连商品交易所": "大商所",
    "郑州商品交易所": "郑商所", "广州期货交易所": "广期所", "中国金融期货交易所": "中金所",
}  # fmt: skip
_BROKERS = ("澄原期货", "云岫期货", "栖桥期货", "朔方期货", "岚川期货", "汀洲期货")
_MEDIA = ("盘后闲话", "早知期讯", "期市速览站", "老李看盘", "合约快报网")
_STYLES = ("md", "pipe", "tab", "blank")
_WEEK = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"
#: Days that the templates leave out, because markets rest on them in most years.
_REST = {(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)}


@dataclass(frozen=True)
class Product:
    """One product of the list: name, code, exchange."""

    name: str
    code: str
    exchange: str


@dataclass(frozen=True)
class Day:
    """A weekday, and the ways in which a notice writes it."""

    date: dt.date

    @property
    def iso(self) -> str:
        return self.date.isoformat()

    @property
    def full(self) -> str:
        return f"{self.date.year}年{self.short}"

    @property
    def short(self) -> str:
        return f"{self.date.month}月{self.date.day}日"

    @property
    def week(self) -> str:
        return _WEEK[self.date.weekday()]

    @property
    def words(self) -> str:
        year = "".join("〇一二三四五六七八九"[int(one)] for one in str(self.date.year))
        return f"{year}年{chinese(self.date.month)}月{chinese(self.date.day)}日"


@dataclass
class Notice:
    """A notice with the facts that it states, as `extract_facts` should give them."""

    form: str
    title: str
    text: str
    published: str
    publisher: str | None
    facts: list[dict[str, Any]] = field(default_factory=list)


Template = Callable[["Dice"], Notice]


def chinese(number: int) -> str:
    """Write a whole number below 10,000 in Chinese numerals."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number % 10] if number % 10 else "")
    for base, word in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= base:
            rest = number % base
            gap = "零" if rest and rest < base // 10 else ""
            more = chinese(rest) if rest else ""
            more = f"一{more}" if more.startswith("十") else more
            return _DIGITS[number // base] + word + gap + more
    return _DIGITS[number]


class Dice:
    """A seeded source of everything that a template leaves open."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.today = self._weekday(dt.date(2025, 1, 1) + dt.timedelta(days=self.random.randrange(3000)))

    def x(self, *options: _T) -> _T:
        """Pick one."""
        return self.random.choice(options)

    def _weekday(self, day: dt.date) -> dt.date:
        while day.weekday() > 4 or (day.month, day.day) in _REST:
            day += dt.timedelta(days=1)
        return day

    @property
    def published(self) -> Day:
        return Day(self.today)

    def day(self, least: int = 2, most: int = 9) -> Day:
        """Return a weekday some days after the publication, in its year where that is possible."""
        found = self._weekday(self.today + dt.timedelta(days=self.random.randint(least, most)))
        if found.year != self.today.year:
            self.today = self._weekday(self.today - dt.timedelta(days=60))
            return self.day(least, most)
        return Day(found)

    def later(self, day: Day, least: int = 5, most: int = 12) -> Day:
        """Return a weekday after another day."""
        return Day(self._weekday(day.date + dt.timedelta(days=self.random.randint(least, most))))

    def before(self, day: Day) -> Day:
        """Return the weekday before a day."""
        found = day.date - dt.timedelta(days=1)
        while found.weekday() > 4:
            found -= dt.timedelta(days=1)
        return Day(found)

    def exchange(self, *names: str) -> str:
        """Return an exchange in full, one of those named or any that lists commodities."""
        return self.x(*(names or tuple(SHORT)[:5]))

    def products(self, count: int, exchange: str) -> list[Product]:
        """Return different products of an exchange, without options."""
        have = [
            Product(one.name, one.code, one.exchange or "")
            for one in PRODUCTS.values()
            if one.exchange == exchange and not one.name.endswith("期权") and one.code.isalpha()
        ]
        return self.random.sample(have, count)

    def options(self, count: int, exchange: str) -> list[Product]:
        """Return different option products of an exchange."""
        have = [
            Product(one.name, one.code.removesuffix("_O"), exchange)
            for one in PRODUCTS.values()
            if one.exchange == exchange and one.name.endswith("期权")
        ]
        return self.random.sample(have, count)

    def months(self, count: int, *, gap: int = 1) -> list[str]:
        """Return delivery months (YYMM) in order, within two years after the publication."""
        first = self.today.year * 12 + self.today.month + self.random.randint(1, 5)
        picked = [first]
        while len(picked) < count:
            picked.append(picked[-1] + self.random.randint(1, 1 + gap))
        return [f"{(one - 1) // 12 % 100:02d}{(one - 1) % 12 + 1:02d}" for one in picked]

    def pct(self, count: int = 1) -> list[str]:
        """Return different percentages, a half now and then."""
        return self._pick([*(str(one) for one in range(5, 23)), "7.5", "8.5", "11.5"], count)

    def yuan(self, count: int = 1) -> list[str]:
        """Return different small amounts."""
        return self._pick([*(str(one) for one in range(1, 21)), "0.5", "1.5", "2.5", "0.2", "3.5", "30"], count)

    def share(self, count: int = 1) -> list[str]:
        """Return different small rates."""
        return self._pick(
            ["0.1", "0.2", "0.5", "0.6", "0.8", "1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "0.25"], count
        )

    def hands(self, count: int = 1) -> list[str]:
        """Return different counts of lots."""
        return self._pick(
            [str(one) for one in (50, 80, 100, 150, 200, 300, 500, 800, 1000, 1200, 1500, 2000, 3000, 6000)], count
        )

    def points(self, count: int = 1) -> list[str]:
        """Return different numbers of percentage points."""
        return self._pick(["1", "2", "3", "4", "5", "1.5", "2.5", "0.5"], count)

    def broker(self) -> str:
        return self.x(*_BROKERS)

    def medium(self) -> str:
        return self.x(*_MEDIA)

    def date(self, day: Day) -> str:
        """Write a day in full, with its weekday now and then."""
        return self.x(day.full, day.full, f"{day.full}（星期{day.week}）", f"{day.full}（周{day.week}）", day.short)

    def settle(self, day: Day) -> str:
        """Write a moment at settlement."""
        return f"自{self.date(day)}{self.x('收盘结算时', '结算时', '收盘结算时', '日终结算时')}起"

    def trade(self, day: Day) -> str:
        """Write a moment at the beginning of trading."""
        return f"自{self.date(day)}{self.x('交易时', '交易时', '', '起始交易时')}起".replace("起始交易时", "交易时")

    def greet(self) -> str:
        return self.x("", "各有关单位：\n", "各会员单位：\n", "各会员单位、有关单位：\n")

    def why(self) -> str:
        return self.x(
            "", "", "经研究决定，", "根据市场情况，", "为防范市场风险，", "根据《风险控制管理办法》有关规定，"
        )

    def close(self) -> str:
        return self.x("", "\n特此通知。", "\n请各会员单位做好相关准备工作。", "\n请投资者注意控制风险，理性参与交易。")

    def _pick(self, have: Sequence[str], count: int) -> list[str]:
        return self.random.sample(list(have), count)


def fact(
    product: str | None,
    item: str,
    new: str | None,
    unit: str | None,
    *,
    old: str | None = None,
    scope: str = "all",
    months: Sequence[str] = (),
    on: Day | None = None,
    point: str | None = None,
    until: Day | None = None,
    who: str | None = None,
    level: str | None = None,
    at: str = "",
) -> dict[str, Any]:
    """Return a fact; `at` is a piece of the text that its citation must touch."""
    return {
        "product": product, "item": item, "new": new, "unit": unit, "old": old, "scope": scope,
        "contracts": list(months), "effective_date": on and on.iso, "effective_point": point,
        "until_date": until and until.iso, "issuer": who, "issuer_level": level, "at": at,
    }  # fmt: skip


def notice(
    dice: Dice,
    form: str,
    text: str,
    facts: list[dict[str, Any]],
    *,
    issuer: str,
    title: str = "",
    publisher: str | None = "",
    level: str = "exchange",
) -> Notice:
    """Return a notice; facts without an issuer are its publisher's."""
    for one in facts:
        one["issuer"] = one["issuer"] or issuer
        one["issuer_level"] = one["issuer_level"] or level
    owner = issuer if publisher == "" else publisher
    return Notice(form, title or "关于有关事项的通知", text, dice.published.iso, owner, facts)


def draw(d: Dice, rows: list[list[str]], style: str = "") -> str:
    """Write rows as a table in one of the usual styles."""
    style = style or d.x(*_STYLES)
    if style == "md":
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, f"|{'|'.join(['---'] * len(rows[0]))}|")
    elif style == "pipe":
        lines = [" | ".join(row) for row in rows]
    elif style == "tab":
        lines = ["\t".join(row) for row in rows]
    else:
        lines = ["   ".join(row) for row in rows]
    return "\n".join(lines)
