"""Which way a view points: bullish, bearish, neutral or mixed, and how sure the words are.

Directions of words come from lists of general market vocabulary; a negation before a word, or behind it (涨不动, 修复不了),
turns it, and rhetorical forms (凭什么撑住, 不涨才怪) turn the whole clause. What does not belong here: what the view is
about (target.py).
"""

import re
from dataclasses import dataclass

__all__ = ["Stance", "clause_direction", "clauses_of", "read_stance"]


@dataclass(frozen=True)
class Stance:
    """A direction, and whether the words leave no doubt; None for a text that points nowhere."""

    name: str | None
    sure: bool


_UP = (
    "上涨|大涨|暴涨|续涨|补涨|普涨|收涨|领涨|看涨|易涨|涨回去|涨回来|走高|走强|走牛|走扬|偏强|转强|上行|上移|上探|上台阶|上一个台阶|再上|冲高|攀升|抬升|抬起来|抬高|抬头|走升|回升|回暖|偏暖|反弹|反抽|修复|改善|好转"
    "|走阔|走扩|扩大|扩张|扩开|回补|补缺|看多|做多|多配|偏多|多头|多单|唱多|看好|看高|乐观|向上|往上|朝上|新高|托着|托住|托底|托市|撑着|撑住|支撑|企稳|坚挺|站稳|站上|站回|站起来|收复|重回|拉升|挺价|提涨"
    "|续得下来|紧张|偏紧|收紧|趋紧|吃紧|缺口仍在|供不应求|有戏|要涨|接着涨|还会涨|再涨|会涨|能涨|涨一|还得涨|又能赚|转正|扭亏|缓过来|有底气|有底|见底|触底|筑底|冲劲|不愁|硬气|抗跌|看涨情绪|推上去|推高|推升|顶上去|垫高|贵"
    "|升水走高|追加|再发一批|放行|获批|兑现|买盘|走俏|上得去|涨"
)
_DOWN = (
    "下跌|大跌|暴跌|续跌|补跌|普跌|收跌|领跌|看跌|易跌|阴跌|跌回去|跌破|跌穿|走低|走弱|走熊|偏弱|转弱|下行|下移|下台阶|回落|回吐|吐回去|吐出来|还回去|回调|下挫|探底|寻底|找支撑|下探|跳水|恶化|压缩|缩窄|收窄|收敛|缩小"
    "|看空|做空|偏空|空头|空单|唱空|看淡|悲观|向下|往下|朝下|新低|承压|受压|压低|压制|压下来|压下去|砸下去|砸盘|砸到|拖累|难撑|见顶|到顶|触顶|封顶|到头|宽松|过剩|供过于求|累库|抛压|卖压"
    "|往下掉|要跌|还得跌|再跌|会跌|掉下来|掉头|垮|便宜|缩水|打折|泡沫|透支|高估|虚高|水分|持续不了|过不了|走不远|变深|加深|趋松|转松|降温|退潮|退烧|熄火|失守|破位|松动|挨打|塌|走坏|亏损扩大|难有作为|强弩之末|跌"
)
_MIXED = re.compile(
    r"先(?:扬|冲|涨|强|高|抑|跌|弱|落|低|稳|抬|升|降|紧|松)[^。，]{0,6}后(?:抑|落|跌|弱|低|稳|扬|涨|强|高|回|松|紧|降|升)|前(?:高|强|紧|低|弱|松|涨|跌)后(?:低|弱|松|高|强|紧|跌|涨|稳)|冲高[^。，]{0,6}(?:回落|再落)|分化|此消彼长"
    r"|(?:偏多|看多|方向[^。，]{0,6}(?:上|多))[^。]{0,40}(?:不(?:适合|宜|能|敢|建议|追|动手|要追)[^。，]{0,4}(?:追|动|买|进|手)?|追[^。，]{0,8}(?:不划算|风险))"
)
_NEUTRAL = re.compile(
    r"观望|震荡|区间|横盘|盘整|难有(?:明确)?(?:方向|趋势)|(?:不|没|无)(?:给|看|定|明|做|选|猜|有)?(?:任何)?方向|不站队|不表态|不押注|方向(?:不明|未明|待定)|原地踏步|来回(?:晃|走|拉锯|震)|拉锯|之间(?:磨|晃|走|运行|波动|徘徊|来回)"
    r"|(?:点|元|美元)(?:里|间|一带)(?:走|磨|晃)|徘徊|多空(?:均衡|平衡|都缺)|没有(?:新的)?(?:数据|消息|方向)[^。]{0,16}(?:磨|晃|走|横)|横着走|横走|先看着|多空(?:打平|互现|交织|拉扯)|不碰|就是磨|慢慢磨|耗着|说不清|五五开|没(?:有)?头绪|不好说|旁观|场外|静候|静观|静待|先等|等(?:报告|数据|消息|结果|会议|非农|靴子|指引|落地)|按兵不动|中性(?!产品|策略|对冲|资金)|僵持|牛皮|多看少动|磨底|围绕[^，。]{2,20}(?:波动|运行|震荡)"
)
_NOT = re.compile(
    r"(?:不|没|未|无|难|别|莫|非|勿|缺乏|缺少|没有|并非|不会|不能|难以|很难|不再|不可能|无法|不必|不宜|不打算|不具备)(?:[^，。；！？、不没]{0,4})$"
)
_DOUBLE = re.compile(
    r"(?:没有|无)不[^，。]{0,10}(?:道理|理由|可能)|不[^，。]{1,4}才怪|不得不|不可能不|不会不|不能不|难免|免不了"
)
_AFTER_NOT = re.compile(
    r"^[^，。；！？]{0,2}(?:不了|不动|不上去?|不下来|不下去|不起来|不到|无望|乏力|存疑|有限|不足|无力|减弱|松动|受阻|无以为继|难以为继|难持续|告终|落空)"
)
_RHETORIC = re.compile(
    r"凭什么|何以|怎么可能|哪(?:来|里|能)[^，。]{0,8}[？?]|谁(?:要是|若|说)[^，。]{0,10}(?:觉得|认为|以为|会)?|谁信|难道|别指望|别想|休想|不指望|不认为|不相信|不觉得|不以为|不看好|未必|不见得|谈不上|看不到[^，。]{0,4}的(?:理由|可能|机会|迹象)"
)
_IDIOM_UP = re.compile(
    r"(?:跌|掉|落|降|压|砸|打|垮)不(?:动|了|下去?|下来|深|多|透|垮)|(?:涨|抬|撑|扛|顶|拉|推|站|守|托)得(?:动|上去|起来?|住|稳)|压力(?:不大|有限|减轻|缓解)|下不来|下不去|跌不(?:动|下|深|到哪)|易涨难跌|难跌|(?:想)?(?:大)?跌也难|跌不透|不(?:涨|上)才怪|只有往上|没有(?:不|理由不)[^，。]{0,4}涨|追着买|打不下来|压不(?:住|下)|降不下来|便宜不了|不愁(?:卖|需求)|回调(?:做多|买入|布局)|逢低(?:做多|买入|布局|补库|吸纳|接)|有(?:补缺口|补涨|反弹)[^，。]{0,4}要求"
)
_IDIOM_DOWN = re.compile(
    r"(?:涨|抬|撑|扛|顶|拉|推|冲|拱|站|守|托|走)不(?:动|了|上去?|起来?|住|高|稳|长|远|久)|(?:跌|压|砸|降)得(?:动|下去|下来|深)|压力(?:不小|不轻|偏大|较大|很大|加大|增大|沉重|犹存|仍在|仍存|不减|凸显)|没(?:有)?底气|拖(?:了)?后腿|上不去|涨不(?:动|上|到哪)|易跌难涨|难涨|(?:想)?(?:大)?涨也难|不跌才怪|只有往下|只会往下|没有不[^，。]{0,6}跌|抬不起(?:头|来)|站不(?:住|稳|上)|撑不(?:住|起)|好不到哪|不打算追|不追高|不会贵|贵不(?:了|到哪)|好不起来|修复不了|续不下来|卖不动|推不动|做空反弹|反弹(?:做空|抛空|沽空)|逢高(?:做空|抛空|沽空|布局空|减仓|卖)"
)
#: What would happen otherwise (若谈判破裂，油价可能反弹) behind a view that stands without it.
_OTHERWISE = re.compile(r"[，；。](?:但|不过|而)?(?:若|如果|假如|一旦|倘若|如(?=[^，。]{2,10}[，]))")
#: Words of a clause that says where things go rather than why.
_CONCLUDES = re.compile(
    r"预计|有望|将|(?<![协机社大开商理委工])会|可能|或许|大概|多半|总要|还得|还要|还能|要(?:跌|涨|回|往)|迟早|接下来|后面|往后|未来|短线|短期|本周|这周|几天|季度|个月|年内|全年|年底|看[多空涨跌]|[做偏][多空]|价|基差|价差|利润|加工费|贴水|升水"
)
#: Stocks and supply that rise or fall say nothing of the price in their own clause; what they mean for it follows.
_SUPPLY = re.compile(
    r"到港|货源|库存|仓单|社库|港库|供应|供给|产量|到港|产能|出栏|运力|存栏|单产|进口量|排产|产销|美元指数|收益率"
)
_PRICE = re.compile(r"价|盘|行情|走势|多头|空头|指数|利润|基差|升水|贴水|宽松|过剩|偏紧|紧张|吃紧")
#: The side that a view names itself, also beside a range (震荡偏弱).
_STATED = re.compile(
    r"看法(?:偏|看)?[多空]|偏[强弱多空](?=震荡|运行|波动|[。，；]|$|的(?:判断|看法|观点|格局|走势))|(?<![不没])(?:震荡|维持|总体|整体|依然|仍|短期|中期)偏[强弱多空]"
)
#: What fell elsewhere and is to be made up for here, or rose.
_CATCH_UP = re.compile(r"([涨跌])[^，。]{0,3}的[^。]{0,14}(?:补上|跟上|补回|跟进)")
#: Where the words are about a discount (贴水) the price gap shrinks when it narrows: that is the bullish side.
_DISCOUNT = re.compile(r"贴水")
_FLIP_DISCOUNT = {
    "扩大": -1,
    "走扩": -1,
    "走阔": -1,
    "变深": -1,
    "加深": -1,
    "扩张": -1,
    "收敛": 1,
    "收窄": 1,
    "缩窄": 1,
    "填平": 1,
    "修复": 1,
    "缩小": 1,
}
_WORDS = re.compile(
    "|".join(sorted(set(_UP.split("|")) | set(_DOWN.split("|")) | {"填平"}, key=lambda w: (-len(w), w)))
)
_UP_SET, _DOWN_SET = frozenset(_UP.split("|")), frozenset(_DOWN.split("|")) | {"填平"}
#: Nouns that hold a direction word without saying a direction.
_NOUNS = re.compile(
    r"(?:涨|跌)(?:上去|下去|起来|下来|掉|出来|了)?的(?!可能|概率|空间|机会|走势|格局|趋势|方向|道理|理由|要求|意思|压力|动力|势头|判断|风险|余地|条件)|走扩?的|(?:涨|跌)[^，。]{0,2}(?:时|之后|以来|之际|过程中)|宣涨|提涨函|涨价函|涨跌停板?|涨跌幅?|看涨期权|看跌期权|涨停(?:价|板)?|跌停(?:价|板)?|涨幅|跌幅|多空|外盘[^，。]{0,6}(?:跌|涨)[^，。]{0,2}(?=的)|压力位|支撑位|调整为"
)
_CLAUSE = re.compile(r"[^，。；！？：,;!?:]+[，。；！？：,;!?:]?")


