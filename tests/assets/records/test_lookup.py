import subprocess
import sys

import pytest

from assets.records.lookup import LookUp, close_titles, find_clause, list_clauses, look_up
from assets.text.spans import sha256_text
from resources.errors import UsageError
from tests.measure.rulebooks import reader_of

RULES = """# 演示交易所交易规则
2023年5月6日 演示交易所理事会审议通过
第一章 总 则
第一条 为了规范交易，制定《演示交易所交易规则》（以下简称《演示交易规则》）。
第二条 会员应当守信。
会员不得有下列行为：
（一）欺诈；
1. 虚假申报；
2. 对倒。
（二）操纵。
有前款行为的，予以处分。
第二章 结 算
第一节 保证金
第三条 保证金分为两类。
第三条之一 保证金应当足额。
附件：登记细则
第一条 登记免费。
第二条 登记在三日内办理。
第三条 登记簿公开。
"""
OLD = "第一条 旧的第一条。\n第二条 本办法自2019年3月1日起施行。\n"
NEW = "第一条 新的第一条。\n第二条 本办法自2024年3月1日起施行。\n"
PARTS = ("第一条 总则第一句。\n第二条 总则第二句。\n", "第三条 分则第三句。\n第四条 分则第四句。\n")
TWO = "第一编 甲\n第一条 甲一。\n第二条 甲二。\n第三条 甲三。\n第二编 乙\n第一条 乙一。\n第二条 乙二。\n第三条 乙三。\n"

READER = reader_of(
    {
        "rulebooks/rules.txt": ("演示交易所交易规则", RULES),
        "rulebooks/copy.txt": ("演示交易所交易规则", RULES),
        "rulebooks/old.txt": ("中华人民共和国演示办法(2018-12-20)", OLD),
        "rulebooks/new.txt": ("中华人民共和国演示办法(2024-01-15)", NEW),
        "rulebooks/part1.txt": ("演示法典", PARTS[0]),
        "rulebooks/part2.txt": ("演示法典", PARTS[1]),
        "rulebooks/trial.txt": ("演示细则（试行）", "1.1 甲。\n1.2 乙。\n2.1 丙。\n"),
        "rulebooks/two.txt": ("演示合编", TWO),
        "rulebooks/plain.txt": ("演示说明", "会员应当守信。\n\n本说明即日施行。"),
    }
)
TITLES = [
    "演示交易所交易规则", "《演示交易所交易规则》", "「演示 交易所交易规则」", "演示交易所交易規則", "〈演示交易所交易规则〉", "演示交易规则", "中华人民共和国演示交易所交易规则",
]  # fmt: skip
FOUND = {
    ("演示交易所交易规则", "第一章第二条"): ("第二条", None), ("演示交易所交易规则", "２"): ("第二条", None), ("演示交易所交易规则", "第二条第一款"): ("第二条", "会员应当守信。"),
    ("演示交易所交易规则", "第二条第三款"): ("第二条", "有前款行为的，予以处分。"), ("演示交易所交易规则", "第二条第（二）项"): ("第二条", "操纵。"), ("演示交易所交易规则", "第二条第二款第（一）项第2目"): ("第二条", "对倒。"),
    ("演示交易所交易规则", "第三条之一"): ("第三条之一", "保证金应当足额。"), ("演示交易所交易规则", "第二章第一节第三条"): ("第三条", "保证金分为两类。"), ("演示办法", "第一条"): ("第一条", "新的第一条。"),
    ("演示办法(2018-12-20)", "第一条"): ("第一条", "旧的第一条。"), ("演示办法（2018年）", "第一条"): ("第一条", "旧的第一条。"), ("演示法典", "第三条"): ("第三条", "分则第三句。"), ("演示细则", "1.2"): ("1.2", "乙。"),
    ("演示细则（试行）", "第１．２条"): ("1.2", "乙。"), ("演示合编", "第二编第二条"): ("第二条", "乙二。"), ("演示交易所交易规则", "第二章第二节"): None, ("演示合编", "第二编"): (None, None),
}  # fmt: skip
REFUSED = {
    ("演示交易所交易规则", "第九条"): "article_unknown", ("演示交易所交易规则", "第二章第二条"): "chapter_mismatch", ("演示交易所交易规则", "第二条第四款"): "paragraph_unknown", ("演示交易所交易规则", "第三条第（一）项"): "paragraph_unknown",
    ("演示交易所交易规则", "嗯"): "article_unknown", ("演示交易所交易规则", ""): "article_unknown", ("演示交易所交易规则", "第七章"): "chapter_mismatch", ("演示交易所规则", "第一条"): "document_unknown", ("", "第一条"): "document_unknown",
    ("演示办法(2020-01-01)", "第一条"): "document_unknown", ("演示合编", "第一条"): "document_ambiguous", ("演示法典", "第九条"): "article_unknown", ("演示说明", "第一条"): "article_unknown", ("演示法典", "第一章第一条"): "document_ambiguous",
    ("演示细则", "9.9"): "article_unknown", ("演示法典(2020)", "第一条"): "document_unknown", ("演示说明", "第一章第一条"): "article_unknown", ("演示细则", "第一章1.1"): "article_unknown", ("演示细则", "第一章"): "chapter_mismatch",
}  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_find_clause_matches_a_title_after_folding_or_as_a_listed_alias(title: str) -> None:
    found = find_clause(READER, title, "第二条第一款")
    assert (found["status"], found["document"], found["text"]) == ("found", "演示交易所交易规则", "会员应当守信。")


