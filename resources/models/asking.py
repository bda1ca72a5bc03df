"""One question to the models, to a checked answer: prompt variants, masking, the rung of each model, re-asks and splits.

The gateway below decides who answers, repeats what failed on the wire and keeps the books. Here an answer is judged: what
is not in form or not supported is asked once more with the reason; what was cut gets more room or is asked in two halves.
Numbers of items are local to a question (1 to n), so that equal questions are equal on the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from resources.errors import GatewayError
from resources.models.parameters import refused_parameter, without_refused
from resources.models.privacy import Mask
from resources.models.prompts import Prompt, Rendered, as_data, load_prompt
from resources.models.registry import Model, Registry
from resources.models.spec import CallOutcome, ChatAnswer, ChatRequest, Clearance, EmbedAnswer, EmbedRequest
from resources.models.structured import InvalidAnswer, Rung, Rungs, read_answer, wire_fields
from resources.models.tasks import Checked, Task

__all__ = ["Asked", "Asker", "Gateway", "Origin"]

#: A question is split at most so often (16 items down to one).
MAX_SPLITS = 4
#: Tokens of answer beside what the items take; how much more a cut answer gets.
ROOM, MORE_ROOM = 400, 3
#: Ends of a call that a smaller question may pass.
TOO_MUCH = frozenset({CallOutcome.LENGTH, CallOutcome.CONTEXT, CallOutcome.TOO_LARGE})
#: Ends that one of the items may have caused: the halves are asked apart, so that it takes none with it.
TOUCHY = frozenset({CallOutcome.FILTERED, CallOutcome.REFUSED})
DEADLINE = 60.0
#: Rungs below the first, and one more call with more room.
MAX_FALLS = 4
PATIENCE = 6


class Gateway(Protocol):
    """What is used of the gateway."""

    registry: Registry

    async def chat(self, request: ChatRequest) -> ChatAnswer: ...

    async def embed(self, request: EmbedRequest) -> EmbedAnswer: ...


@dataclass(frozen=True)
class Origin:
    """Where a question comes from, and what it may cost in time."""

    clearance: Clearance = "internal"
    asset: str | None = None
    partition: str | None = None
    deadline: float | None = None


@dataclass
class Asked:
    """What became of one question: rows that hold, why others were dropped, or the reason that there are none."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    #: For each row: registry model, call id.
    sources: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    reason: str | None = None
    #: The error behind the reason, where the gateway gave none of its answers.
    error: GatewayError | None = None

    def join(self, other: Asked) -> Asked:
        """Return both together; a reason stands only where no row came."""
        joined = Asked(
            self.rows + other.rows,
            self.sources + other.sources,
            self.dropped + other.dropped,
            list(dict.fromkeys(self.prompts + other.prompts)),
        )
        if not joined.rows:
            joined.reason = self.reason or other.reason
            joined.error = self.error or other.error
        return joined


@dataclass
class Tally:
    """What the questions of a runner took."""

    chat_calls: int = 0
    embed_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    #: CNY as a decimal; None: no price is known. Answers of models without a price are counted apart.
    cost: Decimal | None = None
    unpriced: int = 0
    #: Seconds that answers took, waits and repetitions included.
    seconds: float = 0.0

    def add(self, answer: ChatAnswer | EmbedAnswer, model: Model | None, seconds: float = 0.0) -> None:
        """Count one answer."""
        self.seconds += seconds
        if isinstance(answer, ChatAnswer):
            self.chat_calls += 1
        else:
            self.embed_calls += 1
        self.tokens_in += answer.usage.tokens_in
        self.tokens_out += answer.usage.tokens_out
        cost = model.cost(answer.usage) if model is not None else None
        if cost is None:
            self.unpriced += 1
        else:
            self.cost = cost if self.cost is None else self.cost + cost


