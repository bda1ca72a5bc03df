"""What a report is about: a contract, a product or a name, and the words by which texts speak of it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assets.text.products import PRODUCTS, Product, product_of_symbol, split_symbol
from resources.protocols import Reader

__all__ = ["Subject", "find_main_contract", "product_terms", "resolve_subject"]


@dataclass(frozen=True)
class Subject:
    """A subject as asked for, the contract whose bars tell its price, and the terms that name it in a text."""

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


@cache
def _nicknames() -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads(files("assets.reports.evidence").joinpath("nicknames.toml").read_text(encoding="utf-8"))
    return {code: tuple(names) for code, names in raw["names"].items()}


@cache
def product_terms(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the terms that name a product, and those that name the market around it.

    A name of one character (铜) is taken only in the compounds that the market uses for it.
    """
    product = PRODUCTS[code]
    names = (product.name, *product.aliases)
    strong = [name for name in names if len(name) > 1]
    strong += [form.format(name) for name in names if len(name) == 1 for form in ("{}期货", "沪{}", "{}价", "{}主力")]
    return tuple(dict.fromkeys(strong)), _nicknames().get(code, ())


def resolve_subject(reader: Reader, asked: str, day: str) -> Subject:
    """Find what a subject names: a contract with bars, a product (its main contract of the day), or just a name."""
    asked = asked.strip()
    product = product_of_symbol(asked)
    symbol = _symbol(reader, asked)
    if product is None:
        return Subject(asked, symbol, None, (asked,), ())
    strong, weak = product_terms(product.code)
    if symbol is None and split_symbol(asked)[1] is None:
        symbol = find_main_contract(reader, product.code, day)
    if symbol is None and split_symbol(asked)[1] is not None:
        symbol = asked
    named = dict.fromkeys((asked, *((symbol,) if symbol else ()), *strong))
    return Subject(asked, symbol, product, tuple(named), weak)


def _symbol(reader: Reader, asked: str) -> str | None:
    for spelling in dict.fromkeys((asked, asked.upper(), asked.lower())):
        if reader.rows("bars", where={"symbol": spelling}, columns=["doc_id"], limit=1):
            return spelling
    return None


def find_main_contract(reader: Reader, code: str, day: str) -> str | None:
    """Return the symbol of a product's main contract on a day, else the only kind of symbol that it has, or None."""
    rows = reader.rows("market_moves", where={"product": code, "date": day}, columns=["symbol", "is_main"])
    symbols = sorted({row["symbol"] for row in rows if row["is_main"]} or {row["symbol"] for row in rows})
    return symbols[0] if symbols else None


def contract_pattern(code: str) -> re.Pattern[str]:
    """Return a pattern for contract symbols of a product, e.g. SC2406."""
    return re.compile(rf"(?<![A-Za-z]){re.escape(code)}\d{{3,4}}", re.IGNORECASE)
