"""Figures of relevance: how well 200 labels a subject tell the rest, each class of a labelled set being a subject.

Beside it: what the name of the class alone gives, words and pairs alone (TF-IDF), vectors alone, and labels that the
proposals chose (from half of the texts, tried on the other half). Labels are drawn by a seed that is named.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.relevance.features import describe, learn_vocabulary
from assets.embeddings.relevance.keywords import relevance
from assets.embeddings.relevance.propose import propose
from assets.embeddings.relevance.train import FREEDOM, LEAST, LEAST_OF_A_KIND
from assets.text.spans import sha256_text
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

SEED = 7
LABELS, START, BATCH = 200, 40, 20
#: Classes of fewer texts would be tried on a handful.
LEAST_TEXTS = 40
#: Sections of the daily brief that mix topics.
MIXED = ("热点聚焦", "环球市场")
GOALS = {"news": ">= 0.93", "finance": ">= 0.90"}
Figure = dict[str, Any]


class Set:
    """Texts with the classes of each, and what describes them."""

    def __init__(self, texts: Sequence[str], classes: Sequence[Sequence[str]]) -> None:
        self.texts = list(texts)
        self.classes = classes
        self.keys = [sha256_text(text) for text in texts]
        self.basis: Basis = fit_basis(self.texts)
        self.rows = describe(self.texts, learn_vocabulary(self.texts), self.basis)
        self.vectors = self.basis.embed(self.texts)
        held = sorted({name for row in classes for name in row})
        self.subjects = [name for name in held if sum(name in row for row in classes) >= LEAST_TEXTS]

    def truth(self, subject: str) -> np.ndarray:
        return np.array([subject in row for row in self.classes])


def thucnews() -> Iterator[Figure]:
    """Headlines of ten kinds of news."""
    yield from _figures("thucnews_titles", "news")


def tnews() -> Iterator[Figure]:
    """Headlines of fifteen kinds, loosely labelled."""
    yield from _figures("tnews", "news")


def finnl() -> Iterator[Figure]:
    """Flashes of financial news and their topics."""
    yield from _figures("finnl", "finance")


def wind() -> Iterator[Figure]:
    """Items of a daily financial brief and their sections."""
    yield from _figures("wind_brief_items", "finance")


def active_thucnews() -> Iterator[Figure]:
    """Labels chosen by the proposals, headlines."""
    yield from _active("thucnews_titles", "news")


def active_finnl() -> Iterator[Figure]:
    """Labels chosen by the proposals, flashes."""
    yield from _active("finnl", "finance")


def active_wind() -> Iterator[Figure]:
    """Labels chosen by the proposals, items of a brief."""
    yield from _active("wind_brief_items", "finance")


EVAL: list[Callable[[], Iterator[Figure]]] = [
    thucnews,
    tnews,
    finnl,
    wind,
    active_thucnews,
    active_finnl,
    active_wind,
]
BENCH: list[Callable[[], Iterator[Figure]]] = []
FIGURES = [*EVAL, *BENCH]


@cache
def _load(name: str) -> Set | None:
    import json

    path = DATA / "news_labelled" / "dev" / f"{name}.jsonl" if DATA is not None else None
    if path is None or not path.exists():
        return None
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if name == "finnl":
        classes = [row["topic_labels"] for row in rows]
    elif name == "wind_brief_items":
        rows = [row for row in rows if row["section"] not in MIXED]
        classes = [[row["section"]] for row in rows]
    else:
        classes = [[row["label_zh"]] for row in rows]
    return Set([row["text"] for row in rows], classes)


def _figures(name: str, kind: str) -> Iterator[Figure]:
    held = _load(name)
    if held is None:
        return
    width = held.basis.dimension
    parts = {"model": held.rows, "tfidf": held.rows[:, width:], "vectors": held.rows[:, :width]}
    found: dict[str, list[float]] = {part: [] for part in (*parts, "name")}
    drawn = np.random.RandomState(SEED).permutation(len(held.texts))
    labelled, rest = np.sort(drawn[:LABELS]), np.sort(drawn[LABELS:])
    for subject in held.subjects:
        truth = held.truth(subject)
        for part, rows in parts.items():
            found[part].append(_auc(truth[rest], _scores(rows, truth, labelled)[rest]))
        by_name = relevance(held.texts, [""] * len(held.texts), subject, [], held.basis)
        found["name"].append(_auc(truth[rest], by_name[rest]))
    on = f"news_labelled/{name}, {LABELS} labels drawn by seed {SEED}, mean of {len(held.subjects)} subjects"
    for part, values in found.items():
        goal = GOALS[kind] if part == "model" else "beside"
        yield _figure(f"relevance.{name}.{part}", float(np.mean(values)), goal, len(rest), on)
    yield _figure(f"relevance.{name}.worst", min(found["model"]), "beside", len(rest), on)


def _active(name: str, kind: str) -> Iterator[Figure]:
    held = _load(name)
    if held is None:
        return
    values, shares = [], []
    drawn = np.random.RandomState(SEED).permutation(len(held.texts))
    pool, rest = np.sort(drawn[: len(drawn) // 2]), np.sort(drawn[len(drawn) // 2 :])
    for subject in held.subjects:
        truth = held.truth(subject)
        labelled = _label(held, subject, truth, pool)
        shares.append(float(truth[labelled].mean()))
        values.append(_auc(truth[rest], _scores(held.rows, truth, labelled)[rest]))
    share = f"{np.mean(shares):.2f}"
    on = f"news_labelled/{name}, {LABELS} labels by proposals from half (relevant: {share}), tried on the other half"
    yield _figure(f"relevance.{name}.active", float(np.mean(values)), GOALS[kind], len(rest), on)


def _label(held: Set, subject: str, truth: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Label what is proposed, batch by batch, as a person would."""
    texts = [held.texts[i] for i in pool]
    keys = [held.keys[i] for i in pool]
    scores = relevance(texts, [""] * len(texts), subject, [], held.basis)
    labelled: list[int] = []
    while len(labelled) < LABELS:
        verdicts = truth[pool[labelled]] if labelled else np.zeros(0, bool)
        kinds = min(int(verdicts.sum()), int((~verdicts).sum()))
        if len(labelled) >= LEAST and kinds >= LEAST_OF_A_KIND:
            scores = 1 / (1 + np.exp(-_scores(held.rows, truth, pool[labelled])[pool]))
        known = {keys[i] for i in labelled}
        wanted = min(START if not labelled else BATCH, LABELS - len(labelled))
        labelled += propose(scores.tolist(), held.vectors[pool], keys, threshold=0.5, labelled=known, n=wanted)
    return np.sort(pool[labelled])


def _scores(rows: Any, truth: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    verdicts = truth[labelled]
    if verdicts.all() or not verdicts.any():
        return np.zeros(len(truth))
    fitted = LogisticRegression(C=FREEDOM, class_weight="balanced", max_iter=500).fit(rows[labelled], verdicts)
    scores: np.ndarray = fitted.decision_function(rows)
    return scores


def _auc(truth: np.ndarray, scores: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
