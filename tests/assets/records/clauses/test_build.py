import polars as pl
import pytest

from assets.records.clauses.build import build_clauses
from assets.records.schema import CLAUSE_PARTS, CLAUSES, RULEBOOKS
from resources.errors import MissingColumnError


def sources(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["doc_id", "lane", "title", "text"], orient="row")
    return frame.with_columns(published_date=pl.lit(None, pl.String()), meta=pl.lit("{}"))


def test_build_clauses_cuts_rulebooks_only_in_the_columns_of_the_table() -> None:
    frame, _, books = build_clauses(
        sources(
            ("b", "rulebooks", "演示规则(2024-01-01)", "第一条 甲。\n第二条 乙。"),
            ("a", "rulebooks", "演示说明", "没有条文的说明。"),
            ("c", "news", "新闻", "第一条 不是规则。"),
        )
    )
    assert books.columns == RULEBOOKS.names
    assert books.select("doc_id", "document", "version", "n_clauses", "accounted_ratio").rows() == [
        ("a", "演示说明", None, 1, 1.0),
        ("b", "演示规则", "2024-01-01", 2, 1.0),
    ]
    assert frame.columns == CLAUSES.names
    assert frame.select("doc_id", "ordinal", "document", "version", "article", "text").rows() == [
        ("a", 0, "演示说明", None, None, "没有条文的说明。"),
        ("b", 0, "演示规则", "2024-01-01", "第一条", "甲。"),
        ("b", 1, "演示规则", "2024-01-01", "第二条", "乙。"),
    ]
    assert frame["clause_id"].n_unique() == 3


def test_build_clauses_of_nothing_is_an_empty_frame() -> None:
    frame, parts, _ = build_clauses(sources())
    assert (frame.height, frame.columns) == (0, CLAUSES.names)
    assert (parts.height, parts.columns) == (0, CLAUSE_PARTS.names)
    assert frame.schema["start"] == pl.Int64


def test_build_clauses_names_a_missing_column() -> None:
    with pytest.raises(MissingColumnError, match="text"):
        build_clauses(sources().drop("text"))
