"""What the models are doing: configured, switched off, out of money, resting or ready; and what they did so far.

The states: `ready`; `probing` (one call at a time after failures); `cooling` (the breaker is open, or the server said wait);
`disabled` (kill switch); `unavailable` (no key, a refused key, a spent quota); `budget` and `unpriced` (see `budget.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resources.models.budget import Budget
from resources.models.ledger import read_use
from resources.models.registry import Model, Registry
from resources.models.router import Target
from resources.models.spec import Usage
from resources.models.switches import Switch, read_switches

__all__ = ["live_rows", "rest_rows", "state_of"]

#: What a model that was never called has done.
NOTHING: Mapping[str, Any] = {
    "calls": 0, "errors": 0, "p50_ms": None, "p99_ms": None, "tokens_in": 0, "tokens_out": 0,
}  # fmt: skip


def state_of(
    model: Model, switch: Switch | None, budget: Budget, *, target: Target | None = None, now: float = 0.0
) -> tuple[str, str | None]:
    """Return a model's state and the reason of any but `ready`; without a target, as far as it can be told at rest."""
    if switch is not None:
        return "disabled", f"{switch.reason} ({switch.by}, {switch.at})"
    if model.unavailable is not None:
        return "unavailable", model.unavailable
    paused = target.health.paused(now) if target is not None else None
    if paused is not None:
        return "unavailable", paused
    if model.settings.budget_per_day and not model.priced:
        return "unpriced", budget.refuses(model, Usage(1, 1))
    refused = budget.refuses(model, Usage(1, 1))
    if refused is not None:
        return "budget", refused
    if target is None:
        return "ready", None
    if target.gate.closed_until > now:
        return "cooling", f"for another {target.gate.closed_until - now:.0f} s"
    return ("probing", "after failures") if target.health.state(now) == "probing" else ("ready", None)


def live_rows(home: Path, targets: Mapping[str, Target], budget: Budget, *, now: float) -> list[dict[str, Any]]:
    """Return a row a model of a running gateway."""
    switches, use = read_switches(home), read_use(home)
    rows = []
    for target in targets.values():
        switch = switches.get(("model", target.model.name))
        row = _row(target.model, state_of(target.model, switch, budget, target=target, now=now), use)
        gate, health = target.gate, target.health
        row |= {"in_flight": gate.in_flight, "waiting": gate.waiting, "limit": max(1, int(gate.width))}
        row["success"] = round(health.success, 3)
        rows.append(row)
    return rows


def rest_rows(home: Path, registry: Registry, budget: Budget) -> list[dict[str, Any]]:
    """Return a row a model as far as it can be told from configuration, switches and ledger."""
    switches, use = read_switches(home), read_use(home)
    return [
        _row(model, state_of(model, switches.get(("model", model.name)), budget), use)
        for model in registry.models.values()
    ]


def _row(model: Model, state: tuple[str, str | None], use: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": model.name,
        "kind": model.kind,
        "model": model.endpoint.model,
        "placement": model.placement,
        "clearance": model.clearance,
        "state": state[0],
        "reason": state[1],
        **NOTHING,
        "cost": "0" if model.priced else None,
        **use.get(model.name, {}),
    }
