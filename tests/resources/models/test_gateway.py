"""One retry layer, one deadline, fail-over, waits and errors that name each target."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from resources.errors import GatewayError
from resources.models.gateway import open_gateway
from resources.models.ledger import read_calls, read_use
from resources.models.spec import CallError, CallOutcome, ChatAnswer, ChatRequest, EmbedRequest, StreamEvent, Usage
from tests.resources.models.virtual import NOON, Script, answered, ask, error, gateway, run, settings

A, B = {"name": "a"}, {"name": "b"}
E = {"name": "e", "kind": "embedding"}
SERVER = error(CallOutcome.SERVER, "overloaded", status=503)


def call_all(home: Path, configured: Any, transport: Script, requests: list[ChatRequest], **more: Any) -> list[Any]:
    async def work() -> list[Any]:
        gate = gateway(home, configured, transport, **more)
        try:
            return await asyncio.gather(*(gate.chat(request) for request in requests), return_exceptions=True)
        finally:
            await gate.close()

    return run(work())


@pytest.mark.parametrize("kind", ["chat", "stream", "embed"])
@pytest.mark.parametrize("retries", [0, 2])
def test_retries_are_counted_once_whatever_is_called(tmp_path: Path, kind: str, retries: int) -> None:
    """One layer alone repeats: retries + 1 calls reach the server."""
    transport = Script(a=[SERVER], e=[SERVER])

    async def work() -> Any:
        gate = gateway(
            tmp_path,
            settings(A, E, default={"retries": retries}, embed={"models": ["e"], "retries": retries}),
            transport,
        )
        try:
            if kind == "chat":
                return await gate.chat(ask())
            if kind == "stream":
                return [event async for event in gate.stream(ask())]
            return await gate.embed(EmbedRequest(("一",)))
        finally:
            await gate.close()

    with pytest.raises(GatewayError) as caught:
        run(work())
    assert len(transport.sent) == retries + 1
    assert len(caught.value.attempts) == retries + 1
    assert caught.value.exit_code == 3
    assert "server 503, overloaded" in str(caught.value)


def test_chat_fails_over_to_another_model_at_once(tmp_path: Path) -> None:
    transport = Script(a=[SERVER], b=[0.1])
    (answer,) = call_all(tmp_path, settings(A, B), transport, [ask()])
    assert (answer.served_by, answer.attempts) == ("b", 2)
    assert transport.sent[1][1] - transport.sent[0][1] < 0.01
    (row,) = read_calls(tmp_path, 5)
    assert [step["model"] for step in row["chain"]] == ["a", "b"]
    assert row["outcome"] == "ok"


def test_one_429_of_the_only_model_is_waited_for(tmp_path: Path) -> None:
    """A single target is never emptied by one 429 (litellm#3646)."""
    transport = Script(a=[error(CallOutcome.RATE_LIMITED, "slow down", status=429, retry_after=7.0), 0.1])
    answers = call_all(tmp_path, settings(A), transport, [ask("一"), ask("二")])
    assert [type(answer) for answer in answers] == [ChatAnswer, ChatAnswer]
    times = [at for _, at in transport.sent]
    assert times[2] - times[0] >= 7.0, "nothing is sent before Retry-After"


def test_all_targets_resting_beyond_the_deadline_is_an_error_that_says_when(tmp_path: Path) -> None:
    slow = error(CallOutcome.RATE_LIMITED, "slow down", status=429, retry_after=40.0)
    slower = error(CallOutcome.RATE_LIMITED, "slow down", status=429, retry_after=55.0)
    transport = Script(a=[slow], b=[slower])
    (failed,) = call_all(tmp_path, settings(A, B), transport, [ask(deadline=20.0)])
    assert isinstance(failed, GatewayError)
    assert failed.outcome == "rate_limited"
    assert 39 < (failed.retry_after or 0) <= 40
    assert {target["name"] for target in failed.targets} == {"a", "b"}
    assert all(target["retry_after"] for target in failed.targets)
    assert len(transport.sent) == 2


def test_the_earliest_return_is_waited_for(tmp_path: Path) -> None:
    transport = Script(
        a=[error(CallOutcome.RATE_LIMITED, retry_after=9.0), 0.1],
        b=[error(CallOutcome.RATE_LIMITED, retry_after=4.0), 0.1],
    )
    (answer,) = call_all(tmp_path, settings(A, B), transport, [ask()])
    assert answer.served_by == "b"


@pytest.mark.parametrize(
    ("outcome", "here", "there"),
    [
        (CallOutcome.AUTH, 1, 1), (CallOutcome.QUOTA, 1, 1), (CallOutcome.NOT_FOUND, 1, 1), (CallOutcome.BAD_REQUEST, 1, 0),
        (CallOutcome.REFUSED, 1, 0), (CallOutcome.FILTERED, 1, 0), (CallOutcome.UNSUPPORTED, 1, 1), (CallOutcome.TOO_LARGE, 1, 1),
        (CallOutcome.REDIRECT, 1, 1), (CallOutcome.CONTEXT, 1, 0), (CallOutcome.LENGTH, 1, 0), (CallOutcome.EMPTY, 1, 1),
    ],
)  # fmt: skip
def test_what_no_repetition_mends_is_not_repeated(tmp_path: Path, outcome: CallOutcome, here: int, there: int) -> None:
    transport = Script(a=[error(outcome)], b=[0.1])
    (result,) = call_all(tmp_path, settings(A, B), transport, [ask()])
    assert (transport.count("a"), transport.count("b")) == (here, there)
    assert isinstance(result, ChatAnswer if there else GatewayError)
    if not there:
        assert result.outcome == outcome.value
        assert result.retry_after is None


def test_an_overlong_prompt_goes_to_the_model_with_the_larger_window(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.CONTEXT)], big=[0.1])
    models = settings(A, {"name": "same"}, {"name": "big", "context": 100_000})
    (answer,) = call_all(tmp_path, models, transport, [ask()])
    assert answer.served_by == "big"
    assert transport.count("same") == 0


