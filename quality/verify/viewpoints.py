"""Judges the table of viewpoints: citations re-read, holders stand in what is cited, a stance is not the reverse of its words.

What does not belong here: finding and fusing views (assets/reports), with which this shares no code.
"""

import re
from collections.abc import Sequence
from typing import Any

from quality.verify.problems import Problem
from quality.verify.sources.evidence import Cited, Evidence
from quality.verify.sources.folding import fold, printable

__all__ = ["judge_viewpoints"]

#: What moves: a price, a contract, a future; other things (stocks, output) move the other way round.
_PRICE = r"(?:[价合约期货]|[0-9]{3,4})(?:[\u4e00-\u9fff]{0,6})"
_RISES = re.compile(rf"看多|看涨|做多|偏强|走强|偏多|易涨|{_PRICE}(?:上行|反弹|上涨|走高)")
_FALLS = re.compile(rf"看空|看跌|做空|偏弱|走弱|偏空|易跌|{_PRICE}(?:下行|回落|下跌|走低)")
#: Words that turn round, limit or put off what stands beside: then the words alone do not tell the stance.
_TURNS = re.compile(
    r"不|未|没|无|非|难|有限|若|如果|一旦|除非|但|却|然而|尽管|虽然|震荡|区间|观望|前期|此前|短期.*中期|或"
)
_STANCES = {"bullish": _FALLS, "bearish": _RISES}
_OWN = {"bullish": _RISES, "bearish": _FALLS}
_KNOWN = ("bullish", "bearish", "neutral", "mixed")
#: Characters beside a quote in which the name of its holder is looked for as well.
_NEAR = 600


#: A problem, the document it is about, and the number of the viewpoint.
Found = tuple[Problem, str | None, int]


def judge_viewpoints(report: Any, evidence: Evidence) -> list[Found]:
    """Return what is wrong with the viewpoints of a report."""
    views = report.get("viewpoints") if isinstance(report, dict) else None
    if not isinstance(views, list):
        return []
    problems: list[Found] = []
    for number, view in enumerate(views):
        problems += [(problem, doc_id, number) for problem, doc_id in _judge(view, evidence)]
    return problems


def _judge(view: Any, evidence: Evidence) -> list[tuple[Problem, str | None]]:
    if not isinstance(view, dict) or view.get("stance") not in _KNOWN:
        return [(Problem("claim_mismatch", "a viewpoint has no stance"), None)]
    raw = view.get("citations")
    if not isinstance(raw, list) or not raw:
        return [(Problem("citation_missing", "a viewpoint cites nothing"), None)]
    problems: list[tuple[Problem, str | None]] = []
    cited: list[Cited] = []
    for one in raw:
        read = evidence.read(one)
        if isinstance(read, str):
            doc_id = one.get("doc_id") if isinstance(one, dict) else None
            problems.append(
                (Problem("citation_mismatch", f"viewpoint: {read}"), doc_id if isinstance(doc_id, str) else None)
            )
        else:
            cited.append(read)
    if problems:
        return problems
    first = cited[0].doc_id
    holders = view.get("holders")
    for holder in holders if isinstance(holders, list) else ():
        if not isinstance(holder, str) or not any(_holds(holder, one) for one in cited):
            problems.append(
                (
                    Problem("entity_untraced", f"viewpoint: {printable(str(holder))} holds no view in what is cited"),
                    first,
                )
            )
    if _is_reversed(view["stance"], cited):
        problems.append(
            (Problem("direction_mismatch", f"viewpoint: {view['stance']} is the reverse of what is cited"), first)
        )
    return problems


def _holds(holder: str, cited: Cited) -> bool:
    """Whether a name stands near the quote, or is that of who published it."""
    name = fold(holder)
    near = fold(cited.text[max(0, cited.start - _NEAR) : cited.end + _NEAR])
    source, title = (fold(str(cited.record.get(key) or "")) for key in ("source", "title"))
    return bool(name) and (
        name in near or name == source or name.strip("《》") == title or name in fold(cited.text[:_NEAR])
    )


def _is_reversed(stance: str, cited: Sequence[Cited]) -> bool:
    """Whether every quote speaks in plain words for the other side, and none for this one."""
    if stance not in _STANCES:
        return False
    quotes = [fold(one.quote) for one in cited]
    return all(
        _STANCES[stance].search(quote) and not _OWN[stance].search(quote) and not _TURNS.search(quote)
        for quote in quotes
    )
