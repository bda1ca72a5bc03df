import pytest

from assets.records.rulebooks.locator import Locator, label_number, parse_locator

# fmt: off
LOCATORS = {
    "第一章第二条": Locator(chapter=1, article=2), "第2条": Locator(article=2), "２": Locator(article=2), "二": Locator(article=2), "第二": Locator(article=2), "第二条第三款": Locator(article=2, paragraph=3),
    "第十条第（二）项": Locator(article=10, item=2), "第十条第二款第（三）项": Locator(article=10, paragraph=2, item=3), "第十条第(2)项第1目": Locator(article=10, item=2, subitem=1),
    "第一百二十条之一": Locator(article=120, sub=1), "第一百二十条之一第二款": Locator(article=120, sub=1, paragraph=2), "第 一 百 条": Locator(article=100), "第二百條": Locator(article=200), "第二编第一章第三节第四条": Locator(part=2, chapter=1, section=3, article=4),
    "3.2.7": Locator(label="3.2.7"), "第３．２．７条": Locator(label="3.2.7"), "第一章": Locator(chapter=1), "第一章 的 第二条": Locator(chapter=1, article=2), "第一章里第二条": Locator(chapter=1, article=2), "二、": Locator(article=2), "（三）": Locator(article=3),
    "3.2.7第二款": Locator(label="3.2.7", paragraph=2),
}
NO_LOCATORS = ["", "第", "条", "总则", "第一章总则", "第二条和", "abc", "第二条第三款的规定是", "。", "第999999999999999条", "100000"]
# fmt: on


@pytest.mark.parametrize(("text", "locator"), LOCATORS.items(), ids=LOCATORS)
def test_parse_locator_reads_what_people_write(text: str, locator: Locator) -> None:
    assert parse_locator(text) == locator


@pytest.mark.parametrize("text", NO_LOCATORS, ids=[repr(t) for t in NO_LOCATORS])
def test_parse_locator_refuses_what_is_none(text: str) -> None:
    assert parse_locator(text) is None


@pytest.mark.parametrize(
    "text",
    ["第一章第二条", "第二百三十四条之一", "第十条第二款第（三）项", "第二编第三节", "第三条第（二）项第1目", "3.2.7"],
)
def test_locator_is_written_as_statutes_write_it(text: str) -> None:
    assert str(parse_locator(text)) == text


@pytest.mark.parametrize(
    ("label", "number"), [("第三章 交易", 3), ("第十二编", 12), ("附则", None), (None, None), ("3.2 流程", 3)]
)
def test_label_number_reads_a_printed_label(label: str | None, number: int | None) -> None:
    assert label_number(label) == number
