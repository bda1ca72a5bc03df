"""Words of notices: figures, moments, issuers, products and contracts, the view, injections, and odd input."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.policy.blocks import mask_injections, split_blocks
from assets.records.policy.facts import extract_facts
from assets.records.policy.words.issuers import ISSUER, Issuer, find_issuer, listing_exchange, read_publisher
from assets.records.policy.words.moments import Calendar, When, find_moments
from assets.records.policy.words.subjects import code_product, find_contracts, find_products
from assets.records.policy.words.values import VALUE, Figure, header_unit, read_cell, read_value
from assets.records.policy.words.view import make_view


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("9%", "9", "%"),
        ("百分之十二点五", "12.5", "%"),
        ("万分之零点五", "0.5", "万分之"),
        ("千分之一", "1", "千分之"),
        ("2‰", "2", "千分之"),
        ("百万分之2.3", "2.3", "百万分之"),
        ("3,000手", "3000", "手"),
        ("3万手", "30000", "手"),
        ("两千手", "2000", "手"),
        ("2.50元/手", "2.5", "元/手"),
        ("3元5角/手", "3.5", "元/手"),
        ("5角/吨", "0.5", "元/吨"),
        ("每手六元五角", "6.5", "元/手"),
        ("每吨每天八角", "0.8", "元/吨·天"),
        ("0.5元/吨·天", "0.5", "元/吨·天"),
        ("0.5元/吨/日", "0.5", "元/吨·天"),
        ("1元/500千克", "1", "元/500千克"),
        ("20吨", "20", "吨"),
        ("3元", "3", "元"),
    ],
)
def test_read_value_keeps_number_and_unit_as_written(text: str, number: str, unit: str) -> None:
    match = VALUE.search(text)
    assert match is not None
    assert read_value(match) == Figure(number, unit)


def test_read_value_of_points_is_relative() -> None:
    match = VALUE.search("上调三个百分点")
    assert match is not None
    assert read_value(match) == Figure("3", "个百分点", is_relative=True)


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("免收", "元/手", Figure("0", None)),
        ("1.5", "元/手", Figure("1.5", "元/手")),
        ("3元", "元/手", Figure("3", "元/手")),
        ("3万", "手", Figure("30000", "手")),
        ("10%", "元/手", Figure("10", "%")),
        ("见附件", "%", None),
    ],
)
def test_read_cell(cell: str, unit: str, expected: Figure | None) -> None:
    assert read_cell(cell, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("交易手续费", None),
        ("交易手续费(元/手)", "元/手"),
        ("仓储费(元/吨·天)", "元/吨·天"),
        ("限额(手)", "手"),
        ("费率(‰)", "千分之"),
    ],
)
def test_header_unit(text: str, unit: str | None) -> None:
    assert header_unit(text) == unit


# fmt: off
MOMENTS = [
    ("自2027年3月4日(星期四)收盘结算时起,", "from", When("2027-03-04", "settlement")),
    ("自二〇二七年三月四日交易时起,", "from", When("2027-03-04")),
    ("自2027-03-04起,", "from", When("2027-03-04")),
    ("自3月4日日盘起,", "from", When("2027-03-04", "day_session")),
    ("自3月5日(即3月4日晚夜盘)起,", "from", When("2027-03-05", "night_session")),
    ("自3月4日当晚夜盘交易时(即3月5日交易日)起,", "from", When("2027-03-05", "night_session")),
    ("执行时间为3月4日结算时,", "from", When("2027-03-04", "settlement")),
    ("于3月4日结算时将", "from", When("2027-03-04", "settlement")),
    ("执行至2027年5月14日。", "until", When("2027-05-14")),
    ("3月4日发布的通知", "date", When("2027-03-04")),
    ("原定于3月4日起执行", "date", When("2027-03-04")),
    ("自即日起,", "condition", When(None, None, "自即日起")),
    ("节后首个交易日结算时起,", "condition", When(None, "settlement", "节后首个交易日结算时起")),
    ("自同日交易时起,", "from", When("2027-02-26")),
    ("同一时间起", "from", When("2027-02-26", "settlement")),
    ("自13月40日起,", "from", When()),
]
# fmt: on


@pytest.mark.parametrize(("text", "kind", "when"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_find_moments(text: str, kind: str, when: When) -> None:
    last = When("2027-02-26", "settlement")
    found = find_moments(text, Calendar(dt.date(2027, 3, 1)), last)
    assert [(one.kind, one.when) for one in found[-1:]] == [(kind, when)]


def test_find_moments_takes_the_year_from_an_earlier_full_date() -> None:
    calendar = Calendar(dt.date(2026, 12, 28))
    find_moments("自2027年1月5日起,", calendar, When())
    assert find_moments("自1月8日起,", calendar, When())[0].when.date == "2027-01-08"


def test_find_moments_turns_the_year_with_the_publication() -> None:
    found = find_moments("自1月5日起,", Calendar(dt.date(2026, 12, 28)), When())
    assert found[0].when.date == "2027-01-05"


def test_find_moments_without_a_year_has_no_date() -> None:
    assert find_moments("自1月5日起,", Calendar(None), When())[0].when.date is None


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("郑商所", "郑州商品交易所"),
        ("接上海期货交易所", "上海期货交易所"),
        ("上期能源", "上海国际能源交易中心"),
        ("中国证监会", "中国证监会"),
        ("根据北辰商品交易所", "北辰商品交易所"),
        ("各期货交易所", None),
        ("根据交易所", None),
    ],
)
def test_find_issuer(surface: str, name: str | None) -> None:
    match = ISSUER.search(surface)
    found = find_issuer(match.group()) if match else None
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("publisher", "expected"),
    [
        ("华东能源交易所", Issuer("华东能源交易所", "exchange")),
        ("望溪期货有限公司", Issuer("望溪期货", "broker")),
        ("远岬仓储有限公司", Issuer("远岬仓储", "other")),
        ("中国证监会", Issuer("中国证监会", "regulator")),
        ("期讯早报", None),
        ("", None),
        (None, None),
    ],
)
def test_read_publisher(publisher: str | None, expected: Issuer | None) -> None:
    assert read_publisher(publisher) == expected


def test_listing_exchange_knows_options_and_not_everything() -> None:
    assert listing_exchange("豆粕期权") == "大连商品交易所"
    assert listing_exchange("月球石") is None
    assert listing_exchange(None) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("铜、铝、锌期货合约", ["铜", "铝", "锌"]),
        ("铜、锌期权", ["铜期权", "锌期权"]),
        ("豆粕期货和期权", ["豆粕", "豆粕期权"]),
        ("沪镍2705合约", ["镍"]),
        ("国际铜期货", ["国际铜"]),
        ("铸造铝合金期货", ["铸造铝合金"]),
        ("2年期、10年期国债期货", ["2年期国债", "10年期国债"]),
        ("上海期货交易所", []),
        ("铜价上涨", []),
    ],
)
def test_find_products(text: str, names: list[str]) -> None:
    assert [name for _, _, found in find_products(text) for name in found] == names


@pytest.mark.parametrize(
    ("text", "kind", "months"),
    [
        ("2603、2604及2607合约", "list", ["2603", "2604", "2607"]),
        ("SC2506至SC2512合约", "range", ["2506", "2512"]),
        ("2506合约至2512合约", "range", ["2506", "2512"]),
        ("自RU2801合约起", "range", ["2801"]),
        ("PX2705合约及以后合约", "range", ["2705"]),
        ("TA509合约", "list", ["2509"]),
        ("sl2709", "list", ["2709"]),
    ],
)
def test_find_contracts(text: str, kind: str, months: list[str]) -> None:
    (found,) = find_contracts(text, 2025)
    assert (found.kind, [month for _, month in found.named]) == (kind, months)


@pytest.mark.parametrize("text", ["2000手", "1200元", "SC2513合约", "限额2509吨", "2025年", "电话2505"])
def test_find_contracts_leaves_other_figures(text: str) -> None:
    assert find_contracts(text, 2025) == []


def test_code_product_reads_codes_in_any_case() -> None:
    assert code_product("sc") == "原油"
    assert code_product("Sl") == "工业硅"
    assert code_product("ZZ") is None


@given(st.text(alphabet="自二〇2O5lI年月日起 　％９９铜期貨保證金調整為、，。|\t\n", max_size=80))
def test_make_view_leads_back_to_the_stored_text(text: str) -> None:
    view = make_view(text, 7)
    assert len(view.text) == len(view.offsets)
    assert list(view.offsets) == sorted(set(view.offsets))
    assert all(7 <= at < 7 + len(text) for at in view.offsets)


@given(st.text(max_size=200))
def test_mask_injections_keeps_length_and_lines(text: str) -> None:
    masked = mask_injections(text)
    assert len(masked) == len(text)
    assert [at for at, char in enumerate(masked) if char == "\n"] == [
        at for at, char in enumerate(text) if char == "\n"
    ]


FRAGMENTS = st.sampled_from(
    ["自2027年3月4日结算时起，", "豆粕", "、", "铜期货", "2705合约", "保证金", "手续费", "由8%", "调整为10%", "3元/手", "；", "。", "\n", "除", "外，", "免收",
     "其他合约", "该合约", "上述品种", "恢复至节前水平", "撤回", "通知", "我司", "交易所", "分别", "和", "一、", "| 品种 | 保证金 |\n", "| 铜 | 9 |\n", "加收2个百分点",
     "此前为", "当出现单边市时，", "直至解除", "——", "不作调整", "自SC2407合约起", "新挂牌", "曾", "？", "（", "）", "同日起", "执行"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=25), st.sampled_from(["北辰商品交易所", "望溪期货", "早报", None]))
def test_extract_facts_takes_any_words_in_any_order(pieces: list[str], by: str | None) -> None:
    text = "".join(pieces)
    dates = set(re.findall(r"2027年3月4日", text))
    for fact in extract_facts(text, title="通知", published="2027-03-01", publisher=by):
        assert 0 <= fact["start"] < fact["end"] <= len(text)
        assert fact["effective_date"] in ({"2027-03-04", None} if dates else {None})
        condition = fact["effective_condition"]
        assert condition is None or condition in text.replace("\n", "")


@pytest.mark.parametrize("piece", ["1", "铜、", "2505、", "<!--", "(", "当某", "|", "自", "a ", "| 铜 | 5 |\n"])
def test_extract_facts_takes_long_monotonous_text(piece: str) -> None:
    assert extract_facts(piece * 1500, title="", published=None, publisher=None) == []


def test_split_blocks_joins_wrapped_lines_and_keeps_lists_apart() -> None:
    text = "自2027年3月4日结算时起，豆粕期货合约的交易保证金水平调整为\n10%，涨跌停板幅度调整为8%。\n一、其他事项。\n"
    blocks = split_blocks(text)
    assert [block.view.text if block.view else "" for block in blocks] == [
        "自2027年3月4日结算时起,豆粕期货合约的交易保证金水平调整为10%,涨跌停板幅度调整为8%。",
        "一、其他事项。",
    ]
