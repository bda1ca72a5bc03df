"""Lead anything that a reader sees back to the document and span it came from."""

from collections.abc import Callable
from typing import Any

from assets.reports.query import show_report
from assets.text.spans import cite
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["trace"]


def trace(reader: Reader, identity: str) -> dict[str, Any]:
    """Return the hops from an id to its sources (contract, `trace`).

    Args:
        reader: The home.
        identity: `REPORT#N`, or the id of a report, claim, tag, fact, move, slice, clause or document.

    Raises:
        UsageError: nothing has this id.
    """
    if "#" in identity:
        return _sentence(reader, identity)
    for find in FINDERS:
        found = find(reader, identity)
        if found is not None:
            return {"id": identity, **found}
    raise UsageError(f"Nothing has the id {identity}; give REPORT#N or an id that another command printed.")


def _hop(kind: str, identity: str, text: str) -> dict[str, str]:
    return {"kind": kind, "id": identity, "text": text}


def _documents(citations: list[dict[str, Any]]) -> list[dict[str, str]]:
    seen = dict.fromkeys((c["doc_id"], c["title"]) for c in citations)
    return [_hop("document", doc_id, title) for doc_id, title in seen]


def _sentence(reader: Reader, identity: str) -> dict[str, Any]:
    report_id, _, number = identity.rpartition("#")
    report = show_report(reader, report_id)
    sentences = [sentence for section in report["sections"] for sentence in section["sentences"]]
    if not number.isdigit() or int(number) >= len(sentences):
        raise UsageError(f"{identity}: the report has sentences 0 to {len(sentences) - 1}.")
    sentence = sentences[int(number)]
    hops = [_hop("report", report_id, report["title"]), _hop("sentence", identity, sentence["text"])]
    hops += [_hop("claim", claim["claim_id"], claim["kind"]) for claim in sentence["claims"]]
    return {
        "id": identity,
        "hops": hops + _documents(sentence["citations"]),
        "citations": sentence["citations"],
    }


def _report(reader: Reader, identity: str) -> dict[str, Any] | None:
    if identity.count(":") < 2:
        return None
    report = show_report(reader, identity)
    citations = [
        c for section in report["sections"] for sentence in section["sentences"] for c in sentence["citations"]
    ]
    return {"hops": [_hop("report", identity, report["title"]), *_documents(citations)], "citations": citations}


def _claim(reader: Reader, identity: str) -> dict[str, Any] | None:
    rows = reader.rows("claims", where={"claim_id": identity})
    if not rows:
        return None
    row = rows[0]
    citations = [_cite(reader, c["doc_id"], c["start"], c["end"]) for c in row["citations"]]
    said = "，".join(f"{name}={value}" for name, value in sorted(row["slots"].items()))
    return {
        "hops": [_hop("report", row["report_id"], ""), _hop("claim", identity, said), *_documents(citations)],
        "citations": citations,
    }


def _tag(reader: Reader, identity: str) -> dict[str, Any] | None:
    nodes = reader.rows("tag_nodes", where={"tag_id": identity}, order_by=["tree_id"])
    if not nodes:
        return None
    node = nodes[-1]
    leaves = reader.rows("tag_leaves", where={"tree_id": node["tree_id"]}, order_by=["ordinal", "leaf_id"])
    below = _below(reader, node["tree_id"], identity)
    ids = [leaf["slice_id"] for leaf in leaves if leaf["tag_id"] in below]
    slices = {row["slice_id"]: row for row in reader.rows("slices", where={"slice_id": ids})}
    citations = [_cite(reader, slices[i]["doc_id"], slices[i]["start"], slices[i]["end"]) for i in ids if i in slices]
    hops = [
        _hop("tree", node["tree_id"], ""),
        _hop("tag", identity, node["label"]),
        *(_hop("slice", i, slices[i]["text"]) for i in ids if i in slices),
    ]
    return {"hops": hops + _documents(citations), "citations": citations}


def _below(reader: Reader, tree_id: str, tag_id: str) -> set[str]:
    children: dict[str, list[str]] = {}
    for row in reader.rows("tag_nodes", where={"tree_id": tree_id}, columns=["tag_id", "parent_id"]):
        children.setdefault(row["parent_id"], []).append(row["tag_id"])
    found, waiting = set(), [tag_id]
    while waiting:
        tag = waiting.pop()
        found.add(tag)
        waiting += children.get(tag, [])
    return found


def _span_row(
    table: str, key: str, kind: str, text_of: Callable[[dict[str, Any]], str]
) -> Callable[[Reader, str], dict[str, Any] | None]:
    def find(reader: Reader, identity: str) -> dict[str, Any] | None:
        rows = reader.rows(table, where={key: identity})
        if not rows:
            return None
        row = rows[0]
        citation = _cite(reader, row["doc_id"], row["start"], row["end"])
        return {
            "hops": [_hop(kind, identity, text_of(row) or citation["quote"]), *_documents([citation])],
            "citations": [citation],
        }

    return find


def _move(reader: Reader, identity: str) -> dict[str, Any] | None:
    rows = reader.rows("market_moves", where={"move_id": identity})
    if not rows:
        return None
    row = rows[0]
    ids = [doc_id for doc_id in (row["doc_id"], row["previous_doc_id"]) if doc_id]
    citations = [_cite(reader, doc_id, 0, len(reader.text(doc_id))) for doc_id in ids]
    said = f"{row['symbol']} {row['date']} {row['basis']} {row['move_pct']}%"
    return {"hops": [_hop("move", identity, said), *_documents(citations)], "citations": citations}


def _document(reader: Reader, identity: str) -> dict[str, Any] | None:
    if not reader.rows("sources", where={"doc_id": identity}, columns=["doc_id"]) and not reader.rows(
        "bars", where={"doc_id": identity}, columns=["doc_id"]
    ):
        return None
    citation = _cite(reader, identity, 0, len(reader.text(identity)))
    return {"hops": _documents([citation]), "citations": [citation]}


def _cite(reader: Reader, doc_id: str, start: int, end: int) -> dict[str, Any]:
    found = reader.rows("sources", where={"doc_id": doc_id}, columns=["doc_id", "title", "path", "row"])
    found = found or reader.rows("bars", where={"doc_id": doc_id}, columns=["doc_id", "symbol", "date", "path", "row"])
    return dict(cite(found[0], reader.text(doc_id), start, end))


FINDERS: tuple[Callable[[Reader, str], dict[str, Any] | None], ...] = (
    _report,
    _claim,
    _tag,
    _span_row(
        "policy_facts",
        "fact_id",
        "fact",
        lambda row: f"{row['product']} {row['item']} {row['old'] or ''}→{row['new'] or ''}{row['unit'] or ''}",
    ),
    _span_row("slices", "slice_id", "slice", lambda row: str(row["text"])),
    _span_row("clauses", "clause_id", "clause", lambda row: f"{row['document']} {row['article'] or ''} {row['text']}"),
    _span_row("clause_parts", "part_id", "clause part", lambda row: f"{row['label']} {row['text']}"),
    _span_row("mentions", "mention_id", "mention", lambda row: str(row["surface"])),
    _span_row(
        "sentiments",
        "sentiment_id",
        "sentiment",
        lambda row: f"{row['target_value'] or 'slice'} {row['label']} {row['score']}",
    ),
    _move,
    _document,
)
