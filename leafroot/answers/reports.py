"""Reports and the verdict on them."""

from typing import Any, Literal

from pydantic import Field

from leafroot.answers.base import Answer, Citation

__all__ = [
    "Beside",
    "Check",
    "Claim",
    "Decision",
    "Problem",
    "Purged",
    "Report",
    "ReportDecision",
    "ReportList",
    "ReportReplay",
    "ReportRow",
    "Section",
    "Sentence",
    "Verification",
    "Viewpoint",
]


class ReportRow(Answer):
    """One row of `report list`."""

    id: str
    version: int
    kind: str
    subject: str
    date: str
    status: str
    title: str


class ReportList(Answer):
    """`report list`."""

    reports: list[ReportRow]


class Claim(Answer):
    """What a sentence states, with the figures as printed."""

    claim_id: str
    kind: str
    slots: dict[str, str]
    citations: list[Citation]


class Sentence(Answer):
    """One sentence with its claims and citations."""

    text: str
    claims: list[Claim]
    citations: list[Citation]


class Section(Answer):
    """One section; its note says what is missing and needs no source."""

    heading: str
    note: str | None
    sentences: list[Sentence]


class Viewpoint(Answer):
    """One view, held by one or more."""

    stance: Literal["bullish", "bearish", "neutral", "mixed"]
    target: str | None
    horizon: str | None
    holders: list[str]
    citations: list[Citation]
    #: Where the holders give their grounds, and the claims of the report that go with the view.
    grounds: list[Citation] = Field(default_factory=list)
    facts: list[str] = Field(default_factory=list)


class Check(Answer):
    """One check of a report."""

    name: str
    passed: bool
    detail: str


class Decision(Answer):
    """What one person did to a report."""

    action: Literal["edited", "approved", "withheld", "retracted"]
    by: str
    at: str
    reason: str | None
    version: int
    edition: int


class Beside(Answer):
    """A newer generated version that stands beside what people decided on."""

    version: int
    status: str
    differences: dict[str, Any]


class Report(Answer):
    """`report show`, and the exported JSON."""

    id: str
    version: int
    kind: str
    subject: str
    date: str
    status: Literal["incomplete", "checked", "withheld", "approved", "retracted"]
    title: str
    engine: str
    publication: int
    sections: list[Section]
    viewpoints: list[Viewpoint]
    manifest: dict[str, Any]
    checks: list[Check]
    edition: int = 0
    decisions: list[Decision] = Field(default_factory=list)
    notices: list[str] = Field(default_factory=list)
    beside: Beside | None = None


class Problem(Answer):
    """One problem of one sentence, counted from 0 through all sections."""

    sentence: int
    code: str
    detail: str


class Verification(Answer):
    """`verify`."""

    ok: bool
    sentences: int
    cited: int
    numbers: int
    numbers_traced: int
    problems: list[Problem]


class ReportDecision(Answer):
    """`report approve`, `withhold`, `edit`: what came of it; `done` false is a refusal, and `message` says why."""

    id: str
    action: Literal["approve", "withhold", "edit"]
    done: bool
    status: str
    version: int | None
    edition: int | None
    message: str
    problems: list[Problem]
    publication: int


class ReportReplay(Answer):
    """`report replay`."""

    id: str
    version: int
    publication: int
    equal: bool
    sha256: str
    replayed_sha256: str
    differences: list[str]
    message: str


class Purged(Answer):
    """`purge`: what went, by table, and the reports that were retracted."""

    doc_id: str
    rows: dict[str, int]
    vectors: int
    answers: int
    reports: list[str]
    repeats: list[str]
    message: str
    publication: int
