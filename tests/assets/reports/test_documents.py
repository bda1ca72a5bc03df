"""PDF and DOCX of a report, read back: every hanzi and every source is there, words stay words, bytes stay the same."""

import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from assets.reports.build import build_report
from assets.reports.render.docx import to_docx
from assets.reports.render.figures import Chart, ChartBar, Figures, TagLine, chart_svg, tags_svg
from assets.reports.render.html import to_html
from assets.reports.render.notes import Notes
from assets.reports.render.page import WITHDRAWN, lay_out
from assets.reports.render.pdf import svg_to_png, to_pdf
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, document, home

NASTY = '#set text(red) $x^2$ *粗* `码` <a> @b [x](http://e.test) =HYPERLINK("x") \u202e倒\u202c & \\ 库存12万吨'
HANZI = re.compile("[\u4e00-\u9fff]")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURES = Figures(
    (
        Chart(
            "SC3008",
            "元/桶",
            DAY,
            tuple(
                ChartBar(day, Decimal(open_), Decimal(open_) + 9, Decimal(open_) - 9, Decimal(close), Decimal(close))
                for day, open_, close in ((f"{DAY[:-2]}11", 660, 655), (DAY, 655, 641))
            ),
        ),
    ),
    (TagLine("原油<b>", 0, 2, 5), TagLine("库存", 1, 1, 2)),
)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    lone = document(f"原油{NASTY}", f"东港原油{NASTY}，较上周减少3万吨。", source="源", row=9)
    return build_report(home([*DOCUMENTS, lone], BARS), "extreme_move", "SC3008", DAY)


def pdf_text(data: bytes) -> str:
    import pypdfium2

    document_ = pypdfium2.PdfDocument(data)
    pages = []
    for i in range(len(document_)):
        page = document_[i]
        textpage = page.get_textpage()
        pages.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document_.close()
    return "".join(pages)


