from pathlib import Path

import pytest

from assets.records.lookup import LookUp
from leafroot.answers import ClauseDiff
from leafroot.commands.difference import print_diff, show_diff
from leafroot.console import Context
from resources.errors import UsageError
from tests.measure.rulebooks import reader_of

LONG = "会员应当按照规定缴纳交易保证金并及时追加。" * 6
READER = reader_of(
    {
        "rulebooks/a.txt": (
            "演示办法(2020-05-01)",
            f"第一章 总则\n第一条 同一句话。\n第二条 保证金为5%。{LONG}\n第三条 违反本办法的，给予警告。\n第四条 本办法自2020年7月1日起施行。\n",
        ),
        "rulebooks/b.txt": (
            "演示办法(2024-03-01)",
            f"第一章 总则\n第一条 同一句话。\n第二条 客户\x1b可以申诉。\n第三条 保证金为8%。{LONG}\n第四条 违反本办法的，给予警告。\n",
        ),
    }
)
DIFF = ClauseDiff.model_validate(LookUp(READER).diff_clauses("演示办法", "2020", "2024"))


def test_show_diff_marks_words_and_counts_changes() -> None:
    said = show_diff(DIFF, colour=False)
    assert said.splitlines()[:2] == [
        "《演示办法》 2020-05-01（2020-07-01起施行） → 2024-03-01",
        "新增1，删除1，修改0，改号1，改号并修改1，未变1",
    ]
    assert "【改号并修改】第一章 总则 第二条 → 第一章 总则 第三条\n保证金为[-5-]{+8+}%。" in said
    assert "【改号】第一章 总则 第三条 → 第一章 总则 第四条" in said
    assert "【删除】第一章 总则 第四条\n[-本办法自2020年7月1日起施行。-]" in said
    assert "……" in said


def test_show_diff_lets_no_document_steer_the_terminal() -> None:
    assert "\x1b" not in show_diff(DIFF, colour=False)
    assert "\x1b[32;4m客户 可以申诉。\x1b[0m" in show_diff(DIFF, colour=True)


def test_diff_rows_have_what_clauses_lists_and_the_change() -> None:
    dumped = DIFF.model_dump()
    assert {"clause_id", "document", "version", "article", "text", "citation", "change", "old", "words"} <= set(
        dumped["clauses"][0]
    )
    assert dumped["diff"]["summary"]["renumbered_changed"] == 1


def test_print_diff_needs_a_document(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--document"):
        print_diff(Context(home=tmp_path), None, ("2020", "2024"))
