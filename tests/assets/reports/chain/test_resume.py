"""A run that is cut off in the middle of a report asks again only for what had no answer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assets.reports.build import build_report
from assets.reports.chain.steps import Writing
from resources.models.runner import open_runner
from resources.protocols import TaskCall, TaskResult, TaskRunner
from resources.settings import Settings
from tests.assets.reports.chain.writers import answer_of, honest
from tests.assets.reports.home import BARS, DAY, DOCUMENTS, home
from tests.fakes.model_server import ModelServer


class Killed:
    """A runner whose process ends when a task is asked for the third time."""

    def __init__(self, runner: TaskRunner) -> None:
        self.runner, self.left = runner, 2

    def available(self, task: str) -> bool:
        return self.runner.available(task)

    def run(self, task: str, calls: Sequence[TaskCall], **where: Any) -> list[TaskResult]:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.runner.run(task, calls, **where)

    def embed(self, texts: Sequence[str], **where: Any) -> list[tuple[float, ...] | None]:
        return self.runner.embed(texts, **where)


def ordered(task: str, items: list[tuple[int, str]], rng: Any) -> list[dict[str, Any]]:
    if task == "plan_report":
        return [{"section": "1", "claims": [str(i) for i, _ in items]}]
    return honest(task, items, rng)


def written(
    folder: Path, server: ModelServer, through: Callable[[TaskRunner], TaskRunner] = lambda runner: runner
) -> dict[str, Any]:
    model = {"name": "m1", "base_url": server.base_url, "model": "m", "context": 32768, "max_concurrency": 1}
    with open_runner(folder, Settings.model_validate({"models": [model]})) as runner:
        writing = Writing(through(runner), lambda _: True, lambda _: "public")
        return build_report(home(DOCUMENTS, BARS), "risk_event", "原油", DAY, writing=writing)


def test_a_report_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    with ModelServer(key=None) as server:
        server.answer = lambda body: answer_of(body, ordered, "")
        whole = written(tmp_path / "whole", server)
        all_calls = server.number
        assert all_calls == len({row["call_id"] for row in whole["manifest"]["models"]})
        begun = server.number
        with pytest.raises(KeyboardInterrupt):
            written(tmp_path / "cut", server, Killed)
        asked = server.number - begun
        assert 0 < asked < all_calls
        before = server.number
        again = written(tmp_path / "cut", server)
        assert server.number - before == all_calls - asked
        assert again["sections"] == whole["sections"]
        before = server.number
        assert written(tmp_path / "cut", server) == again
        assert server.number == before
