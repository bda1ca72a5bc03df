"""One tag through the days, and two days of one profile side by side.

Tags keep their ids from day to day, so both need no text: counts and labels of published trees are enough. Whether trees
are good is measured in `judge/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["compare", "counts_by_day", "paths_of", "trend"]

NODE_COLUMNS = ("tree_id", "tag_id", "parent_id", "label", "level", "n_leaves")
#: How many labels a refusal proposes.
NEAREST = 5
Rows = Sequence[Mapping[str, Any]]


def trend(reader: Reader, tag: str, *, profile: str | None = None) -> dict[str, Any]:
    """Return how many slices stand under a tag on each day of its profile.

    Args:
        reader: Published rows.
        tag: A tag's id, or a label; a label that several tags have is all of them.
        profile: Only this profile.

    Returns:
        `{"tag", "tags": [{"tag_id", "label", "profile", "path", "points": [{"date", "n_leaves", "share_pct"}]}]}`, most
        slices first. A day on which the profile has a tree without the tag counts 0; the share is of all slices of
        that tree that stand under a tag.

    Raises:
        UsageError: No published tree has such a tag; the sentence names labels that are near.
    """
    trees = _trees(reader, profile)
    found = reader.rows("tag_nodes", where={"tag_id": tag}, columns=NODE_COLUMNS)
    found = found or reader.rows("tag_nodes", where={"label": tag}, columns=NODE_COLUMNS)
    found = [row for row in found if row["tree_id"] in trees]
    if not found:
        raise UsageError(_unknown(reader, tag, trees))
    by_tree = {
        tree_id: reader.rows("tag_nodes", where={"tree_id": tree_id}, columns=NODE_COLUMNS)
        for tree_id in sorted({row["tree_id"] for row in found})
    }
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        grouped.setdefault((trees[row["tree_id"]]["profile"], row["tag_id"]), []).append(row)
    rows = [_line(trees, by_tree, name, tag_id, at) for (name, tag_id), at in sorted(grouped.items())]
    rows.sort(key=lambda row: (-sum(point["n_leaves"] for point in row["points"]), row["profile"], row["tag_id"]))
    return {"tag": tag, "tags": rows}


def _line(
    trees: Mapping[str, Mapping[str, Any]],
    by_tree: Mapping[str, Rows],
    profile: str,
    tag_id: str,
    stands: list[dict[str, Any]],
) -> dict[str, Any]:
    counts = {row["tree_id"]: row["n_leaves"] for row in stands}
    newest = max(stands, key=lambda row: trees[row["tree_id"]]["day"] or "")
    days = sorted((tree for tree in trees.values() if tree["profile"] == profile), key=lambda tree: tree["day"] or "")
    totals = {tree["tree_id"]: tree["placed"] for tree in days}
    return {
        "tag_id": tag_id,
        "label": newest["label"],
        "profile": profile,
        "path": paths_of(by_tree[newest["tree_id"]])[tag_id],
        "points": [
            {
                "date": tree["day"],
                "n_leaves": counts.get(tree["tree_id"], 0),
                "share_pct": round(100 * counts.get(tree["tree_id"], 0) / max(1, totals[tree["tree_id"]]), 2),
            }
            for tree in days
        ],
    }


def compare(reader: Reader, profile: str, before: str, after: str) -> dict[str, Any]:
    """Return what is new, gone, grown, shrunk and renamed between two days of a profile.

    Args:
        reader: Published rows.
        profile: Name of a profile that has a tree a day.
        before: Day, `YYYY-MM-DD`.
        after: The other day.

    Returns:
        `{"profile", "before", "after", "new", "gone", "grown", "shrunk", "renamed", "same", "kept_pct"}`; lists of
        `{"tag_id", "label", "path", "before", "after"}` (slices on each day; a renamed one also `label_before`), most
        slices first; `same` counts tags that are as they were, `kept_pct` is the share of the first day's tags that
        are there on the second.

    Raises:
        UsageError: The profile has no tree on one of the days; the sentence names the days that it has.
    """
    trees = {tree["day"]: tree for tree in _trees(reader, profile).values()}
    if not trees:
        raise UsageError(f"No tree of the profile {profile} is published; leafroot run grows them.")
    if None in trees:
        raise UsageError(f"The profile {profile} has one tree over all days; two days cannot be compared.")
    for day in (before, after):
        if day not in trees:
            days = sorted(trees)
            known = ", ".join(days if len(days) <= NEAREST else [*days[:2], "…", *days[-2:]])
            raise UsageError(f"The profile {profile} has no tree on {day}; it has {known}.")
    sides = [{row["tag_id"]: row for row in _nodes(reader, trees[day]["tree_id"])} for day in (before, after)]
    paths = {**paths_of(list(sides[0].values())), **paths_of(list(sides[1].values()))}
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in ("new", "gone", "grown", "shrunk", "renamed")}
    same = 0
    for tag_id in sorted(sides[0].keys() | sides[1].keys()):
        old, now = sides[0].get(tag_id), sides[1].get(tag_id)
        standing = now or old
        row = {
            "tag_id": tag_id,
            "label": standing["label"] if standing else "",
            "path": paths[tag_id],
            "before": old["n_leaves"] if old else 0,
            "after": now["n_leaves"] if now else 0,
        }
        if old and now and old["label"] != now["label"]:
            parts["renamed"].append({**row, "label_before": old["label"]})
        kind = _kind(old, now)
        if kind is None:
            same += not (old and now and old["label"] != now["label"])
        else:
            parts[kind].append(row)
    for rows in parts.values():
        rows.sort(key=lambda row: (-abs(row["after"] - row["before"]), -row["after"], row["path"], row["tag_id"]))
    kept = len(sides[0].keys() & sides[1].keys())
    return {
        "profile": profile,
        "before": before,
        "after": after,
        **parts,
        "same": same,
        "kept_pct": round(100 * kept / max(1, len(sides[0])), 2),
    }


def _kind(old: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str | None:
    if old is None:
        return "new"
    if now is None:
        return "gone"
    if now["n_leaves"] == old["n_leaves"]:
        return None
    return "grown" if now["n_leaves"] > old["n_leaves"] else "shrunk"


def counts_by_day(reader: Reader, profile: str) -> dict[str, dict[str, int]]:
    """Return day → tag_id → number of slices, for every day that the profile has a tree on."""
    trees = {row["tree_id"]: row["day"] for row in _trees(reader, profile).values() if row["day"] is not None}
    out: dict[str, dict[str, int]] = {day: {} for day in sorted(trees.values())}
    for tree_id, day in sorted(trees.items()):
        for node in reader.rows("tag_nodes", where={"tree_id": tree_id}, columns=["tag_id", "n_leaves"]):
            out[day][node["tag_id"]] = node["n_leaves"]
    return out


def paths_of(nodes: Rows) -> dict[str, list[str]]:
    """Return the labels from the root down to each tag, by tag id."""
    by_id = {row["tag_id"]: row for row in nodes}
    out: dict[str, list[str]] = {}
    for row in nodes:
        path, at, seen = [row["label"]], row["parent_id"], {row["tag_id"]}
        while at is not None and at in by_id and at not in seen:
            seen.add(at)
            path.insert(0, by_id[at]["label"])
            at = by_id[at]["parent_id"]
        out[row["tag_id"]] = path
    return out


def _trees(reader: Reader, profile: str | None) -> dict[str, dict[str, Any]]:
    """TAG_TREES rows by id, each with `placed`: the slices under a tag."""
    where = {} if profile is None else {"profile": profile}
    trees = reader.rows("tag_trees", where=where, columns=["tree_id", "profile", "day", "stats"])
    return {row["tree_id"]: {**row, "placed": row["stats"]["slices"]} for row in trees}


def _nodes(reader: Reader, tree_id: str) -> list[dict[str, Any]]:
    return reader.rows("tag_nodes", where={"tree_id": tree_id}, columns=NODE_COLUMNS)


def _unknown(reader: Reader, tag: str, trees: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    labels = sorted(
        {row["label"] for row in reader.rows("tag_nodes", columns=["tree_id", "label"]) if row["tree_id"] in trees}
    )
    near = [label for label in labels if tag in label or label in tag][:NEAREST]
    near += [label for label in get_close_matches(tag, labels, n=NEAREST, cutoff=0.3) if label not in near]
    said = f"near: {', '.join(near[:NEAREST])}" if near else "leafroot tags --profile P lists them"
    return f"No published tree has the tag {tag}; {said}."
