"""What changed between two versions of one rulebook, clause by clause.

Clauses are matched in their order: first those whose words are the same and stand once in each version, then, between
these, by the likeness of their words; a clause that only moved is found last. How versions are named lives in titles.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from assets.text.folding import fold

__all__ = ["CHANGES", "ClauseChange", "diff_words", "match_clauses"]

Row = Mapping[str, Any]
Change = Literal["unchanged", "changed", "renumbered", "renumbered_changed", "added", "removed"]
CHANGES: tuple[Change, ...] = ("added", "removed", "changed", "renumbered", "renumbered_changed", "unchanged")

#: Clauses of one number whose words are less alike than this are another clause; under another number they must be more alike.
_ALIKE_SAME, _ALIKE_OTHER = 0.35, 0.6
#: A clause out of its order is the same one only where nearly every word is.
_ALIKE_MOVED = 0.85
#: A clause that the other one holds whole, more or less, was extended or cut; a shorter one may be in many.
_HELD, _HELD_LEAST, _HELD_WEIGHT = 0.9, 8, 0.75
#: What the same number counts for beside likeness.
_NUMBER = 0.3
#: Between two anchors, more pairs than this are compared by number alone.
_MOST_PAIRS = 1_000_000
#: Fewer equal characters than this between two changes are shown with them, for a person to read.
_ISLAND = 2
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:\.[0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class ClauseChange:
    """One clause in two versions; the old or the new one is null where it stands in the other alone."""

    change: Change
    old: Row | None
    new: Row | None
    similarity: float


def match_clauses(old: Sequence[Row], new: Sequence[Row]) -> list[ClauseChange]:
    """Match the clauses of two versions.

    Args:
        old: Rows of CLAUSES of the earlier version, in reading order.
        new: Those of the later one.

    Returns:
        One entry per clause, unchanged ones included, in the order of the newer version; a removed one stands where it
        stood between its neighbours. `similarity` is that of the folded words, 0 to 1.
    """
    folded = [fold(row["text"]) for row in old], [fold(row["text"]) for row in new]
    pairs = _anchors(*folded)
    for begin, end in _gaps(pairs, len(old), len(new)):
        pairs += _align(old, new, folded, begin, end)
    pairs += _moved(folded, pairs)
    partner = {j: i for i, j in pairs}
    matched = {i for i, _ in pairs}
    out: list[ClauseChange] = []
    done = 0
    for j, row in enumerate(new):
        i = partner.get(j)
        if i is None:
            out.append(ClauseChange("added", None, row, 0.0))
            continue
        out += [ClauseChange("removed", old[k], None, 0.0) for k in range(done, i) if k not in matched]
        done = max(done, i + 1)
        out.append(_change(old[i], row, folded[0][i], folded[1][j]))
    return out + [ClauseChange("removed", old[k], None, 0.0) for k in range(done, len(old)) if k not in matched]


def diff_words(old: str, new: str) -> list[tuple[Literal["equal", "removed", "added"], str]]:
    """Return the pieces of two texts in reading order; equal and removed ones joined are the old text, equal and added the new.

    Numbers and Latin words count as one piece, blanks as in the new text.
    """
    from rapidfuzz.distance import Indel

    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[tuple[Literal["equal", "removed", "added"], str]] = []
    held: tuple[str, str] = ("", "")
    for step in Indel.opcodes(left, right):
        was, now = "".join(left[step.src_start : step.src_end]), "".join(right[step.dest_start : step.dest_end])
        if step.tag == "equal" and (not any(held) or len(now) >= _ISLAND):
            pieces += _edit(*held)
            pieces.append(("equal", now))
            held = ("", "")
        elif step.tag == "equal":
            held = (held[0] + was, held[1] + now)
        else:
            held = (held[0] + was, held[1] + now)
    return pieces + _edit(*held)


def _edit(was: str, now: str) -> list[tuple[Literal["equal", "removed", "added"], str]]:
    """What was and what is; an equal end that was held for a change that did not come is equal again."""
    keep = 0
    while keep < min(len(was), len(now)) and was[-1 - keep] == now[-1 - keep]:
        keep += 1
    tail = now[len(now) - keep :]
    was, now = was[: len(was) - keep], now[: len(now) - keep]
    if not (was + now).strip():
        return [("equal", now + tail)] if now + tail else []
    out: list[tuple[Literal["equal", "removed", "added"], str]] = []
    if was:
        out.append(("removed", was))
    if now:
        out.append(("added", now))
    if tail:
        out.append(("equal", tail))
    return out


def _change(old: Row, new: Row, was: str, now: str) -> ClauseChange:
    same_number = _label(old) == _label(new)
    same_words = was == now
    if same_words:
        return ClauseChange("unchanged" if same_number else "renumbered", old, new, 1.0)
    return ClauseChange("changed" if same_number else "renumbered_changed", old, new, round(_alike(was, now), 4))


def _label(row: Row) -> tuple[Any, ...]:
    """What a reader calls the clause: its number inside its 编 and its zone, else nothing."""
    if row["article"] is None:
        return (row["zone"] == "appendix", None)
    number = (row["article_number"], row["article_sub"]) if row["article_number"] is not None else fold(row["article"])
    return (row["zone"] == "appendix", number)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest rising chain of clauses whose words stand exactly once in each version."""
    once = {text for text, n in Counter(old).items() if n == 1} & {text for text, n in Counter(new).items() if n == 1}
    places = {text: j for j, text in enumerate(new) if text in once}
    candidates = [(i, places[text]) for i, text in enumerate(old) if text in once]
    tails: list[int] = []
    held: list[int] = []
    back: list[int] = []
    for at, (_, j) in enumerate(candidates):
        k = bisect_left(tails, j)
        tails[k : k + 1] = [j]
        held[k : k + 1] = [at]
        back.append(held[k - 1] if k else -1)
    chain = []
    at = held[-1] if held else -1
    while at >= 0:
        chain.append(candidates[at])
        at = back[at]
    return chain[::-1]


