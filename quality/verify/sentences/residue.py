"""Names what is wrong with words that re-read from nothing: finds the words that differ and gives each its code.

What does not belong here: deciding that a sentence fails (judge.py has already done so).
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from quality.verify.problems import Problem
from quality.verify.sources.folding import fold, printable
from quality.verify.sources.words import any_of, words

__all__ = ["diagnose", "number_spans"]

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
#: Quotes that share less than this part of their pairs with the words are no version of them.
_LIKE = 0.2
_MAX_PROBLEMS = 6
#: More characters than these are not compared word by word.
_LONGEST, _LONGEST_QUOTE = 1_000, 3_000


@cache
def _tokens() -> re.Pattern[str]:
    raw = words().raw
    units = any_of([unit for unit in raw["units"] if len(unit) > 1 or unit in "元吨桶手克倍成点%‰"])
    return re.compile(
        r"(?P<date>(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}年|[0-9]{1,2}日)"
        r"|(?P<entity>[A-Za-z]+[0-9]{3,4}|(?<=[一-龥])2[0-9]{3}(?![0-9.年]))"
        rf"|(?P<number>[-−]?[0-9]+(?:\.[0-9]+)?)(?P<unit>{units})?"
        rf"|(?P<cause>{any_of(raw['cause'])})"
        rf"|(?P<direction>{any_of(raw['directions'])})"
        rf"|(?P<negation>{any_of(raw['negations'])})"
        rf"|(?P<word>[A-Za-z]+|[一-龥]+?(?=[^一-龥]|$|{any_of(raw['cause'] + raw['directions'] + raw['negations'])}))"
    )


_CODE = {
    "date": "date_untraced",
    "entity": "entity_untraced",
    "number": "number_untraced",
    "unit": "unit_mismatch",
    "cause": "cause_unattributed",
    "direction": "direction_mismatch",
    "negation": "negation_mismatch",
    "word": "entity_untraced",
}


def number_spans(text: str) -> list[tuple[int, int]]:
    """Return where figures stand in a folded text."""
    return [match.span() for match in _NUMBER.finditer(text)]


def diagnose(residue: str, quotes: Sequence[str]) -> list[Problem]:
    """Return a problem for each kind of word in a residue that no quote gives, at least one.

    Args:
        residue: Folded words that re-read from nothing.
        quotes: Cited quotes; the one most like the residue is compared with it word by word.
    """
    residue = residue[:_LONGEST]
    best = _most_like(residue, [fold(quote)[:_LONGEST_QUOTE] for quote in quotes])
    changed = _changed(residue, best) if best else [(0, len(residue), 0, 0)]
    found: dict[tuple[str, str], None] = {}
    for start, end, from_, to in changed:
        put = _touched(residue, start, end) if start < end else []
        for code, word in put or _touched(best, from_, to) or _touched(residue, start, start + 1):
            found.setdefault((code, word), None)
    problems = [Problem(code, f"{printable(word)} re-reads from no cited quote") for code, word in found]
    return problems[:_MAX_PROBLEMS] or [
        Problem("claim_mismatch", f"re-reads from no cited quote: {printable(residue)}")
    ]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _most_like(residue: str, quotes: Sequence[str]) -> str:
    mine = _pairs(residue)
    scored = [(len(mine & _pairs(quote)) / max(1, len(mine)), quote) for quote in quotes]
    score, quote = max(scored, default=(0.0, ""))
    return quote if score >= _LIKE else ""


def _changed(residue: str, quote: str) -> list[tuple[int, int, int, int]]:
    """Spans of the residue that differ, each with the span of the quote that stands there instead."""
    matcher = SequenceMatcher(None, residue, quote, autojunk=False)
    blocks = [b for b in matcher.get_opcodes() if b[0] != "equal"]
    inner = [b for b in blocks if not (b[0] == "insert" and b[1] in (0, len(residue)))]
    return [(a, b, c, d) for _, a, b, c, d in inner or blocks]


def _touched(text: str, start: int, end: int) -> list[tuple[str, str]]:
    """Codes of the words that a span touches."""
    found = []
    for match in _tokens().finditer(text):
        if match.start() >= end or match.end() <= start:
            continue
        kind = match.lastgroup or "word"
        if kind in ("number", "unit"):
            inside = match.start("unit") if match["unit"] else match.end()
            kind = "number" if start < inside else "unit"
        found.append((_CODE[kind], match[0]))
    return found
