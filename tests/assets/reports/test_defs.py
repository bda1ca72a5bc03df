"""Events and the partitions that hold their reports."""

import pytest

from assets.reports.defs import event_of, partition_of
from assets.reports.events import Event


@pytest.mark.parametrize(
    ("kind", "partition", "event"),
    [
        ("daily", "2030-06-12", Event("daily", "all", "2030-06-12")),
        ("extreme_move", "SC3008@2030-06-12", Event("extreme_move", "SC3008", "2030-06-12")),
        ("extreme_move", "all@2030-06-12", Event("extreme_move", "all", "2030-06-12")),
        ("custom", "weekly_oil:原油@2030-06-12", Event("weekly_oil", "原油", "2030-06-12")),
    ],
    ids=["daily", "move", "moves", "house"],
)
def test_partition_of_leads_back_to_its_event(kind: str, partition: str, event: Event) -> None:
    assert event_of(kind, partition) == event
    assert partition_of(event) == partition