@pytest.mark.parametrize(("asked", "wanted"), FOUND.items(), ids=["".join(a) for a in FOUND])
def test_find_clause_gives_exactly_that_clause(
    asked: tuple[str, str], wanted: tuple[str | None, str | None] | None
) -> None:
    found = find_clause(READER, *asked)
    if wanted is None:
        assert found["reason"] == "chapter_mismatch"
        return
    assert found["status"] == "found", found["message"]
    assert found["article"] == wanted[0]
    assert wanted[1] in (None, found["text"])
    citation = found["citation"]
    assert READER.text(citation["doc_id"])[citation["start"] : citation["end"]] == citation["quote"] == found["text"]
    assert citation["sha256"] == sha256_text(found["text"])


@pytest.mark.parametrize(("asked", "reason"), REFUSED.items(), ids=["".join(a) for a in REFUSED])
def test_find_clause_refuses_with_reason_sentence_and_nothing_else(asked: tuple[str, str], reason: str) -> None:
    refused = find_clause(READER, *asked)
    assert (refused["status"], refused["reason"]) == ("refused", reason)
    assert refused["message"].endswith("。")
    assert refused["text"] is None
    assert refused["citation"] is None


def test_find_clause_names_neighbours_and_closest_titles() -> None:
    assert [c["article"] for c in find_clause(READER, "演示交易所交易规则", "第五条")["candidates"]][-1] == "第三条之一"
    assert find_clause(READER, "演示交易所规则", "第一条")["candidates"][0]["document"] == "演示交易所交易规则"
    assert find_clause(READER, "演示交易所交易规则", "第二章第二条")["candidates"][0]["chapter"] == "第一章 总则"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2024-02-01", "旧的第一条。"),
        ("2024-03-01", "新的第一条。"),
        ("2019-03-01", "旧的第一条。"),
        ("2019-02-28", None),
    ],
)
def test_find_clause_takes_the_version_in_force(day: str, text: str | None) -> None:
    found = find_clause(READER, "演示办法", "第一条", as_of=day)
    assert found["text"] == text
    if text is None:
        assert found["reason"] == "document_unknown"
        assert len(found["candidates"]) == 2


def test_find_clause_keeps_an_undated_document_whatever_the_day() -> None:
    assert find_clause(READER, "演示合编", "第一编第一条", as_of="1990-01-01")["text"] == "甲一。"


