"""How the parts of a clause belong together: scopes with products, figures with subjects, items and details."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from assets.records.policy.memory import Clause, Item
from assets.records.policy.words import lexicon
from assets.records.policy.words.subjects import Scope, Subject
from assets.records.policy.words.values import Action, Figure

_F = TypeVar("_F")

__all__ = ["attach", "combine", "guess_item", "role", "written"]


def attach(subjects: list[Subject], one: Subject) -> None:
    """Add a contract scope: to the products before it that have none, else as a subject of its own."""
    if one.product is not None:
        for other in reversed(subjects):
            if other.product == one.product and other.scope is None:
                other.scope = one.scope
                return
        bare = [other for other in subjects if other.scope is None]
        if not bare or len(bare) != len(subjects) or len(subjects) != 1:
            subjects.append(replace(one))
            return
        subjects[0].scope = one.scope
        return
    bare = [other for other in subjects if other.scope is None]
    if bare:
        for other in bare:
            other.scope = one.scope
        return
    subjects.append(Subject(subjects[-1].product if subjects else None, one.scope, is_open=one.is_open))


def role(left: str, right: str) -> str:
    """Return what a figure is: new, old, or drop (a misprint, a threshold, the past)."""
    if lexicon.WRONG.search(left) or lexicon.WRONG_RIGHT.match(right):
        return "drop"
    if lexicon.OLD_RIGHT.match(right):
        return "old"
    if re.search(
        r"(?:而非|而不是|并非|不是|减免|优惠|返还|减收|折扣)$|(?:(?<!不)(?<!不得)(?:超过|达到|达|不足|低于|高于|大于|小于|满)|少于)$",
        left,
    ):
        return "drop"
    if lexicon.OLD_LEFT.search(left) and not re.search(
        r"(?:调整|变更|修改|提高|上调|下调|降低|增加|减少|扩大|缩小|收窄|放宽|上浮|下浮|调高|调低|加收|降|升|涨|改|变)[为至到成]?$",
        left,
    ):
        return "old"
    return "new"


def written(new: Figure | Action) -> tuple[str | None, str | None]:
    """Return value and unit as a fact holds them; changes in points and actions but 免收 have neither."""
    if isinstance(new, Action):
        return ("0", None) if new.name == "free" else (None, None)
    return (None, None) if new.is_relative else (new.number, new.unit)


def guess_item(figure: Figure | None, title_items: list[Item]) -> Item | None:
    """Return the item that a figure alone implies: by its unit, else by the title."""
    unit = (figure.unit if figure else None) or ""
    fitting = [one for one in title_items if lexicon.FITTING[one[0]].search(unit or "%")]
    if len(fitting) == 1:
        return fitting[0]
    return ("fee", None) if re.search("元/手|万分之", unit) else None


def combine(
    clause: Clause, subjects: list[Subject], items: list[Item], details: list[tuple[str, str]]
) -> list[tuple[Subject, Item, tuple[str, ...], Figure | Action, Figure | None]]:
    """Pair subjects, items and details with the figures of a clause, respectively where their numbers agree."""
    sets = _detail_sets(details)
    if len(clause.news) > 1 and len(subjects) == 1 and len(items) == 1 and len(sets) == 1:
        subjects = _split_months(subjects[0], len(clause.news))
    axes = [len(sets), len(items), len(subjects)]
    pick = _picker(clause.news, axes)
    pick_old = _picker(clause.olds, axes)
    result: list[tuple[Subject, Item, tuple[str, ...], Figure | Action, Figure | None]] = []
    for at_subject, subject in enumerate(subjects):
        for at_item, item in enumerate(items):
            for at_detail, detail in enumerate(sets):
                place = (at_detail, at_item, at_subject)
                olds = pick_old(place)
                result.extend((subject, item, detail, new, olds[0] if olds else None) for new in pick(place))
    return result


def _detail_sets(details: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    sets: list[tuple[str, ...]] = [()]
    for kind in dict.fromkeys(kind for kind, _ in details):
        words = [word for one, word in details if one == kind]
        sets = [(*before, word) for before in sets for word in words]
    return sets


def _split_months(subject: Subject, count: int) -> list[Subject]:
    scope = subject.scope
    if scope is None or scope.kind not in ("list", "new_only") or len(scope.months) != count:
        return [subject]
    return [Subject(subject.product, Scope(scope.kind, (month,))) for month in scope.months]


def _picker(figures: Sequence[_F], axes: list[int]) -> Callable[[tuple[int, int, int]], Sequence[_F]]:
    """Return a function from a place (detail, item, subject) to the figures that belong there."""
    count = len(figures)
    details, items, subjects = axes
    for axis, size in enumerate(axes):
        if 1 < size == count:
            return lambda place: [figures[place[axis]]]
    if 1 < count == items * subjects:
        return lambda place: [figures[place[1] * subjects + place[2]]]
    if 1 < count == details * subjects:
        return lambda place: [figures[place[2] * details + place[0]]]
    return lambda _: figures if details * items * subjects == 1 else figures[:1]
