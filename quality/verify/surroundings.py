"""Judges what stands around the sentences: title, headings, notes and how many outlets carried a sentence.

They cite nothing, so that they may only repeat what a sentence that holds says. What does not belong here: viewpoints
(viewpoints.py) and the sentences themselves (sentences/).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from quality.verify.problems import Problem
from quality.verify.sentences.judge import Judged
from quality.verify.sources.evidence import Evidence
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import words

__all__ = ["judge_carried", "judge_surroundings"]

#: A figure with a unit of price, share or amount; counts of sentences, versions and sources have none of these.
_FIGURE = re.compile(
    r"(?<![0-9A-Za-z.])(-?[0-9]+(?:\.[0-9]+)?)(%|‰|个?百分点|个?基点|美元|美分|欧元|元|万元|亿元|万?吨|万?桶|万?手|点|倍|亿|万)"
)
#: A product or contract that moved by a share: what a title says of a day.
_MOVE = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{0,2}?(?:涨停|跌停|涨|跌|升|降))(?:幅)?(?:超|逾|近|约|达)?(?P<pct>[0-9]+(?:\.[0-9]+)?%)"
)
_DAY = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日|([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CONTRACT = re.compile(r"[A-Za-z]{1,2}[0-9]{3,4}(?![0-9])")
_FORECAST = re.compile(
    r"预计|预期|有望|或将|必将|将(?:继续|持续|会|要)?(?:上涨|下跌|走高|走低|反弹|回落|走强|走弱)|建议(?:买入|卖出|做多|做空)|因为|由于|导致"
)
_FALLS = re.compile(r"[跌降]")


def judge_surroundings(report: Any, judged: Sequence[Judged]) -> list[Problem]:
    """Return what title, headings and notes say that no sentence of the report says."""
    if not isinstance(report, dict):
        return []
    said = "\n".join(one.text for one in judged)
    problems: list[Problem] = []
    title = report.get("title")
    if isinstance(title, str):
        problems += _figures("title", fold(title), said)
        problems += _moves(fold(title), judged)
        problems += _days(fold(title), str(report.get("date") or ""))
        problems += _contracts(fold(title), said, str(report.get("subject") or ""))
    sections = report.get("sections")
    for section in sections if isinstance(sections, list) else ():
        for name in ("heading", "note"):
            value = section.get(name) if isinstance(section, dict) else None
            if isinstance(value, str):
                problems += _figures(name, fold(value), said)
                problems += _stated(name, fold(value))
    return problems


def judge_carried(sentence: Mapping[str, Any], judged: Judged, evidence: Evidence) -> list[Problem]:
    """Judge the number of outlets that carried a sentence: the home holds so many repeats of a cited document."""
    carried = sentence.get("sources")
    if carried is None or not judged.cited:
        return []
    if type(carried) is not int or carried < 1:
        return [Problem("claim_mismatch", "sources is no whole number from 1 up")]
    most = max(evidence.copies(one.doc_id) for one in judged.cited) if carried > 1 else 1
    if carried > most:
        return [Problem("number_untraced", f"carried by {carried}: the home holds {most} of the same text")]
    return []


def _figures(where: str, text: str, said: str) -> list[Problem]:
    return [
        Problem("number_untraced", f"{where}: {printable(found[0])} stands in no sentence")
        for found in _FIGURE.finditer(text)
        if not re.search(rf"(?<![0-9.]){re.escape(found[0])}", said)
    ]


def _moves(title: str, judged: Sequence[Judged]) -> list[Problem]:
    """A contract, a direction and a share in the title must be those of one computed statement."""
    moves = words().raw["moves"]
    told = [
        (one.computed.get("pct"), moves.get(one.computed.get("direction", "")), one.computed.get("contract", ""))
        for one in judged
    ]
    problems = []
    for found in _MOVE.finditer(title):
        sign = -1 if _FALLS.search(found["word"]) else 1
        of = [(direction, contract) for pct, direction, contract in told if pct == found["pct"]]
        if of and sign not in {direction for direction, _ in of}:
            problems.append(Problem("direction_mismatch", f"title: {printable(found[0])} is the other way round"))
        named = _CONTRACT.search(title[: found.start()])
        moved = {pct for pct, _, contract in told if named and fold(contract) == named[0] and pct}
        if named and (moved or of) and found["pct"] not in moved:
            problems.append(Problem("entity_untraced", f"title: {named[0]} did not move by {found['pct']}"))
    return problems


def _days(title: str, date: str) -> list[Problem]:
    """The one day that a title names is the report's; of several one is."""
    own = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", date)
    found = list(_DAY.finditer(title))
    if own is None or not found:
        return []
    for one in found:
        year, month, day = (one[1], one[2], one[3]) if one[2] else (one[4], one[5], one[6])
        if (int(month), int(day)) == (int(own[2]), int(own[3])) and year in (None, own[1]):
            return []
    return [Problem("date_untraced", f"title: {printable(found[0][0])} is not the report's day")]


def _contracts(title: str, said: str, subject: str) -> list[Problem]:
    return [
        Problem("entity_untraced", f"title: {found[0]} stands in no sentence")
        for found in _CONTRACT.finditer(title)
        if said and found[0] not in said and found[0] not in fold(subject)
    ]


def _stated(where: str, text: str) -> list[Problem]:
    found = _FORECAST.search(text)
    return (
        [Problem("cause_unattributed", f"{where}: {printable(found[0])}: only a sentence with a source says so")]
        if found
        else []
    )
