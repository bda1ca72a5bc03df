"""What becomes of people's answers: rows to keep, and what they decide on names of tags."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.tags.judge.sheet import KINDS
from assets.text.spans import digest_id
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["Decisions", "decisions_of", "read_vocabulary", "reviews_of", "unless_known", "vocabulary_of"]

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("是", "对", "同", "yes", "y", "true", "1", "√", "✓"), "yes"),
    **dict.fromkeys(("否", "不", "不是", "错", "不同", "no", "n", "false", "0", "×", "x"), "no"),
    **dict.fromkeys(("不确定", "不清楚", "unsure", "?", "？"), "unsure"),
    **dict.fromkeys(("禁用", "forbidden"), "forbidden"),
}
#: Length of a name of a tag.
LABEL_MIN, LABEL_MAX = 2, 12
Row = dict[str, Any]


@dataclass(frozen=True)
class Decisions:
    """What people decided on names of tags of one profile."""

    #: Label → the label to use instead, followed to its end.
    names: Mapping[str, str]
    forbidden: frozenset[str]
    #: Pairs that are not the same, each in sorted order.
    apart: frozenset[tuple[str, str]]

    def name_of(self, label: str) -> str:
        """Return the label to use for a label."""
        return self.names.get(label, label)

    def may_join(self, one: str, two: str) -> bool:
        """Tell whether nobody said that two labels are not the same."""
        return _pair(one, two) not in self.apart


def reviews_of(
    source: str, rows: Sequence[tuple[int, Mapping[str, str]]], *, by: str, at: str
) -> tuple[list[Row], int]:
    """Return TAG_REVIEWS rows of a filled sheet, and how many questions were left open.

    Args:
        source: Name of the file, for the sentence of an error.
        rows: Line numbers and rows, as `tables.read_answers` gives them.
        by: Who answered.
        at: When the answers are taken in, ISO 8601 in UTC.

    Raises:
        UsageError: An answer is none of the known words, a name is too short or too long, an id was changed; file, row
            and remedy are named.
    """
    if not by.strip():
        raise UsageError("--by is empty; give the name of the person who answered.")
    out: dict[str, Row] = {}
    left = 0
    for number, row in rows:
        where = f"{source}, row {number}"
        said = row["answer"].strip().lower()
        if not said and not row["better"]:
            left += 1
            continue
        other = row["other_id"] or None
        identity = digest_id(row["tree_id"], row["kind"], row["tag_id"], other)
        if row["kind"] not in KINDS or identity != row["question_id"]:
            raise UsageError(
                f"{where}: the ids do not belong together; leave all columns but the last three of the answer as they were written."
            )
        answer = WORDS.get(said or "unsure")
        if answer is None or (answer == "forbidden" and row["kind"] != "label_fits"):
            raise UsageError(
                f"{where}: {row['answer']!r} is no answer; write 是, 否 or 不确定{', or 禁用' if row['kind'] == 'label_fits' else ''}."
            )
        better = row["better"].strip()
        if better and (not re.search(r"[\u4e00-\u9fff]", better) or re.search(r"\s", better)):
            raise UsageError(
                f"{where}: the name {better!r} has a blank or no Chinese in it; write it as a tag is written."
            )
        if better and not LABEL_MIN <= len(better) <= LABEL_MAX:
            raise UsageError(
                f"{where}: the name {better!r} has {len(better)} characters; give one of {LABEL_MIN} to {LABEL_MAX}."
            )
        review_id = digest_id(identity, by)
        out[review_id] = {
            "review_id": review_id,
            "question_id": identity,
            "tree_id": row["tree_id"],
            "profile": row["profile"],
            "day": row["day"] or None,
            "kind": row["kind"],
            "tag_id": row["tag_id"],
            "label": row["label"],
            "other_id": other,
            "other_label": row["other_label"] or None,
            "answer": answer,
            "better": better or None,
            "note": row["note"] or None,
            "decided_by": by,
            "decided_at": at,
        }
    return list(out.values()), left


def decisions_of(reviews: Sequence[Row]) -> list[Row]:
    """Return TAG_VOCABULARY rows that answers decide, in their order; a term decided on twice keeps the last decision.

    Two tags that are the same: the second is joined to the first, or both to the better name. Not the same: they are kept
    apart. A better name is preferred to the label; a label that is not to be used is forbidden.
    """
    out: dict[str, Row] = {}

    def decide(review: Row, term: str, canonical: str | None, decision: str) -> None:
        if term == canonical:
            return
        key = digest_id(review["profile"], term, *([canonical] if decision == "apart" else []))
        out.pop(key, None)
        out[key] = {
            "vocabulary_id": key,
            "profile": review["profile"],
            "term": term,
            "canonical": canonical,
            "decision": decision,
            "decided_by": review["decided_by"],
            "decided_at": review["decided_at"],
        }

    for review in reviews:
        label, other, better = review["label"], review["other_label"], review["better"]
        if review["kind"] == "siblings_same" and other:
            if review["answer"] == "yes":
                for term in (label, other):
                    decide(review, term, better or label, "joined")
            elif review["answer"] == "no":
                decide(review, min(label, other), max(label, other), "apart")
        elif review["kind"] == "label_fits":
            if better:
                decide(review, label, better, "preferred")
            elif review["answer"] == "forbidden":
                decide(review, label, None, "forbidden")
    return list(out.values())


def unless_known(rows: Sequence[Row], known: Sequence[Mapping[str, Any]], key: str) -> list[Row]:
    """Return the rows; one that says what is known already keeps the time at which it was first said."""
    by_key = {row[key]: dict(row) for row in known}
    out = []
    for row in rows:
        old = by_key.get(row[key])
        same = old is not None and {**old, "decided_at": ""} == {**row, "decided_at": ""}
        out.append(old if old is not None and same else row)
    return out


def read_vocabulary(reader: Reader, profile: str) -> Decisions:
    """Return what people decided on names of tags of a profile."""
    columns = ["term", "canonical", "decision"]
    return vocabulary_of(reader.rows("tag_vocabulary", where={"profile": profile}, columns=columns))


def vocabulary_of(rows: Sequence[Mapping[str, Any]]) -> Decisions:
    """Return the decisions of TAG_VOCABULARY rows of one profile; a name is followed to its end, a circle to its start."""
    step = {row["term"]: row["canonical"] for row in rows if row["decision"] in ("joined", "preferred")}
    names: dict[str, str] = {}
    for term in sorted(step):
        at, seen = term, [term]
        while at in step and step[at] not in seen:
            at = step[at]
            seen.append(at)
        # In a circle everybody means the same tag: the first name of it in order stands for all.
        names[term] = min(seen[seen.index(step[at]) :]) if at in step else at
    return Decisions(
        names={term: name for term, name in names.items() if term != name},
        forbidden=frozenset(row["term"] for row in rows if row["decision"] == "forbidden"),
        apart=frozenset(_pair(row["term"], row["canonical"]) for row in rows if row["decision"] == "apart"),
    )


def _pair(one: str, two: str) -> tuple[str, str]:
    return min(one, two), max(one, two)
