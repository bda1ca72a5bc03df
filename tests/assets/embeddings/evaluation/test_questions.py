import json
from pathlib import Path
from typing import Any

import pytest

from assets.embeddings.evaluation.questions import Question, ask_home, fingerprint_own, read_own
from assets.embeddings.evaluation.scoring import Answering, CandidateReader, Prepared, rows_of, score_questions
from assets.records.lookup import LookUp
from assets.text.spans import sha256_text
from quality.evaluation import check_scores, find_worse
from resources.errors import ServiceError
from tests.measure.memory import MemoryReader
from tests.measure.rulebooks import reader_of

RULES = "第一章 总则\n第一条 会员应当守信。\n第二条 保证金应当足额。\n第三条 会员可以申诉。\n"
NEWS = [
    "甲醇港口库存连续三周下降，下游开工率回升，现货成交好转。",
    "铜精矿加工费继续走低，冶炼厂检修计划增多，市场关注供应。",
]
FACT = {
    "fact_id": "f1",
    "product": "铜",
    "item": "margin",
    "new": "12",
    "effective_date": "2024-04-19",
    "effective_condition": None,
}


def home() -> MemoryReader:
    books = reader_of({"rulebooks/a.txt": ("演示交易法", RULES)})
    news = MemoryReader.of_news(NEWS, "b1")
    tables: dict[str, list[dict[str, Any]]] = {
        name: [*books.rows(name), *news.rows(name)] for name in ("documents", "clauses", "slices", "rulebooks")
    }
    for row in tables["documents"]:
        row.setdefault("published_date", None)
    tables["policy_facts"] = [FACT, {**FACT, "fact_id": "f2", "new": None}]
    texts = {
        row["doc_id"]: (books if row["lane"] == "rulebooks" else news).text(row["doc_id"])
        for row in tables["documents"]
    }
    return MemoryReader(tables, texts)


def hit(reader: MemoryReader, doc_id: str) -> dict[str, Any]:
    text = reader.text(doc_id)
    citation = {
        "doc_id": doc_id,
        "title": text[:12],
        "start": 0,
        "end": len(text),
        "quote": text,
        "sha256": sha256_text(text),
    }
    return {"citation": citation, "also": []}


def ways(reader: MemoryReader, *found: str, facts: int = 1) -> Answering:
    fact = {"item": "margin", "citation": hit(reader, "d00000")["citation"]}
    return Answering(
        search=lambda _q, _k: [hit(reader, doc_id) for doc_id in found],
        clause=LookUp(reader).find_clause,
        policy=lambda _p, _d: [fact] * facts,
        text=reader.text,
    )


def test_ask_home_makes_questions_of_every_kind_from_the_records_alone() -> None:
    questions = ask_home(home())
    kinds = {question.kind for question in questions}
    assert kinds == {"known_item", "part", "clause", "unknown_clause", "unknown_document", "policy"}
    assert {q.asked for q in questions if q.kind == "known_item"} == {text[:12] for text in NEWS}
    assert {q.locator for q in questions if q.kind == "unknown_clause"} == {"第53条"}
    assert [q.day for q in questions if q.kind == "policy"] == ["2024-04-19"]
    assert all(q.quote in "".join(NEWS) for q in questions if q.kind == "part")


def test_ask_home_is_the_same_each_time_and_leaves_hidden_documents_out() -> None:
    assert ask_home(home()) == ask_home(home())
    shown = ask_home(home(), hidden={"d00000"})
    assert all("d00000" not in question.doc_ids for question in shown)
    assert all(question.quote not in NEWS[0] for question in shown if question.kind == "part")


def test_score_questions_counts_what_is_right_and_at_which_place() -> None:
    reader = home()
    rows = {
        row["kind"]: row for row in rows_of(score_questions(ask_home(reader), ways(reader, "d00000", "d00001")), "b1")
    }
    assert all(row["share"] == 1.0 for row in rows.values()), rows
    assert (rows["known_item"]["first"], rows["known_item"]["asked"]) == (1, 2)
    assert rows["clause"]["first"] is None
    assert all(row["broken_citations"] == 0 for row in rows.values())


def test_score_questions_names_what_failed() -> None:
    reader = home()
    rows = {row["kind"]: row for row in rows_of(score_questions(ask_home(reader), ways(reader, facts=0)), "b1")}
    assert (rows["known_item"]["right"], rows["policy"]["right"]) == (0, 0)
    failing = json.loads(rows["known_item"]["failing"])
    assert {entry["got"] for entry in failing} == {"nothing"}


def test_score_questions_finds_a_citation_that_does_not_reread() -> None:
    reader = home()
    bent = hit(reader, "d00000")
    bent["citation"]["quote"] += "！"
    answering = Answering(lambda _q, _k: [bent], LookUp(reader).find_clause, lambda _p, _d: [], reader.text)
    rows = {row["kind"]: row for row in rows_of(score_questions(ask_home(reader), answering), "b1")}
    assert rows["known_item"]["broken_citations"] == 2
    assert [outcome.passed for outcome in check_scores(list(rows.values()), [])] == [True, False]


