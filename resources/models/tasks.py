"""The tasks that models do: typed input and output, the schema of the answer, and a check against the input.

A task works on a list of numbered items. The check keeps what the items support and says why it dropped the rest; an item
that did not come back is reported as missing, never guessed. How an answer is obtained and parsed is in `structured.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from resources.models.evidence import covered, unsupported_claim, unsupported_fact
from resources.models.report_tasks import (
    AbstractInputs,
    OpinionInputs,
    Picked,
    PickedFacts,
    PickedOrder,
    PlanInputs,
    judge_abstract,
    judge_opinion,
    judge_plan,
    schema_abstract,
    schema_opinion,
    schema_plan,
)
from resources.models.task_rows import (
    Group,
    Item,
    Name,
    NameInputs,
    QuestionInputs,
    Relevance,
    RelevanceInputs,
    Sentence,
    Sentiment,
    SentimentInputs,
    SliceSaid,
    SummariseInputs,
    WriteInputs,
)

__all__ = ["TASKS", "Checked", "Task", "task_of"]

SUMMARY_MAX, SENTENCE_MAX = 80, 360
LABEL_MIN, LABEL_MAX = 2, 12
#: Least share of a text's characters that stands in its source, in pieces of two or more.
SUPPORT_SUMMARY, SUPPORT_LABEL, SUPPORT_SENTENCE = 0.6, 0.5, 0.6
_LABEL = re.compile(r"[\u3400-\u9fffA-Za-z0-9%·\-+/()（）〔〕、．.]+")
_WORDY = re.compile(r"[\u3400-\u9fffA-Za-z]")
_END = re.compile(r"[。；！？;!?]|，(?=[^，]*$)")


@dataclass(frozen=True)
class Checked:
    """What of an answer holds, as plain rows, and why the rest was dropped (`<id>: <reason>`)."""

    rows: tuple[dict[str, Any], ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One task: types, schema and check.

    `given` and `made` are the lists in input and output. Where each item is answered by itself (`per_item`), answers are
    kept item by item and a batch can be asked in parts. `echo`: the answer holds no words of its input, so that only odd
    ids can tell that it belongs to this call.
    """

    name: str
    inputs: type[BaseModel]
    row: type[BaseModel]
    given: str
    made: str
    schema_of_row: Callable[[Any, Sequence[int]], dict[str, Any]]
    judge: Callable[[Any, Any], dict[str, Any] | str]
    per_item: bool = True
    echo: bool = False
    #: Tokens of answer that an item may take.
    room: int = 160
    #: Version of the shipped prompt that asks for this form of answer.
    version: str = "v1"

    @property
    def prompt(self) -> str:
        """Name of the shipped prompt."""
        return f"{self.name}/{self.version}"

    def read_inputs(self, inputs: Mapping[str, Any]) -> BaseModel:
        """Return the typed input; `ValueError` where the caller gave another shape or an id twice."""
        made = self.inputs.model_validate(dict(inputs))
        ids = [item.id for item in getattr(made, self.given)]
        if len(ids) != len(set(ids)):
            raise ValueError(f"{self.name}: an id stands twice in {self.given}")
        return made

    def schema(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON schema of the answer to these inputs, in the subset that servers enforce."""
        typed = self.inputs.model_validate(dict(inputs))
        ids = [item.id for item in getattr(typed, self.given)]
        row = self.schema_of_row(typed, ids)
        length = {"minItems": len(ids), "maxItems": len(ids)} if self.per_item else {}
        return _object({self.made: {"type": "array", "items": row, **length}})

    def check(self, inputs: Mapping[str, Any], output: Mapping[str, Any]) -> Checked:
        """Return the rows of an answer that its inputs support.

        Args:
            inputs: As the call had them.
            output: `{made: [row, …]}`; rows may be of any shape.
        """
        typed = self.inputs.model_validate(dict(inputs))
        items = {item.id: item for item in getattr(typed, self.given)}
        rows: list[dict[str, Any]] = []
        dropped: list[str] = []
        seen: set[Any] = set()
        raw = output.get(self.made)
        for place, value in enumerate(raw if isinstance(raw, list | tuple) else []):
            try:
                row: Any = self.row.model_validate(value)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                dropped.append(f"row {place + 1}: {where or 'row'}: {first['msg'].lower()}")
                continue
            key = getattr(row, "id", None) if self.per_item else getattr(row, "text", place)
            if key in seen:
                dropped.append(f"{key}: said twice")
                if self.echo and row.model_dump() not in rows:
                    # Nothing shows which of two verdicts is meant.
                    rows = [other for other in rows if other["id"] != key]
                continue
            judged = self._judge(typed, items, row, rows)
            if isinstance(judged, str):
                dropped.append(f"{key}: {judged}")
            else:
                rows.append(judged)
                seen.add(key)
        if self.per_item:
            told = {line.split(":")[0] for line in dropped}
            dropped += [f"{i}: missing" for i in items if i not in seen and str(i) not in told]
            rows.sort(key=lambda row: row["id"])
        return Checked(tuple(rows), tuple(dropped))

    def _judge(self, typed: Any, items: Mapping[int, Any], row: Any, rows: Sequence[dict[str, Any]]) -> Any:
        if not self.per_item:
            return self.judge(items, row)
        item = items.get(row.id)
        if item is None:
            return "no such id"
        judged = self.judge((typed, item), row)
        if isinstance(judged, dict) and "label" in judged and self.made == "names":
            taken = {other["label"] for other in rows}
            return f"label {judged['label']} is taken" if judged["label"] in taken else judged
        return judged


def task_of(name: str) -> Task:
    """Return a task by its name; `KeyError` where there is none."""
    return TASKS[name]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}


def _slice_schema(inputs: SummariseInputs, ids: Sequence[int]) -> dict[str, Any]:
    facet: dict[str, Any] = {"type": "null"}
    if inputs.facets:
        facet = {"anyOf": [{"type": "string", "enum": list(inputs.facets)}, {"type": "null"}]}
    tags = {"type": "array", "items": _TEXT}
    return _object({"id": _ids(ids), "summary": _TEXT, "tags": tags, "facet": facet})


def _name_schema(_: NameInputs, ids: Sequence[int]) -> dict[str, Any]:
    places = {"type": "array", "items": _TEXT}
    return _object({"id": _ids(ids), "label": _TEXT, "summary": _TEXT, "same": places, "out": places})


def _sentence_schema(_: WriteInputs | QuestionInputs, ids: Sequence[int]) -> dict[str, Any]:
    return _object({"text": _TEXT, "claims": {"type": "array", "items": _ids(ids)}})


def _relevance_schema(_: RelevanceInputs, ids: Sequence[int]) -> dict[str, Any]:
    return _object({"id": _ids(ids), "relevant": {"type": "boolean"}})


def _sentiment_schema(_: SentimentInputs, ids: Sequence[int]) -> dict[str, Any]:
    label = {"type": "string", "enum": ["positive", "negative", "neutral"]}
    return _object({"id": _ids(ids), "label": label})


def _ids(ids: Sequence[int]) -> dict[str, Any]:
    # As text: models copy the mark that stands before an item, and not every server enforces lists of numbers.
    return {"type": "string", "enum": [str(i) for i in ids]}


def _summary(text: str, source: str) -> str | None:
    """Return why a summary does not hold; None: it does."""
    if not _WORDY.search(text):
        return "no words"
    beyond = unsupported_fact(text, source) or unsupported_claim(text, source)
    if beyond:
        return f"not in its source: {beyond}"
    share = covered(text, source)
    return None if share >= SUPPORT_SUMMARY else f"only {share:.0%} of its words are in its source"


def _shorten(text: str) -> str:
    """Cut a text behind the last mark that leaves it short enough; without one it stays too long."""
    if len(text) <= SUMMARY_MAX:
        return text
    ends = [match.end() for match in _END.finditer(text[:SUMMARY_MAX])]
    return text[: ends[-1]].rstrip("，,") if ends and ends[-1] >= SUMMARY_MAX // 4 else text


def _label(text: str, source: str) -> str | None:
    """Return why a label does not hold; None: it does."""
    if not LABEL_MIN <= len(text) <= LABEL_MAX:
        return f"{len(text)} characters"
    if not _LABEL.fullmatch(text) or len(_WORDY.findall(text)) < LABEL_MIN:
        return "no name"
    beyond = unsupported_fact(text, source) or unsupported_claim(text, source)
    if beyond:
        return f"not in its source: {beyond}"
    share = covered(text, source)
    return None if share >= SUPPORT_LABEL else f"only {share:.0%} of its words are in its source"


def _judge_slice(given: tuple[SummariseInputs, Item], row: SliceSaid) -> dict[str, Any] | str:
    inputs, item = given
    summary = _shorten(row.summary)
    if len(summary) > SUMMARY_MAX:
        return f"summary of {len(summary)} characters"
    wrong = _summary(summary, item.text)
    if wrong:
        return f"summary {wrong}"
    tags = [tag for tag in dict.fromkeys(row.tags) if _label(tag, item.text) is None]
    facet = row.facet if row.facet in inputs.facets else None
    return {"id": row.id, "summary": summary, "tags": tags, "facet": facet}


def _judge_name(given: tuple[NameInputs, Group], row: Name) -> dict[str, Any] | str:
    _, group = given
    source = "\n".join((*group.children, *group.summaries))
    wrong = _label(row.label, source)
    if wrong:
        return f"label {wrong}"
    summary = _shorten(row.summary)
    holds = summary and len(summary) <= SUMMARY_MAX and _summary(summary, source) is None
    named = {"id": row.id, "label": row.label, "summary": summary if holds else ""}
    return {**named, "same": list(row.same), "out": list(row.out)} if group.decide else named


def _judge_sentence(claims: Mapping[int, Item], row: Sentence) -> dict[str, Any] | str:
    unknown = [i for i in row.claims if i not in claims]
    if unknown or not row.claims:
        return f"no claim {unknown[0]}" if unknown else "no claim"
    if len(row.text) > SENTENCE_MAX or not _WORDY.search(row.text):
        return f"{len(row.text)} characters" if row.text else "no words"
    source = "\n".join(claims[i].text for i in dict.fromkeys(row.claims))
    beyond = unsupported_fact(row.text, source) or unsupported_claim(row.text, source, whole=True)
    if beyond:
        return f"not in its claims: {beyond}"
    share = covered(row.text, source)
    if share < SUPPORT_SENTENCE:
        return f"only {share:.0%} of its words are in its claims"
    return {"text": row.text, "claims": list(dict.fromkeys(row.claims))}


def _plain_row(_: Any, row: BaseModel) -> dict[str, Any] | str:
    return row.model_dump()


#: Every task by its name.
TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("summarise_slices", SummariseInputs, SliceSaid, "slices", "slices", _slice_schema, _judge_slice, room=200),
        Task("name_tags", NameInputs, Name, "groups", "names", _name_schema, _judge_name, room=160, version="v2"),
        Task(
            "write_section",
            WriteInputs,
            Sentence,
            "claims",
            "sentences",
            _sentence_schema,
            _judge_sentence,
            per_item=False,
            room=240,
            version="v2",
        ),
        Task(
            "answer_question",
            QuestionInputs,
            Sentence,
            "claims",
            "sentences",
            _sentence_schema,
            _judge_sentence,
            per_item=False,
            room=240,
        ),
        Task(
            "plan_report",
            PlanInputs,
            PickedOrder,
            "claims",
            "plan",
            schema_plan,
            judge_plan,
            per_item=False,
            room=12,
        ),
        Task(
            "merge_opinions", OpinionInputs, PickedFacts, "opinions", "opinions", schema_opinion, judge_opinion, room=40
        ),
        Task(
            "write_abstract",
            AbstractInputs,
            Picked,
            "claims",
            "abstract",
            schema_abstract,
            judge_abstract,
            per_item=False,
            room=12,
        ),
        Task(
            "judge_relevance",
            RelevanceInputs,
            Relevance,
            "items",
            "items",
            _relevance_schema,
            _plain_row,
            echo=True,
            room=30,
        ),
        Task(
            "sentiment", SentimentInputs, Sentiment, "items", "items", _sentiment_schema, _plain_row, echo=True, room=30
        ),
    )
}
