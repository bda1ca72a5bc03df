import polars as pl
import pytest

from assets.catalogue import by_name
from quality.references import REFERENCES, check_references


def test_every_reference_is_a_column_and_leads_to_a_key() -> None:
    tables = by_name()
    for table, columns in REFERENCES.items():
        assert set(columns) <= set(tables[table].names)
        assert {parent for parents in columns.values() for parent in parents} <= set(tables)


def known(table: str, ids: object) -> set[str]:
    return {"slices": {"s1"}, "clauses": {"c1"}, "sources": {"d1"}}[table]


@pytest.mark.parametrize(
    ("span", "doc", "missing"),
    [("s1", "d1", []), ("c1", "d1", []), ("s2", "d1", ["s2"]), ("s1", "d2", ["d2"]), ("new", "d1", [])],
)
def test_check_references_names_ids_that_stand_nowhere(span: str, doc: str, missing: list[str]) -> None:
    rows = pl.DataFrame({"span_id": [span], "doc_id": [doc]})
    outcome = check_references("embedded_spans", rows, known, {"slices": ["new"]})
    assert outcome.severity == "block"
    assert outcome.passed is not bool(missing)
    assert [key for key, _ in outcome.failing] == missing


def test_check_references_passes_what_names_nothing() -> None:
    rows = pl.DataFrame(
        {"doc_id": ["d1"], "duplicate_of": [None]}, schema={"doc_id": pl.String, "duplicate_of": pl.String}
    )
    assert check_references("documents", rows, known, {}).passed
