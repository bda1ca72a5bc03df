"""Defects of a stored text, as spans, and how clean it is on the whole. The text itself is never changed.

Kinds (step one of the method: 口语化、语境不完整、标点、识别噪声): words of speech, sentences that begin or end nowhere, marks
doubled or mixed in width, noise of scanning and wrong decoding, left-over markup, invisible characters, repeated lines.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

__all__ = ["WEIGHTS", "find_defects", "quality_score"]

Severity = Literal["high", "medium", "low"]
#: What a character counts that stands in a defect.
WEIGHTS: dict[str, float] = {"high": 1.0, "medium": 0.5, "low": 0.2}

_HAN = "\u4e00-\u9fff"
_RULES: tuple[tuple[str, Severity, re.Pattern[str]], ...] = (
    (
        "markup",
        "medium",
        re.compile(
            r"</?[a-zA-Z][a-zA-Z0-9]{0,11}(?:\s[^<>]{0,300})?/?>|<!--|-->|&(?:[a-zA-Z]{2,8}|#\d{2,6});"
            r"|\[/?(?:img|url|b|i|quote)\b[^\]]{0,200}\]|!\[[^\]]{0,80}\]\(|\]\(https?://|\{\{|\}\}"
        ),
    ),
    (
        "ocr_noise",
        "high",
        re.compile(
            r"[\ufffd\ue000-\uf8ff]+|\(cid:\d+\)|(?:锟斤拷|烫烫烫|屯屯屯)+|(?:[ÃÂåæçèé][\x80-\xbf]){2,}"
            r"|[□■◆◇▲△▼▽●○★☆]{3,}|[?？]{4,}"
        ),
    ),
    (
        "ocr_noise",
        "medium",
        re.compile(
            r"(?<=\d)[OoIl](?=\d)|(?<![A-Za-z0-9])[lO](?=\d[\d.%])|[\u2f00-\u2fdf\u2e80-\u2eff]"
            rf"|(?<=[{_HAN}])(?:[ \u3000][{_HAN}]){{3,}}(?=[ \u3000]|[，。]|$)"
        ),
    ),
    (
        "invisible",
        "low",
        re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]+|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]+"),
    ),
    (
        "punctuation",
        "low",
        re.compile(
            r"[，,、；;：:]{2,}|。{2}(?!。)|[，、；：][。！？]|[。！？][，、；：]|！{3,}|!{3,}|？{3,}"
            rf"|(?<=[{_HAN}])[ \u3000]+(?=[，。；：！？、])|[（(《“]\s*[）)》”]"
        ),
    ),
    (
        "mixed_width",
        "low",
        re.compile(rf"[０-９Ａ-Ｚａ-ｚ％．]+|(?<=[{_HAN}])[,;:?!](?=[{_HAN}])|(?<=[{_HAN}])\.(?=[{_HAN}])"),
    ),
    (
        "colloquial",
        "low",
        re.compile(
            r"(?:嗯|呃|哎呀|哎|诶|唉)+[，,、。！]|那个那个|这个这个|就是说[，,呢啊]|对吧|对不对[？?，,]|是不是[啊呀]|的话呢|咱们?|老铁|家人们|"
            r"哈哈+|呵呵+|嘻嘻+|哇塞|啥的|干嘛|咋(?:样|办|回事)|贼(?:多|好|高|低)|给力|杠杠的|怎么说呢|你懂的|有点儿?那个|啊啊+"
        ),
    ),
    (
        "broken_context",
        "medium",
        re.compile(
            r"(?:点击|查看|阅读)(?:查看)?(?:全文|更多|原文)|（?(?:未完待续|下接第?\d*版?|上接第?\d*版?|文章已被截断)）?|\[?展开全文\]?"
        ),
    ),
)
#: A text or line that ends so goes on somewhere else.
_OPEN_END = re.compile(r"(?:[，,、（(《“]|的|和|与|及|以及|因为|由于|但是|而且|并且|如果|其中|对于|根据)$")
_OPEN_START = re.compile(r"[，,。、；;：:）)》”！!？?]")
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("「", "」"), ("【", "】"), ("〔", "〕"))
_REPEATED = 12


def find_defects(text: str) -> list[dict[str, Any]]:
    """Find what is wrong with a text.

    Returns:
        Dictionaries {code, severity, start, end}, in order of place; code is one of markup, ocr_noise, invisible, punctuation,
        mixed_width, colloquial, broken_context, repetition; severity is high, medium or low.
    """
    found: list[dict[str, Any]] = []
    for code, severity, pattern in _RULES:
        found += [_defect(code, severity, m.start(), m.end()) for m in pattern.finditer(text)]
    found += _broken(text)
    found += _repeated(text)
    return sorted(found, key=lambda d: (d["start"], d["end"], d["code"]))


def quality_score(text: str, defects: Sequence[dict[str, Any]]) -> float:
    """Return 1 minus the weighted share of characters that stand in a defect, from 0 to 1, rounded to 6 decimals."""
    if not text:
        return 0.0
    covered = sum(weight * (end - start) for start, end, weight in _flat(defects))
    return round(max(0.0, 1 - covered / len(text)), 6)


def _flat(defects: Sequence[dict[str, Any]]) -> list[tuple[int, int, float]]:
    """Cut overlapping defects into pieces, each with the heaviest weight that covers it."""
    edges = sorted({d["start"] for d in defects} | {d["end"] for d in defects})
    order = sorted(defects, key=lambda d: (d["start"], d["end"]))
    pieces: list[tuple[int, int, float]] = []
    active: list[dict[str, Any]] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(order) and order[at]["start"] <= start:
            active.append(order[at])
            at += 1
        active = [d for d in active if d["end"] > start]
        if active:
            pieces.append((start, end, max(WEIGHTS[d["severity"]] for d in active)))
    return pieces


def _defect(code: str, severity: Severity, start: int, end: int) -> dict[str, Any]:
    return {"code": code, "severity": severity, "start": start, "end": end}


def _broken(text: str) -> Iterator[dict[str, Any]]:
    """Text that begins or ends in the middle of a sentence, and brackets without their partner."""
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    if first >= last:
        return
    if _OPEN_START.match(text, first):
        yield _defect("broken_context", "medium", first, first + 1)
    tail = _OPEN_END.search(text, max(first, last - 4), last)
    if tail:
        yield _defect("broken_context", "medium", tail.start(), tail.end())
    for opener, closer in _PAIRS:
        opened, closed = text.count(opener), text.count(closer)
        if opened != closed:
            at = text.rfind(opener) if opened > closed else text.find(closer)
            yield _defect("broken_context", "low", at, at + 1)


def _repeated(text: str) -> Iterator[dict[str, Any]]:
    """Lines of some length that stood in the text before."""
    if "\n" not in text:
        return
    seen: set[str] = set()
    start = 0
    for line in text.split("\n"):
        bare = line.strip()
        if len(bare) >= _REPEATED:
            if bare in seen and any("\u4e00" <= char <= "\u9fff" for char in bare):
                at = start + line.index(bare)
                yield _defect("repetition", "medium", at, at + len(bare))
            seen.add(bare)
        start += len(line) + 1
