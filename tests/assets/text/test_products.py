import pytest

from assets.text.products import PRODUCTS, contract_month, product_by_name, product_of_symbol

SYMBOLS = [
    ("SC2406", "SC", "2406"),
    ("sc2406", "SC", "2406"),
    ("CF409", "CF", "2409"),
    ("SC", "SC", None),
    ("原油2406", "SC", "2406"),
    ("原油2406合约", "SC", "2406"),
    ("沪铜 2405", "CU", "2405"),
    ("IF2406", "IF", "2406"),
    ("ｍ２４０９", "M", "2409"),
    ("SC主力", "SC", None),
    ("原油连续", "SC", None),
    ("RB888", "RB", None),
    ("rb0", "RB", None),
    ("SC00", "SC", None),
    ("CL=F", "WTI", None),
    ("SC2406.INE", "SC", "2406"),
    ("m2409-C-3000", "M_O", "2409"),
    ("CF409C15000", "CF_O", "2409"),
    ("IO2406-C-3500", "IO", "2406"),
    ("20号胶2409", "NR", "2409"),
    ("沪深300", "IF", None),
    ("中证10002406", "IM", "2406"),
    ("集运指数（欧线）2408", "EC", "2408"),
    ("SC2413", "SC", None),
    ("SSE", None, None),
    ("000001", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("symbol", "code", "month"), SYMBOLS, ids=[s[0] or "empty" for s in SYMBOLS])
def test_product_of_symbol_and_contract_month(symbol: str, code: str | None, month: str | None) -> None:
    product = product_of_symbol(symbol)
    assert (product.code if product else None) == code
    assert contract_month(symbol) == month


@pytest.mark.parametrize(
    ("symbol", "year", "month"),
    [("CF901", 2018, "1901"), ("CF909", 2021, "1909"), ("CF001", 2019, "2001"), ("CF409", 2024, "2409")],
)
def test_contract_month_takes_the_decade_nearest_to_the_hint(symbol: str, year: int, month: str) -> None:
    assert contract_month(symbol, year_hint=year) == month


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("原油", "SC"),
        ("原油期货", "SC"),
        ("沪铜", "CU"),
        ("豆粕期权", "M_O"),
        ("pta", "TA"),
        ("布伦特", "BRENT"),
        ("橡皮", None),
    ],
)
def test_product_by_name_knows_names_aliases_and_codes(name: str, code: str | None) -> None:
    product = product_by_name(name)
    assert (product.code if product else None) == code


def test_products_are_complete_and_keyed_by_code() -> None:
    assert {"SC", "CU", "M", "CF", "LC", "IF", "WTI", "GC", "LME_CU", "SC_O"} <= set(PRODUCTS)
    assert all(code == product.code == code.upper() for code, product in PRODUCTS.items())
    assert PRODUCTS["SC"].exchange == "上海国际能源交易中心"
    assert PRODUCTS["SC"].unit == "元/桶"
    assert len(PRODUCTS) > 100


def test_products_share_no_name() -> None:
    seen: dict[str, str] = {}
    for code, product in PRODUCTS.items():
        for name in (product.name, *product.aliases):
            assert seen.setdefault(name, code) == code, name
