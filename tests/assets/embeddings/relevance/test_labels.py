"""People's labels: kept as given, the newest counts."""

import json
from pathlib import Path

import pytest

from assets.embeddings.relevance.labels import append_labels, forget_labels, label_of, labels_path, read_labels
from assets.text.spans import sha256_text
from resources.errors import UsageError


def test_read_labels_takes_the_newest_and_counts_contradictions(tmp_path: Path) -> None:
    path = labels_path(tmp_path, "news")
    assert read_labels(path).in_force == ()
    first = label_of("", "甲", relevant=True, by="王", when="2026-01-02")
    second = label_of("", "甲", relevant=False, by="李", when="2026-01-03")
    late = label_of("", "甲", relevant=True, by="赵", when="2026-01-01")
    assert append_labels(path, [first]) == 1
    assert append_labels(path, [first]) == 0
    assert append_labels(path, [second, late]) == 2
    known = read_labels(path)
    assert (known.given, known.contradicted, known.positive) == (3, 1, 0)
    assert known.in_force == (second,)


def test_read_labels_knows_a_change_of_mind_from_a_contradiction(tmp_path: Path) -> None:
    path = labels_path(tmp_path, "news")
    verdicts = [
        label_of("", "甲", relevant=yes, by="王", when=f"2026-01-0{day}") for day, yes in ((1, True), (2, False))
    ]
    append_labels(path, verdicts)
    known = read_labels(path)
    assert (known.contradicted, known.positive, len(known.in_force)) == (0, 0, 1)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"text": "甲"}',
        json.dumps({"sha256": sha256_text("乙"), "title": "", "text": "甲", "relevant": True, "by": "王", "when": ""}),
        json.dumps({"sha256": sha256_text("甲"), "title": "", "text": "甲", "relevant": 1, "by": "王", "when": ""}),
    ],
    ids=["broken", "list", "short", "changed", "kind"],
)
def test_read_labels_names_the_bad_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "news.labels.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"news\.labels\.jsonl, line 2: "):
        read_labels(path)


def test_read_labels_refuses_another_charset(tmp_path: Path) -> None:
    path = tmp_path / "news.labels.jsonl"
    path.write_bytes("甲".encode("gb18030"))
    with pytest.raises(UsageError, match="UTF-8"):
        read_labels(path)


def test_forget_labels_takes_a_withdrawn_text_out(tmp_path: Path) -> None:
    for name in ("news", "own"):
        labels = [label_of("", text, relevant=True, by="王", when="") for text in ("甲", "乙")]
        append_labels(labels_path(tmp_path, name), labels[: 2 if name == "news" else 1])
    assert forget_labels(tmp_path, sha256_text("乙")) == ["news"]
    assert [label.text for label in read_labels(labels_path(tmp_path, "news")).in_force] == ["甲"]
