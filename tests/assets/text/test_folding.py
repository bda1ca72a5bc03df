import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.text.folding import fold, fold_title, fold_with_map, simplify, split_version

# fmt: off
SAME = [
    ("第１２８條", "第128条"), ("（一）", "(一)"), ("〔2023〕12号", "［2023］12號"), ("「報告」", "“报告”"), ("ＡＢＣ", "abc"), ("第 一\u3000百\u200b条", "第一百条"),
    ("⼀⼈", "一人"), ("㈠", "(一)"), ("於", "于"), ("2024—2025", "2024-2025"), ("甲﹑乙", "甲、乙"),
]
TITLES = [
    ("中华人民共和国公司法", "公司法"), ("《中華人民共和國公司法》", "公司法"), ("「公司 法」", "公司法"), ("〈公司法〉", "公司法"), ("上海市实施《中华人民共和国防震减灾法》办法", "上海市实施防震减灾法办法"),
    ("骗购外汇、非法买卖外汇", "骗购外汇非法买卖外汇"), ("管理办法（试行）", "管理办法试行"), ("中华人民共和国", "中华人民共和国"),
]
VERSIONS = [
    ("会计法(2024-06-28)", ("会计法", "2024-06-28")), ("交易规则（2018年修订）", ("交易规则", "2018年修订")), ("交易规则 （2018年3月修订版）", ("交易规则", "2018年3月修订版")),
    ("管理办法（试行）", ("管理办法（试行）", None)), ("宪法修正案（1988年）", ("宪法修正案", "1988年")), ("(2024-06-28)", ("(2024-06-28)", None)), ("修正案（三）", ("修正案（三）", None)), ("规则〔20240628〕", ("规则", "20240628")),
    ("交易規則（2018年修訂）", ("交易規則", "2018年修訂")),
]
# fmt: on


@pytest.mark.parametrize(("one", "other"), SAME, ids=[a for a, _ in SAME])
def test_fold_joins_spellings(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("title", "folded"), TITLES, ids=[t for t, _ in TITLES])
def test_fold_title_drops_marks_and_state(title: str, folded: str) -> None:
    assert fold_title(title) == folded


@pytest.mark.parametrize(("title", "parts"), VERSIONS, ids=[t for t, _ in VERSIONS])
def test_split_version_takes_off_dates_only(title: str, parts: tuple[str, str | None]) -> None:
    assert split_version(title) == parts


def test_simplify_converts_one_character() -> None:
    assert simplify("國") == "国"


@given(st.text(max_size=40), st.text(max_size=40))
def test_fold_of_parts_joins_to_fold_of_whole(left: str, right: str) -> None:
    assert fold(left) + fold(right) == fold(left + right)


@given(st.text(alphabet=st.sampled_from("第一條１㈠⼀… 　\u200b「」国Aａ½"), max_size=30))
def test_fold_with_map_points_at_sources(text: str) -> None:
    folded, offsets = fold_with_map(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    assert all(char in fold(text[at]) for char, at in zip(folded, offsets, strict=True))


@given(st.text(max_size=40))
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
