"""The value of a rule on a day: margin, price limit, fee, position limit, from the facts that notices state.

Every figure of an answer stands in a quote that is cited with it; a fact whose figure does not is quoted whole.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assets.records.query import policy
from assets.text.folding import fold
from assets.text.sentences import split_sentences
from assets.text.spans import Citation, cite
from leafroot.ask.replies import Reply, answered, plain_day, refused
from leafroot.ask.subject import Subject
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["answer_policy", "asks_for_policy"]

Fact = dict[str, Any]

ITEMS: Mapping[str, re.Pattern[str]] = {
    "margin": re.compile("保证金"),
    "price_limit": re.compile("涨跌?停板|涨跌停|停板幅度|涨跌幅度?限制|价格波动限制|跌停板|涨停板"),
    "fee": re.compile("手续费|交易费"),
    "position_limit": re.compile("限仓|持仓限[额制]|交易限[额制]|开仓限[额制]|限额"),
}
_NAMES = {
    "margin": "交易保证金", "price_limit": "涨跌停板幅度", "fee": "手续费", "position_limit": "持仓（交易）限额",
    "delivery": "交割", "other": "规定",
}  # fmt: skip
_POINTS = {"settlement": "结算时", "day_session": "日盘", "night_session": "夜盘", None: ""}
#: Asked for a definition, a reason or a way to compute: rules and texts answer that, not facts.
_NOT_A_VALUE = re.compile(
    "什么是|是什么意思|含义|定义|为什么|为何|原因|怎么计算|如何计算|计算方法|计算公式|有什么影响|影响|怎么看|如何看|观点|有何看法"
)
_VALUE = re.compile(
    "多少|几|标准|比例|水平|是否|有没有|调整|变化|上调|下调|提高|降低|多高|多大|怎么收|怎么定|如何规定|为$|是$|吗|\\?|现在|目前|当前|什么|执行|收取|要求|幅度$|费$|金$|板$|额$"
)
#: Words that tell one value of an item from another, when they stand in a question.
_DETAILS = (
    "日内平今", "平今", "投机", "套保", "套期保值", "一般持仓", "交割月前第一月", "交割月前第二月", "交割月前", "交割月", "行权",
    "非期货公司会员", "客户", "会员", "期权", "境外", "套利", "日内开仓", "单日开仓",
)  # fmt: skip
_MOST = 8


def asks_for_policy(folded: str, subject: Subject) -> str | None:
    """Return the item whose value a folded question asks for; None where it asks for something else."""
    if subject.is_empty or _NOT_A_VALUE.search(folded) or not _VALUE.search(folded):
        return None
    return next((item for item, words in ITEMS.items() if words.search(folded)), None)


def answer_policy(reader: Reader, folded: str, subject: Subject, item: str, anchor: str | None) -> Reply | None:
    """Answer with the facts in force on the day asked about, else on the newest day that the home knows.

    Returns:
        The reply; None where no fact of the product and item is there at all.
    """
    day = subject.days[0] if subject.days else (subject.span or (None, None))[1] or anchor
    lines: list[str] = []
    citations: list[Citation] = []
    for product, month in _asked(subject):
        facts = [fact for fact in _facts(reader, product, month, day) if _is_of(fact, item)]
        facts = _of_issuer(facts, folded)
        facts = _of_detail(facts, folded)
        against = _contradicting(facts, day)
        if against is not None:
            shown = "\n".join(f"《{one['citation']['title']}》：{one['citation']['quote']}" for one in against)
            message = f"资料说法不一，两处如下：\n{shown}"
            return refused("policy", "contradicting", message, citations=[one["citation"] for one in against])
        for fact in facts[:_MOST]:
            line, cited = _line(reader, fact)
            lines.append(line)
            citations += cited
    if lines:
        basis = f"按{day}有效的通知" if day else "按资料中的通知"
        notes = [
            basis if subject.days else f"{basis}（问题没有写明日期，取资料所及的最新一日）",
            subject.inferred or "",
        ]
        return answered(
            "policy", "\n".join(dict.fromkeys(lines)), citations, "；".join(note for note in notes if note) + "。"
        )
    return _nothing(reader, subject, item, day)


def _asked(subject: Subject) -> list[tuple[str | None, str | None]]:
    """Product and month pairs of a question."""
    products: list[str | None] = [product.name for product in subject.products] or [None]
    return [(product, month) for product in products for month in subject.months or (None,)]


def _facts(reader: Reader, product: str | None, month: str | None, day: str | None) -> list[Fact]:
    try:
        return policy(reader, product=product, contract=month, on=day)
    except UsageError:
        return []


def _is_of(fact: Fact, item: str) -> bool:
    """Whether a fact is of an item; limits on opening positions are kept under other."""
    if item == "position_limit" and fact["item"] == "other":
        return "限额" in (fact["detail"] or "")
    return bool(fact["item"] == item)


def _name(fact: Fact) -> str:
    return _NAMES[fact["item"] if fact["item"] != "other" else "position_limit"]


def _of_issuer(facts: list[Fact], folded: str) -> list[Fact]:
    """Only the facts of an issuer that the question names, where it names one."""
    named = [fact for fact in facts if fact["issuer"] and fold(fact["issuer"]) in folded]
    if named:
        return named
    if re.search("交易所(?:的|规定|标准|最低)", folded):
        return [fact for fact in facts if fact["issuer_level"] == "exchange"] or facts
    if re.search("(?:期货)?公司(?:的|收|加)", folded):
        return [fact for fact in facts if fact["issuer_level"] == "broker"] or facts
    return facts


def _of_detail(facts: list[Fact], folded: str) -> list[Fact]:
    """Only the facts of a detail that the question names, where some are of it."""
    for word in _DETAILS:
        if word in folded:
            named = [fact for fact in facts if word in (fact["detail"] or "")]
            if named:
                return named
    return facts


def _contradicting(facts: Sequence[Fact], day: str | None) -> tuple[Fact, Fact] | None:
    """Two facts in force at once that give one thing two values, where no point of the day tells them apart."""
    known: dict[tuple[Any, ...], Fact] = {}
    for fact in facts:
        point = fact["effective"]
        if fact["new"] is None or point["condition"] or (point["date"] == day and point["point"] == "settlement"):
            continue
        until = fact["until"] or {}
        if until.get("date") == day:
            continue
        scope = (fact["contracts"]["scope"], tuple(fact["contracts"]["list"]))
        key = (fact["issuer"], fact["product"], fact["item"], fact["detail"], scope, fact["unit"])
        other = known.setdefault(key, fact)
        if other["new"] != fact["new"] and other["citation"]["doc_id"] != fact["citation"]["doc_id"]:
            return other, fact
    return None


def _line(reader: Reader, fact: Fact) -> tuple[str, list[Citation]]:
    """One fact as a sentence filled from its slots, each figure in a cited quote; else the quote itself."""
    citation: Citation = fact["citation"]
    title = citation["title"]
    if fact["new"] is None or not _has_figure(citation["quote"], fact["new"]):
        return f"《{title}》：{citation['quote']}", [citation]
    cited = [citation]
    who = f"{fact['issuer']}：" if fact["issuer"] else ""
    detail = f"（{fact['detail']}）" if fact["detail"] else ""
    text = f"{who}{fact['product'] or ''}{_scope(fact)}{_name(fact)}{detail}为{fact['new']}{fact['unit'] or ''}"
    if fact["old"] is not None and _has_figure(citation["quote"], fact["old"]):
        text += f"（原为{fact['old']}{fact['unit'] or ''}）"
    begins = fact["effective"]
    if begins["date"]:
        dated = _dated(reader, citation, begins["date"])
        if dated is not None:
            text += f"，自{plain_day(begins['date'])}{_POINTS[begins['point']]}起"
            cited += [dated] if dated is not citation else []
    if begins["condition"]:
        text += f"，条件：{begins['condition']}"
    return f"{text}（《{title}》）。", cited


def _scope(fact: Fact) -> str:
    months = [month for month in fact["contracts"]["list"] if _has_figure(fact["citation"]["quote"], month)]
    said = "、".join(months)
    scope = fact["contracts"]["scope"]
    if scope == "list" and said:
        return f"{said}合约"
    if scope == "all_but" and said:
        return f"除{said}以外的合约"
    if scope == "range" and months:
        return f"{months[0]}至{months[1]}合约" if len(months) > 1 else f"{months[0]}合约起"
    return "新上市合约" if scope == "new_only" else ""


def _has_figure(quote: str, figure: str) -> bool:
    """Whether a figure stands in a quote, not as part of a longer one; thousands may be marked."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", fold(quote))
    whole, _, fraction = figure.partition(".")
    tail = rf"\.{fraction}0*" if fraction else r"(?:\.0+)?"
    return re.search(rf"(?<![\d.]){re.escape(whole)}{tail}(?![\d]|\.\d)", plain) is not None


