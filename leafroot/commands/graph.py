"""graph: what all stages know, as one graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leafroot.console import Context, emit, facts, say, write_file

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("graph")(graph)


def graph(
    ctx: typer.Context,
    subject: Annotated[
        str | None, typer.Option(help="Product, contract, institution or tag; default: everything.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="First day.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
    threshold: Annotated[str | None, typer.Option(help="Least move that is a node, in percent; default: 3.")] = None,
    graphml: Annotated[Path | None, typer.Option(help="Also write GraphML.")] = None,
    jsonld: Annotated[Path | None, typer.Option(help="Also write JSON-LD.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write one offline HTML page.")] = None,
) -> None:
    """Draw the knowledge graph: tags, documents, products, contracts, institutions, events, facts and moves."""
    context: Context = ctx.obj
    home = context.open()
    ctx.call_on_close(home.close)
    answer = home.graph(subject=subject, since=since, until=until, threshold=threshold)
    if graphml or jsonld or html:
        from assets.tags.graph.files import graph_to_graphml, graph_to_jsonld
        from assets.tags.graph.html import graph_to_html

        drawn = answer.model_dump()
        for path, make in ((graphml, graph_to_graphml), (jsonld, graph_to_jsonld)):
            if path is not None:
                write_file(path, make(drawn))
                say(f"written: {path}")
        if html is not None:
            cited = sorted({one["doc_id"] for edge in drawn["edges"] for one in edge["evidence"]})
            rows = home.reader.rows("sources", where={"doc_id": cited}, columns=["doc_id", "text"])
            write_file(html, graph_to_html(drawn, {row["doc_id"]: row["text"] for row in rows}))
            say(f"written: {html}")

    def show() -> str:
        nodes, edges = answer.counts["nodes"], answer.counts["edges"]
        return f"{facts(nodes)}\n\n{facts(edges)}"

    emit(context, answer, show)
