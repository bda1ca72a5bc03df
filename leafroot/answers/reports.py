"""Reports and the verdict on them."""

from typing import Any, Literal

from leafroot.answers.base import Answer, Citation

__all__ = [
    "Check",
    "Claim",
    "Problem",
    "Report",
    "ReportList",
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


class Check(Answer):
    """One check of a report."""

    name: str
    passed: bool
    detail: str


class Report(Answer):
    """`report show`, and the exported JSON."""

    id: str
    version: int
    kind: Literal["extreme_move", "risk_event", "daily"]
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
