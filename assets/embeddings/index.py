"""What is put into the vector index for a span: its vector, and its words and bigrams for full-text search."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assets.text.segment import SHIPPED, Lexicon, fold_light, match_words
from resources.errors import MissingColumnError

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from resources.protocols import Embedder

__all__ = ["embed_spans", "gram_tokens", "joined", "squeeze", "word_tokens"]

_NEEDED = ("span_id", "doc_id", "lane", "published_date", "text")
#: Longer tokens (addresses, base64) are no words that anyone looks for; the index has a limit of its own.
MAX_TOKEN = 40
_MARKS = re.compile(r"[^0-9a-z.%\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]+")


def word_tokens(text: str, lexicon: Lexicon = SHIPPED) -> list[str]:
    """Return the words of a text as they stand in the index: folded, stop words left out."""
    return [
        word for word in match_words(text, lexicon) if len(word) <= MAX_TOKEN and not any(c.isspace() for c in word)
    ]


def squeeze(text: str) -> str:
    """Return the folded text without blanks and marks but points and percent signs: what literal search compares."""
    return _MARKS.sub("", fold_light(text))


def gram_tokens(text: str) -> list[str]:
    """Return the pairs of neighbouring characters of the squeezed text, as they stand in the index.

    Digits and Latin letters pair too, and pairs reach across marks, so that every part of a text of two characters or
    more shares its pairs with the text.
    """
    run = squeeze(text)
    return [run[i : i + 2] for i in range(len(run) - 1)]


def joined(grams: str) -> str:
    """Return the squeezed text whose pairs, joined by blanks, are given ("" where there are none)."""
    return grams[::3] + grams[-1:]


def embed_spans(
    kind: str,
    spans: pl.DataFrame,
    basis: Embedder,
    *,
    vectors: np.ndarray | None = None,
    lexicon: Lexicon = SHIPPED,
) -> pl.DataFrame:
    """Build the rows of the vector index for spans.

    Args:
        kind: slice or clause; named in errors.
        spans: span_id, doc_id, lane, published_date (null where undated), text. The text of a clause is preceded by
            its document's title and its path, which are searched with it and never quoted.
        basis: Space of the vectors.
        vectors: The spans' vectors, where they are there already: a row each in the order of span_id.
        lexicon: Which terms are kept whole.

    Returns:
        span_id, doc_id, lane, published_date ("" where undated), vector (array of float32), words and grams
        (tokens joined by blanks), text, a row per span, sorted by span_id.

    Raises:
        MissingColumnError: a column is absent.
    """
    import polars as pl

    for name in _NEEDED:
        if name not in spans.columns:
            raise MissingColumnError(f"spans of kind {kind}", name, spans.columns)
    rows = spans.select(_NEEDED).unique("span_id", keep="last", maintain_order=True).sort("span_id")
    texts = rows["text"].to_list()
    words = [word_tokens(text, lexicon) for text in texts]
    if vectors is None:
        vectors = basis.embed(texts, words=words)
    return rows.select(
        "span_id",
        "doc_id",
        pl.col("lane").fill_null(""),
        pl.col("published_date").cast(pl.String).fill_null(""),
        pl.Series("vector", vectors, dtype=pl.Array(pl.Float32, basis.dimension)),
        pl.Series("words", [" ".join(cut) for cut in words], dtype=pl.String),
        pl.Series("grams", [" ".join(gram_tokens(text)) for text in texts], dtype=pl.String),
        "text",
    )
