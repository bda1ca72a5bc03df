"""A tree as page, graph files, picture and outline; nothing in it is ever markup."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from assets.tags.export import to_graphml, to_html, to_jsonld, to_markdown, to_svg
from assets.tags.grow import grow_tree
from assets.tags.profiles import load_profiles
from assets.tags.query import tree
from tests.assets.tags.frames import OIL, publish, slices_of, vectors_of

HOSTILE = (
    "<script>alert(1)</script>",
    "原油期货收报642.4元，跌幅3.15%<script>alert(1)</script>**加粗**[链接](http://x.example)。\x0b",
)


def shown(documents: list[tuple[str, str]], profile: str = "news") -> dict[str, Any]:
    frame, table = slices_of(documents), vectors_of([text for _, text in documents])
    grown = grow_tree(load_profiles({"free": {"lane": "news"}})[profile], "2024-04-18", frame, table, basis_id="b")
    return tree(publish((grown, frame)), profile)


@pytest.fixture(scope="module")
def oil() -> dict[str, Any]:
    return shown([*OIL, HOSTILE])


def test_to_html_shows_tags_leaves_and_engine(oil: dict[str, Any]) -> None:
    page = to_html(oil)
    assert "抽取式（未用模型）" in page
    assert "原油舆情画像标签（2024-04-18）" in page
    assert all(root["label"] in page for root in oil["roots"])
    assert page.count('class="leaf"') == len(OIL) + 1
    assert 'id="search"' in page


def test_to_html_names_no_outside_host_and_escapes_everything(oil: dict[str, Any]) -> None:
    page = to_html(oil)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import""", page)


def test_to_html_names_what_was_left_out(oil: dict[str, Any]) -> None:
    page = to_html({**oil, "stats": {**oil["stats"], "excluded": {"irrelevant": 7}}})
    assert "与主题无关：7" in page


def test_to_html_of_an_empty_tree_says_so() -> None:
    assert "没有标签" in to_html(shown([]))


def test_to_graphml_holds_every_tag_slice_and_document(oil: dict[str, Any]) -> None:
    graph = nx.parse_graphml(to_graphml(oil))
    kinds = [data["kind"] for _, data in graph.nodes(data=True)]
    assert kinds.count("slice") == kinds.count("document") == len(OIL) + 1
    assert {data["kind"] for *_, data in graph.edges(data=True)} == {"narrower", "evidence", "part_of"}
    assert nx.is_directed_acyclic_graph(graph)


def test_to_jsonld_states_its_vocabulary_inline(oil: dict[str, Any]) -> None:
    document = json.loads(to_jsonld(oil))
    assert isinstance(document["@context"], dict)
    by_id = {entry["@id"]: entry for entry in document["@graph"]}
    concepts = [entry for entry in by_id.values() if entry["@type"] == "skos:Concept"]
    assert {iri for entry in concepts for iri in entry.get("evidence", [])} <= set(by_id)
    assert all(by_id[entry["broader"]]["narrower"].count(entry["@id"]) == 1 for entry in concepts if "broader" in entry)


def test_to_jsonld_of_an_undated_tree_without_a_subject(oil: dict[str, Any]) -> None:
    document = json.loads(to_jsonld({**oil, "date": None, "subject": None, "roots": []}))
    assert document["@graph"][0]["@id"] == "urn:leafroot:tree:news"


def test_to_svg_is_well_formed_with_readable_labels(oil: dict[str, Any]) -> None:
    picture = ET.fromstring(to_svg(oil))
    texts = ["".join(found.itertext()) for found in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert all(any(root["label"] in text for text in texts) for root in oil["roots"])
    assert not list(picture.iter("{http://www.w3.org/2000/svg}script"))


def test_to_svg_says_what_it_leaves_out(oil: dict[str, Any]) -> None:
    child = {**oil["roots"][0], "children": [], "leaves": [], "level": 2}
    wide = {**oil["roots"][0], "children": [child] * 12}
    assert "另有 3 个标签" in to_svg({**oil, "roots": [wide]})


def test_to_markdown_escapes_markup(oil: dict[str, Any]) -> None:
    outline = to_markdown(oil)
    assert "<script>" not in outline
    assert "**加粗**" not in outline
    assert "抽取式（未用模型）" in outline


def test_to_markdown_cuts_a_long_outline(oil: dict[str, Any]) -> None:
    outline = to_markdown({**oil, "roots": oil["roots"] * 60})
    assert "行从略" in outline


def test_to_markdown_of_an_empty_tree_says_so() -> None:
    assert "没有标签" in to_markdown(shown([]))


def test_exports_are_equal_the_second_time(oil: dict[str, Any]) -> None:
    again = shown([*OIL, HOSTILE])
    for export in (to_html, to_graphml, to_jsonld, to_svg, to_markdown):
        assert export(oil) == export(again)
