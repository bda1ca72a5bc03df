"""`report build`: one report, through Dagster, now."""

from leafroot import answers
from leafroot.console import Context
from resources.errors import UsageError

__all__ = ["build_one"]


def build_one(context: Context, kind: str, subject: str, day: str) -> answers.Report:
    """Build one report and return it as it was published.

    Raises:
        UsageError: unknown kind, a date that is none, or a subject that the kind does not have.
        PlatformError: the run failed.
    """
    import datetime as dt

    from assets.reports.outline import FOLDER, load_outline

    load_outline(kind, context.home / FOLDER)
    try:
        day = dt.date.fromisoformat(day).isoformat()
    except ValueError:
        raise UsageError(f"--date {day} is no date; write it as 2024-04-18.") from None
    if (kind == "daily" and subject != "all") or (subject == "all" and kind not in ("daily", "extreme_move")):
        wanted = (
            "a daily report is about all; leave --subject out"
            if kind == "daily"
            else f"name the {kind}'s subject with --subject"
        )
        raise UsageError(f"--subject {subject}: {wanted}.")
    if "@" in subject or ":" in subject or not subject.strip():
        raise UsageError(f"--subject {subject!r}: a subject holds no @ and no colon and is not empty.")
    context.open().close()
    from leafroot.launch import build_report_now

    build_report_now(context.home, context.config, kind, subject, day)
    return context.open().report(f"{kind}:{subject}:{day}")
