"""Hard pairs for near-duplicates, made by seed: reposts in many dresses, and copies in which one fact differs.

Texts come from ../shared/data at measure time and from `own_texts`; no pair is stored.
"""

import hashlib
import json
import math
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from assets.corpora.schema import SOURCES
from assets.records.documents import update_documents
from assets.records.frames import table_frame
from assets.records.mentions.find import Mention, find_mentions
from assets.records.near_duplicates import is_repost
from assets.records.schema import DOCUMENTS
from assets.records.wording import prepare
from assets.text.products import PRODUCTS
from tests.measure.data import DATA

Chance = random.Random
SHORTEST, LONGEST = 60, 1500
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]*\n*")
_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?(?![\d.])")
_DATE = re.compile(r"\d{1,2}月\d{1,2}日|(?<!\d)\d{1,2}日|20\d\d年")
_CONTRACT = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,2})(\d{4})(?!\d)")
_TURNS = (
    ("上涨", "下跌"), ("上升", "下降"), ("增加", "减少"), ("增长", "下降"), ("上调", "下调"), ("买入", "卖出"), ("看多", "看空"),
    ("净流入", "净流出"), ("走高", "走低"), ("回升", "回落"), ("涨幅", "跌幅"), ("扩大", "收窄"), ("盈利", "亏损"), ("同比增", "同比降"),
)  # fmt: skip
_NEGATED = (
    ("将", "将不"), ("已", "尚未"), ("会", "不会"), ("是", "不是"), ("能", "不能"), ("同意", "不同意"), ("影响", "不影响"), ("存在", "不存在"),
    ("有望", "无望"), ("承认", "否认"),
)  # fmt: skip
_CITIES = ("北京", "上海", "广州", "深圳", "伦敦")
_WIRES = ("新华社", "中新社", "本报", "某某财经", "潮信财经")
_PEOPLE = ("陈知行", "周牧", "林岚", "吴汉", "何以宁")


class Pair(NamedTuple):
    """One labelled pair."""

    kind: str
    one: str
    other: str
    label: bool


def own_texts(chance: Chance, count: int) -> list[str]:
    """Market items filled from a template: the same wording, other contracts, figures and names."""
    return [market_item(chance) for _ in range(count)]


def market_item(chance: Chance) -> str:
    code, name = chance.choice(
        (("SC", "原油"), ("CU", "沪铜"), ("RB", "螺纹钢"), ("M", "豆粕"), ("AU", "黄金"), ("LC", "碳酸锂"))
    )
    firm = chance.choice(("砺石资本", "屿山证券", "澜沧期货研究所", "北岸研究", "云栖期货"))
    move = chance.choice((("上涨", "回升", "偏紧"), ("下跌", "回落", "宽松")))
    month, day, price = chance.randint(1, 12), chance.randint(1, 28), chance.randint(4000, 70000) / 10
    return (
        f"{month}月{day}日，{name}期货主力合约{code}24{chance.randint(1, 12):02d}收报{price}元，较前一交易日结算价{move[0]}"
        f"{chance.randint(10, 900) / 10}元，成交量为{chance.randint(10, 400) / 10}万手，持仓量为{chance.randint(10, 400) / 10}万手。\n"
        f"{firm}认为，社会库存连续第{chance.choice('二三四五六')}周变化，现货升贴水{move[1]}至{chance.randint(10, 500)}元，供应{move[2]}的格局将延续。\n"
        f"下游开工率为{chance.randint(300, 900) / 10}%，较上周变动{chance.randint(1, 50) / 10}个百分点，采购以刚需为主，贸易商报价跟随盘面调整。"
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip())


@cache
def given_texts() -> tuple[str, ...]:
    """Texts of the labelled sets that are long enough to be reposted, each once."""
    if DATA is None:
        return ()
    found: dict[str, None] = {}
    for name in ("finnl", "finnsp", "wind_brief_items"):
        found |= dict.fromkeys(row.get("text") or "" for row in _lines(DATA / f"news_labelled/dev/{name}.jsonl"))
    for name in ("event_qa_finqa", "summary_finna", "viewpoint_report_rating", "viewpoint_gold_direction"):
        rows = _lines(DATA / f"finance_tasks/dev/{name}.jsonl")
        found |= dict.fromkeys(row.get("text") or row.get("body") or "" for row in rows)
    return tuple(text.strip() for text in found if SHORTEST <= len(text.strip()) <= LONGEST)


# -- what reposting does ------------------------------------------------------------------------------------------


