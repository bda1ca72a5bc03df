"""Which policy facts are in force on a day: the latest of each kind, what a holiday's end brings back, what was withdrawn.

Works on rows of POLICY_FACTS as the store gives them; reads no text and no table. What a notice makes depend on an event is
shown beside the value in force and never takes its place: whether the event came is not in the notices.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.text.products import product_by_name

__all__ = ["begins", "covers", "in_force", "product_key"]

Row = dict[str, Any]

_RESTORED, _WITHDRAWN = "恢复至节前水平", "撤回"
_RELATIVE = re.compile(r"\d(?:个百分点|元)")
_EXTRA = re.compile("^加收")
#: Conditions that are only another way to name the day of publication.
_AT_ONCE = re.compile("即日|(?:公布|发布|公告|通知|印发|批准)之日")
_CORRECTION = re.compile("更正|勘误|修正|订正")
#: Days within which a correction follows what it corrects.
_CORRECTED_WITHIN = 45
_POINTS = {"night_session": 0, None: 1, "day_session": 1, "settlement": 2}
_BREADTH = {"all": 0, "all_but": 1, "range": 2, "new_only": 3, "list": 4}


@dataclass
class _Held:
    """A fact in force, the facts that it replaced, and those that it leaves beside itself."""

    row: Row
    under: list["_Held"] = field(default_factory=list)
    beside: list["_Held"] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Return the rows to show: what stays beside, then the fact itself."""
        return [row for one in self.beside for row in one.rows()] + [self.row]


def product_key(name: str | None) -> str | None:
    """Return one name for all names of a product (PTA, 精对苯二甲酸); a product that we do not list keeps its own."""
    known = product_by_name(name) if name else None
    return known.name if known else name


def begins(fact: Row) -> str | None:
    """Return the day from which a fact counts: the one stated, else that of its publication; None where both are missing."""
    day: str | None = fact["effective_date"] or fact["published_date"]
    return day


def covers(fact: Row, month: str) -> bool:
    """Return whether the contract scope of a fact covers a delivery month (YYMM); a scope without months covers all."""
    listed = fact["contracts"]
    if fact["scope"] == "list":
        return month in listed
    if fact["scope"] == "all_but":
        return month not in listed
    if fact["scope"] == "range" and listed:
        return bool(listed[0] <= month and (len(listed) < 2 or month <= listed[1]))
    if fact["scope"] == "new_only":
        return not listed or month in listed
    return True


def in_force(facts: Sequence[Row], day: str, *, of_contract: bool, titles: Mapping[str, str]) -> list[Row]:
    """Return the facts in force on a day, in the order given.

    Args:
        facts: Rows of POLICY_FACTS, of one contract only where `of_contract`.
        day: ISO date. A fact that begins at this day's settlement is shown beside the one that holds until then.
        of_contract: All facts are those of one contract, so that a narrower scope replaces a wider one.
        titles: Titles of the notices by doc_id; a correction is known by its own.
    """
    begun = [fact for fact in facts if (begins(fact) or "9999") <= day]
    told = [fact for fact in facts if (fact["published_date"] or begins(fact) or "9999") <= day]
    void = _withdrawn(begun) | _corrected(told, titles)
    begun = [fact for fact in begun if fact["fact_id"] not in void and not _is_over(fact, day)]
    board = _Board(day, of_contract=of_contract)
    for fact in sorted(begun, key=_order):
        board.put(fact)
    kept = {row["fact_id"] for row in board.rows()}
    return [fact for fact in facts if fact["fact_id"] in kept]


class _Board:
    """The facts held so far, by issuer, product, item and detail."""

    def __init__(self, day: str, *, of_contract: bool) -> None:
        self.day = day
        self.of_contract = of_contract
        self.held: dict[tuple[Any, ...], list[_Held]] = {}

    def rows(self) -> list[Row]:
        return [row for group in self.held.values() for one in group for row in one.rows()]

    def put(self, fact: Row) -> None:
        """Let a fact take effect."""
        for kind in self._kinds(fact):
            group = self.held.setdefault(kind, [])
            if any(_same(one.row, fact) for one in group):
                continue
            replaced = [one for one in group if _may_replace(fact, one.row) and self._covers(fact, one.row)]
            self.held[kind] = [one for one in group if one not in replaced] + [self._node(fact, replaced)]

    def _kinds(self, fact: Row) -> list[tuple[Any, ...]]:
        """Return the kinds that a fact changes: its own, or for a change without a figure all that it may mean."""
        own = _kind(fact)
        if fact["new"] is not None:
            return [own]
        parts = set(own[-1])
        meant = [kind for kind in self.held if kind[:-1] == own[:-1] and parts <= set(kind[-1])]
        return meant or [own]

    def _node(self, fact: Row, replaced: list[_Held]) -> _Held:
        details = _details(fact)
        if fact["new"] is None and _RESTORED in details:
            return _Held(fact, replaced, [under for one in replaced for under in _before_raise(one)])
        if fact["new"] is None and _WITHDRAWN in details:
            return _Held(fact, replaced, replaced)
        if fact["new"] is None:
            is_extra = any(_EXTRA.match(part) for part in details)
            return _Held(fact, replaced, [one for one in replaced if not (is_extra and _is_extra(one.row))])
        until_settlement = fact["effective_date"] == self.day and fact["effective_point"] == "settlement"
        return _Held(fact, replaced, replaced if until_settlement else [])

    def _covers(self, fact: Row, other: Row) -> bool:
        """Return whether a fact speaks of every contract that another one speaks of."""
        if _is_open_new(fact) != _is_open_new(other):
            return False
        if self.of_contract:
            return True
        if fact["scope"] == "all":
            return begins(fact) != begins(other) or not _differ(fact, other)
        mine, theirs = set(fact["contracts"]), set(other["contracts"])
        if fact["scope"] == "all_but":
            return mine <= theirs if other["scope"] == "all_but" else other["scope"] == "list" and not mine & theirs
        if other["scope"] in ("list", "new_only"):
            return bool(theirs) and all(covers(fact, month) for month in theirs)
        if fact["scope"] == other["scope"] == "range":
            last = fact["contracts"][1:] or ["9999"]
            return fact["contracts"][0] <= other["contracts"][0] and (other["contracts"][1:] or ["9999"]) <= last
        return False


