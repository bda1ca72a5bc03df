"""What goes into a model's task and what comes out, as types: the rows of `tasks.py`.

Inputs are ours and strict. Rows of answers are read leniently (ids as text, further keys), and judged by the task.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "Group",
    "Item",
    "Name",
    "NameInputs",
    "QuestionInputs",
    "Relevance",
    "RelevanceInputs",
    "Sentence",
    "Sentiment",
    "SentimentInputs",
    "SliceSaid",
    "SummariseInputs",
    "WriteInputs",
]

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]+")


def _number(value: Any) -> Any:
    """Ids come as 3, "3" or "[3]"; true and 3.0 are none."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*[\[【(#]?\s*(\d{1,9})\s*[\])】]?\s*", value)):
        return int(match[1])
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("an id is a whole number")
    return value


def _line(value: Any) -> Any:
    """Texts are one line without control characters."""
    return " ".join(_CONTROL.sub(" ", value).split()) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    """A list of short texts; whatever else stands there says nothing, and takes no name with it."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(str(each) for each in value if isinstance(each, str | int) and not isinstance(each, bool))


Id = Annotated[int, BeforeValidator(_number)]
Line = Annotated[str, BeforeValidator(_line)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Item(_In):
    """A numbered text."""

    id: int
    text: str


class Group(_In):
    """What stands under one tag."""

    id: int
    children: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    #: Whether its children are tags among which is to be decided.
    decide: bool = False


class SummariseInputs(_In):
    """Slices to be summarised and tagged."""

    subject: str = ""
    facets: tuple[str, ...] = ()
    style: str = ""
    slices: tuple[Item, ...]


class NameInputs(_In):
    """Groups to be named."""

    facet: str | None = None
    brief: str = ""
    groups: tuple[Group, ...]


class WriteInputs(_In):
    """Claims to be told as one section."""

    heading: str
    claims: tuple[Item, ...]


class QuestionInputs(_In):
    """A question and the claims that may answer it."""

    question: str
    claims: tuple[Item, ...]


class RelevanceInputs(_In):
    """Texts that may be about a subject."""

    subject: str
    items: tuple[Item, ...]


class SentimentInputs(_In):
    """Texts whose tone is asked."""

    items: tuple[Item, ...]


class SliceSaid(_Out):
    """A slice in one sentence, its tags and its facet."""

    id: Id
    summary: Line
    tags: tuple[Line, ...] = ()
    facet: Line | None = None


class Name(_Out):
    """The label of a group."""

    id: Id
    label: Line
    summary: Line = ""
    #: Children that are one (`1=3`), and those that do not belong here (`4`), by their numbers in the group.
    same: Annotated[tuple[Line, ...], BeforeValidator(_lines)] = ()
    out: Annotated[tuple[Line, ...], BeforeValidator(_lines)] = ()


class Sentence(_Out):
    """A sentence and the claims that it tells."""

    text: Line
    claims: tuple[Id, ...]


class Relevance(_Out):
    """Whether a text is about the subject."""

    id: Id
    relevant: bool = Field(strict=True)


class Sentiment(_Out):
    """The tone of a text."""

    id: Id
    label: Literal["positive", "negative", "neutral"]
