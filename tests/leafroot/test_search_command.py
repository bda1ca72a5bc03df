"""`leafroot search`: rules in force, filters, batches and bad queries, on the sample corpora."""

import json
from pathlib import Path

import pytest

import leafroot
from tests.homes import Call

BOOK = "临海商品交易所风险控制管理办法"


def test_search_hides_rules_that_were_replaced_and_labels_them_when_asked(sample_home: Path, call: Call) -> None:
    query = ("search", "最低交易保证金为合约价值", "--lane", "rulebooks", "-k", "20", "--json", "--home", sample_home)
    hits = call(*query).json["hits"]
    assert hits
    assert {hit["note"] for hit in hits} == {None}
    paths = {hit["citation"]["path"] for hit in hits}
    every = call(*query, "--all-versions").json["hits"]
    notes = {hit["citation"]["path"]: hit["note"] for hit in every}
    replaced = {path for path, note in notes.items() if note is not None}
    assert replaced
    assert not replaced & paths
    assert any("取代" in (note or "") for note in notes.values())


def test_search_as_of_shows_the_rules_of_that_day(sample_home: Path, call: Call) -> None:
    query = ("search", f"{BOOK}第四条", "-k", "3", "--json", "--home", sample_home)
    now = call(*query).json["hits"][0]
    then = call(*query, "--as-of", "2023-01-01").json["hits"][0]
    assert (now["score"], then["score"]) == (1.0, 1.0)
    assert now["citation"]["quote"] != then["citation"]["quote"]
    assert "2022-06-01" in then["citation"]["path"]


def test_search_of_an_unknown_lane_names_the_nearest(sample_home: Path, call: Call) -> None:
    said = call("search", "原油", "--lane", "new", "--home", sample_home)
    assert said.code == 2
    assert "did you mean news?" in said.err


def test_search_finds_contracts_by_any_spelling(sample_home: Path) -> None:
    home = leafroot.open(sample_home)
    try:
        for query in ("原油2406 结算价", "sc2406 结算价"):
            assert any("SC2406" in hit.citation.quote for hit in home.search(query, k=3).hits), query
    finally:
        home.close()


def test_search_batch_takes_filters_of_each_line(sample_home: Path, call: Call, tmp_path: Path) -> None:
    lines = [{"query": "原油", "lane": "policies", "k": 2}, {"query": "原油", "id": 7, "fresh": True}]
    batch = tmp_path / "q.jsonl"
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    said = call("search", "--batch", batch, "-k", "4", "--home", sample_home)
    first, second = (json.loads(line)["hits"] for line in said.out.splitlines())
    assert {hit["lane"] for hit in first} == {"policies"}
    assert len(first) == 2
    assert len(second) == 4


@pytest.mark.parametrize(
    ("line", "wanted"),
    [({"query": "铜", "lanes": "news"}, "the nearest is lane"), ({"query": "铜", "k": "3"}, "write a int")],
    ids=["unknown filter", "wrong type"],
)
def test_search_batch_refuses_filters_that_there_are_not(
    sample_home: Path, call: Call, tmp_path: Path, line: dict[str, str], wanted: str
) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    said = call("search", "--batch", batch, "--home", sample_home)
    assert said.code == 2
    assert wanted in said.err


@pytest.mark.parametrize(
    "query",
    [
        "",
        "？",
        "a" * 100_000,
        "原油" * 50_000,
        "\x01\x02\ufffd",
        "'; DROP TABLE slices; --",
        "Брент нефть",
        "原油の価格",
    ],
    ids=["empty", "marks", "100 kB", "200 kB", "binary", "SQL", "Russian", "Japanese"],
)
def test_search_answers_any_query(sample_home: Path, query: str) -> None:
    home = leafroot.open(sample_home)
    try:
        assert len(home.search(query, k=3).hits) <= 3
    finally:
        home.close()