def docx_parts(data: bytes) -> tuple[str, list[str]]:
    """Text of the body and of each footnote."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
    told = ["".join(t.text or "" for t in note.iter(f"{W}t")) for note in notes if note.get(f"{W}type") is None]
    return "".join(t.text or "" for t in body.iter(f"{W}t")), told


def hanzi(text: str) -> int:
    return len(HANZI.findall(text))


def body_of(report: dict[str, Any]) -> str:
    page = lay_out(report)
    said = [page.title, *(line.text for part in page.parts for line in part.lines)]
    return "".join([*said, *(cell for row in page.views for cell in row.cells)])


def test_to_pdf_holds_every_hanzi_and_every_source(report: dict[str, Any]) -> None:
    bare = "".join(pdf_text(to_pdf(report)).split())
    page = lay_out(report)
    for line in (line for part in page.parts for line in part.lines):
        assert hanzi(line.text) <= hanzi(bare)
    wanted = body_of(report) + "".join(s.title + s.quote for s in page.sources)
    assert hanzi(bare) >= hanzi(wanted)
    assert {int(n) for n in re.findall(r"\[(\d+)\]", bare)} >= set(range(1, len(page.sources) + 1))
    assert "机器起草（抽取式引擎，未用模型）" in bare


def test_to_pdf_gives_the_same_bytes(report: dict[str, Any]) -> None:
    assert to_pdf(report, FIGURES) == to_pdf(report, FIGURES)


def test_to_pdf_shows_text_as_text(report: dict[str, Any]) -> None:
    bare = "".join(pdf_text(to_pdf(report)).split())
    for piece in ("#settext(red)", "$x^2$", "*粗*", '=HYPERLINK("x")'):
        assert piece in bare


def test_to_pdf_embeds_its_fonts(report: dict[str, Any]) -> None:
    data = to_pdf(report)
    assert b"NotoSerifSC" in data
    assert data.startswith(b"%PDF")


def test_to_docx_holds_every_hanzi_and_a_footnote_for_each_source(report: dict[str, Any]) -> None:
    body, notes = docx_parts(to_docx(report))
    page = lay_out(report)
    assert len(notes) == len(page.sources)
    for note, source in zip(notes, page.sources, strict=True):
        assert hanzi(note) >= hanzi(source.title + source.quote)
    assert hanzi(body) >= hanzi(body_of(report))


def test_to_docx_cites_as_often_as_the_report(report: dict[str, Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(report))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    placed = [int(one.get(f"{W}id")) for one in body.iter(f"{W}footnoteReference")]
    again = [one.text for one in body.iter(f"{W}instrText") if "NOTEREF" in (one.text or "")]
    page = lay_out(report)
    assert placed == list(range(1, len(page.sources) + 1))
    marks = sum(len(line.notes) for part in page.parts for line in part.lines) + sum(len(v.notes) for v in page.views)
    assert len(placed) + len(again) == marks


def test_to_docx_is_read_by_others_and_has_chinese_faces(report: dict[str, Any]) -> None:
    import docx

    read = docx.Document(io.BytesIO(to_docx(report, FIGURES)))
    assert read.paragraphs[0].text == report["title"]
    fonts = read.styles["Normal"].element.rPr.rFonts
    assert fonts.get(f"{W}eastAsia") == "宋体"
    assert len(read.inline_shapes) == 2


def test_to_docx_gives_the_same_bytes(report: dict[str, Any]) -> None:
    assert to_docx(report, FIGURES) == to_docx(report, FIGURES)


def test_to_docx_leaves_out_what_xml_cannot_hold(report: dict[str, Any]) -> None:
    odd = {**report, "title": "题\x00目\ud800\x0b"}
    assert docx_parts(to_docx(odd))[0].startswith("题目")


def test_chart_svg_marks_the_day_and_escapes_names() -> None:
    svg = chart_svg(FIGURES.charts[0])
    assert f"▲ {DAY}" in svg
    assert svg.count("<polyline") == 1
    assert "原油&lt;b&gt;" in tags_svg(FIGURES.tags)
    assert svg_to_png(svg).startswith(b"\x89PNG")


def test_chart_svg_of_a_day_without_any_move() -> None:
    flat = ChartBar(DAY, Decimal(5), Decimal(5), Decimal(5), Decimal(5), None)
    svg = chart_svg(Chart("X", "", DAY, (flat, flat)))
    assert "<polyline" not in svg
    assert "NaN" not in svg


def test_to_html_leads_each_number_to_its_span_in_the_text(report: dict[str, Any]) -> None:
    lone = document(f"原油{NASTY}", f"东港原油{NASTY}，较上周减少3万吨。", source="源", row=9)
    reader = home([*DOCUMENTS, lone], BARS)
    html = to_html(report, reader.text, FIGURES)
    root = etree.HTML(html)
    marks = {mark.get("id"): "".join(mark.itertext()) for mark in root.iter("mark") if mark.get("id")}
    links = {a.get("href") for a in root.iter("a")}
    assert links == {f"#{name}" for name in marks}
    alone = [
        item for item in Notes(report).items if sum(o["doc_id"] == item["doc_id"] for o in Notes(report).items) == 1
    ]
    numbers = {(i["doc_id"], i["start"]): n for n, i in enumerate(Notes(report).items, 1)}
    assert all(marks[f"c{numbers[item['doc_id'], item['start']]}"] == item["quote"] for item in alone)
    assert "<script" not in html
    assert html.count("<svg") == 2


def test_to_html_shows_a_long_text_around_its_spans_only() -> None:
    text = "前" * 4000 + "库存增加三成。" + "后" * 4000
    cited = {
        "doc_id": "d",
        "title": "题",
        "path": "p",
        "row": None,
        "start": 4000,
        "end": 4007,
        "sha256": "",
        "quote": text[4000:4007],
    }
    sentence = {"text": "据题，库存增加三成。", "claims": [], "citations": [cited]}
    made = {
        "id": "k:s:2030-01-01", "title": "题", "version": 1, "date": "2030-01-01", "status": "checked", "engine": "extractive", "publication": 1,
        "sections": [{"heading": "一", "note": None, "sentences": [sentence]}], "viewpoints": [], "manifest": {}, "checks": [],
    }  # fmt: skip
    html = to_html(made, lambda _: text)
    assert html.count("前") <= 700
    assert html.count("……") == 2
    gone = to_html(
        {
            **made,
            "sections": [
                {
                    "heading": "一",
                    "note": None,
                    "sentences": [{**sentence, "citations": [{**cited, "withdrawn": True}]}],
                }
            ],
        },
        lambda _: text,
    )
    assert WITHDRAWN in gone
    assert "前前" not in gone


def test_lay_out_tells_who_approved_and_what_to_know(report: dict[str, Any]) -> None:
    done = {"action": "approved", "by": "林岚", "at": "2030-06-13T01:00:00+00:00", "reason": None}
    page = lay_out({**report, "status": "approved", "decisions": [done], "notices": ["资料有变。"]})
    assert page.label[2] == "批准：林岚（2030-06-13）"
    assert page.flags == ("资料有变。",)
    assert lay_out(report).label[2] == "批准人：尚未批准"
