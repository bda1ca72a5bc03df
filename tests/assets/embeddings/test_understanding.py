"""What a query names: contracts in their spellings, and days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.embeddings.understanding import Understood, understand


@pytest.mark.parametrize(
    ("query", "spellings"),
    [
        ("原油2406的保证金", ("SC2406的保证金",)),
        ("SC2406 涨跌停板", ("原油2406 涨跌停板",)),
        ("sc2406", ("SC2406", "原油2406")),
        ("铁矿石期货2409合约", ("I2409合约", "铁矿石2409合约")),
        ("白糖409", ("SR2409", "白糖2409", "SR409")),
        ("SR2409 手续费", ("白糖2409 手续费", "SR409 手续费")),
        ("原油2406与沪铜2407", ("SC2406与CU2407", "原油2406与铜2407")),
        ("营收2406亿元", ()),
        ("2406", ()),
        ("原油2413", ()),
        ("PPR-9087", ()),
        ("600519.SH", ()),
        ("〔2023〕12号", ()),
        ("", ()),
    ],
)
def test_understand_spells_contracts(query: str, spellings: tuple[str, ...]) -> None:
    assert understand(query, "2024-04-18").spellings == spellings


@pytest.mark.parametrize(
    ("query", "today", "days", "rest"),
    [
        ("4月18日原油", "2024-05-06", ("2024-04-18",), "原油"),
        ("2024-04-18 原油", None, ("2024-04-18",), "原油"),
        ("2024年4月18日的铜", None, ("2024-04-18",), "铜"),
        ("上周五 铜", "2024-04-22", ("2024-04-19",), "铜"),
        ("上周五 铜", None, (), ""),
        ("4月18日原油", None, (), ""),
        ("2024年4月", "2024-05-06", (), ""),
        ("4月18日", "2024-05-06", ("2024-04-18",), ""),
    ],
)
def test_understand_reads_days(query: str, today: str | None, days: tuple[str, ...], rest: str) -> None:
    read = understand(query, today)
    assert (read.days, read.rest) == (days, rest)


def test_understand_spells_days() -> None:
    spelt = understand("2024-04-18 原油", None).spellings
    assert spelt == ("4月18日 原油", "2024年4月18日 原油")


@given(st.text(alphabet="原油铜糖SCsr2406年月日号上周五 -.,", max_size=30))
def test_understand_takes_any_text(query: str) -> None:
    read = understand(query, "2024-04-22")
    assert isinstance(read, Understood)
    assert query not in read.spellings
    assert len(read.spellings) <= 4
