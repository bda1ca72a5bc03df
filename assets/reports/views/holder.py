"""Whose view it is: the name before or behind the words, with persons led back to the house they speak for.

What does not belong here: what the view says (stance.py, target.py, horizon.py).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assets.reports.evidence.model import Document
from assets.reports.evidence.roles import is_change

__all__ = ["Holder", "blank_houses", "is_attribution", "is_house", "learn_persons", "read_holder"]

_TAILS = (
    "期货|资产|资本|证券|研究院|研究所|研究中心|宏观|咨询|能源|贸易|船务|炼化|炼销|炼厂|储能|物流|仓储|牧业|饲料|料厂|农研|有色|船代|矿业|电池|粮油|货代|信托|投顾|银行|基金|集团|公司|投资|实业|纺织|棉业|纱厂|钢铁|钢贸|钢厂|冶炼"
    "|珠宝|航运|海运|集运|租船|养殖|屠宰|食品|油脂|化工|光伏|硅业|硅材|组件|新材|智库|财富|理财|研究|油厂|电子|电缆|铜业|铝业|锌业|锂业|农业|种业|港务|码头|金属|商贸|国贸|矿冶|重工|建材|地产|置业|航空|保险|交易台"
)
_ORDERED = "|".join(sorted(_TAILS.split("|"), key=lambda tail: (-len(tail), tail)))
#: A house: two to five characters that belong to no verb or pronoun, and what it does.
_INSIDE = r"(?:(?!的|所|述|建议|我们|他们|听到|转述|转来|不同意|引用|援引|认为|表示|客户|记者|市场|据|与|对|和|被|在|们|也|但)[一-龥])"
_ORG = re.compile(
    rf"{_INSIDE}{{2,5}}?(?:{_ORDERED})(?:国际|研究所|研究院|研究部|投资部|研究中心|研究(?!员)|物流)*(?![价盘])"
)
_VERBS = "补充说|补充道|分析称|分析说|点评称|评论称|直言|坦言|强调|重申|附和|反问|追问|提醒|提示|指出|表示|认为|判断|预计|预测|预期|估计|相信|坚持|咬定|断言|透露|解释|回应|补充|写道|写|说道|说|(?<![自号])称|讲|看来|倾向于?|主张|给出|不以为然|不为所动|看法不同|恰好相反|仍?看[好多空淡涨跌]"
_ADVERB = r"(?:也|则|还|却|又|仍|均|另|再|普遍|一致|同时|随后|此前|当日|早间|午后|盘中|盘后|晚间)*"
_LEAD = re.compile(
    rf"(?:^|[，；])(?P<who>[^，。：:；]{{1,26}}?)(?P<verb>{_ADVERB}(?:{_VERBS}))(?=[^，。：:]{{0,14}}[，：:]|[^，。]{{4,}})"
)
_COLON = re.compile(r"^(?P<who>[^，。：:；]{2,22})[：:]")
_TAIL = re.compile(rf"[，”](?P<who>[^，。：:；]{{2,14}}?)(?:在[^，。]{{1,12}})?(?:{_VERBS})(?:道)?[。]?$")
_SAID_SO = re.compile(rf"[^，。：:；“”]{{2,24}}?(?:{_VERBS})(?:道)?[。]?")
_SELF = re.compile(r"(?:我们|本报|本号|本网|本刊|本院|本所|本部|笔者|编辑部|我)(?!国)")
_SECOND = re.compile(
    r"转述|援引|照录|转来|引用|(?:另?据|按照?)[^，。]{2,12}(?:观点|看法|早间|此前|报告|判断|说法)|听到[^，。]{2,10}(?:的)?(?:意见|看法|说法)|告诉(?:我们|记者|本报)|对方|那边|提起|提到|口信|仍咬定"
)
_FRONT = re.compile(
    r"^(?:不过|但是?|而|然而|另据|另外|此外|与此同时|同时|相反|与同行相反|据|对此|只有|其中|看[空多]一方|持中性看法的|某|一[名位家]|另一[名位家]|有|多[家位]|自称|来自|帖子下方|问到[^，]*)+"
)
_ROLE = re.compile(
    r"(?:的)?(?:首席|高级|资深|一位|一名)*(?:能源化工|能源|研究|投资|汇率|交易|分析|编辑|采购|销售|风险管理|信息技术)*(?:组|部|小组|台|团队)?(?:的)?(?:首席|高级|资深|一位|一名)*"
    r"(?:分析师|研究员|研究总监|策略师|经济学家|交易员|调度员|采购主管|采购经理|采购负责人|交易负责人|负责人|投资经理|基金经理|组长|总经理|董事长|老板|主管|经理|人士|的人|的?老[一-龥]|的短期看法.*|的话.*|的看法.*)"
)
_NO_PERSON = re.compile(r"[的们也则人员师研究所院部组长我本该其他她市场]")
_PRONOUN = re.compile(r"(?:他|她|其|对方|该[一-龥]{1,4}|后者|前者)")
_NAME = re.compile(r"[一-龥“”A-Za-z·]{2,10}")


@dataclass(frozen=True)
class Holder:
    """Who holds a view, who passes it on (None: said at first hand), and whether the text names the holder."""

    name: str
    via: str | None = None
    named: bool = False


def is_house(text: str) -> bool:
    """Whether a text is the name of a house and nothing else."""
    return _ORG.fullmatch(text) is not None


def is_attribution(text: str) -> bool:
    """Whether a sentence only says who spoke the quotation before it (`某期货分析师张三说。`)."""
    return _SAID_SO.fullmatch(text) is not None


def blank_houses(text: str) -> str:
    """Return the text with a comma in place of each house."""
    return _ORG.sub("，", text)


def learn_persons(documents: Iterable[Document]) -> dict[str, str]:
    """Learn which house a person speaks for, from texts that name both (`某期货研究员张三说`).

    In a research note a person named without a house speaks for the note's source.
    """
    pattern = re.compile(
        rf"({_INSIDE}{{2,5}}?(?:{_ORDERED})(?:研究所|研究院|研究部|研究(?!员))?)(?:[^，。：；]{{0,10}}?(?:组|部|师|员|总监|经理|负责人|长|家))?([一-龥]{{2,3}}?){_ADVERB}(?:{_VERBS})"
    )
    alone = re.compile(rf"(?:分析师|研究员|^|[。\n])([一-龥]{{3}}){_ADVERB}(?:{_VERBS}|的看法|：)")
    persons: dict[str, str] = {}
    listed = list(documents)
    for document in listed:
        for match in pattern.finditer(document.text):
            if not _ORG.search(match[2]) and not _NO_PERSON.search(match[2]):
                persons.setdefault(match[2], match[1])
    for document in listed:
        if document.lane == "research" and document.source:
            for match in alone.finditer(document.text):
                if not _NO_PERSON.search(match[1]):
                    persons.setdefault(match[1], document.source)
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
    if _SECOND.search(sentence):
        quoted = _quoted(sentence, persons, source, previous)
        if quoted:
            return Holder(quoted, via=source, named=True)
    colon = _COLON.match(sentence)
    for match in [*_LEAD.finditer(sentence), colon, _TAIL.search(sentence)]:
        named = _clean(match["who"], persons, bare=match is not colon) if match else None
        if named:
            return Holder(named, named=True)
        if match and _PRONOUN.match(match["who"]) and (said := _orgs(sentence[: match.start("who")], persons)):
            return Holder(said[-1], named=True)
    houses = _orgs(re.split(r"[，：:]", sentence)[0], persons)
    if houses and is_change(sentence):
        return Holder(houses[0], named=True)
    if previous and _PRONOUN.match(sentence):
        return Holder(previous, named=True)
    if document.lane == "research" or _SELF.search(sentence) or previous is None:
        return Holder(source, named=document.lane == "research" or _SELF.search(sentence) is not None)
    return Holder(previous)


def _quoted(sentence: str, persons: Mapping[str, str], source: str, previous: str | None) -> str | None:
    """Who is quoted at second hand: the house named last before the words, other than who passes them on."""
    names = [org for org in _orgs(sentence, persons) if org != source]
    if len(names) > 1 and re.search(rf"{re.escape(names[0])}[^，。]{{0,6}}(?:转述|提到|提起|的口信)", sentence):
        names = names[1:]
    if names:
        return names[0]
    return previous if "对方" in sentence else None


def _clean(who: str, persons: Mapping[str, str], *, bare: bool = True) -> str | None:
    """Return the house or name in the words before a verb of saying, or None where they are no name.

    `bare`: whether words that are neither a house nor a known person may be a name.
    """
    who = _FRONT.sub("", who)
    if _SELF.match(who) or _PRONOUN.match(who):
        return None
    for person in sorted(persons):
        if person in who:
            return persons[person]
    found = _ORG.search(who)
    if found:
        return found.group()
    if not bare:
        return None
    name = re.sub(r"(?:的)?人$", "", _ROLE.sub("", re.sub(r"[0-9一二三四五六七八九十]+时.*$", "", who)))
    return name if _NAME.fullmatch(name) else None


def _orgs(sentence: str, persons: Mapping[str, str]) -> list[str]:
    found = [(m.start(), m.group()) for m in _ORG.finditer(sentence)]
    found += [(sentence.find(person), org) for person, org in persons.items() if person in sentence]
    return list(dict.fromkeys(name for _, name in sorted(found)))
