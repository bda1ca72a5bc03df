"""From a draft to a status: what the verifier does not pass is left out, and what is left is judged again."""

from typing import Any

from quality.verify.report import verify_report
from resources.protocols import Reader

__all__ = ["CHECK", "settle_status"]

CHECK = "verify"
LEFT_OUT = "有{n}句未通过核验，已略去。"


def settle_status(draft: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """Return the report with its status and checks.

    A sentence with a problem is left out, and its section's note says how many were; so is a viewpoint; `incomplete` drafts stay
    incomplete; a report that still has problems, or nothing left to say, is `withheld`.
    """
    said = verify_report(draft, reader)
    report = draft
    left_out = sorted({problem["sentence"] for problem in said["problems"] if "viewpoint" not in problem})
    views = {problem["viewpoint"] for problem in said["problems"] if problem.get("viewpoint") is not None}
    if left_out or views:
        report = _without(draft, set(left_out))
        report["viewpoints"] = [view for i, view in enumerate(draft.get("viewpoints", [])) if i not in views]
        said = verify_report(report, reader)
    if said["problems"] or (said["sentences"] == 0 and draft["status"] != "incomplete"):
        status = "withheld"
    else:
        status = "incomplete" if draft["status"] == "incomplete" else "checked"
    detail = f"{said['cited']} of {said['sentences']} sentences cited, {said['numbers_traced']} of {said['numbers']} numbers traced, {len(left_out)} left out"
    return {**report, "status": status, "checks": [{"name": CHECK, "passed": not said["problems"], "detail": detail}]}


def _without(report: dict[str, Any], sentences: set[int]) -> dict[str, Any]:
    sections, position = [], 0
    for section in report["sections"]:
        kept = []
        for sentence in section["sentences"]:
            if position not in sentences:
                kept.append(sentence)
            position += 1
        missing = len(section["sentences"]) - len(kept)
        note = section["note"]
        if missing:
            note = f"{note or ''}{LEFT_OUT.format(n=missing)}"
        sections.append({**section, "sentences": kept, "note": note})
    return {**report, "sections": sections}
