"""The rules of each table: those that its schema implies, and those that real accidents taught.

Rules are plain data; `quality/judge.py` has Great Expectations judge them. A rule of severity `row` sends the rows
that break it to quarantine; one of severity `block` stops the publication.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quality.outcomes import Severity
from resources.protocols import Table

__all__ = ["Rule", "rules_of"]

DATE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
DECIMAL = r"^-?\d+(\.\d+)?$"
SHA256 = r"^[0-9a-f]{64}$"
JSON = r"^(?s:[\[{].*[\]}])$"

#: Closed sets of values, by table and column.
VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("sources", "lane"): ("rulebooks", "policies", "news", "research"),
    ("documents", "lane"): ("rulebooks", "policies", "news", "research"),
    ("slices", "lane"): ("policies", "news", "research"),
    ("sources", "format"): ("txt", "md", "html", "pdf", "docx", "xlsx", "jsonl"),
    ("sources", "date_confidence"): ("high", "medium", "low"),
    ("sources", "classification"): ("public", "internal", "secret"),
    ("clauses", "zone"): ("body", "preamble", "appendix", "amendment"),
    ("rulebooks", "effective_origin"): ("sidecar", "title", "head", "text", "publication"),
    ("mentions", "kind"): (
        "product",
        "contract",
        "institution",
        "person",
        "percent",
        "price",
        "amount",
        "number",
        "date",
    ),
    ("mentions", "direction"): ("up", "down"),
    ("sentiments", "lane"): ("policies", "news", "research"),
    ("sentiments", "target_kind"): ("product", "contract", "institution", "person"),
    ("sentiments", "label"): ("positive", "negative", "neutral"),
    ("quality", "lane"): ("rulebooks", "policies", "news", "research"),
    ("policy_facts", "issuer_level"): ("exchange", "regulator", "broker", "other"),
    ("policy_facts", "scope"): ("all", "list", "all_but", "new_only", "range"),
    ("policy_facts", "item"): ("fee", "margin", "price_limit", "position_limit", "delivery", "other"),
    ("policy_facts", "effective_point"): ("settlement", "day_session", "night_session"),
    ("policy_facts", "until_point"): ("settlement", "day_session", "night_session"),
    ("market_moves", "basis"): ("settle_vs_prev_settle", "close_vs_prev_settle", "close_vs_prev_close"),
    ("market_moves", "at_limit"): ("up", "down"),
    ("bars", "adjust"): ("none", "qfq", "hfq"),
    ("lexicon", "kind"): ("product", "institution", "contract", "term", "seed"),
    ("lexicon", "source"): ("shipped", "form", "found", "added"),
    ("lexicon", "status"): ("in_force", "proposed", "rejected"),
    ("term_decisions", "decision"): ("accepted", "rejected", "added"),
    ("embedded_spans", "kind"): ("slice", "clause"),
    ("embedded_spans", "state"): ("made", "hidden", "waiting"),
    ("vector_spaces", "engine"): ("embedded", "model"),
    ("vector_spaces", "state"): ("serving", "kept"),
    ("reports", "status"): ("incomplete", "checked", "withheld", "approved", "retracted"),
}
#: Least and greatest values, by table and column.
RANGES: Mapping[tuple[str, str], tuple[float | None, float | None]] = {
    ("sources", "n_chars"): (1, None),
    ("documents", "quality_score"): (0, 1),
    ("quality", "documents"): (1, None),
    ("quality", "score_mean"): (0, 1),
    ("quality", "score_least"): (0, 1),
    ("slices", "ordinal"): (0, None),
    ("clauses", "ordinal"): (0, None),
    ("rulebooks", "accounted_ratio"): (0, 1),
    ("market_moves", "gap_days"): (1, None),
    ("lexicon", "documents"): (0, None),
    ("lexicon", "idf"): (0, None),
    ("tag_nodes", "level"): (1, None),
    ("reports", "version"): (1, None),
}
#: Greatest length of a text, in characters.
LENGTHS: Mapping[tuple[str, str], tuple[int, int]] = {
    ("tag_nodes", "label"): (1, 24),
    # The house adds kinds of its own by outlines.
    ("reports", "kind"): (1, 32),
    ("sources", "title"): (1, 400),
}


@dataclass(frozen=True)
class Rule:
    """One expectation: what is expected of which column, and what happens where it fails."""

    name: str
    kind: str
    severity: Severity
    column: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


def rules_of(table: Table) -> list[Rule]:
    """Return the rules of a table, schema rules first."""
    rules = [
        Rule("columns_as_described", "columns", "block", arguments={"names": tuple(table.names)}),
        Rule(f"{table.key}_unique", "unique", "block", table.key),
    ]
    for column in table.columns:
        if not column.null:
            rules.append(Rule(f"{column.name}_present", "present", "row", column.name))
        pattern = {"date": DATE, "decimal": DECIMAL, "json": JSON}.get(column.type)
        if pattern is None and column.name == "sha256":
            pattern = SHA256
        if pattern is not None:
            rules.append(Rule(f"{column.name}_well_formed", "pattern", "row", column.name, {"pattern": pattern}))
        key = (table.name, column.name)
        if key in VALUES:
            rules.append(Rule(f"{column.name}_known", "one_of", "row", column.name, {"values": VALUES[key]}))
        if key in RANGES:
            low, high = RANGES[key]
            rules.append(Rule(f"{column.name}_in_range", "between", "row", column.name, {"low": low, "high": high}))
        if key in LENGTHS:
            low, high = LENGTHS[key]
            rules.append(Rule(f"{column.name}_length", "length", "row", column.name, {"low": low, "high": high}))
    names = set(table.names)
    if {"start", "end"} <= names:
        rules.append(Rule("start_not_negative", "between", "row", "start", {"low": 0, "high": None}))
        rules.append(Rule("end_after_start", "greater", "row", "end", {"other": "start"}))
    return rules
