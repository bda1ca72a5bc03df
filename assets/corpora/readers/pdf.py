"""PDF text: lines of each page without running heads and page numbers, wrapped lines joined again.

Kangxi radicals that some text layers hold in place of hanzi are folded to them; nothing else is normalised.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from assets.corpora.dates import find_stated_date
from assets.corpora.decode import MIN_FREQUENT, common_share, is_plausible
from assets.corpora.readers.plain import find_stated_source
from assets.corpora.readers.raw import Extract, refusal

__all__ = ["drop_running_lines", "fold_radicals", "join_lines", "read_pdf", "repair_bytes"]

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
#: Above this share of Latin characters beyond ASCII a text is bytes in disguise; no language writes so.
MAX_LATIN = 0.3


def read_pdf(data: bytes, source: str) -> Extract:
    """Read the text layer of a PDF.

    Returns:
        Text with the start of each page in `meta["pages"]`.

    Raises:
        DocumentError: with reason `encrypted`, `unreadable`, `needs_ocr` or `garbled`.
    """
    pages = [_lines(page) for page in _page_texts(data, source)]
    visible = sum(len(line) for page in pages for line in page)
    if visible < SPARSE * min(len(pages), 3) or visible < 2 * len(pages):
        raise refusal("needs_ocr", source, "the PDF has no text layer", "run it through character recognition first")
    whole = "\n".join(line for page in pages for line in page)
    strange = len(_PRIVATE.findall(whole)) > MAX_PRIVATE * len(whole) or _latin_share(whole) > MAX_LATIN
    if strange or not is_plausible(whole):
        raise refusal(
            "garbled",
            source,
            "the PDF's text layer holds other characters than it shows",
            "save it again with embedded fonts or as DOCX",
        )
    text, starts = join_lines(drop_running_lines(pages))
    moment = find_stated_date(text)
    return Extract(
        text=text,
        published=moment.published if moment else None,
        date_origin="text" if moment else None,
        source=find_stated_source(text),
        meta={"pages": starts},
    )


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
    widths = sorted(_width(line) for page in pages for line in page)
    full = widths[int(len(widths) * 0.9)] if widths else 0
    pieces: list[str] = []
    starts: list[int] = []
    length, last = 0, ""
    for page in pages:
        starts.append(length)
        for place, line in enumerate(page):
            glue = _glue(last, line, full) if last else ""
            pieces += [glue, line]
            length += len(glue)
            if place == 0:
                starts[-1] = length
            length += len(line)
            last = line
    return "".join(pieces), starts


def _page_texts(data: bytes, source: str) -> list[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or b"/Encrypt" in data[-4096:]:
            raise refusal("encrypted", source, "the PDF is encrypted", "save it without a password") from None
        raise refusal("unreadable", source, "the PDF is damaged or cut off", "get it again or save it anew") from None
    texts = []
    try:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            page.close()
    except pypdfium2.PdfiumError:
        raise refusal(
            "unreadable", source, f"page {len(texts) + 1} of the PDF is damaged", "get it again or save it anew"
        ) from None
    finally:
        document.close()
    if not texts:
        raise refusal("unreadable", source, "the PDF has no page", "get it again or save it anew")
    return texts


def _lines(page: str) -> list[str]:
    page = _CONTROL.sub("", page.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (
        re.sub(r"[ \t\xa0]+", " ", line).strip(" \u3000") for line in repair_bytes(fold_radicals(page)).split("\n")
    )
    return [line for line in lines if line]


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
    if before.endswith(_ENDS) or _width(before) < 0.8 * full or _STARTS.match(line):
        return "\n"
    return " " if before[-1].isascii() and line[0].isascii() and before[-1].isalnum() and line[0].isalnum() else ""


def _latin_share(text: str) -> float:
    return len(_LATIN.findall(text)) / max(1, len(text))


def _width(line: str) -> int:
    return sum(1 if one.isascii() else 2 for one in line)
