"""What a question asks for: a clause by title and locator, or something to be searched; and what we do not answer.

Read on the folded question, so that width, script, blanks and brackets make no difference.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assets.text.folding import fold_with_map

__all__ = ["Question", "is_advice", "is_injection", "read_question"]

_N = "[〇零一二三四五六七八九十百千两廿卅0-9]"
_STEP = rf"第?\(?{_N}+\)?(?:分编|[编章节])[的之,里中内]{{0,2}}"
_TAIL = rf"(?:之{_N}{{1,3}}(?!{_N}|[编章节款项目]))?(?:[的之,中]?第?\(?{_N}+\)?[款项目])*"
#: 第一章第二条, 第2条第三款; also 2条 where a known title stands right before it.
_ARTICLE = re.compile(rf"(?:{_STEP})*第\(?{_N}+\)?条{_TAIL}")
_BARE_ARTICLE = re.compile(rf"(?:{_STEP})*{_N}+条{_TAIL}")
_DECIMAL = re.compile(r"第?[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}条?(?![0-9.%])")
_CHAPTER = re.compile(rf"(?:第{_N}+(?:分编|[编章节])[的之,里中内]{{0,2}})+")
_LEAD = re.compile(
    r"(?:请问一?下?|请教一?下?|我?想?问一?下?|我?想(?:知道|了解|查)|(?:请|麻烦)?(?:您|你)?(?:帮我?|给我)?(?:查|找|看|说)(?:一?下|询|找|阅)?|(?:请|麻烦)?(?:您|你)?告诉我|"
    r"麻烦|请|帮我|您好|你好|那么|根据|依据|依照|按照|按|关于|在|我国|中国|现行的?|最新的?|新的?|[,.:;!?、\s-])"
)
_AFTER_TITLE = re.compile(r"(?:里面?|当?中|之中|内|上)?的?,?$|(?:的|(?<=[>\")]))(?:有关|相关)?规定的?[,:]?$")
_BREAK = re.compile(r"[,.;:!?](?:根据|依据|依照|按照|按)")
#: A 第X条 that such words follow up to the next one belongs to a title: 关于…第三十条的解释第二条.
_KIND = re.compile(r"的.*(?:解释|规定|決定|决定|批复|答复|意见|通知|办法|细则)[>\"]?[里中内的]{0,2}$")
_JOINT = re.compile(r"[、,]?(?:以?及|和|与|或者?|跟|同)?")
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
    r"(?:输出|打印|告诉我|显示|泄露).{0,6}(?:你的|系统).{0,4}(?:提示词|提示|指令|设定)|<\|im_(?:start|end)\||\[/?inst\]"
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
            first = first or (None if needs_title else read)
    return first or Question(folded, None, (), folded)


def _joined(folded: str, matches: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """The first locator and those that are joined to it: 第二条和第三条."""
    kept = [matches[0]]
    for match in matches[1:_MOST_LOCATORS]:
        if not _JOINT.fullmatch(folded, kept[-1].end(), match.start()):
            break
        kept.append(match)
    return tuple(match.group(0).rstrip("的之,里中内") for match in kept)


def _titles_before(before: str) -> Iterator[str]:
    """Titles that may be meant by what stands before the locator, the fullest first."""
    bare = _AFTER_TITLE.sub("", before)
    for text in dict.fromkeys((before, bare)):
        yield from _stripped(text)
    inside = _inside_marks(bare)
    if inside:
        yield inside
    cut = list(_BREAK.finditer(bare))
    if cut:
        yield from _stripped(bare[cut[-1].end() :])


def _titles_after(before: str, after: str) -> Iterator[str]:
    """Titles that may be meant by what follows the locator, where nothing stands before it."""
    if _LEAD.sub("", before):
        return
    inside = _inside_marks(after)
    if inside:
        yield inside
    yield _ASKED_LAST.sub("", _ASKED_FIRST.sub("", after, count=1))


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
