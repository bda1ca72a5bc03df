"""Spans re-read: what a row says stands at a span must stand there in the stored text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from quality.outcomes import Outcome
from resources.errors import UsageError
from resources.protocols import Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["QUOTED", "check_spans", "has_spans"]

#: Column that must equal the text between start and end, by table, or its hash where the table keeps no text.
QUOTED: Mapping[str, str] = {
    "clauses": "text",
    "clause_parts": "text",
    "slices": "text",
    "mentions": "surface",
    "policy_facts": "sha256",
    "sentiments": "sha256",
}
SAMPLES = 20


def has_spans(table: Table) -> bool:
    """Tell whether rows of a table point into a stored text."""
    return table.name in QUOTED


def check_spans(table: Table, frame: pl.DataFrame, text_of: Callable[[str], str]) -> Outcome:
    """Re-read each row's span; one that does not hold what the row says blocks the publication."""
    failing: list[tuple[str, str]] = []
    quoted = QUOTED[table.name]
    last, text = None, ""
    for key, doc_id, start, end, wanted in (
        frame.select(table.key, "doc_id", "start", "end", quoted).sort("doc_id").iter_rows()
    ):
        if doc_id != last:
            last, text = doc_id, _text_of(doc_id, text_of)
        found = text[start:end]
        said = hashlib.sha256(found.encode()).hexdigest() if quoted == "sha256" else found
        if not found or end > len(text) or said != wanted:
            failing.append((str(key), f"characters {start} to {end} of document {doc_id} do not hold the quoted text"))
    detail = (
        f"{frame.height} spans re-read" if not failing else f"{len(failing)} of {frame.height} spans do not re-read"
    )
    return Outcome(f"{table.name}_spans", "block", not failing, detail, tuple(failing[:SAMPLES]))


def _text_of(doc_id: str, text_of: Callable[[str], str]) -> str:
    """Stored text of a document; empty where there is no such document, so that no span of it re-reads."""
    try:
        return text_of(doc_id)
    except UsageError:
        return ""


def check_hashes(table: Table, frame: pl.DataFrame) -> Outcome:
    """The hash of each stored text is that of its text."""
    failing = [
        (str(key), "sha256 is not that of the text")
        for key, text, sha in frame.select(table.key, "text", "sha256").iter_rows()
        if hashlib.sha256(text.encode()).hexdigest() != sha
    ]
    detail = f"{frame.height} hashes re-computed" if not failing else f"{len(failing)} hashes differ"
    return Outcome(f"{table.name}_hashes", "block", not failing, detail, tuple(failing[:SAMPLES]))
