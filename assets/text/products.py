"""Futures and options products: codes, names, aliases, quote units, and what a contract symbol names.

The list itself is data (`products.toml`), read once when first asked for. What does not belong here: finding products in
running text (records/mentions) and what a contract moved (records/moves).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["PRODUCTS", "Product", "contract_month", "fold_name", "product_by_name", "product_of_symbol", "split_symbol"]


@dataclass(frozen=True)
class Product:
    """One product: code in upper case, simplified name without 期货, exchange in full, quote unit, other names."""

    code: str
    name: str
    exchange: str | None
    unit: str
    aliases: tuple[str, ...]


#: What follows a name without changing the product that it names.
_TAIL = re.compile(r"(?:期货|主力|主连|连续|指数期货|合约|加权|近月|远月|次主力|品种|期指)+$")
#: What data vendors and exchanges hang on a symbol: .INE, =F, an option's strike.
_VENDOR = re.compile(r"(?:\.[A-Z]{2,5}|=F)$")
_STRIKE = re.compile(r"(?<=\d{3})-?[CP]-?\d+$")
_MONTH = re.compile(r"(?P<name>.*?\S)[\s\-_]*(?P<digits>\d{4}|\d{3})$")
#: Data vendors write a continuous series as 0, 00, 888, 8888, 99, 999 or 9999.
_SERIES = re.compile(r"(?:0{1,4}|8{2,4}|9{2,4})$")
_WIDTH: dict[int, int] = {0xFF08: 0x28, 0xFF09: 0x29, **{code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}}


def fold_name(name: str) -> str:
    """Return the name as the look-up compares it: half width, upper case, no blanks."""
    return re.sub(r"\s+", "", name.translate(_WIDTH)).upper()


@cache
def _load() -> dict[str, Product]:
    raw = tomllib.loads(files("assets.text").joinpath("products.toml").read_text(encoding="utf-8"))
    found: dict[str, Product] = {}
    for exchange, lines in raw["products"].items():
        for code, (name, unit, *aliases) in lines.items():
            found[code] = Product(code, name, raw["exchanges"][exchange], unit, tuple(aliases))
    for exchange, codes in raw["options"].items():
        for code in codes:
            base = found[code]
            names = tuple(f"{alias}期权" for alias in base.aliases)
            found[f"{code}_O"] = Product(f"{code}_O", f"{base.name}期权", raw["exchanges"][exchange], base.unit, names)
    return found


@cache
def _by_name() -> dict[str, Product]:
    names: dict[str, Product] = {}
    for product in _load().values():
        for name in (product.name, *product.aliases):
            names.setdefault(fold_name(name), product)
    return names


class _Products(Mapping[str, Product]):
    """All products by code; the file is read at the first look."""

    def __getitem__(self, code: str) -> Product:
        return _load()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(_load())

    def __len__(self) -> int:
        return len(_load())


PRODUCTS: Mapping[str, Product] = _Products()


def product_by_name(name: str) -> Product | None:
    """Return the product that a name, an alias or a code names (原油, 沪铜期货, 豆粕期权, PTA), or None."""
    folded = fold_name(name)
    names = _by_name()
    if folded in names:
        return names[folded]
    bare = _TAIL.sub("", folded)
    return names.get(bare) or _load().get(bare)


def split_symbol(symbol: str) -> tuple[str, str | None, bool]:
    """Split a symbol into its name, its three or four month digits (None: a series), and whether it is an option's."""
    text = _VENDOR.sub("", fold_name(symbol))
    text = _TAIL.sub("", text) or text
    bare = _STRIKE.sub("", text)
    if product_by_name(bare):
        return bare, None, bare != text
    series = _SERIES.sub("", bare)
    if series != bare and product_by_name(series):
        return series, None, bare != text
    match = _MONTH.fullmatch(bare)
    if match is None:
        return bare, None, bare != text
    return match["name"], match["digits"], bare != text


def product_of_symbol(symbol: str) -> Product | None:
    """Return the product of a contract or series symbol (SC2406, cf409, 原油2406, IF主力, m2409-C-3000), or None."""
    name, _, is_option = split_symbol(symbol)
    product = product_by_name(name)
    if product and is_option:
        return _load().get(f"{product.code}_O", product)
    return product


def contract_month(symbol: str, *, year_hint: int | None = None) -> str | None:
    """Return the delivery month of a contract symbol as YYMM.

    Args:
        symbol: A contract with four month digits, or three as the Zhengzhou exchange writes them (CF409).
        year_hint: Year in which the symbol was written; decides the decade of three digits. Without it the decade is
            the 2020s.

    Returns:
        Four digits, or None where the symbol names no month.
    """
    name, digits, _ = split_symbol(symbol)
    if digits is None or name.isdigit() or not "01" <= digits[-2:] <= "12":
        return None
    if len(digits) == 4:
        return digits
    year = int(digits[0])
    if year_hint is None:
        return f"2{digits}"
    near = min(range(year_hint - 4, year_hint + 6), key=lambda candidate: (candidate % 10 != year, candidate))
    return f"{near % 100:02d}{digits[1:]}"
