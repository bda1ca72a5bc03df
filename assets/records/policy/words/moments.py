"""When a rule applies: dates, points of the trading day, conditions and ends, as notices write them.

Works on the view of one sentence. A date is never guessed: a year comes from an earlier full date of the text or from
the day of publication, a reference (同日, 当日) from the date before it, and everything else stays without a date.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Literal

from assets.text.numerals import parse_integer

__all__ = ["DATE", "NOTHING", "Calendar", "Moment", "When", "find_moments"]

_CN_DIGITS = "〇零一二三四五六七八九"
_NUM = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
DATE = rf"(?:(?:\d{{4}}|[{_CN_DIGITS}]{{4}}|同|本|今|明|次)年)?{_NUM}月{_NUM}(?:[日曰]|号(?!胶))|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
_DATE_PARTS = re.compile(
    rf"(?:(?P<year>\d{{4}}|[{_CN_DIGITS}]{{4}}|同|本|今|明|次)年)?(?P<month>{_NUM})月(?P<day>{_NUM})(?:[日曰]|号(?!胶))"
    r"|(?P<year2>\d{4})[-/.](?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2})"
)
_PAREN = r"(?:\([^()]{0,30}\))"
_SESSION = (
    r"(?:当?晚上?|当日|当天|交易日|的|[日曰]?收盘后?|收市后?|日终|闭市后?|每日|清算|结算(?:时|后|完成后|开始)?|连续交易|夜盘|日盘|白盘|早盘|开盘|集合竞价"
    r"|交易小节|小节|恢复交易后?的?(?:首日|首个交易日)?|交易(?:时段?|开始|开盘)?|时段?|后|零时|9时|21时|上午|下午|晚间|午盘|开市)*"
)
_FROM = r"(?:起|开始|始|(?:及|或|\(含\))?(?:以|之)后)"
_REF = r"同一?(?:日期?|天|时间|时点)|当日|当天|该日|上述(?:时间|日期)|前述(?:时间|日期)|挂牌之日|上市之日|挂牌当日|上市当日|挂牌首日|次日|翌日"
_FIRST_DAY = r"(?:[^,;。:()]{0,12}?(?:节|假期|长假|休市|恢复交易)后的?(?:恢复交易(?:后的?)?)?|恢复交易后的?)?(?:首个?|第一个)交易日"
_TRIGGER = re.compile(r"^(?:起)?,?(?:正式|开始)?(?:执行|实施|施行|实行|生效|启用|适用|(?:挂牌|上市)(?!之日|首日|当日))")
_LEAD = re.compile(
    r"(?:执行|生效|实施|施行|起始|启用)(?:时间|日期|日)[^,;。0-9]{0,8}?$|(?:^|[,;])(?:执行|生效|实施|施行|启用):$|更正为$|(?<![布告发新稿文])时间(?:仍|应)?[为是:]$"
)
_EFF_DATE = re.compile(
    rf"(?P<pre>自|从|于|在|至|到|截至|截止|直至|即)?(?P<first>{_FIRST_DAY})?(?P<open>\()?(?P<date>{DATE})(?P<close>\))?"
    rf"(?P<tail>(?:{_PAREN}|{_SESSION})*)(?P<from>{_FROM}(?:\([^()\d]{{0,8}}(?:{DATE})[^()]{{0,12}}\)|,即(?:{DATE})(?:交易日)?起?)?)?(?P<stop>,?(?:止|为止|结束|期间))?"
)
_EFF_REF = re.compile(rf"(?:自|从|于|在)?(?P<ref>{_REF})(?P<tail>(?:{_PAREN}|{_SESSION})*)(?P<from>{_FROM})?")
_CONDITION = re.compile(
    r"(?:^(?:\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十\d]+[、.])?|(?<=[,;。:、)(])|(?<=第[一二三四]步,)|(?<=[则]))"
    r"(?P<text>(?:其中,?)?(?:当(?![日天晚前月年地])|若|如(?![下有需期此上])|如果|一旦|倘若?|凡|遇)[^,;。]{3,70}?(?=[,;。]|则)"
    r"|(?!自\d)[^,;。:]{0,50}?(?:出现|超过|达到|首次|触及|突破|低于|连续)[^,;。:]{0,40}?(?:时|后|之后|的)(?=[,;])"
    r"|(?:在|自|从|待)?[^,;。:]{0,60}?(?:首个|第[一二三四五\d]+个|次一|下一?个?|后一|次)(?:一?个?)交易日[^,;。:]{0,14}?(?:起|后|时起?)(?=[,;。]|[\u4e00-\u9fff]{2})"
    r"|(?:自|从)?(?:即日|公布之日|发布之日|公告之日|通知之日|印发之日|本通知发布之日|本公告发布之日|批准之日)(?:交易时)?起"
    r"|自[^,;。:\d]{2,50}?(?:交易日|之日|当日)[^,;。:\d]{0,10}?起(?=[,;。]|[\u4e00-\u9fff]{2})"
    r"|(?:到期|期满|届满)后(?=,?恢复)"
    r"|节后[^,;。:()]{0,16}?(?:起|后|时起?)(?=,))"
)
_UNTIL_CLAUSE = re.compile(
    r"直?至(?!少|于|今)[^,;。\d]{0,40}?(?:为止|止|解除|恢复正常|另行通知|恢复|结束|消除|缓解|到期|下市)(?:前|为止)?|直至[^,;。]{2,40}"
)

#: What a day at the head of a sentence starts, though no 起 follows it.
_AHEAD = re.compile(",[^,;。]{0,16}(?:将迎来|将执行|将启用|将实施|将调整|迎来新|正式执行|开始执行)")
_BARE_SETTLEMENT = re.compile("(?<=[,的])自?(?:收盘)?结算时起")

Kind = Literal["from", "until", "condition", "date"]
Point = Literal["settlement", "day_session", "night_session"]


@dataclass(frozen=True)
class When:
    """A moment of effect or end: trading day, point of the day, and the clause that stands for a date."""

    date: str | None = None
    point: str | None = None
    condition: str | None = None


NOTHING = When()


@dataclass(frozen=True)
class Moment:
    """One phrase about time in a sentence. `is_trailing`: it stands after what it governs."""

    start: int
    end: int
    kind: Kind
    when: When
    is_reference: bool = False
    is_lead: bool = False


@dataclass
class Calendar:
    """What a notice has said about dates so far."""

    published: dt.date | None
    year: int | None = None
    anchor: dt.date | None = None

    @property
    def hint(self) -> int | None:
        """Return the year at hand: the last one written out, else that of the publication."""
        return self.year or (self.published.year if self.published else None)

    def resolve(self, match: re.Match[str]) -> str | None:
        """Return the day that a match of a date names, or None; remembers the last one."""
        part = match.groupdict()
        year_text = part["year"] or part["year2"]
        month = parse_integer(part["month"] or part["month2"])
        day = parse_integer(part["day"] or part["day2"])
        written = parse_integer(year_text) if year_text and len(year_text) == 4 else None
        if written is not None:
            self.year = written
        year = self.year if self.year is not None else (self.published.year if self.published else None)
        if year is None or month is None or day is None:
            return None
        if written is None and year_text in ("明", "次"):
            year += 1
        try:
            found = dt.date(year, month, day)
            if written is None:
                found = self._nearest(found)
        except ValueError:
            return None
        self.anchor = found
        return found.isoformat()

    def _nearest(self, found: dt.date) -> dt.date:
        """Move a day without a year over the turn of the year, where it would lie half a year before its anchor."""
        anchor = self.anchor or self.published
        if anchor is not None and (anchor - found).days > 200:
            return found.replace(year=found.year + 1)
        return found


def _point(text: str) -> str | None:
    if "结算" in text or "清算" in text:
        return "settlement"
    if "夜盘" in text or "连续交易" in text:
        return "night_session"
    if re.search("日盘|白盘|早盘", text):
        return "day_session"
    return None


def _dates_of(text: str, calendar: Calendar) -> list[tuple[str | None, str]]:
    """Days of a phrase with what follows each of them."""
    found = list(_DATE_PARTS.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [(calendar.resolve(match), text[match.end() : end]) for match, end in zip(found, ends, strict=True)]


def _trading_day(days: list[tuple[str | None, str]], *, is_night: bool) -> str | None:
    """Pick the trading day of a phrase: with a night session, the day that is not the evening's."""
    known = [day for day, _ in days if day is not None]
    if not is_night:
        return known[0] if known else None
    evening = [day for day, after in days if re.match(r"(?:\((?:星期|周).{1,3}\))?(?:当?晚|夜盘|当日夜盘)", after)]
    others = [day for day in known if day not in evening]
    if others:
        return max(others)
    return max(known) if len(known) > 1 else None


