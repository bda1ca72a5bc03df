"""The shapes that a look-up answers in: a clause, a refusal, candidates, a citation."""

from collections.abc import Mapping
from typing import Any

from assets.records.clauses.titles import Document
from assets.text.spans import Citation, sha256_text

__all__ = ["as_candidate", "as_clause", "as_title", "cite_span", "refused"]


def refused(
    reason: str, message: str, candidates: list[dict[str, Any]], *, document: str | None = None
) -> dict[str, Any]:
    """Return a refusal with its reason, a sentence and candidates."""
    return {
        "status": "refused",
        "document": document,
        "version": None,
        "part": None,
        "chapter": None,
        "section": None,
        "article": None,
        "text": None,
        "citation": None,
        "reason": reason,
        "message": message,
        "candidates": candidates,
    }


def as_title(document: Document) -> dict[str, Any]:
    """Return a document as candidates name it."""
    return {"doc_id": document.doc_id, "document": document.name, "version": document.version}


def as_candidate(document: Document, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clause as candidates name it."""
    return {**as_title(document), "chapter": row["chapter"], "section": row["section"], "article": row["article"]}


def as_clause(document: Document, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clause as `clauses` lists it."""
    names = ("clause_id", "document", "version", "part", "chapter", "section", "article", "text")
    return {
        **{name: row[name] for name in names},
        "citation": cite_span(document, row["start"], row["end"], row["text"]),
    }


def cite_span(document: Document, start: int, end: int, quote: str) -> Citation:
    """Cite characters `start` to `end` of a document, which say `quote`."""
    row = document.row
    return Citation(
        doc_id=row["doc_id"],
        title=row["title"],
        path=row["path"],
        row=row["row"],
        start=start,
        end=end,
        sha256=sha256_text(quote),
        quote=quote,
    )
