"""The lexicon as people see it, and what they may decide."""

from typing import Any

import pytest

from assets.embeddings.query import decision, lexicon_version, list_terms
from assets.embeddings.terms import check_term, read_lexicon, spans_holding
from assets.text.segment import SHIPPED, match_words
from resources.errors import UsageError
from tests.measure.memory import MemoryReader


def term(name: str, kind: str, source: str, status: str, documents: int = 1) -> dict[str, Any]:
    figures = dict.fromkeys(("uses", "cohesion", "left_entropy", "right_entropy"))
    return {
        "term": name,
        "kind": kind,
        "documents": documents,
        "idf": 0.5,
        "source": source,
        "status": status,
        **figures,
    }


def said(name: str, verdict: str, kind: str | None = None) -> dict[str, Any]:
    return {"term": name, "decision": verdict, "kind": kind, "decided_by": "王"}


TERMS = [
    term("原油", "product", "shipped", "in_force", 9),
    term("持仓", "seed", "shipped", "in_force", 3),
    term("舱位紧张", "term", "found", "proposed", 4),
    term("冰上丝路", "term", "found", "proposed", 7),
]


def reader(*decisions: dict[str, Any], terms: list[dict[str, Any]] | None = None) -> MemoryReader:
    return MemoryReader({"lexicon": TERMS if terms is None else terms, "term_decisions": decisions}, {})


def test_list_terms_shows_what_waits_for_a_decision_first() -> None:
    assert [row["term"] for row in list_terms(reader())] == ["冰上丝路", "舱位紧张", "原油", "持仓"]
    rows = list_terms(reader(said("冰上丝路", "accepted"), said("持仓", "rejected"), said("蓝藻", "added", "term")))
    assert [(row["term"], row["status"], row["pending"], row["decided_by"]) for row in rows] == [
        ("舱位紧张", "proposed", False, None),
        ("原油", "in_force", False, None),
        ("冰上丝路", "in_force", True, "王"),
        ("蓝藻", "in_force", True, "王"),
        ("持仓", "rejected", True, "王"),
    ]


def test_list_terms_filters() -> None:
    assert [row["term"] for row in list_terms(reader(), kind="seed")] == ["持仓"]
    assert [row["term"] for row in list_terms(reader(), status="proposed")] == ["冰上丝路", "舱位紧张"]
    with pytest.raises(UsageError, match="no kind metal; there are product"):
        list_terms(reader(), kind="metal")
    with pytest.raises(UsageError, match="no status new"):
        list_terms(reader(), status="new")


def test_decision_gives_the_row() -> None:
    assert decision(reader(), " 舱位紧张 ", "accepted", by=" 王 ") == said("舱位紧张", "accepted", "term")
    assert decision(reader(), "持仓", "rejected", by="王") == said("持仓", "rejected", "seed")
    assert decision(reader(), "蓝藻", "added", by="王", kind="term") == said("蓝藻", "added", "term")
    assert decision(reader(said("持仓", "rejected")), "持仓", "added", by="王", kind="term")["decision"] == "added"


@pytest.mark.parametrize(
    ("name", "verdict", "how", "message"),
    [
        ("没有", "accepted", {"by": "王"}, "没有 is not in the lexicon"),
        ("原油", "added", {"by": "王", "kind": "product"}, "in the lexicon already"),
        ("蓝藻", "added", {"by": "王", "kind": "metal"}, "no kind metal"),
        ("蓝藻", "added", {"by": " ", "kind": "term"}, "--by NAME"),
        ("abc", "added", {"by": "王", "kind": "term"}, "abc is no term"),
    ],
    ids=["unknown", "there", "kind", "nobody", "latin"],
)
def test_decision_refuses(name: str, verdict: str, how: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        decision(reader(), name, verdict, **how)


@pytest.mark.parametrize("name", ["铜", "原油 期货", "原油，期货", "", "长" * 17, "PTA期货"])
def test_check_term_refuses(name: str) -> None:
    with pytest.raises(UsageError, match="is no term"):
        check_term(name)


def test_read_lexicon_is_what_is_in_force() -> None:
    assert read_lexicon(reader()) == SHIPPED
    terms = [
        term("冰上絲路", "term", "found", "in_force"),
        term("蓝藻治理", "term", "added", "in_force"),
        term("舱位紧张", "term", "added", "rejected"),
        term("持仓", "seed", "shipped", "rejected"),
    ]
    lexicon = read_lexicon(reader(terms=terms))
    assert sorted(lexicon.added) == ["冰上丝路", "蓝藻治理"]
    assert sorted(lexicon.removed) == ["持仓"]
    assert match_words("冰上絲路的蓝藻治理", lexicon) == ["冰上丝路", "蓝藻治理"]
    assert lexicon_version(reader(terms=terms)) == lexicon.version != SHIPPED.version


def test_a_removed_term_is_cut_again() -> None:
    terms = [term("涨跌停板", "seed", "shipped", "rejected")]
    assert "涨跌停板" in match_words("调整涨跌停板幅度")
    assert "涨跌停板" not in match_words("调整涨跌停板幅度", read_lexicon(reader(terms=terms)))


def test_spans_holding_folds() -> None:
    texts = [("s1", "冰上絲路開通"), ("s2", "丝路"), ("s3", "在冰上丝路")]
    assert spans_holding(texts, ["冰上丝路"]) == ["s1", "s3"]
    assert spans_holding(texts, []) == []
