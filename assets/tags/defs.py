"""Tag assets: one tree a day for news and research, one over all notices for policy, and users' own profiles."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import numpy as np
import polars as pl

from assets.partitions import CUSTOM_TAGS, DAYS
from assets.records.schema import POLICY_FACTS, SLICES
from assets.tags.guide import SUMMARISE, TASKS, Answers, Guide, ask_ahead
from assets.tags.history.extend import Standing, units_to_ask
from assets.tags.profiles import Profile, load_profiles
from assets.tags.schema import (
    RELEVANCE_MODELS,
    TAG_EVENTS,
    TAG_LEAVES,
    TAG_NODES,
    TAG_RELEVANCE,
    TAG_TREES,
    TAG_VOCABULARY,
)
from assets.tags.sieve.defs import Intake, decision_rows, left_out
from assets.text.spans import canonical_json, digest_id
from quality.defs import Settled, Step, StepEvent, check_specs, open_step
from quality.outcomes import Outcome
from quality.trees import check_labels, check_stability, check_tree, check_unassigned
from resources.changes import latest_change
from resources.defs import HomeResource
from resources.frames import empty_frame
from resources.publication import Change
from resources.settings import Settings, TaskSettings

CODE_VERSION = "3"
TABLES = (TAG_TREES, TAG_NODES, TAG_LEAVES, TAG_EVENTS, TAG_RELEVANCE)
#: Rows of a profile by which all of its trees are out of date.
DECIDED = (TAG_VOCABULARY, RELEVANCE_MODELS)
TREE_CHECK, LABEL_CHECK, UNASSIGNED_CHECK, STABLE_CHECK = CHECKS = (
    "tree_shape",
    "tree_labels",
    "tree_unassigned",
    "tree_stability",
)
#: Slices of several days that are held in memory, and asked about, at once.
BLOCK = 20_000
COMMON: Mapping[str, Any] = {
    "group_name": "tags",
    "owners": ["team:leafroot"],
    "kinds": {"python", "sqlite"},
    "code_version": CODE_VERSION,
    "output_required": False,
}


def code_version(basis_id: str | None, settings: Settings) -> str:
    """Return the version that a tree's watermark carries: another vector basis or other models make another tree."""
    return ":".join(part for part in (CODE_VERSION, basis_id or "none", models_named(settings)) if part)


def models_named(settings: Settings) -> str:
    """Return a hash of the models and prompts that the tag tasks are given, empty where there are none."""
    models = [[*settings.models_of(task), settings.tasks.get(task, TaskSettings()).prompt] for task in TASKS]
    return digest_id(canonical_json(models))[:8] if any(settings.models_of(task) for task in TASKS) else ""


def is_stale(step: Step, profile: Profile, day: str) -> bool:
    """Tell whether a day changed since its tree was grown, or somebody decided on names or trained relevance."""
    since, lane = step.since_part(day), profile.lane
    if any(any(step.store.changed_keys(table.name, since, {"profile": profile.name})) for table in DECIDED):
        return True
    return any(latest_change(step.reader, table, [lane]).get(day, 0) > since for table in ("slices", "documents"))


