"""Outlines: ours, those of the house, and what is wrong with one."""

from pathlib import Path

import pytest

from assets.reports.build import build_report
from assets.reports.outline import KINDS, known_kinds, load_outline
from quality.verify.report import verify_report
from resources.errors import UsageError
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, home

GOOD = """
title = "{day}{name}简报"
needs = "documents"
[[sections]]
heading = "行情"
parts = ["market", "fact"]
limit = 5
[[sections]]
heading = "看法（{day}）"
parts = ["outlook"]
"""


def folder(tmp_path: Path, text: str, name: str = "weekly_oil.toml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_load_outline_reads_ours(kind: str) -> None:
    outline = load_outline(kind)
    assert outline.kind == kind
    assert all(section.parts and section.limit for section in outline.sections)


def test_a_kind_of_the_house_needs_no_code(tmp_path: Path) -> None:
    own = folder(tmp_path, GOOD)
    assert known_kinds(own) == (*KINDS, "weekly_oil")
    reader = home(DOCUMENTS, BARS)
    report = build_report(reader, "weekly_oil", "原油", DAY, outlines=own)
    assert report["id"] == f"weekly_oil:原油:{DAY}"
    assert report["title"] == "6月12日原油期货简报"
    assert [s["heading"] for s in report["sections"]] == ["行情", "看法（6月12日）"]
    assert verify_report(report, reader, stored=True)["problems"] == []


def test_an_outline_of_the_house_stands_for_ours(tmp_path: Path) -> None:
    own = folder(tmp_path, GOOD, "extreme_move.toml")
    assert known_kinds(own) == KINDS
    assert load_outline("extreme_move", own).title == "{day}{name}简报"
    assert load_outline("risk_event", own).title == load_outline("risk_event").title


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{name}简报", "{author}简报", "unknown slot {author}; the slots are {day}, {name}, {move}"),
        ("看法（{day}）", "看法（{move}）", "unknown slot {move}; the slots are {day}, {name}"),
        ("{name}简报", "{name简报", "open brace"),
        ('"outlook"', '"gossip"', "section 看法（{day}）: there is no part gossip; the parts are market"),
        ('parts = ["outlook"]', "parts = []", "no part (none)"),
        ("limit = 5", "limit = 0", "limit = 0 is no whole number from 1 to 60"),
        ("limit = 5", 'limit = "5"', "limit = '5'"),
        ("limit = 5", "colour = 5", "no key colour"),
        ('needs = "documents"', 'needs = "luck"', "'luck' is neither of market, documents"),
        ('title = "{day}{name}简报"', "", "title is missing"),
        ("[[sections]]", "[sections]", "is no TOML file"),
    ],
    ids=["slot", "heading-slot", "brace", "part", "no-part", "limit", "limit-text", "key", "needs", "title", "toml"],
)
def test_a_malformed_outline_is_one_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    own = folder(tmp_path, GOOD.replace(old, new))
    with pytest.raises(UsageError) as error:
        build_report(home([]), "weekly_oil", "原油", DAY, outlines=own)
    assert str(error.value).startswith("outlines/weekly_oil.toml")
    assert words in str(error.value)


def test_an_outline_without_sections_is_refused(tmp_path: Path) -> None:
    own = folder(tmp_path, 'title = "甲"')
    with pytest.raises(UsageError, match="at least one"):
        load_outline("weekly_oil", own)


def test_a_file_whose_name_is_no_kind_is_none(tmp_path: Path) -> None:
    assert known_kinds(folder(tmp_path, GOOD, "Weekly Oil.toml")) == KINDS
    assert known_kinds(tmp_path / "none") == KINDS