def _gaps(anchors: Sequence[tuple[int, int]], old: int, new: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches between anchors that hold clauses of both versions, as (old begin, new begin), (old end, new end)."""
    bounds = [(-1, -1), *anchors, (old, new)]
    out = []
    for (i, j), (k, m) in pairwise(bounds):
        if k > i + 1 and m > j + 1:
            out.append(((i + 1, j + 1), (k, m)))
    return out


def _align(
    old: Sequence[Row],
    new: Sequence[Row],
    folded: tuple[list[str], list[str]],
    begin: tuple[int, int],
    end: tuple[int, int],
) -> list[tuple[int, int]]:
    """The heaviest matching in order of one stretch."""
    rows, columns = end[0] - begin[0], end[1] - begin[1]
    few = rows * columns <= _MOST_PAIRS
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    weights: dict[tuple[int, int], float] = {}
    labels = [_label(new[begin[1] + c]) for c in range(columns)]
    for r in range(rows - 1, -1, -1):
        here, below = best[r], best[r + 1]
        label, was = _label(old[begin[0] + r]), folded[0][begin[0] + r]
        for c in range(columns - 1, -1, -1):
            here[c] = max(below[c], here[c + 1])
            same = label == labels[c]
            if same or (few and label[0] == labels[c][0]):
                weight = _weight(was, folded[1][begin[1] + c], same=same)
                if weight > 0:
                    weights[r, c] = weight
                    here[c] = max(here[c], weight + below[c + 1])
    pairs, r, c = [], 0, 0
    while r < rows and c < columns:
        weight = weights.get((r, c), 0.0)
        if weight and best[r][c] == weight + best[r + 1][c + 1]:
            pairs.append((begin[0] + r, begin[1] + c))
            r, c = r + 1, c + 1
        elif best[r][c] == best[r + 1][c]:
            r += 1
        else:
            c += 1
    return pairs


def _weight(was: str, now: str, *, same: bool) -> float:
    least = _ALIKE_SAME if same else _ALIKE_OTHER
    alike = _alike(was, now, least)
    return alike + (_NUMBER if same else 0.0) if alike >= least else 0.0


def _alike(was: str, now: str, least: float = 0.0) -> float:
    """Likeness of two folded texts, 0 to 1; where `least` is given, less is 0."""
    from rapidfuzz import fuzz

    alike = fuzz.ratio(was, now, score_cutoff=100 * least) / 100
    if alike >= _HELD_WEIGHT or least in (0.0, _ALIKE_MOVED) or min(len(was), len(now)) < _HELD_LEAST:
        return alike
    return _HELD_WEIGHT if fuzz.partial_ratio(was, now, score_cutoff=100 * _HELD) else alike


def _moved(folded: tuple[list[str], list[str]], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of what is left, clauses that stand elsewhere now: the most alike first."""
    old = sorted(set(range(len(folded[0]))) - {i for i, _ in pairs})
    new = sorted(set(range(len(folded[1]))) - {j for _, j in pairs})
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return []
    ranked = sorted(
        (-alike, i, j)
        for i in old
        for j in new
        if (alike := _alike(folded[0][i], folded[1][j], _ALIKE_MOVED)) >= _ALIKE_MOVED
    )
    left, right, out = set(old), set(new), []
    for _, i, j in ranked:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            out.append((i, j))
    return out
