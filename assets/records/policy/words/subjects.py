"""What a rule is about: products and contract scopes, as notices write them.

Works on view text. A product keeps the name that the notice gives it, without 期货; nicknames of the market (沪镍) take
the official one.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from assets.text.products import PRODUCTS

__all__ = [
    "ALL_PRODUCTS",
    "Scope",
    "Subject",
    "code_product",
    "find_contracts",
    "find_products",
    "home_products",
]

ALL_PRODUCTS = "全部品种"
_HOME = {
    "上海期货交易所", "上海国际能源交易中心", "大连商品交易所", "郑州商品交易所", "广州期货交易所", "中国金融期货交易所",
}  # fmt: skip
#: Products and older names that notices use and the list of products does not hold.
_MORE = (
    "黄大豆1号", "黄大豆2号", "液化天然气", "铸造铝合金", "胶版印刷纸", "双胶纸", "生丝", "燃料油", "尿素", "原木", "丙烯", "纯苯", "乙醇",
    "国债", "股指", "成品油", "电力", "钢坯", "氢氧化锂", "20号胶", "2年期国债", "5年期国债", "10年期国债", "30年期国债", "热轧卷板",
)  # fmt: skip
_NICKNAME = re.compile(r"^(?:沪|郑|连)(?=[\u4e00-\u9fff]{1,2}$)|^上海(?=原油|金)|^伦|^美")
_SEP = r"(?:、|和|及|与|以及|,|/)"
_AFTER = rf"(?=期货|期权|合约|品种|等|主力|[A-Za-z]{{1,2}}\d{{3,4}}|\d{{4}}(?:合约|、|至|-)|{_SEP}|两|三|各|的?(?:交易)?保证金|的?手续费|的?涨跌停|锭|每手|每吨|:|\(|$|\||由|调整|上调|下调|为|的(?:朋友|投资者|客户|人)|成交|货物|入库|出库|标准仓单|指定|交割|仓储|[。;\d]|均)"
_BEFORE = r"(?:^|(?<![\u4e00-\u9fff])|(?<=[、和及与对将于在的自从把起外中括收据他余各为即司到库做炒买是按使令让给或因就本含所下述])|(?<=以及)|(?<=沪))"


@dataclass(frozen=True)
class Scope:
    """Which contracts: all, list, all_but, new_only or range, with the months (YYMM) that it names."""

    kind: str = "all"
    months: tuple[str, ...] = ()


@dataclass
class Subject:
    """A product (None: inherit) with its contract scope (None: inherit or all)."""

    product: str | None = None
    scope: Scope | None = None
    is_open: bool = field(default=False)


@cache
def home_products() -> dict[str, str]:
    """Names under which notices speak of a product, and the name that a fact gives it."""
    names: dict[str, str] = {name: name for name in _MORE}
    for one in PRODUCTS.values():
        if one.exchange not in _HOME or one.name.endswith("期权"):
            continue
        for name in (one.name, *one.aliases):
            shown = one.name if _NICKNAME.match(name) else name
            names.setdefault(name.replace("（", "(").replace("）", ")"), shown)
    names |= {name: f"{name}股指" for name in ("沪深300", "上证50", "中证500", "中证1000")}
    for years, written in (("2", "二"), ("2", "两"), ("5", "五"), ("10", "十"), ("30", "三十")):
        names |= {f"{years}年期": f"{years}年期国债", f"{written}年期国债": f"{years}年期国债"}
    return {name: shown for name, shown in names.items() if not re.fullmatch(r"[A-Z]{1,2}|期指IF|.*主力", name)}


@cache
def _product_pattern() -> re.Pattern[str]:
    names = sorted(home_products(), key=lambda name: (-len(name), name))
    long = "|".join(re.escape(name) for name in names if len(name) > 1)
    short = "|".join(name for name in names if len(name) == 1)
    return re.compile(
        rf"(?P<name>(?:{long})|{_BEFORE}(?:{short}){_AFTER}|(?:{short})(?=期货|期权)|(?<![A-Za-z])[A-Z]{{1,2}}(?=期货|期权))"
        r"(?P<kind>期货(?:和|及|与|、|以及)期权|期权|期货期权|期货)?"
    )


@cache
def _codes() -> dict[str, str]:
    return {
        one.code: one.name
        for one in PRODUCTS.values()
        if one.exchange in _HOME and re.fullmatch(r"[A-Z]{1,2}", one.code)
    }


def code_product(code: str) -> str | None:
    """Return the product of a contract code in any case (SC, ni, Sl as an OCR engine writes SI), or None."""
    upper = code.upper()
    if upper not in _codes() and code.endswith("l"):
        upper = code[:-1].upper() + "I"
    return _codes().get(upper)


def find_products(text: str) -> list[tuple[int, int, list[str]]]:
    """Find the products of a sentence or cell: start, end and names; options carry 期权.

    铜、锌期权 names two options; 豆粕期货和期权 names a future and its option.
    """
    found: list[tuple[int, int, str, str | None]] = []
    for match in _product_pattern().finditer(text):
        if (
            text[match.end() : match.end() + 2] in ("交易", "市场")
            and match["kind"]
            and text[match.end() : match.end() + 3] in ("交易所", "交易中")
        ):
            continue
        if re.match(r"(?:有限|股份)?公司", text[match.end() :]) and match["kind"] == "期货":
            continue
        name = home_products().get(match["name"]) or code_product(match["name"])
        if name is not None:
            found.append((match.start(), match.end(), name, match["kind"]))
    kinds = _shared_kinds(text, found)
    return [(start, end, _named(name, kind)) for (start, end, name, _), kind in zip(found, kinds, strict=True)]


def _shared_kinds(text: str, found: list[tuple[int, int, str, str | None]]) -> list[str | None]:
    """Give each product the kind that stands at the end of its list: 铜、锌期权."""
    kinds = [kind for _, _, _, kind in found]
    for at in range(len(found) - 2, -1, -1):
        if kinds[at] is None and re.fullmatch(_SEP, text[found[at][1] : found[at + 1][0]]):
            kinds[at] = kinds[at + 1]
    return kinds


def _named(name: str, kind: str | None) -> list[str]:
    if kind is None or kind == "期货" or name.endswith("期权"):
        return [name]
    return [name, f"{name}期权"] if len(kind) > 4 else [f"{name}期权"]


_LIST_SEP = r"(?:合约)?(?:、|,|和|及|与|以及|/|\+)(?:在)?"
_RUN = re.compile(
    rf"(?:[A-Za-z]{{1,2}}-?)?\d{{3,4}}(?:{_LIST_SEP}(?:[A-Za-z]{{1,2}}-?)?\d{{3,4}}(?!\d|\.|%|元|手(?!续)|年))*(?![\d.%年]|元|手(?!续)|吨|万|个百分|,\d)"
)
_TO = re.compile(r"^(?:合约)?(?:至|到|-+|—+)(?:[A-Za-z]{1,2}-?)?(\d{4})(?![\d.%年元]|手(?!续))")
_TOKEN = re.compile(r"([A-Za-z]{1,2})?-?(\d{4}|\d{3})")


def _month(digits: str, year: int | None) -> str | None:
    if len(digits) == 3:
        base = year or 2024
        near = min(range(base - 3, base + 7), key=lambda one: (one % 10 != int(digits[0]), abs(one - base)))
        digits = f"{near % 100:02d}{digits[1:]}"
    return digits if "01" <= digits[2:] <= "12" else None


@dataclass(frozen=True)
class Contracts:
    """A run of contracts in a sentence: where, which (code, month), and whether it is a range or open to the right."""

    start: int
    end: int
    named: tuple[tuple[str | None, str], ...]
    kind: str


def find_contracts(text: str, year: int | None) -> list[Contracts]:
    """Find runs of contracts: lists, ranges (2506至2512), and open ranges (自2409合约起, 2409及以后合约)."""
    found: list[Contracts] = []
    at = 0
    while (match := _RUN.search(text, at)) is not None:
        at = match.end()
        if match.start() and re.match(r"[\d.A-Za-z]", text[match.start() - 1]):
            continue
        named = [(code or None, _month(digits, year)) for code, digits in _TOKEN.findall(match.group())]
        months = [(code, month) for code, month in named if month is not None]
        if len(months) != len(named) or not _is_contract(text, match, has_code=any(code for code, _ in named)):
            continue
        start, end, kind = match.start(), match.end(), "list"
        to = _TO.match(text[end:])
        if to is not None and len(months) == 1 and (last := _month(to[1], year)) is not None:
            months.append((None, last))
            end, kind = end + to.end(), "range"
        word = re.match(r"(?:等)?[一二两三四五六七八九十\d]{0,2}个?(?:期货|期权)?合约", text[end:])
        end += word.end() if word else 0
        onward = re.match(
            r"(?:\(含\))?(?:起|开始|(?:及|和)?(?:其)?(?:以后|之后|后续|以远)(?:月份|各|的|挂牌|上市)*合约)", text[end:]
        )
        if (
            kind == "list"
            and len(months) == 1
            and onward
            and (onward.group() not in ("起", "开始") or text[start - 1 : start] in ("自", "从"))
        ):
            end, kind = end + onward.end(), "range"
        found.append(Contracts(start, end, tuple(months), kind))
        at = end
    return found


def _is_contract(text: str, match: re.Match[str], *, has_code: bool) -> bool:
    """Tell four figures that name a month from any other number."""
    after, before = text[match.end() :], text[: match.start()]
    if re.match(
        r"(?:等)?[一二两三四五六七八九十]{0,2}个?(?:期货|期权)?合约|(?:至|到|-+)(?:[A-Za-z]{1,2})?\d{4}(?:合约|[,、和及])?|(?:及|和)(?:以后|之后|后续)|(?:除外)",
        after,
    ):
        return True
    return (
        has_code
        or re.search(r"(?:期货|期权|合约):?$", before) is not None
        or any(end == len(before) for _, end, _ in find_products(before[-12:] + "合约") if end == len(before[-12:]))
        or re.fullmatch(r"[\d、,和及/]+", text) is not None
    )