def _dated(reader: Reader, citation: Citation, day: str) -> Citation | None:
    """The quote itself where it names the day, else the nearest sentence before or behind it that does."""
    _, month, date = (int(part) for part in day.split("-"))
    said = re.compile(rf"(?<!\d)0?{month}\s*月\s*0?{date}\s*[日号]|{day}")
    if said.search(citation["quote"]):
        return citation
    text = reader.text(citation["doc_id"])
    spans = [span for span in split_sentences(text) if said.search(text[slice(*span)])]
    if not spans:
        return None
    start, end = min(spans, key=lambda span: (span[0] > citation["start"], abs(span[0] - citation["start"])))
    return cite({**citation}, text, start, end)


def _stated_before(facts: Sequence[Fact], day: str) -> Fact | None:
    """The first change behind a day that states the value it replaces: none of the notices changed it since."""
    later = [fact for fact in facts if (fact["effective"]["date"] or "") > day]
    later.sort(key=lambda fact: (fact["effective"]["date"], fact["fact_id"]))
    first = [fact for fact in later if fact["effective"]["date"] == later[0]["effective"]["date"]]
    stated = [fact for fact in first if fact["old"] is not None and _has_figure(fact["citation"]["quote"], fact["old"])]
    return stated[0] if len({(fact["old"], fact["detail"]) for fact in stated}) == 1 else None


