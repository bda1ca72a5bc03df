"""What readers see under a report's id: the edition that people decided on, else the generated version.

A generated version that came later never takes the place of what a person approved or edited: it stands beside, and the
report says so. What does not belong here: deciding (decide.py), building and its versions (build.py, versions.py).
"""

from collections.abc import Mapping
from typing import Any

from assets.reports.query import show_report
from assets.reports.versions import differences
from resources.protocols import Reader

__all__ = ["edition_of", "list_standing", "show_standing"]

NEWER = "资料有变：机器起草的第{new}版与本文所据的第{old}版不同，尚待人工批准。{told}"
RETRACTED = "本报告所引的来源已撤下，报告撤回，请勿再引用。"
SUPERSEDED = "第{old}版因来源撤下而撤回，本版是撤下之后重新起草的。"


def edition_of(reader: Reader, report_id: str) -> dict[str, Any] | None:
    """Return the row of REPORT_EDITIONS that stands, None where no person decided on the report."""
    rows = reader.rows("report_editions", where={"report_id": report_id}, limit=1)
    return rows[0] if rows else None


def show_standing(reader: Reader, report_id: str) -> dict[str, Any]:
    """Return the report that readers see, with `decisions` (who did what) and `notices` (what a reader must know).

    Where a newer generated version stands beside, `beside` has its version, status and the differences.

    Raises:
        UsageError: there is no such report; the message names the closest ids.
    """
    generated = show_report(reader, report_id)
    edition = edition_of(reader, report_id)
    if edition is None:
        return {**generated, "decisions": [], "notices": [], "beside": None}
    return _choose(generated, edition)


def list_standing(reader: Reader, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the status, version and title that stand in a list of generated reports."""
    editions = {row["report_id"]: row for row in reader.rows("report_editions")}
    out = []
    for row in listed:
        edition = editions.get(row["id"])
        if edition is not None and not _is_replaced(edition, row["version"]):
            row = {
                **row,
                "version": edition["version"],
                "status": edition["status"],
                "title": edition["report"]["title"],
            }
        out.append(row)
    return out


def _choose(generated: Mapping[str, Any], edition: Mapping[str, Any]) -> dict[str, Any]:
    report = dict(edition["report"])
    notices = [RETRACTED] if report["status"] == "retracted" else []
    if generated["version"] == edition["version"]:
        return {**report, "notices": notices, "beside": None}
    if _is_replaced(edition, generated["version"]):
        told = SUPERSEDED.format(old=edition["version"])
        return {**generated, "decisions": report["decisions"], "notices": [told], "beside": None}
    changes = differences(report, generated)
    if not _says_other(report, generated, changes):
        return {**report, "notices": notices, "beside": None}
    beside = {"version": generated["version"], "status": generated["status"], "differences": changes}
    notices.append(NEWER.format(new=generated["version"], old=edition["version"], told=changes["text"]))
    return {**report, "notices": notices, "beside": beside}


def _says_other(report: Mapping[str, Any], generated: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Whether a newer version says anything else to a reader: sentences, sources or who holds which view."""
    if any(changes[key] for key in ("added", "removed", "documents_added", "documents_removed")):
        return True
    held = [[(v["stance"], v["target"], v["holders"]) for v in one["viewpoints"]] for one in (report, generated)]
    return held[0] != held[1]


def _is_replaced(edition: Mapping[str, Any], version: int) -> bool:
    """Whether a generated version takes the place of an edition: of one that was withdrawn and that nobody had approved."""
    approved = any(done["action"] == "approved" for done in edition["report"]["decisions"])
    return edition["status"] == "retracted" and not approved and version > edition["version"]
