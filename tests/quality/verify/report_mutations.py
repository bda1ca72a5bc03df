"""Seeded changes of a whole report: what stands around its sentences, and lies that need more than one of its parts.

A mutation changes a report in place and tells whether it found something to change. Sentences that are left out are no lie.
"""

import json
import random
import re
from collections.abc import Callable
from typing import Any

from tests.quality.verify.mutations import change_digit, change_direction, sha256

Json = dict[str, Any]
ReportMutation = Callable[[random.Random, Json], bool]

_STRANGERS = ("瀚海远洲投资集团", "沧浪期货研究院", "青隼资本")
_SCALES = [
    ("万吨", "亿吨"),
    ("万桶", "亿桶"),
    ("亿元", "万元"),
    ("万手", "亿手"),
    ("万元", "亿元"),
    ("万", "亿"),
    ("亿", "万"),
]
_CURRENCIES = [("美元", "元"), ("元/桶", "美元/桶"), ("元/吨", "美元/吨"), ("元", "美元")]
_BASES = [
    ("前结算价", "前收盘价"),
    ("前收盘价", "前结算价"),
    ("收盘价对", "结算价对"),
    ("结算价对", "收盘价对"),
    ("收报", "结算价"),
    ("最高价", "最低价"),
    ("成交量", "持仓量"),
]


def _sentences(report: Json) -> list[Json]:
    return [one for section in report["sections"] for one in section["sentences"]]


def _swap(rng: random.Random, text: str, pairs: list[tuple[str, str]], after: str = "") -> str | None:
    spots = [(m.start(), m.end(), new) for old, new in pairs for m in re.finditer(after + re.escape(old), text)]
    if not spots:
        return None
    start, end, new = rng.choice(spots)
    keep = re.match(after, text[start:end])
    return text[:start] + (keep[0] if keep and after else "") + new + text[end:]


def _in_sentence(change: Callable[[random.Random, str], str | None], *, with_claims: bool = True) -> ReportMutation:
    def mutate(rng: random.Random, report: Json) -> bool:
        sentences = _sentences(report)
        rng.shuffle(sentences)
        for sentence in sentences:
            new = change(rng, sentence["text"])
            if new and new != sentence["text"]:
                old, sentence["text"] = sentence["text"], new
                for claim in sentence["claims"] if with_claims else ():
                    claim["slots"] = {k: v for k, v in claim["slots"].items() if v in new or v not in old}
                return True
        return False

    return mutate


def unit_scale(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, _SCALES, r"(?<=\d)")


def currency(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, _CURRENCIES, r"(?<=\d)")


def percent_points(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, [("%", "个百分点"), ("个百分点", "%")], r"(?<=\d)")


def basis(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, _BASES)


def date_by_one(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer(r"(\d{1,2})月(\d{1,2})日", text))
    if not found:
        return None
    m = rng.choice(found)
    day = int(m[2]) + rng.choice((1, -1))
    return text[: m.start(2)] + str(day) + text[m.end(2) :] if 1 <= day <= 31 else None


def year_added(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer(r"(?<!年)(?<!\d)\d{1,2}月\d{1,2}日", text))
    m = rng.choice(found) if found else None
    return text[: m.start()] + f"20{rng.choice((19, 21, 22))}年" + text[m.start() :] if m else None


def certainty(rng: random.Random, text: str) -> str | None:
    return _swap(
        rng,
        text,
        [
            ("可能", "必然"),
            ("预计", "确定"),
            ("有望", "必将"),
            ("或将", "必将"),
            ("认为", "证实"),
            ("倾向于", "决定"),
            ("约", ""),
            ("左右", ""),
        ],
    )


def quantifier(rng: random.Random, text: str) -> str | None:
    return _swap(
        rng,
        text,
        [
            ("部分", "全部"),
            ("多家", "所有"),
            ("一家", "多家"),
            ("有的", "全部"),
            ("个别", "大量"),
            ("较", "远"),
            ("略", "大幅"),
            ("小幅", "大幅"),
        ],
    )


def comparison(rng: random.Random, text: str) -> str | None:
    return _swap(
        rng,
        text,
        [
            ("高于", "等于"),
            ("低于", "超过"),
            ("超过", "不足"),
            ("不足", "超过"),
            ("至少", "至多"),
            ("以上", "以下"),
            ("以下", "以上"),
            ("同比", "环比"),
            ("环比", "同比"),
        ],
    )


def cause_reversed(rng: random.Random, text: str) -> str | None:
    return _swap(
        rng,
        text,
        [
            ("导致", "源于"),
            ("受", "令"),
            ("拖累", "提振"),
            ("支撑", "压制"),
            ("压制", "支撑"),
            ("是主要原因", "是主要结果"),
            ("因", "故"),
        ],
    )


def invisible(rng: random.Random, text: str) -> str | None:
    """A mark that turns the direction of writing, or one that nobody sees, within a figure."""
    found = [m.start() for m in re.finditer(r"(?<=\d)\d", text)]
    at = rng.choice(found) if found else None
    return text[:at] + rng.choice("\u202e\u200b\u2066") + text[at:] if at is not None else None


def homoglyph(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, [("0", "О"), ("1", "l"), ("5", "S"), (".", "·"), ("3", "З")], r"(?<=\d)")


