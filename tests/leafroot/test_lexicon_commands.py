"""`leafroot lexicon`: what is shown and decided, and that a decision outlives a run and reaches the index."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.embeddings.defs import build_assets
from resources.defs import HomeResource
from resources.vectors import VectorStore
from tests.homes import Call


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    shutil.copytree(sample_home, folder)
    return folder


def rows(home: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(home / "leafroot.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def words_of(home: Path) -> dict[str, list[str]]:
    """The words under which each span stands in the index."""
    store = VectorStore(home / "vectors")
    (basis_id,) = {row[0] for row in rows(home, "SELECT basis_id FROM embedded_spans WHERE retired_in IS NULL")}
    found = {}
    for kind in ("slice", "clause"):
        for text in store.texts(kind, basis_id).values():
            for row in store.containing(kind, basis_id, text[:40], limit=50):
                found[row["span_id"]] = row["words"].split()
    return found


def embed(home: Path) -> None:
    assert dg.materialize(build_assets(), resources={"home": HomeResource(path=str(home))}).success


def test_lexicon_lists_what_waits_for_a_decision_first(sample_home: Path, call: Call) -> None:
    said = call("lexicon", "--json", "--home", sample_home)
    assert said.code == 0
    assert len(said.json["version"]) == 12
    terms = said.json["terms"]
    assert terms[0]["status"] == "proposed"
    assert terms[0]["cohesion"] > 3
    assert {"shipped", "found", "form"} <= {term["source"] for term in terms}
    products = call("lexicon", "list", "--kind", "product", "--json", "--home", sample_home).json["terms"]
    assert "原油" in {term["term"] for term in products}
    shown = call("lexicon", "list", "--status", "proposed", "--home", sample_home)
    assert shown.out.splitlines()[-1].startswith("lexicon ")
    assert call("lexicon", "list", "--kind", "metal", "--home", sample_home).code == 2


def test_a_decision_reaches_the_index_and_outlives_runs(home: Path, call: Call) -> None:
    before = call("lexicon", "--json", "--home", home).json
    found = before["terms"][0]["term"]
    decided = call("lexicon", "accept", found, "--by", "王", "--json", "--home", home)
    assert (decided.code, decided.json["decision"], decided.json["decided_by"]) == (0, "accepted", "王")
    assert call("lexicon", "reject", "主力合约", "--by", "王", "--home", home).code == 0
    assert call("lexicon", "add", "冰上丝路", "--kind", "term", "--by", "李", "--home", home).code == 0
    pending = {term["term"] for term in call("lexicon", "--json", "--home", home).json["terms"] if term["pending"]}
    assert pending == {found, "主力合约", "冰上丝路"}
    assert call("lexicon", "--json", "--home", home).json["version"] == before["version"]
    assert not any(found in words for words in words_of(home).values())

    written = rows(home, "SELECT COUNT(*) FROM embedded_spans")
    embed(home)
    after = call("lexicon", "--json", "--home", home).json
    assert after["version"] != before["version"]
    assert not any(term["pending"] for term in after["terms"])
    words = words_of(home).values()
    assert any(found in one for one in words)
    assert not any("主力合约" in one for one in words)
    assert rows(home, "SELECT COUNT(*) FROM embedded_spans") == written
    hits = call("search", found, "--json", "--home", home).json["hits"]
    assert found in hits[0]["citation"]["quote"] or found in hits[0]["citation"]["title"]
    embed(home)
    assert call("lexicon", "--json", "--home", home).json == after
    statuses = {term["term"]: term["status"] for term in after["terms"]}
    assert (statuses["冰上丝路"], statuses["主力合约"], statuses[found]) == ("in_force", "rejected", "in_force")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("accept", "没有的词", "--by", "王"), "没有的词 is not in the lexicon"),
        (("add", "原油", "--kind", "product", "--by", "王"), "in the lexicon already"),
        (("add", "abc", "--kind", "term", "--by", "王"), "abc is no term"),
        (("add", "冰上丝路", "--kind", "metal", "--by", "王"), "no kind metal"),
        (("reject", "原油", "--by", " "), "--by NAME"),
    ],
    ids=["unknown", "there", "latin", "kind", "nobody"],
)
def test_lexicon_refuses_in_one_sentence(sample_home: Path, call: Call, words: tuple[str, ...], message: str) -> None:
    said = call("lexicon", *words, "--home", sample_home)
    assert said.code == 2
    assert message in said.err
    assert said.err.count("\n") == 1
