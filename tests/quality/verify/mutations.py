"""Seeded changes of a true report sentence, each of which makes it say something that its evidence does not.

A mutation takes a random source, a sentence (changed in place) and the citations of the other sentences; it tells
whether it found something to change.
"""

import hashlib
import itertools
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

Json = dict[str, Any]
Mutation = Callable[[random.Random, Json, Sequence[Json]], bool]
Words = Callable[[random.Random, str], str | None]

_OPPOSITE = [
    ("上涨", "下跌"), ("涨幅", "跌幅"), ("收涨", "收跌"), ("上调", "下调"), ("增加", "减少"), ("高于", "低于"), ("回升", "回落"), ("走高", "走低"),
    ("偏强", "偏弱"), ("利多", "利空"), ("看涨", "看跌"), ("扩大", "收窄"), ("上行", "下行"), ("提高", "降低"), ("高开", "低开"), ("上升", "下降"),
]  # fmt: skip
_DIRECTIONS = dict(_OPPOSITE) | {b: a for a, b in _OPPOSITE}
_UNITS = {
    "美元/桶": "元/桶", "元/桶": "美元/桶", "元/吨": "元/克", "元/克": "元/吨", "美元": "元", "万手": "手", "个百分点": "%", "%": "个基点", "万吨": "吨",
    "亿元": "万元", "万元": "亿元", "万桶": "桶", "元": "美元", "吨": "桶", "桶": "吨", "手": "万手",
}  # fmt: skip
_NEGATIONS = [
    ("不实", "属实"), ("不可能", "可能"), ("尚未", "已经"), ("未被", "已被"), ("没有", "已有"), ("可能", "不可能"), ("将于", "不会于"), ("将会", "不会"),
    ("仍", "不再"), ("已", "未"), ("未", "已"), ("不", ""), ("并未", ""), ("否认", "证实"), ("预计", "确认"), ("或将", "必将"), ("有望", "难以"), ("是", "不是"),
    ("会", "不会"), ("能", "不能"), ("有", "没有"),
]  # fmt: skip
_LEAD = re.compile(r"^(?:根?据.{2,40}?(?:消息|通知)，|.{2,30}?表示，)")
_CAUSES = re.compile(r"因|由于|受|导致|引发|推动|拖累|支撑|压制|提振|影响|带动|打压")
_VIEWS = re.compile(r"认为|预计|预期|可能|或将|有望|判断|建议")
_STRANGERS = ("瀚海远洲投资集团", "云图财经", "沧浪期货研究院", "青隼资本")


def sha256(text: str) -> str:
    """Return the hash that a citation carries."""
    return hashlib.sha256(text.encode()).hexdigest()


def change_digit(rng: random.Random, text: str) -> str | None:
    """Change one digit of a figure, not of a date."""
    found = list(re.finditer(r"(?<![\dA-Za-z.])\d+(?:\.\d+)?(?![\d年月日])", text))
    if not found:
        return None
    match = rng.choice(found)
    at = match.start() + rng.choice([i for i, c in enumerate(match[0]) if c != "."])
    digit = str((int(text[at]) + rng.randint(1, 9)) % 10)
    return text[:at] + digit + text[at + 1 :]


def change_sign(rng: random.Random, text: str) -> str | None:
    """Put a minus sign before a figure, or take one away."""
    found = list(re.finditer(r"(?P<sign>[-−–])?(?<![\dA-Za-z.])\d+\.\d+", text))
    if not found:
        return None
    match = rng.choice(found)
    put = match[0][1:] if match["sign"] else "-" + match[0]
    return text[: match.start()] + put + text[match.end() :]


def change_scale(rng: random.Random, text: str) -> str | None:
    """Move the decimal point of a figure."""
    found = list(re.finditer(r"(?<![\d.])(\d+)\.(\d)(\d*)", text))
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + m[1] + m[2] + (f".{m[3]}" if m[3] else "") + text[m.end() :]


def _swap(rng: random.Random, text: str, pairs: Sequence[tuple[str, str]]) -> str | None:
    spots = [(m.start(), old, new) for old, new in pairs for m in re.finditer(re.escape(old), text)]
    if not spots:
        return None
    at, old, new = rng.choice(spots)
    return text[:at] + new + text[at + len(old) :]


