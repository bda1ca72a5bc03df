import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.candidates import Index, fingerprint, sharing
from assets.records.near_duplicates import is_repost
from assets.records.wording import prepare

ARTICLE = (
    "4月18日，上海原油期货主力合约收报642.4元/桶，较前一交易日结算价下跌20.9元/桶，成交量为18.2万手，持仓量为4.1万手。\n"
    "砺石资本认为，美国商业原油库存连续第四周增加，库欣地区库存升至7月以来高位，炼厂检修使需求转弱，短期油价承压。\n"
    "屿山证券的分析师说，中东局势缓和使风险溢价回吐，但产油国减产执行率仍在九成以上，油价下方空间有限，不宜追空。\n"
    "现货方面，阿曼原油升水回落，山东独立炼厂开工率为55.3%，较上周减少1.2个百分点，采购意愿不强。"
)
TRADITIONAL = (
    "4月18日，上海原油期貨主力合約收報642.4元/桶，較前一交易日結算價下跌20.9元/桶，成交量為18.2萬手，持倉量為4.1萬手。\n"
    "礪石資本認為，美國商業原油庫存連續第四週增加，庫欣地區庫存升至7月以來高位，煉廠檢修使需求轉弱，短期油價承壓。\n"
    "嶼山證券的分析師說，中東局勢緩和使風險溢價回吐，但產油國減產執行率仍在九成以上，油價下方空間有限，不宜追空。\n"
    "現貨方面，阿曼原油升水回落，山東獨立煉廠開工率為55.3%，較上週減少1.2個百分點，採購意願不強。"
)


def altered(text: str, share: float, seed: int) -> str:
    chance = random.Random(seed)
    chars = list(text)
    places = [at for at, char in enumerate(chars) if "\u4e00" <= char <= "\u9fff"]
    for at in chance.sample(places, int(len(chars) * share)):
        chars[at] = chance.choice(["", chars[at] * 2, "的"])
    return "".join(chars)


REPOSTS = {
    "same": ARTICLE,
    "source line": f"来源：某某财经 记者 陈某\n{ARTICLE}\n本文转载自某某网，仅供参考，不构成投资建议。",
    "paragraph cut": "\n".join(ARTICLE.split("\n")[:2]),
    "paragraphs moved": "\n".join(reversed(ARTICLE.split("\n"))),
    "width and marks": ARTICLE.replace("，", ", ").replace("。", " .").replace("4月18日", "４月１８日"),
    "traditional": TRADITIONAL,
    **{f"altered {seed}": altered(ARTICLE, 0.03, seed) for seed in range(6)},
    "thousands mark": ARTICLE,
}
OTHERS = {
    "other numbers": ARTICLE.replace("642.4", "655.1")
    .replace("20.9", "8.2")
    .replace("18.2", "17.7")
    .replace("55.3", "54.0"),
    "other date": ARTICLE.replace("4月18日", "4月19日"),
    "one number": ARTICLE.replace("55.3%", "57.9%"),
    "other direction": ARTICLE.replace("结算价下跌", "结算价上涨"),
    "round-up": ARTICLE * 1 + "\n" + "碳酸锂期货主力合约震荡走高，仓单注册量继续增加，下游排产回升。" * 40,
    "other story": "豆粕期货主力合约小幅收高，巴西大豆到港量增加，油厂开机率回升，下游饲料企业随用随采，库存处于同期中位。",
    "empty": "",
}


REPOSTS |= {
    "wire's head": f"新潮社上海4月18日电（记者 陈某）{ARTICLE}",
    "headline in front": f"【4月18日，上海原油期货主力合约收报642.4元】{ARTICLE}",
    "editor behind": f"{ARTICLE}（责任编辑：陈某）",
    "merged": ARTICLE + "\n" + "碳酸锂期货主力合约震荡走高，仓单注册量继续增加，下游排产回升，采购意愿增强。" * 4,
    "lost character between numbers": ARTICLE.replace("4月18日", "418日"),
    "another sender": ARTICLE.replace("不强。", "不强。（潮信财经）"),
}
OTHERS |= {
    "other contract": ARTICLE.replace("主力合约", "CU2406合约").replace("4月18日", "4月18日，SC"),
    "other product": ARTICLE.replace("上海原油期货", "上海沪铜期货"),
    "other firm": ARTICLE.replace("砺石资本", "北岸银行"),
    "negated": ARTICLE.replace("不宜追空", "宜追空"),
    "correction": f"更正：此前报道有误，正确内容如下。{ARTICLE}",
    "denial": f"{ARTICLE}对此，有关方面回应称，上述消息不实。",
    "growth turned": ARTICLE.replace("连续第四周增加", "连续第四周减少"),
}


@pytest.mark.parametrize("text", REPOSTS.values(), ids=REPOSTS.keys())
def test_is_repost_joins(text: str) -> None:
    assert is_repost(prepare(ARTICLE), prepare(text))
    assert is_repost(prepare(text), prepare(ARTICLE))


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_is_repost_keeps_apart(text: str) -> None:
    assert not is_repost(prepare(ARTICLE), prepare(text))
    assert not is_repost(prepare(text), prepare(ARTICLE))


CODES = [("SC2406", "LC2406"), ("SC2406", "SC2407"), ("cu2406", "al2406")]


