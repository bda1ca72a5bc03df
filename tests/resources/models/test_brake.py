import pytest

from resources.errors import GatewayError
from resources.models.brake import ABSENT, AT_FIRST, LATER, REST, REST_LONG, Brake
from resources.models.spec import CallOutcome


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def error(outcome: CallOutcome) -> GatewayError:
    return GatewayError("sentiment", outcome.value, [{"name": "m1", "cause": "it is down", "retry_after": None}])


def failures_until_stopped(brake: Brake, outcome: CallOutcome) -> int:
    for number in range(1, 50):
        brake.failed(error(outcome))
        if brake.stopped() is not None:
            return number
    return 0


@pytest.mark.parametrize(
    ("outcome", "proven", "limit"),
    [
        (CallOutcome.CONNECT, False, ABSENT),
        (CallOutcome.TIMEOUT, False, AT_FIRST),
        (CallOutcome.TIMEOUT, True, LATER),
        (CallOutcome.CONNECT, True, LATER),
        (CallOutcome.AUTH, True, 1),
        (CallOutcome.QUOTA, False, 1),
        (CallOutcome.FILTERED, False, 0),
        (CallOutcome.CONTEXT, True, 0),
    ],
    ids=str,
)
def test_brake_stops_after_failures_in_a_row(outcome: CallOutcome, proven: bool, limit: int) -> None:
    brake = Brake(Clock())
    if proven:
        brake.answered()
    assert failures_until_stopped(brake, outcome) == limit


def test_brake_forgets_failures_behind_an_answer() -> None:
    brake = Brake(Clock())
    for _ in range(20):
        brake.failed(error(CallOutcome.TIMEOUT))
        brake.answered()
    assert brake.stopped() is None


def test_brake_lets_one_call_see_again_after_a_rest() -> None:
    clock = Clock()
    brake = Brake(clock)
    failures_until_stopped(brake, CallOutcome.TIMEOUT)
    assert "it is down" in (brake.stopped() or "")
    clock.now = REST
    assert brake.stopped() is None
    assert failures_until_stopped(brake, CallOutcome.TIMEOUT) == 1
    clock.now = 2 * REST
    brake.answered()
    assert brake.stopped() is None
    assert failures_until_stopped(brake, CallOutcome.TIMEOUT) == LATER


def test_brake_rests_long_where_a_person_must_act() -> None:
    clock = Clock()
    brake = Brake(clock)
    brake.failed(error(CallOutcome.AUTH))
    clock.now = REST_LONG - 1
    assert "until that is mended" in (brake.stopped() or "")
