"""What a reader hands over, and how a refusal is worded.

Which rows come of it (ids, supersedes) lives in `assets/corpora/identity.py`; what a document's head says beside its
text (title, date, sidecar) in `assets/corpora/readers/head.py`. Nothing here imports polars: readers also run in a
small child process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from resources.errors import DocumentError
from resources.protocols import Reject

__all__ = ["Extract", "RawDocument", "check_text", "refusal", "reject", "reject_of", "shown"]

STAGE = "corpora"
#: Control marks, line ends and marks that turn the reading direction: escaped in messages, so that each stays one line.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_VISIBLE = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class Extract:
    """One single-document file as its format's reader sees it; null is what the document does not say."""

    text: str
    title: str | None = None
    published: str | None = None
    date_origin: str | None = None
    source: str | None = None
    url: str | None = None
    encoding: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RawDocument:
    """One document before it has an id: the SOURCES columns that its reader decides."""

    path: str
    row: int | None
    source_id: str | None
    title: str
    source: str | None
    url: str | None
    published: str | None
    published_date: str | None
    date_origin: str | None
    classification: str | None
    format: str
    encoding: str | None
    text: str
    meta: dict[str, Any]


def shown(path: str) -> str:
    """Return a path as a message prints it: on one line, without marks that turn the reading direction."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", path)


def refusal(reason: str, source: str, problem: str, remedy: str, *, row: int | None = None) -> DocumentError:
    """Build the error that sends one file or line to quarantine under a reason code."""
    error = DocumentError(shown(source), problem, remedy, row=row)
    error.reason = reason
    return error


def reject_of(path: str, error: DocumentError) -> Reject:
    """Build the quarantine row of an error; `path` is the stored path, which the error only shows."""
    return Reject(STAGE, path, error.row, error.reason, str(error))


def reject(reason: str, path: str, problem: str, remedy: str, *, row: int | None = None) -> Reject:
    """Build a quarantine row: one sentence that names file, line and remedy."""
    return reject_of(path, refusal(reason, path, problem, remedy, row=row))


def check_text(text: str, source: str, *, row: int | None = None, what: str = "text") -> None:
    """Check that a text can be stored.

    Raises:
        DocumentError: with reason `nul`, `surrogate` or `empty`.
    """
    if "\x00" in text:
        raise refusal("nul", source, f"the {what} holds NUL characters", "save it again as plain text", row=row)
    if _SURROGATE.search(text):
        raise refusal(
            "surrogate", source, f"the {what} holds half of a surrogate pair", "write the whole character", row=row
        )
    if not _VISIBLE.search(text):
        raise refusal("empty", source, f"the {what} is empty", "fill it or remove it", row=row)
