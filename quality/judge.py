"""Great Expectations judges a candidate frame by the rules of its table.

The one place that imports Great Expectations (7 s, hence inside the function): a table that did not change is
never judged again. What the rules are, is in `quality/rules.py`.
"""

from __future__ import annotations

import functools
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quality.outcomes import Outcome, Verdict
from quality.rules import Rule, rules_of
from resources.protocols import Table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SHARE_THAT_BLOCKS", "judge"]

#: Where more than this share of the rows breaks a row rule, the fault is in the batch, not in its rows.
SHARE_THAT_BLOCKS = 0.2
#: Failing keys kept in an outcome for the page and the metadata.
SAMPLES = 20


def judge(table: Table, frame: pl.DataFrame) -> Verdict:
    """Judge a candidate.

    Args:
        table: The table that the frame is to become part of.
        frame: Candidate rows, in the table's columns.

    Returns:
        Two outcomes, `<table>_schema` (blocking) and `<table>_rows` (failing rows go to quarantine; blocking where
        more than a fifth fails), and the failing rows with the rule that each broke first.
    """
    rules = rules_of(table)
    results = _validate(table, frame, rules) if frame.height else []
    failed_blocks: list[str] = []
    bad: dict[str, str] = {}
    for rule, passed, keys in results:
        if passed:
            continue
        if rule.severity == "block":
            failed_blocks.append(rule.name)
        for key in keys:
            bad.setdefault(key, rule.name)
    systemic = bool(bad) and not failed_blocks and len(bad) > SHARE_THAT_BLOCKS * frame.height
    schema = Outcome(
        f"{table.name}_schema",
        "block",
        not failed_blocks,
        f"{len(rules)} expectations on {frame.height} rows"
        if not failed_blocks
        else f"failed: {', '.join(failed_blocks)}",
    )
    rows = Outcome(
        f"{table.name}_rows",
        "block" if systemic else "row",
        not bad,
        f"{len(bad)} of {frame.height} rows break a rule" + (", too many for single faults" if systemic else ""),
        tuple(sorted(bad.items())[:SAMPLES]),
    )
    return Verdict((schema, rows), bad if not systemic else {})


def _validate(table: Table, frame: pl.DataFrame, rules: Sequence[Rule]) -> list[tuple[Rule, bool, list[str]]]:
    """Run the rules as one suite; returns rule, verdict, keys of the failing rows."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Great Expectations and pandas warn about each other's versions
        gx, source = _library()
        asset = source.add_dataframe_asset(name=table.name)
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(
            {"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)}
        )
        suite = gx.ExpectationSuite(
            name=table.name, expectations=[_expectation(gx.expectations, rule) for rule in rules]
        )
        report = batch.validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [table.key]}
        )
        source.delete_asset(table.name)
    by_type: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        by_type.setdefault(_identity(rule), []).append(rule)
    out = []
    for result in report.results:
        configuration: Any = result.expectation_config
        keyword = configuration.kwargs
        identity = (configuration.type, str(keyword.get("column") or keyword.get("column_A") or ""))
        rule = by_type[identity].pop(0)
        index = result.result.get("unexpected_index_list") or []
        keys = [str(entry[table.key]) for entry in index if entry.get(table.key) is not None]
        out.append((rule, bool(result.success), keys))
    return out


@functools.lru_cache(maxsize=1)
def _library() -> tuple[Any, Any]:
    """Great Expectations and one pandas source in memory, made once a process: each context makes a folder."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return gx, context.data_sources.add_pandas(name="candidate")


_TYPES: Mapping[str, str] = {
    "columns": "expect_table_columns_to_match_ordered_list",
    "unique": "expect_column_values_to_be_unique",
    "present": "expect_column_values_to_not_be_null",
    "pattern": "expect_column_values_to_match_regex",
    "one_of": "expect_column_values_to_be_in_set",
    "between": "expect_column_values_to_be_between",
    "length": "expect_column_value_lengths_to_be_between",
    "greater": "expect_column_pair_values_a_to_be_greater_than_b",
}


def _identity(rule: Rule) -> tuple[str, str]:
    return (_TYPES[rule.kind], rule.column or "")


def _expectation(library: Any, rule: Rule) -> Any:
    """Translate one rule."""
    column, arguments = rule.column, rule.arguments
    if rule.kind == "columns":
        return library.ExpectTableColumnsToMatchOrderedList(column_list=list(arguments["names"]))
    if rule.kind == "unique":
        return library.ExpectColumnValuesToBeUnique(column=column)
    if rule.kind == "present":
        return library.ExpectColumnValuesToNotBeNull(column=column)
    if rule.kind == "pattern":
        return library.ExpectColumnValuesToMatchRegex(column=column, regex=arguments["pattern"])
    if rule.kind == "one_of":
        return library.ExpectColumnValuesToBeInSet(column=column, value_set=list(arguments["values"]))
    if rule.kind == "between":
        return library.ExpectColumnValuesToBeBetween(
            column=column, min_value=arguments["low"], max_value=arguments["high"]
        )
    if rule.kind == "length":
        return library.ExpectColumnValueLengthsToBeBetween(
            column=column, min_value=arguments["low"], max_value=arguments["high"]
        )
    return library.ExpectColumnPairValuesAToBeGreaterThanB(column_A=column, column_B=arguments["other"])
