"""Where one sentence ends and the next begins, as spans of the stored text.

What does not belong here: slices (records/slices) and paragraphs of a rulebook (records/clauses).
"""

import re

__all__ = ["split_sentences"]

#: Ends a sentence; repeated marks (……, ！？) end it once.
_END = "。！？!?；;…"
_OPEN = dict(zip("“‘「『（(《〈【[", "”’」』）)》〉】]", strict=True))
_CLOSE = frozenset(_OPEN.values())
#: A bracket or quote still open after so many characters was never closed: it no longer holds a sentence together.
_MAX_INSIDE = 200
#: Characters where the walk has to decide something; the rest is skipped by the regular expression.
_STOPS = re.compile(r"[。！？!?；;…\n“‘「『（(《〈【\[”’」』）)》〉】\]]|\.(?=\s|$)")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences, blanks around them left out.

    A sentence ends at 。！？；… (and their half-width forms), at a full stop that a blank follows, and at a line break. Inside
    a quotation or bracket it goes on; a mark right before the closing quote ends the sentence behind that quote when
    nothing but a new sentence can follow (“……。”). A decimal point never ends one.

    Returns:
        Spans (start, end) in code points, in order, without overlap; together they hold every character that is not blank.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    inside: list[tuple[str, int]] = []
    for match in _STOPS.finditer(text):
        position, mark = match.start(), match.group()
        if position < begin:
            continue
        if mark == "\n":
            inside.clear()
            begin = _close(text, begin, position, spans)
        elif mark in _OPEN:
            inside.append((_OPEN[mark], position))
        elif mark in _CLOSE:
            begin = _leave(text, mark, position, inside, begin, spans)
        elif not _held(inside, position, text):
            inside.clear()
            begin = _close(text, begin, _after_marks(text, position + 1), spans)
    _close(text, begin, len(text), spans)
    return spans


def _held(inside: list[tuple[str, int]], position: int, text: str) -> bool:
    """Whether an open quote or bracket that is closed later holds the sentence together here."""
    if not inside:
        return False
    closer, opened = inside[0]
    limit = opened + _MAX_INSIDE
    line_end = text.find("\n", position, limit)
    return text.find(closer, position, limit if line_end < 0 else line_end) >= 0


def _leave(
    text: str, mark: str, position: int, inside: list[tuple[str, int]], begin: int, spans: list[tuple[int, int]]
) -> int:
    """Close a quote or bracket; after a mark inside a quotation the sentence ends with it."""
    for depth in range(len(inside) - 1, -1, -1):
        if inside[depth][0] == mark:
            del inside[depth:]
            break
    else:
        return begin
    is_quote = mark in "”’」』"
    if not inside and is_quote and position and text[position - 1] in "。！？!?…":
        following = text[position + 1 : position + 2]
        if not following or following not in "，,、；;：:。的）)":
            return _close(text, begin, position + 1, spans)
    return begin


def _after_marks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _END + "”’」』）)":
        position += 1
    return position


def _close(text: str, begin: int, end: int, spans: list[tuple[int, int]]) -> int:
    start, stop = begin, end
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    if start < stop:
        spans.append((start, stop))
    return end