def traditional(text: str, chance: Chance) -> str:
    import opencc

    return str(opencc.OpenCC(chance.choice(("s2t", "s2tw"))).convert(text))


def wide(text: str, chance: Chance) -> str:
    """Other width and blanks."""
    out = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
    return out.replace("，", "， " if chance.random() < 0.5 else ",")


def noisy(text: str, chance: Chance, share: float | None = None) -> str:
    """Hanzi misread, dropped or doubled, one to three in a hundred."""
    chars = list(text)
    places = [at for at, c in enumerate(chars) if "\u4e00" <= c <= "\u9fff"]
    pool = "的一是在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    count = max(1, round(len(places) * (share or chance.choice((0.01, 0.02, 0.03)))))
    for at in chance.sample(places, min(count, len(places))):
        near = chr(ord(chars[at]) + chance.choice((-2, -1, 1, 2)))
        chars[at] = chance.choice((near, near, chance.choice(pool), "", chars[at] * 2))
    return "".join(chars)


def headed(text: str, chance: Chance) -> str:
    city, wire, who = chance.choice(_CITIES), chance.choice(_WIRES), chance.choice(_PEOPLE)
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    head = chance.choice((
        f"{wire}{city}{month}月{day}日电（记者{who}）", f"{wire}{city}电 ", f"来源：{wire}\n", f"【{wire}】", f"{wire}{month}月{day}日讯，",
        f"文章来源：{wire}  作者：{who}\n", f"原标题：{text[:12]}\n来源：{wire} 记者 {who}\n", f"（{wire}记者 {who}）",
    ))  # fmt: skip
    return head + text


def tailed(text: str, chance: Chance) -> str:
    who = chance.choice(_PEOPLE)
    tail = chance.choice((
        f"\n责任编辑：{who}", f"（责任编辑：{who}）", f"（编辑 {who}）", "\n本文仅供参考，不构成投资建议。", f"\n（文章来源：{chance.choice(_WIRES)}）",
        "\n风险提示及免责条款：市场有风险，投资需谨慎。", f"\n编辑/{who}", "\n关注同花顺财经，获取更多机会", f"（完）\n责编：{who}",
    ))  # fmt: skip
    return text + tail


def titled(text: str, chance: Chance) -> str:
    first = re.split(r"[，。：；]", text)[0][:20]
    return chance.choice(
        (f"【{first}】{text}", f"{first}\n{text}", f"快讯：{text}", f"【最新】{text}", f"【{first}】\n{text}")
    )


def cut(text: str, chance: Chance) -> str:
    """Drop sentences, up to two fifths of the text."""
    sentences = _SENTENCE.findall(text)
    left, least = "".join(sentences), 0.6 * len(text)
    for at in chance.sample(range(len(sentences)), len(sentences)):
        shorter = "".join(s for i, s in enumerate(sentences) if i != at and s)
        if len(shorter) >= least:
            sentences[at], left = "", shorter
    return left


def merged(text: str, chance: Chance) -> str:
    others = [one for one in _pool() if len(text) * 0.5 <= len(one) <= len(text) * 1.3 and one != text]
    other = chance.choice(others) if others else market_item(chance)
    return chance.choice((f"{text}\n{other}", f"{other}\n{text}"))


def reordered(text: str, chance: Chance) -> str:
    parts = text.split("\n")
    chance.shuffle(parts)
    return "\n".join(parts)


REPOSTING: dict[str, Callable[[str, Chance], str]] = {
    "traditional": traditional, "wide": wide, "noisy": noisy, "headed": headed, "tailed": tailed, "titled": titled, "cut": cut,
    "merged": merged, "reordered": reordered,
}  # fmt: skip
ORDER = ("cut", "reordered", "titled", "headed", "tailed", "noisy", "traditional", "wide")


def combined(text: str, chance: Chance) -> str:
    names = set(chance.sample(ORDER, chance.choice((2, 3, 4))))
    for name in ORDER:
        if name in names:
            text = REPOSTING[name](text, chance)
    return text


# -- what makes another text ----------------------------------------------------------------------------------------


def _replace_one(
    text: str, chance: Chance, pattern: re.Pattern[str], other: Callable[[re.Match[str]], str]
) -> str | None:
    found = list(pattern.finditer(text))
    if not found:
        return None
    at = chance.choice(found)
    return text[: at.start()] + other(at) + text[at.end() :]


