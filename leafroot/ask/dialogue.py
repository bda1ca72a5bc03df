"""A question with those before it: references (它, 该合约, 那第三条呢, 前一天呢) are resolved by rules, and the result is shown.

Nothing is guessed: a reference for which the history holds nothing stays as it is, and the question is answered, or
refused, as it stands.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assets.text.dates import find_dates
from assets.text.folding import fold
from leafroot.ask.question import LOCATOR, TITLE
from leafroot.ask.replies import plain_day
from leafroot.ask.subject import Subject, read_subject

__all__ = ["resolve"]

_PRODUCT_REFERENCE = re.compile(
    "该合约|这个合约|此合约|上述合约|该品种|这个品种|此品种|上述品种|它的?|其(?=保证金|涨跌|手续费|结算|收盘|成交|持仓)"
)
_BOOK_REFERENCE = re.compile(
    "该(?:办法|规则|条例|法|规定|细则|文件|通知)|这[部份个](?:办法|规则|条例|法|规定|细则|文件)|同一?(?:办法|规则|条例|法|文件)|其中(?=第)"
)
_CLAUSE_REFERENCE = re.compile("该条|这一?条|上述条款|本条")
_SHIFT = re.compile(
    "(?P<back>前一?[天日]|前一个交易日|上一个?交易日|上一[天日])|(?P<ahead>后一?[天日]|下一个?交易日|第二天|次日|后一个交易日)"
)
_SAME_DAY = re.compile("当[天日]|那[天日]|同[一]?[天日]|这一?[天日]")
#: A follow-up that is only a fragment: 那…呢, 呢 at the end, or 再….
_FRAGMENT = re.compile(r"^(?:那么?|再|还有|以及|换成|如果是?)|呢[?。!]*$")
_TRIM = re.compile(r"^(?:那么?|再|还有|以及|换成|如果是?)[,、]?|呢[?。!]*$|[?。!]+$")
_PLACES = re.compile(r"第[〇零一二三四五六七八九十百千两0-9]+[编章节条款项](?:之[一二三四五六七八九十]+)?")
_ITEM = re.compile(
    "(?:交易)?保证金(?:比例|标准)?|涨跌停板(?:幅度)?|手续费|持仓限额|限仓|结算价|收盘价|开盘价|最高价|最低价|成交量|持仓量|成交额|涨跌幅|涨幅|跌幅"
)
_LONGEST = 12


def resolve(question: str, history: Sequence[Mapping[str, Any]], anchor: str | None) -> str:
    """Return the question as it reads by itself.

    Args:
        question: As a person wrote it.
        history: Questions before it with their answers, oldest first; each has `question` and may have
            `resolved_question` and `citations`.
        anchor: Newest day that the home knows.
    """
    if not history or not question.strip():
        return question
    before = [str(one.get("resolved_question") or one.get("question") or "") for one in history][-_LONGEST:]
    text = _clauses(question, before, history)
    if text != question:
        return text
    return _markets(question, before, anchor)


def _clauses(question: str, before: Sequence[str], history: Sequence[Mapping[str, Any]]) -> str:
    """Fill in the document, or the article, that a follow-up about a clause leaves out."""
    if TITLE.search(question):
        return question
    book = next((found.group() for one in reversed(before) if (found := TITLE.search(one))), None)
    place = next((found.group() for one in reversed(before) if (found := LOCATOR.search(one))), None)
    if book is None and place is not None:
        book = _cited_book(history)
    if book is None:
        return question
    if _BOOK_REFERENCE.search(question):
        return _BOOK_REFERENCE.sub(book, question, count=1)
    if place and _CLAUSE_REFERENCE.search(question):
        return _CLAUSE_REFERENCE.sub(f"{book}{place}", question, count=1)
    places = _PLACES.findall(question)
    if not places or not (_FRAGMENT.search(question) or _PLACES.match(question.strip())):
        return question
    bare = "".join(places)
    if place and places[0][-1] in "款项":
        return f"{book}{re.sub('第[^条]*[款项]$', '', place)}{bare}"
    return f"{book}{bare}"


def _cited_book(history: Sequence[Mapping[str, Any]]) -> str | None:
    for one in reversed(history):
        citations = one.get("citations") or []
        if citations:
            return f"《{citations[0]['title']}》"
    return None


def _markets(question: str, before: Sequence[str], anchor: str | None) -> str:
    """Fill in the contract, the day and the item that a follow-up about a product leaves out."""
    subject = read_subject(question, anchor)
    earlier = [(one, read_subject(one, anchor)) for one in before]
    known = next((one for _, one in reversed(earlier) if not one.is_empty), None)
    if known is None:
        return question
    is_fragment = _FRAGMENT.search(question) is not None
    refers = _PRODUCT_REFERENCE.search(question)
    shift, same_day = _SHIFT.search(question), _SAME_DAY.search(question)
    if not (is_fragment or refers or shift or same_day):
        return question
    day = next((one.days[0] for _, one in reversed(earlier) if one.days), None)
    text = _TRIM.sub("", _TRIM.sub("", question.strip()))
    if refers:
        text = _PRODUCT_REFERENCE.sub(
            f"{_say_subject(known)}的" if refers.group().endswith("的") else _say_subject(known), text, count=1
        )
    elif subject.is_empty:
        text = f"{_say_subject(known)}{text}"
    if day is not None and shift:
        text = _SHIFT.sub("", text, count=1)
        text = f"{plain_day(_shifted(day, -1 if shift['back'] else 1))}{text}"
    elif day is not None and same_day:
        text = f"{plain_day(day)}{_SAME_DAY.sub('', text, count=1)}"
    elif day is not None and is_fragment and not find_dates(text, anchor):
        text = f"{plain_day(day)}{text}"
    if not _ITEM.search(text):
        item = next((found.group() for one in reversed(before) if (found := _ITEM.search(one))), None)
        text = f"{text.rstrip('的')}的{item}" if item else text
    return f"{text}是多少" if _ITEM.search(text) and fold(text).endswith(_ends(text)) else text


def _ends(text: str) -> str:
    found = list(_ITEM.finditer(text))
    return fold(found[-1].group()) if found else "\x00"


def _say_subject(subject: Subject) -> str:
    # A name of one character is read as a product only before a word like 期货.
    names = [
        product.name if len(product.name) > 1 or subject.months else f"{product.name}期货"
        for product in subject.products
    ]
    months = list(subject.months)
    if len(names) == 1 and months:
        return "、".join(f"{names[0]}{month}" for month in months)
    return "、".join([*names, *months])


def _shifted(day: str, by: int) -> str:
    """The weekday before or after a day; a holiday among them is named by the answer, with the trading days around it."""
    found = dt.date.fromisoformat(day) + dt.timedelta(days=by)
    while found.weekday() > 4:
        found += dt.timedelta(days=by)
    return found.isoformat()
