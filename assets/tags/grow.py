"""Grow one tag tree from the leaves up: the eight steps of the method, with the extractive engine or a model beside it.

    1 text, 4 slices        come in as rows
    2 title rules           a profile's `title_drop`, and keywords within the relevance
    3 relevance             what is not about the subject is left out, counted with its reason
    5 summary and tags      a sentence and recommended tags for each slice, both verbatim
    6 clustering, naming    the next level: groups, named from their leaves' own words
    7 repeat                until nothing clusters
    8 structure             tags, leaves and counts as rows

Where vectors and relevance come from is the embeddings stage; how a tree is read and shown is in `query.py`, `export.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assets.tags.guide import Guide
from assets.tags.levels.clusters import Group, group_by_graph
from assets.tags.levels.facets import NO_FACET, assign_facets, key_sentence
from assets.tags.levels.labels import Phrases
from assets.tags.levels.nodes import Node, Previous, identify, settle, walk
from assets.tags.levels.policy import grow_policy, place_facts, relevant_facts
from assets.tags.levels.shared import group_by_phrases
from assets.tags.levels.units import COLUMNS, Units, exclude_slices, gather_units
from assets.tags.profiles import Facet, Profile
from assets.tags.schema import TAG_LEAVES, TAG_NODES
from assets.text.spans import canonical_json, digest_id
from resources.errors import MissingColumnError, SchemaError
from resources.protocols import TaskCall, TaskResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ENGINE", "OTHER", "Kept", "Tree", "grow_tree", "keep_units"]

ENGINE = "extractive"
#: The root of what fits no facet.
OTHER = "其他"
#: Up to so many units a set is grouped by the phrases it shares.
SMALL = 40
#: A facet below this many units is shown without a further level.
FLAT = 2
#: Groups of one that stand as tags of their own; more of them lie directly under the tag above.
SINGLES = 8
#: What the best phrase of a single slice must be worth to make it a tag.
SINGLE_MIN = 1.1
Array = np.ndarray[Any, np.dtype[Any]]


class _NoModel:
    """Stands where no model is configured."""

    def available(self, task: str) -> bool:
        del task
        return False

    def run(self, task: str, calls: Sequence[TaskCall], **where: str | None) -> list[TaskResult]:
        del where
        return [TaskResult(None, ENGINE, reason=f"no model for {task}") for _ in calls]

    def embed(self, texts: Sequence[str], **where: Any) -> list[tuple[float, ...] | None]:
        del where
        return [None for _ in texts]


NO_MODEL = _NoModel()


@dataclass(frozen=True)
class Tree:
    """One tree as rows: `tree` a TAG_TREES row, `nodes` TAG_NODES (parents first), `leaves` TAG_LEAVES."""

    tree: dict[str, Any]
    nodes: pl.DataFrame
    leaves: pl.DataFrame


@dataclass(frozen=True)
class Kept:
    """What a tree grows from: the units that are about the subject, the facts that they state, and what was left out."""

    units: Units
    placed: list[tuple[int, Mapping[str, Any]]]
    excluded: dict[str, int]


def keep_units(profile: Profile, slices: pl.DataFrame, vectors: Array, facts: pl.DataFrame | None = None) -> Kept:
    """Do the first steps of `grow_tree`, whose arguments these are: join repeats, apply title rules and relevance.

    Raises:
        MissingColumnError: A column of `slices` is absent.
        SchemaError: `vectors` does not align with `slices`.
    """
    for column in COLUMNS:
        if column not in slices.columns:
            raise MissingColumnError("tags", column, slices.columns)
    if len(vectors) != slices.height:
        raise SchemaError(f"tags: {len(vectors)} vectors for {slices.height} slices; give one vector a slice.")
    order = sorted(range(slices.height), key=slices["slice_id"].to_list().__getitem__)
    records = slices.to_dicts()
    rows = [records[i] for i in order]
    all_units, centres, held = gather_units(rows, np.asarray(vectors, dtype=np.float32)[order])
    placed: list[tuple[int, Mapping[str, Any]]] = []
    if profile.is_factual and facts is not None:
        placed = _facts_of_units(profile, facts, rows, held)
    kept, excluded = exclude_slices(profile, rows, held)
    units = Units([all_units[i] for i in kept], centres[kept])
    place = {unit: i for i, unit in enumerate(kept)}
    inside = [(place[unit], fact) for unit, fact in placed if unit in place]
    return Kept(units, inside, excluded)


def grow_tree(
    profile: Profile,
    day: str | None,
    slices: pl.DataFrame,
    vectors: Array,
    *,
    basis_id: str,
    facts: pl.DataFrame | None = None,
    previous: Previous | None = None,
    guide: Guide | None = None,
) -> Tree:
    """Grow the tree of one profile on one day.

    Args:
        profile: What the tree is about.
        day: Publish day, `YYYY-MM-DD`; None for a tree over all days.
        slices: SLICES columns plus title, duplicate_of (null for originals) and relevance (0 to 1); any order.
        vectors: n × d, float32, rows normalised, aligned with `slices`.
        basis_id: Which basis made the vectors.
        facts: POLICY_FACTS rows, for a profile of the policies lane.
        previous: TAG_NODES rows of the tree before, or a mapping of `nodes` and `leaves`; its ids are carried on.
        guide: The way to the models; without it, or where they fail, the extractive engine speaks. `slices` may then
            have a column `clearance` (public, internal, secret; internal where absent).

    Returns:
        The tree; without any slice it has neither tags nor leaves.

    Raises:
        MissingColumnError: A column of `slices` is absent.
        SchemaError: `vectors` does not align with `slices`.
    """
    kept = keep_units(profile, slices, vectors, facts)
    units, inside, excluded = kept.units, kept.placed, kept.excluded
    phrases = Phrases(units.items, banned={profile.subject, f"{profile.subject}期货", *profile.keywords, OTHER})
    guide = guide or Guide(NO_MODEL, profile)
    guide.summarise(units.items)
    roots = _roots(profile, units, phrases, inside, guide)
    if not profile.is_factual:
        guide.name(roots, units.items)
    identify(
        profile.name,
        roots,
        {i: [leaf.slice_id for leaf in unit.leaves] for i, unit in enumerate(units.items)},
        previous,
    )
    return _tree(profile, day, roots, _Shown(units, phrases, profile.facets, guide), excluded, basis_id)


def _facts_of_units(
    profile: Profile, facts: pl.DataFrame, rows: list[dict[str, Any]], held: list[list[int]]
) -> list[tuple[int, Mapping[str, Any]]]:
    """Facts about the subject with the unit that holds each; such a slice is relevant whatever its words say."""
    unit_of = {index: unit for unit, members in enumerate(held) for index in members}
    ordered = sorted(facts.to_dicts(), key=lambda fact: str(fact["fact_id"]))
    placed = place_facts(relevant_facts(profile, ordered), rows)
    for index, _ in placed:
        rows[index]["relevance"] = 1.0
    found: list[tuple[int, Mapping[str, Any]]] = []
    for index, fact in placed:
        row = rows[index]
        said = row["text"][max(0, fact["start"] - row["start"]) : fact["end"] - row["start"]].strip()
        found.append((unit_of[index], {**fact, "said": said}))
    return found


def _roots(
    profile: Profile,
    units: Units,
    phrases: Phrases,
    placed: Sequence[tuple[int, Mapping[str, Any]]],
    guide: Guide,
) -> list[Node]:
    if not len(units):
        return []
    everyone = list(range(len(units)))
    if profile.is_factual:
        roots = grow_policy(profile, placed)
        stated = {unit for unit, _ in placed}
        rest = [unit for unit in everyone if unit not in stated]
        roots.append(_facet_tree(OTHER, rest, units, phrases))
    elif profile.facets:
        roots = _facet_roots(profile, units, phrases, guide)
    else:
        roots = _free_roots(everyone, units, phrases)
    roots = [root for root in map(settle, roots) if root.members or root.children]
    for node, path in walk(roots):
        facet = next((facet for facet in profile.facets if facet.name == path[0]), None)
        node.summary = _summary(node, units, facet)
    return roots


def _facet_roots(profile: Profile, units: Units, phrases: Phrases, guide: Guide) -> list[Node]:
    place = {facet.name: index for index, facet in enumerate(profile.facets)}
    hints = {unit: place[said.facet] for unit, said in guide.said.items() if said.facet}
    chosen = assign_facets(profile.facets, units, hints)
    for unit, facet in enumerate(chosen):
        phrases.prefer(unit, key_sentence(units.items[unit], profile.facets[facet] if facet != NO_FACET else None))
    roots = []
    for index, name in [*enumerate(facet.name for facet in profile.facets), (NO_FACET, OTHER)]:
        members = [unit for unit, facet in enumerate(chosen) if facet == index]
        roots.append(_facet_tree(name, members, units, phrases))
    return roots


def _facet_tree(name: str, members: list[int], units: Units, phrases: Phrases) -> Node:
    """One root with the free tags that grow under it."""
    if len(members) <= FLAT:
        return Node(name, members=members)
    if len(members) > SMALL:
        return _grow(name, group_by_graph(members, units.features()), units, phrases, (name,))
    return _small(name, members, units, phrases, (name,))


def _free_roots(members: list[int], units: Units, phrases: Phrases) -> list[Node]:
    groups = group_by_graph(members, units.features())
    if len(groups) == 1:
        only = _small("", members, units, phrases, ())
        if only.children:
            return only.children + ([Node(OTHER, members=only.members)] if only.members else [])
        return [Node(phrases.name([members], ())[0], members=members)]
    return _grow("", groups, units, phrases, ()).children


def _grow(label: str, groups: list[Group], units: Units, phrases: Phrases, above: tuple[str, ...]) -> Node:
    """A tag from groups that are already nested; each level is named against its siblings."""
    if len(groups) == 1 and not groups[0].parts:
        return _small(label, groups[0].members, units, phrases, above)
    node = Node(label)
    labels = phrases.name([group.members for group in groups], above)
    for name, group in zip(labels, groups, strict=True):
        parts = group.parts or [group]
        if len(parts) == 1:
            node.children.append(_small(name, group.members, units, phrases, (*above, name)))
        else:
            node.children.append(_grow(name, parts, units, phrases, (*above, name)))
    return node


def _small(label: str, members: list[int], units: Units, phrases: Phrases, above: tuple[str, ...]) -> Node:
    """A tag over a small set: groups that share a phrase, and tags of a single slice where these are few."""
    if len(members) <= FLAT:
        return Node(label, members=members)
    groups = [group for group in group_by_phrases(members, phrases, units.vectors) if group.name not in above]
    pairs = [group for group in groups if len(group.members) > 1]
    held = {unit for group in pairs for unit in group.members}
    alone = [unit for unit in members if unit not in held]
    named = [unit for unit in alone if phrases.best(unit) >= SINGLE_MIN]
    if len(named) > SINGLES:
        named = []
    node = Node(label, members=[unit for unit in alone if unit not in named])
    node.children = [Node(group.name, members=group.members) for group in pairs]
    taken = {*above, *(group.name for group in pairs)}
    for unit, name in zip(named, phrases.name([[unit] for unit in named], taken), strict=True):
        node.children.append(Node(name, members=[unit]))
    return node


def _summary(node: Node, units: Units, facet: Facet | None) -> str:
    """The key sentence of the unit nearest to the centre of the tag's leaves."""
    members = node.everyone()
    centre = units.vectors[members].mean(axis=0)
    likeness = np.round(units.vectors[members] @ centre, 6)
    middle = members[int(likeness.argmax())]
    said = next((below.said[middle] for below, _ in walk([node]) if below.said.get(middle)), None)
    return said or key_sentence(units.items[middle], facet)


