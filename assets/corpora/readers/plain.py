"""Plain text and Markdown: the stored text is the decoded file."""

from __future__ import annotations

import re

from assets.corpora.dates import find_stated_date, parse_moment
from assets.corpora.decode import decode_bytes
from assets.corpora.readers.head import first_line_title, strip_front_matter
from assets.corpora.readers.raw import Extract

__all__ = ["find_stated_source", "read_plain"]

_SOURCE = re.compile(
    r"(?:来源|來源|发布机构|发文机关)\s*[:：]\s*((?:(?!作者|编辑|记者|责任|发布|时间|日期|\d{4}[-年])[^\s|｜,，;；。]){2,30})"
)


def read_plain(data: bytes, source: str, *, markdown: bool = False) -> Extract:
    """Read a `.txt` or `.md` file.

    Raises:
        DocumentError: with reason `encoding`.
    """
    decoded = decode_bytes(data, source)
    front = strip_front_matter(decoded.text)[1] if markdown else {}
    moment = parse_moment(front.get("date") or front.get("published") or "")
    origin = "meta" if moment else "text"
    moment = moment or find_stated_date(decoded.text)
    return Extract(
        text=decoded.text,
        title=front.get("title") or first_line_title(decoded.text),
        published=moment.published if moment else None,
        date_origin=origin if moment else None,
        source=front.get("source") or find_stated_source(decoded.text),
        url=front.get("url"),
        encoding=decoded.encoding,
        meta={"warnings": decoded.warnings} if decoded.warnings else {},
    )


def find_stated_source(text: str) -> str | None:
    """Return what stands behind 来源： in the head of a text."""
    found = _SOURCE.search(text[:600])
    return found[1] if found else None
