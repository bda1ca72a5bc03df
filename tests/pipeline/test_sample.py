"""What a newcomer gets from the sample corpora."""

import hashlib
from pathlib import Path

import jsonschema
import pytest

from leafroot.docs import SCHEMAS
from tests.homes import SAMPLE, Call

SEED_FIGURES = ("642.4", "20.9", "3.15", "82.69", "3.13", "614.5", "5.01")


def valid(name: str, value: object) -> None:
    jsonschema.validate(value, SCHEMAS[name].model_json_schema(by_alias=True))


@pytest.fixture(scope="module")
def reports(sample_home: Path) -> list[dict]:
    import leafroot

    lr = leafroot.open(sample_home)
    found = [lr.report(row.id).model_dump() for row in lr.reports().reports]
    lr.close()
    return found


def test_a_second_run_changes_nothing(call: Call, sample_home: Path) -> None:
    before = call("digest", "--home", sample_home, "--json").json
    said = call("run", "--corpora", SAMPLE, "--home", sample_home, "--json")
    valid("run", said.json)
    assert said.code == 0
    assert said.json["documents"]["new"] == 0
    assert said.json["publication"] == before["publication"]
    assert call("digest", "--home", sample_home, "--json").json == before


def test_counts_are_conserved(call: Call, sample_home: Path) -> None:
    documents = call("run", "--corpora", SAMPLE, "--home", sample_home, "--json").json["documents"]
    assert documents["in"] == documents["new"] + documents["unchanged"] + documents["quarantined"]
    assert len(call("docs", "--home", sample_home, "--json").json["documents"]) == documents["unchanged"]
    assert documents["quarantined"] == 4
    assert documents["duplicate"] >= 5


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("docs", ["docs"]),
        ("docs", ["docs", "--lane", "market"]),
        ("clauses", ["clauses"]),
        ("clause", ["clause", "临海商品交易所交易规则", "第一章第二条"]),
        ("ask", ["ask", "临海商品交易所交易规则第一章第二条的具体内容"]),
        ("search", ["search", "原油库存增加"]),
        ("tags", ["tags", "--profile", "news", "--date", "2024-04-18"]),
        ("tags", ["tags", "--profile", "research"]),
        ("tags", ["tags", "--profile", "policy"]),
        ("policy", ["policy", "--product", "原油"]),
        ("moves", ["moves", "--threshold", "3"]),
        ("report-list", ["report", "list"]),
        ("report-show", ["report", "show", "extreme_move:SC2406:2024-04-18"]),
        ("verify", ["verify", "extreme_move:SC2406:2024-04-18"]),
        ("trace", ["trace", "extreme_move:SC2406:2024-04-18#0"]),
        ("quarantine", ["quarantine", "list"]),
        ("digest", ["digest"]),
        ("doctor", ["doctor"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_print_the_contract(call: Call, sample_home: Path, schema: str, words: list[str]) -> None:
    said = call(*words, "--home", sample_home, "--json")
    assert said.code == 0, said.err
    valid(schema, said.json)
    plain = call(*words, "--home", sample_home)
    assert plain.code == 0
    assert plain.out.strip()
    assert "Traceback" not in plain.out + plain.err


def test_every_sentence_is_cited_and_every_quote_reads(reports: list[dict], sample_home: Path) -> None:
    import leafroot

    lr = leafroot.open(sample_home)
    sentences = [s for report in reports for section in report["sections"] for s in section["sentences"]]
    assert len(sentences) > 100
    for sentence in sentences:
        assert sentence["citations"], sentence["text"]
        for c in sentence["citations"]:
            quote = lr.text(c["doc_id"]).text[c["start"] : c["end"]]
            assert quote == c["quote"]
            assert hashlib.sha256(quote.encode()).hexdigest() == c["sha256"]
    lr.close()


def test_the_verifier_passes_every_report(reports: list[dict], sample_home: Path) -> None:
    import leafroot

    lr = leafroot.open(sample_home)
    for report in reports:
        said = lr.verify(report["id"])
        assert said.ok, (report["id"], said.problems)
    lr.close()


def test_reports_state_the_seed_figures(reports: list[dict]) -> None:
    text = "\n".join(s["text"] for report in reports for section in report["sections"] for s in section["sentences"])
    assert [figure for figure in SEED_FIGURES if figure not in text] == []
    assert {report["kind"] for report in reports} == {"extreme_move", "risk_event", "daily"}
    assert {report["status"] for report in reports} <= {"checked", "incomplete"}


def test_the_denial_stands_with_its_rumour(reports: list[dict]) -> None:
    [event] = [report for report in reports if report["id"] == "risk_event:量化交易:2024-04-18"]
    text = "".join(s["text"] for section in event["sections"] for s in section["sentences"])
    assert "不实" in text
    assert "证监会" in text


def test_hostile_text_is_never_repeated_in_reports(reports: list[dict]) -> None:
    text = "".join(s["text"] for report in reports for section in report["sections"] for s in section["sentences"])
    assert "忽略" not in text
    assert "稳赚不赔" not in text


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_reports_export(call: Call, sample_home: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"report.{form}"
    said = call("report", "export", "daily:all:2024-04-18", "--format", form, "-o", target, "--home", sample_home)
    assert said.code == 0
    text = target.read_text(encoding="utf-8")
    assert "抽取式" in text or form == "json"
    again = tmp_path / "again"
    call("report", "export", "daily:all:2024-04-18", "--format", form, "-o", again, "--home", sample_home)
    assert again.read_bytes() == target.read_bytes()
    if form == "json":
        assert call("verify", target, "--home", sample_home, "--json").json["ok"]


@pytest.mark.parametrize(
    ("option", "start"),
    [("--html", "<!doctype html>"), ("--graphml", "<graphml"), ("--jsonld", "{"), ("--svg", "<svg")],
)
def test_tags_export(call: Call, sample_home: Path, tmp_path: Path, option: str, start: str) -> None:
    target = tmp_path / "tags"
    assert call("tags", "--profile", "news", "--date", "2024-04-18", option, target, "--home", sample_home).code == 0
    assert target.read_text(encoding="utf-8").lower().startswith(start)


def test_text_is_printed_as_it_stands(call: Call, sample_home: Path) -> None:
    document = call("docs", "--lane", "rulebooks", "--home", sample_home, "--json").json["documents"][0]
    text = call("text", document["doc_id"], "--home", sample_home).out
    assert hashlib.sha256(text.encode()).hexdigest() == document["sha256"]


def test_batches_keep_their_order(call: Call, sample_home: Path, tmp_path: Path) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text('{"question": "临海商品交易所交易规则第一条"}\n\n{"question": ""}\n', encoding="utf-8")
    import json

    lines = [json.loads(line) for line in call("ask", "--batch", batch, "--home", sample_home).out.splitlines()]
    assert [line["status"] for line in lines] == ["answered", "refused"]
    batch.write_text('{"query": "原油"}\n{"query": "《〈(\\"*"}\n', encoding="utf-8")
    lines = [
        json.loads(line) for line in call("search", "--batch", batch, "-k", 3, "--home", sample_home).out.splitlines()
    ]
    assert len(lines[0]["hits"]) == 3
    assert lines[1] == {"hits": []} or isinstance(lines[1]["hits"], list)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["clause", "无此文件", "第一条"], 1, ""),
        (["ask", "明天原油会涨吗"], 1, ""),
        (["ask"], 2, "needs a question"),
        (["search"], 2, "needs words"),
        (["search", "油", "-k", "0"], 2, "at least one"),
        (["search", "油", "--lane", "gossip"], 2, "lanes are"),
        (["docs", "--lane", "gossip"], 2, "lanes are"),
        (["tags", "--profile", "nothing"], 2, "news"),
        (["tags", "--profile", "news", "--date", "2020-01-01"], 2, "2024"),
        (["tags", "--profile", "news", "--date", "soon"], 2, "no date"),
        (["moves", "--threshold", "many"], 2, "no number"),
        (["moves", "--threshold", "-1"], 2, "no percentage"),
        (["text", "nothing"], 2, "No document"),
        (["trace", "nothing"], 2, "Nothing has the id"),
        (["trace", "extreme_move:SC2406:2024-04-18#9999"], 2, "has sentences"),
        (["report", "show", "daily:all:1999-01-01"], 2, ""),
        (["report", "export", "daily:all:2024-04-18", "--format", "doc", "-o", "x"], 2, "choose one"),
        (["report", "build", "weekly", "--date", "2024-04-18"], 2, "kinds are"),
        (["report", "build", "daily", "--date", "never"], 2, "no date"),
        (["report", "build", "daily", "--subject", "SC", "--date", "2024-04-18"], 2, "about all"),
        (["report", "build", "risk_event", "--date", "2024-04-18"], 2, "--subject"),
        (["verify", "no-such.json"], 2, "not there"),
        (["quarantine", "show"], 2, "needs an id"),
        (["quarantine", "show", "none"], 2, "No quarantine item"),
        (["quarantine", "burn"], 2, "say list"),
        (["nothing"], 2, ""),
        (["run"], 2, "corpora"),
        (["run", "--corpora", "no-such-folder"], 2, "no-such-folder"),
        (["run", "--corpora", str(SAMPLE), "--only", "soup"], 2, "stages are"),
        (["run", "--corpora", str(SAMPLE), "--since", "x"], 2, "no date"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_mistake_is_one_sentence_and_an_exit_code(
    call: Call, sample_home: Path, words: list[str], code: int, said: str
) -> None:
    answer = call(*words, "--home", sample_home)
    assert answer.code == code
    assert said in answer.err + answer.out
    assert "Traceback" not in answer.err
    if code == 2:
        assert len(answer.err.strip().splitlines()) <= 3


def test_another_folder_is_refused(call: Call, sample_home: Path, tmp_path: Path) -> None:
    answer = call("run", "--corpora", tmp_path, "--home", sample_home)
    assert answer.code == 2
    assert "--replace" in answer.err


@pytest.mark.parametrize("identity", ["report", "claim", "tag", "fact", "move", "slice", "clause", "document"])
def test_trace_leads_back_to_a_document(sample_home: Path, identity: str) -> None:
    import leafroot

    lr = leafroot.open(sample_home)
    report = lr.report("extreme_move:SC2406:2024-04-18")
    ids = {
        "report": report.id,
        "claim": report.sections[0].sentences[0].claims[0].claim_id,
        "tag": lr.tags("news", "2024-04-18").roots[0].tag_id,
        "fact": lr.policy().facts[0].fact_id,
        "move": lr.reader.rows("market_moves", limit=1)[0]["move_id"],
        "slice": lr.reader.rows("slices", limit=1)[0]["slice_id"],
        "clause": lr.clauses().clauses[0].clause_id,
        "document": lr.docs().documents[0].doc_id,
    }
    traced = lr.trace(ids[identity])
    assert traced.citations
    assert traced.hops[-1].kind == "document"
    lr.close()


def test_the_readme_example_runs(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_home.parent)
    (sample_home.parent / ".leafroot").symlink_to(sample_home)
    readme = (SAMPLE.parents[2] / "README.md").read_text(encoding="utf-8")
    example = readme.split("```python\n")[1].split("```")[0]
    exec(compile(example, "README.md", "exec"), {})
