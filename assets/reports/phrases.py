"""The words that a report may say outside of a quotation, and the closed set of sentence forms built from them.

Whatever else stands in a sentence re-reads from a cited quote, is the name or day of a cited document, or is computed from
cited bars. What does not belong here: choosing what is said (evidence/) and in which section (build.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assets.reports.evidence.model import Document, Excerpt
from assets.text.spans import Citation, digest_id

__all__ = [
    "BASIS_NAMES",
    "LINKS",
    "PHRASES",
    "Sentence",
    "chinese_day",
    "join_sentences",
    "say_conflict",
    "say_denied",
    "say_excerpt",
    "say_notice",
    "say_rumour",
    "sources_of",
    "speaker_of",
]

#: Name of each basis as a market statement prints it in brackets.
BASIS_NAMES = {
    "close_vs_prev_settle": "收盘价对前结算价",
    "settle_vs_prev_settle": "结算价对前结算价",
    "close_vs_prev_close": "收盘价对前收盘价",
    "open_vs_prev_close": "开盘价对前收盘价",
}
#: Every word of the forms below; the market statements (market.py) add prices, units and directions.
PHRASES = (
    "据", "消息，", "表示，", "指出，", "根据", "通知，", "市场曾有传闻称", "各方数据不一：", "未经证实的传闻：", "；", "另据", "。",
)  # fmt: skip
#: Neutral words that may stand before a sentence or a joined part of one; none says that one thing follows from another.
LINKS = ("此外", "另外", "同时", "与此同时", "另一方面")
_STOPS = "。；;，,"
#: Marks that already end a sentence.
_ENDED = ("？", "！", "?", "!", "…")


@dataclass
class Sentence:
    """One sentence of a report, its claim, the spans that it rests on, and how many sources carried the same text."""

    text: str
    kind: str
    slots: dict[str, str]
    citations: list[Citation] = field(default_factory=list)
    sources: int = 1
    #: The sentences that it joins, each a claim of its own; empty: it is one itself.
    parts: tuple["Sentence", ...] = ()

    def claim_id(self, report_id: str) -> str:
        """Return the id of its claim in a report."""
        return digest_id(report_id, self.kind, *(f"{c['doc_id']}:{c['start']}:{c['end']}" for c in self.citations))

    def as_json(self, report_id: str) -> dict[str, Any]:
        """Return the contract's sentence object."""
        claims = [
            {
                "claim_id": one.claim_id(report_id),
                "kind": one.kind,
                "slots": one.slots,
                "citations": one.citations,
            }
            for one in self.parts or (self,)
        ]
        return {"text": self.text, "claims": claims, "citations": self.citations, "sources": self.sources}


def chinese_day(day: str) -> str:
    """Return 2024-04-18 as 4月18日."""
    return f"{int(day[5:7])}月{int(day[8:10])}日"


def speaker_of(document: Document) -> str:
    """Return who published a document: its source, else its title in 《》."""
    return document.source or f"《{document.title}》"


def sources_of(document: Document) -> int:
    """Return how many sources published a document, repeats joined."""
    return len({*document.copies, speaker_of(document)})


def say_excerpt(excerpt: Excerpt, kind: str) -> Sentence:
    """Say a verbatim excerpt of a news item (据…消息) or of a research note (…表示)."""
    document = excerpt.document
    quote = excerpt.text
    if document.lane == "research":
        verb = "表示" if document.source else "指出"
        lead, slots = f"{speaker_of(document)}{verb}，", {"source": speaker_of(document)}
    else:
        lead, slots = _lead(document), _slots(document)
    return Sentence(_end(lead + quote), kind, {**slots, "excerpt": quote}, [excerpt.cite()], sources_of(document))


def say_notice(excerpt: Excerpt, kind: str = "policy_change") -> Sentence:
    """Say a verbatim excerpt of a policy notice (根据…通知)."""
    document = excerpt.document
    day = chinese_day(document.day) if document.day else ""
    slots = {"source": speaker_of(document), "excerpt": excerpt.text} | ({"date": day} if day else {})
    return Sentence(_end(f"根据{speaker_of(document)}{day}通知，{excerpt.text}"), kind, slots, [excerpt.cite()])


def say_denied(rumour: Excerpt, denial: Excerpt) -> Sentence:
    """Tell a rumour as a rumour, together with its denial."""
    text = _end(f"市场曾有传闻称“{rumour.text}”，{_lead(denial.document)}{denial.text}")
    slots = {**_slots(denial.document), "rumour": rumour.text, "excerpt": denial.text}
    return Sentence(text, "denial", slots, [denial.cite(), rumour.cite()])


def say_rumour(excerpt: Excerpt) -> Sentence:
    """Tell a rumour that nobody answered, in the words of who passes it on, and as one."""
    document = excerpt.document
    text = _end(f"未经证实的传闻：{_lead(document)}{excerpt.text}")
    return Sentence(
        text, "statement", {**_slots(document), "excerpt": excerpt.text}, [excerpt.cite()], sources_of(document)
    )


def say_conflict(sides: Sequence[Excerpt]) -> Sentence:
    """Put figures that contradict each other side by side, each with its source."""
    parts = [f"{'据' if i == 0 else '另据'}{_dated(side.document)}消息，{side.text}" for i, side in enumerate(sides)]
    slots: dict[str, str] = {}
    for i, side in enumerate(sides, 1):
        slots |= {f"{name}_{i}": value for name, value in {**_slots(side.document), "excerpt": side.text}.items()}
    return Sentence(_end("各方数据不一：" + "；".join(parts)), "level", slots, [side.cite() for side in sides])


def join_sentences(told: Sequence[tuple[str, Sentence]]) -> Sentence:
    """Join sentences into one, each behind its link (empty: none)."""
    parts = [f"{link}，{one.text}" if link else one.text for link, one in told]
    text = "；".join(part.rstrip(_STOPS) for part in parts)
    first = told[0][1]
    if len(told) == 1:
        return first if not told[0][0] else replace(first, text=_end(text), parts=first.parts or (first,))
    citations: list[Citation] = []
    for _, one in told:
        citations += [citation for citation in one.citations if citation not in citations]
    sources = max(one.sources for _, one in told)
    return Sentence(_end(text), first.kind, {}, citations, sources, tuple(one for _, one in told))


def _dated(document: Document) -> str:
    return speaker_of(document) + (chinese_day(document.day) if document.day else "")


def _lead(document: Document) -> str:
    return f"据{_dated(document)}消息，"


def _slots(document: Document) -> dict[str, str]:
    return {"source": speaker_of(document)} | ({"date": chinese_day(document.day)} if document.day else {})


def _end(text: str) -> str:
    return (
        text if text.endswith(_ENDED) or text.endswith(tuple(f"{m}”" for m in _ENDED)) else text.rstrip(_STOPS) + "。"
    )
