"""What a check says: its name, severity, verdict, and which rows failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Outcome", "Severity", "Verdict"]

#: block: nothing is published; row: the failing rows go to quarantine; warn: said, nothing else.
Severity = Literal["block", "row", "warn"]


@dataclass(frozen=True)
class Outcome:
    """One check on one candidate: passed or not, a sentence, and the keys that failed with the rule they broke."""

    check: str
    severity: Severity
    passed: bool
    detail: str
    failing: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Verdict:
    """All outcomes of one candidate."""

    outcomes: Sequence[Outcome]
    #: Key → rule, of the rows that go to quarantine.
    bad_rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocked(self) -> list[str]:
        """Names of the blocking checks that failed."""
        return [outcome.check for outcome in self.outcomes if outcome.severity == "block" and not outcome.passed]