def change_direction(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, list(_DIRECTIONS.items()))


def change_unit(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer("(?<=\\d)(" + "|".join(map(re.escape, _UNITS)) + ")", text))
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + _UNITS[m[1]] + text[m.end() :]


def change_date(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer(r"(\d{1,2})月(\d{1,2})日", text))
    if not found:
        return None
    m = rng.choice(found)
    day = (int(m[2]) + rng.randint(1, 26)) % 28 + 1
    if day == int(m[2]):
        day = day % 28 + 1
    return text[: m.start()] + f"{m[1]}月{day}日" + text[m.end() :]


def change_month(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer(r"(?<!\d)(\d{1,2})月", text))
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + f"{int(m[1]) % 12 + 1}月" + text[m.end() :]


def change_contract(rng: random.Random, text: str) -> str | None:
    found = list(re.finditer(r"(?<=[A-Za-z\u4e00-\u9fff])(2[3-9]\d\d)(?!\d)", text))
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + str(int(m[1]) + rng.randint(1, 5)) + text[m.end() :]


def change_product(rng: random.Random, text: str) -> str | None:
    names = [
        ("原油", "燃料油"),
        ("铜", "铝"),
        ("豆粕", "菜粕"),
        ("黄金", "白银"),
        ("碳酸锂", "工业硅"),
        ("螺纹钢", "线材"),
        ("WTI", "布伦特"),
        ("SC", "LU"),
    ]
    return _swap(rng, text, names)


def change_negation(rng: random.Random, text: str) -> str | None:
    return _swap(rng, text, _NEGATIONS)


def drop_hedge(rng: random.Random, text: str) -> str | None:
    return _swap(
        rng, text, [(word, "") for word in ("可能", "预计", "或将", "有望", "大概率", "或", "部分", "约", "尚", "暂")]
    )


def drop_lead(rng: random.Random, text: str) -> str | None:
    """A cause or view without the words that attribute it."""
    m = _LEAD.match(text)
    return text[m.end() :] if m and (_CAUSES.search(text) or _VIEWS.search(text)) else None


def drop_holder(rng: random.Random, text: str) -> str | None:
    """A view inside the quotation without its holder."""
    m = _LEAD.match(text)
    holder = re.compile(r"[^，。]{2,24}(?:认为|表示|指出|称|预计)，?").match(text, m.end()) if m else None
    return text[: m.end()] + text[holder.end() :] if m and holder else None


def add_cause(rng: random.Random, text: str) -> str | None:
    return f"受{rng.choice(_STRANGERS)}{rng.choice(['大举做空', '集中平仓', '减产消息'])}影响，{text}"


def append_claim(rng: random.Random, text: str) -> str | None:
    more = [
        "，后市将继续下跌",
        "，建议买入",
        "，成交量创年内新高",
        "，市场情绪恐慌",
        "，这是因为库存增加",
        "，较前一周扩大",
    ]
    return text.rstrip("。") + rng.choice(more) + "。"


def change_source(rng: random.Random, text: str) -> str | None:
    m = re.search(r"(?:根?据|另据)(.{2,20}?)(?=\d{1,2}月\d{1,2}日(?:消息|通知)|消息)", text)
    return text[: m.start(1)] + rng.choice(_STRANGERS) + text[m.end(1) :] if m else None


def change_name(rng: random.Random, text: str) -> str | None:
    """Change one character of an institution's or person's name."""
    found = list(
        re.finditer(
            r"[\u4e00-\u9fff]{2,8}(?:期货|证券|资本|研究所|财经|快讯|能源网|日报|交易所|分析师[\u4e00-\u9fff]{2,3}(?=认为|表示|指出))",
            text,
        )
    )
    if not found:
        return None
    m = rng.choice(found)
    at = rng.randrange(m.start(), m.end())
    return text[:at] + ("岳" if text[at] != "岳" else "澜") + text[at + 1 :]


def drop_denial(rng: random.Random, text: str) -> str | None:
    """Tell a rumour without what denies it."""
    m = re.match(r"市场曾有传闻称(“[^”]+”)，", text)
    return rng.choice([f"市场曾有传闻称{m[1]}。", f"{m[1][1:-1]}。"]) if m else None


