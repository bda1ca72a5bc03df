"""Which thing a mark of sentiment speaks of: the product, contract, firm or person named nearest before it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from assets.records.mentions.model import Mention
from assets.records.sentiment.evidence import Evidence

__all__ = ["TARGET_KINDS", "assign_marks"]

TARGET_KINDS = ("product", "contract", "institution", "person")
_CLAUSE_END = re.compile(r"[，,。；;！!？?\n]")
#: Things named side by side share what is said: 沪铜、沪铝和沪锌走高.
_BESIDE = re.compile(r"[、和与及/以（）() 期货主力合约,]{0,8}")
#: Who speaks of a thing is not what the sentence judges.
_SPEAKS = re.compile(
    r"(?:[（(][^）)]{0,16}[）)])?[^，,。；;：:！？\n]{0,12}?(?:表示|认为|指出|预计|预测|坦言|强调|透露|介绍|看来|建议|判断|提醒|研报|分析称|说[，,：:]|称[，,：:])"
)

Target = tuple[str, str]


def assign_marks(
    text: str, mentions: Sequence[Mention], marks: Sequence[Evidence]
) -> dict[Target, tuple[Mention, list[Evidence]]]:
    """Give each mark to the things that it speaks of.

    Args:
        text: Text of one slice, in which mentions and marks count.
        mentions: Mentions of the slice, in order.
        marks: Marks of the slice, in order.

    Returns:
        For each thing that is named and does not merely speak: where it is named first, and its marks.
    """
    named = [m for m in mentions if m.kind in TARGET_KINDS and m.value and not _speaks(text, m)]
    out: dict[Target, tuple[Mention, list[Evidence]]] = {}
    for mention in named:
        out.setdefault((mention.kind, mention.value or ""), (mention, []))
    groups = _groups(text, named)
    if not groups:
        return out
    starts = [group[0].start for group in groups]
    ends = [match.start() for match in _CLAUSE_END.finditer(text)]
    for mark in marks:
        for mention in groups[_nearest(mark, starts, ends)]:
            held = out[(mention.kind, mention.value or "")][1]
            if mark not in held:
                held.append(mark)
    return out


def _speaks(text: str, mention: Mention) -> bool:
    return mention.kind in {"institution", "person"} and _SPEAKS.match(text, mention.end) is not None


def _groups(text: str, named: Sequence[Mention]) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    for mention in named:
        last = groups[-1][-1] if groups else None
        if last and (mention.start < last.end or _BESIDE.fullmatch(text, last.end, mention.start)):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _nearest(mark: Evidence, starts: list[int], ends: list[int]) -> int:
    """The last group before a mark in its clause, else the first behind it there, else the last one before at all."""
    at = bisect_left(ends, mark.start)
    begin = ends[at - 1] if at else -1
    end = ends[at] if at < len(ends) else mark.end + 10**6
    before = bisect_right(starts, mark.end - 1) - 1
    if before >= 0 and starts[before] > begin:
        return before
    behind = before + 1
    if behind < len(starts) and starts[behind] < end:
        return behind
    return max(before, 0)
