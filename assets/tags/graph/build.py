"""Draw the knowledge graph from published rows: tags, documents, entities, facts, moves and events, over all profiles and days.

Every edge that rests on a text names spans of it; those that rest on other rows alone (a tag under a tag, a repeat of a
document) name none. Writing the graph to files is in `files.py` and `html.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assets.tags.graph.canvas import Canvas
from assets.tags.graph.records import add_facts, add_moves, contract_node, product_node
from assets.tags.graph.subjects import keep_subject
from resources.protocols import Reader

__all__ = ["ENTITIES", "THRESHOLD_PCT", "build_graph"]

#: Kinds of mention that are entities.
ENTITIES = ("product", "contract", "institution")
#: Moves that are nodes, in percent either way.
THRESHOLD_PCT = Decimal(3)
DOCUMENT_COLUMNS = ("doc_id", "lane", "title", "source", "published_date", "duplicate_of", "supersedes")
MENTION_COLUMNS = ("doc_id", "kind", "start", "end", "surface", "value", "product")
Rows = Sequence[Mapping[str, Any]]


def build_graph(
    reader: Reader,
    *,
    subject: str | None = None,
    since: str | None = None,
    until: str | None = None,
    threshold: Decimal = THRESHOLD_PCT,
) -> dict[str, Any]:
    """Return the graph of what is published.

    Args:
        reader: Published rows.
        subject: A product, contract, institution or tag: what is beside it is kept, None keeps everything.
        since: First publish day or trading day; undated documents are left out where a day is given.
        until: Last one.
        threshold: Moves smaller than this, in percent, are no nodes.

    Returns:
        `{"subject", "since", "until", "nodes", "edges", "counts"}`. Nodes: id, kind (tag, document, product, contract,
        institution, event, fact, move), label, and what its kind has to say. Edges: source, target, kind, n (reasons),
        evidence (citations of the first of them). Kinds of edges: narrower, supported_by, about, mentions, contract_of,
        states, concerns, applies_to, decided_by, moved, involves, consists_of, reported_in, repeats, supersedes.

    Raises:
        UsageError: Nothing known has the name of the subject; the sentence names what is near.
    """
    canvas = Canvas()
    window = _window("published_date", since, until)
    documents = {row["doc_id"]: row for row in reader.rows("documents", where=window, columns=DOCUMENT_COLUMNS)}
    mentions = _mentions(reader, documents)
    _add_documents(canvas, documents)
    _add_mentions(canvas, documents, mentions)
    _add_tags(canvas, reader, documents, mentions, since, until)
    add_facts(canvas, reader, documents)
    add_moves(canvas, reader, documents, mentions, _window("date", since, until), threshold)
    touched = {name for key in canvas.edges for name in key[:2]}
    canvas.keep({name for name, row in canvas.nodes.items() if name in touched or row["kind"] == "tag"})
    if subject is not None:
        keep_subject(canvas, subject)
    return {"subject": subject, "since": since, "until": until, **canvas.rows(reader)}


def _window(column: str, since: str | None, until: str | None) -> dict[str, Any]:
    where = {f"{column}__ge": since, f"{column}__le": until}
    return {name: day for name, day in where.items() if day is not None}


def _mentions(reader: Reader, documents: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Mentions of entities by document, in the order of their places."""
    out: dict[str, list[dict[str, Any]]] = {}
    for row in reader.rows(
        "mentions", where={"kind": list(ENTITIES)}, columns=MENTION_COLUMNS, order_by=["doc_id", "start", "end", "kind"]
    ):
        if row["doc_id"] in documents:
            out.setdefault(row["doc_id"], []).append(row)
    return out


def _add_documents(canvas: Canvas, documents: Mapping[str, Mapping[str, Any]]) -> None:
    for doc_id, row in documents.items():
        name = canvas.node(
            "document", doc_id, row["title"], lane=row["lane"], date=row["published_date"], source=row["source"]
        )
        for kind, column in (("repeats", "duplicate_of"), ("supersedes", "supersedes")):
            if row[column] in documents:
                canvas.edge(name, f"document:{row[column]}", kind)


def _entity(canvas: Canvas, row: Mapping[str, Any]) -> str | None:
    """The node of a mention; None for one that names nothing known, e.g. 主力合约."""
    value = row["value"]
    if row["kind"] == "product":
        return product_node(canvas, value) if value else None
    if row["kind"] == "contract":
        return contract_node(canvas, value) if value else None
    return canvas.node("institution", value or row["surface"], value or row["surface"])


def _add_mentions(
    canvas: Canvas, documents: Mapping[str, Any], mentions: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    for doc_id in documents:
        for row in mentions.get(doc_id, ()):
            name, span = _entity(canvas, row), (doc_id, row["start"], row["end"])
            if name is not None:
                canvas.edge(f"document:{doc_id}", name, "mentions", span)
                if row["kind"] == "contract" and row["product"]:
                    canvas.edge(name, product_node(canvas, row["product"]), "contract_of", span)


def _add_tags(
    canvas: Canvas,
    reader: Reader,
    documents: Mapping[str, Any],
    mentions: Mapping[str, Sequence[Mapping[str, Any]]],
    since: str | None,
    until: str | None,
) -> None:
    """Tags of all trees in the window; a tag that stands on several days is one node."""
    starts = {doc_id: [row["start"] for row in rows] for doc_id, rows in mentions.items()}
    trees = reader.rows("tag_trees", columns=["tree_id", "profile", "day"], order_by=["day", "tree_id"])
    for tree in trees:
        day = tree["day"]
        if day is not None and ((since and day < since) or (until and day > until)):
            continue
        where = {"tree_id": tree["tree_id"]}
        _add_nodes(canvas, tree, reader.rows("tag_nodes", where=where, order_by=["level", "ordinal", "tag_id"]))
        leaves = reader.rows("tag_leaves", where=where, columns=["tag_id", "slice_id", "doc_id"])
        leaves = [leaf for leaf in leaves if leaf["doc_id"] in documents]
        ids = sorted({leaf["slice_id"] for leaf in leaves})
        cuts = reader.rows("slices", where={"slice_id": ids}, columns=["slice_id", "start", "end"]) if ids else []
        places = {row["slice_id"]: (row["start"], row["end"]) for row in cuts}
        for leaf in leaves:
            if leaf["slice_id"] not in places:
                continue
            tag, doc_id, (start, end) = f"tag:{leaf['tag_id']}", leaf["doc_id"], places[leaf["slice_id"]]
            canvas.edge(tag, f"document:{doc_id}", "supported_by", (doc_id, start, end))
            known = mentions.get(doc_id, ())
            at = bisect_left(starts.get(doc_id, []), start)
            while at < len(known) and known[at]["start"] < end:
                entity = _entity(canvas, known[at])
                if entity is not None:
                    canvas.edge(tag, entity, "about", (doc_id, known[at]["start"], known[at]["end"]))
                at += 1


def _add_nodes(canvas: Canvas, tree: Mapping[str, Any], nodes: Rows) -> None:
    for row in nodes:
        name = canvas.node("tag", row["tag_id"], row["label"], profile=tree["profile"])
        node = canvas.nodes[name]
        node.update(label=row["label"], level=row["level"], summary=row["summary"])
        node["n_leaves"] = node.get("n_leaves", 0) + row["n_leaves"]
        if tree["day"] is not None:
            node["days"] = [*node.get("days", []), tree["day"]]
        if row["parent_id"] is not None:
            canvas.edge(f"tag:{row['parent_id']}", name, "narrower")
