"""Tables of notices: headers of one or two lines, merged cells, contracts, values before and after."""

from typing import Any

import pytest

from assets.records.policy.facts import extract_facts

NORTH = "北辰商品交易所"


def read(text: str, *, by: str = NORTH, title: str = "通知") -> list[dict[str, Any]]:
    return extract_facts(text, title=title, published="2027-03-01", publisher=by)


def brief(facts: list[dict[str, Any]]) -> list[str]:
    lines = []
    for fact in facts:
        scope = "" if fact["scope"] == "all" else f" {fact['scope']}{','.join(fact['contracts'])}"
        detail = f" {fact['detail']}" if fact["detail"] else ""
        old = f"{fact['old']}→" if fact["old"] else ""
        when = f"{fact['effective_date'] or '-'}{'结' if fact['effective_point'] == 'settlement' else ''}"
        lines.append(f"{fact['product']}{scope} {fact['item']}{detail} {old}{fact['new']}{fact['unit'] or ''} {when}")
    return lines


# fmt: off
TABLES = [
    ("contracts in their own column, merged product cell, the rest below",
     "自2027年3月4日收盘结算时起，标准调整如下：\n\n| 品种 | 合约 | 投机保证金 | 套保保证金 | 涨跌停板 |\n|---|---|---|---|---|\n"
     "| 螺纹钢 | RB2705 | 10% | 9% | 8% |\n| | RB2706、RB2707 | 11% | - | 8% |\n| | 其他合约 | 8% | 不变 | 6% |\n",
     ["螺纹钢 list2705 margin 投机 10% 2027-03-04结", "螺纹钢 list2705 margin 套保 9% 2027-03-04结", "螺纹钢 list2705 price_limit 8% 2027-03-04结",
      "螺纹钢 list2706,2707 margin 投机 11% 2027-03-04结", "螺纹钢 list2706,2707 price_limit 8% 2027-03-04结",
      "螺纹钢 all_but2705,2706,2707 margin 投机 8% 2027-03-04结", "螺纹钢 all_but2705,2706,2707 price_limit 6% 2027-03-04结"]),
    ("two lines of header, unit in brackets",
     "自2027年3月4日交易时起，下列期权手续费如下：\n| 品种 | 交易手续费（元/手） | | 行权手续费（元/手） |\n|:--|:--|:--|:--|\n| | 非日内 | 日内平今仓 | |\n"
     "| 铜期权 | 5 | 0 | 5 |\n| 铝期权 | 1.5 | 免收 | 1.5 |\n",
     ["铜期权 fee 非日内 5元/手 2027-03-04", "铜期权 fee 日内平今仓 0元/手 2027-03-04", "铜期权 fee 行权手续费 5元/手 2027-03-04",
      "铝期权 fee 非日内 1.5元/手 2027-03-04", "铝期权 fee 日内平今仓 0 2027-03-04", "铝期权 fee 行权手续费 1.5元/手 2027-03-04"]),
    ("before and after, item and unit in the lead",
     "自2027年3月4日交易时起，有关品种交易手续费调整如下（单位：元/手）：\n品种\t调整前\t调整后\n白银\t5\t10\n锡\t3\t6",
     ["白银 fee 5→10元/手 2027-03-04", "锡 fee 3→6元/手 2027-03-04"]),
    ("wide blanks, contract first",
     "自2027年3月4日交易时起执行下列手续费标准：\n合约　　交易手续费　　日内平今仓手续费\nAU2706　　10元/手　　免收\nAU2708　　20元/手　　20元/手\n其他黄金期货合约不变。",
     ["黄金 list2706 fee 10元/手 2027-03-04", "黄金 list2706 fee 日内平今仓 0 2027-03-04",
      "黄金 list2708 fee 20元/手 2027-03-04", "黄金 list2708 fee 日内平今仓 20元/手 2027-03-04"]),
    ("single blanks",
     "自2027年3月4日结算时起，标准如下表所示。\n品种 交易保证金水平 涨跌停板幅度\n焦炭 15% 10%\n焦煤 14% 9%\n",
     ["焦炭 margin 15% 2027-03-04结", "焦炭 price_limit 10% 2027-03-04结", "焦煤 margin 14% 2027-03-04结", "焦煤 price_limit 9% 2027-03-04结"]),
    ("items in rows, dates in a column",
     "品种 | 项目 | 调整前 | 调整后 | 执行时间\n不锈钢 | 涨跌停板幅度 | 6% | 8% | 2027年3月4日结算时\n线材 | 交易手续费 | 万分之0.4 | 万分之0.6 | 2027年3月8日交易时",
     ["不锈钢 price_limit 6→8% 2027-03-04结", "线材 fee 0.4→0.6万分之 2027-03-08"]),
    ("products in the header, the date below",
     "| 项目 | 铁矿石 | 焦炭 |\n|---|---|---|\n| 交易保证金（%） | 12 | 15 |\n| 涨跌停板（%） | 9 | 10 |\n\n上述标准自2027年3月4日结算时起执行。",
     ["铁矿石 margin 12% 2027-03-04结", "焦炭 margin 15% 2027-03-04结", "铁矿石 price_limit 9% 2027-03-04结", "焦炭 price_limit 10% 2027-03-04结"]),
    ("no header",
     "下表为各品种交割手续费标准（元/吨），自2027年3月4日起执行：\n铜 | 2\n铝 | 1",
     ["铜 fee 交割手续费 2元/吨 2027-03-04", "铝 fee 交割手续费 1元/吨 2027-03-04"]),
    ("stages in the header",
     "自2027年3月4日结算时起，持仓限额（单位：手）调整为：\n| 品种 | 一般月份 | 交割月份 |\n| --- | --- | --- |\n| 豆粕 | 30,000 | 5,000 |\n",
     ["豆粕 position_limit 一般月份 30000手 2027-03-04结", "豆粕 position_limit 交割月份 5000手 2027-03-04结"]),
    ("a change told in one cell, a range of contracts, points",
     "自2027年3月4日结算时起执行：\n| 品种 | 合约 | 交易保证金 |\n|---|---|---|\n| 玻璃 | FG2705至FG2709 | 由9%调整为12% |\n| 纯碱 | 全部 | 上调2个百分点 |\n",
     ["玻璃 range2705,2709 margin 9→12% 2027-03-04结", "纯碱 margin 上调2个百分点 None 2027-03-04结"]),
    ("dates in the header, contracts as the rest",
     "受长假影响，交易保证金调整如下：\n品种\t合约\t9月28日结算后\t10月8日结算后\n铜\t2711\t12%\t10%\n铜\t除2711外\t11%\t9%",
     ["铜 list2711 margin 12% 2027-09-28结", "铜 list2711 margin 10% 2027-10-08结",
      "铜 all_but2711 margin 11% 2027-09-28结", "铜 all_but2711 margin 9% 2027-10-08结"]),
    ("before and after over two lines of header, the date below",
     "| 品种 | 调整前 | | 调整后 | |\n|---|---|---|---|---|\n| | 涨跌停板 | 保证金 | 涨跌停板 | 保证金 |\n| 豆粕 | 6% | 8% | 8% | 10% |\n\n自2027年3月10日结算时起执行。",
     ["豆粕 price_limit 6→8% 2027-03-10结", "豆粕 margin 8→10% 2027-03-10结"]),
    ("all products",
     "自2027年3月4日结算时起执行：\n| 品种 | 交易保证金 |\n|---|---|\n| 所有品种 | 12% |\n",
     ["全部品种 margin 12% 2027-03-04结"]),
]
# fmt: on


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_walk_table_reads_rows(text: str, expected: list[str]) -> None:
    facts = read(text)
    assert brief(facts) == expected
    for fact in facts:
        quote = text[fact["start"] : fact["end"]]
        assert "\n" not in quote
        assert quote in text.splitlines()