def _differ(fact: Row, other: Row) -> bool:
    """Return whether two facts of one notice speak of different contracts, so that they stand side by side."""
    return bool(fact["scope"] != other["scope"]) and fact["doc_id"] == other["doc_id"]


def _before_raise(one: _Held) -> list[_Held]:
    """Return what stood before a raise; a restoration among it only points at what it brought back itself."""
    found: list[_Held] = []
    for under in one.under:
        found += under.beside if under.row["new"] is None and _RESTORED in _details(under.row) else [under]
    return found


def _order(fact: Row) -> tuple[Any, ...]:
    return (
        begins(fact), _POINTS.get(fact["effective_point"], 1), fact["published_date"] or "", _BREADTH[fact["scope"]],
        fact["doc_id"], fact["ordinal"],
    )  # fmt: skip


def _details(fact: Row) -> list[str]:
    return [part for part in (fact["detail"] or "").split("；") if part]


def _kind(fact: Row) -> tuple[Any, ...]:
    """Return issuer, product, item and the details that tell one value from another."""
    parts = [part for part in _details(fact) if part not in (_RESTORED, _WITHDRAWN) and not _RELATIVE.search(part)]
    return (fact["issuer"], product_key(fact["product"]), fact["item"], tuple(parts))


def _is_extra(fact: Row) -> bool:
    return fact["new"] is None and any(_EXTRA.match(part) for part in _details(fact))


def _is_waiting(fact: Row) -> bool:
    """Return whether a fact waits for an event that no notice reports."""
    condition = fact["effective_condition"]
    if condition and _AT_ONCE.search(condition):
        return False
    return condition is not None


def _may_replace(fact: Row, other: Row) -> bool:
    """Return whether a fact can end another: one that waits ends none, and only a later notice ends one that waits."""
    if _is_waiting(fact):
        return False
    return not _is_waiting(other) or (other["published_date"] or "") < (fact["published_date"] or "")


def _is_open_new(fact: Row) -> bool:
    """Return whether a fact speaks of new contracts without naming them: nobody can say which those are."""
    return fact["scope"] == "new_only" and not fact["contracts"]


def _is_over(fact: Row, day: str) -> bool:
    return fact["until_date"] is not None and fact["until_date"] < day


def _same(one: Row, other: Row) -> bool:
    """Return whether two notices state one and the same fact."""
    names = ("effective_date", "effective_point", "scope", "contracts", "new", "unit", "detail")
    return one["doc_id"] != other["doc_id"] and all(one[name] == other[name] for name in names)


def _withdrawn(facts: Sequence[Row]) -> set[str]:
    """Return the facts that a withdrawal takes back: those of the issuer's last notice before it on the same thing."""
    void: set[str] = set()
    for fact in facts:
        if fact["new"] is not None or _WITHDRAWN not in _details(fact):
            continue
        parts = set(_kind(fact)[-1])
        earlier = [
            other
            for other in facts
            if _kind(other)[:-1] == _kind(fact)[:-1]
            and parts <= set(_kind(other)[-1])
            and (other["published_date"] or "") <= (fact["published_date"] or "")
            and other["doc_id"] != fact["doc_id"]
            and _WITHDRAWN not in _details(other)
            and (fact["scope"] == "all" or other["contracts"] == fact["contracts"])
        ]
        if earlier:
            last = max(earlier, key=lambda one: (one["published_date"] or "", one["doc_id"]))["doc_id"]
            void |= {one["fact_id"] for one in earlier if one["doc_id"] == last}
    return void


def _corrected(facts: Sequence[Row], titles: Mapping[str, str]) -> set[str]:
    """Return the facts that a correction replaces: the same thing with another value or another day, shortly before."""
    void: set[str] = set()
    for fact in facts:
        if fact["new"] is None or not _CORRECTION.search(titles.get(fact["doc_id"], "")):
            continue
        for other in facts:
            if (
                other["doc_id"] == fact["doc_id"]
                or _kind(other) != _kind(fact)
                or other["contracts"] != fact["contracts"]
            ):
                continue
            if _is_shortly_before(other, fact) and (other["new"] == fact["new"] or begins(other) == begins(fact)):
                void.add(other["fact_id"])
    return void


def _is_shortly_before(one: Row, other: Row) -> bool:
    if one["published_date"] is None or other["published_date"] is None:
        return False
    first, second = (dt.date.fromisoformat(row["published_date"]) for row in (one, other))
    return 0 <= (second - first).days <= _CORRECTED_WITHIN