def grow(
    step: Step,
    profile: Profile,
    day: str | None,
    intake: tuple[pl.DataFrame, np.ndarray],
    answered: Answers | None = None,
) -> Settled:
    """Grow one tree and settle it; no slices leave no tree."""
    from assets.tags.grow import grow_tree, recipe_of
    from assets.tags.judge.verdicts import read_vocabulary

    tree_id = profile.name if day is None else f"{profile.name}@{day}"
    slices, vectors = intake
    if slices.is_empty():
        changes = [Change(table, empty_frame(table), scope={"tree_id": tree_id}) for table in TABLES]
        return step.settle(changes, extra=passed("no slices, no tree"), part=day or "")
    recipe = recipe_of(profile, models_named(step.settings))
    before = standing_tree(step, tree_id)
    same = before is not None and before.tree["recipe"] == recipe and not step.rebuild
    tree = grow_tree(
        profile,
        day,
        slices,
        vectors,
        basis_id=str(step.store.home_value("basis_id")),
        facts=step.reader.frame(POLICY_FACTS.name) if profile.lane == "policies" else None,
        standing=before if same else None,
        previous=before.rows if before is not None and not step.rebuild else earlier_tree(step, profile, day),
        record=before.rows if before is not None else None,
        guide=Guide(step.models, profile, step.asset, tree_id, answered) if step.models else None,
        recipe=recipe,
        decided=read_vocabulary(step.reader, profile.name),
    )
    trees = pl.DataFrame([tree.tree], schema=empty_frame(TAG_TREES).schema)
    frames = (
        (TAG_TREES, trees),
        (TAG_NODES, tree.nodes),
        (TAG_LEAVES, tree.leaves),
        (TAG_EVENTS, tree.events),
        (TAG_RELEVANCE, decision_rows(tree_id, profile.name, day, slices)),
    )
    # What became of its tags is a record, to which each growth adds.
    changes = [
        Change(table, frame, scope=None if table is TAG_EVENTS else {"tree_id": tree_id}) for table, frame in frames
    ]
    nodes, leaves = tree.nodes.to_dicts(), tree.leaves.to_dicts()
    stats = json.loads(tree.tree["stats"])
    checks = [
        check_tree(TREE_CHECK, nodes, leaves, slices=set(slices["slice_id"]), excluded=sum(stats["excluded"].values())),
        check_labels(LABEL_CHECK, nodes, leaves, dict(slices.select("slice_id", "text").iter_rows())),
        check_unassigned(UNASSIGNED_CHECK, stats, warn=profile.unassigned_warn, block=profile.unassigned_block),
        check_stability(STABLE_CHECK, before.rows if before is not None and tree.extended else None, nodes, leaves),
    ]
    return step.settle(changes, extra=checks, part=day or "")


def grow_stale(step: Step, profile: Profile, days: Sequence[str]) -> list[Settled]:
    """Grow the trees of the days that changed, oldest first; the models are asked for many of them at once."""
    stale = [day for day in days if is_stale(step, profile, day)]
    intake = Intake(step, profile)
    parts: list[Settled] = []
    block: dict[str, tuple[pl.DataFrame, np.ndarray]] = {}
    for place, day in enumerate(stale):
        block[day] = intake.of_day(day)
        if place == len(stale) - 1 or sum(frame.height for frame, _ in block.values()) >= BLOCK:
            answered = ask_for_days(step, intake.profile, block)
            parts += [grow(step, intake.profile, each, given, answered) for each, given in block.items()]
            block = {}
    return parts


def ask_for_days(step: Step, profile: Profile, block: Mapping[str, tuple[pl.DataFrame, np.ndarray]]) -> Answers | None:
    """Ask the models about what is new on several days, in common calls; None where there is no model."""
    from assets.tags.grow import keep_units, recipe_of

    if step.models is None or not step.models.available(SUMMARISE):
        return None
    recipe = recipe_of(profile, models_named(step.settings))
    sets = []
    for day, (slices, vectors) in block.items():
        if slices.is_empty():
            continue
        before = None if step.rebuild else standing_tree(step, f"{profile.name}@{day}")
        units = keep_units(profile, slices, vectors).units
        sets.append(units_to_ask(units, before if before is not None and before.tree["recipe"] == recipe else None))
    return ask_ahead(step.models, profile, sets, step.asset)


def standing_tree(step: Step, tree_id: str) -> Standing | None:
    """Return a tree as it stands, None where it was never grown."""
    reader = step.store.reader()
    try:
        trees = reader.rows(TAG_TREES.name, where={"tree_id": tree_id})
        if not trees:
            return None
        nodes = reader.rows(TAG_NODES.name, where={"tree_id": tree_id})
        return Standing(trees[0], nodes, reader.rows(TAG_LEAVES.name, where={"tree_id": tree_id}))
    finally:
        reader.close()


