"""The days of documents: how many have none, which lie in the future, and which only a file's name says. Said, never blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DATES", "DATE_COLUMNS", "check_dates"]

DATES = "dates_sane"
#: Columns of SOURCES that the check reads.
DATE_COLUMNS = ("doc_id", "lane", "path", "row", "published_date", "date_confidence")
#: Lanes whose documents belong to a day; above this share of undated ones the check warns.
DATED_LANES = ("policies", "news", "research")
MOST_UNDATED = 0.05
#: What is older was no electronic text of its day.
OLDEST = "1980-01-01"
SAMPLES = 20


def check_dates(sources: pl.DataFrame, today: str) -> Outcome:
    """Look at the days of a lane's documents.

    Args:
        sources: All its documents as they will stand, in `DATE_COLUMNS`.
        today: Current day in Asia/Shanghai, ISO.

    Returns:
        An outcome that warns: of days after today, in lanes that belong to days also of days before 1980 and of more than
        5 % without one. Each sample names the file and row.
    """
    undated, found = 0, []
    for doc_id, lane, path, row, day, _ in sources.select(DATE_COLUMNS).sort("path", "row", "doc_id").iter_rows():
        where = path if row is None else f"{path} row {row}"
        if day is None:
            undated += lane in DATED_LANES
            found.append((doc_id, f"{where}: no date", "undated"))
        elif day > today:
            found.append((doc_id, f"{where}: dated {day}, after today", "future"))
        elif lane in DATED_LANES and day < OLDEST:
            found.append((doc_id, f"{where}: dated {day}", "old"))
    many = undated > MOST_UNDATED * max(sources.height, 1)
    odd = [one for one in found if one[2] != "undated" or many]
    odd.sort(key=lambda one: one[2] == "undated")
    low = sources.filter(sources["date_confidence"] == "low").height
    bare = sum(one[2] == "undated" for one in found)
    detail = f"{sources.height} documents: {bare} without a date, {low} dated by their file's name alone"
    if odd:
        detail += f"; first: {odd[0][1]} (give the day in NAME.meta.json as published)"
    return Outcome(DATES, "warn", not odd, detail, tuple((doc_id, said) for doc_id, said, _ in odd[:SAMPLES]))
