"""Latency, breaker, pauses, and how long an attempt may take."""

from __future__ import annotations

import pytest

from resources.models.health import ATTEMPT_SECONDS, Health


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_attempt_seconds_follow_the_slow_tail_of_the_task(clock: Clock) -> None:
    health = Health(clock)
    assert health.attempt_seconds("t", timeouts=0) == ATTEMPT_SECONDS
    for _ in range(20):
        health.succeeded("t", 0.1)
        health.succeeded("long", 2.0)
    assert health.attempt_seconds("t", timeouts=0) == 2.0
    assert health.attempt_seconds("t", timeouts=2) == 8.0, "each time-out of a call doubles it"
    assert health.attempt_seconds("long", timeouts=0) == pytest.approx(16.0)
    assert health.attempt_seconds("long", timeouts=3) == 30.0
    assert health.attempt_seconds("new", timeouts=0) == ATTEMPT_SECONDS


def test_attempt_seconds_are_bounded_by_the_setting(clock: Clock) -> None:
    health = Health(clock, most_attempt=7.0)
    assert health.attempt_seconds("t", timeouts=0) == 7.0
    for _ in range(3):
        health.succeeded("t", 5.0)
    assert health.attempt_seconds("t", timeouts=0) == 7.0


def test_failures_in_a_row_open_the_breaker_for_longer_each_time(clock: Clock) -> None:
    health = Health(clock)
    opened = [health.failed() for _ in range(5)]
    assert opened == [0, 0, 0, 0, 1.0]
    assert health.state(clock()) == "failing"
    assert health.failed() == 0, "calls that were in flight change nothing"
    for wanted in (2.0, 4.0, 8.0, 16.0, 30.0, 30.0):
        clock.now = health.open_until
        assert health.state(clock()) == "probing"
        assert health.failed() == wanted
    clock.now = health.open_until
    health.succeeded("t", 0.1)
    assert health.state(clock()) == "ready"
    assert health.failed() == 0, "it begins anew"


def test_half_of_the_calls_failing_opens_the_breaker(clock: Clock) -> None:
    health = Health(clock)
    opened = []
    for _ in range(6):
        health.succeeded("t", 0.1)
        opened.append(health.failed())
    assert opened[-1] or opened[-2]


def test_failures_do_not_make_an_endpoint_look_fast(clock: Clock) -> None:
    health = Health(clock)
    health.succeeded("t", 2.0)
    for _ in range(4):
        health.failed()
    assert health.expected(clock(), 1.0) == 2.0
    assert health.success < 0.7


def test_what_was_seen_long_ago_fades(clock: Clock) -> None:
    health = Health(clock)
    assert health.expected(clock(), 0.7) == 0.7
    health.succeeded("t", 9.0)
    clock.now += 1200
    assert health.expected(clock(), 0.7) == pytest.approx(0.7, abs=0.01)


def test_refusals_pause_a_model_from_the_nth_in_a_row(clock: Clock) -> None:
    health = Health(clock)
    assert not health.refused("auth", "401", seconds=60, least=3)
    health.succeeded("t", 0.1)
    assert [health.refused("auth", "401", seconds=60, least=3) for _ in range(3)] == [False, False, True]
    assert health.paused(clock()) == "401"
    assert health.state(clock()) == "paused"
    clock.now += 61
    assert health.paused(clock()) is None


def test_rests_after_429_without_a_time_double(clock: Clock) -> None:
    health = Health(clock)
    assert [health.rate_rest() for _ in range(3)] == [0.5, 1.0, 2.0]
    health.succeeded("t", 0.1)
    assert health.rate_rest() == 0.5


def test_tasks_that_clients_invent_do_not_fill_the_memory(clock: Clock) -> None:
    health = Health(clock)
    for i in range(1000):
        health.succeeded(f"t{i}", 0.1)
    assert len(health._tails) <= 201
    assert health.slow_tail("t999") == 0.0
    assert health.slow_tail("t0") == 0.0
