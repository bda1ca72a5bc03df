"""Which moves, rumours and days become events."""

from decimal import Decimal

import pytest

from assets.reports.events import Event, find_events
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, bar, document, home

BASIS = "close_vs_prev_settle"


def found(
    documents: list[dict[str, object]], bars: list[dict[str, object]], pct: str = "3.0", days: list[str] | None = None
) -> list[Event]:
    return find_events(home(documents, bars), days, threshold_pct=Decimal(pct), basis=BASIS)


def test_find_events_of_a_day() -> None:
    assert found(DOCUMENTS, BARS, days=[DAY]) == [
        Event("daily", "all", DAY),
        Event("extreme_move", "SC3008", DAY),
        Event("risk_event", "管道", DAY),
    ]


def test_find_events_without_days_looks_at_all() -> None:
    assert Event("extreme_move", "SC3008", DAY) in found(DOCUMENTS, BARS)


@pytest.mark.parametrize(
    ("close", "expected"),
    [("3104", True), ("3105", False), ("3296", True), ("3295.9", False)],
    ids=["exactly-down", "just-below", "exactly-up", "just-below-up"],
)
def test_find_events_compares_the_exact_quotient(close: str, expected: bool) -> None:
    news = [document("豆粕收盘", "豆粕今日收盘。")]
    events = found(news, [bar(f"M3009,{DAY},,,,{close},,3200,,")])
    assert (Event("extreme_move", "M3009", DAY) in events) is expected


def test_find_events_needs_a_document_that_names_the_product() -> None:
    quiet = [bar(f"M3009,{DAY},,,,3000,,3200,,")]
    assert found([document("书市", "书市今天开幕，三百家书店参加。")], quiet) == [Event("daily", "all", DAY)]
    later = document("豆粕隔夜", "豆粕昨日大跌。", published="2030-06-13T08:00:00+08:00")
    assert Event("extreme_move", "M3009", DAY) in found([later], quiet, days=[DAY])


def test_find_events_leaves_benchmarks_abroad_out() -> None:
    abroad = [bar(f"WTI,{DAY},,,,70,,80,,")]
    assert found([document("WTI大跌", "WTI原油大跌。")], abroad, days=[DAY]) == [Event("daily", "all", DAY)]


def test_find_events_names_the_matter_of_a_rumour() -> None:
    news = [
        document("网传", "今日网传“量化交易将被暂停”，未注明出处。", published=f"{DAY}T10:00:00+08:00"),
        document(
            "澄清", "监管部门负责人澄清，量化交易被暂停的说法为不实消息。", published=f"{DAY}T19:00:00+08:00", row=2
        ),
    ]
    assert Event("risk_event", "量化交易", DAY) in found(news, [])
    assert found(news[:1], []) == [Event("daily", "all", DAY)]


def test_find_events_sees_a_burst_of_incidents() -> None:
    news = [
        document(f"快讯{n}", f"北港{name}一号码头今晨起火，损失为{n}万元。", row=n)
        for n, name in enumerate("甲乙丙", 1)
    ]
    assert Event("risk_event", "码头", DAY) in found(news, [])
    assert Event("risk_event", "码头", DAY) not in found(news[:2], [])


def test_find_events_names_a_matter_without_a_known_word_by_its_first_words() -> None:
    news = [
        document("网传", "网传白鹭湾二号井今晨关闭。", published=f"{DAY}T10:00:00+08:00"),
        document("答复", "白鹭湾二号井负责人答复，井口没有关闭。", published=f"{DAY}T12:00:00+08:00", row=2),
    ]
    assert Event("risk_event", "白鹭湾二号井", DAY) in found(news, [])


def test_find_events_joins_the_moves_of_a_day() -> None:
    news = [document("收盘", "豆粕与沪铜今日收盘。")]
    bars = [bar(f"M3009,{DAY},,,,3000,,3200,,"), bar(f"CU3008,{DAY},,,,70000,,76000,,")]
    assert Event("extreme_move", "all", DAY) in found(news, bars)
    assert Event("extreme_move", "all", DAY) not in found(news, bars[:1])


def test_find_events_sees_a_burst_about_a_product() -> None:
    places = ("甲城", "乙城", "丙城", "丁城")
    news = [
        document(f"豆粕快讯{n}", f"{place}一家豆粕企业今晨起火，损失为{n}万元。", row=n, source=f"通讯{n % 2}")
        for n, place in enumerate(places, 1)
    ]
    assert Event("risk_event", "豆粕", DAY) in found(news, [])
    assert Event("risk_event", "豆粕", DAY) not in found(news[:3], [])
    assert Event("risk_event", "豆粕", DAY) not in found([{**one, "source": "通讯"} for one in news], [])
