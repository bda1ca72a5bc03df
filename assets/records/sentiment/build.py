"""The SENTIMENTS table of slices."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assets.records.frames import table_frame
from assets.records.mentions.model import Mention
from assets.records.schema import SENTIMENTS
from assets.records.sentiment.evidence import Evidence, find_evidence, label_of, score_of
from assets.records.sentiment.targets import TARGET_KINDS, assign_marks
from assets.text.segment import fold_light
from assets.text.spans import canonical_json, digest_id, sha256_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["build_sentiments", "judge_slice"]

#: A slice that names goods and speaks like this is about a firm all the same.
_FIRM = re.compile("净利|营收|公司|股东|业绩|股份")

Row = dict[str, Any]


def build_sentiments(slices: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Judge slices as a whole and for each thing that they name.

    Args:
        slices: SLICES rows.
        mentions: MENTIONS rows of the same documents; other kinds than things that can be judged are passed over.

    Returns:
        SENTIMENTS rows sorted by sentiment_id.
    """
    import polars as pl

    named: dict[str, list[Mention]] = defaultdict(list)
    kept = mentions.filter(pl.col("kind").is_in(TARGET_KINDS) & pl.col("value").is_not_null())
    columns = ("doc_id", "start", "end", "kind", "surface", "value")
    for doc_id, *fields in kept.select(columns).sort("doc_id", "start", "end", "kind").iter_rows():
        named[doc_id].append(Mention(*fields))
    rows: list[Row] = []
    for row in slices.select("slice_id", "doc_id", "lane", "published_date", "start", "end", "text").iter_rows(
        named=True
    ):
        inside = [m for m in named.get(row["doc_id"], ()) if row["start"] <= m.start and m.end <= row["end"]]
        rows += _rows(row, inside)
    return table_frame(SENTIMENTS, rows)


def judge_slice(text: str, mentions: Sequence[Mention]) -> tuple[list[Evidence], dict[tuple[str, str], Any]]:
    """Return the marks of a slice and, for each thing it names, where that stands first and its marks.

    Args:
        text: Stored text of the slice.
        mentions: Mentions in it, their spans counted from its beginning.
    """
    folded = fold_light(text)
    if len(folded) != len(text):  # a letter that folds to two; the offsets of the stored text count
        folded = text
    goods = any(m.kind in {"product", "contract"} for m in mentions) and _FIRM.search(folded) is None
    marks = find_evidence(folded, goods=goods)
    return marks, assign_marks(folded, mentions, marks)


def _rows(row: Row, inside: Sequence[Mention]) -> list[Row]:
    base = row["start"]
    local = [Mention(m.start - base, m.end - base, m.kind, m.surface, m.value) for m in inside]
    marks, targets = judge_slice(row["text"], local)
    rows = [_judged(row, None, None, row["start"], row["end"], marks)]
    for (kind, value), (mention, held) in targets.items():
        rows.append(_judged(row, kind, value, base + mention.start, base + mention.end, held))
    return rows


def _judged(row: Row, kind: str | None, value: str | None, start: int, end: int, marks: Sequence[Evidence]) -> Row:
    base = row["start"]
    spans = [{"start": base + mark.start, "end": base + mark.end, "weight": mark.value} for mark in marks]
    return {
        "sentiment_id": digest_id(row["slice_id"], kind, value),
        "doc_id": row["doc_id"],
        "slice_id": row["slice_id"],
        "lane": row["lane"],
        "published_date": row["published_date"],
        "target_kind": kind,
        "target_value": value,
        "label": label_of(marks),
        "score": f"{score_of(marks):f}",
        "evidence": canonical_json(spans),
        "start": start,
        "end": end,
        "sha256": sha256_text(row["text"][start - base : end - base]),
    }
