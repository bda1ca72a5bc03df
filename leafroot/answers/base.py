"""Base of all answers, and the citation that is everywhere the same."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer", "Citation"]


class Answer(BaseModel):
    """Base of all answers; fields may be added, never renamed."""

    model_config = ConfigDict(extra="allow")


class Citation(Answer):
    """Where a quote stands: code-point offsets into the stored text of a document."""

    doc_id: str
    title: str
    path: str
    row: int | None
    start: int
    end: int
    sha256: str
    quote: str
