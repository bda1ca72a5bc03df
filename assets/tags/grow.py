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

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assets.tags.guide import Guide
from assets.tags.history.events import compare_days, compare_states, joined
from assets.tags.history.extend import Standing, Stood, extend, stand
from assets.tags.history.vocabulary import Vocabulary
from assets.tags.judge.apply import apply_decisions
from assets.tags.judge.verdicts import Decisions
from assets.tags.levels.facets import NO_FACET, assign_facets, key_sentence
from assets.tags.levels.growth import OTHER, free_roots, grow_root, summarise
from assets.tags.levels.labels import Phrases
from assets.tags.levels.nodes import Node, Previous, identify, settle, walk
from assets.tags.levels.policy import grow_policy, place_facts, relevant_facts
from assets.tags.levels.rows import Shown, frame_of, write_rows
from assets.tags.levels.units import COLUMNS, Units, exclude_slices, gather_units
from assets.tags.profiles import Profile
from assets.tags.schema import TAG_EVENTS, TAG_LEAVES, TAG_NODES
from assets.text.spans import canonical_json, digest_id
from resources.errors import MissingColumnError, SchemaError
from resources.protocols import TaskCall, TaskResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ENGINE", "OTHER", "Kept", "Standing", "Tree", "grow_tree", "keep_units", "recipe_of"]

ENGINE = "extractive"
#: Goes into the recipe: a change of how trees grow must change it.
METHOD = "2"
Array = np.ndarray[Any, np.dtype[Any]]

#: Nobody decided on any name.
UNDECIDED = Decisions({}, frozenset(), frozenset())


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
    """One tree as rows: `tree` a TAG_TREES row, `nodes` TAG_NODES (parents first), `leaves` TAG_LEAVES, `events` TAG_EVENTS.

    `extended`: it grew on from the tree that stood, and did not grow anew; `kept` counts the distinct slices that stayed.
    """

    tree: dict[str, Any]
    nodes: pl.DataFrame
    leaves: pl.DataFrame
    events: pl.DataFrame
    extended: bool = False
    kept: int = 0


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


def recipe_of(profile: Profile, models: str = "") -> str:
    """Return the hash of what a tree is grown by: profile, models and method; not the vectors, which the tree outlives."""
    return digest_id("recipe", METHOD, canonical_json(profile.as_plain()), models)


def grow_tree(
    profile: Profile,
    day: str | None,
    slices: pl.DataFrame,
    vectors: Array,
    *,
    basis_id: str,
    facts: pl.DataFrame | None = None,
    previous: Previous | None = None,
    standing: Standing | None = None,
    record: Previous | None = None,
    guide: Guide | None = None,
    recipe: str = "",
    decided: Decisions = UNDECIDED,
) -> Tree:
    """Grow the tree of one profile on one day.

    Args:
        profile: What the tree is about.
        day: Publish day, `YYYY-MM-DD`; None for a tree over all days.
        slices: SLICES columns plus title, duplicate_of (null for originals) and relevance (0 to 1); any order.
        vectors: n × d, float32, rows normalised, aligned with `slices`.
        basis_id: Which basis made the vectors.
        facts: POLICY_FACTS rows, for a profile of the policies lane.
        previous: TAG_NODES rows of the tree before, or a mapping of `nodes` and `leaves`; its ids are carried on, and its
            names where today's leaves still say them.
        standing: This same tree as it stands, of the same recipe. What did not change keeps its place and words; where
            too much changed it only lends its ids.
        record: This same tree as it is published, where it is not the one to grow on from: events say what became of its tags.
        guide: The way to the models; without it, or where they fail, the extractive engine speaks. `slices` may then
            have a column `clearance` (public, internal, secret; internal where absent).
        recipe: From `recipe_of`, kept with the tree.
        decided: What people decided on names: joined, preferred and forbidden ones.

    Returns:
        The tree; without any slice it has neither tags nor leaves.

    Raises:
        MissingColumnError: A column of `slices` is absent.
        SchemaError: `vectors` does not align with `slices`.
    """
    kept = keep_units(profile, slices, vectors, facts)
    guide = guide or Guide(NO_MODEL, profile)
    before: Previous = standing.rows if standing is not None else previous or ()
    known = {str(row["label"]) for row in (before.get("nodes", ()) if isinstance(before, Mapping) else before)}
    banned = {
        profile.subject,
        f"{profile.subject}期货",
        *profile.keywords,
        OTHER,
        *profile.style.forbidden,
        *decided.forbidden,
    }
    phrases = Phrases(kept.units.items, banned=banned, known=known - {facet.name for facet in profile.facets})
    stood = _stand(profile, kept, standing) if standing is not None else None
    everyone = range(len(kept.units))
    guide.vocabulary = Vocabulary(profile.style.synonyms, known)
    guide.summarise(kept.units.items, everyone if stood is None else stood.fresh)
    roots = _roots(profile, kept, phrases, stood, guide)
    if not profile.is_factual:
        guide.name(roots, kept.units)
        roots = [root for root in map(settle, roots) if root.members or root.children]
    summarise(roots, kept.units, profile.facets)
    said = {unit: one.tags for unit, one in guide.said.items() if one.tags}
    leaf_ids = standing.leaves if standing is not None and stood is not None else ()
    stood_words = {row["leaf_id"]: (row["summary"], _as_text(row["tags"])) for row in leaf_ids}
    shown = Shown(kept.units, phrases, profile.facets, said, stood_words)
    _identify(profile, roots, shown, before)
    roots = apply_decisions(roots, decided, shown.tags)
    return _tree(profile, day, roots, shown, kept, guide, basis_id, recipe, record, before, standing, stood)