def earlier_tree(step: Step, profile: Profile, day: str | None) -> dict[str, list[dict[str, Any]]] | None:
    """Return nodes and leaves of the newest tree of an earlier day, from which ids and names are carried on."""
    if day is None:
        return None
    reader = step.store.reader()
    try:
        trees = reader.rows(TAG_TREES.name, where={"profile": profile.name}, columns=["tree_id", "day"])
        earlier = [row for row in trees if row["day"] and row["day"] < day]
        if not earlier:
            return None
        tree_id = max(earlier, key=lambda row: row["day"])["tree_id"]
        return {
            "nodes": reader.rows(TAG_NODES.name, where={"tree_id": tree_id}),
            "leaves": reader.rows(TAG_LEAVES.name, where={"tree_id": tree_id}),
        }
    finally:
        reader.close()


def passed(why: str) -> list[Outcome]:
    """Return the checks of a tree where there was nothing to judge."""
    return [Outcome(check, "block", True, why) for check in CHECKS]


def steps_of(parts: Sequence[Settled]) -> dict[str, Any]:
    """Return what each step of the method made, over the trees that were grown."""
    total: dict[str, int] = {}
    for part in parts:
        for row in part.changes[0].upserts.iter_rows(named=True):
            for name, value in json.loads(row["stats"]).get("steps", {}).items():
                if isinstance(value, int):
                    total[name] = max(total.get(name, 0), value) if name == "7_levels" else total.get(name, 0) + value
    return {"steps": dg.MetadataValue.json(total)} if total else {}


def tree_markdown(step: Step, profile: str, day: str | None) -> str:
    """Return the tree that now stands, as Markdown for the UI."""
    from assets.tags.export import to_markdown
    from assets.tags.query import tree

    reader = step.store.reader()
    try:
        return to_markdown(tree(reader, profile, date=day))
    finally:
        reader.close()


def measured(step: Step, profile: str, day: str | None) -> dict[str, Any]:
    """Return the measures of the tree that now stands, as `leafroot tags quality` prints them without labels."""
    from assets.tags.judge.assess import assess

    reader = step.store.reader()
    try:
        return {"quality": dg.MetadataValue.json(assess(reader, profile, date=day))}
    finally:
        reader.close()


def grow_days(
    context: dg.AssetExecutionContext, step: Step, profile: Profile, days: Sequence[str]
) -> Iterator[StepEvent]:
    """Grow the trees of the days that changed, oldest first; each is published by itself."""
    parts = grow_stale(step, profile, days) or [unchanged(step)]
    grown = {"days": len(days), "grown": sum(bool(part.published) for part in parts)}
    yield from step.conclude(parts, {**grown, **steps_of(parts), **left_out(parts)})
    for part in parts:
        for row in part.changes[0].upserts.iter_rows(named=True):
            text = tree_markdown(step, profile.name, row["day"])
            metadata = {
                "tree": dg.MetadataValue.md(text),
                **steps_of([part]),
                **measured(step, profile.name, row["day"]),
                **left_out([part]),
            }
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=row["day"], metadata=metadata))


def unchanged(step: Step) -> Settled:
    """Return what stands for a run in which no day had changed."""
    changes = [Change(table, empty_frame(table)) for table in TABLES]
    return step.settle(changes, extra=passed("no tree had to grow"), part="nothing")


def build_daily(name: str, description: str) -> dg.AssetsDefinition:
    """Build the asset of a built-in profile that is opened by day."""
    key = ["tags", name]

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["records", "documents"]), dg.AssetKey(["embeddings", "slices"])],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=check_specs(key, TABLES, CHECKS),
        description=description,
        **COMMON,
    )
    def tags_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        version = code_version(home.basis_id(), home.settings())
        with open_step(context, home, code_version=version) as step:
            profile = load_profiles({})[name]
            yield from grow_days(context, step, profile, sorted(context.partition_keys))

    return tags_asset


