"""A tag tree as graph files: GraphML for graph programs, JSON-LD (SKOS) for knowledge graphs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.tags.render.titles import title_of

__all__ = ["NO_XML", "to_graphml", "to_jsonld"]

#: Characters that XML cannot hold; a graph file shows U+FFFD for them, the citation's offsets and hash stay true.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Vocabulary of the JSON-LD, stated inline so that no reader has to fetch it.
CONTEXT: dict[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "leafroot": "urn:leafroot:",
    "prefLabel": {"@id": "skos:prefLabel", "@language": "zh"},
    "definition": {"@id": "skos:definition", "@language": "zh"},
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "narrower": {"@id": "skos:narrower", "@type": "@id"},
    "hasTopConcept": {"@id": "skos:hasTopConcept", "@type": "@id"},
    "evidence": {"@id": "leafroot:evidence", "@type": "@id"},
    "isPartOf": {"@id": "schema:isPartOf", "@type": "@id"},
    "text": "schema:text",
    "name": "schema:name",
    "start": "oa:start",
    "end": "oa:end",
    "sha256": "leafroot:sha256",
    "path": "leafroot:path",
    "row": "leafroot:row",
    "leaves": "leafroot:leaves",
    "engine": "leafroot:engine",
    "date": "schema:datePublished",
    "about": "schema:about",
}

Tag = Mapping[str, Any]


def to_graphml(tree: Mapping[str, Any]) -> str:
    """Return a tree as GraphML: tags, slices and documents as nodes; narrower, evidence and part_of as edges.

    Args:
        tree: The contract's `tags` JSON.
    """
    import networkx as nx

    graph = nx.DiGraph(profile=tree["profile"], date=tree["date"] or "", engine=tree["engine"], title=title_of(tree))
    for tag, parent in _walk(tree["roots"], None):
        name = f"tag:{tag['tag_id']}"
        graph.add_node(
            name,
            kind="tag",
            label=_xml(tag["label"]),
            level=tag["level"],
            n_leaves=tag["n_leaves"],
            summary=_xml(tag["summary"]),
        )
        if parent is not None:
            graph.add_edge(f"tag:{parent['tag_id']}", name, kind="narrower")
        for leaf in tag["leaves"]:
            _add_leaf(graph, name, leaf)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _add_leaf(graph: Any, tag: str, leaf: Mapping[str, Any]) -> None:
    citation = leaf["citation"]
    slice_, document = f"slice:{leaf['slice_id']}", f"document:{citation['doc_id']}"
    graph.add_node(
        slice_,
        kind="slice",
        label=_xml(citation["quote"]),
        start=citation["start"],
        end=citation["end"],
        sha256=citation["sha256"],
    )
    row = -1 if citation["row"] is None else citation["row"]
    graph.add_node(document, kind="document", label=_xml(citation["title"]), path=_xml(citation["path"]), row=row)
    graph.add_edge(tag, slice_, kind="evidence")
    graph.add_edge(slice_, document, kind="part_of")


def to_jsonld(tree: Mapping[str, Any]) -> str:
    """Return a tree as JSON-LD: a SKOS concept scheme whose concepts name their evidence as quotations.

    Args:
        tree: The contract's `tags` JSON.
    """
    scheme = f"urn:leafroot:tree:{tree['profile']}" + (f"@{tree['date']}" if tree["date"] else "")
    graph: list[dict[str, Any]] = [
        {
            "@id": scheme,
            "@type": "skos:ConceptScheme",
            "prefLabel": title_of(tree),
            "engine": tree["engine"],
            **({"date": tree["date"]} if tree["date"] else {}),
            **({"about": tree["subject"]} if tree["subject"] else {}),
            "hasTopConcept": [_tag_iri(root) for root in tree["roots"]],
        }
    ]
    quotations: dict[str, dict[str, Any]] = {}
    documents: dict[str, dict[str, Any]] = {}
    for tag, parent in _walk(tree["roots"], None):
        graph.append(_concept(tag, parent, scheme))
        for leaf in tag["leaves"]:
            quotation, document = _quotation(leaf)
            quotations.setdefault(quotation["@id"], quotation)
            documents.setdefault(document["@id"], document)
    graph += [*quotations.values(), *documents.values()]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def _concept(tag: Tag, parent: Tag | None, scheme: str) -> dict[str, Any]:
    concept: dict[str, Any] = {
        "@id": _tag_iri(tag),
        "@type": "skos:Concept",
        "inScheme": scheme,
        "prefLabel": tag["label"],
        "definition": tag["summary"],
        "leaves": tag["n_leaves"],
    }
    if parent is not None:
        concept["broader"] = _tag_iri(parent)
    if tag["children"]:
        concept["narrower"] = [_tag_iri(child) for child in tag["children"]]
    if tag["leaves"]:
        concept["evidence"] = [f"urn:leafroot:slice:{leaf['slice_id']}" for leaf in tag["leaves"]]
    return concept


def _quotation(leaf: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    citation = leaf["citation"]
    document = f"urn:leafroot:document:{citation['doc_id']}"
    quotation = {
        "@id": f"urn:leafroot:slice:{leaf['slice_id']}",
        "@type": "schema:Quotation",
        "text": citation["quote"],
        "isPartOf": document,
        "start": citation["start"],
        "end": citation["end"],
        "sha256": citation["sha256"],
    }
    work = {"@id": document, "@type": "schema:CreativeWork", "name": citation["title"], "path": citation["path"]}
    if citation["row"] is not None:
        work["row"] = citation["row"]
    return quotation, work


def _tag_iri(tag: Tag) -> str:
    return f"urn:leafroot:tag:{tag['tag_id']}"


def _walk(nodes: Sequence[Tag], parent: Tag | None) -> Iterator[tuple[Tag, Tag | None]]:
    for node in nodes:
        yield node, parent
        yield from _walk(node["children"], node)


def _xml(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
