"""Headings around articles: 编, 章, 节 with their names, contents pages, appendices, and headings without a number."""

import re
from dataclasses import dataclass
from itertools import pairwise

from assets.records.clauses.labels import BLANKS, Before, Candidate, skip_blanks

__all__ = [
    "Heading",
    "appendix_name",
    "cut_contents",
    "find_appendix",
    "find_headings",
    "join_label",
    "loose_heading",
    "squeeze",
]

_NAME_MOST = 60
_REST_MOST = 24
#: Longest line, leaders and page number included, that can be a heading.
_LINE_MOST = 200
_NO_NAME = re.compile(r"[。；;：:！!？?]")
_REFERS = re.compile(
    r"的|规定|規定|所[称列述]|至|和第|或者?第|以外|第[一二三四五六七八九十百\d]+[条款项節节]|[、，,]|相应|修改|改为|增加|删去"
)
_LEADER = re.compile(r"(?:[.．…·•\-_—]{2,}|\t|\s{2,}|\s)\s*[(（]?\d{1,4}[)）]?\s*$|[.．…·•]{3,}\s*$")
_CONTENTS = re.compile(
    rf"(?:^|(?<=\n)|(?<=[。）)>]))[{BLANKS}#*]*目[{BLANKS}]*[录錄次][{BLANKS}*]*(?=\n|$)|目[{BLANKS}]*[录錄次][{BLANKS}*#]*(?=第[{BLANKS}]*[一1１])"
)
_APPENDIX = re.compile(
    rf"(?:(?<=\n)|(?<=[。；）)”—]))[{BLANKS}#*\-]*"
    rf"(?:附[{BLANKS}]*(?:件|录|錄|表|图)(?:[{BLANKS}]*(?:[一二三四五六七八九十\d０-９]{{1,3}}|[A-ZＡ-Ｚ])(?![的所规、，,和与及至中或])|(?=[{BLANKS}\n:：.．、*]|$))|附[{BLANKS}]*[:：])"
)
_APPENDIX_LABEL = re.compile(
    rf"附[{BLANKS}]*(?:件|录|錄|表|图)?[{BLANKS}]*(?:[一二三四五六七八九十\d０-９]{{1,3}}|[A-ZＡ-Ｚ])?[{BLANKS}]*[:：.．、]?"
)
_NEXT_LABEL = re.compile(rf"第[{BLANKS}]*[一1１][{BLANKS}]*[条條章]")
#: A heading without 第X章 that closes the text above it: 附则, 一、管辖.
_LOOSE = re.compile(
    rf"(?:(?<=\n)|(?<=[。；;：:）)”’」—]))[\s{BLANKS}*]*"
    rf"([附总總分罚罰][{BLANKS}]*[则則]|[一二三四五六七八九十]{{1,3}}、[^。；;：:，,\n]{{2,30}})[\s{BLANKS}*]*$"
)
_LOOSE_NAME = re.compile("[附总總分罚罰][则則]|[一二三四五六七八九十]{1,3}、[^。；;：:，,]{2,30}")
_LEVEL = {"编": 0, "分编": 1, "章": 2, "节": 3}


@dataclass(slots=True)
class Heading:
    """One heading: kind, number, label and name as printed (one blank between them), span with its marks."""

    kind: str
    number: int
    label: str
    mark: int
    end: int
    hashed: bool
    sure: bool


def squeeze(text: str) -> str:
    """Return the text without any blank, line break or mark of Markdown."""
    return "".join(c for c in text if not (c.isspace() or c in BLANKS or c in "*_#"))


def join_label(number: str, name: str) -> str:
    """Join number and name as labels are printed: no blank in the number nor in a Chinese name, one between."""
    name = name.strip(BLANKS + "*_#\r\n")
    name = re.sub(rf"(?<=[^\x00-\x7f])[\s{BLANKS}]+|[\s{BLANKS}]+(?=[^\x00-\x7f])", "", name)
    return f"{squeeze(number)} {name}".strip()


def cut_contents(text: str, candidates: list[Candidate]) -> tuple[tuple[int, int] | None, list[Candidate]]:
    """Find a contents page and return its span and the candidates outside it.

    It begins at 目录 and ends where its first heading stands again, else after its last heading in a row.
    """
    match = _CONTENTS.search(text)
    if match is None:
        return None, candidates
    after = [c for c in candidates if c.start >= match.end()]
    if not after or after[0].start - match.end() > 40:
        return None, candidates
    first = after[0]
    again = next((c for c in after[1:] if (c.kind, c.key) == (first.kind, first.key) and c.before != Before.WORD), None)
    if again is None or not _lists_headings(after, again):
        return None, candidates
    span = (match.start(), again.mark)
    return span, [c for c in candidates if not span[0] <= c.start < span[1]]


def _lists_headings(after: list[Candidate], again: Candidate) -> bool:
    """Whether what stands between is a list of headings, not the document itself."""
    between = [c for c in after if c.start < again.start]
    gaps = [b.start - a.end for a, b in pairwise(between)]
    return all(gap <= _NAME_MOST + 20 for gap in gaps) and again.start - between[-1].end <= 4 * _NAME_MOST


def find_appendix(text: str, start: int, end: int) -> int | None:
    """Return where an appendix (附件, 附录, 附表, 附：) begins between `start` and `end`, or null."""
    match = _APPENDIX.search(text, start, end)
    return None if match is None else match.start()


