"""What a change of the corpora does: added, changed, renamed and removed files, and a rebuild."""

import json
from pathlib import Path

from tests.homes import Call

LATE = {
    "id": "late",
    "title": "补充快讯",
    "text": "这是后来补充的一条快讯，原油主力合约午后小幅收涨，成交一般。",
    "published": "2024-04-18T20:00:00+08:00",
}


def titles(call: Call, home: Path) -> set[str]:
    return {row["title"] for row in call("docs", "--home", home, "--json").json["documents"]}


def test_changes_are_followed(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"

    def run(*words: str) -> dict:
        said = call("run", "--corpora", small_corpora, "--home", home, "--json", *words)
        assert said.code == 0, said.err
        return said.json

    first = run()
    assert first["documents"]["new"] == first["documents"]["in"] == 11
    assert first["reports"]
    # A late item: one document is new, its day is built again, nothing else is.
    feed = small_corpora / "news" / "late.jsonl"
    feed.write_text(json.dumps(LATE, ensure_ascii=False) + "\n", encoding="utf-8")
    second = run()
    assert (second["documents"]["new"], second["documents"]["unchanged"]) == (1, 11)
    assert call("search", "补充的一条快讯", "--home", home, "--json").json["hits"][0]["citation"]["title"] == "补充快讯"
    late = next(d for d in call("docs", "--home", home, "--json").json["documents"] if d["source_id"] == "late")
    # A rename is no change of content.
    feed = feed.rename(feed.with_name("renamed.jsonl"))
    third = run()
    assert third["documents"]["new"] == 0
    renamed = next(d for d in call("docs", "--home", home, "--json").json["documents"] if d["source_id"] == "late")
    assert (renamed["doc_id"], renamed["path"]) == (late["doc_id"], "news/renamed.jsonl")
    # A changed text is a new document that supersedes.
    feed.write_text(
        json.dumps({**LATE, "text": LATE["text"] + "更正：午后收跌。"}, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    run()
    changed = next(d for d in call("docs", "--home", home, "--json").json["documents"] if d["source_id"] == "late")
    assert changed["supersedes"] == late["doc_id"]
    assert call("text", late["doc_id"], "--home", home).out == LATE["text"]
    # Removed, it is gone from everything that is read.
    feed.unlink()
    run()
    assert "补充快讯" not in titles(call, home)
    assert all(
        "补充" not in hit["citation"]["title"]
        for hit in call("search", "补充的一条快讯", "--home", home, "--json").json["hits"]
    )
    # What is left equals a home that never saw it, and a rebuild gives the same again.
    digest = call("digest", "--home", home, "--json").json["tables"]
    run("--rebuild")
    assert call("digest", "--home", home, "--json").json["tables"] == digest


def test_stages_can_be_run_alone(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for stage, clauses, tags in (("corpora", 0, 0), ("records", 2, 0)):
        said = call("run", "--corpora", small_corpora, "--home", home, "--only", stage, "--json")
        assert said.code == 0
        assert (said.json["clauses"], said.json["tags"]) == (clauses, tags)
    assert call("clause", "测试交易规则", "第2条", "--home", home, "--json").json["text"] == "本规则适用于全部测试。"
    assert call("search", "测试", "--home", home, "--json").json == {"hits": []}


def test_a_report_can_be_built_by_hand(call: Call, sample_home: Path) -> None:
    said = call("report", "build", "daily", "--date", "2024-04-18", "--home", sample_home, "--json")
    assert said.code == 0
    assert said.json["status"] == "checked"
    missing = call(
        "report",
        "build",
        "extreme_move",
        "--subject",
        "CU2406",
        "--date",
        "2020-01-02",
        "--home",
        sample_home,
        "--json",
    )
    assert missing.code == 1
    assert missing.json["status"] == "incomplete"
    assert any(section["note"] for section in missing.json["sections"])


def test_a_users_own_profile_grows_trees(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    config = tmp_path / "leafroot.toml"
    config.write_text(
        '[profiles.all_news]\nlane = "news"\nsubject = ""\nfacets = []\nkeywords = []\n', encoding="utf-8"
    )
    home = tmp_path / "home"
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "tags", "--config", config).code == 0
    tree = call("tags", "--profile", "all_news", "--home", home, "--config", config, "--json").json
    assert tree["date"] == "2024-04-18"
    assert tree["roots"]
