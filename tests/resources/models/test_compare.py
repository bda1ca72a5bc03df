import json
from pathlib import Path

import pytest

from resources.errors import UsageError
from resources.models.compare import compare, preview, read_labelled, score
from resources.models.spec import ChatRequest
from resources.models.tasks import task_of
from tests.resources.models.personas import Persona, honest, liar, settings

LINES = [
    {"inputs": {"items": [{"id": 1, "text": "原油下跌"}, {"id": 2, "text": "豆粕持平"}]},
     "expected": {"items": [{"id": 1, "label": "negative"}, {"id": 2, "label": "positive"}]}},
    {"inputs": {"items": [{"id": 1, "text": "甲醇持平"}]}, "expected": {"items": [{"id": 1, "label": "neutral"}]}},
]  # fmt: skip


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", encoding="utf-8")
    return path


def test_compare_sets_models_and_prompts_side_by_side(tmp_path: Path) -> None:
    own = tmp_path / "prompts" / "sentiment" / "v2.toml"
    own.parent.mkdir(parents=True)
    own.write_text(
        '[parts]\nrole = "甲"\ngoal = "乙"\nlimits = "丙"\ninstruction = "丁"\noutput = "戊"\n'
        'known = "{% for item in items %}[{{ item.id }}] {{ item.text }}\\n{% endfor %}"\n',
        encoding="utf-8",
    )

    def two(persona: Persona, request: ChatRequest, items: list[tuple[int, str]]) -> str:
        return (honest if persona.endpoints[-1].model == "model-1" else lambda *_: "不知道")(persona, request, items)

    labelled = read_labelled(write(tmp_path / "set.jsonl", *LINES), "sentiment")
    conf = settings({"price_in": "1", "price_out": "2"}, {})
    for _ in range(2):  # nothing comes from a cache
        rows = compare(
            tmp_path, conf, "sentiment", labelled, prompts=["sentiment/v1", "sentiment/v2"], transport=Persona(two)
        )
        assert [(r.model, r.prompt, r.items, r.accuracy, r.calls) for r in rows] == [
            ("m1", "sentiment/v1", 3, 0.6667, 2),
            ("m1", "sentiment/v2", 3, 0.6667, 2),
            ("m2", "sentiment/v1", 3, 0.0, 4),
            ("m2", "sentiment/v2", 3, 0.0, 4),
        ]
        assert rows[0].tokens_in > rows[1].tokens_in > 0
        assert rows[0].cost is not None
        assert rows[2].cost is None
        assert "no JSON" in (rows[2].reason or "")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"inputs": {}}, "line 2: not"),
        ({"inputs": {"items": []}, "expected": {"names": []}}, "'items'"),
        ({"inputs": {"items": [{"id": "x", "text": "y"}]}, "expected": {"items": []}}, "sentiment"),
        ({"inputs": {"items": []}, "expected": {"items": ["x"]}}, "rows are objects"),
        ("x", "line 2: not"),
    ],
    ids=range(5),
)
def test_read_labelled_names_the_line(tmp_path: Path, line: object, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read_labelled(write(tmp_path / "set.jsonl", LINES[1], line), "sentiment")


def test_read_labelled_refuses_what_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_labelled(tmp_path / "none.jsonl", "sentiment")
    with pytest.raises(UsageError, match="holds no line"):
        read_labelled(write(tmp_path / "set.jsonl"), "sentiment")
    with pytest.raises(UsageError, match="no task is named x"):
        read_labelled(write(tmp_path / "set.jsonl"), "x")


def test_compare_refuses_an_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"named m9 \(known: m1\)"):
        compare(tmp_path, settings({}), "sentiment", [], models=["m9"])
    with pytest.raises(UsageError, match="no chat model is configured"):
        compare(tmp_path, settings(), "sentiment", [])


def test_score_compares_words_lists_and_claims() -> None:
    task = task_of("summarise_slices")
    expected = {"slices": [{"id": 1, "summary": "库存下降", "tags": ["库存", "甲醇"]}, {"id": 2, "facet": None}]}
    output = {"slices": [{"id": 1, "summary": "库存上升", "tags": ["甲醇"], "facet": None}]}
    assert score(task, expected, output) == [pytest.approx(1 / 3), pytest.approx(2 / 3), 0.0]
    assert score(task, expected, None) == [0.0, 0.0, 0.0]
    told = {"sentences": [{"text": "甲", "claims": [1, 2]}]}
    assert score(task_of("write_section"), told, {"sentences": [{"text": "乙", "claims": [2]}]}) == [0.0, 1.0]


def test_preview_shows_what_is_sent_and_sends_nothing(tmp_path: Path) -> None:
    conf = settings({"placement": "maas"}, {})
    inputs = {"items": [{"id": 1, "text": "电话13800138000"}]}
    name, request = preview(tmp_path, conf, "sentiment", None, inputs)
    assert name == "m1"
    assert "[1] 电话〔手机1〕" in request.messages[-1]["content"]
    assert "13800138000" in str(preview(tmp_path, conf, "sentiment", "m2", inputs)[1].messages)
    with pytest.raises(UsageError, match="named m3"):
        preview(tmp_path, conf, "sentiment", "m3", inputs)
    with pytest.raises(UsageError, match="no inputs of sentiment"):
        preview(tmp_path, conf, "sentiment", "m1", {"items": 3})


def test_a_liar_scores_nothing(tmp_path: Path) -> None:
    line = {
        "inputs": {"subject": "", "slices": [{"id": 1, "text": "甲醇库存下降。"}]},
        "expected": {"slices": [{"id": 1, "summary": "库存下降"}]},
    }
    labelled = read_labelled(write(tmp_path / "set.jsonl", line), "summarise_slices")
    rows = compare(tmp_path, settings({}), "summarise_slices", labelled, transport=Persona(liar))
    assert [row.accuracy for row in rows] == [0.0]
