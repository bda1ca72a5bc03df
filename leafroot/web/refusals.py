"""What a failed call is to a client: the HTTP status, code and sentence that OpenAI's SDK turns into its exceptions."""

from __future__ import annotations

from collections.abc import Mapping

from leafroot.web.clients import Denied
from resources.models.gateway import GatewayError
from resources.models.spec import CallError, CallOutcome

__all__ = ["denied_of"]

#: What the client can mend itself keeps a 4xx; what the models did is ours to answer for.
STATUS: Mapping[CallOutcome, tuple[int, str]] = {
    CallOutcome.CONTEXT: (400, "context_length_exceeded"),
    CallOutcome.FILTERED: (400, "content_filter"),
    CallOutcome.UNSUPPORTED: (400, "unsupported_parameter"),
    CallOutcome.BAD_REQUEST: (400, "invalid_value"),
    CallOutcome.NOT_FOUND: (404, "model_not_found"),
    CallOutcome.REFUSED: (400, "refused"),
    CallOutcome.RATE_LIMITED: (429, "rate_limit_exceeded"),
    CallOutcome.QUOTA: (429, "insufficient_quota"),
    CallOutcome.TIMEOUT: (504, "timeout"),
    CallOutcome.BLOCKED: (503, "no_model_available"),
}


def denied_of(error: GatewayError | CallError) -> Denied:
    """Return the refusal that stands for a failed call."""
    outcome = CallOutcome(error.outcome)
    status, code = STATUS.get(outcome, (502, str(outcome)))
    return Denied(status, code, str(error), retry_after=error.retry_after)
