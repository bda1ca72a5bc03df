"""Vectors of a model: what comes back is checked, and what does not come is named."""

from collections.abc import Sequence

import numpy as np
import pytest

from assets.embeddings.model_vectors import ModelVectors, find_dimension, name_space
from resources.errors import PermanentServiceError, SettingsError, TransientServiceError
from resources.protocols import Clearance, VectorModel
from tests.assets.embeddings.spaces import Source, Vector, vector_of

BGE = VectorModel("e", "bge", "", 4)
TEXTS = ["原油大跌", "铜价企稳", "原油大跌", "豆粕"]
IDS = ["s1", "s2", "s3", "s4"]


def vectors(source: Source, clearance: Clearance = "internal", dimension: int = 4) -> ModelVectors:
    return ModelVectors(source, BGE, dimension, idf=len, clearance=clearance)


def seen(source: Source, levels: Sequence[Clearance] = ("internal",) * 4) -> dict[str, np.ndarray]:
    return vectors(source).embed_seen(IDS, TEXTS, levels)


def test_embed_gives_rows_of_length_one() -> None:
    embedder = vectors(Source())
    rows = embedder.embed(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (4, 4)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.embed([]).shape == (0, 4)
    assert embedder.idf("原油") == 2


def test_embed_seen_asks_for_a_text_once_in_its_lowest_class() -> None:
    source = Source()
    found = seen(source, ["secret", "internal", "public", "internal"])
    assert source.asked == [("原油大跌", "public"), ("豆粕", "internal"), ("铜价企稳", "internal")]
    assert (found["s1"] == found["s3"]).all()


def test_embed_refuses_what_the_model_may_not_see() -> None:
    source = Source(sees="public")
    with pytest.raises(PermanentServiceError, match="Model e may not see internal text"):
        vectors(source).embed(["原油"])
    assert source.asked == []


def test_embed_says_that_vectors_did_not_come() -> None:
    source = Source(answer=lambda text: None if text == "豆粕" else vector_of(text))
    with pytest.raises(TransientServiceError, match=r"no vector for 1 of 4 texts \(no answer to embed\)"):
        vectors(source).embed(TEXTS)
    assert set(seen(source)) == {"s1", "s2", "s3"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ((1.0, 2.0), "vectors of 2 numbers for s1, and 4 are stored.*leafroot run"),
        ((1.0,) * 5, "vectors of 5 numbers for s1"),
        ((0.0,) * 4, "zero or not finite for s1"),
        ((float("nan"), 1.0, 1.0, 1.0), "zero or not finite for s1"),
        ((float("inf"), 1.0, 1.0, 1.0), "zero or not finite for s1"),
    ],
    ids=["narrow", "wide", "zero", "not-a-number", "infinite"],
)
def test_embed_seen_names_the_inputs_of_wrong_vectors(wrong: Vector, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        seen(Source(answer=lambda text: wrong if text == "原油大跌" else vector_of(text)))


def test_embed_seen_names_a_few_of_many() -> None:
    with pytest.raises(SettingsError, match="for a0, a1, a2 and 7 more"):
        vectors(Source(answer=lambda _: (1.0,))).embed_seen(
            [f"a{i}" for i in range(10)], [f"第{i}条" for i in range(10)], ["public"] * 10
        )


def test_name_space_tells_model_revision_and_dimension_apart() -> None:
    named = {
        name_space(VectorModel("e", *model), width)
        for model in (("bge", ""), ("bge", "2"), ("m3", ""))
        for width in (4, 8)
    }
    assert len(named) == 6
    assert name_space(VectorModel("other-name", "bge"), 4) == name_space(BGE, 4)


def test_find_dimension_asks_only_where_nothing_is_said() -> None:
    source = Source()
    assert find_dimension(source, BGE) == 4
    assert source.asked == []
    assert find_dimension(source, VectorModel("e", "bge")) == 4
    assert source.asked == [("期货", "public")]
    with pytest.raises(TransientServiceError, match="Model e embeds nothing"):
        find_dimension(Source(answer=lambda _: None), VectorModel("e", "bge"))
