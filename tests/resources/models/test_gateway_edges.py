"""Deadlines in the queue, hedges that fail, a ledger that is out of order, probes, bursts."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from resources.errors import GatewayError
from resources.models.health import ATTEMPT_SECONDS
from resources.models.ledger import SIDE_FILE, read_calls
from resources.models.spec import CallOutcome, ChatAnswer
from tests.resources.models.virtual import Script, ask, error, gateway, run, settings

SERVER = error(CallOutcome.SERVER, "overloaded", status=503)
HEDGED = {"hedge": 0.5, "retries": 2}


def work_on(home: Path, configured: Any, transport: Script, work: Any) -> Any:
    async def inside() -> Any:
        gate = gateway(home, configured, transport)
        try:
            return await work(gate)
        finally:
            await gate.close()

    return run(inside())


def test_a_deadline_that_passes_in_the_queue_is_said_as_such(tmp_path: Path) -> None:
    async def work(gate: Any) -> list[Any]:
        calls = [gate.chat(ask(str(i), deadline=5.0)) for i in range(3)]
        return await asyncio.gather(*calls, return_exceptions=True)

    first, second, third = work_on(tmp_path, settings({"name": "a", "max_concurrency": 1}), Script(a=[4.5]), work)
    assert isinstance(first, ChatAnswer)
    assert second.outcome == "timeout"
    assert "its deadline of 5 s passed while it waited for a turn" in str(third)
    assert {row["outcome"] for row in read_calls(tmp_path, 9)} == {"ok", "timeout"}


def test_a_full_queue_sends_callers_away_with_a_time(tmp_path: Path) -> None:
    async def work(gate: Any) -> Any:
        gate.targets["a"].gate._queue = 1
        calls = [gate.chat(ask(str(i))) for i in range(3)]
        return await asyncio.gather(*calls, return_exceptions=True)

    *_, last = work_on(tmp_path, settings({"name": "a", "max_concurrency": 1}), Script(), work)
    assert (last.outcome, last.retry_after) == ("rate_limited", 5.0)


def test_a_hurried_caller_does_not_open_the_breaker(tmp_path: Path) -> None:
    async def work(gate: Any) -> Any:
        for i in range(10):
            with pytest.raises(GatewayError):
                await gate.chat(ask(str(i), deadline=0.5))
        return gate.targets["a"].health.state(gate.clock())

    assert work_on(tmp_path, settings({"name": "a"}), Script(a=[1.0]), work) == "ready"


def warmed(*later: Any) -> Script:
    """A transport with twenty quick answers first, so that the slow tail is known."""
    steps = iter([*[0.1] * 20, *later])
    return Script(a=[lambda _: next(steps)])


async def warm(gate: Any) -> None:
    for i in range(20):
        await gate.chat(ask(str(i)))


@pytest.mark.parametrize(
    ("later", "attempts"),
    [((1.5, SERVER), 2), ((SERVER, 0.1), 2), ((1.9, 0.05), 2)],
    ids=["second-fails", "first-fails-before", "second-wins"],
)
def test_a_hedged_call_ends_well_where_one_of_the_two_does(
    tmp_path: Path, later: tuple[Any, ...], attempts: int
) -> None:
    async def work(gate: Any) -> Any:
        await warm(gate)
        answer = await gate.chat(ask("末"))
        assert all(target.gate.in_flight == 0 for target in gate.targets.values())
        return answer

    answer = work_on(tmp_path, settings({"name": "a"}, default=HEDGED), warmed(*later), work)
    assert answer.attempts == attempts


def test_both_of_a_hedged_call_failing_leaves_the_rest_of_its_tries(tmp_path: Path) -> None:
    slow = {"name": "a"}

    async def work(gate: Any) -> Any:
        await warm(gate)
        return await gate.chat(ask("末"))

    transport = warmed("hang", "hang", 0.1)
    answer = work_on(tmp_path, settings(slow, default=HEDGED), transport, work)
    assert answer.attempts == 3


def test_a_final_failure_ends_both_of_a_hedged_call(tmp_path: Path) -> None:
    async def work(gate: Any) -> Any:
        await warm(gate)
        with pytest.raises(GatewayError) as caught:
            await gate.chat(ask("末"))
        assert gate.targets["a"].gate.in_flight == 0
        return caught.value

    transport = warmed("hang", error(CallOutcome.REFUSED, "no"))
    assert work_on(tmp_path, settings({"name": "a"}, default=HEDGED), transport, work).outcome == "refused"
    assert transport.cancelled == 1


def test_a_hedged_call_that_is_given_up_is_booked_once(tmp_path: Path) -> None:
    async def work(gate: Any) -> None:
        await warm(gate)
        task = asyncio.ensure_future(gate.chat(ask("末")))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    transport = warmed("hang", "hang")
    work_on(tmp_path, settings({"name": "a"}, default=HEDGED), transport, work)
    assert transport.cancelled == 2
    rows = read_calls(tmp_path, 99)
    assert [row["outcome"] for row in rows].count("cancelled") == 1
    assert len(rows) == 21


def test_a_locked_ledger_holds_up_no_answer_and_is_made_up_for(tmp_path: Path) -> None:
    configured = settings({"name": "a", "max_concurrency": 64})

    async def work(gate: Any) -> Any:
        await gate.chat(ask("一"))
        gate.ledger.flush()
        holder = sqlite3.connect(tmp_path / SIDE_FILE, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(*(gate.chat(ask(str(i))) for i in range(500)))
        waiting = gate.ledger.waiting
        assert gate.switches.off("model", "a") is None
        holder.execute("ROLLBACK")
        holder.close()
        assert gate.ledger.flush(30)
        return answers, waiting, gate.degraded

    answers, waiting, degraded = work_on(tmp_path, configured, Script(), work)
    assert (len(answers), waiting, degraded) == (500, 500, None)
    assert len(read_calls(tmp_path, 9999)) == 501


def test_a_burst_at_a_closed_gate_waits_and_goes_in_turn(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.RATE_LIMITED, "wait", status=429, retry_after=3.0), 0.1])

    async def work(gate: Any) -> Any:
        first = asyncio.ensure_future(gate.chat(ask("一")))
        await asyncio.sleep(0.5)
        others = await asyncio.gather(*(gate.chat(ask(str(i))) for i in range(20)))
        return [await first, *others]

    answers = work_on(tmp_path, settings({"name": "a", "max_concurrency": 4}), transport, work)
    assert len(answers) == 21
    assert all(at - transport.sent[0][1] >= 3.0 for _, at in transport.sent[1:])
    assert transport.peak["a"] <= 4


def test_a_task_without_any_model_says_so(tmp_path: Path) -> None:
    async def work(gate: Any) -> Any:
        with pytest.raises(GatewayError, match="no chat model is configured") as caught:
            await gate.chat(ask())
        return caught.value

    assert work_on(tmp_path, settings({"name": "e", "kind": "embedding"}), Script(), work).outcome == "blocked"


def test_states_of_a_running_gateway_tell_rests_and_probes(tmp_path: Path) -> None:
    async def work(gate: Any) -> list[str]:
        states = []
        with pytest.raises(GatewayError):
            await asyncio.gather(*(gate.chat(ask(str(i), deadline=1.0)) for i in range(8)))
        await asyncio.sleep(0)
        states.append(gate.models()[0]["state"])
        await asyncio.sleep(40)
        states.append(gate.models()[0]["state"])
        gate.targets["a"].health.refused("auth", "401", seconds=60, least=1)
        states.append(gate.models()[0]["state"])
        return states

    assert work_on(tmp_path, settings({"name": "a"}), Script(a=[SERVER]), work) == ["cooling", "probing", "unavailable"]


def test_a_hang_is_noticed_by_what_an_earlier_process_saw(tmp_path: Path) -> None:
    configured = settings({"name": "a"}, default={"retries": 0})

    async def earlier(gate: Any) -> None:
        for n in range(5):
            await gate.chat(ask(str(n)))

    async def later(gate: Any) -> float:
        begun = gate.clock()
        with pytest.raises(GatewayError):
            await gate.chat(ask("再问"))
        return float(gate.clock() - begun)

    unknown = work_on(tmp_path / "new", configured, Script(a=["hang"]), later)
    work_on(tmp_path, configured, Script(a=[0.3]), earlier)
    assert work_on(tmp_path, configured, Script(a=["hang"]), later) < ATTEMPT_SECONDS / 4 < unknown
