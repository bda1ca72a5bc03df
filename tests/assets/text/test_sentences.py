from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.text.sentences import split_sentences

CASES = [
    ("stops", "原油上涨。铜下跌！为什么？看多；观望。", ["原油上涨。", "铜下跌！", "为什么？", "看多；", "观望。"]),
    ("lines", "第一行\n第二行\n\n第三行", ["第一行", "第二行", "第三行"]),
    ("decimals", "涨3.15%。报642.4元/桶。", ["涨3.15%。", "报642.4元/桶。"]),
    ("inside quotes", "他说：“会涨。也会跌。”随后离开。", ["他说：“会涨。也会跌。”", "随后离开。"]),
    ("goes on after a quote", "“涨了！”，他说。完。", ["“涨了！”，他说。", "完。"]),
    ("brackets", "见附件（一。二）继续。完。", ["见附件（一。二）继续。", "完。"]),
    ("never closed", "“没有关上。后面的话。", ["“没有关上。", "后面的话。"]),
    ("closed too early", "”先关。再说。", ["”先关。", "再说。"]),
    ("repeated marks", "真的？！……好。", ["真的？！……", "好。"]),
    ("english", "SC2406 rose 3.5 yuan. It fell.", ["SC2406 rose 3.5 yuan.", "It fell."]),
    ("blank", " \n \u3000 ", []),
    ("empty", "", []),
]


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_split_sentences_cuts_at(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == wanted


@given(st.text(alphabet="原油涨。！？；\n“”（）《》.3 ，", max_size=60))
def test_split_sentences_covers_all_that_is_not_blank(text: str) -> None:
    spans = split_sentences(text)
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    inside = "".join(text[a:b] for a, b in spans)
    assert "".join(inside.split()) == "".join(text.split())
