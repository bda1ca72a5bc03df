"""Candidates for labels: every 第X编, 章, 节, 条 of a text with the evidence that it opens a clause.

What is a label and what only a reference is decided elsewhere (chain.py for articles, headings.py for the rest); here
each candidate gets its place, its number, what stands before and after it, and a weight made of these.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from assets.text.numerals import parse_integer

__all__ = ["BLANKS", "Before", "Candidate", "marker_start", "scan_labels", "skip_blanks"]

#: Blanks inside a line, zero-width ones included; never a line break.
BLANKS = " \t\u3000\u00a0\u2002\u2003\u2009\u200a\u200b\ufeff"
_B = f"[{BLANKS}]"
_N = "〇○零一二三四五六七八九十百千两廿卅0-9０-９"
_LABEL = re.compile(
    f"第{_B}*([{_N}](?:[{_N}]|{_B}+(?=[{_N}]))*){_B}*(分编|分編|[编編章节節条條])"
    f"(?:{_B}*之{_B}*([一二三四五六七八九十]+|[0-9０-９]{{1,2}})(?![0-9百千万分月日]))?"
)
#: What may stand between the start of a line or sentence and a label: blanks and the marks of Markdown.
_MARKERS = frozenset(BLANKS + "*_#>-•·")
_STOPS = frozenset('。；;：:！!？?”"’」』）)】〕]》.…')
_QUOTES = frozenset('“‘「『"')
#: What follows a number that is only referred to. 中华 and the like open a sentence.
_REFERENCE = re.compile(
    r"[、，,；;。.）)〉》”’」』]|的|规定|規定|所|至|到|和|或|及|与|與|以[外下上及]|第[一二三四五六七八九十百零\d]+[条條款项項章节節编編]|款|项|項|"
    r"中(?![华央国外小级型期介标途止断药医共方学等间長长])|修改|改为|增加|删|除外|前[款条]|之[前后外]|[^。]{0,6}相应改为"
)
_REFERENCE_AFTER_BLANK = re.compile(
    r"[、，,；;。）)]|的(?!士)|规定的|所[称列述]|至第|和第|或第|第[一二三四五六七八九十]+[款项]"
)
#: Headings without 第X章 that often lose their line break: 附 则第六十条, 一、管辖第三条.
_LOOSE = re.compile(
    f"[。；;：:）)”’」』>][{BLANKS}#*]*(?:[附总總分罚罰]{_B}*[则則]|[一二三四五六七八九十]{{1,3}}、[^。；;：:，,第]{{2,30}})$"
)
#: The name of an appendix that lost its line break: 。附件1 登记细则第一条.
_APPENDED = re.compile(
    f"[。；;）)”’」』\n][{BLANKS}]*附{_B}*(?:件|录|錄|表){_B}*[一二三四五六七八九十\\d０-９]{{0,3}}(?:[{BLANKS}:：][^。；;：:，,的]{{2,30}})?$"
)
#: What follows the first heading of a text or contents page within its name's length.
_FIRST_BELOW = re.compile(f"第{_B}*[一1１二2２]{_B}*[条條章节節]")
#: A page number that lost its line: 。— 12 —第三条.
_PAGED = re.compile(f"[。；;：:）)][{BLANKS}]*[-—–][{BLANKS}]*[0-9]{{1,4}}[{BLANKS}]*[-—–][{BLANKS}]*$")
_HEADING_MOST = 44
_HEADING_LINE = re.compile(
    f"[{BLANKS}#*]*(?:第{_B}*[{_N}]{{1,4}}{_B}*(?:分?编|分?編|[章节節])|附{_B}*(?:件|录|錄|则|則|表)?)[^。；;，,：:、\n的]*"
)
_KINDS = {
    "分编": "分编",
    "分編": "分编",
    "编": "编",
    "編": "编",
    "章": "章",
    "节": "节",
    "節": "节",
    "条": "条",
    "條": "条",
}
#: Articles beyond this are misread years or document numbers.
_MOST = 5000


class Before(IntEnum):
    """What stands before a candidate."""

    WORD = 0
    STOP = 1
    HEADING = 2
    WRAPPED = 3
    LINE = 4


@dataclass(slots=True)
class Candidate:
    """One 第X条 (or 编, 章, 节): label span without and with its marks, numbers, evidence."""

    kind: str
    number: int
    sub: int
    mark: int
    start: int
    end: int
    before: Before
    hashed: bool
    bold: bool
    quoted: bool
    blank: bool
    refers: bool
    listed: bool = False
    weight: float = 0.0

    @property
    def key(self) -> tuple[int, int]:
        """Place in the order of articles."""
        return self.number, self.sub


def skip_blanks(text: str, at: int, end: int) -> int:
    """Return the first place from `at` that holds no blank, line break or mark of Markdown's bold."""
    while at < end and (text[at] in BLANKS or text[at] in "\r\n*_"):
        at += 1
    return at


