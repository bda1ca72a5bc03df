"""Filling a space: only what is new is embedded, nothing is mixed, a killed run goes on."""

import numpy as np
import polars as pl
import pytest

from assets.embeddings import filling
from assets.embeddings.basis import fit_basis
from assets.embeddings.filling import fill, gather
from assets.embeddings.model_vectors import ModelVectors
from assets.text.segment import Lexicon
from resources.protocols import VectorModel
from tests.assets.embeddings.spaces import Source, Table, spans, vector_of

TEXTS = ("原油大跌", "铜价企稳", "原油大跌", "豆粕走弱")


def model(source: Source) -> ModelVectors:
    return ModelVectors(source, VectorModel("e", "bge", "", 4), 4, idf=len)


def test_fill_embeds_with_the_basis() -> None:
    table, basis = Table(), fit_basis(TEXTS)
    done = fill(table, "slice", spans(*TEXTS), basis)
    assert (done.embedded, done.reused, set(done.states.values())) == (4, 0, {"made"})
    assert done.rows("slice", basis.basis_id).to_dicts()[0] == {
        "span_id": "s0",
        "kind": "slice",
        "doc_id": "d0",
        "basis_id": basis.basis_id,
        "state": "made",
    }
    ids, texts, matrix = gather([done], 256)
    assert (ids, texts, matrix.shape) == (["s0", "s1", "s2", "s3"], list(TEXTS), (4, 256))
    assert (matrix == basis.embed(TEXTS)).all()


def test_fill_of_nothing_writes_nothing() -> None:
    table = Table()
    done = fill(table, "slice", spans(), fit_basis(TEXTS))
    assert done.rows("slice", "b").is_empty()
    assert gather([done], 256)[2].shape == (0, 256)
    assert table.puts == []


def test_fill_of_the_whole_takes_over_what_is_there_and_drops_the_rest() -> None:
    table, source = Table(), Source()
    fill(table, "slice", spans(*TEXTS), model(source), whole=True)
    source.asked.clear()
    changed = spans("原油大跌", "铜价回升", "原油大跌")
    done = fill(table, "slice", changed, model(source), whole=True)
    assert source.asked == [("铜价回升", "internal")]
    assert (done.embedded, done.reused) == (1, 2)
    assert set(table.texts("slice", model(source).basis_id)) == {"s0", "s1", "s2"}


def test_fill_leaves_trusted_rows_alone() -> None:
    table, source = Table(), Source()
    fill(table, "slice", spans(*TEXTS), model(source), whole=True)
    table.puts.clear()
    done = fill(table, "slice", spans(*TEXTS, "白银"), model(source), whole=True, trusted=True)
    assert table.puts == [1]
    assert done.states == dict.fromkeys(("s0", "s1", "s2", "s3", "s4"), "made")


def test_fill_goes_on_where_a_run_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "MODEL_BATCH", 2)
    table = Table()

    class Killed(Source):
        def embed(self, texts, **how):  # type: ignore[no-untyped-def]
            if len(self.asked) >= 2:
                raise KeyboardInterrupt
            return super().embed(texts, **how)

    texts = [f"第{i}条" for i in range(6)]
    with pytest.raises(KeyboardInterrupt):
        fill(table, "slice", spans(*texts), model(Killed()), whole=True)
    source = Source()
    done = fill(table, "slice", spans(*texts), model(source), whole=True)
    assert [text for text, _ in source.asked] == texts[2:]
    assert done.count("made") == 6


def test_fill_keeps_back_what_the_model_may_not_see() -> None:
    table, source = Table(), Source(sees="public")
    public = spans("公开", clearance="public")
    both = pl.concat([public, spans("内部", "内部二").with_columns(span_id=pl.lit("x") + pl.col("span_id"))])
    done = fill(table, "slice", both, model(source))
    assert source.asked == [("公开", "public")]
    assert done.states == {"s0": "made", "xs0": "hidden", "xs1": "hidden"}
    rows = table.rows("slice", model(source).basis_id)
    assert rows["xs0"]["vector"] == [0.0] * 4
    assert rows["xs0"]["text"] == "内部"
    assert done.ids == ["s0"]
    assert fill(table, "slice", both, model(source), whole=True, trusted=True).states == done.states


@pytest.mark.parametrize("keep", [True, False], ids=["kept-for-full-text", "asked-again"])
def test_fill_of_what_gets_no_vector(keep: bool) -> None:
    table = Table()
    source = Source(answer=lambda text: None if "铜" in text else vector_of(text))
    done = fill(table, "slice", spans(*TEXTS), model(source), keep_waiting=keep)
    assert (done.count("made"), done.count("waiting"), done.why) == (3, 1, "no answer to embed")
    assert ("s1" in table.rows("slice", model(source).basis_id)) is keep
    again = Source()
    healed = fill(table, "slice", spans(*TEXTS), model(again), whole=True)
    assert (healed.count("made"), healed.why) == (4, None)
    assert again.asked == [("铜价企稳", "internal")]


def test_fill_cuts_words_by_the_lexicon() -> None:
    table, basis = Table(), fit_basis(TEXTS)
    fill(table, "slice", spans("冰上丝路开通"), basis, lexicon=Lexicon(added=frozenset({"冰上丝路"})))
    assert "冰上丝路" in str(table.rows("slice", basis.basis_id)["s0"]["words"]).split()
    fill(table, "slice", spans("冰上丝路开通"), basis)
    assert "冰上丝路" not in str(table.rows("slice", basis.basis_id)["s0"]["words"]).split()


def test_gather_joins_fillings() -> None:
    table, basis = Table(), fit_basis(TEXTS)
    one, two = (fill(table, kind, spans("铜", "锌"), basis) for kind in ("slice", "clause"))
    ids, _, matrix = gather([one, two], 256)
    assert ids == ["s0", "s1", "s0", "s1"]
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1.0, abs=1e-3)
