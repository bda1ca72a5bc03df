"""References: every id that a row names stands in the table it comes from, or arrives in the same publication."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import polars as pl

__all__ = ["REFERENCES", "check_references", "has_references"]

#: Column → tables that one of its values may stand in (by their key), by table. A null names nothing.
REFERENCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "documents": {"doc_id": ("sources",), "duplicate_of": ("documents",)},
    "clauses": {"doc_id": ("sources",)},
    "clause_parts": {"doc_id": ("sources",), "clause_id": ("clauses",)},
    "rulebooks": {"doc_id": ("sources",)},
    "slices": {"doc_id": ("sources",)},
    "mentions": {"doc_id": ("sources",)},
    "policy_facts": {"doc_id": ("sources",)},
    "market_moves": {"doc_id": ("bars",), "previous_doc_id": ("bars",)},
    "sentiments": {"doc_id": ("sources",), "slice_id": ("slices",)},
    "embedded_spans": {"span_id": ("slices", "clauses"), "doc_id": ("sources",)},
    "tag_nodes": {"tree_id": ("tag_trees",)},
    "tag_leaves": {"tree_id": ("tag_trees",), "slice_id": ("slices",), "doc_id": ("sources",)},
    "claims": {"report_id": ("reports",)},
}
SAMPLES = 20
#: Gives those of the ids that are live keys of a table.
Known = Callable[[str, Collection[str]], set[str]]


def has_references(table: str) -> bool:
    """Tell whether rows of a table name rows of others."""
    return table in REFERENCES


def check_references(table: str, frame: pl.DataFrame, known: Known, arriving: Mapping[str, Collection[str]]) -> Outcome:
    """Look every id up that the candidate's rows name.

    Args:
        table: Name of the table.
        frame: The rows that are to be published.
        known: Live keys of earlier tables.
        arriving: Keys that the same publication brings, by table.

    Returns:
        A blocking outcome; each sample names the id, its column and where it should stand.
    """
    missing: list[tuple[str, str]] = []
    count = 0
    for column, parents in REFERENCES[table].items():
        wanted = set(frame[column].drop_nulls().unique().to_list())
        count += len(wanted)
        for parent in parents:
            wanted -= set(arriving.get(parent, ()))
        for parent in parents:
            if wanted:
                wanted -= known(parent, sorted(wanted))
        missing += [(one, f"{column} is not in {' or '.join(parents)}") for one in sorted(wanted)]
    detail = (
        f"{count} ids all stand in their tables"
        if not missing
        else f"{len(missing)} of {count} ids stand nowhere; first: {missing[0][0]}, {missing[0][1]}"
    )
    return Outcome(f"{table}_references", "block", not missing, detail, tuple(missing[:SAMPLES]))
