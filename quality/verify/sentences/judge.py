"""Judges one sentence: its citations, then every word of it.

What does not belong here: the claims (claims.py) and the walk through a report (report.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from quality.verify.problems import Problem
from quality.verify.sentences.excerpts import Excerpt, find_excerpts, judge_cut
from quality.verify.sentences.frames import Frame, read_frame
from quality.verify.sentences.market import Statement, parse_market
from quality.verify.sentences.residue import diagnose, number_spans
from quality.verify.sources.evidence import Cited, Evidence
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import words

__all__ = ["Judged", "judge_sentence"]

#: Pairs of letters that a rumour and its denial have in common at least.
_SHARED = 2
#: Opens a sentence that tells both sides of a contradiction.
_DIVIDED = re.compile("(?:对此)?各方(?:说法|数据)不一")
_MARKS = ',:;。"'
#: The opening that calls what follows a rumour: its own words must say so.
UNCONFIRMED = "未经证实的传闻"
_MAX_CUTS = 40
_ENDING = '。;,!?…"'


@dataclass
class Judged:
    """What one sentence came to: folded text, citations that re-read, problems, figures, and its parts for the claims."""

    text: str
    cited: list[Cited] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    numbers: int = 0
    traced: int = 0
    computed: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    has_citations: bool = False


def judge_sentence(text: str, citations: Any, evidence: Evidence) -> Judged:
    """Judge the text of a sentence by its own citations."""
    judged = Judged(fold(text))
    spans = number_spans(judged.text)
    judged.numbers = len(spans)
    _read_citations(citations, evidence, judged)
    if not judged.text:
        judged.problems.append(Problem("claim_mismatch", "the sentence has no text"))
        return judged
    if not judged.cited:
        return judged
    walk = _Walk(judged, evidence)
    walk.run()
    judged.traced = sum(not any(a < end and start < b for a, b in walk.untraced) for start, end in spans)
    return judged


def _read_citations(citations: Any, evidence: Evidence, judged: Judged) -> None:
    if not isinstance(citations, list) or not citations:
        judged.problems.append(Problem("citation_missing", "the sentence cites nothing"))
        return
    judged.has_citations = True
    for raw in citations:
        read = evidence.read(raw)
        if isinstance(read, str):
            judged.problems.append(Problem("citation_mismatch", read))
        else:
            judged.cited.append(read)


class _Walk:
    """Goes through a sentence from left to right; what is not understood becomes `untraced`."""

    def __init__(self, judged: Judged, evidence: Evidence) -> None:
        self.judged, self.evidence = judged, evidence
        self.text = judged.text
        self.documents = [one for one in judged.cited if one.bar is None]
        self.bars = [(one.doc_id, one.bar) for one in judged.cited if one.bar is not None]
        self.untraced: list[tuple[int, int]] = []
        self.rumours: list[Excerpt] = []
        self.denials: list[Excerpt] = []
        self.told: set[tuple[str, int, int]] = set()

    def run(self) -> None:
        """Judge the whole sentence."""
        excerpts = find_excerpts(self.text, self.documents)
        at = 0
        for excerpt in excerpts:
            at = self._statement(at, excerpt.start)
            self._excerpt(at, excerpt)
            at = excerpt.end
        at = self._statement(at, len(self.text))
        if self.text[at:].strip(_ENDING):
            self._unread(at, len(self.text))
        self._denials(excerpts)
        if _DIVIDED.match(self.text) and len({excerpt.cited.key for excerpt in excerpts} | self.told) < _SHARED:
            self._wrong("claim_mismatch", "only one side is told of what is said to be contradicted")

    def _statement(self, at: int, until: int) -> int:
        """Read the market statements that begin at a place; return where the rest begins."""
        while self.bars and at < until:
            begin = at
            while begin < until and self.text[begin] in _ENDING:
                begin += 1
            said = parse_market(self.text, begin, self.bars, self.evidence)
            if said is None or said.end <= begin:
                break
            self._take(said, begin)
            at = said.end
        return at

    def _take(self, said: Statement, begin: int) -> None:
        self.judged.problems += said.problems
        self.judged.computed |= said.parts
        if said.problems:
            self.untraced.append((begin, said.end))

    def _excerpt(self, at: int, excerpt: Excerpt) -> None:
        excerpt, frame = self._framed(self.text[at : excerpt.start], excerpt)
        if frame is None:
            begin, frame = self._late_frame(at, excerpt)
            if frame is None:
                self._unframed(at, excerpt)
                return
            self._unread(at, begin)
            at = begin
        self.judged.problems += frame.problems
        if UNCONFIRMED in self.text[at : excerpt.start] and not words().hearsay.search(excerpt.words):
            self._wrong("negation_mismatch", f"told as a rumour, which it is not: {printable(excerpt.words)}")
        if frame.problems:
            self.untraced.append((at, excerpt.start))
        self.judged.names.add(frame.name)
        self.judged.days.add(frame.day)
        self._told(frame, excerpt)

    def _framed(self, glue: str, excerpt: Excerpt) -> tuple[Excerpt, Frame | None]:
        """Read the frame; where two documents say the same words, the one that it names counts."""
        frame = read_frame(glue, excerpt.cited)
        if frame is None or not frame.problems:
            return excerpt, frame
        for other in self.documents:
            if other.key != excerpt.cited.key and fold(other.quote) == fold(excerpt.cited.quote):
                named = read_frame(glue, other)
                if named is not None and not named.problems:
                    return replace(excerpt, cited=other), named
        return excerpt, frame

    def _late_frame(self, at: int, excerpt: Excerpt) -> tuple[int, Frame | None]:
        """A frame that fits behind other words, and where it begins."""
        for begin in self._cuts(at, excerpt.start):
            frame = read_frame(self.text[begin : excerpt.start], excerpt.cited)
            if frame is not None and not frame.problems:
                return begin, frame
        return at, None

    def _cuts(self, start: int, end: int) -> list[int]:
        """Places behind a mark, where a frame may begin or end."""
        return [i + 1 for i in range(start, end - 1) if self.text[i] in _MARKS][:_MAX_CUTS]

    def _told(self, frame: Frame, excerpt: Excerpt) -> None:
        self.told.add(excerpt.cited.key)
        rumoured = frame.kind == "rumour"
        self.judged.problems += judge_cut(excerpt, rumoured=rumoured, spoken=frame.spoken)
        if rumoured:
            self.rumours.append(excerpt)
        elif words().denies(excerpt.words):
            self.denials.append(excerpt)

    def _unframed(self, at: int, excerpt: Excerpt) -> None:
        """An excerpt whose source is not named, or named in words that are no frame."""
        glue = self.text[at : excerpt.start].strip(_ENDING)
        if glue:
            self._unread(at, excerpt.start)
        elif words().cause.search(excerpt.words) or words().view.search(excerpt.words):
            self._wrong("cause_unattributed", f"nobody is named who says {printable(excerpt.words)}")
        else:
            self._wrong("claim_mismatch", f"no source is named for {printable(excerpt.words)}")

    def _unread(self, start: int, end: int) -> None:
        """Words that re-read from nothing; a frame that leads into them names the quote that they should be."""
        quotes = [one.quote for one in self.documents]
        begin = start
        for cut in self._cuts(start, end):
            for one in self.documents:
                frame = read_frame(self.text[start:cut], one)
                if frame is not None and not frame.problems:
                    begin, quotes = cut, [one.quote]
        self.untraced.append((begin, end))
        self.judged.problems += diagnose(self.text[begin:end].strip(_ENDING), quotes)

    def _denials(self, excerpts: Sequence[Excerpt]) -> None:
        """A rumour stands only beside what denies it, and a cited denial must be told."""
        for rumour in self.rumours:
            if not any(_same_matter(rumour.words, denial.words) for denial in self.denials):
                self._wrong("negation_mismatch", f"a rumour without its denial: {printable(rumour.words)}")
            if not words().rumouring.search(rumour.cited.text) or words().rejecting.search(rumour.words):
                self._wrong("negation_mismatch", f"told as a rumour, which it is not: {printable(rumour.words)}")
        told = {excerpt.cited.key for excerpt in excerpts} | self.told
        for one in self.documents:
            if one.key not in told and words().denial.search(one.quote):
                self._wrong("negation_mismatch", f"a cited denial is not told: {printable(one.quote)}")

    def _wrong(self, code: str, detail: str) -> None:
        self.judged.problems.append(Problem(code, detail))


def _same_matter(rumour: str, denial: str) -> bool:
    """Whether two pieces share at least two pairs of letters."""
    shared = {pair for pair in _pairs(rumour) if pair in denial}
    return len(shared) >= _SHARED


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalpha()}
