"""Search over a handful of news items, with LanceDB for real."""

from pathlib import Path

import pytest

from assets.embeddings import search as module
from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.index import embed_spans
from assets.embeddings.search import Searcher, search
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
