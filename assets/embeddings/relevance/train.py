"""Train the relevance model of a profile from people's labels, and measure it on labels that it did not see.

A ridge-penalised logistic regression, both classes weighed alike. Scores of five-fold cross-validation are turned into
probabilities (Platt's method), and give the threshold: the highest at which the wanted share of the relevant labels
is kept. Nothing is drawn at random: folds follow the hashes of the texts.

Source: Platt 1999 (probabilities with smoothed targets).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assets.embeddings.relevance.features import describe, learn_vocabulary, shown
from assets.embeddings.relevance.model import METHOD, Example, Model
from assets.text.spans import canonical_json, digest_id, sha256_text
from resources.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

    from assets.embeddings.basis import Basis

__all__ = ["LEAST", "POOL", "RECALL", "refit", "train"]

#: Fewer labels than this say nothing; fewer of one kind neither.
LEAST, LEAST_OF_A_KIND = 20, 5
#: Documents at most that rarity is learnt from: those with the smallest hashes.
POOL = 4_000
#: Share of the relevant labels that the threshold keeps.
RECALL = 0.95
#: How far weights may go (inverse of the penalty); chosen on headlines and flashes (tests/measure/relevance.py).
FREEDOM = 0.5
FOLDS = 5
BINS = 5
FEATURES = 20
DECIMALS = 6


def train(
    profile: str,
    subject: str,
    examples: Sequence[Example],
    pool: Sequence[str],
    basis: Basis,
    *,
    recall: float = RECALL,
) -> Model:
    """Train the model of a profile.

    Args:
        profile: Its name.
        subject: What it is about.
        examples: Title, text and verdict of each labelled text.
        pool: Texts of the lane, from which rarity is learnt.
        basis: Basis of the vectors.
        recall: Share of the relevant labels that the threshold has to keep, above 0 and at most 1.

    Returns:
        The model; equal labels and texts give equal bytes, in any order.

    Raises:
        UsageError: there are fewer than 20 labels, or fewer than 5 of one kind, or `recall` is no such share.
    """
    if not 0 < recall <= 1:
        raise UsageError(f"recall {recall}: give a share above 0 and up to 1, 0.95 for instance.")
    ordered = tuple(sorted(set(examples), key=lambda one: (sha256_text(one[1]), one)))
    _refuse_few(profile, [relevant for _, _, relevant in ordered])
    texts = [shown(title, text) for title, text, _ in ordered]
    chosen = sorted({sha256_text(text): text for text in pool}.items())[:POOL]
    vocabulary = learn_vocabulary([*(text for _, text in chosen), *texts])
    told = digest_id(METHOD, profile, subject, str(recall), canonical_json([list(one) for one in ordered]))
    known = digest_id(canonical_json(sorted(vocabulary.items())))
    blank = Model(
        profile,
        subject,
        "",
        digest_id(told, known)[:12],
        vocabulary,
        (),
        0.0,
        1.0,
        0.0,
        0.5,
        ordered,
        {"recall": recall},
    )
    return refit(blank, basis)


def refit(model: Model, basis: Basis) -> Model:
    """Return the model over another basis: weights, probabilities, threshold and figures from the labels it holds."""
    import numpy as np
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    rows = describe([shown(title, text) for title, text, _ in model.examples], model.vocabulary, basis)
    truth = np.array([relevant for _, _, relevant in model.examples])
    with threadpool_limits(limits=1):
        unseen = _cross_validate(rows, truth)
        weights, intercept = _fit(rows, truth)
        slope, shift = _platt(unseen, truth)
    chances = np.round(1 / (1 + np.exp(-np.clip(slope * unseen + shift, -60, 60))), 4)
    threshold = _threshold(chances[truth], float(model.report["recall"]))
    named = [name[2:] for name in model.vocabulary]
    report = _report(chances, truth, threshold, float(model.report["recall"]))
    report["features"] = _weightiest(weights[basis.dimension :], named)
    return replace(
        model,
        basis_id=basis.basis_id,
        weights=tuple(np.round(weights, DECIMALS).tolist()),
        intercept=round(float(intercept), DECIMALS),
        slope=slope,
        shift=shift,
        threshold=threshold,
        report=report,
    )


def _refuse_few(profile: str, verdicts: Sequence[bool]) -> None:
    positive = sum(verdicts)
    negative = len(verdicts) - positive
    remedy = f"leafroot relevance propose {profile} names texts whose labels help most"
    if len(verdicts) < LEAST:
        raise UsageError(f"{profile}: {len(verdicts)} labels are too few to train on, give {LEAST} or more; {remedy}.")
    if min(positive, negative) < LEAST_OF_A_KIND:
        raise UsageError(
            f"{profile}: {positive} labels are yes and {negative} no; give {LEAST_OF_A_KIND} or more of each; {remedy}."
        )


def _fit(rows: Any, truth: np.ndarray) -> tuple[np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=FREEDOM, class_weight="balanced", max_iter=500).fit(rows, truth)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _cross_validate(rows: Any, truth: np.ndarray) -> np.ndarray:
    """Score each label by a model that did not see it; folds go round robin within each kind."""
    import numpy as np

    fold = np.zeros(len(truth), dtype=np.int64)
    for kind in (False, True):
        fold[truth == kind] = np.arange(int((truth == kind).sum())) % FOLDS
    scores = np.zeros(len(truth))
    for number in range(FOLDS):
        out = fold == number
        weights, intercept = _fit(rows[~out], truth[~out])
        scores[out] = np.asarray(rows[out] @ weights) + intercept
    return np.round(scores, DECIMALS)


def _platt(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and shift that make probabilities of scores, by Newton's method on smoothed targets; the slope is positive."""
    import numpy as np

    positive = int(truth.sum())
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (len(truth) - positive + 2))
    design = np.column_stack([scores, np.ones(len(scores))])
    found = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -60, 60)))
        slopes = design.T @ (chance - target) + 1e-3 * (found - [1.0, 0.0])
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(curve, slopes)
        found = found - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return max(round(float(found[0]), DECIMALS), 0.01), round(float(found[1]), DECIMALS)


