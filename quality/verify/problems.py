"""What the verifier says is wrong, with the codes of the contract."""

from dataclasses import dataclass

__all__ = ["CODES", "Problem"]

CODES = (
    "citation_missing",
    "citation_mismatch",
    "number_untraced",
    "unit_mismatch",
    "date_untraced",
    "direction_mismatch",
    "entity_untraced",
    "cause_unattributed",
    "negation_mismatch",
    "claim_mismatch",
    "manifest_mismatch",
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a sentence: a code of `CODES`, and what was seen."""

    code: str
    detail: str
