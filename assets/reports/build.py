"""Builds the draft of a report from published tables, with the extractive engine: outline, evidence, claims, sentences.

The draft is for the verifier (quality/verify), which gives it its status. What does not belong here: wording (phrases.py,
market.py), which sentence is what (evidence/), views (viewpoints.py) and rendering (render/).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from assets.reports.evidence.gather import EVENING, Day, load_day, load_documents, shift_day, split_repeats
from assets.reports.evidence.model import Document
from assets.reports.evidence.subject import Subject, benchmarks_of, resolve_subject
from assets.reports.market import benchmark_sentences, load_bars, market_sentences
from assets.reports.material import Material, collect_denials, collect_material, collect_notices
from assets.reports.outline import Outline, Section, load_outline
from assets.reports.phrases import Sentence, chinese_day
from assets.reports.viewpoints import View, find_views, fuse_views
from assets.text.products import PRODUCTS
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["CODE_VERSION", "ReportSettings", "build_report"]

CODE_VERSION = "reports/1"
ENGINE = "extractive"
POLICY_DAYS = 7
GENERAL = "综述"
NO_BARS = "缺少{subject}在{day}的行情数据。"
NO_DOCUMENTS = "当日没有相关资料。"
DEFAULT_BASIS = "close_vs_prev_settle"


class MoveSettings(Protocol):
    """When a move is extreme: percent, and what is compared with what."""

    @property
    def threshold_pct(self) -> Decimal: ...
    @property
    def basis(self) -> str: ...


class ReportSettings(Protocol):
    """The `[reports]` part of the configuration, as resources/settings.py reads it."""

    @property
    def extreme_move(self) -> MoveSettings: ...


def build_report(
    reader: Reader, kind: str, subject: str, day: str, *, settings: ReportSettings | None = None
) -> dict[str, Any]:
    """Build a report as the contract prints it.

    Args:
        reader: Published rows.
        kind: extreme_move, risk_event or daily.
        subject: A contract (SC2406), a product (原油) or a name; `all` for daily.
        day: YYYY-MM-DD.
        settings: `[reports]`; its basis leads the market statements.

    Returns:
        The report with version 1, no checks, and status `draft`, or `incomplete` where a needed part has no evidence.
        The same evidence gives the same report, but for `publication` (also in the manifest).

    Raises:
        UsageError: the kind is unknown, the day is no date, or the subject does not fit the kind.
    """
    outline = load_outline(kind)
    _check(kind, subject, day)
    basis = settings.extreme_move.basis if settings else DEFAULT_BASIS
    draft = _Draft(reader, outline, subject.strip(), day, basis)
    return draft.report()


def _check(kind: str, subject: str, day: str) -> None:
    try:
        good = dt.date.fromisoformat(day).isoformat() == day
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"{day!r} is no date; write it as YYYY-MM-DD, for example 2024-04-18.")
    if kind == "daily" and subject != "all":
        raise UsageError(f"A daily report has the subject all, not {subject!r}; leave --subject out.")
    if kind != "daily" and (not subject.strip() or subject == "all"):
        raise UsageError(f"A report of kind {kind} needs a --subject: a contract, a product or a name.")


#: Heading, note and sentences of a section.
_Filled = tuple[str, str | None, list[Sentence]]


class _Draft:
    """The report in the making."""

    def __init__(self, reader: Reader, outline: Outline, subject: str, day: str, basis: str) -> None:
        self.reader, self.outline, self.subject, self.day, self.basis = reader, outline, subject, day, basis
        self.id = f"{outline.kind}:{subject}:{day}"
        self.said: set[str] = set()
        self.documents: list[Document] = []
        self.views: list[View] = []

    def report(self) -> dict[str, Any]:
        daily = self.outline.kind == "daily"
        sections, title, complete = self._daily() if daily else self._event()
        views = fuse_views(self.views, self.documents)
        body = [self._section_json(heading, note, sentences) for heading, note, sentences in sections]
        cited = [c for section in body for s in section["sentences"] for c in s["citations"]]
        cited += [c for view in views for c in view["citations"]]
        return {
            "id": self.id,
            "version": 1,
            "kind": self.outline.kind,
            "subject": self.subject,
            "date": self.day,
            "status": "draft" if complete else "incomplete",
            "title": title,
            "engine": ENGINE,
            "publication": self.reader.publication,
            "sections": body,
            "viewpoints": views,
            "manifest": {
                "publication": self.reader.publication,
                "documents": self._hashes({c["doc_id"] for c in cited}),
                "parameters": {
                    "basis": self.basis,
                    "day": self.day,
                    "evening_before_from_hour": int(EVENING),
                    "policy_days": POLICY_DAYS,
                },
                "engine": ENGINE,
                "code_version": CODE_VERSION,
            },
            "checks": [],
        }

    def _event(self) -> tuple[list[_Filled], str, bool]:
        subject = resolve_subject(self.reader, self.subject, self.day)
        loaded = load_day(self.reader, self.day, eve=True)
        notices = load_documents(self.reader, ("policies",), shift_day(self.day, -POLICY_DAYS), self.day)
        evidence = loaded.evidence(subject, split_repeats(notices)[0])
        market = self._market(subject)
        self.documents = evidence.all()
        self.views = find_views([document for document in self.documents if document.day == self.day])
        material = collect_material(loaded, evidence, subject, market, self.views)
        sections = [(s.heading, *self._fill(s, material)) for s in self.outline.sections]
        needs_bars = self.outline.needs == "market"
        complete = bool(market) if needs_bars else bool(evidence.documents)
        if not complete:
            heading, note, sentences = sections[0]
            missing = NO_BARS.format(subject=subject.symbol or self.subject, day=chinese_day(self.day))
            sections[0] = (heading, (missing if needs_bars else NO_DOCUMENTS) + (note or ""), sentences)
        return sections, self._title(subject, market), complete

    def _market(self, subject: Subject) -> list[Sentence]:
        bars = load_bars(self.reader, subject.symbol, self.day) if subject.symbol else None
        if bars is None:
            return []
        said = market_sentences(bars, self.basis)
        for code in benchmarks_of(subject.product.code) if subject.product else ():
            said += benchmark_sentences(self.reader, code, self.day, self.basis)
        return said

    def _title(self, subject: Subject, market: Sequence[Sentence]) -> str:
        move = next((sentence for sentence in market if sentence.kind == "price_move"), None)
        words = f"：{subject.symbol}{move.slots['direction']}{move.slots['pct']}" if move else ""
        name = f"{subject.product.name}期货" if subject.product else self.subject
        return self.outline.title.format(day=chinese_day(self.day), name=name, move=words)

    def _daily(self) -> tuple[list[_Filled], str, bool]:
        loaded = load_day(self.reader, self.day)
        self.documents = list(loaded.documents)
        self.views = find_views(self.documents)
        sections: list[_Filled] = []
        for code in loaded.products()[: self.outline.products]:
            subject = resolve_subject(self.reader, PRODUCTS[code].name, self.day)
            material = collect_material(loaded, loaded.evidence(subject), subject, self._market(subject), self.views)
            for plan in (s for s in self.outline.sections if s.each == "product"):
                note, sentences = self._fill(plan, material)
                sections.append((plan.heading.format(name=subject.asked), note, sentences))
        sections += self._general(loaded)
        kept = [section for section in sections if section[2]]
        if not kept:
            kept = [(GENERAL, NO_DOCUMENTS, [])]
        return kept, self.outline.title.format(day=chinese_day(self.day)), bool(loaded.documents)

    def _general(self, loaded: Day) -> list[_Filled]:
        """The sections of a daily report that are about no single product."""
        notices = load_documents(self.reader, ("policies",), shift_day(self.day, -1), self.day)
        self.documents += notices
        originals = split_repeats(notices)[0]
        parts = {"notice": collect_notices(originals, None), "denied": collect_denials(loaded)}
        plans = [plan for plan in self.outline.sections if plan.each is None]
        return [(plan.heading, *self._fill(plan, Material(parts, {}))) for plan in plans]

    def _fill(self, plan: Section, material: Material) -> tuple[str | None, list[Sentence]]:
        """Take sentences for a section, each said once in a report unless the section may repeat."""
        chosen: list[Sentence] = []
        for part in plan.parts:
            for sentence in material.take(part):
                if len(chosen) >= plan.limit:
                    break
                if plan.repeats or sentence.text not in self.said:
                    chosen.append(sentence)
                    if not plan.repeats:
                        self.said.add(sentence.text)
        return (None if chosen else plan.empty), chosen

    def _section_json(self, heading: str, note: str | None, sentences: Sequence[Sentence]) -> dict[str, Any]:
        return {"heading": heading, "note": note, "sentences": [s.as_json(self.id) for s in sentences]}

    def _hashes(self, doc_ids: set[str]) -> dict[str, str]:
        hashes = {d.doc_id: d.sha256 for d in self.documents if d.doc_id in doc_ids}
        bars = sorted(doc_ids - set(hashes))
        if bars:
            rows = self.reader.rows("bars", where={"doc_id": bars}, columns=["doc_id", "sha256"])
            hashes |= {row["doc_id"]: row["sha256"] for row in rows}
        return dict(sorted(hashes.items()))
