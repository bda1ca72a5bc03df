"""A published tree measured: by itself, against labels, and what people said."""

import json
from pathlib import Path
from typing import Any

import pytest

from assets.tags.judge.assess import assess, read_labels
from resources.errors import UsageError
from tests.assets.tags.rows import DAYS, TEXTS, home


def test_assess_measures_the_newest_tree() -> None:
    found = assess(home(), "news")
    assert found["date"] == DAYS[1]
    assert found["coverage"] == {
        "slices": 5, "placed": 3, "excluded": {"irrelevant": 2}, "placed_share": 0.6, "other_share": 0.0,
    }  # fmt: skip
    assert found["stability"] == {"since": DAYS[0], "tags_kept": 0.75, "labels_kept": round(2 / 3, 6), "n": 4}
    assert found["support"]["without"] == ["库存累积", "=1+1"]
    assert found["labels"] is None


def test_assess_of_the_first_day_has_nothing_to_be_stable_against() -> None:
    assert assess(home(), "news", date=DAYS[0])["stability"] is None


def test_assess_counts_answers_of_people() -> None:
    reader = home()
    reader.tables["tag_reviews"] = [
        {"profile": "news", "day": DAYS[1], "kind": "label_fits", "answer": answer} for answer in ("yes", "yes", "no")
    ]
    assert assess(reader, "news")["reviews"] == {"label_fits": {"no": 1, "yes": 2}}


def test_assess_counts_siblings_of_which_one_name_holds_the_other() -> None:
    reader = home()
    next(row for row in reader.tables["tag_nodes"] if row["label"] == "=1+1")["label"] = "累积"
    assert assess(reader, "news")["distinct"]["alike_pairs"] == 1


@pytest.mark.parametrize(
    "named",
    [
        [{"slice_id": "sd2"}, {"slice_id": "sd4"}],
        [{"doc_id": "d2"}, {"doc_id": "d4"}],
        [{"id": "feed-d2"}, {"id": "feed-d4"}],
        [{"path": "news/a.jsonl", "row": 2}, {"path": "news/a.jsonl", "row": 4}],
        [{"text": f" {TEXTS['d2']} "}, {"text": TEXTS["d4"]}],
    ],
    ids=["slice", "document", "feed", "place", "text"],
)
def test_assess_against_labels_however_they_name_a_slice(named: list[dict[str, Any]]) -> None:
    labels = [{**row, "label": label} for row, label in zip(named, "ab", strict=True)]
    found = assess(home(), "news", labels=[*labels, {"text": "没有这句", "label": "c"}])["labels"]
    assert (found["n"], found["given"], found["classes"]) == (2, 3, 2)
    assert found["tags"]["purity"] == found["level_2"]["nmi"] == found["twice_the_classes"]["b3"]["f1"] == 1.0
    assert found["level_1"]["purity"] == 0.5


def test_assess_with_labels_of_another_day_says_so() -> None:
    with pytest.raises(UsageError, match="None of the labels"):
        assess(home(), "news", labels=[{"text": "没有这句", "label": "c"}])


def test_read_labels_takes_objects_and_skips_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"text": "库存", "label": "a"}, ensure_ascii=False) + "\n\n", encoding="utf-8")
    assert read_labels(path) == [{"text": "库存", "label": "a"}]


@pytest.mark.parametrize(
    "line", ['{"text": "甲"}', '{"label": "a"}', "[1]", "{"], ids=["label", "name", "list", "json"]
)
def test_read_labels_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"doc_id": "d", "label": "a"}\n' + line, encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        read_labels(path)


def test_read_labels_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_labels(tmp_path / "none.jsonl")
