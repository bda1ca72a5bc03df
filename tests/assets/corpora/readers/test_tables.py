from assets.corpora.readers.sheet import read_sheet
from assets.corpora.readers.tables import Row, describe_tables, table_numbers
from assets.corpora.readers.word import read_word
from tests.assets.corpora.readers.samples import docx, paragraph, xlsx


def test_describe_tables_gives_spans_header_caption_and_unit() -> None:
    lines = [
        "前言。",
        "表1 手续费",
        "（单位：元/手）",
        Row.of("品种 | 标准", 0),
        Row.of("铜 | 5", 0),
        "下列合约除外：",
        Row.of("合约 | 标准", 1),
        "结尾，没有表。",
    ]
    text = "\n".join(lines)
    first, second = describe_tables(lines, table_numbers(lines), [1, 1, 1, 1, 2, 2, 2, 2])
    assert text[first["start"] : first["end"]] == "品种 | 标准\n铜 | 5"
    assert (first["header"], first["caption"], first["unit"], first["pages"]) == (
        ["品种", "标准"],
        "表1 手续费",
        "单位：元/手",
        [[1, 1], [2, 1]],
    )
    assert (second["caption"], second["unit"], second["pages"]) == ("下列合约除外：", None, [[2, 1]])


def test_describe_tables_takes_a_long_sentence_for_no_caption() -> None:
    lines = ["这是一句与表格没有关系的话，它以句号结束。", Row.of("甲 | 乙", 0)]
    assert describe_tables(lines, table_numbers(lines))[0]["caption"] is None


def test_read_word_keeps_two_tables_apart() -> None:
    def table(*rows: tuple[str, str]) -> str:
        return (
            "<w:tbl>"
            + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
            + "</w:tbl>"
        )

    found = read_word(
        docx(paragraph("一、手续费") + table(("品种", "标准"), ("铜", "5")) + table(("品种", "保证金"), ("铝", "9%"))),
        "a.docx",
    )
    assert [(one["header"], one["caption"]) for one in found.meta["tables"]] == [
        (["品种", "标准"], "一、手续费"),
        (["品种", "保证金"], None),
    ]


def test_read_sheet_describes_each_sheet() -> None:
    found = read_sheet(xlsx({"手续费": [["品种", "标准"], ["铜", 5]], "说明": [["只有一格"]]}), "a.xlsx")
    (table,) = found.meta["tables"]
    assert (found.text[table["start"] : table["end"]], table["caption"]) == ("品种 | 标准\n铜 | 5", "手续费")
