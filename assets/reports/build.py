"""Builds the draft of a report from published tables: outline, evidence, claims, sentences, viewpoints with their facts.

Without a model each sentence is a claim's own; with one (chain/) the claims are ordered and joined by it. The draft is for the
verifier (quality/verify), which gives it its status. What does not belong here: wording (phrases.py, market.py), which sentence is
what (evidence/), views (viewpoints.py) and rendering (render/).
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from assets.reports.chain.opinions import merge_opinions
from assets.reports.chain.steps import Steps, Writing
from assets.reports.chain.write import plan_sections, write_abstracts, write_sections
from assets.reports.evidence.coverage import cover
from assets.reports.evidence.gather import EVENING, Day, load_day, load_documents, shift_day, split_repeats
from assets.reports.evidence.model import Document
from assets.reports.evidence.subject import Subject, benchmarks_of, resolve_subject
from assets.reports.market import benchmark_sentences, contradicting_bars, load_bars, market_sentences
from assets.reports.material import Material, collect_denials, collect_material, collect_notices, collect_rumours
from assets.reports.moves import ALL, moved_contracts
from assets.reports.outline import Filled, Outline, Section, load_outline
from assets.reports.phrases import Sentence, chinese_day
from assets.reports.viewpoints import View, find_views, fuse_groups
from assets.text.products import PRODUCTS
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["CODE_VERSION", "ReportSettings", "build_report"]

CODE_VERSION = "reports/2"
ENGINE = "extractive"
POLICY_DAYS = 7
GENERAL = "综述"
NO_BARS = "缺少{subject}在{day}的行情数据。"
NO_MOVES = "{day}没有达到极端行情标准的主力合约。"
NO_DOCUMENTS = "当日没有相关资料。"
TWO_BARS = "{subject}在{day}有{n}条互相矛盾的行情记录，以首条为准：{fields}不一致。"
DEFAULT_BASIS = "close_vs_prev_settle"
DEFAULT_THRESHOLD = Decimal("3.0")


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
    reader: Reader,
    kind: str,
    subject: str,
    day: str,
    *,
    settings: ReportSettings | None = None,
    writing: Writing | None = None,
    outlines: Path | None = None,
) -> dict[str, Any]:
    """Build a report as the contract prints it.

    Args:
        reader: Published rows.
        kind: extreme_move, risk_event, daily, or one that `outlines` adds.
        subject: A contract (SC2406), a product (原油) or a name; `all` for daily, and for all extreme moves of a day.
        day: YYYY-MM-DD.
        settings: `[reports]`; its basis leads the market statements.
        writing: The way to the models; None: the extractive engine writes.
        outlines: The home's folder of outlines.

    Returns:
        The report with version 1, no checks, and status `draft`, or `incomplete` where a needed part has no evidence
        or nothing can be said at all.
        The same evidence and the same answers give the same report, but for `publication` (also in the manifest).

    Raises:
        UsageError: the kind is unknown, its outline is malformed, the day is no date, or the subject does not fit the kind.
    """
    outline = load_outline(kind, outlines)
    _check(kind, subject, day)
    move = settings.extreme_move if settings else None
    draft = _Draft(
        reader,
        outline,
        subject.strip(),
        day,
        move.basis if move else DEFAULT_BASIS,
        move.threshold_pct if move else DEFAULT_THRESHOLD,
    )
    draft.steps = Steps(writing) if writing is not None else None
    return draft.report()


def _check(kind: str, subject: str, day: str) -> None:
    try:
        good = dt.date.fromisoformat(day).isoformat() == day
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"{day!r} is no date; write it as YYYY-MM-DD, for example 2024-04-18.")
    if kind == "daily" and subject != ALL:
        raise UsageError(f"A daily report has the subject all, not {subject!r}; leave --subject out.")
    if (kind not in ("daily", "extreme_move") and subject.strip() == ALL) or not subject.strip():
        raise UsageError(f"A report of kind {kind} needs a --subject: a contract, a product or a name.")


class _Draft:
    """The report in the making."""

    def __init__(
        self, reader: Reader, outline: Outline, subject: str, day: str, basis: str, threshold: Decimal
    ) -> None:
        self.reader, self.outline, self.subject, self.day = reader, outline, subject, day
        self.basis, self.threshold = basis, threshold
        self.id = f"{outline.kind}:{subject}:{day}"
        self.steps: Steps | None = None
        self.said: set[str] = set()
        self.documents: list[Document] = []
        self.repeats: list[Document] = []
        self.left_out: dict[str, str] = {}
        self.unsaid: Counter[str] = Counter()
        self.views: list[View] = []
        self.warnings: list[str] = []

    def report(self) -> dict[str, Any]:
        if self.outline.kind == "daily":
            sections, title, complete = self._daily()
        elif self.subject == ALL:
            sections, title, complete = self._moves()
        else:
            sections, title, complete = self._event()
        if self.steps is not None:
            sections = plan_sections(self.steps, title, sections)
            sections = write_sections(self.steps, self.id, sections)
            sections = write_abstracts(self.steps, title, sections)
        views = self._viewpoints(sections)
        body: list[dict[str, Any]] = [
            {"heading": s.heading, "note": s.note, "sentences": [one.as_json(self.id) for one in s.sentences]}
            for s in sections
        ]
        cited = [c for section in body for s in section["sentences"] for c in s["citations"]]
        cited += [c for view in views for c in view["citations"]]
        engine = "+".join(self.steps.engines) if self.steps is not None and self.steps.models else ENGINE
        return {
            "id": self.id,
            "version": 1,
            "kind": self.outline.kind,
            "subject": self.subject,
            "date": self.day,
            "status": "draft" if complete and any(section["sentences"] for section in body) else "incomplete",
            "title": title,
            "engine": engine,
            "publication": self.reader.publication,
            "sections": body,
            "viewpoints": views,
            "manifest": self._manifest(engine, {c["doc_id"] for c in cited}),
            "checks": [],
        }

    def _manifest(self, engine: str, cited: set[str]) -> dict[str, Any]:
        windows = [f"{self.day}当日新闻与研报"]
        if self.outline.kind != "daily":
            windows[0] += f"及前一日{EVENING}时后的新闻"
        windows.append(f"{shift_day(self.day, -1 if self.outline.kind == 'daily' else -POLICY_DAYS)}起的政策通知")
        manifest: dict[str, Any] = {
            "publication": self.reader.publication,
            "documents": self._hashes(cited),
            "parameters": {
                "basis": self.basis,
                "threshold_pct": f"{self.threshold:f}",
                "day": self.day,
                "evening_before_from_hour": int(EVENING),
                "policy_days": POLICY_DAYS,
            },
            "evidence": cover(self._originals(), self.repeats, self.left_out, self.unsaid, cited, windows=windows),
            "engine": engine,
            "code_version": CODE_VERSION,
        }
        if self.steps is not None:
            manifest |= {"models": self.steps.models, "left_to_extractive": sorted(self.steps.left)}
        return manifest

    def _originals(self) -> list[Document]:
        again = {document.doc_id for document in self.repeats}
        return list({d.doc_id: d for d in self.documents if d.doc_id not in again}.values())

    def _viewpoints(self, sections: Sequence[Filled]) -> list[dict[str, Any]]:
        """The viewpoints, each with the claims of the report that go with it."""
        fused = fuse_groups(self.views, self.documents)
        told = [part for s in sections if not s.plan.repeats for one in s.sentences for part in (one.parts or (one,))]
        merged = merge_opinions(self.steps, fused, told)
        return [
            {**one.point, "facts": [fact.claim_id(self.id) for fact in facts]}
            for one, facts in zip(fused, merged, strict=True)
        ]

    def _event(self) -> tuple[list[Filled], str, bool]:
        subject = resolve_subject(self.reader, self.subject, self.day)
        loaded = load_day(self.reader, self.day, eve=True)
        market, material = self._material(subject, loaded, self._notices())
        sections = self._sections(self.outline.sections, material)
        needs_bars = self.outline.needs == "market"
        complete = bool(market) if needs_bars else any(d.lane != "policies" for d in self.documents)
        if not complete:
            missing = NO_BARS.format(subject=subject.symbol or self.subject, day=chinese_day(self.day))
            sections = _noted(sections, missing if needs_bars else NO_DOCUMENTS)
        return _noted(sections, *self.warnings), self._title(subject, market), complete

    def _notices(self) -> list[Document]:
        notices = load_documents(self.reader, ("policies",), shift_day(self.day, -POLICY_DAYS), self.day)
        return split_repeats(notices)[0]

    def _material(self, subject: Subject, loaded: Day, notices: Sequence[Document]) -> tuple[list[Sentence], Material]:
        """The market statements and the material on one subject; what was looked at is remembered."""
        evidence = loaded.evidence(subject, notices)
        market = self._market(subject)
        self.documents += [d for d in evidence.all() if d not in self.documents]
        self.repeats += [d for d in evidence.repeats if d not in self.repeats]
        self.left_out |= evidence.left_out
        views = find_views([document for document in evidence.all() if document.day == self.day])
        known = {(view.excerpt.document.doc_id, view.excerpt.start) for view in self.views}
        self.views += [v for v in views if (v.excerpt.document.doc_id, v.excerpt.start) not in known]
        material = collect_material(loaded, evidence, subject, market, views)
        self.unsaid.update(material.left_out)
        return market, material

    def _market(self, subject: Subject) -> list[Sentence]:
        bars = load_bars(self.reader, subject.symbol, self.day) if subject.symbol else None
        if bars is None:
            return []
        fields = contradicting_bars(self.reader, str(subject.symbol), self.day)
        if fields:
            day = chinese_day(self.day)
            self.warnings.append(
                TWO_BARS.format(subject=subject.symbol, day=day, n=fields[0], fields="、".join(fields[1]))
            )
        said = market_sentences(bars, self.basis)
        for code in benchmarks_of(subject.product.code) if subject.product else ():
            said += benchmark_sentences(self.reader, code, self.day, self.basis)
        return said

    def _title(self, subject: Subject, market: Sequence[Sentence]) -> str:
        move = next((sentence for sentence in market if sentence.kind == "price_move"), None)
        words = f"：{subject.symbol}{move.slots['direction']}{move.slots['pct']}" if move else ""
        name = f"{subject.product.name}期货" if subject.product else self.subject
        return self.outline.title.format(day=chinese_day(self.day), name=name, move=words)

    def _moves(self) -> tuple[list[Filled], str, bool]:
        """All main contracts that moved by the threshold: the sections of the outline for each of them."""
        symbols = moved_contracts(self.reader, self.day, self.threshold, self.basis)
        loaded = load_day(self.reader, self.day, eve=True)
        notices = self._notices()
        sections: list[Filled] = []
        for symbol in symbols[: self.outline.products]:
            subject = resolve_subject(self.reader, symbol, self.day)
            _, material = self._material(subject, loaded, notices)
            name = subject.product.name if subject.product else symbol
            for filled in self._sections(self.outline.sections, material):
                if filled.sentences:
                    sections.append(replace(filled, heading=f"{name}（{symbol}）：{filled.heading}"))
        taken = {d.doc_id for d in self.documents}
        self.left_out = {doc_id: why for doc_id, why in self.left_out.items() if doc_id not in taken}
        if not sections:
            sections = [Filled(GENERAL, NO_MOVES.format(day=chinese_day(self.day)))]
        name = f"{len(symbols)}个品种" if symbols else "各品种"
        title = self.outline.title.format(day=chinese_day(self.day), name=name, move="")
        return _noted(sections, *self.warnings), title, bool(symbols)

    def _daily(self) -> tuple[list[Filled], str, bool]:
        loaded = load_day(self.reader, self.day)
        self.documents, self.repeats = list(loaded.documents), list(loaded.repeats)
        self.views = find_views(self.documents)
        sections: list[Filled] = []
        for code in loaded.products()[: self.outline.products]:
            subject = resolve_subject(self.reader, PRODUCTS[code].name, self.day)
            material = collect_material(loaded, loaded.evidence(subject), subject, self._market(subject), self.views)
            self.unsaid.update(material.left_out)
            plans = [replace(p, empty=None) for p in self.outline.sections if p.each == "product"]
            sections += self._sections(plans, material, subject.asked)
        sections += self._general(loaded)
        kept = [section for section in sections if section.sentences]
        if not kept:
            kept = [Filled(GENERAL, NO_DOCUMENTS)]
        title = self.outline.title.format(day=chinese_day(self.day), name="", move="")
        return _noted(kept, *self.warnings), title, bool(loaded.documents)

    def _general(self, loaded: Day) -> list[Filled]:
        """The sections of a daily report that are about no single product."""
        notices = load_documents(self.reader, ("policies",), shift_day(self.day, -1), self.day)
        self.documents += notices
        originals, again = split_repeats(notices)
        self.repeats += again
        parts = {
            "notice": collect_notices(originals, None),
            "denied": collect_denials(loaded),
            "rumour": collect_rumours(loaded),
        }
        return self._sections([plan for plan in self.outline.sections if plan.each is None], Material(parts, {}))

    def _sections(self, plans: Sequence[Section], material: Material, name: str = "") -> list[Filled]:
        """Fill sections in order; one that has neither sentences nor words for having none is left out."""
        out = []
        for plan in plans:
            chosen = self._fill(plan, material)
            note = plan.opens_with if chosen else plan.empty
            heading = plan.heading.format(name=name or self.subject, day=chinese_day(self.day))
            if chosen or note:
                out.append(Filled(heading, note, chosen, plan))
        return out

    def _fill(self, plan: Section, material: Material) -> list[Sentence]:
        """Take sentences for a section, each said once in a report unless the section may repeat."""
        chosen: list[Sentence] = []
        for part in plan.parts:
            for sentence in material.take(part):
                if len(chosen) >= plan.limit:
                    self.unsaid["over the limit"] += 1
                elif plan.repeats or sentence.text not in self.said:
                    chosen.append(sentence)
                    if not plan.repeats:
                        self.said.add(sentence.text)
        return chosen

    def _hashes(self, doc_ids: set[str]) -> dict[str, str]:
        hashes = {d.doc_id: d.sha256 for d in self.documents if d.doc_id in doc_ids}
        bars = sorted(doc_ids - set(hashes))
        if bars:
            rows = self.reader.rows("bars", where={"doc_id": bars}, columns=["doc_id", "sha256"])
            hashes |= {row["doc_id"]: row["sha256"] for row in rows}
        return dict(sorted(hashes.items()))


def _noted(sections: list[Filled], *notes: str) -> list[Filled]:
    """The sections with notes before the first one's own."""
    if not notes or not sections:
        return sections
    first = sections[0]
    return [replace(first, note="".join(notes) + (first.note or "")), *sections[1:]]
