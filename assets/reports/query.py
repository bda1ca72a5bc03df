"""Stored reports as the contract prints them, and back into rows. Imports no frame library.

What does not belong here: building (build.py) and judging (quality/verify).
"""

import difflib
from collections.abc import Mapping
from typing import Any

from assets.text.spans import canonical_json
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["list_reports", "report_rows", "show_report"]

_LISTED = ["report_id", "version", "kind", "subject", "day", "status", "title"]
#: Keys of the report that live in the row's `body`.
_BODY = ("sections", "viewpoints", "manifest", "checks")


def list_reports(reader: Reader) -> list[dict[str, Any]]:
    """Return the contract's `reports`, newest day first, then by kind and subject."""
    rows = reader.rows("reports", columns=_LISTED, order_by=["day", "kind", "subject"])
    rows.sort(key=lambda row: row["day"], reverse=True)
    return [
        {
            "id": row["report_id"],
            "version": row["version"],
            "kind": row["kind"],
            "subject": row["subject"],
            "date": row["day"],
            "status": row["status"],
            "title": row["title"],
        }
        for row in rows
    ]


def show_report(reader: Reader, report_id: str) -> dict[str, Any]:
    """Return a stored report as the contract has it.

    Raises:
        UsageError: there is no such report; the message names the closest ids.
    """
    rows = reader.rows("reports", where={"report_id": report_id}, limit=1)
    if not rows:
        known = [row["report_id"] for row in reader.rows("reports", columns=["report_id"])]
        near = difflib.get_close_matches(report_id, known, 3, 0.3)
        hint = f"closest: {', '.join(near)}" if near else "leafroot report list shows the ids"
        raise UsageError(f"There is no report {report_id}; {hint}.")
    row = rows[0]
    body = row["body"]
    return {
        "id": row["report_id"],
        "version": row["version"],
        "kind": row["kind"],
        "subject": row["subject"],
        "date": row["day"],
        "status": row["status"],
        "title": row["title"],
        "engine": row["engine"],
        "publication": row["evidence_publication"],
        **{key: body[key] for key in _BODY},
    }


def report_rows(report: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the REPORTS row and the CLAIMS rows of a report; json columns hold canonical JSON as text.

    A claim that two sections state is one row.
    """
    row = {
        "report_id": report["id"],
        "version": report["version"],
        "kind": report["kind"],
        "subject": report["subject"],
        "day": report["date"],
        "status": report["status"],
        "title": report["title"],
        "engine": report["engine"],
        "evidence_publication": report["publication"],
        "body": canonical_json({key: report[key] for key in _BODY}),
    }
    claims: dict[str, dict[str, Any]] = {}
    for section in report["sections"]:
        for sentence in section["sentences"]:
            for claim in sentence["claims"]:
                claims[claim["claim_id"]] = {
                    "claim_id": claim["claim_id"],
                    "report_id": report["id"],
                    "kind": claim["kind"],
                    "slots": canonical_json(claim["slots"]),
                    "citations": canonical_json(
                        [{k: c[k] for k in ("doc_id", "start", "end", "sha256")} for c in claim["citations"]]
                    ),
                }
    return row, [claims[key] for key in sorted(claims)]
