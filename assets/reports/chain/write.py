"""Writes the sections of a report through the chain: outline, sections, opinions with facts, abstract.

A model's order and joints are taken where each sentence leads back to its claims and holds before the judge; what it left out or
bent is said by the claim's own sentence. What does not belong here: choosing the evidence (material.py).
"""

from collections.abc import Sequence
from dataclasses import replace

from assets.reports.chain.align import realign
from assets.reports.chain.steps import SHOWN, Steps
from assets.reports.outline import Filled
from assets.reports.phrases import Sentence
from resources.protocols import TaskResult

__all__ = ["plan_sections", "write_abstracts", "write_sections"]

PLAN, WRITE, ABSTRACT = "plan_report", "write_section", "write_abstract"
#: Calls that the sections of one report take at most; adjacent sections share one where there are more.
MOST_CALLS = 6
#: Small sections share a call until it has so many characters of claims: a prompt costs as much as two claims.
ENOUGH = 2500
#: A report with more characters of claims than these a call keeps the claims' own sentences for what is too long.
CHARS = 6000
#: What stands first stays first: the move of the price, a denial.
PINNED = ("price_move", "denial")
#: Sentences of each section that an abstract may choose from, and characters of each that are shown.
PER_SECTION, ABSTRACT_SHOWN = 4, 40


def plan_sections(steps: Steps, title: str, sections: Sequence[Filled]) -> list[Filled]:
    """Put the sentences of each section in the order that a model finds best; what it does not name follows as it stood."""
    body = [section for section in sections if _is_body(section)]
    placed = [(n, sentence) for n, section in enumerate(body, 1) for sentence in section.sentences]
    if len(placed) <= len(body):
        return list(sections)
    claims = [{"id": i, "text": one.text[:SHOWN], "section": n} for i, (n, one) in enumerate(placed, 1)]
    inputs = {"title": title, "headings": [section.heading for section in body], "claims": claims}
    result = steps.ask(PLAN, [(inputs, [one for _, one in placed])])[0]
    if result is None or result.output is None:
        return list(sections)
    named: dict[int, list[int]] = {}
    for row in result.output["plan"]:
        named.setdefault(row["section"], []).extend(row["claims"])
    ordered: dict[int, list[Sentence]] = {}
    for n in range(1, len(body) + 1):
        own = [i for i, (section, _) in enumerate(placed, 1) if section == n]
        chosen = dict.fromkeys([*(i for i in named.get(n, ()) if i in own), *own])
        ordered[n] = _pinned_first([placed[i - 1][1] for i in chosen], [placed[i - 1][1] for i in own])
    numbers = {id(section): n for n, section in enumerate(body, 1)}
    return [
        replace(section, sentences=ordered[numbers[id(section)]]) if id(section) in numbers else section
        for section in sections
    ]


def write_sections(steps: Steps, report_id: str, sections: Sequence[Filled]) -> list[Filled]:
    """Let a model write the sections; each sentence of it is led back to claims, each claim is told once."""
    body = [section for section in sections if _is_body(section)]
    groups = _groups(steps, body)
    inputs = []
    for group in groups:
        shown = _shown(group)
        claims = [{"id": i, "text": sentence.text} for i, sentence in enumerate(shown, 1)]
        inputs.append(({"heading": "、".join(section.heading for section in group), "claims": claims}, shown))
    written: dict[int, Filled] = {}
    for group, result in zip(groups, steps.ask(WRITE, inputs), strict=True):
        if result is not None and not _invents_ids(result):
            written |= _written(steps, report_id, group, result)
    return [written.get(id(section), section) for section in sections]


