"""Policy facts on the authored notices: F1 of exact and of loose tuples, dates invented, and notices wholly right by kind."""

import collections
import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from assets.records.policy.facts import extract_facts
from tests.measure.data import DATA
from tests.measure.notices import eighth, fifth, first, fourth, ninth, second, seventh, sixth, third
from tests.measure.notices.dice import Template
from tests.measure.notices.score import score, write

__all__ = ["BENCH", "EVAL", "FIGURES"]

_ON = "notices/dev.jsonl"
ALL_TEMPLATES: tuple[Template, ...] = tuple(
    template
    for batch in (first, second, third, fourth, fifth, sixth, seventh, eighth, ninth)
    for template in batch.TEMPLATES
)


def _number(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return f"{Decimal(value.rstrip('%')).normalize():f}"
    except InvalidOperation:
        return value


def _gold_key(fact: dict[str, Any], *, loose: bool) -> tuple[Any, ...]:
    when, until, contracts = fact["effective"], fact["until"], fact["contracts"]
    flat = {
        **fact,
        "scope": contracts["scope"],
        "contracts": contracts["list"],
        "effective_date": when["date"],
        "effective_point": when["point"],
        "until_date": until and until["date"],
    }
    return _key(flat, loose=loose)


def _key(fact: dict[str, Any], *, loose: bool) -> tuple[Any, ...]:
    new = _number(fact["new"])
    core = (fact["product"], fact["item"], new, fact["effective_date"])
    if loose:
        return core
    return (
        *core,
        fact["issuer_level"],
        fact["issuer"],
        _number(fact["old"]),
        fact["scope"],
        tuple(sorted(fact["contracts"])),
        fact["unit"] if new != "0" else None,
        fact["effective_point"],
        fact["until_date"],
    )


def _pairs() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    if DATA is None or not (DATA / _ON).exists():
        return
    for line in (DATA / _ON).read_text(encoding="utf-8").splitlines():
        notice = json.loads(line)
        yield (
            notice,
            extract_facts(
                notice["text"],
                title=notice["title"],
                published=notice["published"],
                publisher=notice["publisher"],
            ),
        )


def _count(*, loose: bool) -> tuple[int, int, int]:
    right = stated = found = 0
    for notice, facts in _pairs():
        gold = collections.Counter(_gold_key(fact, loose=loose) for fact in notice["facts"])
        ours = collections.Counter(_key(fact, loose=loose) for fact in facts)
        right += sum((gold & ours).values())
        stated += sum(gold.values())
        found += sum(ours.values())
    return right, stated, found


def measure_facts() -> Iterator[dict[str, Any]]:
    """F1 of the facts, exact and loose (product, item, value and date alone)."""
    for name, loose, goal in (("policy.f1_exact", False, 0.95), ("policy.f1_loose", True, 0.95)):
        right, stated, found = _count(loose=loose)
        if stated:
            yield {"name": name, "value": round(2 * right / (stated + found), 4), "goal": goal, "n": stated, "on": _ON}


def measure_dates() -> Iterator[dict[str, Any]]:
    """Dates of facts that no fact of their notice has."""
    invented = notices = 0
    for notice, facts in _pairs():
        notices += 1
        true = {None} | {fact["effective"]["date"] for fact in notice["facts"]}
        true |= {fact["until"]["date"] for fact in notice["facts"] if fact["until"]}
        invented += sum(fact[name] not in true for fact in facts for name in ("effective_date", "until_date"))
    if notices:
        yield {"name": "policy.dates_invented", "value": invented, "goal": 0, "n": notices, "on": _ON}


def measure_kinds() -> Iterator[dict[str, Any]]:
    """Share of notices that are wholly right, by kind."""
    kinds: dict[str, list[bool]] = collections.defaultdict(list)
    for notice, facts in _pairs():
        gold = collections.Counter(_gold_key(fact, loose=False) for fact in notice["facts"])
        same = gold == collections.Counter(_key(fact, loose=False) for fact in facts)
        for kind in notice["kinds"]:
            kinds[kind].append(same)
    for kind, right in sorted(kinds.items()):
        yield {
            "name": f"policy.kind.{kind}",
            "value": round(sum(right) / len(right), 4),
            "goal": 0.85,
            "n": len(right),
            "on": _ON,
        }


#: Notices of each template, and the seed: figures are the same every time.
_COUNT, _SEED = 40, 20
_WRITTEN = "notices written by rule (tests/measure/notices)"


def measure_written() -> Iterator[dict[str, Any]]:
    """F1 of exact facts on notices written by rule: altogether, the weakest form, dates invented, facts cited elsewhere."""
    forms = score(write(ALL_TEMPLATES, _COUNT, _SEED))
    right, stated, found = (sum(getattr(one, name) for one in forms.values()) for name in ("right", "stated", "found"))
    weakest = min(sorted(forms), key=lambda form: forms[form].f1)
    yield {
        "name": "policy.written.f1",
        "value": round(2 * right / (stated + found), 4),
        "goal": 0.97,
        "n": stated,
        "on": _WRITTEN,
    }
    yield {
        "name": f"policy.written.weakest_form.{weakest}", "value": round(forms[weakest].f1, 4), "goal": 0.97,
        "n": forms[weakest].stated, "on": _WRITTEN,
    }  # fmt: skip
    for name in ("invented", "elsewhere"):
        value = sum(getattr(one, name) for one in forms.values())
        yield {"name": f"policy.written.{name}", "value": value, "goal": 0, "n": stated, "on": _WRITTEN}


def measure_speed() -> Iterator[dict[str, Any]]:
    """Notices a second on one core."""
    notices = list(write(ALL_TEMPLATES, 5, _SEED))
    start = time.perf_counter()
    for one in notices:
        extract_facts(one.text, title=one.title, published=one.published, publisher=one.publisher)
    speed = len(notices) / (time.perf_counter() - start)
    yield {"name": "policy.notices_per_second", "value": round(speed), "goal": 200, "n": len(notices), "on": _WRITTEN}


FIGURES: list[Callable[[], Iterator[dict[str, Any]]]] = [measure_facts, measure_dates, measure_kinds, measure_written]
EVAL = FIGURES
BENCH: list[Callable[[], Iterator[dict[str, Any]]]] = [measure_speed]
