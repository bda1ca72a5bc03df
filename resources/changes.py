"""What has to be built again: days whose inputs changed since an asset last took them.

Pure reading of the store's publication numbers; starting runs lives in `sensors/` and `leafroot/launch.py`.
"""

from collections.abc import Iterable, Mapping, Sequence

from resources.reader import SqliteReader

__all__ = ["all_days", "latest_change", "stale_days", "watermarks"]

#: Tables whose rows carry a day: table, its day column.
DAY_COLUMNS: Mapping[str, str] = {
    "slices": "published_date",
    "documents": "published_date",
    "policy_facts": "published_date",
    "market_moves": "date",
}


def watermarks(reader: SqliteReader, asset: str, code_version: str) -> dict[str, int]:
    """Return, for each partition of an asset, the publication up to which it took its inputs (by this code only)."""
    prefix = f"{asset}@"
    rows = reader.query(
        "SELECT asset, publication FROM watermarks WHERE asset LIKE ? AND code_version = ?",
        (f"{prefix}%", code_version),
    )
    return {row["asset"].removeprefix(prefix): int(row["publication"]) for row in rows}


def latest_change(reader: SqliteReader, table: str, lanes: Sequence[str] = ()) -> dict[str, int]:
    """Return, for each day, the newest publication that brought or retired a row of the table on it."""
    column = DAY_COLUMNS[table]
    where = f" AND lane IN ({','.join('?' * len(lanes))})" if lanes else ""
    rows = reader.query(
        f"SELECT {column} AS day, MAX(MAX(added_in), COALESCE(MAX(retired_in), 0)) AS latest FROM {table}"  # noqa: S608 - names are constants
        f" WHERE {column} IS NOT NULL{where} GROUP BY {column}",
        tuple(lanes),
    )
    return {row["day"]: int(row["latest"]) for row in rows}


def all_days(reader: SqliteReader, lanes: Iterable[str]) -> list[str]:
    """Return the days on which live documents of the lanes were published."""
    wanted = list(lanes)
    marks = ",".join("?" * len(wanted))
    rows = reader.query(
        f"SELECT DISTINCT published_date AS day FROM documents WHERE retired_in IS NULL AND published_date IS NOT NULL AND lane IN ({marks}) ORDER BY 1",  # noqa: S608 - only placeholders
        tuple(wanted),
    )
    return [row["day"] for row in rows]


def stale_days(changes: Sequence[Mapping[str, int]], marks: Mapping[str, int]) -> list[str]:
    """Return the days with a change newer than the asset's watermark of that day, oldest first."""
    newest: dict[str, int] = {}
    for change in changes:
        for day, publication in change.items():
            newest[day] = max(newest.get(day, 0), publication)
    return sorted(day for day, publication in newest.items() if publication > marks.get(day, 0))
