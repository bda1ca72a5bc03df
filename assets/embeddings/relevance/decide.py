"""Whether a document belongs to a profile: title rules, then the trained model, or names and nearness where there is none.

Each decision says its rule, its score beside the threshold, and what in the text decided it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assets.embeddings.relevance.features import shown
from assets.embeddings.relevance.keywords import FIRST_SCORE, TITLE_SCORE, mentioned, relevance
from assets.embeddings.relevance.train import refit

if TYPE_CHECKING:
    from assets.embeddings.basis import Basis
    from assets.embeddings.relevance.model import Model

__all__ = ["BAND", "ENGINES", "Aim", "Decision", "decide", "in_band", "judged"]

ENGINES = KEYWORDS, LINEAR = "keywords", "linear"
#: Names of the subject that are shown as a reason.
REASONS = 5
#: How near the threshold a judge is asked, either way.
BAND = 0.15
#: What a judge's no leaves of a score: just below the threshold.
STEP = 0.0001
DECIMALS = 6

Reasons = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Aim:
    """What a profile says of relevance: subject, other names of it, patterns of titles, and the threshold without a model."""

    subject: str
    keywords: tuple[str, ...] = ()
    title_drop: tuple[str, ...] = ()
    title_keep: tuple[str, ...] = ()
    threshold: float = 0.5


@dataclass(frozen=True)
class Decision:
    """One document: relevant from the threshold on, unless a title rule says otherwise.

    `rule`: title_drop, title_keep, title_names, text_names, near, nothing (names and nearness), model, or judge.
    """

    relevant: bool
    score: float
    threshold: float
    rule: str
    engine: str
    reasons: Reasons = ()


def decide(
    texts: Sequence[str], titles: Sequence[str], aim: Aim, basis: Basis, model: Model | None = None
) -> list[Decision]:
    """Decide on documents.

    Args:
        texts: Their texts.
        titles: Their titles, "" where there is none; as many.
        aim: What the profile says.
        basis: Basis of vectors; a model of another basis is fitted to it from the labels that it holds.
        model: The trained model, None where nobody labelled.

    Returns:
        A decision a document, in their order.

    Raises:
        ValueError: there are not as many titles as texts.
    """
    if model is None:
        decisions = _by_names(texts, titles, aim, basis)
    else:
        at_hand = model if model.basis_id == basis.basis_id else refit(model, basis)
        looked_at = [shown(title, text) for title, text in zip(titles, texts, strict=True)]
        decisions = [
            Decision(one.score >= at_hand.threshold, one.score, at_hand.threshold, "model", LINEAR, one.reasons)
            for one in at_hand.score(looked_at, basis)
        ]
    return [_by_title(title, aim, decision) for title, decision in zip(titles, decisions, strict=True)]


def in_band(decision: Decision, band: float = BAND) -> bool:
    """Whether the model is unsure enough of a document for a judge to be asked."""
    return decision.rule == "model" and abs(decision.score - decision.threshold) <= band


def judged(decisions: Mapping[str, Decision], verdicts: Mapping[str, bool], engine: str) -> dict[str, Decision]:
    """Return decisions with a judge's verdicts; it moves a score no further than to its side of the threshold."""
    out = dict(decisions)
    for doc_id, relevant in verdicts.items():
        one = decisions[doc_id]
        if not in_band(one):
            continue
        score = max(one.score, one.threshold) if relevant else min(one.score, round(one.threshold - STEP, DECIMALS))
        reasons = (("score of the model", one.score), *one.reasons)
        out[doc_id] = Decision(relevant, score, one.threshold, "judge", f"{one.engine}+{engine}", reasons)
    return out


def _by_names(texts: Sequence[str], titles: Sequence[str], aim: Aim, basis: Basis) -> list[Decision]:
    scores = relevance(texts, titles, aim.subject, aim.keywords, basis)
    made = []
    for text, title, score in zip(texts, titles, scores.tolist(), strict=True):
        in_title = mentioned(title, aim.subject, aim.keywords)
        names = in_title or mentioned(text, aim.subject, aim.keywords)
        if score >= TITLE_SCORE and in_title:
            rule = "title_names"
        elif names and score >= FIRST_SCORE:
            rule = "text_names"
        else:
            rule = "near" if score > 0 else "nothing"
        reasons = tuple((name, 1.0) for name in names[:REASONS])
        rounded = round(score, DECIMALS)
        made.append(Decision(rounded >= aim.threshold, rounded, aim.threshold, rule, KEYWORDS, reasons))
    return made


def _by_title(title: str, aim: Aim, decision: Decision) -> Decision:
    for patterns, rule, relevant in ((aim.title_drop, "title_drop", False), (aim.title_keep, "title_keep", True)):
        found = next((pattern for pattern in patterns if re.search(pattern, title)), None)
        if found is not None:
            score = TITLE_SCORE if relevant else decision.score
            return replace(decision, relevant=relevant, score=score, rule=rule, reasons=((found, 1.0),))
    return decision
