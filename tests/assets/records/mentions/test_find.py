import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.mentions.build import build_mentions
from assets.records.mentions.find import find_mentions
from assets.records.schema import MENTIONS
from assets.text.spans import digest_id
from tests.assets.records.rows import source, sources

PUBLISHED = "2024-04-18T16:00:00+08:00"


def found(text: str, *kinds: str) -> list[tuple[str, str | None]]:
    return [(m.surface, m.value) for m in find_mentions(text, PUBLISHED) if m.kind in kinds]


PRODUCTS = [
    ("原油期货主力合约", [("原油", "SC")]),
    ("沪铜、沪铝与PTA走高", [("沪铜", "CU"), ("沪铝", "AL"), ("PTA", "TA")]),
    ("pvc库存回落", [("pvc", "V")]),
    ("低硫燃料油", [("低硫燃料油", "LU")]),
    ("WTI 5月原油期货", [("WTI", "WTI"), ("原油", "WTI")]),
    ("伦铜报9500美元/吨", [("伦铜", "LME_CU")]),
    ("LME铜库存", [("LME铜", "LME_CU")]),
    ("铜价走高", [("铜", "CU")]),
    ("铜陵市的铜像", []),
    ("苹果期货主力合约", [("苹果", "AP")]),
    ("苹果公司发布手机", []),
    ("IF主力合约", [("IF", "IF")]),
    ("VPVC管", []),
]


