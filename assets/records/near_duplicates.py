"""Near-duplicates: whether one text repeats another, and quick search for the texts that might.

A repost may have another title, a source line, paragraphs cut, about three characters in a hundred altered, other script,
width and punctuation. The same template filled with other numbers, dates or directions is no repost. Texts are
compared folded, never rewritten. Which document stands for a family is decided in `documents`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Levenshtein, Opcode

from assets.text.folding import fold
from assets.text.spans import digest_id

__all__ = ["Index", "Prepared", "fingerprint", "is_repost", "prepare", "tolerates_edits"]

#: Stands for a number in the wording that is compared; the numbers themselves are compared apart.
SLOT = "\ue000"
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
_MARKS = re.compile(rf"[^\w{SLOT}]+|_+")
#: What reposting adds, in both scripts: source and author lines, editors, disclaimers. Left out of the comparison.
_ADDED = re.compile(
    r"^[ \u3000]*(?:[来來]源|出[处處]|原[标標][题題]|作者|[记記]者|[责責]任[编編][辑輯]|[编編][辑輯])\s?[:：/][^\n]{0,40}$"
    r"|本[报報网網](?:[讯訊])?\s?[（(][^）)\n]{2,16}[）)]"
    r"|[（(](?:[责責]任|值班)?[编編][辑輯]\s?[:：][^）)\n]{1,12}[）)]"
    r"|[（(](?:[转轉]自|原[标標][题題]|[来來]源)[^）)\n]{1,24}[）)]"
    r"|本文(?:[转轉][载載]自|[来來]自|[来來]源)[^\n。.]{0,40}"
    r"|(?:内容|内容及数据|本文)?[仅僅]供[参參]考|不[构構]成(?:任何)?投[资資]建[议議]|(?:如需)?[转轉][载載][请請][注註]明出[处處]",
    re.MULTILINE,
)
#: Share of the shorter wording that a repost repeats. Measured: reposts ≥ .81, other stories without changed numbers ≤ .70.
SIMILAR = 0.75
#: The same for a short text.
SIMILAR_SHORT = 0.85
#: Share of its numbers that a short text must keep: runs between its edits are too short to compare them in place.
SHORT_NUMBERS = 0.75
SHORT = 60
#: A shorter text below this share of the longer one is a quotation inside a round-up, not its repost.
LENGTH_RATIO = 0.35
#: Inserted or dropped runs from this length on are cut paragraphs or source lines, not alterations.
RUN = 12
#: Edits up to this length are noise; longer ones are other words.
FINE = 2
#: Numbers are compared in equal runs from this length on; beside a cut, only so many characters away from it.
RUN_COMPARED, CONTEXT = 5, 2
#: Above this product of lengths texts are compared by sets of shingles alone: alignment would need too much memory.
ALIGN_LIMIT = 60_000_000
#: Share of the numbers that a text with its paragraphs in another order must keep.
REORDERED_NUMBERS = 0.95
#: Pairs of words that turn a statement round.
_TURNS = ("涨跌", "升降", "升跌", "增减", "多空", "买卖", "高低", "扩缩", "强弱", "盈亏", "松紧")
_OPPOSITE = frozenset(_TURNS) | {turn[::-1] for turn in _TURNS}
#: Smallest hashes kept of a text, and length of the character runs that are hashed.
SKETCH, SHINGLE = 24, 4
#: Characters that are hashed at most; longer texts are found by their beginning.
SKETCHED = 500_000
#: Documents remembered for one hash (the earliest), hashes that two texts must share, candidates that are compared.
POSTINGS, SHARED, CANDIDATES = 64, 3, 12


@dataclass(frozen=True)
class LaneRule:
    """What counts as a repeat in one lane."""

    similar: float
    ratio: float
    altered: bool  # whether altered wording is tolerated at all


_NEWS = LaneRule(SIMILAR, LENGTH_RATIO, altered=True)
#: Versions of a rulebook and a broker's notice around an exchange's are documents of their own.
_LANES = {"rulebooks": LaneRule(1.0, 1.0, altered=False), "policies": LaneRule(0.9, 0.7, altered=True)}


@dataclass(frozen=True)
class Prepared:
    """A text as it is compared: wording with slots for numbers, and the numbers in order."""

    wording: str
    numbers: tuple[str, ...]

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Runs of three characters of the wording."""
        return frozenset(self.wording[i : i + 3] for i in range(max(1, len(self.wording) - 2)))

    @cached_property
    def slots(self) -> list[int]:
        """Number of slots before each place of the wording."""
        count, counts = 0, [0]
        for char in self.wording:
            count += char == SLOT
            counts.append(count)
        return counts


def prepare(text: str) -> Prepared:
    """Fold a text, drop blanks, marks and what reposting adds, and take its numbers out."""
    folded = fold(_ADDED.sub("", text)) or fold(text)
    numbers = tuple(found.replace(",", "") for found in _NUMBER.findall(folded))
    return Prepared(_MARKS.sub("", _NUMBER.sub(SLOT, folded)) or folded, numbers)


def fingerprint(prepared: Prepared) -> str:
    """Return what finds a text again: hash of all that is compared, then its smallest shingle hashes (hex, in order)."""
    whole = digest_id(prepared.wording, *prepared.numbers)
    return f"{whole}:{''.join(f'{h:08x}' for h in _sketch(prepared))}"