def one_side(rng: random.Random, text: str) -> str | None:
    m = re.match(r"(?:对此)?各方(?:说法|数据)不一：", text)
    parts = re.split(r"；(?=另?据)", text[m.end() :]) if m else []
    return m[0] + rng.choice(parts).rstrip("。") + "。" if m and len(parts) == 2 else None


def swapped_bar(rng: random.Random, report: Json) -> bool:
    """Cite another bar of the report in the place of the right one, in the claims too."""
    sentences = [
        s for s in _sentences(report) if re.match(r"\d+月\d+日，\S+合约", s["text"]) and len(s["citations"]) == 1
    ]
    bars = [s["citations"][0] for s in sentences]
    rng.shuffle(sentences)
    for sentence in sentences:
        own = sentence["citations"][0]
        others = [bar for bar in bars if bar["title"] != own["title"]]
        if others:
            sentence["citations"] = [json.loads(json.dumps(rng.choice(others)))]
            for claim in sentence["claims"]:
                claim["citations"] = sentence["citations"]
            return True
    return False


def _shares(text: str) -> set[str]:
    return set(re.findall(r"\d+\.\d+%", text))


def _said(report: Json) -> set[str]:
    return set().union(*(_shares(one["text"]) for one in _sentences(report)))


def title(change: Callable[[random.Random, str], str | None]) -> ReportMutation:
    def mutate(rng: random.Random, report: Json) -> bool:
        new = change(rng, report["title"])
        if (
            not new
            or new == report["title"]
            or any(pct in _said(report) for pct in _shares(new) - _shares(report["title"]))
        ):
            return False  # a share of another basis, which a sentence states, is no lie
        report["title"] = new
        return True

    return mutate


def title_contract(rng: random.Random, text: str) -> str | None:
    m = re.search(r"(?<=[A-Z])\d{3,4}(?!\d)", text)
    return text[: m.start()] + f"{int(m[0]) + rng.randint(1, 8):04d}" + text[m.end() :] if m else None


def note_invents(rng: random.Random, report: Json) -> bool:
    section = rng.choice(report["sections"])
    amount = rng.randint(310, 990)
    section["note"] = rng.choice(
        [f"库存增加{amount}万吨。", f"价格跌破{amount}1元/桶。", "预计后市将继续下跌。", f"涨幅达{amount / 10}%。"]
    )
    return True


def heading_invents(rng: random.Random, report: Json) -> bool:
    section = rng.choice(report["sections"])
    section["heading"] += rng.choice(["：由于减产", "：预计反弹", "：大跌31.7%", "：建议买入"])
    return True


def carried_more(rng: random.Random, report: Json) -> bool:
    rng.choice(_sentences(report))["sources"] = rng.randint(3, 40)
    return True


def view_holder(rng: random.Random, report: Json) -> bool:
    views = [view for view in report["viewpoints"] if view["holders"]]
    if not views:
        return False
    view = rng.choice(views)
    view["holders"] = [*view["holders"][:-1], rng.choice(_STRANGERS)]
    return True


def view_citation(rng: random.Random, report: Json) -> bool:
    if not report["viewpoints"]:
        return False
    one = rng.choice(rng.choice(report["viewpoints"])["citations"])
    one["quote"] = one["quote"][:-1] + ("跌" if one["quote"].endswith("涨") else "涨")
    one["sha256"] = sha256(one["quote"])
    return True


def view_uncited(rng: random.Random, report: Json) -> bool:
    if not report["viewpoints"]:
        return False
    rng.choice(report["viewpoints"])["citations"] = []
    return True


def date_of_another_year(rng: random.Random, report: Json) -> bool:
    """The whole report said to be of another year: its days, printed without a year, are then wrong."""
    if not any(re.search(r"(?<!年)\d+月\d+日(?:消息|，)", one["text"]) for one in _sentences(report)):
        return False
    report["date"] = str(int(report["date"][:4]) + rng.choice((1, -1, 2))) + report["date"][4:]
    return not str(report["date"]).endswith("02-29")


REPORT_OPERATORS: dict[str, ReportMutation] = {
    "unit-scale": _in_sentence(unit_scale),
    "currency": _in_sentence(currency),
    "percent-points": _in_sentence(percent_points),
    "basis": _in_sentence(basis),
    "date-by-one": _in_sentence(date_by_one),
    "year-added": _in_sentence(year_added),
    "certainty": _in_sentence(certainty),
    "quantifier": _in_sentence(quantifier),
    "comparison": _in_sentence(comparison),
    "cause-reversed": _in_sentence(cause_reversed),
    "invisible": _in_sentence(invisible),
    "homoglyph": _in_sentence(homoglyph),
    "one-side": _in_sentence(one_side),
    "swapped-bar": swapped_bar,
    "title-number": title(change_digit),
    "title-direction": title(change_direction),
    "title-date": title(date_by_one),
    "title-contract": title(title_contract),
    "note-invents": note_invents,
    "heading-invents": heading_invents,
    "carried-more": carried_more,
    "view-holder": view_holder,
    "view-citation": view_citation,
    "view-uncited": view_uncited,
    "other-year": date_of_another_year,
}
