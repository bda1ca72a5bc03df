"""Search over a handful of news items, with LanceDB for real."""

from pathlib import Path

import pytest

from assets.embeddings import search as module
from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.index import embed_spans
from assets.embeddings.search import Options, Searcher, search
from resources.vectors import VectorStore
from tests.measure.memory import MemoryReader

TEXTS = [
    "上海国际能源交易中心公告，自4月18日收盘结算时起，原油期货SC2406合约涨跌停板幅度调整为10%。",
    "国际油价下跌，WTI五月合约收报82.69美元，跌幅3.13%，市场担忧需求走弱。",
    "沪铜主力合约夜盘收涨1.2%，社会库存连续三周去化，加工费回落至低位。",
    "郑商所：自即日起调整棉花期货交易手续费，日内平今仓免收，请会员做好风险防范。",
    "生猪存栏回升，现货价格偏弱，养殖利润收窄，机构认为（短期）难有起色。",
    "碳酸锂期货仓单注册量增加，广期所提示“理性参与、控制仓位”。",
    "原油期货SC2406合约收报642.4元，较上一交易日结算价下跌20.9元，跌幅3.15%。",
    "上海国际能源交易中心公告，自4月18日收盘结算时起，原油期货SC2406合约涨跌停板幅度调整为10%。",
]


@pytest.fixture(scope="module")
def basis() -> Basis:
    return fit_basis(TEXTS)


@pytest.fixture(scope="module")
def reader(basis: Basis) -> MemoryReader:
    return MemoryReader.of_news(TEXTS, basis.basis_id, repeats={7: 0})


@pytest.fixture(scope="module")
def store(basis: Basis, reader: MemoryReader, tmp_path_factory: pytest.TempPathFactory) -> VectorStore:
    store = VectorStore(Path(tmp_path_factory.mktemp("home")) / "vectors")
    spans = reader.frame("slices").rename({"slice_id": "span_id"})
    store.put("slice", basis.basis_id, embed_spans("slice", spans, basis))
    store.index("slice", basis.basis_id)
    return store


@pytest.fixture(scope="module")
def searcher(reader: MemoryReader, store: VectorStore, basis: Basis) -> Searcher:
    return Searcher(reader, store, basis)


def test_search_gives_hits_as_the_contract_has_them(reader: MemoryReader, store: VectorStore, basis: Basis) -> None:
    hit = search(reader, store, basis, "沪铜库存")[0]
    assert list(hit) == ["id", "kind", "score", "lane", "published", "citation", "also", "snippet", "note"]
    assert (hit["id"], hit["kind"], hit["lane"], hit["also"]) == ("s00002", "slice", "news", [])
    assert hit["citation"]["quote"] == TEXTS[2]
    assert 0 < hit["score"] <= 1


def test_search_joins_repeats_into_one_hit(searcher: Searcher) -> None:
    hits = searcher.search("原油期货涨跌停板", k=3)
    assert hits[0]["id"] == "s00000"
    assert hits[0]["also"] == ["d00007"]
    assert len(hits) == 3
    assert "s00007" not in [hit["id"] for hit in hits]


@pytest.mark.parametrize("text", TEXTS[:7])
@pytest.mark.parametrize("length", [2, 3, 5, 9, 20])
def test_search_finds_every_part_of_a_text(searcher: Searcher, text: str, length: int) -> None:
    for start in range(0, len(text) - length, 7):
        part = text[start : start + length]
        if any(c.isalnum() for c in part):
            assert any(part in hit["citation"]["quote"] for hit in searcher.search(part)), part


@pytest.mark.parametrize("query", ["", " ", "？！", "“”", "()", "\x00", "%", "．。"])
def test_search_of_nothing_finds_nothing(searcher: Searcher, query: str) -> None:
    assert searcher.search(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "原油' OR 1=1 --",
        '"原油 AND (',
        "原油] : \\ ^~*?",
        "+原油 -铜",
        "原油\n期货\t手续费",
        "'; DROP TABLE x",
        "a" * 5000,
        "原油" * 3000,
    ],
)
def test_search_takes_any_marks_in_a_query(searcher: Searcher, query: str) -> None:
    assert isinstance(searcher.search(query), list)


def test_search_of_one_character_finds_what_holds_it(searcher: Searcher) -> None:
    assert [hit["id"] for hit in searcher.search("铜")] == ["s00002"]


def test_search_filters_before_it_ranks(searcher: Searcher) -> None:
    assert {hit["id"] for hit in searcher.search("期货合约", since="2024-01-06")} <= {"s00005", "s00006", "s00007"}
    assert {hit["id"] for hit in searcher.search("期货合约", until="2024-01-02")} <= {"s00000", "s00001"}
    assert searcher.search("期货合约", lane="research") == []


def test_search_shows_published_spans_only(store: VectorStore, basis: Basis) -> None:
    fewer = MemoryReader.of_news(TEXTS[:2], basis.basis_id)
    assert {hit["id"] for hit in search(fewer, store, basis, "原油期货合约")} == {"s00000", "s00001"}


def test_search_counts_k_after_repeats_are_joined(searcher: Searcher) -> None:
    assert len(searcher.search("合约", k=2)) == 2
    assert searcher.search("合约", k=0) == []


def test_search_is_deterministic(searcher: Searcher) -> None:
    assert searcher.search("原油期货跌幅") == searcher.search("原油期货跌幅")


