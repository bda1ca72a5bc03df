"""Judges the claims of a sentence: each slot stands in it, each citation is one of its own.

What does not belong here: whether the sentence itself is true (sentences/).
"""

from typing import Any

from quality.verify.problems import Problem
from quality.verify.sentences.judge import Judged
from quality.verify.sources.evidence import Evidence
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import words

__all__ = ["judge_claims"]

_TRIMMED = "。;,"
#: Slots that hold the name of a source, of one of the sentence's frames.
_SOURCE = "source"


def judge_claims(claims: Any, judged: Judged, evidence: Evidence) -> list[Problem]:
    """Return what is wrong with the claims of a judged sentence."""
    if not isinstance(claims, list) or not claims:
        return [_wrong("the sentence states no claim")]
    problems: list[Problem] = []
    keys = {one.key for one in judged.cited}
    for claim in claims:
        if not isinstance(claim, dict) or not _is_name(claim.get("claim_id")) or not _is_name(claim.get("kind")):
            problems.append(_wrong("a claim is no object with claim_id and kind"))
            continue
        if claim["kind"] not in words().raw["kinds"]:
            problems.append(_wrong(f"there is no claim of the kind {printable(claim['kind'])}"))
        problems += _citations(claim.get("citations"), keys, evidence)
        problems += _slots(claim.get("slots"), judged)
    return problems


def _wrong(detail: str) -> Problem:
    return Problem("claim_mismatch", detail)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _citations(citations: Any, keys: set[tuple[str, int, int]], evidence: Evidence) -> list[Problem]:
    if not isinstance(citations, list) or not citations:
        return [_wrong("a claim cites nothing")]
    problems = []
    for raw in citations:
        read = evidence.read(raw)
        if isinstance(read, str):
            problems.append(Problem("citation_mismatch", f"claim: {read}"))
        elif read.key not in keys:
            problems.append(_wrong(f"a claim cites {read.doc_id}, which its sentence does not cite"))
    return problems


def _slots(slots: Any, judged: Judged) -> list[Problem]:
    if not isinstance(slots, dict):
        return [_wrong("a claim has no slots")]
    problems = []
    for name, value in slots.items():
        if not isinstance(value, str) or not value:
            problems.append(_wrong(f"slot {printable(str(name))} is no text"))
            continue
        printed = fold(value).rstrip(_TRIMMED)
        computed = judged.computed.get(name)
        if computed is None and str(name).startswith(_SOURCE) and judged.names:
            computed = printed if printed in judged.names else ""
        good = printed == computed if computed is not None else _stands(printed, judged.text)
        if not good:
            problems.append(_wrong(f"slot {printable(str(name))}: {printable(value)} is not what the sentence says"))
    return problems


def _stands(printed: str, text: str) -> bool:
    """Whether a slot stands in the sentence, not as part of a longer figure or Latin word."""
    at = text.find(printed) if printed else -1
    while at >= 0:
        end = at + len(printed)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not _joined(before, printed[0]) and not _joined(printed[-1], after):
            return True
        at = text.find(printed, at + 1)
    return False


def _joined(left: str, right: str) -> bool:
    if not left or not right:
        return False
    figures = "0123456789."
    if left in figures and right in figures:
        return True
    return left.isascii() and right.isascii() and left.isalpha() and right.isalpha()
