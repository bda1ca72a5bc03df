"""Tables of the reports stage."""

from resources.protocols import Column, Table

__all__ = ["CLAIMS", "REPORTS", "TABLES"]

REPORTS = Table(
    "reports",
    "reports",
    "report_id",
    "The newest version of one report; earlier versions are the retired rows.",
    (
        Column("report_id", "text", "<kind>:<subject>:<day>"),
        Column("version", "int", "1 for the first, one more for each that differs"),
        Column("kind", "text", "extreme_move, risk_event or daily"),
        Column("subject", "text", "contract, product or name; all for daily"),
        Column("day", "date", "day that the report is about"),
        Column("status", "text", "incomplete, checked, withheld, approved or retracted"),
        Column("title", "text", "headline"),
        Column("engine", "text", "extractive, or the model's registry name"),
        Column("evidence_publication", "int", "publication that the evidence was read from"),
        Column("body", "json", "{sections, viewpoints, manifest, checks} as the contract has them"),
    ),
    indexes=(("kind", "day"),),
)

CLAIMS = Table(
    "claims",
    "reports",
    "claim_id",
    "One claim that a report states.",
    (
        Column("claim_id", "text", "hash of (report_id, kind, spans)"),
        Column("report_id", "text", "report that states it"),
        Column(
            "kind",
            "text",
            "price_move, level, policy_change, statement, cause_view, effect, measure, forecast_view or denial",
        ),
        Column("slots", "json", "numbers, dates, names and directions as printed"),
        Column("citations", "json", "list of {doc_id, start, end, sha256}"),
    ),
    indexes=(("report_id",),),
)

TABLES = (REPORTS, CLAIMS)
