"""A report as Markdown that shows stored text as text.

What does not belong here: what is shown (page.py) and HTML (html.py).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from assets.reports.render.page import VIEW_HEADS, Page, lay_out

__all__ = ["to_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


def to_markdown(report: Mapping[str, Any]) -> str:
    """Return the report as Markdown: title, label and status, sections, viewpoints, numbered sources.

    Each marker [n] in the text stands once in the list of sources, and each source has its marker.
    """
    page = lay_out(report)
    lines = [f"# {_escape(page.title)}", ""]
    for words in page.label:
        lines += [f"> {_escape(words)}", ">"]
    lines[-1] = ""
    for flag in page.flags:
        lines += [f"> ⚠ {_escape(flag)}", ""]
    for part in page.parts:
        lines += [f"## {_escape(part.heading)}", ""]
        if part.note:
            lines += [f"*{_escape(part.note)}*", ""]
        for line in part.lines:
            carried = f"（{line.carried_words}）" if line.carried_words else ""
            lines += [f"{_escape(line.text)}{_marks(line.notes)}{carried}", ""]
    lines += _viewpoints(page)
    lines += ["## 资料来源", ""]
    for source in page.sources:
        quote = _escape(" ".join(source.quote.split()))
        lines.append(
            f"{source.number}. \\[{source.number}\\] {_escape(source.title)}（{_escape(source.place)}）：{quote}"
        )
    return "\n".join(lines).rstrip("\n") + "\n"


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"\\[{n}\\]" for n in numbers)


def _viewpoints(page: Page) -> list[str]:
    if not page.views:
        return []
    lines = ["## 各方观点", "", f"| {' | '.join(VIEW_HEADS)} | 来源 |", "|---|---|---|---|---|"]
    for row in page.views:
        cells = " | ".join(_escape(cell) for cell in row.cells)
        lines.append(f"| {cells} | {_marks(row.notes)} |")
    return [*lines, ""]


def _escape(text: str) -> str:
    """Escape what Markdown or inline HTML would read as markup."""
    escaped = _SPECIAL.sub(r"\\\1", text.replace("\n", " ")).replace("&", "&amp;")
    return _LINE_START.sub(r"\1\\\2", escaped)