def test_a_prompt_that_cannot_fit_is_not_sent(tmp_path: Path) -> None:
    transport = Script()
    (failed,) = call_all(tmp_path, settings(A), transport, [ask("长" * 9000)])
    assert failed.outcome == "context"
    assert not transport.sent


def test_a_spent_quota_stops_the_batch_with_one_message(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.QUOTA, "no money", status=402)])
    configured = settings({"name": "a", "max_concurrency": 1})
    results = call_all(tmp_path, configured, transport, [ask(str(i)) for i in range(50)])
    assert all(isinstance(result, GatewayError) for result in results)
    assert len(transport.sent) == 1
    assert all("quota 402, no money" in str(result) for result in results)


def test_a_hang_at_a_third_of_the_calls_costs_a_bounded_share(tmp_path: Path) -> None:
    """60 calls, 16 at a time, 30 % of them never answered, one model: far below three minutes."""
    calls = iter(range(10_000))

    def step(_: Any) -> Any:
        return "hang" if next(calls) * 7 % 10 < 3 else 0.2

    transport = Script(a=[step])
    spent: list[float] = []

    async def work() -> list[Any]:
        gate = gateway(tmp_path, settings({"name": "a", "max_concurrency": 16}), transport)
        begun = gate.clock()
        found = await asyncio.gather(*(gate.chat(ask(str(i))) for i in range(60)), return_exceptions=True)
        spent.append(gate.clock() - begun)
        await gate.close()
        return found

    results = run(work())
    assert spent[0] < 60, "seconds for all"
    assert sum(isinstance(result, ChatAnswer) for result in results) >= 55
    assert len(transport.sent) <= 3 * 60


def test_a_dead_endpoint_costs_one_deadline_in_total(tmp_path: Path) -> None:
    transport = Script(a=["hang"], b=[0.2])
    spent: list[float] = []

    async def work() -> list[Any]:
        gate = gateway(
            tmp_path, settings({"name": "a", "max_concurrency": 64}, {"name": "b", "max_concurrency": 64}), transport
        )
        begun = gate.clock()
        found: list[Any] = []
        async for _, answer in gate.map((ask(str(i)) for i in range(1000)), in_flight=32):
            found.append(answer)
        spent.append(gate.clock() - begun)
        await gate.close()
        return found

    results = run(work())
    assert all(isinstance(result, ChatAnswer) for result in results)
    assert spent[0] < 60 + 1000 / 32 * 0.2


