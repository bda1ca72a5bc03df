"""Audit, then publish: what every asset does with its candidate, told to Dagster as checks and metadata.

A `Step` opens the home for one materialisation: it gives what changed since the asset last looked, judges the
candidate, publishes it in one transaction or not at all, and yields the check results. Failing rows go to
quarantine; a failing blocking check yields no materialisation, so that the step fails and nothing downstream starts.
"""

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import dagster as dg
import polars as pl

from quality.counts import check_conserved
from quality.drift import DRIFTING, ENOUGH, LANGUAGE, check_drift, check_language
from quality.judge import judge
from quality.outcomes import Outcome
from quality.references import check_references, has_references
from quality.spans import check_hashes, check_spans, has_spans
from resources.defs import HomeResource
from resources.errors import DocumentError, GateError, PlatformError, TransientServiceError
from resources.lock import hold_home
from resources.protocols import Reject, Table, TaskRunner, VectorSource
from resources.publication import Change, Published
from resources.reader import SqliteReader
from resources.settings import Lane

if TYPE_CHECKING:
    from resources.store import Store

# The one beta feature in use: without it, a backfill of a month starts a run per day. Remove when it is out of beta.
warnings.filterwarnings("ignore", message=".*`backfill_policy`.*", category=dg.BetaWarning)

#: Seconds that a step waits for another publisher.
LOCK_WAIT = 900.0
#: Run tag that asks for a result that does not depend on history.
REBUILD_TAG = "leafroot/rebuild"
HASHED = ("sources", "bars", "slices")

StepEvent = dg.AssetCheckResult | dg.MaterializeResult[Any]


def check_names(tables: Sequence[Table], extra: Sequence[str] = ()) -> list[str]:
    """Return the names of the checks that an asset with these tables has."""
    names = []
    for table in tables:
        names += [f"{table.name}_schema", f"{table.name}_rows", f"{table.name}_counts"]
        if has_spans(table):
            names.append(f"{table.name}_spans")
        if table.name in HASHED:
            names.append(f"{table.name}_hashes")
        if has_references(table.name):
            names.append(f"{table.name}_references")
        if table.name in DRIFTING:
            names.append(f"{table.name}_drift")
        if table.name == "sources":
            names.append(LANGUAGE)
    return [*names, *extra]


def check_specs(
    key: Sequence[str], tables: Sequence[Table], extra: Sequence[str] = (), **more: Any
) -> list[dg.AssetCheckSpec]:
    """Return the check specs of an asset; all block."""
    return [
        dg.AssetCheckSpec(name, asset=dg.AssetKey(list(key)), blocking=True, **more)
        for name in check_names(tables, extra)
    ]


@dataclass(frozen=True)
class Delta:
    """What changed in an earlier table since an asset last looked."""

    added: pl.DataFrame
    gone: list[str]
    full: bool

    @property
    def is_empty(self) -> bool:
        return not self.full and not self.gone and self.added.is_empty()

    def scope(self, column: str = "doc_id") -> dict[str, Any]:
        """Rows that the candidate replaces: all, or those of the documents that changed."""
        if self.full:
            return {}
        return {column: sorted({*self.gone, *self.added[column].to_list()})}


@dataclass(frozen=True)
class Settled:
    """One candidate after its audit: what was to be published, the outcomes, and what was (None: blocked)."""

    changes: Sequence[Change]
    outcomes: Sequence[Outcome]
    published: Published | None

    @property
    def blocked(self) -> bool:
        return any(outcome.severity == "block" and not outcome.passed for outcome in self.outcomes)


