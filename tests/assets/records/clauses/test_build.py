import polars as pl
import pytest

from assets.records.clauses.build import build_clauses
from assets.records.schema import CLAUSES
from resources.errors import MissingColumnError


def sources(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["doc_id", "lane", "title", "text"], orient="row")


def test_build_clauses_cuts_rulebooks_only_in_the_columns_of_the_table() -> None:
    frame, rejects = build_clauses(
        sources(
            ("b", "rulebooks", "演示规则(2024-01-01)", "第一条 甲。\n第二条 乙。"),
            ("a", "rulebooks", "演示说明", "没有条文的说明。"),
            ("c", "news", "新闻", "第一条 不是规则。"),
        )
    )
    assert rejects == []
    assert frame.columns == CLAUSES.names
    assert frame.select("doc_id", "ordinal", "document", "version", "article", "text").rows() == [
        ("a", 0, "演示说明", None, None, "没有条文的说明。"),
        ("b", 0, "演示规则", "2024-01-01", "第一条", "甲。"),
        ("b", 1, "演示规则", "2024-01-01", "第二条", "乙。"),
    ]
    assert frame["clause_id"].n_unique() == 3


def test_build_clauses_of_nothing_is_an_empty_frame() -> None:
    frame, _ = build_clauses(sources())
    assert (frame.height, frame.columns) == (0, CLAUSES.names)
    assert frame.schema["start"] == pl.Int64


def test_build_clauses_names_a_missing_column() -> None:
    with pytest.raises(MissingColumnError, match="text"):
        build_clauses(sources().drop("text"))