def _threshold(relevant: np.ndarray, recall: float) -> float:
    """The highest score at which the wanted share of the relevant labels is kept."""
    import numpy as np

    ranked = np.sort(relevant)[::-1]
    return float(ranked[int(np.ceil(recall * len(ranked) - 1e-9)) - 1])


def _report(chances: np.ndarray, truth: np.ndarray, threshold: float, recall: float) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    kept = chances >= threshold
    hits = int((kept & truth).sum())
    return {
        "recall": recall,
        "labels": len(truth),
        "positive": int(truth.sum()),
        "auc": round(float(roc_auc_score(truth, chances)), 4),
        "recall_at_threshold": round(hits / int(truth.sum()), 4),
        "precision_at_threshold": round(hits / max(int(kept.sum()), 1), 4),
        "reliability": _reliability(chances, truth),
    }


def _reliability(chances: np.ndarray, truth: np.ndarray) -> list[dict[str, Any]]:
    """What was said and what was so, in bins of a fifth; empty ones are left out."""
    import numpy as np

    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "n": int((bins == number).sum()),
            "said": round(float(chances[bins == number].mean()), 4),
            "so": round(float(truth[bins == number].mean()), 4),
        }
        for number in range(BINS)
        if (bins == number).any()
    ]


def _weightiest(weights: np.ndarray, names: Sequence[str]) -> list[list[Any]]:
    """The tokens with the largest weights either way; a pair and a word of one name are added."""
    summed: dict[str, float] = {}
    for name, weight in zip(names, weights.tolist(), strict=True):
        summed[name] = summed.get(name, 0.0) + weight
    ranked = sorted(
        ((round(weight, 3), name) for name, weight in summed.items()), key=lambda one: (-abs(one[0]), one[1])
    )
    return [[name, weight] for weight, name in ranked[:FEATURES] if weight]