def find_moments(sentence: str, calendar: Calendar, last: When) -> list[Moment]:
    """Find the phrases about time in a sentence (view text), in order and without overlap.

    Args:
        sentence: One sentence of the view.
        calendar: Dates said so far; it learns those of the sentence.
        last: The effect that 同日 and the like refer to.
    """
    found: list[Moment] = []
    taken = [(m.start("text"), m.end("text"), m.group("text")) for m in _CONDITION.finditer(sentence)]
    for start, end, text in taken:
        if re.search(rf"自?(?:{DATE})", text) and not re.match("当|若|如|一旦|倘|凡|遇|其中", text):
            continue
        found.append(
            Moment(start, end, "condition", When(None, _point(text) if text.endswith(("起", "后")) else None, text))
        )
    for match in _UNTIL_CLAUSE.finditer(sentence):
        if not _overlaps(found, match.start(), match.end()) and not _DATE_PARTS.search(match.group()):
            found.append(Moment(match.start(), match.end(), "until", When(None, None, match.group())))
    for match in _EFF_DATE.finditer(sentence):
        if not _overlaps(found, match.start(), match.end()):
            moment = _read_dated(match, sentence, calendar, found)
            if moment.kind == "from":
                last = moment.when
            found.append(moment)
    for match in _EFF_REF.finditer(sentence):
        if not _overlaps(found, match.start(), match.end()):
            reference = _read_reference(match, sentence, last, found)
            if reference is not None:
                found.append(reference)
    if any(one.kind == "condition" for one in found):
        found += [
            Moment(match.start(), match.end(), "from", When(None, "settlement"), is_reference=True)
            for match in _BARE_SETTLEMENT.finditer(sentence)
            if not _overlaps(found, match.start(), match.end())
        ]
    return sorted(found, key=lambda one: one.start)


