"""Two runs at once, kill −9 at each stage, a blocked gate: nothing is lost, the last good version serves."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.catalogue import TABLES, by_name
from resources.lock import hold_home
from resources.reader import SqliteReader
from resources.store import Store
from tests.homes import Call

PROJECT = Path(__file__).parents[2]
#: Runs the command line and kills its own process at the n-th publication, before or after its transaction.
KILLER = """
import os, signal, sys
from resources import store
publish, left = store.Store.publish, [int(sys.argv[1])]
def killing(self, *words, **more):
    left[0] -= 1
    if left[0] == 0 and sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = publish(self, *words, **more)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
store.Store.publish = killing
from leafroot.cli import run
sys.exit(run(sys.argv[3:]))
"""


def kill_at(count: int, when: str, *words: object) -> int:
    return subprocess.run(
        [sys.executable, "-c", KILLER, str(count), when, *map(str, words)],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    ).returncode


def said_by(call: Call, home: Path) -> dict[str, object]:
    """What a home says: the digest of each table, and the reports without the publication that they were read at."""
    tables = call("digest", "--home", home, "--json").json["tables"]
    # The rows of a report carry its publication and manifest, which count the runs; what it says does not.
    tables.pop("reports")
    reports = [
        call("report", "show", row["id"], "--home", home, "--json").json
        for row in call("report", "list", "--home", home, "--json").json["reports"]
    ]
    kept = ("id", "version", "status", "title", "sections", "viewpoints")
    return {**tables, "reports": sorted(({key: said[key] for key in kept} for said in reports), key=lambda r: r["id"])}


@pytest.fixture(scope="module")
def clean() -> dict[str, object]:
    return {}


@pytest.mark.parametrize(
    ("count", "when"),
    [(1, "before"), (5, "after"), (7, "before"), (12, "after"), (15, "before"), (17, "after"), (18, "after")],
    ids=["corpora", "bars", "records", "lexicon", "vectors", "tags", "reports"],
)
def test_a_killed_run_is_taken_over(
    call: Call, small_corpora: Path, tmp_path: Path, clean: dict[str, object], count: int, when: str
) -> None:
    words = ("--corpora", small_corpora, "--json")
    if not clean:
        assert call("run", *words, "--home", tmp_path / "clean").code == 0
        clean |= said_by(call, tmp_path / "clean")
    home = tmp_path / "home"
    assert kill_at(count, when, "run", *words, "--home", home) == -signal.SIGKILL
    said = call("run", *words, "--home", home)
    assert said.code == 0, said.err
    assert said_by(call, home) == clean


def test_a_second_run_says_who_holds_the_home(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = "import sys\nfrom pathlib import Path\nfrom resources.lock import hold_home\nwith hold_home(Path(sys.argv[1]), 'leafroot run'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        said = call("run", "--corpora", small_corpora, "--home", home)
        holder.kill()
    assert said.code == 3
    assert f"process {holder.pid}" in said.err
    assert len(said.err.strip().splitlines()) == 1


def stored_clauses(home: Path) -> list[dict[str, object]]:
    """The published clauses of a home."""
    reader = SqliteReader(home, by_name())
    rows = reader.rows("clauses")
    reader.close()
    return rows


def test_a_blocked_gate_keeps_the_last_good_version(
    call: Call, small_corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "records").code == 0
    before = stored_clauses(home)
    served = call("clause", "测试交易规则", "第二条", "--home", home, "--json").json
    from assets.records import defs

    # A reader of clauses gone wrong: what it says does not stand in the text.
    build = defs.build_clauses

    def wrong(sources: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        clauses, parts, rulebooks = build(sources)
        return clauses.with_columns(text=clauses["text"] + "。"), parts, rulebooks

    monkeypatch.setattr("assets.records.defs.build_clauses", wrong)
    (small_corpora / "rulebooks" / "rules.txt").write_text(
        "测试交易规则\n第一条 改了。\n第二条 也改了。\n", encoding="utf-8"
    )
    said = call("run", "--corpora", small_corpora, "--home", home, "--only", "records", "--json")
    assert said.code == 1
    assert said.json["gates"]["failed"] == 1
    assert "clauses_spans" in said.err
    assert stored_clauses(home) == before
    assert call("clause", "测试交易规则", "第二条", "--home", home, "--json").json == served
    monkeypatch.undo()
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "records").code == 0
    assert call("clause", "测试交易规则", "第二条", "--home", home, "--json").json["text"] == "也改了。"


def test_quarantine_can_be_retried(call: Call, small_corpora: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (small_corpora / "news" / "bad.jsonl").write_text("{not json\n", encoding="utf-8")
    assert call("run", "--corpora", small_corpora, "--home", home, "--only", "records").code == 0
    [item] = call("quarantine", "list", "--home", home, "--json").json["items"]
    assert call("quarantine", "show", item["id"], "--home", home, "--json").json["items"] == [item]
    good = {"title": "好了", "text": "这一行已经修好，可以正常收下了，内容足够长。", "published": "2024-04-18"}
    (small_corpora / "news" / "bad.jsonl").write_text(json.dumps(good, ensure_ascii=False) + "\n", encoding="utf-8")
    said = call("quarantine", "retry", "--home", home, "--json")
    assert said.code == 0
    assert said.json == {"items": []}


def test_a_store_that_another_version_wrote_is_refused(call: Call, tmp_path: Path) -> None:
    store = Store(tmp_path, TABLES)
    store.set_home_value("version", "0")
    store.close()
    said = call("run", "--corpora", tmp_path, "--home", tmp_path)
    assert said.code == 3
    assert "version 0" in said.err


def test_a_home_held_by_this_process_can_be_read(call: Call, sample_home: Path) -> None:
    with hold_home(sample_home, "a writer"):
        assert call("report", "list", "--home", sample_home).code == 0
