"""Records assets: cleaned documents, clauses, slices, mentions, policy facts, market moves."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import dagster as dg
import polars as pl

from assets.corpora.schema import BARS, SOURCES
from assets.records.clauses.build import build_clauses
from assets.records.cleaning.quality import build_quality, quality_page
from assets.records.documents import COMPARED, update_documents
from assets.records.mentions.build import build_mentions
from assets.records.moves import build_moves
from assets.records.policy.facts import build_policy_facts
from assets.records.rulebooks.page import versions_page
from assets.records.schema import (
    CLAUSE_PARTS,
    CLAUSES,
    DOCUMENTS,
    MARKET_MOVES,
    MENTIONS,
    POLICY_FACTS,
    QUALITY,
    RULEBOOKS,
    SENTIMENTS,
    SLICES,
)
from assets.records.sentiment.build import build_sentiments
from assets.records.slices import build_slices
from quality.coverage import COVERAGE, check_coverage
from quality.defs import Step, StepEvent, check_specs, open_step
from resources.defs import HomeResource
from resources.frames import empty_frame
from resources.protocols import Reject, Table
from resources.publication import Change

CODE_VERSION = "1"
POLICY_VERSION = "3"
#: Of the clauses: 2 has rulebooks with their days and names, and accounts for all text; 3 has parts of over-long clauses, 4 pages.
CLAUSES_VERSION = "4"
#: Of the documents: 2 knows more defects. Of the mentions: 2 has titles, measures and days. Sentiments follow the mentions.
DOCUMENTS_VERSION = "2"
MENTIONS_VERSION = "2"
SENTIMENT_VERSION = f"2-{MENTIONS_VERSION}"
#: Of the moves: 2 has gaps and limits.
MOVES_VERSION = "2"
#: What moves are computed from: not the texts.
BAR_VALUES = [name for name in BARS.names if name not in {"text", "sha256"}]
LANES_OF_DOCUMENTS = ("rulebooks", "policies", "news", "research")
LANES_OF_SLICES = ("policies", "news", "research")

Build = Callable[[pl.DataFrame], tuple[pl.DataFrame, list[Reject]]]


def lanes(*names: str) -> list[dg.AssetKey]:
    """Return the keys of corpora assets."""
    return [dg.AssetKey(["corpora", name]) for name in names]


@dg.asset(
    key=["records", "documents"],
    deps=lanes(*LANES_OF_DOCUMENTS),
    group_name="records",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Knowledge documents: near-duplicate families (转载) joined to their earliest, defects found and scored.",
    code_version=DOCUMENTS_VERSION,
    check_specs=check_specs(["records", "documents"], [DOCUMENTS]),
    output_required=False,
)
def documents(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Join near-duplicates and score documents."""
    with open_step(context, home, code_version=DOCUMENTS_VERSION) as step:
        delta = step.delta(SOURCES)
        rows = empty_frame(DOCUMENTS)
        if not delta.is_empty:
            live = empty_frame(DOCUMENTS) if delta.full else step.reader.frame(DOCUMENTS.name, columns=COMPARED)

            def rows_of(ids: list[str]) -> pl.DataFrame:
                return step.reader.frame(DOCUMENTS.name, where={"doc_id": ids})

            rows = update_documents(delta.added, live, step.reader.text, gone=delta.gone, rows_of=rows_of)
        change = Change(DOCUMENTS, rows, delta.gone, {} if delta.full else None)
        yield from step.publish([change], {"documents_in": delta.added.height})


def build_records(
    name: str, table: Table, of: Sequence[str], build: Build, description: str, *, code_version: str = CODE_VERSION
) -> dg.AssetsDefinition:
    """Build an asset that derives rows from the stored text of changed documents, document by document."""
    key = ["records", name]

    @dg.asset(
        key=key,
        deps=lanes(*of),
        group_name="records",
        owners=["team:leafroot"],
        kinds={"python", "polars", "sqlite"},
        description=description,
        code_version=code_version,
        check_specs=check_specs(key, [table]),
        output_required=False,
    )
    def records_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        with open_step(context, home, code_version=code_version) as step:
            delta = step.delta(SOURCES, {"lane": list(of)})
            rows, rejects = (empty_frame(table), []) if delta.is_empty else build(delta.added)
            yield from step.publish(
                [Change(table, rows, scope=delta.scope())],
                {"documents_in": delta.added.height},
                rejects=rejects,
                reject_sources=None if delta.full else sorted(set(delta.added["path"].to_list())),
            )

    return records_asset