def test_an_endpoint_that_fails_fast_is_not_idle(tmp_path: Path) -> None:
    """A least-busy balancer would send everything to it."""
    transport = Script(a=[SERVER], b=[0.5])
    configured = settings({"name": "a", "max_concurrency": 8}, {"name": "b", "max_concurrency": 8})
    results = call_all(tmp_path, configured, transport, [ask(str(i)) for i in range(200)])
    assert all(isinstance(result, ChatAnswer) for result in results)
    assert transport.count("a") < 40


def test_a_model_comes_back_by_one_probe(tmp_path: Path) -> None:
    transport = Script(a=[*[SERVER] * 6, 0.1])
    results = call_all(
        tmp_path, settings({"name": "a", "max_concurrency": 4}), transport, [ask(str(i)) for i in range(4)]
    )
    assert any(isinstance(result, ChatAnswer) for result in results)
    probes = [at for _, at in transport.sent if at - transport.sent[0][1] >= 1.0]
    assert probes, "after the breaker's second"


def test_a_cancelled_call_is_cancelled_on_the_wire_and_booked(tmp_path: Path) -> None:
    transport = Script(a=["hang"])

    async def work() -> None:
        gate = gateway(tmp_path, settings(A), transport)
        task = asyncio.ensure_future(gate.chat(ask()))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert gate.targets["a"].gate.in_flight == 0
        await gate.close()

    run(work())
    assert transport.cancelled == 1
    (row,) = read_calls(tmp_path, 5)
    assert (row["outcome"], row["cost"], row["tokens_in"]) == ("cancelled", "0", 0)


def test_a_named_model_is_the_only_one_unless_fallback_is_asked_for(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.QUOTA)], b=[0.1])
    alone, over, first = call_all(
        tmp_path, settings(A, B), transport, [ask(model="a"), ask(model="a", fallback=True), ask(fallback=False)]
    )
    assert isinstance(alone, GatewayError)
    assert over.served_by == "b"
    assert isinstance(first, GatewayError)


def test_an_unknown_model_is_named_with_the_known_ones(tmp_path: Path) -> None:
    (failed,) = call_all(tmp_path, settings(A, B), Script(), [ask(model="z")])
    assert failed.outcome == "not_found"
    assert "known: a, b" in str(failed)


@pytest.mark.parametrize(
    ("model", "request_", "said"),
    [
        (
            {"name": "a", "placement": "maas"},
            ask(clearance="internal"),
            "may see public text at most, this is internal",
        ),
        ({"name": "a", "api_key_env": "A_KEY"}, ask(), "A_KEY, which holds its key, is not set"),
        ({"name": "a", "lacks": ["tools"]}, ask(tools=({"type": "function"},)), "lacks tools"),
        ({"name": "a"}, ask(exclude=("a",)), "excluded by the caller"),
        ({"name": "a", "budget_per_day": 0}, ask(), "its budget is 0"),
        ({"name": "a", "budget_per_day": 5}, ask(), "no known price (unpriced)"),
    ],
    ids=["clearance", "key", "gap", "excluded", "budget-0", "unpriced"],
)
def test_a_hard_condition_sends_nothing_and_says_why(
    tmp_path: Path, model: dict[str, Any], request_: ChatRequest, said: str
) -> None:
    transport = Script()
    (failed,) = call_all(tmp_path, settings(model), transport, [request_])
    assert said in str(failed)
    assert not transport.sent
    assert failed.retry_after is None


def test_a_deferrable_task_is_sent_back_outside_its_hours(tmp_path: Path) -> None:
    night = {"models": ["a"], "deferrable": True, "off_peak": "22:00-07:00"}
    transport = Script()
    (at_noon,) = call_all(tmp_path, settings(A, digest=night), transport, [ask(task="digest")])
    assert at_noon.outcome == "blocked"
    assert at_noon.retry_after == 10 * 3600
    (at_night,) = call_all(
        tmp_path, settings(A, digest=night), transport, [ask(task="digest")], wall=lambda: NOON + 11 * 3600
    )
    assert at_night.served_by == "a"