@pytest.mark.parametrize(("text", "wanted"), PRODUCTS, ids=[p[0] for p in PRODUCTS])
def test_find_mentions_of_products(text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(text, "product") == wanted


CONTRACTS = [
    ("SC2406合约", [("SC2406", "SC2406")]),
    ("sc2406", [("sc2406", "SC2406")]),
    ("ＳＣ２４０６", [("ＳＣ２４０６", "SC2406")]),
    ("CF409跌0.5%", [("CF409", "CF2409")]),
    ("原油2406合约", [("原油2406合约", "SC2406")]),
    ("沪铜主力2405", [("沪铜主力2405", "CU2405")]),
    ("原油期货走低，2407合约跌3%", [("2407合约", "SC2407")]),
    ("原油走低，主力合约2406收跌", [("主力合约2406", "SC2406")]),
    ("2407合约", [("2407合约", None)]),
    ("m2409-C-3000", [("m2409-C-3000", "M2409-C-3000")]),
    ("SC2413", []),
    ("RB410", []),
    ("A2409元", []),
    ("成交2406手", []),
    ("ABC2406", []),
    ("伦铜走高，2407合约", [("2407合约", None)]),
]


@pytest.mark.parametrize(("text", "wanted"), CONTRACTS, ids=[c[0] for c in CONTRACTS])
def test_find_mentions_of_contracts(text: str, wanted: list[tuple[str, str | None]]) -> None:
    assert found(text, "contract") == wanted


INSTITUTIONS = [
    ("上期能源通知", [("上期能源", "上海国际能源交易中心")]),
    ("证监会相关负责人", [("证监会", "中国证监会")]),
    ("据青岚期货消息", [("青岚期货", "青岚期货")]),
    ("随后，青岚期货研究员说", [("青岚期货", "青岚期货")]),
    ("青岚期货股份有限公司公告", [("青岚期货股份有限公司", "青岚期货股份有限公司")]),
    ("砚台财经4月18日电 原油", [("砚台财经", "砚台财经")]),
    ("云帆北京4月18日讯 原油", [("云帆", "云帆")]),
    ("北京时间4月18日消息，原油", []),
    ("原油期货、国债期货与商品期货市场", []),
    ("美国天然气期货上涨", []),
    ("注册资本与资本市场", []),
    ("各交易所", []),
    ("OPEC+宣布", [("OPEC+", "石油输出国组织")]),
    ("青岚期货下调目标。早盘时段青岚期货称", [("青岚期货", "青岚期货"), ("青岚期货", "青岚期货")]),
    ("云海物流的一位经理", [("云海物流", "云海物流")]),
    ("物流成本", []),
]


@pytest.mark.parametrize(("text", "wanted"), INSTITUTIONS, ids=[i[0] for i in INSTITUTIONS])
def test_find_mentions_of_institutions(text: str, wanted: list[tuple[str, str]]) -> None:
    assert found(text, "institution") == wanted


PERSONS = [
    ("分析师叶晚晴认为", ["叶晚晴"]),
    ("青岚期货能源组叶晚晴说", ["叶晚晴"]),
    ("叶晚晴表示，油价偏强。", ["叶晚晴"]),
    ("美联储主席鲍威尔表示", ["鲍威尔"]),
    ("（记者叶晚）", ["叶晚"]),
    ("公司公告称", []),
    ("负责人对记者表示", []),
    ("市场认为", []),
    ("黄金表现强势", []),
]


@pytest.mark.parametrize(("text", "wanted"), PERSONS, ids=[p[0] for p in PERSONS])
def test_find_mentions_of_persons(text: str, wanted: list[str]) -> None:
    assert [surface for surface, _ in found(text, "person")] == wanted


FIRMS = [
    ("青岚股份(600999)公告", ["青岚股份"]),
    ("$青岚科技(SZ000999)$大涨", ["青岚科技"]),
    ("永岚特钢：2018年净利同比增14%", ["永岚特钢"]),
    ("由云帆市青岚海运股份有限公司承担", ["云帆市青岚海运股份有限公司"]),
    ("青岚控股有限公司（以下简称“公司”）", ["青岚控股有限公司"]),
    ("浙江省人民政府办公厅印发", ["浙江省人民政府办公厅"]),
    ("从广州市公安局获悉", ["广州市公安局"]),
    ("美国能源部表示", ["美国能源部"]),
    ("风险提示：公司业绩不及预期", []),
    ("中国铁建股份有限公司", ["中国铁建股份有限公司"]),
    ("有限公司", []),
]


@pytest.mark.parametrize(("text", "wanted"), FIRMS, ids=[f[0] for f in FIRMS])
def test_find_mentions_of_firms_that_their_surroundings_show(text: str, wanted: list[str]) -> None:
    assert [surface for surface, _ in found(text, "institution")] == wanted


def test_find_mentions_gives_short_names_their_full_one() -> None:
    text = "青岚海运股份有限公司（以下简称“青岚海运”）与云帆集团有限公司（下称“公司”）签约。青岚海运称"
    values = [m.value for m in find_mentions(text, PUBLISHED) if m.kind == "institution"]
    assert values == ["青岚海运股份有限公司", "青岚海运股份有限公司", "云帆集团有限公司", "青岚海运股份有限公司"]


def test_find_mentions_of_rows_of_quotes_and_traditional_script() -> None:
    assert found("3 600999 青岚光学2.60% 291.9", "institution") == [("青岚光学", "青岚光学")]
    assert found("黃金與銅價走高，證監會週五表示", "product", "institution") == [
        ("黃金", "AU"), ("銅", "CU"), ("證監會", "中国证监会"),
    ]  # fmt: skip


MOMENTS = [
    ("2024年一季度", "2024-01/2024-03"),
    ("去年第四季度", "2023-10/2023-12"),
    ("一季度", None),
    ("今年前三季度", "2024-01/2024-09"),
    ("2023年下半年", "2023-07/2023-12"),
    ("4月上旬", "2024-04-01/2024-04-10"),
    ("2月下旬", "2024-02-21/2024-02-29"),
    ("4月底", "2024-04"),
    ("月底", None),
    ("上周", "2024-04-08/2024-04-14"),
    ("本周末", "2024-04-20/2024-04-21"),
    ("上周五", "2024-04-12"),
    ("本周三", "2024-04-17"),
    ("节后首日", None),
    ("五一假期后首个交易日", None),
    ("次日", None),
]


@pytest.mark.parametrize(("text", "value"), MOMENTS, ids=[m[0] for m in MOMENTS])
def test_find_mentions_of_stretches_of_time(text: str, value: str | None) -> None:
    assert found(f"预计{text}，原油走高", "date") == [(text, value)]


def test_find_mentions_of_stretches_without_a_day_of_publication() -> None:
    text = "2023年报告，11月下旬、上周、今年一季度与5月上旬"
    values = [m.value for m in find_mentions(text, None) if m.kind == "date"]
    assert values == ["2023", "2023-11-21/2023-11-30", None, None, "2023-05-01/2023-05-10"]


def test_find_mentions_of_main_contracts_names_their_product() -> None:
    text = "原油期货主力合约收跌，螺纹钢2410合约走高，主力合约换月\n主力合约分化"
    contracts = [(m.surface, m.value, m.product) for m in find_mentions(text, PUBLISHED) if m.kind == "contract"]
    assert contracts == [
        ("主力合约", None, "SC"), ("螺纹钢2410合约", "RB2410", "RB"), ("主力合约", None, "RB"), ("主力合约", None, None),
    ]  # fmt: skip


def test_find_mentions_of_persons_with_their_titles() -> None:
    text = "青岚期货首席分析师叶晚晴认为，美联储主席鲍威尔与戴维·米勒表示。沈砚舟女士在场"
    persons = [(m.surface, m.role) for m in find_mentions(text, PUBLISHED) if m.kind == "person"]
    assert persons == [("叶晚晴", "首席分析师"), ("鲍威尔", "主席"), ("戴维·米勒", None), ("沈砚舟", None)]


FIGURES = [
    ("收报642.4元/桶", ("price", "642.4元/桶", "642.4", "元/桶", None)),
    ("报每桶82.69美元", ("price", "每桶82.69美元", "82.69", "美元/桶", None)),
    ("下跌20.9元/桶", ("price", "20.9元/桶", "20.9", "元/桶", "down")),
    ("跌幅3.15%", ("percent", "3.15%", "3.15", "%", "down")),
    ("跌幅３．１５％", ("percent", "３．１５％", "3.15", "%", "down")),
    ("录得-3.13%", ("percent", "-3.13%", "-3.13", "%", "down")),
    ("录得+1.20%", ("percent", "+1.20%", "1.20", "%", "up")),
    ("录得2%的涨幅", ("percent", "2%", "2", "%", "up")),
    ("涨跌幅为2%", ("percent", "2%", "2", "%", None)),
    ("产量同比增长百分之三点五", ("percent", "百分之三点五", "3.5", "%", "up")),
    ("上调25个基点", ("percent", "25个基点", "25", "基点", "up")),
    ("回落0.8个百分点", ("percent", "0.8个百分点", "0.8", "个百分点", "down")),
    ("收报3065.26点", ("price", "3065.26点", "3065.26", "点", None)),
    ("库存2,815万吨", ("amount", "2,815万吨", "28150000", "吨", None)),
    ("持仓4.1万手", ("amount", "4.1万手", "41000", "手", None)),
    ("成交100.5亿元", ("amount", "100.5亿元", "10050000000", "元", None)),
    ("每天多放五十五万桶", ("amount", "五十五万桶", "550000", "桶", None)),
    ("日产118万桶/日", ("amount", "118万桶/日", "1180000", "桶/日", None)),
    ("上升至1.8倍", ("number", "1.8倍", "1.8", "倍", "up")),
    ("约三成，", ("number", "三成", "3", "成", None)),
    ("共有12家企业", ("amount", "12家", "12", "家", None)),
    ("均值为57", ("number", "57", "57", None, None)),
]


@pytest.mark.parametrize(("text", "wanted"), FIGURES, ids=[f[0] for f in FIGURES])
def test_find_mentions_of_figures(text: str, wanted: tuple[str, ...]) -> None:
    (m,) = [m for m in find_mentions(text, PUBLISHED) if m.kind in {"price", "percent", "amount", "number"}]
    assert (m.kind, m.surface, m.value, m.unit, m.direction) == wanted


@pytest.mark.parametrize(
    "text", ["第3条", "15:30开盘", "一些人", "一手消息", "上午9点30分", "1.总则", "A3纸", "3.15.2版", "十足", "4月18日"]
)
def test_find_mentions_takes_no_figure_from(text: str) -> None:
    assert found(text, "price", "percent", "amount") == []


def test_find_mentions_says_the_direction_of_each_figure_apart() -> None:
    text = "WTI跌2.67美元，报82.69美元/桶；较前结算价663.3元/桶下跌20.9元，跌幅3.15%，持仓增至41206手，涨0.2%或3点"
    directions = {m.surface: m.direction for m in find_mentions(text, PUBLISHED) if m.unit}
    assert directions == {
        "2.67美元": "down", "82.69美元/桶": None, "663.3元/桶": None, "20.9元": "down", "3.15%": "down", "41206手": "up", "0.2%": "up",
    }  # fmt: skip


def test_find_mentions_gives_a_range_its_unit() -> None:
    figures = [(m.value, m.unit, m.kind) for m in find_mentions("540到565元/桶，20-30万吨，3至5%，8、9", PUBLISHED)]
    assert figures == [
        ("540", "元/桶", "price"), ("565", "元/桶", "price"), ("200000", "吨", "amount"), ("300000", "吨", "amount"),
        ("3", "%", "percent"), ("5", "%", "percent"), ("8", None, "number"), ("9", None, "number"),
    ]  # fmt: skip


def test_find_mentions_of_dates() -> None:
    assert found("4月17日夜盘，昨日，5月合约", "date") == [("4月17日", "2024-04-17"), ("昨日", "2024-04-17")]
    assert [m.value for m in find_mentions("4月17日 CF409", None)] == [None, "CF2409"]


def test_build_mentions_makes_rows() -> None:
    frame = build_mentions(sources(source("d1", "原油2406合约跌3%。"), source("d2", "无")))
    assert frame.columns == MENTIONS.names
    rows = frame.sort("start", "end").to_dicts()
    assert [(r["kind"], r["value"]) for r in rows] == [("product", "SC"), ("contract", "SC2406"), ("percent", "3")]
    assert rows[1]["mention_id"] == digest_id("d1", "contract", 0, 8)
    assert frame["mention_id"].is_unique().all()


@given(
    st.text(
        alphabet="原油铜SC2406合约涨跌%元/桶万亿手点月日年百分之三五十，。-+～至证监会期货分析师王表示 ", max_size=60
    )
)
def test_find_mentions_spans_hold_their_surface(text: str) -> None:
    mentions = find_mentions(text, PUBLISHED)
    assert mentions == find_mentions(text, PUBLISHED)
    assert all(text[m.start : m.end] == m.surface != "" for m in mentions)
    assert len({(m.kind, m.start, m.end) for m in mentions}) == len(mentions)


def test_find_mentions_passes_long_runs_of_one_character() -> None:
    """Each of these took minutes where a pattern tried every beginning anew."""
    for text in ("\n" * 30_000, " " * 30_000, "1" * 30_000, "期货" * 5_000, "（" * 10_000, "马克·" * 8_000):
        assert all(m.kind in {"institution", "person"} for m in find_mentions(text, PUBLISHED))
    for text in ("有限公司" * 5_000, "（简称" * 8_000, "12月上旬" * 5_000, "600000青" * 5_000, "北京市区县" * 5_000):
        find_mentions(text, PUBLISHED)
