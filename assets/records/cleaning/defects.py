"""Defects of a stored text, as spans, and how clean it is on the whole. The text itself is never changed.

Kinds (step one of the method: 口语化、语境不完整、标点、识别噪声): words of speech, sentences that begin or end nowhere, marks
doubled or mixed in width, noise of scanning and wrong decoding, left-over markup, invisible characters, repeated lines and
characters, lines lost or broken. What each looks like is in `rules`, `structure` and `mojibake`; the mended view is `view`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from assets.records.cleaning.mojibake import find_mojibake
from assets.records.cleaning.rules import RULES
from assets.records.cleaning.structure import Finding, find_structure

__all__ = ["CODES", "WEIGHTS", "find_defects", "findings", "quality_score"]

#: What a character counts that stands in a defect.
WEIGHTS: dict[str, float] = {"high": 1.0, "medium": 0.5, "low": 0.2}
#: Every code, as people list them.
CODES = (
    "colloquial", "broken_context", "broken_line", "lost_break", "punctuation", "mixed_width", "ocr_noise", "mojibake",
    "markup", "invisible", "repeated_characters", "repetition",
)  # fmt: skip


def findings(text: str) -> Iterator[Finding]:
    """Yield every defect with what a view shows in its place (None: it stays), in the order in which rules are asked."""
    for start, end, said in find_mojibake(text):
        yield "mojibake", "high", start, end, said
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            yield rule.code, rule.severity, match.start(), match.end(), rule.mend(match.group()) if rule.mend else None
    yield from find_structure(text)


def find_defects(text: str) -> list[dict[str, Any]]:
    """Find what is wrong with a text.

    Returns:
        Dictionaries {code, severity, start, end}, in order of place; code is one of `CODES`, severity high, medium or low.
    """
    found = {(start, end, code): severity for code, severity, start, end, _ in findings(text)}
    return [
        {"code": code, "severity": severity, "start": start, "end": end}
        for (start, end, code), severity in sorted(found.items())
    ]


def quality_score(text: str, defects: Sequence[dict[str, Any]]) -> float:
    """Return 1 minus the weighted share of characters that stand in a defect, from 0 to 1, rounded to 6 decimals."""
    if not text:
        return 0.0
    covered = sum(weight * (end - start) for start, end, weight in _flat(defects))
    return round(max(0.0, 1 - covered / len(text)), 6)


def _flat(defects: Sequence[dict[str, Any]]) -> list[tuple[int, int, float]]:
    """Cut overlapping defects into pieces, each with the heaviest weight that covers it."""
    edges = sorted({d["start"] for d in defects} | {d["end"] for d in defects})
    order = sorted(defects, key=lambda d: (d["start"], d["end"]))
    pieces: list[tuple[int, int, float]] = []
    active: list[dict[str, Any]] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(order) and order[at]["start"] <= start:
            active.append(order[at])
            at += 1
        active = [d for d in active if d["end"] > start]
        if active:
            pieces.append((start, end, max(WEIGHTS[d["severity"]] for d in active)))
    return pieces
