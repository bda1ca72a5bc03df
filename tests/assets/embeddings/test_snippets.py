"""Snippets: a part of what is quoted, never other text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.embeddings.index import gram_tokens, squeeze
from assets.embeddings.scoring import Query
from assets.embeddings.snippets import LONGEST, snippet

LONG = (
    "市场整体平稳，各品种成交量与前一日相当。" * 8
    + "原油期货SC2406合约涨跌停板幅度调整为10%。"
    + "其余事项另行通知。" * 8
)


def asked(query: str) -> Query:
    return Query(query, squeeze(query), {}, dict.fromkeys(gram_tokens(query), 1.0), {})


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("SC2406合约", "原油期货SC2406合约"), ("合约涨停幅度调整", "原油期货SC2406合约涨跌停板幅度调整为10%。")],
    ids=["as it stands", "most of it"],
)
def test_snippet_begins_with_the_sentence_that_answers(query: str, wanted: str) -> None:
    start, end = snippet(LONG, asked(query))
    assert LONG[start:end].startswith(wanted)


def test_snippet_of_a_short_quote_is_the_whole() -> None:
    assert snippet("原油", asked("铜")) == (0, 2)


def test_snippet_shows_what_stands_deep_in_a_long_sentence() -> None:
    text = "各" * 300 + "原油" + "种" * 300
    start, end = snippet(text, asked("原油"))
    assert "原油" in text[start:end]


@given(st.text(max_size=500), st.text(min_size=1, max_size=200))
def test_snippet_is_a_span_of_the_quote(quote: str, query: str) -> None:
    start, end = snippet(quote, asked(query))
    assert 0 <= start <= end <= len(quote)
    assert end - start <= max(LONGEST, len(query))