def _as_text(tags: Any) -> str:
    return tags if isinstance(tags, str) else canonical_json(tags)


def _stand(profile: Profile, kept: Kept, standing: Standing) -> Stood | None:
    """The standing tree over today's units; of a factual profile only what the facts leave over stands."""
    stated = {unit for unit, _ in kept.placed}
    rest = [unit for unit in range(len(kept.units)) if unit not in stated]
    return stand(standing, kept.units, (lambda label: label == OTHER) if profile.is_factual else lambda _: True, rest)


def _identify(profile: Profile, roots: Sequence[Node], shown: Shown, before: Previous) -> None:
    """Give the tags their ids, and the names that they had where their leaves still say them."""
    slices = {i: [leaf.slice_id for leaf in unit.leaves] for i, unit in enumerate(shown.units.items)}
    had = identify(profile.name, roots, slices, before, shown.tags)
    for siblings, above in _families(roots, ()):
        taken = {node.label for node in siblings}
        for node in siblings:
            label = had.get(node.tag_id)
            below = {one.label for one, _ in walk(node.children)}
            if label is None or label in taken | below | set(above) or node.named_by in ("profile", "fact"):
                continue
            if any(label in shown.units.items[unit].text for unit in node.everyone()):
                taken = taken - {node.label} | {label}
                node.label = label


def _families(siblings: Sequence[Node], above: tuple[str, ...]) -> Iterator[tuple[Sequence[Node], tuple[str, ...]]]:
    yield siblings, above
    for node in siblings:
        yield from _families(node.children, (*above, node.label))


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


def _roots(profile: Profile, kept: Kept, phrases: Phrases, stood: Stood | None, guide: Guide) -> list[Node]:
    units = kept.units
    if not len(units):
        return []
    if profile.is_factual:
        roots = grow_policy(profile, kept.placed)
        for node, _ in walk(roots):
            node.named_by = "fact"
        stated = {unit for unit, _ in kept.placed}
        rest = [unit for unit in range(len(units)) if unit not in stated]
        if stood is None:
            roots.append(grow_root(OTHER, rest, units, phrases, profile.stop))
        else:
            roots += extend(stood, units, phrases, dict.fromkeys(stood.fresh, OTHER), [OTHER], profile.stop)
    elif profile.facets:
        roots = _facet_roots(profile, units, phrases, stood, guide)
    elif stood is None:
        roots = free_roots(list(range(len(units))), units, phrases, profile.stop)
    else:
        roots = extend(stood, units, phrases, {}, [], profile.stop)
    fixed = {facet.name for facet in profile.facets} | {OTHER}
    for root in roots:
        if root.label in fixed:
            root.named_by = "profile"
    roots = [root for root in map(settle, roots) if root.members or root.children]
    summarise(roots, units, profile.facets)
    return roots


