"""The store: publications, watermarks, quarantine, reading as of a publication."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from assets.catalogue import TABLES, by_name
from resources.errors import DuplicateKeyError, HomeVersionError, MissingColumnError, TransientServiceError, UsageError
from resources.protocols import Reject
from resources.reader import SqliteReader
from resources.store import Change, Store

SLICES = by_name()["slices"]


def slices(*texts: str, lane: str = "news", day: str | None = "2024-04-18") -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "slice_id": f"s-{text}",
                "doc_id": "d1",
                "lane": lane,
                "published_date": day,
                "ordinal": i,
                "heading": None,
                "start": i,
                "end": i + len(text),
                "text": text,
                "sha256": "a" * 64,
                "joined": "[]",
            }
            for i, text in enumerate(texts)
        ]
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "home", TABLES)
    yield made
    made.close()


def publish(store: Store, frame: pl.DataFrame, **more: object) -> int | None:
    return store.publish(
        "records/slices", [Change(SLICES, frame, **more)], code_version="1", seen=store.publication()
    ).publication  # type: ignore[arg-type]


def texts(store: Store, publication: int | None = None) -> list[str]:
    reader = store.reader(publication=publication)
    found = sorted(row["text"] for row in reader.rows("slices"))
    reader.close()
    return found


def test_publish_takes_a_number_only_where_a_row_changes(store: Store) -> None:
    assert publish(store, slices("a", "b")) == 1
    assert publish(store, slices("a", "b")) is None
    assert publish(store, slices("a", "b", "c")) == 2
    assert store.publication() == 2


def test_publish_keeps_earlier_publications_readable(store: Store) -> None:
    publish(store, slices("a", "b"))
    publish(store, slices("a"), scope={"lane": "news"})
    assert texts(store) == ["a"]
    assert texts(store, publication=1) == ["a", "b"]


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({}, ["a", "b", "c"]),
        ({"retire": ["s-a"]}, ["b", "c"]),
        ({"retire": ["s-none"]}, ["a", "b", "c"]),
        ({"scope": {"lane": "news"}}, ["c"]),
        ({"scope": {"lane": "research"}}, ["a", "b", "c"]),
        ({"scope": {"doc_id": ["d1", "d2"]}}, ["c"]),
        ({"scope": {"doc_id": []}}, ["a", "b", "c"]),
        ({"scope": {}}, ["c"]),
    ],
    ids=["upsert", "retire", "retire-unknown", "scope", "other-scope", "scope-list", "scope-empty-list", "whole-table"],
)
def test_publish_replaces_what_it_says(store: Store, more: dict[str, object], left: list[str]) -> None:
    publish(store, slices("a", "b"))
    publish(store, slices("c"), **more)
    assert texts(store) == left


def test_publish_refuses_two_rows_with_one_key(store: Store) -> None:
    with pytest.raises(DuplicateKeyError, match="slice_id = s-a"):
        publish(store, pl.concat([slices("a"), slices("a")]))
    assert store.publication() == 0


def test_publish_refuses_a_frame_without_a_column(store: Store) -> None:
    with pytest.raises(MissingColumnError, match="column text"):
        publish(store, slices("a").drop("text"))


def test_a_retired_key_can_come_back(store: Store) -> None:
    publish(store, slices("a"))
    publish(store, slices("b"), scope={})
    publish(store, slices("a"), scope={})
    assert texts(store) == ["a"]
    assert store.changed_keys("slices", 2) == (["s-a"], ["s-b"])


def test_changed_keys_since_a_publication(store: Store) -> None:
    publish(store, slices("a", "b"))
    publish(store, slices("b", "c"), scope={})
    assert store.changed_keys("slices", 1) == (["s-b", "s-c"], ["s-a", "s-b"])
    assert store.changed_keys("slices", 1, {"lane": "research"}) == ([], [])
    assert store.changed_keys("slices", 1, {"lane": ["news"]})[0] == ["s-b", "s-c"]


def test_watermark_counts_for_the_code_that_set_it(store: Store) -> None:
    publish(store, slices("a"))
    store.publish("tags/news", [], code_version="1", seen=1)
    assert (
        store.watermark("tags/news", "1"),
        store.watermark("tags/news", "2"),
        store.watermark("tags/none", "1"),
    ) == (1, 0, 0)


def test_differences_tell_what_a_publication_would_do(store: Store) -> None:
    publish(store, slices("a", "b"))
    [(table, fresh, gone)] = store.differences([Change(SLICES, slices("a", "c"), scope={})])
    assert (table.name, fresh["text"].to_list(), gone) == ("slices", ["c"], 1 + 0)


def test_quarantine_is_replaced_by_source(store: Store) -> None:
    def reject(source: str, reason: str) -> Reject:
        return Reject("corpora", source, None, reason, "why")

    store.publish("corpora/news", [], code_version="1", seen=0, rejects=[reject("a", "empty"), reject("b", "empty")])
    store.publish("corpora/news", [], code_version="1", seen=0, rejects=[reject("a", "encoding")], reject_sources=["a"])
    reader = store.reader()
    found = reader.query("SELECT source, reason FROM quarantine ORDER BY source")
    reader.close()
    assert found == [{"source": "a", "reason": "encoding"}, {"source": "b", "reason": "empty"}]


def test_books_are_written_with_the_publication(store: Store) -> None:
    file = {"path": "news/a.txt", "size": 3, "mtime_ns": 5, "sha256": "x"}
    books = {
        "files": ("news", [file]),
        "home": {"basis_id": "b1"},
        "listing": [Reject("corpora", "x/y", None, "lane_unknown", "why")],
    }
    store.publish("corpora/news", [], code_version="1", seen=0, books=books)
    assert store.files("news") == [{**file, "lane": "news"}]
    assert store.home_value("basis_id") == "b1"
    store.publish("corpora/news", [], code_version="1", seen=0, books={"files": ("news", []), "listing": []})
    assert store.files("news") == []
    reader = store.reader()
    assert reader.value("SELECT COUNT(*) FROM quarantine") == 0
    reader.close()


def test_quarantined_files_are_forgotten_for_a_retry(store: Store) -> None:
    file = {"path": "news/a.txt", "size": 3, "mtime_ns": 5, "sha256": "x"}
    rejects = [Reject("corpora", "news/a.txt", None, "empty", "why")]
    store.publish("corpora/news", [], code_version="1", seen=0, rejects=rejects, books={"files": ("news", [file])})
    assert store.forget_quarantined_files() == 1
    assert store.files("news")[0]["size"] == -1


def test_digest_is_of_rows_alone(store: Store, tmp_path: Path) -> None:
    publish(store, slices("a", "b"))
    other = Store(tmp_path / "other", TABLES)
    publish(other, slices("b"))
    publish(other, slices("a", "b"))
    assert store.digest() == other.digest()
    publish(other, slices("c"))
    assert store.digest()["slices"] != other.digest()["slices"]
    other.close()


def test_a_home_of_another_version_is_refused(tmp_path: Path) -> None:
    made = Store(tmp_path, TABLES)
    made.set_home_value("version", "0")
    made.close()
    with pytest.raises(HomeVersionError, match="version 0"):
        Store(tmp_path, TABLES)


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransientServiceError, match="cannot be made"):
        Store(tmp_path / "file" / "home", TABLES)


def test_a_full_disk_publishes_nothing(store: Store) -> None:
    publish(store, slices("a"))
    with store.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    # A page limit is SQLite's own way to run out of space.
    from sqlalchemy import event

    event.listen(
        store._engine, "begin", lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    )
    with pytest.raises(TransientServiceError, match="nothing of this step was written"):
        publish(store, slices(*[f"{i}-{'x' * 900}" for i in range(2000)]))
    assert texts(store) == ["a"]


def test_reader_needs_a_home(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds nothing yet"):
        SqliteReader(tmp_path, by_name())


def test_reader_conditions(store: Store) -> None:
    publish(store, pl.concat([slices("a", "b"), slices("c", lane="research", day=None)]))
    reader = store.reader()

    def found(**where: object) -> list[str]:
        return [row["text"] for row in reader.rows("slices", where=where)]

    assert found(lane="news") == ["a", "b"]
    assert found(lane=["news", "research"], ordinal=0) == ["a", "c"]
    assert found(published_date=None) == ["c"]
    assert found(start__ge=1) == ["b"]
    assert found(start__le=0, lane="news") == ["a"]
    assert found(slice_id={"s-a", "s-b"}) == ["a", "b"]
    assert found(slice_id=[]) == []
    assert [row["text"] for row in reader.rows("slices", order_by=["text"], limit=1)] == ["a"]
    assert reader.frame("slices", columns=["text", "joined"]).rows() == [("a", "[]"), ("b", "[]"), ("c", "[]")]
    assert reader.rows("slices", columns=["joined"], limit=1) == [{"joined": []}]
    with pytest.raises(KeyError, match="nothing"):
        reader.rows("slices", where={"nothing": 1})
    with pytest.raises(KeyError, match="nothing"):
        reader.frame("slices", columns=["nothing"])
    with pytest.raises(UsageError, match="No document has the id"):
        reader.text("none")
    reader.close()


def test_reader_cuts_long_lists(store: Store) -> None:
    names = [f"{i:05d}" for i in range(6001)]
    publish(store, slices(*names))
    reader = store.reader()
    assert len(reader.rows("slices", where={"slice_id": [f"s-{name}" for name in names]}, columns=["slice_id"])) == 6001
    reader.close()
