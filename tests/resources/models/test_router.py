"""Who gets a call."""

from __future__ import annotations

import pytest

from resources.models.health import Health
from resources.models.limits import Gate
from resources.models.registry import Registry
from resources.models.router import Target, needs_of, select
from resources.models.windows import Window
from resources.settings import WeightSettings
from tests.resources.models.virtual import settings

NOW = 1000.0
WEIGHTS = WeightSettings()


def target(
    name: str,
    *,
    latency: float = 0.0,
    price: float | None = None,
    in_flight: int = 0,
    width: int = 4,
    failures: int = 0,
) -> Target:
    entry = {"name": name} if price is None else {"name": name, "price_in": price, "price_out": price}
    model = Registry(settings(entry), {}).models[name]
    gate = Gate(width, Window(None, requests=0, tokens=0), lambda: NOW)
    gate.in_flight = in_flight
    health = Health(lambda: NOW)
    if latency:
        health.succeeded("t", latency)
    for _ in range(failures):
        health.failed()
    return Target(model, gate, health)


def chosen(*targets: Target, weights: WeightSettings = WEIGHTS, **more: object) -> str:
    return select(targets, weights, now=NOW, tokens_in=100, tokens_out=100, **more).model.name  # type: ignore[arg-type]


def test_equal_targets_are_taken_in_the_order_of_preference() -> None:
    assert chosen(target("b"), target("a")) == "b"
    assert chosen(target("b", latency=1.02), target("a", latency=1.0)) == "b", "within five percent"


def test_the_faster_one_is_taken_until_its_queue_makes_it_slower() -> None:
    fast = [target("fast", latency=1.0, in_flight=n) for n in (0, 4, 40)]
    assert chosen(target("slow", latency=4.0), fast[0]) == "fast"
    assert chosen(target("slow", latency=4.0), fast[1]) == "fast"
    assert chosen(target("slow", latency=4.0), fast[2]) == "slow"


def test_the_cheaper_one_is_taken_as_far_as_price_weighs() -> None:
    dear, cheap = target("dear", latency=1.0, price=20), target("cheap", latency=2.0, price=1)
    assert chosen(dear, cheap, weights=WeightSettings(price=2)) == "cheap"
    assert chosen(dear, cheap, weights=WeightSettings(price=0)) == "dear"


def test_an_unknown_price_is_not_a_low_one() -> None:
    assert (
        chosen(
            target("unpriced", latency=1.0),
            target("cheap", latency=1.0, price=1),
            target("dear", latency=1.0, price=9),
            weights=WeightSettings(price=5),
        )
        == "cheap"
    )


def test_a_failing_one_is_avoided_though_it_fails_fast() -> None:
    assert chosen(target("bad", latency=0.1, failures=4), target("good", latency=0.15)) == "good"


def test_one_that_the_call_has_tried_comes_last() -> None:
    assert chosen(target("a"), target("b"), tried=["a"]) == "b"
    assert chosen(target("a"), target("b"), tried=["a", "b"]) == "a"


def test_a_closed_gate_or_a_rest_of_the_call_comes_after_an_open_one() -> None:
    closed, other = target("a"), target("b")
    closed.gate.closed_until = NOW + 5
    assert chosen(closed, other) == "b"
    assert chosen(target("a"), target("b"), rest={"a": NOW + 1}) == "b"


def test_of_closed_ones_the_earliest_is_taken() -> None:
    first, second = target("a"), target("b")
    first.gate.closed_until, second.gate.closed_until = NOW + 5, NOW + 3
    assert chosen(first, second) == "b"
    assert chosen(first, second, rest={"b": NOW + 9}) == "a"


@pytest.mark.parametrize(
    ("form", "tools", "stream", "wanted"),
    [
        (None, (), False, set()),
        ({"type": "json_schema"}, (), True, {"json_schema", "stream"}),
        ({"type": "json_object"}, ({},), False, {"json_object", "tools"}),
        ({"type": "text"}, (), False, set()),
    ],
)
def test_needs_of_names_what_a_server_must_know(
    form: object, tools: tuple[object, ...], stream: bool, wanted: set[str]
) -> None:
    assert needs_of(form, tools, stream=stream) == wanted  # type: ignore[arg-type]
