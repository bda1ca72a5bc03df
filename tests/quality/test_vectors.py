"""Vectors that must not reach readers: each check with rows that fail it."""

from typing import Any

import numpy as np
import pytest

from quality.outcomes import Outcome
from quality.vectors import CHECKS, Centre, check_complete, check_vectors

N, D = 80, 8


def unit(seed: int, n: int = N) -> np.ndarray:
    rows = np.random.RandomState(seed).standard_normal((n, D))
    unit_rows: np.ndarray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit_rows


def judge(matrix: np.ndarray, **how: Any) -> dict[str, Outcome]:
    ids = [f"s{i}" for i in range(len(matrix))]
    given = {"dimension": D, "known": None, "by_model": True, **how}
    outcomes = check_vectors(ids, [f"第{i}条" for i in range(len(matrix))], matrix, **given)
    return {outcome.check: outcome for outcome in outcomes}


def failed(matrix: np.ndarray, **how: Any) -> set[tuple[str, str]]:
    return {(name, outcome.severity) for name, outcome in judge(matrix, **how).items() if not outcome.passed}


def shifted(rows: np.ndarray, by: float) -> np.ndarray:
    moved = rows + by * np.eye(D, dtype=np.float32)[0]
    unit_rows: np.ndarray = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit_rows


def test_check_vectors_passes_good_ones() -> None:
    good = judge(unit(1), known=Centre(1000, (0.0,) * D))
    assert list(good) == list(CHECKS[:-1])
    assert all(outcome.passed for outcome in good.values())


def test_check_vectors_of_none_looks_at_nothing() -> None:
    assert all(outcome.passed for outcome in judge(np.zeros((0, D), np.float32)).values())


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda rows: rows[:, :4] / np.linalg.norm(rows[:, :4], axis=1, keepdims=True), ("vectors_dimension", "block")),
        (lambda rows: np.where(np.arange(N)[:, None] == 3, np.nan, rows), ("vectors_finite", "block")),
        (lambda rows: np.where(np.arange(N)[:, None] == 3, np.inf, rows), ("vectors_finite", "block")),
        (lambda rows: np.where(np.arange(N)[:, None] == 3, 0.0, rows), ("vectors_norm", "block")),
        (lambda rows: rows * 1.1, ("vectors_norm", "block")),
        (lambda rows: shifted(rows * 0.01, 1.0), ("vectors_collapsed", "block")),
        (lambda rows: np.repeat(rows[: N // 4], 4, axis=0), ("vectors_duplicates", "block")),
    ],
    ids=["narrow", "not-a-number", "infinite", "zero", "not-normed", "one-way", "repeated"],
)
def test_check_vectors_fails(change: Any, wanted: tuple[str, str]) -> None:
    assert failed(change(unit(1)).astype(np.float32)) == {wanted}


@pytest.mark.parametrize(
    ("by", "wanted"),
    [(0.0, set()), (0.6, {("vectors_drift", "warn")}), (1.5, {("vectors_drift", "block")})],
    ids=["the-same", "another-subject", "another-model"],
)
def test_check_vectors_sees_the_mean_move(by: float, wanted: set[tuple[str, str]]) -> None:
    known = Centre(0, (0.0,) * D).with_more(unit(2, 4000))
    assert failed(shifted(unit(1), by), known=known) == wanted


def test_check_vectors_compares_no_handful() -> None:
    assert failed(shifted(unit(1)[:15], 1.5), known=Centre(1000, (0.0,) * D)) == set()


def test_check_vectors_names_the_rows() -> None:
    rows = unit(1)
    rows[5] = 0
    assert judge(rows)["vectors_norm"].failing == (("s5", "is not of length 1"),)
    rows = unit(1)
    rows[7] = rows[2]
    outcome = judge(rows)["vectors_duplicates"]
    assert outcome.passed
    assert outcome.failing == (("s7", "has the vector of s2, whose text differs"),)


def test_check_vectors_lets_the_embedded_basis_join_texts_that_differ_in_figures() -> None:
    rows = np.concatenate([unit(1), unit(1)[: N // 5]])
    assert ("vectors_duplicates", "block") in failed(rows)
    assert failed(rows, by_model=False) == set()


def test_centre_adds_up() -> None:
    rows = unit(3)
    one = Centre(0, (0.0,) * D).with_more(rows[:30]).with_more(rows[30:])
    assert one.n == N
    assert one.mean == pytest.approx(rows.mean(axis=0), abs=1e-5)
    assert Centre.load(one.dump()) == one
    assert Centre.load(None) is None


def test_check_complete_warns_of_what_full_text_alone_finds() -> None:
    assert check_complete(9, 0, 0, None).passed
    outcome = check_complete(7, 1, 2, "nobody there")
    assert (outcome.passed, outcome.severity) == (False, "warn")
    assert outcome.detail == (
        "7 spans have a vector; 1 are of a class that the model may not see; "
        "2 wait for theirs (nobody there); the next leafroot run asks again"
    )
    assert not check_complete(7, 0, 0, "the new model does not answer").passed
