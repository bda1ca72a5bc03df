"""Which space serves and what embeds in it."""

from typing import Any

import pytest

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.model_vectors import name_space
from assets.embeddings.spaces import Space, find_space, open_space, rows_of_spaces, serving_row
from resources.errors import TransientServiceError
from resources.protocols import Embedder, VectorModel
from tests.assets.embeddings.spaces import Source
from tests.measure.memory import MemoryReader

BASIS = fit_basis(["原油大跌", "铜价企稳"])


def row(model: VectorModel, width: int, state: str = "serving") -> dict[str, Any]:
    return {
        "basis_id": name_space(model, width),
        "engine": "model",
        "model": model.model,
        "revision": model.revision or None,
        "dimension": width,
        "state": state,
    }


def reader(*rows: dict[str, Any]) -> MemoryReader:
    return MemoryReader({"vector_spaces": rows}, {})


def opened(known: dict[str, Any], source: Source | None) -> Space:
    return open_space(known, source, lambda _: BASIS, BASIS.idf)


def test_find_space_is_the_basis_where_no_model_embeds() -> None:
    assert find_space(None, BASIS, known=None) == Space(BASIS)
    silent = Source()
    silent.vector_model = lambda: None  # type: ignore[method-assign]
    assert find_space(silent, BASIS, known=None) == Space(BASIS)
    assert Space(BASIS).name == "the embedded basis"


def test_find_space_of_a_model_takes_its_width_from_what_serves() -> None:
    source = Source(VectorModel("e", "bge"))
    known = row(VectorModel("e", "bge"), 4)
    assert find_space(source, BASIS, known=known).basis_id == known["basis_id"]
    assert source.asked == []
    space = find_space(source, BASIS, known=None)
    assert (space.basis_id, space.name) == (known["basis_id"], "model bge")
    assert len(source.asked) == 1


@pytest.mark.parametrize(
    "model",
    [VectorModel("e", "m3", "", 4), VectorModel("e", "bge", "2", 4), VectorModel("e", "bge", "", 8)],
    ids=["model", "revision", "dimension"],
)
def test_find_space_of_another_model_is_another(model: VectorModel) -> None:
    known = row(VectorModel("e", "bge"), 4)
    assert find_space(Source(model), BASIS, known=known).basis_id != known["basis_id"]


def test_find_space_needs_an_answer_where_nothing_says_the_width() -> None:
    with pytest.raises(TransientServiceError):
        find_space(Source(VectorModel("e", "bge"), answer=lambda _: None), BASIS, known=None)


def test_open_space_of_the_basis_loads_it() -> None:
    loaded: list[str] = []

    def load(basis_id: str) -> Embedder:
        loaded.append(basis_id)
        return BASIS

    known = Space(BASIS).row("serving")
    assert open_space(known, None, load, BASIS.idf).embedder is BASIS
    assert loaded == [BASIS.basis_id]
    assert known["dimension"] == 256


def test_open_space_of_the_model_that_is_configured() -> None:
    space = opened(row(VectorModel("x", "bge"), 4), Source(VectorModel("e", "bge")))
    assert space.embedder.embed(["原油"]).shape == (1, 4)
    assert space.embedder.idf("原油") == BASIS.idf("原油")


@pytest.mark.parametrize(
    "source",
    [
        None,
        Source(VectorModel("e", "m3", "", 4)),
        Source(VectorModel("e", "bge", "2", 4)),
        Source(VectorModel("e", "bge", "", 8)),
    ],
    ids=["none", "another-model", "another-revision", "another-dimension"],
)
def test_open_space_never_mixes_models(source: Source | None) -> None:
    space = opened(row(VectorModel("e", "bge"), 4), source)
    assert space.basis_id == name_space(VectorModel("e", "bge"), 4)
    with pytest.raises(TransientServiceError, match="are never mixed: call leafroot run"):
        space.embedder.embed(["原油"])
    if source is not None:
        assert source.asked == []


def test_rows_of_spaces_keep_the_one_before_for_going_back() -> None:
    old, new = row(VectorModel("e", "bge"), 4), find_space(Source(VectorModel("e", "m3", "", 4)), BASIS, known=None)
    gone = {**row(VectorModel("e", "x"), 4), "state": "kept"}
    assert serving_row(reader()) is None
    assert serving_row(reader(old)) == old
    assert rows_of_spaces(reader(), new) == [new.row("serving")]
    assert rows_of_spaces(reader(old, gone), new) == [new.row("serving"), {**old, "state": "kept"}]
    same = opened(old, Source(VectorModel("e", "bge", "", 4)))
    assert rows_of_spaces(reader(old, gone), same) == [old, gone]


def test_the_basis_is_an_embedder() -> None:
    embedder: Embedder = BASIS
    assert isinstance(embedder, Basis)
    assert embedder.embed(["原油"]).shape == (1, embedder.dimension)
