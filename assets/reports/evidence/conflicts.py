"""Rumours paired with their denials, and figures on one matter that contradict each other.

What does not belong here: how either is worded (phrases.py).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assets.reports.evidence.excerpts import Piece
from assets.reports.evidence.model import Excerpt
from assets.reports.evidence.roles import is_denial, is_rumour

__all__ = ["Denied", "find_conflicts", "find_denied", "find_undenied", "rumour_core"]

#: The words that pass a rumour on, tried in this order.
_SAYS = (
    re.compile(
        r"[^。]*?(?:消息|截图|帖子|视频|传言|传闻|爆料|账号|博主|网友)[^。，“”]{0,8}，?(?:称|说|爆出)[，：:]?(?=[^，。]{4,})"
    ),
    re.compile(r"[^。]*?(?:网传|据传|盛传|疯传|网上流传|流传着?|传出|[称说])[，：:]?(?=[^，。]{4,})"),
    re.compile(r"[^。]{0,12}?传(?=[^，。闻言]{4,})"),
)
#: A comment on a rumour is not the rumour.
_COMMENT = re.compile(r"认为|指出|建议|提醒|反映")
_QUOTED = re.compile(r"“([^”]{5,60})”")
_OFFICIAL = re.compile(r"负责人|声明|答复|回应|公告|澄清|表示，经|核查")
#: Least share of a rumour's character pairs that the denial must repeat: fewer, and it answers something else.
SHARED = 0.2
#: A denial that shares so many pairs with a rumour may answer it.
ANSWERED = 2
#: Words that pass a rumour on and say so themselves.
_PASSED_ON = re.compile(r"网传|有消息|市场消息|消息称|传闻|传言|据传|盛传|流传|谣传|疯传|未经证实|消息人士|坊间")
#: Fewest characters of a claim.
LEAST = 5
_CUT = re.compile(r"[，,。；;]")
_FIGURE = re.compile(
    r"(?<![\d.\-—至到A-Za-z])(\d+(?:\.\d+)?)\s*(万亿元|亿元|万元|万吨|万桶|万手|亿份|万头|万张|万箱|万户|万辆|亿美元|吨|桶|头|座|吉瓦|万千瓦)(?![/每])"
)
_DATE = re.compile(r"\d{1,2}月\d{1,2}日")
#: What a figure is of: where two sentences name different ones of a kind, their figures do not contradict each other.
_SCOPES = (
    re.compile(r"(?<![一-龥])[一-龥]{1,4}?(?:港|省|市|县|州|湾|岛|矿区?|电厂|油田|海关)(?!口|区|元|价|值|股)"),
    re.compile(r"(?<![一-龥])[一-龥]{2,8}?(?:公司|集团|炼厂|工厂|钢厂|矿山|农场)"),
    re.compile(r"(?<![\d.])(?:1[0-2]|[1-9])月(?!\d{1,2}日)(?:份|上旬|中旬|下旬)?"),
    re.compile(r"[一二三四]季度|上半年|下半年|去年|前年"),
    re.compile(r"进口|出口"),
)
#: Figures of one unit that are compared with each other.
COMPARED = 150
_NOISE = re.compile(r"[^一-龥A-Za-z]+")


@dataclass(frozen=True)
class Denied:
    """A rumour as it was passed on, and the words that deny it."""

    rumour: Excerpt
    denial: Piece


def rumour_core(piece: Piece) -> Excerpt | None:
    """Return what a rumour says, without the words that pass it on: the clause behind 称, else the quoted part."""
    text, base = piece.text, piece.excerpt.start
    for pattern in _SAYS:
        says = pattern.match(text)
        if says is None:
            continue
        cut = _CUT.search(text, says.end() + 4)
        start, end = says.end(), cut.start() if cut else len(text)
        if end - start >= LEAST and "“" not in text[start:end] and not _COMMENT.search(text, start, end):
            return Excerpt(piece.excerpt.document, base + start, base + end)
        break
    quoted = _QUOTED.search(text)
    return Excerpt(piece.excerpt.document, base + quoted.start(1), base + quoted.end(1)) if quoted else None


def find_denied(pieces: Sequence[Piece]) -> list[Denied]:
    """Pair each denial with the rumour that it shares most words with; the most official denial of a rumour is taken.

    A denial comes after the rumour. Rumours that share a denial, or most of their words, are one matter.
    """
    rumours = [
        (piece, core, _bigrams(core.text), _bigrams(piece.text))
        for piece in pieces
        if piece.barred == "rumour" and (core := rumour_core(piece))
    ]
    best: dict[str, tuple[float, Denied]] = {}
    for denial in (piece for piece in pieces if piece.barred is None and is_denial(piece.text)):
        words = _bigrams(denial.text)
        official = 3 if _OFFICIAL.search(denial.text) else 0
        for piece, core, own, whole in rumours:
            common = len(own & words)
            if common < max(2, SHARED * len(own)) or _moment(denial) < _moment(piece):
                continue
            score = common + len(whole & words) / 100 + official
            if core.text not in best or score > best[core.text][0]:
                best[core.text] = (score, Denied(core, denial))
    return _one_per_matter(list(best.values()))


def find_undenied(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the rumours that nobody answers, one per matter, in order of publication.

    An answer that shares two pairs of characters with a rumour may be its denial: the rumour is then left out rather than told
    without it.
    """
    answers = [_bigrams(piece.text) for piece in pieces if piece.barred is None and is_denial(piece.text)]
    out: list[tuple[Piece, set[str]]] = []
    rumours = [piece for piece in pieces if piece.barred == "rumour" and is_rumour(piece.text)]
    for piece in sorted(rumours, key=lambda p: (_moment(p), p.excerpt.document.doc_id, p.excerpt.start)):
        core = rumour_core(piece)
        if core is None or not _PASSED_ON.search(piece.text):
            continue
        words = _bigrams(core.text)
        if any(len(words & answer) >= ANSWERED for answer in answers):
            continue
        if all(len(words & other) < 0.4 * min(len(words), len(other)) for _, other in out):
            out.append((piece, words))
    return [piece for piece, _ in out]


