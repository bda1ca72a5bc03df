"""The one place that tells Dagster what exists."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.corpora.defs import build_assets as build_corpora
from assets.embeddings.defs import build_assets as build_embeddings
from assets.embeddings.evaluation.defs import build_assets as build_evaluation
from assets.records.defs import build_assets as build_records
from assets.reports.defs import build_assets as build_reports
from assets.tags.defs import build_assets as build_tags
from resources.defs import HomeResource
from resources.models.defs import build_assets as build_models
from resources.models.defs import build_schedules as build_model_schedules
from sensors.defs import build_schedules, build_sensors
from sensors.upkeep.defs import upkeep_job

__all__ = ["JOBS", "build_defs", "defs"]

#: Job → what it materialises. A job cannot hold two partition definitions.
JOBS: Mapping[str, dg.AssetSelection] = {
    "corpora_job": dg.AssetSelection.groups("corpora"),
    "records_job": dg.AssetSelection.groups("corpora", "records"),
    "embeddings_job": dg.AssetSelection.groups("corpora", "records", "embeddings"),
    "knowledge_job": dg.AssetSelection.groups("corpora", "records", "embeddings")
    | dg.AssetSelection.assets(["tags", "policy"]),
    "day_tags_job": dg.AssetSelection.assets(["tags", "news"], ["tags", "research"]),
    "day_job": dg.AssetSelection.assets(["tags", "news"], ["tags", "research"], ["reports", "daily"]),
    "daily_report_job": dg.AssetSelection.assets(["reports", "daily"]),
    "custom_tags_job": dg.AssetSelection.assets(["tags", "custom"]),
    "extreme_move_job": dg.AssetSelection.assets(["reports", "extreme_move"]),
    "risk_event_job": dg.AssetSelection.assets(["reports", "risk_event"]),
    "custom_reports_job": dg.AssetSelection.assets(["reports", "custom"]),
}


def build_defs(resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Return fresh definitions.

    Args:
        resources: Resources by name, in place of the default home (LEAFROOT_HOME, or `.leafroot`).
    """
    return dg.Definitions(
        assets=[
            *build_corpora(),
            *build_records(),
            *build_embeddings(),
            *build_evaluation(),
            *build_tags(),
            *build_reports(),
            *build_models(),
        ],
        jobs=[*(dg.define_asset_job(name, selection=selection) for name, selection in JOBS.items()), upkeep_job],
        sensors=build_sensors(),
        schedules=[*build_schedules(), *build_model_schedules()],
        resources={"home": HomeResource(), **(resources or {})},
        # A process per step costs seconds each; one machine, one process.
        executor=dg.in_process_executor,
        loggers={"console": dg.colored_console_logger},
    )


defs = build_defs()
