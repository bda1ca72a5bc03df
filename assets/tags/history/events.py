"""What became of the tags of a tree: new, merged, split, renamed, retired, and labels joined as one.

Two states of one tree are compared by the slices that both hold, trees of two days by their tags' ids alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.text.spans import canonical_json, digest_id

__all__ = ["KINDS", "compare_days", "compare_states", "joined"]

KINDS = ("new", "merged", "split", "renamed", "retired", "joined")
#: A share of a tag's slices from which it is said to go on in another tag.
MOST = 0.5
#: Slices named as evidence at most.
NAMED = 10
Rows = Sequence[Mapping[str, Any]]
Event = dict[str, Any]


def compare_states(tree: Mapping[str, Any], before: Mapping[str, Rows], nodes: Rows, leaves: Rows) -> list[Event]:
    """Return what became of a tree's tags since its last state.

    Args:
        tree: TAG_TREES row.
        before: `nodes` and `leaves` as they stood.
        nodes: TAG_NODES rows now.
        leaves: TAG_LEAVES rows now.

    Returns:
        TAG_EVENTS rows by kind and id. `merged`: most of a tag's slices are under another now; `split`: they are spread,
        or a new tag holds part of them.
    """
    old, now = _Side(before["nodes"], before["leaves"]), _Side(nodes, leaves)
    events = list(_renamed(tree, old, now))
    for tag_id in sorted(old.label.keys() - now.label.keys()):
        went = Counter(tag for one in sorted(old.slices[tag_id]) for tag in now.tags_of.get(one, ()))
        left = sum(one in now.tags_of for one in old.slices[tag_id])
        if not left:
            events.append(_event(tree, "retired", tag_id, old.label[tag_id], slices=old.slices[tag_id]))
            continue
        to, n = min(went.items(), key=lambda item: (-item[1], item[0]))
        kind = "merged" if n > MOST * left else "split"
        others = [to] if kind == "merged" else sorted(went)
        events.append(_event(tree, kind, tag_id, old.label[tag_id], others=others, slices=old.slices[tag_id]))
    for tag_id in sorted(now.label.keys() - old.label.keys()):
        held = [one for one in sorted(now.slices[tag_id]) if one in old.tags_of]
        came = Counter(tag for one in held for tag in old.tags_of[one])
        if len(held) > MOST * len(now.slices[tag_id]):
            source, n = min(came.items(), key=lambda item: (-item[1], item[0]))
            kind = "split" if n > MOST * len(held) else "merged"
            others = [source] if kind == "split" else sorted(came)
            events.append(_event(tree, kind, tag_id, now.label[tag_id], others=others, slices=now.slices[tag_id]))
        else:
            events.append(_event(tree, "new", tag_id, now.label[tag_id], slices=now.slices[tag_id]))
    return _sorted(events)


def compare_days(tree: Mapping[str, Any], before: Mapping[str, Rows], nodes: Rows, leaves: Rows) -> list[Event]:
    """Return which tags came, went or changed their name since the tree of an earlier day."""
    old, now = _Side(before["nodes"], before.get("leaves", ())), _Side(nodes, leaves)
    events = list(_renamed(tree, old, now))
    events += [
        _event(tree, "retired", tag_id, old.label[tag_id]) for tag_id in sorted(old.label.keys() - now.label.keys())
    ]
    events += [
        _event(tree, "new", tag_id, now.label[tag_id], slices=now.slices[tag_id])
        for tag_id in sorted(now.label.keys() - old.label.keys())
    ]
    return _sorted(events)


def joined(tree: Mapping[str, Any], alias: str, label: str, slices: set[str]) -> Event:
    """Return the record that a label is taken for another one."""
    return _event(tree, "joined", None, label, was=alias, slices=slices)


class _Side:
    """Labels, slices below each tag, and the tags right above each slice."""

    def __init__(self, nodes: Rows, leaves: Rows) -> None:
        parents = {row["tag_id"]: row["parent_id"] for row in nodes}
        self.label: dict[str, str] = {row["tag_id"]: row["label"] for row in nodes}
        self.slices: dict[str, set[str]] = {tag_id: set() for tag_id in parents}
        self.tags_of: dict[str, set[str]] = {}
        for leaf in leaves:
            self.tags_of.setdefault(leaf["slice_id"], set()).add(leaf["tag_id"])
            at: str | None = leaf["tag_id"]
            while at is not None and at in parents and leaf["slice_id"] not in self.slices[at]:
                self.slices[at].add(leaf["slice_id"])
                at = parents[at]


def _renamed(tree: Mapping[str, Any], old: _Side, now: _Side) -> Iterator[Event]:
    for tag_id in sorted(old.label.keys() & now.label.keys()):
        if old.label[tag_id] != now.label[tag_id]:
            yield _event(tree, "renamed", tag_id, now.label[tag_id], was=old.label[tag_id], slices=now.slices[tag_id])


def _event(
    tree: Mapping[str, Any],
    kind: str,
    tag_id: str | None,
    label: str,
    *,
    was: str | None = None,
    others: Sequence[str] = (),
    slices: set[str] = frozenset(),  # type: ignore[assignment]
) -> Event:
    evidence = canonical_json({"slices": sorted(slices)[:NAMED], "n": len(slices)})
    told = canonical_json(list(others))
    return {
        "event_id": digest_id("tag_event", tree["tree_id"], kind, tag_id or "", label, was or "", told, evidence),
        "tree_id": tree["tree_id"],
        "profile": tree["profile"],
        "day": tree["day"],
        "kind": kind,
        "tag_id": tag_id,
        "label": label,
        "label_before": was,
        "other_tag_ids": told,
        "evidence": evidence,
    }


def _sorted(events: Sequence[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (KINDS.index(event["kind"]), event["event_id"]))
