"""Firms and public bodies that their surroundings show: a share's code, a registered name, a place before an office.

Names known by heart and names known by what they end with are `parties`; their word lists are in `parties.toml`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from assets.records.mentions.model import Mention, Taken, trie_pattern

__all__ = ["find_firms"]

_HAN = "\u4e00-\u9fff"
#: A share's code behind its name: 某某股份(600000.SH), $某某科技(SZ000001)$, 某某集团（00001.HK）.
_CODE = re.compile(
    r"\s?[（(]\s?(?:(?:SH|SZ|BJ|HK|sh|sz|bj|hk)[:：.]?)?\d{5,6}(?:\s?\.\s?(?:SH|SZ|BJ|HK|SS|sh|sz|hk))?(?:[，,、/ ][^（）()\n]{0,20})?[)）]"
)
#: A row of quotes: the code, the name and a percentage.
_QUOTED = re.compile(rf"[0368]\d{{5}}\s?(?P<name>\*?(?:ST)?[A-Z]{{0,3}}[{_HAN}]{{2,6}}[A-Z]?)(?=\s?-?\d+\.\d+%)")
#: The short name that a text gives a firm right behind its registered one.
_ALIAS = re.compile(
    rf"[（(](?:以下|下)?(?:统一)?(?:简称|称)[:：为]?\s?[“‘\"「『]?(?P<alias>[{_HAN}A-Za-z]{{2,10}}?)[”’\"」』]?[)）]"
)
_NO_ALIAS = frozenset(
    {
        "公司",
        "本公司",
        "发行人",
        "标的公司",
        "集团",
        "乙方",
        "甲方",
        "目标公司",
        "上市公司",
        "合资公司",
        "银行",
        "交易所",
    }
)
_HEAD = re.compile(
    rf"(?:^|(?<=[\n。；;|】 \u3000]))(?P<name>\*?(?:ST)?[{_HAN}]{{2,5}}[A-Z]?)[:：](?=[^\n：:]{{0,40}}?"
    r"(?:净利|股东|公司|股份|营收|公告|拟|收购|增持|减持|中标|停牌|复牌|业绩|亿元|实控人|质押|募资|定增|回购|签|获|合同|销量|股票))",
    re.MULTILINE,
)
_NO_HEAD = re.compile(
    "称$|表示$|认为$|指出$|方面$|提示$|建议$|观点$|分析$|消息$|要点$|记者|快讯$|公告$|点评$|摘要|来源|标题|风险|主要|主营|业务|行业|事件|投资|评级|目标|公司$|其中|包括|如下|例如|原因|显示$|数据|报告|问$|答$|部$|局$|委$"
)
_REGISTERED = re.compile(
    r"(?:股份|控股|集团)?(?:有限(?:责任)?公司|股份公司|集团公司|合伙企业)(?:[（(](?!以下|下称|简称)[一-龥]{2,4}[)）])?"
)
_CUT = re.compile(
    "与|和(?!记)|及|向|由|从|被|将|把|为|是|称|收购|购买|持有|持股|股东|子公司|公司|旗下|参股|投资设立|设立|关于|的|了|在|或|即|对|给|等|并|经|受|因|以|通过|控股(?=[^集有股])|人(?=[^民寿])|据|其(?=[^他])|名称|客户|单位|发行人|认购|委托|主办|包括|例如|如"
)
_RUN = 28
_OFFICE = (
    "人民政府办公厅|人民政府办公室|人民政府|政府办公厅|政府|公安局|公安厅|公安分局|人民法院|法院|人民检察院|检察院|税务局|财政厅|财政局|商务厅|商务局|住建局|住建厅|住房和城乡建设局|住房和城乡建设厅|市场监管局|市场监督管理局|"
    "发改委|发展改革委|发展和改革委员会|证监局|银保监局|金融监管局|国资委|统计局|工信局|工信厅|经信局|教育局|教育厅|卫健委|人社局|人社厅|生态环境局|生态环境厅|农业农村厅|农业农村局|交通运输厅|应急管理局|海关|法制办|网信办|金融办|金融局|自然资源局|自然资源厅|能源局|文旅局|消防局|纪委监委|纪委"
)
_FOREIGN = "财政部|能源部|商务部|国防部|外交部|农业部|劳工部|劳工统计局|能源信息署|能源信息管理局|司法部|交通部|贸易部|国务院|国会|众议院|参议院|议会|央行|中央银行|联储|政府|统计局|海关|最高法院|商品期货交易委员会|证券交易委员会|食品药品监督管理局|疾控中心|疾病控制和预防中心|石油部|能矿部|经济部|财务省|经济产业省|统计办公室|统计署|委员会"
#: Before a place, no part of it.
_LEAD = re.compile("[从在由对与和据被将向为到至经受以给让是]")


@cache
def _bodies(
    places: tuple[str, ...], lands: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of a state's offices, of a place's offices, and of a place."""
    place = trie_pattern(places)
    district = rf"(?:省|市|自治区|特别行政区)?(?:[{_HAN}]{{1,5}}?[市区县州旗])?(?:[{_HAN}]{{1,5}}?[区县])?"
    return (
        re.compile(rf"(?:{trie_pattern(lands)})(?:{_FOREIGN})(?!债|军|票|股)"),
        re.compile(rf"(?:(?:{place}){district}|[{_HAN}]{{2,3}}[省市县])(?:{_OFFICE})"),
        re.compile(place),
    )


