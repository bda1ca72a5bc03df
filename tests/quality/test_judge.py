"""Great Expectations as the judge: one row that breaks each rule, and what happens to it."""

import polars as pl
import pytest

from assets.catalogue import TABLES, by_name
from quality.judge import judge
from quality.rules import rules_of
from resources.frames import conform

TABLE = by_name()["slices"]


def frame(n: int = 20, **broken: object) -> pl.DataFrame:
    """n good rows; the last one carries the broken values."""
    rows = [
        {
            "slice_id": f"s{i:03d}",
            "doc_id": "d",
            "lane": "news",
            "published_date": "2024-04-18",
            "ordinal": i,
            "heading": None,
            "start": 0,
            "end": 3,
            "text": "原油跌",
            "sha256": "a" * 64,
            "joined": "[]",
        }
        for i in range(n)
    ]
    rows[-1] |= broken
    return conform(TABLE, pl.DataFrame(rows, infer_schema_length=None))


def test_judge_passes_good_rows() -> None:
    verdict = judge(TABLE, frame())
    assert [outcome.passed for outcome in verdict.outcomes] == [True, True]
    assert not verdict.bad_rows
    assert not verdict.blocked


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"doc_id": None}, "doc_id_present"),
        ({"published_date": "2024-13-01"}, "published_date_well_formed"),
        ({"sha256": "short"}, "sha256_well_formed"),
        ({"joined": "no json"}, "joined_well_formed"),
        ({"lane": "gossip"}, "lane_known"),
        ({"ordinal": -1}, "ordinal_in_range"),
        ({"start": -2}, "start_not_negative"),
        ({"start": 3}, "end_after_start"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_judge_sends_a_row_that_breaks_a_rule_to_quarantine(broken: dict[str, object], rule: str) -> None:
    verdict = judge(TABLE, frame(**broken))
    assert verdict.bad_rows == {"s019": rule}
    assert not verdict.blocked


def test_judge_blocks_a_batch_with_one_key_twice() -> None:
    verdict = judge(TABLE, frame(slice_id="s000"))
    assert verdict.blocked == ["slices_schema"]


def test_judge_blocks_where_the_fault_is_in_the_batch() -> None:
    verdict = judge(TABLE, frame(4, lane="gossip"))
    assert verdict.blocked == ["slices_rows"]
    assert not verdict.bad_rows


def test_judge_of_nothing_passes_without_the_library() -> None:
    assert judge(TABLE, frame()[:0]).blocked == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_rules_for_its_key_and_required_columns(table) -> None:
    names = {rule.name for rule in rules_of(table)}
    assert f"{table.key}_unique" in names
    assert {f"{column.name}_present" for column in table.columns if not column.null} <= names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means(table) -> None:
    assert all(len(column.meaning) > 5 for column in table.columns)
    assert table.key in table.names
