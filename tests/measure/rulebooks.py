"""Rulebooks in memory: documents and clauses of texts, for look-ups without a home."""

from collections.abc import Mapping
from typing import Any

from assets.records.clauses.split import split_clauses
from assets.text.spans import digest_id
from tests.measure.memory import MemoryReader

__all__ = ["reader_of"]


def reader_of(texts: Mapping[str, tuple[str, str]]) -> MemoryReader:
    """Read rulebooks by path: (title, text); a text that stands twice is a repeat of the first."""
    documents: list[dict[str, Any]] = []
    clauses: list[dict[str, Any]] = []
    stored: dict[str, str] = {}
    first: dict[str, str] = {}
    for n, (path, (title, text)) in enumerate(texts.items()):
        doc_id = digest_id("rulebooks", text, n)
        documents.append(
            {
                "doc_id": doc_id,
                "lane": "rulebooks",
                "title": title,
                "path": path,
                "row": None,
                "published": None,
                "published_date": None,
                "duplicate_of": first.get(text),
            }
        )
        first.setdefault(text, doc_id)
        clauses += split_clauses(text, doc_id=doc_id, title=title)
        stored[doc_id] = text
    return MemoryReader({"documents": documents, "clauses": clauses}, stored)
