"""On what a viewpoint rests: the clauses in which its holders give grounds, and the facts of the report that go with it.

A fact goes with a view where both speak of one matter (grounds.py) and the fact is of no other product. What does not belong here:
finding and fusing views (viewpoints.py).
"""

import re
from collections.abc import Sequence

from assets.reports.evidence.model import Excerpt
from assets.reports.evidence.subject import find_products
from assets.reports.phrases import Sentence
from assets.reports.views.grounds import matters_of
from assets.reports.views.stance import clause_direction

__all__ = ["FACT_KINDS", "MOST_FACTS", "goes_with", "ground_spans", "pick_facts"]

#: Kinds of claims that say what is, not what somebody expects.
FACT_KINDS = ("level", "statement", "effect", "policy_change", "denial", "measure")
#: Facts that one viewpoint is given at most, and clauses of ground.
MOST_FACTS, MOST_GROUNDS = 2, 3
_CLAUSE = re.compile(r"[^，。；！？：,;!?:\n]+")
_GROUND = re.compile(
    r"因为|由于|缘于|源于|理由|依据|鉴于|毕竟|随着|得益于|受[^，。]{1,16}(?:影响|提振|拖累|支撑|压制|带动)|考虑到|在于"
)

#: A condition, an outlook or advice is no ground.
_NO_GROUND = re.compile(r"若|如果|一旦|假如|除非|预计|预期|有望|将|可能|等到|建议|观望|震荡|关注")
#: A ground that the next sentence of the paragraph names as one.
_SAID_BEHIND = re.compile(
    r"[。；;，”]{1,2}\s*(?:[他她其]的?)?(?:主要|核心)?(?:理由|逻辑|依据|原因)(?:是|为|在于|[：:])\s*([^。\n]{4,80})"
)


def ground_spans(excerpt: Excerpt) -> list[Excerpt]:
    """Return the clauses of a view that give its ground: those that say so, else those that speak of a matter and point nowhere."""
    clauses = [
        (excerpt.start + match.start(), excerpt.start + match.end(), match.group())
        for match in _CLAUSE.finditer(excerpt.text)
    ]
    said = [clause for clause in clauses if _GROUND.search(clause[2])]
    behind = _SAID_BEHIND.match(excerpt.document.text, excerpt.end)
    if not said and behind:
        return [Excerpt(excerpt.document, behind.start(1), behind.end(1))]
    plain = [
        clause
        for clause in clauses
        if matters_of(clause[2]) and not clause_direction(clause[2]) and not _NO_GROUND.search(clause[2])
    ]
    return [Excerpt(excerpt.document, start, end) for start, end, _ in (said or plain)[:MOST_GROUNDS]]


def goes_with(matters: frozenset[str], product: str | None, fact: Sentence) -> bool:
    """Whether a fact may be cited for a view of these matters and this product."""
    if fact.kind not in FACT_KINDS or not matters & matters_of(fact.text):
        return False
    named = {code for code, score in find_products(fact.text).items() if score >= 2}
    return not product or not named or product in named


def pick_facts(matters: frozenset[str], product: str | None, words: str, facts: Sequence[Sentence]) -> list[Sentence]:
    """Return the facts that go best with a view: most shared matters, then most shared pairs of characters."""
    pairs = _pairs(words)
    scored = [
        (len(matters & matters_of(fact.text)), len(pairs & _pairs(fact.text)), -place)
        for place, fact in enumerate(facts)
        if goes_with(matters, product, fact)
    ]
    best = sorted((score for score in scored if score[1] >= 2), reverse=True)[:MOST_FACTS]
    return [facts[-place] for _, _, place in best]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
