"""What is due: publication numbers against watermarks."""

from pathlib import Path

import pytest

from resources.changes import stale_days
from sensors.due import contiguous, window


def test_stale_days_are_those_changed_after_their_watermark() -> None:
    changes = [{"2024-04-18": 3, "2024-04-19": 5}, {"2024-04-18": 6, "2024-04-22": 1}]
    assert stale_days(changes, {"2024-04-18": 6, "2024-04-19": 4}) == ["2024-04-19", "2024-04-22"]
    assert stale_days(changes, {"2024-04-18": 6, "2024-04-19": 5, "2024-04-22": 1}) == []
    assert stale_days([], {}) == []


def test_window_carries_a_change_to_the_days_that_can_state_it() -> None:
    reached = window({"2024-04-18": 4})
    assert reached["2024-04-17"] == reached["2024-04-25"] == 4
    assert "2024-04-16" not in reached
    assert "2024-04-26" not in reached
    assert window({"2024-04-18": 4, "2024-04-19": 9})["2024-04-18"] == 9


@pytest.mark.parametrize(
    ("wanted", "ranges"),
    [
        (["a"], [("a", "a")]),
        (["a", "b", "c"], [("a", "c")]),
        (["a", "c", "d"], [("a", "a"), ("c", "d")]),
        (["d", "b"], [("b", "b"), ("d", "d")]),
        ([], []),
        (["z"], []),
    ],
    ids=["one", "all", "gap", "order", "none", "unknown"],
)
def test_contiguous_ranges_hold_just_what_is_wanted(wanted: list[str], ranges: list[tuple[str, str]]) -> None:
    assert contiguous(wanted, ["a", "b", "c", "d"]) == ranges


def test_nothing_is_due_after_a_run(sample_home: Path) -> None:
    from assets.catalogue import by_name
    from assets.reports.defs import CODE_VERSION
    from assets.tags.defs import code_version
    from resources.reader import SqliteReader
    from resources.settings import Settings
    from sensors.due import due_custom_tags, due_days, due_events

    reader = SqliteReader(sample_home, by_name())
    version = code_version(reader.value("SELECT value FROM home WHERE key = 'basis_id'"), Settings())
    assert due_days(reader, version, CODE_VERSION) == []
    assert due_events(reader, Settings(), CODE_VERSION) == []
    # A day with research alone has a daily report too: a run killed before it owes it still.
    assert "2024-04-22" in due_days(reader, version, "other")
    # Other code makes everything due.
    assert "2024-04-18" in due_days(reader, "other", CODE_VERSION)
    assert {event.kind for event in due_events(reader, Settings(), "other")} == {"extreme_move", "risk_event"}
    own = Settings.model_validate({"profiles": {"all_news": {"lane": "news"}}})
    assert "all_news@2024-04-18" in due_custom_tags(reader, own, version)
    reader.close()