def test_list_clauses_lists_one_title_in_all_versions_or_everything() -> None:
    assert [(c["version"], c["article"]) for c in list_clauses(READER, "演示办法")] == [
        ("2018-12-20", "第一条"), ("2018-12-20", "第二条"), ("2024-01-15", "第一条"), ("2024-01-15", "第二条"),
    ]  # fmt: skip
    everything = list_clauses(READER, None)
    assert {c["citation"]["path"] for c in everything} == {row["path"] for row in READER.rows("documents")}
    assert all(c["citation"]["quote"] == c["text"] for c in everything)
    assert [c["version"] for c in list_clauses(READER, "演示办法(2018-12-20)")] == ["2018-12-20"] * 2


def test_list_clauses_names_the_closest_titles_of_an_unknown_one() -> None:
    with pytest.raises(UsageError, match="演示交易所交易规则"):
        list_clauses(READER, "演示交易所规则")


def test_close_titles_are_ordered_by_closeness() -> None:
    assert close_titles(READER, "演示交易所的交易规则", 2)[0]["document"] == "演示交易所交易规则"


def test_look_up_is_kept_per_reader() -> None:
    assert look_up(READER) is look_up(READER)
    assert isinstance(look_up(reader_of({})), LookUp)


def test_lookup_imports_no_heavy_library() -> None:
    code = "import sys, assets.records.lookup; heavy = {'polars', 'lancedb', 'sklearn', 'dagster', 'numpy', 'pandas'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_diff_clauses_lists_what_changed_between_two_versions() -> None:
    found = LookUp(READER).diff_clauses("演示办法", "2018-12-20", "2024-01-15")
    assert [(r["change"], r["article"], r["text"], r["old_text"]) for r in found["clauses"]] == [
        ("changed", "第一条", "新的第一条。", "旧的第一条。"),
        ("changed", "第二条", "本办法自2024年3月1日起施行。", "本办法自2019年3月1日起施行。"),
    ]
    assert found["clauses"][0]["words"] == [
        {"op": "removed", "text": "旧"}, {"op": "added", "text": "新"}, {"op": "equal", "text": "的第一条。"},
    ]  # fmt: skip
    assert found["clauses"][0]["old"]["citation"]["path"] == "rulebooks/old.txt"
    assert found["diff"]["summary"]["changed"] == 2
    assert (found["diff"]["old"]["version"], found["diff"]["new"]["version"]) == ("2018-12-20", "2024-01-15")


def test_diff_clauses_shows_a_clause_that_went_where_it_stood() -> None:
    reader = reader_of(
        {
            "rulebooks/a": ("甲(2020-01-01)", "第一条 同。\n第二条 去掉这一条。"),
            "rulebooks/b": ("甲(2021-01-01)", "第一条　同。\n第三条 来者全然不一样。"),
        }
    )
    found = LookUp(reader).diff_clauses("甲", "2020-01-01", "2021-01-01")
    assert [(r["change"], r["article"], r["old_text"]) for r in found["clauses"]] == [
        ("added", "第三条", None),
        ("removed", "第二条", "去掉这一条。"),
    ]
    assert found["diff"]["summary"] == {
        "added": 1, "removed": 1, "changed": 0, "renumbered": 0, "renumbered_changed": 0, "unchanged": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "named",
    ["2018-12-20", "2018", "2018年", "2018年12月", "２０１８-12-20", "2019-03-01", "2019年", "rulebooks/old.txt"],
)
def test_diff_clauses_takes_versions_by_suffix_year_adoption_or_effective_day(named: str) -> None:
    assert LookUp(READER).diff_clauses("演示办法", named, "2024")["diff"]["old"]["version"] == "2018-12-20"


