"""Sentences led back to their claims."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.reports.chain.align import realign
from assets.reports.phrases import Sentence
from assets.text.spans import Citation, cite


def cited(doc_id: str) -> list[Citation]:
    return [cite({"doc_id": doc_id, "title": "", "path": "", "row": 1}, "甲", 0, 1)]


ONE = Sentence(
    "据甲社4月1日消息，甲醇主力收跌1.2%。",
    "level",
    {"source": "甲社", "excerpt": "甲醇主力收跌1.2%"},
    cited("a"),
)
TWO = Sentence(
    "据乙社4月1日消息，库存增加。仓库已满。",
    "level",
    {"source": "乙社", "excerpt": "库存增加。仓库已满"},
    cited("b"),
)


@pytest.mark.parametrize(
    ("text", "claims", "expected"),
    [
        ("据甲社4月1日消息，甲醇主力收跌1.2%。", [ONE], "据甲社4月1日消息，甲醇主力收跌1.2%。"),
        ("此外，据甲社4月1日消息，甲醇主力收跌1.2%", [ONE], "此外，据甲社4月1日消息，甲醇主力收跌1.2%。"),
        ("据甲社4月1日消息，甲醇主力收跌1.2%；同时，据乙社4月1日消息，库存增加。仓库已满。", [TWO, ONE], "据甲社4月1日消息，甲醇主力收跌1.2%；同时，据乙社4月1日消息，库存增加。仓库已满。"),
        ("据乙社4月1日消息，库存增加。", [TWO], "据乙社4月1日消息，库存增加。"),
        ("据甲社4月1日消息，甲醇主力收跌1.3%。", [ONE], None),
        ("据甲社4月1日消息，甲醇主力收跌1.2%，令市场恐慌。", [ONE], None),
        ("因此，据甲社4月1日消息，甲醇主力收跌1.2%。", [ONE], None),
        ("据乙社4月1日消息，甲醇主力收跌1.2%。", [ONE], None),
        ("据甲社4月1日消息，甲醇主力收跌1.2%。", [ONE, TWO], None),
        ("据乙社4月1日消息，仓库已满。", [TWO], None),
        ("", [ONE], None),
        ("据甲社4月1日消息，甲醇主力收跌1.2%。", [], None),
    ],
    ids=["as-is", "link", "joined", "end-left-out", "number", "added", "cause", "source", "untold", "start-left-out", "empty", "none"],
)  # fmt: skip
def test_realign_takes_only_the_claims_own_words(text: str, claims: list[Sentence], expected: str | None) -> None:
    said = realign(text, claims)
    assert (said.text if said else None) == expected


def test_realign_keeps_a_sentence_that_turns_another_round() -> None:
    claim = Sentence("据甲社消息，管道停运。公司否认此事。", "level", {"excerpt": "管道停运。公司否认此事"}, cited("a"))
    assert realign("据甲社消息，管道停运。", [claim]) is None


@given(st.integers(0, len(ONE.text) - 2), st.sampled_from("涨跌增减未不零壹19"))
def test_realign_takes_no_text_with_another_character(place: int, mark: str) -> None:
    text = ONE.text[:place] + mark + ONE.text[place + 1 :]
    said = realign(text, [ONE])
    assert said is None or said.text == ONE.text
