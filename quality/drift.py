"""Drift: a candidate that looks unlike what the last good version held is said, before anybody wonders. Never blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DRIFTING", "check_drift", "check_language"]

#: Tables whose amount and lengths say something, and the column whose length is compared ("": rows alone).
DRIFTING: Mapping[str, str] = {
    "sources": "text",
    "bars": "",
    "clauses": "text",
    "slices": "text",
    "mentions": "",
    "policy_facts": "",
    "market_moves": "",
}
#: Below so many rows, of the candidate or before, a share says nothing.
ENOUGH = 20
#: Share of the live rows that may go at once, and how many times longer or shorter texts may become in the middle.
MOST_GONE, MOST_TIMES = 0.5, 4.0
#: Documents with fewer hanzi among their letters are in another language; above this share of them somebody should look.
LEAST_HAN, MOST_FOREIGN = 0.2, 0.1
LANGUAGE = "sources_language"
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
#: A language is told from the beginning of a text.
HEAD = 2_000
SAMPLES = 20


def check_drift(table: str, fresh: pl.DataFrame, *, before: int, gone: int, length_before: float | None) -> Outcome:
    """Compare a candidate with the last good version.

    Args:
        table: Name of the table.
        fresh: Rows that are new or differ.
        before: Live rows there were.
        gone: Live rows that go and are not replaced under their key.
        length_before: Middle length of the text column before, in characters; None: unknown.
    """
    found = []
    if before >= ENOUGH and gone > MOST_GONE * before and gone > fresh.height:
        found.append(f"{gone} of {before} rows go and {fresh.height} come")
    column = DRIFTING[table]
    if column and length_before and fresh.height >= ENOUGH:
        now = float(median(fresh[column].str.len_chars().to_list()))
        if not length_before / MOST_TIMES <= now <= length_before * MOST_TIMES:
            found.append(f"the middle length of {column} is {now:.0f} characters, {length_before:.0f} before")
    detail = "; ".join(found) or f"{fresh.height} rows come and {gone} go, {before} before"
    return Outcome(f"{table}_drift", "warn", not found, detail)


def check_language(sources: pl.DataFrame) -> Outcome:
    """Tell of new documents that are not in Chinese: a feed that changed its language, or text that decodes to nothing.

    Args:
        sources: Rows with doc_id, path and text.
    """
    foreign = []
    for doc_id, path, text in sources.select("doc_id", "path", "text").sort("path", "doc_id").iter_rows():
        letters = len(_LETTER.findall(text[:HEAD]))
        if letters >= ENOUGH and len(_HAN.findall(text[:HEAD])) < LEAST_HAN * letters:
            foreign.append((doc_id, f"{path}: hardly any Chinese"))
    many = len(foreign) > MOST_FOREIGN * max(sources.height, 1) and len(foreign) > 1
    detail = f"{len(foreign)} of {sources.height} new documents are hardly Chinese"
    return Outcome(LANGUAGE, "warn", not many, detail, tuple(foreign[:SAMPLES]) if many else ())
