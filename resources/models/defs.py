"""The asset `models/usage`: the ledger of the models as a person reads it in Dagster, with checks that warn."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from resources.defs import HomeResource
from resources.models.usage import CHECKS, READABLE, judge_ledger, judge_usage, read_days, usage_markdown

__all__ = ["build_assets", "build_schedules"]

KEY = dg.AssetKey(["models", "usage"])


@dg.asset(
    key=KEY,
    group_name="models",
    owners=["team:leafroot"],
    kinds={"python", "sqlite"},
    description="Model usage (模型运营): calls, errors, tokens, cost and latency by day and model, from the ledger.",
    code_version="1",
    check_specs=[
        dg.AssetCheckSpec(READABLE, asset=KEY, blocking=True, description="The ledger can be read."),
        *(
            dg.AssetCheckSpec(name, asset=KEY, blocking=False, description=meaning)
            for name, meaning in zip(
                CHECKS,
                (
                    "No model has spent four fifths of its budget of the day.",
                    "At most five in a hundred attempts of the day fail.",
                    "No model's median latency is twice that of the days before.",
                ),
                strict=True,
            )
        ),
    ],
    output_required=False,
)
def usage(home: HomeResource) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Read the ledger and judge its newest day."""
    ledger = judge_ledger(home.folder())
    yield dg.AssetCheckResult(
        passed=ledger.passed,
        check_name=ledger.check,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"detail": ledger.detail},
    )
    if not ledger.passed:
        raise dg.Failure(ledger.detail, allow_retries=False)
    rows = read_days(home.folder())
    for verdict in judge_usage(rows, home.settings()):
        yield dg.AssetCheckResult(
            passed=verdict.passed,
            check_name=verdict.check,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"detail": verdict.detail, "models": list(verdict.models)},
        )
    metadata = {"usage": dg.MetadataValue.md(usage_markdown(rows)), "rows": dg.MetadataValue.int(len(rows))}
    yield dg.MaterializeResult(metadata=metadata)


@dg.schedule(
    name="models_usage_schedule",
    target=dg.AssetSelection.assets(KEY),
    cron_schedule="5 * * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every hour, where models are configured: usage, budgets, errors and latency.",
)
def models_usage_schedule(context: dg.ScheduleEvaluationContext, home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """Ask for a reading where there is anything to read."""
    if not home.settings().models:
        return dg.SkipReason("No model is configured.")
    last = context.scheduled_execution_time - timedelta(minutes=5)
    return dg.RunRequest(run_key=f"usage:{last:%Y-%m-%dT%H}")


def build_assets() -> list[dg.AssetsDefinition]:
    """Return the assets about the models."""
    return [usage]


def build_schedules() -> list[dg.ScheduleDefinition]:
    """Return the schedules about the models."""
    return [models_usage_schedule]
