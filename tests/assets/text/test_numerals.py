from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.text.numerals import parse_decimal, parse_integer, to_chinese

# fmt: off
WHOLE = {
    "十": 10, "十二": 12, "一百二十八": 128, "一百零三": 103, "一百〇三": 103, "两百": 200, "廿三": 23, "卅": 30, "一百廿三": 123,
    "一百十": 110, "一千零八": 1008, "一千八十": 1080, "二〇二四": 2024, "二○二四": 2024, "壹佰贰拾捌": 128, "128": 128, "007": 7, "１２８": 128,
    "1百2十": 120, "3,000": 3000, "３，０００": 3000, "3万": 30000, "3万5千": 35000, "一万零五十": 10050, "12亿3万": 1200030000, "一百 二十\u3000八": 128, "〇": 0, "零": 0,
}
NOT_WHOLE = ["", "百", "一百五", "一万五", "十零", "一百零", "第一", "二百三百", "五5百", "3.5", "-3", "1,00", "1,000.5", "千分之一", "六元", "万", "一十百", "十五六", "9" * 5000]
EXACT = {
    "3.5": "3.5", "3,000": "3000", "3,000.50": "3000.50", "3万": "30000", "3.5万": "35000.0", "1.2亿": "120000000.0", "3万亿": "3000000000000", "十二点五": "12.5",
    "-0.25": "-0.25", "－0.25": "-0.25", "负三点二": "-3.2", "+5": "5", "０．５": "0.5", "0.0": "0.0", "十万": "100000", "3万5千": "35000",
}
NOT_EXACT = ["", "-", "--5", "3.", ".5", "千分之一", "六元五角", "5%", "1,00", "1.2.3", "abc", "三点", "一百五万", "9" * 5000]
# fmt: on


@pytest.mark.parametrize(("text", "value"), WHOLE.items(), ids=WHOLE)
def test_parse_integer_reads(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize("text", NOT_WHOLE, ids=[repr(t)[:20] for t in NOT_WHOLE])
def test_parse_integer_does_not_guess(text: str) -> None:
    assert parse_integer(text) is None


@pytest.mark.parametrize(("text", "value"), EXACT.items(), ids=EXACT)
def test_parse_decimal_is_exact(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", NOT_EXACT, ids=[repr(t)[:20] for t in NOT_EXACT])
def test_parse_decimal_does_not_guess(text: str) -> None:
    assert parse_decimal(text) is None


def test_to_chinese_reads_back_for_every_article_number() -> None:
    assert all(parse_integer(to_chinese(n)) == n for n in range(10_000))


@given(st.integers(0, 10**12 - 1))
def test_to_chinese_reads_back_for_large_numbers(n: int) -> None:
    assert parse_integer(to_chinese(n)) == n


@pytest.mark.parametrize("n", [-1, 10**12])
def test_to_chinese_refuses_what_it_cannot_write(n: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        to_chinese(n)


@given(st.text(alphabet="零〇一二两廿十百千万亿点0１９,.，-负元", max_size=12))
def test_parsers_never_raise(text: str) -> None:
    whole, exact = parse_integer(text), parse_decimal(text)
    assert whole is None or whole >= 0
    assert whole is None or exact is None or exact == whole
