from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.personal import find_personal
from tests.resources.models.personal_samples import samples

CLEAN = [
    "4月18日，原油主力SC2406合约收报642.4元/桶，跌3.15%，成交13800138000手，持仓量13912345678。",
    "SC2406,2024-04-18,642.4,650.1,640.0,13800138000,41206",
    "SC2406\t642.40\t13800138000\t18612345678.50",
    "成交额13,800,138,000元，净流入18900000000元，总市值15812345678美元",
    "第3.2.7条 会员应当按照第十三条第（二）项办理。",
    "上期发〔2024〕138号，证监许可〔2023〕13912345678号，公告编号：2024-04-18",
    "ISBN 9787111128069，订单号4200001234202404181234567890，流水号6222021234567890123",
    "合约CU2406、m2409-C-3000、SR409P6500、2024年4月18日15:30:00",
    "股票代码600519、000001.SZ，基金代码110022",
    "20240418150000123，版本1.13.29.138",
    "董事长、总经理及高级经理出席，投资经理认为行情偏强，基金经理项目经理均未表态。",
    "分析师表示，黄金先生效；客户经理、分管副总经理签字。",
    "先生们女士们，公司经理、全国人大代表、上海期货交易所总经理",
    "沿一带一路5号线建设，中山路段3号机组停机检修，道琼斯指数3号文件。",
    "关注@财经观察，=SUM(A1:A3)，-3.15%，+1.2%",
    "账户2000个，账户余额123456元，席位费2000元，席位3个",
    "库存138,0013,8000吨；区间1380-1390-1400",
    "月成交量 13812345678、19912345678 手",
    "马来西亚棕榈油产量1391234吨，白糖主任质检员，石油经理人指数PMI为50.1",
    "现货升贴水118/1590/1620元，价差13500-13800-14100",
]


@pytest.mark.parametrize("text", CLEAN, ids=range(len(CLEAN)))
def test_find_personal_leaves_market_text(text: str) -> None:
    assert [text[s.start : s.end] for s in find_personal(text)] == []


def test_find_personal_finds_generated_data() -> None:
    made = samples(60)
    missed = [(span.kind, text) for text, span in made if span not in find_personal(text)]
    assert len(missed) <= 0.02 * len(made), missed[:20]


CASES = [
    ("手机１３８００１３８０００。", "mobile", "１３８００１３８０００"),
    ("联系电话：010-62345678转123", "phone", "010-62345678转123"),
    ("身份证号110101199001011230", "id_number", "110101199001011230"),
    ("护照号码：E12345678", "account", "E12345678"),
    ("邮箱zhang.san＠example.com。", "email", "zhang.san＠example.com"),
    ("青岚公寓3栋2单元501室", "address", "青岚公寓3栋2单元501室"),
    ("拟聘欧阳青云先生为顾问", "name", "欧阳青云"),
    ("与李明律师、王小明董事长会谈", "name", "李明"),
    ("13800138000、13900139000", "mobile", "13900139000"),
]


@pytest.mark.parametrize(("text", "kind", "surface"), CASES, ids=[c[0] for c in CASES])
def test_find_personal_of_single_cases(text: str, kind: str, surface: str) -> None:
    assert (kind, surface) in [(s.kind, text[s.start : s.end]) for s in find_personal(text)]


def test_find_personal_needs_the_check_digit_or_the_word() -> None:
    assert find_personal("110101199001011231") == []
    assert [s.kind for s in find_personal("6222021234567890124")] == []
    assert [s.kind for s in find_personal("卡号6222021234567890124")] == ["bank_card"]


@given(st.text(alphabet="138 0-+86@.ae张三先生经理路号地址电话账号：身份证6225，。\n", max_size=80))
def test_find_personal_spans_are_ordered_and_apart(text: str) -> None:
    spans = find_personal(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_find_personal_passes_long_runs() -> None:
    for text in ("1" * 40_000, "a" * 40_000, "张" * 40_000, "1 " * 20_000, "路1号" * 10_000, "138-" * 10_000):
        find_personal(text)
