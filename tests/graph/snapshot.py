"""The asset graph as sorted JSON, one asset a line: `python -m tests.graph.snapshot` writes it."""

import json
from pathlib import Path

from assets.definitions import build_defs

SNAPSHOT = Path(__file__).parent / "asset_graph.json"


def snapshot() -> str:
    """Return the snapshot's text."""
    definitions = build_defs()
    graph = definitions.resolve_asset_graph()
    assets = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda key: key.path):
        node = graph.get(key)
        assets.append(
            {
                "key": key.to_user_string(),
                "group": node.group_name,
                "kinds": sorted(node.kinds),
                "owners": sorted(node.owners),
                "parents": sorted(parent.to_user_string() for parent in node.parent_keys),
                "partitions": getattr(node.partitions_def, "name", None),
                "code_version": node.code_version,
                "checks": sorted(check.name for check in node.check_keys),
            }
        )
    repository = definitions.get_repository_def()
    rest = {
        "jobs": {
            job.name: sorted(k.to_user_string() for k in job.asset_layer.executable_asset_keys)
            for job in repository.get_all_jobs()
            if not job.name.startswith("__")
        },
        "sensors": {
            s.name: [s.minimum_interval_seconds, str(s.default_status.value), sorted(t.job_name for t in s.targets)]
            for s in repository.sensor_defs
        },
        "schedules": {
            s.name: [s.cron_schedule, s.execution_timezone, str(s.default_status.value)]
            for s in repository.schedule_defs
        },
    }
    lines = [json.dumps(asset, ensure_ascii=False, sort_keys=True) for asset in assets]
    return "[\n" + ",\n".join([*lines, json.dumps(rest, ensure_ascii=False, sort_keys=True)]) + "\n]\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
