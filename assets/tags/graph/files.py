"""The knowledge graph as files for other programs: GraphML, and JSON-LD whose edges are statements with quotations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from assets.tags.render.graphs import NO_XML
from assets.text.spans import digest_id

__all__ = ["CONTEXT", "graph_to_graphml", "graph_to_jsonld"]

Graph = Mapping[str, Any]
CLASSES = {
    "tag": "skos:Concept",
    "document": "schema:CreativeWork",
    "product": "schema:Product",
    "contract": "leafroot:Contract",
    "institution": "schema:Organization",
    "event": "schema:Event",
    "fact": "leafroot:Fact",
    "move": "leafroot:Move",
}
#: Kinds of edges that a known vocabulary has a word for; the others are our own.
PREDICATES = {
    "narrower": "skos:narrower",
    "supported_by": "schema:citation",
    "mentions": "schema:mentions",
    "about": "schema:about",
}
PROPERTIES = (
    "lane", "date", "source", "profile", "level", "summary", "n_leaves", "days", "exchange", "item", "old", "new", "unit",
    "effective", "basis", "move_pct", "value", "previous", "is_main", "product", "type",
)  # fmt: skip
EDGES = (
    "narrower", "supported_by", "about", "mentions", "contract_of", "states", "concerns", "applies_to", "decided_by", "moved",
    "involves", "consists_of", "reported_in", "repeats", "supersedes",
)  # fmt: skip
#: Vocabulary of the JSON-LD, stated inline so that no reader has to fetch it.
CONTEXT: Mapping[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "oa": "http://www.w3.org/ns/oa#",
    "leafroot": "urn:leafroot:term:",
    "label": {"@id": "skos:prefLabel", "@language": "zh"},
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "predicate": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object", "@type": "@id"},
    "evidence": {"@id": "leafroot:evidence", "@type": "@id"},
    "isPartOf": {"@id": "schema:isPartOf", "@type": "@id"},
    "n": "leafroot:n",
    "text": "schema:text",
    "name": "schema:name",
    "path": "leafroot:path",
    "row": "leafroot:row",
    "start": "oa:start",
    "end": "oa:end",
    "sha256": "leafroot:sha256",
    **{name: f"leafroot:{name}" for name in PROPERTIES},
    **{kind: {"@id": PREDICATES.get(kind, f"leafroot:{kind}"), "@type": "@id"} for kind in EDGES},
}


def graph_to_graphml(graph: Graph) -> str:
    """Return the graph as GraphML: a node a node, an edge an edge; `evidence` is the list of citations as JSON.

    Args:
        graph: The JSON of `graph`.
    """
    import networkx as nx

    drawn = nx.MultiDiGraph(subject=graph["subject"] or "", since=graph["since"] or "", until=graph["until"] or "")
    for node in graph["nodes"]:
        drawn.add_node(node["id"], **{key: _flat(value) for key, value in node.items() if key != "id"})
    for edge in graph["edges"]:
        key = digest_id(edge["source"], edge["kind"], edge["target"])
        first = edge["evidence"][0]["quote"] if edge["evidence"] else ""
        evidence = json.dumps(edge["evidence"], ensure_ascii=False, sort_keys=True)
        said = {"kind": edge["kind"], "n": edge["n"], "quote": _flat(first), "evidence": _flat(evidence)}
        drawn.add_edge(edge["source"], edge["target"], key=key, **said)
    return "\n".join(nx.generate_graphml(drawn)) + "\n"


def _flat(value: Any) -> Any:
    """A value that GraphML can hold: texts without what XML cannot, lists as JSON."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return NO_XML.sub("\ufffd", value) if isinstance(value, str) else value


def graph_to_jsonld(graph: Graph) -> str:
    """Return the graph as JSON-LD: each edge as a triple, and as a statement (rdf:Statement) that names its quotations.

    Args:
        graph: The JSON of `graph`.
    """
    entries: dict[str, dict[str, Any]] = {}
    for node in graph["nodes"]:
        said = {key: value for key, value in node.items() if key in PROPERTIES}
        entries[_iri(node["id"])] = {
            "@id": _iri(node["id"]),
            "@type": CLASSES[node["kind"]],
            "label": node["label"],
            **said,
        }
    statements, quotations = [], {}
    for edge in graph["edges"]:
        source, target, kind = _iri(edge["source"]), _iri(edge["target"]), edge["kind"]
        entries[source].setdefault(kind, []).append(target)
        named = [_quotation(cited) for cited in edge["evidence"]]
        quotations.update({entry["@id"]: entry for entry in named})
        statements.append(
            {
                "@id": f"urn:leafroot:edge:{digest_id(edge['source'], kind, edge['target'])}",
                "@type": "rdf:Statement",
                "subject": source,
                "predicate": PREDICATES.get(kind, f"leafroot:{kind}"),
                "object": target,
                "n": edge["n"],
                **({"evidence": [entry["@id"] for entry in named]} if named else {}),
            }
        )
    everything = [*entries.values(), *statements, *(quotations[name] for name in sorted(quotations))]
    return json.dumps({"@context": CONTEXT, "@graph": everything}, ensure_ascii=False, indent=1) + "\n"


def _quotation(cited: Mapping[str, Any]) -> dict[str, Any]:
    entry = {
        "@id": f"urn:leafroot:span:{cited['doc_id']}:{cited['start']}-{cited['end']}",
        "@type": "schema:Quotation",
        "text": cited["quote"],
        "name": cited["title"],
        "path": cited["path"],
        "isPartOf": f"urn:leafroot:document:{cited['doc_id']}",
        "start": cited["start"],
        "end": cited["end"],
        "sha256": cited["sha256"],
    }
    return entry if cited["row"] is None else {**entry, "row": cited["row"]}


def _iri(name: str) -> str:
    kind, _, identity = name.partition(":")
    return f"urn:leafroot:{kind}:{quote(identity, safe='@:._-')}"
