"""Report assets: drafts built from claims, judged by the verifier, published with their status."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from assets.partitions import CUSTOM_REPORTS, DAYS, EXTREME_MOVES, RISK_EVENTS
from assets.reports.build import build_report
from assets.reports.chain.steps import Writing
from assets.reports.events import Event
from assets.reports.outline import FOLDER, KINDS
from assets.reports.query import report_rows, show_report
from assets.reports.render.markdown import to_markdown
from assets.reports.schema import CLAIMS, REPORTS
from assets.reports.versions import same_content, with_changes
from quality.defs import Settled, Step, StepEvent, check_specs, open_step
from quality.outcomes import Outcome
from quality.verify.publication import settle_status
from quality.verify.report import verify_report
from resources.defs import HomeResource
from resources.errors import UsageError
from resources.frames import empty_frame
from resources.protocols import Clearance
from resources.publication import Change

CODE_VERSION = "2"
TABLES = (REPORTS, CLAIMS)
VERIFIED = "report_verified"
#: Name of the asset whose partitions are reports of the house's own kinds.
CUSTOM = "custom"
COMMON: Mapping[str, Any] = {
    "group_name": "reports",
    "owners": ["team:leafroot"],
    "kinds": {"python", "sqlite"},
    "code_version": CODE_VERSION,
    "output_required": False,
}


def draft(step: Step, event: Event) -> Settled:
    """Build one report, verify it, and settle it; a report that did not change stays as it is."""
    reader, part = step.reader, f"{event.subject}@{event.day}" if event.kind in KINDS else partition_of(event)
    report = settle_status(
        build_report(
            reader,
            event.kind,
            event.subject,
            event.day,
            settings=step.settings.reports,
            writing=writing_of(step, f"reports/{event.kind}", part),
            outlines=step.home.folder() / FOLDER,
        ),
        reader,
    )
    report_id = report["id"]
    live = stored(step, report_id)
    version = 1 + max((row["version"] for row in versions(step, report_id)), default=0)
    if live is None:
        report = {**report, "version": version}
    else:
        report = live if same_content(live, report) else with_changes(report, live, version)
    row, claims = report_rows(report)
    changes = [
        Change(REPORTS, pl.DataFrame([row], schema=empty_frame(REPORTS).schema), scope={"report_id": report_id}),
        Change(CLAIMS, pl.DataFrame(claims, schema=empty_frame(CLAIMS).schema), scope={"report_id": report_id}),
    ]
    problems = [check["detail"] for check in report["checks"] if not check["passed"]]
    verdict = Outcome(
        VERIFIED,
        "warn",
        not problems,
        f"{report_id}: {report['status']}" + ("" if not problems else f" ({problems[0]})"),
    )
    return step.settle(changes, extra=[verdict], part=part)


def writing_of(step: Step, asset: str, part: str) -> Writing | None:
    """Return the way to the models that write reports; None where no chat model is configured."""
    runner = step.models
    if runner is None or not runner.available("write_section"):
        return None
    known: dict[str, Clearance] = {}
    for lane in ("news", "research", "policies"):
        known |= dict(step.clearances(lane).iter_rows())
    bars: Clearance = step.settings.privacy.get("market", "internal")

    def holds(sentence: Mapping[str, Any]) -> bool:
        return bool(verify_report({"sections": [{"sentences": [sentence]}]}, step.reader)["ok"])

    return Writing(runner, holds, lambda doc_id: known.get(doc_id, bars), asset, part)


def stored(step: Step, report_id: str) -> dict[str, Any] | None:
    """Return the report that now stands under an id."""
    try:
        return show_report(step.reader, report_id)
    except UsageError:
        return None


def versions(step: Step, report_id: str) -> list[dict[str, Any]]:
    """Return the versions that ever stood under an id."""
    return step.reader.query("SELECT version FROM reports WHERE report_id = ?", (report_id,))


def draft_all(context: dg.AssetExecutionContext, step: Step, events: Sequence[Event]) -> Iterator[StepEvent]:
    """Draft several reports, each published by itself, and show them in the UI."""
    parts = [draft(step, event) for event in events]
    yield from step.conclude(parts or [nothing(step)], {"reports": len(parts)})
    for event in events:
        reader = step.store.reader()
        report = show_report(reader, f"{event.kind}:{event.subject}:{event.day}")
        reader.close()
        partition = partition_of(event)
        context.log_event(
            dg.AssetMaterialization(
                context.asset_key,
                partition=partition,
                metadata={
                    "report": dg.MetadataValue.md(to_markdown(report)),
                    "status": report["status"],
                    "version": report["version"],
                    "evidence": report["manifest"].get("evidence", {}).get("text", ""),
                    "changes": report["manifest"].get("changes", {}).get("text", "first version"),
                },
            )
        )


def nothing(step: Step) -> Settled:
    """Return what stands for a run without events."""
    return step.settle(
        [Change(table, empty_frame(table)) for table in TABLES],
        extra=[Outcome(VERIFIED, "warn", True, "no report was due")],
        part="nothing",
    )


def build_kind(
    kind: str, partitions: dg.DynamicPartitionsDefinition, deps: Sequence[dg.AssetKey], description: str
) -> dg.AssetsDefinition:
    """Build the asset of one kind of report."""
    key = ["reports", kind]

    @dg.asset(
        key=key,
        deps=deps,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=check_specs(key, TABLES, [VERIFIED]),
        description=description,
        **COMMON,
    )
    def report_asset(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[StepEvent]:
        with open_step(context, home, code_version=CODE_VERSION) as step:
            yield from draft_all(context, step, [event_of(kind, name) for name in sorted(context.partition_keys)])

    return report_asset


def event_of(kind: str, partition: str) -> Event:
    """Return the event that a partition key names."""
    if kind == "daily":
        return Event(kind, "all", partition)
    subject, _, day = partition.rpartition("@")
    if kind == CUSTOM:
        kind, _, subject = subject.partition(":")
    return Event(kind, subject, day)


def partition_of(event: Event) -> str:
    """Return the partition key of an event."""
    if event.kind == "daily":
        return event.day
    return f"{event.subject if event.kind in KINDS else f'{event.kind}:{event.subject}'}@{event.day}"


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the report assets."""
    records = [
        dg.AssetKey(["records", name]) for name in ("documents", "slices", "mentions", "policy_facts", "market_moves")
    ]
    return [
        build_kind(
            "daily",
            DAYS,
            [*records, dg.AssetKey(["tags", "news"])],
            "Daily news report (舆情分析报告): 行情概述, 原因分析, 影响, 未来走势.",
        ),
        build_kind(
            "extreme_move",
            EXTREME_MOVES,
            records,
            "Extreme-move report (极端行情分析报告): a day's move of 3 % or more.",
        ),
        build_kind(
            "risk_event",
            RISK_EVENTS,
            records,
            "Risk-event report (风险事件分析报告): rumours, denials, accidents, penalties.",
        ),
        build_kind(
            CUSTOM,
            CUSTOM_REPORTS,
            records,
            "Reports of kinds that the house adds: an outline in the home's outlines/, no code.",
        ),
    ]