@dg.asset(
    key=["tags", "policy"],
    deps=[
        dg.AssetKey(["records", "documents"]),
        dg.AssetKey(["records", "policy_facts"]),
        dg.AssetKey(["embeddings", "slices"]),
    ],
    check_specs=check_specs(["tags", "policy"], TABLES, CHECKS),
    description="Policy tags (政策画像): 品种, 合约, 政策调整, 调整时间, one tree over all notices.",
    **COMMON,
)
def policy(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Grow the policy tree where notices, facts or the basis changed."""
    version = code_version(home.basis_id(), home.settings())
    with open_step(context, home, code_version=version) as step:
        deltas = [
            step.delta(SLICES, {"lane": "policies"}),
            step.delta(POLICY_FACTS),
            *(step.delta(table, {"profile": "policy"}) for table in DECIDED),
        ]
        if all(delta.is_empty for delta in deltas):
            yield from step.conclude([unchanged(step)])
            return
        profile = load_profiles({})["policy"]
        intake = Intake(step, profile)
        part = grow(step, intake.profile, None, intake.of_day(None))
        metadata = {**steps_of([part]), **left_out([part])}
        if part.changes[0].upserts.height and not part.blocked:
            metadata["tree"] = dg.MetadataValue.md(tree_markdown(step, "policy", None))
            metadata |= measured(step, "policy", None)
        yield from step.conclude([part], metadata)


@dg.asset(
    key=["tags", "custom"],
    deps=[dg.AssetKey(["records", "documents"]), dg.AssetKey(["embeddings", "slices"])],
    partitions_def=CUSTOM_TAGS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=check_specs(["tags", "custom"], TABLES, CHECKS),
    description="Tags of users' own profiles (自定义画像), one tree a profile and day.",
    **COMMON,
)
def custom(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Grow the trees of the configuration's own profiles."""
    version = code_version(home.basis_id(), home.settings())
    with open_step(context, home, code_version=version) as step:
        profiles = load_profiles(
            {name: p.model_dump(exclude_defaults=True) for name, p in step.settings.profiles.items()}
        )
        days: dict[str, list[str]] = {}
        for key in sorted(context.partition_keys):
            name, _, day = key.partition("@")
            days.setdefault(name, []).append(day)
        yield from grow_custom(
            context, step, {name: (profiles[name], listed) for name, listed in days.items() if name in profiles}
        )


def grow_custom(
    context: dg.AssetExecutionContext, step: Step, wanted: Mapping[str, tuple[Profile, Sequence[str]]]
) -> Iterator[StepEvent]:
    """Grow the trees of several profiles; a profile and day has a watermark of its own."""
    parts: list[Settled] = []
    asset = step.asset
    for name, (profile, days) in sorted(wanted.items()):
        step.asset = f"{asset}/{name}"
        parts += grow_stale(step, profile, days)
    step.asset = asset
    yield from step.conclude(parts or [unchanged(step)], {"grown": len(parts), **steps_of(parts), **left_out(parts)})
    for part in parts:
        for row in part.changes[0].upserts.iter_rows(named=True):
            text = tree_markdown(step, row["profile"], row["day"])
            context.log_event(
                dg.AssetMaterialization(
                    context.asset_key,
                    partition=f"{row['profile']}@{row['day']}",
                    metadata={
                        "tree": dg.MetadataValue.md(text),
                        **steps_of([part]),
                        **measured(step, row["profile"], row["day"]),
                    },
                )
            )


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the tag assets."""
    return [
        build_daily("news", "News tags (舆情画像) of crude oil, a tree a day: 行情概述, 原因分析, 影响, 未来走势."),
        build_daily(
            "research",
            "Research tags (研报画像) of crude oil, a tree a day: 事件概述, 原因, 影响, 各方观点, 应对措施, 未来走势预测.",
        ),
        policy,
        custom,
    ]
