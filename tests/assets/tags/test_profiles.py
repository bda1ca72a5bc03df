"""Profiles as files and as the configuration's own tables."""

import re

import pytest

from assets.tags.profiles import load_profiles
from resources.errors import SettingsError


def test_load_profiles_ships_the_three_dimensions_sets() -> None:
    profiles = load_profiles({})
    assert {name: [facet.name for facet in profile.facets] for name, profile in profiles.items()} == {
        "news": ["行情概述", "原因分析", "影响", "未来走势"],
        "research": ["事件概述", "原因", "影响", "各方观点", "应对措施", "未来走势预测"],
        "policy": ["品种", "合约", "政策调整", "调整时间"],
    }
    assert [profiles[name].lane for name in ("news", "research", "policy")] == ["news", "research", "policies"]
    assert {profile.subject for profile in profiles.values()} == {"原油"}
    changes = next(facet for facet in profiles["policy"].facets if facet.name == "政策调整")
    assert [child.name for child in changes.children][:3] == ["手续费", "保证金", "涨跌幅限制"]
    assert profiles["policy"].is_factual
    assert not profiles["news"].is_factual


def test_load_profiles_takes_the_configuration() -> None:
    own = load_profiles({"all_news": {"lane": "news", "subject": "", "facets": [], "keywords": []}})["all_news"]
    assert (own.name, own.lane, own.subject, own.keywords, own.facets) == ("all_news", "news", "", (), ())


def test_load_profiles_gives_a_named_facet_the_cues_of_the_shipped_one() -> None:
    own = load_profiles({"p": {"facets": ["原因分析", "天气"]}})["p"]
    assert own.facets[0] == load_profiles({})["news"].facets[1]
    assert own.facets[1].strong == ("天气",)


def test_load_profiles_takes_a_facet_as_a_table() -> None:
    own = load_profiles({"p": {"facets": [{"name": "天气", "strong": ["干旱"], "children": [{"name": "霜冻"}]}]}})["p"]
    assert own.facets[0].strong == ("干旱",)
    assert own.facets[0].children[0].name == "霜冻"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"lane": "market"}, "profiles.p.lane: 'market' has no slices; use one of policies, news, research"),
        ({"facet": []}, "the key facet is unknown; did you mean facets"),
        ({"zzz": []}, "the key zzz is unknown; known are lane"),
        ({"subject": 3}, "profiles.p.subject: 3 is no text"),
        ({"keywords": "原油"}, "profiles.p.keywords: '原油' is no list"),
        ({"facets": "原油"}, "profiles.p.facets: '原油' is no list"),
        ({"facets": [3]}, "3 is neither a name nor a table"),
        ({"facets": ["因"]}, "is no name of 2 to 12"),
        ({"facets": ["原因", "原因"]}, "two facets have one name"),
        ({"facets": [{"name": "原因", "cues": []}]}, "the key cues is unknown"),
        ({"facets": [{"name": "原因", "children": 1}]}, "children: 1 is no list"),
        ({"facets": [{"name": "原因", "strong": ["("]}]}, "is no pattern"),
        ({"relevance_min": 2}, "is no number from 0 to 1"),
        ({"relevance_min": True}, "is no number from 0 to 1"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_load_profiles_refuses_what_cannot_be(table: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)):
        load_profiles({"p": table})
