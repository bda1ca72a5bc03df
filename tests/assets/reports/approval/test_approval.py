"""Decisions of people on a report: what is allowed, what is refused, and that the chain of entries holds."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from assets.reports.approval.audit import chain_problems, content_sha256, next_entries
from assets.reports.approval.decide import approve, edit, person, withhold
from assets.reports.approval.edits import read_edited
from assets.reports.approval.retract import GONE, cites, redact, retract
from assets.reports.approval.standing import list_standing, show_standing
from assets.reports.build import build_report
from assets.reports.query import list_reports, report_rows
from assets.reports.render.canonical import to_json
from assets.reports.render.markdown import to_markdown
from quality.verify.publication import settle_status
from resources.errors import UsageError
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, MemoryHome, home

AT = "2030-06-13T01:00:00+00:00"
Json = dict[str, Any]


def nothing_wrong(_: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return []


def something_wrong(_: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [{"sentence": 3, "code": "number_untraced", "detail": "99"}]


@pytest.fixture(scope="module")
def reader() -> MemoryHome:
    return home(DOCUMENTS, BARS)


@pytest.fixture
def report(reader: MemoryHome) -> Json:
    made = settle_status(build_report(reader, "extreme_move", "SC3008", DAY), reader)
    return {**made, "status": "checked", "decisions": []}


def edited_by(report: Json, name: str) -> Json:
    shorter = json.loads(json.dumps(report))
    shorter["sections"][0]["sentences"].pop()
    decision = edit(report, shorter, name, AT, nothing_wrong)
    assert decision.edition is not None
    return dict(decision.edition["report"])


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "林\u202e岚", "a\x00b"])
def test_person_refuses_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError, match="--by"):
        person(name)


def test_approve_gives_edition_and_entry(report: Json) -> None:
    decision = approve(report, "林岚", AT, nothing_wrong)
    assert decision.edition is not None
    assert decision.entry is not None
    assert decision.edition["status"] == "approved"
    assert decision.edition["report"]["decisions"] == [
        {"action": "approved", "by": "林岚", "at": AT, "reason": None, "version": report["version"], "edition": 0}
    ]
    assert decision.entry["content_sha256"] == content_sha256(report)


@pytest.mark.parametrize("name", ["周舟", " 周 舟 ", "周舟 "])
def test_approve_needs_other_eyes_than_the_editor(report: Json, name: str) -> None:
    decision = approve(edited_by(report, "周舟"), name, AT, nothing_wrong)
    assert decision.edition is None
    assert "another person" in decision.message
    assert approve(edited_by(report, "周舟"), "林岚", AT, nothing_wrong).edition is not None


@pytest.mark.parametrize("status", ["incomplete", "retracted", "withheld"])
def test_approve_refuses_what_is_not_checked(report: Json, status: str) -> None:
    assert approve({**report, "status": status}, "林岚", AT, nothing_wrong).edition is None


def test_approve_refuses_what_the_verifier_does_not_pass(report: Json) -> None:
    decision = approve(report, "林岚", AT, something_wrong)
    assert (decision.edition, len(decision.problems)) == (None, 1)


def test_approve_happens_once(report: Json) -> None:
    approved = dict(approve(report, "林岚", AT, nothing_wrong).edition or {})["report"]
    assert "already, by 林岚" in approve(approved, "周舟", AT, nothing_wrong).message


def test_withhold_needs_a_reason_and_another_person_lifts_it(report: Json) -> None:
    with pytest.raises(UsageError, match="--reason"):
        withhold(report, "林岚", AT, " \n ")
    held = dict(withhold(report, "林岚", AT, "等候核实。").edition or {})["report"]
    assert held["status"] == "withheld"
    assert approve(held, "林岚", AT, nothing_wrong).edition is None
    assert approve(held, "周舟", AT, nothing_wrong).edition is not None
    assert withhold({**report, "status": "retracted"}, "林岚", AT, "x").edition is None


def test_edit_refuses_what_the_verifier_does_not_pass(report: Json) -> None:
    other = json.loads(json.dumps(report))
    other["sections"][0]["sentences"][0]["text"] += "后市看涨。"
    decision = edit(report, other, "周舟", AT, something_wrong)
    assert decision.edition is None
    assert "sentence 3: number_untraced" in decision.message


def test_edit_keeps_the_generated_text_apart(report: Json) -> None:
    made = edited_by(report, "周舟")
    assert made["edition"] == 1
    assert made["manifest"]["edits"][0]["by"] == "周舟"
    assert len(made["manifest"]["edits"][0]["removed"]) == 1
    assert edit(report, report, "周舟", AT, nothing_wrong).edition is None
    empty = {**report, "sections": [{**s, "sentences": []} for s in report["sections"]]}
    assert "withhold" in edit(report, empty, "周舟", AT, nothing_wrong).message
    assert edit({**report, "status": "retracted"}, made, "周舟", AT, nothing_wrong).edition is None
    assert edit({**report, "status": "incomplete"}, made, "周舟", AT, nothing_wrong).edition["status"] == "incomplete"  # type: ignore[index]


@pytest.mark.parametrize("render", [to_json, to_markdown], ids=["json", "markdown"])
def test_read_edited_of_an_untouched_export_changes_nothing(report: Json, reader: MemoryHome, render: Any) -> None:
    back = read_edited(render(report), "f", report, reader)
    assert content_sha256(back) == content_sha256(report)


def test_read_edited_takes_changed_and_added_sentences(report: Json, reader: MemoryHome) -> None:
    markdown = to_markdown(report)
    first = report["sections"][0]["sentences"][0]["text"]
    shorter = first.partition("（")[0] + "。"
    back = read_edited(markdown.replace(first, shorter), "f.md", report, reader)
    changed = back["sections"][0]["sentences"][0]
    assert changed["text"] == shorter
    assert changed["claims"][0]["kind"] == report["sections"][0]["sentences"][0]["claims"][0]["kind"]
    assert changed["claims"][0]["slots"] == {}
    assert back["sections"][0]["sentences"][1:] == report["sections"][0]["sentences"][1:]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: "{", "no JSON"),
        (lambda r: to_json({**r, "id": "x:y:z"}), "is not the report"),
        (lambda r: to_json({**r, "version": 9}), "version 9"),
        (lambda r: to_json({**r, "title": "大涨"}), "title and viewpoints"),
        (lambda r: to_json({**r, "sections": r["sections"][1:]}), "headings and notes"),
        (
            lambda r: to_json({**r, "sections": [{**s, "note": "后市看涨。"} for s in r["sections"]]}),
            "headings and notes",
        ),
        (lambda r: to_json({**r, "sections": [{**s, "sentences": "x"} for s in r["sections"]]}), "no list"),
        (lambda r: to_json({**r, "sections": [{**s, "sentences": [{"text": ""}]} for s in r["sections"]]}), "no text"),
        (lambda r: to_markdown(r).replace("\\[1\\]", "", 1), "without the number"),
        (lambda r: to_markdown(r).replace("\\[1\\]", "\\[999\\]", 1), "no source 999"),
        (lambda r: to_markdown(r).replace("## 原因", "## 真正原因"), "headings and notes"),
    ],
)
def test_read_edited_says_what_is_not_to_be_edited(report: Json, reader: MemoryHome, change: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_edited(change(report), "f", report, reader)


def stored(report: Json, edition: Json | None, version: int = 1) -> MemoryHome:
    row, _ = report_rows({**report, "version": version})
    rows = [{**row, "body": json.loads(row["body"])}]
    return MemoryHome({"reports": rows, "report_editions": [edition] if edition else []})


def test_show_standing_is_the_generated_report_where_nobody_decided(report: Json) -> None:
    shown = show_standing(stored(report, None), report["id"])
    assert (shown["decisions"], shown["notices"], shown["beside"]) == ([], [], None)


def test_show_standing_flags_an_approved_report_whose_evidence_changed(report: Json) -> None:
    approved = dict(approve(report, "林岚", AT, nothing_wrong).edition or {})
    assert show_standing(stored(report, approved), report["id"])["notices"] == []
    newer = json.loads(json.dumps(report))
    newer["sections"][0]["sentences"].pop()
    later = stored(newer, approved, version=2)
    shown = show_standing(later, report["id"])
    assert (shown["version"], shown["status"], shown["beside"]["version"]) == (1, "approved", 2)
    assert "第2版" in shown["notices"][0]
    assert shown["sections"] == report["sections"]
    assert list_standing(later, list_reports(later))[0]["status"] == "approved"


def test_redact_takes_out_what_a_document_said(report: Json) -> None:
    sentence = report["sections"][0]["sentences"][-1]
    doc_id, quote = sentence["citations"][0]["doc_id"], sentence["citations"][0]["quote"]
    assert cites(report, doc_id)
    gone = redact(report, doc_id)
    texts = [one["text"] for section in gone["sections"] for one in section["sentences"]]
    assert GONE in texts
    assert quote not in json.dumps(gone, ensure_ascii=False)
    assert to_markdown({**gone, "status": "retracted"}).count("来源已撤下") >= 2


def test_show_standing_puts_what_was_built_anew_in_the_place_of_a_retracted_draft(report: Json) -> None:
    doc_id = report["sections"][0]["sentences"][-1]["citations"][0]["doc_id"]
    retracted = retract(report, doc_id, "林岚", AT, "授权到期。")
    row = {
        "report_id": report["id"],
        "version": 1,
        "edition": 0,
        "status": "retracted",
        "content_sha256": "",
        "report": retracted,
    }
    assert show_standing(stored(report, row), report["id"])["status"] == "retracted"
    anew = show_standing(stored(report, row, version=2), report["id"])
    assert (anew["status"], anew["version"]) == ("checked", 2)
    assert "撤回" in anew["notices"][0]
    approved = dict(approve(report, "林岚", AT, nothing_wrong).edition or {})["report"]
    row["report"] = retract(approved, doc_id, "林岚", AT, "授权到期。")
    assert show_standing(stored(report, row, version=2), report["id"])["status"] == "retracted"


def test_chain_problems_finds_each_tampering() -> None:
    entry = {
        "object_id": "r",
        "version": 1,
        "edition": 0,
        "action": "approved",
        "decided_by": "林岚",
        "decided_at": AT,
        "reason": None,
        "content_sha256": "0",
    }
    rows: list[Json] = []
    for _ in range(3):
        rows += next_entries(MemoryHome({"report_audit": rows}), [entry])
    assert chain_problems(MemoryHome({"report_audit": rows})) == []
    assert "was changed" in chain_problems(MemoryHome({"report_audit": [{**rows[0], "decided_by": "x"}, *rows[1:]]}))[0]
    assert "missing" in chain_problems(MemoryHome({"report_audit": [rows[0], rows[2]]}))[0]
    assert chain_problems(MemoryHome({"report_audit": rows[1:]}))
