"""Filters of a table as SQL: they always apply before a search, never to what it gave back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["FILTER_IDS", "condition", "one_of", "parts", "quoted"]

#: Longest list of ids that goes into one filter; a longer one reads the column and picks.
FILTER_IDS = 800


def condition(
    lane: str | None = None,
    since: str | None = None,
    until: str | None = None,
    only: Sequence[str] | None = None,
    without: Sequence[str] = (),
) -> str:
    """Return a filter; what has no date is outside any range of dates.

    Args:
        lane: Only this lane.
        since: Only what was published on this ISO date or later.
        until: Only what was published on this ISO date or earlier.
        only: Only these span ids.
        without: Nothing of these documents.
    """
    found = []
    if lane:
        found.append(f"lane = {quoted(lane)}")
    if since:
        found.append(f"published_date >= {quoted(since)}")
    if until:
        found.append(f"published_date <= {quoted(until)}")
    if since or until:
        found.append("published_date != ''")
    if only is not None:
        found.append(one_of("span_id", sorted(only)) if only else "false")
    if without:
        found.append(f"NOT ({one_of('doc_id', sorted(without))})")
    return " AND ".join(found)


def one_of(column: str, values: Sequence[str]) -> str:
    """Return the condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(quoted(value) for value in values)})"


def parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut ids into lists that one filter takes."""
    yield from (ids[i : i + FILTER_IDS] for i in range(0, len(ids), FILTER_IDS))


def quoted(value: str) -> str:
    """Return a value as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
