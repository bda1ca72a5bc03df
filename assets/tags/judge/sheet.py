"""Questions about a tree for people to answer: which are asked, by a stated rule, and how they are worded.

How they are written to a file and read back is in `tables.py`; what becomes of the answers in `verdicts.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from assets.tags.compare import paths_of
from assets.tags.judge.measures import below_tags
from assets.tags.query import tree_row
from assets.text.spans import digest_id
from resources.protocols import Reader

__all__ = ["KINDS", "RULE", "SIZE", "questions"]

KINDS = ("label_fits", "leaf_belongs", "siblings_same")
ASKED = {
    "label_fits": "标签名是否概括了下列原文？",
    "leaf_belongs": "这段原文是否属于该标签？",
    "siblings_same": "两个同级标签是否同一件事？",
}
#: Questions of a sheet, and the parts of it that leaves and siblings get; labels get the rest, and what siblings do not use.
SIZE = 120
PARTS = {"leaf_belongs": 1 / 2, "siblings_same": 1 / 6}
#: Sentences shown for a label, and siblings of one parent of which all pairs are looked at.
SHOWN, PAIRED = 3, 60
RULE = (
    "抽样规则：按“树、问题、编号”的 SHA-256 排序取样，同一棵树总是同一批问题。"
    "标签：根以下的标签（没有下级时为根）依次取；原文：先每个标签取一段，再取第二段，直至取满；"
    "同级标签：一半取名称最相近的，一半按上述顺序取。"
)
Rows = Sequence[Mapping[str, Any]]


def questions(reader: Reader, profile: str, *, date: str | None = None, size: int = SIZE) -> list[dict[str, Any]]:
    """Return the questions about the tree of a profile on a day (default: the newest), sampled by `RULE`.

    Args:
        reader: Published rows.
        profile: Name of a profile.
        date: Publish day, or None.
        size: Questions at most.

    Returns:
        Rows of question_id, tree_id, profile, day, kind, asked, tag_id, label, path, n_leaves, other_id, other_label,
        quotes (list of texts) and sources (list of places), in the order label, leaf, siblings.

    Raises:
        UsageError: There is no such tree.
    """
    row, _ = tree_row(reader, profile, date)
    tree_id = row["tree_id"]
    nodes = reader.rows("tag_nodes", where={"tree_id": tree_id}, order_by=["level", "ordinal", "tag_id"])
    leaves = reader.rows("tag_leaves", where={"tree_id": tree_id}, order_by=["tag_id", "ordinal", "slice_id"])
    maker = _Maker(reader, row, nodes, leaves)
    limits = {kind: int(size * part) for kind, part in PARTS.items()}
    limits["label_fits"] = size - sum(limits.values())
    picked: dict[str, list[dict[str, Any]]] = {}
    spare = 0
    for kind, candidates in (
        ("siblings_same", maker.pairs(limits["siblings_same"])),
        ("label_fits", maker.labels()),
        ("leaf_belongs", maker.leaves()),
    ):
        picked[kind] = candidates[: limits[kind] + spare]
        spare += limits[kind] - len(picked[kind])
    return maker.worded([one for kind in KINDS for one in picked[kind]])


class _Maker:
    """Candidates for questions of one tree; each is named by its ids until it is worded."""

    def __init__(self, reader: Reader, tree: Mapping[str, Any], nodes: Rows, leaves: Rows) -> None:
        self._reader, self._tree = reader, tree
        self._by_id = {row["tag_id"]: row for row in nodes}
        self._leaves = leaves
        self._below = below_tags(nodes, leaves)
        self._paths = paths_of(nodes)
        lower = [row for row in nodes if row["parent_id"] is not None]
        self._judged = lower or list(nodes)

    def _question(self, kind: str, tag_id: str, other_id: str | None = None) -> dict[str, Any]:
        identity = digest_id(self._tree["tree_id"], kind, tag_id, other_id)
        return {"question_id": identity, "kind": kind, "tag_id": tag_id, "other_id": other_id}

    def labels(self) -> list[dict[str, Any]]:
        """A question for each tag below the roots."""
        return _shuffled([self._question("label_fits", row["tag_id"]) for row in self._judged])

    def leaves(self) -> list[dict[str, Any]]:
        """A question for each leaf: the first of each tag, then the second of each, and so on."""
        by_tag: dict[str, list[dict[str, Any]]] = {}
        for leaf in self._leaves:
            by_tag.setdefault(leaf["tag_id"], []).append(
                self._question("leaf_belongs", leaf["tag_id"], leaf["slice_id"])
            )
        shuffled = [_shuffled(rows) for _, rows in sorted(by_tag.items())]
        rounds = max(map(len, shuffled), default=0)
        return [
            one for turn in range(rounds) for one in _shuffled([rows[turn] for rows in shuffled if turn < len(rows)])
        ]

    def pairs(self, limit: int) -> list[dict[str, Any]]:
        """A question for pairs of siblings, the larger first: half of the limit the likest names, then any."""
        beside: dict[str | None, list[Mapping[str, Any]]] = {}
        for row in self._judged:
            beside.setdefault(row["parent_id"], []).append(row)
        found = []
        for rows in beside.values():
            first = sorted(rows, key=lambda row: (-row["n_leaves"], row["label"], row["tag_id"]))[:PAIRED]
            found += [(one, two) for place, one in enumerate(first) for two in first[place + 1 :]]
        likest = sorted(
            found,
            key=lambda pair: (-_likeness(pair[0]["label"], pair[1]["label"]), pair[0]["tag_id"], pair[1]["tag_id"]),
        )
        near = [pair for pair in likest[: (limit + 1) // 2] if _likeness(pair[0]["label"], pair[1]["label"]) > 0]
        asked = [self._question("siblings_same", one["tag_id"], two["tag_id"]) for one, two in near]
        known = {one["question_id"] for one in asked}
        rest = [self._question("siblings_same", one["tag_id"], two["tag_id"]) for one, two in found]
        return asked + [one for one in _shuffled(rest) if one["question_id"] not in known]

    def worded(self, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The questions with all that a person needs to answer them."""
        evidence = [self._evidence(one) for one in asked]
        wanted = sorted({slice_id for slices in evidence for slice_id in slices})
        texts = {row["slice_id"]: row for row in self._reader.rows("slices", where={"slice_id": wanted})}
        documents = sorted({row["doc_id"] for row in texts.values()})
        columns = ["doc_id", "title", "path", "row"]
        sources = {
            row["doc_id"]: row for row in self._reader.rows("sources", where={"doc_id": documents}, columns=columns)
        }
        return [
            self._word(one, [texts[i] for i in slices if i in texts], sources)
            for one, slices in zip(asked, evidence, strict=True)
        ]

    def _evidence(self, one: Mapping[str, Any]) -> list[str]:
        """Slices shown with a question."""
        if one["kind"] == "leaf_belongs":
            return [str(one["other_id"])]
        if one["kind"] == "label_fits":
            return self._some(one["tag_id"], SHOWN)
        return [*self._some(one["tag_id"], 1), *self._some(str(one["other_id"]), 1)]

    def _some(self, tag_id: str, n: int) -> list[str]:
        distinct = list(dict.fromkeys(self._below[tag_id]))
        return sorted(distinct, key=lambda slice_id: _place(tag_id, slice_id))[:n]

    def _word(self, one: dict[str, Any], slices: Rows, sources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        tag, other = self._by_id[one["tag_id"]], self._by_id.get(one["other_id"] or "")
        return {
            **one,
            "tree_id": self._tree["tree_id"],
            "profile": self._tree["profile"],
            "day": self._tree["day"],
            "asked": ASKED[one["kind"]],
            "label": tag["label"],
            "path": " › ".join(self._paths[one["tag_id"]]),
            "n_leaves": tag["n_leaves"],
            "other_label": other["label"] if other else None,
            "quotes": [str(row["text"]).strip() for row in slices],
            "sources": [_source(sources.get(row["doc_id"])) for row in slices],
        }


def _source(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    place = row["path"] if row["row"] is None else f"{row['path']} 第 {row['row']} 行"
    return f"{row['title']}（{place}）"


def _shuffled(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of the hashes of their ids: no order that a person sees, and always the same."""
    return sorted(rows, key=lambda row: (_place(row["kind"], row["question_id"]), row["question_id"]))


def _place(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _likeness(one: str, two: str) -> float:
    """Share of characters that two names have in common, 1 where one holds the other."""
    if one in two or two in one:
        return 1.0
    return len(set(one) & set(two)) / max(1, len(set(one) | set(two)))