def _old_value(reader: Reader, fact: Fact, day: str) -> Reply:
    """Answer with the value that the next change replaces, and say that this is what it is."""
    line, cited = _line(reader, fact)
    who = f"{fact['issuer']}：" if fact["issuer"] else ""
    detail = f"（{fact['detail']}）" if fact["detail"] else ""
    before = f"{who}{fact['product'] or ''}{_name(fact)}{detail}在下述调整之前为{fact['old']}{fact['unit'] or ''}。"
    message = f"资料中没有在{day}已经生效的通知；取其后第一次调整（{fact['effective']['date']}起）所载的原值。"
    return answered("policy", f"{before}\n{line}", cited, message)


def _nothing(reader: Reader, subject: Subject, item: str, day: str | None) -> Reply | None:
    """Say that no notice in force gives the value, with those of other days as candidates; None: there is none at all."""
    near = [
        fact
        for product, month in _asked(subject)
        for fact in _facts(reader, product, month, None)
        if _is_of(fact, item)
    ]
    if not near:
        return None
    before = _stated_before(near, day) if day else None
    if before is not None:
        return _old_value(reader, before, day or "")
    names = "、".join(product.name for product in subject.products)
    message = f"资料中没有{day or ''}有效的{names}{''.join(subject.months)}{_NAMES[item]}通知；候选是其他日期的通知。"
    candidates = [
        {"document": fact["citation"]["title"], "effective": fact["effective"]["date"], "citation": fact["citation"]}
        for fact in near[:3]
    ]
    return refused("policy", "no_evidence", message, candidates)
