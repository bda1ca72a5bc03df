"""The trained model: equal bytes, calibrated, explained; what it decides, proposes and draws."""

import json
import random
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from assets.embeddings.basis import Basis, fit_basis
from assets.embeddings.relevance.decide import BAND, Aim, Decision, decide, in_band, judged
from assets.embeddings.relevance.features import CHARS, describe, shown
from assets.embeddings.relevance.judge import BATCH, ask_judge
from assets.embeddings.relevance.labels import append_labels, label_of, labels_path
from assets.embeddings.relevance.model import Model, fingerprint_at, forget_text, model_path
from assets.embeddings.relevance.picture import reliability_svg
from assets.embeddings.relevance.propose import propose
from assets.embeddings.relevance.train import refit, train
from assets.text.spans import sha256_text
from resources.errors import PermanentServiceError, UsageError
from resources.protocols import Clearance, TaskCall, TaskResult

OIL = ("原油", "布伦特", "炼厂", "库欣库存", "钻井平台", "减产协议", "油轮")
PIG = ("生猪", "仔猪", "养殖利润", "能繁母猪", "屠宰量", "饲料", "猪肉")
MOVES = ("上涨", "下跌", "收窄", "回升", "承压", "走弱")


def texts_about(names: tuple[str, ...], n: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [
        f"{draw.choice(names)}{draw.choice(MOVES)}，{draw.choice(names)}{draw.choice(MOVES)}，第{k}条" for k in range(n)
    ]


EXAMPLES = [("", text, yes) for names, yes in ((OIL, True), (PIG, False)) for text in texts_about(names, 30, 1)]
NEW = [*texts_about(OIL, 10, 2), *texts_about(PIG, 10, 2)]
POOL = [text for _, text, _ in EXAMPLES]
AIM = Aim("原油", ("布伦特",), ("^广告",), ("^要闻",))


@pytest.fixture(scope="module")
def basis() -> Basis:
    return fit_basis([*POOL, *NEW])


@pytest.fixture(scope="module")
def model(basis: Basis) -> Model:
    return train("news", "原油", EXAMPLES, POOL, basis)


def test_train_gives_equal_bytes_in_any_order(basis: Basis, model: Model, tmp_path: Path) -> None:
    again = train("news", "原油", EXAMPLES[::-1], POOL[::-1], basis)
    for name, one in (("a", model), ("b", again)):
        one.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_train_tells_new_texts_apart_and_names_reasons(basis: Basis, model: Model) -> None:
    scored = model.score(NEW, basis)
    values = [one.score for one in scored]
    assert min(values[:10]) > max(values[10:])
    assert scored[0].reasons[0][0] == "nearness"
    assert 1 < len(scored[0].reasons) <= 6
    assert model.report["auc"] == 1.0
    assert model.report["recall_at_threshold"] >= 0.95
    assert sum(row["n"] for row in model.report["reliability"]) == len(EXAMPLES)
    assert model.report["features"]


def test_score_of_a_text_is_its_own(basis: Basis, model: Model) -> None:
    assert model.score(NEW[3:4], basis) == model.score(NEW, basis)[3:4]
    assert model.score([], basis) == []
    assert 0 <= model.score([""], basis)[0].score <= 1


def test_train_changes_its_fingerprint_with_a_label(basis: Basis, model: Model) -> None:
    title, text, relevant = EXAMPLES[0]
    other = train("news", "原油", [(title, text, not relevant), *EXAMPLES[1:]], POOL, basis)
    assert other.fingerprint != model.fingerprint
    assert train("news", "原油", EXAMPLES, POOL, basis, recall=0.8).fingerprint != model.fingerprint


@pytest.mark.parametrize(
    ("examples", "told"),
    [
        (EXAMPLES[:19], "19 labels are too few"),
        (EXAMPLES[:30], "30 labels are yes and 0 no"),
        (EXAMPLES[26:60], "4 labels are yes and 30 no"),
        ([], "0 labels"),
    ],
    ids=["few", "one kind", "few of a kind", "none"],
)
def test_train_refuses_too_few_labels(basis: Basis, examples: list[tuple[str, str, bool]], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        train("news", "原油", examples, POOL, basis)


@pytest.mark.parametrize("recall", [0, 1.1, -1])
def test_train_refuses_a_recall_that_cannot_be(basis: Basis, recall: float) -> None:
    with pytest.raises(UsageError, match="recall"):
        train("news", "原油", EXAMPLES, POOL, basis, recall=recall)


def test_refit_over_another_basis_keeps_the_fingerprint(model: Model) -> None:
    other = fit_basis(POOL)
    moved = refit(model, other)
    assert (moved.basis_id, moved.fingerprint) == (other.basis_id, model.fingerprint)
    assert decide(NEW, [""] * 20, AIM, other, model) == decide(NEW, [""] * 20, AIM, other, moved)


def test_load_gives_what_was_saved_and_refuses_the_damaged(model: Model, tmp_path: Path) -> None:
    path = model_path(tmp_path, "news")
    assert Model.load(path) is None
    assert fingerprint_at(tmp_path, "news") == ""
    model.save(path)
    assert Model.load(path) == replace(model, vocabulary=json.loads(path.read_text(encoding="utf-8"))["vocabulary"])
    assert fingerprint_at(tmp_path, "news") == model.fingerprint
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(PermanentServiceError, match="relevance train news"):
        Model.load(path)


def test_forget_text_takes_it_out_of_labels_and_models(model: Model, tmp_path: Path) -> None:
    text = model.examples[0][1]
    model.save(model_path(tmp_path, "news"))
    append_labels(labels_path(tmp_path, "own"), [label_of("", text, relevant=True, by="王", when="")])
    assert forget_text(tmp_path, sha256_text(text)) == ["news", "own"]
    left = Model.load(model_path(tmp_path, "news"))
    assert left is not None
    assert (left.examples, left.fingerprint) == (model.examples[1:], model.fingerprint)
    assert text not in model_path(tmp_path, "news").read_text(encoding="utf-8")
    assert forget_text(tmp_path, sha256_text(text)) == []


@pytest.mark.parametrize(
    ("title", "rule", "relevant"),
    [("广告：原油培训", "title_drop", False), ("要闻：生猪", "title_keep", True), ("", "model", False)],
    ids=["drop", "keep", "model"],
)
def test_decide_asks_title_rules_first(basis: Basis, model: Model, title: str, rule: str, relevant: bool) -> None:
    one = decide([NEW[-1]], [title], AIM, basis, model)[0]
    assert (one.rule, one.relevant) == (rule, relevant)
    if title:
        assert one.reasons[0][0] in (*AIM.title_drop, *AIM.title_keep)


def test_decide_without_a_model_names_the_names(basis: Basis) -> None:
    texts = ["原油上涨", "今日无事", "布伦特走弱，原油走弱", "生猪承压"]
    found = decide(texts, ["", "原油早评", "", ""], AIM, basis)
    assert [one.rule for one in found] == ["text_names", "title_names", "text_names", "near"] or found[
        3
    ].rule == "nothing"
    assert found[2].reasons == (("布伦特", 1.0), ("原油", 1.0))
    assert [one.relevant for one in found[:3]] == [True] * 3
    assert decide([], [], AIM, basis) == []


def test_shown_looks_at_title_and_beginning() -> None:
    assert shown("甲", "乙" * 9000) == "甲\n" + "乙" * CHARS
    assert shown("甲", "甲乙") == "甲乙"


def test_describe_of_nothing_known_is_the_vector_alone(basis: Basis) -> None:
    rows = describe(["", "ＡＢＣ"], {}, basis)
    assert rows.shape == (2, basis.dimension)


def decision(score: float, threshold: float = 0.5, rule: str = "model") -> Decision:
    return Decision(score >= threshold, score, threshold, rule, "linear")


class Judge:
    """Answers yes to texts that hold 油, and nothing where it is down."""

    def __init__(self, *, down: bool = False) -> None:
        self.down, self.calls = down, list[TaskCall]()

    def available(self, task: str) -> bool:
        return task == "judge_relevance" and not self.down

    def run(
        self, task: str, calls: "list[TaskCall]", *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]:
        del task, asset, partition
        self.calls += calls
        out = []
        for call in calls:
            items = [{"id": item["id"], "relevant": "油" in item["text"]} for item in call.inputs["items"]]
            out.append(TaskResult({"items": [*items, {"id": 99, "relevant": True}]}, "qwen"))
        return [*out[:-1], TaskResult(None, "qwen", reason="timeout")] if len(out) > 1 else out

    def embed(self, texts: object, **_: object) -> list[tuple[float, ...] | None]:
        return []


def test_ask_judge_asks_about_the_band_alone_and_bounded() -> None:
    held = {f"d{n:02d}": decision(0.5 + n / 100) for n in range(40)}
    texts = {key: "油" * 900 if int(key[1:]) % 2 else "猪" for key in held}
    classes: dict[str, Clearance] = {key: "public" if int(key[1:]) < 8 else "internal" for key in held}
    judge = Judge()
    verdicts, engine = ask_judge(judge, "原油", held, texts, classes, most=BATCH)  # type: ignore[arg-type]
    asked = [document for call in judge.calls for document in call.documents]
    near = [key for key, one in held.items() if abs(one.score - 0.5) <= BAND]
    assert len(asked) == len(near[:BATCH])
    assert [call.clearance for call in judge.calls] == ["internal", "public"]
    assert max(len(item["text"]) for call in judge.calls for item in call.inputs["items"]) == 600
    # The second call failed: its documents have no verdict.
    assert engine == "qwen"
    assert set(verdicts) == set(judge.calls[0].documents)


def test_ask_judge_without_a_model_says_nothing() -> None:
    assert ask_judge(Judge(down=True), "原油", {"a": decision(0.5)}, {"a": "油"}, {}) == ({}, "")  # type: ignore[arg-type]


def test_judged_moves_a_score_to_its_side_alone() -> None:
    held = {
        "yes": decision(0.45),
        "no": decision(0.55),
        "sure": decision(0.9),
        "rule": decision(0.5, rule="title_drop"),
    }
    found = judged(held, {"yes": True, "no": False, "sure": False, "rule": True}, "qwen")
    assert (found["yes"].relevant, found["yes"].score, found["yes"].engine) == (True, 0.5, "linear+qwen")
    assert (found["no"].relevant, found["no"].score) == (False, 0.4999)
    assert (found["no"].rule, found["no"].reasons[0]) == ("judge", ("score of the model", 0.55))
    assert found["sure"] == held["sure"]
    assert found["rule"] == held["rule"]
    assert not in_band(held["sure"])


def test_propose_leaves_the_labelled_and_repeats_out() -> None:
    vectors = np.eye(6, dtype=np.float32)
    keys = ["a", "b", "b", "c", "d", "e"]
    chosen = propose([0.5] * 6, vectors, keys, threshold=0.5, labelled={"a"}, n=10)
    assert sorted(keys[i] for i in chosen) == ["b", "c", "d", "e"]
    assert propose([], vectors[:0], [], threshold=0.5, n=3) == []
    assert propose([0.5] * 6, vectors, keys, threshold=0.5, labelled=set(keys), n=3) == []


def test_propose_prefers_the_unsure_and_the_different() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [0.6, 0.8]], dtype=np.float32)
    chosen = propose([0.49, 0.48, 0.47, 0.01, 0.99], vectors, list("abcde"), threshold=0.5, n=3)
    assert 4 in chosen
    assert set(chosen) - {4} <= {0, 1, 2}


def test_reliability_svg_is_well_formed(model: Model) -> None:
    drawn = reliability_svg({**model.report, "profile": "a<b", "threshold": model.threshold})
    root = ET.fromstring(drawn)
    assert len(root.findall(".//{http://www.w3.org/2000/svg}circle")) == len(model.report["reliability"])
