"""report approve, withhold, edit: a decision of a person, judged, and published with its audit entry."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.catalogue import TABLES
from assets.reports.approval import decide
from assets.reports.approval.audit import chain_problems, next_entries
from assets.reports.approval.edits import read_edited
from assets.reports.approval.standing import edition_of, show_standing
from assets.reports.query import show_report
from assets.reports.schema import REPORT_AUDIT, REPORT_EDITIONS
from assets.text.spans import canonical_json
from leafroot import answers
from quality.verify.report import verify_report
from resources.errors import PermanentServiceError, UsageError
from resources.frames import frame_of
from resources.lock import hold_home
from resources.protocols import Reader, Table
from resources.store import Change, Store

__all__ = ["approve_report", "edit_report", "moment", "rows_of", "withhold_report"]

ASSET = "leafroot/reports"
#: Largest edited file that is read, in characters.
LARGEST = 20_000_000


def moment() -> str:
    """Return the moment of a decision, UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def approve_report(home: Path, report_id: str, by: str, *, version: int | None = None) -> answers.ReportDecision:
    """Approve a report that the verifier passes.

    Args:
        home: The home.
        report_id: The report.
        by: Who approves.
        version: A generated version that stands beside the one that people decided on, to take its place.

    Raises:
        UsageError: there is no such report or version, or nobody is named.
    """
    name = decide.person(by)

    def choose(reader: Reader) -> decide.Decision:
        return decide.approve(_chosen(reader, report_id, version), name, moment(), _problems_in(reader))

    return _decide(home, report_id, "approve", choose)


def withhold_report(home: Path, report_id: str, by: str, reason: str) -> answers.ReportDecision:
    """Withhold a report.

    Raises:
        UsageError: there is no such report, nobody is named, or no reason is given.
    """
    name = decide.person(by)

    def choose(reader: Reader) -> decide.Decision:
        return decide.withhold(show_standing(reader, report_id), name, moment(), reason)

    return _decide(home, report_id, "withhold", choose)


def edit_report(home: Path, report_id: str, path: Path, by: str) -> answers.ReportDecision:
    """Take in an exported report with edited sentences.

    Raises:
        UsageError: there is no such report, nobody is named, or the file is none of it.
    """
    name = decide.person(by)
    content = _read(path)

    def choose(reader: Reader) -> decide.Decision:
        report = show_standing(reader, report_id)
        edited = read_edited(content, str(path), report, reader)
        return decide.edit(report, edited, name, moment(), _problems_in(reader))

    return _decide(home, report_id, "edit", choose)


def _chosen(reader: Reader, report_id: str, version: int | None) -> dict[str, Any]:
    standing = show_standing(reader, report_id)
    if version is None or version == standing["version"]:
        return standing
    generated = show_report(reader, report_id)
    if version != generated["version"]:
        raise UsageError(
            f"--version {version}: {report_id} has the versions {standing['version']} and {generated['version']}."
        )
    return {**generated, "decisions": []}


def _problems_in(reader: Reader) -> decide.Verify:
    def verify(report: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        problems: Sequence[Mapping[str, Any]] = verify_report(dict(report), reader, stored=True)["problems"]
        return problems

    return verify


def _read(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"--file {path} is not there; export the report, edit that file and name it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--file {path} cannot be read as UTF-8 ({error}); save it as UTF-8.") from None
    if len(content) > LARGEST:
        raise UsageError(f"--file {path} holds more than {LARGEST} characters; a report does not.")
    return content


def _decide(home: Path, report_id: str, verb: str, choose: Any) -> answers.ReportDecision:
    """Read, decide and publish while the home is held, so that two decisions never cross."""
    with hold_home(home, f"leafroot report {verb}"):
        store = Store(home, TABLES)
        reader = store.reader()
        try:
            before = edition_of(reader, report_id)
            decision = choose(reader)
            status = show_standing(reader, report_id)["status"]
            if decision.edition is not None and decision.entry is not None:
                _publish(store, reader, decision)
                status = decision.edition["status"]
            now = decision.edition or before or {}
            return answers.ReportDecision.model_validate(
                {
                    "id": report_id,
                    "action": verb,
                    "done": decision.edition is not None,
                    "status": status,
                    "version": now.get("version"),
                    "edition": now.get("edition"),
                    "message": decision.message,
                    "problems": list(decision.problems),
                    "publication": store.publication(),
                }
            )
        finally:
            reader.close()
            store.close()


def _publish(store: Store, reader: Reader, decision: decide.Decision) -> None:
    broken = chain_problems(reader)
    if broken:
        raise PermanentServiceError(
            f"{broken[0]} Nothing is decided on a home whose audit does not hold; restore it from a copy."
        )
    edition = {**(decision.edition or {})}
    edition["report"] = canonical_json(edition["report"])
    changes = [
        Change(REPORT_EDITIONS, rows_of(REPORT_EDITIONS, [edition])),
        Change(REPORT_AUDIT, rows_of(REPORT_AUDIT, next_entries(reader, [decision.entry or {}]))),
    ]
    store.publish(ASSET, changes, code_version="1", seen=store.publication())


def rows_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows as the frame of a table."""
    return frame_of(table, [tuple(row[name] for name in table.names) for row in rows])
