"""PDF text: lines of each page without running heads and page numbers, wrapped lines joined again.

Kangxi radicals that some text layers hold in place of hanzi are folded to them; nothing else is normalised. A page whose
text layer is missing or garbled is named as failed: its text is never taken for the page's. How a page is laid out is
found in `assets/corpora/readers/layout.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assets.corpora.dates import find_stated_date
from assets.corpora.decode import MIN_FREQUENT, common_share, is_plausible
from assets.corpora.readers.layout import Box, TableRow, lay_out, rule_lines
from assets.corpora.readers.plain import find_stated_source
from assets.corpora.readers.raw import Extract, refusal
from assets.corpora.readers.tables import describe_tables

__all__ = ["close_spaces", "drop_running_lines", "fold_radicals", "join_lines", "read_pdf", "repair_bytes"]

_RADICAL = re.compile(r"[\u2e80-\u2fdf]")
#: Radicals that Unicode gives no compatibility mapping, as simplified text uses them.
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺈⺊⺌⺗⺟⺠⺫⺼⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "厂乙刀卜小心母民目月虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u200b\ufeff]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd]")
_CID = re.compile(r"\(cid:\d+\)")
_HANZI = re.compile(r"[\u3400-\u9fff]")
_SPACED = re.compile(r"(?<=[\u3400-\u9fff，。；：！？、]) (?=[\u3400-\u9fff，。；：！？、])")
_LATIN = re.compile(r"[\x80-\xffŒœŠšŸŽžƒˆ˜†‡ˆ‰€‚„‹›™]")
_PAGE_NUMBER = re.compile(
    r"[\s\-—–·|]*(?:第\s*)?\d{1,4}\s*页?(?:\s*(?:[/／,，]|共|of)\s*(?:共\s*)?\d{1,4}\s*页?)?[\s\-—–·|]*|(?:page|p\.)\s*\d+(?:\s*of\s*\d+)?",
    re.IGNORECASE,
)
#: A page number that says so: 3 / 209, 第3页, 第3页 共209页.
_PAGE_COUNT = re.compile(
    r"[\s\-—–]*(?:(\d{1,4})\s*[/／]\s*\d{1,4}|第\s*(\d{1,4})\s*页(?:\s*[/／,，]?\s*共\s*\d{1,4}\s*页)?)[\s\-—–]*"
)
_EDGE_NUMBER = re.compile(
    r"^\d{1,4}\s*(?=\D)|(?:第\s*)?\d{1,4}(?:\s*[/／]\s*\d{1,4})?\s*页?(?:\s*共\s*\d{1,4}\s*页)?\s*$"
)
_ENDS = ("。", "！", "？", "；", "：", ".", "!", "?", ";", ":", "”", "」", "…")
_STARTS = re.compile(
    r"\s*(?:第[〇零一二三四五六七八九十百千万\d\s]{1,12}[编章节条款]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、．.]|\d{1,2}(?:\.\d{1,2}){0,3}(?:[、．]|\.(?!\d)|\s(?![年月日时手元吨桶万亿个%％]))|[•●◆■▪➢✓①-⑳\-—])"
)
#: Lines at the top and at the bottom of a page among which heads are sought, and pages that must share one.
EDGE = 3
REPEATED = 3
MAX_HEAD = 60
#: Fewer visible characters a page, on average, are no text layer.
SPARSE = 10
MAX_PRIVATE = 0.05
#: What is wrong with a page.
GARBLED, SCAN, DAMAGED = "garbled", "needs_ocr", "unreadable"
#: A page with no more characters than a page number has, and an image over more than this share of it, is a scan.
BARE_PAGE = 12
SCANNED = 0.3
#: Pages of a file and characters of a page; more are no document.
MAX_PAGES = 5_000
MAX_CHARS = 60_000
#: A page with as many lines has a width of its own.
MANY_LINES = 8
#: Points by which the columns of a table may differ from one page to the next.
SAME_EDGE = 6.0
#: Above this share of Latin characters beyond ASCII a text is bytes in disguise; no language writes so.
MAX_LATIN = 0.3


@dataclass(frozen=True)
class _Page:
    """The lines of one page, and why they are not taken: null where they are."""

    lines: list[str]
    problem: str | None = None


def read_pdf(data: bytes, source: str) -> Extract:
    """Read the text layer of a PDF.

    Returns:
        Text with, in `meta`, the start of each page (`pages`; of a failed one where it would stand), the numbers of pages
        in all and read (`page_count`, `pages_read`), the failed ones with their reason (`failed_pages`), and `tables`.

    Raises:
        DocumentError: with reason `encrypted`, `unreadable` or `needs_ocr`.
    """
    found = _pages(data, source)
    pages = [page.lines if page.problem is None else [] for page in found]
    failed = [{"page": number, "reason": page.problem} for number, page in enumerate(found, 1) if page.problem]
    visible = sum(len(line) for page in pages for line in page)
    if visible < SPARSE * min(len(pages), 3) or visible < 2 * (len(pages) - len(failed)):
        garbled = any(one["reason"] == GARBLED for one in failed)
        problem = (
            "the PDF's text layer holds other characters than it shows" if garbled else "the PDF has no text layer"
        )
        raise refusal("needs_ocr", source, problem, "run it through character recognition first, or get it as DOCX")
    text, starts, marks = _put_together(_merge_tables(drop_running_lines(pages)))
    moment = find_stated_date(text)
    meta: dict[str, Any] = {"pages": starts, "page_count": len(pages), "pages_read": len(pages) - len(failed)}
    if failed:
        meta["failed_pages"] = failed
    tables = describe_tables(text.split("\n"), [table for table, _ in marks], [page for _, page in marks])
    return Extract(
        text=text,
        published=moment.published if moment else None,
        date_origin="text" if moment else None,
        source=find_stated_source(text),
        meta=meta | ({"tables": tables} if tables else {}),
    )


def close_spaces(line: str) -> str:
    """Take out the blanks that some text layers put between all hanzi of a line."""
    spaced = len(_SPACED.findall(line))
    return _SPACED.sub("", line) if spaced >= 3 and spaced >= 0.5 * (len(_HANZI.findall(line)) - 1) else line


def fold_radicals(text: str) -> str:
    """Replace Kangxi and CJK radicals with the hanzi that they look like."""
    return _RADICAL.sub(lambda found: _SUPPLEMENT.get(found[0]) or unicodedata.normalize("NFKC", found[0]), text)


def repair_bytes(text: str) -> str:
    """Read Latin characters as the GB18030 bytes that they are, where common hanzi come of it."""
    if _latin_share(text) <= MAX_LATIN:
        return text
    raw = b"".join(one.encode("cp1252", "ignore") or one.encode("latin-1", "ignore") for one in text)
    # Byte AD, a soft hyphen in Latin, comes out as a plain one.
    raw = re.sub(rb"(?<=[\x81-\xfe])-", b"\xad", raw)
    repaired = raw.decode("gb18030", "replace")
    return (
        repaired if common_share(repaired) >= MIN_FREQUENT and repaired.count("\ufffd") * 20 <= len(repaired) else text
    )


def drop_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Take out page numbers, and lines that stand at the same place of three pages or more."""
    counts: Counter[tuple[int, str]] = Counter()
    for page in pages:
        counts.update({(place, _without_number(line)) for place, line in _edges(page)})

    def is_running(place: int, line: str) -> bool:
        bare = _without_number(line)
        # Of two pages only the outermost line can be known for a head.
        needed = 2 if len(pages) == 2 and place in (0, -1) else REPEATED
        repeated = counts[place, bare] >= needed and 2 <= len(bare) <= MAX_HEAD
        if isinstance(line, TableRow):
            return False
        numbered = _PAGE_COUNT.fullmatch(line) or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(line))
        return repeated or bool(numbered)

    counted = _counted_lines(pages)
    out = []
    for page, count in zip(pages, counted, strict=True):
        dropped = {place for place, line in enumerate(page) if line == count}
        for side in (range(EDGE), range(-1, -1 - EDGE, -1)):
            for place, line in _edges(page):
                # From the outside in: what stands behind a line of its own is text.
                if place in side and (place in (0, -1) or place - side.step in dropped) and is_running(place, line):
                    dropped.add(place)
        out.append([line for at, line in enumerate(page) if at not in dropped and at - len(page) not in dropped])
    return out


