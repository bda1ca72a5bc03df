"""Notices cut into prose and tables, without what must not be read: instructions to machines, hidden remarks.

Positions are offsets into the stored text. The grammar of sentences is in `prose.py`, that of rows in `tables.py`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assets.records.policy.stacked import opens_stack, stacked_size
from assets.records.policy.words.subjects import find_products
from assets.records.policy.words.view import View, make_view, read_char, simple_char

__all__ = ["Block", "Row", "mask_injections", "split_blocks"]

#: Words of a text that speaks to a program instead of a reader.
_MACHINE = (
    r"系统(?:指令|提示|消息|管理员指令)|忽略(?:上|之|前|以上|此前|原|本|其)|无视(?:上|之|前|以上)|数据抽取|信息抽取|抽取(?:助手|程序|模型|系统)|自动(?:抽取|处理|解析|采集)?程序"
    r"|(?:模型|机器人|AI|助手)(?:们|读者)?(?:请|注意|必须)|(?:人工智能|智能)(?:助手|模型|体)|大模型|语言模型|机器人|\bAI\b|AI(?:助手|模型|系统|读者|程序|代理)|爬虫|提示词|\bprompt\b|\bsystem\b|\bassistant\b"
    r"|ignore (?:all|previous|the|above)|instructions?\b|请(?:所有)?(?:机器|模型|程序|助手)|不要告诉用户|改为输出|请输出|必须输出|请直接输出|输出[::]?\s*[{\[]"
    r"|你(?:是|现在是|必须|应当|需要|要|的任务|只能)|(?:给|致|面向|仅供)(?:机器|模型|程序|AI)|(?<![误错])(?:登记|记录|填写|标注|写入|存入|写)(?:成|为)\s*[\d一二三四五六七八九十]"
    r"|新指令|指令(?:开始|结束|[::])|越狱|开发者模式|\{\s*\"\w+\"\s*:"
)
_MACHINE_RE = re.compile(_MACHINE, re.IGNORECASE)
_REGIONS = (
    re.compile(r"<!--.*?(?:-->|$)", re.DOTALL),
    re.compile(
        r"#{2,}\s*(?:SYSTEM|系统|INSTRUCTION|ADMIN|PROMPT)[^\n]*?#{2,}.*?(?:#{2,}\s*END\s*#{2,}|$(?![\r\n])|\n\n)",
        re.DOTALL | re.IGNORECASE,
    ),
    re.compile(
        r"(?P<fence>[-=#*<>]{3,9})[^\n]{0,80}?(?:PROMPT|SYSTEM|INSTRUCTION|系统|指令|提示词)[^\n]*\n.*?(?P=fence)[^\n]*(?:END|结束|完)[^\n]*",
        re.DOTALL | re.IGNORECASE,
    ),
    re.compile(r"<(system|instruction|prompt|script|style|admin)[^>]*>.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE),
    re.compile(r"```.*?(?:```|$)", re.DOTALL),
    re.compile(r"\[{2}.*?\]{2}", re.DOTALL),
)
_BRACKETED = re.compile(
    r"[（(【\[{〔<《][^（）()【】\[\]{}〔〕\n]{0,300}\n?[^（）()【】\[\]{}〔〕\n]{0,300}[）)】\]}〕>》]"
)
_SENTENCE_START = re.compile(r"[。！？!?；;]")
_LIST_MARK = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+[、.．,，]|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、)）](?!\d)|[①-⑳]|[-*•·]\s|#+\s|第[一二三四五六七八九十]+[条步])"
)
_TITLE_END = re.compile(r"(?:通知|公告|说明|函|通告)$")
#: What no line begins with, unless the one before was broken.
_GOES_ON = re.compile(r"[%％）)。，、；,;/／]")
_ENDS_IN_VALUE = re.compile(r"(?:[%％\d手]|个百分点|元/(?:手|吨)|免收)$")
#: What begins a sentence of its own after a line that ends in a figure.
_NEW_SENTENCE = re.compile("以上|上述|前述|本次|特此|其他|其余|请|如遇|自|上列|各")
#: Least length of a line that was broken by its width, not by its writer.
_BROKEN = 24
_NUMERAL_END = re.compile("(?:分之|点)[〇零一二三四五六七八九十]*$")
_NUMERAL_START = re.compile("[〇零一二三四五六七八九十]+[，,。；;、]")
_COMMA_HEAD = re.compile("(?:期货)?(?:品种|合约|商品)")
_COMMA = re.compile("[,，]")
_BAR = re.compile(r"[|｜│┃∣]")
#: Bounds on a table of one cell a line.
_LONGEST_CELL, _MOST_CELLS = 24, 400
_RULE_LINE = re.compile(r"^[\s|｜│┃+\-:—=─┼├┤┌┐└┘┬┴]+$")


@dataclass(frozen=True)
class Row:
    """One table row: its span, and its cells (view text without blanks)."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A piece of a notice: prose with its view, or a table with its rows. `mark`: style of its list mark, if any."""

    start: int
    end: int
    view: View | None
    rows: tuple[Row, ...] = ()
    mark: str | None = None


