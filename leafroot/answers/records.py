"""Documents, clauses, policy facts and market moves."""

from typing import Any, Literal

from leafroot.answers.base import Answer, Citation

__all__ = [
    "Clause",
    "ClauseChange",
    "ClauseDiff",
    "ClauseList",
    "ClauseRow",
    "Defect",
    "DiffPiece",
    "DiffSummary",
    "Docs",
    "Document",
    "Fact",
    "Moment",
    "Move",
    "Moves",
    "Policy",
    "RepealedBy",
    "Scope",
    "Text",
    "VersionName",
]


class Defect(Answer):
    """What is wrong with a piece of a stored text."""

    code: str
    severity: Literal["high", "medium", "low"]
    start: int
    end: int


class Document(Answer):
    """One row of `docs`; quality_score is 1 minus the weighted share of characters with defects, null for bars."""

    doc_id: str
    lane: str
    title: str
    source: str | None
    published: str | None
    date_origin: str | None = None
    date_confidence: Literal["high", "medium", "low"] | None = None
    path: str
    row: int | None
    source_id: str | None
    sha256: str
    n_chars: int
    duplicate_of: str | None
    supersedes: str | None
    quality_score: float | None
    defects: list[Defect]


class Docs(Answer):
    """`docs`."""

    documents: list[Document]


class Text(Answer):
    """`text`."""

    doc_id: str
    text: str


class ClauseRow(Answer):
    """One row of `clauses`; `number` is that of the document (发文字号), `page` where the clause begins in a PDF."""

    clause_id: str
    document: str
    version: str | None
    number: str | None = None
    effective: str | None = None
    page: int | None = None
    part: str | None
    chapter: str | None
    section: str | None
    heading: str | None = None
    article: str | None
    text: str
    citation: Citation


class ClauseList(Answer):
    """`clauses`."""

    clauses: list[ClauseRow]


class VersionName(Answer):
    """One version of a rulebook; `effective` is null where it is not said."""

    doc_id: str
    document: str
    version: str | None
    effective: str | None = None


class RepealedBy(VersionName):
    """What ended a version: a newer one of the same rulebook, or another rulebook that repeals it."""

    newer_version: bool


class DiffPiece(Answer):
    """A piece of a changed clause; equal and added pieces joined are the newer text."""

    op: Literal["equal", "removed", "added"]
    text: str


class ClauseChange(ClauseRow):
    """A clause that differs between two versions: as it is in the newer one, a removed one as it was."""

    change: Literal["added", "removed", "changed", "renumbered", "renumbered_changed"]
    old: ClauseRow | None
    old_text: str | None
    similarity: float | None
    words: list[DiffPiece]


class DiffSummary(Answer):
    """What was compared, and how many clauses of each change."""

    document: str
    old: VersionName
    new: VersionName
    summary: dict[str, int]


class ClauseDiff(Answer):
    """`clauses --diff`."""

    clauses: list[ClauseChange]
    diff: DiffSummary


class Clause(Answer):
    """`clause`."""

    status: Literal["found", "refused"]
    document: str | None
    version: str | None
    number: str | None = None
    effective: str | None = None
    repealed_by: RepealedBy | None = None
    page: int | None = None
    part: str | None
    chapter: str | None
    section: str | None
    heading: str | None = None
    article: str | None
    text: str | None
    citation: Citation | None
    reason: str | None
    message: str | None
    candidates: list[Any]


class Scope(Answer):
    """Which contracts a fact is about."""

    scope: Literal["all", "list", "all_but", "new_only", "range"]
    list: list[str]


class Moment(Answer):
    """When something starts or ends; what is not said is null."""

    date: str | None
    point: Literal["settlement", "day_session", "night_session"] | None
    condition: str | None


class Fact(Answer):
    """One policy fact."""

    fact_id: str
    issuer: str | None
    issuer_level: Literal["exchange", "regulator", "broker", "other"]
    product: str | None
    contracts: Scope
    item: Literal["fee", "margin", "price_limit", "position_limit", "delivery", "other"]
    detail: str | None
    old: str | None
    new: str | None
    unit: str | None
    effective: Moment
    until: Moment | None
    citation: Citation


class Policy(Answer):
    """`policy`."""

    facts: list[Fact]


class Move(Answer):
    """One market move; quantities in plain decimal notation, `gap_days` since the bar before, `at_limit` where it closed at 涨停 or 跌停."""

    symbol: str
    date: str
    basis: Literal["settle_vs_prev_settle", "close_vs_prev_settle", "close_vs_prev_close"]
    move_pct: str
    value: str
    previous: str
    is_main: bool
    gap_days: int | None = None
    at_limit: Literal["up", "down"] | None = None
    citation: Citation


class Moves(Answer):
    """`moves`."""

    moves: list[Move]
