"""Decisions on documents as rows of a tree, and as the UI shows them."""

import json

import polars as pl

from assets.tags.profiles import load_profiles
from assets.tags.schema import TAG_RELEVANCE
from assets.tags.sieve.defs import decision_rows, left_out
from quality.defs import Settled
from resources.publication import Change

DECISIONS = {
    "d1": json.dumps([True, 0.9, 0.5, "model", "linear", [["nearness", 1.2], ["原油", 0.4]]]),
    "d2": json.dumps([False, 0.1, 0.5, "model", "linear", [["生猪|", -0.4]]]),
}


def slices() -> pl.DataFrame:
    rows = [("d2", DECISIONS["d2"]), ("d1", DECISIONS["d1"]), ("d1", DECISIONS["d1"]), ("d3", None)]
    return pl.DataFrame(rows, schema=["doc_id", "decision"], orient="row")


def test_decision_rows_has_a_row_a_document() -> None:
    rows = decision_rows("news@2024-04-18", "news", "2024-04-18", slices())
    assert rows.columns == list(TAG_RELEVANCE.names)
    assert rows["doc_id"].to_list() == ["d1", "d2"]
    assert rows["relevant"].to_list() == [True, False]
    assert json.loads(rows["reasons"][0]) == [["nearness", 1.2], ["原油", 0.4]]


def test_decision_rows_of_a_profile_without_a_subject_is_empty() -> None:
    assert decision_rows("own", "own", None, pl.DataFrame({"doc_id": ["d1"]})).is_empty()


def test_left_out_counts_rules_and_names_documents() -> None:
    rows = decision_rows("news@2024-04-18", "news", "2024-04-18", slices())
    told = left_out([Settled([Change(TAG_RELEVANCE, rows)], [], None)])
    assert told["relevance"].value == {"model kept": 1, "model left out": 1}
    assert "| d2 | model | 0.1000 | 0.5000 | 生猪/ -0.40 |" in told["left_out"].value
    assert left_out([]) == {}


def test_profile_without_title_keep_says_what_it_said_before() -> None:
    table = {"lane": "news", "subject": "原油"}
    profiles = load_profiles({"a": table, "b": {**table, "title_keep": ["^要闻"]}})
    assert "title_keep" not in profiles["a"].as_plain()
    assert profiles["b"].as_plain()["title_keep"] == ("^要闻",)
