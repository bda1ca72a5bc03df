"""Reports that a model writes: what it orders and joins is taken, what it adds or bends is not."""

import json
import random
from typing import Any

import pytest

from assets.reports.build import build_report
from assets.reports.chain.steps import Writing
from quality.verify.report import verify_report
from tests.assets.reports.chain.writers import LIARS, MadeUp, honest
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, MemoryHome, document, home

EVENTS = [("extreme_move", "SC3008"), ("risk_event", "原油"), ("daily", "all"), ("extreme_move", "all")]


def written(runner: MadeUp, kind: str, subject: str, reader: MemoryHome | None = None) -> dict[str, Any]:
    at = reader or home(DOCUMENTS, BARS)
    writing = Writing(
        runner, lambda said: bool(verify_report({"sections": [{"sentences": [said]}]}, at)["ok"]), lambda _: "public"
    )
    return build_report(at, kind, subject, DAY, writing=writing)


def told(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(s["heading"], one["text"]) for s in report["sections"] for one in s["sentences"]]


def claims(report: dict[str, Any]) -> set[str]:
    return {c["claim_id"] for s in report["sections"] for one in s["sentences"] for c in one["claims"]}


@pytest.mark.parametrize(("kind", "subject"), EVENTS, ids=["move", "risk", "daily", "moves"])
def test_an_honest_model_writes_a_report_of_the_same_claims(kind: str, subject: str) -> None:
    reader = home(DOCUMENTS, BARS)
    plain = build_report(reader, kind, subject, DAY)
    report = written(MadeUp(honest), kind, subject, reader)
    assert verify_report(report, reader, stored=True)["problems"] == []
    assert claims(report) >= claims(plain) - {
        c["claim_id"] for s in plain["sections"] if s["heading"] == "摘要" for x in s["sentences"] for c in x["claims"]
    }
    assert report["engine"] == "m1"
    tasks = {row["task"] for row in report["manifest"]["models"]}
    assert "write_section" in tasks
    assert all(
        set(row) == {"task", "model", "prompt", "prompt_sha256", "call_id", "answer_sha256"}
        for row in report["manifest"]["models"]
    )


@pytest.mark.parametrize("kind", LIARS)
@pytest.mark.parametrize("event", EVENTS[:3], ids=["move", "risk", "daily"])
def test_no_sentence_of_a_liar_is_published(kind: str, event: tuple[str, str]) -> None:
    reader = home(DOCUMENTS, BARS)
    report = written(MadeUp(LIARS[kind]), *event, reader)
    said = verify_report(report, reader, stored=True)
    assert said["problems"] == []
    assert claims(report) >= claims(build_report(reader, *event, DAY))
    whole = json.dumps([text for _, text in told(report)], ensure_ascii=False)
    assert not [word for word in ("停牌", "星瀚", "微信", "example.com", "主力资金") if word in whole]


def test_claims_are_joined_as_the_model_joins_them() -> None:
    texts = (
        "东港海关公布，当月进口原油412万吨。",
        "产油国联盟公告，周五召开例会讨论原油配额。",
        "南湾原油码头披露，七号泊位检修完成。",
    )
    more = [document(f"原油简讯{n}", text, row=20 + n) for n, text in enumerate(texts)]
    report = written(MadeUp(honest), "daily", "all", home([*DOCUMENTS, *more], BARS))
    joined = [one for s in report["sections"] for one in s["sentences"] if len(one["claims"]) > 1]
    assert joined
    assert all("；此外，" in one["text"] and len(one["citations"]) > 1 for one in joined)


def test_the_move_and_the_denial_stay_in_front() -> None:
    def backwards(task: str, items: list[tuple[int, str]], rng: random.Random) -> list[dict[str, Any]]:
        if task == "plan_report":
            return [{"section": str(n), "claims": [str(i) for i, _ in reversed(items)]} for n in range(1, 5)]
        return honest(task, items, rng)

    report = written(MadeUp(backwards), "extreme_move", "SC3008")
    overview = [text for heading, text in told(report) if heading == "事件概述"]
    assert overview[0].startswith("6月12日，SC3008合约收报570.1元/桶")
    assert any(text.startswith("市场曾有传闻称") for text in overview[:6])


def test_an_invented_id_leaves_its_section_to_the_claims_own_sentences() -> None:
    report = written(MadeUp(LIARS["ids"]), "extreme_move", "SC3008")
    plain = build_report(home(DOCUMENTS, BARS), "extreme_move", "SC3008", DAY)
    assert sorted(told(report)) == sorted(told(plain))


def test_a_step_without_answer_is_named_and_leaves_the_rest_as_it_is() -> None:
    report = written(MadeUp(honest, fails=["plan_report", "write_abstract"]), "risk_event", "原油")
    assert report["manifest"]["left_to_extractive"] == ["plan_report", "write_abstract"]
    assert report["engine"] == "m1"


def test_without_any_answer_the_report_is_the_extractive_one() -> None:
    everything = ["plan_report", "write_section", "merge_opinions", "write_abstract"]
    report = written(MadeUp(honest, fails=everything), "extreme_move", "SC3008")
    plain = build_report(home(DOCUMENTS, BARS), "extreme_move", "SC3008", DAY)
    assert report["engine"] == "extractive"
    assert (report["sections"], report["viewpoints"]) == (plain["sections"], plain["viewpoints"])


def test_calls_are_few_and_carry_the_highest_class_of_what_they_show() -> None:
    reader = home(DOCUMENTS, BARS)
    runner = MadeUp(honest)
    secret = {d["doc_id"] for d in DOCUMENTS if d["lane"] == "research"}
    writing = Writing(runner, lambda _: True, lambda doc_id: "secret" if doc_id in secret else "public")
    build_report(reader, "daily", "all", DAY, writing=writing)
    assert len(runner.calls) <= 12
    for _, call in runner.calls:
        assert (call.clearance == "secret") == bool(secret & set(call.documents))
    assert {call.clearance for _, call in runner.calls} == {"secret", "public"}


def test_an_abstract_is_of_finished_sentences_and_tells_the_denial_first() -> None:
    report = written(MadeUp(honest), "risk_event", "原油")
    abstract = [text for heading, text in told(report) if heading == "摘要"]
    body = [text for heading, text in told(report) if heading not in ("摘要", "引言", "结论")]
    assert abstract[0].startswith("市场曾有传闻称")
    assert set(abstract[1:]) <= set(body)


def test_opinions_take_only_facts_of_their_own_matter() -> None:
    reader = home(DOCUMENTS, BARS)
    report = written(MadeUp(honest), "extreme_move", "SC3008", reader)
    by_id = {
        c["claim_id"]: (c["kind"], one["text"])
        for s in report["sections"]
        for one in s["sentences"]
        for c in one["claims"]
    }
    facts = [fact for view in report["viewpoints"] for fact in view["facts"]]
    assert all(by_id[fact][0] not in ("forecast_view", "cause_view") for fact in facts)
