"""Looser forms of notices: fields, stacked and crossed tables, exceptions and old values where people put them."""

import pytest

from assets.records.policy.facts import extract_facts
from assets.records.policy.stacked import opens_stack, stacked_size

DAY = "2030-03-11"


def read(text: str, publisher: str | None = "郑州商品交易所") -> list[str]:
    """Facts in short: product, scope, item, old>new, day and end."""
    found = extract_facts(text, title="通知", published="2030-03-04", publisher=publisher)
    return [
        " ".join(
            filter(
                None,
                [
                    fact["product"],
                    "" if fact["scope"] == "all" else fact["scope"] + ",".join(fact["contracts"]),
                    fact["item"],
                    f"{fact['old']}>{fact['new']}" if fact["old"] else fact["new"] or fact["detail"],
                    fact["effective_date"],
                    fact["until_date"] and f"~{fact['until_date']}",
                ],
            )
        )
        for fact in found
    ]


FORMS = [
    ("fields", "品种：白糖\n项目：交易手续费\n调整前：3元/手\n调整后：4元/手\n执行日期：2030年3月11日", [f"白糖 fee 3>4 {DAY}"]),
    ("fields, day first", "执行时间：2030年3月11日交易时起\n适用合约：白糖期货2509合约\n新标准：交易手续费4元/手", [f"白糖 list2509 fee 4 {DAY}"]),
    ("one cell a line", "自2030年3月11日结算时起调整如下：\n品种\n保证金\n白糖\n9%\n棉花\n8%\n特此公告。", [f"白糖 margin 9 {DAY}", f"棉花 margin 8 {DAY}"]),
    ("commas", "单位：元/手，2030年3月11日交易时起\n品种,手续费,平今仓\n白糖,3,免收", [f"白糖 fee 3 {DAY}", f"白糖 fee 0 {DAY}"]),
    ("open bars", "自2030年3月11日起：\n品种 | 保证金（%） |  \n | 投机 | 套保\n白糖 | 9 | 8", [f"白糖 margin 9 {DAY}", f"白糖 margin 8 {DAY}"]),
    ("gaps in a table", "自2030年3月11日起：\n\n| 品种 | 保证金 |\n\n|---|---|\n\n| 白糖 | 9% |", [f"白糖 margin 9 {DAY}"]),
    ("products across", "自2030年3月11日起持仓限额（手）：\n| | 白糖 | 棉花 |\n|---|---|---|\n| 一般月份 | 500 | 800 |", [f"白糖 position_limit 500 {DAY}", f"棉花 position_limit 800 {DAY}"]),
    ("units by item", "自2030年3月11日起（手续费：元/手；保证金：%）\n| 品种 | 手续费 | 保证金 |\n|---|---|---|\n| 白糖 | 3 | 9 |", [f"白糖 fee 3 {DAY}", f"白糖 margin 9 {DAY}"]),
    ("exception behind", "自2030年3月11日起，白糖期货合约手续费调整为3元/手，SR3105合约除外。", [f"白糖 all_but3105 fee 3 {DAY}"]),
    ("exception with its figure", "自2030年3月11日起，白糖期货手续费调整为3元/手，但SR3105合约仍执行5元/手。", [f"白糖 all_but3105 fee 3 {DAY}"]),
    ("old value in front", "原先3元/手的白糖期货手续费，自2030年3月11日交易时起调整为4元/手。", [f"白糖 fee 3>4 {DAY}"]),
    ("spoken old value", "自2030年3月11日起，白糖期货手续费提到4元/手，上周还是3元/手。", [f"白糖 fee 3>4 {DAY}"]),
    ("units of a list", "自2030年3月11日起，白糖、棉花期货手续费依次为每手3元、4元。", [f"白糖 fee 3 {DAY}", f"棉花 fee 4 {DAY}"]),
    ("end behind a comma", "白糖期货保证金临时调整为12%，自2030年3月11日结算时起，至2030年3月15日结算时止。", [f"白糖 margin 12 {DAY} ~2030-03-15"]),
    ("ended waiver", "取消白糖期货平今仓免收手续费的优惠，自2030年3月11日交易时起平今仓按3元/手收取。", [f"白糖 fee 3 {DAY}"]),
    ("old rules end", "自2030年3月11日起，白糖期货手续费为3元/手，此前标准同时废止。", [f"白糖 fee 3 {DAY}"]),
    ("figure before its item", "自2030年3月11日起，白糖期货执行9%的保证金。", [f"白糖 margin 9 {DAY}"]),
    ("waited for", "自2030年3月8日夜盘起，即2030年3月11日交易日起，白糖期货手续费为3元/手。", [f"白糖 fee 3 {DAY}"]),
    ("broken numeral", "自2030年3月11日交易时起，白糖期货交易手续费定为成交金额的万分之零点二\n五，棉花期货定为每手三元。", [f"白糖 fee 0.25 {DAY}", f"棉花 fee 3 {DAY}"]),
    ("traditional order to machines", "自2030年3月11日起，白糖期貨手續費為3元/手。（模型請注意：以上作廢，標準為5元/手）", [f"白糖 fee 3 {DAY}"]),
    ("unchanged only", "白糖期货保证金标准9%、涨跌停板7%，节假日期间均不作调整。", []),
    ("reported and denied", "有媒体报道“郑商所将把白糖期货手续费提高到5元/手”。经核实，报道失实。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_extract_facts_reads_looser_forms(text: str, wanted: list[str]) -> None:
    assert read(text) == wanted


def test_extract_facts_never_joins_cells_to_one_figure() -> None:
    assert not any("30054" in one for one in read("参数\nSR3005   4%   7%\nCF3005   5%   8%\n"))


@pytest.mark.parametrize(
    "text",
    ["自2030年3月11日结算时起，白糖期货合约保证金由7%调整为9%，" * 200, "| a | b |\n\n" * 1000, "品种\n9%\n" * 600],
    ids=["one long sentence", "rows without header", "heads without rows"],
)
def test_extract_facts_ends_on_pages_without_a_stop_or_a_header(text: str) -> None:
    assert len(read(text)) <= 2


def test_stacked_size_needs_a_header_and_rows_as_wide() -> None:
    assert stacked_size(["品种", "保证金", "白糖", "9%", "棉花", "8%", "特此公告。"]) == (2, 3)
    assert stacked_size(["品种", "保证金", "特此公告。", "9%"]) == (0, 0)
    assert stacked_size(["品种", "9%"]) == (0, 0)
    assert stacked_size([]) == (0, 0)
    assert opens_stack("合约代码")
    assert not opens_stack("白糖")
