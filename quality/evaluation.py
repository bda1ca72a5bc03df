"""What the scores of a home's own questions must hold: no kind worse than at the last good verdict, no citation broken."""

from collections.abc import Mapping, Sequence
from typing import Any

from quality.outcomes import Outcome

__all__ = ["CHECKS", "WORSE_BY", "check_scores", "find_worse"]

#: Names of the checks, in the order in which they are told.
CHECKS = ("evaluation_no_worse", "evaluation_citations")
#: A share may fall by so much, and by one question at least, before it is worse: single documents come and go.
WORSE_BY = 0.03


def find_worse(rows: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the kinds of question that are answered worse, each with a sentence.

    Args:
        rows: Rows of `evaluations` as they would be.
        before: The same as they are published; a kind that was not asked then cannot be worse.
    """
    known = {row["kind"]: row for row in before}
    worse = []
    for row in rows:
        old = known.get(row["kind"])
        if old is None:
            continue
        slack = max(WORSE_BY, 1 / row["asked"] + 1e-6)
        if row["share"] < old["share"] - slack:
            said = f"{row['right']} of {row['asked']} right, before {old['right']} of {old['asked']}"
            worse.append((row["kind"], said))
    return worse


def check_scores(
    rows: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], *, accepted: bool = False
) -> list[Outcome]:
    """Judge the scores; both checks block.

    Args:
        rows: Rows of `evaluations` as they would be.
        before: The same as they are published.
        accepted: Somebody asked for a result that does not depend on history: what is worse is the new measure.
    """
    worse = [] if accepted else find_worse(rows, before)
    asked, right = sum(row["asked"] for row in rows), sum(row["right"] for row in rows)
    detail = f"{right} of {asked} questions right"
    if worse:
        told = "; ".join(f"{kind}: {said}" for kind, said in worse)
        detail = (
            f"{told}; look at the table evaluations, mend it, or take it as the new measure: leafroot run --rebuild"
        )
    broken = [(str(row["kind"]), f"{row['broken_citations']} citations") for row in rows if row["broken_citations"]]
    return [
        Outcome(CHECKS[0], "block", not worse, detail, tuple(worse)),
        Outcome(
            CHECKS[1],
            "block",
            not broken,
            "some citations do not re-read to their quote"
            if broken
            else "every citation re-reads to its quote and hash",
            tuple(broken),
        ),
    ]
