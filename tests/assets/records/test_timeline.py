from typing import Any

import pytest

from assets.records.policy.facts import extract_facts
from assets.records.query import policy
from resources.errors import UsageError
from tests.assets.records.test_query import FakeReader

EXCHANGE = "郑州商品交易所"


def notices(*texts: tuple[str, str] | tuple[str, str, str]) -> FakeReader:
    """Facts of notices (published, text, title) as the store holds them."""
    facts: list[dict[str, Any]] = []
    sources = []
    for number, (published, text, *more) in enumerate(texts, 1):
        doc_id, title = f"n{number}", more[0] if more else "通知"
        sources.append({"doc_id": doc_id, "title": title, "path": "policies/a.jsonl", "row": number, "text": text})
        found = extract_facts(text, title=title, published=published, publisher=EXCHANGE)
        assert found, text
        facts += [
            {**fact, "fact_id": f"{doc_id}.{at}", "doc_id": doc_id, "ordinal": at, "published_date": published}
            for at, fact in enumerate(found)
        ]
    return FakeReader({"policy_facts": facts, "sources": sources})


def values(reader: FakeReader, on: str, **asked: str) -> list[str]:
    """What is in force: item, detail where no figure is given, value, and the notice (line) that set it."""
    return [
        f"{row['item']} {row['detail'] if row['new'] is None else row['new']} n{row['citation']['row']}"
        for row in policy(reader, on=on, **asked)
    ]


BASE = ("2030-01-08", "自2030年1月10日结算时起，白糖期货合约交易保证金比例调整为8%。")
HOLIDAY = (
    "2030-04-22",
    "自2030年4月26日结算时起，白糖期货合约交易保证金比例调整为11%。自2030年5月8日结算时起，白糖期货合约交易保证金比例恢复至节前水平。",
)


@pytest.mark.parametrize(
    ("on", "wanted"),
    [
        ("2030-01-09", []),
        ("2030-02-01", ["margin 8 n1"]),
        ("2030-04-30", ["margin 11 n2"]),
        ("2030-05-09", ["margin 8 n1", "margin 恢复至节前水平 n2"]),
        ("2030-09-02", ["margin 10 n3"]),
    ],
    ids=["before", "first", "raised", "restored", "replaced"],
)
def test_in_force_brings_back_what_stood_before_the_holiday(on: str, wanted: list[str]) -> None:
    reader = notices(BASE, HOLIDAY, ("2030-08-20", "自2030年8月22日结算时起，白糖期货合约交易保证金比例为10%。"))
    assert values(reader, on, product="白糖") == wanted


def test_in_force_second_holiday_brings_back_the_same_value() -> None:
    again = (
        "2030-09-20",
        "自2030年9月26日结算时起，白糖期货合约交易保证金比例调整为12%。自2030年10月10日结算时起，白糖期货合约交易保证金比例恢复至节前水平。",
    )
    assert values(notices(BASE, HOLIDAY, again), "2030-10-11", product="SR") == [
        "margin 8 n1",
        "margin 恢复至节前水平 n3",
    ]


def test_in_force_restoration_without_a_day_is_shown_and_not_assumed() -> None:
    text = "自2030年4月26日结算时起，白糖期货合约交易保证金比例调整为11%。节后首个交易日结算时起，白糖期货合约交易保证金比例恢复至节前水平。"
    found = policy(notices(BASE, ("2030-04-22", text)), product="白糖", on="2030-06-03")
    assert {(row["new"], row["effective"]["condition"]) for row in found} == {
        ("11", None),
        (None, "节后首个交易日结算时起"),
    }


def test_in_force_restoration_of_an_unknown_value_shows_itself() -> None:
    assert values(notices(HOLIDAY), "2030-05-09", product="白糖") == ["margin 恢复至节前水平 n1"]


def test_in_force_at_a_day_of_settlement_shows_both_sides() -> None:
    reader = notices(BASE, HOLIDAY)
    assert values(reader, "2030-04-26", product="白糖") == ["margin 8 n1", "margin 11 n2"]


def test_in_force_at_a_night_session_is_the_new_value_alone() -> None:
    fee = ("2030-01-08", "自2030年1月10日交易时起，白糖期货合约交易手续费为3元/手。")
    night = ("2030-02-01", "自2030年2月12日交易时（即2月11日晚夜盘）起，白糖期货合约交易手续费为5元/手。")
    reader = notices(fee, night)
    assert values(reader, "2030-02-11", product="白糖") == ["fee 3 n1"]
    assert values(reader, "2030-02-12", product="白糖") == ["fee 5 n2"]


def test_in_force_settlement_follows_the_night_session_of_the_same_day() -> None:
    reader = notices(
        ("2030-02-01", "自2030年2月12日交易时（即2月11日晚夜盘）起，白糖期货合约交易保证金比例为9%。"),
        ("2030-02-01", "自2030年2月12日结算时起，白糖期货合约交易保证金比例为10%。"),
    )
    assert values(reader, "2030-02-12", product="白糖") == ["margin 9 n1", "margin 10 n2"]
    assert values(reader, "2030-02-13", product="白糖") == ["margin 10 n2"]


