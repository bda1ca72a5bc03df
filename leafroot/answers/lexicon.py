"""The lexicon of the domain and the decisions on it."""

from leafroot.answers.base import Answer

__all__ = ["LexiconDecision", "LexiconTerm", "LexiconTerms"]


class LexiconTerm(Answer):
    """One term; the figures are those of a found one. `pending`: decided, and the next run cuts words by it."""

    term: str
    kind: str
    status: str
    source: str
    documents: int
    idf: float | None
    uses: int | None
    cohesion: float | None
    left_entropy: float | None
    right_entropy: float | None
    decided_by: str | None
    pending: bool


class LexiconTerms(Answer):
    """`lexicon`; the version names the terms with which words are cut now."""

    version: str
    terms: list[LexiconTerm]


class LexiconDecision(Answer):
    """`lexicon accept`, `reject` and `add`."""

    term: str
    decision: str
    kind: str | None
    decided_by: str
    publication: int
    message: str
