"""A grown tree as rows of TAG_TREES, TAG_NODES and TAG_LEAVES; what stood before keeps its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assets.tags.levels.facets import key_sentence
from assets.tags.levels.labels import Phrases
from assets.tags.levels.nodes import Node
from assets.tags.levels.units import Units
from assets.tags.profiles import Facet
from assets.text.spans import canonical_json, digest_id
from resources.protocols import Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Shown", "frame_of", "write_rows"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """What the leaves of a tree are shown with.

    `said` are a model's tags by unit; `stood` the summary and tags of leaves that stood under the same tag, by leaf_id.
    """

    units: Units
    phrases: Phrases
    facets: tuple[Facet, ...]
    said: Mapping[int, Sequence[str]] = field(default_factory=dict)
    stood: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    _tags: dict[int, list[str]] = field(default_factory=dict)

    def facet(self, root: str) -> Facet | None:
        """Return the facet that a root shows."""
        return next((facet for facet in self.facets if facet.name == root), None)

    def tags(self, unit: int) -> list[str]:
        """Return the recommended tags of a unit: the model's, else phrases of its own."""
        if unit not in self._tags:
            self._tags[unit] = list(self.said.get(unit) or self.phrases.tags(unit))
        return self._tags[unit]

    def leaves(self, tree_id: str, node: Node, facet: Facet | None) -> list[Row]:
        """Return TAG_LEAVES rows of the slices directly under a tag."""
        rows: list[Row] = []
        for unit in node.members:
            words: tuple[str, str] | None = None
            for leaf in self.units.items[unit].leaves:
                leaf_id = digest_id(tree_id, node.tag_id, leaf.slice_id)
                kept = self.stood.get(leaf_id)
                if kept is None:
                    words = words or self._words(unit, node, facet)
                    kept = (words[0] if words[0] in leaf.text else key_sentence(leaf, facet), words[1])
                rows.append(
                    {
                        "leaf_id": leaf_id,
                        "tree_id": tree_id,
                        "tag_id": node.tag_id,
                        "slice_id": leaf.slice_id,
                        "doc_id": leaf.doc_id,
                        "ordinal": len(rows),
                        "summary": kept[0],
                        "tags": kept[1],
                    }
                )
        return rows

    def _words(self, unit: int, node: Node, facet: Facet | None) -> tuple[str, str]:
        summary = node.said.get(unit) or key_sentence(self.units.items[unit], facet)
        return summary, canonical_json(self.tags(unit))


def write_rows(tree_id: str, roots: Sequence[Node], shown: Shown) -> tuple[list[Row], list[Row]]:
    """Return TAG_NODES rows, parents first, and TAG_LEAVES rows."""
    nodes: list[Row] = []
    leaves: list[Row] = []
    _write(roots, None, tree_id, shown, nodes, leaves)
    return nodes, leaves


def frame_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return rows as a frame of a table."""
    import polars as pl

    kinds = {"int": pl.Int64}
    return pl.DataFrame(rows, schema={column.name: kinds.get(column.type, pl.String) for column in table.columns})


def _write(
    siblings: Sequence[Node],
    above: Mapping[str, Any] | None,
    tree_id: str,
    shown: Shown,
    nodes: list[Row],
    leaves: list[Row],
) -> int:
    """Append the rows of a level and all below it; return how many leaves that is."""
    total = 0
    for ordinal, node in enumerate(siblings):
        row: Row = {
            "node_id": digest_id(tree_id, node.tag_id),
            "tree_id": tree_id,
            "tag_id": node.tag_id,
            "parent_id": above["tag_id"] if above else None,
            "level": above["level"] + 1 if above else 1,
            "ordinal": ordinal,
            "label": node.label,
            "summary": node.summary,
            "n_leaves": 0,
            "named_by": node.named_by,
        }
        nodes.append(row)
        facet = shown.facet(node.label) if above is None else above["facet"]
        own = shown.leaves(tree_id, node, facet)
        leaves += own
        row["n_leaves"] = len(own) + _write(node.children, {**row, "facet": facet}, tree_id, shown, nodes, leaves)
        total += row["n_leaves"]
    return total
