"""Figures of a notice with their units: 9%, 3元/手, 万分之零点五, 每手六元五角, 3万手, 2个百分点.

Works on the view (`view.py`). Nothing is converted between units.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from assets.text.numerals import parse_decimal

__all__ = ["FREE", "NUMBER", "VALUE", "Action", "Figure", "header_unit", "plain", "read_cell", "read_value", "units_in"]

_CN = "〇零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟"
#: Runs are bounded, so that a page of figures costs no more than a page of words.
NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,8}})?|\d{{1,12}}(?:\.\d{{1,8}})?|[{_CN}]{{1,12}}(?:点[{_CN}]{{1,8}})?)"
)
_PER = "(?P<per>百万分之|十万分之|万分之|千分之|百分之)"
_BASE = r"(?:手|张|吨·?天|吨/?[天日]|吨每[天日]|吨|\d*千克|克|桶|立方米|次|笔|仓单|公斤)"
#: One figure with its unit. `points` is relative, the rest absolute.
VALUE = re.compile(
    rf"""
    (?P<points>{NUMBER})个?(?:百分点|(?=(?:和|、|及|,){NUMBER}个百分点))
  | {_PER}(?P<share>{NUMBER})
  | (?P<pct>{NUMBER})(?P<sign>%|‰|‱)
  | 每(?P<each>手|张|吨每?[天日]|吨|千克|克|桶|立方米)(?:每[天日])?(?:收取|人民币|为|按)?(?P<yuan>(?:{NUMBER}元)?(?:{NUMBER}角)?(?:{NUMBER}分(?!之))?)(?<=[元角分])
  | (?P<money>{NUMBER})元(?:人民币)?(?:(?P<jiao>{NUMBER})角)?(?:/|每|／)(?P<base>{_BASE})(?:[·/每]?[天日])?
  | (?P<jiaos>{NUMBER})(?P<minor>角|分)(?:/|每)(?P<base2>{_BASE})
  | (?P<count>{NUMBER})(?P<wan>万)?(?P<what>手|张|吨)(?!/|每)
  | (?P<bare>{NUMBER})元(?!/)
    """,
    re.VERBOSE,
)
FREE = re.compile(
    r"(?:暂不|不予|不再|不)收取?|(?:予以|全额|全部|暂)?免(?:收|除|征)|免费|(?:暂停|停止|取消)收取|全免|(?<=[为至到])零(?![点元手、])"
)
_SIGN = {"%": "%", "‰": "千分之", "‱": "万分之"}
_PERCENT = {"百分之": "%"}
_UNIT_WORDS = re.compile(
    r"百万分之|十万分之|万分之|千分之|元/吨[·/]?[天日]|元/(?:手|张|吨|千克|克|桶|立方米|次|笔)|%|‰|(?<![/每])手(?!续)|(?<![/每])吨"
)
_BARE_NUMBER = re.compile(rf"[+]?(?P<number>{NUMBER})(?P<wan>万)?")


@dataclass(frozen=True)
class Figure:
    """A value in plain decimal notation with the unit as written; relative ones count percentage points."""

    number: str
    unit: str | None
    is_relative: bool = False


@dataclass(frozen=True)
class Action:
    """What a sentence does without a figure: free, restore or withdraw."""

    name: str


def plain(value: Decimal) -> str:
    """Write a decimal in plain notation without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str | None, scale: int = 1) -> Decimal | None:
    value = parse_decimal(text) if text else None
    return None if value is None else value * scale


def _unit(base: str) -> str:
    """Write the unit of a price for a base (手, 吨·天, 吨每日)."""
    if re.search("[天日]", base):
        return "元/吨·天"
    found = re.search(_BASE, base)
    return f"元/{found.group() if found else base}"


def _yuan(text: str) -> Decimal | None:
    """Sum of 元, 角 and 分 written out."""
    total, seen = Decimal(0), False
    for number, unit in re.findall(rf"({NUMBER})([元角分])", text):
        value = _number(number)
        if value is None:
            return None
        total += value * {"元": Decimal(1), "角": Decimal("0.1"), "分": Decimal("0.01")}[unit]
        seen = True
    return total if seen else None


def read_value(match: re.Match[str]) -> Figure | None:
    """Return the figure behind a match of `VALUE`, or None where the numeral is none."""
    part = match.groupdict()
    if part["points"]:
        return _figure(_number(part["points"]), "个百分点", is_relative=True)
    if part["share"]:
        return _figure(_number(part["share"]), _PERCENT.get(part["per"], part["per"]))
    if part["pct"]:
        return _figure(_number(part["pct"]), _SIGN[part["sign"]])
    if part["yuan"]:
        per_day = re.match(r"每吨(?:每)?[天日]", match.group())
        return _figure(_yuan(part["yuan"]), "元/吨·天" if per_day else _unit(part["each"]))
    if part["money"]:
        value, jiao = _number(part["money"]), _number(part["jiao"])
        whole = value + jiao / 10 if value is not None and jiao is not None else value
        return _figure(whole, _unit(match.group().rsplit("元", 1)[1].lstrip("/每")))
    if part["jiaos"]:
        value = _number(part["jiaos"])
        return _figure(None if value is None else value / (10 if part["minor"] == "角" else 100), _unit(part["base2"]))
    if part["count"]:
        return _figure(_number(part["count"], 10000 if part["wan"] else 1), part["what"])
    return _figure(_number(part["bare"]), "元")


def _figure(value: Decimal | None, unit: str | None, *, is_relative: bool = False) -> Figure | None:
    return None if value is None else Figure(plain(value), unit, is_relative)


def header_unit(text: str) -> str | None:
    """Return the unit that a header or a lead sentence states (view text), or None."""
    found = units_in(text)
    return found[-1] if found else None


def units_in(text: str) -> list[str]:
    """Return the units that a text states, in order, as facts write them."""
    found = (str(unit) for unit in _UNIT_WORDS.findall(text))
    return ["元/吨·天" if re.search("[天日]", unit) else _SIGN.get(unit, unit) for unit in found]


def read_cell(cell: str, unit: str | None) -> Figure | None:
    """Return the figure of a table cell (view text without blanks): its own unit, else that of the header."""
    if re.fullmatch(r"(?:手续费)?(?:暂|予以|全部)?(?:免收|免除|免费|免)(?:手续费)?", cell):
        return Figure("0", None)
    match = VALUE.search(cell)
    if match is not None:
        figure = read_value(match)
        if figure is not None and figure.unit == "元" and unit and unit.startswith("元/"):
            return Figure(figure.number, unit)
        return figure
    bare = _BARE_NUMBER.fullmatch(cell)
    if bare is None:
        return None
    value = _number(bare["number"], 10000 if bare["wan"] else 1)
    return _figure(value, unit)
