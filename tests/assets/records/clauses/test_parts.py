from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assets.records.clauses.parts import LONG, cut_parts
from assets.records.rulebooks.read import read_rulebook
from assets.records.schema import CLAUSE_PARTS

FILL = "会员应当按照本规则的规定履行义务，并对其客户的交易行为承担相应的责任。"


def clause(text: str, start: int = 7) -> dict[str, Any]:
    return {"clause_id": "c", "doc_id": "d", "text": text, "start": start, "end": start + len(text)}


def long(head: str) -> str:
    return head + FILL * (LONG // len(FILL) // 2 + 1)


def test_cut_parts_leaves_short_clauses_whole() -> None:
    assert cut_parts([clause("第一款。\n第二款。"), clause("甲" * LONG)]) == []


def test_cut_parts_gives_paragraphs_and_items_of_an_over_long_clause() -> None:
    text = "\n".join(
        [
            "短的一款。",
            "本规则下列用语的含义：",
            long("（一）会员，是指"),
            long("（二）客户，是指"),
            "（三）席位。",
            "最后一款。",
        ]
    )
    parts = cut_parts([clause(text)])
    assert [part["label"] for part in parts] == [
        "第一款",
        "第二款",
        "第二款第（一）项",
        "第二款第（二）项",
        "第二款第（三）项",
        "第三款",
    ]
    assert [list(part) for part in parts] == [CLAUSE_PARTS.names] * len(parts)
    assert {part["clause_id"] for part in parts} == {"c"}
    assert parts[4]["text"] == "（三）席位。"
    assert parts[0]["start"] == 7


def test_cut_parts_names_no_paragraph_where_there_is_one() -> None:
    parts = cut_parts([clause("下列行为：" + "；".join(long(f"（{n}）") for n in "一二三") + "。")])
    assert [part["label"] for part in parts] == ["第一款", "第（一）项", "第（二）项", "第（三）项"]


def test_cut_parts_splits_an_undivided_clause_at_sentence_ends_and_keeps_a_single_sentence() -> None:
    parts = cut_parts([clause(FILL * (2 * LONG // len(FILL) + 1))])
    assert len(parts) >= 2
    assert all(len(part["text"]) <= LONG and part["text"].endswith("。") for part in parts)
    assert cut_parts([clause("甲" * (3 * LONG))]) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "\n", "（一）", "\n（二）", "1.", "；"]), st.text("甲乙。；\n （）", max_size=300)
        ),
        max_size=12,
    )
)
def test_cut_parts_hold_all_visible_text_in_order_without_overlap(pieces: list[tuple[str, str]]) -> None:
    text = "".join(mark + body for mark, body in pieces)
    parts = cut_parts([clause(text, start=0)])
    end = 0
    for part in parts:
        assert end <= part["start"] < part["end"]
        assert not text[end : part["start"]].strip(" \n\u3000")
        assert part["text"] == text[part["start"] : part["end"]]
        end = part["end"]
    if parts:
        assert not text[end:].strip()
    assert len({part["part_id"] for part in parts}) == len(parts)


def test_read_rulebook_and_parts_agree_with_the_stored_text() -> None:
    text = "测试规则\n第一条 " + "\n".join(long(f"（{n}）") for n in "一二三") + "\n第二条 短。\n"
    _, clauses = read_rulebook(text, doc_id="d", title="测试规则")
    parts = cut_parts(clauses)
    assert parts
    assert all(text[part["start"] : part["end"]] == part["text"] for part in parts)