def mask_injections(text: str) -> str:
    """Return the text with everything that speaks to machines blanked out; length and line breaks stay."""
    masked, plain = text, _simplified(text)
    for pattern in _REGIONS:
        for match in pattern.finditer(plain):
            if pattern in _REGIONS[:4] or _MACHINE_RE.search(match.group()):
                masked = _blank(masked, match.start(), match.end())
    for match in _BRACKETED.finditer(_simplified(masked)):
        if _MACHINE_RE.search(match.group()):
            masked = _blank(masked, match.start(), match.end())
    lines: list[str] = []
    for line in masked.splitlines(keepends=True):
        match_in = _MACHINE_RE.search(_simplified(line))
        if match_in is None:
            lines.append(line)
            continue
        starts = [one.end() for one in _SENTENCE_START.finditer(line, 0, match_in.start())]
        lines.append(_blank(line, starts[-1] if starts else 0, len(line)))
    return "".join(lines)


def _simplified(text: str) -> str:
    """Return the text in simplified script, as long as it was."""
    return "".join(read if len(read := simple_char(char)) == 1 else char for char in text)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


@lru_cache(maxsize=4096)
def _cell(text: str) -> str:
    return re.sub(r"\s+", "", make_view(text, keep_blanks=False).text)


@lru_cache(maxsize=4096)
def _cells(line: str, *, is_framed: bool = True, is_comma: bool = False) -> tuple[str, ...]:
    """Split a line into cells on bars, tabs or wide blanks; one cell where it is no row.

    `is_framed`: bars stand at both ends of the rows, so that those make no empty cell.
    """
    bare = line.strip("\r\n")
    if _BAR.search(bare):
        inner = re.sub(r"^\s*[|｜│┃∣]|[|｜│┃∣]\s*$", "", bare) if is_framed else bare
        return tuple(_cell(part) for part in _BAR.split(inner))
    if "\t" in bare.strip(" "):
        return tuple(_cell(part) for part in bare.split("\t"))
    if is_comma:
        return tuple(_cell(part) for part in _COMMA.split(bare.strip()))
    parts = re.split(r"[ \u3000]{2,}", bare.strip())
    return tuple(_cell(part) for part in parts)


def _loose_cells(line: str) -> tuple[str, ...]:
    return tuple(_cell(part) for part in re.split(r"[ \u3000]+", line.strip()))


def _looks_prose(line: str) -> bool:
    return re.search(r"[。；]|[，,](?!\d{3})", line) is not None and not _BAR.search(line) and "\t" not in line


_HEADER_WORD = re.compile(
    "品种|合约|时间段|阶段|会员|月份|手续费|保证金|涨跌停|幅度|限额|项目|标准|调整[前后]|品名|名称|仓储费|出库费|入库费"
)


def _is_row(line: str) -> bool:
    return not _looks_prose(line) and len([cell for cell in _cells(line) if cell]) >= 2 and len(_cells(line)) >= 2


