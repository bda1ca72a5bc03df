"""The hard conditions: whether a model may take a call at all, whatever its load is, and the sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping

from resources.models.budget import Budget
from resources.models.plans import USUAL_ANSWER, Call
from resources.models.registry import Model
from resources.models.router import Target, needs_of
from resources.models.spec import CallOutcome, ChatRequest
from resources.models.switches import Switches

__all__ = ["Conditions", "ending"]


class Conditions:
    """Kill switch, key, clearance, gaps, context, pauses, budget."""

    def __init__(self, switches: Switches, budget: Budget) -> None:
        self.switches, self.budget = switches, budget

    def task_off(self, call: Call) -> str | None:
        """Return why the whole task is held back."""
        off = self.switches.off("task", call.request.task)
        return None if off is None else f"the task is switched off: {off.reason} ({off.by}, {off.at})"

    def hindrance(self, call: Call, target: Target, now: float) -> str | None:
        """Return why a target may not take the call, whatever its load is; None: it may."""
        model = target.model
        name = model.name
        if name in call.dropped:
            return call.dropped[name]
        if model.unavailable is not None:
            return model.unavailable
        off = self.switches.off("model", name)
        if off is not None:
            return f"switched off: {off.reason} ({off.by}, {off.at})"
        unfit = _unfit(call, model)
        if unfit is not None:
            return unfit
        if target.health.paused_until > now:
            return target.health.pause_reason
        return None if model.settings.budget_per_day is None else self.budget.refuses(model, call.expected)


def _unfit(call: Call, model: Model) -> str | None:
    """Return why the request is none for this model."""
    name = model.name
    request = call.view(name)
    if not model.sees(request.clearance):
        return f"may see {model.clearance} text at most, this is {request.clearance}"
    if name in request.exclude:
        return "excluded by the caller"
    if isinstance(request, ChatRequest) and request.fallback is False and call.tried and call.tried[0] != name:
        return "the caller wants no other model than the first"
    if call.overlong and model.context <= call.overlong:
        return f"too long for its {model.context} tokens"
    if isinstance(request, ChatRequest):
        if call.tokens_in + min(request.max_tokens or 0, USUAL_ANSWER) > model.context:
            return f"too long: about {call.tokens_in} tokens for its {model.context}"
        if model.lacks:
            lacks = needs_of(request.response_format, request.tools, stream=call.kind == "stream") & model.lacks
            if lacks:
                return f"lacks {', '.join(sorted(lacks))}"
    return None


def ending(call: Call, causes: Mapping[str, str]) -> CallOutcome | None:
    """Return the word for a call that nobody may take."""
    if call.last is not None:
        return None
    if causes and all(cause.startswith("too long") for cause in causes.values()):
        return CallOutcome.CONTEXT
    if causes and all(cause.startswith("lacks") for cause in causes.values()):
        return CallOutcome.UNSUPPORTED
    return CallOutcome.BLOCKED
