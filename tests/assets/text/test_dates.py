import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.text.dates import find_dates, shanghai_day

PUBLISHED = "2024-04-18T18:30:00+08:00"  # a Thursday
CASES = [
    ("2024年4月18日", "2024-04-18", "day"),
    ("2024 年 4 月 18 日", "2024-04-18", "day"),
    ("２０２４年４月１８日", "2024-04-18", "day"),
    ("二〇二四年五月六日", "2024-05-06", "day"),
    ("2024-05-06", "2024-05-06", "day"),
    ("2024/5/6", "2024-05-06", "day"),
    ("4月17日", "2024-04-17", "day"),
    ("四月十七日", "2024-04-17", "day"),
    ("5月份", "2024-05", "month"),
    ("2023年12月", "2023-12", "month"),
    ("去年12月", "2023-12", "month"),
    ("今年4月1日", "2024-04-01", "day"),
    ("今年", "2024", "year"),
    ("2022年", "2022", "year"),
    ("本月20日", "2024-04-20", "day"),
    ("上月", "2024-03", "month"),
    ("当月", None, "month"),
    ("昨日", "2024-04-17", "day"),
    ("今日", "2024-04-18", "day"),
    ("明天", "2024-04-19", "day"),
    ("本周三", "2024-04-17", "day"),
    ("上周五", "2024-04-12", "day"),
    ("下周一", "2024-04-22", "day"),
    ("周三", None, "day"),
    ("2024年2月30日", None, "day"),
]


@pytest.mark.parametrize(("text", "value", "precision"), CASES, ids=[c[0] for c in CASES])
def test_find_dates_reads(text: str, value: str | None, precision: str) -> None:
    (found,) = find_dates(f"据悉，{text}，市场。", PUBLISHED)
    assert (found.surface, found.value, found.precision) == (text, value, precision)


@pytest.mark.parametrize(
    "text",
    ["3.5月", "近三个月", "1个月", "5月合约", "3月期", "13月5日", "2024.13.45", "第3号", "一年期", "周期", "24-25"],
)
def test_find_dates_leaves_what_is_no_date(text: str) -> None:
    assert find_dates(text, PUBLISHED) == []


def test_find_dates_takes_the_year_written_last() -> None:
    values = [
        d.value for d in find_dates("2023年12月28日公告，12月29日起施行；2024年1月2日更正，1月3日恢复。", PUBLISHED)
    ]
    assert values == ["2023-12-28", "2023-12-29", "2024-01-02", "2024-01-03"]


def test_find_dates_gives_a_bare_day_the_month_written_last() -> None:
    text = "22日夜盘；4月17日至18日，31日；5月份的6日，5日均线，第3日，40日"
    values = [(d.surface, d.value) for d in find_dates(text, PUBLISHED)]
    assert values == [
        ("22日", None), ("4月17日", "2024-04-17"), ("18日", "2024-04-18"), ("31日", None), ("5月份", "2024-05"), ("6日", "2024-05-06"),
    ]  # fmt: skip


def test_find_dates_without_publication_guesses_nothing() -> None:
    assert [d.value for d in find_dates("昨日，4月18日，去年，本月3日，上周五", None)] == [None] * 5


def test_find_dates_around_new_year() -> None:
    assert [d.value for d in find_dates("12月30日", "2024-01-02")] == ["2023-12-30"]
    assert [d.value for d in find_dates("1月3日", "2023-12-29")] == ["2024-01-03"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-04-18", "2024-04-18"),
        ("2024-04-18T23:30:00", "2024-04-18"),
        ("2024-04-18T20:00:00Z", "2024-04-19"),
        ("2024-04-18 09:00:00+08:00", "2024-04-18"),
        ("2024-13-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_shanghai_day(moment: str, day: str | None) -> None:
    assert shanghai_day(moment) == day


@given(
    st.text(alphabet="0123456789年月日-/.周三昨今去上下本一二十〇号 份", max_size=40), st.none() | st.just(PUBLISHED)
)
def test_find_dates_spans_hold_their_surface_in_order(text: str, published: str | None) -> None:
    end = 0
    for date in find_dates(text, published):
        assert date.start >= end
        assert text[date.start : date.end] == date.surface
        end = date.end
