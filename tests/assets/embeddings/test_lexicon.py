"""The lexicon that texts give."""

import math

import polars as pl
import pytest

from assets.embeddings.lexicon import build_lexicon
from assets.embeddings.schema import LEXICON
from resources.errors import MissingColumnError


def spans(*texts: str, doc_ids: list[str] | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"span_id": [f"s{i}" for i in range(len(texts))], "text": texts},
        schema={"span_id": pl.String, "text": pl.String},
    )
    return frame if doc_ids is None else frame.with_columns(doc_id=pl.Series(doc_ids))


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("原油", "product"),
        ("SC2406", "contract"),
        ("CF409", "contract"),
        ("上期所", "institution"),
        ("强行平仓", "seed"),
    ],
)
def test_build_lexicon_knows_the_kinds(term: str, kind: str) -> None:
    rows = build_lexicon(spans("上期所：原油合约sc2406、棉花CF409，会员强行平仓。"))
    assert dict(rows.select("term", "kind").rows())[term] == kind


def test_build_lexicon_leaves_out_what_only_looks_like_a_contract() -> None:
    assert build_lexicon(spans("GC001报2.1%，代码ZZ2406，AB12")).filter(pl.col("kind") == "contract").is_empty()


def test_build_lexicon_mines_words_that_keep_company() -> None:
    texts = (
        ["红海航线绕行增加运力。", "航线运费稳定。", "绕行之后成本上升。"]
        + ["好望角绕行，舱位紧张明显。"] * 4
        + ["天气晴朗，道路畅通。"] * 10
    )
    rows = build_lexicon(spans(*texts))
    mined = rows.filter(pl.col("kind") == "term")["term"].to_list()
    assert "舱位紧张" in mined


def test_build_lexicon_counts_documents_where_they_are_named() -> None:
    texts = ("原油上涨", "原油下跌", "铜价平稳")
    assert build_lexicon(spans(*texts)).filter(pl.col("term") == "原油")["documents"].item() == 2
    row = build_lexicon(spans(*texts, doc_ids=["d1", "d1", "d2"])).filter(pl.col("term") == "原油")
    assert row["documents"].item() == 1
    assert row["idf"].item() == round(math.log(3 / 2), 6)


def test_build_lexicon_is_in_the_form_of_its_table_and_does_not_depend_on_order() -> None:
    frame = spans("原油期货SC2406", "上期所铜期货", "豆粕、菜粕")
    rows = build_lexicon(frame)
    assert rows.columns == LEXICON.names
    assert rows["term"].is_sorted()
    assert rows["term"].is_unique().all()
    assert build_lexicon(frame.reverse()).equals(rows)


def test_build_lexicon_of_nothing_is_empty() -> None:
    assert build_lexicon(spans()).is_empty()


def test_build_lexicon_names_a_missing_column() -> None:
    with pytest.raises(MissingColumnError, match="text"):
        build_lexicon(pl.DataFrame({"span_id": ["s"]}))