class Step:
    """One materialisation of one asset (and partition) on one home."""

    def __init__(
        self, context: dg.AssetExecutionContext, home: HomeResource, store: "Store", *, code_version: str, suffix: str
    ) -> None:
        self.context = context
        self.home = home
        self.store = store
        self.settings = home.settings()
        self.code_version = code_version
        self.asset = "/".join(context.asset_key.path) + suffix
        self.reader: SqliteReader = store.reader()
        self.rebuild = REBUILD_TAG in context.run.tags
        self.since = self.since_part("")
        self._opened = ExitStack()
        self._models: TaskRunner | None = None

    @property
    def models(self) -> TaskRunner | None:
        """The way to the models, opened when first asked for; None where none is configured."""
        if self._models is None and self.settings.models:
            from resources.models.runner import open_runner

            self._models = self._opened.enter_context(open_runner(self.home.folder(), self.settings))
        return self._models

    @property
    def vector_source(self) -> VectorSource | None:
        """The way to the models that embed; None where no model is configured."""
        return cast("VectorSource | None", self.models)

    def clearances(self, lane: str) -> pl.DataFrame:
        """Return doc_id and class (public, internal, secret) of a lane's documents: a sidecar's, else the lane's."""
        own = self.reader.frame("sources", where={"lane": lane}, columns=["doc_id", "classification"])
        of_lane = self.settings.privacy.get(cast("Lane", lane), "internal")
        return own.select("doc_id", clearance=pl.col("classification").fill_null(of_lane))

    def close(self) -> None:
        """Close what was opened on the way."""
        self._opened.close()

    def since_part(self, part: str) -> int:
        """Return the publication up to which the asset, or one partition of it, has taken its inputs."""
        asset = f"{self.asset}@{part}" if part else self.asset
        return 0 if self.rebuild else self.store.watermark(asset, self.code_version)

    def delta(self, table: Table, where: Mapping[str, Any] | None = None) -> Delta:
        """Return the rows of an earlier table that came or went since the asset last looked."""
        if self.since == 0:
            return Delta(self.reader.frame(table.name, where=where), [], full=True)
        added, gone = self.store.changed_keys(table.name, self.since, where)
        frame = self.reader.frame(table.name, where={table.key: added})
        return Delta(frame, [key for key in gone if key not in set(added)], full=False)

    def settle(
        self,
        changes: Sequence[Change],
        *,
        rejects: Sequence[Reject] = (),
        reject_sources: Sequence[str] | None = (),
        taken: Mapping[str, int] | None = None,
        extra: Sequence[Outcome] = (),
        books: Mapping[str, Any] | None = None,
        part: str = "",
    ) -> Settled:
        """Judge a candidate and publish it or not; `part` names a partition with a watermark of its own."""
        asset = f"{self.asset}@{part}" if part else self.asset
        outcomes, changes, row_rejects = self._audit(changes, taken or {})
        outcomes += extra
        self.store.record_gates(asset, [_gate(outcome) for outcome in outcomes], run_id=self.context.run.run_id)
        settled = Settled(changes, outcomes, None)
        if settled.blocked:
            return settled
        published = self.store.publish(
            asset,
            changes,
            code_version=self.code_version,
            seen=self.reader.publication,
            rejects=[*rejects, *row_rejects],
            reject_sources=reject_sources,
            run_id=self.context.run.run_id,
            books=books,
        )
        return Settled(changes, outcomes, published)

    def conclude(self, parts: Sequence[Settled], metadata: Mapping[str, Any] | None = None) -> Iterator[StepEvent]:
        """Tell Dagster: one result per check, and a materialisation where nothing blocked."""
        blocked: list[str] = []
        for outcome in _joined(parts):
            yield _check_result(outcome)
            if outcome.severity == "block" and not outcome.passed:
                blocked.append(outcome.check)
        if blocked:
            raise dg.Failure(str(GateError(self.asset, blocked)), allow_retries=False)
        yield dg.MaterializeResult(metadata=self._metadata(parts, metadata or {}))

    def publish(
        self, changes: Sequence[Change], metadata: Mapping[str, Any] | None = None, **more: Any
    ) -> Iterator[StepEvent]:
        """Settle one candidate and conclude."""
        yield from self.conclude([self.settle(changes, **more)], metadata)

    def _audit(
        self, changes: Sequence[Change], taken: Mapping[str, int]
    ) -> tuple[list[Outcome], list[Change], list[Reject]]:
        outcomes: list[Outcome] = []
        kept: list[Change] = []
        rejects: list[Reject] = []
        arriving = {change.table.name: change.upserts[change.table.key].to_list() for change in changes}
        for change, (table, fresh, gone) in zip(changes, self.store.differences(changes), strict=True):
            bad: Mapping[str, str] = {}
            if fresh.is_empty():
                outcomes += [
                    Outcome(name, "block", True, "no row changed since the last good verdict")
                    for name in check_names([table])
                ]
                kept.append(change)
                continue
            verdict = judge(table, fresh)
            outcomes += verdict.outcomes
            if verdict.blocked:
                said = {outcome.check for outcome in verdict.outcomes}
                outcomes += [
                    Outcome(name, "block", True, f"not looked at: {', '.join(verdict.blocked)} failed")
                    for name in check_names([table])
                    if name not in said
                ]
                kept.append(change)
                continue
            bad = verdict.bad_rows
            good = change.upserts.filter(~pl.col(table.key).is_in(list(bad))) if bad else change.upserts
            judged = fresh.filter(~pl.col(table.key).is_in(list(bad))) if bad else fresh
            if has_spans(table):
                outcomes.append(check_spans(table, judged, self.reader.text))
            if table.name in HASHED:
                outcomes.append(check_hashes(table, judged))
            if has_references(table.name):
                outcomes.append(check_references(table.name, judged, self._known, arriving))
            outcomes += self._compare(table, judged, gone)
            outcomes.append(
                check_conserved(
                    table.name,
                    taken=taken.get(table.name, change.upserts.height),
                    stored=good.height,
                    quarantined=len(bad),
                )
            )
            rejects += [
                Reject(
                    self.asset.partition("/")[0],
                    key,
                    None,
                    rule,
                    f"table {table.name}, row {key}: breaks the rule {rule}; mend its source and run again.",
                )
                for key, rule in sorted(bad.items())
            ]
            kept.append(Change(table, good, change.retire, change.scope))
        return outcomes, kept, rejects

    def _known(self, table: str, ids: Collection[str]) -> set[str]:
        """Return those of the ids that are live keys of a table."""
        key = self.store.tables[table].key
        return {row[key] for row in self.reader.rows(table, where={key: list(ids)}, columns=[key])}

    def _compare(self, table: Table, fresh: pl.DataFrame, gone: int) -> list[Outcome]:
        """Compare a candidate with the last good version of its table."""
        if table.name not in DRIFTING:
            return []
        outcomes = [check_language(fresh)] if table.name == "sources" else []
        before = int(self.reader.value(f"SELECT COUNT(*) FROM {table.name} WHERE retired_in IS NULL"))  # noqa: S608 - names come from the catalogue
        column = DRIFTING[table.name]
        length = (
            self.reader.value(
                f"SELECT LENGTH({column}) FROM {table.name} WHERE retired_in IS NULL ORDER BY LENGTH({column}) LIMIT 1 OFFSET {before // 2}"  # noqa: S608
            )
            if column and before >= ENOUGH and fresh.height >= ENOUGH
            else None
        )
        return [*outcomes, check_drift(table.name, fresh, before=before, gone=gone, length_before=length)]

    def _metadata(self, parts: Sequence[Settled], more: Mapping[str, Any]) -> dict[str, Any]:
        numbers = [part.published.publication for part in parts if part.published and part.published.publication]
        out: dict[str, Any] = {"publication": max(numbers, default=self.reader.publication), "changed": bool(numbers)}
        tables = {change.table.name: change for part in parts for change in part.changes}
        reader = self.store.reader()
        for name in tables:
            out[f"{name}_rows"] = int(reader.value(f"SELECT COUNT(*) FROM {name} WHERE retired_in IS NULL"))  # noqa: S608 - names come from the catalogue
            out[f"{name}_added"] = sum(part.published.added.get(name, 0) for part in parts if part.published)
            out[f"{name}_retired"] = sum(part.published.retired.get(name, 0) for part in parts if part.published)
        reader.close()
        first = next((change for change in tables.values() if not change.upserts.is_empty()), None)
        if first is not None:
            out["sample"] = dg.MetadataValue.md(sample_table(first.upserts, first.table))
        return {**out, **more}


