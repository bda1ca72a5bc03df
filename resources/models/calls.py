"""One call on its way: who may take it, the wait for a turn, what each failure means for it and for the model.

This is the only layer that repeats anything: `retries` further calls after the first, over all models together, inside one
deadline. What is sent and how is the transports' business, what an outcome is worth that of `faults.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NoReturn

from resources.errors import GatewayError
from resources.models.budget import Budget
from resources.models.conditions import Conditions, ending
from resources.models.faults import PATIENCE, VERDICTS, Verdict, verdict
from resources.models.health import LEAST_ATTEMPT
from resources.models.ledger import Attempt, Ledger
from resources.models.limits import QueueFullError
from resources.models.parameters import refused_parameter
from resources.models.plans import Call, Turn, hash_prompt
from resources.models.router import Target, needs_of, select
from resources.models.spec import CallError, CallOutcome, ChatRequest, Usage
from resources.models.switches import Switches
from resources.models.tracing import open_tracing

__all__ = ["Dispatcher"]

#: Seconds before the same model is asked again after a failure that passes: at first, doubling.
BACK_OFF = 0.2
#: Where a person has to do something (a refused key, a spent quota), nothing is sent for so many seconds. A spent quota is said
#: once, not a thousand times; a refused key may be a hiccup, so only the third in a row counts.
PAUSE = 60.0
PAUSE_FROM: Mapping[CallOutcome, int] = {CallOutcome.QUOTA: 1, CallOutcome.AUTH: 3}
ZERO = Decimal(0)
#: Ends after which the same call may do better later.
PASSING = frozenset(
    {CallOutcome.BLOCKED, *(outcome for outcome, row in VERDICTS.items() if row.retry_here or row.stop_batch)}
)


class Dispatcher:
    """Brings calls to models and keeps the books."""

    def __init__(
        self,
        *,
        switches: Switches,
        budget: Budget,
        ledger: Ledger,
        clock: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.budget, self.ledger = budget, ledger
        self.conditions = Conditions(switches, budget)
        self.clock, self.wall = clock, wall
        self.tracing = open_tracing()

    async def enter(self, call: Call) -> Turn:
        """Wait until some model may take the call.

        Raises:
            GatewayError: none will within the deadline, or none may.
        """
        while True:
            now = self.clock()
            if call.tries <= 0:
                self.fail(call)
            if now >= call.give_up:
                self.fail(call, CallOutcome.TIMEOUT, f"its deadline of {call.give_up - call.begun:.0f} s passed")
            ready = self._ready(call, now)
            target = select(
                ready,
                call.task.weights,
                now=now,
                tokens_in=call.tokens_in,
                tokens_out=call.tokens_out,
                tried=call.tried,
                rest=call.rest,
            )
            rest = call.rest.get(target.model.name, 0.0)
            opens = max(target.gate.closed_until, rest)
            if opens >= call.give_up:
                self.fail(call, retry_after=opens - now)
            if rest > now and rest >= target.gate.closed_until:
                await asyncio.sleep(rest - now)
                call.row.queue += self.clock() - now
                continue
            turn = await self._queue(call, target, now)
            if turn is not None:
                return turn

    def try_enter(self, call: Call, *, but: str) -> Turn | None:
        """Take a place at once for a second request beside a slow first one, at another model where there is one."""
        now = self.clock()
        if call.tries <= 0:
            return None
        ready = [t for t in call.targets if t.gate.room > 0 and self.may_take(call, t)]
        ready = [t for t in ready if t.model.name != but] or ready
        if not ready:
            return None
        target = select(ready, call.task.weights, now=now, tokens_in=call.tokens_in, tokens_out=call.tokens_out)
        if not target.gate.try_acquire(call.tokens_in + call.tokens_out):
            return None
        turn = self._turn(call, target)
        turn.hedge = True
        return turn

    def succeeded(self, call: Call, turn: Turn, usage: Usage) -> None:
        """Book a good answer and close the call."""
        latency = self.clock() - turn.sent
        target = turn.target
        answered = turn.first or latency
        target.gate.widen(answered, target.health.latency)
        target.health.succeeded(call.tail, answered)
        self.leave(call, turn, usage)
        self._note(call, turn, CallOutcome.OK, latency, usage)
        row = call.row
        row.model, row.outcome, row.latency = target.model.name, "ok", self.clock() - call.begun
        self._book(call)

    def failed(self, call: Call, turn: Turn, error: CallError, *, last: bool = False) -> None:
        """Book a failed attempt; what it means for the model and for the rest of this call.

        Args:
            call: The call.
            turn: The attempt.
            error: What happened.
            last: Nothing may be repeated (a part of the answer is with the caller already).

        Raises:
            GatewayError: no repetition and no other model can help.
        """
        latency = self.clock() - turn.sent
        name = turn.target.model.name
        self._note(call, turn, error.outcome, latency, error.usage, error)
        call.last = error
        worth = verdict(error)
        # Before the place is given back: whoever waits for it must see a closed gate.
        self._blame(call, turn, error, worth, latency)
        self.leave(call, turn, error.usage)
        if error.outcome is CallOutcome.TIMEOUT:
            call.timeouts += 1
        if not worth.retry_here:
            call.dropped[name] = _cause(error)
        if last or not worth.fail_over:
            self.fail(call)
        if error.outcome is CallOutcome.CONTEXT:
            call.overlong = max(call.overlong, turn.target.model.context)

    def leave(self, call: Call, turn: Turn, usage: Usage | None) -> None:
        """Give the place back, with what was set aside and not used."""
        target = turn.target
        target.gate.release()
        if target.model.settings.tokens_per_minute:
            used = usage.tokens_in + usage.tokens_out if usage is not None else 0
            target.gate.settle(used - call.tokens_in - call.tokens_out)
        if target.model.settings.budget_per_day is not None:
            self.budget.settle(target.model, turn.reserved, None if usage is None else target.model.cost(usage))

    def abandoned(self, call: Call, turn: Turn, usage: Usage | None = None, *, close: bool = True) -> None:
        """Book an attempt that the caller gave up; `close` ends the call as cancelled too."""
        self.leave(call, turn, usage)
        self._note(call, turn, CallOutcome.CANCELLED, self.clock() - turn.sent, usage)
        if close:
            row = call.row
            row.model, row.outcome, row.latency = turn.target.model.name, "cancelled", self.clock() - call.begun
            self._book(call)

    def fail(
        self,
        call: Call,
        outcome: CallOutcome | None = None,
        reason: str | None = None,
        *,
        retry_after: float | None = None,
        causes: Mapping[str, str] | None = None,
    ) -> NoReturn:
        """End a call: book it and raise what happened at each target.

        Raises:
            GatewayError: always.
        """
        now = self.clock()
        row = call.row
        ended = outcome or (call.last.outcome if call.last is not None else CallOutcome.BLOCKED)
        targets = [self._say(call, target, now, causes or {}) for target in call.targets]
        if retry_after is None and ended in PASSING:
            times = [t["retry_after"] for t in targets if isinstance(t["retry_after"], float)]
            retry_after = min(times, default=None)
        row.outcome, row.latency = ended.value, now - call.begun
        row.model = call.tried[-1] if call.tried else None
        attempts = [
            {"model": a.model, "outcome": a.outcome, "status": a.status, "detail": a.detail} for a in row.attempts
        ]
        error = GatewayError(
            row.task,
            ended.value,
            targets,
            reason=reason,
            attempts=attempts,
            retry_after=retry_after,
            call_id=row.call_id,
        )
        row.detail = str(error)[:500].encode("utf-8", "replace").decode()
        self._book(call)
        raise error

    def _book(self, call: Call) -> None:
        wall = self.wall()
        self.ledger.record(call.row, wall)
        if self.tracing is not None:
            self.tracing.record(call, self.clock(), wall)

    def _say(self, call: Call, target: Target, now: float, causes: Mapping[str, str]) -> dict[str, object]:
        name = target.model.name
        cause = causes.get(name) or call.dropped.get(name)
        if cause is None:
            tries = [a for a in call.row.attempts if a.model == name]
            cause = _said(tries[-1]) if tries else "not asked"
            if target.gate.closed_until > now and not tries:
                cause = "resting after failures" if target.health.open_until > now else "told to wait"
        opens = max(target.gate.closed_until, target.health.paused_until, call.rest.get(name, 0.0)) - now
        return {"name": name, "cause": cause, "retry_after": opens if opens > 0 else None}

    async def _queue(self, call: Call, target: Target, now: float) -> Turn | None:
        gate = target.gate
        if gate.try_acquire(call.tokens_in + call.tokens_out):
            return self._turn(call, target)
        try:
            went = await gate.acquire(call.request.task, call.tokens_in + call.tokens_out, call.give_up)
        except TimeoutError:
            call.row.queue += self.clock() - now
            self.fail(
                call,
                CallOutcome.TIMEOUT,
                f"its deadline of {call.give_up - call.begun:.0f} s passed while it waited for a turn",
            )
        except QueueFullError:
            self.fail(call, CallOutcome.RATE_LIMITED, f"{gate.waiting} calls wait already", retry_after=5.0)
        call.row.queue += self.clock() - now
        if not went:
            return None
        if self.conditions.hindrance(call, target, self.clock()):
            # While it waited, somebody switched it off or the budget ran out.
            gate.release()
            return None
        return self._turn(call, target)

    def _turn(self, call: Call, target: Target) -> Turn:
        now = self.clock()
        model = target.model
        call.tries -= 1
        call.tried.append(model.name)
        request = call.request
        if isinstance(request, ChatRequest) and request.per_model:
            view: ChatRequest = call.view(model.name)  # type: ignore[assignment]
            call.row.prompt, call.row.prompt_hash = view.prompt, hash_prompt(view)
        seconds = target.health.attempt_seconds(call.tail, timeouts=call.timeouts)
        left = call.give_up - now
        reserved = ZERO if model.settings.budget_per_day is None else self.budget.reserve(model, call.expected)
        return Turn(target, now, min(seconds, left), reserved, cut=left < seconds)

    def _ready(self, call: Call, now: float) -> Sequence[Target]:
        """Return the targets that may take the call now, or as soon as their gate opens."""
        off = self.conditions.task_off(call)
        if off is not None:
            self.fail(call, CallOutcome.BLOCKED, off)
        ready, causes = [], {}
        for target in call.targets:
            hindrance = self.conditions.hindrance(call, target, now)
            if hindrance is None:
                ready.append(target)
            else:
                causes[target.model.name] = hindrance
        if not ready:
            self.fail(call, ending(call, causes), causes=causes)
        return ready

    def may_take(self, call: Call, target: Target) -> bool:
        """May a target take the call, whatever its load is?"""
        return self.conditions.hindrance(call, target, self.clock()) is None

    def _blame(self, call: Call, turn: Turn, error: CallError, worth: Verdict, latency: float) -> None:
        """Let the model's health, gate and known gaps learn from a failure."""
        now, target = self.clock(), turn.target
        name = target.model.name
        rest = min(max(worth.wait or 0.0, 0.0), PATIENCE)
        if error.outcome is CallOutcome.RATE_LIMITED:
            target.gate.narrow_down(latency, limited=True)
            target.gate.close(now + (rest or target.health.rate_rest()))
        elif rest and worth.cool:
            target.gate.close(now + rest)
        # A caller with hardly any time left says nothing about the endpoint.
        hurried = turn.cut and turn.seconds < max(LEAST_ATTEMPT, 2 * target.health.slow_tail(call.tail))
        if error.outcome is CallOutcome.TIMEOUT and not hurried:
            target.gate.narrow_down(latency, limited=False)
        if worth.cool and not (error.outcome is CallOutcome.TIMEOUT and hurried):
            opened = target.health.failed()
            if opened:
                target.gate.close(now + opened, narrow=True)
        if worth.stop_batch and target.health.refused(
            error.outcome.value, _cause(error), seconds=PAUSE, least=PAUSE_FROM.get(error.outcome, 1)
        ):
            target.gate.flush()
        if error.outcome is CallOutcome.UNSUPPORTED:
            request = call.view(name)
            # A refused parameter says nothing about the form that was asked for.
            if isinstance(request, ChatRequest) and refused_parameter(error.detail) is None:
                target.model.learn_gap(needs_of(request.response_format, request.tools, stream=call.kind == "stream"))
        if worth.retry_here and error.outcome is not CallOutcome.RATE_LIMITED:
            call.rest[name] = now + BACK_OFF * 2.0 ** (call.tried.count(name) - 1)

    def _note(
        self,
        call: Call,
        turn: Turn,
        outcome: CallOutcome,
        latency: float,
        usage: Usage | None,
        error: CallError | None = None,
    ) -> None:
        attempt = Attempt(turn.target.model.name, outcome.value, latency, hedge=turn.hedge, at=self.wall())
        if usage is not None:
            attempt.tokens_in, attempt.tokens_out, attempt.estimated = (
                usage.tokens_in,
                usage.tokens_out,
                usage.estimated,
            )
            attempt.cost = turn.target.model.cost(usage)
        if error is not None:
            attempt.status, attempt.detail = error.status, error.detail[:300]
        call.row.attempts.append(attempt)


def _cause(error: CallError) -> str:
    return _worded(error.outcome.value, error.status, error.detail[:200])


def _said(attempt: Attempt) -> str:
    return _worded(attempt.outcome, attempt.status, attempt.detail or "")


def _worded(outcome: str, status: int | None, detail: str) -> str:
    """Return a cause in words; most details say the status themselves."""
    known = status is None or str(status) in detail
    return f"{outcome}, {detail}" if known else f"{outcome} {status}, {detail}"
