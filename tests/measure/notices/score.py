"""How far the facts found in written notices are the facts stated, by form and altogether."""

import collections
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from assets.records.policy.facts import extract_facts
from tests.measure.notices.dice import Dice, Notice, Template

__all__ = ["Score", "key", "score", "write"]


@dataclass
class Score:
    """Counts of one form."""

    right: int = 0
    stated: int = 0
    found: int = 0
    invented: int = 0
    elsewhere: int = 0
    wrong: list[tuple[Notice, list[dict[str, Any]]]] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.stated + self.found) if self.stated + self.found else 1.0


def _number(value: str | None) -> str | None:
    try:
        return None if value is None else f"{Decimal(value.rstrip('%')).normalize():f}"
    except InvalidOperation:
        return value


def key(fact: dict[str, Any]) -> tuple[Any, ...]:
    """Return what must be exact; the detail is not."""
    new = _number(fact["new"])
    return (
        fact["product"], fact["item"], new, fact["effective_date"], fact["issuer_level"], fact["issuer"], _number(fact["old"]),
        fact["scope"], tuple(sorted(fact["contracts"])), fact["unit"] if new != "0" else None, fact["effective_point"],
        fact["until_date"],
    )  # fmt: skip


def write(templates: Sequence[Template], count: int, seed: int) -> Iterator[Notice]:
    """Write `count` notices of each template."""
    for at, template in enumerate(templates):
        for step in range(count):
            yield template(Dice(seed * 1_000_000 + at * 10_000 + step))


def score(notices: Iterator[Notice]) -> dict[str, Score]:
    """Return the counts by form."""
    forms: dict[str, Score] = collections.defaultdict(Score)
    for one in notices:
        got = extract_facts(one.text, title=one.title, published=one.published, publisher=one.publisher)
        gold, ours = collections.Counter(map(key, one.facts)), collections.Counter(map(key, got))
        form = forms[one.form]
        form.right += sum((gold & ours).values())
        form.stated += len(one.facts)
        form.found += len(got)
        true = {None, *(fact[name] for fact in one.facts for name in ("effective_date", "until_date"))}
        form.invented += sum(fact[name] not in true for fact in got for name in ("effective_date", "until_date"))
        form.elsewhere += _elsewhere(one, got, gold)
        if gold != ours:
            form.wrong.append((one, got))
    return forms


def _elsewhere(one: Notice, got: list[dict[str, Any]], gold: collections.Counter[tuple[Any, ...]]) -> int:
    """Count right facts whose span touches none of the places at which their notice states them."""
    count = 0
    for fact in one.facts:
        if gold[key(fact)] != 1 or not fact["at"] or fact["at"] not in one.text:
            continue
        places = [at for at in range(len(one.text)) if one.text.startswith(fact["at"], at)]
        size = len(fact["at"])
        count += sum(
            key(ours) == key(fact) and not any(ours["start"] < at + size and at < ours["end"] for at in places)
            for ours in got
        )
    return count
