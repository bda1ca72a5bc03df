from assets.records.clauses.split import split_clauses


def cut(text: str, title: str = "演示规则") -> list[dict]:
    rows = split_clauses(text, doc_id="d", title=title)
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["text"]
        assert following is None or row["end"] <= following["label_start"] <= following["start"]
    return rows


def labels(rows: list[dict]) -> list[str | None]:
    return [row["article"] for row in rows]


BOOK = """# 演示交易规则

2023年5月6日 演示交易所理事会审议通过
2024年7月8日 演示交易所理事会第一次修订

## 第一章 总 则

**第一条**　为了规范演示交易行为，制定本规则。

第二条 本规则所称会员，
第三条规定的机构除外。

## 第二章 结 算

### 第一节 保证金

第三条　机构包括下列各项：
（一）银行；
（二）公司。

第三条之一　前条第（二）项所称公司，不含分支机构。

附  则

第四 条本规则自公布之日起施行。
"""


def test_split_clauses_reads_labels_places_and_text() -> None:
    rows = cut(BOOK)
    assert labels(rows) == ["第一条", "第二条", "第三条", "第三条之一", "第四条"]
    assert [row["chapter"] for row in rows] == ["第一章 总则"] * 2 + ["第二章 结算"] * 3
    assert [row["section"] for row in rows] == [None] * 2 + ["第一节 保证金"] * 3
    assert rows[1]["text"] == "本规则所称会员，\n第三条规定的机构除外。"
    assert rows[3]["text"] == "前条第（二）项所称公司，不含分支机构。"
    assert (rows[3]["article_number"], rows[3]["article_sub"]) == (3, 1)
    assert {row["version"] for row in rows} == {"2024-07-08"}


def test_split_clauses_reads_the_same_without_line_breaks() -> None:
    flat = BOOK.replace("\n", "")
    assert [(r["article"], r["chapter"], r["text"].replace("\n", "")) for r in cut(BOOK)] == [
        (r["article"], r["chapter"], r["text"]) for r in cut(flat)
    ]
