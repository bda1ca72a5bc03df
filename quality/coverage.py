"""Conservation: every visible character of a rulebook stands in a clause or in a stretch left out for a stated reason."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from quality.outcomes import Outcome

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COVERAGE", "LEAST", "accounted_ratio", "check_coverage"]

COVERAGE = "clauses_cover_text"
#: Below this share of a document's visible characters nothing is published.
LEAST = 0.995
_SAMPLES = 20
#: Control and format characters, which nobody sees.
_MARKS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_NO_REASON = "unexplained"


def check_coverage(clauses: pl.DataFrame, rulebooks: pl.DataFrame, text_of: Callable[[str], str]) -> Outcome:
    """Count, in each stored text, what clauses (labels included) and stated reasons account for.

    Args:
        clauses: Candidate rows with doc_id, label_start and end.
        rulebooks: Candidate rows with doc_id, dropped (json: list of {start, end, reason}) and clause_chars_p99.
        text_of: Stored text of a document.

    Returns:
        A blocking outcome; failing documents with their share. The longest p99 of clause lengths stands in the detail.
    """
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for doc_id, start, end in clauses.select("doc_id", "label_start", "end").iter_rows():
        spans[doc_id].append((start, end))
    failing, least, longest = [], 1.0, 0
    for doc_id, dropped, p99 in rulebooks.select("doc_id", "dropped", "clause_chars_p99").iter_rows():
        reasoned = [
            (one["start"], one["end"]) for one in json.loads(dropped) if one["reason"] and one["reason"] != _NO_REASON
        ]
        share = accounted_ratio(text_of(doc_id), [*spans[doc_id], *reasoned])
        least, longest = min(least, share), max(longest, p99)
        if share < LEAST:
            failing.append(
                (doc_id, f"only {100 * share:.2f} % of its characters are in a clause or left out for a reason")
            )
    detail = (
        f"{rulebooks.height} rulebooks, at least {100 * least:.2f} % of each accounted for; longest clauses (p99) {longest} characters"
        if not failing
        else f"{len(failing)} of {rulebooks.height} rulebooks lose text (at least {100 * LEAST:.1f} % must be accounted for)"
    )
    return Outcome(COVERAGE, "block", not failing, detail, tuple(failing[:_SAMPLES]))


def accounted_ratio(text: str, spans: Iterable[tuple[int, int]]) -> float:
    """Share of the visible characters of a text that stand in at least one span, 1 for a text without any."""
    visible = seen = at = 0
    for start, end in sorted(spans):
        begin = max(start, at)
        if begin < end:
            visible += _visible(text[at:begin]) + (inside := _visible(text[begin:end]))
            seen += inside
            at = end
    visible += _visible(text[at:])
    return seen / visible if visible else 1.0


def _visible(text: str) -> int:
    """Count the characters that are no blank, control or zero-width mark."""
    return len(_MARKS.sub("", "".join(text.split())))
