"""Tag assets: one tree a day for news and research, one over all notices for policy, and users' own profiles."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import numpy as np
import polars as pl

from assets.partitions import CUSTOM_TAGS, DAYS
from assets.records.schema import POLICY_FACTS, SLICES
from assets.tags.guide import SUMMARISE, TASKS, Guide, ask_ahead
from assets.tags.profiles import Profile, load_profiles
from assets.tags.schema import TAG_LEAVES, TAG_NODES, TAG_TREES
from assets.text.spans import canonical_json, digest_id
from quality.defs import Settled, Step, StepEvent, check_specs, open_step
from quality.outcomes import Outcome
from quality.trees import check_tree
from resources.changes import latest_change
from resources.defs import HomeResource
from resources.frames import empty_frame
from resources.protocols import TaskResult
from resources.settings import Settings, TaskSettings
from resources.store import Change

CODE_VERSION = "1"
TABLES = (TAG_TREES, TAG_NODES, TAG_LEAVES)
TREE_CHECK = "tree_shape"
COMMON: Mapping[str, Any] = {
    "group_name": "tags",
    "owners": ["team:leafroot"],
    "kinds": {"python", "sqlite"},
    "code_version": CODE_VERSION,
    "output_required": False,
}


def code_version(basis_id: str | None, settings: Settings) -> str:
    """Return the version that a tree's watermark carries: another vector basis or other models make another tree."""
    models = [[*settings.models_of(task), settings.tasks.get(task, TaskSettings()).prompt] for task in TASKS]
    named = digest_id(canonical_json(models))[:8] if any(settings.models_of(task) for task in TASKS) else ""
    return ":".join(part for part in (CODE_VERSION, basis_id or "none", named) if part)


def is_stale(step: Step, lane: str, day: str) -> bool:
    """Tell whether slices or documents of a lane changed on a day since its tree was grown."""
    since = step.since_part(day)
    return any(latest_change(step.reader, table, [lane]).get(day, 0) > since for table in ("slices", "documents"))


def inputs_of(step: Step, profile: Profile, day: str | None) -> tuple[pl.DataFrame, np.ndarray]:
    """Return the profile's slices of a day with title, duplicate_of and relevance, and their vectors."""
    from assets.embeddings.basis import Basis
    from assets.embeddings.relevance import relevance
    from resources.vectors import VectorStore

    where: dict[str, Any] = {"lane": profile.lane}
    if day is not None:
        where["published_date"] = day
    slices = step.reader.frame(SLICES.name, where=where)
    documents = step.reader.frame("documents", where=where, columns=["doc_id", "title", "duplicate_of"])
    if slices.is_empty():
        return slices.with_columns(
            title=pl.lit(""), duplicate_of=pl.lit(None, pl.String), relevance=pl.lit(1.0), clearance=pl.lit("internal")
        ), np.zeros((0, 256), np.float32)
    documents = documents.join(step.clearances(profile.lane), on="doc_id", how="left")
    basis_id = str(step.store.home_value("basis_id"))
    statistics = step.store.home_value("text_basis") or basis_id
    basis = Basis.load(step.home.folder() / "bases" / statistics)
    if profile.subject:
        texts = [step.reader.text(doc_id) for doc_id in documents["doc_id"]]
        scores = relevance(texts, documents["title"].to_list(), profile.subject, profile.keywords, basis)
        documents = documents.with_columns(relevance=pl.Series(np.round(scores, 6), dtype=pl.Float64))
    else:
        documents = documents.with_columns(relevance=pl.lit(1.0))
    rows = slices.join(documents, on="doc_id", how="left").sort("slice_id")
    vectors = VectorStore(step.home.folder() / "vectors").vectors("slice", basis_id, rows["slice_id"].to_list())
    return rows, vectors


def grow(step: Step, profile: Profile, day: str | None, answered: Sequence[TaskResult] | None = None) -> Settled:
    """Grow one tree and settle it; no slices leave no tree."""
    from assets.tags.grow import grow_tree

    tree_id = profile.name if day is None else f"{profile.name}@{day}"
    slices, vectors = inputs_of(step, profile, day)
    if slices.is_empty():
        changes = [Change(table, empty_frame(table), scope={"tree_id": tree_id}) for table in TABLES]
        return step.settle(changes, extra=[Outcome(TREE_CHECK, "block", True, "no slices, no tree")], part=day or "")
    facts = step.reader.frame(POLICY_FACTS.name) if profile.lane == "policies" else None
    tree = grow_tree(
        profile,
        day,
        slices,
        vectors,
        basis_id=str(step.store.home_value("basis_id")),
        facts=facts,
        previous=previous_tree(step, profile, day),
        guide=Guide(step.models, profile, step.asset, tree_id, answered) if step.models else None,
    )
    trees = pl.DataFrame([tree.tree], schema=empty_frame(TAG_TREES).schema)
    changes = [
        Change(table, frame, scope={"tree_id": tree_id})
        for table, frame in ((TAG_TREES, trees), (TAG_NODES, tree.nodes), (TAG_LEAVES, tree.leaves))
    ]
    stats = json.loads(tree.tree["stats"])
    check = check_tree(
        TREE_CHECK,
        tree.nodes.to_dicts(),
        tree.leaves.to_dicts(),
        slices=set(slices["slice_id"]),
        excluded=sum(stats["excluded"].values()),
    )
    return step.settle(changes, extra=[check], part=day or "")


