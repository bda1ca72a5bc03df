"""What a report is about: a contract, a product or a name, and the words by which texts speak of it.

What does not belong here: which documents are about it (gather.py).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assets.text.products import PRODUCTS, Product, product_of_symbol, split_symbol
from resources.protocols import Reader

__all__ = [
    "Subject",
    "benchmarks_of",
    "domestic_products",
    "find_main_contract",
    "find_products",
    "product_terms",
    "resolve_subject",
]

#: Exchanges whose products reports are about; those abroad are benchmarks.
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
#: Names that mostly mean something else (a company, another country's bonds): they count beside a word of the market.
_EVERYDAY = frozenset(
    {"苹果", "塑料"} | {f"{n}年期国债" for n in ("2", "二", "两", "5", "五", "10", "十", "30", "三十")}
)
_SYMBOL = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,2})\d{3,4}(?!\d)")
_TABLE = dict[str, tuple[str, ...]]
_TABLE_PAIR = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Subject:
    """A subject as asked for, the contract whose bars tell its price, and the terms that name it in a text.

    `strong` terms name the subject itself, `weak` ones the market around it.
    """

    asked: str
    symbol: str | None
    product: Product | None
    strong: tuple[str, ...]
    weak: tuple[str, ...]

    def strength(self, text: str) -> int:
        """Return 2 where a text names the subject itself, 1 where it names the market around it, else 0."""
        if any(term in text for term in self.strong):
            return 2
        return 1 if any(term in text for term in self.weak) else 0

    def weak_hits(self, text: str) -> int:
        """Return how many of the weak terms a text names."""
        return sum(term in text for term in self.weak)


@cache
def _data() -> dict[str, _TABLE]:
    raw = tomllib.loads(files("assets.reports.evidence").joinpath("nicknames.toml").read_text(encoding="utf-8"))
    return {part: {code: tuple(names) for code, names in raw[part].items()} for part in ("names", "benchmarks")}


@cache
def domestic_products() -> tuple[str, ...]:
    """Return the codes of the products that reports are about, options left out, sorted."""
    return tuple(sorted(c for c, p in PRODUCTS.items() if p.exchange in _DOMESTIC and not c.endswith("_O")))


def benchmarks_of(code: str) -> tuple[str, ...]:
    """Return the codes of the benchmarks abroad that belong to a product."""
    return _data()["benchmarks"].get(code, ())


@cache
def product_terms(code: str) -> _TABLE_PAIR:
    """Return the terms that name a product, and those that name the market around it.

    A name of one character (铜) is taken only in the compounds that the market uses for it.
    """
    strong = _names(code)
    weak = [*_data()["names"].get(code, ()), *(name for other in benchmarks_of(code) for name in _names(other))]
    return tuple(strong), tuple(dict.fromkeys(term for term in weak if term not in strong))


@cache
def _index() -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Terms by their first two characters: (term, code, whether it names the product itself)."""
    found: dict[str, dict[tuple[str, str, bool], None]] = {}
    for code in domestic_products():
        strong, weak = product_terms(code)
        for terms, own in ((strong, True), (weak, False)):
            for term in terms:
                found.setdefault(term[:2], {})[(term, code, own)] = None
    return {prefix: tuple(entries) for prefix, entries in found.items()}


def find_products(text: str) -> dict[str, float]:
    """Return how strongly a text speaks of each domestic product, those it does not name left out.

    A contract symbol counts 3, a name of the product 2, each term of the market around it a half.
    """
    index, seen = _index(), set()
    for at in range(len(text) - 1):
        for entry in index.get(text[at : at + 2], ()):
            if entry not in seen and text.startswith(entry[0], at):
                seen.add(entry)
    scores: dict[str, float] = {}
    for code in {code for _, code, own in seen if own}:
        scores[code] = 2.0
    for _, code, own in sorted(seen):
        if not own:
            scores[code] = scores.get(code, 0.0) + 0.5
    for code in {match[1].upper() for match in _SYMBOL.finditer(text)} & set(domestic_products()):
        scores[code] = scores.get(code, 0.0) + 3.0
    return scores


def _names(code: str) -> list[str]:
    product = PRODUCTS[code]
    names = (product.name, *product.aliases)
    found = [name for name in names if len(name) > 1 and name != code]
    found += [form.format(name) for name in names if len(name) == 1 for form in ("{}期货", "沪{}", "{}价", "{}主力")]
    plain = [name for name in found if name in _EVERYDAY]
    found = [name for name in found if name not in _EVERYDAY]
    found += [form.format(name) for name in plain for form in ("{}期货", "{}主力", "{}现货")]
    return list(dict.fromkeys(found))


def resolve_subject(reader: Reader, asked: str, day: str) -> Subject:
    """Find what a subject names: a contract with bars, a product (its main contract of the day), or just a name."""
    asked = asked.strip()
    product = product_of_symbol(asked)
    symbol = _symbol(reader, asked)
    if product is None:
        return Subject(asked, symbol, None, (asked,), ())
    strong, weak = product_terms(product.code)
    if symbol is None:
        is_contract = split_symbol(asked)[1] is not None
        symbol = asked if is_contract else find_main_contract(reader, product.code, day)
    named = dict.fromkeys((asked, *((symbol,) if symbol else ()), *strong))
    return Subject(asked, symbol, product, tuple(named), weak)


def _symbol(reader: Reader, asked: str) -> str | None:
    for spelling in dict.fromkeys((asked, asked.upper(), asked.lower())):
        if reader.rows("bars", where={"symbol": spelling}, columns=["doc_id"], limit=1):
            return spelling
    return None


def find_main_contract(reader: Reader, code: str, day: str) -> str | None:
    """Return the symbol of a product's main contract on a day (of any contract where none is marked), or None."""
    rows = reader.rows("market_moves", where={"product": code, "date": day}, columns=["symbol", "is_main"])
    symbols = sorted({row["symbol"] for row in rows if row["is_main"]} or {row["symbol"] for row in rows})
    return symbols[0] if symbols else None