def test_search_asks_for_more_where_repeats_fill_the_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POOL", 3)
    texts = ["原油期货收涨，库存下降"] * 12 + ["原油期货收跌", "原油期货持平"]
    basis = fit_basis(texts)
    reader = MemoryReader.of_news(texts, basis.basis_id, repeats=dict.fromkeys(range(1, 12), 0))
    store = VectorStore(tmp_path / "vectors")
    store.put(
        "slice", basis.basis_id, embed_spans("slice", reader.frame("slices").rename({"slice_id": "span_id"}), basis)
    )
    hits = Searcher(reader, store, basis).search("原油期货收涨", k=3)
    assert [hit["id"] for hit in hits] == ["s00000", "s00012", "s00013"]
    assert len(hits[0]["also"]) == 11


class Rules:
    """Rulebooks of which some do not apply: the same on any day but the one named."""

    def __init__(self, ended: dict[str, str], article: tuple[str, int] | None = None) -> None:
        self._ended = ended
        self._article = article

    def not_in_force(self, as_of: str | None) -> dict[str, str]:
        return {} if as_of == "2020-01-01" else self._ended

    def article(self, query: str, as_of: str | None) -> tuple[str, int] | None:
        assert query
        assert as_of is None
        return self._article


def test_search_leaves_out_rules_that_were_replaced(reader: MemoryReader, store: VectorStore, basis: Basis) -> None:
    searcher = Searcher(reader, store, basis, rules=Rules({"d00002": "已被取代。"}))
    found = {hit["id"]: hit["note"] for hit in searcher.search("沪铜库存")}
    assert "s00002" not in found
    assert set(found.values()) == {None}
    every = searcher.search("沪铜库存", options=Options(all_versions=True))
    assert (every[0]["id"], every[0]["note"]) == ("s00002", "已被取代。")


@pytest.mark.parametrize("query", ["原油2406涨跌停板", "sc2406涨跌停板", "原油SC2406 涨跌停板"])
def test_search_takes_spellings_of_a_contract_for_one(searcher: Searcher, query: str) -> None:
    assert searcher.search(query)[0]["id"] == "s00000"


def test_search_puts_what_was_published_on_the_day_first(searcher: Searcher) -> None:
    assert searcher.search("2024-01-05 价格")[0]["id"] == "s00004"
    # Sunday: the last Friday before it in the week before is 5 January
    assert searcher.search("上周五价格", options=Options(today="2024-01-10"))[0]["id"] == "s00004"
    assert searcher.search("2024-01-05 价格", since="2024-01-06") != []


def test_search_fresh_puts_the_newer_first_among_equals(tmp_path: Path) -> None:
    texts = ["原油期货收涨", "原油期货收涨。", "原油期货收涨！", "铜"]
    basis = fit_basis(texts)
    reader = MemoryReader.of_news(texts, basis.basis_id)
    store = VectorStore(tmp_path / "vectors")
    spans = reader.frame("slices").rename({"slice_id": "span_id"})
    store.put("slice", basis.basis_id, embed_spans("slice", spans, basis))
    searcher = Searcher(reader, store, basis)
    ids = [hit["id"] for hit in searcher.search("原油期货收涨", options=Options(fresh=True))]
    assert ids[:3] == ["s00002", "s00001", "s00000"]
    assert searcher.search("原油期货收涨")[0]["id"] == "s00000"


def test_search_gives_the_snippet_as_a_span_of_the_stored_text(reader: MemoryReader, searcher: Searcher) -> None:
    for hit in searcher.search("原油期货"):
        part = hit["snippet"]
        assert reader.text(hit["citation"]["doc_id"])[part["start"] : part["end"]] == part["quote"]


def test_search_puts_the_named_article_first(tmp_path: Path) -> None:
    texts = ["第一条　为了规范交易，制定本办法。", "第二条　会员应当缴纳保证金。"]
    basis = fit_basis(texts)
    news = MemoryReader.of_news(texts, basis.basis_id)
    clauses = [
        {"clause_id": f"c{i}", "doc_id": f"d{i:05d}", "start": 0, "end": len(text)} for i, text in enumerate(texts)
    ]
    embedded = [
        {"span_id": f"c{i}", "kind": "clause", "doc_id": f"d{i:05d}", "basis_id": basis.basis_id} for i in range(2)
    ]
    documents = news.rows("documents")
    reader = MemoryReader(
        {"documents": documents, "slices": [], "clauses": clauses, "embedded_spans": embedded},
        {f"d{i:05d}": text for i, text in enumerate(texts)},
    )
    spans = news.frame("slices").rename({"slice_id": "span_id"})
    store = VectorStore(tmp_path / "vectors")
    rows = embed_spans("clause", spans, basis)
    store.put("clause", basis.basis_id, rows.with_columns(rows["span_id"].str.replace("s0000", "c")))
    searcher = Searcher(reader, store, basis, rules=Rules({}, ("d00001", 4)))
    hits = searcher.search("办法第二条 规范交易制定")
    assert (hits[0]["id"], hits[0]["score"]) == ("c1", 1.0)
    assert hits[1]["id"] == "c0"
    assert Searcher(reader, store, basis, rules=Rules({}, ("d00009", 4))).search("第二条")[0]["score"] < 1
