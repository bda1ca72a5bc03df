"""Whose view it is: the name before or behind the words, with persons led back to the house they speak for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assets.reports.evidence.model import Document

__all__ = ["Holder", "learn_persons", "read_holder"]

_ORG_TAIL = "期货|期货研究所|资产|资本|证券|研究院|研究所|研究中心|宏观|咨询|能源|贸易|船务|炼化|炼销|储能|物流|仓储|牧业|饲料|料厂|农研|有色|船代|矿业|电池|粮油|货代|信托|投顾|银行|基金|集团|公司|投资|实业|纺织|棉业|钢铁|钢贸|冶炼|黄金|珠宝|航运|海运|集运|租船|养殖|屠宰|食品|油脂|化工|光伏|硅业|新材|智库|财富|理财|金属研究|研究|油厂|电子|电缆|铜业|锌业|铝业|农业|种业|港务|码头"
_ORG = re.compile(rf"[一-龥]{{2,6}}?(?:{_ORG_TAIL})(?![一-龥]*(?:价|主力|合约|指数))")
_VERBS = "补充说|补充道|分析称|分析说|点评称|评论称|直言|坦言|强调|重申|附和|反问|追问|提醒|提示|指出|表示|认为|判断|预计|预测|预期|估计|相信|坚持|咬定|断言|透露|解释|回应|补充|写道|写|说道|说|称|讲|看|倾向|建议|主张|观点|意见|看法|口信|不以为然|不为所动|看法不同|恰好相反"
_LEAD = re.compile(
    rf"^(?P<who>[^，。：:；“”]{{2,28}}?)(?P<verb>(?:也|则|还|却|又|仍|均|另|再)?(?:{_VERBS}))(?P<rest>[^，。：:]{{0,12}}[，：:]|(?=[^，。]))"
)
_COLON = re.compile(r"^(?P<who>[^，。：:；“”]{2,24}?)(?:[^，。：:]{0,14})[：:]")
_TAIL = re.compile(rf"，(?P<who>[^，。：:；“”]{{2,14}}?)(?:在[^，。]{{1,10}})?(?:{_VERBS})(?:道)?$")
_SELF = re.compile(r"(?:我们|本报|本号|本网|本刊|本院|本所|笔者|编辑部|本部|我)(?!国)")
_SECOND = re.compile(
    r"转述|援引|照录|转来|引用|据[^，。]{2,12}(?:观点|看法|早间|此前|报告)|听到[^，。]{2,10}(?:的)?(?:意见|看法)|告诉我们|对方|那边|提起|提到|口信"
)
_STRIP = re.compile(
    r"^(?:不过|但是?|而|然而|另据|另外|此外|与此同时|同时|至于[^，]*，|相反|与同行相反，?|据|对此|只有|有|一名|一位|另一位|也|其中|如|像|至于|看空一方，|看多一方，)+"
)
_ROLE = re.compile(
    r"(?:的)?(?:首席|高级|资深)?(?:能源化工组|能源组|研究部|投资部|汇率小组|交易台|分析团队|编辑部)?(?:的)?(?:首席|高级|资深)?(?:分析师|研究员|研究总监|策略师|经济学家|交易员|调度员|采购主管|采购经理|采购负责人|交易负责人|负责人|投资经理|基金经理|销售负责人|组长|总经理|董事长|老板|主管|经理|人士|的人|老[一-龥])"
)


@dataclass(frozen=True)
class Holder:
    """Who holds a view, who passes it on (None: said at first hand)."""

    name: str
    via: str | None = None


def learn_persons(documents: Iterable[Document]) -> dict[str, str]:
    """Learn which house a person speaks for, from texts that name both (`某期货研究员张三说`)."""
    pattern = re.compile(
        rf"([一-龥]{{2,6}}(?:{_ORG_TAIL}))(?:[^，。：；]{{0,8}}?(?:组|部|师|员|总监|经理|负责人|长|家))?([一-龥]{{2,3}})(?:也|则|还|却)?(?:{_VERBS})"
    )
    persons: dict[str, str] = {}
    for document in documents:
        for match in pattern.finditer(document.text):
            org, person = _ORG.search(match[1]), match[2]
            if org and not _ORG.search(person) and not _ROLE.fullmatch(person):
                persons.setdefault(person, org.group())
    return persons


def read_holder(sentence: str, document: Document, persons: Mapping[str, str], previous: str | None) -> Holder:
    """Return the holder of the view in a sentence; the document's source where it speaks for itself.

    Args:
        sentence: The sentence that holds the view.
        document: The document.
        persons: From `learn_persons`.
        previous: Holder of the sentence before, for 他, 对方 and sentences that go on.
    """
    source = document.source or document.title
    second = _SECOND.search(sentence) is not None
    named = _named(sentence, persons)
    if second:
        others = [name for name in _orgs(sentence, persons) if name != source]
        if others:
            return Holder(others[0], via=source)
        if previous and "对方" in sentence:
            return Holder(previous, via=source)
    if named:
        return Holder(named, via=None)
    if _SELF.search(sentence) or document.lane == "research" or previous is None:
        return Holder(source)
    return Holder(previous)


def _named(sentence: str, persons: Mapping[str, str]) -> str | None:
    match = _LEAD.match(sentence) or _COLON.match(sentence) or _TAIL.search(sentence)
    if match is None:
        return None
    who = _STRIP.sub("", match["who"])
    if _SELF.match(who):
        return None
    for person, org in sorted(persons.items()):
        if person in who:
            return org
    found = _ORG.search(who)
    if found:
        return found.group()
    bare = _ROLE.sub("", who)
    return bare if 2 <= len(bare) <= 8 and re.fullmatch(r"[一-龥“”A-Za-z]+", bare) else None


def _orgs(sentence: str, persons: Mapping[str, str]) -> list[str]:
    names = [m.group() for m in _ORG.finditer(_STRIP.sub("", sentence))]
    names += [org for person, org in sorted(persons.items()) if person in sentence]
    return list(dict.fromkeys(_STRIP.sub("", name) for name in names))
