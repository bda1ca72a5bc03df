"""Tables of the reports stage."""

from resources.protocols import Column, Table

__all__ = ["CLAIMS", "REPORTS", "REPORT_AUDIT", "REPORT_EDITIONS", "TABLES"]

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

REPORT_EDITIONS = Table(
    "report_editions",
    "reports",
    "report_id",
    "A report as a person edited, approved or withheld it: readers see it in the place of the generated one.",
    (
        Column("report_id", "text", "report that was decided on"),
        Column("version", "int", "generated version that it rests on"),
        Column("edition", "int", "0 for the generated text, one more for each edit of it"),
        Column("status", "text", "incomplete, checked, withheld, approved or retracted"),
        Column("content_sha256", "text", "hash of what a reader reads: title, sections and viewpoints"),
        Column("report", "json", "the whole report as it was decided on"),
    ),
)

REPORT_AUDIT = Table(
    "report_audit",
    "reports",
    "entry_id",
    "What people did to reports and documents, in order; each entry holds the hash of the one before it.",
    (
        Column("entry_id", "text", "number of the entry, ten digits, from 1 without a gap"),
        Column("object_id", "text", "report, or document that was withdrawn"),
        Column("version", "int", "generated version of the report, null for a document", null=True),
        Column("edition", "int", "edition of the report, null for a document", null=True),
        Column("action", "text", "edited, approved, withheld, retracted or purged"),
        Column("decided_by", "text", "who did it"),
        Column("decided_at", "text", "when, UTC"),
        Column("reason", "text", "why, null where none was given", null=True),
        Column("content_sha256", "text", "hash of what the report said then, null for a document", null=True),
        Column("previous_sha256", "text", "sha256 of the entry before; 64 zeros for the first"),
        Column("sha256", "text", "hash of this entry's other columns as canonical JSON"),
    ),
    indexes=(("object_id",),),
)

TABLES = (REPORTS, CLAIMS, REPORT_EDITIONS, REPORT_AUDIT)