def _tree(
    profile: Profile, day: str | None, roots: list[Node], shown: _Shown, excluded: dict[str, int], basis_id: str
) -> Tree:
    """Write the tree as rows."""
    import polars as pl

    tree_id = profile.name if day is None else f"{profile.name}@{day}"
    nodes: list[dict[str, Any]] = []
    leaves: list[dict[str, Any]] = []
    _write(roots, None, tree_id, shown, nodes, leaves)
    levels = max((node["level"] for node in nodes), default=0)
    other = sum(node["n_leaves"] for node in nodes if node["level"] == 1 and node["label"] == OTHER)
    stats = {
        "slices": len({leaf["slice_id"] for leaf in leaves}),
        "levels": levels,
        "tags": len(nodes),
        "other": other,
        "excluded": excluded,
        "chat_calls": len(shown.guide.call_ids),
        "embed_calls": 0,
    }
    row = {
        "tree_id": tree_id,
        "profile": profile.name,
        "subject": profile.subject or None,
        "day": day,
        "engine": "+".join(sorted(shown.guide.engines)) or ENGINE,
        "basis_id": basis_id,
        "stats": canonical_json(stats),
    }
    kinds = {"int": pl.Int64}
    node_schema = {column.name: kinds.get(column.type, pl.String) for column in TAG_NODES.columns}
    leaf_schema = {column.name: kinds.get(column.type, pl.String) for column in TAG_LEAVES.columns}
    return Tree(row, pl.DataFrame(nodes, schema=node_schema), pl.DataFrame(leaves, schema=leaf_schema))


