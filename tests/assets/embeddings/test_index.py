"""What is put into the index for a span."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.embeddings.basis import fit_basis
from assets.embeddings.index import embed_spans, gram_tokens, joined, squeeze, word_tokens
from resources.errors import MissingColumnError

TEXTS = st.text(alphabet="原油期货，。SC2406 ％%.ＡＢ漲“”\n甲乙", max_size=30)


def spans(**columns: list[str | None]) -> pl.DataFrame:
    rows = {
        "span_id": ["s2", "s1"],
        "doc_id": ["d2", "d1"],
        "lane": ["news", None],
        "published_date": ["2024-04-18", None],
    }
    return pl.DataFrame({**rows, "text": ["原油上涨", "铜"], **columns}, schema_overrides={"published_date": pl.String})


def test_embed_spans_gives_rows_as_the_store_takes_them() -> None:
    rows = embed_spans("slice", spans(), fit_basis(["原油上涨"]))
    assert rows.columns == ["span_id", "doc_id", "lane", "published_date", "vector", "words", "grams", "text"]
    assert rows.drop("vector").rows() == [
        ("s1", "d1", "", "", "铜", "", "铜"),
        ("s2", "d2", "news", "2024-04-18", "原油 上涨", "原油 油上 上涨", "原油上涨"),
    ]
    assert rows.schema["vector"] == pl.Array(pl.Float32, 256)


def test_embed_spans_names_a_missing_column() -> None:
    with pytest.raises(MissingColumnError, match="spans of kind clause: column lane"):
        embed_spans("clause", spans().drop("lane"), fit_basis([]))


def test_squeeze_keeps_points_and_percent_signs_only() -> None:
    assert squeeze("ＳＣ2406， 漲 3.5％（約）") == "sc2406涨3.5%约"


def test_word_tokens_leaves_out_what_nobody_looks_for() -> None:
    assert word_tokens("原油的 " + "x" * 60) == ["原油"]


@given(TEXTS)
def test_joined_gives_back_what_was_cut(text: str) -> None:
    run = squeeze(text)
    assert joined(" ".join(gram_tokens(text))) == (run if len(run) > 1 else "")


@given(TEXTS, st.integers(0, 30), st.integers(2, 10))
def test_gram_tokens_of_a_part_are_those_of_the_text(text: str, start: int, length: int) -> None:
    assert set(gram_tokens(text[start : start + length])) <= set(gram_tokens(text))
