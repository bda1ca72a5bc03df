"""Reads an edited report, exported JSON or Markdown, back into sentences.

Only sentences are edited: headings, notes and the title state nothing that could be verified and stay as they are. A
changed sentence keeps its kind; what it states is read anew by the verifier.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.reports.render.notes import Notes
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["read_edited"]

_MARKS = re.compile(r"(?:\\\[\d+\\\])+")
_MARK = re.compile(r"\d+")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~$!+=-]|(?<=\d)[.)])")
_CARRIED = re.compile(r"（同文共\d+家刊出）$")
_TAIL = ("各方观点", "资料来源", "标签")
_CITED = ("doc_id", "title", "path", "row", "start", "end", "sha256", "quote")


def read_edited(content: str, name: str, report: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Return the report with the sentences of an edited file.

    Args:
        content: What the file holds: the JSON or the Markdown of `report export`, sentences edited, left out or added.
        name: Name of the file, for messages.
        report: The report that was edited, as it stands.
        reader: The home, for the hashes of documents that are cited anew.

    Raises:
        UsageError: the file is no such report, or changes what is not to be edited.
    """
    if content.lstrip().startswith("{"):
        sections = _from_json(content, name, report)
    else:
        sections = _from_markdown(content.replace("\r\n", "\n"), name, report)
    made = [
        {**old, "sentences": [_sentence(new, old, report) for new in sentences]}
        for old, sentences in zip(report["sections"], sections, strict=True)
    ]
    return {**report, "sections": made, "manifest": _manifest(report, made, reader)}


