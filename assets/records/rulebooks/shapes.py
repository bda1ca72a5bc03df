"""The shapes that a look-up answers in: a clause, a refusal, candidates, a citation."""

from collections.abc import Mapping
from typing import Any

from assets.records.rulebooks.titles import Document, Titles
from assets.text.spans import Citation, sha256_text

__all__ = ["as_candidate", "as_clause", "as_title", "cite_span", "refused", "say_version"]


def refused(
    reason: str, message: str, candidates: list[dict[str, Any]], *, document: str | None = None
) -> dict[str, Any]:
    """Return a refusal with its reason, a sentence and candidates."""
    return {
        "status": "refused",
        "document": document,
        "version": None,
        "number": None,
        "effective": None,
        "repealed_by": None,
        "page": None,
        "part": None,
        "chapter": None,
        "section": None,
        "heading": None,
        "article": None,
        "text": None,
        "citation": None,
        "reason": reason,
        "message": message,
        "candidates": candidates,
    }


def say_version(titles: Titles, answer: dict[str, Any], as_of: str | None) -> dict[str, Any]:
    """Add to a found clause its version's effective day, and what repeals or replaces it; the message says both.

    With `as_of`, what repeals it only later is left out.
    """
    if answer["status"] != "found":
        return answer
    document = titles.document(answer["citation"]["doc_id"])
    effective = f"{document.effective}起施行" if document.effective else "施行日未载明"
    version = "，".join(filter(None, [document.version, effective]))
    message = answer["message"].replace(f"《{document.name}》", f"《{document.name}》（{version}）", 1)
    ended = titles.repealed(document)
    by = None
    if ended is not None and (as_of is None or not ended.by.applies or ended.by.applies <= as_of):
        since = f"自{ended.by.applies}起" if ended.by.applies else ""
        name = f"{ended.by.version or ended.by.row['path']}版" if ended.newer else f"《{ended.by.name}》"
        message += f"注意：该版本已{since}由{name}{'取代' if ended.newer else '废止'}。"
        by = {**as_title(ended.by), "newer_version": ended.newer}
    return {**answer, "effective": document.effective, "repealed_by": by, "message": message}


def as_title(document: Document) -> dict[str, Any]:
    """Return a document as candidates name it."""
    return {
        "doc_id": document.doc_id,
        "document": document.name,
        "version": document.version,
        "effective": document.effective,
    }


def as_candidate(document: Document, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clause as candidates name it."""
    return {**as_title(document), "chapter": row["chapter"], "section": row["section"], "article": row["article"]}


def as_clause(document: Document, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a clause as `clauses` lists it."""
    names = ("clause_id", "document", "version", "part", "chapter", "section", "heading", "article", "text")
    return {
        **{name: row[name] for name in names},
        "number": document.book.get("number"),
        "effective": document.effective,
        "page": row.get("page"),
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
