"""Words, content words and character bigrams of Chinese text, for matching, indexing and naming.

Nothing here gives offsets: what is quoted comes from spans (spans.py). The dictionary of the trade is data
(`terms.toml`, `products.toml`), and so is the stop list (`stopwords.toml`).
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from assets.text.folding import simplify
from assets.text.products import PRODUCTS

__all__ = [
    "SHIPPED",
    "Lexicon",
    "bigrams",
    "content_words",
    "domain_terms",
    "fold_light",
    "match_words",
    "words",
]

#: Tokens that a segmenter would cut: document numbers 〔2023〕12号, securities 600519.SH, contracts and option
#: strikes, percentages and grouped figures, days, Latin words with inner marks.
_WHOLE = re.compile(
    r"[〔\[［【(（]\d{4}[〕\]］】)）]第?\d{1,5}号"
    r"|\d{6}\.[A-Za-z]{2}(?![A-Za-z])"
    r"|(?<![A-Za-z])[A-Za-z]{1,2}\d{3,4}(?![年月日])(?:-[CPcp]-\d+)?(?![A-Za-z0-9])"
    r"|\d{4}-\d{2}-\d{2}(?!\d)"
    r"|\d+(?:,\d{3})*(?:\.\d+)?[%％‰]?"
    r"|[A-Za-z]+(?=\d{1,4}[年月日])"
    r"|[A-Za-z][A-Za-z0-9]*(?:[&'+\-._][A-Za-z0-9]+)*"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]+")
_SPEAKING = re.compile(r"[0-9A-Za-z\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")
_ASCII = re.compile(r"[0-9a-z]+(?:[.,&'+\-_/%][0-9a-z]+)*")
_NUMBER = re.compile(r"[\d.,%％‰]+")
_FULL_WIDTH = {**{c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}, 0x3000: 0x20}
#: Single characters that name a product, metal or currency by themselves; every other one is dropped.
_TELLING = frozenset("铜铝锌铅镍锡金银油煤钢糖棉豆米猪气电股债汇胶")


@cache
def _dictionary() -> dict[str, list[str]]:
    raw = tomllib.loads(files("assets.text").joinpath("terms.toml").read_text(encoding="utf-8"))
    return {kind: list(dict.fromkeys(terms)) for kind, terms in raw.items()}


@cache
def domain_terms() -> dict[str, str]:
    """Return every shipped term of two characters or more with its kind.

    Returns:
        Term to kind: product, institution or seed, in a fixed order.
    """
    found: dict[str, str] = {}
    for product in PRODUCTS.values():
        for name in (product.name, *product.aliases):
            if len(name) > 1:
                found.setdefault(name, "product")
    kinds = {"exchanges": "institution", "institutions": "institution"}
    for subject, terms in _dictionary().items():
        for term in terms:
            found.setdefault(term, kinds.get(subject, "seed"))
    return found


@dataclass(frozen=True)
class Lexicon:
    """What people decided on terms, beside the shipped lists: which are kept whole too, and which are not."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """Id of all that is in force: shipped terms and decisions."""
        said = "\n".join([*sorted(domain_terms()), "+", *sorted(self.added), "-", *sorted(self.removed)])
        return hashlib.sha256(said.encode("utf-8")).hexdigest()[:12]


#: No decision: the shipped lists alone.
SHIPPED = Lexicon()


@lru_cache(maxsize=8)
def _segmenter(lexicon: Lexicon = SHIPPED) -> Any:
    import rjieba

    jieba = rjieba.Jieba()
    for term in domain_terms():
        if _HAN.fullmatch(term):
            jieba.add_word(term, max(jieba.suggest_freq(term), 20_000 if len(term) > 3 else 2_000), "nz")
    for term in sorted(lexicon.removed):
        jieba.add_word(term, 0, "nz")
    for term in sorted(lexicon.added):
        jieba.add_word(term, max(jieba.suggest_freq(term), 50_000), "nz")
    return jieba


@cache
def _stop_words() -> frozenset[str]:
    raw = tomllib.loads(files("assets.text").joinpath("stopwords.toml").read_text(encoding="utf-8"))
    return frozenset(word for group in raw.values() for word in group)


def words(text: str) -> list[str]:
    """Cut a text into words, in order, as they are written; blanks are left out, punctuation is kept.

    Document numbers, contract and securities codes, figures and Latin words stay whole.
    """
    return list(_cut(text))


def _cut(text: str, lexicon: Lexicon = SHIPPED) -> Iterator[str]:
    cut = _segmenter(lexicon).cut
    at = 0
    for match in _WHOLE.finditer(text):
        if match.start() > at:
            yield from (word for word in cut(text[at : match.start()]) if not word.isspace())
        yield match[0]
        at = match.end()
    if at < len(text):
        yield from (word for word in cut(text[at:]) if not word.isspace())


def content_words(text: str) -> list[str]:
    """Cut a text into the words that carry its subject, in order, repeats kept.

    Stop words, single characters (but those that name a product by themselves, such as 铜), bare figures and
    punctuation are left out.
    """
    return [word for word in _cut(text) if _is_content(word)]


def _is_content(word: str) -> bool:
    if len(word) < 2:
        return word in _TELLING
    if _NUMBER.fullmatch(word) or not _SPEAKING.search(word):
        return False
    return word not in _stop_words() and word.lower() not in _stop_words()


class _Folds(dict[int, str]):
    """What each code point folds to, found on first sight."""

    def __missing__(self, code: int) -> str:
        char = chr(_FULL_WIDTH.get(code, code)).lower()
        self[code] = simplify(char) if _HAN.match(char) else char
        return self[code]


_FOLDS = _Folds()


def fold_light(text: str) -> str:
    """Fold width, script and case for matching, blanks and punctuation kept; never for quoting.

    Each character folds by itself, so that the folding of a part is a part of the folding.
    """
    return text.translate(_FOLDS)


def match_words(text: str, lexicon: Lexicon = SHIPPED) -> list[str]:
    """Cut the folded text into words for an index: all that speak, figures too, stop words left out."""
    stop = _stop_words()
    return [
        word
        for word in _cut(fold_light(text), lexicon)
        if _SPEAKING.search(word) and word not in stop and (len(word) > 1 or word in _TELLING or word.isascii())
    ]


def bigrams(text: str) -> list[str]:
    """Return the matching units of a text that need no dictionary, in order of kind.

    Returns:
        Character bigrams of each run of Chinese characters (a run of one gives that character), then whole Latin
        tokens and figures, both of the folded text.
    """
    folded = fold_light(text)
    found: list[str] = []
    for match in _HAN.finditer(folded):
        run = match[0]
        found += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    found += _ASCII.findall(folded)
    return found
