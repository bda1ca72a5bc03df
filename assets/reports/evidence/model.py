"""A document as reports see it, and an excerpt of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.text.spans import Citation, cite

__all__ = ["Document", "Excerpt"]


@dataclass(frozen=True)
class Document:
    """One document with its stored text; `copies` are the sources of its near-duplicates."""

    doc_id: str
    lane: str
    title: str
    source: str | None
    published: str | None
    day: str | None
    path: str
    row: int | None
    text: str
    sha256: str = ""
    duplicate_of: str | None = None
    copies: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any], text: str, copies: tuple[str, ...] = ()) -> "Document":
        """Make one from a DOCUMENTS row and its text."""
        return cls(
            doc_id=row["doc_id"],
            lane=row["lane"],
            title=row["title"],
            source=row["source"],
            published=row["published"],
            day=row["published_date"],
            path=row["path"],
            row=row["row"],
            text=text,
            sha256=row["sha256"],
            duplicate_of=row["duplicate_of"],
            copies=copies,
        )


@dataclass(frozen=True)
class Excerpt:
    """A contiguous span of a document's stored text."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]

    def cite(self) -> Citation:
        """Return the citation of exactly this span."""
        place = {
            "doc_id": self.document.doc_id,
            "title": self.document.title,
            "path": self.document.path,
            "row": self.document.row,
        }
        return cite(place, self.document.text, self.start, self.end)
