"""The models as a stage sees them: typed tasks, synchronous, answered in their order (`resources.protocols.TaskRunner`).

    with open_runner(home, settings) as runner:
        results = runner.run("summarise_slices", [TaskCall({...}), …])

An event loop in a thread of its own holds the gateway. What was answered before comes from the cache, item by item; what
is answered is kept at once. How one question is asked is in `asking.py`, when to stop asking in `brake.py`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from resources.models.asking import Asker, Origin, Tally
from resources.models.brake import AT_FIRST, Brake
from resources.models.embedding import space_of
from resources.models.gateway import Gateway, open_gateway
from resources.models.long_texts import embed_texts
from resources.models.protocol import Transport
from resources.models.questions import Answer, Question, key_of
from resources.models.registry import Model, Registry
from resources.models.spec import ChatAnswer
from resources.models.structured import Rungs
from resources.models.tasks import TASKS, Task
from resources.protocols import Clearance, TaskCall, TaskResult, VectorModel
from resources.settings import Settings

__all__ = ["Runner", "open_runner"]

#: Questions in flight at most, whatever the models allow.
MOST_IN_FLIGHT = 256
#: Seconds for which the first question of all goes ahead alone.
AHEAD = 5.0
EMBED = "embed"
T = TypeVar("T")
_BRAKES: dict[tuple[str, ...], Brake] = {}


def open_runner(
    home: Path,
    settings: Settings,
    *,
    environ: Mapping[str, str] | None = None,
    transport: Transport | None = None,
    cached: bool = True,
) -> Runner:
    """Open the task runner of a home; use it as a context manager, or close it.

    Args:
        home: Where cache, ledger and what was learned of the models are kept.
        settings: The configuration; without models every task is unavailable and nothing is opened.
        environ: Environment variables that hold the keys (default: the process's).
        transport: What sends; default the gateway's.
        cached: Take and keep answers; False asks everything anew and keeps nothing.
    """
    return Runner(home, settings, environ=environ, transport=transport, cached=cached)


def _of_one_space(named: Sequence[Model]) -> list[Model]:
    """The entries whose vectors can be compared with those of the first, those that can be used before the others."""
    same = [model for model in named if space_of(model) == space_of(named[0])]
    return sorted(same, key=lambda model: model.unavailable is not None)


@dataclass
class TaskTally:
    """What became of the calls of one task."""

    calls: int = 0
    degraded: int = 0
    cached: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Runner:
    """See the module. Not for use from two threads at a time."""

    def __init__(
        self,
        home: Path,
        settings: Settings,
        *,
        environ: Mapping[str, str] | None = None,
        transport: Transport | None = None,
        cached: bool = True,
    ) -> None:
        self.home, self.settings, self.cached = home, settings, cached
        self._environ, self._transport = environ, transport
        self._registry = Registry(settings, environ)
        self._tasks: dict[str, TaskTally] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stack = AsyncExitStack()
        self._gateway: Gateway | None = None
        self._asker: Asker | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def tally(self) -> Tally:
        """Calls, tokens and cost so far; cost None where no price is known."""
        return self._asker.tally if self._asker is not None else Tally()

    def available(self, task: str) -> bool:
        """Is a model configured and usable for the task? `embed` asks for an embedding model."""
        return bool(self._usable(task))

    def last_reason(self, task: str) -> str | None:
        """Return the most frequent reason for which calls of a task degraded; None: none did."""
        tally = self._tasks.get(task)
        return tally.reasons.most_common(1)[0][0] if tally is not None and tally.reasons else None

    def messages(self) -> list[str]:
        """Return one sentence for each task of which calls degraded to the extractive engine."""
        what = "calls were left to the extractive engine"
        return [
            f"{task}: {tally.degraded} of {tally.calls} {'texts got no vector' if task == EMBED else what}"
            f" ({tally.reasons.most_common(1)[0][0]})"
            for task, tally in sorted(self._tasks.items())
            if tally.degraded
        ]

    def run(
        self, task: str, calls: Sequence[TaskCall], *, asset: str | None = None, partition: str | None = None
    ) -> list[TaskResult]:
        """Answer calls of one task, in their order.

        Raises:
            ValueError: the task is unknown or a call has not its input.
            SettingsError: the configured prompt is missing or malformed.
        """
        made = TASKS.get(task)
        if made is None:
            raise ValueError(f"no task is named {task} (known: {', '.join(TASKS)})")
        questions = [Question(made, call) for call in calls]
        why = self._why_not(task)
        if why is not None:
            for question in questions:
                question.reason = why
        elif questions:
            self._await(self._answer(made, questions, Origin(asset=asset, partition=partition)))
        results = [question.result() for question in questions]
        self._count(task, questions, results)
        return results

    def embed(
        self, texts: Sequence[str], *, clearance: Sequence[Clearance], asset: str | None = None
    ) -> list[tuple[float, ...] | None]:
        """Return a vector for each text, all of one model; None where none came (`last_reason("embed")` says why)."""
        tally = self._tasks.setdefault(EMBED, TaskTally())
        tally.calls += len(texts)
        if texts and self.available(EMBED):
            vectors = self._await(self._embed(list(texts), list(clearance), asset, tally.reasons))
        else:
            vectors = [None] * len(texts)
        tally.degraded += sum(vector is None for vector in vectors)
        return vectors

    def vector_model(self) -> VectorModel | None:
        """Return the model whose vectors the configuration asks for, None where it names none.

        It is the first that is named, also while it cannot be used: vectors of another one would be of another space.
        """
        named = self._registry.of_task(EMBED, "embedding")
        if not named:
            return None
        entry = named[0].settings
        return VectorModel(entry.name, entry.model, entry.revision or "", entry.dimension)

    def may_see(self, clearance: Clearance) -> bool:
        """Tell whether a text of this class may be shown to the model that embeds."""
        return any(model.sees(clearance) for model in _of_one_space(self._registry.of_task(EMBED, "embedding")))

    def close(self) -> None:
        """Close gateway, loop and thread; harmless to call twice."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _usable(self, task: str) -> tuple[Model, ...]:
        kind: Any = "embedding" if task == EMBED else "chat"
        registry = self._gateway.registry if self._gateway is not None else self._registry
        return tuple(model for model in registry.of_task(task, kind) if model.unavailable is None)

    def _why_not(self, task: str) -> str | None:
        if self._usable(task):
            return None
        named = self._registry.of_task(task, "chat")
        causes = "; ".join(f"{model.name}: {model.unavailable}" for model in named)
        return f"no model is usable for {task}" + (f" ({causes})" if causes else "")

    def _brake(self, models: Sequence[Model]) -> Brake:
        """The brake of these models in this process: a stage need not find out again what the one before it did."""
        ways = (f"{model.endpoint.base_url} {model.endpoint.model}" for model in models)
        return _BRAKES.setdefault((str(self.home.resolve()), *ways), Brake(time.monotonic))

    def _started(self) -> asyncio.AbstractEventLoop:
        """Start the loop and open the gateway where that has not been done."""
        if self._loop is not None:
            return self._loop
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="leafroot-models", daemon=True)
        thread.start()
        self._loop, self._thread = loop, thread
        asyncio.run_coroutine_threadsafe(self._open(), loop).result()
        return loop

    async def _open(self) -> None:
        opened = open_gateway(self.home, self.settings, environ=self._environ, transport=self._transport)
        self._gateway = await self._stack.enter_async_context(opened)
        self._asker = Asker(self._gateway, self.home, Rungs(self.home))

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        loop = self._started()
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def _answer(self, task: Task, questions: Sequence[Question], origin: Origin) -> None:
        """Take what is known from the cache, ask for the rest, give repeats what their first got."""
        asker = self._asker_now()
        models = asker.candidates(task.name)
        wanted: deque[tuple[Question, list[int]]] = deque()
        owners: dict[str, tuple[Question, int]] = {}
        repeats: list[tuple[Question, int, str]] = []
        for question in questions:
            missing = []
            for place, piece in enumerate(question.pieces):
                known = self._known(task, models, piece.content)
                if known is not None:
                    question.answers[place] = known
                elif piece.content in owners:
                    repeats.append((question, place, piece.content))
                else:
                    owners[piece.content] = (question, place)
                    missing.append(place)
            if missing:
                wanted.append((question, missing))
        await self._ask_all(task, wanted, origin)
        for question, place, content in repeats:
            owner, at = owners[content]
            if at in owner.answers:
                question.answers[place] = owner.answers[at]
            question.reason = question.reason or owner.reason

    async def _ask_all(self, task: Task, wanted: deque[tuple[Question, list[int]]], origin: Origin) -> None:
        models = self._asker_now().candidates(task.name)
        brake = self._brake(models)
        width = min(len(wanted), MOST_IN_FLIGHT, sum(model.settings.max_concurrency for model in models))
        opened = asyncio.Event()

        async def work(number: int) -> None:
            # While nothing is known to answer, or in which form, one goes ahead, and a few more where that takes long.
            if number and not brake.proven:
                with suppress(TimeoutError):
                    await asyncio.wait_for(opened.wait(), AHEAD if number < AT_FIRST else None)
            while wanted and brake.stopped() is None:
                await self._ask_one(task, *wanted.popleft(), origin, brake)
                if brake.proven:
                    opened.set()

        workers = [asyncio.ensure_future(work(number)) for number in range(width)]
        running = set(workers)
        try:
            while running and brake.stopped() is None:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for worker in done:
                    worker.result()
                if not wanted:
                    opened.set()
        finally:
            # Calls that wait for models which do not answer are given up with the rest.
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        why = brake.stopped()
        for question, _ in wanted:
            question.reason = why

    async def _ask_one(self, task: Task, question: Question, pieces: list[int], origin: Origin, brake: Brake) -> None:
        asker = self._asker_now()
        question.reason = "it was given up because the models do not answer"
        asked = await asker.ask(task, question.asked_with(pieces), replace(origin, clearance=question.call.clearance))
        question.reason = None
        if asked.error is not None:
            brake.failed(asked.error)
        else:
            brake.answered()
        for place in question.take(pieces, asked):
            self._keep(task, question.pieces[place].content, question.answers[place], question.call.documents)

    def _known(self, task: Task, models: Sequence[Model], content: str) -> Answer | None:
        """Return what one of the models answered before, in the order of preference."""
        if not self.cached:
            return None
        kept = self._open_gateway().cache.answer(self._keys(task, models, content))
        return Answer.load(kept.content) if kept is not None and kept.content else None

    def _keep(self, task: Task, content: str, answer: Answer, documents: Sequence[str]) -> None:
        """Keep an answer at once, under the name of the model that made it."""
        gateway = self._open_gateway()
        model = gateway.registry.models.get(answer.engine)
        if model is None or not self.cached:
            return
        kept = ChatAnswer(answer.dump(), model.endpoint.model, "stop", served_by=model.name, call_id=answer.call_id)
        for key in self._keys(task, [model], content):
            gateway.cache.put_answer(key, kept, task=task.name, tags=documents)

    def _keys(self, task: Task, models: Sequence[Model], content: str) -> Iterator[str]:
        asker = self._asker_now()
        for model in models:
            prompt = asker.prompt(task, model)
            name = f"{prompt.name}#{prompt.digest}"
            yield key_of(task.name, name, model.endpoint.model, asker.parameters(task.name), content)

    async def _embed(
        self, texts: list[str], clearance: list[Clearance], asset: str | None, reasons: Counter[str]
    ) -> list[tuple[float, ...] | None]:
        asker = self._asker_now()
        model = _of_one_space(self._open_gateway().registry.of_task(EMBED, "embedding"))[0]
        brake = self._brake([model])
        return await embed_texts(asker, model, texts, clearance, asset=asset, brake=brake, reasons=reasons)

    def _open_gateway(self) -> Gateway:
        if self._gateway is None:
            raise RuntimeError("the runner is closed")
        return self._gateway

    def _asker_now(self) -> Asker:
        if self._asker is None:
            raise RuntimeError("the runner is closed")
        return self._asker

    def _count(self, task: str, questions: Sequence[Question], results: Sequence[TaskResult]) -> None:
        tally = self._tasks.setdefault(task, TaskTally())
        tally.calls += len(questions)
        for result in results:
            if result.output is None:
                tally.degraded += 1
                tally.reasons[result.reason or "no reason"] += 1
