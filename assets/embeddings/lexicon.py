"""The lexicon of the domain: which products, institutions, contracts and terms the corpora hold, and how rare each is.

Terms come from the shipped word lists (kinds product, institution, seed), from the form of contracts and institutions'
names, and from new words that are found in the texts (kind term; see discovery.py). What people decided on them stands
above all that. Where terms stand is records/mentions.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assets.embeddings.discovery import find_terms
from assets.embeddings.schema import LEXICON
from assets.text.products import contract_month, product_of_symbol
from assets.text.segment import domain_terms, fold_light, words
from resources.errors import MissingColumnError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["build_lexicon", "count_documents", "decide"]

SHORT_MONTHS = "郑州商品交易所"
#: Endings of the names of institutions, when a name stands before them.
_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:交易所|期货公司|证券公司|基金公司|研究院|研究所|期货业协会|行业协会|股份有限公司|有限责任公司|有限公司|期货有限公司"
    r"|集团|银行|证券|证监会|证监局|发改委|统计局|财政厅|委员会|监管局)"
)
_CONTRACT = re.compile(r"[A-Za-z]{1,2}\d{3,4}")
DECIMALS = 6
#: Which state a decision gives a term.
_STATUS = {"accepted": "in_force", "added": "in_force", "rejected": "rejected"}


def build_lexicon(spans: pl.DataFrame) -> pl.DataFrame:
    """Build the lexicon of some spans, before anyone decided on it.

    Args:
        spans: span_id, text; with a doc_id column documents are counted, otherwise spans are.

    Returns:
        LEXICON: a row per term, sorted by term; idf is the natural log of (1 + N) / (1 + documents). Terms that were
        found are proposed, with the figures that speak for them; all others are in force.

    Raises:
        MissingColumnError: span_id or text is absent.
    """
    for name in ("span_id", "text"):
        if name not in spans.columns:
            raise MissingColumnError("spans of the lexicon", name, spans.columns)
    owner = "doc_id" if "doc_id" in spans.columns else "span_id"
    texts: dict[str, list[str]] = {}
    for document, text in spans.sort("span_id").select(owner, "text").rows():
        texts.setdefault(document, []).append(text)
    known = domain_terms()
    counts: Counter[str] = Counter()
    for held in texts.values():
        counts.update({_canonical(word) for text in held for word in words(fold_light(text))})
    kinds = {term: kind for term in counts if (kind := _kind_of(term, known)) is not None}
    total = len(texts)
    rows = [
        _row(term, kind, counts[term], total, source="shipped" if term in known else "form")
        for term, kind in kinds.items()
    ]
    for one in find_terms(texts, known):
        if one.term not in kinds:
            kind = "institution" if _INSTITUTION.fullmatch(one.term) else "term"
            figures = {"uses": one.uses, "cohesion": one.cohesion}
            entropies = {"left_entropy": one.left_entropy, "right_entropy": one.right_entropy}
            found = _row(one.term, kind, one.documents, total, source="found", status="proposed")
            rows.append({**found, **figures, **entropies})
    return _frame(rows)


def decide(
    rows: pl.DataFrame,
    decisions: Sequence[Mapping[str, Any]],
    *,
    counts: Mapping[str, int] | None = None,
    total: int = 0,
) -> pl.DataFrame:
    """Put people's decisions over a lexicon.

    Args:
        rows: LEXICON, with or without earlier decisions.
        decisions: term, decision, kind of each.
        counts: Documents that hold each term which somebody added.
        total: Documents there are.

    Returns:
        LEXICON: what was decided has its status, what was added is there whatever the texts say, and what is decided on no
        more is as it was found.
    """
    by_term = {row["term"]: row for row in decisions}
    kept = []
    for row in rows.to_dicts():
        decision = by_term.pop(row["term"], None)
        if decision is not None:
            kept.append({**row, "status": _STATUS[decision["decision"]], "kind": decision["kind"] or row["kind"]})
        elif row["source"] != "added":
            kept.append({**row, "status": "proposed" if row["source"] == "found" else "in_force"})
    for term, decision in sorted(by_term.items()):
        held = (counts or {}).get(term, 0)
        status = _STATUS[decision["decision"]]
        kept.append(_row(term, decision["kind"] or "term", held, total, source="added", status=status))
    return _frame(kept)


def count_documents(texts: Iterable[tuple[str, str]], terms: Sequence[str]) -> dict[str, int]:
    """Count the documents whose texts hold each of some terms.

    Args:
        texts: doc_id and text.
        terms: The terms.
    """
    if not terms:
        return {}
    folded = {term: fold_light(term) for term in terms}
    held: dict[str, set[str]] = {term: set() for term in terms}
    for document, text in texts:
        run = fold_light(text)
        for term, wanted in folded.items():
            if wanted in run:
                held[term].add(document)
    return {term: len(documents) for term, documents in held.items()}


def _row(term: str, kind: str, documents: int, total: int, *, source: str, status: str = "in_force") -> dict[str, Any]:
    idf = round(math.log((1 + total) / (1 + documents)), DECIMALS)
    row: dict[str, Any] = dict.fromkeys(LEXICON.names)
    return {**row, "term": term, "kind": kind, "documents": documents, "idf": idf, "source": source, "status": status}


def _frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    import polars as pl

    types = {"text": pl.String, "int": pl.Int64, "float": pl.Float64}
    schema = {column.name: types[column.type] for column in LEXICON.columns}
    return pl.DataFrame([dict(row) for row in rows], schema=schema).sort("term")


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
