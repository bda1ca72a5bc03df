"""The lexicon that texts give."""

import math

import polars as pl
import pytest

from assets.embeddings.lexicon import build_lexicon, count_documents, decide
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


def test_build_lexicon_proposes_what_it_finds_with_its_figures() -> None:
    texts = [
        f"{before}舱位紧张{behind}"
        for before in ("近期", "据悉", "关于", "港口")
        for behind in ("推高运价。", "，需求平稳", "问题", "加剧")
    ]
    rest = [f"道路畅通，第{i}日天气晴朗。" for i in range(80)]
    rows = build_lexicon(spans(*texts, *rest)).filter(pl.col("source") == "found")
    (row,) = rows.to_dicts()
    assert (row["term"], row["kind"], row["status"], row["documents"], row["uses"]) == (
        "舱位紧张",
        "term",
        "proposed",
        16,
        16,
    )
    assert row["cohesion"] > 2
    assert (row["left_entropy"], row["right_entropy"]) == (
        pytest.approx(math.log(4), abs=1e-3),
        pytest.approx(math.log(4), abs=1e-3),
    )


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


def decision(term: str, verdict: str, kind: str | None = None) -> dict[str, str | None]:
    return {"term": term, "decision": verdict, "kind": kind, "decided_by": "王"}


def statuses(rows: pl.DataFrame) -> dict[str, tuple[str, str, str]]:
    return {row["term"]: (row["source"], row["status"], row["kind"]) for row in rows.to_dicts()}


def test_decide_puts_decisions_over_what_was_found() -> None:
    rows = build_lexicon(spans("原油期货SC2406", "上期所铜期货", "原油、菜粕"))
    said = [decision("原油", "rejected", "product"), decision("冰上丝路", "added", "term")]
    decided = decide(rows, said, counts={"冰上丝路": 1}, total=3)
    assert statuses(decided)["原油"] == ("shipped", "rejected", "product")
    assert statuses(decided)["冰上丝路"] == ("added", "in_force", "term")
    assert decided.filter(pl.col("term") == "冰上丝路")["idf"].item() == round(math.log(4 / 2), 6)
    assert decided["term"].is_sorted()


def test_decide_forgets_decisions_that_are_no_more() -> None:
    rows = build_lexicon(spans("原油期货SC2406", "上期所铜期货", "原油、菜粕"))
    decided = decide(rows, [decision("原油", "rejected", "product"), decision("冰上丝路", "added", "term")])
    assert decide(decided, []).equals(rows)


def test_count_documents_folds_width_and_script() -> None:
    texts = [("d1", "冰上絲路開通"), ("d1", "冰上丝路"), ("d2", "丝路"), ("d3", "冰上丝路")]
    assert count_documents(texts, ["冰上丝路", "没有"]) == {"冰上丝路": 2, "没有": 0}
    assert count_documents(texts, []) == {}
