"""Clauses numbered 2.1.1: candidates, and the chain of numbers that follow one another."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from assets.records.clauses.labels import BLANKS, Before, marker_start, skip_blanks
from assets.text.numerals import parse_integer

__all__ = ["DecimalLabel", "choose_decimals", "is_section", "scan_decimals"]

_NUMBER = re.compile(
    r"(?<![0-9０-９.．])(?:第[ \u3000]*)?([0-9０-９]{1,3}(?:[.．][0-9０-９]{1,3}){1,3})(?![0-9０-９.．%％])(?:[ \u3000]*[条條])?"
)
_DOT = re.compile("[.．]")
#: After a number that is only referred to, or that is a quantity.
_REFERENCE = re.compile(
    r"[条條款项項节章、，,；;。）)〉》”～~\-–—%％‰]|[元万亿倍个年月日时点分秒度吨手股份米克斤人次名家以至到和或及与的]|规定|所"
)
#: A heading that lost its line break, right before the number.
_HEADING = re.compile(r"第[ \u3000]*[一二三四五六七八九十百0-9０-９]{1,4}[ \u3000]*[章节節][^。；;：:，,]{0,40}$")
#: What a section's name never begins with.
_NO_NAME = frozenset("条條款项項至和及与的、，,%％.．0123456789０１２３４５６７８９")
_STOPS = re.compile("[。；;：:！？]")
_GAP, _OPEN, _NEXT = 6.0, 4.0, 1.0


@dataclass(slots=True)
class DecimalLabel:
    """One number like 2.1.1 where a clause may open."""

    number: tuple[int, ...]
    mark: int
    start: int
    end: int
    weight: float


def scan_decimals(text: str) -> list[DecimalLabel]:
    """Return the candidates of a text in reading order: numbers at the start of a line or sentence."""
    found = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        mark, before = marker_start(text, start)
        if before == Before.WORD:
            if not (_HEADING.search(text, max(0, mark - 60), mark) or _names_section(text, match, mark)):
                continue
            before = Before.HEADING
        parts = [parse_integer(part) for part in _DOT.split(match.group(1))]
        number = tuple(part for part in parts if part is not None)
        if len(number) != len(parts) or 0 in number:
            continue
        close = skip_blanks(text, end, min(len(text), end + 12))
        weight = {Before.STOP: 1.5, Before.HEADING: 1.5, Before.WRAPPED: 1.0, Before.LINE: 3.0}[before]
        weight += 2.0 if close > end else 0.0
        whole = match.group(0)[-1] in "条條" and match.group(0)[0] == "第"
        if match.group(0)[-1] in "条條" and not whole:
            weight -= 4.0
        elif not whole and _REFERENCE.match(text, close):
            weight -= 2.5 if close > end else 4.0
        found.append(DecimalLabel(number, mark, start, end, weight))
    return found


def _names_section(text: str, match: "re.Match[str]", mark: int) -> bool:
    """Whether 1.2 with a name stands right before 1.2.1: a section that lost its line break."""
    parent, dot, last = match.group(1).rpartition("." if "." in match.group(1) else "．")
    if not dot or last not in {"1", "１"}:
        return False
    begin = text.rfind(parent, max(0, mark - 44), mark)
    name = text[begin + len(parent) : mark].strip(BLANKS) if begin >= 0 else ""
    return 0 < len(name) <= 40 and not _STOPS.search(name) and name[0] not in _NO_NAME


def choose_decimals(labels: list[DecimalLabel]) -> list[DecimalLabel]:
    """Return the heaviest chain of numbers in which each follows the one before it (2.1.9, 2.2.1, 3.1.1)."""
    if not labels:
        return []
    ranks = sorted({label.number for label in labels})
    lower: list[tuple[float, int] | None] = [None] * (len(ranks) + 1)
    under: dict[tuple[int, ...], tuple[float, int]] = {}
    exact: dict[tuple[int, ...], tuple[float, int]] = {}
    total: list[float] = []
    back: list[int] = []
    for i, label in enumerate(labels):
        number = label.number
        options = [(0.0 if set(number[1:]) == {1} else -_OPEN, -1)]
        near = _before(number, under, exact)
        if near:
            options.append((near[0] + _NEXT, near[1]))
        rank = bisect_left(ranks, number) + 1
        far = _best(lower, rank - 1)
        if far:
            options.append((far[0] - _GAP, far[1]))
        score, previous = max(options, key=lambda option: option[0])
        score += label.weight
        total.append(score)
        back.append(previous)
        for depth in range(1, len(number) + 1):
            if score > under.get(number[:depth], (-1e9, -1))[0]:
                under[number[:depth]] = (score, i)
        if score > exact.get(number, (-1e9, -1))[0]:
            exact[number] = (score, i)
        _put(lower, rank, (score, i))
    last = max(range(len(total)), key=lambda i: total[i])
    chain = []
    if total[last] <= 0:
        return []
    while last >= 0:
        chain.append(labels[last])
        last = back[last]
    return chain[::-1]


def is_section(text: str, label: DecimalLabel, following: DecimalLabel | None) -> bool:
    """Whether the label heads the clauses below it: 3.2 业务规则 before 3.2.1."""
    if following is None or following.number[:-1] != label.number:
        return False
    name = text[label.end : following.mark].strip(BLANKS + "\r\n*_")
    return 0 < len(name) <= 40 and not _STOPS.search(name)


def _before(
    number: tuple[int, ...],
    under: dict[tuple[int, ...], tuple[float, int]],
    exact: dict[tuple[int, ...], tuple[float, int]],
) -> tuple[float, int] | None:
    """Best chain that ends right before the number: its elder sibling or what stands under that, or its parent."""
    found: list[tuple[float, int]] = []
    for depth in range(len(number), 0, -1):
        if number[depth - 1] > 1:
            elder = under.get((*number[: depth - 1], number[depth - 1] - 1))
            if elder:
                found.append(elder)
            break
        parent = exact.get(number[: depth - 1])
        if parent:
            found.append(parent)
    return max(found, default=None)


def _put(tree: list[tuple[float, int] | None], at: int, value: tuple[float, int]) -> None:
    while at < len(tree):
        held = tree[at]
        if held is None or value[0] > held[0]:
            tree[at] = value
        at += at & -at


def _best(tree: list[tuple[float, int] | None], at: int) -> tuple[float, int] | None:
    found: tuple[float, int] | None = None
    while at > 0:
        held = tree[at]
        if held is not None and (found is None or held[0] > found[0]):
            found = held
        at -= at & -at
    return found
