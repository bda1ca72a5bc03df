"""DOCX: paragraphs and tables in the order of the body, as the document reads once all changes are accepted."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from assets.corpora.dates import find_stated_date
from assets.corpora.readers.numbering import Numbering
from assets.corpora.readers.office import check_zip
from assets.corpora.readers.plain import find_stated_source
from assets.corpora.readers.raw import Extract, refusal
from assets.corpora.readers.tables import Row, describe_tables, table_numbers

__all__ = ["read_word"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: What a reader no longer sees once changes are accepted.
_GONE = frozenset(
    (_W + "del", _W + "moveFrom", _W + "pPrChange", _W + "rPrChange", _W + "instrText", _W + "delText", _FALLBACK)
)
_CHARACTERS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_CONTAINERS = frozenset((_W + "sdt", _W + "sdtContent", _W + "customXml", _W + "ins", _W + "moveTo", _W + "smartTag"))
CELL = " | "


def read_word(data: bytes, source: str) -> Extract:
    """Read a `.docx` file.

    Raises:
        DocumentError: with reason `encrypted`, `unreadable` or `zip_bomb`.
    """
    import docx
    from docx.opc.exceptions import OpcError

    check_zip(data, source, "word/document.xml")
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
    except (
        OpcError,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        raise refusal("unreadable", source, "the document is damaged", "open and save it again") from None
    numbering = Numbering.of(document)
    lines = [line for line in _blocks(body, numbering) if line.strip()]
    text = "\n".join(lines)
    moment = find_stated_date(text)
    tables = describe_tables(lines, table_numbers(lines))
    return Extract(
        text=text,
        published=moment.published if moment else None,
        date_origin="text" if moment else None,
        source=find_stated_source(text),
        meta={"tables": tables} if tables else {},
    )


def _blocks(parent: Any, numbering: Numbering) -> Iterator[str]:
    """Yield the lines of a body or a container in it."""
    for node in parent:
        if node.tag == _W + "p":
            yield from _paragraph(node, numbering)
        elif node.tag == _W + "tbl":
            yield from _table(node, numbering)
        elif node.tag in _CONTAINERS:
            yield from _blocks(node, numbering)


def _paragraph(node: Any, numbering: Numbering) -> Iterator[str]:
    text = "".join(_runs(node))
    # A deleted paragraph takes no number of its list.
    if not text.strip():
        return
    label = numbering.label(node)
    for line in (label + text).split("\n"):
        yield re.sub(r"[ \xa0]+", " ", line).strip("\t ")


def _runs(node: Any) -> Iterator[str]:
    """Yield the visible text of a paragraph; text boxes in it stand on lines of their own."""
    for child in node:
        if child.tag in _GONE:
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == _W + "r" and _is_hidden(child):
            continue
        elif child.tag == _W + "txbxContent":
            for paragraph in child.iter(_W + "p"):
                yield "\n" + "".join(_runs(paragraph))
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in (_W + "pPr", _W + "rPr"):
            yield from _runs(child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_W + "val", "true") not in ("0", "false", "off")


def _table(table: Any, numbering: Numbering) -> Iterator[str]:
    number = sum(1 for _ in table.itersiblings(_W + "tbl", preceding=True))
    for row in table.iter(_W + "tr"):
        if row.find(f"{_W}trPr/{_W}del") is not None or next(row.iterancestors(_W + "tbl")) is not table:
            continue
        cells = [
            " ".join(_cell(cell, numbering))
            for cell in row.iter(_W + "tc")
            if next(cell.iterancestors(_W + "tr")) is row
        ]
        if any(cell.strip() for cell in cells):
            yield Row.of(CELL.join(cell.strip() for cell in cells), number)


def _cell(cell: Any, numbering: Numbering) -> Iterator[str]:
    for line in _blocks(cell, numbering):
        if line.strip():
            yield line.replace("\t", " ").strip()
