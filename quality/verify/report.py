"""Verifies a report of any origin against the stored texts and records of a home.

A problem of title, heading, note or viewpoint stands at the first sentence that cites the same document, else at the first.
Every citation is read again, every word of a sentence must re-read from a quote, stand in the record of a cited document,
follow from a cited bar, or be one of the verifier's own neutral words. It shares no code with the writer.
"""

from collections.abc import Iterator
from typing import Any

from quality.verify.claims import judge_claims
from quality.verify.problems import Problem
from quality.verify.sentences.judge import Judged, judge_sentence
from quality.verify.sources.evidence import Evidence, listed_citations
from quality.verify.sources.folding import printable, sha256_of
from quality.verify.surroundings import judge_carried, judge_surroundings
from quality.verify.viewpoints import judge_viewpoints
from resources.protocols import Reader

__all__ = ["verify_report"]


def verify_report(report: dict[str, Any], reader: Reader, *, stored: bool = False) -> dict[str, Any]:
    """Judge a report by its sentences, claims and citations alone.

    Args:
        report: The contract's report JSON, or whatever somebody hands in as one.
        reader: The home's published rows and stored texts.
        stored: The report is the home's own: its manifest is judged as well.

    Returns:
        `{"ok", "sentences", "cited", "numbers", "numbers_traced", "problems": [{"sentence", "code", "detail"}]}`; sentences
        are counted from 0 through all sections, and `cited` counts those whose citations all re-read.
    """
    evidence = Evidence(reader, listed_citations(report), date=report.get("date") if isinstance(report, dict) else None)
    problems: list[dict[str, Any]] = []
    tally = {"sentences": 0, "cited": 0, "numbers": 0, "numbers_traced": 0}
    first_cited: dict[str, int] = {}
    every: list[Judged] = []
    for sentence, malformed in _sentences(report):
        position = tally["sentences"]
        if malformed is None:
            tally["sentences"] += 1
            judged = _judge(sentence, evidence)
            every.append(judged)
            for cited in judged.cited:
                first_cited.setdefault(cited.doc_id, position)
            tally["cited"] += judged.has_citations and not any(p.code.startswith("citation_") for p in judged.problems)
            tally["numbers"] += judged.numbers
            tally["numbers_traced"] += judged.traced
            found = judged.problems
        else:
            found = [Problem("claim_mismatch", malformed)]
        problems += [{"sentence": position, "code": p.code, "detail": p.detail} for p in dict.fromkeys(found)]
    problems += [_of_report(problem, 0, None) for problem in judge_surroundings(report, every)]
    for problem, doc_id, number in judge_viewpoints(report, evidence):
        problems.append(_of_report(problem, first_cited.get(doc_id or "", 0), number))
    if stored:
        problems += _manifest(report, evidence, first_cited)
    return {"ok": not problems, **tally, "problems": problems}


def _of_report(problem: Problem, position: int, viewpoint: int | None) -> dict[str, Any]:
    """A problem of no sentence: `viewpoint` is the number of the viewpoint, None for title, headings and notes."""
    return {"sentence": position, "code": problem.code, "detail": problem.detail, "viewpoint": viewpoint}


def _sentences(report: Any) -> Iterator[tuple[Any, str | None]]:
    """Every sentence in order; a second value says what is no list or object where one must stand."""
    sections = report.get("sections") if isinstance(report, dict) else None
    if not isinstance(sections, list):
        yield None, "the report has no list of sections"
        return
    for section in sections:
        sentences = section.get("sentences") if isinstance(section, dict) else None
        if not isinstance(sentences, list):
            yield None, "a section has no list of sentences"
            continue
        for sentence in sentences:
            yield sentence, None


def _judge(sentence: Any, evidence: Evidence) -> Judged:
    given = sentence if isinstance(sentence, dict) else {}
    text = given.get("text")
    judged = judge_sentence(text if isinstance(text, str) else "", given.get("citations"), evidence)
    judged.problems += judge_claims(given.get("claims"), judged, evidence)
    judged.problems += judge_carried(given, judged, evidence)
    return judged


def _manifest(report: Any, evidence: Evidence, first_cited: dict[str, int]) -> list[dict[str, Any]]:
    """Compare the manifest's documents with the stored texts; a problem stands at the first sentence that cites one."""
    manifest = report.get("manifest") if isinstance(report, dict) else None
    documents = manifest.get("documents") if isinstance(manifest, dict) else None
    if not isinstance(documents, dict):
        return [_manifest_problem(0, "the manifest lists no documents")]
    problems = []
    for doc_id, digest in documents.items():
        text = evidence.text(str(doc_id))
        if text is None or digest != sha256_of(text):
            problems.append(
                _manifest_problem(
                    first_cited.get(doc_id, 0), f"{printable(str(doc_id))}: the hash is not that of the stored text"
                )
            )
    for doc_id, position in first_cited.items():
        if doc_id not in documents:
            problems.append(_manifest_problem(position, f"{doc_id} is cited and not in the manifest"))
    return problems


def _manifest_problem(position: int, detail: str) -> dict[str, Any]:
    return {"sentence": position, "code": "manifest_mismatch", "detail": detail}
