"""Percentages, prices, amounts and other numbers, with their units and the direction that the words beside them say."""

import re
from collections.abc import Iterator
from decimal import Decimal

from assets.records.mentions.model import Mention, Taken
from assets.text.numerals import parse_decimal
from assets.text.units import MONEY, PHYSICAL, SCALES

__all__ = ["find_figures"]

#: A run of more than 24 digits is no figure of a market.
_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,8}|\d{1,24})(?:\.\d{1,24})?"
_CHINESE = r"(?:[一二两三四五六七八九十百千零〇]{1,9}(?:点[一二三四五六七八九零〇]{1,4})?)"
_SCALE = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?=元|吨|桶|手|股|美元)"
_SCALE_WORDS = sorted((scale for scale in SCALES if scale), key=len, reverse=True)
_MEASURE = "|".join(sorted(PHYSICAL, key=len, reverse=True))
_PER_UNIT = r"500千克|百万英热单位|蒲式耳|立方米|平方米|短吨|千克|公斤|盎司|桶|吨|克|磅|手|张|股|度|千瓦时|公里|FEU|TEU|日|天|月|年|小时|人"
_UNIT = (
    rf"(?P<share>%|‰|个百分点|百分点|个基点|基点|[Bb][Pp](?![A-Za-z])|pct)"
    rf"|(?P<money>{'|'.join(sorted(MONEY, key=len, reverse=True))})(?:人民币)?(?:\s?(?:/|每)\s?(?P<per>{_PER_UNIT}))?"
    rf"|(?P<points>点(?![\d半钟整]|[一-龥]{{0,1}}分(?!别)))"
    rf"|(?P<physical>{_MEASURE})(?:\s?(?:/|每)\s?(?P<rate>日|天|周|月|年|小时|手))?"
    rf"|(?P<measure>个月|个|次|天|年|周|小时|分钟|倍|名|位|条|项|款|批|种|届|级|折|成(?=[，。、以左])|版)"
)
_FIGURE = re.compile(
    rf"(?:每(?P<each>{_PER_UNIT})\s?)?(?P<sign>(?<![A-Za-z0-9%)）])[+\-])?"
    rf"(?:(?<![A-Za-z0-9.,:：第])(?P<number>{_NUMBER})(?![\d]|[A-Za-z](?![Pp]|EU|[Ww]))|(?<![第一二两三四五六七八九十〇零百千万亿点])(?P<chinese>{_CHINESE}))"
    rf"\s?(?P<scale>{_SCALE})?(?:\s?(?:{_UNIT}))?"
)
_FRACTION = re.compile(rf"百分之(?P<chinese>{_CHINESE}|{_NUMBER})")
_RANGE = re.compile(r"\s?(?:-|—|~|至|到|–){1,2}\s?")
#: What a figure alone is not: a clause number, a time, a version, an identifier.
_NOT_NUMBER = re.compile(r"[:：]\d|月|日(?!均)|号|[）)]?[、.．](?=[一-龥])|(?:st|nd|rd|th)\b")
_UP = "上涨|收涨|大涨|涨幅|涨|上升|回升|攀升|飙升|升幅|升至|升|增长|增加|增幅|新增|增至|增|扩大|反弹|提高|上调|走高|走强|高开|拉升|突破|上行|抬升|走阔|走扩"
_DOWN = "下跌|收跌|大跌|暴跌|跌幅|跌|下降|降幅|降至|降低|降|减少|减幅|减至|减产|减|回落|缩小|收窄|下滑|下调|走低|走弱|低开|跳水|下行|下挫|萎缩|贬值|跌破|走缩"
_DIRECTION = re.compile(rf"(?P<none>涨跌幅?|涨跌停板?|升贴水|增减)|(?P<up>{_UP})|(?P<down>{_DOWN})")
_AFTER = re.compile(r"(?:左右|以上|以内)?的?(?:(?P<up>涨幅|升幅|增幅|增速)|(?P<down>跌幅|降幅|减幅))")
_CARRIES = re.compile(r"[，,、/(（或至到~\-—\s即]{0,2}(?:折合)?")
_WINDOW = 14
_CLAUSE = re.compile(r"[。；;！？\n，,、：:]")


