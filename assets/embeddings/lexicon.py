"""The lexicon of the domain: which products, institutions, contracts and terms the corpora hold, and how rare each is.

Terms come from the shipped word lists (kinds product, institution, seed), from the form of contracts and institutions'
names, and from words that keep company more often than chance (kind term). Where they stand is records/mentions.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from assets.embeddings.schema import LEXICON
from assets.text.products import contract_month, product_of_symbol
from assets.text.segment import content_words, domain_terms, fold_light, words
from resources.errors import MissingColumnError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

__all__ = ["build_lexicon"]

#: A mined term stands in at least this many texts, and its parts meet far more often than chance.
MIN_TEXTS = 3
MIN_ASSOCIATION = 0.55
MAX_TERM = 8
SHORT_MONTHS = "郑州商品交易所"
MAX_MINED = 2_000
#: Endings of the names of institutions, when a name stands before them.
_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:交易所|期货公司|证券公司|基金公司|研究院|研究所|期货业协会|行业协会|股份有限公司|有限责任公司|有限公司|期货有限公司"
    r"|集团|银行|证券|证监会|证监局|发改委|统计局|财政厅|委员会|监管局)"
)
_CONTRACT = re.compile(r"[A-Za-z]{1,2}\d{3,4}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
DECIMALS = 6


def build_lexicon(spans: pl.DataFrame) -> pl.DataFrame:
    """Build the lexicon of some spans.

    Args:
        spans: span_id, text; with a doc_id column documents are counted, otherwise spans are.

    Returns:
        LEXICON: a row per term, sorted by term; idf is the natural log of (1 + N) / (1 + documents).

    Raises:
        MissingColumnError: span_id or text is absent.
    """
    import polars as pl

    for name in ("span_id", "text"):
        if name not in spans.columns:
            raise MissingColumnError("spans of the lexicon", name, spans.columns)
    owner = "doc_id" if "doc_id" in spans.columns else "span_id"
    cut = _cut_by_document(spans.sort("span_id").select(owner, "text").rows())
    known = domain_terms()
    counts: Counter[str] = Counter()
    for held in cut.values():
        counts.update({word for run in held for word in run})
    kinds = {term: kind for term in counts if (kind := _kind_of(term, known)) is not None}
    mined = _mine(list(cut.values()), set(known))
    rows = [(term, kind, counts[term]) for term, kind in kinds.items()]
    rows += [
        (term, "institution" if _INSTITUTION.fullmatch(term) else "term", n) for term, n in mined if term not in kinds
    ]
    total = len(cut)
    columns = {
        "term": [term for term, _, _ in rows],
        "kind": [kind for _, kind, _ in rows],
        "documents": [n for _, _, n in rows],
        "idf": [round(math.log((1 + total) / (1 + n)), DECIMALS) for _, _, n in rows],
    }
    types = {"term": pl.String, "kind": pl.String, "documents": pl.Int64, "idf": pl.Float64}
    return pl.DataFrame(columns, schema=types).select(LEXICON.names).sort("term")


def _cut_by_document(rows: Iterable[tuple[str, str]]) -> dict[str, list[list[str]]]:
    """Each document's texts as runs of words; script and width are folded, case is kept for codes."""
    cut: dict[str, list[list[str]]] = {}
    for owner, text in rows:
        cut.setdefault(owner, []).append([_canonical(word) for word in words(fold_light(text))])
    return cut


def _canonical(word: str) -> str:
    return word.upper() if _CONTRACT.fullmatch(word) else word


def _kind_of(word: str, known: dict[str, str]) -> str | None:
    if word in known:
        return known[word]
    if _CONTRACT.fullmatch(word):
        return "contract" if _is_contract(word) else None
    return "institution" if _INSTITUTION.fullmatch(word) else None


def _is_contract(word: str) -> bool:
    """Three digits are written at Zhengzhou only; elsewhere GC001 is a repo rate and no contract."""
    product = product_of_symbol(word)
    if product is None or contract_month(word) is None:
        return False
    return word[-4:].isdigit() or product.exchange == SHORT_MONTHS


def _mine(documents: Sequence[Sequence[Sequence[str]]], known: set[str]) -> list[tuple[str, int]]:
    """Pairs of neighbouring content words that are a term of their own, with the documents that hold them."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for texts in documents:
        held: set[str] = set()
        met: set[tuple[str, str]] = set()
        for run in texts:
            held.update(run)
            met.update((a, b) for a, b in pairwise(run) if _can_join(a, b))
        single.update(held)
        pairs.update(met)
    total = len(documents)
    scored = []
    for (first, second), n in pairs.items():
        if n < MIN_TEXTS or first + second in known:
            continue
        chance = math.log(n * total / (single[first] * single[second]))
        association = round(chance / -math.log(n / total), DECIMALS) if n < total else 0.0
        if association >= MIN_ASSOCIATION and _is_content(first) and _is_content(second):
            scored.append((-n * association, first + second, n))
    best: dict[str, int] = {}
    for _, term, n in sorted(scored)[:MAX_MINED]:
        best.setdefault(term, n)
    return list(best.items())


def _can_join(first: str, second: str) -> bool:
    return (
        len(first) >= 2
        and len(second) >= 2
        and len(first) + len(second) <= MAX_TERM
        and _HAN.fullmatch(first) is not None
        and _HAN.fullmatch(second) is not None
    )


def _is_content(word: str) -> bool:
    return bool(content_words(word))
