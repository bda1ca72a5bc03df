"""What a report shows, format by format the same: label, parts, views and numbered sources as plain text.

What does not belong here: markup of a format (markdown.py, html.py, pdf.py, docx.py) and pictures (figures.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.reports.render.notes import HORIZON_NONE, STANCE_NAMES, STATUS_NAMES, Notes, label_of

__all__ = ["VIEW_HEADS", "WITHDRAWN", "Line", "Page", "Part", "Source", "ViewRow", "lay_out", "place_of"]

VIEW_HEADS = ("方向", "标的", "期限", "持有者")
WITHDRAWN = "来源已撤下"
NOBODY = "（已改口）"
UNAPPROVED = "尚未批准"
#: What a person did to a report, in the label.
_DEEDS = {"approved": "批准", "edited": "修改", "withheld": "扣发", "retracted": "撤回"}


@dataclass(frozen=True)
class Line:
    """One sentence, the numbers of its sources, and how many outlets carried it."""

    text: str
    notes: tuple[int, ...]
    carried: int

    @property
    def carried_words(self) -> str:
        """The remark that several outlets carried the same text, "" for one."""
        return f"同文共{self.carried}家刊出" if self.carried > 1 else ""


@dataclass(frozen=True)
class Part:
    """One section."""

    heading: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ViewRow:
    """One view: cells as `VIEW_HEADS` has them, and the numbers of its sources."""

    cells: tuple[str, str, str, str]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """One numbered source: a span of a stored text."""

    number: int
    title: str
    place: str
    quote: str
    citation: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A report laid out; `label` holds the lines that say who made and who approved it, `flags` what a reader must know."""

    title: str
    label: tuple[str, ...]
    status: str
    flags: tuple[str, ...]
    parts: tuple[Part, ...]
    views: tuple[ViewRow, ...]
    sources: tuple[Source, ...]


def lay_out(report: Mapping[str, Any]) -> Page:
    """Lay out a report as the contract has it; the same report gives the same page."""
    notes = Notes(report)
    parts = tuple(
        Part(
            section["heading"],
            section["note"] or "",
            tuple(
                Line(s["text"], _numbers(s["citations"], notes), int(s.get("sources", 1))) for s in section["sentences"]
            ),
        )
        for section in report["sections"]
    )
    views = tuple(
        ViewRow(
            (
                STANCE_NAMES[view["stance"]],
                view["target"] or HORIZON_NONE,
                view["horizon"] or HORIZON_NONE,
                "、".join(view["holders"]) or NOBODY,
            ),
            _numbers(view["citations"], notes),
        )
        for view in report["viewpoints"]
    )
    sources = tuple(_source(number, item) for number, item in enumerate(notes.items, 1))
    status = STATUS_NAMES.get(report["status"], report["status"])
    return Page(report["title"], _label(report, status), status, _flags(report), parts, views, sources)


def place_of(citation: Mapping[str, Any]) -> str:
    """Return where a citation stands: file, row, span."""
    row = f" 第{citation['row']}行" if citation["row"] is not None else ""
    return f"{citation['path']}{row}，第{citation['start']}–{citation['end']}字"


def _flags(report: Mapping[str, Any]) -> tuple[str, ...]:
    """What a reader must know before reading: a report withdrawn, or approved and overtaken by its evidence."""
    return tuple(report.get("notices") or ())


def _numbers(citations: Sequence[Mapping[str, Any]], notes: Notes) -> tuple[int, ...]:
    return tuple(dict.fromkeys(notes.number(citation) for citation in citations))


def _source(number: int, item: Mapping[str, Any]) -> Source:
    quote = WITHDRAWN if item.get("withdrawn") else item["quote"]
    return Source(number, item["title"], place_of(item), quote, item)


def _label(report: Mapping[str, Any], status: str) -> tuple[str, ...]:
    manifest = report["manifest"]
    versions = [
        f"报告日期 {report['date']}",
        f"版本 {report['version']}",
        f"数据发布号 {report['publication']}",
        f"程序版本 {manifest.get('code_version', '未知')}",
    ]
    decisions = report.get("decisions") or ()
    people = [
        f"{_DEEDS.get(d['action'], d['action'])}：{d['by']}（{d['at'][:10]}）"
        + (f"，{d['reason']}" if d["reason"] else "")
        for d in decisions
    ]
    if not any(d["action"] == "approved" for d in decisions):
        people.append(f"批准人：{UNAPPROVED}")
    return (f"{label_of(report['engine'])} · 状态：{status}", " · ".join(versions), " · ".join(people))
