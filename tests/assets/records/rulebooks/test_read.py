from assets.records.rulebooks.read import read_rulebook


def test_read_rulebook_says_on_which_page_a_clause_begins() -> None:
    text = "测试规则\n第一条 甲。\n第二条 乙。\n第三条 丙。\n"
    second = text.index("第二条") - 1
    _, paged = read_rulebook(text, doc_id="d", title="测试规则", meta={"pages": [0, second, text.index("第三条")]})
    assert [row["page"] for row in paged] == [1, 2, 3]
    for meta in ({}, {"pages": "many"}, None):
        _, plain = read_rulebook(text, doc_id="d", title="测试规则", meta=meta)
        assert [row["page"] for row in plain] == [None] * 3
