"""The knowledge graph: what is a node, what every edge rests on, and the files that other programs read."""

import json
import re
from decimal import Decimal
from typing import Any

import networkx as nx
import pytest

from assets.tags.graph.build import build_graph
from assets.tags.graph.canvas import EVIDENCE, Canvas
from assets.tags.graph.files import CONTEXT, graph_to_graphml, graph_to_jsonld
from assets.tags.graph.html import graph_to_html
from assets.text.spans import sha256_text
from resources.errors import UsageError
from tests.assets.tags.rows import DAYS, TEXTS, home


@pytest.fixture(scope="module")
def graph() -> dict[str, Any]:
    return build_graph(home())


def edges_of(graph: dict[str, Any], kind: str) -> set[tuple[str, str]]:
    return {(edge["source"], edge["target"]) for edge in graph["edges"] if edge["kind"] == kind}


def test_build_graph_has_every_kind_of_node(graph: dict[str, Any]) -> None:
    assert graph["counts"]["nodes"] == {
        "contract": 1, "document": 4, "event": 2, "fact": 1, "institution": 2, "move": 1, "product": 1, "tag": 5,
    }  # fmt: skip


def test_build_graph_joins_records_by_their_names(graph: dict[str, Any]) -> None:
    assert edges_of(graph, "contract_of") == {("contract:SC2406", "product:SC")}
    assert edges_of(graph, "applies_to") == {("fact:f1", "contract:SC2406")}
    assert edges_of(graph, "decided_by") == {("fact:f1", "institution:临海商品交易所")}
    assert ("event:move:SC2406@2024-04-18", "document:d1") in edges_of(graph, "reported_in")
    assert ("tag:t3", "contract:SC2406") in edges_of(graph, "about")
    assert edges_of(graph, "repeats") == {("document:d4", "document:d1")}
    assert edges_of(graph, "narrower") == {("tag:t2", tag) for tag in ("tag:t3", "tag:t4", "tag:t5")}


def test_build_graph_makes_one_node_of_a_tag_on_two_days(graph: dict[str, Any]) -> None:
    node = next(node for node in graph["nodes"] if node["id"] == "tag:t3")
    assert (node["label"], node["days"], node["n_leaves"]) == ("库存累积", list(DAYS), 3)


def test_build_graph_edges_lead_to_their_sentences(graph: dict[str, Any]) -> None:
    without = {edge["kind"] for edge in graph["edges"] if not edge["evidence"]}
    assert without == {"narrower", "repeats"}
    texts = {**TEXTS, "barSC2406": "symbol\nSC"}
    for edge in graph["edges"]:
        assert len(edge["evidence"]) <= min(EVIDENCE, edge["n"])
        for cited in edge["evidence"]:
            assert texts[cited["doc_id"]][cited["start"] : cited["end"]] == cited["quote"]
            assert sha256_text(cited["quote"]) == cited["sha256"]


def test_build_graph_takes_moves_from_the_threshold_up() -> None:
    assert build_graph(home(), threshold=Decimal(0))["counts"]["nodes"]["move"] == 2
    assert "move" not in build_graph(home(), threshold=Decimal(4))["counts"]["nodes"]


def test_build_graph_keeps_to_its_days() -> None:
    assert build_graph(home(), since="2024-05-01")["nodes"] == []
    only = build_graph(home(), until=DAYS[0])
    assert {node["kind"] for node in only["nodes"]} == {"tag"}
    assert "tag:t5" not in {node["id"] for node in only["nodes"]}


@pytest.mark.parametrize(
    ("subject", "there", "gone"),
    [
        ("原油", {"product:SC", "contract:SC2406", "fact:f1"}, {"tag:t4"}),
        ("sc2406", {"contract:SC2406", "document:d2", "event:move:SC2406@2024-04-18"}, {"document:d4", "tag:t5"}),
        ("云帆研究所", {"institution:云帆研究所", "document:d1", "tag:t2"}, {"fact:f1"}),
        ("库存累积", {"tag:t3", "tag:t2", "document:d2"}, {"tag:t4"}),
    ],
)
def test_build_graph_around_a_subject(subject: str, there: set[str], gone: set[str]) -> None:
    names = {node["id"] for node in build_graph(home(), subject=subject)["nodes"]}
    assert there <= names
    assert not gone & names


