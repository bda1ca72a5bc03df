"""Published trees as `leafroot tags` prints them."""

import subprocess
import sys

import polars as pl
import pytest

from assets.tags.grow import grow_tree
from assets.tags.profiles import load_profiles
from assets.tags.query import page_of, tree
from assets.text.spans import sha256_text
from resources.errors import UsageError
from tests.assets.tags.frames import OIL, FakeReader, publish, slices_of, vectors_of
from tests.assets.tags.rows import DAYS, TEXTS, home

PROFILES = load_profiles({"free": {"lane": "news"}})


@pytest.fixture(scope="module")
def reader() -> FakeReader:
    frame, table = slices_of(OIL), vectors_of([text for _, text in OIL])
    days = [
        (grow_tree(PROFILES["news"], day, frame, table, basis_id="b"), frame.head(0))
        for day in ("2024-04-17", "2024-04-18")
    ]
    free = grow_tree(PROFILES["free"], None, frame, table, basis_id="b")
    return publish(*days, (free, frame))


def test_tree_is_the_newest_day_where_none_is_asked_for(reader: FakeReader) -> None:
    found = tree(reader, "news")
    assert found["date"] == "2024-04-18"
    assert found["dates"] == ["2024-04-17", "2024-04-18"]
    assert (found["profile"], found["subject"], found["engine"]) == ("news", "原油", "extractive")
    assert set(found["stats"]) >= {"slices", "levels", "excluded", "chat_calls", "embed_calls"}


def test_tree_cites_leaves_from_the_stored_text(reader: FakeReader) -> None:
    found = tree(reader, "news", date="2024-04-17")
    leaves = [leaf for root in found["roots"] for leaf in _leaves(root)]
    assert len(leaves) == len(OIL)
    for leaf in leaves:
        citation = leaf["citation"]
        assert citation["quote"] == reader.text(citation["doc_id"])[citation["start"] : citation["end"]]
        assert citation["sha256"] == sha256_text(citation["quote"])
        assert leaf["summary"] in citation["quote"]


def test_tree_counts_add_up(reader: FakeReader) -> None:
    for root in tree(reader, "news")["roots"]:
        assert root["n_leaves"] == len(_leaves(root))
        assert root["level"] == 1


def test_tree_over_all_days_has_no_dates(reader: FakeReader) -> None:
    found = tree(reader, "free", subject="")
    assert (found["date"], found["dates"], found["subject"]) == (None, [], None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"profile": "unheard"}, "known profiles: free, news"),
        ({"profile": "news", "date": "2024-04-20"}, "nearest days: 2024-04-17, 2024-04-18"),
        ({"profile": "news", "date": "yesterday"}, "write it as YYYY-MM-DD"),
        ({"profile": "news", "subject": "铜"}, "has the subject 原油, not 铜"),
        ({"profile": "free", "subject": "铜"}, "no subject"),
        ({"profile": "free", "date": "2024-04-18"}, "one tree over all days"),
    ],
    ids=["profile", "day", "no-date", "subject", "no-subject", "undated"],
)
def test_tree_refuses_what_is_not_there(reader: FakeReader, arguments: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        tree(reader, **arguments)


def test_tree_names_no_profile_before_the_first_run() -> None:
    with pytest.raises(UsageError, match="leafroot run"):
        tree(FakeReader({"tag_trees": []}), "news")


def test_tree_leaves_out_a_slice_that_is_gone(reader: FakeReader) -> None:
    gone = FakeReader({**reader.tables, "slices": reader.tables["slices"][1:]})
    assert sum(len(_leaves(root)) for root in tree(gone, "news")["roots"]) == len(OIL) - 1


def test_tree_of_nothing_has_no_roots() -> None:
    empty = grow_tree(PROFILES["free"], None, slices_of([]), vectors_of([]), basis_id="b")
    assert tree(publish((empty, pl.DataFrame())), "free")["roots"] == []


def test_page_of_brings_the_other_days_their_counts_and_all_texts() -> None:
    small = home()
    beside = page_of(small, tree(small, "news", date=DAYS[1]))
    assert [other["date"] for other in beside["others"]] == [DAYS[0]]
    assert [leaf["slice_id"] for leaf in beside["others"][0]["roots"][0]["leaves"]] == ["sd1"]
    assert beside["counts"][DAYS[0]]["t4"] == 1
    assert beside["texts"] == {doc_id: TEXTS[doc_id] for doc_id in ("d1", "d2", "d4")}


def test_page_of_leaves_the_sentences_of_far_days_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.tags.query.BESIDE_LEAVES", 4)
    small = home()
    beside = page_of(small, tree(small, "news", date=DAYS[1]))
    assert beside["others"][0]["roots"][0]["leaves"] == []


def test_query_imports_no_frame_library() -> None:
    code = (
        "import sys, assets.tags.query; print({'polars', 'numpy', 'lancedb', 'dagster', 'sklearn'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "set()"
    )


def _leaves(node: dict) -> list[dict]:
    return [*node["leaves"], *(leaf for child in node["children"] for leaf in _leaves(child))]