@dg.asset(
    key=["records", "clauses"],
    deps=lanes("rulebooks"),
    group_name="records",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Clauses 文章名|章节|条目|内容, each with its full path and span; rulebooks with their versions, days and names.",
    code_version=CLAUSES_VERSION,
    check_specs=check_specs(["records", "clauses"], [CLAUSES, CLAUSE_PARTS, RULEBOOKS], [COVERAGE]),
    output_required=False,
)
def clauses(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Cut the rulebooks that changed; text that neither a clause nor a reason accounts for blocks."""
    with open_step(context, home, code_version=CLAUSES_VERSION) as step:
        delta = step.delta(SOURCES, {"lane": ["rulebooks"]})
        tables = (CLAUSES, CLAUSE_PARTS, RULEBOOKS)
        frames = [empty_frame(table) for table in tables] if delta.is_empty else build_clauses(delta.added)
        changes = [Change(table, rows, scope=delta.scope()) for table, rows in zip(tables, frames, strict=True)]
        cut, _, books = frames
        extra = [check_coverage(cut, books, step.reader.text)]
        settled = step.settle(changes, extra=extra)
        page = page_of_versions(step)
        shown = {"versions": dg.MetadataValue.md(page)} if page else {}
        yield from step.conclude([settled], {"documents_in": delta.added.height, **shown})


def page_of_versions(step: Step) -> str:
    """Return what changed between the versions of rulebooks as they stand now."""
    with closing(step.store.reader()) as reader:
        return versions_page(
            reader.rows(RULEBOOKS.name),
            lambda doc_id: reader.rows(CLAUSES.name, where={"doc_id": doc_id}, order_by=["ordinal"]),
        )


@dg.asset(
    key=["records", "market_moves"],
    deps=lanes("market"),
    group_name="records",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Market moves (涨跌幅): every symbol, day and basis that the bars allow, exact in decimals.",
    code_version=MOVES_VERSION,
    check_specs=check_specs(["records", "market_moves"], [MARKET_MOVES]),
    output_required=False,
)
def market_moves(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Compute moves; a changed bar moves its successors and the main contract, so all are computed again."""
    with open_step(context, home, code_version=MOVES_VERSION) as step:
        delta = step.delta(BARS)
        if delta.is_empty:
            yield from step.publish([Change(MARKET_MOVES, empty_frame(MARKET_MOVES))])
            return
        bars = delta.added if delta.full else step.reader.frame(BARS.name, columns=BAR_VALUES)
        yield from step.publish([Change(MARKET_MOVES, build_moves(bars), scope={})], {"bars_in": bars.height})


@dg.asset(
    key=["records", "sentiment"],
    deps=[dg.AssetKey(["records", name]) for name in ("slices", "mentions")],
    group_name="records",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Sentiment (情感) of each slice and of each thing it names: label, score and the words that speak for it.",
    code_version=SENTIMENT_VERSION,
    check_specs=check_specs(["records", "sentiment"], [SENTIMENTS]),
    output_required=False,
)
def sentiment(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Judge the slices that came."""
    with open_step(context, home, code_version=SENTIMENT_VERSION) as step:
        delta = step.delta(SLICES)
        rows = empty_frame(SENTIMENTS)
        if not delta.is_empty:
            of = None if delta.full else {"doc_id": sorted(set(delta.added["doc_id"].to_list()))}
            rows = build_sentiments(delta.added, step.reader.frame(MENTIONS.name, where=of))
        change = Change(SENTIMENTS, rows, scope=delta.scope("slice_id"))
        yield from step.publish([change], {"slices_in": delta.added.height})


@dg.asset(
    key=["records", "quality"],
    deps=[dg.AssetKey(["records", "documents"])],
    group_name="records",
    owners=["team:leafroot"],
    kinds={"python", "polars", "sqlite"},
    description="Data quality (数据质量): how clean the documents of each source, lane and day are, with the trend over days.",
    code_version=CODE_VERSION,
    check_specs=check_specs(["records", "quality"], [QUALITY]),
    output_required=False,
)
def quality(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Sum up all documents anew where any changed: a sum knows nothing of those that left."""
    with open_step(context, home, code_version=CODE_VERSION) as step:
        delta = step.delta(DOCUMENTS)
        if delta.is_empty:
            rows = step.reader.frame(QUALITY.name)
            changes = [Change(QUALITY, empty_frame(QUALITY))]
        else:
            rows = build_quality(delta.added if delta.full else step.reader.frame(DOCUMENTS.name))
            changes = [Change(QUALITY, rows, scope={})]
        yield from step.publish(changes, {"trend": dg.MetadataValue.md(quality_page(rows))})


def without_rejects(build: Callable[[pl.DataFrame], pl.DataFrame]) -> Build:
    """Adapt a builder that rejects nothing."""

    def adapted(sources: pl.DataFrame) -> tuple[pl.DataFrame, list[Reject]]:
        return build(sources), []

    return adapted


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the records assets."""
    return [
        documents,
        clauses,
        build_records(
            "slices",
            SLICES,
            LANES_OF_SLICES,
            build_slices,
            "Slices (切片) on line breaks; under 50 characters joined to the more similar neighbour (r1, r2).",
        ),
        build_records(
            "mentions",
            MENTIONS,
            LANES_OF_SLICES,
            without_rejects(build_mentions),
            "Mentions: products, contracts, institutions, persons, figures and dates, normalised, each with its span.",
            code_version=MENTIONS_VERSION,
        ),
        build_records(
            "policy_facts",
            POLICY_FACTS,
            ["policies"],
            without_rejects(build_policy_facts),
            "Policy facts (政策要素): who changed what for which contracts, from when; what is not said is null.",
            code_version=POLICY_VERSION,
        ),
        market_moves,
        sentiment,
        quality,
    ]
