"""New words: what coheres and stands free is found, fragments of sentences are not."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from assets.embeddings import discovery
from assets.embeddings.discovery import Found, find_terms

BEFORE = ("受", "因", "关于", "今年", "港口", "近期", "据悉", "华东")
BEHIND = ("。", "，需求平稳", "推高运价", "引发关注", "方案出台", "以来", "问题", "加剧")


def documents(
    term: str, n: int = 8, *, before: Sequence[str] = BEFORE, behind: Sequence[str] = BEHIND
) -> dict[str, list[str]]:
    texts = {f"d{i}": [f"{before[i % len(before)]}{term}{behind[i % len(behind)]}"] for i in range(n)}
    return texts | {f"e{i}": [f"道路畅通，第{i}日天气晴朗。"] for i in range(40)}


def found(texts: dict[str, list[str]], known: Sequence[str] = ()) -> dict[str, Found]:
    return {one.term: one for one in find_terms(texts, known)}


@pytest.mark.parametrize("term", ["舱位紧张", "冰上丝路", "蓝藻治理"])
def test_find_terms_finds_what_coheres_and_stands_free(term: str) -> None:
    one = found(documents(term))[term]
    assert (one.documents, one.uses) == (8, 8)
    assert min(one.left_entropy, one.right_entropy) > 1.5
    assert one.cohesion > 2


@pytest.mark.parametrize(
    "texts",
    [
        documents("舱位紧张", 3),
        documents("舱位紧张", behind=["状况未变"]),
        documents("舱位紧张", before=["北美航线"]),
        documents("价格上涨"),
        documents("的舱位"),
        {"d1": [f"{a}舱位紧张{b}" for a, b in zip(BEFORE, BEHIND, strict=True)]},
    ],
    ids=["rare", "same-behind", "same-before", "moving", "loose", "one-document"],
)
def test_find_terms_leaves_out(texts: dict[str, list[str]]) -> None:
    assert not {"舱位紧张", "价格上涨", "的舱位"} & found(texts).keys()


def test_find_terms_knows_what_is_listed() -> None:
    assert "舱位紧张" not in found(documents("舱位紧张"), ["舱位紧张"])


def test_find_terms_prefers_the_longer_of_two() -> None:
    terms = found(documents("国际海事救援中心"))
    assert "国际海事" not in terms
    assert "海事救援" not in terms


def test_find_terms_counts_a_repeated_text_once() -> None:
    texts = documents("舱位紧张", 3)
    assert "舱位紧张" not in found(texts | {f"x{i}": texts["d0"] for i in range(20)})


def test_find_terms_of_little_text_is_empty() -> None:
    assert find_terms({}, []) == []
    assert find_terms({"d": ["铜"]}, []) == []


def test_find_terms_does_not_depend_on_order_and_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = documents("舱位紧张") | {f"f{key}": value for key, value in documents("冰上丝路", 16).items()}
    turned = dict(reversed(texts.items()))
    assert find_terms(turned, []) == find_terms(texts, [])
    monkeypatch.setattr(discovery, "MAX_FOUND", 1)
    assert [one.term for one in find_terms(texts, [])] == ["冰上丝路"]


def test_find_terms_gives_equal_terms_in_another_process() -> None:
    code = (
        "from tests.assets.embeddings.test_discovery import documents\n"
        "from assets.embeddings.discovery import find_terms\n"
        "print(find_terms(documents('舱位紧张'), []))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert "舱位紧张" in runs[0]