def drop_clause(rng: random.Random, text: str) -> str | None:
    """Leave out a clause from the middle of a quotation."""
    cuts = [m.start() for m in re.finditer("，", text)]
    if len(cuts) < 4:
        return None
    at = rng.randrange(1, len(cuts) - 1)
    return text[: cuts[at]] + text[cuts[at + 1] :]


def swap_figures(rng: random.Random, text: str) -> str | None:
    """Exchange two figures of a sentence."""
    found = list(re.finditer(r"(?<![\dA-Za-z.])\d+(?:\.\d+)?(?![\d年月日])", text))
    pairs = [(a, b) for a, b in itertools.pairwise(found) if a[0] != b[0]]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


def swap_words(rng: random.Random, text: str) -> str | None:
    """Exchange two neighbouring clauses of the sentence."""
    parts = text.rstrip("。").split("，")
    if len(parts) < 3:
        return None
    at = rng.randrange(1, len(parts) - 1) if len(parts) > 3 else 1
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    made = "，".join(parts) + "。"
    return made if made != text else None


def in_text(words: Words) -> Mutation:
    """The change in the sentence alone."""

    def mutate(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
        new = words(rng, sentence["text"])
        if not new or new == sentence["text"]:
            return False
        sentence["text"] = new
        return True

    return mutate


def in_claims_too(words: Words) -> Mutation:
    """The change in the sentence and, where its words stand there, in the claims."""

    def mutate(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
        old, new = sentence["text"], words(rng, sentence["text"])
        if not new or new == old:
            return False
        at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)) - 1)
        before, after = old[max(0, at - 2) : at + 4], new[max(0, at - 2) : at + 4]
        for claim in sentence["claims"]:
            claim["slots"] = {
                k: new if v == old else v.replace(before, after) if before in v else v
                for k, v in claim["slots"].items()
            }
        sentence["text"] = new
        return True

    return mutate


