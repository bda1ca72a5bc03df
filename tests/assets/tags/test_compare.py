"""A tag through the days, and two days side by side."""

import pytest

from assets.tags.compare import compare, counts_by_day, paths_of, trend
from resources.errors import UsageError
from tests.assets.tags.rows import DAYS, home


def test_trend_counts_each_day_of_a_tag_named_by_its_id() -> None:
    found = trend(home(), "t3")
    assert [(one["label"], one["path"]) for one in found["tags"]] == [("库存累积", ["原因分析", "库存累积"])]
    assert [(point["date"], point["n_leaves"]) for point in found["tags"][0]["points"]] == [(DAYS[0], 1), (DAYS[1], 2)]
    assert found["tags"][0]["points"][1]["share_pct"] == 66.67


def test_trend_counts_none_on_a_day_without_the_tag() -> None:
    assert [point["n_leaves"] for point in trend(home(), "运费", profile="news")["tags"][0]["points"]] == [1, 0]


def test_trend_of_an_unknown_tag_names_what_is_near() -> None:
    with pytest.raises(UsageError, match="库存"):
        trend(home(), "库存量")


def test_trend_of_an_unknown_profile_says_how_to_list_them() -> None:
    with pytest.raises(UsageError, match="leafroot tags"):
        trend(home(), "t1", profile="nothing")


def test_compare_sorts_tags_by_what_became_of_them() -> None:
    found = compare(home(), "news", *DAYS)
    ids = {name: [row["tag_id"] for row in found[name]] for name in ("new", "gone", "grown", "shrunk", "renamed")}
    assert ids == {"new": ["t5"], "gone": ["t4"], "grown": ["t2", "t3"], "shrunk": [], "renamed": ["t3"]}
    assert found["renamed"][0]["label_before"] == "库存"
    assert (found["same"], found["kept_pct"]) == (1, 75.0)
    back = compare(home(), "news", *reversed(DAYS))
    assert [row["tag_id"] for row in back["shrunk"]] == ["t2", "t3"]


@pytest.mark.parametrize(
    ("profile", "days", "says"),
    [("nothing", DAYS, "leafroot run"), ("news", ("2020-01-01", DAYS[1]), "it has 2024-04-17, 2024-04-18")],
    ids=["profile", "day"],
)
def test_compare_says_what_is_missing(profile: str, days: tuple[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        compare(home(), profile, *days)


def test_compare_refuses_a_tree_over_all_days() -> None:
    reader = home()
    for row in reader.tables["tag_trees"]:
        row["day"] = None
    with pytest.raises(UsageError, match="one tree over all days"):
        compare(reader, "news", *DAYS)


def test_counts_by_day_holds_every_day() -> None:
    assert counts_by_day(home(), "news")[DAYS[1]] == {"t1": 1, "t2": 3, "t3": 2, "t5": 1}


def test_paths_of_stops_at_a_circle() -> None:
    rows = [{"tag_id": "a", "parent_id": "b", "label": "甲"}, {"tag_id": "b", "parent_id": "a", "label": "乙"}]
    assert paths_of(rows) == {"a": ["乙", "甲"], "b": ["甲", "乙"]}