def _write(
    siblings: Sequence[Node],
    above: Mapping[str, Any] | None,
    tree_id: str,
    shown: _Shown,
    nodes: list[dict[str, Any]],
    leaves: list[dict[str, Any]],
) -> int:
    """Append the rows of a level and all below it; return how many leaves that is."""
    total = 0
    for ordinal, node in enumerate(siblings):
        row: dict[str, Any] = {
            "node_id": digest_id(tree_id, node.tag_id),
            "tree_id": tree_id,
            "tag_id": node.tag_id,
            "parent_id": above["tag_id"] if above else None,
            "level": above["level"] + 1 if above else 1,
            "ordinal": ordinal,
            "label": node.label,
            "summary": node.summary,
            "n_leaves": 0,
        }
        nodes.append(row)
        facet = shown.facet(node.label) if above is None else above["facet"]
        own = shown.leaves(tree_id, node, facet)
        leaves += own
        row["n_leaves"] = len(own) + _write(node.children, {**row, "facet": facet}, tree_id, shown, nodes, leaves)
        total += row["n_leaves"]
    return total


@dataclass(frozen=True)
class _Shown:
    """What the leaves of a tree are shown with."""

    units: Units
    phrases: Phrases
    facets: tuple[Facet, ...]
    guide: Guide

    def facet(self, root: str) -> Facet | None:
        return next((facet for facet in self.facets if facet.name == root), None)

    def leaves(self, tree_id: str, node: Node, facet: Facet | None) -> list[dict[str, Any]]:
        """TAG_LEAVES rows of the slices directly under a tag."""
        rows: list[dict[str, Any]] = []
        for unit in node.members:
            summary = node.said.get(unit) or key_sentence(self.units.items[unit], facet)
            said = self.guide.said.get(unit)
            tags = canonical_json(list(said.tags) if said and said.tags else self.phrases.tags(unit))
            for leaf in self.units.items[unit].leaves:
                row = {
                    "leaf_id": digest_id(tree_id, node.tag_id, leaf.slice_id),
                    "tree_id": tree_id,
                    "tag_id": node.tag_id,
                    "slice_id": leaf.slice_id,
                    "doc_id": leaf.doc_id,
                    "ordinal": len(rows),
                    "summary": summary if summary in leaf.text else key_sentence(leaf, facet),
                    "tags": tags,
                }
                rows.append(row)
        return rows
