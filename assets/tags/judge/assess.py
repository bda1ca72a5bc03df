"""Measure one published tree: by itself, against the day before, against people's answers, and against given labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.tags.compare import paths_of
from assets.tags.judge.measures import (
    agreement,
    below_tags,
    cut_tree,
    label_support,
    leaf_distinctness,
    shape,
    stability,
)
from assets.tags.query import tree_row
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["assess", "read_labels"]

#: Root under which stands what fits no other.
OTHER = "其他"
Rows = Sequence[Mapping[str, Any]]


def assess(
    reader: Reader, profile: str, *, date: str | None = None, labels: Sequence[Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the measures of the tree of a profile on a day (default: the newest).

    Args:
        reader: Published rows.
        profile: Name of a profile.
        date: Publish day, or None.
        labels: Rows of `read_labels`, or None.

    Returns:
        `{"profile", "date", "dates", "shape", "coverage", "support", "distinct", "stability", "reviews", "labels"}`;
        `stability` is null on the first day, `labels` without labels, `reviews` counts answers by kind.

    Raises:
        UsageError: There is no such tree, or none of the labels names a slice of it.
    """
    row, days = tree_row(reader, profile, date)
    nodes = reader.rows("tag_nodes", where={"tree_id": row["tree_id"]}, order_by=["level", "ordinal", "tag_id"])
    leaves = reader.rows("tag_leaves", where={"tree_id": row["tree_id"]}, order_by=["tag_id", "ordinal", "slice_id"])
    slices = _slices(reader, leaves)
    texts = {slice_id: f"{one['title']}\n{one['text']}" for slice_id, one in slices.items()}
    bodies = {slice_id: str(one["text"]) for slice_id, one in slices.items()}
    return {
        "profile": profile,
        "date": row["day"],
        "dates": days,
        "shape": shape(nodes, leaves),
        "coverage": _coverage(row["stats"], nodes, leaves),
        "support": label_support(nodes, leaves, texts),
        "distinct": {**leaf_distinctness(nodes, leaves, bodies), **_alike(nodes)},
        "stability": _against_yesterday(reader, profile, row["day"], days, nodes),
        "reviews": _reviews(reader, profile, row["day"]),
        "labels": None if labels is None else _against(labels, nodes, leaves, slices),
    }


def _slices(reader: Reader, leaves: Rows) -> dict[str, dict[str, Any]]:
    """slice_id → text, place and source of each slice under the tree."""
    ids = sorted({leaf["slice_id"] for leaf in leaves})
    documents = sorted({leaf["doc_id"] for leaf in leaves})
    columns = ["doc_id", "title", "path", "row", "source_id"]
    sources = {row["doc_id"]: row for row in reader.rows("sources", where={"doc_id": documents}, columns=columns)}
    rows = reader.rows("slices", where={"slice_id": ids}, columns=["slice_id", "doc_id", "text"])
    return {row["slice_id"]: {**sources.get(row["doc_id"], {"title": ""}), **row} for row in rows}


def _coverage(stats: Mapping[str, Any], nodes: Rows, leaves: Rows) -> dict[str, Any]:
    """Slices under a tag, those left out by reason, and the share under 其他."""
    below = below_tags(nodes, leaves)
    other = {one for row in nodes if row["label"] == OTHER for one in below[row["tag_id"]]}
    placed = len({leaf["slice_id"] for leaf in leaves})
    left = sum(stats["excluded"].values())
    return {
        "slices": placed + left,
        "placed": placed,
        "excluded": dict(sorted(stats["excluded"].items())),
        "placed_share": round(placed / max(1, placed + left), 6),
        "other_share": round(len(other) / max(1, placed), 6),
    }


def _alike(nodes: Rows) -> dict[str, Any]:
    """Pairs of siblings of which one label holds the other: a person would ask whether they are one."""
    paths = paths_of(nodes)
    beside: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in nodes:
        beside.setdefault(row["parent_id"], []).append(row)
    pairs = [
        [paths[one["tag_id"]], paths[two["tag_id"]]]
        for rows in beside.values()
        for place, one in enumerate(rows)
        for two in rows[place + 1 :]
        if one["label"] in two["label"] or two["label"] in one["label"]
    ]
    return {"alike": pairs[:20], "alike_pairs": len(pairs)}


