"""Leads a sentence of a model back to the claims that it tells, word by word; what cannot be led back is no sentence of a report.

A model may order claims, join them, put a neutral link before them and leave out whole sentences of a quotation that turn nothing
round. The sentence is then built anew from the claims themselves. What does not belong here: asking (write.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assets.reports.phrases import LINKS, Sentence, join_sentences
from assets.text.sentences import split_sentences

__all__ = ["realign"]

_ENDINGS = "。；;，,. "
_LINK = re.compile(rf"({'|'.join(sorted(LINKS, key=len, reverse=True))})[，,]?")
#: Whole sentences with such words are never left out of a quotation: they turn round, limit or withdraw what stands beside.
_GUARDED = re.compile(
    r"不|没|无|未|非|否|勿|难|但|却|然而|除非|如果|若|假如|前提|否则|仅|只有|辟谣|澄清|谣|传|更正|撤|取消|暂停|或|可能|预计|建议|风险|尚|约"
)
#: Sentences that one written sentence joins at most.
MOST_JOINED = 3


def realign(text: str, claims: Sequence[Sentence]) -> Sentence | None:
    """Return the sentence that a text tells, built from its claims; None where a word of it is not theirs.

    Args:
        text: What a model wrote.
        claims: The claims that it names for it; each must be told.
    """
    if not 1 <= len(claims) <= MOST_JOINED:
        return None
    left = list(claims)
    told: list[tuple[str, Sentence]] = []
    rest = _bare(text).lstrip(_ENDINGS)
    while rest:
        link = _LINK.match(rest)
        word = link[1] if link else ""
        found = _first(rest[link.end() :] if link else rest, left)
        if found is None:
            return None
        claim, said, rest = found
        left = [one for one in left if one is not claim]
        told.append((word, said))
    return join_sentences(told) if told and not left else None


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _first(text: str, claims: Sequence[Sentence]) -> tuple[Sentence, Sentence, str] | None:
    """The claim that a text begins with, in the longest of its forms, and what follows it."""
    best: tuple[int, Sentence, Sentence] | None = None
    for claim in claims:
        for form in _forms(claim):
            words = _bare(form.text).rstrip(_ENDINGS)
            ended = text[len(words) : len(words) + 1]
            if text.startswith(words) and (not ended or ended in _ENDINGS) and (best is None or len(words) > best[0]):
                best = len(words), claim, form
    if best is None:
        return None
    size, claim, form = best
    return claim, form, text[size:].lstrip(_ENDINGS)


def _forms(claim: Sentence) -> Iterator[Sentence]:
    """A claim's own sentence, and those that leave out whole sentences at the end of its quotation."""
    yield claim
    quote = claim.slots.get("excerpt", "")
    if claim.kind == "denial" or len(claim.citations) != 1 or quote not in claim.text:
        return
    spans = split_sentences(quote)
    for _, end in spans[:-1]:
        if not _GUARDED.search(quote[end:]):
            kept = quote[:end].rstrip(_ENDINGS)
            yield replace(claim, text=claim.text.replace(quote, kept), slots={**claim.slots, "excerpt": kept})
