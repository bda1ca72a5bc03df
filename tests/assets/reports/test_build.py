"""Drafts of the three kinds on an invented day."""

import copy
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from assets.reports.build import build_report
from assets.text.spans import sha256_text
from quality.verify.report import verify_report
from resources.errors import UsageError
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, MemoryHome, bar, document, home


def sentences(report: dict[str, Any], heading: str | None = None) -> list[str]:
    sections = [s for s in report["sections"] if heading in (None, s["heading"])]
    return [sentence["text"] for section in sections for sentence in section["sentences"]]


@pytest.fixture
def reader() -> MemoryHome:
    return home(DOCUMENTS, BARS)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("extreme_move", "SC3008"), ("extreme_move", "原油"), ("risk_event", "SC3008"), ("daily", "all")],
    ids=["contract", "product", "risk", "daily"],
)
def test_build_report_passes_the_verifier(reader: MemoryHome, kind: str, subject: str) -> None:
    report = build_report(reader, kind, subject, DAY)
    said = verify_report(report, reader, stored=True)
    assert said["problems"] == []
    assert said["cited"] == said["sentences"] > 5
    assert report["id"] == f"{kind}:{subject}:{DAY}"
    assert report["status"] == "draft"


def test_build_report_states_the_move_from_the_bar(reader: MemoryHome) -> None:
    overview = sentences(build_report(reader, "extreme_move", "SC3008", DAY), "事件概述")
    assert (
        overview[0]
        == "6月12日，SC3008合约收报570.1元/桶，较前结算价594.0元/桶下跌23.9元/桶，跌幅4.02%（收盘价对前结算价）。"
    )
    assert "6月12日，SC3008合约成交量120400手，持仓量33100手，较前一交易日持仓量30100手增加3000手。" in overview
    assert any(text.startswith("6月11日，WTI收报77.20美元/桶") for text in overview)


def test_build_report_follows_the_basis_of_the_settings(reader: MemoryHome) -> None:
    @dataclass
    class Move:
        threshold_pct: Decimal = Decimal("3.0")
        basis: str = "settle_vs_prev_settle"

    @dataclass
    class Settings:
        extreme_move: Move = field(default_factory=Move)

    report = build_report(reader, "extreme_move", "SC3008", DAY, settings=Settings())
    assert sentences(report)[0].endswith("（结算价对前结算价）。")
    assert report["manifest"]["parameters"]["basis"] == "settle_vs_prev_settle"


def test_build_report_tells_a_rumour_with_its_denial(reader: MemoryHome) -> None:
    texts = sentences(build_report(reader, "extreme_move", "SC3008", DAY))
    told = [text for text in texts if "停运" in text]
    assert len(told) == 1
    assert told[0].startswith("市场曾有传闻称“白鹭湾输油管道周二夜间全线停运”，据晨星电讯6月12日消息，")
    assert "否认管道停运" in told[0]


def test_build_report_puts_contradicting_figures_side_by_side(reader: MemoryHome) -> None:
    texts = sentences(build_report(reader, "extreme_move", "SC3008", DAY))
    both = [text for text in texts if "812万吨" in text]
    assert len(both) == 1
    assert "768万吨" in both[0]
    assert "据晨星电讯6月12日消息" in both[0]
    assert "据海图财经6月12日消息" in both[0]


def test_build_report_never_quotes_hostile_or_irrelevant_text(reader: MemoryHome) -> None:
    for kind, subject in (("extreme_move", "SC3008"), ("daily", "all")):
        whole = json.dumps(build_report(reader, kind, subject, DAY), ensure_ascii=False)
        assert "停牌" not in whole
        assert "书市" not in whole


def test_build_report_attributes_each_cause(reader: MemoryHome) -> None:
    causes = sentences(build_report(reader, "extreme_move", "SC3008", DAY), "原因分析")
    assert any("青檀期货研究员沈听雨认为，下跌的主要原因是东港库存连续三周增加" in text for text in causes)
    assert all(text.startswith(("据", "云杉研究院表示", "各方数据不一")) for text in causes)


def test_build_report_cites_the_notice_of_the_last_days(reader: MemoryHome) -> None:
    effects = sentences(build_report(reader, "extreme_move", "SC3008", DAY), "影响")
    assert any(
        text.startswith("根据华东能源交易所6月11日通知，经研究决定，自2030年6月14日结算时起") for text in effects
    )


def test_build_report_without_bars_is_incomplete_and_says_so() -> None:
    report = build_report(home(DOCUMENTS), "extreme_move", "SC3008", DAY)
    assert report["status"] == "incomplete"
    assert report["sections"][0]["note"] == "缺少SC3008在6月12日的行情数据。"
    assert sentences(report)