def other_number(text: str, chance: Chance) -> str | None:
    def other(found: re.Match[str]) -> str:
        digits = found.group()
        at = chance.choice([i for i, c in enumerate(digits) if c.isdigit()])
        return digits[:at] + chance.choice([d for d in "123456789" if d != digits[at]]) + digits[at + 1 :]

    return _replace_one(text, chance, _NUMBER, other)


def other_date(text: str, chance: Chance) -> str | None:
    return _replace_one(
        text,
        chance,
        _DATE,
        lambda m: re.sub(
            r"\d+(?=[日年])", lambda d: str(int(d.group()) % 28 + 1 + (2000 if len(d.group()) == 4 else 0)), m.group()
        ),
    )


def other_contract(text: str, chance: Chance) -> str | None:
    found = _CONTRACT.search(text)
    if not found:
        return None
    code = chance.choice((f"{found[1]}{int(found[2]) + 1:04d}", f"{'CU' if found[1] != 'CU' else 'AL'}{found[2]}"))
    return text.replace(found.group(), code)


def other_direction(text: str, chance: Chance) -> str | None:
    fitting = [(a, b) for pair in _TURNS for a, b in (pair, pair[::-1]) if a in text]
    if not fitting:
        return None
    a, b = chance.choice(fitting)
    return text.replace(a, b, 1)


def negated(text: str, chance: Chance) -> str | None:
    fitting = [(a, b) for a, b in _NEGATED if re.search(rf"(?<!不){a}", text)]
    if not fitting:
        return None
    a, b = chance.choice(fitting)
    return re.sub(rf"(?<!不){a}", b, text, count=1)


def other_name(text: str, chance: Chance) -> str | None:
    """Another firm or person all through the text."""
    names = sorted({m.surface for m in find_mentions(text, None) if _is_told(m, len(text))})
    if not names:
        return None
    name = chance.choice(names)
    others = [
        one
        for one in ("砺石资本", "屿山证券", "北岸银行", "云栖集团", "陈知行", "林岚", "澜沧股份")
        if len(one) == len(name) or len(name) > 3
    ]
    others = [one for one in others if one != name]
    return text.replace(name, chance.choice(others)) if others else None


def _is_told(mention: Mention, length: int) -> bool:
    """Whether a mention is a name in the story, not who sent it."""
    within = mention.start > 20 and mention.end < length - 10
    return mention.kind in {"institution", "person"} and within and mention.end - mention.start > 1


def other_product(text: str, chance: Chance) -> str | None:
    names = [p.name for p in PRODUCTS.values() if len(p.name) >= 2 and p.name in text and not p.code.endswith("_O")]
    if not names:
        return None
    name = chance.choice(sorted(set(names)))
    others = sorted(
        {p.name for p in PRODUCTS.values() if len(p.name) == len(name) and p.name != name and not p.code.endswith("_O")}
    )
    return text.replace(name, chance.choice(others))


def corrected(text: str, chance: Chance) -> str | None:
    """A correction notice that repeats what it corrects."""
    changed = other_number(text, chance)
    if changed is None:
        return None
    return chance.choice((
        f"更正：此前报道有误，正确内容如下。{changed}", f"【更正】{changed}", f"勘误公告：以下报道中的数据有误，特此更正，原文如下。{text}",
    ))  # fmt: skip


def denied(text: str, chance: Chance) -> str | None:
    """A denial that quotes the story as a rumour."""
    return (
        f"{text}对此，有关方面回应称，上述消息不实，请勿传播。"
        if chance.random() < 0.5
        else f"市场传闻不实：{text}有关负责人称，以上内容系谣言。"
    )


CHANGING: dict[str, Callable[[str, Chance], str | None]] = {
    "other_number": other_number, "other_date": other_date, "other_contract": other_contract, "other_direction": other_direction,
    "negated": negated, "other_name": other_name, "other_product": other_product, "corrected": corrected, "denied": denied,
}  # fmt: skip


@cache
def _pool() -> tuple[str, ...]:
    return (*given_texts(), *own_texts(Chance("pool"), 400))


def hard_pairs(seed: int, count: int) -> list[Pair]:
    """Pairs of every kind in turn; negatives are sometimes dressed as reposts too."""
    chance = Chance(seed)
    texts = _pool()
    kinds = [*REPOSTING, "combined", "combined", *CHANGING, "template", "dressed"]
    pairs: list[Pair] = []
    at = 0
    while len(pairs) < count:
        kind, text = kinds[at % len(kinds)], chance.choice(texts)
        at += 1
        pair = _make(kind, text, chance)
        if pair is not None and pair.one != pair.other:
            pairs.append(pair)
    return pairs


