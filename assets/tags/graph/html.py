"""The knowledge graph as one offline page: find a node, see what is beside it, read the sentence that each edge rests on."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from assets.tags.render.html import embed, plain, read_part

__all__ = ["graph_to_html"]

#: Characters shown to either side of what is cited, and of a citation at most.
AROUND, MOST = 40, 400
#: Labels shown where scripts do not run.
OUTLINED = 200
Graph = Mapping[str, Any]


def graph_to_html(graph: Graph, texts: Mapping[str, str] | None = None) -> str:
    """Return the page of a graph, in Chinese; it names no outside host and nothing in it is ever markup.

    Args:
        graph: The JSON of `graph`.
        texts: doc_id → stored text, so that a name is read inside its sentence; without it the quote alone is shown.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    about = f"{graph['subject']} · " if graph["subject"] else ""
    days = " 至 ".join(day for day in (graph["since"], graph["until"]) if day)
    nodes, edges = graph["counts"]["nodes"], graph["counts"]["edges"]
    said = f"节点 {sum(nodes.values())} · 连线 {sum(edges.values())}" + (f" · {days}" if days else "")
    folder = files("assets.tags.graph").joinpath("page")
    return environment.from_string(folder.joinpath("graph.html.jinja").read_text(encoding="utf-8")).render(
        title=plain(f"{about}知识图谱"),
        described=plain(said),
        style=read_part("page.css") + folder.joinpath("graph.css").read_text(encoding="utf-8"),
        script=read_part("dom.js") + folder.joinpath("graph.js").read_text(encoding="utf-8"),
        hubs=graph["nodes"][:OUTLINED],
        data=embed(_payload(graph, texts or {})),
    )


def _payload(graph: Graph, texts: Mapping[str, str]) -> dict[str, Any]:
    place = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    first = next((at for at, node in enumerate(graph["nodes"]) if node["label"] == graph["subject"]), None)
    edges = [
        [
            place[edge["source"]],
            place[edge["target"]],
            edge["kind"],
            edge["n"],
            [_shown(cited, texts) for cited in edge["evidence"]],
        ]
        for edge in graph["edges"]
    ]
    return {"nodes": graph["nodes"], "edges": edges, "first": first}


def _shown(cited: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Title, place, and the quote with a few words to either side, up to the ends of its line."""
    place = cited["path"] if cited["row"] is None else f"{cited['path']} 第 {cited['row']} 行"
    quote = cited["quote"] if len(cited["quote"]) <= MOST else f"{cited['quote'][:MOST]}…"
    text = texts.get(cited["doc_id"])
    if text is None or quote != cited["quote"]:
        return [cited["title"], place, "", quote, ""]
    before = text[max(0, cited["start"] - AROUND) : cited["start"]].rpartition("\n")[2]
    after = text[cited["end"] : cited["end"] + AROUND].partition("\n")[0]
    return [cited["title"], place, before, quote, after]