def test_build_report_of_documents_that_say_nothing_is_incomplete() -> None:
    report = build_report(home([document("目录", "目录\n首页\n联系我们", lane="research")], BARS), "daily", "all", DAY)
    assert sentences(report) == []
    assert report["status"] == "incomplete"
    assert report["sections"][0]["note"]


@pytest.mark.parametrize(("kind", "subject"), [("risk_event", "量化交易"), ("daily", "all")], ids=["risk", "daily"])
def test_build_report_without_documents_is_incomplete(kind: str, subject: str) -> None:
    report = build_report(home([], BARS), kind, subject, "2030-06-20")
    assert report["status"] == "incomplete"
    assert sentences(report) == []
    assert "没有相关资料" in report["sections"][0]["note"]


def test_build_report_daily_groups_by_product(reader: MemoryHome) -> None:
    headings = [section["heading"] for section in build_report(reader, "daily", "all", DAY)["sections"]]
    assert headings[:3] == ["原油：行情概述", "原油：原因分析", "原油：影响"] or headings[0] == "原油：行情概述"
    assert "政策变化" in headings
    assert "风险事件" in headings
    assert any(heading.startswith("铜：") for heading in headings)


def test_build_report_is_the_same_for_the_same_evidence() -> None:
    one = build_report(home(DOCUMENTS, BARS, publication=3), "extreme_move", "SC3008", DAY)
    two = build_report(home(list(reversed(DOCUMENTS)), BARS, publication=9), "extreme_move", "SC3008", DAY)
    assert (one["publication"], two["publication"]) == (3, 9)
    for report in (one, two):
        report["publication"] = report["manifest"]["publication"] = 0
    assert json.dumps(one, ensure_ascii=False) == json.dumps(two, ensure_ascii=False)


def test_build_report_names_each_cited_document_in_the_manifest(reader: MemoryHome) -> None:
    report = build_report(reader, "extreme_move", "SC3008", DAY)
    listed = report["manifest"]["documents"]
    cited = {c["doc_id"] for s in report["sections"] for x in s["sentences"] for c in x["citations"]}
    cited |= {c["doc_id"] for view in report["viewpoints"] for c in view["citations"]}
    assert set(listed) == cited
    assert all(digest == sha256_text(reader.text(doc_id)) for doc_id, digest in listed.items())


def test_build_report_says_nothing_twice(reader: MemoryHome) -> None:
    texts = sentences(build_report(reader, "extreme_move", "SC3008", DAY))
    assert len(texts) == len(set(texts))


def test_build_report_joins_repeats() -> None:
    twin = copy.deepcopy(DOCUMENTS[1]) | {
        "doc_id": "f" * 20,
        "source": "转载社",
        "duplicate_of": DOCUMENTS[1]["doc_id"],
    }
    report = build_report(home([*DOCUMENTS, twin], BARS), "extreme_move", "SC3008", DAY)
    assert not [text for text in sentences(report) if "转载社" in text]
    bearish = [view for view in report["viewpoints"] if view["stance"] == "bearish" and "青檀期货" in view["holders"]]
    assert len(bearish) == 1
    assert {c["doc_id"] for c in bearish[0]["citations"]} == {DOCUMENTS[1]["doc_id"], "f" * 20}


def test_build_report_uses_the_title_where_no_source_is_known() -> None:
    lone = document("北港罐区观察", "截至今日，北港原油罐区库存为55万吨，较上周减少3万吨。", source=None, row=9)
    texts = sentences(build_report(home([lone], BARS), "extreme_move", "SC3008", DAY))
    assert any(text.startswith("据《北港罐区观察》6月12日消息，截至今日") for text in texts)


