"""Fixtures (loaded by the top conftest): one home built from the sample corpora through the command line, shared by the tests of what users get."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leafroot.cli import run

SAMPLE = Path(__file__).parents[1] / "assets" / "corpora" / "sample"


@dataclass(frozen=True)
class Said:
    """What one call of the command line said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process."""

    def called(*words: object) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return called


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home built from the sample corpora; tests read it only."""
    home = tmp_path_factory.mktemp("sample") / "home"
    assert run(["run", "--corpora", str(SAMPLE), "--home", str(home)]) == 0
    return home


@pytest.fixture
def small_corpora(tmp_path: Path) -> Path:
    """A few documents of each lane, to be changed by a test."""
    root = tmp_path / "corpora"
    for lane in ("rulebooks", "policies", "news", "research", "market"):
        (root / lane).mkdir(parents=True)
    rules = "测试交易规则\n第一章 总则\n第一条 为了规范测试，制定本规则。\n第二条 本规则适用于全部测试。\n"
    (root / "rulebooks" / "rules.txt").write_text(rules, encoding="utf-8")
    notice = (
        "关于调整铜期货交易保证金比例的通知\n自2024年4月19日收盘结算时起，铜期货合约的交易保证金比例由8%调整为10%。\n"
    )
    (root / "policies" / "notice.txt").write_text(notice, encoding="utf-8")
    (root / "policies" / "notice.meta.json").write_text(
        json.dumps({"published": "2024-04-17", "source": "临海商品交易所"}), encoding="utf-8"
    )
    shutil.copy(SAMPLE / "market" / "bars.csv", root / "market" / "bars.csv")
    note = "原油周评\n一、行情回顾\n本周原油期货价格先抑后扬，成交量较上周放大，持仓变化不大。\n二、后市展望\n测试研究所认为，未来一周原油期货以震荡为主。\n"
    (root / "research" / "note.txt").write_text(note, encoding="utf-8")
    (root / "research" / "note.meta.json").write_text(
        json.dumps({"published": "2024-04-22", "source": "测试研究所"}), encoding="utf-8"
    )
    lines = (SAMPLE / "news" / "2024-04.jsonl").read_text(encoding="utf-8").splitlines()
    picked = [line for line in lines if '"n20240418-' in line][:8]
    (root / "news" / "feed.jsonl").write_text("\n".join(picked) + "\n", encoding="utf-8")
    return root
