import subprocess
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from assets.records.moves import build_moves
from assets.records.query import documents, moves, policy
from tests.assets.records.rows import bar, bars


class FakeReader:
    """Rows by table, with equality and lists in `where`."""

    publication = 1

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.tables = tables

    def rows(
        self,
        table: str,
        *,
        where: Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        def holds(row: dict[str, Any]) -> bool:
            return all(row[k] in v if isinstance(v, list) else row[k] == v for k, v in (where or {}).items())

        found = sorted(
            (row for row in self.tables.get(table, []) if holds(row)),
            key=lambda row: [(row[name] is not None, row[name]) for name in order_by],
        )
        return [{name: row[name] for name in columns or row} for row in found[:limit]]

    def frame(self, table: str, **_: Any) -> Any:
        raise NotImplementedError

    def text(self, doc_id: str) -> str:
        raise NotImplementedError


@pytest.fixture
def market() -> FakeReader:
    rows = [
        bar("CU", "2007-11-15", 2, close="60000"),
        bar("CU", "2007-11-16", 3, close="58200"),
        bar("CU", "2007-11-19", 4, close="56500"),
        bar("M", "2007-11-16", 2, close="1000", prev_close="970.88"),
    ]
    return FakeReader({"market_moves": build_moves(bars(*rows)).to_dicts(), "bars": rows})


def test_moves_filters_on_the_exact_quotient(market: FakeReader) -> None:
    found = moves(market, Decimal(3), None)
    assert [(m["symbol"], m["date"], m["move_pct"]) for m in found] == [("CU", "2007-11-16", "-3.000000")]
    text = "symbol,date\nCU,2007-11-16"
    citation = found[0]["citation"]
    assert (citation["quote"], citation["start"], citation["end"], citation["row"]) == (text, 0, len(text), 3)
    assert citation["title"] == "CU 2007-11-16"
    named = {"symbol", "date", "basis", "move_pct", "value", "previous", "is_main", "gap_days", "at_limit", "citation"}
    assert set(found[0]) == named
    assert (found[0]["gap_days"], found[0]["at_limit"]) == (1, None)


def test_moves_without_threshold_or_of_one_symbol(market: FakeReader) -> None:
    assert len(moves(market, None, None)) == 3
    assert [m["date"] for m in moves(market, None, "CU")] == ["2007-11-16", "2007-11-19"]
    assert moves(market, None, "cu") == []


def document(doc_id: str, lane: str, row: int | None) -> dict[str, Any]:
    names = [
        "title",
        "source",
        "published",
        "source_id",
        "sha256",
        "n_chars",
        "duplicate_of",
        "supersedes",
        "defects",
        "quality_score",
    ]
    return dict.fromkeys(names) | {"doc_id": doc_id, "lane": lane, "path": f"{lane}/a", "row": row}


def test_documents_by_lane_and_bars_only_for_market(market: FakeReader) -> None:
    market.tables["documents"] = [document("b", "news", 2), document("a", "news", 10), document("c", "policies", None)]
    assert [d["doc_id"] for d in documents(market, None)] == ["b", "a", "c"]
    assert [d["doc_id"] for d in documents(market, "policies")] == ["c"]
    (first, *rest) = documents(market, "market")
    assert len(rest) == 3
    assert (first["title"], first["lane"], first["published"], first["n_chars"]) == (
        "CU 2007-11-15",
        "market",
        "2007-11-15",
        25,
    )
    assert first.keys() == documents(market, None)[0].keys()


TEXT = "自2024年4月18日收盘结算时起，原油期货SC2406合约交易保证金标准由10%调整为12%。"


def fact(fact_id: str, **changed: Any) -> dict[str, Any]:
    row = {
        "fact_id": fact_id, "doc_id": "n1", "ordinal": 0, "published_date": "2024-04-16", "issuer": "华东能源交易所",
        "issuer_level": "exchange", "product": "原油", "scope": "all", "contracts": [], "item": "margin", "detail": None,
        "old": "10", "new": "12", "unit": "%", "effective_date": "2024-04-18", "effective_point": "settlement",
        "effective_condition": None, "has_until": False, "until_date": None, "until_point": None, "until_condition": None,
        "start": 20, "end": len(TEXT),
    }  # fmt: skip
    return row | changed


@pytest.fixture
def rules() -> FakeReader:
    facts = [
        fact("f1"),
        fact("f2", new="14", effective_date="2024-04-29"),
        fact("f3", scope="list", contracts=["2406"], item="fee"),
        fact("f4", scope="all_but", contracts=["2406"], item="fee", detail="平今"),
        fact("f5", scope="range", contracts=["2407", "2409"], item="price_limit"),
        fact("f6", scope="range", contracts=["2408"], item="position_limit"),
        fact("f7", scope="new_only", contracts=["2503"], item="other"),
        fact("f8", product="全部品种", item="delivery", effective_date=None, effective_condition="另行通知"),
        fact("f9", product="铜", has_until=True, until_date="2024-04-25", until_point="settlement"),
        fact("g1", product="铝", effective_date=None, published_date=None),
    ]
    return FakeReader(
        {
            "policy_facts": facts,
            "sources": [{"doc_id": "n1", "title": "通知", "path": "policies/a.txt", "row": None, "text": TEXT}],
        }
    )


def ids(found: list[dict[str, Any]]) -> set[str]:
    return {row["fact_id"] for row in found}


def test_policy_prints_a_fact_with_its_citation(rules: FakeReader) -> None:
    found = {row["fact_id"]: row for row in policy(rules)}
    assert len(found) == 10
    row = found["f1"]
    assert row["contracts"] == {"scope": "all", "list": []}
    assert row["effective"] == {"date": "2024-04-18", "point": "settlement", "condition": None}
    assert row["until"] is None
    assert row["citation"]["quote"] == TEXT[20:]
    assert found["f9"]["until"] == {"date": "2024-04-25", "point": "settlement", "condition": None}


@pytest.mark.parametrize("name", ["原油", "SC", "上海原油", "SC2406"])
def test_policy_of_a_product_by_any_name_with_what_holds_for_all(rules: FakeReader, name: str) -> None:
    assert ids(policy(rules, product=name)) == {"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"}


@pytest.mark.parametrize(
    ("contract", "wanted"),
    [
        ("SC2406", {"f1", "f2", "f3", "f8"}),
        ("sc2407", {"f1", "f2", "f4", "f5", "f8"}),
        ("原油2408", {"f1", "f2", "f4", "f5", "f6", "f8"}),
        ("SC2503", {"f1", "f2", "f4", "f6", "f7", "f8"}),
        ("CU2406", {"f9", "f8"}),
    ],
)
def test_policy_of_a_contract_follows_the_scope(rules: FakeReader, contract: str, wanted: set[str]) -> None:
    assert ids(policy(rules, contract=contract)) == wanted


def test_policy_in_force_on_a_day_is_the_latest_of_each_kind(rules: FakeReader) -> None:
    assert "f1" in ids(policy(rules, product="原油", on="2024-04-20"))
    later = ids(policy(rules, product="原油", on="2024-05-06"))
    assert "f2" in later
    assert "f1" not in later
    assert ids(policy(rules, product="铜", on="2024-04-25")) == {"f8", "f9"}
    assert ids(policy(rules, product="铜", on="2024-04-26")) == {"f8"}
    assert ids(policy(rules, product="铝", on="2024-04-26")) == {"f8"}


def test_policy_in_force_lets_a_later_rule_for_all_replace_narrower_ones() -> None:
    facts = [
        fact("old", scope="list", contracts=["2406"], effective_date="2024-04-01"),
        fact("all", effective_date="2024-04-18"),
        fact("same", scope="list", contracts=["2407"], effective_date="2024-04-18"),
        fact(
            "holiday",
            scope="range",
            contracts=["2406"],
            effective_date="2024-04-29",
            has_until=True,
            until_date="2024-05-06",
        ),
    ]
    tables = {"policy_facts": facts, "sources": [{"doc_id": "n1", "title": "", "path": "a", "row": None, "text": TEXT}]}
    reader = FakeReader(tables)
    assert ids(policy(reader, product="原油", on="2024-04-20")) == {"all", "same"}
    assert ids(policy(reader, contract="SC2407", on="2024-04-20")) == {"same"}
    assert ids(policy(reader, contract="SC2406", on="2024-04-02")) == {"old"}
    assert ids(policy(reader, contract="SC2406", on="2024-04-20")) == {"all"}
    assert ids(policy(reader, contract="SC2406", on="2024-05-01")) == {"holiday"}
    assert ids(policy(reader, contract="SC2406", on="2024-05-07")) == {"all"}


def test_policy_since_a_day(rules: FakeReader) -> None:
    assert ids(policy(rules, since="2024-04-20")) == {"f2"}
    assert "f8" in ids(policy(rules, since="2024-04-16"))


def test_query_starts_without_heavy_imports() -> None:
    code = (
        "import sys, assets.records.query; print(sorted({'polars', 'numpy', 'dagster', 'lancedb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
