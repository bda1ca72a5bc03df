"""How much a text is about a subject."""

import pytest

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.relevance.keywords import relevance

OIL = [
    "原油价格上涨，炼厂利润走弱，库欣库存下降",
    "原油供应收紧，炼厂开工回升，库欣库存减少",
    "原油期货收涨，钻井平台减少，库欣库存下降",
]
NEAR = "炼厂利润走弱，钻井平台减少，库欣库存下降"
PIGS = [
    "生猪存栏回升，仔猪价格下跌，养殖利润收窄",
    "仔猪补栏积极，养殖利润收窄，存栏回升",
    "猪肉批发价格下跌，养殖户补栏谨慎，存栏下降",
    "仔猪价格回落，养殖利润承压",
]
TEXTS = [*OIL, NEAR, *PIGS]


@pytest.fixture(scope="module")
def basis() -> Basis:
    return fit_basis(TEXTS)


def test_relevance_ranks_named_above_near_above_the_rest(basis: Basis) -> None:
    scores = relevance(TEXTS, [""] * len(TEXTS), "原油", [], basis)
    assert scores[:3].min() >= 0.7
    assert 0.2 < scores[3] < 0.7
    assert scores[4:].max() < scores[3]
    assert ((scores >= 0) & (scores <= 1)).all()


def test_relevance_is_settled_by_the_title(basis: Basis) -> None:
    assert relevance(["今日无数据"], ["原油早评"], "原油", [], basis)[0] == 1.0


def test_relevance_grows_with_mentions(basis: Basis) -> None:
    once, often = relevance(["原油" + "甲" * 300, "原油、原油、原油" + "甲" * 90], ["", ""], "原油", [], basis)
    assert 0.7 < once < often <= 0.95


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SC2406收涨", True),
        ("sc主力", True),
        ("在science上", False),
        ("看discord", False),
        ("原油走强", True),
        ("ＷＴＩ走强", True),
        ("布蘭特原油", True),
    ],
)
def test_relevance_takes_latin_keywords_as_whole_words(basis: Basis, text: str, named: bool) -> None:
    score = float(relevance([text], [""], "原油", ["SC", "WTI"], basis)[0])
    assert (score >= 0.7) is named


def test_relevance_without_a_subject_takes_everything(basis: Basis) -> None:
    assert relevance(TEXTS, [""] * len(TEXTS), "", [], basis).tolist() == [1.0] * len(TEXTS)
    assert relevance([], [], "原油", [], basis).shape == (0,)


def test_relevance_where_all_or_too_few_name_it_has_no_nearness(basis: Basis) -> None:
    assert relevance([*PIGS, OIL[0]], [""] * 5, "原油", [], basis)[:4].tolist() == [0.0] * 4
    assert relevance(OIL, [""] * 3, "原油", [], basis).min() >= 0.7


def test_relevance_of_equal_texts_has_no_nearness(basis: Basis) -> None:
    blank = fit_basis([])
    scores = relevance(["。", "。", "。", "。"], ["原油", "原油", "原油", ""], "原油", [], blank)
    assert scores.tolist() == [1.0, 1.0, 1.0, 0.0]


def test_relevance_refuses_titles_that_do_not_match(basis: Basis) -> None:
    with pytest.raises(ValueError, match="2 texts but 1 titles"):
        relevance(["a", "b"], ["a"], "原油", [], basis)
