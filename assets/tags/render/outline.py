"""A tag tree as Markdown, for the Dagster UI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.tags.render.titles import describe, title_of

__all__ = ["to_markdown"]

#: Longer outlines are cut; the page shows everything.
MAX_LINES = 240
#: Leaves shown under one tag.
MAX_LEAVES = 3
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_BREAKS = re.compile(r"\s+")


def to_markdown(tree: Mapping[str, Any]) -> str:
    """Return a tree as a nested list of tags with their counts and the first leaves, each with its source.

    Args:
        tree: The contract's `tags` JSON.
    """
    lines = [f"### {_plain(title_of(tree))}", "", _plain(describe(tree)), ""]
    body = list(_lines(tree["roots"], 0))
    lines += body[:MAX_LINES]
    if len(body) > MAX_LINES:
        lines.append(f"- …（其余 {len(body) - MAX_LINES} 行从略）")
    if not body:
        lines.append("（没有标签）")
    return "\n".join(lines) + "\n"


def _lines(nodes: Sequence[Mapping[str, Any]], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for node in nodes:
        yield f"{pad}- **{_plain(node['label'])}**（{node['n_leaves']}）{_plain(node['summary'])}"
        yield from _lines(node["children"], depth + 1)
        for leaf in node["leaves"][:MAX_LEAVES]:
            quote = leaf.get("summary") or leaf["citation"]["quote"]
            yield f"{pad}  - {_plain(quote)} —— {_plain(leaf['citation']['title'])}"
        if len(node["leaves"]) > MAX_LEAVES:
            yield f"{pad}  - …另有 {len(node['leaves']) - MAX_LEAVES} 条"


def _plain(text: str) -> str:
    """Escape what Markdown or HTML would read as markup; one line."""
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text).strip())
