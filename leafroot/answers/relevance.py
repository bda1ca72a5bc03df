"""Labels, models and decisions of relevance."""

from typing import Any

from leafroot.answers.base import Answer

__all__ = [
    "RelevanceDecision",
    "RelevanceDecisions",
    "RelevanceLabelled",
    "RelevanceProposal",
    "RelevanceProposals",
    "RelevanceReport",
]


class RelevanceLabelled(Answer):
    """`relevance label`: what was taken in, what was not and why, and the labels that there are now."""

    profile: str
    taken: int
    rejected: list[dict[str, Any]]
    labels: int
    positive: int
    contradicted: int
    message: str


class RelevanceProposal(Answer):
    """One document that is worth a label."""

    doc_id: str
    title: str
    text: str
    score: float


class RelevanceProposals(Answer):
    """`relevance propose`; `engine` says whose scores they were chosen by."""

    profile: str
    engine: str
    threshold: float
    proposals: list[RelevanceProposal]


class RelevanceReport(Answer):
    """`relevance train` and `report`: figures on labels that the model did not see (five-fold cross-validation)."""

    profile: str
    subject: str
    fingerprint: str
    basis_id: str
    labels: int
    positive: int
    new_labels: int
    contradicted: int
    auc: float
    threshold: float
    recall: float
    recall_at_threshold: float
    precision_at_threshold: float
    reliability: list[dict[str, Any]]
    features: list[list[Any]]
    message: str


class RelevanceDecision(Answer):
    """Why one document may stand in a tree or not."""

    tree_id: str
    profile: str
    day: str | None
    doc_id: str
    title: str
    relevant: bool
    score: float
    threshold: float
    rule: str
    engine: str
    reasons: list[list[Any]]


class RelevanceDecisions(Answer):
    """`relevance show` and `explain`."""

    decisions: list[RelevanceDecision]
    kept: int
    left_out: int