def join_lines(pages: Sequence[Sequence[str]]) -> tuple[str, list[int]]:
    """Join lines that were broken in mid-sentence, over page breaks too.

    Returns:
        The text, and for each page the position where it starts in it.
    """
    text, starts, _ = _put_together(pages)
    return text, starts


def _put_together(pages: Sequence[Sequence[str]]) -> tuple[str, list[int], list[tuple[int | None, int]]]:
    """Join lines; also return, for each line of the text, its table and its page."""
    every = [line for page in pages for line in page if not isinstance(line, TableRow)]
    usual = _full_width(every)
    pieces: list[str] = []
    starts: list[int] = []
    marks: list[tuple[int | None, int]] = []
    length, last, full = 0, "", usual
    for number, page in enumerate(pages, start=1):
        starts.append(length)
        own = [line for line in page if not isinstance(line, TableRow)]
        # A page of narrow columns wraps earlier than the others.
        width = _full_width(own) if len(own) >= MANY_LINES else usual
        for place, line in enumerate(page):
            glue = _glue(last, line, full) if pieces else ""
            if glue == "\n" or not pieces:
                marks.append((line.table if isinstance(line, TableRow) else None, number))
            pieces += [glue, line]
            length += len(glue)
            if place == 0:
                starts[-1] = length
            length += len(line)
            last, full = line, width
    return "".join(pieces), starts, marks


