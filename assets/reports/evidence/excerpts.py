"""Cuts a document into excerpts that can be quoted: whole sentences, never torn from what they refer to.

What does not belong here: which of them a report uses (build.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assets.reports.evidence.model import Document, Excerpt
from assets.reports.evidence.roles import is_boilerplate, is_hostile, is_rumour, is_unsourced, role_of
from assets.text.sentences import split_sentences

__all__ = ["ENDS", "Piece", "cut_document", "skip_dateline", "skip_label"]

#: Longest excerpt that joining may make.
MAX_JOINED = 260
#: A sentence shorter than this announces the next one (一是库存。).
SHORT = 8
_DATELINE = re.compile(
    r"\s*(?:（(?:转自|转载自|来源[：:]?|据)?[^）。]{1,24}(?:供稿|报道)?）\s*|来源[：:]\s*\S{2,16}\s+"
    r"|[-*•·●■]\s+|[（(]?[一二三四五六七八九十]{1,2}(?:[)）]、?|、)\s*|[^，。：:；\s]{0,16}?\d{1,2}月\d{1,2}日?(?:电|讯|消息)[，,：:]?\s*|本报讯\s*|【[^】]{1,24}】\s*)"
)
#: What a paragraph may be headed by; the sentence starts behind it and the label tells its role.
_LABEL = re.compile(
    r"((?:行情|事件|市场)?(?:概述|回顾)|原因(?:分析|方面)?|影响(?:分析|方面)?|后市(?:展望|观点|分析)?|未来走势(?:分析)?|走势展望|应对(?:策略|措施)|(?:操作|策略)?建议|展望|结论|摘要)[：:]\s*"
)
#: A sentence that opens like this leans on the one before it.
_LEANS = re.compile(
    r"(?:他|她|它|其(?!中[，、]?[一-龥]*期货)|该(?!院)|这(?!份|一周|周)|此(?!前)|上述|对方|同时|此外|另外|不过|但|而且|并且|也|还|则|因此|所以|故|"
    r"声明(?:还|也|未|称)|答复|公告还|后者|前者|与此|对此|为此|其次|再次|最后[一，]|一是|二是|三是|四是|自同日|自上述|首先|又|相反|当中)"
)
#: A sentence that opens like this speaks of somebody or something named before it, and can never be quoted alone.
_PRONOUN = re.compile(
    r"(?:他|她|它|其(?!中|他|余|实|次|间)|该(?!院|国|周|月|日)|上述|对方|后者|前者|这(?:一|些|家|位|名|个|类)(?!周|天|年))"
)
#: Marks that end a sentence; a line without one is a heading or a cell of a table.
ENDS = "。！？!?；;…”"
_TRIM_END = "。；;，, "


@dataclass(frozen=True)
class Piece:
    """One quotable excerpt with its role; `barred` says why it must not be stated as it stands."""

    excerpt: Excerpt
    role: str
    barred: str | None = None

    @property
    def text(self) -> str:
        return self.excerpt.text


def skip_dateline(text: str, start: int, end: int) -> int:
    """Return where a sentence starts behind its dateline (`某社4月18日电`) and repost mark (`（转自某社）`)."""
    while True:
        match = _DATELINE.match(text, start, end)
        if match is None or match.end() >= end:
            return start
        start = match.end()


def skip_label(text: str, start: int, end: int) -> int:
    """Return where a sentence starts behind the heading of its paragraph (`原因分析：`)."""
    match = _LABEL.match(text, start, end)
    return match.end() if match and match.end() < end else start


def cut_document(document: Document) -> list[Piece]:
    """Cut a document into pieces in reading order.

    A sentence that leans on the one before it is joined with it; where that one is barred, the leaning one is barred
    as well. A document that is mostly addressed to a program yields nothing.
    """
    text = document.text
    spans = [(skip_dateline(text, a, b), b) for a, b in _rejoined(text)]
    hostile = sum(b - a for a, b in spans if is_hostile(text[a:b]))
    if hostile * 3 > sum(b - a for a, b in spans):
        return []
    return list(_joined(document, spans))


def _rejoined(text: str) -> list[tuple[int, int]]:
    """Sentences; a part behind a semicolon stays with its sentence where the whole is short."""
    out: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        if out and text[out[-1][1] - 1] in "；;" and "\n" not in text[out[-1][1] : start] and end - out[-1][0] <= 160:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _TRIM_END:
        end -= 1
    return end


def _bar(text: str, *, ended: bool) -> str | None:
    if is_hostile(text):
        return "hostile"
    if is_boilerplate(text, ended=ended):
        return "boilerplate"
    if is_rumour(text) or is_unsourced(text):
        return "rumour"
    return None


def _joined(document: Document, spans: list[tuple[int, int]]) -> Iterator[Piece]:
    text, label = document.text, ""
    held: Piece | None = None
    for start, raw in spans:
        if text.rfind("\n", 0, start) >= (held.excerpt.end if held else 0):
            label = ""
        labelled = _LABEL.match(text, start, raw)
        if labelled and labelled.end() < raw:
            label, start = labelled[1], labelled.end()
        end = _trimmed(text, start, raw)
        if start >= end:
            continue
        sentence = text[start:end]
        barred = _bar(sentence, ended=text[raw - 1] in ENDS)
        if held is not None and not labelled and _leans(sentence, held, text[held.excerpt.end : start]):
            barred = None if barred == "boilerplate" else barred
            if held.barred == "boilerplate":
                pass
            elif held.barred or barred:
                barred = barred or held.barred
            elif end - held.excerpt.start <= MAX_JOINED:
                held = _extended(held, end, role_of(sentence, label))
                continue
        if held is not None:
            yield _finished(held)
        barred = barred or ("leaning" if _PRONOUN.match(sentence) else None)
        held = Piece(Excerpt(document, start, end), role_of(sentence, label), barred)
    if held is not None:
        yield _finished(held)


def _finished(piece: Piece) -> Piece:
    """A piece that still announces something says nothing by itself."""
    return replace(piece, barred=piece.barred or "boilerplate") if piece.text.endswith(("：", ":")) else piece


def _leans(sentence: str, held: Piece, gap: str) -> bool:
    """Whether a sentence cannot stand without the one before it."""
    if gap.count("\n") > 1:
        return False
    if held.text.endswith(("：", ":")) or _LEANS.match(sentence):
        return True
    return len(re.split(r"[。！？\n]", held.text)[-1]) < SHORT and gap.startswith("。")


def _extended(held: Piece, end: int, role: str) -> Piece:
    """The piece up to a later end; it keeps its role unless that says little."""
    weak = held.role in ("fact", "other", "price") and role != "other"
    return Piece(Excerpt(held.excerpt.document, held.excerpt.start, end), role if weak else held.role, held.barred)
