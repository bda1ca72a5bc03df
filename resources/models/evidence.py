"""Does a text say only what its source says? Figures, days, codes, names, directions and words, by literal comparison.

Used on what a model wrote, before it goes anywhere. It errs on the strict side: what is dropped is said by the extractive
engine instead. The report verifier (`quality/verify`) judges again with code of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

__all__ = ["covered", "fold", "unsupported_claim", "unsupported_fact"]

#: Number, scale, unit.
Figure = tuple[str, str, str]

_FOLD = {**{c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}, 0x3000: 0x20}
_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})年)?(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]?(?!\d)"
    r"|(?<!\d)(?P<y2>\d{4})(?P<sep>[\-/.])(?P<m2>1[0-2]|0?[1-9])(?P=sep)(?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)"
)
_MONTH = re.compile(r"(?<!\d)(?:(?P<y>\d{4})年)?(?P<m>1[0-2]|0?[1-9])月(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})年")
_DAY_ALONE = re.compile(r"(?<!\d)(3[01]|[12]\d|0?[1-9])[日号](?!\d)")
_CODE = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{1,3}\d{3,4}(?:-?[CP]-?\d+)?(?![A-Za-z\d])|(?<!\d)\d{6}\.[A-Za-z]{2}(?![A-Za-z])"
)
#: What holds digits that are no figures, in the order in which it is taken out.
_NO_FIGURES = (_CODE, _DAY, _MONTH, _YEAR, _DAY_ALONE)
#: A figure with its unit: the scales must be said alike, the others may be left out on one side.
_FIGURE = re.compile(
    r"(\d+(?:\.\d+)?)(?:(%|‰|个百分点|个基点|BP|万亿|亿|万|千|成|倍)|(美元|港元|元|吨|手|点|桶|张|家|天|年|年度|个月|周|倍|次|条|项))?"
)
#: Numbers in Chinese numerals count where a unit follows; 一个, 第一 and the like are words.
_HAN_FIGURE = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿半]+(?:成|倍|个百分点|个基点|年|季度|月|日|天|周|元|吨|手|点|家|连[跌涨阴阳])"
    r"|百分之[零〇一二两三四五六七八九十百点]+"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
#: 原油期货 is a product: the words that products have in common make a firm only before what firms do or are.
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{2}(?:公司|集团|银行|交易所|交易中心|委员会|协会|证监会|央行|财政部|发改委|研究院|控股"
    r"|(?:证券|期货|基金|保险|信托|资本)(?=公司|研究|分析|首席|资深|称|表示|认为|指出|预计|发布|公告|研报|报告|[：:]))"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z&.\-]+")
_ADDRESS = re.compile(r"https?:|www\.|\]\(|<|>|```", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPEAKING = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")

#: Clauses of a source that share nearly as much with a clause as the nearest one count as near, too.
NEAR = 0.75
_CLAUSE = re.compile(r"[,;。!?、\n]")
#: Words of one direction may stand for each other; 涨停 is more than 上涨.
_DIRECTIONS: dict[str, re.Pattern[str]] = {
    "limit up": re.compile("涨停(?!板)"),
    "limit down": re.compile("跌停(?!板)"),
    "up": re.compile(
        "上涨|收涨|大涨|领涨|续涨|涨(?=[超逾近约至到了\\d幅])|走高|回升|反弹|上行|走强|攀升|冲高|飙升|新高|收高|高于"
    ),
    "down": re.compile(
        "下跌|收跌|大跌|领跌|续跌|跌(?=[超逾近约至到了\\d幅破])|走低|回落|下挫|下行|走弱|下探|重挫|新低|收低|低于"
    ),
    "raised": re.compile("上调|调高|提高|上浮"),
    "lowered": re.compile("下调|调低|降低|下浮"),
    "more": re.compile("增加|扩大|增长|上升|增仓|放量|累库|增至|流入"),
    "less": re.compile("减少|缩小|下降|减仓|缩量|去库|降至|萎缩|流出"),
    "tight": re.compile("偏紧|趋紧|收紧|紧张|短缺"),
    "loose": re.compile("宽松|过剩|偏松|充裕"),
}
_NEGATION = re.compile("不(?![同断仅但过少])|未|没有|并无|尚无|否认|禁止|暂停|取消|拒绝|停止")
_CAUSE = re.compile(
    "因为|由于|导致|使得|引发|促使|推动|拖累|提振|支撑|归因|源于|受[^，。；]{1,24}?(?:影响|推动|拖累|提振|带动|刺激)|因此|所以|从而"
)
_FORECAST = re.compile("预计|预期|预测|有望|或将|料将|可能|建议|将会|看多|看空|看涨|看跌")


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Return a text for comparison: half-width, no thousands commas, no blanks, Latin in capitals."""
    return _THOUSANDS.sub("", re.sub(r"\s+", "", text.translate(_FOLD).upper()))


