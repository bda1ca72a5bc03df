import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.privacy import Mask, redact
from tests.resources.models.personal_samples import samples

TEXT = "联系人：王小明，手机13800138000，邮箱wang@example.com；备用手机13900139000，再拨13800138000。"


def test_mask_hides_each_piece_behind_a_token_of_its_kind() -> None:
    hidden = Mask().hide(TEXT)
    assert hidden == "联系人：〔姓名1〕，手机〔手机1〕，邮箱〔邮箱1〕；备用手机〔手机2〕，再拨〔手机1〕。"


def test_mask_restores_inside_lists_and_mappings() -> None:
    mask = Mask()
    mask.hide({"slices": [{"id": 1, "text": TEXT}]})
    answer = {"slices": [{"id": 1, "summary": "请拨〔手机2〕找〔姓名1〕", "facet": None}]}
    assert mask.restore(answer) == {"slices": [{"id": 1, "summary": "请拨13900139000找王小明", "facet": None}]}


def test_mask_takes_no_token_that_a_text_writes_itself() -> None:
    mask = Mask()
    hidden = mask.hide(["模板写作〔手机1〕", "手机13800138000"])
    assert hidden == ["模板写作〔手机1〕", "手机〔手机2〕"]
    assert mask.restore(hidden) == ["模板写作〔手机1〕", "手机13800138000"]


def test_mask_shows_nothing_of_what_it_holds() -> None:
    mask = Mask()
    mask.hide(TEXT)
    assert repr(mask) == "Mask(4 tokens)"
    assert len(mask) == 4


@pytest.mark.parametrize(("text", "span"), samples(12), ids=lambda value: "")
def test_mask_leaves_no_generated_piece(text: str, span: object) -> None:
    mask = Mask()
    hidden = mask.hide(text)
    assert mask.restore(hidden) == text


def test_redact_is_not_reversible() -> None:
    assert redact("电话13800138000。") == "电话〔手机〕。"


@given(st.lists(st.text(alphabet="〔〕手机12 13800138000张三先生：，。", max_size=60), max_size=4))
def test_restore_undoes_hide(texts: list[str]) -> None:
    mask = Mask()
    assert mask.restore(mask.hide(texts)) == texts