def test_a_gap_is_learned_from_the_server(tmp_path: Path) -> None:
    transport = Script(a=[error(CallOutcome.UNSUPPORTED)], b=[0.1])
    wanted = ask(response_format={"type": "json_schema", "json_schema": {}})

    async def work() -> list[str]:
        gate = gateway(tmp_path, settings(A, B), transport)
        served = [(await gate.chat(wanted)).served_by for _ in range(3)]
        await gate.close()
        return served

    assert run(work()) == ["b", "b", "b"]
    assert transport.count("a") == 1


def test_each_model_gets_its_own_variant(tmp_path: Path) -> None:
    transport = Script(a=[SERVER], b=[0.1])
    own = {
        "a": {"messages": ({"role": "user", "content": "甲"},), "prompt": "p/a"},
        "b": {"messages": ({"role": "user", "content": "乙"},), "prompt": "p/b"},
    }
    call_all(tmp_path, settings(A, B), transport, [ChatRequest((), per_model=own)])
    assert [request.messages[0]["content"] for request in transport.requests] == ["甲", "乙"]
    (row,) = read_calls(tmp_path, 1)
    assert row["prompt"] == "p/b"


def test_a_slow_call_is_asked_a_second_time_and_the_loser_is_cancelled(tmp_path: Path) -> None:
    waits = iter([*[0.1] * 20, 15.0, 0.1])

    async def work() -> Any:
        gate = gateway(tmp_path, settings({"name": "a", "timeout": 20}, default={"hedge": 0.5}), transport)
        for i in range(20):
            await gate.chat(ask(str(i)))
        begun = gate.clock()
        last = await gate.chat(ask("慢"))
        spent = gate.clock() - begun
        await gate.close()
        return last, spent

    transport = Script(a=[lambda _: next(waits)])
    last, spent = run(work())
    assert spent < 1
    assert transport.cancelled == 1
    assert last.attempts == 2
    assert read_use(tmp_path)["a"]["errors"] == 0


def test_hedges_stay_within_their_share(tmp_path: Path) -> None:
    transport = Script(a=[lambda request: 0.1 if len(request.messages[0]["content"]) % 2 else 1.5])
    configured = settings({"name": "a", "max_concurrency": 64}, default={"hedge": 0.1})
    call_all(tmp_path, configured, transport, [ask("问" * (i + 1)) for i in range(100)])
    assert len(transport.sent) <= 111


def test_failed_attempts_are_not_billed_unless_usage_came(tmp_path: Path) -> None:
    billed = CallError(CallOutcome.EMPTY, "nothing", usage=Usage(100, 7))
    transport = Script(a=[SERVER, billed, 0.1])
    priced = {"name": "a", "price_in": 1, "price_out": 2}
    call_all(tmp_path, settings(priced), transport, [ask()])
    (row,) = read_calls(tmp_path, 1)
    assert (row["tokens_in"], row["tokens_out"], row["attempts"]) == (110, 12, 3)
    assert row["cost"] == "0.000134"
    assert read_use(tmp_path)["a"] | {"p50_ms": 0, "p99_ms": 0} == {
        "calls": 3, "errors": 2, "tokens_in": 110, "tokens_out": 12, "cost": "0.000134", "p50_ms": 0, "p99_ms": 0,
    }  # fmt: skip


def test_no_key_stands_in_the_home_or_in_an_error(tmp_path: Path) -> None:
    secret = "sk-sentinel-123"
    transport = Script(a=[SERVER])
    configured = settings({"name": "a", "api_key_env": "A_KEY"})

    async def work() -> str:
        gate = gateway(tmp_path, configured, transport, environ={"A_KEY": secret})
        with pytest.raises(GatewayError) as caught:
            await gate.chat(ask())
        shown = repr(caught.value) + str(gate.models()) + repr(gate.registry.models)
        await gate.close()
        return shown

    assert secret not in run(work())
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_open_gateway_closes_what_it_opened(tmp_path: Path) -> None:
    async def work() -> list[dict[str, Any]]:
        async with open_gateway(tmp_path, settings(A), environ={}, transport=Script()) as gate:
            await gate.chat(ask())
            assert gate.degraded is None
            gate.ledger.flush()
            return gate.models()

    (row,) = run(work())
    assert (row["state"], row["calls"], row["in_flight"]) == ("ready", 1, 0)


