import polars as pl
import pytest

from quality.drift import check_drift, check_language


def texts(*values: str) -> pl.DataFrame:
    return pl.DataFrame({"doc_id": [f"d{n}" for n in range(len(values))], "path": "news/a.jsonl", "text": list(values)})


@pytest.mark.parametrize(
    ("fresh", "before", "gone", "length", "passed"),
    [
        (0, 100, 60, None, False),
        (0, 100, 50, None, True),
        (70, 100, 60, None, True),
        (0, 10, 10, None, True),
        (30, 100, 0, 200.0, True),
        (30, 100, 0, 9.0, False),
        (30, 100, 0, 900.0, False),
        (10, 100, 0, 900.0, True),
    ],
    ids=["most go", "half goes", "replaced", "few", "alike", "longer", "shorter", "too few to say"],
)
def test_check_drift(fresh: int, before: int, gone: int, length: float | None, passed: bool) -> None:
    outcome = check_drift("slices", texts(*["字" * 100] * fresh), before=before, gone=gone, length_before=length)
    assert (outcome.severity, outcome.passed) == ("warn", passed)


def test_check_drift_of_a_table_without_texts_counts_rows_alone() -> None:
    assert check_drift("bars", pl.DataFrame({"doc_id": ["a"] * 30}), before=30, gone=0, length_before=None).passed


def test_check_language_tells_of_documents_that_are_hardly_chinese() -> None:
    english = "Crude oil futures fell on Thursday as demand worries grew among traders."
    assert check_language(texts("原油期货下跌，需求转弱。" * 3, "API WTI 82.69")).passed
    assert check_language(texts(*["原油期货下跌，需求转弱。"] * 30, english)).passed
    outcome = check_language(texts("原油期货下跌，需求转弱。", english, english))
    assert not outcome.passed
    assert [key for key, _ in outcome.failing] == ["d1", "d2"]
    assert check_language(texts()).passed
