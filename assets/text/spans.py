"""Spans, hashes and ids: how everything points into a stored text.

A span is `(doc_id, start, end)` in Unicode code points, half-open. How a citation is printed lives here too,
because every stage prints the same one.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypedDict

__all__ = ["Citation", "canonical_json", "cite", "digest_id", "sha256_text"]

#: Hex digits kept of an id: 80 bits, a collision among 10^9 rows has odds of one in 10^6.
ID_DIGITS = 20


class Citation(TypedDict):
    """The same object everywhere (contract): where a quote stands and what it says."""

    doc_id: str
    title: str
    path: str
    row: int | None
    start: int
    end: int
    sha256: str
    quote: str


def sha256_text(text: str) -> str:
    """Return the SHA-256 (hex) of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digest_id(*parts: str | int | None) -> str:
    """Return a stable id for the parts, in order (first 20 hex digits of a SHA-256)."""
    joined = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()[:ID_DIGITS]


def canonical_json(value: Any) -> str:
    """Return the one spelling of a JSON value that tables and digests use."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def cite(document: Mapping[str, Any], text: str, start: int, end: int) -> Citation:
    """Cite `text[start:end]` of a document.

    Args:
        document: A row with doc_id, title (symbol and date for a bar), path and row.
        text: The whole stored text of that document.
        start: First code point.
        end: One past the last.
    """
    quote = text[start:end]
    title = document.get("title") or f"{document.get('symbol', '')} {document.get('date', '')}".strip()
    return Citation(
        doc_id=document["doc_id"],
        title=title,
        path=document["path"],
        row=document["row"],
        start=start,
        end=end,
        sha256=sha256_text(quote),
        quote=quote,
    )