class Broken(Script):
    """Streams that end after a given number of pieces."""

    def __init__(self, pieces: int, ended: Exception | None = None, **steps: list[Any]) -> None:
        super().__init__(**steps)
        self.pieces, self.ended = pieces, ended

    async def stream(self, endpoint: Any, request: ChatRequest, *, seconds: float) -> Any:
        await self._step(endpoint, request, seconds)
        for _ in range(self.pieces):
            yield StreamEvent("字")
        if endpoint.model == "a":
            raise self.ended or error(CallOutcome.RESET)
        yield StreamEvent(finish="stop")


def stream_all(home: Path, transport: Script, request: ChatRequest, *models: dict[str, Any], stop: int = 99) -> Any:
    async def work() -> Any:
        gate = gateway(home, settings(*(models or (A, B))), transport)
        seen: list[StreamEvent] = []
        events = gate.stream(request)
        try:
            async for event in events:
                seen.append(event)
                if len(seen) >= stop:
                    break
        except GatewayError as caught:
            return seen, caught
        finally:
            await events.aclose()
            assert all(target.gate.in_flight == 0 for target in gate.targets.values())
            await gate.close()
        return seen, None

    return run(work())


def test_a_stream_that_breaks_before_its_first_piece_is_replaced_silently(tmp_path: Path) -> None:
    seen, failed = stream_all(tmp_path, Broken(0), ask())
    assert failed is None
    assert [event.finish for event in seen] == ["stop"]


def test_a_stream_that_breaks_later_is_an_error_with_its_usage_booked(tmp_path: Path) -> None:
    transport = Broken(3)
    seen, failed = stream_all(tmp_path, transport, ask("问题"))
    assert "".join(event.text for event in seen) == "字字字"
    assert failed.outcome == "reset"
    assert transport.count("b") == 0, "what was said is not said again"
    (row,) = read_calls(tmp_path, 1)
    assert row["tokens_out"] == 3
    assert row["estimated"] == 1


def test_a_stream_that_is_given_up_is_cancelled_and_booked(tmp_path: Path) -> None:
    _, failed = stream_all(tmp_path, Broken(5), ask(), stop=2)
    assert failed is None
    (row,) = read_calls(tmp_path, 1)
    assert (row["outcome"], row["tokens_out"]) == ("cancelled", 2)


def test_a_stream_read_up_to_its_finish_is_a_good_one(tmp_path: Path) -> None:
    stream_all(tmp_path, Script(), ask(), stop=3)
    (row,) = read_calls(tmp_path, 1)
    assert (row["outcome"], row["tokens_out"]) == ("ok", 2)


def test_a_stream_that_says_nothing_is_given_up_and_tried_elsewhere(tmp_path: Path) -> None:
    seen, failed = stream_all(tmp_path, Script(a=["hang"]), ask())
    assert failed is None
    assert "".join(event.text for event in seen) == "一二"


def test_map_draws_no_more_than_are_in_flight(tmp_path: Path) -> None:
    drawn = 0

    def requests() -> Any:
        nonlocal drawn
        for i in range(300):
            drawn += 1
            yield ask(str(i))

    async def work() -> set[int]:
        gate = gateway(tmp_path, settings({"name": "a", "max_concurrency": 4}), Script())
        done: set[int] = set()
        async for number, answer in gate.map(requests(), in_flight=8):
            assert isinstance(answer, ChatAnswer)
            done.add(number)
            assert drawn <= len(done) + 8 + 8
        await gate.close()
        return done

    assert run(work()) == set(range(300))


def test_map_takes_an_async_source_and_gives_failures_as_they_are(tmp_path: Path) -> None:
    async def source() -> Any:
        for i in range(3):
            yield ask(str(i), model="nobody" if i == 1 else None)

    async def work() -> dict[int, Any]:
        gate = gateway(tmp_path, settings(A), Script())
        found = {number: answer async for number, answer in gate.map(source())}
        await gate.close()
        return found

    found = run(work())
    assert isinstance(found[1], GatewayError)
    assert [found[0].content, found[2].content] == [answered().content] * 2
