"""Small PDF, DOCX and XLSX files made by hand, so that no binary stands in the repository."""

import io
import zipfile
import zlib
from collections.abc import Sequence

import openpyxl

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def pdf(pages: Sequence[Sequence[str]], *, trailer: str = "", encoding: str = "gb18030") -> bytes:
    """Make a PDF whose simple font holds the bytes of the lines, as some Chinese producers write them."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = b"".join(
            b"1 0 0 1 50 %d Tm <%s> Tj\n" % (780 - 14 * n, line.encode(encoding).hex().encode())
            for n, line in enumerate(lines)
        )
        stream = zlib.compress(b"BT /F1 9 Tf\n" + shown + b"ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % content
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _assembled(objects, trailer)


def _assembled(objects: Sequence[bytes], trailer: str) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (len(objects) + 1, table, len(objects) + 1, trailer.encode(), len(out))


def placed_pdf(
    pages: Sequence[tuple[Sequence[tuple[float, float, str]], Sequence[tuple[float, float, float, float]]]],
    *,
    size: int = 10,
    image: bool = False,
) -> bytes:
    """Make a PDF of texts at places (x, y) and of rulings (x0, y0, x1, y1), in a font that tells its characters."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /FontDescriptor 5 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
    ]
    kids = []
    for texts, rules in pages:
        drawn = b"".join(b"%.1f %.1f m %.1f %.1f l S\n" % rule for rule in rules)
        shown = b"".join(
            b"1 0 0 1 %.1f %.1f Tm <%s> Tj\n" % (x, y, text.encode("utf-16-be").hex().encode()) for x, y, text in texts
        )
        scan = b"q 595 0 0 842 0 0 cm /I1 Do Q\n" if image and not texts else b""
        stream = zlib.compress(scan + drawn + b"BT /F1 %d Tf\n" % size + shown + b"ET")
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /I1 6 0 R >> >> >>"
            % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _assembled(objects, "")


def ruled(
    rows: Sequence[Sequence[str]], *, left: float = 60, top: float = 600, width: float = 110, height: float = 20
) -> tuple[list[tuple[float, float, str]], list[tuple[float, float, float, float]]]:
    """Return the texts and rulings of a table."""
    size, count = len(rows[0]), len(rows)
    texts = [
        (left + width * c + 4, top - height * (r + 1) + 6, cell)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    ]
    across = [(left, top - height * r, left + width * size, top - height * r) for r in range(count + 1)]
    down = [(left + width * c, top - height * count, left + width * c, top) for c in range(size + 1)]
    return texts, [*across, *down]


ENCRYPTED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >> /ID [<{'01' * 16}> <{'01' * 16}>]"


def docx(body: str, *, numbering: str = "", styles: str = "", head: str = "", name: str = "word/document.xml") -> bytes:
    """Make a DOCX of the inner XML of its body."""
    overrides = (
        [("document", "document.main")]
        + ([("numbering", "numbering")] if numbering else [])
        + ([("styles", "styles")] if styles else [])
    )
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_PART}.{kind}+xml"/>' for part, kind in overrides
    )
    relations = "".join(
        f'<Relationship Id="r{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>' for part, _ in overrides[1:]
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELS}">{relations}</Relationships>',
        name: f"{head}<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {W}>{numbering}</w:numbering>"
    if styles:
        parts["word/styles.xml"] = f"<w:styles {W}>{styles}</w:styles>"
    return zipped(parts)


def zipped(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def xlsx(sheets: dict[str, Sequence[Sequence[object]]], formats: dict[str, str] | None = None) -> bytes:
    """Make a workbook; `formats` gives number formats by cell of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for cell, form in (formats or {}).items():
        book.worksheets[0][cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
