"""What the steps of a report's prompt chain ask and answer, besides its sections (`write_section` in `tasks.py`).

A step only picks numbers: which claims follow each other in a section, which facts go with an opinion, which finished sentences
make the abstract. So nothing that it answers can be false, only unfitting; what it may not pick is left out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resources.models.task_rows import Id, Item, _In, _Out

__all__ = [
    "AbstractInputs",
    "Fact",
    "OpinionInputs",
    "Picked",
    "PickedFacts",
    "PickedOrder",
    "Placed",
    "PlanInputs",
    "judge_abstract",
    "judge_opinion",
    "judge_plan",
    "schema_abstract",
    "schema_opinion",
    "schema_plan",
]

#: Facts that one opinion is given at most, and sentences that an abstract takes at most.
FACTS, ABSTRACT = 3, 6


class Placed(Item):
    """A claim, and the number of the section that it belongs to."""

    section: int


class PlanInputs(_In):
    """Claims of a report, to be put in order section by section."""

    title: str
    headings: tuple[str, ...]
    claims: tuple[Placed, ...]


class Fact(_In):
    """A numbered fact that an opinion may rest on."""

    id: int
    text: str


class OpinionInputs(_In):
    """Opinions, and the facts of the report."""

    facts: tuple[Fact, ...]
    opinions: tuple[Item, ...]


class AbstractInputs(_In):
    """Finished sentences, of which some make the abstract."""

    title: str
    limit: int
    claims: tuple[Item, ...]


class PickedOrder(_Out):
    """The claims of a section in their order."""

    section: Id
    claims: tuple[Id, ...]


class PickedFacts(_Out):
    """The facts that go with an opinion."""

    id: Id
    facts: tuple[Id, ...] = ()


class Picked(_Out):
    """Sentences in their order."""

    claims: tuple[Id, ...]


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _one_of(ids: Sequence[int]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(i) for i in ids]}


def schema_plan(inputs: PlanInputs, ids: Sequence[int]) -> dict[str, Any]:
    """Return the schema of one row of a plan."""
    sections = _one_of(range(1, len(inputs.headings) + 1))
    return _strict({"section": sections, "claims": {"type": "array", "items": _one_of(ids)}})


def schema_opinion(inputs: OpinionInputs, ids: Sequence[int]) -> dict[str, Any]:
    """Return the schema of the facts of one opinion."""
    facts = _one_of([fact.id for fact in inputs.facts] or [0])
    return _strict({"id": _one_of(ids), "facts": {"type": "array", "items": facts}})


def schema_abstract(_: AbstractInputs, ids: Sequence[int]) -> dict[str, Any]:
    """Return the schema of an abstract."""
    return _strict({"claims": {"type": "array", "items": _one_of(ids)}})


def judge_plan(claims: Mapping[int, Placed], row: PickedOrder) -> dict[str, Any] | str:
    """Keep the claims that belong to the section; a claim is never moved to another one, where it would say something else."""
    own = [i for i in dict.fromkeys(row.claims) if i in claims and claims[i].section == row.section]
    return {"section": row.section, "claims": own} if own else f"no claim of section {row.section}"


def judge_opinion(given: tuple[OpinionInputs, Item], row: PickedFacts) -> dict[str, Any]:
    """Keep the facts that there are."""
    known = {fact.id for fact in given[0].facts}
    return {"id": row.id, "facts": [i for i in dict.fromkeys(row.facts) if i in known][:FACTS]}


def judge_abstract(claims: Mapping[int, Item], row: Picked) -> dict[str, Any] | str:
    """Keep the sentences that there are."""
    known = [i for i in dict.fromkeys(row.claims) if i in claims][:ABSTRACT]
    return {"claims": known} if known else "no sentence that there is"
