"""Market statements: words, figures, rounding, what is missing."""

from typing import Any

import pytest

from assets.reports.market import benchmark_sentences, load_bars, market_sentences
from tests.assets.reports.home import BARS, DAY, bar, home


def texts(*lines: str, symbol: str = "SC3008", header: str | None = None) -> list[str]:
    bars = [bar(line) if header is None else bar(line, header) for line in lines]
    found = load_bars(home([], bars), symbol, DAY)
    return [sentence.text for sentence in market_sentences(found, "close_vs_prev_settle")] if found else []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("IF3009,2030-06-12,,,,4551.6,,4520.0,,", "6月12日，IF3009合约收报4551.6点，较前结算价4520.0点上涨31.6点，涨幅0.70%（收盘价对前结算价）。"),
        ("M3009,2030-06-12,,,,3200,,3200,,", "6月12日，M3009合约收报3200元/吨，与前结算价3200元/吨持平（收盘价对前结算价）。"),
        ("XYZ,2030-06-12,,,,2,,3,,", "6月12日，XYZ收报2，较前结算价3下跌1，跌幅33.33%（收盘价对前结算价）。"),
        ("M3009,2030-06-12,,,,4001,,3200,,", "6月12日，M3009合约收报4001元/吨，较前结算价3200元/吨上涨801元/吨，涨幅25.03%（收盘价对前结算价）。"),
    ],
    ids=["points", "unchanged", "no-unit", "half-up"],
)  # fmt: skip
def test_market_sentences_words(line: str, said: str) -> None:
    assert texts(line, symbol=line.partition(",")[0]) == [said]


def test_market_sentences_take_the_previous_settlement_from_the_bar_before() -> None:
    header = "symbol,date,close,settle"
    bars = [bar("SC3008,2030-06-11,595.2,594.0", header), bar("SC3008,2030-06-12,570.1,572.4", header)]
    found = load_bars(home([], bars), "SC3008", DAY)
    assert found is not None
    first = market_sentences(found, "close_vs_prev_settle")[0]
    assert "较前结算价594.0元/桶下跌23.9元/桶" in first.text
    assert [c["quote"] for c in first.citations] == [bars[1]["text"], bars[0]["text"]]


def test_market_sentences_say_a_gap_only_where_there_is_one() -> None:
    said = texts(
        "SC3008,2030-06-11,590,596,588,595.2,594.0,592.0,1,1", "SC3008,2030-06-12,588.0,589,566,570.1,572.4,594.0,1,1"
    )
    assert any("开盘价588.0元/桶，较前收盘价595.2元/桶下跌7.2元/桶，跌幅1.21%" in text for text in said)
    calm = texts(
        "SC3008,2030-06-11,590,596,588,588.1,594.0,592.0,1,1", "SC3008,2030-06-12,588.0,589,566,570.1,572.4,594.0,1,1"
    )
    assert not any("开盘价" in text for text in calm)


def test_market_sentences_without_open_interest_before_say_no_change() -> None:
    assert "6月12日，SC3008合约成交量12手，持仓量7手。" in texts("SC3008,2030-06-12,,,,1,,,12,7")
    assert texts("SC3008,2030-06-12,,,,,,,,") == []


def test_load_bars_knows_no_such_day() -> None:
    assert load_bars(home([], BARS), "SC3008", "2030-06-15") is None


@pytest.mark.parametrize(("day", "n"), [(DAY, 1), ("2030-06-15", 1), ("2030-06-20", 0), ("2030-06-11", 0)])
def test_benchmark_sentences_tell_the_last_session_before(day: str, n: int) -> None:
    said: list[Any] = benchmark_sentences(home([], BARS), "WTI", day, "close_vs_prev_settle")
    assert len(said) == n
    assert all("6月11日，WTI收报77.20美元/桶" in sentence.text for sentence in said)
