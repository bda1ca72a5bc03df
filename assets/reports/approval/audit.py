"""The chain of audit entries: each holds the hash of the one before, so that none can be changed or left out unseen."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from assets.text.spans import canonical_json
from resources.protocols import Reader

__all__ = ["chain_problems", "content_sha256", "next_entries"]

START = "0" * 64
#: What a reader reads of a report; status, checks and people are about it.
_READ = ("id", "title", "sections", "viewpoints")


def content_sha256(report: Mapping[str, Any]) -> str:
    """Return the hash of what a reader reads of a report."""
    return hashlib.sha256(canonical_json({key: report[key] for key in _READ}).encode("utf-8", "replace")).hexdigest()


def next_entries(reader: Reader, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of REPORT_AUDIT that continue the home's chain.

    Args:
        reader: The home, as it is when the rows are written.
        entries: object_id, version, edition, action, decided_by, decided_at, reason and content_sha256 of each.
    """
    rows = reader.rows("report_audit", order_by=["entry_id"])
    number, previous = len(rows), rows[-1]["sha256"] if rows else START
    made = []
    for entry in entries:
        number += 1
        row = {"entry_id": f"{number:010d}", **entry, "previous_sha256": previous}
        previous = _sha256(row)
        made.append({**row, "sha256": previous})
    return made


def chain_problems(reader: Reader) -> list[str]:
    """Return what is wrong with the home's chain, a sentence each; none where it holds."""
    problems, previous = [], START
    for number, row in enumerate(reader.rows("report_audit", order_by=["entry_id"]), 1):
        if row["entry_id"] != f"{number:010d}":
            problems.append(f"Audit entry {number} is missing; {row['entry_id']} stands in its place.")
        if row["previous_sha256"] != previous:
            problems.append(f"Audit entry {row['entry_id']} does not continue the one before it.")
        if row["sha256"] != _sha256({key: value for key, value in row.items() if key != "sha256"}):
            problems.append(f"Audit entry {row['entry_id']} was changed after it was written.")
        previous = row["sha256"]
    return problems


def _sha256(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(row).encode("utf-8", "replace")).hexdigest()
