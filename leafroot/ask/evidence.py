"""Evidence for a question among the hits of a search: how much of it a hit speaks of, and which sentences say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assets.text.folding import fold
from assets.text.segment import match_words
from assets.text.sentences import split_sentences
from assets.text.spans import Citation, sha256_text
from leafroot.ask.subject import Subject

__all__ = [
    "THRESHOLD",
    "Demands",
    "Evidence",
    "contradicts",
    "demands_of",
    "find_denial",
    "is_rumour",
    "question_words",
    "weigh_hits",
]

#: A hit and its best sentence must speak of more than this share of a question before it is an answer. Lay questions on
#: statutes: two in three of those with an answer find one then, and one in seventy-five of those without.
THRESHOLD = 0.5
#: A clause up to this length is quoted whole.
_WHOLE = 400
_SENTENCES = 2
#: Share of a rumour's pairs of characters that its denial must hold.
_SUBJECT = 0.4
#: Words of asking; they say nothing of the subject.
_ASKING = frozenset(
    [
        "请问",
        "怎么办",
        "怎么样",
        "怎么回事",
        "怎么处理",
        "如何处理",
        "几个",
        "多久",
        "多长",
        "什么样",
        "哪方面",
        "真的",
        "是真是假",
        "真假",
        "安排",
        "说法",
        "什么",
        "如何",
        "怎么",
        "怎样",
        "多少",
        "哪些",
        "哪个",
        "哪种",
        "哪里",
        "是否",
        "能否",
        "可否",
        "可以",
        "应当",
        "应该",
        "需要",
        "有没有",
        "是不是",
        "为什么",
        "为何",
        "规定",
        "具体",
        "内容",
        "要求",
        "包括",
        "进行",
        "情况",
        "情形",
        "问题",
        "知道",
        "告诉",
        "根据",
        "按照",
        "关于",
        "有关",
        "相关",
        "主要",
        "时候",
        "时间",
        "我们",
        "他们",
    ]
)
_RUMOUR = re.compile("网传|传闻|传言|有网友|小道消息|未经证实|有待核实|流传")
_DENIAL = re.compile("不实|不属实|谣言|辟谣|澄清|否认|并无此事|没有此事")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Evidence:
    """One hit with the share of the question that it speaks of and the sentences to quote."""

    hit: dict[str, Any]
    share: float
    citations: tuple[Citation, ...]


_ORGANISATION = re.compile(
    r"([\u4e00-\u9fff]{2,8}?)(公司|银行|交易所|集团|证监会|协会|研究院|法院|基金会|证券|期货公司)(?=的|在|是|对|将|于|何|有|被|第|[?,。]|$)"
)
_CODED = re.compile(r"(?<![a-z0-9])(?:[a-z]+\d[a-z0-9]*|\d{6}\.[a-z]{2})(?![a-z0-9])")
_NUMBERED = re.compile(r"\d{4}\)?\d{1,4}号")
_DAYS = re.compile(r"^(?:\d{4})-(\d{2})-(\d{2})$")


@dataclass(frozen=True)
class Demands:
    """What a hit must hold to be about the question at all: for each group one of its spellings; and the days it may be of."""

    groups: tuple[tuple[str, ...], ...] = ()
    days: tuple[str, ...] = ()

    def are_met(self, hit: dict[str, Any]) -> bool:
        """Whether the hit holds one spelling of each group, and is of one of the days or names it."""
        text = fold(f"{hit['citation']['title']} {hit['citation']['quote']}")
        if not all(any(spelling in text for spelling in group) for group in self.groups):
            return False
        return not self.days or any(_is_of(hit, text, day) for day in self.days)


def demands_of(question: str, subject: Subject) -> Demands:
    """Return what evidence must hold: each product, contract, organisation and code that the question names."""
    folded = fold(question)
    groups: list[tuple[str, ...]] = []
    for product in subject.products:
        names = {fold(name) for name in (product.name, *product.aliases)}
        groups.append((*sorted(names), *(fold(f"{product.code}{month}") for month in subject.months)))
    groups += [(month, month[1:]) for month in subject.months]
    known = {
        fold(f"{p.code}{m}") for p in subject.products for m in (*subject.months, *(m[1:] for m in subject.months))
    }
    groups += [(code.group(),) for code in _CODED.finditer(folded) if code.group() not in known]
    groups += [(match.group().lstrip("0"),) for match in _NUMBERED.finditer(folded)]
    for match in _ORGANISATION.finditer(folded):
        groups.append((match[1][-2:] + match[2],))
    return Demands(tuple(dict.fromkeys(groups)), subject.days)


def _is_of(hit: dict[str, Any], text: str, day: str) -> bool:
    if (hit["published"] or "")[:10] == day or day in text:
        return True
    found = _DAYS.match(day)
    return found is not None and f"{int(found[1])}月{int(found[2])}日" in text


def question_words(question: str) -> list[str]:
    """Return the folded words that carry what a question is about, each once, in order."""
    words = [fold(word) for word in match_words(question)]
    return [word for word in dict.fromkeys(words) if word and word not in _ASKING]


def weigh_hits(words: Sequence[str], hits: Sequence[dict[str, Any]]) -> list[Evidence]:
    """Return the hits that speak of enough of the question, in the order of the search; what is quoted of each is cited."""
    if not words:
        return []
    found = []
    for hit in hits:
        title, quote = (fold(hit["citation"][name]) for name in ("title", "quote"))
        sentences = [fold(hit["citation"]["quote"][slice(*span)]) for span in split_sentences(hit["citation"]["quote"])]
        closest = max((_share(words, f"{title} {sentence}") for sentence in sentences), default=0.0)
        share = (_share(words, f"{title} {quote}") + closest) / 2
        if share > THRESHOLD and _share(words, quote) > 0:
            found.append(Evidence(hit, share, tuple(_quote(words, hit))))
    return found


def is_rumour(hit: dict[str, Any]) -> bool:
    """Whether a news item passes on what nobody has confirmed."""
    return (
        hit["kind"] == "slice" and _RUMOUR.search(f"{hit['citation']['title']}{hit['citation']['quote']}") is not None
    )


def find_denial(evidence: Sequence[Evidence], hits: Sequence[dict[str, Any]]) -> Evidence | None:
    """Return what denies a rumour that is quoted: another document of the hits that says so; None: nothing is denied.

    Args:
        evidence: What is quoted.
        hits: Hits about the same subject, those of a search for denials among them.
    """
    rumours = [one for one in evidence if is_rumour(one.hit)]
    if not rumours:
        return None
    told = {one.hit["citation"]["doc_id"] for one in rumours}
    for hit in hits:
        citation: Citation = hit["citation"]
        if citation["doc_id"] in told or not _DENIAL.search(citation["quote"]):
            continue
        if not any(_shares_subject(one.hit["citation"], citation) for one in rumours):
            continue
        spans = [span for span in split_sentences(citation["quote"]) if _DENIAL.search(citation["quote"][slice(*span)])]
        return Evidence(hit, 0.0, tuple(_part(citation, *span) for span in spans[:_SENTENCES]))
    return None


def _shares_subject(rumour: Citation, denial: Citation) -> bool:
    """Whether a denial speaks of what a rumour says: much of the rumour's quoted words or title stands in it."""
    marked = re.findall("[“「]([^”」]{4,40})[”」]", rumour["quote"])
    subjects = [fold(text) for text in (*marked, _RUMOUR.sub("", rumour["title"]))]
    text = fold(f"{denial['title']}{denial['quote']}")
    for subject in subjects:
        pairs = {subject[i : i + 2] for i in range(len(subject) - 1)}
        if pairs and sum(pair in text for pair in pairs) >= len(pairs) * _SUBJECT:
            return True
    return False