def find_figures(text: str, taken: Taken) -> list[Mention]:
    """Find figures outside the spans that dates, contracts and names have taken.

    Args:
        text: Half-width text of the same length as the stored one.
        taken: Spans that other mentions hold.

    Returns:
        Mentions of kind percent, price, amount or number in order; value in plain decimals with 万 and 亿 multiplied out
        (negative only where a sign is written), unit as the text says it, direction up, down or None.
    """
    found: list[Mention] = []
    matches = [m for m in _FIGURE.finditer(text) if taken.is_free(m.start(), m.end())]
    matches += [m for m in _FRACTION.finditer(text) if taken.is_free(m.start(), m.end())]
    matches.sort(key=lambda m: m.start())
    previous: Mention | None = None
    for match in matches:
        if previous is not None and match.start() < previous.end:
            continue
        mention = _read(text, match)
        if mention is None:
            continue
        mention = _with_direction(text, mention, previous)
        found.append(mention)
        previous = mention
    return list(_ranges(text, found))


def _read(text: str, match: re.Match[str]) -> Mention | None:
    part = match.groupdict()
    start, end = match.span()
    if "number" not in part:
        value = parse_decimal(part["chinese"])
        return None if value is None else Mention(start, end, "percent", match.group(), f"{value:f}", "%")
    number = part["number"] or part["chinese"]
    value = parse_decimal(number)
    if value is None:
        return None
    kind, unit = _kind_and_unit(part)
    if part["chinese"] and not _is_chinese_figure(part, kind):
        return None
    if kind == "number" and _NOT_NUMBER.match(text, end):
        return None
    if kind == "points":
        if not (part["scale"] is None and ("." in number or value >= 100)):
            return None
        kind = "price"
    shown = _times(value, SCALES[part["scale"] or ""], negative=part["sign"] == "-")
    if part["each"] and kind != "price":
        start = match.start("number") if part["number"] else match.start("chinese")
    return Mention(start, end, kind, text[start:end], shown, unit)


def _kind_and_unit(part: dict[str, str | None]) -> tuple[str, str | None]:
    if part["share"]:
        unit = {"bp": "基点", "个基点": "基点", "百分点": "个百分点", "pct": "个百分点"}.get(
            part["share"].lower(), part["share"]
        )
        return "percent", unit
    if part["money"]:
        per = part["per"] or part["each"]
        unit = f"{MONEY[part['money']]}/{per}" if per else MONEY[part["money"]]
        return ("amount" if part["scale"] and not per else "price"), unit
    if part["points"]:
        return "points", "点"
    if part["physical"]:
        return "amount", part["physical"] + (f"/{part['rate']}" if part["rate"] else "")
    return "number", part["measure"]


def _is_chinese_figure(part: dict[str, str | None], kind: str) -> bool:
    """Whether Chinese digits are a figure: 五十五万桶 and 三成 are, 一些 and 一手 are not."""
    number = part["chinese"] or ""
    if kind in {"percent", "price"}:
        return True
    if kind == "amount":
        return bool(part["scale"]) or len(number) > 1 or number not in "一两二"
    return part["measure"] in {"倍", "成"}


def _times(value: Decimal, scale: Decimal, *, negative: bool = False) -> str:
    """Return the product in plain notation: digits as written, but no zeros that only the multiplication brought."""
    signed = -value if negative else value
    if scale == 1:
        return f"{signed:f}"
    text = f"{signed * scale:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_direction(text: str, mention: Mention, previous: Mention | None) -> Mention:
    direction = _direction(text, mention, previous)
    if direction is None:
        return mention
    return Mention(mention.start, mention.end, mention.kind, mention.surface, mention.value, mention.unit, direction)


def _direction(text: str, mention: Mention, previous: Mention | None) -> str | None:
    if mention.surface[0] in "+-":
        return "up" if mention.surface[0] == "+" else "down"
    if previous and previous.direction and _CARRIES.fullmatch(text, previous.end, mention.start):
        return previous.direction
    begin = max(mention.start - _WINDOW, previous.end if previous else 0)
    for mark in _CLAUSE.finditer(text, begin, mention.start):
        begin = mark.end()
    words = list(_DIRECTION.finditer(text, begin, mention.start))
    if words:
        word = words[-1]
        return None if word["none"] else "up" if word["up"] else "down"
    after = _AFTER.match(text, mention.end)
    if after is None:
        return None
    return "up" if after["up"] else "down"


def _ranges(text: str, figures: list[Mention]) -> Iterator[Mention]:
    """A bare number before a range sign has the kind, unit and scale of the figure behind it."""
    for at, figure in enumerate(figures):
        following = figures[at + 1] if at + 1 < len(figures) else None
        if (
            figure.kind == "number"
            and figure.unit is None
            and following is not None
            and following.unit is not None
            and _RANGE.fullmatch(text, figure.end, following.start)
        ):
            scale = next((SCALES[s] for s in _SCALE_WORDS if s in following.surface), Decimal(1))
            value = _times(Decimal(figure.value or "0"), scale)
            yield Mention(
                figure.start, figure.end, following.kind, figure.surface, value, following.unit, figure.direction
            )
        else:
            yield figure
