"""When to stop asking models that do not answer: the rest of the work degrades at once instead of waiting its turn to fail.

Counts whole calls that the gateway gave up, after its own repetitions and fail-overs. Models that answer nonsense are not
its business.
"""

from __future__ import annotations

from collections.abc import Callable

from resources.errors import GatewayError
from resources.models.spec import CallOutcome

__all__ = ["AT_FIRST", "Brake"]

#: Calls given up in a row before the rest is not tried: while nothing has answered yet, where it is not even there, later.
AT_FIRST, ABSENT, LATER = 3, 2, 8
#: Seconds for which nothing is asked then; longer where only a person can help.
REST, REST_LONG = 60.0, 600.0
_ABSENT = frozenset({CallOutcome.CONNECT, CallOutcome.NOT_FOUND, CallOutcome.REDIRECT})
_PERSON = frozenset({CallOutcome.AUTH, CallOutcome.QUOTA})
#: These say something of one call, not of the way to the models.
_OF_THE_CALL = frozenset(
    {
        CallOutcome.BAD_REQUEST,
        CallOutcome.CONTEXT,
        CallOutcome.FILTERED,
        CallOutcome.INVALID,
        CallOutcome.LENGTH,
        CallOutcome.REFUSED,
        CallOutcome.TOO_LARGE,
        CallOutcome.UNSUPPORTED,
        CallOutcome.CANCELLED,
        CallOutcome.BLOCKED,
    }
)


class Brake:
    """The state of the way to one set of models."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._why: str | None = None
        #: Did anything answer since the last stop?
        self.proven = False

    def stopped(self) -> str | None:
        """Return why nothing is to be asked now; None: ask."""
        if self._why is not None and self._clock() >= self._until:
            self._why, self._failures, self.proven = None, AT_FIRST - 1, False
        return self._why

    def answered(self) -> None:
        """A model answered, whatever it said."""
        self._failures, self._why, self.proven = 0, None, True

    def failed(self, error: GatewayError) -> None:
        """The gateway gave a call up."""
        outcome = CallOutcome(error.outcome)
        if outcome in _OF_THE_CALL:
            return
        self._failures += 1
        limit = LATER if self.proven else ABSENT if outcome in _ABSENT else AT_FIRST
        if outcome in _PERSON:
            self._stop(f"{error} Nothing more is asked until that is mended.", REST_LONG)
        elif self._failures >= limit:
            self._stop(f"{self._failures} calls in a row failed, the rest was not tried: {error}", REST)

    def _stop(self, why: str, seconds: float) -> None:
        self._why, self._until = why, self._clock() + seconds
