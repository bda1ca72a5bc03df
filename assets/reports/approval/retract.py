"""Takes what a withdrawn document said out of a report: its sentences are told to be gone, its quotes are emptied."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["GONE", "cites", "redact", "retract"]

GONE = "（来源已撤下，本句不再显示。）"
TITLE = "来源已撤下"
#: Parts of a manifest that repeat sentences of a report.
_REPEATING = ("changes", "edits")


def cites(report: Mapping[str, Any], doc_id: str) -> bool:
    """Whether a sentence, claim or viewpoint of a report cites a document."""
    return any(one["doc_id"] == doc_id for one in _citations(report))


def redact(report: Mapping[str, Any], doc_id: str) -> dict[str, Any]:
    """Return a report, or the body of one, without anything that a document said."""
    sections = [
        {**section, "sentences": [_sentence(one, doc_id) for one in section["sentences"]]}
        for section in report["sections"]
    ]
    views = [
        {**view, "citations": kept}
        for view in report["viewpoints"]
        if (kept := [c for c in view["citations"] if c["doc_id"] != doc_id])
    ]
    manifest = {key: value for key, value in report["manifest"].items() if key not in _REPEATING}
    return {**report, "sections": sections, "viewpoints": views, "manifest": _without(manifest, doc_id)}


def retract(report: Mapping[str, Any], doc_id: str, by: str, at: str, reason: str) -> dict[str, Any]:
    """Return the report as retracted because a document was withdrawn."""
    edition = int(report.get("edition", 0))
    done = {
        "action": "retracted",
        "by": by,
        "at": at,
        "reason": reason,
        "version": report["version"],
        "edition": edition,
    }
    kept = {key: value for key, value in redact(report, doc_id).items() if key not in ("notices", "beside")}
    return {**kept, "status": "retracted", "edition": edition, "decisions": [*report.get("decisions", []), done]}


def _citations(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for section in report["sections"]:
        for sentence in section["sentences"]:
            found += sentence["citations"]
            found += [c for claim in sentence["claims"] for c in claim["citations"]]
    return found + [c for view in report["viewpoints"] for c in view["citations"]]


def _sentence(sentence: Mapping[str, Any], doc_id: str) -> dict[str, Any]:
    own = [*sentence["citations"], *(c for claim in sentence["claims"] for c in claim["citations"])]
    if not any(c["doc_id"] == doc_id for c in own):
        return dict(sentence)
    claims = [{**claim, "slots": {}, "citations": _emptied(claim["citations"], doc_id)} for claim in sentence["claims"]]
    return {**sentence, "text": GONE, "claims": claims, "citations": _emptied(sentence["citations"], doc_id)}


def _emptied(citations: Sequence[Mapping[str, Any]], doc_id: str) -> list[dict[str, Any]]:
    gone = {"title": TITLE, "quote": "", "withdrawn": True}
    return [{**c, **gone} if c["doc_id"] == doc_id else dict(c) for c in citations]


def _without(value: Any, doc_id: str) -> Any:
    """A part of a manifest without the entries about a document; its hash among `documents` says nothing and stays."""
    if isinstance(value, dict):
        return {key: _without(one, doc_id) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, doc_id) for one in value if not (isinstance(one, dict) and one.get("doc_id") == doc_id)]
    return value
