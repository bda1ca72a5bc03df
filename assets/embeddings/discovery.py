"""New words: neighbouring tokens that are one term, by how often they meet, how firmly, and how freely they stand.

A term coheres (its parts meet far more often than chance would have it, however it is cut in two) and stands free (many
different words come before and behind it). Both figures stay with it, so that a person can see why it was proposed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.text.segment import content_words, fold_light, words

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Found", "find_terms"]

#: Texts that are looked at at most; of more, those with the smallest hashes.
MAX_TEXTS = 30_000
#: A term stands this often, in this many documents, with this many characters.
MIN_USES, MIN_DOCUMENTS = 6, 4
MIN_LENGTH, MAX_LENGTH = 3, 8
#: Least PMI of its cuts in two, and least entropy on either side (both in nats). Chosen on news flashes by reading.
MIN_COHESION, MIN_ENTROPY = 3.5, 1.2
#: A part of a longer term that stands alone in less than this share of its uses is not proposed.
ALONE = 0.4
MAX_FOUND = 2_000
DECIMALS = 4
_HAN = re.compile(r"[\u4e00-\u9fff]+")
#: What no term begins or ends with: particles, adverbs, pronouns, counting and dating words.
_LOOSE = frozenset(
    "的了着过地得之其这那此该各每某本我你他她它们是在有为被把将从向对于与和及或而但并且且也还又再就才都均仅只可能会要应须需已曾正共约近逾超达至到自由以因如若则即所等者中内外上下前后里间时年月日号点分秒个只家件次名位项种条万亿元两第首末不无未非很更最较太极多少大小据获遭拟并升降涨跌说称指报受按经使让给令曰今昨明当该"
)
#: Words of moving and reporting: what stands before or behind them is a sentence, no term.
_TELLING = re.compile(
    r"下降|上升|上涨|下跌|增长|减少|增加|增速|走强|走弱|上扬|激增|新增|提高|降低|回升|回落|"
    r"开盘|收盘|收涨|收跌|拉升|跳水|下滑|攀升|反弹|扩大|收窄|发布|披露|报告|公告|宣布|表示|"
    r"指出|认为|预计|预期|显示|开始|进行|实现|推进|推动|加快|加强|完善|提升|支持|开展|召开|"
    r"印发|担任|同比|环比|累计|单日|当日|当地|全年|全球|昨日|今日|目前|感染|接种|获得|达到|"
    r"超过|修正为|拟发行|继续|持续|快速"
)


@dataclass(frozen=True)
class Found:
    """A term with its figures; entropies and cohesion in nats, rounded to 4 decimals."""

    term: str
    documents: int
    uses: int
    cohesion: float
    left_entropy: float
    right_entropy: float


def find_terms(documents: Mapping[str, Sequence[str]], known: Iterable[str]) -> list[Found]:
    """Find the terms that texts hold and no list has.

    Args:
        documents: The texts of each document, by its id.
        known: Terms that are in a list already.

    Returns:
        The terms, those that stand most often and most freely first, 2,000 at most; equal texts give equal terms in any
        order.
    """
    import numpy as np

    flat, owners, vocabulary = _encode(_sample(documents))
    if len(flat) < 2:
        return []
    fit = np.array([_can_join(word) for word in vocabulary], dtype=bool)
    grams = _Grams(flat, owners, fit)
    listed = {fold_light(term) for term in known}
    found: dict[str, tuple[Found, tuple[int, ...]]] = {}
    for size in (2, 3):
        for place, key in enumerate(grams.keys[size].tolist()):
            parts = grams.split(key, size)
            term = "".join(vocabulary[part] for part in parts)
            if not MIN_LENGTH <= len(term) <= MAX_LENGTH or term in listed or not _may_be(term, parts, vocabulary):
                continue
            one = grams.measure(term, parts, size, place)
            if one is not None:
                found.setdefault(term, (one, parts))
    return _rank(found)


def _sample(documents: Mapping[str, Sequence[str]]) -> list[tuple[int, str]]:
    """Texts with the number of their document, in the order of their hashes."""
    keyed = []
    for number, owner in enumerate(sorted(documents)):
        keyed += [
            (hashlib.sha256(text.encode("utf-8")).hexdigest(), number, text) for text in dict.fromkeys(documents[owner])
        ]
    seen: set[str] = set()
    kept = []
    for key, number, text in sorted(keyed):
        if key not in seen:
            seen.add(key)
            kept.append((number, text))
    return kept[:MAX_TEXTS]


def _encode(texts: Sequence[tuple[int, str]]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """All tokens as numbers, one text after the other with -1 between, and the document of each."""
    import numpy as np

    place: dict[str, int] = {}
    codes: list[int] = []
    owners: list[int] = []
    for number, text in texts:
        for word in words(fold_light(text)):
            codes.append(place.setdefault(word, len(place)))
            owners.append(number)
        codes.append(-1)
        owners.append(-1)
    return np.array(codes, dtype=np.int64), np.array(owners, dtype=np.int64), list(place)


class _Grams:
    """Counts of neighbouring tokens; a run of two or three is one number."""

    def __init__(self, flat: np.ndarray, owners: np.ndarray, fit: np.ndarray) -> None:
        import numpy as np

        self.base = len(fit)
        self.flat, self.owners = flat, owners
        self.total = max(int((flat >= 0).sum()), 1)
        self.single = np.bincount(flat[flat >= 0], minlength=self.base)
        joins = np.append(fit, False)[flat]
        self.places: dict[int, np.ndarray] = {}
        self.keys: dict[int, np.ndarray] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._ends: dict[int, np.ndarray] = {}
        for size in (2, 3):
            inside = joins.copy()
            code = flat.copy()
            for step in range(1, size):
                inside = inside[:-1] & joins[step:]
                code = code[:-1] * self.base + flat[step:]
            at = np.flatnonzero(inside)
            code = code[at]
            order = np.argsort(code, kind="stable")
            keys, starts, counts = np.unique(code[order], return_index=True, return_counts=True)
            often = counts >= MIN_USES
            self.keys[size] = keys[often]
            self._counts[size] = dict(zip(keys[often].tolist(), counts[often].tolist(), strict=True))
            self.places[size] = at[order]
            self._ends[size] = np.stack([starts, starts + counts], axis=1)[often]

    def split(self, key: int, size: int) -> tuple[int, ...]:
        """The tokens of a run."""
        parts = []
        for _ in range(size):
            key, part = divmod(key, self.base)
            parts.append(part)
        return tuple(reversed(parts))

    def count(self, parts: tuple[int, ...]) -> int:
        """How often a run stands; 0 where it is rare."""
        if len(parts) == 1:
            return int(self.single[parts[0]])
        key = 0
        for part in parts:
            key = key * self.base + part
        return self._counts[len(parts)].get(key, 0)

    def measure(self, term: str, parts: tuple[int, ...], size: int, place: int) -> Found | None:
        """The figures of a run, None where it is no term by one of them."""
        import numpy as np

        uses = self.count(parts)
        cuts = [(self.count(parts[:cut]), self.count(parts[cut:])) for cut in range(1, size)]
        cohesion = min(float(np.log(uses * self.total / max(left * right, 1))) for left, right in cuts)
        if round(cohesion, DECIMALS) < MIN_COHESION:
            return None
        begin, end = self._ends[size][place]
        at = self.places[size][begin:end]
        documents = len(np.unique(self.owners[at]))
        if documents < MIN_DOCUMENTS:
            return None
        left, right = self._entropy(at - 1), self._entropy(at + size)
        if min(left, right) < MIN_ENTROPY:
            return None
        return Found(term, documents, uses, round(cohesion, DECIMALS), left, right)

    def _entropy(self, at: np.ndarray) -> float:
        """How open the tokens at some places are; a text's edge is as good as any word that comes once."""
        import numpy as np

        inside = (at >= 0) & (at < len(self.flat))
        tokens = np.where(inside, self.flat[np.clip(at, 0, len(self.flat) - 1)], -1)
        counts = np.unique(tokens[tokens >= 0], return_counts=True)[1]
        edges = int((tokens < 0).sum())
        shares = np.concatenate([counts, np.ones(edges)]) / len(at)
        return round(float(-(shares * np.log(shares)).sum()), DECIMALS)


def _can_join(word: str) -> bool:
    return _HAN.fullmatch(word) is not None and not (len(word) == 1 and word in _LOOSE)


def _may_be(term: str, parts: Sequence[int], vocabulary: Sequence[str]) -> bool:
    """Whether what a term begins and ends with carries a subject."""
    first, last = vocabulary[parts[0]], vocabulary[parts[-1]]
    if term[0] in _LOOSE or term[-1] in _LOOSE or _TELLING.fullmatch(first) or _TELLING.fullmatch(last):
        return False
    return all(len(word) == 1 or bool(content_words(word)) for word in (first, last))


def _rank(found: Mapping[str, tuple[Found, tuple[int, ...]]]) -> list[Found]:
    """The best terms; a part of a longer one that hardly stands alone is left out."""
    within: dict[tuple[int, ...], int] = {}
    for one, parts in found.values():
        if len(parts) == 3:
            for inner in (parts[:2], parts[1:]):
                within[inner] = max(within.get(inner, 0), one.uses)
    kept = [one for one, parts in found.values() if one.uses - within.get(parts, 0) >= ALONE * one.uses]
    return sorted(kept, key=lambda one: (-one.documents * min(one.left_entropy, one.right_entropy), one.term))[
        :MAX_FOUND
    ]
