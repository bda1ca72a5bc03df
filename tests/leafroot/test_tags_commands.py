"""The commands about tags and the graph, as a user calls them on the sample home."""

import json
import shutil
from pathlib import Path

import networkx as nx
import pytest
from openpyxl import load_workbook

from assets.tags.judge.tables import COLUMNS
from tests.homes import Call

DAY = "2024-04-18"


@pytest.fixture(scope="module")
def own_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample home, to write answers into."""
    return Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("own") / "home"))


def test_tags_needs_a_profile(call: Call, sample_home: Path) -> None:
    said = call("tags", "--home", sample_home)
    assert (said.code, "--profile" in said.err) == (2, True)


def test_tags_html_brings_its_other_days(call: Call, sample_home: Path, tmp_path: Path) -> None:
    page = tmp_path / "tags.html"
    assert call("tags", "--profile", "news", "--date", DAY, "--html", page, "--home", sample_home).code == 0
    assert '"2024-04-17"' in page.read_text(encoding="utf-8")


def test_tags_trend_by_label(call: Call, sample_home: Path, tmp_path: Path) -> None:
    picture, pixels = tmp_path / "trend.svg", tmp_path / "trend.png"
    files = ("--svg", picture, "--png", pixels)
    said = call("tags", "trend", "行情概述", "--profile", "news", *files, "--json", "--home", sample_home)
    assert pixels.read_bytes().startswith(b"\x89PNG")
    points = said.json["tags"][0]["points"]
    assert {"date": DAY, "n_leaves": 8, "share_pct": 47.06} in points
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "行情概述" in call("tags", "trend", "行情概述", "--home", sample_home).out


def test_tags_compare_two_days(call: Call, sample_home: Path) -> None:
    said = call("tags", "compare", "--profile", "news", "2024-04-17", DAY, "--json", "--home", sample_home)
    assert {row["label"] for row in said.json["grown"]} >= {"行情概述"}
    assert "kept" in call("tags", "compare", "--profile", "news", "2024-04-17", DAY, "--home", sample_home).out
    assert call("tags", "compare", "--profile", "news", "soon", DAY, "--home", sample_home).code == 2
    assert call("tags", "compare", "--profile", "policy", "2024-04-17", DAY, "--home", sample_home).code == 2


def test_tags_quality_with_and_without_labels(call: Call, sample_home: Path, tmp_path: Path) -> None:
    tree = call("tags", "--profile", "news", "--date", DAY, "--json", "--home", sample_home).json
    labels = tmp_path / "labels.jsonl"
    lines = [
        json.dumps({"slice_id": leaf["slice_id"], "label": root["label"]})
        for root in tree["roots"]
        for child in root["children"]
        for leaf in child["leaves"]
    ]
    labels.write_text("\n".join(lines), encoding="utf-8")
    options = ("--profile", "news", "--date", DAY, "--home", sample_home)
    found = call("tags", "quality", *options, "--labels", labels, "--json").json
    assert found["labels"]["level_1"]["purity"] == found["labels"]["level_1"]["ari"] == 1.0
    assert found["labels"]["n"] == tree["stats"]["slices"]
    assert "coverage placed" in call("tags", "quality", *options).out
    assert "labels n" in call("tags", "quality", *options, "--labels", labels).out


def test_tags_review_goes_out_and_comes_back(call: Call, own_home: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.xlsx"
    out = call("tags", "review", "--profile", "news", "--date", DAY, "-o", sheet, "--json", "--home", own_home)
    assert out.json["questions"]["label_fits"] > 5
    assert "SHA-256" in out.json["rule"]
    book = load_workbook(sheet)
    rows, heading = book["问题"], list(COLUMNS)
    for row in rows.iter_rows(min_row=2, max_row=4):
        row[heading.index("判断")].value = "否"
        row[heading.index("更好的名称")].value = "更好的名称"
    book.save(sheet)
    taken = call("tags", "review", "--import", sheet, "--by", "王", "--json", "--home", own_home).json
    assert (taken["taken"], taken["answers"]) == (3, {"label_fits": {"no": 3}})
    assert {row["decision"] for row in taken["vocabulary"]} == {"preferred"}
    again = call("tags", "review", "--import", sheet, "--by", "王", "--json", "--home", own_home).json
    assert again["publication"] == taken["publication"]
    assert call("tags", "quality", "--profile", "news", "--date", DAY, "--json", "--home", own_home).json[
        "reviews"
    ] == {"label_fits": {"no": 3}}
    assert "preferred" in call("tags", "review", "--import", sheet, "--by", "李", "--home", own_home).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tags", "review"], "--profile"),
        (["tags", "review", "--import", "none.csv"], "--by"),
        (["tags", "review", "--import", "none.csv", "--by", "王"], "none.csv"),
        (["tags", "review", "--profile", "news", "--size", "0"], "--size 0"),
        (["tags", "review", "--profile", "news", "-o", "sheet.ods"], "sheet.ods"),
        (["tags", "trend", "没有这个标签"], "没有这个标签"),
        (["tags", "--profile", "policy", "--png", "none/a.png"], "none/a.png"),
        (["graph", "--subject", "没有这个主体"], "没有这个主体"),
        (["graph", "--since", "soon"], "--since soon"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_bad_input_is_told_in_a_sentence(call: Call, sample_home: Path, words: list[str], says: str) -> None:
    said = call(*words, "--home", sample_home)
    assert said.code == 2
    assert says in said.err
    assert "Traceback" not in said.err


def test_tags_review_shows_its_questions(call: Call, sample_home: Path) -> None:
    assert "抽样规则" in call("tags", "review", "--profile", "policy", "--home", sample_home).out


def test_graph_prints_counts_and_writes_its_files(call: Call, sample_home: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("g.graphml", "g.jsonld", "g.html")]
    said = call("graph", "--subject", "原油", "--graphml", files[0], "--jsonld", files[1], "--html", files[2], "--json", "--home", sample_home)  # fmt: skip
    nodes, edges = len(said.json["nodes"]), len(said.json["edges"])
    read = nx.read_graphml(files[0])
    assert (read.number_of_nodes(), read.number_of_edges()) == (nodes, edges)
    statements = [
        one for one in json.loads(files[1].read_text(encoding="utf-8"))["@graph"] if one["@type"] == "rdf:Statement"
    ]
    assert len(statements) == edges
    assert "原油" in files[2].read_text(encoding="utf-8")
    assert "mentions" in call("graph", "--since", DAY, "--until", DAY, "--threshold", "5", "--home", sample_home).out


def test_trace_of_a_tag_of_the_graph_leads_to_its_documents(call: Call, sample_home: Path) -> None:
    nodes = call("graph", "--json", "--home", sample_home).json["nodes"]
    tag = next(node["id"].removeprefix("tag:") for node in nodes if node["kind"] == "tag")
    assert call("trace", tag, "--json", "--home", sample_home).json["citations"]


def test_answers_change_the_names_of_the_next_run(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    home, sheet = tmp_path / "home", tmp_path / "sheet.xlsx"
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "tags").code == 0
    tags = ("tags", "--profile", "news", "--date", DAY, "--json", "--home", home)
    label = next(child["label"] for root in call(*tags).json["roots"] for child in root["children"])
    call("tags", "review", "--profile", "news", "--date", DAY, "-o", sheet, "--home", home)
    book, heading = load_workbook(sheet), list(COLUMNS)
    for row in book["问题"].iter_rows(min_row=2):
        if row[heading.index("标签")].value == label and row[heading.index("类型")].value == "label_fits":
            row[heading.index("判断")].value, row[heading.index("更好的名称")].value = "否", "更好的名称"
    book.save(sheet)
    assert call("tags", "review", "--import", sheet, "--by", "王", "--json", "--home", home).json["taken"] == 1
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "tags").code == 0
    after = {child["label"] for root in call(*tags).json["roots"] for child in root["children"]}
    assert "更好的名称" in after
    assert label not in after