@pytest.mark.parametrize(
    ("kind", "subject", "day", "word"),
    [
        ("weekly", "SC3008", DAY, "kinds are"),
        ("daily", "SC3008", DAY, "subject all"),
        ("risk_event", "all", DAY, "--subject"),
        ("risk_event", " ", DAY, "--subject"),
        ("daily", "all", "2030-6-12", "YYYY-MM-DD"),
        ("daily", "all", "2030-02-31", "YYYY-MM-DD"),
    ],
    ids=["kind", "daily-subject", "all", "blank", "format", "no-such-day"],
)
def test_build_report_refuses_what_cannot_be(kind: str, subject: str, day: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        build_report(home([]), kind, subject, day)


def test_build_report_takes_a_name_as_subject(reader: MemoryHome) -> None:
    report = build_report(reader, "risk_event", "白鹭湾", DAY)
    assert report["title"] == "关于白鹭湾事件的分析（6月12日）"
    assert sentences(report, "引言")[0].startswith("市场曾有传闻称")
    assert sentences(report, "摘要")[0] == sentences(report, "引言")[0]


def test_build_report_says_what_was_looked_at_and_left_out(reader: MemoryHome) -> None:
    for kind, subject in (("extreme_move", "SC3008"), ("daily", "all")):
        report = build_report(reader, kind, subject, DAY)
        coverage = report["manifest"]["evidence"]
        assert sum(coverage["found"].values()) == coverage["used"] + coverage["left_out"].get("no sentence taken", 0)
        assert coverage["excerpts_left_out"].get("restates the bars", 0) >= (kind == "extreme_move")
        assert coverage["text"].startswith(f"检索范围：{DAY}当日新闻与研报")
    event = build_report(reader, "extreme_move", "SC3008", DAY)["manifest"]["evidence"]
    assert event["left_out"]["not about the subject"] == 2


def test_build_report_tells_a_rumour_that_nobody_answered_as_one() -> None:
    told = [DOCUMENTS[0], DOCUMENTS[2]]
    at = home(told, BARS)
    report = build_report(at, "extreme_move", "SC3008", DAY)
    section = next(s for s in report["sections"] if s["heading"] == "未经证实的传闻")
    assert section["note"] == "以下为资料中的传闻，尚无回应或证实，不作为事实。"
    texts = [sentence["text"] for sentence in section["sentences"]]
    assert texts == ["未经证实的传闻：据晨星电讯6月12日消息，市场消息称白鹭湾输油管道周二夜间全线停运，尚无官方说法。"]
    assert [text for text in sentences(report) if "停运" in text] == texts
    assert verify_report(report, at, stored=True)["problems"] == []


def test_build_report_names_bars_that_contradict_each_other(reader: MemoryHome) -> None:
    other = bar("SC3008,2030-06-12,588.0,589.9,566.0,571.3,572.4,594.0,120400,33100", path="market/z.csv")
    at = home(DOCUMENTS, [*BARS, other])
    report = build_report(at, "extreme_move", "SC3008", DAY)
    assert report["sections"][0]["note"] == "SC3008在6月12日有2条互相矛盾的行情记录，以首条为准：收盘价不一致。"
    assert "收报570.1元" in sentences(report)[0]
    assert build_report(reader, "extreme_move", "SC3008", DAY)["sections"][0]["note"] is None


def test_build_report_of_all_moves_has_sections_for_each_contract() -> None:
    bars = [*BARS, bar(f"CU3008,{DAY},,,,71200,71000,76000,,")]
    at = home(DOCUMENTS, bars)
    report = build_report(at, "extreme_move", "all", DAY)
    headings = [section["heading"] for section in report["sections"]]
    assert headings[0] == "铜（CU3008）：事件概述"
    assert "原油（SC3008）：事件概述" in headings
    assert report["title"] == "6月12日2个品种极端行情分析"
    assert report["status"] == "draft"
    assert verify_report(report, at, stored=True)["problems"] == []


def test_build_report_of_all_moves_on_a_quiet_day_is_incomplete() -> None:
    report = build_report(home(DOCUMENTS, BARS), "extreme_move", "all", "2030-06-20")
    assert report["status"] == "incomplete"
    assert report["sections"][0]["note"] == "6月20日没有达到极端行情标准的主力合约。"


def test_build_report_gives_viewpoints_their_grounds_and_facts(reader: MemoryHome) -> None:
    report = build_report(reader, "extreme_move", "SC3008", DAY)
    views = {view["stance"]: view for view in report["viewpoints"]}
    bullish = [reader.text(c["doc_id"])[c["start"] : c["end"]] for c in views["bullish"]["grounds"]]
    assert bullish == ["因为产油国减产仍在执行"]
    ids = {c["claim_id"] for s in report["sections"] for x in s["sentences"] for c in x["claims"]}
    assert all(fact in ids for view in report["viewpoints"] for fact in view["facts"])


def test_no_excerpt_begins_with_a_pronoun_whose_name_stands_before_it() -> None:
    long = "东港商业原油库存为812万吨，" + "环比增加31万吨，" * 30 + "为今年最高。"
    text = f"{long}他认为油价将下跌，库存还会增加5万吨。该公司公布产量为3万吨。"
    report = build_report(home([document("原油库存", text)], BARS), "extreme_move", "SC3008", DAY)
    assert not [one for one in sentences(report) if "消息，他" in one or "消息，该公司" in one]