OWN = [
    ('{"question": "甲醇库存", "contains": "港口库存"}', True),
    ('{"question": "甲醇库存", "title": "铜精矿"}', False),
    ('{"question": "甲醇库存", "doc_id": "d00000"}', True),
    ('{"document": "演示交易法", "locator": "第二条", "text": "保证金应当足额。"}', True),
    ('{"document": "演示交易法", "locator": "第九条", "refused": "article_unknown"}', True),
    ('{"document": "演示交易法", "locator": "第二条", "refused": "article_unknown"}', False),
    ('{"question": "没有答案"}', False),
    ("[1, 2]", False),
    ("no json", False),
]


@pytest.mark.parametrize(("line", "right"), OWN, ids=[line for line, _ in OWN])
def test_read_own_asks_what_users_wrote(tmp_path: Path, line: str, right: bool) -> None:
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "ours.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    reader = home()
    verdicts = score_questions(read_own(tmp_path), ways(reader, "d00000"))
    assert [verdict.right for verdict in verdicts] == [right]
    if verdicts[0].question.problem:
        assert verdicts[0].got.startswith("evaluation/ours.jsonl, row 2: ")


def test_fingerprint_own_follows_the_files(tmp_path: Path) -> None:
    assert fingerprint_own(tmp_path) == ""
    assert read_own(tmp_path) == []
    (tmp_path / "evaluation").mkdir()
    path = tmp_path / "evaluation" / "a.jsonl"
    path.write_text("{}", encoding="utf-8")
    first = fingerprint_own(tmp_path)
    path.write_text("{} ", encoding="utf-8")
    assert "" != first != fingerprint_own(tmp_path)


SCORES = [
    ({"asked": 60, "right": 60, "share": 1.0}, {"asked": 60, "right": 60, "share": 1.0}, False),
    ({"asked": 60, "right": 59, "share": 59 / 60}, {"asked": 60, "right": 60, "share": 1.0}, False),
    ({"asked": 60, "right": 57, "share": 0.95}, {"asked": 60, "right": 60, "share": 1.0}, True),
    ({"asked": 10, "right": 9, "share": 0.9}, {"asked": 10, "right": 10, "share": 1.0}, False),
    ({"asked": 10, "right": 8, "share": 0.8}, {"asked": 10, "right": 10, "share": 1.0}, True),
]


@pytest.mark.parametrize(("now", "before", "worse"), SCORES)
def test_find_worse_lets_single_questions_come_and_go(now: dict[str, Any], before: dict[str, Any], worse: bool) -> None:
    rows = [{"kind": "part", "broken_citations": 0, **now}]
    known = [{"kind": "part", **before}]
    assert bool(find_worse(rows, known)) is worse
    assert find_worse(rows, []) == []
    outcome = check_scores(rows, known)[0]
    assert outcome.passed is not worse
    assert "--rebuild" in outcome.detail or not worse
    assert check_scores(rows, known, accepted=True)[0].passed


class Embedding:
    """An embedder that counts its calls, or gives nothing."""

    basis_id, dimension = "b9", 2

    def __init__(self, *, down: bool = False) -> None:
        self.calls, self.down = 0, down

    def idf(self, token: str) -> float:
        return 1.0 if token else 0.0

    def embed(self, texts: Any, *, words: Any = None) -> Any:
        import numpy as np

        assert words is None
        self.calls += 1
        if self.down:
            raise ServiceError("nothing answers")
        return np.ones((len(texts), 2), dtype=np.float32)


def test_prepared_asks_once_for_all_questions() -> None:
    embedder = Embedding()
    questions = [Question("known_item", "甲"), Question("part", "乙"), Question("clause", "丙", locator="第一条")]
    prepared = Prepared(embedder, questions)
    assert prepared.embed(["乙", "甲"]).shape == (2, 2)
    assert embedder.calls == 1
    with pytest.raises(ServiceError, match="not among"):
        prepared.embed(["丙"])


@pytest.mark.parametrize(("down", "ask"), [(True, True), (False, False)])
def test_prepared_leaves_it_to_full_text_where_no_vector_comes(down: bool, ask: bool) -> None:
    prepared = Prepared(Embedding(down=down), [Question("known_item", "甲")], ask=ask)
    assert prepared.why
    with pytest.raises(ServiceError, match=prepared.why):
        prepared.embed(["甲"])


def test_candidate_reader_shows_spans_of_a_space_that_is_not_published() -> None:
    reader = CandidateReader(home(), {"s00001"})
    assert reader.rows("embedded_spans", where={"span_id": ["s00000", "s00001"]}) == [{"span_id": "s00001"}]
    assert reader.rows("slices", where={"slice_id": "s00000"})[0]["text"] == NEWS[0] == reader.text("d00000")
    assert reader.frame("slices").height == 2
