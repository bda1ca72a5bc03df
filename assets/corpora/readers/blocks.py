"""An HTML tree as lines: one per block, one per table row; what is hidden or navigation is taken out first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

__all__ = ["Line", "clean_tree", "lines_of", "parse_html", "squeeze"]

#: Tags that begin a new line before and after.
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
        "header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul",
    )
)
_DROPPED = frozenset(
    re.findall(
        r"\w+",
        "script style noscript template iframe frame object embed applet svg canvas audio video map button select option input textarea "
        "nav footer aside head meta link title datalist dialog",
    )
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
#: What a script shows once the page has loaded.
_LATER = re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？，；]+[。！？，；]")
#: What no XML text may hold; extractors that move text about trip over it.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]))(?:;|(?![0-9a-f]))",
    re.IGNORECASE,
)
#: Hidden text that is most of a page is the page: scripts show it when they load.
MOST = 0.4
CELL = " | "
#: A longer text is no cell of data.
MAX_CELL = 600


@dataclass(frozen=True)
class Line:
    """One line of a page: its text, how much of it is links, whether it is a table row with several cells, and where."""

    text: str
    link_share: float
    is_row: bool
    tag: str
    node: Any = field(default=None, compare=False, repr=False)


def parse_html(text: str) -> html.HtmlElement | None:
    """Parse a page; None where it holds no element."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return html.document_fromstring(_CONTROL.sub("", text).encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        return None


def clean_tree(tree: html.HtmlElement) -> None:
    """Take out, in place, what a reader does not see or does not read; turn `section` into what extractors know."""
    for node in list(tree.iter(*_DROPPED)):
        if node.tag != "head" or node.getparent() is not None:
            node.drop_tree()
    whole = tree.text_content()
    for node in list(tree.iter(etree.Element)):
        style = node.get("style") or ""
        hidden = node.get("hidden") is not None or _HIDDEN.search(style)
        if (
            hidden
            and node.getparent() is not None
            and not _is_most(node.text_content(), whole, later=bool(_LATER.search(style)))
        ):
            node.drop_tree()
    for node in tree.iter("section", "article", "main"):
        inner = any(child.tag in _BLOCKS for child in node.iterdescendants(etree.Element))
        node.tag = "div" if inner else "p"


def _is_most(part: str, whole: str, *, later: bool) -> bool:
    """Tell whether a hidden part is most of a page, or of its sentences where a script shows it later."""
    if later:
        part, whole = "".join(_SENTENCE.findall(part)), "".join(_SENTENCE.findall(whole))
    return len(squeeze(part)) >= MOST * max(1, len(squeeze(whole)))


def lines_of(tree: html.HtmlElement) -> list[Line]:
    """Return the lines of a tree in reading order; white space inside a line is one blank."""
    lines: list[Line] = []
    parts: list[str] = []
    linked: list[str] = []
    links = 0
    tag = "p"
    blocks = [tree]

    def flush() -> None:
        text = _tidy("".join(parts))
        if text:
            share = len(squeeze("".join(linked))) / max(1, len(squeeze(text)))
            lines.append(Line(text, share, False, tag, blocks[-1]))
        parts.clear()
        linked.clear()

    for kind, node, text in _walk(tree):
        if kind == "row":
            flush()
            lines.append(_row(node))
        elif kind == "text":
            parts.append(text)
            if links:
                linked.append(text)
        elif node.tag == "br":
            flush()
        elif node.tag == "a":
            links += 1 if kind == "start" else -1
        elif node.tag in _BLOCKS:
            flush()
            tag = node.tag if kind == "start" else "p"
            if kind == "start":
                blocks.append(node)
            elif len(blocks) > 1:
                blocks.pop()
    flush()
    return [line for line in lines if line.text]


def squeeze(text: str) -> str:
    """Return a text without white space and invisible characters."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


def _walk(tree: html.HtmlElement) -> Iterator[tuple[str, html.HtmlElement, str]]:
    """Yield start, end and text events; a table row of plain cells is one event and is not walked into."""
    stack: list[tuple[str, html.HtmlElement]] = [("open", tree)]
    while stack:
        step, node = stack.pop()
        if step == "tail":
            if node.tail:
                yield "text", node, node.tail
            continue
        if step == "close":
            yield "end", node, ""
            continue
        if not isinstance(node.tag, str):
            continue
        if node.tag == "tr" and _is_data_row(node):
            yield "row", node, ""
            continue
        yield "start", node, ""
        if node.text:
            yield "text", node, node.text
        stack.append(("close", node))
        for child in reversed(node):
            stack.append(("tail", child))
            stack.append(("open", child))


def _is_data_row(row: html.HtmlElement) -> bool:
    """Tell a row of data from one that lays a page out: several cells, none with a table or many paragraphs in it."""
    cells = row.findall("td") + row.findall("th")
    if len(cells) < 2:
        return False
    # A cell with nothing in it needs no search.
    return all(len(cell.text or "") <= MAX_CELL if len(cell) == 0 else _is_data_cell(cell) for cell in cells)


def _is_data_cell(cell: html.HtmlElement) -> bool:
    return (
        cell.find(".//table") is None
        and len(cell.findall(".//p")) <= 4
        and len(cell.findall(".//div")) <= 2
        and len(cell.text_content()) <= MAX_CELL
    )


def _row(row: html.HtmlElement) -> Line:
    cells = [_tidy(" ".join(cell.itertext())) for cell in row if cell.tag in ("td", "th")]
    linked = "".join("".join(link.itertext()) for link in row.iter("a"))
    text = CELL.join(cells).strip() if any(cells) else ""
    return Line(text, len(squeeze(linked)) / max(1, len(squeeze(text))), True, "tr", row)


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v\xa0]+", " ", text).strip(" \u3000\u200b\ufeff")