def _against_yesterday(
    reader: Reader, profile: str, day: str | None, days: Sequence[str], nodes: Rows
) -> dict[str, Any] | None:
    earlier = [one for one in days if day is not None and one < day]
    if not earlier:
        return None
    before, _ = tree_row(reader, profile, earlier[-1])
    rows = reader.rows("tag_nodes", where={"tree_id": before["tree_id"]}, columns=["tag_id", "label", "n_leaves"])
    return {"since": earlier[-1], **stability(rows, nodes)}


def _reviews(reader: Reader, profile: str, day: str | None) -> dict[str, dict[str, int]]:
    """Answers of people by question, for this tree."""
    rows = reader.rows("tag_reviews", where={"profile": profile, "day": day}, columns=["kind", "answer"])
    out: dict[str, Counter[str]] = {}
    for row in rows:
        out.setdefault(row["kind"], Counter())[row["answer"]] += 1
    return {kind: dict(sorted(counts.items())) for kind, counts in sorted(out.items())}


def _against(
    labels: Sequence[Mapping[str, Any]], nodes: Rows, leaves: Rows, slices: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Agreement with labels: of the tags as they hold the leaves, of each level, and of the tree cut in twice the classes."""
    known = _labelled(labels, slices)
    if not known:
        raise UsageError(
            "None of the labels names a slice of this tree; give slice_id, doc_id, path and row, or the text itself, and the day with --date."
        )
    classes = len(set(known.values()))
    own: dict[str, list[str]] = {}
    for leaf in leaves:
        own.setdefault(leaf["tag_id"], []).append(leaf["slice_id"])
    cut = cut_tree(nodes, leaves, 2 * classes)
    below = below_tags(nodes, leaves)
    parts: dict[str, list[list[str]]] = {"tags": list(own.values()), "twice_the_classes": cut}
    for level in sorted({row["level"] for row in nodes}):
        parts[f"level_{level}"] = _at_level(nodes, own, below, level)
    named = {
        name: [group for group in ([known[one] for one in part if one in known] for part in groups) if group]
        for name, groups in parts.items()
    }
    return {
        "n": len(known),
        "given": len(labels),
        "classes": classes,
        **{name: {"groups": len(groups), **agreement(groups)} for name, groups in named.items()},
    }


def _at_level(nodes: Rows, own: Mapping[str, list[str]], below: Mapping[str, list[str]], level: int) -> list[list[str]]:
    """The tree cut at a level: tags there with all below them, and what tags above hold themselves."""
    groups = [below[row["tag_id"]] for row in nodes if row["level"] == level]
    return groups + [own[row["tag_id"]] for row in nodes if row["level"] < level and row["tag_id"] in own]


def _labelled(labels: Sequence[Mapping[str, Any]], slices: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """slice_id → label, by whatever of a slice a label names."""
    by: dict[tuple[str, Any], list[str]] = {}
    for slice_id, row in sorted(slices.items()):
        by.setdefault(("slice_id", slice_id), []).append(slice_id)
        by.setdefault(("doc_id", row["doc_id"]), []).append(slice_id)
        by.setdefault(("id", row.get("source_id")), []).append(slice_id)
        by.setdefault(("place", (row.get("path"), row.get("row"))), []).append(slice_id)
        by.setdefault(("text", str(row["text"]).strip()), []).append(slice_id)
    known: dict[str, str] = {}
    for row in labels:
        keys = [(name, row[name]) for name in ("slice_id", "doc_id", "id") if name in row]
        keys += [("place", (row["path"], row.get("row")))] if "path" in row else []
        keys += [("text", str(row["text"]).strip())] if "text" in row else []
        for slice_id in next((by[key] for key in keys if key in by), ()):
            known.setdefault(slice_id, str(row["label"]))
    return known


def read_labels(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of labels: `label`, and one of `slice_id`, `doc_id`, `id`, `path` (with `row`) or `text`.

    Raises:
        UsageError: The file cannot be read, or a line is no such object; file and line are named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The file of labels {path} cannot be read as UTF-8 ({error}); name another.") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        names = ("slice_id", "doc_id", "id", "path", "text")
        if not isinstance(row, dict) or "label" not in row or not any(name in row for name in names):
            raise UsageError(
                f'{path}, line {number}: no object with "label" and one of {", ".join(names)}; write {{"text": "…", "label": "…"}}.'
            )
        rows.append(row)
    return rows