def _merge_tables(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Number the tables of a document; one that goes on on the next page is the same, and its repeated header goes."""
    out: list[list[str]] = []
    number = 0
    header: TableRow | None = None
    before: str | None = None
    for page in pages:
        kept: list[str] = []
        local: tuple[int, int] | None = None
        for place, line in enumerate(page):
            if isinstance(line, TableRow):
                goes_on = place == 0 and isinstance(before, TableRow) and header is not None and _is_alike(header, line)
                if not goes_on and (local is None or local[0] != line.table):
                    number, header = number + 1, line
                local = (line.table, number)
                repeated = place == 0 and goes_on and header is not None and line.cells == header.cells
                if not repeated:
                    kept.append(TableRow.of(line.cells, number, line.edges))
            else:
                local = None
                kept.append(line)
            before = line
        out.append(kept)
    return out


def _is_alike(one: TableRow, other: TableRow) -> bool:
    """Tell whether two tables have the same columns."""
    return len(one.edges) == len(other.edges) and all(
        abs(left - right) <= SAME_EDGE for left, right in zip(one.edges, other.edges, strict=True)
    )


def _full_width(lines: Sequence[str]) -> int:
    widths = sorted(_width(line) for line in lines)
    return widths[int(len(widths) * 0.9)] if widths else 0


def _pages(data: bytes, source: str) -> list[_Page]:
    """Read the pages; each for itself, so that a damaged one costs no other."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or b"/Encrypt" in data[-4096:]:
            raise refusal("encrypted", source, "the PDF is encrypted", "save it without a password") from None
        raise refusal("unreadable", source, "the PDF is damaged or cut off", "get it again or save it anew") from None
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise refusal("too_large", source, f"the PDF has more than {MAX_PAGES} pages", "split it")
        pages = [_page(document, number) for number in range(count)]
    finally:
        document.close()
    if not any(page.problem != DAMAGED for page in pages):
        raise refusal("unreadable", source, "the PDF has no page that can be read", "get it again or save it anew")
    return pages


def _page(document: Any, number: int) -> _Page:
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
        plain = [
            line for line in text.get_text_range().replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()
        ]
        lines = [one for line in lay_out(_boxes(text), rule_lines(page), plain) if (one := _clean(line))]
        problem = _problem(lines, page)
        text.close()
        page.close()
    except pypdfium2.PdfiumError:
        return _Page([], DAMAGED)
    return _Page(lines, problem)


def _boxes(text: Any) -> list[Box]:
    """Return the characters of a page with their places and lines, in the order of the text layer."""
    import ctypes

    import pypdfium2.raw as raw

    count = min(raw.FPDFText_CountChars(text), MAX_CHARS)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    out = []
    line = 0
    for place in range(count):
        code = raw.FPDFText_GetUnicode(text, place)
        if code in (10, 13):
            line += 1
        elif (
            raw.FPDFText_GetCharBox(text, place, left, right, bottom, top)
            and 32 <= code < 0x110000
            and not 0xD800 <= code < 0xE000
        ):
            out.append(Box(chr(code), left.value, bottom.value, right.value, top.value, line))
    return out


def _problem(lines: Sequence[str], page: Any) -> str | None:
    """Tell what is wrong with a page's text layer, by its share of characters that no text has."""
    import pypdfium2.raw as raw

    text = "\n".join(lines)
    visible = len(text.replace("\n", "").replace(" ", ""))
    if visible <= BARE_PAGE:
        width, height = page.get_size()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
            left, bottom, right, top = thing.get_bounds()
            if (right - left) * (top - bottom) > SCANNED * width * height:
                return SCAN
        return None
    strange = len(_PRIVATE.findall(text)) + sum(len(one) for one in _CID.findall(text))
    if strange > MAX_PRIVATE * visible or _latin_share(text) > MAX_LATIN or not is_plausible(text):
        return GARBLED
    return None


def _clean(line: str) -> str:
    """Return a line without control characters and pseudo-blanks, radicals as hanzi, bytes in disguise as text."""
    if isinstance(line, TableRow):
        return TableRow.of([_clean(cell) for cell in line.cells], line.table, line.edges)
    line = repair_bytes(fold_radicals(_CONTROL.sub("", line)))
    return close_spaces(re.sub(r"[ \t\xa0]+", " ", line).strip(" \u3000"))


def _counted_lines(pages: Sequence[Sequence[str]]) -> list[str | None]:
    """Find the line of each page that counts it (3 / 209), wherever the text layer has it; all or none."""
    found: list[str | None] = []
    for number, page in enumerate(pages):
        counts = [(one, line) for line in page if (one := _PAGE_COUNT.fullmatch(line))]
        before = _PAGE_COUNT.fullmatch(found[-1] or "") if found else None
        wanted = int(before[1] or before[2]) + 1 if before else None
        right = [line for one, line in counts if wanted in (None, int(one[1] or one[2]))]
        if not right or (number and before is None):
            return [None] * len(pages)
        found.append(right[-1])
    return found if len(found) > 1 else [None] * len(pages)


def _edges(page: Sequence[str]) -> list[tuple[int, str]]:
    """Return the outer lines with their place: from the top 0, 1, 2; from the bottom -1, -2, -3."""
    size = min(EDGE, len(page))
    return list(enumerate(page[:size])) + [(place, page[place]) for place in range(-1, -1 - size, -1)]


def _without_number(line: str) -> str:
    """Return a line without the page number at its start or end."""
    return _EDGE_NUMBER.sub("", line).strip() or ("#" if _PAGE_NUMBER.fullmatch(line) else line)


def _glue(before: str, line: str, full: int) -> str:
    """Return what stands between two lines: nothing or a blank where the sentence goes on, else a line end."""
    if (
        isinstance(before, TableRow)
        or isinstance(line, TableRow)
        or before.endswith(_ENDS)
        or _width(before) < 0.8 * full
        or _STARTS.match(line)
    ):
        return "\n"
    return " " if before[-1].isascii() and line[0].isascii() and before[-1].isalnum() and line[0].isalnum() else ""


def _latin_share(text: str) -> float:
    return len(_LATIN.findall(text)) / max(1, len(text))


def _width(line: str) -> int:
    return sum(1 if one.isascii() else 2 for one in line)
