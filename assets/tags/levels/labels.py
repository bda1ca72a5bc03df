"""Labels from the leaves' own words: candidate phrases, and the class-based TF-IDF that picks among them.

A label is a phrase that stands verbatim in at least one of its leaves, of 2 to 12 characters with at least two Chinese
ones, unique among its siblings and different from what stands above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from math import log, log1p, sqrt

from assets.tags.levels.units import Unit
from assets.text.segment import content_words, domain_terms, words

__all__ = ["LABEL_MAX", "Phrases", "is_label", "unique_label"]

LABEL_MAX = 12
#: Recommended tags of a slice.
TAGS = 3
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_GOOD = re.compile(r"[㐀-鿿豈-﫿A-Za-z0-9+&\-]+")
#: Words that report or hold a sentence together; alone they name nothing.
_EMPTY = frozenset(
    [
        "表示",
        "认为",
        "预计",
        "指出",
        "显示",
        "公布",
        "发布",
        "宣布",
        "报道",
        "消息",
        "记者",
        "数据",
        "数据显示",
        "目前",
        "今日",
        "昨日",
        "当日",
        "当天",
        "日电",
        "近日",
        "方面",
        "情况",
        "公告",
        "回应",
        "进行",
        "成为",
        "出现",
        "相关",
        "有关",
        "可能",
        "继续",
        "达到",
        "超过",
        "实现",
        "开展",
        "推进",
        "同比",
        "环比",
        "市场",
        "公司",
        "时间",
        "问题",
        "工作",
        "其中",
        "影响",
        "分析",
        "分析师",
        "观点",
        "看法",
        "建议",
        "因素",
        "原因",
        "走势",
        "行情",
        "收盘",
        "美元",
        "亿元",
        "万元",
        "万吨",
        "万桶",
        "报告",
        "统计",
        "较前",
        "截至",
        "上涨",
        "下跌",
        "上行",
        "下行",
        "增加",
        "减少",
        "提高",
        "降低",
        "下降",
        "上升",
        "变化",
        "调整",
        "有所",
        "持续",
        "保持",
        "需要",
        "能够",
        "关注",
        "导致",
        "推动",
        "带动",
        "造成",
        "受到",
        "带来",
        "存在",
        "作为",
        "称",
        "新闻",
        "财经",
        "快讯",
        "电讯",
        "编辑",
        "责任编辑",
        "来源",
        "转自",
        "本文",
        "投资者",
        "期货日报",
        "日内",
        "早间",
        "午间",
        "晚间",
        "周一",
        "周二",
        "周三",
        "周四",
        "周五",
        "周六",
        "周日",
        "上午",
        "下午",
        "凌晨",
        "中国",
        "全球",
        "国内",
        "国际",
        "主要",
        "整体",
        "明显",
        "不断",
        "之内",
        "收报",
        "报收",
        "收于",
    ]
)
#: How much a kind of word is worth at the end of a label (rjieba's part-of-speech marks).
_NOUN, _VERB, _PLACE, _PERSON = 1.0, 0.55, 0.6, 0.35
_TAIL = {"n": _NOUN, "nz": 1.1, "nt": 0.9, "vn": 0.95, "an": 0.9, "j": 0.85, "l": 0.7, "i": 0.6, "eng": 0.6}
_TAIL |= {"ns": _PLACE, "nr": _PERSON, "nrt": _PERSON, "nrfg": _PERSON, "v": _VERB, "a": 0.5, "b": 0.4}
#: Marks that may stand inside a label of several words.
_INSIDE = frozenset(_TAIL) | {"ng", "vd", "f", "s"}
#: Lengths that read best: two characters say little, more than eight are a sentence.
_LENGTH = {2: 0.72, 3: 0.9, 4: 1.15, 5: 1.1, 6: 1.1, 7: 1.0, 8: 0.95, 9: 0.8, 10: 0.75, 11: 0.65, 12: 0.6}
#: A term of the trade names better than another word.
_DOMAIN = 1.3


def is_label(text: str) -> bool:
    """Whether a phrase can be a label: 2 to 12 characters, two of them Chinese, no blank or punctuation."""
    return 2 <= len(text) <= LABEL_MAX and len(_HAN.findall(text)) >= 2 and _GOOD.fullmatch(text) is not None


@cache
def _mark(word: str) -> str:
    """Part of speech of a word that stands alone."""
    if word in domain_terms():
        return "nz"
    tagged = _tag(word)
    return tagged[-1][1] if tagged else "x"


def _tag(word: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(word))


@cache
def _worth(tokens: tuple[str, ...]) -> float:
    """How well a run of words reads as a label, 0 where it does not."""
    text = "".join(tokens)
    if not is_label(text) or all(token in _EMPTY for token in tokens) or (tokens[0] in _EMPTY and len(tokens) == 1):
        return 0.0
    marks = [_mark(token) for token in tokens]
    if any(mark not in _INSIDE for mark in marks) or tokens[0] in _EMPTY:
        return 0.0
    worth = _TAIL.get(marks[-1], 0.0)
    if len(tokens) > 1 and marks[-1] in ("v", "a"):
        worth = 1.0 if marks[-2].startswith("n") or marks[-2] in ("vn", "j") else 0.3
    if len(tokens) > 1 and marks[0] in ("v", "a", "b") and marks[-1] not in ("n", "nz", "vn"):
        worth *= 0.5
    if tokens[-1] in _EMPTY and marks[-1] not in ("v", "vn"):
        worth *= 0.5
    if any(token in domain_terms() for token in tokens):
        worth *= _DOMAIN
    if len(tokens) == 3:
        worth *= 0.85
    return round(worth * _LENGTH[len(text)], 6)


def _candidates(text: str) -> dict[str, float]:
    """Phrases of one text with their worth; runs of one to three neighbouring content words."""
    content = set(content_words(text))
    found: dict[str, float] = {}
    run: list[str] = []
    for token in [*words(text), "。"]:
        if token not in content:
            run = []
            continue
        run = [*run[-2:], token]
        for size in range(1, len(run) + 1):
            piece = tuple(run[-size:])
            worth = _worth(piece)
            if worth > 0:
                phrase = "".join(piece)
                found[phrase] = max(worth, found.get(phrase, 0.0))
    return found


class Phrases:
    """Candidate labels of all units of a tree, with their frequencies (each unit counts once)."""

    def __init__(self, units: Sequence[Unit], *, banned: Iterable[str] = ()) -> None:
        self.of_unit: list[dict[str, float]] = []
        self.banned = frozenset(banned)
        for unit in units:
            found = _candidates(unit.text)
            for phrase in _candidates(unit.title) if unit.is_lead or len(units) < 200 else ():
                if phrase in unit.text:
                    found[phrase] = round(found.get(phrase, 0.0) * 1.15, 6)
            self.of_unit.append(found)
        self.frequency: Counter[str] = Counter(phrase for found in self.of_unit for phrase in found)
        self.size = len(self.of_unit)

    def rarity(self, phrase: str) -> float:
        """Return ln((1 + N) / (1 + n)) + 0.5 of a phrase over the tree."""
        return log((1 + self.size) / (1 + self.frequency[phrase])) + 0.5

    def count(self, members: Iterable[int]) -> Counter[str]:
        """Return how many of the units hold each phrase."""
        return Counter(phrase for unit in members for phrase in self.of_unit[unit])

    def rank(self, members: Sequence[int], total: Counter[str], n_total: int, *, least: int = 1) -> list[str]:
        """Rank the labels of a group against the units beside it, best first.

        Args:
            members: Units of the group.
            total: Phrase counts of the group and the units beside it.
            n_total: How many those are.
            least: Units of the group that must hold the phrase.
        """
        worth: dict[str, float] = {}
        for unit in members:
            for phrase, value in self.of_unit[unit].items():
                worth[phrase] = max(value, worth.get(phrase, 0.0))
        ranked = []
        for phrase, n in self.count(members).items():
            if n < least or phrase in self.banned:
                continue
            cover = n / len(members)
            other = (total[phrase] - n + 0.5) / (n_total - len(members) + 1)
            score = sqrt(cover) * log1p(cover / other) * worth[phrase] * sqrt(self.rarity(phrase))
            ranked.append((round(score, 6), phrase))
        ranked.sort(key=lambda item: (-item[0], item[1]))
        return [phrase for _, phrase in ranked]

    def name(self, groups: Sequence[Sequence[int]], taken: Iterable[str]) -> list[str]:
        """Name sibling groups: each label from its own leaves, all different, none of those taken above.

        Larger groups choose first.
        """
        total: Counter[str] = Counter()
        for group in groups:
            total.update(self.count(group))
        everyone = sum(len(group) for group in groups)
        if len(groups) == 1:
            total, everyone = self.frequency, self.size
        used = set(taken)
        labels = [""] * len(groups)
        for i in sorted(range(len(groups)), key=lambda i: (-len(groups[i]), i)):
            ranked = self.rank(groups[i], total, everyone, least=min(len(groups[i]), 2))
            labels[i] = unique_label(ranked or self.rank(groups[i], total, everyone), used)
            used.add(labels[i])
        return labels

    def tags(self, unit: int, most: int = TAGS) -> list[str]:
        """Return the recommended tags of one slice, best first, none inside another."""
        found = self.of_unit[unit]
        ranked = sorted(found, key=lambda phrase: (-round(found[phrase] * sqrt(self.rarity(phrase)), 6), phrase))
        chosen: list[str] = []
        for phrase in ranked:
            if phrase not in self.banned and not any(phrase in other or other in phrase for other in chosen):
                chosen.append(phrase)
            if len(chosen) == most:
                break
        return chosen


def unique_label(ranked: Iterable[str], used: set[str]) -> str:
    """Return the best label that is not used yet; at worst 未命名 with a number in Chinese."""
    for phrase in ranked:
        if phrase not in used:
            return phrase
    number = 1
    while f"未命名{_numeral(number)}" in used:
        number += 1
    return f"未命名{_numeral(number)}"


def _numeral(number: int) -> str:
    digits = "〇一二三四五六七八九"
    return "".join(digits[int(digit)] for digit in str(number))