def _sketch(prepared: Prepared) -> list[int]:
    import numpy as np

    parts = iter(prepared.numbers)
    head = prepared.wording[:SKETCHED]
    text = _MARKS.sub("", "".join(next(parts, "") if char == SLOT else char for char in head))
    if len(text) < SHINGLE:
        text = text.ljust(SHINGLE, SLOT)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    count = len(codes) - SHINGLE + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        mixed = (mixed ^ codes[place : place + count]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    hashes = np.unique((mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(32))
    return [int(h) for h in hashes[:SKETCH]]


class Index:
    """Finds earlier texts that share enough of a fingerprint; what is added first is found first."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._postings: dict[str, list[str]] = {}

    def add(self, doc_id: str, mark: str) -> None:
        """Remember a document by its fingerprint."""
        whole, sketch = mark.split(":")
        self._whole.setdefault(whole, doc_id)
        for at in range(0, len(sketch), 8):
            holders = self._postings.setdefault(sketch[at : at + 8], [])
            if len(holders) < POSTINGS:
                holders.append(doc_id)

    def same(self, mark: str) -> str | None:
        """Return the first document whose compared text is equal."""
        return self._whole.get(mark.split(":")[0])

    def candidates(self, mark: str) -> list[str]:
        """Return documents that may be near-duplicates, the most alike first, at most `CANDIDATES`."""
        sketch = mark.split(":")[1]
        counts: Counter[str] = Counter()
        for at in range(0, len(sketch), 8):
            counts.update(self._postings.get(sketch[at : at + 8], ()))
        needed = min(SHARED, len(sketch) // 8)
        alike = [(-shared, place, doc) for place, (doc, shared) in enumerate(counts.items()) if shared >= needed]
        return [doc for _, _, doc in sorted(alike)[:CANDIDATES]]


def tolerates_edits(lane: str) -> bool:
    """Whether a text of the lane may repeat another with other words; versions of a rulebook never do."""
    return _LANES.get(lane, _NEWS).altered


def is_repost(one: Prepared, other: Prepared, lane: str = "news") -> bool:
    """Whether one text repeats the other, in either direction."""
    rule = _LANES.get(lane, _NEWS)
    short, long = sorted((one, other), key=lambda text: (len(text.wording), text.wording, text.numbers))
    if short == long:
        return True
    if not rule.altered or len(short.wording) < max(SHINGLE * 2, rule.ratio * len(long.wording)):
        return False
    if len(long.wording) > SKETCHED:
        return False  # a book: it repeats another only where all words are the same
    shared = len(short.shingles & long.shingles) / len(short.shingles)
    if shared < rule.similar - 0.25:
        return False
    if len(short.wording) * len(long.wording) > ALIGN_LIMIT:
        return shared >= max(0.9, rule.similar) and _numbers_kept(short.numbers, long.numbers) >= 0.97
    facts = _compare(short, long)
    similarity = facts.equal / len(short.wording)
    if shared > similarity:  # paragraphs may stand in another order
        similarity = shared
        if _numbers_kept(short.numbers, long.numbers) < REORDERED_NUMBERS:
            return False
    needed = rule.similar
    if len(short.wording) < SHORT:
        needed = max(SIMILAR_SHORT, rule.similar)
        if _numbers_kept(short.numbers, long.numbers) < SHORT_NUMBERS:
            return False
    return similarity >= needed and facts.changed <= facts.tolerated


@dataclass
class _Facts:
    """What an alignment of two wordings shows."""

    equal: int = 0
    edited: int = 0
    numbers: int = 0
    changed: int = 0

    @property
    def tolerated(self) -> int:
        """Numbers that noise may have changed: none in a clean or rewritten copy, as many as characters in a noisy one."""
        noise = self.edited / max(1, self.equal + self.edited)
        return max(int(self.numbers * min(0.1, noise)), 1 if self.numbers >= 8 and noise > 0.02 else 0)


def _compare(short: Prepared, long: Prepared) -> _Facts:
    facts = _Facts()
    steps = list(Levenshtein.opcodes(short.wording, long.wording))
    cuts = [_size(step) >= RUN and step.tag != "equal" for step in steps]
    for at, step in enumerate(steps):
        size = step.src_end - step.src_start
        if step.tag == "equal":
            facts.equal += size
            left = CONTEXT if at and cuts[at - 1] else 0
            right = CONTEXT if at + 1 < len(steps) and cuts[at + 1] else 0
            kept, seen = _pairs(short, long, step, left, right)
            facts.numbers += seen
            facts.changed += seen - kept
        elif _turns(short, long, step):
            facts.changed += 1
        elif _size(step) <= FINE:
            facts.edited += _size(step)
    return facts


def _size(step: Opcode) -> int:
    return max(step.src_end - step.src_start, step.dest_end - step.dest_start)


def _pairs(short: Prepared, long: Prepared, step: Opcode, left: int, right: int) -> tuple[int, int]:
    """Numbers at the same places of an equal run: how many are the same, and how many there are.

    `left` and `right` characters beside a cut prove nothing: the cut may have brought two strangers together.
    """
    if step.src_end - step.src_start < RUN_COMPARED + left + right:
        return 0, 0
    mine = short.numbers[short.slots[step.src_start + left] : short.slots[step.src_end - right]]
    theirs = long.numbers[long.slots[step.dest_start + left] : long.slots[step.dest_end - right]]
    return sum(a == b for a, b in zip(mine, theirs, strict=True)), len(mine)


def _turns(short: Prepared, long: Prepared, step: Opcode) -> bool:
    """Whether a replacement turns a statement round: 下跌 for 上涨."""
    if step.tag != "replace" or step.src_end - step.src_start > 4:
        return False
    old, new = short.wording[step.src_start : step.src_end], long.wording[step.dest_start : step.dest_end]
    return any(a + b in _OPPOSITE for a, b in zip(old, new, strict=True))


def _numbers_kept(short: Sequence[str], long: Sequence[str]) -> float:
    """Share of the shorter text's numbers that the longer one holds too."""
    if not short:
        return 1.0
    return sum((Counter(short) & Counter(long)).values()) / len(short)
