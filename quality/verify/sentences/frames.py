"""Judges the words around excerpts: who is named as the source, of which day, and in which kind of sentence.

A frame is what stands between two excerpts. What does not belong here: the excerpts themselves (excerpts.py) and what
is wrong with words that fit no frame (residue.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from quality.verify.problems import Problem
from quality.verify.sentences.market import DAY, day_forms
from quality.verify.sources.evidence import Cited
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import any_of, words

__all__ = ["Frame", "read_frame"]

_CLOSING = re.compile(r'["。;,!?…]*')
#: A name with such a mark in it, unless it is a title, is no name but more of the sentence.
_RUN_ON = re.compile(r"[,;。]")
_NEAR = 300
_CLAUSES = re.compile(r"[，,。；;：:！？!?\n“”\"（）()]")
_TITLE = "(?:分析师|研究员|经理|总监|负责人|主任|院长|所长|教授|专家|首席|董事长|总裁|发言人|交易员|人士)"
_TITLED = re.compile(f"{_TITLE}$")
#: What may stand between the name of an institution and the verb: a title and, perhaps, a person's name.
_STAFF = re.compile(
    f"(?:首席|高级|资深|投资|宏观|商品|能源|化工|有色|黑色|农产品|金属|原油|相关|部门|信息技术)*{_TITLE}"
)
_DECREEING = ("policies", "rulebooks")


@dataclass(frozen=True)
class Frame:
    """A frame that fits: what it is (source, speaker or rumour), the name and day as printed, and what is wrong with it.

    `spoken` says that the name is that of the person or institution whose words the document itself reports there.
    """

    kind: str
    name: str
    day: str
    problems: tuple[Problem, ...]
    spoken: bool = False


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    w = words()
    opening = rf"(?:(?:{w.alternatives('openings')})[,:])?"
    day = rf"(?P<day>{DAY})?(?P<time>\d{{1,2}}(?::\d{{2}}|时(?:\d{{1,2}}分)?))?"
    noun = rf"(?P<noun>{any_of([*w.raw['published'], *w.raw['decreed'], *w.raw['studied']])})?"
    said = rf"{w.alternatives('says')}?"
    return {
        "source": re.compile(
            rf'{opening}(?:{w.alternatives("according")})(?P<name>.{{1,300}}?){day}的?{noun}{said}[,:]"?', re.ASCII
        ),
        "speaker": re.compile(
            rf'{opening}(?P<name>.{{2,300}}?){day}(?P<verb>{w.alternatives("speaks")})[,:]?"?', re.ASCII
        ),
        "rumour": re.compile(
            rf'{opening}(?:此前|日前)?,?(?:市场|网上|网络|业内)?(?:上|此前)?(?:曾|一度)?(?:有|流传|出现)?(?:{w.alternatives("rumoured")})(?:称|说)?[,:]?"'
        ),
    }


def read_frame(glue: str, cited: Cited) -> Frame | None:
    """Read the words before an excerpt.

    Args:
        glue: Folded words between the excerpt before (or the start of the sentence) and this one.
        cited: The quote that the excerpt re-reads from.

    Returns:
        The frame with what is wrong with it, or None where the words fit no frame.
    """
    glue = glue[_CLOSING.match(glue).end() :]  # type: ignore[union-attr]
    if _patterns()["rumour"].fullmatch(glue):
        return Frame("rumour", "", "", ())
    for kind in ("source", "speaker"):
        match = _patterns()[kind].fullmatch(glue)
        if match:
            spoken = kind == "speaker" and _speaks_near(match["name"], cited)
            if not spoken and _RUN_ON.search(match["name"]) and match["name"] not in _names(cited):
                return None
            problems = _judge(kind, match.groupdict(), cited, spoken=spoken)
            return Frame(kind, match["name"], match["day"] or "", tuple(problems), spoken)
    return None


def _judge(kind: str, parts: Mapping[str, str | None], cited: Cited, *, spoken: bool) -> list[Problem]:
    problems = []
    name, day, noun = parts["name"] or "", parts["day"], parts.get("noun")
    record = cited.record
    if not record:
        return [
            Problem(
                "citation_mismatch",
                f"document {cited.doc_id} was replaced or withdrawn: no record says who published it",
            )
        ]
    by_publisher = name in _names(cited)
    decreeing = record.get("lane") in _DECREEING
    if kind == "speaker" and record.get("lane") == "news" and not _answers(parts["verb"] or "", cited):
        by_publisher = False
    if not by_publisher and not spoken:
        problems.append(Problem("entity_untraced", f"{printable(name)} is not who published or says what is cited"))
    if noun in words().raw["decreed"] and not decreeing:
        problems.append(Problem("claim_mismatch", f"{noun}: the cited document is no notice"))
    if noun in words().raw["studied"] and record.get("lane") != "research":
        problems.append(Problem("claim_mismatch", f"{noun}: the cited document is no research note"))
    published = record.get("published_date")
    if day and not (isinstance(published, str) and day in day_forms(published)):
        problems.append(Problem("date_untraced", f"{day}: the cited document is of {published or 'no known day'}"))
    elif day and cited.is_distant and not _has_year(day):
        problems.append(Problem("date_untraced", f"{day}: of {published}, and the report is of another year"))
    if parts["time"] and not _is_time(parts["time"], record.get("published")):
        problems.append(Problem("date_untraced", f"{parts['time']} is not when the cited document was published"))
    return problems


def _has_year(day: str) -> bool:
    return "年" in day or "-" in day


def _answers(verb: str, cited: Cited) -> bool:
    """Whether a news item is said to answer a rumour, and does: then the one who published it may stand for it."""
    return "回应" in verb and words().denies(cited.quote)


def _names(cited: Cited) -> set[str]:
    source, title = cited.record.get("source"), cited.record.get("title")
    found = {fold(str(source))} if source else set()
    return found | ({fold(f"《{title}》"), fold(str(title))} if title else set())


def _is_time(printed: str, published: object) -> bool:
    moment = re.search(r"T(\d{2}):(\d{2})", str(published))
    digits = re.findall(r"\d+", printed)
    if moment is None:
        return False
    return [int(d) for d in digits] == [int(g) for g in moment.groups()][: len(digits)] and bool(digits)


def _speaks_near(name: str, cited: Cited) -> bool:
    """Whether the last one said to speak before the quote, or the one speaking in it, bears the name."""
    before = fold(_last_lines(cited.text[max(0, cited.start - _NEAR) : cited.start]))
    spoken = [m.start() for m in words().speaks.finditer(before)]
    said = [before[: spoken[-1]]] if spoken else []
    quote = fold(cited.quote)
    inside = words().speaks.search(quote)
    if inside:
        said.append(quote[: inside.start()])
    return any(_bears(_CLAUSES.split(words_before)[-1], name) for words_before in said)


def _last_lines(text: str) -> str:
    return text.rpartition("\n\n")[2]


def _bears(clause: str, name: str) -> bool:
    if not name or name not in clause:
        return False
    before, _, behind = clause.partition(name)
    if before:
        return not behind and bool(_TITLED.search(before))
    return not behind or bool(_STAFF.match(behind))
