"""The basis of vectors that the corpora give."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assets.embeddings import basis as module
from assets.embeddings.basis import DIMENSION, Basis, fit_basis, needs_refit
from resources.errors import PermanentServiceError

OIL = ["原油价格上涨，炼厂利润走弱，库欣库存下降", "原油供应收紧，炼厂开工回升", "原油期货收涨，库欣库存下降，钻井减少"]
PIGS = ["生猪存栏回升，仔猪价格下跌", "仔猪补栏积极，养殖利润收窄", "生猪出栏增加，养殖利润收窄，仔猪价格下跌"]
TEXTS = OIL + PIGS


@pytest.fixture(scope="module")
def basis() -> Basis:
    return fit_basis(TEXTS)


def test_embed_gives_rows_of_length_one(basis: Basis) -> None:
    vectors = basis.embed([*TEXTS, "完全无关的句子", "xyz", "，。"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (9, DIMENSION) == (9, basis.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_embed_puts_texts_on_one_subject_together(basis: Basis) -> None:
    vectors = basis.embed(TEXTS)
    near = vectors @ vectors.T
    assert near[:3, :3].mean() > near[:3, 3:].max()
    assert near[3:, 3:].mean() > near[:3, 3:].max()


def test_embed_of_a_text_does_not_depend_on_its_company(basis: Basis) -> None:
    assert basis.embed(TEXTS)[4].tobytes() == basis.embed([TEXTS[4]])[0].tobytes()
    assert basis.embed([]).shape == (0, DIMENSION)


def test_embed_hashes_what_it_does_not_know(basis: Basis) -> None:
    first, again, other, nothing = basis.embed(["量子纠缠", "量子纠缠", "蓝鲸迁徙", "！"])
    assert first.tobytes() == again.tobytes()
    assert first @ other < 0.5
    assert nothing[0] == 1


def test_fit_basis_does_not_depend_on_order(basis: Basis) -> None:
    turned = fit_basis(TEXTS[::-1])
    assert turned.basis_id == basis.basis_id
    assert turned.embed(TEXTS).tobytes() == basis.embed(TEXTS).tobytes()
    assert fit_basis(TEXTS[:5]).basis_id != basis.basis_id


def test_fit_basis_gives_equal_bytes_in_another_process(basis: Basis) -> None:
    code = (
        "import hashlib, sys; from assets.embeddings.basis import fit_basis; texts = sys.argv[1:];"
        "print(hashlib.sha256(fit_basis(texts).embed(texts).tobytes()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(module.__file__).parents[2])}
    said = subprocess.run(
        [sys.executable, "-c", code, *TEXTS], capture_output=True, text=True, check=True, env=env
    ).stdout
    assert said.strip() == hashlib.sha256(basis.embed(TEXTS).tobytes()).hexdigest()


@pytest.mark.parametrize("texts", [[], [""], ["。"], ["铜"], ["原油"], ["原油", "原油"], ["ok", "ok then"]], ids=repr)
def test_fit_basis_takes_tiny_corpora(texts: list[str]) -> None:
    vectors = fit_basis(texts).embed([*texts, "原油上涨"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_fit_basis_decomposes_larger_corpora() -> None:
    """Above twice the dimension the seeded projection takes over from the full decomposition."""
    rng = np.random.RandomState(1)
    characters = [chr(0x4E00 + i * 7) for i in range(160)]
    groups = [characters[40 * i : 40 * i + 50] for i in range(4)]
    texts = ["".join(rng.choice(groups[i % 4], 60)) for i in range(280)]
    first, again = fit_basis(texts).embed(texts), fit_basis(texts).embed(texts)
    assert first.tobytes() == again.tobytes()
    near = first @ first.T
    assert near[0, 4::4].mean() > near[0, 2::4].mean() + 0.05


def test_fit_basis_learns_from_a_sample_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TEXTS", 3)
    sampled = fit_basis(TEXTS)
    assert sampled.n_texts == 6
    assert sampled.basis_id == fit_basis(TEXTS[::-1]).basis_id


def test_idf_is_higher_for_what_is_rare(basis: Basis) -> None:
    assert basis.idf("没有的词") >= basis.idf("#没有") > basis.idf("#库存") > 0
    assert basis.idf("@价") < basis.idf("@欣")


def test_save_and_load_give_the_same_basis(basis: Basis, tmp_path: Path) -> None:
    basis.save(tmp_path / "b")
    first = {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    loaded = Basis.load(tmp_path / "b")
    assert (loaded.basis_id, loaded.n_texts) == (basis.basis_id, 6)
    assert loaded.embed(TEXTS).tobytes() == basis.embed(TEXTS).tobytes()
    assert loaded.idf("原油") == basis.idf("原油")
    loaded.save(tmp_path / "b")
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == first


def test_load_says_what_is_wrong(basis: Basis, tmp_path: Path) -> None:
    with pytest.raises(PermanentServiceError, match="no readable vector basis"):
        Basis.load(tmp_path)
    basis.save(tmp_path)
    np.save(tmp_path / "units.npy", np.zeros((1, 2)))
    with pytest.raises(PermanentServiceError, match="damaged"):
        Basis.load(tmp_path)


@pytest.mark.parametrize(("n", "wanted"), [(6, False), (12, False), (13, True)])
def test_needs_refit_when_the_corpora_more_than_doubled(basis: Basis, n: int, wanted: bool) -> None:
    assert needs_refit(basis, n) is wanted
    assert needs_refit(None, n)
