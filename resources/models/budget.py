"""Money a model may cost in a day (Asia/Shanghai): a cap of 0 sends nothing, no cap is no limit, an unknown price is never 0.

What was spent stands in the ledger, which all processes of the home share; what is in flight is reserved here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from resources.models.ledger import SIDE_FILE, day_of, spent_today
from resources.models.registry import Model, cost_text
from resources.models.spec import Usage

__all__ = ["Budget"]

#: Seconds between two looks at what other processes have spent.
POLL = 1.0
ZERO = Decimal(0)


class Budget:
    """The day's spending of each capped model."""

    def __init__(self, home: Path, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self._path = home / SIDE_FILE
        self._clock, self._wall = clock, wall
        self._reserved: dict[str, Decimal] = {}
        self._own: dict[tuple[str, str], Decimal] = {}
        self._seen: dict[tuple[str, str], tuple[float, Decimal]] = {}

    def refuses(self, model: Model, usage: Usage) -> str | None:
        """Return why a call of about these tokens may not be sent, or None."""
        cap = model.settings.budget_per_day
        if cap is None:
            return None
        if cap == 0:
            return "its budget is 0"
        cost = model.cost(usage)
        if cost is None:
            return "it has a budget but no known price (unpriced): state price_in and price_out, or drop budget_per_day"
        if cost == 0:
            return None
        spent = self.spent(model.name) + self._reserved.get(model.name, ZERO)
        if spent + cost <= cap:
            return None
        return f"its budget of {cost_text(cap)} CNY a day has no room for this call ({cost_text(spent)} spent or in flight)"

    def reserve(self, model: Model, usage: Usage) -> Decimal:
        """Set the expected cost aside; give it back with `settle`."""
        if model.settings.budget_per_day is None:
            return ZERO
        cost = model.cost(usage) or ZERO
        self._reserved[model.name] = self._reserved.get(model.name, ZERO) + cost
        return cost

    def settle(self, model: Model, reserved: Decimal, cost: Decimal | None) -> None:
        """Book what a call really cost in place of what was set aside."""
        if model.settings.budget_per_day is None:
            return
        self._reserved[model.name] -= reserved
        key = (model.name, day_of(self._wall()))
        self._own[key] = self._own.get(key, ZERO) + (cost or ZERO)

    def spent(self, name: str) -> Decimal:
        """Return what the model has cost today: the ledger's sum, or our own where that lags behind."""
        day = day_of(self._wall())
        key = (name, day)
        now = self._clock()
        at, known = self._seen.get(key, (-POLL, ZERO))
        if now - at >= POLL:
            known = self._read(name, day, known)
            self._seen = {k: v for k, v in self._seen.items() if k[1] == day}
            self._seen[key] = (now, known)
        return max(known, self._own.get(key, ZERO))

    def _read(self, name: str, day: str, known: Decimal) -> Decimal:
        if not self._path.exists():
            return known
        try:
            connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=0.05)
            try:
                return max(known, spent_today(connection, name, day))
            finally:
                connection.close()
        except sqlite3.Error:
            return known