@contextmanager
def open_step(
    context: dg.AssetExecutionContext, home: HomeResource, *, code_version: str, suffix: str = ""
) -> Iterator[Step]:
    """Open the home for one materialisation; our errors become Dagster failures that say whether to retry."""
    try:
        with hold_home(home.folder(), f"asset {'/'.join(context.asset_key.path)}", wait_seconds=LOCK_WAIT):
            store = home.store()
            try:
                step = Step(context, home, store, code_version=code_version, suffix=suffix)
                with closing(step):
                    yield step
            finally:
                store.close()
    except (TransientServiceError, DocumentError) as error:
        raise dg.Failure(str(error), allow_retries=isinstance(error, TransientServiceError)) from error
    except PlatformError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def sample_table(frame: pl.DataFrame, table: Table, *, rows: int = 5) -> str:
    """Return the first rows as a Markdown table that a person can read."""
    names = [
        name for name in table.names if name not in {"sha256", "meta", "fingerprint", "defects", "joined", "body"}
    ][:9]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in frame.select(names).head(rows).iter_rows():
        lines.append("| " + " | ".join(_cell(value) for value in row) + " |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value).replace("\n", " ").replace("|", "\\|")
    return text if len(text) <= 60 else text[:59] + "…"


def _gate(outcome: Outcome) -> dict[str, Any]:
    return {"check": outcome.check, "severity": outcome.severity, "passed": outcome.passed, "detail": outcome.detail}


def _joined(parts: Sequence[Settled]) -> list[Outcome]:
    """One outcome per check over all parts; the worst verdict speaks."""
    by_check: dict[str, list[Outcome]] = {}
    for part in parts:
        for outcome in part.outcomes:
            by_check.setdefault(outcome.check, []).append(outcome)
    out = []
    for check, outcomes in by_check.items():
        failed = [outcome for outcome in outcomes if not outcome.passed]
        worst = next(
            (outcome for outcome in failed if outcome.severity == "block"), failed[0] if failed else outcomes[0]
        )
        failing = tuple(entry for outcome in failed for entry in outcome.failing)[:20]
        detail = (
            worst.detail
            if len(outcomes) == 1
            else f"{len(outcomes) - len(failed)} of {len(outcomes)} parts passed; {worst.detail}"
        )
        out.append(Outcome(check, worst.severity, not failed, detail, failing))
    return out


def _check_result(outcome: Outcome) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if outcome.severity == "block" else dg.AssetCheckSeverity.WARN
    metadata: dict[str, Any] = {"detail": outcome.detail, "severity": outcome.severity}
    if outcome.failing:
        metadata["failing"] = dg.MetadataValue.md("\n".join(f"- `{key}`: {rule}" for key, rule in outcome.failing))
    return dg.AssetCheckResult(passed=outcome.passed, check_name=outcome.check, severity=severity, metadata=metadata)
