"""Markdown, HTML and JSON of a report: complete, numbered, harmless."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from assets.reports.build import build_report
from assets.reports.render.canonical import to_json
from assets.reports.render.html import to_html
from assets.reports.render.markdown import to_markdown
from assets.reports.render.notes import label_of
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, document, home

NASTY = '<script>alert(1)</script>[x](http://evil.test) **粗** `码` =HYPERLINK("x") "引"\'号\' & 库存12万吨'


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    lone = document(f"原油{NASTY}", f"东港原油{NASTY}，较上周减少3万吨。", source=f"源{NASTY}"[:40], row=9)
    return build_report(home([*DOCUMENTS, lone], BARS), "extreme_move", "SC3008", DAY)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def read(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    return parser


def test_to_html_shows_text_as_text(report: dict[str, Any]) -> None:
    page = read(to_html(report))
    assert {tag for tag, _ in page.tags} <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "span",
        "section",
        "sup",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ol",
        "li",
        "br",
        "mark",
    }
    assert any("<script>alert(1)</script>" in data for data in page.shown)
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)


def test_to_html_needs_nothing_from_outside(report: dict[str, Any]) -> None:
    page = read(to_html(report))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links
    assert all(link and link.startswith("#n") for link in links)
    assert not any("src" in attrs for _, attrs in page.tags)


def test_to_html_markers_and_sources_correspond(report: dict[str, Any]) -> None:
    page = read(to_html(report))
    marks = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    listed = [f"#{attrs['id']}" for tag, attrs in page.tags if tag == "li"]
    assert marks == set(listed)
    assert len(listed) == len(set(listed))


def test_to_html_shows_label_status_and_context(report: dict[str, Any]) -> None:
    reader = home(DOCUMENTS, BARS)
    texts = {row["doc_id"]: row["text"] for row in [*DOCUMENTS, *BARS]}
    plain = to_html(report)
    assert "机器起草（抽取式引擎，未用模型）" in plain
    assert "草稿（未核验）" in plain
    whole = to_html(report, lambda doc_id: texts.get(doc_id, ""))
    assert len(whole) > len(plain)
    assert reader.publication == 1


def test_to_markdown_markers_and_sources_correspond(report: dict[str, Any]) -> None:
    text = to_markdown(report)
    body, _, sources = text.partition("## 资料来源")
    marks = {int(n) for n in re.findall(r"\\\[(\d+)\\\]", body)}
    listed = [int(n) for n in re.findall(r"^(\d+)\. ", sources, re.MULTILINE)]
    assert listed == list(range(1, len(listed) + 1))
    assert marks == set(listed)


def test_to_markdown_shows_text_as_text(report: dict[str, Any]) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(to_markdown(report))
    page = read(html)
    assert not {"script", "a", "strong", "code"} & {tag for tag, _ in page.tags}


@pytest.mark.parametrize(("engine", "words"), [("extractive", "未用模型"), ("qwen", "模型：qwen")])
def test_label_of_names_the_engine(engine: str, words: str) -> None:
    assert words in label_of(engine)


def test_to_json_is_one_spelling(report: dict[str, Any]) -> None:
    text = to_json(report)
    assert json.loads(text) == report
    assert text == to_json(dict(reversed(list(report.items()))))


def test_renderers_take_a_report_without_views_or_documents() -> None:
    empty = build_report(home([]), "daily", "all", DAY)
    assert "资料不全" in to_html(empty)
    assert "没有相关资料" in to_markdown(empty)


def test_to_html_names_who_took_a_view_back() -> None:
    morning = document(
        "原油", "青檀期货沈听雨说，管道停运，短线油价还要涨。", published=f"{DAY}T09:00:00+08:00", row=21
    )
    noon = document("改口", "青檀期货沈听雨午后收回了早间的看法。", published=f"{DAY}T14:00:00+08:00", row=22)
    report = build_report(home([morning, noon], BARS), "extreme_move", "SC3008", DAY)
    assert "（已改口）" in to_html(report)
    assert "（已改口）" in to_markdown(report)