def read_stance(text: str, *, policy: bool = False) -> Stance:
    """Read the direction of a view.

    Args:
        text: The words of the view, without the name of its holder.
        policy: Whether the view is about a decision (that it comes is bullish, that it does not is bearish).
    """
    if policy:
        return _policy(text)
    text = _without_condition(text)
    if _MIXED.search(text):
        return Stance("mixed", sure=True)
    caught = _CATCH_UP.search(text)
    if caught:
        return Stance("bullish" if caught[1] == "涨" else "bearish", sure=True)
    stated = next((one for one in _STATED.finditer(text) if not _of_supply(text, one)), None)
    if stated:
        return Stance("bullish" if stated.group()[-1] in "多强" else "bearish", sure=True)
    neutral = _NEUTRAL.search(text) is not None
    up, down = _count(text)
    last = _last_direction(text)
    if neutral and not (last and abs(up - down) >= 2):
        return Stance("neutral", sure=not (up and down))
    if up == down or "除非" in text or "与其" in text:
        return Stance(last, sure=False)
    name = "bullish" if up > down else "bearish"
    weaker = min(up, down)
    return Stance(name, sure=weaker * 3 <= max(up, down) or (last == name and weaker < max(up, down)))


def _of_supply(text: str, match: re.Match[str]) -> bool:
    """Whether it is goods that are many or few (到港大豆偏多), not a side that is taken."""
    clause = re.split(r"[，。；：:]", text[: match.start()])[-1]
    return match.group().endswith("偏多") and _SUPPLY.search(clause) is not None