def _make(kind: str, text: str, chance: Chance) -> Pair | None:
    if kind in REPOSTING:
        return Pair(kind, text, REPOSTING[kind](text, chance), label=True)
    if kind == "combined":
        return Pair(kind, text, combined(text, chance), label=True)
    if kind == "template":
        return Pair(kind, market_item(chance), market_item(chance), label=False)
    name = chance.choice(("other_number", "other_date", "other_direction", "other_name")) if kind == "dressed" else kind
    changed = CHANGING[name](text, chance)
    if changed is None or changed == text:
        return None
    if kind == "dressed":
        changed = chance.choice((headed, tailed, titled, traditional, wide))(changed, chance)
    return Pair(kind, text, changed, label=False)


# -- figures ----------------------------------------------------------------------------------------------------------

SEEDS, PAIRS = (11, 12), 2200
SIZES = (1_000, 10_000, 100_000)


def _figure(name: str, value: float, goal: str, n: int, on: str) -> dict[str, Any]:
    return {"name": f"records.neardup.{name}", "value": value, "goal": goal, "n": n, "on": on}


def generated() -> Iterator[dict[str, Any]]:
    """Hard pairs made by seed: joined if and only if one is a repost of the other."""
    if DATA is None:
        return
    right = wrong = missed = count = 0
    for seed in SEEDS:
        for pair in hard_pairs(seed, PAIRS):
            joined = is_repost(prepare(pair.one), prepare(pair.other))
            right += joined and pair.label
            wrong += joined and not pair.label
            missed += not joined and pair.label
            count += 1
    on = "pairs made from news_labelled/dev and finance_tasks/dev"
    yield _figure("generated.f1", round(2 * right / (2 * right + wrong + missed), 4), ">= .997", count, on)
    yield _figure("generated.false_joins", wrong, "<= 5", count, on)


def _seconds(texts: list[str]) -> tuple[float, int]:
    """Processor seconds to join texts that come at once, and how many are joined to another."""
    rows = [source_row(f"d{i:06d}", text, f"2024-04-{1 + i % 28:02d}", i) for i, text in enumerate(texts)]
    frame = table_frame(SOURCES, rows)
    begun = time.process_time()
    found = update_documents(frame, table_frame(DOCUMENTS, []), lambda _: "")
    return time.process_time() - begun, found["duplicate_of"].count()


def source_row(doc_id: str, text: str, published: str, row: int) -> dict[str, Any]:
    """One SOURCES row of a news feed."""
    return dict.fromkeys(SOURCES.names) | {
        "doc_id": doc_id, "lane": "news", "path": "news/a.jsonl", "row": row, "title": text[:20], "published": published,
        "published_date": published, "format": "jsonl", "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "n_chars": len(text), "meta": "{}",
    }  # fmt: skip


def varied(count: int) -> list[str]:
    """As many news of their own as asked: sentences of the pool put together, one in ten a repost."""
    chance = Chance(7)
    sentences = [s.strip() for text in _pool() for s in _SENTENCE.findall(text) if len(s.strip()) > 12]
    texts: list[str] = []
    for number in range(count):
        if texts and chance.random() < 0.1:
            texts.append(combined(chance.choice(texts[-500:]), chance))
        else:
            texts.append(f"{''.join(chance.sample(sentences, 4))}第{number}号，{number * 37 % 9973}手。")
    return texts


def scale() -> Iterator[dict[str, Any]]:
    """How processor seconds grow with the documents: ordinary news, one template filled anew, very short rows."""
    kinds: dict[str, Callable[[int], list[str]]] = {
        "varied": varied,
        "template": lambda count: own_texts(Chance(3), count),
        "short": lambda count: [f"第{i}号：{'涨跌平'[i % 3]}{i % 97}" for i in range(count)],
    }
    for kind, make in kinds.items():
        spent = []
        for size in SIZES:
            seconds, joined = _seconds(make(size))
            spent.append(seconds)
            yield _figure(f"seconds.{kind}.{size}", round(seconds, 2), "-", joined, "made by seed")
        exponent = math.log(spent[-1] / spent[0]) / math.log(SIZES[-1] / SIZES[0])
        name = "records.scale_exponent" if kind == "varied" else f"records.scale_exponent.{kind}"
        yield _figure("", round(exponent, 3), "<= 1.1", SIZES[-1], f"{kind} rows") | {"name": name}


EVAL = [generated]
BENCH = [scale]
