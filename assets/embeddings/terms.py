"""The lexicon as it is in force: for cutting words, and for finding the spans that a decision on a term touches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assets.text.segment import Lexicon, fold_light
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["KINDS", "check_term", "lexicon_of", "read_lexicon", "spans_holding"]

#: Kinds that a person may give a term.
KINDS = ("product", "institution", "contract", "term", "seed")
_TERM = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]{2,16}")


def read_lexicon(reader: Reader) -> Lexicon:
    """Return the lexicon in force as of the reader's publication: that with which words are cut and were indexed."""
    columns = ["term", "source", "status"]
    rows = reader.rows("lexicon", where={"status": "in_force", "source": ["found", "added"]}, columns=columns)
    return lexicon_of(rows + reader.rows("lexicon", where={"status": "rejected", "source": "shipped"}, columns=columns))


def lexicon_of(rows: Iterable[Mapping[str, Any]]) -> Lexicon:
    """Return the lexicon that rows of the table `lexicon` make (term, source, status)."""
    added: set[str] = set()
    removed: set[str] = set()
    for row in rows:
        if row["status"] == "in_force" and row["source"] in {"found", "added"}:
            added.add(fold_light(row["term"]))
        elif row["status"] == "rejected" and row["source"] == "shipped":
            removed.add(row["term"])
    return Lexicon(frozenset(added), frozenset(removed))


def check_term(term: str) -> str:
    """Return a term as it is kept.

    Raises:
        UsageError: it is no run of Chinese characters.
    """
    kept = term.strip()
    if _TERM.fullmatch(kept) is None:
        raise UsageError(
            f"{kept[:40] or 'An empty term'} is no term: give 2 to 16 Chinese characters without blanks or marks "
            "(codes and Latin words are kept whole as they are)."
        )
    return kept


def spans_holding(texts: Iterable[tuple[str, str]], terms: Sequence[str]) -> list[str]:
    """Return the ids of the spans whose text holds one of the terms, width, script and case aside.

    Args:
        texts: span_id and text.
        terms: The terms.
    """
    if not terms:
        return []
    wanted = re.compile("|".join(re.escape(fold_light(term)) for term in sorted(terms)))
    return [span for span, text in texts if wanted.search(fold_light(text)) is not None]
