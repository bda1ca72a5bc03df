"""leafroot relevance, as a user calls it on the sample home."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from leafroot.api import Leafroot
from tests.homes import Call

DAY = "2024-04-18"


@pytest.fixture(scope="module")
def own_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample home, to write labels into."""
    return Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("own") / "home"))


def labels(home: Path) -> list[dict[str, Any]]:
    """Labels of the sample's news: by whether they name oil."""
    reader = Leafroot(home).reader
    rows = reader.rows("documents", where={"lane": "news"}, columns=["doc_id"])
    made = [{"doc_id": row["doc_id"], "label": "原油" in reader.text(row["doc_id"])} for row in rows]
    extra = [{"text": f"第{n}号：{what}，市场关注后续安排。", "label": about} for n in range(14) for what, about in
             (("原油库存下降，布伦特收高", True), ("生猪存栏回升，仔猪补栏积极", False))]  # fmt: skip
    reader.close()
    return [*made, *extra]


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_show_says_why_documents_were_left_out(call: Call, sample_home: Path) -> None:
    said = call("relevance", "show", "news", "--date", DAY, "--home", sample_home, "--json")
    answer = json.loads(said.out)
    assert (said.code, answer["kept"] > 0) == (0, True)
    assert answer["kept"] + answer["left_out"] == len(answer["decisions"])
    for one in answer["decisions"]:
        by_rule = one["rule"] in {"title_drop", "title_keep"}
        assert by_rule or one["relevant"] == (one["score"] >= one["threshold"])
        assert one["engine"] == "keywords"


def test_explain_is_about_one_document(call: Call, sample_home: Path) -> None:
    shown = json.loads(call("relevance", "show", "news", "--home", sample_home, "--json").out)["decisions"]
    doc_id = shown[0]["doc_id"]
    told = json.loads(call("relevance", "explain", doc_id, "--home", sample_home, "--json").out)["decisions"]
    assert {one["doc_id"] for one in told} == {doc_id}
    assert call("relevance", "explain", doc_id, "--home", sample_home).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("propose", "newss"), "did you mean news"),
        (("train", "news", "--by", "王"), "0 labels are too few"),
        (("report", "news"), "has no relevance model"),
        (("label", "news", "--by", "王"), "in a terminal only"),
        (("label", "news", "--text", "甲", "--by", "王"), "--yes or --no"),
        (("propose", "news", "-n", "0"), "at least one"),
        (("show", "news", "--date", "1999-01-01"), "No decision on"),
        (("explain", "nothing"), "No document"),
        (("label", "news", "--import", "missing.jsonl"), "cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_relevance_refuses_in_one_sentence(call: Call, sample_home: Path, words: tuple[str, ...], told: str) -> None:
    said = call("relevance", *words, "--home", sample_home)
    assert said.code == 2
    assert told in said.err


def test_label_names_bad_rows_and_takes_the_good(call: Call, own_home: Path, tmp_path: Path) -> None:
    bad = ["{", {"doc_id": "nothing", "label": True}, {"text": "甲", "label": "maybe"}, {"label": True}]
    filled = write(tmp_path / "few.jsonl", [*bad, {"text": "棉花收低", "label": False, "by": "李"}])
    said = call("relevance", "label", "research", "--import", filled, "--by", "王", "--home", own_home, "--json")
    answer = json.loads(said.out)
    assert (said.code, answer["taken"], len(answer["rejected"])) == (1, 1, 4)
    assert answer["rejected"][1]["message"].startswith("few.jsonl, line 2: no document has the id nothing")


def test_label_without_a_name_is_refused(call: Call, own_home: Path) -> None:
    said = call("relevance", "label", "research", "--text", "甲", "--yes", "--home", own_home, "--json")
    assert (said.code, "nobody is named" in said.out) == (1, True)


def test_labels_train_a_model_that_the_trees_take_up(call: Call, own_home: Path, tmp_path: Path) -> None:
    from assets.tags.defs import CODE_VERSION, code_version
    from resources.settings import Settings
    from sensors.due import due_days

    filled = write(tmp_path / "labels.jsonl", labels(own_home))
    taken = call("relevance", "label", "news", "--import", filled, "--by", "王", "--home", own_home)
    assert (taken.code, "0 were there already" in taken.out) == (0, True)
    before = call("relevance", "propose", "news", "-n", "5", "--home", own_home)
    assert (before.code, "has a label" in before.out) == (0, True)
    picture = tmp_path / "news.svg"
    trained = call("relevance", "train", "news", "--by", "王", "--svg", picture, "--home", own_home, "--json")
    figures = json.loads(trained.out)
    assert figures["auc"] > 0.9
    assert figures["recall_at_threshold"] >= 0.95
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    other = call("relevance", "label", "news", "--text", "第0号：原油库存下降，布伦特收高，市场关注后续安排。", "--no", "--by", "李", "--home", own_home, "--json")  # fmt: skip
    assert json.loads(other.out)["contradicted"] == 1
    again = json.loads(call("relevance", "report", "news", "--home", own_home, "--json").out)
    assert (again["new_labels"], again["fingerprint"]) == (1, figures["fingerprint"])
    reader = Leafroot(own_home).reader
    version = code_version(reader.value("SELECT value FROM home WHERE key = 'basis_id'"), Settings())
    assert CODE_VERSION in version
    assert DAY in due_days(reader, version, "other", reports=False)
    reader.close()