def _one_per_matter(found: list[tuple[float, Denied]]) -> list[Denied]:
    """Keep, of rumours with one denial or mostly the same words, the one with the best denial."""
    out: list[Denied] = []
    for _, denied in sorted(found, key=lambda one: (-one[0], _moment(one[1].denial), one[1].rumour.start)):
        words = _bigrams(denied.rumour.text)
        known = (_bigrams(other.rumour.text) for other in out)
        same = any(len(words & other) >= 0.4 * min(len(words), len(other)) for other in known)
        if not same and all(other.denial != denied.denial for other in out):
            out.append(denied)
    return out


def _moment(piece: Piece) -> str:
    return piece.excerpt.document.published or ""


def _bigrams(text: str) -> set[str]:
    clean = _NOISE.sub("", text)
    return {clean[i : i + 2] for i in range(len(clean) - 1)}


def find_conflicts(pieces: Sequence[Piece]) -> list[tuple[Piece, Piece]]:
    """Pair sentences of different documents that give different figures, in one unit, for one matter.

    Two figures are of one matter where the words that lead to them share most of their character pairs and no day in
    the two sentences differs.
    """
    by_unit: dict[str, list[tuple[Piece, re.Match[str]]]] = defaultdict(list)
    for piece in pieces:
        if piece.barred is None:
            for match in _FIGURE.finditer(piece.text):
                by_unit[match[2]].append((piece, match))
    found: list[tuple[Piece, Piece]] = []
    used: set[tuple[str, int]] = set()
    for figures in by_unit.values():
        for i, (first, one) in enumerate(figures[:COMPARED]):
            for second, two in figures[i + 1 : COMPARED]:
                keys = [(p.excerpt.document.doc_id, p.excerpt.start) for p in (first, second)]
                if keys[0][0] == keys[1][0] or one[1] == two[1] or not used.isdisjoint(keys):
                    continue
                if _same_matter(first.text, one, second.text, two):
                    used.update(keys)
                    found.append((first, second))
    return found


def _same_matter(text: str, one: re.Match[str], other: str, two: re.Match[str]) -> bool:
    if _other_scope(text, other):
        return False
    first, second = _lead_words(text, one.start()), _lead_words(other, two.start())
    days, others = set(_DATE.findall(text)), set(_DATE.findall(other))
    if days and others and not days & others:
        return False
    a, b = _bigrams(first), _bigrams(second)
    common = len(a & b)
    near = _bigrams(first[-6:]) & _bigrams(second[-6:])
    return common >= 3 and (common >= 0.5 * min(len(a), len(b)) or bool(near))


def _other_scope(text: str, other: str) -> bool:
    """Whether two sentences name a place, a firm or a period of one kind, and none in common."""
    for pattern in _SCOPES:
        one, two = set(pattern.findall(text)), set(pattern.findall(other))
        if one and two and not any(a in b or b in a for a in one for b in two):
            return True
    return False


def _lead_words(text: str, at: int) -> str:
    """Words of the clause with the figure and of the clause before it."""
    begin = max(text.rfind("。", 0, at), text.rfind("；", 0, at)) + 1
    return _NOISE.sub("", text[max(begin, at - 24) : at])
