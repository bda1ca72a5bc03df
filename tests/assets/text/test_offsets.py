import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.text.offsets import Edit, OffsetMap


@st.composite
def mended(draw: st.DrawFn) -> tuple[str, OffsetMap]:
    text = start = draw(st.text(alphabet="原油ab １", max_size=30))
    rounds = []
    for _ in range(draw(st.integers(0, 3))):
        edits, at = [], 0
        while at < len(text):
            at += draw(st.integers(1, 6))
            size = draw(st.integers(0, 3))
            if at + size <= len(text):
                edits.append(Edit(at, text[at : at + size], draw(st.text(alphabet="xyz", max_size=3))))
            at += size
        edits = [edit for edit in edits if edit.old or edit.new]
        rounds.append(edits)
        text = OffsetMap([edits]).apply(text)
    return start, OffsetMap(rounds)


@given(mended())
def test_offset_map_is_exact_both_ways(case: tuple[str, OffsetMap]) -> None:
    text, offsets = case
    view = offsets.apply(text)
    assert offsets.restore(view) == text
    spans = [offsets.to_text(at, at + 1) for at in range(len(view))]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    for at, (start, end) in enumerate(spans):
        if view[at] not in "xyz":
            assert text[start:end] == view[at]
            assert offsets.to_view(start, end) == (at, at + 1)


def test_offset_map_takes_replaced_pieces_whole() -> None:
    offsets = OffsetMap([[Edit(2, "&lt;", "<"), Edit(7, "６４", "64"), Edit(10, "啊", "")]])
    text = "甲乙&lt;丙６４丁啊戊"
    assert offsets.apply(text) == "甲乙<丙64丁戊"
    assert offsets.to_text(2, 3) == (2, 6)
    assert offsets.to_text(5, 6) == (8, 9)
    assert offsets.to_text(6, 7) == (9, 10)
    assert offsets.to_text(7, 8) == (11, 12)
    assert offsets.to_view(10, 11) == (7, 7)
    assert offsets.to_view(3, 4) == (2, 3)
    assert OffsetMap().is_identity


def test_offset_map_refuses_overlaps() -> None:
    with pytest.raises(ValueError, match="overlap at 1"):
        OffsetMap([[Edit(0, "ab", "x"), Edit(1, "b", "y")]])
