"""Figures of what is shown and measured of tags: the page at five thousand sentences, the graph and its files, agreement by all measures."""

import asyncio
import contextlib
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assets.tags.export import to_html
from tests.assets.tags.large import large_tree
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
LEAVES = 5000
#: Labelled flashes of which a tree is measured; a subset, so that it stays small beside the figures of tags.py.
LABELLED = 2000


def page() -> Iterator[Figure]:
    """Seconds until the page of 5,000 sentences is drawn in headless Chromium, to open all of it, and its size."""
    from tests.leafroot.web.browser import PATH, open_page, running_browser

    if PATH is None:
        return
    tree, texts = large_tree(LEAVES)
    began = time.perf_counter()
    html = to_html(tree, texts=texts)
    written = time.perf_counter() - began

    async def look(devtools: str, address: str) -> tuple[float, float]:
        async with open_page(devtools, address) as opened:
            entry = "performance.getEntriesByType('navigation')[0]"
            loaded = await opened.eval(f"{entry}.loadEventEnd - {entry}.startTime")
            all_ = await opened.eval(
                "(async () => { const t = performance.now(); byId('open').click(); await new Promise(requestAnimationFrame); return performance.now() - t; })()"
            )
            assert await opened.eval("document.querySelectorAll('#tree .leaf').length") == LEAVES
            return float(loaded) / 1000, float(all_) / 1000

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(html, encoding="utf-8")
        with running_browser(Path(folder) / "profile") as devtools:
            times = [asyncio.run(look(devtools, path.as_uri())) for _ in range(3)]
    on = f"invented tree of {LEAVES} sentences, headless Chromium, median of 3"
    yield _figure("tag_quality.page_seconds", sorted(one for one, _ in times)[1], "<= 2", LEAVES, on)
    yield _figure("tag_quality.page_open_all_seconds", sorted(one for _, one in times)[1], "<= 3", LEAVES, on)
    yield _figure("tag_quality.page_write_seconds", written, "<= 2", LEAVES, on)
    yield _figure("tag_quality.page_megabytes", len(html.encode()) / 1e6, "<= 10", LEAVES, on)


def graph_of_sample() -> Iterator[Figure]:
    """Seconds for the whole graph of the sample corpora, and whether its files hold the same counts."""
    import networkx as nx

    from assets.catalogue import by_name
    from assets.tags.graph.build import build_graph
    from assets.tags.graph.files import graph_to_graphml, graph_to_jsonld
    from leafroot.cli import run
    from resources.reader import SqliteReader

    sample = Path(__file__).parents[2] / "assets" / "corpora" / "sample"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with contextlib.redirect_stdout(io.StringIO()):
            code = run(["run", "--corpora", str(sample), "--home", str(home)])
        if code != 0:
            return
        reader = SqliteReader(home, by_name())
        began = time.perf_counter()
        graph = build_graph(reader)
        seconds = time.perf_counter() - began
        reader.close()
    nodes, edges = len(graph["nodes"]), len(graph["edges"])
    on = "sample corpora"
    yield _figure("tag_quality.graph_seconds", seconds, "<= 1", edges, on)
    read = nx.parse_graphml(graph_to_graphml(graph))
    same = float((read.number_of_nodes(), read.number_of_edges()) == (nodes, edges))
    yield _figure("tag_quality.graphml_same_counts", same, "== 1", nodes + edges, on)
    entries = json.loads(graph_to_jsonld(graph))["@graph"]
    statements = sum(entry["@type"] == "rdf:Statement" for entry in entries)
    yield _figure("tag_quality.jsonld_statements", statements / max(1, edges), "== 1", edges, on)
    cited = [edge for edge in graph["edges"] if edge["kind"] not in ("narrower", "repeats", "supersedes")]
    share = sum(bool(edge["evidence"]) for edge in cited) / max(1, len(cited))
    yield _figure("tag_quality.edges_with_a_sentence", share, "== 1", len(cited), on)


def all_measures() -> Iterator[Figure]:
    """Purity, NMI, ARI and B³ of a tree cut into twice the classes, as `tags quality --labels` has them."""
    if DATA is None:
        return
    from assets.tags.judge.measures import agreement, cut_tree, label_support
    from assets.text.spans import digest_id
    from tests.measure import tags

    lines = (DATA / "news_labelled" / "dev" / "finnl.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if len(row["topic_labels"]) == 1][:LABELLED]
    texts = [row["text"] for row in rows]
    tree = tags._grow(texts, tags._vectors(texts))
    nodes, leaves = tree.nodes.to_dicts(), tree.leaves.to_dicts()
    known = {digest_id("slice", place): row["topic_labels"][0] for place, row in enumerate(rows)}
    groups = [[known[one] for one in part] for part in cut_tree(nodes, leaves, 2 * len(set(known.values())))]
    found = agreement(groups)
    on = f"news_labelled/finnl, first {LABELLED} with one topic, vectors learnt from them"
    for name, goal in (("purity", ">= 0.66"), ("nmi", ">= 0.45"), ("ari", ">= 0")):
        yield _figure(f"tag_quality.finnl_{name}", found[name], goal, len(rows), on)
    for name, value in found["b3"].items():
        yield _figure(f"tag_quality.finnl_b3_{name}", value, ">= 0", len(rows), on)
    by_id = {digest_id("slice", place): text for place, text in enumerate(texts)}
    support = label_support(nodes, leaves, by_id)
    yield _figure("tag_quality.finnl_labels_supported", support["supported"] or 0.0, ">= 0.95", support["n"], on)


EVAL: list[Callable[[], Iterator[Figure]]] = [all_measures, graph_of_sample]
BENCH: list[Callable[[], Iterator[Figure]]] = [page]
FIGURES = [*EVAL, *BENCH]


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}
