"""How clean each source is, and how that goes from day to day."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from assets.records.frames import table_frame
from assets.records.schema import QUALITY
from assets.text.spans import canonical_json, digest_id

if TYPE_CHECKING:
    import polars as pl

__all__ = ["build_quality", "quality_page"]

_BLOCKS = "▁▂▃▄▅▆▇█"
#: A day below this is the lowest block; texts are seldom worse on the whole.
_FLOOR = 0.8
_DAYS, _SOURCES, _CODES = 30, 40, 3


def build_quality(documents: pl.DataFrame) -> pl.DataFrame:
    """Sum up documents by lane, source and publication day.

    Args:
        documents: DOCUMENTS rows: lane, source, published_date, n_chars, quality_score, defects.

    Returns:
        QUALITY rows sorted by quality_id.
    """
    import polars as pl

    keys = ["lane", "source", "published_date"]
    groups = (
        documents.with_columns(codes=pl.col("defects").str.extract_all(r'"code":"\w+"'))
        .group_by(keys)
        .agg(
            documents=pl.len(),
            chars=pl.col("n_chars").sum(),
            micros=(pl.col("quality_score") * 1_000_000).round().cast(pl.Int64).sum(),
            score_least=pl.col("quality_score").min(),
            codes=pl.col("codes").explode(),
        )
        .sort(keys)
    )
    rows = []
    for row in groups.iter_rows(named=True):
        codes = Counter(code[8:-1] for code in row.pop("codes") if code)
        rows.append(
            row
            | {
                "quality_id": digest_id(row["lane"], row["source"], row["published_date"]),
                "score_mean": round(row["micros"] / row["documents"] / 1_000_000, 6),
                "defects": canonical_json(dict(codes)),
            }
        )
    return table_frame(QUALITY, rows)


def quality_page(quality: pl.DataFrame) -> str:
    """Return a Markdown table: a source a line, worst first, with its trend over its last days.

    Args:
        quality: QUALITY rows.
    """
    sources: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in quality.sort("lane", "source", "published_date").iter_rows(named=True):
        sources.setdefault((row["lane"], row["source"] or "—"), []).append(row)
    lines = [(_mean(rows), lane, source, rows) for (lane, source), rows in sorted(sources.items())]
    lines.sort(key=lambda line: line[:3])
    out = ["| lane | source | documents | score | trend | last day | defects |", "|---|---|---:|---:|---|---|---|"]
    for mean, lane, source, rows in lines[:_SOURCES]:
        days = [row for row in rows if row["published_date"]][-_DAYS:]
        trend = "".join(_block(row["score_mean"]) for row in days)
        last = days[-1]["published_date"] if days else "undated"
        name = source.replace("|", "\\|").replace("\n", " ")
        count = sum(row["documents"] for row in rows)
        out.append(f"| {lane} | {name} | {count} | {mean:.4f} | {trend} | {last} | {_defects(rows)} |")
    if len(lines) > _SOURCES:
        out.append(f"| | {len(lines) - _SOURCES} cleaner sources | | | | | |")
    return "\n".join(out)


def _mean(rows: list[dict[str, Any]]) -> float:
    total = sum(row["score_mean"] * row["documents"] for row in rows)
    return float(round(total / sum(row["documents"] for row in rows), 6))


def _block(score: float) -> str:
    share = (score - _FLOOR) / (1 - _FLOOR)
    return _BLOCKS[min(len(_BLOCKS) - 1, max(0, int(share * len(_BLOCKS))))]


def _defects(rows: list[dict[str, Any]]) -> str:
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(json.loads(row["defects"]))
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_CODES]
    return ", ".join(f"{code} {count}" for code, count in most)
