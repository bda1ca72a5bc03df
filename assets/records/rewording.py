"""What a copy says otherwise: numbers, directions, negations, names and codes that an alignment of two wordings shows.

Noise is told from a changed fact by where it stands, what it replaces and how noisy the rest of the copy is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

from assets.records.wording import SLOT, Prepared
from assets.text.folding import fold
from assets.text.products import PRODUCTS

__all__ = ["Facts", "compare"]

#: Inserted or dropped runs from this length on are cut paragraphs or source lines, not alterations.
RUN = 12
#: Edits up to this length are noise; longer ones are other words.
FINE = 2
#: Numbers are compared in equal runs from this length on; beside a cut, only so many characters away from it.
RUN_COMPARED, CONTEXT = 5, 2
#: Pairs of words that turn a statement round.
_TURNS = ("涨跌", "升降", "增降", "升跌", "增减", "多空", "买卖", "高低", "扩缩", "强弱", "盈亏", "松紧")
_OPPOSITE = frozenset(_TURNS) | {turn[::-1] for turn in _TURNS}
_UP_WORDS = "上涨 上升 上调 上行 上扬 增加 增长 增持 提高 买入 看多 做多 流入 走高 走强 回升 反弹 涨幅 扩大 盈利 加息 利多 利好 升值"
_DOWN_WORDS = (
    "下跌 下降 下调 下行 下挫 减少 减持 降低 卖出 看空 做空 流出 走低 走弱 回落 跌幅 收窄 缩小 亏损 降息 利空 贬值"
)
_UP, _DOWN = frozenset(_UP_WORDS.split()), frozenset(_DOWN_WORDS.split())
_NEGATION = re.compile(r"[不未没无非否勿]")
_AFFIRMED = frozenset("有已将会可能是曾正也都就承所")
_LATIN = re.compile(r"[a-z]+")
_FIRM = re.compile(r"股份|证券|银行|集团|期货|资本|公司|研究|基金|保险|信托|交易所|[局部委院]")
#: Equal characters that must stand on both sides of an edit that is read as another word; longer edits are no names.
FLANK, WITHIN, LONGEST_NAME, LONGEST_CODE = 3, 6, 14, 5
#: What a correction or denial says, and how far from the repeated text it is sought.
_BEFORE = re.compile(r"更正|勘误|有误|辟谣|谣言|不实|澄清|致歉|撤稿")
_BEHIND = re.compile(r"(?:上述|以上|该|此)[^。]{0,12}(?:更正|有误|谣言|不实|不属实)|特此更正")
COMMENT = 60
#: Edits of single characters from which on a copy is so noisy that one of them may hit a negation or a name.
NOISY = 10


@dataclass
class Facts:
    """What an alignment of two wordings shows."""

    equal: int = 0
    edited: int = 0
    edits: int = 0
    numbers: int = 0
    changed: int = 0
    recoded: int = 0
    turned: int = 0
    negated: int = 0
    renamed: int = 0
    doubled: int = 0

    def says_other(self) -> bool:
        """Whether the copy states other facts than noise explains.

        A clean copy may differ in none; a noisy one in as many numbers and words as it differs in other characters.
        """
        noise = self.edited / max(1, self.equal + self.edited)
        numbers = max(int(self.numbers * min(0.1, noise)), 1 if self.numbers >= 8 and noise > 0.02 else 0)
        return (
            self.changed + self.recoded > numbers
            or self.turned > 0
            or self.negated > (self.edits >= 3) + self.edits // NOISY
            or self.renamed > self.edits // NOISY
            or self.doubled > (self.edits > 1) + self.edits // NOISY
        )


class _Edit(NamedTuple):
    """One place where two wordings differ, and the length of the equal runs beside it."""

    src_start: int
    src_end: int
    dest_start: int
    dest_end: int
    before: int
    after: int

    @property
    def size(self) -> int:
        return max(self.src_end - self.src_start, self.dest_end - self.dest_start)


def compare(short: Prepared, long: Prepared) -> Facts:
    """Align two wordings and tell what differs."""
    facts = Facts()
    steps = list(Levenshtein.opcodes(short.wording, long.wording))
    margins = [_margin(short.wording, long.wording, step) for step in steps]
    for at, step in enumerate(steps):
        if step.tag == "equal":
            facts.equal += step.src_end - step.src_start
            left = margins[at - 1] if at else 0
            right = margins[at + 1] if at + 1 < len(steps) else 0
            kept, seen = _pairs(short, long, step, left, right)
            facts.numbers += seen
            facts.changed += seen - kept
        elif _size(step) <= FINE:
            facts.edited += _size(step)
    facts.turned += _comments(short, long, steps)
    for edit in _edits(steps):
        if edit.size <= LONGEST_NAME:
            _weigh(short.wording, long.wording, edit, facts, same_script=short.traditional == long.traditional)
    return facts


def _margin(short: str, long: str, step: Opcode) -> int:
    """Return how many characters beside a step prove nothing about numbers."""
    if step.tag == "equal":
        return 0
    if _size(step) >= RUN:
        return CONTEXT
    return int(SLOT in short[step.src_start : step.src_end] or SLOT in long[step.dest_start : step.dest_end])


def _size(step: Opcode) -> int:
    return max(step.src_end - step.src_start, step.dest_end - step.dest_start)


def _edits(steps: Sequence[Opcode]) -> Iterator[_Edit]:
    """Join steps that differ and stand side by side."""
    group: list[Opcode] = []
    before = 0
    for step in steps:
        if step.tag != "equal":
            group.append(step)
            continue
        size = step.src_end - step.src_start
        if group:
            yield _edit(group, before, size)
        group, before = [], size
    if group:
        yield _edit(group, before, 0)


def _edit(group: Sequence[Opcode], before: int, after: int) -> _Edit:
    first, last = group[0], group[-1]
    return _Edit(first.src_start, last.src_end, first.dest_start, last.dest_end, before, after)


def _weigh(short: str, long: str, edit: _Edit, facts: Facts, *, same_script: bool) -> None:
    """Tell what an edit changes: a direction, a negation, a name or code, or nothing but a character."""
    if _recodes(short, long, edit):
        facts.recoded += 1
        return
    opens = edit.src_start == edit.dest_start == edit.before
    closes = edit.src_end + edit.after == len(short) and edit.dest_end + edit.after == len(long)
    if not (opens or edit.before >= FLANK) or not (closes or edit.after >= FLANK):
        return
    old, new = short[edit.src_start : edit.src_end], long[edit.dest_start : edit.dest_end]
    before, after = short[max(0, edit.src_start - 3) : edit.src_start], short[edit.src_end : edit.src_end + 3]
    lost, gained = _words(before + old + after), _words(before + new + after)
    lost, gained = lost - gained, gained - lost
    if _turns(old, new) or (lost & _UP and gained & _DOWN) or (lost & _DOWN and gained & _UP):
        facts.turned += 1
    elif _negates(old, new) and not {old, new} & {before[-1:], after[:1]}:
        facts.negated += 1
    elif old and new and lost & _product_names() and gained & _product_names():
        facts.turned += 1
    elif min(len(old), len(new)) < 2:
        facts.edits += 1
    elif (
        _may_name(edit) and not _is_regional(before, old, new, after) and (same_script or _names_firm(old, new, after))
    ):
        facts.renamed += max(len(old), len(new)) > 2
        facts.doubled += max(len(old), len(new)) == 2


def _recodes(short: str, long: str, edit: _Edit) -> bool:
    """Whether another code stands at the place: CU for LC."""
    old, new = short[edit.src_start : edit.src_end], long[edit.dest_start : edit.dest_end]
    if not _LATIN.fullmatch(old + new) or max(edit.before, edit.after) < FLANK:
        return False
    tokens = _token(short, edit.src_start, edit.src_end), _token(long, edit.dest_start, edit.dest_end)
    return all(0 < len(token) <= LONGEST_CODE for token in tokens)


def _token(text: str, start: int, end: int) -> str:
    """Return the run of letters around a place."""
    while start and _LATIN.fullmatch(text[start - 1]):
        start -= 1
    while end < len(text) and _LATIN.fullmatch(text[end]):
        end += 1
    return text[start:end]


def _names_firm(old: str, new: str, after: str) -> bool:
    return bool(_FIRM.search(old + after) and _FIRM.search(new + after))


def _may_name(edit: _Edit) -> bool:
    """Whether an edit stands inside a repeated passage: what opens or closes a text is who sent it."""
    return min(edit.before, edit.after) >= WITHIN


def _is_regional(before: str, old: str, new: str, after: str) -> bool:
    """Whether two words are one in the usage of two regions: 链接 and 連結."""
    mine, theirs = before + old + after, before + new + after
    return fold(_to_taiwan()(mine)) == theirs or fold(_to_taiwan()(theirs)) == mine


@cache
def _to_taiwan() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2twp").convert
    return convert


def _comments(short: Prepared, long: Prepared, steps: Sequence[Opcode]) -> bool:
    """Whether one text opens or closes with a correction or denial of what it repeats, and the other does not."""
    runs = [step for step in steps if step.tag == "equal" and step.src_end - step.src_start >= RUN_COMPARED]
    if not runs:
        return False
    first, last = runs[0], runs[-1]
    mine = (short.wording[: first.src_start][-COMMENT:], short.wording[last.src_end :][:COMMENT])
    theirs = (long.wording[: first.dest_start][-COMMENT:], long.wording[last.dest_end :][:COMMENT])
    sides = zip((_BEFORE, _BEHIND), mine, theirs, strict=True)
    return any(bool(said.search(a)) != bool(said.search(b)) for said, a, b in sides)


def _words(text: str) -> set[str]:
    """Runs of one to four characters."""
    return {text[at : at + size] for size in (1, 2, 3, 4) for at in range(len(text) - size + 1)}


def _negates(old: str, new: str) -> bool:
    """Whether an edit puts a negation in, takes one out, or replaces one by its contrary."""
    if max(len(old), len(new)) > 3:
        return False
    plain, turned = sorted((old, new), key=lambda part: len(_NEGATION.findall(part)))
    if len(_NEGATION.findall(plain)) == len(_NEGATION.findall(turned)):
        return False
    return len(plain) < len(turned) or plain in _AFFIRMED


@cache
def _product_names() -> frozenset[str]:
    return frozenset(fold(name) for one in PRODUCTS.values() for name in (one.name, *one.aliases) if not name.isascii())


def _pairs(short: Prepared, long: Prepared, step: Opcode, left: int, right: int) -> tuple[int, int]:
    """Numbers at the same places of an equal run: how many are the same, and how many there are.

    `left` and `right` characters beside an edit prove nothing: a cut may have brought two strangers together, a lost
    character two numbers.
    """
    if step.src_end - step.src_start < RUN_COMPARED + left + right:
        return 0, 0
    mine = short.numbers[short.slots[step.src_start + left] : short.slots[step.src_end - right]]
    theirs = long.numbers[long.slots[step.dest_start + left] : long.slots[step.dest_end - right]]
    return sum(a == b for a, b in zip(mine, theirs, strict=True)), len(mine)


def _turns(old: str, new: str) -> bool:
    """Whether a replacement turns a statement round: 跌 for 涨."""
    return len(old) == len(new) <= 4 and any(a + b in _OPPOSITE for a, b in zip(old, new, strict=True))
