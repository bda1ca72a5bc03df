"""What a view is about: a price, or a spread, margin, basis or decision beside it."""

import re
from collections.abc import Sequence

from assets.reports.evidence.subject import domestic_products, product_terms

__all__ = ["is_policy_target", "main_product", "read_target"]

#: Things beside the price, in the order in which they are looked for: pattern, name.
_ASIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"基差|现货升水|现货(?:对|较)[^，。]{0,6}升水|贴水|升水|期现价差"), "基差"),
    (re.compile(r"裂解(?:价差|利润|差)?"), "裂解价差"),
    (re.compile(r"月间价差|月差|跨期|近远月|正套|反套|内外价差|价差|比价|金银比|卷螺差|豆棕差"), "价差"),
    (re.compile(r"加工费|TC|冶炼费"), "加工费"),
    (
        re.compile(
            r"(?:厂|企|养殖|压榨|冶炼|炼厂|加工|提锂|环节|钢厂|航司|吨钢|吨)[^，。]{0,8}(?:利润|盈利|赚到?钱|赚头|毛利)|(?:利润|赚到?钱|亏损)[^，。]{0,8}(?:厂|环节|企业)"
        ),
        "利润",
    ),
)
#: Decisions of authorities; the word is part of the name.
_POLICY = re.compile(
    r"(配额|关税|降准|降息|加息|收储|抛储|轮储|限产|限电|补贴|退税|采矿证|许可证|牌照|准入|禁令|制裁|豁免|反倾销|保护价|最低收购价|放储|投放|增发|平控|复产审批|续期|审批|缩表|停征|加征|停航|复航|减产协议|能耗|环保督察)"
)
_POLICY_VERB = re.compile(
    r"追加|下调|上调|取消|恢复|出台|落地|实施|发放|再发|批|延长|续(?:得|不|期|下)|降准|降息|加息|放开|放宽|收紧|启动|暂停|会不会|会|有望|大概率|看不到|没有必要|顺理成章|在即|执行|推迟|延期|通过|复航|征收|征"
)
_SAME = {
    "降准": "货币政策",
    "降息": "利率政策",
    "加息": "利率政策",
    "采矿证": "许可证",
    "牌照": "许可证",
    "续期": "许可证",
    "抛储": "收储",
    "轮储": "收储",
    "放储": "收储",
    "停征": "关税",
    "加征": "关税",
    "停航": "复航",
}
_PRICE = re.compile(r"价|盘面|期价|行情|走势|多头|空头|看多|看空|看涨|看跌|做多|做空|指数|[A-Z]{1,3}\d{3,4}")
#: A decision given as the ground of a price view is no target.
_GROUND_ONLY = re.compile(r"(?:因为|由于|受|预期|背景下|之后|以后)[^，。]{0,12}$")


def is_policy_target(target: str) -> bool:
    """Whether a target is somebody's decision."""
    return target.endswith("政策")


def main_product(texts: Sequence[str]) -> str | None:
    """Return the code of the product that most of the texts name, ties by code."""
    counts: dict[str, float] = {}
    for code in domestic_products():
        strong, weak = product_terms(code)
        pattern = re.compile(rf"(?<![A-Za-z]){code}\d{{3,4}}(?!\d)")
        score = 0.0
        for text in texts:
            score += 3 if pattern.search(text) else 0
            score += 2 if any(term in text for term in strong) else 0
            score += 0.5 * sum(term in text for term in weak)
        if score:
            counts[code] = score
    return min(counts, key=lambda code: (-counts[code], code)) if counts else None


def read_target(text: str, product: str | None) -> str:
    """Return what a view is about, as a key that groups views: `SC`, `SC基差`, `配额政策`."""
    for pattern, name in _ASIDE:
        match = pattern.search(text)
        if match and not _in_ground(text, match.start()):
            return f"{product or ''}{name}"
    policy = _POLICY.search(text)
    if (
        policy
        and _POLICY_VERB.search(text)
        and not _in_ground(text, policy.start())
        and not _PRICE.search(_POLICY.sub("", text))
    ):
        name = _SAME.get(policy[1], policy[1])
        return name if name.endswith("政策") else f"{name}政策"
    return product or "行情"


def _in_ground(text: str, at: int) -> bool:
    return _GROUND_ONLY.search(text[max(0, at - 16) : at]) is not None
