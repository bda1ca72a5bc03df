from typing import Any

from assets.records.rulebooks.page import versions_page
from assets.records.rulebooks.read import read_rulebook


def cut(*texts: tuple[str, str, str]) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    books, clauses = [], {}
    for doc_id, title, text in texts:
        book, rows = read_rulebook(text, doc_id=doc_id, title=title)
        books.append(book)
        clauses[doc_id] = rows
    return books, clauses


OLD = "第一条 为了规范交易，制定本规则。\n第二条 会员应当缴纳保证金。\n第三条 本规则自2020年1月1日起施行。\n"
NEW = "第一条 为了规范交易和结算，制定本规则。\n第二条 会员应当缴纳保证金。\n第三条 客户应当实名开户。\n第四条 本规则自2023年1月1日起施行。\n"


def test_versions_page_is_empty_where_no_rulebook_has_two() -> None:
    books, clauses = cut(("a", "甲规则", OLD), ("b", "乙规则", OLD))
    assert versions_page(books, clauses.__getitem__) == ""


def test_versions_page_shows_what_changed_in_the_order_of_the_versions() -> None:
    books, clauses = cut(("b", "甲规则(2023-01-01)", NEW), ("a", "甲规则(2020-01-01)", OLD), ("c", "乙规则", OLD))
    lines = versions_page(books, clauses.__getitem__).splitlines()
    assert lines[2] == "| 甲规则 | 2020-01-01 | 2020-01-01 |  |  |  |  |  |"
    version, day, added, removed, changed, _, said = [cell.strip() for cell in lines[3].strip("|").split("|")][1:]
    assert (version, day, added, removed, changed) == ("2023-01-01", "2023-01-01", "1", "0", "2")
    assert "+第三条" in said
    assert "~第一条" in said
    assert len(lines) == 4


def test_versions_page_bounds_what_it_shows() -> None:
    texts = [
        (f"{name}{year}", f"规则{name}({year}-01-01)", f"第一条 {year}年的内容。\n第二条 其他。\n")
        for name in range(25)
        for year in (2020, 2021)
    ]
    books, clauses = cut(*texts)
    asked: list[str] = []
    page = versions_page(books, lambda doc_id: asked.append(doc_id) or clauses[doc_id])  # type: ignore[func-returns-value]
    assert page.splitlines()[-1].startswith("| 5 more rulebooks")
    assert len(asked) == 40
