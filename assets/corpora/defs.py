"""Corpora assets: one per lane, raw files to stored text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg
import polars as pl

from assets.corpora.intake import (
    PLACES,
    KnownFile,
    LaneIntake,
    take_in_bars,
    take_in_documents,
    today_in_shanghai,
)
from assets.corpora.inventory import Listing, list_files
from assets.corpora.schema import BARS, LANES, SOURCES, WITHDRAWN
from quality.bars import BAR_COLUMNS, BAR_WARNINGS, check_bars
from quality.dates import DATE_COLUMNS, DATES, check_dates
from quality.defs import Step, StepEvent, check_specs, open_step
from quality.outcomes import Outcome
from resources.defs import HomeResource
from resources.errors import UsageError
from resources.protocols import Reject, Table
from resources.publication import Change

#: 3 has how far a date can be trusted.
CODE_VERSION = "3"
#: Of the bars: 2 has vendor, adjustment, limit prices and warnings.
BARS_VERSION = "2"
DOCUMENT_LANES = tuple(lane for lane in LANES if lane != "market")
WHAT = {
    "rulebooks": "Rulebooks (规则): laws, rules, measures, articles of association, as their readers gave them.",
    "policies": "Policy notices (政策): fees, margins, limits, listings, as their readers gave them.",
    "news": "News (舆情): feeds and single items, as their readers gave them.",
    "research": "Research notes (研报), as their readers gave them.",
}


def corpora_root(step: Step) -> Path:
    """Return the corpora folder: the configuration's, else the one that the home was built from.

    Raises:
        UsageError: neither names one.
    """
    root = step.settings.corpora.root or step.store.home_value("root")
    if root is None:
        raise UsageError(
            "This home has no corpora folder yet; call leafroot run --corpora DIR once, or set [corpora] root."
        )
    return Path(root)


def build_lane(lane: str) -> dg.AssetsDefinition:
    """Build the asset of one document lane."""
    key = ["corpora", lane]

    @dg.asset(
        key=key,
        group_name="corpora",
        owners=["team:leafroot"],
        kinds={"python", "sqlite"},
        description=WHAT[lane],
        code_version=CODE_VERSION,
        check_specs=check_specs(key, [SOURCES], [DATES]),
        output_required=False,
    )
    def lane_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        with open_step(context, home, code_version=CODE_VERSION) as step:
            listing = list_files(corpora_root(step))

            def live() -> pl.DataFrame:
                return step.reader.frame(SOURCES.name, where={"lane": lane}, columns=PLACES)

            files = [file for file in listing.files if file.lane == lane]
            intake = take_in_documents(lane, files, known_files(step, lane), live, rows_of=whole_rows(step, SOURCES))
            change = Change(SOURCES, intake.upserts, intake.retired)
            yield from settle_intake(step, lane, intake, listing, change, extra=[odd_dates(step, lane, change)])

    return lane_asset


@dg.asset(
    key=["corpora", "market"],
    group_name="corpora",
    owners=["team:leafroot"],
    kinds={"python", "sqlite"},
    description="Daily market bars (行情): each row a stored text of its own, so that a move can be cited.",
    code_version=BARS_VERSION,
    check_specs=check_specs(["corpora", "market"], [BARS], [BAR_WARNINGS]),
    output_required=False,
)
def market(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
    """Take in the bars."""
    with open_step(context, home, code_version=BARS_VERSION) as step:
        listing = list_files(corpora_root(step))

        def live() -> pl.DataFrame:
            return step.reader.frame(BARS.name, columns=PLACES)

        files = [file for file in listing.files if file.lane == "market"]
        intake = take_in_bars(files, known_files(step, "market"), live, rows_of=whole_rows(step, BARS))
        change = Change(BARS, intake.upserts, intake.retired)
        yield from settle_intake(step, "market", intake, listing, change, extra=[odd_bars(step, change)])


def odd_bars(step: Step, change: Change) -> Outcome:
    """Return the warnings about all bars as they will stand."""
    return said_before(step, change, BAR_WARNINGS) or check_bars(as_it_will_stand(step, change, BAR_COLUMNS))


def odd_dates(step: Step, lane: str, change: Change) -> Outcome:
    """Return the warnings about the dates of a lane's documents as they will stand."""
    return said_before(step, change, DATES) or check_dates(
        as_it_will_stand(step, change, DATE_COLUMNS, {"lane": lane}), today_in_shanghai().isoformat()
    )


def said_before(step: Step, change: Change, check: str) -> Outcome | None:
    """Return what a check said last time, where nothing changes since."""
    if not change.upserts.is_empty() or change.retire:
        return None
    said = step.reader.query('SELECT passed, detail FROM gates WHERE asset = ? AND "check" = ?', (step.asset, check))
    return Outcome(check, "warn", bool(said[0]["passed"]), said[0]["detail"]) if said else None


def as_it_will_stand(
    step: Step, change: Change, columns: Sequence[str], where: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Return the live rows of a table once a change is published."""
    gone = {*change.retire, *change.upserts[change.table.key]}
    live = step.reader.frame(change.table.name, columns=list(columns), where=where)
    stay = live.filter(~pl.col(change.table.key).is_in(sorted(gone)))
    return pl.concat([stay, change.upserts.select(columns)], how="vertical_relaxed")


def whole_rows(step: Step, table: Table) -> Callable[[list[str]], pl.DataFrame]:
    """Return what fetches live rows by doc_id: a small change must not read all texts."""

    def fetch(ids: list[str]) -> pl.DataFrame:
        return step.reader.frame(table.name, where={"doc_id": ids})

    return fetch


def known_files(step: Step, lane: str) -> dict[str, KnownFile]:
    """Return what the last materialisation of a lane left; nothing where all is to be read again."""
    if step.rebuild or not step.store.has_watermark(step.asset, step.code_version):
        return {}
    rows = step.store.files(lane)
    return {row["path"]: KnownFile(row["path"], row["size"], row["mtime_ns"], row["sha256"]) for row in rows}


def settle_intake(
    step: Step, lane: str, intake: LaneIntake, listing: Listing, change: Change, *, extra: Sequence[Outcome] = ()
) -> Iterator[StepEvent]:
    """Publish an intake with its inventory and its quarantine rows; documents that were withdrawn are not taken in."""
    withdrawn = step.reader.frame(WITHDRAWN.name, where={"lane": lane}, columns=["doc_id"])["doc_id"]
    kept = change.upserts.filter(~pl.col("doc_id").is_in(withdrawn.implode())) if len(withdrawn) else change.upserts
    change = Change(change.table, kept, change.retire, change.scope)
    files = [{"path": f.path, "size": f.size, "mtime_ns": f.mtime_ns, "sha256": f.sha256} for f in intake.files]
    metadata = {"files": len(intake.files), "files_read": len(intake.reread), "rejected": len(intake.rejects)}
    yield from step.publish(
        [change],
        metadata,
        rejects=intake.rejects,
        reject_sources=sorted({*intake.reread, *(reject.source for reject in intake.rejects)}),
        books={"files": (lane, files), "listing": listing_rejects(listing, lane)},
        extra=extra,
    )


def listing_rejects(listing: Listing, lane: str) -> list[Reject]:
    """Return the inventory's rejects that belong to a lane; what lies outside the lanes is told by the first."""

    def lane_of(source: str) -> str:
        top = source.split("/", 1)[0]
        return top if top in LANES else LANES[0]

    return [reject for reject in listing.rejects if lane_of(reject.source) == lane]


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the corpora assets."""
    return [*(build_lane(lane) for lane in DOCUMENT_LANES), market]
