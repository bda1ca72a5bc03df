"""Products and contracts in running text."""

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache

from assets.records.mentions.model import Mention, Taken, trie_pattern
from assets.text.products import PRODUCTS, contract_month, fold_name, product_by_name

__all__ = ["find_contracts", "find_products"]

#: Beside these a name of one character (铜) or an everyday word (苹果) is the product.
_MARKET_AFTER = (
    r"(?:期货|期权|期价|合约|主力|现货|价|库存|仓单|矿|精矿|锭|材|市场?|加工费|多头|空头|板块|产量|需求|供应|进口|出口|冶炼|升水|贴水|基差"
    r"|收|涨|跌|走|震荡|反弹|回落|上涨|下跌|高开|低开|大涨|大跌|夜盘|盘面)"
)
_MARKET_BEFORE = r"(?<=[期、])|(?<=精炼|电解|现货|主力|做多|做空|看多|看空)"
_EVERYDAY = frozenset({"苹果", "塑料", "玻璃", "淀粉", "橡胶", "鸡蛋", "花生", "原木", "红枣", "菜籽", "热轧"})
#: Two letters or fewer name a product only beside these.
_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})(?=主力|期货|合约|期权|连续|加权)")
_LETTERS = re.compile(
    r"(?<![A-Za-z0-9_])([A-Za-z]{1,2})[-_ ]?(\d{4}|\d{3})(-?[CPcp]-?\d{2,6})?(?![\dA-Za-z%]|\.\d|元|点|吨|手|年|万|亿)"
)
_BARE = re.compile(
    r"(?<![\dA-Za-z.])(?:(?:主力|次主力|近月|远月)(?:合约)?)?(\d{4})(?:合约|主力)|(?:主力|次主力)合约?(\d{4})(?![\d元点吨手年万亿.])"
)
#: The contract of which most is traded, named without its month.
_MAIN = re.compile(
    r"(?:(?:次主力|主力|近月|远月)(?:连续)?合约|(?<=[^不])主力(?=收|开|报|涨|跌|上涨|下跌|走|高开|低开|震荡|反弹|回落|夜盘|尾盘|午后))(?!\d|间|价差)"
)
_STRIKE = re.compile(r"-?([CPcp])-?(\d+)")
_LETTER_CODE = re.compile(r"[A-Z_]+")
_YEARS = (15, 40)
#: Exchanges whose contracts are named by year and month.
_DOMESTIC = frozenset(
    {
        "上海期货交易所",
        "上海国际能源交易中心",
        "大连商品交易所",
        "郑州商品交易所",
        "广州期货交易所",
        "中国金融期货交易所",
    }
)
#: Between a benchmark and 原油 in WTI 5月原油期货: the words name one product.
_BETWEEN = re.compile(r"\s?(?:主力|近月|轻质|\d{1,2}月份?)?\s?(?:交货的?)?")


def _is_plain(name: str) -> bool:
    return len(name) > 1 and not (name.isascii() and len(name) <= 2) and name not in _EVERYDAY


@cache
def _names() -> tuple[re.Pattern[str], re.Pattern[str]]:
    plain, careful = set(), set()
    for product in PRODUCTS.values():
        for name in (product.name, *product.aliases):
            if _is_plain(name):
                plain.add(name)
            elif not name.isascii():
                careful.add(name)
    edge = r"(?<![A-Za-z])(?:{})(?![A-Za-z])"
    guarded = f"(?:{trie_pattern(careful)})"
    return (
        re.compile(edge.format(trie_pattern(plain)), re.IGNORECASE),
        re.compile(rf"{guarded}(?={_MARKET_AFTER})|(?:{_MARKET_BEFORE}){guarded}"),
    )


@cache
def _named() -> re.Pattern[str]:
    """A product's name right before four month digits: 原油2406, 沪铜主力2405, 螺纹钢期货2410合约."""
    names = [n for p in PRODUCTS.values() for n in (p.name, *p.aliases) if not n.isascii() or len(n) > 2]
    months = r"(?:期货)?(?:主力)?(?:合约)?\s?(?P<month>\d{4})(?:合约)?(?![\d元点吨手年万亿%.])"
    return re.compile(f"(?P<name>(?:{trie_pattern(names)})){months}", re.IGNORECASE)


@cache
def _code_of(name: str) -> str | None:
    product = product_by_name(fold_name(name))
    return product.code if product else None