@pytest.mark.parametrize("named", ["1999", "", "修订", "2018-12-2"])
def test_diff_clauses_names_the_known_versions(named: str) -> None:
    with pytest.raises(UsageError, match="2018-12-20（2019-03-01起施行）、2024-01-15"):
        LookUp(READER).diff_clauses("演示办法", "2018-12-20", named)


def test_diff_clauses_names_the_closest_titles_of_an_unknown_one() -> None:
    with pytest.raises(UsageError, match="演示交易所交易规则"):
        LookUp(READER).diff_clauses("演示交易所规则", "2018", "2024")


BOOKS = reader_of(
    {
        "rulebooks/members.txt": (
            "演示会员办法",
            "演示会员办法\n第一条 依据《演示结算规则》（以下简称“结算规矩”）制定。\n第二条 会员守信。\n第三条 本办法自2024年5月9日起施行。2019年1月1日公布的《演示入会规则》、《演示章程》第二条同时废止。\n",
        ),
        "rulebooks/entry.txt": ("演示入会规则", "（2019年1月1日公布）\n第一条 入会自愿。\n第二条 本规则自公布之日起施行。\n"),
        "rulebooks/charter.txt": ("演示章程", "第一条 章程。\n第二条 会员大会。\n"),
        "rulebooks/settle-old.txt": ("演示结算规则(2018-12-20)", "第一条 旧一。\n第二条 本规则自2019年3月1日起施行。\n"),
        "rulebooks/settle.txt": ("演示结算规则（2024年修订）", "第一条 新一。\n第二条 新二。\n第三条 新三。\n"),
        "rulebooks/contract.txt": (
            "演示合同",
            "第一条 定义\n1.1 会员应当守信。\n1.2 客户应当守信。\n第二条 交割\n2.1 交割以仓单进行。\n2.2 仓单由仓库开具。\n补充说明。\n",
        ),
        "rulebooks/trial.txt": ("演示做市办法（试行）", "第一条 试一。\n第二条 试二。\n"),
        "rulebooks/final.txt": ("演示做市办法", "第一条 正一。\n第二条 正二。\n"),
        "rulebooks/annex.txt": (
            "演示交割细则",
            "第一条 甲。\n第二条 乙。\n附件1 登记细则\n第一条 登记一。\n第二条 登记二。\n第三条 登记三。\n第四条 登记四。\n附件2 收费细则\n第一条 收费一。\n第二条 收费二。\n第三条 收费三。\n第四条 收费四。\n",
        ),
    },
    {
        "rulebooks/settle.txt": {"effective": "2024-06-01", "aliases": ["结算新规"]},
        "rulebooks/charter.txt": {"aliases": ["章程", " "]},
    },
)  # fmt: skip
# fmt: off
RANGES = {
    ("演示合同", "2.1"): "交割以仓单进行。", ("演示合同", "第２．２条"): "仓单由仓库开具。\n补充说明。", ("演示合同", "第二条"): "交割\n2.1 交割以仓单进行。\n2.2 仓单由仓库开具。\n补充说明。", ("演示合同", "2.2第二款"): "补充说明。",
    ("演示结算规则", "第一条至第三条"): "第一条 新一。\n第二条 新二。\n第三条 新三。", ("演示结算规则", "第2-3条"): "第二条 新二。\n第三条 新三。", ("演示结算规则", "第二条到第三条"): "第二条 新二。\n第三条 新三。", ("演示交割细则", "附件2第一条至第二条"): "第一条 收费一。\n第二条 收费二。",
    ("演示交割细则", "附件1第一条"): "登记一。", ("演示交割细则", "附件二第三条"): "收费三。", ("演示交割细则", "第一条"): "甲。", ("结算规矩", "第一条"): "新一。", ("结算新规", "第一条"): "新一。", ("章程", "第一条"): "章程。", ("演示做市办法（试行）", "第一条"): "试一。", ("演示做市办法", "第一条"): "正一。",
    ("演示结算规则（2018年）", "第一条"): "旧一。",
}
UNCLEAR = {
    ("演示合同", "2.3"): "article_unknown", ("演示合同", "2.2第三款"): "paragraph_unknown",
    ("演示结算规则", "第三条至第一条"): "article_unknown", ("演示结算规则", "第一条至第九条"): "article_unknown", ("演示结算规则", "第一条、第三条"): "article_unknown", ("演示结算规则", "第一条第二条"): "article_unknown", ("演示交割细则", "附件第一条"): "document_ambiguous", ("演示交割细则", "附件3第一条"): "chapter_mismatch",
    ("演示交割细则", "附件1第九条"): "article_unknown", ("演示结算规则（2011年修订）", "第一条"): "document_unknown", ("演示做市办法（暂行）", "第一条"): "document_unknown",
}
# fmt: on