def in_slot(words: Words) -> Mutation:
    """The change in one slot of a claim; the sentence stays true."""

    def mutate(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
        spots = [(c["slots"], k, v) for c in sentence["claims"] for k, v in c["slots"].items()]
        rng.shuffle(spots)
        for slots, key, value in spots:
            new = words(rng, value)
            if new and new != value and new not in sentence["text"]:
                slots[key] = new
                return True
        return False

    return mutate


def in_citation(field: str) -> Mutation:
    """A citation whose quote, span or hash is not what stands there."""

    def mutate(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
        if not sentence["citations"]:
            return False
        one = rng.choice(sentence["citations"])
        if field == "quote":
            one["quote"] += "。"
        elif field == "sha256":
            one["sha256"] = sha256(one["quote"] + "。")
        elif field == "title":
            one["title"] += "（更正）"
        elif field == "doc_id":
            one["doc_id"] = "f" * 20
        else:
            one[field] += rng.choice((1, -1))
        return True

    return mutate


def uncite(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    sentence["citations"] = []
    return True


def swap_citation(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    """Cite a true span that holds none of the sentence's figures."""
    figures = set(re.findall(r"\d+\.\d+", sentence["text"]))
    if not figures:
        return False
    own = {c["doc_id"] for c in sentence["citations"]}
    others = [c for c in pool if c["doc_id"] not in own and not figures & set(re.findall(r"\d+\.\d+", c["quote"]))]
    if not others:
        return False
    sentence["citations"] = [json.loads(json.dumps(rng.choice(others)))]
    return True


def swap_citation_everywhere(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    """As above, in the claims too."""
    done = swap_citation(rng, sentence, pool)
    for claim in sentence["claims"] if done else ():
        claim["citations"] = sentence["citations"]
    return done


def narrow_to_view(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    """Cut the holder of a view off sentence, citation and claim alike: every span still re-reads."""
    holder = re.compile(r"[^，。]{2,40}(?:认为|表示|指出|称|预计)[，：]")
    for one in sentence["citations"]:
        m = holder.match(one["quote"])
        if m and one["quote"] in sentence["text"] and len(one["quote"]) - m.end() > 6:
            return _narrow(sentence, one, m.end(), len(one["quote"]))
    return False


def narrow_into_clause(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    """Cut sentence, citation and claim alike in the middle of a clause."""
    one = sentence["citations"][0]
    if one["quote"] not in sentence["text"] or len(one["quote"]) < 20:
        return False
    spots = [i for i in range(3, len(one["quote"]) - 8) if one["quote"][i - 1 : i + 1].isalnum()]
    if not spots:
        return False
    cut = rng.choice(spots)
    return _narrow(sentence, one, 0, cut) if rng.random() < 0.5 else _narrow(sentence, one, cut, len(one["quote"]))


def swap_denial(rng: random.Random, sentence: Json, pool: Sequence[Json]) -> bool:
    """Answer a rumour with what somebody says of another matter."""
    if not sentence["text"].startswith("市场曾有传闻称") or len(sentence["citations"]) != 2:
        return False
    denial, rumour = sorted(sentence["citations"], key=lambda c: -len(c["quote"]))
    known = {rumour["quote"][i : i + 2] for i in range(len(rumour["quote"]) - 1)}
    others = [c for c in pool if not any(pair in c["quote"] for pair in known) and c["quote"] not in sentence["text"]]
    if not others or denial["quote"] not in sentence["text"]:
        return False
    other = json.loads(json.dumps(rng.choice(others)))
    sentence["text"] = sentence["text"].replace(denial["quote"], other["quote"])
    sentence["citations"] = [other, rumour]
    for claim in sentence["claims"]:
        claim["citations"] = sentence["citations"]
        claim["slots"] = {k: v for k, v in claim["slots"].items() if v in sentence["text"]}
    return True


def _narrow(sentence: Json, citation: Json, start: int, end: int) -> bool:
    old = citation["quote"]
    new = old[start:end]
    doc_id, at = citation["doc_id"], citation["start"]
    changed = {"start": at + start, "end": at + end, "quote": new, "sha256": sha256(new)}
    for one in [*sentence["citations"], *(c for claim in sentence["claims"] for c in claim["citations"])]:
        if (one["doc_id"], one["start"], one["quote"]) == (doc_id, at, old):
            one.update(changed)
    for claim in sentence["claims"]:
        claim["slots"] = {k: v.replace(old, new) for k, v in claim["slots"].items()}
    sentence["text"] = sentence["text"].replace(old, new)
    return True


#: Every operator by name; `…-and-claim` changes the claims along.
OPERATORS: dict[str, Mutation] = {
    "number": in_text(change_digit),
    "number-and-claim": in_claims_too(change_digit),
    "scale": in_text(change_scale),
    "sign": in_text(change_sign),
    "figures-swapped": in_claims_too(swap_figures),
    "direction": in_text(change_direction),
    "direction-and-claim": in_claims_too(change_direction),
    "unit": in_text(change_unit),
    "unit-and-claim": in_claims_too(change_unit),
    "date": in_text(change_date),
    "date-and-claim": in_claims_too(change_date),
    "month": in_text(change_month),
    "contract": in_text(change_contract),
    "contract-and-claim": in_claims_too(change_contract),
    "product": in_claims_too(change_product),
    "name": in_text(change_name),
    "name-and-claim": in_claims_too(change_name),
    "source": in_claims_too(change_source),
    "negation": in_text(change_negation),
    "negation-and-claim": in_claims_too(change_negation),
    "hedge-dropped": in_claims_too(drop_hedge),
    "cause-made-fact": in_claims_too(drop_lead),
    "view-made-fact": in_claims_too(drop_holder),
    "view-narrowed": narrow_to_view,
    "clause-torn": narrow_into_clause,
    "clause-dropped": in_claims_too(drop_clause),
    "clauses-swapped": in_claims_too(swap_words),
    "denial-dropped": in_claims_too(drop_denial),
    "denial-swapped": swap_denial,
    "stranger": in_text(add_cause),
    "appended": in_text(append_claim),
    "claim-number": in_slot(change_digit),
    "claim-direction": in_slot(change_direction),
    "claim-source": in_slot(change_source),
    "claim-date": in_slot(change_date),
    "quote": in_citation("quote"),
    "start": in_citation("start"),
    "end": in_citation("end"),
    "sha256": in_citation("sha256"),
    "title": in_citation("title"),
    "document": in_citation("doc_id"),
    "uncited": uncite,
    "swapped-citation": swap_citation,
    "swapped-citation-and-claim": swap_citation_everywhere,
}
