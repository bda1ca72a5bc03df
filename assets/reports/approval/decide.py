"""Decisions of people on a report: approved, withheld, edited; what is refused, and why.

Pure: a decision is a row of REPORT_EDITIONS and an audit entry, or a refusal. What does not belong here: writing them
(leafroot/approvals.py) and reading an edited file (edits.py).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.reports.approval.audit import content_sha256
from assets.reports.versions import differences
from resources.errors import UsageError

__all__ = ["Decision", "approve", "edit", "person", "withhold"]

#: Says what is wrong with a report, as the verifier's `problems`.
Verify = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]

_LONGEST_NAME, _LONGEST_REASON = 80, 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
#: What is in a report because of people, not of its text.
_OVERLAY = ("notices", "beside")


@dataclass(frozen=True)
class Decision:
    """What came of a decision: `edition` and `entry` to be written, or None and the reason why not."""

    message: str
    edition: Mapping[str, Any] | None = None
    entry: Mapping[str, Any] | None = None
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def person(name: str) -> str:
    """Return the name of who decides, as it is kept.

    Raises:
        UsageError: it is empty, too long, or holds characters that cannot be seen.
    """
    kept = " ".join(name.split())
    if not kept or len(kept) > _LONGEST_NAME or _CONTROL.search(kept):
        raise UsageError(f"--by {name[:40]!r} is no name; write who decides, in {_LONGEST_NAME} characters at most.")
    return kept


def approve(report: Mapping[str, Any], by: str, at: str, verify: Verify) -> Decision:
    """Approve a report that the verifier passes and that somebody else edited, if anybody did.

    Args:
        report: What stands under the id, or the generated version that shall take its place.
        by: Who approves.
        at: Moment, UTC.
        verify: Judges the report once more.
    """
    status, name = report["status"], _same_name(by)
    if status == "approved":
        return Decision(f"It is approved already, by {_last(report, 'approved')['by']}.")
    if status in {"incomplete", "retracted"}:
        what = "its evidence is incomplete" if status == "incomplete" else "a source was withdrawn"
        return Decision(f"A report cannot be approved while {what}; edit it, or build it anew.")
    withheld = _last(report, "withheld")
    if status == "withheld" and not withheld:
        return Decision("The verifier withheld it; leafroot report show has the check. Edit it, or build it anew.")
    editors = {_same_name(done["by"]) for done in report["decisions"] if done["action"] == "edited"}
    if name in editors:
        return Decision(f"{by} edited this report and may not approve it; another person has to.")
    if status == "withheld" and name == _same_name(withheld["by"]):
        return Decision(f"{by} withheld this report; another person has to approve it.")
    problems = verify(report)
    if problems:
        return Decision("The verifier does not pass it any more; leafroot verify says where.", problems=problems)
    return _decided(report, "approved", "approved", by, at, None)


def withhold(report: Mapping[str, Any], by: str, at: str, reason: str) -> Decision:
    """Withhold a report, for a reason that its readers are told.

    Raises:
        UsageError: there is no reason.
    """
    why = " ".join(_CONTROL.sub(" ", reason).split())
    if not why or len(why) > _LONGEST_REASON:
        raise UsageError(f"--reason: say why in a sentence, {_LONGEST_REASON} characters at most.")
    if report["status"] == "retracted":
        return Decision("It is retracted already: a source was withdrawn.")
    return _decided(report, "withheld", "withheld", by, at, why)


def edit(report: Mapping[str, Any], edited: Mapping[str, Any], by: str, at: str, verify: Verify) -> Decision:
    """Take in edited sentences where the verifier passes them; the generated text stays kept.

    Args:
        report: What stands under the id.
        edited: The same report with edited sentences (edits.py).
        by: Who edited.
        at: Moment, UTC.
        verify: Judges the edited report.
    """
    if report["status"] == "retracted":
        return Decision("A source of it was withdrawn; build the report anew and edit that.")
    if content_sha256(report) == content_sha256(edited):
        return Decision("The file says what the report says; nothing was edited.")
    if not any(section["sentences"] for section in edited["sections"]):
        return Decision("No sentence is left; withhold the report instead.")
    problems = verify(edited)
    if problems:
        where = f"sentence {problems[0]['sentence']}: {problems[0]['code']}: {problems[0]['detail']}"
        return Decision(f"The verifier does not pass the edited text ({where}); nothing was kept.", problems=problems)
    changes = {**differences(report, edited), "by": by}
    manifest = {**edited["manifest"], "edits": [*edited["manifest"].get("edits", []), changes]}
    status = "incomplete" if report["status"] == "incomplete" else "checked"
    n = sum(len(section["sentences"]) for section in edited["sections"])
    checks = [{"name": "verify", "passed": True, "detail": f"{n} of {n} sentences hold after the edit by {by}"}]
    return _decided({**edited, "manifest": manifest, "checks": checks}, "edited", status, by, at, None)


def _decided(report: Mapping[str, Any], action: str, status: str, by: str, at: str, reason: str | None) -> Decision:
    edition = int(report.get("edition", 0)) + (action == "edited")
    done = {"action": action, "by": by, "at": at, "reason": reason, "version": report["version"], "edition": edition}
    kept = {key: value for key, value in report.items() if key not in _OVERLAY}
    new = {**kept, "status": status, "edition": edition, "decisions": [*report["decisions"], done]}
    digest = content_sha256(new)
    row = {
        "report_id": report["id"],
        "version": report["version"],
        "edition": edition,
        "status": status,
        "content_sha256": digest,
        "report": new,
    }
    entry = {
        "object_id": report["id"],
        "version": report["version"],
        "edition": edition,
        "action": action,
        "decided_by": by,
        "decided_at": at,
        "reason": reason,
        "content_sha256": digest,
    }
    return Decision(f"{action} by {by}", row, entry)


def _last(report: Mapping[str, Any], action: str) -> Mapping[str, Any]:
    return next((done for done in reversed(report["decisions"]) if done["action"] == action), {})


def _same_name(name: str) -> str:
    """A name as it is compared: width, case and blanks tell nobody apart."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
