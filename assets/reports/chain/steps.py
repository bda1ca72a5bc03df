"""One step of the chain: a task asked through the runner, and what the manifest keeps of it.

Answers are kept by the runner as they come, so that a run which was killed asks again only for what was in flight; a step that
gets no answer leaves its part to the extractive engine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from assets.reports.phrases import Sentence
from assets.text.spans import canonical_json
from resources.protocols import Clearance, TaskCall, TaskResult, TaskRunner

__all__ = ["Steps", "Writing"]

#: Classes of text, the most open first.
CLASSES: tuple[Clearance, ...] = ("public", "internal", "secret")
#: A claim is shown by its beginning where it is only to be placed.
SHOWN = 28


@dataclass(frozen=True)
class Writing:
    """What a report needs to be written by a model."""

    runner: TaskRunner
    #: Whether a sentence of the report (the contract's object) holds.
    judge: Callable[[Mapping[str, Any]], bool]
    #: The class of a document or bar.
    clearance_of: Callable[[str], Clearance]
    asset: str = "reports"
    partition: str | None = None


@dataclass
class Steps:
    """Asks the tasks of one report and keeps who answered."""

    writing: Writing
    models: list[dict[str, Any]] = field(default_factory=list)
    #: Tasks that were left to the extractive engine, at least in part.
    left: set[str] = field(default_factory=set)

    @property
    def engines(self) -> list[str]:
        """The models that answered, sorted."""
        return sorted({name for row in self.models for name in row["model"].split("+")})

    def ask(self, task: str, inputs: Sequence[tuple[Mapping[str, Any], Sequence[Sentence]]]) -> list[TaskResult | None]:
        """Ask a task for several inputs, each with the sentences that it shows; None where nothing came."""
        if not inputs or not self.writing.runner.available(task):
            return [None] * len(inputs)
        calls = [TaskCall(one, self.class_of(shown), _documents(shown)) for one, shown in inputs]
        results = self.writing.runner.run(task, calls, asset=self.writing.asset, partition=self.writing.partition)
        return [self._kept(task, result) for result in results]

    def _kept(self, task: str, result: TaskResult) -> TaskResult | None:
        if result.output is None:
            self.left.add(task)
            return None
        prompt, _, digest = (result.prompt or "").partition("#")
        answer = sha256(canonical_json(dict(result.output)).encode()).hexdigest()
        for call_id in result.call_ids or ("",):
            self.models.append(
                {
                    "task": task,
                    "model": result.engine,
                    "prompt": prompt,
                    "prompt_sha256": digest,
                    "call_id": call_id,
                    "answer_sha256": answer,
                }
            )
        return result

    def class_of(self, shown: Iterable[Sentence]) -> Clearance:
        """Return the highest class of the documents behind some sentences."""
        classes = [self.writing.clearance_of(doc_id) for doc_id in _documents(shown)]
        return max(classes, key=CLASSES.index, default="internal")


def _documents(shown: Iterable[Sentence]) -> tuple[str, ...]:
    return tuple(sorted({citation["doc_id"] for sentence in shown for citation in sentence.citations}))
