"""The asset graph as it is, kept in asset_graph.json; `python -m tests.graph.snapshot` rewrites it."""

from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import JOBS, build_defs
from tests.graph.snapshot import SNAPSHOT, snapshot


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs()


def test_the_graph_is_the_one_that_was_reviewed() -> None:
    assert snapshot() == SNAPSHOT.read_text(encoding="utf-8")


def test_definitions_load(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    for job in JOBS:
        assert definitions.resolve_job_def(job)


def test_every_asset_has_group_owner_description_and_a_blocking_check(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.group_name == key.path[0]
        assert node.owners
        assert node.description
        assert any(graph.get_check_spec(check).blocking for check in node.check_keys)


def test_loading_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    probe = "import sys, assets.definitions; print([m for m in ('lancedb', 'great_expectations', 'pandas', 'sklearn', 'sknetwork') if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", probe],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == "[]"


def test_a_look_up_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    probe = (
        "import sys, leafroot.cli, leafroot.api, assets.records.lookup, assets.records.query, assets.tags.query, assets.reports.query\n"
        "print([m for m in ('lancedb', 'dagster', 'great_expectations', 'pandas', 'polars', 'sklearn', 'numpy', 'sqlalchemy') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", probe], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
