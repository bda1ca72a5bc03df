"""Answers to questions, search hits, tag trees and the way back to the source."""

from typing import Any, Literal

from leafroot.answers.base import Answer, Citation

__all__ = ["Ask", "Hit", "Hits", "Hop", "Leaf", "Snippet", "Tag", "TagStats", "Tags", "Trace"]


class Ask(Answer):
    """`ask`; `resolved_question` is the question with its references resolved, `route` says what it was taken for."""

    question: str
    resolved_question: str
    as_of: str | None
    route: str
    status: Literal["answered", "refused"]
    answer: str | None
    reason: str | None
    message: str | None
    citations: list[Citation]
    candidates: list[Any]
    engine: str
    publication: int
    seconds: float


class Hit(Answer):
    """One hit of `search`; `also` names the repeats of its document, `note` says why a rule does not apply."""

    id: str
    kind: Literal["clause", "slice"]
    score: float
    lane: str
    published: str | None
    citation: Citation
    also: list[str]
    snippet: "Snippet"
    note: str | None


class Snippet(Answer):
    """The part of a hit to look at first, as code points of the stored text."""

    start: int
    end: int
    quote: str


class Hits(Answer):
    """`search`."""

    hits: list[Hit]


class Leaf(Answer):
    """A slice under a tag."""

    slice_id: str
    citation: Citation


class Tag(Answer):
    """One tag with what is below it."""

    tag_id: str
    label: str
    level: int
    summary: str
    n_leaves: int
    children: list["Tag"]
    leaves: list[Leaf]


class TagStats(Answer):
    """What went into a tree."""

    slices: int
    levels: int
    excluded: dict[str, int]
    chat_calls: int
    embed_calls: int


class Tags(Answer):
    """`tags`."""

    profile: str
    subject: str | None
    date: str | None
    dates: list[str]
    engine: str
    roots: list[Tag]
    stats: TagStats


class Hop(Answer):
    """One step from what a reader sees to its document."""

    kind: str
    id: str
    text: str


class Trace(Answer):
    """`trace`."""

    id: str
    hops: list[Hop]
    citations: list[Citation]
