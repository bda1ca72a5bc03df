"""Nodes and edges while a graph is drawn, and what is left of them: sorted rows with citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assets.text.spans import Citation, cite
from resources.protocols import Reader

__all__ = ["EVIDENCE", "Canvas", "Edge", "Span"]

#: Spans that an edge names at most; `n` counts all.
EVIDENCE = 3
Span = tuple[str, int, int]


@dataclass
class Edge:
    """One typed edge; `spans` are the first that speak for it, in order of document and place."""

    n: int = 0
    spans: set[Span] = field(default_factory=set)

    def add(self, span: Span | None) -> None:
        """Count one more reason; the least spans are kept, so that the order in which they come decides nothing."""
        self.n += 1
        if span is not None:
            self.spans.add(span)
            if len(self.spans) > EVIDENCE:
                self.spans.remove(max(self.spans, key=_rank))


def _rank(span: Span) -> tuple[bool, Span]:
    """Sentences of documents before rows of bars, whose span ends at -1."""
    return span[2] < 0, span


class Canvas:
    """A graph in the making. A node is named `kind:id`; an edge by its ends and its kind."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: dict[tuple[str, str, str], Edge] = {}

    def node(self, kind: str, identity: str, label: str, **said: Any) -> str:
        """Add a node, or what is new to say of one that is there; returns its name."""
        name = f"{kind}:{identity}"
        self.nodes.setdefault(name, {"id": name, "kind": kind, "label": label}).update(
            {key: value for key, value in said.items() if value is not None}
        )
        return name

    def edge(self, source: str, target: str, kind: str, span: Span | None = None) -> None:
        """Add a reason for an edge."""
        self.edges.setdefault((source, target, kind), Edge()).add(span)

    def neighbours(self, names: Iterable[str]) -> set[str]:
        """Return the nodes beside any of these."""
        wanted = set(names)
        return {b if a in wanted else a for a, b, _ in self.edges if (a in wanted) != (b in wanted)}

    def keep(self, names: set[str]) -> None:
        """Leave these nodes, and the edges among them."""
        self.nodes = {name: row for name, row in self.nodes.items() if name in names}
        self.edges = {key: edge for key, edge in self.edges.items() if key[0] in names and key[1] in names}

    def rows(self, reader: Reader) -> dict[str, Any]:
        """Return sorted nodes, edges with citations, and counts by kind; ends that no node stands for are left out."""
        self.keep(set(self.nodes))
        citations = _citations(reader, {span for edge in self.edges.values() for span in edge.spans})
        edges = [
            {
                "source": source,
                "target": target,
                "kind": kind,
                "n": edge.n,
                "evidence": [citations[span] for span in sorted(edge.spans, key=_rank) if span in citations],
            }
            for (source, target, kind), edge in sorted(self.edges.items())
        ]
        nodes = [self.nodes[name] for name in sorted(self.nodes)]
        return {
            "nodes": nodes,
            "edges": edges,
            "counts": {"nodes": _counts(nodes), "edges": _counts(edges)},
        }


def _counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return dict(sorted(counts.items()))


def _citations(reader: Reader, spans: set[Span]) -> dict[Span, Citation]:
    """Cite spans of documents and of bars, each text read once; an end of -1 is the end of the text."""
    by_document: dict[str, list[Span]] = {}
    for span in sorted(spans):
        by_document.setdefault(span[0], []).append(span)
    ids = sorted(by_document)
    known = {
        row["doc_id"]: row
        for row in reader.rows("sources", where={"doc_id": ids}, columns=["doc_id", "title", "path", "row", "text"])
    }
    missing = [doc_id for doc_id in ids if doc_id not in known]
    columns = ["doc_id", "symbol", "date", "path", "row"]
    for row in reader.rows("bars", where={"doc_id": missing}, columns=columns) if missing else []:
        known[row["doc_id"]] = {**row, "text": reader.text(row["doc_id"])}
    out: dict[Span, Citation] = {}
    for doc_id, cited in by_document.items():
        found = known.get(doc_id)
        if found is None:
            continue
        for span in cited:
            text = str(found["text"])
            out[span] = cite(found, text, span[1], len(text) if span[2] < 0 else span[2])
    return out
