"""The verifier on reports that it did not make."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.verify.problems import CODES
from quality.verify.report import verify_report
from tests.quality.verify.home import (
    BARS,
    DOCUMENTS,
    Json,
    MemoryHome,
    bar,
    cite,
    home,
    report,
    sentence,
    sha256,
    true_sentences,
)
from tests.quality.verify.mutations import OPERATORS

TRUE = true_sentences()


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(
        ["sections", "sentences", "text", "claims", "citations", "doc_id", "start", "slots", "kind"]
    )
    return st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=3), inner, max_size=4)


def codes(*sentences: Any, **tables: Any) -> list[str]:
    return [problem["code"] for problem in verify_report(report(*sentences), home(**tables))["problems"]]


@pytest.mark.parametrize("name", TRUE)
def test_verify_report_passes_a_true_sentence(name: str) -> None:
    said = verify_report(report(TRUE[name]), home())
    assert said["problems"] == []
    assert (said["ok"], said["sentences"], said["cited"], said["numbers"]) == (True, 1, 1, said["numbers_traced"])


def test_verify_report_counts_sentences_through_all_sections() -> None:
    wrong = copy.deepcopy(TRUE["range"])
    wrong["text"] = wrong["text"].replace("652.2", "652.3")
    made = report(TRUE["move"]) | {
        "sections": [{"sentences": [TRUE["move"], TRUE["notice"]]}, {"sentences": [TRUE["view"], wrong]}]
    }
    said = verify_report(made, home())
    assert {(p["sentence"], p["code"]) for p in said["problems"]} >= {(3, "number_untraced")}
    assert {p["sentence"] for p in said["problems"]} == {3}
    assert (said["ok"], said["sentences"], said["cited"]) == (False, 4, 4)


@pytest.mark.parametrize("operator", OPERATORS)
def test_verify_report_finds_a_mutation(operator: str) -> None:
    """Every operator, at every sentence that it can change, with five seeds."""
    pool = [citation for made in TRUE.values() for citation in made["citations"]]
    tried = 0
    for name, made in TRUE.items():
        for seed in range(5):
            changed = copy.deepcopy(made)
            if not OPERATORS[operator](random.Random(f"{operator}{name}{seed}"), changed, pool):
                continue
            tried += 1
            assert codes(changed), (name, changed["text"])
    assert tried or operator == "claim-source"


# fmt: off
WRONG = [
    ("close", "move", "642.4元/桶，较", "641.4元/桶，较", "number_untraced"),
    ("leading zero digit", "move", "642.4元/桶，较", "042.4元/桶，较", "number_untraced"),
    ("difference", "move", "20.9", "20.8", "number_untraced"),
    ("percentage", "move", "3.15%", "3.16%", "number_untraced"),
    ("coarse percentage", "move", "3.15%", "3%", "number_untraced"),
    ("too many places", "move", "3.15%", "3.1509121061%", "number_untraced"),
    ("direction", "move", "下跌", "上涨", "direction_mismatch"),
    ("share word", "move", "跌幅", "涨幅", "direction_mismatch"),
    ("unit", "move", "642.4元/桶", "642.4美元/桶", "unit_mismatch"),
    ("unit of the difference", "move", "20.9元/桶", "20.9元/吨", "unit_mismatch"),
    ("unit left out", "move", "642.4元/桶", "642.4", "unit_mismatch"),
    ("lots", "interest", "120345手", "120345万手", "unit_mismatch"),
    ("day", "move", "4月18日", "4月17日", "date_untraced"),
    ("month", "move", "4月18日", "5月18日", "date_untraced"),
    ("contract", "move", "SC2406", "SC2407", "entity_untraced"),
    ("column", "move", "收报", "结算价", "number_untraced"),
    ("basis", "move", "（收盘价对前结算价）", "（结算价对前结算价）", "claim_mismatch"),
    ("level", "level pegging", "持平", "上涨", "direction_mismatch"),
    ("another count", "interest", "前一交易日持仓量41000手减少500手", "前一交易日成交量101000手减少60500手", "number_untraced"),
    ("rumour and denial exchanged", "rumour", "传闻称“岚浦港将停止作业”，据砚台日报4月19日消息，岚浦港管理方4月19日声明，港口作业正常，停止作业的说法不实", "传闻称“岚浦港管理方4月19日声明，港口作业正常，停止作业的说法不实”，据云帆快讯4月18日消息，岚浦港将停止作业", "negation_mismatch"),
    ("news as research", "view", "消息", "研报", "claim_mismatch"),
    ("cause before", "move", "4月18日，", "受空头打压，4月18日，", "cause_unattributed"),
    ("cause behind", "move", "。", "，由于库存增加。", "cause_unattributed"),
    ("number in a quote", "notice", "12%", "13%", "number_untraced"),
    ("unit in a quote", "research", "650元/桶", "650美元/桶", "unit_mismatch"),
    ("date in a quote", "notice", "4月22日", "4月23日", "date_untraced"),
    ("contract in a quote", "title", "需求", "SC2406需求", "entity_untraced"),
    ("direction in a quote", "title", "回落", "回升", "direction_mismatch"),
    ("negation in a quote", "title", "没有恢复", "已恢复", "negation_mismatch"),
    ("hedge dropped", "title", "可能", "", "negation_mismatch"),
    ("denial turned", "rumour", "不实", "属实", "negation_mismatch"),
    ("publication day", "view", "4月18日", "4月19日", "date_untraced"),
    ("publication time", "timed", "15:04", "15:05", "date_untraced"),
    ("source", "view", "潮信财经", "砚台日报", "entity_untraced"),
    ("source of the other side", "conflict", "海岬能源网", "云帆快讯", "entity_untraced"),
    ("holder", "holder", "白若溪认为", "韩朔宁认为", "entity_untraced"),
    ("news as a notice", "view", "消息", "通知", "claim_mismatch"),
    ("lead dropped from a view", "view", "据潮信财经4月18日消息，", "", "cause_unattributed"),
    ("lead dropped from a fact", "timed", "据云帆快讯2024年4月18日15:04消息，", "", "claim_mismatch"),
    ("words behind", "notice", "12%。", "12%，建议买入。", "entity_untraced"),
]
# fmt: on


@pytest.mark.parametrize(("base", "old", "new", "code"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_verify_report_names_what_is_wrong(base: str, old: str, new: str, code: str) -> None:
    wrong = copy.deepcopy(TRUE[base])
    assert old in wrong["text"]
    wrong["text"] = wrong["text"].replace(old, new, 1)
    assert code in codes(wrong)


def test_verify_report_demands_the_denial_of_a_rumour() -> None:
    rumour = "岚浦港将停止作业"
    alone = sentence(f"市场曾有传闻称“{rumour}”。", cite("stock-a", rumour), kind="denial")
    assert "negation_mismatch" in codes(alone)
    as_fact = sentence(f"据云帆快讯4月18日消息，{rumour}。", cite("stock-a", rumour))
    assert codes(as_fact) == ["negation_mismatch"]


def test_verify_report_takes_no_fact_for_a_rumour() -> None:
    text = "上海原油保证金为12%。公司否认保证金调整。"
    document = {**DOCUMENTS[1], "doc_id": "own", "text": text}
    tables = {"sources": [*DOCUMENTS, document], "documents": [*DOCUMENTS, document]}
    reader = home(**tables)
    told = "市场曾有传闻称“上海原油保证金为12%”，据云帆快讯4月18日消息，公司否认保证金调整。"
    made = sentence(
        told,
        cite("own", "上海原油保证金为12%", reader=reader),
        cite("own", "公司否认保证金调整", reader=reader),
        kind="denial",
    )
    assert codes(made, **tables) == ["negation_mismatch"]


def test_verify_report_demands_a_denial_of_the_rumour_itself() -> None:
    rumour, other = "岚浦港将停止作业", "公司否认原油涨价。"
    document = {**DOCUMENTS[4], "doc_id": "own", "text": other}
    tables = {"sources": [*DOCUMENTS, document], "documents": [*DOCUMENTS, document]}
    told = f"市场曾有传闻称“{rumour}”，据华东能源交易所4月17日消息，{other}"
    made = sentence(told, cite("stock-a", rumour), cite("own", reader=home(**tables)), kind="denial")
    assert codes(made, **tables) == ["negation_mismatch"]


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("屿山证券分析师白若溪", True),
        ("屿山证券", True),
        ("白若溪", True),
        ("若溪", False),
        ("屿山证", False),
        ("屿山", False),
        ("油价", False),
    ],
)
def test_verify_report_wants_the_whole_name_of_a_speaker(name: str, passes: bool) -> None:
    quote = "由于美国原油库存增加，油价承压；她预计短期仍可能偏弱"
    made = sentence(f"{name}认为，{quote}。", cite("oil", quote), kind="cause_view")
    assert codes(made) == ([] if passes else ["entity_untraced", "cause_unattributed"])


def test_verify_report_lets_a_name_choose_between_documents_of_the_same_words() -> None:
    twin = {**DOCUMENTS[1], "doc_id": "twin", "source": "砚台日报", "published_date": "2024-04-19"}
    tables = {"sources": [*DOCUMENTS, twin], "documents": [*DOCUMENTS, twin]}
    quote = "截至4月12日当周，原油库存增加286万桶"
    both = [cite("stock-a", quote), cite("twin", quote, reader=home(**tables))]
    text = f"据砚台日报4月19日消息，{quote}；另据云帆快讯4月18日消息，{quote}。"
    assert codes(sentence(text, *both), **tables) == []
    assert "date_untraced" in codes(sentence(text.replace("19", "20"), *both), **tables)


def test_verify_report_says_that_a_document_was_withdrawn() -> None:
    class Withdrawn(MemoryHome):
        def rows(self, table: str, **conditions: Any) -> list[Json]:
            return [row for row in super().rows(table, **conditions) if row.get("doc_id") != "notice"]

    said = verify_report(report(TRUE["notice"]), Withdrawn(home().tables))
    assert [problem["code"] for problem in said["problems"]] == ["citation_mismatch"]


def test_verify_report_reads_a_symbol_with_brackets_and_a_unit_that_is_only_guessed() -> None:
    ec = bar("ec", "集运指数(欧线)2406,2024-04-18,,,,2300.5", close="2300.5", high=None, low=None)
    odd = bar("odd", "vendor_原油连续,2024-04-18,,,,640.5", close="640.5", high=None, low=None)
    reader = home(bars=[ec, odd])
    for text, doc_id, good in (
        ("4月18日，集运指数（欧线）2406合约收报2300.5点。", "ec", True),
        ("4月18日，集运指数（欧线）2406合约收报2300.5元/吨。", "ec", False),
        ("4月18日，vendor_原油连续收报640.5。", "odd", True),
        ("4月18日，vendor_原油连续收报640.5元/桶。", "odd", True),
        ("4月18日，vendor_原油连续收报640.5美元/桶。", "odd", False),
    ):
        expected = [] if good else ["unit_mismatch"]
        assert codes(sentence(text, cite(doc_id, reader=reader)), bars=[ec, odd]) == expected, text


def test_verify_report_answers_soon_for_very_long_sentences() -> None:
    made = copy.deepcopy(TRUE["view"])
    made["text"] += "油价，" * 50_000 + "642.4元" * 10_000
    assert codes(made)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), _nested, max_leaves=12))
@settings(max_examples=150, deadline=None)
def test_verify_report_crashes_on_no_json(value: Any) -> None:
    for made in (value, {"sections": value}, {"sections": [{"sentences": [value]}]}):
        assert isinstance(verify_report(made, home(), stored=True)["ok"], bool)
    for field in ("text", "claims", "citations"):
        verify_report(report({**TRUE["notice"], field: value}), home())
        verify_report(report({**TRUE["notice"], field: [value]}), home())
    for field in ("doc_id", "start", "end", "quote", "sha256", "title", "row"):
        made = copy.deepcopy(TRUE["notice"])
        made["citations"][0][field] = made["claims"][0]["citations"][0][field] = value
        verify_report(report(made), home())
    for field in ("claim_id", "kind", "slots", "citations"):
        made = copy.deepcopy(TRUE["notice"])
        made["claims"][0][field] = value
        verify_report(report(made), home())


def test_verify_report_demands_that_a_cited_denial_is_told() -> None:
    made = copy.deepcopy(TRUE["timed"])
    made["citations"].append(cite("denial"))
    assert codes(made) == ["negation_mismatch"]


CITED = TRUE["notice"]["citations"][0]


def cut(doc_id: str, quote: str, lead: str) -> Json:
    return sentence(f"{lead}{quote}。", cite(doc_id, quote))


# fmt: off
CUTS = [
    ("holder left out", cut("oil", "由于美国原油库存增加，油价承压；她预计短期仍可能偏弱", "据潮信财经4月18日消息，"), "cause_unattributed"),
    ("outlook left out", cut("oil", "短期仍可能偏弱", "据潮信财经4月18日消息，"), "cause_unattributed"),
    ("negation left out", cut("bare", "恢复，价格可能继续回落", "《无名札记》表示，"), "negation_mismatch"),
    ("torn figure", cut("stock-a", "截至4月12日当周，原油库存增加28", "据云帆快讯4月18日消息，"), "claim_mismatch"),
    ("torn word", cut("note", "供应收缩难以扭转，六月油价中", "澜沧期货研究所表示，"), "claim_mismatch"),
    ("rest of a figure", cut("stock-a", "6万桶", "据云帆快讯4月18日消息，"), "claim_mismatch"),
]
# fmt: on


@pytest.mark.parametrize(("made", "code"), [case[1:] for case in CUTS], ids=[case[0] for case in CUTS])
def test_verify_report_finds_a_quote_that_was_cut_wrongly(made: Json, code: str) -> None:
    assert code in codes(made)


def test_verify_report_finds_a_denial_left_out_of_the_quote() -> None:
    text = "港口停止作业。管理方否认此事。"
    document = {**DOCUMENTS[1], "doc_id": "own", "text": text}
    tables = {"sources": [document], "documents": [document]}
    made = sentence("据云帆快讯4月18日消息，港口停止作业。", cite("own", reader=home(**tables)))
    assert codes(made, **tables) == ["negation_mismatch"]


def test_verify_report_takes_no_previous_value_across_a_missing_bar() -> None:
    text = "4月18日，CU2406合约收报76100元/吨，较前收盘价76010元/吨上涨90元/吨，涨幅0.12%（收盘价对前收盘价）。"
    made = sentence(text, cite("cu-18"), cite("cu-16"), kind="price_move")
    assert "number_untraced" in codes(made)
    without = [row for row in BARS if row["doc_id"] != "cu-17"]
    assert codes(made, bars=without) == []


def test_verify_report_compares_with_nothing_that_is_not_cited() -> None:
    made = copy.deepcopy(TRUE["previous bar"])
    made["citations"] = made["citations"][:1]
    made["claims"][0]["citations"] = made["claims"][0]["citations"][:1]
    assert "number_untraced" in codes(made)


@pytest.mark.parametrize(
    "text", ["4月18日，SC2406合约跌幅3.15%。", "4月18日，SC2406合约较前结算价663.3元/桶下跌20.9元/桶。"]
)
def test_verify_report_finds_a_figure_without_what_it_compares(text: str) -> None:
    assert codes(sentence(text, cite("sc-18")))


def test_verify_report_reads_a_bar_whose_headers_it_does_not_know() -> None:
    one = bar("odd", "SC2406,2024-04-18,642.4", header="品,日,价", close="642.4", high=None, low=None, open=None)
    text = "4月18日，SC2406合约收报642.4元/桶。"
    made = sentence(text, cite("odd", reader=home(bars=[one])))
    assert codes(made, bars=[one]) == []
    lying = {**one, "close": "642.5"}
    made["text"] = "4月18日，SC2406合约收报642.5元/桶。"
    assert "number_untraced" in codes(made, bars=[lying])


def test_verify_report_accepts_other_width_blanks_and_quotation_marks() -> None:
    made = copy.deepcopy(TRUE["rumour"])
    made["text"] = made["text"].replace("“", '"').replace("”", '"').replace("，", ", ").replace("4月", "４月")
    assert codes(made) == []


# fmt: off
CITATIONS: list[tuple[str, dict[str, Any], str]] = [
    ("quote", {"quote": "别的话"}, "citation_mismatch"),
    ("hash", {"sha256": sha256("别的话")}, "citation_mismatch"),
    ("start", {"start": 1}, "citation_mismatch"),
    ("negative start", {"start": -5}, "citation_mismatch"),
    ("beyond the end", {"end": 10**12}, "citation_mismatch"),
    ("start as text", {"start": "0"}, "citation_mismatch"),
    ("start as truth", {"start": False}, "citation_mismatch"),
    ("no document", {"doc_id": "nobody"}, "citation_mismatch"),
    ("document as number", {"doc_id": 7}, "citation_mismatch"),
    ("lone surrogate", {"doc_id": "\ud800"}, "citation_mismatch"),
    ("NUL", {"doc_id": "a\x00"}, "citation_mismatch"),
    ("title", {"title": "另一篇"}, "citation_mismatch"),
    ("path", {"path": "news/other.txt"}, "citation_mismatch"),
    ("row", {"row": 3}, "citation_mismatch"),
]
# fmt: on


@pytest.mark.parametrize(("change", "code"), [case[1:] for case in CITATIONS], ids=[case[0] for case in CITATIONS])
def test_verify_report_rereads_citations(change: Json, code: str) -> None:
    wrong = copy.deepcopy(TRUE["notice"])
    wrong["citations"][0].update(change)
    assert code in codes(wrong)
    elsewhere = copy.deepcopy(TRUE["notice"])
    elsewhere["claims"][0]["citations"][0].update(change)
    assert code in codes(elsewhere)


def test_verify_report_wants_a_bar_cited_whole_and_by_its_name() -> None:
    row = BARS[1]["text"].partition("\n")[2]
    made = copy.deepcopy(TRUE["range"])
    made["citations"] = [cite("sc-18", row)]
    assert "citation_mismatch" in codes(made)
    renamed = copy.deepcopy(TRUE["range"])
    renamed["citations"][0]["title"] = "SC2406 2024-04-17"
    assert "citation_mismatch" in codes(renamed)


# fmt: off
CLAIMS: list[tuple[str, Any]] = [
    ("unknown kind", [{"claim_id": "a", "kind": "truth", "slots": {}, "citations": [CITED]}]),
    ("another source", [{"claim_id": "a", "kind": "level", "slots": {"source": "原油期货"}, "citations": [CITED]}]),
    ("none", []), ("no list", "x"), ("no object", ["x"]), ("no id", [{"kind": "level", "slots": {}, "citations": [cite("notice")]}]),
    ("no slots", [{"claim_id": "a", "kind": "level", "citations": [cite("notice")]}]),
    ("slot no text", [{"claim_id": "a", "kind": "level", "slots": {"x": 12}, "citations": [cite("notice")]}]),
    ("part of a figure", [{"claim_id": "a", "kind": "level", "slots": {"x": "2%"}, "citations": [cite("notice")]}]),
    ("not in the sentence", [{"claim_id": "a", "kind": "level", "slots": {"x": "13%"}, "citations": [cite("notice")]}]),
    ("cites nothing", [{"claim_id": "a", "kind": "level", "slots": {}, "citations": []}]),
    ("cites what the sentence does not", [{"claim_id": "a", "kind": "level", "slots": {}, "citations": [cite("oil")]}]),
]
# fmt: on


@pytest.mark.parametrize("claims", [case[1] for case in CLAIMS], ids=[case[0] for case in CLAIMS])
def test_verify_report_finds_claims_that_do_not_agree(claims: Any) -> None:
    made = copy.deepcopy(TRUE["notice"])
    made["claims"] = claims
    assert "claim_mismatch" in codes(made)


def test_verify_report_holds_computed_slots_to_their_part_of_the_sentence() -> None:
    made = copy.deepcopy(TRUE["move"])
    slots = made["claims"][0]["slots"]
    slots["value"], slots["previous"] = slots["previous"], slots["value"]
    assert codes(made) == ["claim_mismatch", "claim_mismatch"]


MALFORMED: list[Any] = [
    None, [], "x", 7, {}, {"sections": None}, {"sections": [None, 3, {"sentences": "x"}]}, {"sections": [{"sentences": [None, "x", [], {}]}]},
    {"sections": [{"sentences": [{"text": 5, "claims": {}, "citations": {}}]}]},
    {"sections": [{"sentences": [{"text": "", "claims": [{}], "citations": [{}]}]}]},
    {"sections": [{"sentences": [{"text": "x", "claims": [None], "citations": [None, 1, [], {"doc_id": []}]}]}]},
    {"sections": [{"sentences": [{"text": "\ud800", "claims": [{"claim_id": "a", "kind": "b", "slots": {"\ud800": "\ud800"}, "citations": [{}]}], "citations": [{"doc_id": "oil", "start": 0, "end": 3, "quote": "\ud800"}]}]}]},
]  # fmt: skip


@pytest.mark.parametrize("made", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("stored", [False, True], ids=["file", "stored"])
def test_verify_report_answers_any_shape(made: Any, stored: bool) -> None:
    said = verify_report(made, home(), stored=stored)
    assert not said["ok"]
    assert all(p["code"] in CODES and isinstance(p["sentence"], int) for p in said["problems"])
    assert all(p["detail"].encode() for p in said["problems"])


def test_verify_report_passes_a_report_that_says_nothing() -> None:
    said = verify_report({"sections": [{"heading": "影响", "note": "没有资料。", "sentences": []}]}, home())
    assert said == {"ok": True, "sentences": 0, "cited": 0, "numbers": 0, "numbers_traced": 0, "problems": []}


def test_verify_report_judges_the_manifest_of_a_stored_report_only() -> None:
    good = {row["doc_id"]: sha256(row["text"]) for row in [*DOCUMENTS, *BARS]}
    made = report(TRUE["notice"], TRUE["view"], manifest={"documents": good})
    assert verify_report(made, home(), stored=True)["ok"]
    made["manifest"]["documents"]["oil"] = sha256("x")
    assert verify_report(made, home())["ok"]
    said = verify_report(made, home(), stored=True)
    assert [(p["sentence"], p["code"]) for p in said["problems"]] == [(1, "manifest_mismatch")]
    del made["manifest"]["documents"]["oil"]
    assert [p["sentence"] for p in verify_report(made, home(), stored=True)["problems"]] == [1]


def test_verify_report_ignores_id_status_and_order() -> None:
    sentences = list(TRUE.values())
    random.Random(3).shuffle(sentences)
    made = report(*sentences, id=None, status="nonsense", manifest={"documents": {}}, viewpoints="x")
    assert verify_report(made, home())["ok"]
