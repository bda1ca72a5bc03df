"""Vectors that were damaged or lost come back with the next run."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

import leafroot
from assets.embeddings.defs import build_assets
from resources.defs import HomeResource


def embed(home: Path) -> dict[str, str]:
    """Run the embeddings; what each asset says was mended."""
    result = dg.materialize(build_assets(), resources={"home": HomeResource(path=str(home))})
    said = {}
    for event in result.get_asset_materialization_events():
        mended = event.materialization.metadata.get("mended")
        if mended is not None:
            said["/".join(event.materialization.asset_key.path)] = str(mended.value)
    return said


def found(home: Path, query: str) -> set[str]:
    opened = leafroot.open(home)
    try:
        return {hit.id for hit in opened.search(query, k=5).hits}
    finally:
        opened.close()


@pytest.mark.parametrize("way", ["damaged", "gone"])
def test_a_run_writes_lost_vectors_again(sample_home: Path, tmp_path: Path, way: str) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    before = found(home, "涨跌停板幅度")
    (table,) = (home / "vectors").glob("clause_*.lance")
    if way == "damaged":
        for path in table.glob("data/*"):
            path.write_bytes(b"damaged")
    else:
        shutil.rmtree(table)
    said = embed(home)
    assert list(said) == ["embeddings/clauses"]
    assert "written again from the records" in said["embeddings/clauses"]
    assert found(home, "涨跌停板幅度") == before
    assert embed(home) == {}
