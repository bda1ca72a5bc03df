"""Counts are conserved: what came in is stored or in quarantine, nothing disappears."""

from quality.outcomes import Outcome

__all__ = ["check_conserved"]


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