def covered(text: str, source: str) -> float:
    """Return which share of a text's letters, hanzi and digits stands in the source, in pieces of two or more.

    Args:
        text: What was written.
        source: What it was written from.

    Returns:
        0 to 1; 1 for a text without any of them.
    """
    made, known = fold(text), fold(source)
    speaking = [bool(_SPEAKING.match(ch)) for ch in made]
    if not any(speaking):
        return 1.0
    held = [False] * len(made)
    for i in range(len(made) - 1):
        if made[i : i + 2] in known:
            held[i] = held[i + 1] = True
    return sum(h and s for h, s in zip(held, speaking, strict=True)) / sum(speaking)


def unsupported_fact(text: str, source: str) -> str | None:
    """Return what a text states that its source does not: a day, code, figure, name or address; None: nothing."""
    made, known = fold(text), _known(source)
    if _ADDRESS.search(text) and not _ADDRESS.search(source):
        return "an address or markup"
    for kind, found in _facts(made).items():
        extra = sorted(found - known[kind])
        if extra:
            return f"{kind} {extra[0]}"
    for number, scale, unit in sorted(_figures(made)):
        if not known["figure"] & {f"{number}{scale}{unit}", f"{number}{scale}" if unit else f"{number}{scale}*"}:
            return f"figure {number}{scale}{unit}"
    flat = fold(source)
    for pattern, kind in ((_HAN_FIGURE, "figure"), (_ORGANISATION, "name"), (_LATIN, "word")):
        for match in pattern.finditer(_CODE.sub(" ", made)):
            if match.group() not in flat:
                return f"{kind} {match.group()}"
    return None


def unsupported_claim(text: str, source: str, *, whole: bool = False) -> str | None:
    """Return what a text claims beyond its source: direction, negation, cause or outlook; None: nothing.

    Args:
        text: What was written.
        source: What it was written from.
        whole: The text stands for the whole source, so that a negation may not be left out either.
    """
    made, known = fold(text), fold(source)
    for clause in _CLAUSE.split(made):
        nearest = _nearest(clause, known)
        for name, pattern in _DIRECTIONS.items():
            held = {_is_negated(nearest, match) for match in pattern.finditer(nearest)}
            for match in pattern.finditer(clause):
                if _is_negated(clause, match) not in held:
                    return f"direction ({name}) {match.group()}"
    misplaced = _misplaced_figure(made, known)
    if misplaced is not None:
        return f"figure {misplaced} of something else"
    said, there = bool(_NEGATION.search(made)), bool(_NEGATION.search(known))
    if (said and not there) or (whole and there and not said):
        return "negation"
    for pattern, kind in ((_CAUSE, "cause"), (_FORECAST, "outlook")):
        for match in pattern.finditer(made):
            if match.group() not in known:
                return f"{kind} {match.group()}"
    return None


def _nearest(clause: str, source: str) -> str:
    """Return the clauses of a source that tell this direction, or another one, of the same thing.

    Of those that have a direction, the ones that share about the most pairs of characters with the clause.
    """
    if not _has_direction(clause):
        return ""
    words = clause
    for pattern in _DIRECTIONS.values():
        words = pattern.sub(" ", words)
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    shared = [(sum(pair in part for pair in pairs), part) for part in _CLAUSE.split(source) if _has_direction(part)]
    most = max((score for score, _ in shared), default=0)
    return ",".join(part for score, part in shared if score >= NEAR * most)


