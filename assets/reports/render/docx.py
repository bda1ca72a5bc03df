"""A report as DOCX: styles, Chinese faces, real footnotes, cross references to a source cited before.

python-docx writes no footnotes, so their part is made here. The same report gives the same bytes: no clock goes into the
properties or the archive.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from assets.reports.render.figures import Figures, chart_svg, tags_svg
from assets.reports.render.page import VIEW_HEADS, Page, Source, lay_out
from assets.reports.render.pdf import svg_to_png

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["to_docx"]

SERIF, SANS = ("Times New Roman", "宋体"), ("Arial", "黑体")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FOOTNOTES_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_OLDEST = (1980, 1, 1, 0, 0, 0)
#: Control characters that no XML file may hold, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Width of the text on A4 with the margins below, in centimetres.
_TEXT_CM = 16.0


def to_docx(report: Mapping[str, Any], figures: Figures | None = None) -> bytes:
    """Return the report as DOCX."""
    import docx

    page = lay_out(report)
    document = docx.Document()
    _dress(document, report, page)
    _Body(document, page).write(figures or Figures())
    _attach_footnotes(document, page.sources)
    out = io.BytesIO()
    document.save(out)
    return _without_clock(out.getvalue())


def _dress(document: "Document", report: Mapping[str, Any], page: Page) -> None:
    """Set properties, paper and styles."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    core = document.core_properties
    core.title, core.author, core.comments = _clean(page.title)[:255], "Leafroot", "机器起草"
    core.subject, core.last_modified_by = _clean(report["id"])[:255], "Leafroot"
    core.created = core.modified = dt.datetime.combine(dt.date.fromisoformat(report["date"]), dt.time())
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    styles = document.styles
    for name, faces, size in (
        ("Normal", SERIF, 10.5),
        ("Title", SANS, 18),
        ("Heading 1", SANS, 13),
        ("Caption", SANS, 9),
        ("Quote", SANS, 9),
    ):
        _face(styles[name], faces)
        styles[name].font.size = Pt(size)
    styles["Normal"].paragraph_format.line_spacing = 1.4
    styles["Normal"].paragraph_format.space_after = Pt(6)
    text = styles.add_style("Footnote Text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = styles["Normal"]
    text.font.size = Pt(8.5)
    text.paragraph_format.line_spacing = 1.1
    text.paragraph_format.space_after = Pt(1)
    mark = styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True
    _footer(section, report["id"])


def _face(style: Any, faces: tuple[str, str]) -> None:
    """Set Latin and Chinese faces; without eastAsia Word takes another face for Chinese."""
    from docx.oxml.ns import qn

    style.font.name = faces[0]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), faces[1])


def _footer(section: Any, report_id: str) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(f"机器起草 · {_clean(report_id)} · ")
    _field(paragraph, "PAGE", "1")


class _Body:
    """Writes the body; remembers which sources have had their footnote."""

    def __init__(self, document: "Document", page: Page) -> None:
        self.document, self.page = document, page
        self.placed: set[int] = set()

    def write(self, figures: Figures) -> None:
        """Write title, label, charts, parts, views, tags and the list of sources."""
        self.document.add_paragraph(_clean(self.page.title), style="Title")
        for words in self.page.label:
            self.document.add_paragraph(_clean(words), style="Caption")
        for flag in self.page.flags:
            self.document.add_paragraph(_clean(flag), style="Intense Quote")
        for chart in figures.charts:
            self._picture(chart_svg(chart))
        for part in self.page.parts:
            self.document.add_heading(_clean(part.heading), level=1)
            if part.note:
                self.document.add_paragraph(_clean(part.note), style="Quote")
            for line in part.lines:
                paragraph = self.document.add_paragraph()
                paragraph.add_run(_clean(line.text))
                self._marks(paragraph, line.notes)
                if line.carried_words:
                    paragraph.add_run(f"（{line.carried_words}）")
        self._views()
        if figures.tags:
            self.document.add_heading("标签", level=1)
            self._picture(tags_svg(figures.tags))

    def _picture(self, svg: str) -> None:
        from docx.shared import Cm

        self.document.add_picture(io.BytesIO(svg_to_png(svg)), width=Cm(_TEXT_CM))

    def _views(self) -> None:
        if not self.page.views:
            return
        self.document.add_heading("各方观点", level=1)
        table = self.document.add_table(rows=1, cols=len(VIEW_HEADS) + 1, style="Table Grid")
        for cell, head in zip(table.rows[0].cells, (*VIEW_HEADS, "来源"), strict=True):
            cell.text = head
        for row in self.page.views:
            cells = table.add_row().cells
            for cell, words in zip(cells, row.cells, strict=False):
                cell.text = _clean(words)
            self._marks(cells[-1].paragraphs[0], row.notes)

    def _marks(self, paragraph: "Paragraph", numbers: Sequence[int]) -> None:
        """A source's footnote where it is cited first, a reference to that footnote where it is cited again."""
        for n in numbers:
            if n in self.placed:
                _field(paragraph, f"NOTEREF _note{n} \\f \\h", str(n), style="Footnote Reference")
            else:
                self.placed.add(n)
                _footnote(paragraph, n)


def _footnote(paragraph: "Paragraph", number: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), f"_note{number}")
    run = paragraph.add_run(style="Footnote Reference")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    run._r.append(reference)  # noqa: SLF001 - python-docx gives the element no other way
    run._r.addprevious(start)  # noqa: SLF001
    run._r.addnext(end)  # noqa: SLF001


def _field(paragraph: "Paragraph", code: str, shown: str, *, style: str | None = None) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "", style=style)
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
            run._r.append(element)  # noqa: SLF001
        elif kind != "shown":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)  # noqa: SLF001


def _attach_footnotes(document: "Document", sources: Sequence[Source]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{i}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for i, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    notes = "".join(_note_xml(source) for source in sources)
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{separators}{notes}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, xml.encode(), document.part.package)
    document.part.relate_to(part, _FOOTNOTES_REL)


def _note_xml(source: Source) -> str:
    words = " ".join(_clean(f"{source.title}（{source.place}）：{source.quote}").split())
    return (
        f'<w:footnote w:id="{source.number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(words)}</w:t></w:r></w:p></w:footnote>'
    )


def _clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def _without_clock(data: bytes) -> bytes:
    """Pack the archive again with one date for all members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as write:
        for name in read.namelist():
            member = zipfile.ZipInfo(name, _OLDEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            write.writestr(member, read.read(name))
    return out.getvalue()