def grow_stale(step: Step, profile: Profile, days: Sequence[str]) -> list[Settled]:
    """Grow the trees of the days that changed, oldest first; the models are asked for all of them at once."""
    from assets.tags.grow import keep_units

    stale = [day for day in days if is_stale(step, profile.lane, day)]
    answered: Sequence[Sequence[TaskResult] | None] = [None] * len(stale)
    if step.models is not None and step.models.available(SUMMARISE) and len(stale) > 1:
        sets = [keep_units(profile, *inputs_of(step, profile, day)).units.items for day in stale]
        answered = ask_ahead(step.models, profile, sets, step.asset)
    return [grow(step, profile, day, results) for day, results in zip(stale, answered, strict=True)]


def previous_tree(step: Step, profile: Profile, day: str | None) -> dict[str, list[dict[str, Any]]] | None:
    """Return nodes and leaves of the newest earlier tree of a profile, whose tag ids are carried over."""
    if step.rebuild and day is None:
        return None
    reader = step.store.reader()
    try:
        trees = reader.rows(TAG_TREES.name, where={"profile": profile.name}, columns=["tree_id", "day"])
        earlier = [row for row in trees if day is None or (row["day"] and row["day"] < day)]
        if not earlier:
            return None
        tree_id = max(earlier, key=lambda row: row["day"] or "")["tree_id"]
        return {
            "nodes": reader.rows(TAG_NODES.name, where={"tree_id": tree_id}),
            "leaves": reader.rows(TAG_LEAVES.name, where={"tree_id": tree_id}),
        }
    finally:
        reader.close()


def tree_markdown(step: Step, profile: str, day: str | None) -> str:
    """Return the tree that now stands, as Markdown for the UI."""
    from assets.tags.export import to_markdown
    from assets.tags.query import tree

    reader = step.store.reader()
    try:
        return to_markdown(tree(reader, profile, date=day))
    finally:
        reader.close()


def grow_days(
    context: dg.AssetExecutionContext, step: Step, profile: Profile, days: Sequence[str]
) -> Iterator[StepEvent]:
    """Grow the trees of the days that changed, oldest first; each is published by itself."""
    parts = grow_stale(step, profile, days) or [unchanged(step)]
    yield from step.conclude(parts, {"days": len(days), "grown": sum(bool(part.published) for part in parts)})
    for part in parts:
        for row in part.changes[0].upserts.iter_rows(named=True):
            text = tree_markdown(step, profile.name, row["day"])
            key = f"{profile.name}@{row['day']}" if "custom" in context.asset_key.path else row["day"]
            context.log_event(
                dg.AssetMaterialization(context.asset_key, partition=key, metadata={"tree": dg.MetadataValue.md(text)})
            )


def unchanged(step: Step) -> Settled:
    """Return what stands for a run in which no day had changed."""
    changes = [Change(table, empty_frame(table)) for table in TABLES]
    return step.settle(changes, extra=[Outcome(TREE_CHECK, "block", True, "no tree had to grow")], part="nothing")


def build_daily(name: str, description: str) -> dg.AssetsDefinition:
    """Build the asset of a built-in profile that is opened by day."""
    key = ["tags", name]

    @dg.asset(
        key=key,
        deps=[dg.AssetKey(["records", "documents"]), dg.AssetKey(["embeddings", "slices"])],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=check_specs(key, TABLES, [TREE_CHECK]),
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
    check_specs=check_specs(["tags", "policy"], TABLES, [TREE_CHECK]),
    description="Policy tags (政策画像): 品种, 合约, 政策调整, 调整时间, one tree over all notices.",
    **COMMON,
)
def policy(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Grow the policy tree where notices, facts or the basis changed."""
    version = code_version(home.basis_id(), home.settings())
    with open_step(context, home, code_version=version) as step:
        deltas = [step.delta(SLICES, {"lane": "policies"}), step.delta(POLICY_FACTS)]
        if all(delta.is_empty for delta in deltas):
            yield from step.conclude([unchanged(step)])
            return
        part = grow(step, load_profiles({})["policy"], None)
        metadata = (
            {"tree": dg.MetadataValue.md(tree_markdown(step, "policy", None))}
            if part.changes[0].upserts.height and not part.blocked
            else {}
        )
        yield from step.conclude([part], metadata)


@dg.asset(
    key=["tags", "custom"],
    deps=[dg.AssetKey(["records", "documents"]), dg.AssetKey(["embeddings", "slices"])],
    partitions_def=CUSTOM_TAGS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=check_specs(["tags", "custom"], TABLES, [TREE_CHECK]),
    description="Tags of users' own profiles (自定义画像), one tree a profile and day.",
    **COMMON,
)
def custom(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Grow the trees of the configuration's own profiles."""
    version = code_version(home.basis_id(), home.settings())
    with open_step(context, home, code_version=version) as step:
        profiles = load_profiles({name: p.model_dump() for name, p in step.settings.profiles.items()})
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
    yield from step.conclude(parts or [unchanged(step)], {"grown": len(parts)})
    for part in parts:
        for row in part.changes[0].upserts.iter_rows(named=True):
            text = tree_markdown(step, row["profile"], row["day"])
            context.log_event(
                dg.AssetMaterialization(
                    context.asset_key,
                    partition=f"{row['profile']}@{row['day']}",
                    metadata={"tree": dg.MetadataValue.md(text)},
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