def test_build_graph_of_an_unknown_subject_names_what_is_near() -> None:
    with pytest.raises(UsageError, match=r"near: .*库存累积"):
        build_graph(home(), subject="库存累积量")
    with pytest.raises(UsageError, match="leave --subject out"):
        build_graph(home(), subject="zzz")


def test_build_graph_leaves_out_what_has_no_source_any_more() -> None:
    reader = home()
    for name in ("slices", "bars"):
        reader.tables[name] = []
    found = build_graph(reader)
    assert not edges_of(found, "supported_by")
    assert [edge["evidence"] for edge in found["edges"] if edge["kind"] == "moved"] == [[]]


def test_canvas_keeps_the_same_spans_in_whatever_order_they_come() -> None:
    spans = [("bar", 0, -1), ("d2", 5, 9), ("d1", 3, 4), ("d1", 1, 2), ("d3", 0, 1)]
    kept = []
    for order in (spans, spans[::-1]):
        canvas = Canvas()
        for span in order:
            canvas.edge("a:1", "b:2", "mentions", span)
        kept.append(canvas.edges["a:1", "b:2", "mentions"].spans)
    assert kept[0] == kept[1] == {("d1", 1, 2), ("d1", 3, 4), ("d2", 5, 9)}


def test_graphml_opens_with_the_same_counts(graph: dict[str, Any]) -> None:
    read = nx.parse_graphml(graph_to_graphml(graph))
    assert read.number_of_nodes() == len(graph["nodes"])
    assert read.number_of_edges() == len(graph["edges"])
    assert {data["kind"] for *_, data in read.edges(data=True)} == set(graph["counts"]["edges"])
    assert all(json.loads(data["evidence"]) is not None for *_, data in read.edges(data=True))


def test_jsonld_holds_a_triple_and_a_statement_for_each_edge(graph: dict[str, Any]) -> None:
    document = json.loads(graph_to_jsonld(graph))
    entries = {entry["@id"]: entry for entry in document["@graph"]}
    assert len(entries) == len(document["@graph"])
    kinds = set(graph["counts"]["edges"])
    triples = {
        (name, kind, end) for name, entry in entries.items() for kind in kinds & entry.keys() for end in entry[kind]
    }
    assert len(triples) == len(graph["edges"])
    statements = [entry for entry in entries.values() if entry["@type"] == "rdf:Statement"]
    assert {(entry["subject"], entry["object"]) for entry in statements} == {(a, b) for a, _, b in triples}
    named = {end for _, _, end in triples} | {one for entry in statements for one in entry.get("evidence", [])}
    assert named <= set(entries)
    terms = {key for entry in entries.values() for key in entry if not key.startswith("@")}
    assert terms <= set(CONTEXT)
    assert all(re.fullmatch(r"[^\s<>\"{}|\\^`]+", name) for name in entries)


def test_html_is_one_offline_file_in_which_nothing_is_markup(graph: dict[str, Any]) -> None:
    page = graph_to_html(graph, TEXTS)
    assert "<script>alert" not in page
    assert page.count("<script") == page.count("</script>") == 2
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|fetch\(|innerHTML""", page)
    assert "知识图谱" in page


def test_html_shows_a_name_inside_its_sentence(graph: dict[str, Any]) -> None:
    found = re.search(r'id="data">(.*?)</script>', graph_to_html(graph, TEXTS), re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    said = [one for edge in data["edges"] for one in edge[4] if one[3] == "云帆研究所"]
    assert said[0][2:] == ["原油期货主力合约SC2406大跌，", "云帆研究所", "认为库存增加。"]


def test_html_of_nothing_says_so() -> None:
    assert "没有节点" in graph_to_html(build_graph(home(), since="2030-01-01"))


def test_graph_files_are_equal_the_second_time(graph: dict[str, Any]) -> None:
    again = build_graph(home())
    for make in (graph_to_graphml, graph_to_jsonld, graph_to_html):
        assert make(graph) == make(again)
