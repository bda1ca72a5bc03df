"""Which candidates are the articles: the heaviest increasing chain of their numbers.

A 第三条 that is only quoted does not fit between its neighbours, or fits worse than the real one; a document may hold
several chains (articles again after 附件, or from one in each 编).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assets.records.clauses.labels import Before, Candidate

__all__ = ["choose_articles", "heaviest_chain"]

#: For a number that is exactly the next one.
_NEXT = 1.0
#: For a gap, whatever its size, and for each number left out: a lone label beyond a gap is not worth it.
_GAP, _EACH = 6.0, 0.1
#: For one or two numbers left out (repealed articles): a label alone on its line outweighs it.
_SMALL_GAPS = ((1, 3.25), (2, 4.5))
#: For a chain that does not begin at one (a part of a code printed by itself).
_OPEN = 4.0
#: A new chain must earn this more than going on with the old one.
_RESTART = 8.0
#: The same where a new 编 begins between the two.
_RESTART_IN_PART = 1.0
_STRONG = 2.0
#: Beyond this many starts a text is no rulebook but a list; its chains are not joined.
_MOST_STARTS = 64


def choose_articles(candidates: list[Candidate], appendices: Sequence[int] = ()) -> list[list[Candidate]]:
    """Return the chains of articles in reading order; a usual document has one.

    Args:
        candidates: Labels of all kinds, in order.
        appendices: Places where an appendix may begin; numbers begin anew there more easily, as after a 编.
    """
    articles = _fit_style([c for c in candidates if c.kind == "条"])
    opened = [c.start for c in candidates if c.kind in {"编", "分编"} and c.before >= Before.STOP and not c.refers]
    parts = sorted([*opened, *appendices])
    starts = [i for i, c in enumerate(articles) if c.key == (1, 0) and c.weight >= _STRONG]
    # the first 第一条 opens the document, even where a title line right above it makes it weak
    first = next((i for i, c in enumerate(articles) if c.key == (1, 0) and not c.refers and c.weight > 0), 0)
    bounds = [0, *[i for i in starts if i > 0 and i != first], len(articles)]
    pieces = [articles[a:b] for a, b in pairwise(bounds)]
    chains: list[tuple[float, list[Candidate]]] = []
    held: list[Candidate] = []
    for piece in pieces:
        alone = heaviest_chain(piece)
        if chains and len(pieces) <= _MOST_STARTS:
            joined = heaviest_chain(held + piece)
            anew = bisect_left(parts, piece[0].start) > bisect_left(parts, held[-1].start)
            if joined[0] >= chains[-1][0] + alone[0] - (_RESTART_IN_PART if anew else _RESTART):
                chains[-1], held = joined, held + piece
                continue
        chains.append(alone)
        held = piece
    return [chain for _, chain in chains if chain]


def heaviest_chain(candidates: list[Candidate]) -> tuple[float, list[Candidate]]:
    """Return weight and members of the heaviest chain whose numbers rise; the earliest where two weigh the same."""
    if not candidates:
        return 0.0, []
    ends = _Ends(max(candidate.number for candidate in candidates))
    total: list[float] = []
    back: list[int] = []
    for i, candidate in enumerate(candidates):
        score, previous = max(ends.before(candidate.key), key=lambda option: option[0])
        total.append(score + candidate.weight)
        back.append(previous)
        ends.put(candidate.key, total[i], i)
    last = max(range(len(total)), key=lambda i: total[i])
    if total[last] <= 0:
        return 0.0, []
    weight, chain = total[last], []
    while last >= 0:
        chain.append(candidates[last])
        last = back[last]
    return weight, chain[::-1]


class _Ends:
    """The heaviest chain so far that ends at each number, as (weight, index of its last candidate)."""

    def __init__(self, top: int) -> None:
        self._of_label: dict[tuple[int, int], tuple[float, int]] = {}
        self._of_number: dict[int, tuple[float, int]] = {}
        self._below = _PrefixMax(top + 1)

    def put(self, key: tuple[int, int], weight: float, index: int) -> None:
        number = key[0]
        if key not in self._of_label or weight > self._of_label[key][0]:
            self._of_label[key] = (weight, index)
        if number not in self._of_number or weight > self._of_number[number][0]:
            self._of_number[number] = (weight, index)
            self._below.put(number, weight + _EACH * number, index)

    def before(self, key: tuple[int, int]) -> Iterator[tuple[float, int]]:
        """What a label can follow, and what the chain weighs then without it; index −1 opens a chain."""
        number, sub = key
        yield (0.0 if key == (1, 0) else -_OPEN), -1
        near = self._of_label.get((number, sub - 1)) if sub else self._of_number.get(number - 1)
        if near is not None:
            yield near[0] + _NEXT, near[1]
        for missing, cost in _SMALL_GAPS:
            near = self._of_number.get(number - 1 - missing)
            if near is not None:
                yield near[0] - cost, near[1]
        far = self._below.best(number - 1)
        if far is not None:
            yield far[0] - _GAP - _EACH * (number - 1), far[1]


class _PrefixMax:
    """Largest value put at any number up to n (Fenwick tree)."""

    def __init__(self, size: int) -> None:
        self._best: list[tuple[float, int] | None] = [None] * (size + 1)

    def put(self, number: int, value: float, index: int) -> None:
        while number < len(self._best):
            held = self._best[number]
            if held is None or value > held[0]:
                self._best[number] = (value, index)
            number += number & -number

    def best(self, number: int) -> tuple[float, int] | None:
        found: tuple[float, int] | None = None
        while number > 0:
            held = self._best[number]
            if held is not None and (found is None or held[0] > found[0]):
                found = held
            number -= number & -number
        return found


def _fit_style(articles: list[Candidate]) -> list[Candidate]:
    """Weigh by the document's own habits: where labels stand on lines of their own and a blank follows, others count less."""
    lines = [c for c in articles if c.before >= Before.WRAPPED and not c.quoted and (c.listed or not c.refers)]
    spaced = sum(c.blank for c in lines)
    if len(lines) < 3:
        lines = [c for c in articles if c.before >= Before.STOP and not c.quoted and (c.listed or not c.refers)]
        if len(lines) < 3 or sum(c.listed for c in lines) <= 0.8 * len(lines):
            return articles
    listed = [c for c in lines if c.listed]
    if len(listed) > 0.8 * len(lines):
        # a document that writes 第一条、 throughout
        for candidate in listed:
            candidate.weight += 4.0
    for candidate in articles:
        if candidate.before == Before.WORD:
            candidate.weight -= 2.0
        elif candidate.before == Before.STOP:
            candidate.weight -= 1.0
        if not candidate.blank and spaced > 0.8 * len(lines):
            candidate.weight -= 1.5
    return articles
