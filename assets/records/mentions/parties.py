"""Institutions and persons in running text.

Exchanges, regulators and other bodies are a list; firms are found by what their names end with; persons stand beside a
title, a firm or a verb of saying. Word lists: `parties.toml`.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from assets.records.mentions.firms import find_firms
from assets.records.mentions.model import Mention, Taken, trie_pattern
from assets.text.products import product_by_name

__all__ = ["find_institutions", "find_persons"]

_HAN = "\u4e00-\u9fff"
_RUN = 10
#: Single characters before which a name hardly goes on.
_SURE = frozenset("据由与和及对从向经跟被让给的")
#: No name ends with these.
_LINKS = frozenset("据由与和及对从向跟被让给的在把将等是为称说了于")
#: What follows a suffix where the two together are a common word and no firm.
_COMMON_AFTER = re.compile(
    r"(?:(?<=基金)经理|市场|交易(?!所|负责|员|部|主管|台)|合约|价格|主力|公司(?![表认指])|品种|业务|经营|行情|板块|交割|仓单|期权|日报|时报|投资(?!经理|总监|部|顾问|研究)|化|业|法|从业|账户|间|体系|股|"
    r"贷款|存款|承兑|理财|卡|利率|金|支出|开支|充足|公积|运作|流|项|份额|规模|产品|净值|者|人(?!士)|于|级|组合|策略|额|建议|机会|增|回报|意愿|"
    r"需|转型|供|结构|消费|化工|品|油价|金价|铜价|收益|评级|监管|行|端|方面|类|和期权|与期权|及期权|库)"
)
_FIRM_TAIL = re.compile(
    r"(?:股份|经纪)?有限(?:责任)?公司|股份有限公司|集团|公司(?=[表认指称，。])|研究院|研究所|研究中心|研究部|研究(?!员)|资管"
)
#: How a wire item begins: 潮信财经4月18日电. The wire is an institution whatever its name ends with.
_CITY = "北京|上海|广州|深圳|天津|重庆|郑州|大连|香港|台北|纽约|伦敦|华盛顿|芝加哥|新加坡|东京|巴黎|迪拜|维也纳|综合"
_DATELINE = re.compile(
    rf"(?:^|(?<=\n))[ \u3000（(【]{{0,8}}(?:来源[:：]\s?)?(?P<name>[{_HAN}A-Za-z]{{2,10}}?)(?:{_CITY})?\s?\d{{1,2}}月\d{{1,2}}日\s?(?:电|讯|消息)"
)
_SAYS = "表示|认为|指出|坦言|透露|强调|提醒|预计|告诉|称|说|介绍|补充|判断|相信|附和|反问|写道|警告|重申|修正|转述|看来|建议|回应|分析"
_SAID = re.compile(_SAYS)
#: Characters that a name, foreign ones included, does not hold.
_FUNCTION = re.compile("[的了在从向是说你我他们对只]|采访|拒绝|记者|称$|时$")
_TITLED = re.compile(
    "[则却也仍还又另]|的(?:人|话|判断|看法|观点|意见)|(?:在|回答|谈|写|倒|把)|的?(?:采购|投资部|研究员|分析师|交易员|经理|负责人|首席|主管|总监|董事|老[一-龥]|一位|某)"
)
#: What a text says of a firm right behind its name.
_OF_FIRM = re.compile(
    r"(?:[（(]|拟|公告|晚间|早间|盘中|股价|股票|涨停|跌停|净利|营收|业绩|控股股东|大股东|实控人|董事|子公司|旗下|发布|披露|中标|复牌|停牌|涨超|跌超|涨逾|跌逾|领涨|领跌|跟涨|跟跌|早盘|午后|今日|昨日|去年|前三季|上半年|一季度|第[一二三四]季度|20\d\d|回复|回应|定增|发行|目前|等(?:公司|个股|股)|上市|宣布|收购|签|获|因|和|与|及|是|的|将|已|以|为|在)"
)
_EDGE = re.compile(rf"[^{_HAN}A-Za-z0-9]")


@cache
def _words() -> dict[str, Any]:
    raw = tomllib.loads(files("assets.records.mentions").joinpath("parties.toml").read_text(encoding="utf-8"))
    names = {alias: full for full, aliases in raw["institutions"].items() for alias in (full, *aliases)}
    return {"names": names, **raw["rules"]}


@cache
def _fixed() -> re.Pattern[str]:
    names = _words()["names"]
    han = trie_pattern(n for n in names if not n.isascii())
    latin = trie_pattern(n for n in names if n.isascii())
    return re.compile(rf"{han}|(?<![A-Za-z0-9]){latin}(?![A-Za-z0-9+])")


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile(trie_pattern(_words()["suffixes"]))


@cache
def _before() -> re.Pattern[str]:
    return re.compile(f"(?:{trie_pattern(_words()['before'])})")


@cache
def _generic() -> tuple[str, ...]:
    return tuple(_words()["generic"])


def find_institutions(text: str, taken: Taken) -> list[Mention]:
    """Find institutions; value is the full name of a listed one, of a firm the name as written.

    Args:
        text: Half-width text of the same length as the stored one.
        taken: Marks the spans found, so that a product inside a name is not taken for one.
    """
    names = _words()["names"]
    found: list[Mention] = find_firms(text, taken, names, _words())
    for match in _fixed().finditer(text):
        if text.startswith(
            ("黄金", "白银", "铜", "铝", "锌", "镍", "锡", "铅", "原油", "布油", "期铜", "布伦特", "大豆", "天然气"),
            match.end(),
        ):
            continue
        if taken.is_free(*match.span()):
            found.append(Mention(*match.span(), "institution", match.group(), names[match.group()]))
            taken.take(*match.span())
    for match in _DATELINE.finditer(text):
        start, end = match.span("name")
        if taken.is_free(start, end) and not match["name"].startswith(("北京时间", "当地时间", "本报", "本网")):
            found.append(Mention(start, end, "institution", match["name"], match["name"]))
            taken.take(start, end)
    firms = list(_firms(text, taken))
    clean = sorted({text[start:end] for start, end, is_clean in firms if is_clean}, key=len, reverse=True)
    for start, end, is_clean in firms:
        begin = start if is_clean else _learned(text, start, end, clean)
        if taken.is_free(begin, end):
            found.append(Mention(begin, end, "institution", text[begin:end], text[begin:end]))
            taken.take(begin, end)
    return sorted(found, key=lambda m: (m.start, m.end))


def _learned(text: str, start: int, end: int, clean: list[str]) -> int:
    """Where the name begins when the same firm stands elsewhere in the text between marks."""
    for name in clean:
        if end >= len(name) and text.startswith(name, end - len(name)):
            return end - len(name)
    return start


def _firms(text: str, taken: Taken) -> Iterator[tuple[int, int, bool]]:
    careful = set(_words()["careful"])
    for match in _suffix().finditer(text):
        end = match.end()
        tail = _FIRM_TAIL.match(text, end)
        if tail:
            end = tail.end()
        elif _COMMON_AFTER.match(text, end) or (match.group() in careful and not _stands_alone(text, end)):
            continue
        name = _name_start(text, match.start())
        if name is None:
            continue
        start, is_clean = name
        if match.group() in careful and not is_clean:
            continue
        words, wider = text[start : match.start()], text[max(0, start - 4) : match.start()]
        if taken.is_free(start, end) and not _is_common(words, wider, is_clean=is_clean):
            yield start, end, is_clean


def _stands_alone(text: str, end: int) -> bool:
    return end >= len(text) or any(pattern.match(text, end) for pattern in (_EDGE, _SAID, _TITLED, _OF_FIRM))


def _name_start(text: str, end: int) -> tuple[int, bool] | None:
    """Where the name before a suffix begins, and whether a mark or the like shows it."""
    begin = end
    while begin > 0 and end - begin < _RUN and ("\u4e00" <= text[begin - 1] <= "\u9fff" or text[begin - 1].isalpha()):
        begin -= 1
    if end - begin < 2:
        return None
    run = text[begin:end]
    for name in _words()["long"]:
        if run.endswith(name):
            return end - len(name), True
    cut, is_sure = 0, end - begin < _RUN
    for match in _before().finditer(run):
        if len(run) - match.end() >= 2:
            cut, is_sure = match.end(), len(match.group()) > 1 or match.group() in _SURE
    return (begin + cut, is_sure) if len(run) - cut <= 4 else (end - 2, False)


def _is_common(name: str, wider: str, *, is_clean: bool) -> bool:
    """Whether the words before a suffix name goods or a class of firms, and no firm."""
    if is_clean and len(name) == 4 and name.endswith(("国际", "金融", "能源", "产业")):
        return False  # 远某国际物流
    if name[-1] in _LINKS or wider.endswith(_generic()):
        return True
    return any(product_by_name(name[at:]) is not None for at in range(max(1, len(name) - 1)))


@cache
def _person() -> tuple[re.Pattern[str], ...]:
    words = _words()
    family = f"(?:{'|'.join(words['compound_surnames'])}|[{words['surnames']}])"
    name = rf"(?P<name>{family}[{_HAN}]{{1,2}}?)"
    titles = f"(?P<role>(?:{trie_pattern(words['titles'])})(?:兼{trie_pattern(words['titles'])})?)"
    follows = (
        rf"(?={trie_pattern(words['verbs'])}|{trie_pattern(words['titles'])}|先生|女士|[^{_HAN}A-Za-z0-9·]|和|与|及|$)"
    )
    foreign = rf"(?P<name>[{_HAN}]{{2,6}}?(?:[·•][{_HAN}]{{1,8}}?)*)(?=(?:{_SAYS}|周[一二三四五六日]))"
    sounds = f"[{words['transliteration']}]"
    dotted = rf"(?P<name>{sounds}{{1,6}}(?:[·•]{sounds}{{1,8}})+)(?![{_HAN}]{{0,2}}(?:公司|集团|银行))"
    return (
        re.compile(f"(?P<name>{trie_pattern(words['figures'])})(?![镇村市县])"),
        re.compile(f"{titles}[:：]?{name}{follows}"),
        re.compile(rf"{titles}{foreign}"),
        re.compile(
            rf"(?:组|部|团队|中心|研究所|研究院|期货|证券|资本|银行)(?:的)?{name}(?=[则也还又另却]?(?:{_SAYS}|在|看法))"
        ),
        re.compile(
            rf"(?:^|(?<=[，。；！？\n“”：]))(?:不过|但|而|随后|另外|此外)?{name}(?=(?:则|也|还|又)?(?:{_SAYS}))",
            re.MULTILINE,
        ),
        re.compile(rf"(?:^|(?<=[^{_HAN}])|(?<=[和与由及对向被是])){name}(?:先生|女士)", re.MULTILINE),
        re.compile(dotted),
    )


def find_persons(text: str, taken: Taken) -> list[Mention]:
    """Find public figures, and persons beside a title (分析师阮汀), a firm (研究部贺闻川说) or, at the head of a clause, a verb of saying."""
    found: dict[int, Mention] = {}
    for pattern in _person():
        for match in pattern.finditer(text):
            start, end = match.span("name")
            name = match["name"]
            if start in found or not taken.is_free(start, end) or _is_no_name(name):
                continue
            role = match.groupdict().get("role") or _role_before(text, start)
            found[start] = Mention(start, end, "person", name, name, role=role)
            taken.take(start, end)
    return sorted(found.values(), key=lambda m: m.start)


@cache
def _role() -> re.Pattern[str]:
    return re.compile(f"(?:{trie_pattern(_words()['titles'])})$")


def _role_before(text: str, at: int) -> str | None:
    title = _role().search(text[max(0, at - 8) : at])
    return title.group() if title else None


def _is_no_name(name: str) -> bool:
    return name[:2] in _no_names() or bool(_FUNCTION.search(name)) or product_by_name(name) is not None


@cache
def _no_names() -> frozenset[str]:
    return frozenset(_words()["no_names"])