@pytest.mark.parametrize(("one", "other"), CODES)
def test_is_repost_keeps_codes_apart(one: str, other: str) -> None:
    text = ARTICLE.replace("主力合约", f"{one}合约")
    assert is_repost(prepare(text), prepare(text + "（完）"))
    assert not is_repost(prepare(text), prepare(text.replace(one, other)))


def test_is_repost_lays_rows_of_one_pattern_upon_each_other() -> None:
    rows = [f"{year}年期国债收益率涨{year}.{year % 7}个基点，报{year % 9}.{year}%；" for year in range(2, 14)]
    assert is_repost(prepare("".join(rows)), prepare("".join(rows[:3] + rows[6:])))


@pytest.mark.parametrize("regional", ["連結", "鏈接"])
def test_is_repost_knows_words_of_another_region(regional: str) -> None:
    text = ARTICLE.replace("现货方面", "点击链接查看现货方面")
    assert is_repost(prepare(text), prepare(TRADITIONAL.replace("現貨方面", f"點擊{regional}查看現貨方面")))


def test_candidates_find_the_original_among_many_of_one_template() -> None:
    rows = [
        ARTICLE.replace("642.4", f"{n}.4").replace("20.9", f"{n % 83}.9").replace("18.2", f"{n % 89}.2")
        for n in range(400)
    ]
    index = Index()
    for number, row in enumerate(rows):
        index.add(f"d{number}", fingerprint(prepare(row)))
    for number in (0, 123, 399):
        mark = fingerprint(prepare(altered(f"来源：某某财经\n{rows[number]}", 0.02, number)))
        assert f"d{number}" in index.candidates(mark)


def test_sharing_names_places_with_a_common_hash() -> None:
    marks = [fingerprint(prepare(text)) for text in ("天下大势，分久必合，合久必分。", ARTICLE, OTHERS["empty"])]
    assert sharing(marks, [fingerprint(prepare(ARTICLE))]) == [1]
    assert sharing(marks, []) == []


SHORT_FLASHES = [
    ("澳元兑美元日内跌幅达0.50%，现报0.6739。", "澳元兑美元日内跌超0.50%，现报0.6756。", False),
    ("澳元兑美元日内跌幅达0.50%，现报0.6739。", "澳元兑美元日内涨幅达0.50%，现报0.6739。", False),
    ("澳元兑美元日内跌幅达0.50%，现报0.6739。", "【快讯】澳元兑美元日内跌幅达0.50%，现报0.6739", True),
    ("交易所公告将于下周举行系统升级测试。", "交易所公告将于下月举行会员代表大会。", False),
]


@pytest.mark.parametrize(("one", "other", "joined"), SHORT_FLASHES)
def test_is_repost_of_short_flashes_is_strict(one: str, other: str, joined: bool) -> None:
    assert is_repost(prepare(one), prepare(other)) is joined


def test_is_repost_in_rulebooks_wants_the_same_words() -> None:
    assert is_repost(prepare(ARTICLE), prepare(f" **{ARTICLE}** "), "rulebooks")
    assert not is_repost(prepare(ARTICLE), prepare(altered(ARTICLE, 0.01, 1)), "rulebooks")


def test_is_repost_in_policies_leaves_a_notice_inside_another() -> None:
    longer = (
        ARTICLE
        + "\n我司客户保证金在交易所标准上另加三个百分点，自当日结算时起执行，请客户及时调整持仓并关注账户资金。" * 4
    )
    assert is_repost(prepare(ARTICLE), prepare(longer), "news")
    assert not is_repost(prepare(ARTICLE), prepare(longer), "policies")


def test_is_repost_of_very_long_texts_compares_sets() -> None:
    chance = random.Random(5)
    words = [chr(chance.randrange(0x4E00, 0x9000)) for _ in range(9000)]
    text = "".join(words)
    assert is_repost(prepare(text + "一"), prepare("二" + text))
    assert not is_repost(prepare(text), prepare("".join(chance.sample(words, len(words)))))


@pytest.mark.parametrize("text", REPOSTS.values(), ids=REPOSTS.keys())
def test_index_finds_reposts_among_many(text: str) -> None:
    index = Index()
    index.add("first", fingerprint(prepare(ARTICLE)))
    for number in range(200):
        index.add(f"d{number}", fingerprint(prepare(OTHERS["other story"].replace("豆粕", chr(0x4E00 + number) * 3))))
    mark = fingerprint(prepare(text))
    assert "first" in index.candidates(mark) or index.same(mark) == "first"


@given(st.text(max_size=80), st.text(max_size=80))
def test_is_repost_is_symmetric_and_holds_of_itself(one: str, other: str) -> None:
    a, b = prepare(one), prepare(other)
    assert is_repost(a, a)
    assert is_repost(a, b) == is_repost(b, a)
    assert fingerprint(a) == fingerprint(prepare(one))


def test_is_repost_of_books_wants_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.records.near_duplicates.SKETCHED", 100)
    assert is_repost(prepare(ARTICLE), prepare(ARTICLE + " 。"))
    assert not is_repost(prepare(ARTICLE), prepare(REPOSTS["paragraph cut"]))


def test_prepare_leaves_out_what_reposting_adds() -> None:
    added = "来源：某报 作者：陈某\n本报讯（记者 李某）油价上涨。（责任编辑：王某）\n本文转载自某网，仅供参考，不构成投资建议，转载请注明出处。"
    assert prepare(added).wording == "油价上涨"
    assert prepare("来源：某报").wording == "来源某报"