class Asker:
    """Asks questions of one home's models."""

    def __init__(self, gateway: Gateway, home: Path | None, rungs: Rungs) -> None:
        self.gateway, self.registry, self.home, self.rungs = gateway, gateway.registry, home, rungs
        self.tally = Tally()
        #: Questions of a task in a row whose answers did not hold; re-asking stops where it never helps.
        self.useless: dict[str, int] = {}
        self._prompts: dict[tuple[str, str], Prompt] = {}

    def prompt(self, task: Task, model: Model) -> Prompt:
        """Return the prompt of a task as a model gets it.

        Raises:
            SettingsError: the configured prompt is missing or malformed.
        """
        key = (task.name, model.name)
        if key not in self._prompts:
            own = self.registry.settings.tasks.get(task.name)
            name = own.prompt if own is not None and own.prompt else task.prompt
            family = model.settings.family or model.endpoint.model
            self._prompts[key] = load_prompt(name, home=self.home).for_model(family)
        return self._prompts[key]

    def parameters(self, task: str) -> dict[str, Any]:
        """Return the sampling parameters of a task, as on the wire: the same question gets the same answer."""
        chosen = self.registry.task(task).temperature
        return {"temperature": 0.0 if chosen is None else chosen}

    def candidates(self, task: str) -> tuple[Model, ...]:
        """Return the models that may answer, in order of preference."""
        return self.registry.of_task(task, "chat")

    def request(self, task: Task, inputs: Mapping[str, Any], origin: Origin) -> ChatRequest:
        """Return what is sent for these inputs, to be looked at."""
        return _Question(self, task, _numbered(task, inputs), origin).request()

    async def ask(self, task: Task, inputs: Mapping[str, Any], origin: Origin) -> Asked:
        """Ask one question; never raises for what a model or the way to it did."""
        return await self._ask(task, _numbered(task, inputs), origin, 0)

    async def _ask(self, task: Task, inputs: dict[str, Any], origin: Origin, depth: int) -> Asked:
        question = _Question(self, task, inputs, origin)
        outcome = await question.run()
        if isinstance(outcome, Asked):
            return outcome
        items = inputs[task.given]
        if len(items) < 2 or depth >= MAX_SPLITS:
            return Asked(reason=str(outcome), error=outcome if isinstance(outcome, GatewayError) else None)
        middle = (len(items) + 1) // 2
        halves = [{**inputs, task.given: part} for part in (items[:middle], items[middle:])]
        first = await self._ask(task, halves[0], origin, depth + 1)
        second = await self._ask(task, halves[1], origin, depth + 1)
        return first.join(second)


