"""Finds the verbatim excerpts of cited quotes in a sentence, and judges how each quote was cut from its document.

An excerpt is a whole quote, or whole sentences of one without a gap. What does not belong here: the words between
excerpts (frames.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quality.verify.problems import Problem
from quality.verify.sources.evidence import Cited
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import words

__all__ = ["Excerpt", "find_excerpts", "judge_cut"]

_STOPS = ".。;,!?…"
_TRIMMED = "。;,"
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?[”’」』）)]*")
#: Clauses and lines end here; words beyond do not belong to the clause.
_BORDER = re.compile(r"[，,。；;：:！？!?、\n“”\"'‘’「」『』（）()【】《》|…—\t]")
_LINE = re.compile(r"[。；;！？!?\n【】]")
_ENDS = "。；;！？!?…\n"
_CLOSERS = '”’」』）)"'
#: What may stand directly before a quote though it is a letter: a dateline or a verb of saying.
_OPENED = re.compile(r"(?:电|讯|消息|报道|称|说|传|着|表示|认为|指出|透露|强调|看来|显示)$")
#: Characters of a document looked at on each side of a quote.
_NEAR = 80
#: Shortest excerpt: fewer characters could stand in a sentence by chance.
_SHORTEST = 4


@dataclass(frozen=True)
class Excerpt:
    """A place in the folded sentence that re-reads from a quote; `left_out` is what the quote says besides."""

    start: int
    end: int
    cited: Cited
    words: str
    left_out: str


def find_excerpts(text: str, cited: Sequence[Cited]) -> list[Excerpt]:
    """Return the excerpts in a folded sentence, in order and without overlap.

    Each quote is looked for whole, else as its longest run of whole sentences; long quotes come first, so that a short one
    is not found inside of them.
    """
    found: list[Excerpt] = []
    for one in sorted(cited, key=lambda c: -len(c.quote)):
        place = _place(text, one, found)
        if place is not None:
            found.append(place)
    return sorted(found, key=lambda excerpt: excerpt.start)


def _place(text: str, one: Cited, taken: Sequence[Excerpt]) -> Excerpt | None:
    for run, left_out in _runs(one.quote):
        at = text.find(run)
        while at >= 0:
            end = at + len(run)
            if _stands_alone(text, at, end) and not any(e.start < end and at < e.end for e in taken):
                return Excerpt(at, end, one, run, left_out)
            at = text.find(run, at + 1)
    return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (not before or before in ',:"。;(') and (not after or after in '"' or after in _STOPS)


def _runs(quote: str) -> list[tuple[str, str]]:
    """Folded runs of whole sentences, the longest first, each with the rest of the quote."""
    whole = fold(quote).rstrip(_TRIMMED)
    runs = [(whole, "")] if len(whole) >= 2 else []
    parts = [part for part in _SENTENCE.findall(quote) if part.strip()]
    if len(parts) > 1:
        spans = [(a, b) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1) if b - a < len(parts)]
        for a, b in sorted(spans[:400], key=lambda span: span[0] - span[1]):
            run = fold("".join(parts[a:b])).rstrip(_TRIMMED)
            if len(run) >= _SHORTEST:
                runs.append((run, "".join([*parts[:a], *parts[b:]])))
    return runs


def judge_cut(excerpt: Excerpt, *, rumoured: bool, spoken: bool) -> list[Problem]:
    """Say whether the quote was torn from words that change what it says.

    Args:
        excerpt: An excerpt of the sentence.
        rumoured: It is told as a rumour: then only the words themselves must be whole.
        spoken: The sentence names who speaks, so that the quote may start behind the words that say so.
    """
    cited = excerpt.cited
    before, after = cited.text[max(0, cited.start - _NEAR) : cited.start], cited.text[cited.end : cited.end + _NEAR]
    problems = []
    if _is_torn(before, cited.quote, after, rumoured=rumoured):
        problems.append(
            Problem("claim_mismatch", f"the quote starts or ends inside a clause: {printable(cited.quote)}")
        )
    if rumoured:
        return problems
    is_ended = cited.quote.rstrip(_CLOSERS)[-1:] in _ENDS
    behind = "" if is_ended else after
    clause = _BORDER.split(before)[-1] + "," + _BORDER.split(behind)[0]
    if words().reversing.search(clause):
        problems.append(Problem("negation_mismatch", f"left out beside the quote: {printable(clause)}"))
    lead = _LINE.split(before)[-1]
    if (
        words().hearsay.search(lead)
        and not words().denial.search(cited.quote)
        and not words().hearsay.search(cited.quote)
    ):
        problems.append(Problem("negation_mismatch", f"a rumour told as a fact: {printable(lead)}"))
    elif not spoken and _loses_speaker(lead, _LINE.split(behind)[0]):
        problems.append(Problem("cause_unattributed", f"who says it was left out: {printable(cited.quote)}"))
    if words().denial.search(excerpt.left_out) or words().turn.search(excerpt.left_out):
        problems.append(Problem("negation_mismatch", f"left out of the quote: {printable(excerpt.left_out)}"))
    return problems


def _loses_speaker(lead: str, behind: str) -> bool:
    """Whether the same line of the document says, before or behind the quote, who says this."""
    return bool(words().speaks.search(lead) or words().view.search(lead) or words().speaks.search(behind))


def _is_torn(before: str, quote: str, after: str, *, rumoured: bool) -> bool:
    def joins(left: str, right: str) -> bool:
        return (bool(left and right) and left.isalnum() and right.isalnum()) or (left.isdigit() and right in ".%％")

    tail = quote[-1:] and after[:1] and joins(quote[-1], after[0])
    head = before and joins(before[-1], quote[0])
    if head and (rumoured or _OPENED.search(before)) and not (before[-1].isascii() and quote[0].isascii()):
        head = False
    return bool(tail or head)
