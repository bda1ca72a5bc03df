"""Who decided: exchanges, regulators, brokers and other firms, by list for the real ones and by rule for the rest.

Works on view text. Products belong to `subjects.py`.
"""

import re
from dataclasses import dataclass
from functools import cache

from assets.text.products import PRODUCTS

__all__ = ["FIRM_WORDS", "ISSUER", "Issuer", "find_issuer", "listing_exchange", "read_publisher"]

_REGULATOR = "中国证监会"
#: Short names of the exchanges, and the name in full.
_SHORT = {
    "上期能源": "上海国际能源交易中心", "能源中心": "上海国际能源交易中心", "上期所": "上海期货交易所",
    "大商所": "大连商品交易所", "郑商所": "郑州商品交易所", "广期所": "广州期货交易所", "中金所": "中国金融期货交易所",
    "上海国际能源交易中心股份有限公司": "上海国际能源交易中心", "INE": "上海国际能源交易中心", "SHFE": "上海期货交易所",
    "DCE": "大连商品交易所", "CZCE": "郑州商品交易所", "ZCE": "郑州商品交易所", "GFEX": "广州期货交易所", "CFFEX": "中国金融期货交易所",
}  # fmt: skip
_FULL = (
    "上海国际能源交易中心", "上海期货交易所", "大连商品交易所", "郑州商品交易所", "广州期货交易所", "中国金融期货交易所",
)  # fmt: skip
#: What an exchange that we do not know is called: a place and what it trades.
_INVENTED = re.compile(
    r"[\u4e00-\u9fff]{2,4}?(?:国际|大宗)?(?:商品|期货|能源|金融期货|金融|农产品|金属|有色|环境|石油|衍生品|钢铁|化工)+(?:交易所|交易中心)$"
)
_GENERIC = re.compile(
    r"^(?:各|该|本|我|在|由|按|比|与|和|及|向|对|国内|有关|相关|其他|上述|所有|全国|境内|境外|这家|期货|商品)"
)
_REGULATORS = re.compile(r"(?:中国)?证监会|(?:中国)?证券监督管理委员会|中国证券监督管理委员会")
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:交易所|交易中心)(?:股份有限公司|有限公司)?")
_LEADING = re.compile(
    r"^(?:.*?(?:接到|收到|根据|按照|依据|据|接|自|由|在|与|和|及|向|对|经|关于|为))(?=[\u4e00-\u9fff]{2,8}(?:交易所|交易中心))"
)
_BROKER = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,6}?期货)(?:股份有限公司|有限责任公司|有限公司|公司)?")
_LEGAL_FORM = re.compile(r"(?:股份|有限责任|集团|有限)*公司$|\(.*?\)")
FIRM_WORDS = re.compile(
    r"我司|本公司|我公司|敝司|公司(?=标准|保证金|客户|手续费|将|对|在|统一|按|执行|自)|我库|本库|我部|我行"
)
ISSUER = re.compile(
    "|".join(sorted((*_FULL, *_SHORT), key=len, reverse=True)) + f"|{_REGULATORS.pattern}|{_NAMED.pattern}"
)


@dataclass(frozen=True)
class Issuer:
    """Who decided, in the full simplified name, and its level: exchange, regulator, broker or other."""

    name: str | None
    level: str


def find_issuer(surface: str) -> Issuer | None:
    """Return the exchange or regulator that a match of `ISSUER` names, or None for a generic word."""
    if surface in _SHORT:
        return Issuer(_SHORT[surface], "exchange")
    if _REGULATORS.fullmatch(surface):
        return Issuer(_REGULATOR, "regulator")
    if surface in _FULL:
        return Issuer(surface, "exchange")
    name = _LEGAL_FORM.sub("", _LEADING.sub("", surface))
    for full in _FULL:
        if full in name:
            return Issuer(full, "exchange")
    named = _INVENTED.search(name)
    return None if named is None or _GENERIC.match(named.group()) else Issuer(named.group(), "exchange")


def read_publisher(publisher: str | None) -> Issuer | None:
    """Return who publishes (view text) where that is an exchange, a regulator or a firm; None for media and persons."""
    if not publisher:
        return None
    name = publisher.strip()
    match = ISSUER.search(name)
    if match is not None and "期货公司" not in name:
        found = find_issuer(match.group())
        if found is not None:
            return found
    broker = _BROKER.match(name)
    if broker is not None and broker.end() >= len(name) - 6:
        return Issuer(broker["name"], "broker")
    bare = _LEGAL_FORM.sub("", name)
    if re.search(r"仓储|物流|港务|码头|仓库|冷库|国储|公司$|集团$|银行$|库$|质检|检验|结算", name):
        return Issuer(bare, "other")
    return None


@cache
def listing_exchange(product: str | None) -> str | None:
    """Return the exchange that lists a product (name as in a notice), or None where we do not know it."""
    if product is None:
        return None
    bare = product.removesuffix("期权").removesuffix("期货")
    for one in PRODUCTS.values():
        if bare == one.name or bare in one.aliases:
            return one.exchange
    return None
