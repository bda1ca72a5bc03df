"""Which facet a slice belongs to: lexical rules on its sentences, its heading and its document's title.

The rules themselves are data of the profile. A slice without any cue goes to the facet of the slices that are most like
it, where they are like it enough; what fits none is left for 其他.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from assets.tags.levels.labels import strip_dateline
from assets.tags.levels.units import Leaf, Unit, Units
from assets.tags.profiles import Facet
from assets.text.segment import fold_light
from assets.text.sentences import split_sentences

__all__ = ["NO_FACET", "assign_facets", "cue_score", "key_sentence"]

#: Slices that fit no facet.
NO_FACET = -1
#: A slice may say itself what it is about: 影响：…, 后市方面，…
_ANNOUNCED = re.compile(r"[【（(]?([^，。：:；\n]{2,8}?)(?:[】）)]?[：:]|方面[，,])")
STRONG, WEAK, HEADING, TITLE = 2.0, 0.75, 5.0, 1.0
#: The sentence that opens a slice says what it is about.
LEAD = 1.6
#: One sentence counts at most so much, or a list of cue words would outweigh what the slice says.
SENTENCE_MAX = 5.0
#: Below this score no rule has spoken.
SCORE_MIN = 0.75
#: Neighbours asked, and their mean likeness from which their facet is taken.
NEIGHBOURS, LIKENESS_MIN = 5, 0.35
#: What opens a heading or a row of a table; a line as short as this without a full stop is one too.
_MARK = re.compile(r"[#|]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")
HEADING_CHARS = 16
_LIST_MARK = re.compile(r"^(?:[-*•·>]+\s*|[（(]?[一二三四五六七八九十\d]{1,3}[）)、]\s*|\d{1,2}[.．]\s+|其中，)+(?=.)")
#: Longest sentence that is shown as a summary; a longer one is cut behind a clause.
SENTENCE_CHARS = 110


@dataclass(frozen=True)
class _Rules:
    strong: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]
    headings: tuple[re.Pattern[str], ...]


@cache
def _rules(facet: Facet) -> _Rules:
    return _Rules(
        *(tuple(re.compile(p) for p in patterns) for patterns in (facet.strong, facet.weak, facet.headings)),
    )


def cue_score(facet: Facet, sentence: str) -> float:
    """Return how strongly one sentence speaks for a facet; width and script of the sentence do not matter."""
    rules = _rules(facet)
    sentence = fold_light(sentence)
    score = STRONG * sum(1 for pattern in rules.strong if pattern.search(sentence))
    score += WEAK * sum(1 for pattern in rules.weak if pattern.search(sentence))
    return min(score, SENTENCE_MAX)


def assign_facets(
    facets: Sequence[Facet],
    units: Units,
    hints: Mapping[int, int] | None = None,
    settled: Mapping[int, int] | None = None,
) -> list[int]:
    """Return the facet (its index, or NO_FACET) of each unit.

    `hints` are a model's choices; they decide where no heading or announcement of the text itself does. `settled` units keep
    the facet that they have.
    """
    settled = settled or {}
    scores = [[] if i in settled else _scores(facets, unit) for i, unit in enumerate(units.items)]
    chosen = [settled.get(i, _best(row)) for i, row in enumerate(scores)]
    for unit, facet in (hints or {}).items():
        if unit not in settled and max(scores[unit], default=0.0) < HEADING:
            chosen[unit] = facet
    known = [i for i, facet in enumerate(chosen) if facet != NO_FACET]
    if not known:
        return chosen
    table = units.vectors[known]
    for i, facet in enumerate(chosen):
        if facet == NO_FACET and i not in settled:
            chosen[i] = _facet_of_neighbours(np.round(table @ units.vectors[i], 6), [chosen[j] for j in known])
    return chosen


def key_sentence(unit: Unit | Leaf, facet: Facet | None) -> str:
    """Return the sentence that stands for a unit, verbatim: the one with most cues of its facet, else the first."""
    spans = split_sentences(unit.text)
    plain = [span for span in spans if not _is_heading(unit.text[span[0] : span[1]])]
    spans = plain or [span for span in spans if unit.text[span[0]] != "#"] or spans
    if not spans:
        return unit.text.strip()[:SENTENCE_CHARS]
    best = 0
    if facet is not None:
        scores = [cue_score(facet, unit.text[a:b]) * (LEAD if n == 0 else 1.0) for n, (a, b) in enumerate(spans)]
        best = scores.index(max(scores))
    start, end = spans[best]
    return _shorten(_strip_opening(strip_dateline(unit.text[start:end]), facet))


def _strip_opening(sentence: str, facet: Facet | None) -> str:
    """Leave out list marks and an announcement of the facet (影响：…); what is left is verbatim."""
    sentence = _LIST_MARK.sub("", sentence)
    announced = _ANNOUNCED.match(sentence)
    if facet is None or announced is None or sentence[announced.end() - 1] not in "：:":
        return sentence
    if any(pattern.search(fold_light(announced[1])) for pattern in _rules(facet).headings):
        return sentence[announced.end() :].lstrip()
    return sentence


def _is_heading(sentence: str) -> bool:
    """Whether a line is a heading or a row of a table rather than a sentence."""
    return sentence[-1] not in "。！？!?；;…”」』" and (
        _MARK.match(sentence) is not None or len(sentence) < HEADING_CHARS
    )


def _shorten(sentence: str) -> str:
    """Cut an overlong sentence behind a clause; what is left is still verbatim."""
    if len(sentence) <= SENTENCE_CHARS:
        return sentence
    cut = max(sentence.rfind(mark, 0, SENTENCE_CHARS) for mark in "，；：,;")
    return sentence[:cut] if cut >= SENTENCE_CHARS // 3 else sentence[:SENTENCE_CHARS]


def _scores(facets: Sequence[Facet], unit: Unit) -> list[float]:
    sentences = [unit.text[a:b] for a, b in split_sentences(unit.text)]
    text, heading, title = fold_light(unit.text[:12]), fold_light(unit.heading), fold_light(unit.title)
    totals = []
    for facet in facets:
        rules = _rules(facet)
        total = 0.0
        for place, sentence in enumerate(sentences):
            total += cue_score(facet, sentence) * (LEAD if place == 0 else 1.0)
        total /= max(1, len(sentences)) ** 0.5
        announced = _ANNOUNCED.match(text)
        if any(pattern.search(heading) or (announced and pattern.search(announced[1])) for pattern in rules.headings):
            total += HEADING
        if any(pattern.search(title) for pattern in rules.headings):
            total += TITLE
        totals.append(round(total, 6))
    return totals


def _best(scores: list[float]) -> int:
    if not scores or max(scores) < SCORE_MIN:
        return NO_FACET
    return scores.index(max(scores))


def _facet_of_neighbours(likeness: np.ndarray, facets: list[int]) -> int:
    """Facet with the largest sum of likeness among the nearest, where these are near."""
    nearest = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
    if float(likeness[nearest].mean()) < LIKENESS_MIN:
        return NO_FACET
    votes: dict[int, float] = {}
    for j in nearest.tolist():
        votes[facets[j]] = votes.get(facets[j], 0.0) + float(likeness[j])
    return min(votes, key=lambda facet: (-round(votes[facet], 6), facet))
