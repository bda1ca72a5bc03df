"""The part of the graph around one subject."""

from __future__ import annotations

from difflib import get_close_matches

from assets.tags.graph.canvas import Canvas
from assets.text.products import fold_name, product_by_name
from resources.errors import UsageError

__all__ = ["keep_subject"]

NEAREST = 5
ENTITIES = ("product", "contract", "institution")


def keep_subject(canvas: Canvas, subject: str) -> None:
    """Leave what is about a subject: it, what stands beside it, the tags above, and the entities beside its documents.

    A product brings its contracts; a name that several nodes have is all of them.

    Raises:
        UsageError: No entity or tag has this name.
    """
    wanted = fold_name(subject)
    product = product_by_name(subject)
    seeds = {
        name
        for name, row in canvas.nodes.items()
        if row["kind"] in (*ENTITIES, "tag") and wanted in (fold_name(row["label"]), fold_name(name.partition(":")[2]))
    }
    if product is not None and f"product:{product.code}" in canvas.nodes:
        seeds.add(f"product:{product.code}")
    if not seeds:
        raise UsageError(_unknown(canvas, subject))
    contracts = {a for a, b, kind in canvas.edges if kind == "contract_of" and b in seeds}
    kept = seeds | contracts
    kept |= canvas.neighbours(kept)
    documents = {name for name in kept if canvas.nodes[name]["kind"] == "document"}
    kept |= {
        b
        for a, b, kind in canvas.edges
        if a in documents and kind == "mentions" and canvas.nodes[b]["kind"] in ENTITIES
    }
    above: dict[str, set[str]] = {}
    for a, b, kind in canvas.edges:
        if kind == "narrower":
            above.setdefault(b, set()).add(a)
    waiting = sorted(name for name in kept if canvas.nodes[name]["kind"] == "tag")
    while waiting:
        fresh = above.get(waiting.pop(), set()) - kept
        kept |= fresh
        waiting += sorted(fresh)
    canvas.keep(kept)


def _unknown(canvas: Canvas, subject: str) -> str:
    labels = sorted({row["label"] for row in canvas.nodes.values() if row["kind"] in (*ENTITIES, "tag")})
    near = [label for label in labels if subject in label or label in subject]
    near += [label for label in get_close_matches(subject, labels, n=NEAREST, cutoff=0.3) if label not in near]
    said = f"near: {', '.join(near[:NEAREST])}" if near else "leave --subject out to see what there is"
    return f"Nothing in the graph is named {subject}; {said}."