def list_appendices(text: str) -> list[int]:
    """Return every place where an appendix may begin."""
    return [match.start() for match in _APPENDIX.finditer(text)] if "附" in text else []


def appendix_name(text: str, at: int) -> str:
    """Return the name of the appendix that begins at a place: 附件2 登记细则; its number alone where a text follows at once."""
    begin = skip_blanks(text, at, len(text))
    while begin < len(text) and text[begin] in "#->•·* ":
        begin += 1
    token = _APPENDIX_LABEL.match(text, begin)
    if token is None:
        return ""
    stop = text.find("\n", token.end(), token.end() + _NAME_MOST)
    name = "" if stop < 0 else text[token.end() : stop].strip(BLANKS + ":：.．、*_#")
    following = _NEXT_LABEL.search(name)
    if following:
        name = name[: following.start()].strip(BLANKS)
    label = squeeze(token.group().rstrip(":：.．、"))
    return join_label(label, name) if name and len(name) <= 40 and not _NO_NAME.search(name) else label


def find_headings(text: str, candidates: list[Candidate], articles: list[Candidate]) -> list[Heading]:
    """Return the headings that stand before an article or another heading, in reading order and in the order of their numbers."""
    marks = [c for c in candidates if c.kind != "条"]
    opening = sorted([*marks, *articles], key=lambda c: c.start)
    found: list[Heading] = []
    following = -1
    for at in range(len(opening) - 1, -1, -1):
        candidate = opening[at]
        if candidate.kind == "条":
            following = candidate.mark
            continue
        limit = opening[at + 1].mark if at + 1 < len(opening) else len(text)
        heading = _read_heading(text, candidate, limit)
        if heading is None:
            continue
        meets = skip_blanks(text, heading.end, len(text)) >= following >= 0
        if meets or candidate.hashed or _stands_alone(candidate, heading):
            heading.sure = heading.sure and (meets or candidate.hashed)
            found.append(heading)
            following = heading.mark
    return _in_order(found[::-1])


def _read_heading(text: str, candidate: Candidate, limit: int) -> Heading | None:
    """Read the name that follows 第X章: to the end of the line or the next label, the next line where it is empty."""
    line_end = text.find("\n", candidate.end, min(limit, candidate.end + _LINE_MOST))
    stop = limit if line_end < 0 else min(line_end, limit)
    if stop - candidate.end > _LINE_MOST:
        return None
    name = text[candidate.end : stop]
    if not squeeze(name) and line_end >= 0:
        begin = skip_blanks(text, candidate.end, limit)
        next_end = text.find("\n", begin, limit)
        stop = limit if next_end < 0 else next_end
        name = text[begin:stop] if stop - begin <= 30 else ""
        stop = stop if name else candidate.end
    if name.rstrip().endswith("、") and line_end >= 0:
        # cut at 、: the next line is the rest of the name
        begin = skip_blanks(text, stop, limit)
        next_end = text.find("\n", begin, limit)
        next_end = limit if next_end < 0 else next_end
        if 0 < next_end - begin <= _REST_MOST and not _NO_NAME.search(text, begin, next_end):
            name, stop = name.rstrip() + text[begin:next_end], next_end
    name = name.strip(BLANKS + "*_#\r\n")
    bare = _LEADER.sub("", name).strip(BLANKS + "*_#\r\n.．…")
    if len(bare) > _NAME_MOST or _NO_NAME.search(bare):
        return None
    if not candidate.hashed and _REFERS.match(bare):
        return None
    label = join_label(text[candidate.start : candidate.end], bare)
    return Heading(
        candidate.kind, candidate.number, label, candidate.mark, stop, candidate.hashed, candidate.before != Before.WORD
    )


def _stands_alone(candidate: Candidate, heading: Heading) -> bool:
    """Whether a heading that text follows is plain enough: a line of its own, a blank behind the number, a short name."""
    return candidate.before == Before.LINE and candidate.blank and len(heading.label) <= 30 and " " in heading.label


def _in_order(headings: list[Heading]) -> list[Heading]:
    """Leave out headings whose number does not rise under the heading above them."""
    kept: list[Heading] = []
    current: dict[int, int] = {}
    for heading in headings:
        level = _LEVEL[heading.kind]
        last = current.get(level, 0)
        if heading.number <= last and heading.number != 1 and not heading.hashed:
            continue
        if not heading.sure and heading.number != last + 1:
            continue
        current[level] = heading.number
        for below in range(level + 1, 4):
            current.pop(below, None)
        kept.append(heading)
    return kept


def loose_name(text: str, start: int, end: int) -> str | None:
    """Return the last heading without 第X章 that stands on a line of `text[start:end]` (附则; 一、管辖), without blanks."""
    lines = [squeeze(line) for line in text[start:end].split("\n")]
    return next((line for line in reversed(lines) if _LOOSE_NAME.fullmatch(line)), None)


def loose_heading(text: str, start: int, end: int) -> int | None:
    """Return where a heading without 第X章 begins that closes `text[start:end]`, or null."""
    begin = max(start, end - 60)
    match = _LOOSE.search(text, begin, end)
    return None if match is None or match.start() <= start else match.start()
