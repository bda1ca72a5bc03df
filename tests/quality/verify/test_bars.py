"""Bars and quote units as the verifier reads them."""

import pytest

from assets.text.products import PRODUCTS
from quality.verify.sources.bars import quote_units, read_bar
from tests.quality.verify.home import bar


@pytest.mark.parametrize("code", [code for code in PRODUCTS if not code.endswith("_O")])
def test_quote_units_knows_every_product_by_code_and_names(code: str) -> None:
    """The two lists were written apart; a product that only one of them knows would be a false alarm."""
    product = PRODUCTS[code]
    assert quote_units(code) == {product.unit}
    for name in (product.name, *product.aliases):
        assert product.unit in quote_units(f"{name}2406"), name


@pytest.mark.parametrize(
    ("symbol", "units"),
    [
        ("SC2406", {"元/桶"}), ("sc2406", {"元/桶"}), ("SC2406.INE", {"元/桶"}), ("CL=F", {"美元/桶"}), ("m2409-C-3000", {"元/吨"}),
        ("AU888", {"元/克"}), ("原油主力", {"元/桶"}), ("豆油2409", {"元/吨"}), ("美豆油", {"美分/磅"}), ("甲公司", {""}), ("XYZ2406", {""}),
        ("某库_原油连续", {"元/桶", ""}), ("000001.SS", {""}),
    ],
)  # fmt: skip
def test_quote_units_of_symbols(symbol: str, units: set[str]) -> None:
    assert quote_units(symbol) == units


def test_read_bar_takes_grouped_figures_and_leaves_out_what_is_none() -> None:
    row = bar("b", '"CU2406","2024-04-18","76,100",--,nan,1e2', header="合约;日期;收盘价;结算价;成交量;持仓量")
    row["text"] = row["text"].replace('","', '";"').replace('",--,nan,1e2', '";--;nan;1e2')
    assert {k: str(v) for k, v in read_bar(row).figures.items()} == {"close": "76100", "open_interest": "1E+2"}