def split_blocks(text: str) -> list[Block]:
    """Cut a notice (injections masked) into prose lines and tables, in order. Wrapped lines are joined."""
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        lines.append((at, line))
        at += len(line)
    lines = _without_gaps(lines)
    blocks: list[Block] = []
    step = 0
    while step < len(lines):
        stacked, used = _stacked(lines, step)
        if stacked is not None:
            blocks.append(stacked)
            step += used
            continue
        size, loose = _table_size(lines, step)
        if size:
            blocks.append(_table([lines[i] for i in range(step, step + size)], loose=loose))
            step += size
            continue
        last = step
        while (
            last + 1 < len(lines)
            and _continues(lines[last][1], lines[last + 1][1])
            and not _table_size(lines, last + 1)[0]
        ):
            last += 1
        start, end = lines[step][0], lines[last][0] + len(lines[last][1])
        view = make_view(text[start:end], start)
        if view.text:
            mark = _LIST_MARK.match(lines[step][1])
            blocks.append(Block(start, end, view, mark=_mark_style(mark.group()) if mark else None))
        step = last + 1
    return blocks


def _without_gaps(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Leave out blank lines between rows of one table."""
    filled = [at for at, (_, line) in enumerate(lines) if line.strip()]
    gaps: set[int] = set()
    for left, right in pairwise(filled):
        above, below = lines[left][1], lines[right][1]
        is_new_table = _HEADER_WORD.search(below) and not re.search(r"\d", below)
        if right - left > 1 and _has_gaps(above) and _has_gaps(below) and not is_new_table:
            gaps.update(range(left + 1, right))
    return [line for at, line in enumerate(lines) if at not in gaps]


def _has_gaps(line: str) -> bool:
    return _BAR.search(line) is not None or re.search(r"\S(?:\t|[ \u3000]{2,})\S", line) is not None


def _mark_style(mark: str) -> str:
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", re.sub(r"[①-⑳]", "①", mark.strip())))


def _continues(line: str, following: str) -> bool:
    """Return whether a line was wrapped in the middle of a sentence."""
    bare, follows = line.strip(), following.strip()
    if not bare or not follows:
        return False
    if len(bare) >= _BROKEN and _NUMERAL_END.search(bare) and _NUMERAL_START.match(follows):
        return True
    if _LIST_MARK.match(following):
        return False
    if bare[-1] in "，、,→/／（(·":
        return True
    if _ENDS_IN_VALUE.search(bare) and (_NEW_SENTENCE.match(follows) or _starts_with_product(follows)):
        return False
    if len(bare) < _BROKEN or not re.search(r"[\u4e00-\u9fff\d%％.A-Za-z》]$", bare) or _TITLE_END.search(bare):
        return False
    return _GOES_ON.match(follows) is not None or (
        (len(follows) > 4 or follows[-1] in "。；：;:，,") and not re.match(r"各|尊敬|特此", follows)
    )


def _starts_with_product(line: str) -> bool:
    found = find_products(read_plain(line[:20]))
    return bool(found) and found[0][0] == 0


def _table_size(lines: list[tuple[int, str]], step: int) -> tuple[int, bool]:
    """Return how many lines from here make a table (0: none), and whether single blanks part its cells."""
    size = step
    most = len(lines) if _may_open(lines, step) else step
    while size < most and (
        _is_row(lines[size][1]) or (size > step and _RULE_LINE.match(lines[size][1]) and lines[size][1].strip())
    ):
        size += 1
    if size - step >= 2 and _has_columns([line for _, line in lines[step:size]]):
        return size - step, False
    size = _comma_size(lines, step)
    if size:
        return size, False
    head = lines[step][1]
    if (
        _looks_prose(head)
        or re.search(r"[:：]|\d\s*[月日%％]|(?:^|\s)\d+\s", head)
        or len(_loose_cells(head)) < 2
        or not _HEADER_WORD.search(read_plain(_loose_cells(head)[0]))
    ):
        return 0, False
    count = len(_loose_cells(head))
    size = step + 1
    while size < len(lines) and not _looks_prose(lines[size][1]) and 2 <= len(_loose_cells(lines[size][1])) <= count:
        size += 1
    return (size - step, True) if size - step >= 2 else (0, False)


def _may_open(lines: list[tuple[int, str]], step: int) -> bool:
    """Return whether a table can begin here: a word of a header, or a product, stands in one of its first lines."""
    head = "".join(line for _, line in lines[step : step + 3])[:600]
    plain = read_plain(head)
    return _HEADER_WORD.search(plain) is not None or bool(find_products("|".join(_cells(lines[step][1]))))


def _comma_size(lines: list[tuple[int, str]], step: int) -> int:
    """Return how many lines from here are a table with commas between its cells: a header, then rows as wide."""
    width = len(_COMMA.split(lines[step][1])) if _COMMA_HEAD.match(read_plain(lines[step][1])) else 0
    size = step
    while size < len(lines) and width > 1 and not re.search("[。；;：:]", lines[size][1]):
        cells = _COMMA.split(lines[size][1].strip())
        if len(cells) != width or max(len(cell) for cell in cells) > _LONGEST_CELL:
            break
        size += 1
    return size - step if size - step >= 2 else 0


def _has_columns(lines: list[str]) -> bool:
    """Return whether rows have a header, or bars or tabs with a product first and figures after it."""
    if any(_HEADER_WORD.search(read_plain(line)) for line in lines[:2]):
        return True
    if find_products("|".join(_cells(lines[0])[1:])) and _BAR.search(lines[0]):
        return True
    marked = all(_BAR.search(line) or "\t" in line for line in lines)
    return marked and all(find_products(_cells(line)[0]) for line in lines)


def _table(lines: list[tuple[int, str]], *, loose: bool) -> Block:
    rows: list[Row] = []
    written = [line.strip() for _, line in lines if not _RULE_LINE.match(line)]
    is_framed = 2 * sum(_BAR.match(line) is not None for line in written) > len(written)
    is_comma = _comma_size(lines, 0) == len(lines)
    for start, line in lines:
        if _RULE_LINE.match(line):
            continue
        bare = line.rstrip("\r\n")
        lead = len(bare) - len(bare.lstrip())
        cells = _loose_cells(line) if loose else _cells(line, is_framed=is_framed, is_comma=is_comma)
        rows.append(Row(start + lead, start + len(bare.rstrip()), cells))
    return Block(lines[0][0], lines[-1][0] + len(lines[-1][1]), None, tuple(rows))


def _stacked(lines: list[tuple[int, str]], step: int) -> tuple[Block | None, int]:
    """Return the table whose cells stand one a line from here on, and how many lines it takes."""
    if len(lines[step][1]) > _LONGEST_CELL or not opens_stack(_cell(lines[step][1])):
        return None, 0
    ahead = [at for at in range(step, min(len(lines), step + _MOST_CELLS)) if lines[at][1].strip()]
    if not any(stacked_size([_cell(lines[at][1]) for at in ahead[: 2 * width]])[0] for width in range(2, 11)):
        return None, 0
    width, height = stacked_size([_cell(lines[at][1]) for at in ahead])
    if not width:
        return None, 0
    rows: list[Row] = []
    for number in range(height):
        own = ahead[number * width : (number + 1) * width]
        start, last = lines[own[0]], lines[own[-1]]
        lead = len(start[1]) - len(start[1].lstrip())
        rows.append(Row(start[0] + lead, last[0] + len(last[1].rstrip()), tuple(_cell(lines[at][1]) for at in own)))
    used = ahead[width * height - 1] + 1 - step
    return Block(rows[0].start, rows[-1].end, None, tuple(rows)), used


def read_plain(text: str) -> str:
    """Return a short text (a title, a name) as the view writes it, without blanks."""
    return "".join(read_char(char) for char in text if not char.isspace())
