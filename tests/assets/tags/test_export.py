"""A tree as page, graph files, picture and outline; nothing in it is ever markup."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from assets.tags.compare import trend
from assets.tags.export import to_graphml, to_html, to_jsonld, to_markdown, to_svg, to_trend_svg
from assets.tags.grow import grow_tree
from assets.tags.profiles import load_profiles
from assets.tags.query import tree
from assets.tags.render.html import plain
from tests.assets.tags.frames import OIL, publish, slices_of, vectors_of
from tests.assets.tags.rows import home

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


def data_of(page: str) -> dict[str, Any]:
    """What the page draws from."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def leaves_of(tags: list[dict[str, Any]]) -> list[list[Any]]:
    return [leaf for tag in tags for leaf in [*tag["f"], *leaves_of(tag["k"])]]


def test_to_html_shows_tags_leaves_and_engine(oil: dict[str, Any]) -> None:
    page = to_html(oil)
    assert "抽取式（未用模型）" in page
    assert "原油舆情画像标签（2024-04-18）" in page
    tree = data_of(page)["trees"]["2024-04-18"]
    assert [root["l"] for root in tree["roots"]] == [root["label"] for root in oil["roots"]]
    assert len(leaves_of(tree["roots"])) == len(OIL) + 1
    assert 'id="search"' in page


def test_to_html_names_no_outside_host_and_escapes_everything(oil: dict[str, Any]) -> None:
    page = to_html(oil)
    assert "<script>alert" not in page
    assert "</script>alert" not in page.replace('</script>\n<script>\n"use strict"', "")
    assert page.count("<script") == page.count("</script>") == 2
    assert "\\u003cscript\\u003ealert(1)" in page
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|fetch\(|XMLHttpRequest|innerHTML""", page)


def test_to_html_names_what_was_left_out(oil: dict[str, Any]) -> None:
    page = to_html({**oil, "stats": {**oil["stats"], "excluded": {"irrelevant": 7}}})
    assert "与主题无关 7" in page


def test_to_html_leads_each_sentence_to_its_place_in_the_document(oil: dict[str, Any]) -> None:
    texts = {
        leaf["citation"]["doc_id"]: f"前言😀。{leaf['citation']['quote']}\n尾声。"
        for root in oil["roots"]
        for leaf in _all(root)
    }
    moved = json.loads(json.dumps(oil))
    for root in moved["roots"]:
        for leaf in _all(root):
            leaf["citation"]["start"] += 4
            leaf["citation"]["end"] += 4
    data = data_of(to_html(moved, texts=texts))
    for place, start, end, said_start, said_end, *_ in leaves_of(data["trees"]["2024-04-18"]["roots"]):
        document = data["docs"][place]
        assert document["x"] == [[0, texts[document["i"]], len(texts[document["i"]])]]
        quote = texts[document["i"]][start:end]
        assert quote == texts[document["i"]][4:-4]
        assert said_start == -1 or quote[said_start:said_end].strip()


def test_to_html_shows_a_long_document_around_what_is_cited(oil: dict[str, Any]) -> None:
    leaf = _all(oil["roots"][0])[0]
    quote = leaf["citation"]["quote"]
    text = "甲" * 20_000 + quote + "乙" * 20_000
    cited = {**leaf, "citation": {**leaf["citation"], "start": 20_000, "end": 20_000 + len(quote)}}
    root = {**oil["roots"][0], "children": [], "leaves": [cited]}
    data = data_of(to_html({**oil, "roots": [root]}, texts={leaf["citation"]["doc_id"]: text}))
    [[offset, piece, length]] = data["docs"][0]["x"]
    assert (offset, length) == (18_500, 3000 + len(quote))
    assert piece == text[offset : offset + length]
    assert data["docs"][0]["cut"] is True


def test_to_html_brings_other_days_and_their_counts(oil: dict[str, Any]) -> None:
    other = {**oil, "date": "2024-04-17", "roots": oil["roots"][:1]}
    tag = oil["roots"][0]["tag_id"]
    data = data_of(to_html(oil, others=[other], counts={"2024-04-17": {tag: 3}}))
    assert data["days"] == ["2024-04-17", "2024-04-18"]
    assert data["counts"]["2024-04-17"] == {tag: 3}
    assert data["counts"]["2024-04-18"][tag] == oil["roots"][0]["n_leaves"]
    assert len(data["trees"]["2024-04-17"]["roots"]) == 1


def test_plain_names_marks_of_direction() -> None:
    assert plain("价\u202e格\u200f") == "价‹U+202E›格‹U+200F›"


def test_to_html_of_an_empty_tree_says_so() -> None:
    page = to_html(shown([]))
    assert "没有标签" in page
    assert data_of(page)["trees"]["2024-04-18"]["roots"] == []


def _all(tag: dict[str, Any]) -> list[dict[str, Any]]:
    return [*tag["leaves"], *(leaf for child in tag["children"] for leaf in _all(child))]


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


def texts_of(svg: str) -> list[str]:
    return ["".join(found.itertext()) for found in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_to_trend_svg_draws_a_line_with_its_days_and_numbers() -> None:
    said = texts_of(to_trend_svg(trend(home(), "t3")))
    assert {"t3 各日片段数", "04-17", "04-18", "1", "2"} <= set(said)
    assert "原因分析 › 库存累积（news，共 3）" in said


def test_to_trend_svg_says_what_it_leaves_out() -> None:
    lines = trend(home(), "t3")
    many = {"tag": "<b>", "tags": [{**lines["tags"][0], "label": str(n)} for n in range(10)]}
    svg = to_trend_svg(many)
    assert "另有 2 个标签" in texts_of(svg)
    assert "<b>" not in svg


def test_to_trend_svg_of_a_tree_over_all_days_says_so() -> None:
    lines = trend(home(), "t3")["tags"]
    undated = [{**one, "points": [{"date": None, "n_leaves": 1, "share_pct": 1.0}]} for one in lines]
    assert "没有按日的标签。" in texts_of(to_trend_svg({"tag": "t3", "tags": undated}))


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
