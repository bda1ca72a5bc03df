"""What a failed attempt is worth: repeated here, tried elsewhere, held against the endpoint, or the end of it. One table, read by everybody.

Which outcome an error code or text stands for is `transports/errors.py`.
"""

from dataclasses import dataclass, replace

from resources.models.spec import CallError, CallOutcome

__all__ = ["PATIENCE", "VERDICTS", "Verdict", "verdict"]

#: Nobody waits longer than this for one endpoint, whatever it asks for, in seconds.
PATIENCE = 60.0

_CONFLICT, _TOO_LARGE = 409, 413


@dataclass(frozen=True)
class Verdict:
    """What to do after a failed attempt.

    Attributes:
        retry_here: The same call may succeed at the same endpoint.
        fail_over: It may succeed at another one.
        cool: It counts against the endpoint's health.
        shrink: It may succeed with less input, a smaller batch or more room for the answer.
        weaken: It may succeed with a weaker response_format.
        stop_batch: All calls to this endpoint will fail until a person does something; one message says so.
        wait: Seconds before the next attempt at this endpoint, as it asked; None: our own back-off.
    """

    retry_here: bool = False
    fail_over: bool = False
    cool: bool = False
    shrink: bool = False
    weaken: bool = False
    stop_batch: bool = False
    wait: float | None = None


def _row(marks: str) -> Verdict:
    """Return the verdict of a row of the table."""
    retry, over, cool, shrink, weaken, stop = (mark == "x" for mark in marks.replace(" ", ""))
    return Verdict(retry, over, cool, shrink, weaken, stop)


# fmt: off
VERDICTS: dict[CallOutcome, Verdict] = {
    #                               retry over cool  shrink weaken stop
    CallOutcome.CONNECT:      _row("  x    x    x      .      .     .  "),
    CallOutcome.TIMEOUT:      _row("  x    x    x      .      .     .  "),
    CallOutcome.RESET:        _row("  x    x    x      .      .     .  "),
    CallOutcome.FRAMING:      _row("  x    x    x      .      .     .  "),
    CallOutcome.NOT_JSON:     _row("  x    x    x      .      .     .  "),
    CallOutcome.SHAPE:        _row("  x    x    x      .      .     .  "),
    CallOutcome.EMPTY:        _row("  x    x    x      .      .     .  "),
    CallOutcome.SERVER:       _row("  x    x    x      .      .     .  "),
    CallOutcome.RATE_LIMITED: _row("  x    x    .      .      .     .  "),  # a limit, no illness: the flow control heeds it
    CallOutcome.INVALID:      _row("  x    x    .      .      .     .  "),  # of the model, not of the endpoint
    CallOutcome.TOO_LARGE:    _row("  .    x    x      .      .     .  "),
    CallOutcome.REDIRECT:     _row("  .    x    x      .      .     .  "),
    CallOutcome.NOT_FOUND:    _row("  .    x    x      .      .     .  "),
    CallOutcome.QUOTA:        _row("  .    x    .      .      .     x  "),
    CallOutcome.AUTH:         _row("  .    x    .      .      .     x  "),
    CallOutcome.CONTEXT:      _row("  .    x    .      x      .     .  "),  # elsewhere: where the window is larger
    CallOutcome.LENGTH:       _row("  .    .    .      x      .     .  "),
    CallOutcome.UNSUPPORTED:  _row("  .    x    .      .      x     .  "),
    CallOutcome.REFUSED:      _row("  .    .    .      .      .     .  "),
    CallOutcome.FILTERED:     _row("  .    .    .      .      .     .  "),  # never resent unchanged
    CallOutcome.BAD_REQUEST:  _row("  .    .    .      .      .     .  "),
    CallOutcome.CANCELLED:    _row("  .    .    .      .      .     .  "),
    CallOutcome.BLOCKED:      _row("  .    .    .      .      .     .  "),  # not sent: who blocked it knows why
    CallOutcome.OK:           _row("  .    .    .      .      .     .  "),
}
# fmt: on


def verdict(error: CallError) -> Verdict:
    """Return what to do after a failed attempt: the row of its outcome, with what status and Retry-After add."""
    found = VERDICTS[error.outcome]
    if error.outcome is CallOutcome.BAD_REQUEST and error.status == _CONFLICT:
        found = replace(found, retry_here=True, fail_over=True)
    if error.outcome is CallOutcome.BAD_REQUEST and error.status == _TOO_LARGE:
        found = replace(found, shrink=True)
    if error.retry_after is None:
        return found
    return replace(found, wait=error.retry_after, retry_here=found.retry_here and error.retry_after <= PATIENCE)
