"""The vector store, with LanceDB for real."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from resources.errors import MissingColumnError, PermanentServiceError, SettingsError
from resources.lance import filters, indexes
from resources.vectors import VectorStore


def rows(
    *span_ids: str, lane: str = "news", day: str = "2024-04-18", words: str = "原油 上涨", dimension: int = 4
) -> pl.DataFrame:
    turned = [np.roll(np.eye(dimension, dtype=np.float32)[0], int(span[1:]) % dimension) for span in span_ids]
    return pl.DataFrame(
        {
            "span_id": span_ids,
            "doc_id": [f"d{span[1:]}" for span in span_ids],
            "lane": [lane] * len(span_ids),
            "published_date": [day] * len(span_ids),
            "vector": pl.Series(np.array(turned).reshape(-1, dimension), dtype=pl.Array(pl.Float32, dimension)),
            "words": [words] * len(span_ids),
            "grams": ["原油 油上 上涨"] * len(span_ids),
            "text": ["原油'上涨\\5%"] * len(span_ids),
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "vectors")


def found(hits: list[dict[str, Any]]) -> list[str]:
    return [hit["span_id"] for hit in hits]


def test_put_replaces_by_span_id_and_keeps_the_last_of_two(store: VectorStore) -> None:
    assert store.put("slice", "b", pl.concat([rows("s1", "s2"), rows("s1", words="铜")])) == 2
    assert store.put("slice", "b", rows("s2", "s3")) == 2
    assert store.ids("slice", "b") == {"s1", "s2", "s3"}
    assert found(store.search("slice", "b", words="铜")) == ["s1"]


def test_put_of_nothing_creates_nothing(store: VectorStore) -> None:
    assert store.put("slice", "b", rows()) == 0
    assert not store.folder.exists()


def test_put_refuses_what_does_not_fit(store: VectorStore) -> None:
    with pytest.raises(MissingColumnError, match="grams"):
        store.put("slice", "b", rows("s1").drop("grams"))
    store.put("slice", "b", rows("s1"))
    with pytest.raises(SettingsError, match="another dimension"):
        store.put("slice", "b", rows("s2", dimension=5))


def test_an_empty_store_answers_with_nothing(store: VectorStore) -> None:
    assert store.ids("slice", "b") == set()
    assert store.search("slice", "b", words="原油") == []
    assert store.containing("slice", "b", "原", limit=3) == []
    assert store.forget([]) == []
    assert store.vectors("slice", "b", []).shape == (0, 0)
    store.drop("slice", "b", ["s1"])
    store.index("slice", "b")
    store.compact()


def test_drop_deletes_the_named_rows_only(store: VectorStore) -> None:
    store.put("slice", "b", rows("s1", "s2", "s3"))
    store.drop("slice", "b", {"s1", "s3", "not'there"})
    assert store.ids("slice", "b") == {"s2"}


def test_vectors_come_in_the_order_asked(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put("slice", "b", rows("s0", "s1", "s2"))
    wanted = ["s2", "s0", "s2"]
    few = store.vectors("slice", "b", wanted)
    monkeypatch.setattr(filters, "FILTER_IDS", 1)
    assert few.tolist() == store.vectors("slice", "b", wanted).tolist() == np.eye(4)[[2, 0, 2]].tolist()


def test_vectors_that_are_not_there_are_an_error(store: VectorStore) -> None:
    with pytest.raises(PermanentServiceError, match="lacks 1 of 1"):
        store.vectors("slice", "b", ["s1"])
    store.put("slice", "b", rows("s1"))
    with pytest.raises(PermanentServiceError, match="lacks 1 of 2 slice vectors"):
        store.vectors("slice", "b", ["s1", "s9"])


def test_search_ranks_each_channel(store: VectorStore) -> None:
    store.put("slice", "b", pl.concat([rows("s0", "s1"), rows("s2", words="铜 下跌")]))
    store.index("slice", "b")
    hits = store.search("slice", "b", words="铜", grams="原油", vector=np.array([0.0, 1, 0, 0], dtype=np.float32))
    ranks = {hit["span_id"]: hit["ranks"] for hit in hits}
    assert ranks["s2"]["words"] == 0
    assert ranks["s1"] == {"grams": 1, "vector": 0}
    assert hits[0]["words"] == "原油 上涨"


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, ["s1", "s2", "s3", "s4"]),
        ({"lane": "research"}, ["s3"]),
        ({"since": "2024-04-19"}, ["s2"]),
        ({"until": "2024-04-18"}, ["s1", "s3"]),
        ({"since": "2024-04-18", "until": "2024-04-18", "lane": "news"}, ["s1"]),
        ({"only": ["s4", "s9"]}, ["s4"]),
        ({"only": []}, []),
        ({"lane": "x' OR '1'='1"}, []),
    ],
    ids=repr,
)
def test_search_filters_before_it_ranks(store: VectorStore, filters: dict[str, Any], wanted: list[str]) -> None:
    parts = [rows("s1"), rows("s2", day="2024-04-20"), rows("s3", lane="research"), rows("s4", day="")]
    store.put("slice", "b", pl.concat(parts))
    store.index("slice", "b")
    assert found(store.search("slice", "b", grams="原油", **filters)) == wanted
    vector = np.array([1.0, 0, 0, 0], dtype=np.float32)
    assert found(store.search("slice", "b", vector=vector, limit=9, **filters)) == wanted
    assert found(store.containing("slice", "b", "油'上", limit=9, **filters)) == wanted


def test_containing_takes_marks_as_they_are(store: VectorStore) -> None:
    store.put("slice", "b", rows("s1"))
    for mark in ("%", "'", "\\", "油'上涨\\5%"):
        assert found(store.containing("slice", "b", mark, limit=9)) == ["s1"]
    assert [store.containing("slice", "b", mark, limit=9) for mark in ("_", "%%", '"', "油%")] == [[]] * 4


def test_search_finds_rows_put_after_the_index_was_built(store: VectorStore) -> None:
    store.put("slice", "b", rows("s1"))
    store.index("slice", "b")
    store.put("slice", "b", rows("s2", words="焦炭"))
    assert found(store.search("slice", "b", words="焦炭")) == ["s2"]
    store.index("slice", "b")
    store.compact()
    assert found(store.search("slice", "b", words="焦炭")) == ["s2"]


def test_search_before_any_index_finds_rows(store: VectorStore) -> None:
    """A run that was killed between the rows and their index leaves a table that answers all the same."""
    store.put("slice", "b", rows("s1"))
    assert found(store.search("slice", "b", grams="原油")) == ["s1"]


def test_index_of_vectors_above_the_threshold(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "VECTOR_INDEX_ROWS", 300)
    store.put("slice", "b", rows(*(f"s{i}" for i in range(400)), dimension=8))
    store.index("slice", "b")
    vector = np.eye(8, dtype=np.float32)[3]
    hits = store.search("slice", "b", vector=vector, limit=5)
    assert {int(span[1:]) % 8 for span in found(hits)} == {3}
    store.index("slice", "b")


def test_forget_keeps_the_named_bases(store: VectorStore) -> None:
    for kind, basis_id in (("slice", "old"), ("clause", "old"), ("slice", "new")):
        store.put(kind, basis_id, rows("s1"))
    assert store.forget(["new"]) == ["clause_old", "slice_old"]
    assert store.ids("slice", "old") == set()
    assert store.ids("slice", "new") == {"s1"}


def test_another_store_sees_what_was_written(store: VectorStore) -> None:
    store.put("slice", "b", rows("s1"))
    assert VectorStore(store.folder).ids("slice", "b") == {"s1"}


def test_a_damaged_store_is_said_in_one_sentence(store: VectorStore) -> None:
    store.put("slice", "b", rows("s1"))
    for path in store.folder.glob("slice_b.lance/_versions/*"):
        path.write_bytes(b"not a manifest")
    with pytest.raises(PermanentServiceError, match=r"vector store .* failed") as caught:
        VectorStore(store.folder).ids("slice", "b")
    assert "\n" not in str(caught.value)