@pytest.mark.parametrize(("asked", "text"), RANGES.items(), ids=["".join(a) for a in RANGES])
def test_find_clause_answers_ranges_appendices_and_listed_names(asked: tuple[str, str], text: str) -> None:
    found = find_clause(BOOKS, *asked)
    assert (found["status"], found["text"]) == ("found", text), found["message"]
    citation = found["citation"]
    assert BOOKS.text(citation["doc_id"])[citation["start"] : citation["end"]] == text


@pytest.mark.parametrize(("asked", "reason"), UNCLEAR.items(), ids=["".join(a) for a in UNCLEAR])
def test_find_clause_refuses_several_clauses_that_are_no_range(asked: tuple[str, str], reason: str) -> None:
    refused = find_clause(BOOKS, *asked)
    assert (refused["status"], refused["reason"]) == ("refused", reason), refused["text"]


def test_find_clause_names_version_and_effective_day() -> None:
    found = find_clause(BOOKS, "演示结算规则", "第一条")
    assert (found["version"], found["effective"], found["repealed_by"]) == ("2024年修订", "2024-06-01", None)
    assert found["message"] == "《演示结算规则》（2024年修订，2024-06-01起施行）第一条。"
    undated = find_clause(BOOKS, "演示交割细则", "第一条")
    assert undated["message"] == "《演示交割细则》（施行日未载明）第一条。"


def test_find_clause_says_which_newer_version_replaces_one() -> None:
    old = find_clause(BOOKS, "演示结算规则(2018-12-20)", "第一条")
    assert old["repealed_by"]["version"] == "2024年修订"
    assert old["repealed_by"]["newer_version"] is True
    assert old["message"].endswith("注意：该版本已自2024-06-01起由2024年修订版取代。")
    assert find_clause(BOOKS, "演示结算规则", "第一条", as_of="2020-01-01")["repealed_by"] is None


def test_find_clause_labels_what_another_rulebook_repeals() -> None:
    repealed = find_clause(BOOKS, "演示入会规则", "第一条")
    assert (repealed["repealed_by"]["document"], repealed["repealed_by"]["newer_version"]) == ("演示会员办法", False)
    assert repealed["message"].endswith("注意：该版本已自2024-05-09起由《演示会员办法》废止。")
    assert find_clause(BOOKS, "演示入会规则", "第一条", as_of="2024-05-08")["repealed_by"] is None
    # only one of its articles was repealed
    assert find_clause(BOOKS, "演示章程", "第一条")["repealed_by"] is None


def test_find_clause_names_the_first_version_before_which_none_applied() -> None:
    refused = find_clause(BOOKS, "演示结算规则", "第一条", as_of="2019-02-28")
    assert "最早的版本是2018-12-20（2019-03-01起施行）" in refused["message"]
    assert [one["effective"] for one in refused["candidates"]] == ["2019-03-01", "2024-06-01"]


def test_diff_clauses_takes_a_status_in_the_name_for_a_version() -> None:
    diff = LookUp(BOOKS).diff_clauses("演示做市办法", "试行", "rulebooks/final.txt")["diff"]
    assert (diff["old"]["document"], diff["new"]["document"]) == ("演示做市办法（试行）", "演示做市办法")