def _misplaced_figure(made: str, known: str) -> str | None:
    """Return a figure that the source gives to something else: another clause with a like figure is nearer, or the order differs."""
    clauses = [(part, _figures_in_order(part)) for part in _CLAUSE.split(known)]
    for clause in _CLAUSE.split(made):
        figures = _figures_in_order(clause)
        words = _FIGURE.sub(" ", clause)
        pairs = {words[i : i + 2] for i in range(len(words) - 1)}
        for figure in figures:
            like = [
                (sum(pair in part for pair in pairs), held)
                for part, held in clauses
                if any(other[1:] == figure[1:] for other in held)
            ]
            own = max((score for score, held in like if figure in held), default=None)
            if own is not None and own < NEAR * max(score for score, _ in like):
                return "".join(figure)
        for one, two in pairwise(figures):
            if one[1:] == two[1:] and one != two and _only_reversed(one, two, [held for _, held in clauses]):
                return "".join(two)
    return None


def _only_reversed(one: Figure, two: Figure, clauses: Sequence[Sequence[Figure]]) -> bool:
    """Do clauses have both figures, and all of them the other way round?"""
    both = [held for held in clauses if one in held and two in held]
    return bool(both) and not any(two in held[held.index(one) + 1 :] for held in both)


def _figures_in_order(text: str) -> list[Figure]:
    for pattern in _NO_FIGURES:
        text = pattern.sub(" ", text)
    return [(_plain(match[1]), match[2] or "", match[3] or "") for match in _FIGURE.finditer(text)]


def _has_direction(text: str) -> bool:
    return any(pattern.search(text) for pattern in _DIRECTIONS.values())


def _is_negated(text: str, match: re.Match[str]) -> bool:
    return bool(_NEGATION.search(text[max(0, match.start() - 4) : match.start()]))


@lru_cache(maxsize=256)
def _known(source: str) -> dict[str, frozenset[str]]:
    """The facts of a source, with the shorter forms by which each may be called."""
    facts = _facts(fold(source))
    days = {short for day in facts["day"] for short in _shorter(day)}
    digits = {number for code in facts["code"] for number in re.findall(r"\d+", code)}
    # `12*` stands for twelve of some unit: it may be said without it.
    units = {text for n, scale, unit in _figures(fold(source)) for text in (f"{n}{scale}{unit}", f"{n}{scale}*")}
    return {
        "day": frozenset(facts["day"] | days),
        "code": frozenset(facts["code"]),
        # 原油2406 calls SC2406 by the figures of its code.
        "figure": frozenset(units | digits),
    }


def _shorter(day: str) -> set[str]:
    """2024-4-18 may be called 4-18, 2024-4, 2024, April or the 18th."""
    year, month, date = day.split("-")
    forms = {f"-{month}-{date}", f"{year}-{month}-", f"-{month}-", f"{year}--", f"--{date}"}
    return {form for form in forms if form != "--"}


def _facts(text: str) -> dict[str, set[str]]:
    """Days (year-month-day, parts empty where not said) and codes of a folded text."""
    codes = {match.group() for match in _CODE.finditer(text)}
    rest = _CODE.sub(" ", text)
    days: set[str] = set()
    for match in _DAY.finditer(rest):
        year, month, date = match["y"] or match["y2"] or "", match["m"] or match["m2"], match["d"] or match["d2"]
        days.add(f"{year}-{int(month)}-{int(date)}")
    rest = _DAY.sub(" ", rest)
    days |= {f"{match['y'] or ''}-{int(match['m'])}-" for match in _MONTH.finditer(rest)}
    rest = _MONTH.sub(" ", rest)
    days |= {f"{match[1]}--" for match in _YEAR.finditer(rest)}
    days |= {f"--{int(match[1])}" for match in _DAY_ALONE.finditer(_YEAR.sub(" ", rest))}
    return {"day": days, "code": codes}


def _figures(text: str) -> set[Figure]:
    """Figures of a folded text that belong to no code and no day: number, scale, unit."""
    return set(_figures_in_order(text))


def _plain(number: str) -> str:
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
