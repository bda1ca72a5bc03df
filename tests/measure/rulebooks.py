"""Rulebooks in memory: documents and clauses of texts, for look-ups without a home."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from assets.records.rulebooks.read import read_rulebook
from assets.text.spans import digest_id
from tests.measure.memory import MemoryReader

__all__ = ["reader_of"]


def reader_of(
    texts: Mapping[str, tuple[str, str]], metas: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> MemoryReader:
    """Read rulebooks by path: (title, text), and what sidecars say; a text that stands twice is a repeat of the first."""
    documents: list[dict[str, Any]] = []
    clauses: list[dict[str, Any]] = []
    books: list[dict[str, Any]] = []
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
        book, cut = read_rulebook(text, doc_id=doc_id, title=title, meta=metas.get(path))
        books.append({**book, **{name: json.loads(book[name]) for name in ("aliases", "names", "repeals", "dropped")}})
        clauses += cut
        stored[doc_id] = text
    return MemoryReader({"documents": documents, "clauses": clauses, "rulebooks": books}, stored)