def marker_start(text: str, start: int) -> tuple[int, Before]:
    """Walk back from a label over blanks and marks; return where they begin and what stands before them."""
    at = start
    while at > 0 and text[at - 1] in _MARKERS:
        if text[at - 1] == ">" and text[at - 3 : at] == "-->":
            break
        at -= 1
    if at == 0:
        return at, Before.LINE
    char = text[at - 1]
    if char != "\n":
        return at, Before.STOP if char in _STOPS or char == ">" or "#" in text[at:start] else Before.WORD
    above = at - 1
    breaks = 1
    while above > 0 and (text[above - 1] in BLANKS or text[above - 1] in "\r\n*_"):
        above -= 1
        breaks += text[above] == "\n"
    if above == 0 or breaks > 1 or text[above - 1] in _STOPS or text[above - 1] == ">" or "#" in text[at:start]:
        return at, Before.LINE
    return at, Before.WRAPPED


def scan_labels(text: str) -> list[Candidate]:
    """Return every candidate of a text in reading order, references in running text left out."""
    found: list[Candidate] = []
    reach = -1
    opened = False
    for match in _LABEL.finditer(text):
        start, end = match.span()
        mark, before = marker_start(text, start)
        if before == Before.WRAPPED and _follows_heading(text, mark):
            before = Before.LINE
        if before == Before.WORD and _PAGED.search(text, max(0, mark - 14), mark):
            before = Before.STOP
        if before == Before.WORD:
            # running text, unless it follows the name of a heading at once
            after_name = start <= reach and not _has_stop(text, found[-1].end, start)
            if (
                after_name
                or _LOOSE.search(text, max(0, mark - 40), mark)
                or _APPENDED.search(text, max(0, mark - 50), mark)
            ):
                before = Before.HEADING
            elif not (_closes(text, end) or "*" in text[mark:start] or _may_be_first(text, match, opened=opened)):
                continue
        candidate = _candidate(text, match, mark, before)
        if candidate is None:
            continue
        found.append(candidate)
        if candidate.kind == "条":
            opened = True
        elif not candidate.refers:
            reach = candidate.end + 60
    return found


def _follows_heading(text: str, mark: int) -> bool:
    """Whether the line above is a heading or the name of an appendix, which no sentence goes on from."""
    end = text.rfind("\n", 0, mark)
    begin = text.rfind("\n", max(0, end - _HEADING_MOST), end) + 1
    return end - begin < _HEADING_MOST and _HEADING_LINE.fullmatch(text, begin, end) is not None


def _may_be_first(text: str, match: "re.Match[str]", *, opened: bool) -> bool:
    """Whether a label inside a line may be the first of all: 第一章 or 第一条 right behind the day of adoption."""
    if opened or match.group(1) not in "一1１" or match.group(3):
        return False
    return match.group(2) in "条條" or _FIRST_BELOW.search(text, match.end(), match.end() + 60) is not None


def _closes(text: str, end: int) -> bool:
    """Whether a blank or a bold mark follows the label."""
    return end < len(text) and (text[end] in BLANKS or text[end] in "\r\n*_")


def _has_stop(text: str, start: int, end: int) -> bool:
    return any(char in "。；;：:，" for char in text[start:end])


def _candidate(text: str, match: "re.Match[str]", mark: int, before: Before) -> Candidate | None:
    number = parse_integer(match.group(1))
    sub = parse_integer(match.group(3)) if match.group(3) else 0
    if number is None or not 0 < number <= _MOST or sub is None:
        return None
    start, end = match.span()
    lead = text[mark:start]
    bold = "**" in lead or "__" in lead
    close = skip_blanks(text, end, min(len(text), end + 12))
    blank = close > end
    refers = (_REFERENCE_AFTER_BLANK if blank else _REFERENCE).match(text, close) is not None
    candidate = Candidate(
        kind=_KINDS[match.group(2)],
        number=number,
        sub=sub,
        mark=mark,
        start=start,
        end=end,
        before=before,
        hashed="#" in lead,
        bold=bold,
        quoted=mark > 0 and text[mark - 1] in _QUOTES and text[mark - 1] != '"',
        blank=blank,
        refers=refers,
        listed=text.startswith("、", close),
    )
    candidate.weight = _weigh(candidate)
    return candidate


_BEFORE = {Before.WORD: 0.0, Before.STOP: 2.5, Before.HEADING: 2.5, Before.WRAPPED: 1.0, Before.LINE: 3.0}


def _weigh(candidate: Candidate) -> float:
    """How likely the candidate opens a clause: 5 for 第X条 alone at the start of a line with a blank after it."""
    weight = _BEFORE[candidate.before] + (2.0 if candidate.blank else 0.0)
    if candidate.refers:
        weight -= 2.5 if candidate.blank else 4.0
    if candidate.bold or candidate.hashed:
        weight += 1.0
    if candidate.quoted:
        weight -= 5.0
    return weight
