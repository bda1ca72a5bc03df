"""Builds the draft of a report from published tables, with the extractive engine: outline, evidence, claims, sentences.

The draft is for the verifier (quality/verify), which gives it its status. What does not belong here: wording (phrases.py,
market.py), which sentence is what (evidence/), views (viewpoints.py) and rendering (render/).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from assets.reports.evidence.gather import POLICY_DAYS, Evidence, gather, load_documents, shift_day, split_repeats
from assets.reports.evidence.model import Document
from assets.reports.evidence.subject import Subject, product_terms, resolve_subject
from assets.reports.market import load_bars, market_sentences, summary_move
from assets.reports.material import Material, collect_material
from assets.reports.outline import Outline, Section, load_outline
from assets.reports.phrases import Sentence, chinese_day
from assets.reports.viewpoints import find_superseded, find_viewpoints
from assets.text.products import PRODUCTS
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["CODE_VERSION", "ReportSettings", "build_report"]

CODE_VERSION = "reports/1"
ENGINE = "extractive"
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


class _Draft:
    """The report in the making."""

    def __init__(self, reader: Reader, outline: Outline, subject: str, day: str, basis: str) -> None:
        self.reader, self.outline, self.subject, self.day, self.basis = reader, outline, subject, day, basis
        self.id = f"{outline.kind}:{subject}:{day}"
        self.said: set[str] = set()
        self.documents: list[Document] = []

    def report(self) -> dict[str, Any]:
        daily = self.outline.kind == "daily"
        sections, title, complete = self._daily() if daily else self._event()
        views = find_viewpoints(self.documents)
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
                "parameters": {"basis": self.basis, "policy_days": POLICY_DAYS, "day": self.day},
                "engine": ENGINE,
                "code_version": CODE_VERSION,
            },
            "checks": [],
        }

    def _event(self) -> tuple[list[tuple[str, str | None, list[Sentence]]], str, bool]:
        subject = resolve_subject(self.reader, self.subject, self.day)
        evidence = gather(self.reader, subject, self.day)
        market = self._market(subject)
        self.documents = evidence.all()
        material = collect_material(evidence, subject, market, find_superseded(self.documents))
        sections = [(s.heading, *self._fill(s, material)) for s in self.outline.sections]
        need = self.outline.needs
        complete = bool(market) if need == "market" else bool(evidence.documents)
        if not complete:
            heading, note, sentences = sections[0]
            missing = (
                f"缺少{subject.symbol or self.subject}在{chinese_day(self.day)}的行情数据。"
                if need == "market"
                else "当日没有相关资料。"
            )
            sections[0] = (heading, missing + (note or ""), sentences)
        return sections, self._title(subject, market), complete

    def _market(self, subject: Subject) -> list[Sentence]:
        bars = load_bars(self.reader, subject.symbol, self.day) if subject.symbol else None
        return market_sentences(bars, self.basis) if bars else []

    def _title(self, subject: Subject, market: Sequence[Sentence]) -> str:
        move = summary_move(market)
        words = (
            f"：{subject.symbol}{move.slots['direction']}{move.slots['pct']}" if move and "pct" in move.slots else ""
        )
        name = f"{subject.product.name}期货" if subject.product else self.subject
        return self.outline.title.format(day=chinese_day(self.day), name=name, move=words)

    def _daily(self) -> tuple[list[tuple[str, str | None, list[Sentence]]], str, bool]:
        loaded = load_documents(self.reader, ("news", "research"), self.day, self.day)
        originals, repeats = split_repeats(loaded)
        self.documents = [*originals, *repeats]
        sections: list[tuple[str, str | None, list[Sentence]]] = []
        superseded = find_superseded(self.documents)
        used: set[str] = set()
        for code in _products_by_news(originals)[: self.outline.products]:
            subject = resolve_subject(self.reader, PRODUCTS[code].name, self.day)
            evidence = gather(self.reader, subject, self.day)
            material = collect_material(evidence, subject, self._market(subject), superseded)
            used |= {document.doc_id for document in evidence.documents}
            for plan in (s for s in self.outline.sections if s.each == "product"):
                note, sentences = self._fill(plan, material)
                if sentences:
                    sections.append((plan.heading.format(name=subject.asked), None, sentences))
        notices = load_documents(self.reader, ("policies",), shift_day(self.day, -1), self.day)
        rest = collect_material(Evidence(originals, repeats, notices), None, [])
        self.documents += notices
        for plan in (s for s in self.outline.sections if s.each is None):
            note, sentences = self._fill(plan, rest)
            if sentences:
                sections.append((plan.heading, note, sentences))
        if not sections:
            sections = [
                (self.outline.sections[0].heading.format(name="全部"), f"{chinese_day(self.day)}没有可引用的舆情。", [])
            ]
        return sections, self.outline.title.format(day=chinese_day(self.day)), bool(loaded)

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


def _products_by_news(documents: Sequence[Document]) -> list[str]:
    """Return the codes of products that the day's documents name, the most written about first."""
    counts: dict[str, int] = {}
    for code, product in PRODUCTS.items():
        if product.exchange is None or code.endswith("_O"):
            continue
        strong, _ = product_terms(code)
        score = sum(2 if any(t in d.title for t in strong) else any(t in d.text for t in strong) for d in documents)
        if score:
            counts[code] = score
    return sorted(counts, key=lambda code: (-counts[code], code))