def write_abstracts(steps: Steps, title: str, sections: Sequence[Filled]) -> list[Filled]:
    """Fill the sections that are abstracts with finished sentences of the others; a denial is never left out of one."""
    body = [sentence for section in sections if _is_body(section) for sentence in section.sentences[:PER_SECTION]]
    if not body or not any(section.plan.abstract and section.sentences for section in sections):
        return list(sections)
    out: list[Filled] = []
    for section in sections:
        if not (section.plan.abstract and section.sentences):
            out.append(section)
            continue
        claims = [{"id": i, "text": one.text[:ABSTRACT_SHOWN]} for i, one in enumerate(body, 1)]
        inputs = {"title": title, "limit": section.plan.limit, "claims": claims}
        result = steps.ask(ABSTRACT, [(inputs, body)])[0]
        if result is None or result.output is None:
            out.append(section)
            continue
        picked = [body[i - 1] for row in result.output["abstract"] for i in row["claims"]]
        denied = [one for one in section.sentences if one.kind == "denial"]
        unique = list({one.text: one for one in [*denied, *picked]}.values())
        out.append(replace(section, sentences=unique[: section.plan.limit]))
    return out


def _is_body(section: Filled) -> bool:
    return bool(section.sentences) and not section.plan.repeats


def _groups(steps: Steps, body: Sequence[Filled]) -> list[list[Filled]]:
    """Adjacent sections that share a call: small ones of one class of text, and more where the calls would be many."""
    groups = [[section] for section in body]
    while len(groups) > 1:
        many = len(groups) > MOST_CALLS
        pairs = [
            (_chars(groups[i]) + _chars(groups[i + 1]), i)
            for i in range(len(groups) - 1)
            if many or steps.class_of(_shown(groups[i])) == steps.class_of(_shown(groups[i + 1]))
        ]
        if not pairs or (not many and min(pairs)[0] > ENOUGH):
            break
        at = min(pairs)[1]
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return [group for group in groups if _chars(group) <= CHARS]


def _shown(group: Sequence[Filled]) -> list[Sentence]:
    return [sentence for section in group for sentence in section.sentences]


def _chars(group: Sequence[Filled]) -> int:
    return sum(len(sentence.text) for sentence in _shown(group))


def _invents_ids(result: TaskResult) -> bool:
    """Whether the model named claims that there are not: then nothing of its section is taken."""
    return any("no claim " in line for line in result.dropped)


def _written(steps: Steps, report_id: str, group: Sequence[Filled], result: TaskResult) -> dict[int, Filled]:
    """The sections of a group as written, each claim once; what is missing is added as it stood."""
    claims = [(section, sentence) for section in group for sentence in section.sentences]
    left = dict(enumerate(claims, 1))
    made: dict[int, list[Sentence]] = {id(section): [] for section in group}
    for row in (result.output or {}).get("sentences", ()):
        named = [i for i in row["claims"] if i in left]
        if not named:
            continue
        owners = {id(left[i][0]) for i in named}
        said = realign(row["text"], [left[i][1] for i in named]) if len(owners) == 1 else None
        if said is not None and len(named) == len(row["claims"]) and _holds(steps, report_id, said):
            made[owners.pop()].append(said)
        else:
            for i in named:
                made[id(left[i][0])].append(left[i][1])
        for i in named:
            del left[i]
    for section, sentence in left.values():
        made[id(section)].append(sentence)
    return {
        id(section): replace(section, sentences=_pinned_first(made[id(section)], section.sentences))
        for section in group
    }


def _holds(steps: Steps, report_id: str, sentence: Sentence) -> bool:
    return steps.writing.judge(sentence.as_json(report_id))


def _pinned_first(sentences: Sequence[Sentence], standing: Sequence[Sentence]) -> list[Sentence]:
    """The same sentences; a move of the price and a denial before all others, in the order in which they stood."""
    places = {id(sentence): place for place, sentence in enumerate(standing) if sentence.kind in PINNED}

    def place(sentence: Sentence) -> int:
        return min((places.get(id(one), len(standing)) for one in sentence.parts or (sentence,)), default=len(standing))

    return sorted(sentences, key=place)