def find_products(text: str, taken: Taken) -> list[Mention]:
    """Find products by name, alias, or by code beside a word like 主力.

    Args:
        text: Half-width text of the same length as the stored one.
        taken: Spans that belong to institutions; products inside them are none.
    """
    plain, careful = _names()
    found: dict[int, Mention] = {}
    for pattern in (plain, careful, _CODE):
        for match in pattern.finditer(text):
            start, end = match.span()
            code = _code_of(match.group())
            if code and start not in found and taken.is_free(start, end):
                found[start] = Mention(start, end, "product", match.group(), code)
    return _outermost(text, sorted(found.values(), key=lambda m: m.start))


def _outermost(text: str, mentions: list[Mention]) -> list[Mention]:
    """Drop products inside longer ones; 原油 right behind a benchmark of crude oil is that benchmark."""
    kept: list[Mention] = []
    for mention in mentions:
        last = kept[-1] if kept else None
        if last is not None and mention.start < last.end:
            continue
        if (
            last
            and mention.value == "SC"
            and last.value in {"WTI", "BRENT"}
            and _BETWEEN.fullmatch(text, last.end, mention.start)
        ):
            kept.append(Mention(mention.start, mention.end, mention.kind, mention.surface, last.value))
        else:
            kept.append(mention)
    return kept


def find_contracts(text: str, products: list[Mention], year: int | None) -> list[Mention]:
    """Find contracts: SC2406, sc2406, CF409, 原油2406合约; 2406合约 takes the product named last before it.

    Args:
        text: Half-width text of the same length as the stored one.
        products: Products found in it, in order.
        year: Year of publication, which decides the decade of three digits.
    """
    found: dict[int, Mention] = {}
    for match in _LETTERS.finditer(text):
        letters, digits, strike = match.groups()
        product = PRODUCTS.get(letters.upper())
        month = contract_month(letters + digits, year_hint=year)
        if product is None or month is None or not _YEARS[0] <= int(month[:2]) <= _YEARS[1]:
            continue
        if len(digits) == 3 and product.exchange != "郑州商品交易所":
            continue
        value = product.code + month + _STRIKE.sub(r"-\1-\2", strike or "").upper()
        found[match.start()] = Mention(*match.span(), "contract", match.group(), value)
    for match in _named().finditer(text):
        code = _code_of(match["name"])
        if code and _is_month(match["month"]):
            found.setdefault(match.start(), Mention(*match.span(), "contract", match.group(), code + match["month"]))
    spans = sorted((m.start, m.end) for m in found.values())
    listed = [m for m in products if PRODUCTS[m.value or ""].exchange in _DOMESTIC]
    starts = [m.start for m in listed]
    for match in _BARE.finditer(text):
        month = match[1] or match[2]
        at = bisect_left(spans, (match.start(), match.start()))
        inside = (at and spans[at - 1][1] > match.start()) or (at < len(spans) and spans[at][0] < match.end())
        if inside or not _is_month(month):
            continue
        before = bisect_left(starts, match.start()) - 1
        code = listed[before].value if before >= 0 else None
        found[match.start()] = Mention(*match.span(), "contract", match.group(), code + month if code else None)
    return _main(text, found, listed, starts)


def _main(text: str, found: dict[int, Mention], listed: list[Mention], starts: list[int]) -> list[Mention]:
    """Add main contracts named without a month: no value, but the product named last before them; give each its product."""
    ends = sorted((m.start, m.end) for m in found.values())
    for match in _MAIN.finditer(text):
        at = bisect_left(ends, (match.start() + 1, 0)) - 1
        if (at >= 0 and ends[at][1] > match.start()) or text[match.end() : match.end() + 2].strip().isdigit():
            continue
        before = bisect_left(starts, match.start()) - 1
        near = before >= 0 and "\n" not in text[starts[before] : match.start()]
        found[match.start()] = Mention(
            *match.span(), "contract", match.group(), product=listed[before].value if near else None
        )
    return [_of_product(m) for m in sorted(found.values(), key=lambda m: m.start)]


def _of_product(contract: Mention) -> Mention:
    """Give a contract the code that its value begins with."""
    code = _LETTER_CODE.match(contract.value or "")
    return replace(contract, product=code.group()) if code else contract


def _is_month(digits: str) -> bool:
    return _YEARS[0] <= int(digits[:2]) <= _YEARS[1] and "01" <= digits[2:] <= "12"