def test_in_force_ends_with_its_last_day() -> None:
    text = "自2030年3月4日交易时起至2030年3月29日交易结束，白糖期货合约交易手续费为1元/手。"
    reader = notices(("2030-01-08", "自2030年1月10日交易时起，白糖期货合约交易手续费为3元/手。"), ("2030-02-25", text))
    assert values(reader, "2030-03-29", product="白糖") == ["fee 1 n2"]
    assert values(reader, "2030-04-01", product="白糖") == ["fee 3 n1"]


SCOPES = (
    "2030-01-08",
    "自2030年1月10日交易时起，白糖期货SR005合约交易手续费为6元/手，除SR005合约外，白糖期货其他合约交易手续费为3元/手。",
)


@pytest.mark.parametrize(
    ("contract", "wanted"),
    [("SR005", ["fee 6 n1"]), ("SR3005", ["fee 6 n1"]), ("SR3009", ["fee 3 n1"]), ("3009", ["fee 3 n1"])],
)
def test_in_force_of_a_contract_respects_all_but(contract: str, wanted: list[str]) -> None:
    assert values(notices(SCOPES), "2030-02-01", contract=contract) == wanted


def test_in_force_scopes_stand_side_by_side_until_a_rule_for_all() -> None:
    later = ("2030-03-01", "自2030年3月5日交易时起，白糖期货合约交易手续费为4元/手。")
    reader = notices(SCOPES, later)
    assert values(reader, "2030-02-01", product="白糖") == ["fee 6 n1", "fee 3 n1"]
    assert values(reader, "2030-03-05", product="白糖") == ["fee 4 n2"]


def test_in_force_new_contracts_without_names_do_not_replace_the_rest() -> None:
    fresh = ("2030-03-01", "自2030年3月5日起，白糖期货新挂牌合约的交易保证金标准为12%。")
    assert values(notices(BASE, fresh), "2030-04-01", contract="SR3005") == ["margin 8 n1", "margin 12 n2"]


def test_in_force_condition_is_shown_beside_the_value() -> None:
    rule = ("2030-02-01", "若白糖期货合约出现单边市，则当日结算时起该合约交易保证金比例提高至15%。")
    found = policy(notices(BASE, rule), product="白糖", on="2030-03-01")
    assert {(row["new"], row["effective"]["condition"]) for row in found} == {
        ("8", None),
        ("15", "若白糖期货合约出现单边市"),
    }


def test_in_force_withdrawal_brings_back_the_value_before() -> None:
    raised = ("2030-03-01", "自2030年3月8日结算时起，白糖期货合约交易保证金比例调整为13%。")
    back = ("2030-03-05", "现决定撤回2030年3月1日发布的《关于调整白糖期货交易保证金比例的通知》。")
    reader = notices(BASE, raised, back)
    assert set(values(reader, "2030-03-15", product="白糖")) == {"margin 8 n1", "margin 撤回 n3"}
    assert values(notices(BASE, raised), "2030-03-15", product="白糖") == ["margin 13 n2"]


def test_in_force_correction_of_a_day_replaces_the_first_notice() -> None:
    first = ("2030-03-01", "自2030年3月8日结算时起，白糖期货合约交易保证金比例调整为13%。")
    second = ("2030-03-04", "更正后，白糖期货合约交易保证金比例自2030年3月12日结算时起调整为13%。", "更正公告")
    reader = notices(BASE, first, second)
    assert values(reader, "2030-03-11", product="白糖") == ["margin 8 n1"]
    assert values(reader, "2030-03-13", product="白糖") == ["margin 13 n3"]


def test_in_force_relative_change_stands_on_the_value_that_it_changes() -> None:
    more = ("2030-03-01", "自2030年3月8日结算时起，白糖期货合约交易保证金比例上调2个百分点。")
    assert values(notices(BASE, more), "2030-03-11", product="白糖") == ["margin 8 n1", "margin 上调2个百分点 n2"]


def test_in_force_repeats_are_shown_once() -> None:
    assert values(notices(BASE, BASE), "2030-03-11", product="白糖") == ["margin 8 n1"]


def test_policy_knows_a_product_by_all_its_names() -> None:
    reader = notices(("2030-01-08", "自2030年1月10日结算时起，PTA期货合约交易保证金比例调整为8%。"))
    for name in ("PTA", "精对苯二甲酸", "TA", "TA3005"):
        assert values(reader, "2030-02-01", product=name) == ["margin 8 n1"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"product": "白塘"}, "No product is called 白塘; the nearest are .*白糖"),
        ({"product": "?!"}, "No product is called"),
        ({"contract": "SR"}, "SR names no delivery month"),
        ({"contract": "SR3013"}, "SR3013 names no delivery month"),
        ({"contract": "XX3005"}, "No product is called XX3005"),
        ({"product": "铜", "contract": "SR3005"}, "SR3005 is a contract of 白糖, not of 铜"),
    ],
    ids=["misspelt", "nothing near", "no month", "month 13", "unknown code", "two products"],
)
def test_policy_refuses_what_it_does_not_know(asked: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        policy(notices(BASE), **asked)


def test_policy_since_a_day_of_what_is_in_force() -> None:
    reader = notices(BASE, HOLIDAY)
    assert [row["new"] for row in policy(reader, product="白糖", on="2030-04-30", since="2030-04-01")] == ["11"]
