"""What in a text speaks for or against: each mark of sentiment with its place and weight, after all that bends it.

A mark is a word of the list, or a move and what it is said of (成本下降 is good, 库存增加 presses a price). Negation turns it,
words of degree scale it, 但 and 然而 shift the weight to what follows, 如果 and questions take most of it. Which thing a mark
speaks of is `targets`; the words are `lexicon.toml`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from assets.records.sentiment.lexicon import Word, lexicon

__all__ = ["Evidence", "find_evidence", "label_of", "score_of"]

_CLAUSE = re.compile(r"[^，,、。；;！!？?\n：:…]+")
_SENTENCE_END = re.compile(r"[。；;！!？?\n…]")
#: Weight in hundredths of a bare move, and of a move whose subject is named.
_BARE, _NAMED = 60, 130
_REACH_BEFORE, _REACH_AFTER, _REACH_NEGATION, _REACH_ENDING, _REACH_DEGREE = 16, 4, 3, 10, 4
#: A sum (in hundredths) below this says nothing; the score of a sum S is S / (|S| + _HALF).
_LEAST, _HALF = 20, 300
#: Percent of their weight that marks keep in clauses of these kinds.
_FACTORS = {"concessions": 50, "conditions": 40, "questions": 10}
_DIGITS = Decimal("0.0001")


@dataclass(frozen=True, order=True)
class Evidence:
    """One mark: span in the text and weight in hundredths, negative for bad news."""

    start: int
    end: int
    value: int


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: Word


def find_evidence(text: str, *, goods: bool = False) -> list[Evidence]:
    """Find the marks of sentiment of a text, in order.

    Args:
        text: Text folded by `fold_light` without change of length.
        goods: Whether the text speaks of goods on the market, where more supply is bad for the price, and not of a firm.
    """
    tokens = _tokens(text)
    good = frozenset({"good", "price"}) if goods else frozenset({"good", "price", "supply", "against"})
    found: list[Evidence] = []
    sentence: list[Evidence] = []
    at = 0
    for match in _CLAUSE.finditer(text):
        inside: list[_Token] = []
        while at < len(tokens) and tokens[at].start < match.end():
            inside.append(tokens[at])
            at += 1
        if sentence and _SENTENCE_END.search(text, sentence[-1].end, match.start()):
            found += sentence
            sentence = []
        sentence = _clause(text, match.start(), match.end(), inside, good, sentence)
    return [mark for mark in found + sentence if mark.value]


def score_of(marks: Sequence[Evidence]) -> Decimal:
    """Return the score of marks taken together, from -1 to 1, with four decimals."""
    total = sum(mark.value for mark in marks)
    return (Decimal(total) / (abs(total) + _HALF)).quantize(_DIGITS, ROUND_HALF_EVEN)


def label_of(marks: Sequence[Evidence]) -> str:
    """Return positive, negative or neutral for marks taken together."""
    total = sum(mark.value for mark in marks)
    return "neutral" if abs(total) < _LEAST else "positive" if total > 0 else "negative"


def _tokens(text: str) -> list[_Token]:
    held = lexicon()
    tokens = [_Token(m.start(), m.end(), held.words[m.group()]) for m in held.pattern.finditer(text)]
    for shape, word in held.shapes:
        tokens += [_Token(m.start(), m.end(), word) for m in shape.finditer(text)]
    return sorted(tokens, key=lambda token: (token.start, token.end))


def _clause(
    text: str, start: int, end: int, tokens: list[_Token], good: frozenset[str], before: list[Evidence]
) -> list[Evidence]:
    """Read one clause; returns the marks of its sentence so far, those before a contrast made less."""
    factor, turn, why = 100, None, None
    for token in tokens:
        role = token.word.role
        if role in _FACTORS:
            factor = _FACTORS[role]
        elif role == "causes" and "supply" not in good:
            why = why or token.start
        elif role == "contrasts" and token.start - start <= 3:
            before = [mark for mark in _bent(before, 50) if mark.value]
            factor = 150
        elif role == "contrasts":
            turn = token.start
    if text[end : end + 1] in "？?" and end < len(text):
        factor = factor * 60 // 100
    marks = _bent(_marks(tokens, good), factor)
    if why is not None:
        marks = [*_bent((m for m in marks if m.start < why), 100), *_bent((m for m in marks if m.start >= why), 40)]
    if turn is not None:
        marks = [*_bent((m for m in marks if m.start < turn), 50), *_bent((m for m in marks if m.start >= turn), 150)]
    before.extend(marks)
    return before


def _bent(marks: Iterable[Evidence], percent: int) -> list[Evidence]:
    return [replace(mark, value=_scaled(mark.value, percent)) for mark in marks]


def _scaled(value: int, percent: int) -> int:
    """Scale towards zero, so that good and bad news are cut alike."""
    return value * percent // 100 if value >= 0 else -(-value * percent // 100)


def _marks(tokens: list[_Token], good: frozenset[str]) -> Iterator[Evidence]:
    """Marks of one clause before contrast and condition; a word used as subject or negation has no weight of its own."""
    used: set[int] = set()
    marks: list[tuple[int, Evidence]] = []
    for at, token in enumerate(tokens):
        if token.word.move:
            subject = _subject(tokens, at)
            if subject is not None:
                used.add(subject)
                marks.append((at, _moved(token, tokens[subject], good)))
                continue
        value = token.word.weight or token.word.move * _BARE
        if value:
            marks.append((at, Evidence(token.start, token.end, value)))
    negated = {at: _negation(tokens, at, mark.start) for at, mark in marks}
    used |= {by for by in negated.values() if by is not None}
    for at, mark in marks:
        if at in used:
            continue
        value = _scaled(mark.value, _degree(tokens, at))
        yield replace(mark, value=_scaled(-value, 80) if negated[at] is not None else value)


def _subject(tokens: list[_Token], at: int) -> int | None:
    """What a move is said of: the thing right behind it (降低成本), else the last one before it (成本下降)."""
    token = tokens[at]
    after = at + 1
    if after < len(tokens) and tokens[after].word.subject and tokens[after].start == token.end:
        return after
    for before in range(at - 1, -1, -1):
        other = tokens[before]
        if token.start - other.end > _REACH_BEFORE:
            return None
        if other.word.subject:
            return before
    if after < len(tokens) and tokens[after].word.subject and tokens[after].start - token.end <= _REACH_AFTER:
        return after
    return None


def _moved(token: _Token, subject: _Token, good: frozenset[str]) -> Evidence:
    size = max(abs(token.word.weight), _NAMED)
    if subject.word.subject == "price" and "supply" not in good:
        size *= 2  # of goods the price is what matters; the rest is why
    value = token.word.move * (size if subject.word.subject in good else -size)
    return Evidence(min(token.start, subject.start), max(token.end, subject.end), value)


def _negation(tokens: list[_Token], at: int, start: int) -> int | None:
    """The negation that reaches a mark, where nothing that speaks stands between; a verb of ending may stand behind it."""
    for before in range(at - 1, -1, -1):
        other = tokens[before]
        if other.end > start:
            continue
        verb = other.end - other.start > 1
        if start - other.end > (_REACH_ENDING if verb else _REACH_NEGATION):
            break
        if other.word.role == "negations":
            return before
        if other.word.weight or other.word.move:
            break
    after = at + 1
    if after == len(tokens) - 1 and tokens[after].word.role == "negations":
        behind = tokens[after]
        if behind.start - tokens[at].end <= 1 and behind.end - behind.start > 1:
            return after
    return None


def _degree(tokens: list[_Token], at: int) -> int:
    """Percent by which words of degree beside a mark scale it."""
    token = tokens[at]
    for near in (at - 1, at + 1):
        if 0 <= near < len(tokens) and tokens[near].word.role in {"strong", "weak"}:
            gap = token.start - tokens[near].end if near < at else tokens[near].start - token.end
            if gap <= _REACH_DEGREE:
                return 150 if tokens[near].word.role == "strong" else 60
    return 100
