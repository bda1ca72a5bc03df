"""What a question asks for: a clause by title and locator, or something to be searched; and what we do not answer.

Read on the folded question, so that width, script, blanks and brackets make no difference.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assets.text.folding import fold_with_map

__all__ = ["LOCATOR", "TITLE", "Question", "is_advice", "is_injection", "read_question"]

_N = "[〇零一二三四五六七八九十百千两廿卅0-9]"
_STEP = rf"第?\(?{_N}+\)?(?:分编|[编章节])[的之,里中内]{{0,2}}"
_TAIL = rf"(?:之{_N}{{1,3}}(?!{_N}|[编章节款项目]))?(?:[的之,中]?第?\(?{_N}+\)?[款项目])*(?:[的之]?\({_N}{{1,3}}\)(?!{_N}))?"
_APPENDIX = rf"(?:附[件录]第?\(?{_N}{{0,2}}\)?[的之里中,]{{0,2}}(?=第))?"
#: 第一章第二条, 第2条第三款; also 2条 where a known title stands right before it.
_ARTICLE = re.compile(rf"{_APPENDIX}(?:{_STEP})*第\(?{_N}+\)?条{_TAIL}")
#: A locator and a marked title in text that is not folded, for follow-up questions.
LOCATOR = re.compile(
    r"第[〇零一二三四五六七八九十百千两0-9０-９]+条(?:之[一二三四五六七八九十]+)?(?:第[一二三四五六七八九十0-9]+[款项])*"
)
TITLE = re.compile(r"《[^《》]{2,60}》(?:（[^（）]{1,12}）)?")
_BARE_ARTICLE = re.compile(rf"(?:{_STEP})*{_N}+条{_TAIL}")
_DECIMAL = re.compile(r"第?[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}条?(?![0-9.%])")
_CHAPTER = re.compile(rf"(?:第{_N}+(?:分编|[编章节])[的之,里中内]{{0,2}})+")
#: Words that come before a title and are no part of one.
_LEAD = re.compile(
    "(?:我们?|咱们?|您|你们?|大家|各位|老师|同学|领导|客服|朋友|请|烦请|劳驾|麻烦|谢谢|您好|你好|能不能|能否|可不可以|可否|可以|是否|是不是|想要?|希望|需要|"
    "帮忙?|给|替|跟|和我|对|教|问|请问|请教|咨询|想问|知道|了解|明白|记得|听说|据说|好像|似乎|告诉|看看?|瞧|查看?|查询|查阅|查找|检索|搜索?|找|翻|打开|调出|显示|展示|列出|给出|"
    "提供|读|念|背|复述|引用|解释|说明?|讲|介绍|把|将|一?下子?|一遍|先|再|就|那么|那|这个?|根据|依据|依照|按照|参照|遵照|按|照|依|凭|据|对于|关于|针对|结合|在|于|从|到|我国|中国|"
    "现在|目前|当前|现行|有效|生效|最新|新版|现有|我司|本公司|的|了|过|[,.:;!?、\\s~-])"
)
#: Behind these a title may begin whatever stands before them.
_BEFORE_TITLE = re.compile(
    "违反|违背|触犯|不符合?|遵守|执行|根据|依据|依照|按照|参照|遵照|查一?下|看一?下|问一?下|告诉我|记得|[,.:;!?]"
)
_AFTER_TITLE = re.compile(r"(?:里[面头]?|当?中|之中|内|上)?[的之]?,?$|(?:的|(?<=[>\")]))(?:有关|相关)?规定的?[,:]?$")
#: What a title ends with where nothing else marks it as one.
_TITLE_KIND = re.compile(
    r"(?:法|条例|办法|规则|细则|规定|规范|指引|准则|章程|通知|公告|合同|协议|公约|标准|指南|制度|守则|意见|解释|决定|方案|手册|规程)(?:\([^()]{1,16}\))?[>\")]*$"
)
#: A 第X条 that such words follow up to the next one belongs to a title: 关于…第三十条的解释第二条.
_KIND = re.compile(r"的.*(?:解释|规定|決定|决定|批复|答复|意见|通知|办法|细则)[>\"]?[里中内的]{0,2}$")
_JOINT = re.compile(r"[、,]?(?:以?及|和|与|或者?|跟|同)?")
_RANGE = re.compile("[至到~-]+")
_LOOSE_ENDS = "的之,里中内"
_MOST_LOCATORS = 5
_PAIRS = {"<": ">", '"': '"'}
#: The words of a question about a clause whose document is named after the locator.
_ASKED = r"的?(?:具体)?(?:内容|规定|条文|原文)?(?:是什么|是啥|有哪些|如何规定|怎么规定|规定了什么|写了什么|讲了什么)?"
_ASKED_FIRST = re.compile("^" + _ASKED + "[,.:;?!]")
_ASKED_LAST = re.compile(_ASKED + "[?.!]*$")
_INJECTION = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|不用管|抛开|绕过).{0,4}(?:以上|上面|上述|之前|先前|前面|此前|所有|全部|你的|一切|任何|系统).{0,10}(?:指令|指示|提示|规则|要求|设定|限制|命令|约束|对话)|"
    r"(?:ignore|disregard|forget).{0,12}(?:previous|above|all|prior|your|any).{0,16}(?:instruction|prompt|rule|message)|"
    r"系统提示词|systemprompt|jailbreak|越狱模式|developermode|开发者模式|你现在(?:是|扮演)|从现在起你(?:是|要)|假装你|"
    r"(?:输出|打印|告诉我|显示|泄露).{0,6}(?:你的|系统).{0,4}(?:提示词|提示|指令|设定)|<\|im_(?:start|end)\||[\[(]/?inst[\])]"
)
_DEAL = "(?:买|卖|买入|卖出|做多|做空|建仓|加仓|减仓|平仓|清仓|抄底|入场|进场|追高|持有|空仓|满仓|上车)"
_ADVICE = re.compile(
    rf"(?:该|应该|应不应该|该不该|要不要|能不能|适合|值得|可不可以|是否(?:应该|应当|该|可以|适合|值得)|现在(?:能|可以)?){_DEAL}|"
    rf"{_DEAL}(?:哪只|哪个|哪支|哪些股票|哪一个|什么股|什么好|什么合约|什么品种|还是(?:{_DEAL}|观望))|"
    r"推荐.{0,8}(?:股|基金|品种|合约|标的|策略|买|期货|产品|债)|(?:股票|基金|合约|品种).{0,4}推荐|荐股|"
    r"(?:投资|交易|操作|买卖|持仓|仓位)(?:的)?建议|怎么操作|如何操作(?:这|该|手)|止损.{0,3}(?:设|放).{0,4}(?:哪|多少)|目标价(?:位)?(?:是|会|能)?(?:多少|几)|"
    r"(?:会|将会?|还会?|能|还能|可能)(?:不会|继续|再|大|暴|反弹|一路)?(?:上?涨|下?跌|涨停|跌停|反弹|突破)(?:吗|么|嘛|呢|到|多少|几|\?|$)|会不会(?:再|继续|大|暴)?(?:上?涨|下?跌|反弹|破)|"
    r"涨还是跌|上涨还是下跌|(?:预测|预判|猜|估计)(?:一下)?.{0,12}(?:价格?|走势|行情|点位|涨|跌|收盘|指数|开盘)|"
    r"(?:明天|明日|后天|下周|下个?月|下半年|明年|未来|后市|接下来|今后).{0,14}(?:走势|价格|行情|涨跌|点位|收盘价?|价位|涨|跌)(?:会|将)?(?:吗|么|如何|怎么样|怎样|是?多少|怎么走|预测|预期|\?|$)"
)


@dataclass(frozen=True)
class Question:
    """A question as read: its folding, title and locators where it asks for clauses, and what is left of it."""

    folded: str
    title: str | None
    locators: tuple[str, ...]
    rest: str


def is_injection(folded: str) -> bool:
    """Whether the folded question tries to give orders to a model."""
    return _INJECTION.search(folded) is not None


def is_advice(folded: str) -> bool:
    """Whether the folded question asks what to trade or where a price will go."""
    return _ADVICE.search(folded) is not None


def read_question(question: str, has_title: Callable[[str], bool]) -> Question:
    """Read a question.

    Args:
        question: As a person wrote it.
        has_title: Whether a document has exactly this title.

    Returns:
        With a locator: the title that is known, else the one that seems meant (it will be refused). Without: no title.
    """
    folded, offsets = fold_with_map(question)
    first: Question | None = None
    for pattern, needs_title in ((_ARTICLE, False), (_DECIMAL, True), (_BARE_ARTICLE, True), (_CHAPTER, True)):
        matches = list(pattern.finditer(folded))
        for at, match in enumerate(matches):
            before, after = folded[: match.start()], folded[match.end() :]
            if at + 1 < len(matches) and _KIND.search(folded, match.end(), matches[at + 1].start()):
                continue
            titles = [*_titles_before(before), *_titles_after(before, after)]
            known = next((title for title in titles if has_title(title)), None)
            title = known if known is not None else (titles[-1] if titles else "")
            rest = before.replace(title, "") + after if title else before + after
            if title:
                at_title = folded.find(title)
                title = question[offsets[at_title] : offsets[at_title + len(title) - 1] + 1]
            read = Question(folded, title, _joined(folded, matches[at:]), rest)
            if known is not None:
                return read
            first = first or (None if needs_title and not _is_titled(before, after, titles) else read)
    return first or Question(folded, None, (), folded)


def _is_titled(before: str, after: str, titles: Sequence[str]) -> bool:
    """Whether an unknown title is meant, where the locator alone does not say so: it is in brackets or ends as titles do."""
    bare = _AFTER_TITLE.sub("", before)
    marked = _inside_marks(bare) is not None or (not _LEAD.sub("", before) and _inside_marks(after) is not None)
    return marked or any(_TITLE_KIND.search(_AFTER_TITLE.sub("", title)) for title in titles)


def _joined(folded: str, matches: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """The first locator and those that are joined to it: 第二条和第三条, 第三条至第五条."""
    kept = [matches[0].group(0).rstrip(_LOOSE_ENDS)]
    end = matches[0].end()
    for match in matches[1:_MOST_LOCATORS]:
        between = folded[end : match.start()]
        if _RANGE.fullmatch(between):
            kept[-1] += "至" + match.group(0).rstrip(_LOOSE_ENDS)
        elif _JOINT.fullmatch(between):
            kept.append(match.group(0).rstrip(_LOOSE_ENDS))
        else:
            break
        end = match.end()
    return tuple(kept)


def _titles_before(before: str) -> Iterator[str]:
    """Titles that may be meant by what stands before the locator, the fullest first."""
    bare = _AFTER_TITLE.sub("", before)
    for text in dict.fromkeys((before, bare)):
        yield from _stripped(text)
    inside = _inside_marks(bare)
    if inside:
        yield inside
    for found in _BEFORE_TITLE.finditer(bare):
        yield from _stripped(bare[found.end() :])


def _titles_after(before: str, after: str) -> Iterator[str]:
    """Titles that may be meant by what follows the locator, where nothing stands before it."""
    if _LEAD.sub("", before):
        return
    inside = _inside_marks(after)
    if inside:
        yield inside
    named = _ASKED_FIRST.sub("", after, count=1)
    yield named.rstrip("?.!")
    yield _ASKED_LAST.sub("", named)


def _stripped(text: str) -> Iterator[str]:
    """The text, and what is left as one leading word after another is taken off."""
    while text:
        yield text
        lead = _LEAD.match(text)
        if lead is None or not lead.group(0):
            return
        text = text[lead.end() :]


def _inside_marks(text: str) -> str | None:
    """What stands inside the outermost brackets that end the text, with what follows them, as in 《…》（试行）."""
    for opening, closing in _PAIRS.items():
        begin, end = text.find(opening), text.rfind(closing)
        if 0 <= begin < end:
            tail = text[end + 1 :]
            if not tail or (tail.startswith("(") and tail.endswith(")")):
                return text[begin + 1 : end] + tail
    return None
