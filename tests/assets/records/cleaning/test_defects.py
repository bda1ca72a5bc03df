import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.records.cleaning.defects import find_defects, quality_score

CASES = [
    ("markup", "原油<br/>上涨。", "<br/>"),
    ("markup", "成交&nbsp;放量。", "&nbsp;"),
    ("mojibake", "价格\ufffd\ufffd上涨。", "\ufffd\ufffd"),
    ("mojibake", "锟斤拷锟斤拷上涨。", "锟斤拷锟斤拷"),
    ("ocr_noise", "(cid:12)上涨。", "(cid:12)"),
    ("ocr_noise", "合约2O24年上市。", "O"),
    ("ocr_noise", "今天 原 油 期 货 上涨。", " 原 油 期 货"),
    ("invisible", "原\u200b油上涨。", "\u200b"),
    ("punctuation", "上涨，，随后回落。", "，，"),
    ("punctuation", "上涨，。", "，。"),
    ("mixed_width", "报６４２元。", "６４２"),
    ("mixed_width", "上涨,随后回落。", ","),
    ("colloquial", "这个价格咱们看看。", "咱们"),
    ("broken_context", "，随后回落。", "，"),
    ("broken_context", "价格上涨，", "，"),
    ("broken_context", "他说“会涨。", "“"),
    ("broken_context", "内容（未完待续）", "（未完待续"),
    ("repetition", "原油期货主力合约今日收涨。\n原油期货主力合约今日收涨。", "原油期货主力合约今日收涨。"),
]


@pytest.mark.parametrize(("code", "text", "quote"), CASES, ids=[f"{c[0]} {n}" for n, c in enumerate(CASES)])
def test_find_defects_names_and_places(code: str, text: str, quote: str) -> None:
    found = [(d["code"], text[d["start"] : d["end"]]) for d in find_defects(text)]
    assert any(kind == code and quote in span for kind, span in found), found


@pytest.mark.parametrize(
    "text",
    [
        "4月18日，原油主力SC2406合约收报642.4元/桶，跌3.15%。",
        "价格区间为10:30至11:30；A<B，x>3。",
        "（一）总则\n（二）分则\n证监会：“没有此事。”",
        "OPEC+ 宣布 WTI 原油减产。",
    ],
)
def test_find_defects_leaves_clean_text(text: str) -> None:
    assert find_defects(text) == []
    assert quality_score(text, []) == 1.0


def test_quality_score_counts_overlaps_once_by_the_heaviest() -> None:
    defects = [
        {"code": "markup", "severity": "medium", "start": 0, "end": 4},
        {"code": "ocr_noise", "severity": "high", "start": 2, "end": 6},
        {"code": "punctuation", "severity": "low", "start": 8, "end": 10},
    ]
    assert quality_score("x" * 10, defects) == pytest.approx(1 - (2 * 0.5 + 4 * 1.0 + 2 * 0.2) / 10)


def test_quality_score_of_nothing_is_zero() -> None:
    assert quality_score("", []) == 0.0
    assert find_defects(" \n") == []


@given(st.text(alphabet="原油<p>&nbsp;，。（）“”\ufffd\n 1O0的a", max_size=60))
def test_find_defects_stay_inside_and_score_stays_in_range(text: str) -> None:
    defects = find_defects(text)
    assert all(0 <= d["start"] < d["end"] <= len(text) for d in defects)
    assert 0.0 <= quality_score(text, defects) <= 1.0
