"""Late evidence makes a new version that says what changed."""

import copy

from assets.reports.build import build_report
from assets.reports.versions import differences, same_content, with_changes
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, document, home

LATE = document("晚到的消息", "东港海关公布，当月进口原油412万吨。", row=30)


def test_late_evidence_makes_a_version_with_its_differences() -> None:
    first = build_report(home(DOCUMENTS, BARS), "extreme_move", "SC3008", DAY)
    later = build_report(home([*DOCUMENTS, LATE], BARS, publication=2), "extreme_move", "SC3008", DAY)
    assert not same_content(first, later)
    second = with_changes(later, first, 2)
    changes = second["manifest"]["changes"]
    assert second["version"] == 2
    assert changes["against"] == 1
    assert changes["added"] == ["据晨星电讯6月12日消息，东港海关公布，当月进口原油412万吨。"]
    assert changes["removed"] == []
    assert changes["text"] == "与第1版相比：新增1句，删去0句；新引用资料1份，不再引用0份。"
    back = differences(second, {**first, "version": 3})
    assert (back["against"], back["removed"], back["documents_removed"]) == (2, changes["added"], 1)


def test_publication_and_what_a_version_changed_make_no_difference() -> None:
    first = build_report(home(DOCUMENTS, BARS), "daily", "all", DAY)
    again = build_report(home(DOCUMENTS, BARS, publication=7), "daily", "all", DAY)
    again["manifest"]["changes"] = {"text": "…"}
    assert same_content(first, {**again, "version": 4})
    other = copy.deepcopy(again)
    other["sections"][0]["sentences"].pop()
    assert not same_content(first, other)
