"""Labels from the leaves' own words: candidate phrases, and the class-based TF-IDF that picks among them.

A label is a phrase that stands verbatim in at least one of its leaves, of 2 to 12 characters with at least two Chinese
ones, unique among its siblings and different from what stands above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from math import log, log1p, sqrt

from assets.tags.levels.units import Unit
from assets.text.segment import content_words, domain_terms, words

__all__ = ["LABEL_MAX", "Phrases", "is_label", "strip_dateline", "unique_label"]

LABEL_MAX = 12
#: Recommended tags of a slice, and what a phrase must be worth to be one where a slice has such.
TAGS, TAG_MIN = 3, 0.6
#: How much more a phrase of the key sentence is worth.
KEY_SENTENCE = 1.4
#: How much more a name is worth that the tree before had.
KNOWN = 1.2
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_GOOD = re.compile(r"[㐀-鿿豈-﫿A-Za-z0-9+&\-]+")
#: Words that report, date or measure; alone they name nothing, and none of them begins a label.
_EMPTY = frozenset([
    "表示", "认为", "预计", "指出", "显示", "公布", "发布", "宣布", "报道", "消息", "记者", "数据", "数据显示", "目前", "今日", "昨日", "当日",
    "当天", "日电", "日讯", "近日", "方面", "情况", "公告", "回应", "进行", "成为", "出现", "相关", "有关", "可能", "继续", "达到", "超过", "实现",
    "开展", "推进", "同比", "环比", "市场", "公司", "时间", "问题", "工作", "其中", "影响", "分析", "分析师", "观点", "看法", "建议", "因素",
    "原因", "走势", "行情", "收盘", "美元", "亿元", "万元", "万吨", "万桶", "报告", "统计", "较前", "截至", "上涨", "下跌", "上行", "下行", "增加",
    "减少", "提高", "降低", "下降", "上升", "变化", "调整", "有所", "持续", "保持", "需要", "能够", "关注", "导致", "推动", "带动", "造成", "受到",
    "带来", "存在", "作为", "新闻", "财经", "快讯", "电讯", "编辑", "责任编辑", "来源", "转自", "本文", "投资者", "日内", "早间", "午间", "晚间",
    "周一", "周二", "周三", "周四", "周五", "周六", "周日", "上午", "下午", "凌晨", "中国", "全球", "国内", "国际", "主要", "整体", "明显", "不断",
    "之内", "收报", "报收", "收于", "主力合约", "次主力合约", "主力", "结算价", "前结算价", "收盘价", "开盘价", "期货价格", "交易日", "上一交易日", "当地时间",
    "单日", "跌幅", "涨幅", "价格", "期货", "合约", "同期", "品种", "结果", "地区", "部分", "人士", "全部", "第一", "水平", "过程", "消费者",
    "责任人", "负责人", "知情人士", "有限公司", "因涉嫌", "前值", "终值", "修正值", "初值", "期间", "业内人士", "平均", "连续", "重点", "传闻称", "昨晚",
    "今晚", "年内", "月内", "年底", "季度", "财季", "财年", "上半年", "下半年", "全年", "去年", "今年", "明年", "假期", "节前", "节后", "首日",
    "当周", "上周", "本周", "下周", "组长", "研究员", "经理", "总经理", "基金经理",
])  # fmt: skip
#: What happens to a thing: behind a noun these make a label (库存 增加), other verbs do not (油价 报).
_CHANGES = frozenset([
    "增加", "减少", "下降", "上升", "回升", "回落", "缓和", "升级", "回吐", "降温", "升温", "紧张", "疲软", "走弱", "走强", "放缓", "收紧", "放宽",
    "扩大", "收窄", "减产", "增产", "停产", "复产", "检修", "谈判", "停火", "冲突", "上调", "下调", "反弹", "企稳", "承压", "震荡", "走阔", "累积",
    "去化", "偏紧", "过剩", "短缺", "收跌", "收涨", "低开", "高开", "走高", "走低", "下跌", "上涨", "大跌", "大涨", "跌停", "涨停", "下滑", "攀升",
    "改善", "恶化", "加息", "降息", "制裁", "延续", "破裂", "转让", "减持", "增持", "回购", "退市", "上市", "变更", "违约", "辞职", "收购",
])  # fmt: skip
#: How much a kind of word is worth at the end of a label (rjieba's part-of-speech marks).
_TAIL = {"n": 1.0, "nz": 1.1, "nt": 0.6, "vn": 0.9, "an": 0.9, "j": 0.85, "l": 0.6, "i": 0.5, "eng": 0.6, "code": 1.25}
_TAIL |= {"ns": 0.5, "nr": 0.2, "nrt": 0.2, "nrfg": 0.2, "v": 0.35, "a": 0.3, "b": 0.3}
#: Kinds of word that may begin a label of several words.
_HEAD = frozenset({"n", "nz", "nt", "vn", "an", "j", "ns", "eng", "b", "ng", "s", "l"})
#: Lengths that read best: two characters say little, more than eight are a sentence.
_LENGTH = {2: 0.6, 3: 0.9, 4: 1.15, 5: 1.1, 6: 1.1, 7: 1.0, 8: 0.95, 9: 0.9, 10: 0.85, 11: 0.75, 12: 0.65}
#: A term of the trade names better than another word, an institution less well than its subject.
_DOMAIN, _INSTITUTION = 1.3, 0.6
_HOUSE = re.compile(r"(?:投资|证券|研究所|研究院|咨询|资本|基金|银行|集团|股份|公司|财经|快讯|能源网|日报)$")
_RUN = re.compile(r"[㐀-鿿豈-﫿]{2,}")
_CODE = re.compile(r"[A-Za-z]{1,2}\d{3,4}")
#: Where and when a story was filed stands before it and names nothing.
_DATELINE = re.compile(r"^[^，。：；]{0,14}?\d{1,2}月\d{1,2}日(?:讯|电|消息|报道)[，,：:\s]*")


def is_label(text: str) -> bool:
    """Whether a phrase can be a label: 2 to 12 characters, two of them Chinese, no blank or punctuation."""
    return 2 <= len(text) <= LABEL_MAX and len(_HAN.findall(text)) >= 2 and _GOOD.fullmatch(text) is not None


def strip_dateline(sentence: str) -> str:
    """Return a sentence without where and when it was filed; what is left is verbatim."""
    return _DATELINE.sub("", sentence) or sentence


@cache
def _mark(word: str) -> str:
    """Part of speech of a word that stands alone."""
    if word in domain_terms():
        return "nt" if domain_terms()[word] == "institution" else "nz"
    if _CODE.fullmatch(word):
        return "code"
    tagged = _tag(word)
    return tagged[-1][1] if tagged else "x"


def _tag(word: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(word))


@cache
def _worth(tokens: tuple[str, ...]) -> float:
    """How well a run of words reads as a label, 0 where it does not."""
    text = "".join(tokens)
    marks = [_mark(token) for token in tokens]
    if not is_label(text) or marks[-1] not in _TAIL:
        return 0.0
    if marks[-1] == "code":
        return _TAIL["code"] if len(tokens) == 2 and tokens[0] in ("主力合约", "次主力合约", "合约") else 0.0
    if tokens[0] in _EMPTY or (len(tokens) > 1 and any(mark not in _HEAD for mark in marks[:-1])):
        return 0.0
    worth = _TAIL[marks[-1]]
    if len(tokens) > 1 and tokens[-1] in _CHANGES:
        worth = 1.05
    elif tokens[-1] in _EMPTY or (len(tokens) > 1 and marks[-1] in ("v", "a", "nr", "b")):
        return 0.0
    if len(tokens) == 1 and tokens[0] in _CHANGES:
        worth *= 0.4
    elif any(token in domain_terms() for token in tokens):
        worth *= _DOMAIN
    if len(tokens) == 3:
        worth *= 0.85
    if _HOUSE.search(text):
        worth *= _INSTITUTION
    return round(worth * _LENGTH[len(text)], 6)


def _candidates(text: str) -> dict[str, float]:
    """Phrases of one text with their worth; runs of one to three neighbouring content words."""
    content = set(content_words(text))
    found: dict[str, float] = {}
    run: list[str] = []
    for token in words(_DATELINE.sub("", text)):
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

    def __init__(self, units: Sequence[Unit], *, banned: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """Collect the phrases; `known` names of the tree before are worth a little more, so that names last."""
        self.of_unit: list[dict[str, float]] = []
        self.texts = [unit.text for unit in units]
        self.titles = [unit.title for unit in units]
        self.key: dict[int, set[str]] = {}
        self.banned = frozenset(banned)
        self.known = frozenset(known)
        for unit in units:
            found = _candidates(unit.text)
            for phrase in _candidates(unit.title) if unit.is_lead or len(units) < 200 else ():
                if phrase in unit.text:
                    found[phrase] = round(found.get(phrase, 0.0) * 1.15, 6)
            for phrase in self.known & found.keys():
                found[phrase] = round(found[phrase] * KNOWN, 6)
            self.of_unit.append(found)
        self.frequency: Counter[str] = Counter(phrase for found in self.of_unit for phrase in found)
        self.size = len(self.of_unit)

    def prefer(self, unit: int, sentence: str) -> None:
        """Raise the phrases of the sentence that stands for a unit: a tag names what its summary says."""
        found = self.of_unit[unit]
        self.key[unit] = {phrase for phrase in found if phrase in sentence}
        for phrase in self.key[unit]:
            found[phrase] = round(found[phrase] * KEY_SENTENCE, 6)

    def best(self, unit: int) -> float:
        """Return the worth of the best phrase of a unit, 0.0 where it has none."""
        return max((worth for phrase, worth in self.of_unit[unit].items() if phrase not in self.banned), default=0.0)

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
            ranked = ranked or self.rank(groups[i], total, everyone)
            labels[i] = unique_label(chain(ranked, self._plain(groups[i])), used)
            used.add(labels[i])
        return labels

    def _plain(self, members: Sequence[int]) -> Iterator[str]:
        """Whatever else of the group's own words can be a label, for texts such as the rows of a table."""
        for unit in members:
            for text in (self.texts[unit], self.titles[unit]):
                yield from (word for word in words(text) if is_label(word))
                yield from (run[:8] for run in _RUN.findall(text))

    def tags(self, unit: int, most: int = TAGS) -> list[str]:
        """Return the recommended tags of one slice, best first, none inside another."""
        found = {phrase: worth for phrase, worth in self.of_unit[unit].items() if worth >= TAG_MIN} or self.of_unit[
            unit
        ]
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
