"""The days of a rulebook: adopted or published, and from when it applies; what is not said is null.

Read on the folded head (what stands above the first article) and on the last articles. Which of several versions is in
force on a day lives in titles.py.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assets.text.folding import fold
from assets.text.numerals import parse_integer

__all__ = ["Days", "Origin", "adopted_day", "find_days", "signed_day", "version_day"]

Origin = Literal["sidecar", "title", "head", "text", "publication"]

#: Longest head that is read.
_HEAD_MOST = 6000
_DIGITS = "[0-9〇零一二三四五六七八九十]"
_DAY = rf"({_DIGITS}{{4}})年({_DIGITS}{{1,3}})月({_DIGITS}{{1,3}})日"
_ISSUED = re.compile(
    _DAY + r"(?=[^.;年]{0,80}?(通过|修正|修订|修改|公布|发布|批准|印发|颁布|(?:起)?施行(?!的)|令第))",
)
#: 自2024年3月1日起施行; with 的 behind it is another rule's day (自2010年起施行的《…》同时废止).
_FROM = re.compile(rf"[自从于]{_DAY}(?:起|开始)?(?:正式|全面)?(?:开始)?(?:施行|实施|执行|生效|试行)(?!的)")
_FROM_ISSUE = re.compile(
    r"自(公布|发布|颁布|印发|下发|签发|通过|批准|刊登)(?:之?日)起(?:正式)?(?:施行|实施|执行|生效|试行)(?!的)"
)
#: Only a part of the rule: 第三十条自…起施行.
_PART = re.compile(rf"第{_DIGITS}+[条款项章节][^.;]{{0,12}}$")
_BODY = re.compile(
    r"本(?:法|条例|规[则定程范]|办法|细则|决定|通知|公告|指引|准则|章程|解释|意见|方案|制度|规则|标准)[^.;]{0,12}$"
)
_REVISED, _PASSED = frozenset({"修正", "修订", "修改"}), frozenset({"通过", "批准"})
_SUFFIX_FROM = re.compile("施行|实施|生效|实行")
_VERSION_DAY = re.compile(r"(\d{4})\D{0,2}(\d{1,2})?\D{0,2}(\d{1,2})?")


@dataclass(frozen=True)
class Days:
    """Days of one version as YYYY-MM-DD; `origin` says where the effective day was found."""

    adopted: str | None
    effective: str | None
    origin: Origin | None


def version_day(version: str) -> str:
    """Return the sortable day, month or year of a version: 2018年3月修订 gives 2018-03; empty where it names none."""
    folded = _han_year(fold(version))
    match = _VERSION_DAY.search(folded)
    return "-".join(f"{int(part):02d}" for part in match.groups() if part) if match else ""


def adopted_day(head: str) -> str | None:
    """Return the last day of adoption, revision or publication that stands in a head."""
    return max((day for day, verb in _issued(fold(head[:_HEAD_MOST])) if verb != "施行"), default=None)


def signed_day(signature: str) -> str | None:
    """Return the day that closes a signature."""
    days = [day for match in re.finditer(_DAY, fold(signature)) if (day := _iso(*match.groups()))]
    return days[-1] if days else None


def find_days(
    head: str, last: Sequence[str], *, version: str | None, published: str | None, signed: str | None = None
) -> Days:
    """Find the days of one version.

    Args:
        head: What stands above the first article.
        last: Texts of the last articles, in reading order.
        version: Version suffix of the title.
        published: Publication day of the source.
        signed: Day of the signature that closes the text; it stands for the publication that the head does not name.

    Returns:
        A day from which an earlier text of the rule applied is not that of a later version: it is left out where it lies
        before the version's own day. 自公布之日起 counts from the publication that the head, the version or the source names.
    """
    folded = fold(head[:_HEAD_MOST])
    adopted = max((day for day, verb in _issued(folded) if verb != "施行"), default=signed)
    suffix = version_day(version) if version else ""
    own = max(adopted or "", suffix)
    if version and _SUFFIX_FROM.search(fold(version)) and len(suffix) == 10:
        return Days(adopted, suffix, "title")
    applied = [day for day, verb in _issued(folded) if verb == "施行"]
    stated: list[tuple[str, Origin]] = [(day, "head") for day in [*_from(folded), *applied]]
    text_day = _last_from(last)
    if text_day is not None:
        stated.append((text_day, "text"))
    fitting = [pair for pair in stated if pair[0] >= own[:10] or pair[0].startswith(own)]
    if fitting:
        day, origin = max(fitting)
        return Days(adopted, day, origin)
    if stated:
        return Days(adopted, None, None)
    issued = _issue_day(folded, last, suffix, signed or published)
    return Days(adopted, issued, "publication" if issued else None)


def _from(folded: str) -> Iterator[str]:
    for match in _FROM.finditer(folded):
        day = _iso(*match.groups())
        if day is not None and not _PART.search(folded[max(0, match.start() - 20) : match.start()]):
            yield day


def _last_from(last: Sequence[str]) -> str | None:
    """The day that the last articles give for the rule itself; one of 本办法 before any other."""
    best: tuple[bool, int, str] | None = None
    for at, text in enumerate(last):
        if "起" not in text and "施" not in text:
            continue
        folded = fold(text)
        for match in _FROM.finditer(folded):
            day = _iso(*match.groups())
            before = folded[max(0, match.start() - 20) : match.start()]
            if day is None or _PART.search(before):
                continue
            found = (_BODY.search(before) is not None, at, day)
            best = found if best is None else max(best, found)
    return best[2] if best else None


def _issue_day(head: str, last: Sequence[str], suffix: str, published: str | None) -> str | None:
    """Day of publication where the text applies from it."""
    said = next((match.group(1) for text in reversed(last) if (match := _FROM_ISSUE.search(fold(text)))), None)
    if said is None:
        match = _FROM_ISSUE.search(head)
        said = match.group(1) if match else None
    if said is None:
        return None
    days = list(_issued(head))
    if any(verb in _REVISED for _, verb in days):
        return None
    passed = said in _PASSED
    own = [day for day, verb in days if verb != "施行" and (verb in _PASSED) == passed]
    if own:
        # a suffix later than the publication marks a revision, whose day of effect is not said
        return max(own) if max(own) >= suffix else None
    if len(suffix) == 10:
        return suffix
    return published if not passed else None


def _issued(folded: str) -> Iterator[tuple[str, str]]:
    """Days above the first article with what happened on them."""
    for match in _ISSUED.finditer(folded):
        day = _iso(*match.groups()[:3])
        if day is not None:
            yield day, match.group(4).removeprefix("起")


def _iso(year: str, month: str, day: str) -> str | None:
    """A calendar day, or null where there is no such day."""
    numbers = [parse_integer(part) for part in (_han_year(year), month, day)]
    if None in numbers:
        return None
    try:
        return dt.date(*(number or 0 for number in numbers)).isoformat()
    except ValueError:
        return None


def _han_year(text: str) -> str:
    """Years in Chinese digits, as 二〇二四, in Arabic ones."""
    return re.sub(
        "[〇零一二三四五六七八九]{4}",
        lambda m: "".join(str("〇一二三四五六七八九".index(c.replace("零", "〇"))) for c in m.group()),
        text,
    )