def find_firms(text: str, taken: Taken, names: Mapping[str, str], words: Mapping[str, Any]) -> list[Mention]:
    """Find firms and bodies and mark their spans; value is the full name where one is listed, else the name as written.

    Args:
        text: Half-width text of the same length as the stored one.
        taken: Marks the spans found.
        names: Known names with the full name of each.
        words: The rules of `parties.toml`.
    """
    state, local, place = _bodies(tuple(words["places"]), tuple(words["lands"]))
    spans = [
        (m.start() + (_LEAD.match(m.group()) is not None), m.end()) for p in (state, local) for m in p.finditer(text)
    ]
    found: list[Mention] = []
    for start, end in [*spans, *_spans(text, place, frozenset(words["generic"]))]:
        if taken.is_free(start, end) and end - start > 1:
            taken.take(start, end)
            name = text[start:end]
            found.append(Mention(start, end, "institution", name, names.get(name, name)))
    return found + _aliases(text, taken, {mention.end: mention.value or "" for mention in found})


def _aliases(text: str, taken: Taken, full_at: Mapping[int, str]) -> list[Mention]:
    """Find the short names that a text introduces, wherever they stand; value is the full name."""
    full: dict[str, str] = {}
    for match in _ALIAS.finditer(text):
        if match.start() in full_at and match["alias"] not in _NO_ALIAS:
            full.setdefault(match["alias"], full_at[match.start()])
    if not full:
        return []
    found = []
    for match in re.finditer(trie_pattern(full), text):
        if taken.is_free(*match.span()):
            taken.take(*match.span())
            found.append(Mention(*match.span(), "institution", match.group(), full[match.group()]))
    return found


def _spans(text: str, place: re.Pattern[str], generic: frozenset[str]) -> Iterator[tuple[int, int]]:
    for match in _REGISTERED.finditer(text):
        start = _registered_start(text, match.start(), place)
        if match.start() - start >= 2 and text[start : match.start()] not in generic:
            yield start, match.end()
    for match in _CODE.finditer(text):
        start = _share_start(text, match.start())
        if match.start() - start >= 2:
            yield start, match.start()
    for match in _QUOTED.finditer(text):
        yield match.span("name")
    for match in _HEAD.finditer(text):
        if not _NO_HEAD.search(match["name"]) and match["name"] not in generic:
            yield match.span("name")


def _registered_start(text: str, end: int, places: re.Pattern[str]) -> int:
    """Where a registered name begins: behind the last word that is none of it, at the first place in what remains."""
    start = _back(text, end, _RUN, rf"[{_HAN}A-Za-z（）()·&]")
    for cut in _CUT.finditer(text, start, end):
        start = cut.end()
    place = places.search(text, start, end)
    if place and 0 < place.start() - start < 8 and text[place.start() - 1] not in "（(":
        start = place.start()
    while start < end and text[start] in "（()）·&":
        start += 1
    return start


def _share_start(text: str, end: int) -> int:
    """Where the short name of a share begins: at a mark, else four characters back."""
    start = _back(text, end, 9, rf"[{_HAN}A-Za-z*]")
    return start if end - start <= 6 else end - 4


def _back(text: str, end: int, most: int, chars: str) -> int:
    fits = re.compile(chars)
    start = end
    while start > 0 and end - start < most and fits.match(text[start - 1]):
        start -= 1
    return start