def _without_condition(text: str) -> str:
    """The view without what it says would happen otherwise, where it says something before."""
    otherwise = _OTHERWISE.search(text)
    if otherwise is None:
        return text
    before = text[: otherwise.start()]
    return before if _NEUTRAL.search(before) or _last_direction(before) else text


_POLICY_NO = re.compile(
    r"不会|不再|不可能|无望|看不到|没有(?:必要|可能|时间表|条件|空间)|不必|不具备|难以|很难|[落续批推成放动定出通]不(?:了|下|成|动|来|出|过)|不(?:予|追加|下调|上调|调整|降|加|批|放|变|动|收)|没戏|落空|排在后面|为时尚早|言之过早|遥遥无期|别指望|未必|不见得|推迟|搁置|按兵不动"
)
_POLICY_YES = re.compile(
    r"会|将|有望|大概率|顺理成章|[落续批推成放]得(?:了|下|成|动|来)|总要|必然|迟早|可期|能|在即|势在必行|落地|追加|放开|出台|再(?:发|来|放|批|降)|兑现|推行|板上钉钉|箭在弦上|水到渠成"
)


def _policy(text: str) -> Stance:
    if _POLICY_NO.search(text):
        return Stance("bearish", sure=True)
    return Stance("bullish", sure=True) if _POLICY_YES.search(text) else Stance(None, sure=False)