def contradicts(one: Evidence, other: Evidence) -> bool:
    """Whether two documents say the same sentence with other figures."""
    if one.hit["citation"]["doc_id"] == other.hit["citation"]["doc_id"] or not (one.citations and other.citations):
        return False
    left, right = (fold("".join(c["quote"] for c in e.citations)) for e in (one, other))
    figures = _FIGURE.findall(left), _FIGURE.findall(right)
    if not figures[0] or not figures[1] or figures[0] == figures[1]:
        return False
    from rapidfuzz import fuzz

    return fuzz.ratio(_FIGURE.sub("#", left), _FIGURE.sub("#", right)) >= 90


def _share(words: Sequence[str], text: str) -> float:
    """Share of the words that the text holds, by length; a word of three or more counts by its pairs of characters."""
    total = held = 0.0
    for word in words:
        total += len(word)
        if word in text:
            held += len(word)
        elif len(word) > 2:
            pairs = [word[i : i + 2] for i in range(len(word) - 1)]
            held += len(word) * sum(pair in text for pair in pairs) / len(pairs) / 2
    return held / total if total else 0.0


def _quote(words: Sequence[str], hit: dict[str, Any]) -> list[Citation]:
    """The sentences of a hit that speak most of the question, in reading order; a short clause whole."""
    citation: Citation = hit["citation"]
    text = citation["quote"]
    if hit["kind"] == "clause" and len(text) <= _WHOLE:
        return [citation]
    spans = split_sentences(text)
    ranked = sorted(range(len(spans)), key=lambda i: (-_share(words, fold(text[slice(*spans[i])])), i))
    best = sorted(ranked[:_SENTENCES])
    kept = [i for i in best if _share(words, fold(text[slice(*spans[i])])) > 0] or best[:1]
    return [_part(citation, *spans[i]) for i in kept]


def _part(citation: Citation, start: int, end: int) -> Citation:
    quote = citation["quote"][start:end]
    begin = citation["start"]
    return Citation(
        **{**citation, "start": begin + start, "end": begin + end, "quote": quote, "sha256": sha256_text(quote)}
    )