class _Question:
    """One question on its way; ends in `Asked`, or in the exception that says that a smaller one may pass."""

    def __init__(self, asker: Asker, task: Task, inputs: dict[str, Any], origin: Origin) -> None:
        self.asker, self.task, self.inputs, self.origin = asker, task, inputs, origin
        self.models = {model.name: model for model in asker.candidates(task.name)}
        self.mask = Mask()
        self.exclude: tuple[str, ...] = ()
        self.wrong: str | None = None
        self.wider = 1
        self.plan: dict[str, tuple[Rung, Rendered]] = {}
        self.served_by = self.call_id = ""

    async def run(self) -> Asked | GatewayError | InvalidAnswer:
        """Ask, fall to a lower rung, widen and re-ask as far as that can help."""
        reasks = 1 if self.asker.useless.get(self.task.name, 0) < PATIENCE else 0
        while True:
            try:
                answer = await self._send()
                checked = self._read(answer)
            except GatewayError as error:
                too_much = CallOutcome(error.outcome) in TOO_MUCH | TOUCHY
                return error if too_much else Asked(reason=str(error), error=error)
            except InvalidAnswer as problem:
                if problem.cut:
                    if self.wider > 1:
                        return problem
                    self.wider = MORE_ROOM
                    continue
                wrong = problem.problem
            else:
                if checked.rows:
                    self.asker.useless[self.task.name] = 0
                    return self._asked(checked)
                wrong = checked.dropped[0] if checked.dropped else "the answer is empty"
            if not reasks:
                self.asker.useless[self.task.name] = self.asker.useless.get(self.task.name, 0) + 1
                return Asked(reason=f"{self.served_by}: the answer does not hold: {wrong}")
            reasks -= 1
            self.wrong = wrong
            if len(self.models) > 1:
                self.exclude = (*self.exclude, self.served_by)

    async def _send(self) -> ChatAnswer:
        """Send it, on a lower rung where a server does not know the form, with more room where it was cut.

        Raises:
            GatewayError: no model answered.
        """
        clock = asyncio.get_running_loop().time
        for _ in range(MAX_FALLS + 1):
            begun = clock()
            try:
                answer = await self.asker.gateway.chat(self.request())
            except GatewayError as error:
                ended = CallOutcome(error.outcome)
                if ended is CallOutcome.UNSUPPORTED and self._fall(error):
                    continue
                if ended is CallOutcome.LENGTH and self.wider == 1:
                    self.wider = MORE_ROOM
                    continue
                raise
            self.served_by, self.call_id = answer.served_by or answer.model, answer.call_id
            self.asker.tally.add(answer, self.models.get(answer.served_by), clock() - begun)
            return answer
        raise InvalidAnswer("no form of answer was understood")

    def request(self) -> ChatRequest:
        """Return the request, with what differs from model to model."""
        clear = self._rendered(self.inputs)
        hidden = self._rendered(self.mask.hide(self.inputs)) if self._hosted() else clear
        views: dict[str, dict[str, Any]] = {}
        schema = self.task.schema(self.inputs)
        room, extra = self._room(), self.asker.parameters(self.task.name)
        for name, model in self.models.items():
            rung = self.asker.rungs.of(name, model.lacks)
            rendered = (hidden if model.placement == "maas" else clear)[name]
            self.plan[name] = (rung, rendered)
            views[name] = {
                "messages": self._corrected(rendered),
                "prompt": f"{rendered.prompt}/{rendered.digest}",
                **wire_fields(rung, self.task.name, schema),
                **without_refused(model.lacks, room, extra),
            }
        first = next(iter(views.values()), {"messages": (), "prompt": None})
        base = ChatRequest(
            messages=(),
            task=self.task.name,
            max_tokens=room,
            extra=extra,
            clearance=self.origin.clearance,
            deadline=self.origin.deadline or self.asker.registry.task(self.task.name).timeout or DEADLINE,
            asset=self.origin.asset,
            partition=self.origin.partition,
            exclude=self.exclude,
        )
        same = all(view == first for view in views.values())
        return replace(base, **first, per_model={} if same else views)

    def _hosted(self) -> bool:
        return any(model.placement == "maas" for model in self.models.values())

    def _rendered(self, inputs: Mapping[str, Any]) -> dict[str, Rendered]:
        """Render once for each variant."""
        made: dict[str, Rendered] = {}
        known: dict[str, Rendered] = {}
        for name, model in self.models.items():
            prompt = self.asker.prompt(self.task, model)
            if prompt.digest not in known:
                known[prompt.digest] = prompt.render(inputs)
            made[name] = known[prompt.digest]
        return made

    def _corrected(self, rendered: Rendered) -> tuple[Mapping[str, Any], ...]:
        if self.wrong is None:
            return rendered.messages
        first, *rest = rendered.messages
        said = as_data(self.mask.hide(self.wrong) if self._hosted() else self.wrong)[:200]
        text = f"{first['content']}\n【更正】上次的回答不能用（{said}）。请按输出规则重新回答。"
        return ({**first, "content": text}, *rest)

    def _room(self) -> int:
        wanted = (ROOM + self.task.room * len(self.inputs[self.task.given])) * self.wider
        return min([wanted, *(max(256, model.context // 2) for model in self.models.values())])

    def _read(self, answer: ChatAnswer) -> Checked:
        """Return what holds of an answer, personal data restored.

        Raises:
            InvalidAnswer: it is not in the agreed form, or was cut.
        """
        if answer.finish == "length":
            raise InvalidAnswer("the answer was cut by its length", cut=True)
        output = read_answer(answer, self.task.name, self.task.made)
        if answer.served_by in self.plan:
            self.asker.rungs.held(answer.served_by, self.plan[answer.served_by][0])
        return self.task.check(self.inputs, self.mask.restore(output))

    def _asked(self, checked: Checked) -> Asked:
        rows = list(checked.rows)
        prompts = [self.plan[self.served_by][1].prompt] if self.served_by in self.plan else []
        return Asked(rows, [(self.served_by, self.call_id)] * len(rows), list(checked.dropped), prompts)

    def _fall(self, error: GatewayError) -> bool:
        """Ask the models that refused a form or a parameter without it from now on; False where there is nothing less."""
        refusing = {
            str(a["model"]): str(a["detail"] or "") for a in error.attempts if a["outcome"] == CallOutcome.UNSUPPORTED
        }
        learned = False
        for name in [name for name in (refusing or self.plan) if name in self.plan]:
            parameter = refused_parameter(refusing.get(name, ""))
            if parameter is None:
                learned |= self.asker.rungs.fell(name, self.plan[name][0])
            elif parameter not in self.models[name].lacks:
                self.models[name].lacks.add(parameter)
                learned = True
        return learned


def _numbered(task: Task, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as plain values, defaults filled in."""
    return task.inputs.model_validate(dict(inputs)).model_dump(mode="python")
