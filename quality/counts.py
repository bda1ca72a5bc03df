"""Counts are conserved: what came in is stored or in quarantine, nothing disappears."""

from quality.outcomes import Outcome

__all__ = ["check_conserved", "check_references"]


def check_conserved(table: str, *, taken: int, stored: int, quarantined: int) -> Outcome:
    """Rows in = rows stored + rows in quarantine."""
    passed = taken == stored + quarantined
    return Outcome(
        f"{table}_counts",
        "block",
        passed,
        f"{taken} in = {stored} stored + {quarantined} quarantined"
        if passed
        else f"{taken} in, but {stored} stored and {quarantined} quarantined",
    )


def check_references(table: str, *, wanted: set[str], known: set[str], where: str) -> Outcome:
    """Every id that the rows name stands in an earlier table."""
    missing = sorted(wanted - known)
    detail = f"{len(wanted)} ids all stand in {where}" if not missing else f"{len(missing)} ids are not in {where}"
    return Outcome(
        f"{table}_references", "block", not missing, detail, tuple((m, f"not in {where}") for m in missing[:20])
    )
