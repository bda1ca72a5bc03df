"""Gates and windows: width, turns, rests, and limits shared by processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from resources.models.limits import Gate, QueueFullError
from resources.models.spec import CallOutcome
from resources.models.windows import SHARE_WITHOUT_FILE, Window, window_path
from tests.resources.models.virtual import Script, ask, error, gateway, run, settings


def open_gate(width: int, *, requests: int = 0, tokens: int = 0, queue: int = 100) -> Gate:
    clock = asyncio.get_running_loop().time
    return Gate(width, Window(None, requests=requests, tokens=tokens, clock=clock), clock, queue=queue)


async def pass_through(gate: Gate, task: str, seen: list[str], *, seconds: float = 1.0, tokens: int = 1) -> None:
    loop = asyncio.get_running_loop()
    assert await gate.acquire(task, tokens, loop.time() + 1000)
    seen.append(task)
    await asyncio.sleep(seconds)
    gate.release()


def test_acquire_never_lets_more_pass_than_the_width() -> None:
    async def work() -> int:
        gate, most = open_gate(3), 0

        async def one() -> None:
            nonlocal most
            await gate.acquire("t", 1, 1e9)
            most = max(most, gate.in_flight)
            await asyncio.sleep(1)
            gate.release()

        await asyncio.gather(*(one() for _ in range(20)))
        assert gate.in_flight == gate.waiting == 0
        return most

    assert run(work()) == 3


def test_tasks_take_turns_however_many_calls_one_of_them_has() -> None:
    async def work() -> list[str]:
        gate, seen = open_gate(1), []
        jobs = [pass_through(gate, "large", seen) for _ in range(50)]
        jobs += [pass_through(gate, "small", seen) for _ in range(3)]
        await asyncio.gather(*jobs)
        return seen

    seen = run(work())
    assert [place for place, task in enumerate(seen) if task == "small"] == [2, 4, 6]


def test_acquire_gives_up_at_its_deadline_and_leaves_no_place_taken() -> None:
    async def work() -> None:
        gate = open_gate(1)
        await gate.acquire("t", 1, 1e9)
        with pytest.raises(TimeoutError):
            await gate.acquire("t", 1, asyncio.get_running_loop().time() + 5)
        assert gate.waiting == 0
        gate.release()
        assert await gate.acquire("t", 1, 1e9)

    run(work())


def test_a_turn_that_comes_with_the_cancellation_is_passed_on() -> None:
    async def work() -> None:
        gate = open_gate(1)
        await gate.acquire("t", 1, 1e9)
        waiting = asyncio.ensure_future(gate.acquire("t", 1, 1e9))
        await asyncio.sleep(0)
        gate.release()  # the turn is given now …
        waiting.cancel()  # … and given up before it was heard
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert gate.in_flight == 0

    run(work())


def test_a_full_queue_is_said_at_once() -> None:
    async def work() -> None:
        gate = open_gate(1, queue=1)
        await gate.acquire("t", 1, 1e9)
        waiting = asyncio.ensure_future(gate.acquire("t", 1, 1e9))
        await asyncio.sleep(0)
        with pytest.raises(QueueFullError):
            await gate.acquire("t", 1, 1e9)
        gate.flush()
        assert await waiting is False

    run(work())


def test_close_sends_the_waiting_back_and_opens_by_itself() -> None:
    async def work() -> float:
        gate = open_gate(1)
        clock = asyncio.get_running_loop().time
        await gate.acquire("t", 1, 1e9)
        waiting = asyncio.ensure_future(gate.acquire("t", 1, 1e9))
        await asyncio.sleep(0)
        begun = clock()
        gate.close(begun + 8, narrow=True)
        assert await waiting is False
        gate.release()
        assert await gate.acquire("t", 1, 1e9)
        assert not gate.try_acquire(1), "one probe at a time"
        gate.widen(0.1, 0.1)
        assert gate.room == 0
        return clock() - begun

    assert run(work()) == pytest.approx(8)


def test_the_width_falls_once_a_round_trip_and_grows_slowly() -> None:
    async def work() -> list[int]:
        gate, loop = open_gate(64), asyncio.get_running_loop()
        for _ in range(64):
            await gate.acquire("t", 1, 1e9)
        await asyncio.sleep(1)
        widths = [int(gate.width)]
        for _ in range(30):
            gate.narrow_down(0.5, limited=True)
        widths.append(int(gate.width))
        await asyncio.sleep(1)
        gate.narrow_down(0.5, limited=False)
        widths.append(int(gate.width))
        for _ in range(10_000):
            gate.widen(0.1, 0.1)
        widths.append(int(gate.width))
        assert loop.time() > 0
        return widths

    full, cut, eased, grown = run(work())
    assert (full, cut, eased, grown) == (64, 64 - 30, 28, 64)


def test_a_crowded_endpoint_gets_fewer_calls() -> None:
    async def work() -> float:
        gate = open_gate(10)
        for _ in range(10):
            await gate.acquire("t", 1, 1e9)
        gate.widen(5.0, 0.5)
        return gate.width

    assert run(work()) < 10


def test_the_gate_learns_what_a_server_takes(tmp_path: Path) -> None:
    """A server that answers 429 beyond 4 at a time: nearly all are answered, few are refused."""
    transport = Script()

    full = error(CallOutcome.RATE_LIMITED, "slow down", status=429)
    transport.steps["a"] = [lambda _: full if transport.flying["a"] > 4 else 0.5]

    async def work() -> list[Any]:
        gate = gateway(tmp_path, settings({"name": "a", "max_concurrency": 32}), transport)
        found: list[Any] = []
        async for _, answer in gate.map((ask(str(i)) for i in range(300)), in_flight=32):
            found.append(answer)
        await gate.close()
        return found

    results = run(work())
    assert sum(isinstance(result, Exception) for result in results) <= 5
    assert len(transport.sent) <= 300 * 1.35


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 40)), min_size=1, max_size=60),
    st.integers(1, 20),
    st.integers(0, 200),
)
@examples(max_examples=60, deadline=None)
def test_no_minute_sees_more_than_the_limits(steps: list[tuple[float, int]], requests: int, tokens: int) -> None:
    now = 5000.0
    window = Window(None, requests=requests, tokens=tokens, clock=lambda: now)
    taken: list[tuple[float, int]] = []
    for pause, wanted in steps:
        now += pause
        wait = window.take(wanted)
        if wait:
            assert wait <= 61.0
        else:
            taken.append((now, wanted))
    for start, _ in taken:
        inside = [used for at, used in taken if start <= at < start + 60]
        assert len(inside) <= requests
        assert not tokens or sum(inside) <= max(tokens, max(inside))


def test_take_says_when_it_fits_and_keeps_its_word() -> None:
    now = 1000.5
    window = Window(None, requests=2, tokens=0, clock=lambda: now)
    assert [window.take(1), window.take(1)] == [0.0, 0.0]
    wait = window.take(1)
    assert 60 <= wait <= 61
    now += wait
    assert window.take(1) == 0.0


def test_settle_corrects_the_tokens() -> None:
    window = Window(None, requests=0, tokens=100, clock=lambda: 1000.0)
    assert window.take(90) == 0.0
    assert window.take(50) > 0
    window.settle(-80)
    assert window.take(50) == 0.0
    window.settle(0)
    window.close()


def test_without_its_file_a_process_takes_a_share(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    window = Window(window_path(tmp_path, "m"), requests=80, tokens=8)
    assert not window.shared
    assert (window.requests, window.tokens) == (80 // SHARE_WITHOUT_FILE, 1)
    assert window.take(1) == 0.0
    window.close()
    assert window.take(1) == 0.0, "a closed window holds nobody up"


WORKER = """
import sys
from pathlib import Path
from resources.models.windows import Window, window_path
window = Window(window_path(Path(sys.argv[1]), "m"), requests=100, tokens=0, clock=lambda: 7000.0)
assert window.shared
print(sum(window.take(1) == 0.0 for _ in range(60)))
"""


def test_the_limit_is_one_for_all_processes_of_a_home(tmp_path: Path) -> None:
    """Two gateways of four workers each stay within one limit (litellm#40291)."""
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    counts = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(counts) == 100


def test_a_limit_per_minute_is_kept_while_calls_wait_their_turn(tmp_path: Path) -> None:
    transport = Script(a=[0.1])
    configured = settings({"name": "a", "requests_per_minute": 10, "max_concurrency": 50})

    async def work() -> None:
        gate = gateway(tmp_path, configured, transport)
        await asyncio.gather(*(gate.chat(ask(str(i), deadline=600.0)) for i in range(35)))
        await gate.close()

    run(work())
    times = sorted(at for _, at in transport.sent)
    assert all(sum(start <= at < start + 60 for at in times) <= 10 for start in times)
    assert times[-1] - times[0] < 4 * 61


def test_tokens_are_booked_as_they_were_used(tmp_path: Path) -> None:
    configured = settings({"name": "a", "tokens_per_minute": 600})

    async def work() -> list[float]:
        transport = Script(a=[0.1])
        gate = gateway(tmp_path, configured, transport)
        for i in range(3):
            await gate.chat(ask(str(i), deadline=600.0, max_tokens=400))
        await gate.close()
        return [at for _, at in transport.sent]

    times = run(work())
    assert times[-1] - times[0] < 1, "an answer of 5 tokens does not hold 400"
