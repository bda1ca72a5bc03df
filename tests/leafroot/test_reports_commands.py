"""report approve, withhold, edit, replay, export and purge, on a copy of the sample's home."""

import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.homes import SAMPLE, Call

REPORT = "extreme_move:SC2406:2024-04-18"


@pytest.fixture
def own(sample_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return Path(shutil.copytree(sample_home, tmp_path / "own"))


def test_report_export_writes_each_format_to_the_same_bytes(sample_home: Path, call: Call, tmp_path: Path) -> None:
    for kind in ("md", "html", "json", "pdf", "docx"):
        files = [tmp_path / f"{n}.{kind}" for n in "ab"]
        for file in files:
            assert call("--home", sample_home, "report", "export", REPORT, "--format", kind, "-o", file).code == 0
        assert files[0].read_bytes() == files[1].read_bytes()
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "▲ 2024-04-18" in html
    assert "<h2>标签</h2>" in html
    assert call("--home", sample_home, "report", "export", REPORT, "--format", "odt", "-o", tmp_path / "x").code == 2


def test_report_decisions_through_the_command_line(own: Path, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "r.md"
    call("--home", own, "report", "export", REPORT, "--format", "md", "-o", file)
    text = file.read_text(encoding="utf-8")
    first = next(line for line in text.split("\n") if line.startswith("4月18日，SC2406合约最高价"))
    file.write_text(text.replace(first, ""), encoding="utf-8")
    said = call("--home", own, "--json", "report", "edit", REPORT, "--file", file, "--by", "周舟")
    assert (said.code, said.json["done"], said.json["edition"], said.json["status"]) == (0, True, 1, "checked")
    refused = call("--home", own, "--json", "report", "approve", REPORT, "--by", "周舟")
    assert (refused.code, refused.json["done"]) == (1, False)
    said = call("--home", own, "--json", "report", "approve", REPORT, "--by", "林岚")
    assert (said.code, said.json["status"]) == (0, "approved")
    shown = call("--home", own, "--json", "report", "show", REPORT).json
    assert [done["action"] for done in shown["decisions"]] == ["edited", "approved"]
    assert call("--home", own, "--json", "verify", REPORT).json["ok"]
    said = call("--home", own, "--json", "report", "withhold", REPORT, "--by", "周舟", "--reason", "待查")
    assert (said.code, said.json["status"]) == (0, "withheld")
    listed = call("--home", own, "--json", "report", "list").json["reports"]
    assert {row["status"] for row in listed if row["id"] == REPORT} == {"withheld"}


def test_report_edit_refuses_a_lie(own: Path, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    call("--home", own, "report", "export", REPORT, "--format", "json", "-o", file)
    file.write_text(file.read_text(encoding="utf-8").replace("跌幅3.15%", "跌幅3.51%"), encoding="utf-8")
    said = call("--home", own, "--json", "report", "edit", REPORT, "--file", file, "--by", "周舟")
    assert (said.code, said.json["done"]) == (1, False)
    assert {"number_untraced"} <= {problem["code"] for problem in said.json["problems"]}
    assert call("--home", own, "report", "edit", REPORT, "--file", tmp_path / "none", "--by", "周舟").code == 2


def test_report_approve_stops_where_the_audit_does_not_hold(own: Path, call: Call) -> None:
    call("--home", own, "report", "withhold", REPORT, "--by", "周舟", "--reason", "待查")
    with sqlite3.connect(own / "leafroot.sqlite") as connection:
        connection.execute("UPDATE report_audit SET decided_by = '某人'")
    said = call("--home", own, "report", "approve", REPORT, "--by", "林岚")
    assert said.code == 3
    assert "was changed" in said.err


def test_report_replay_gives_the_same_bytes(sample_home: Path, call: Call) -> None:
    for report_id in (REPORT, "risk_event:量化交易:2024-04-18", "daily:all:2024-05-06"):
        said = call("--home", sample_home, "--json", "report", "replay", report_id)
        assert (said.code, said.json["equal"], said.json["differences"]) == (0, True, []), said.json


def test_report_replay_says_what_differs(own: Path, call: Call) -> None:
    with sqlite3.connect(own / "leafroot.sqlite") as connection:
        connection.execute("UPDATE reports SET body = REPLACE(body, '20.9元', '29.0元') WHERE report_id = ?", (REPORT,))
    said = call("--home", own, "--json", "report", "replay", REPORT)
    assert (said.code, said.json["equal"]) == (1, False)
    assert any("29.0元" in line for line in said.json["differences"])


def held_in(home: Path, words: str) -> list[str]:
    """Tables of the store that hold words, rows of earlier publications included."""
    found = []
    with sqlite3.connect(home / "leafroot.sqlite") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in tables:
            if any(words in str(value) for row in connection.execute(f"SELECT * FROM {name}") for value in row):
                found.append(name)
    return found


def cited_news(report: dict[str, Any]) -> dict[str, Any]:
    cited = [c for s in report["sections"] for one in s["sentences"] for c in one["citations"]]
    return next(dict(c) for c in cited if c["path"].startswith("news/"))


def test_purge_withdraws_a_document_from_everything(own: Path, call: Call, tmp_path: Path) -> None:
    exported = tmp_path / "old.json"
    call("--home", own, "report", "export", REPORT, "--format", "json", "-o", exported)
    cited = cited_news(json.loads(exported.read_text(encoding="utf-8")))
    said = call("--home", own, "--json", "purge", cited["doc_id"], "--by", "林岚", "--reason", "授权到期")
    assert said.code == 0, said.err
    assert REPORT in said.json["reports"]
    assert said.json["vectors"] > 0
    assert held_in(own, cited["quote"][:16]) == []
    shown = call("--home", own, "--json", "report", "show", REPORT).json
    assert shown["status"] == "retracted"
    assert "来源已撤下" in shown["notices"][0] or "撤下" in shown["notices"][0]
    problems = call("--home", own, "--json", "verify", exported).json["problems"]
    assert any("来源已撤下" in problem["detail"] for problem in problems)
    assert call("--home", own, "text", cited["doc_id"]).code == 2
    assert call("--home", own, "purge", cited["doc_id"], "--by", "林岚", "--reason", "x").code == 2
    assert call("--home", own, "purge", "f" * 20, "--by", "林岚", "--reason", "x").code == 2
    for kind in ("md", "html", "pdf", "docx"):
        assert call("--home", own, "report", "export", REPORT, "--format", kind, "-o", tmp_path / f"x.{kind}").code == 0
    assert "来源已撤下" in re.sub(r"\s", "", (tmp_path / "x.html").read_text(encoding="utf-8"))


def test_purge_is_not_undone_by_the_next_run(own: Path, call: Call) -> None:
    cited = cited_news(call("--home", own, "--json", "report", "show", REPORT).json)
    call("--home", own, "purge", cited["doc_id"], "--by", "林岚", "--reason", "授权到期")
    assert call("run", "--corpora", SAMPLE, "--home", own).code == 0
    assert cited["doc_id"] not in {row["doc_id"] for row in call("--home", own, "--json", "docs").json["documents"]}
    assert held_in(own, cited["quote"][:16]) == []
    shown = call("--home", own, "--json", "report", "show", REPORT).json
    assert (shown["version"], shown["status"]) == (2, "checked")
    assert cited["doc_id"] not in json.dumps(shown)
