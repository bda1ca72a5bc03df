"""A report as Markdown that shows stored text as text.

What does not belong here: numbering of sources (notes.py) and HTML (html.py).
"""

import re
from collections.abc import Mapping
from typing import Any

from assets.reports.render.notes import HORIZON_NONE, STANCE_NAMES, STATUS_NAMES, Notes, label_of

__all__ = ["to_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


def to_markdown(report: Mapping[str, Any]) -> str:
    """Return the report as Markdown: title, label and status, sections, viewpoints, numbered sources.

    Each marker [n] in the text stands once in the list of sources, and each source has its marker.
    """
    notes = Notes(report)
    lines = [
        f"# {_escape(report['title'])}",
        "",
        f"> {label_of(report['engine'])} · 状态：{STATUS_NAMES.get(report['status'], report['status'])} · 版本 {report['version']}",
        "",
    ]
    for section in report["sections"]:
        lines += [f"## {_escape(section['heading'])}", ""]
        if section["note"]:
            lines += [f"*{_escape(section['note'])}*", ""]
        for sentence in section["sentences"]:
            marks = "".join(f"\\[{notes.number(c)}\\]" for c in sentence["citations"])
            carried = f"（同文共{sentence['sources']}家刊出）" if sentence.get("sources", 1) > 1 else ""
            lines += [f"{_escape(sentence['text'])}{marks}{carried}", ""]
    lines += _viewpoints(report, notes)
    lines += ["## 资料来源", ""]
    for number, item in enumerate(notes.items, 1):
        place = item["path"] + (f" 第{item['row']}行" if item["row"] is not None else "")
        quote = _escape(" ".join(item["quote"].split()))
        lines.append(
            f"{number}. \\[{number}\\] {_escape(item['title'])}（{_escape(place)}，{item['start']}–{item['end']}）：{quote}"
        )
    return "\n".join(lines).rstrip("\n") + "\n"


def _viewpoints(report: Mapping[str, Any], notes: Notes) -> list[str]:
    if not report["viewpoints"]:
        return []
    lines = ["## 各方观点", "", "| 方向 | 标的 | 期限 | 持有者 | 来源 |", "|---|---|---|---|---|"]
    for view in report["viewpoints"]:
        marks = "".join(f"\\[{notes.number(c)}\\]" for c in view["citations"])
        holders = "、".join(view["holders"]) or "（已改口）"
        cells = [STANCE_NAMES[view["stance"]], view["target"], view["horizon"] or HORIZON_NONE, holders]
        lines.append("| " + " | ".join(_escape(cell) for cell in cells) + f" | {marks} |")
    return [*lines, ""]


def _escape(text: str) -> str:
    """Escape what Markdown or inline HTML would read as markup."""
    escaped = _SPECIAL.sub(r"\\\1", text.replace("\n", " ")).replace("&", "&amp;")
    return _LINE_START.sub(r"\1\\\2", escaped)