def _overlaps(found: list[Moment], start: int, end: int) -> bool:
    return any(start < one.end and one.start < end for one in found)


def _read_dated(match: re.Match[str], sentence: str, calendar: Calendar, found: list[Moment]) -> Moment:
    tail = match["tail"] or ""
    phrase = match.group()
    is_night = "夜盘" in phrase or "连续交易" in phrase
    day = _trading_day(_dates_of(phrase, calendar), is_night=is_night)
    when = When(day, "night_session" if is_night else _point(tail))
    if day is None and is_night:
        when = replace(when, condition=phrase)
    after, before = sentence[match.end() :], sentence[: match.start()]
    open_range = any(
        one.kind == "from" and sentence[one.end : match.start()] in ("", "(", ",", ",并", "并", "一直") for one in found
    )
    kind: Kind = "date"
    if re.search("原(?:定|计划|拟)(?:于|自|从)?$", before):
        return Moment(match.start(), match.end(), kind, when)
    if (
        match["stop"]
        and not match["from"]
        and (match["pre"] in ("至", "到", "截至", "截止", "直至") or match["stop"] != "期间")
    ):
        kind = "until"
    elif match["pre"] in ("至", "到", "截至", "截止", "直至"):
        ends = open_range or re.search(r"(?:执行|实施|有效期|延长|延续|顺延|适用|保留|持续)[^,;。]{0,4}$", before)
        kind = "until" if ends and not after.startswith(("休市", "放假", "为")) else "date"
    elif (
        (
            re.match(rf"至(?:{DATE})[^,;。]{{0,6}}?(?:期间|止|内|执行|实施|[,;。]|$)", after)
            and not re.search("休市|放假|意见", after[:24])
        )
        or (match["from"] and (match["pre"] != "即"))
        or _TRIGGER.match(after)
        or _LEAD.search(before)
        or (match["pre"] in ("自", "从") and not match["stop"])
        or (
            (_point(tail) or "交易时" in tail)
            and (match["pre"] in ("于", "在") or re.match(",|将|恢复|回调|下调|上调|再", after))
        )
        or (match.start() == 0 and _AHEAD.match(after))
    ):
        kind = "from"
    return Moment(match.start(), match.end(), kind, when, is_lead=bool(_LEAD.search(before)))


def _read_reference(match: re.Match[str], sentence: str, last: When, found: list[Moment]) -> Moment | None:
    tail = match["tail"] or ""
    after = sentence[match.end() :]
    if not match["from"] and not _TRIGGER.match(after) and not (_point(tail) and re.match("[,时后]", after)):
        return None
    conditions = [one for one in found if one.kind == "condition" and one.start < match.start()]
    dated = [one for one in found if one.kind == "from" and one.start < match.start()]
    if match["ref"] in ("次日", "翌日"):
        return Moment(match.start(), match.end(), "from", When(None, _point(tail), None), is_reference=True)
    if conditions and not match["ref"].startswith("同"):
        return Moment(match.start(), match.end(), "from", When(None, _point(tail), None), is_reference=True)
    base = max(dated, key=lambda one: one.start).when if dated else last
    is_whole = not tail and re.search("时间|时点|日期|挂牌|上市", match["ref"])
    return Moment(
        match.start(), match.end(), "from", base if is_whole else When(base.date, _point(tail), None), is_reference=True
    )
