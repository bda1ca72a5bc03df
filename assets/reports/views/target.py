"""What a view is about: a price, or a spread, margin, basis or decision beside it.

What does not belong here: the direction (stance.py), although a clause without one is not where the target stands.
"""

import re
from collections import Counter
from collections.abc import Sequence

from assets.reports.evidence.subject import find_products
from assets.reports.views.stance import clause_direction, clauses_of

__all__ = ["is_policy_target", "main_product", "read_target"]

#: Things beside the price: pattern, name.
_ASIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"基差|升贴水|贴水|升水|期现价差"), "基差"),
    (re.compile(r"裂解(?:价差|利润|差)?"), "裂解价差"),
    (re.compile(r"月间价差|月差|跨期|近远月|正套|反套|价差|比价|金银比|卷螺差|豆棕差|菜豆差|油粕比"), "价差"),
    (re.compile(r"加工费|TC(?![A-Z\d])|冶炼费"), "加工费"),
    (
        re.compile(
            r"(?:厂|企|养殖|压榨|冶炼|加工|提锂|环节|钢厂|航司|船司|进口|出口|自繁自养|育肥|电炉|高炉|纺纱|硅片|组件|电池片|硅料)[^，。]{0,8}(?:利润|盈利|毛利|盈亏|赚到?钱|赚头|亏)|吨钢(?:毛利|利润)|头均(?:利润|盈利)"
        ),
        "利润",
    ),
)
#: Decisions of authorities and associations.
_POLICY = re.compile(
    r"(配额|额度|关税|专项税|出口税|进口税|滑准税|附加税|降准|降息|加息|存款准备金|收储|抛储|轮储|放储|限产|控产|平控|限电|补贴|退税|采矿证|许可证|牌照|准入|禁令|制裁|豁免|反倾销|保护价|最低收购价|目标价格|直补|增发|审批|缩表|停征|加征|停航|复航|减产协议"
    r"|掺混|生柴|B40|B50|环保督察|去产能|产能调控|调控|限购|首付|房贷利率|购金|宣涨|涨价函|附加费|通行费|自律减产|联合减产|续期|延期)"
)
_POLICY_VERB = re.compile(
    r"追加|下调|上调|调高|调低|取消|恢复|出台|落地|实施|发放|再发|批|延长|续(?:得|不|期|下|上)|降准|降息|加息|放开|放宽|收紧|启动|暂停|会|有望|大概率|看不到|没有必要|顺理成章|在即|执行|推迟|通过|复航|征收|加征|兑现|没戏|无望|可期|迟早|能|[落续批推成放动]不|[落续批推成放]得|不会|难以"
)
_SAME = {
    "降准": "货币政策", "存款准备金": "货币政策", "降息": "利率政策", "加息": "利率政策", "采矿证": "许可证政策", "许可证": "许可证政策",
    "牌照": "许可证政策", "续期": "许可证政策", "抛储": "收储政策", "轮储": "收储政策", "放储": "收储政策", "额度": "配额政策",
    "停征": "关税政策", "加征": "关税政策", "进口税": "关税政策", "停航": "复航政策", "出口税": "出口税政策", "专项税": "出口税政策",
    "控产": "限产政策", "平控": "限产政策", "去产能": "限产政策", "产能调控": "限产政策", "自律减产": "限产政策", "联合减产": "限产政策",
    "掺混": "生物柴油政策", "生柴": "生物柴油政策", "B40": "生物柴油政策", "B50": "生物柴油政策", "涨价函": "宣涨政策",
}  # fmt: skip
_PRICE = re.compile(
    r"价|盘面|行情|走势|多头|空头|多单|空单|看[多空涨跌]|做[多空]|[偏站]多|[偏站]空|指数|股|钢|铜|金(?!额)|油(?!厂|脂厂)|[A-Z]{1,3}\d{3,4}"
)


def is_policy_target(target: str) -> bool:
    """Whether a target is somebody's decision."""
    return target.endswith("政策")


def main_product(texts: Sequence[str]) -> str | None:
    """Return the code of the product that most of the texts name, ties by code."""
    counts: Counter[str] = Counter()
    for text in texts:
        for code, score in find_products(text).items():
            counts[code] += int(2 * score)
    return min(counts, key=lambda code: (-counts[code], code)) if counts else None


def read_target(text: str, product: str | None) -> str:
    """Return what a view is about, as a key that groups views: `SC`, `SC基差`, `配额政策`.

    The first clause that says a direction and names something decides; a decision counts where no price is spoken of.
    """
    policy = _POLICY.search(text)
    if policy and _POLICY_VERB.search(text[max(0, policy.start() - 8) :]) and not _prices_outside(text, policy):
        return _SAME.get(policy[1], f"{policy[1]}政策")
    for clause in clauses_of(text):
        if not clause_direction(clause):
            continue
        for pattern, name in _ASIDE:
            if pattern.search(clause):
                return f"{product or ''}{name}"
        if _PRICE.search(clause):
            return product or "行情"
    if not any(clause_direction(clause) for clause in clauses_of(text)):
        for pattern, name in _ASIDE:
            if pattern.search(text):
                return f"{product or ''}{name}"
    return product or "行情"


def _prices_outside(text: str, policy: re.Match[str]) -> bool:
    """Whether a clause apart from the decision's speaks of a price and where it goes."""
    for clause in clauses_of(text):
        if policy[1] not in clause and _PRICE.search(clause) and clause_direction(clause):
            return True
    return False
