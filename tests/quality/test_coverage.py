"""Conservation: text that is in no clause and was left out for no reason blocks."""

import json

import polars as pl
import pytest

from quality.coverage import accounted_ratio, check_coverage

TEXT = "标题\n第一条 会员应当守信。\n"


def frames(end: int, reason: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    clauses = pl.DataFrame({"doc_id": ["d"], "label_start": [3], "end": [end]})
    dropped = json.dumps([{"start": 0, "end": 2, "reason": reason}])
    return clauses, pl.DataFrame({"doc_id": ["d"], "dropped": [dropped], "clause_chars_p99": [8]})


@pytest.mark.parametrize(
    ("end", "reason", "passed"),
    [(len(TEXT) - 1, "title", True), (len(TEXT) - 3, "title", False), (len(TEXT) - 1, "unexplained", False), (len(TEXT) - 1, "", False)],
    ids=["whole", "a word lost", "no reason", "empty reason"],
)  # fmt: skip
def test_check_coverage_blocks_where_text_is_lost(end: int, reason: str, passed: bool) -> None:
    outcome = check_coverage(*frames(end, reason), lambda _: TEXT)
    assert (outcome.passed, outcome.severity) == (passed, "block")
    assert ("d" in dict(outcome.failing)) is not passed


def test_accounted_ratio_counts_no_character_twice_and_no_blank() -> None:
    assert accounted_ratio("甲 乙\u200b丙\n丁", [(0, 3), (0, 1), (2, 5)]) == 0.75
    assert accounted_ratio(" \n", []) == 1.0
    assert accounted_ratio("甲", []) == 0.0
