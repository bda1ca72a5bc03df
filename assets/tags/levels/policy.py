"""Levels of a policy tree: the recorded facts decide, never the words.

Each fact puts the slice that holds its span under its product, its contracts, its kind of change and its date. A slice
with several facts stands under several tags; slices without a fact are left for 其他.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assets.tags.levels.labels import LABEL_MAX, is_label
from assets.tags.levels.nodes import Node
from assets.tags.profiles import Facet, Profile

__all__ = ["ALL_PRODUCTS", "grow_policy", "place_facts", "relevant_facts"]

#: Units with the sentence that puts each there, by the labels below a root.
Paths = dict[tuple[str, ...], dict[int, str]]
ALL_PRODUCTS = "全部品种"
POINTS = {"settlement": "结算时", "day_session": "日盘", "night_session": "夜盘"}
#: With more dates than this a year and month stand between the root and the day.
DATES_FLAT = 8
#: What cannot stand in a label.
_UNFIT = re.compile(r"[^㐀-鿿豈-﫿A-Za-z0-9+&\-]+")
UNSTATED = "未载明"


def relevant_facts(profile: Profile, facts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the facts about the profile's subject: its products, or all of them."""
    if not profile.subject:
        return list(facts)
    wanted = {profile.subject, ALL_PRODUCTS, *profile.keywords}
    return [fact for fact in facts if fact["product"] is None or fact["product"] in wanted]


def place_facts(
    facts: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[int, Mapping[str, Any]]]:
    """Return each fact with the slice (its row) that holds most of its span; facts without one are left out.

    A fact of a repeated document finds its own slice there.
    """
    by_document: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        by_document.setdefault(row["doc_id"], []).append(index)
    placed = []
    for fact in facts:
        best, most = -1, 0
        for index in by_document.get(fact["doc_id"], ()):
            both = min(rows[index]["end"], fact["end"]) - max(rows[index]["start"], fact["start"])
            if both > most:
                best, most = index, both
        if best >= 0:
            placed.append((best, fact))
    return placed


def grow_policy(profile: Profile, placed: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Node]:
    """Return the roots of a policy tree; `placed` pairs units with facts, each with its sentence as `said`."""
    roots = []
    for facet in profile.facets:
        paths: Paths = {}
        for unit, fact in placed:
            for path in _paths(facet, fact):
                paths.setdefault(path, {}).setdefault(unit, fact["said"])
        roots.append(_node(facet.name, paths))
    _split_dates(roots)
    return roots


def _paths(facet: Facet, fact: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Labels below a facet that one fact has."""
    if facet.children:
        return _change(facet, fact)
    if "品种" in facet.name:
        return [(_product(fact["product"]),)]
    if "合约" in facet.name:
        return [(label,) for label in _contracts(fact)]
    if "时间" in facet.name or "日期" in facet.name:
        return [(_when(fact),)]
    return [()]


def _change(facet: Facet, fact: Mapping[str, Any]) -> list[tuple[str, ...]]:
    for child in facet.children:
        if fact["item"] in child.items:
            detail = _fit(_UNFIT.sub("", (fact["detail"] or "").split("；")[0]))
            return [(child.name, detail)] if is_label(detail) else [(child.name,)]
    return [()]


def _product(name: str | None) -> str:
    """A product as a label: 铜 and PTA are too short or not Chinese by themselves."""
    if not name:
        return UNSTATED
    label = _fit(_UNFIT.sub("", name))
    return label if is_label(label) else _fit(f"{label}期货")


def _contracts(fact: Mapping[str, Any]) -> list[str]:
    listed = fact["contracts"]
    months = json.loads(listed) if isinstance(listed, str) else list(listed or [])
    scope = fact["scope"]
    if scope == "new_only":
        return ["新上市合约"]
    if scope == "range" and months:
        return [f"{months[0]}至{months[-1]}合约" if months[0] != months[-1] else f"{months[0]}起合约"]
    if scope == "all_but" and months:
        return [_fit(f"除{months[0]}外合约" if len(months) == 1 else f"除{months[0]}等外合约")]
    if scope == "list" and months:
        name = fact["product"] or ""
        return [_fit(f"{name}{month}合约", f"{month}合约") for month in months]
    return ["全部合约"]


def _when(fact: Mapping[str, Any]) -> str:
    date = fact["effective_date"]
    if not date:
        return "条件生效" if fact["effective_condition"] else UNSTATED
    year, month, day = str(date).split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _fit(text: str, short: str | None = None) -> str:
    """Cut a value to the length of a label."""
    if len(text) <= LABEL_MAX:
        return text
    return short if short is not None and len(short) <= LABEL_MAX else text[:LABEL_MAX]


def _node(label: str, paths: Paths) -> Node:
    own = paths.get((), {})
    node = Node(label, members=sorted(own), said=dict(own))
    heads = sorted({path[0] for path in paths if path}, key=lambda head: _order(head, paths))
    for head in heads:
        node.children.append(
            _node(head, {path[1:]: units for path, units in paths.items() if path and path[0] == head})
        )
    _drop_doubles(node)
    return node


def _drop_doubles(node: Node) -> None:
    """A unit that stands under a child does not stand under its parent as well."""
    below = {unit for child in node.children for unit in child.everyone()}
    node.members = [unit for unit in node.members if unit not in below]


def _order(head: str, paths: Paths) -> tuple[int, str]:
    """Dates in order, then what is unstated; else the most slices first."""
    if head[:4].isdigit() and "年" in head:
        year, _, rest = head.partition("年")
        month, _, day = rest.partition("月")
        return (int(year) * 10_000 + int(month) * 100 + int(day.rstrip("日") or 0) - 10**9, head)
    size = sum(len(units) for path, units in paths.items() if path and path[0] == head)
    return (1 if head in (UNSTATED, "其他调整") else -size, head)


def _split_dates(roots: list[Node]) -> None:
    """Put a level of months between a root and its days where there are many."""
    for root in roots:
        dated = [child for child in root.children if "年" in child.label and child.label.endswith("日")]
        if len(dated) <= DATES_FLAT:
            continue
        months: dict[str, Node] = {}
        for child in dated:
            month = child.label.partition("月")[0] + "月"
            months.setdefault(month, Node(month)).children.append(child)
        kept = [child for child in root.children if child not in dated]
        root.children = [*months.values(), *kept]