def _facet_roots(profile: Profile, units: Units, phrases: Phrases, stood: Stood | None, guide: Guide) -> list[Node]:
    place = {facet.name: index for index, facet in enumerate(profile.facets)}
    names = [*place, OTHER]
    known: dict[int, int] = {}
    if stood is not None:
        known = {unit: place.get(root.label, NO_FACET) for root in stood.roots for unit in root.everyone()}
    hints = {unit: place[said.facet] for unit, said in guide.said.items() if said.facet in place}
    chosen = assign_facets(profile.facets, units, hints, known)
    for unit, facet in enumerate(chosen):
        phrases.prefer(unit, key_sentence(units.items[unit], profile.facets[facet] if facet != NO_FACET else None))
    if stood is not None:
        root_of = {unit: names[chosen[unit]] for unit in stood.fresh}
        return extend(stood, units, phrases, root_of, names, profile.stop)
    members = {name: [unit for unit, facet in enumerate(chosen) if names[facet] == name] for name in names}
    return [grow_root(name, members[name], units, phrases, profile.stop) for name in names]


def _tree(
    profile: Profile,
    day: str | None,
    roots: list[Node],
    shown: Shown,
    kept: Kept,
    guide: Guide,
    basis_id: str,
    recipe: str,
    record: Previous | None,
    before: Previous,
    standing: Standing | None,
    stood: Stood | None,
) -> Tree:
    """Write the tree as rows, with what became of its tags."""
    tree_id = profile.name if day is None else f"{profile.name}@{day}"
    nodes, leaves = write_rows(tree_id, roots, shown)
    earlier = standing.tree if standing is not None and stood is not None else None
    engines = guide.engines | ({*str(earlier["engine"]).split("+")} - {ENGINE} if earlier else set())
    row = {
        "tree_id": tree_id,
        "profile": profile.name,
        "subject": profile.subject or None,
        "day": day,
        "engine": "+".join(sorted(engines)) or ENGINE,
        "basis_id": basis_id,
        "recipe": recipe or None,
        "stats": canonical_json(_stats(nodes, leaves, kept, guide, earlier)),
    }
    told = record if record is not None else before
    given = told if isinstance(told, Mapping) else {"nodes": told}
    compare = compare_states if standing is not None or record is not None else compare_days
    events = compare(row, {"nodes": given.get("nodes", ()), "leaves": given.get("leaves", ())}, nodes, leaves)
    events += [joined(row, alias, label, found) for (alias, label), found in guide.vocabulary.recorded().items()]
    return Tree(
        row,
        frame_of(TAG_NODES, nodes),
        frame_of(TAG_LEAVES, leaves),
        frame_of(TAG_EVENTS, events),
        extended=stood is not None,
        kept=0 if stood is None else len(kept.units) - len(stood.fresh),
    )


def _stats(
    nodes: Sequence[Mapping[str, Any]],
    leaves: Sequence[Mapping[str, Any]],
    kept: Kept,
    guide: Guide,
    earlier: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What went in, what each step made of it, and what it cost; calls of a tree that grows on are counted together."""
    others = {node["tag_id"] for node in nodes if node["level"] == 1 and node["label"] == OTHER}
    levels = Counter(node["level"] for node in nodes)
    slices = {leaf["slice_id"] for leaf in leaves}
    calls = int(earlier["stats"]["chat_calls"]) if earlier else 0
    return {
        "slices": len(slices),
        "levels": max(levels, default=0),
        "tags": len(nodes),
        "other": sum(node["n_leaves"] for node in nodes if node["tag_id"] in others),
        "unassigned": len({leaf["slice_id"] for leaf in leaves if leaf["tag_id"] in others}),
        "excluded": kept.excluded,
        "steps": {
            "1_texts": len({leaf["doc_id"] for leaf in leaves}),
            "2_left_out_by_title": kept.excluded.get("title_rule", 0),
            "3_left_out_as_irrelevant": kept.excluded.get("irrelevant", 0),
            "4_slices": len(slices) + sum(kept.excluded.values()),
            "4_distinct_slices": len(kept.units),
            "5_summarised_by_model": len(guide.said),
            "6_tags_by_level": [levels[level] for level in sorted(levels)],
            "6_named_by": dict(sorted(Counter(node["named_by"] for node in nodes).items())),
            "7_levels": max(levels, default=0),
            "8_tags": len(nodes),
            "8_leaves": len(leaves),
        },
        "chat_calls": calls + len(guide.call_ids),
        "embed_calls": 0,
    }