def test_walk_table_lets_later_sentences_restore_its_products() -> None:
    text = (
        "自2027年4月28日结算时起：\n| 品种 | 投机保证金 | 涨跌停板 |\n|---|---|---|\n| 豆一 | 8% | 7% |\n\n"
        "5月6日（假期后首个交易日）结算时起，上述品种涨跌停板幅度、保证金水平回到节前水平。"
    )
    assert brief(read(text))[2:] == [
        "豆一 price_limit 恢复至节前水平 None 2027-05-06结",
        "豆一 margin 恢复至节前水平 None 2027-05-06结",
    ]


def test_walk_table_does_not_take_a_date_that_speaks_of_something_else() -> None:
    text = "自2027年3月2日起，会员服务电话变更。\n有关标准如下：\n| 品种 | 保证金 |\n|---|---|\n| 豆一 | 8% |\n"
    assert brief(read(text)) == ["豆一 margin 8% -"]


def test_walk_table_names_the_issuer_of_each_column() -> None:
    text = (
        "北辰商品交易所已发布通知，自2027年3月4日结算时起执行。\n| 品种 | 北辰商品交易所保证金 | 我司保证金 |\n|---|---|---|\n"
        "| 尿素 | 10% | 15% |\n"
    )
    facts = read(text, by="望溪期货")
    assert [(fact["issuer"], fact["issuer_level"], fact["new"]) for fact in facts] == [
        (NORTH, "exchange", "10"),
        ("望溪期货", "broker", "15"),
    ]


def test_walk_table_without_products_or_items_states_nothing() -> None:
    assert read("联系人 | 电话\n结算部 | 000-1234\n风控部 | 000-5678") == []
    assert read("| 品种 | 备注 |\n|---|---|\n| 豆一 | 见附件 |\n") == []
