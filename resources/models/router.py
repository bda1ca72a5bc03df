"""Who gets a call: hard conditions first, then a score of health, expected latency under the present load, and price.

Pure choice; limits, breakers and books are kept by those who are asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resources.models.health import Health
from resources.models.limits import Gate
from resources.models.registry import Model
from resources.settings import WeightSettings

__all__ = ["Candidate", "Target", "needs_of", "score", "select"]

#: Seconds that an unknown model is expected to take where nothing is known of any.
PRIOR = 1.0
#: Scores this near to the best count as equal: the order of preference decides.
EQUAL = 0.05
#: Who joins a queue makes all those wait who come behind him: a second of waiting counts as so many.
CROWD = 6.0
#: Where an endpoint fails nearly always, it is not worse than this many times slower.
LEAST_SUCCESS = 0.05


@dataclass
class Target:
    """A model with what is known of it now."""

    model: Model
    gate: Gate
    health: Health


@dataclass(frozen=True)
class Candidate:
    """What the score of one target is made of: seconds, CNY (None: unknown), share of failures."""

    target: Target
    seconds: float
    price: float | None
    failing: float


def needs_of(response_format: Mapping[str, Any] | None, tools: Sequence[Any], *, stream: bool) -> frozenset[str]:
    """Return what a server must know for a request."""
    needs = set()
    if response_format is not None and response_format.get("type") in {"json_schema", "json_object"}:
        needs.add(str(response_format["type"]))
    if tools:
        needs.add("tools")
    if stream:
        needs.add("stream")
    return frozenset(needs)


def select(
    targets: Sequence[Target],
    weights: WeightSettings,
    *,
    now: float,
    tokens_in: int,
    tokens_out: int,
    tried: Collection[str] = (),
    rest: Mapping[str, float] | None = None,
) -> Target:
    """Return the best target; `targets` stand in the order of preference.

    An open gate comes before a closed one, and a target that this call has not tried before one that it has. Where all are
    closed, the one that opens first is taken. `rest` holds until when this call leaves a target alone.
    """
    if len(targets) == 1:
        return targets[0]
    rest = rest or {}
    open_now = [t for t in targets if t.gate.closed_until <= now and rest.get(t.model.name, 0.0) <= now]
    if not open_now:
        return min(
            targets,
            key=lambda t: (max(t.gate.closed_until, rest.get(t.model.name, 0.0)), t.model.name in tried),
        )
    fresh = [target for target in open_now if target.model.name not in tried] or open_now
    if len(fresh) == 1:
        return fresh[0]
    candidates = _candidates(fresh, now, tokens_in, tokens_out)
    scores = score(candidates, weights)
    best = min(scores)
    return next(
        candidate.target
        for candidate, value in zip(candidates, scores, strict=True)
        if value <= best * (1 + EQUAL) + 1e-9
    )


def score(candidates: Sequence[Candidate], weights: WeightSettings) -> list[float]:
    """Return what each candidate costs, in units of the candidates' own means: lower is better."""
    mean_seconds = sum(c.target.health.latency or c.seconds for c in candidates) / len(candidates) or 1.0
    prices = [c.price for c in candidates if c.price is not None]
    mean_price = sum(prices) / len(prices) if prices else 0.0
    return [
        weights.latency * c.seconds / mean_seconds
        + weights.health * c.failing
        # An unknown price is no low price; the mean keeps it out of the comparison.
        + weights.price * ((mean_price if c.price is None else c.price) / mean_price if mean_price else 0.0)
        for c in candidates
    ]


def _candidates(targets: Sequence[Target], now: float, tokens_in: int, tokens_out: int) -> list[Candidate]:
    seen = [target.health.latency for target in targets if target.health.latency]
    prior = min(seen, default=PRIOR)
    out = []
    for target in targets:
        success = max(LEAST_SUCCESS, target.health.success)
        seconds = target.health.expected(now, prior) * (1.0 + CROWD * target.gate.load()) / success
        model = target.model
        price = None
        if model.price_in is not None and model.priced:
            price = float(model.price_in) * tokens_in + float(model.price_out or 0) * tokens_out
        out.append(Candidate(target, seconds, price, 1.0 - target.health.success))
    return out