def _from_json(content: str, name: str, report: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    try:
        data = json.loads(content)
    except ValueError as error:
        raise UsageError(f"{name} is no JSON ({error}); export the report again and edit that file.") from None
    sections = data.get("sections") if isinstance(data, dict) else None
    if not isinstance(sections, list) or data.get("id") != report["id"]:
        raise UsageError(f"{name} is not the report {report['id']}; export that one and edit the file.")
    if data.get("version") != report["version"]:
        raise UsageError(
            f"{name} is version {data.get('version')} of the report, and version {report['version']} stands; export that one."
        )
    given = [(s.get("heading"), s.get("note")) if isinstance(s, dict) else None for s in sections]
    _check_frame(name, given, report)
    if data.get("title") != report["title"] or data.get("viewpoints") != report["viewpoints"]:
        raise UsageError(f"{name}: title and viewpoints are not edited; edit sentences, or leave them out.")
    return [[_given(one, name) for one in _listed(section.get("sentences"), name)] for section in sections]


def _listed(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"{name}: a section has no list of sentences; export the report again and edit that file.")
    return value


def _given(sentence: Any, name: str) -> dict[str, Any]:
    text = sentence.get("text") if isinstance(sentence, dict) else None
    citations = sentence.get("citations") if isinstance(sentence, dict) else None
    if not isinstance(text, str) or not text.strip() or not isinstance(citations, list):
        raise UsageError(f"{name}: a sentence has no text or no citations; give it both, or leave it out.")
    return {"text": text, "citations": citations}


def _check_frame(name: str, given: Sequence[tuple[Any, Any] | None], report: Mapping[str, Any]) -> None:
    wanted = [(section["heading"], section["note"]) for section in report["sections"]]
    if list(given) != wanted:
        raise UsageError(
            f"{name}: headings and notes are not edited, nor sections left out; edit sentences, or leave them out."
        )


def _from_markdown(content: str, name: str, report: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    notes = Notes(report).items
    headings = [section["heading"] for section in report["sections"]]
    sections: list[list[dict[str, Any]]] = []
    given: list[tuple[str, str | None]] = []
    for heading, lines in _parts(content):
        if len(given) == len(headings) and heading in _TAIL:
            break
        noted = next((_plain(line[1:-1]) for line in lines if line.startswith("*") and line.endswith("*")), None)
        given.append((heading, noted))
        sections.append([_marked(line, name, notes) for line in lines if not line.startswith("*")])
    wanted = [
        (heading, _one_line(section["note"])) for heading, section in zip(headings, report["sections"], strict=True)
    ]
    if given != wanted:
        raise UsageError(
            f"{name}: headings and notes are not edited, nor sections left out; edit sentences, or leave them out."
        )
    by_text = {_one_line(s["text"]): s for section in report["sections"] for s in section["sentences"]}
    return [[by_text.get(s["text"], s) if _same_sources(s, by_text) else s for s in one] for one in sections]


def _same_sources(sentence: Mapping[str, Any], known: Mapping[str | None, Mapping[str, Any]]) -> bool:
    old = known.get(sentence["text"])
    return old is not None and _keys(old["citations"]) == _keys(sentence["citations"])


def _keys(citations: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return list(dict.fromkeys((c["doc_id"], c["start"], c["end"]) for c in citations))


def _parts(content: str) -> Iterator[tuple[str, list[str]]]:
    """Headings of the second level, each with the lines under it that are not empty."""
    heading: str = ""
    lines: list[str] = []
    for line in content.split("\n"):
        if line.startswith("## "):
            if heading:
                yield heading, lines
            heading, lines = _plain(line[3:]), []
        elif line.strip():
            lines.append(line.strip())
    if heading:
        yield heading, lines


def _marked(line: str, name: str, notes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    bare = _CARRIED.sub("", line)
    found = list(_MARKS.finditer(bare))
    if not found or found[-1].end() != len(bare):
        raise UsageError(f"{name}: the sentence {line[:40]!r} ends without the number of a source, \\[1\\] and so on.")
    numbers = [int(n) for n in _MARK.findall(found[-1][0])]
    unknown = [n for n in numbers if not 1 <= n <= len(notes)]
    if unknown:
        raise UsageError(f"{name}: there is no source {unknown[0]}; the report has 1 to {len(notes)}.")
    text = _plain(bare[: found[-1].start()])
    return {"text": text, "citations": [{key: notes[n - 1][key] for key in _CITED} for n in dict.fromkeys(numbers)]}


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text).replace("&amp;", "&").strip()


def _one_line(text: str | None) -> str | None:
    return None if text is None else text.replace("\n", " ").strip()


def _sentence(new: Mapping[str, Any], section: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """An unchanged sentence as it was; a changed one with one claim of the kind that stood nearest."""
    for old in section["sentences"]:
        if old["text"] == new["text"] and old["citations"] == new["citations"]:
            return dict(old)
    cited = {c.get("doc_id") for c in new["citations"] if isinstance(c, dict)}
    kinds = [
        claim["kind"]
        for old in section["sentences"]
        for claim in old["claims"]
        if cited & {c["doc_id"] for c in claim["citations"]}
    ]
    kind = kinds[0] if kinds else "statement"
    identity = hashlib.sha256(f"{report['id']}\x1f{kind}\x1f{new['text']}".encode("utf-8", "replace")).hexdigest()[:20]
    claim: dict[str, Any] = {"claim_id": identity, "kind": kind, "slots": {}, "citations": list(new["citations"])}
    return {"text": new["text"], "claims": [claim], "citations": list(new["citations"])}


def _manifest(report: Mapping[str, Any], sections: Sequence[Mapping[str, Any]], reader: Reader) -> dict[str, Any]:
    """The manifest with the hashes of documents that only the edited text cites."""
    documents = dict(report["manifest"].get("documents", {}))
    cited = {
        c.get("doc_id") for s in sections for one in s["sentences"] for c in one["citations"] if isinstance(c, dict)
    }
    for doc_id in sorted(one for one in cited if isinstance(one, str) and one not in documents):
        try:
            documents[doc_id] = hashlib.sha256(reader.text(doc_id).encode("utf-8", "surrogatepass")).hexdigest()
        except UsageError:
            continue
    return {**report["manifest"], "documents": dict(sorted(documents.items()))}