def clauses_of(text: str) -> list[str]:
    """Return the clauses of a text, each with the mark that ends it."""
    return [m.group() for m in _CLAUSE.finditer(text)]


def clause_direction(clause: str) -> int:
    """Return the sum of the directions in one clause: above 0 up, below 0 down."""
    return sum(_signs(clause))


def _signs(clause: str) -> list[int]:
    """Signed directions in one clause, in order."""
    clean = _NOUNS.sub(lambda m: "＿" * len(m.group()), clause)
    signs: list[int] = []
    if _SUPPLY.search(clean) and not _PRICE.search(clean):
        return signs
    for pattern, sign in ((_IDIOM_UP, 1), (_IDIOM_DOWN, -1)):
        for match in pattern.finditer(clean):
            signs += [sign, sign]
            clean = clean[: match.start()] + "＿" * len(match.group()) + clean[match.end() :]
    discount = _DISCOUNT.search(clean) is not None
    for match in _WORDS.finditer(clean):
        word = match.group()
        sign = 1 if word in _UP_SET else -1
        if discount and word in _FLIP_DISCOUNT:
            sign = _FLIP_DISCOUNT[word]
        before, after = clean[: match.start()], clean[match.end() :]
        if _DOUBLE.search(clean) is None:
            if _NOT.search(before[-9:]):
                sign = -sign
            if _AFTER_NOT.match(after):
                sign = -sign
        signs.append(sign)
    if _RHETORIC.search(clean):
        signs = [-sign for sign in signs]
    return signs


def _count(text: str) -> tuple[int, int]:
    """Directions up and down; a clause that concludes (looks ahead, speaks of the price) counts three times."""
    up = down = 0
    for clause in clauses_of(text):
        signs = _signs(clause)
        weight = 3 if _CONCLUDES.search(clause) else 1
        up, down = up + weight * signs.count(1), down + weight * signs.count(-1)
    return up, down


def _last_direction(text: str) -> str | None:
    """The direction of the last clause that has one: what a view concludes with."""
    for clause in reversed(clauses_of(text)):
        total = sum(_signs(clause))
        if total:
            return "bullish" if total > 0 else "bearish"
    return None
