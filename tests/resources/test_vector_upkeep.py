"""Damage, writers at once, versions and filters of the vector store, with LanceDB for real."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from resources.errors import PermanentServiceError
from resources.lance import channels, filters, indexes
from resources.vectors import VectorStore


def rows(numbers: range, *, dimension: int = 8) -> pl.DataFrame:
    spread = np.random.default_rng(1).normal(size=(10_000, dimension)).astype(np.float32)
    vectors = spread[list(numbers)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return pl.DataFrame(
        {
            "span_id": [f"s{i:05d}" for i in numbers],
            "doc_id": [f"d{i:05d}" for i in numbers],
            "lane": ["research" if i % 100 == 7 else "news" for i in numbers],
            "published_date": [f"2024-04-{1 + i % 28:02d}" for i in numbers],
            "vector": pl.Series(vectors, dtype=pl.Array(pl.Float32, dimension)),
            "words": [f"原油 第{i}号" for i in numbers],
            "grams": ["原油 油上 上涨" if i % 2 else "原油 油下 下跌" for i in numbers],
            "text": [f"原油{i}" for i in numbers],
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "vectors")


def break_files(folder: Path, pattern: str) -> None:
    broken = [path for path in folder.glob(pattern) if path.is_file()]
    assert broken
    for path in broken:
        path.write_bytes(b"damaged")


def test_search_makes_a_damaged_index_again_and_says_so(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(50)))
    store.index("slice", "b")
    break_files(store.folder, "slice_b.lance/_indices/*/*")
    reader = VectorStore(store.folder)
    assert [row["span_id"] for row in reader.search("slice", "b", words="第7号")] == ["s00007"]
    assert reader.notice is not None
    assert "made again from their rows" in reader.notice
    after = VectorStore(store.folder)
    assert len(after.search("slice", "b", words="第7号")) == 1
    assert after.notice is None


def test_search_makes_a_missing_index_again(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(50)))
    store.index("slice", "b")
    for path in store.folder.glob("slice_b.lance/_indices/*/*"):
        path.unlink()
    reader = VectorStore(store.folder)
    assert len(reader.search("slice", "b", words="第7号")) == 1
    assert reader.notice is not None


def test_mend_of_a_sound_store_says_nothing(store: VectorStore) -> None:
    assert store.mend("slice", "b") is None
    assert "gone" in (store.mend("slice", "b", expected=True) or "")
    store.put("slice", "b", rows(range(5)))
    assert store.mend("slice", "b") is None
    store.index("slice", "b")
    assert store.mend("slice", "b") is None


def test_mend_makes_a_damaged_index_again(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(50)))
    store.index("slice", "b")
    break_files(store.folder, "slice_b.lance/_indices/*/*")
    said = VectorStore(store.folder).mend("slice", "b")
    assert said is not None
    assert "has been made again" in said
    assert VectorStore(store.folder).mend("slice", "b") is None


@pytest.mark.parametrize("pattern", ["slice_b.lance/_versions/*", "slice_b.lance/data/*"])
def test_mend_removes_a_table_that_cannot_be_read(store: VectorStore, pattern: str) -> None:
    store.put("slice", "b", rows(range(5)))
    break_files(store.folder, pattern)
    fresh = VectorStore(store.folder)
    said = fresh.mend("slice", "b")
    assert said is not None
    assert "written again" in said
    assert fresh.put("slice", "b", rows(range(5))) == 5


def test_search_of_damaged_rows_is_said_in_one_sentence(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(5)))
    store.index("slice", "b")
    break_files(store.folder, "slice_b.lance/data/*")
    with pytest.raises(PermanentServiceError, match="failed"):
        VectorStore(store.folder).search("slice", "b", words="原油")


def test_put_of_five_writers_at_once_loses_and_doubles_nothing(store: VectorStore) -> None:
    def write(number: int) -> None:
        own = VectorStore(store.folder)
        for turn in range(4):
            start = number * 20 + turn * 10
            own.put("slice", "b", rows(range(start, start + 30)))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(write, range(5)))
    table = store._open("slice", "b")
    assert table.count_rows() == len(store.ids("slice", "b")) == 140


def test_compact_keeps_the_disk_near_what_lives(store: VectorStore) -> None:
    frame = rows(range(400), dimension=64)
    store.put("slice", "b", frame)
    store.index("slice", "b")
    store.compact(keep=timedelta(milliseconds=1))
    live = size(store.folder)
    for start in range(0, 400, 10):
        store.put("slice", "b", frame.slice(start, 10))
    store.index("slice", "b")
    store.compact(keep=timedelta(milliseconds=1))
    assert size(store.folder) <= 3 * live
    assert len(store.ids("slice", "b")) == 400


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_index_made_anew_leaves_no_gap_for_readers(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(300)))
    store.index("slice", "b")
    reader, counts, stop = VectorStore(store.folder), [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            counts.append(len(reader.search("slice", "b", words="第7号")))

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(3):
        indexes.make_again(store._open("slice", "b"))
        store.put("slice", "b", rows(range(300, 310)))
        store.index("slice", "b")
    stop.set()
    asking.join()
    assert counts
    assert set(counts) == {1}


@pytest.mark.parametrize("exact", [50_000, 5], ids=["one by one", "by the index"])
def test_search_under_a_filter_of_one_in_a_hundred_returns_all_that_match(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    monkeypatch.setattr(indexes, "VECTOR_INDEX_ROWS", 500)
    monkeypatch.setattr(channels, "EXACT_ROWS", exact)
    frame = rows(range(3000))
    store.put("slice", "b", frame)
    store.index("slice", "b")
    kept = frame.filter(pl.col("lane") == "research")
    asked = np.stack(frame["vector"].to_list())[11].astype(np.float32)
    near = sorted(
        zip(np.stack(kept["vector"].to_list()) @ asked, kept["span_id"], strict=True), key=lambda one: -one[0]
    )
    hits = store.search("slice", "b", vector=asked, lane="research", limit=10)
    assert len(hits) == 10
    assert len({hit["span_id"] for hit in hits} & {span for _, span in near[:10]}) >= 9
    assert len(store.search("slice", "b", vector=asked, lane="research", limit=60)) == 30
    assert len(store.search("slice", "b", words="原油", lane="research", limit=60)) == 30


def test_search_for_every_token_leaves_out_what_holds_some(store: VectorStore) -> None:
    store.put("slice", "b", rows(range(10)))
    store.index("slice", "b")
    found = store.search("slice", "b", every="原油 油下")
    assert [row["span_id"] for row in found] == [f"s{i:05d}" for i in (0, 2, 4, 6, 8)]
    assert found[0]["ranks"].keys() == {"every"}


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ({}, ""),
        ({"lane": "o'news"}, "lane = 'o''news'"),
        ({"since": "2024-01-01"}, "published_date >= '2024-01-01' AND published_date != ''"),
        ({"only": []}, "false"),
        ({"only": ["b", "a"]}, "span_id IN ('a', 'b')"),
        ({"without": ["d2", "d1"]}, "NOT (doc_id IN ('d1', 'd2'))"),
    ],
    ids=["none", "quote", "since", "nothing", "only", "without"],
)
def test_condition_says_filters_as_sql(kept: dict[str, str], wanted: str) -> None:
    assert filters.condition(**kept) == wanted
