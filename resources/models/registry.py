"""The models that are configured: where each is, what it may see, what it costs, what it cannot do.

Keys come from the environment alone. A model whose key is missing is listed as unavailable, with the variable to set;
nothing fails before it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from resources.models.protocol import Endpoint
from resources.models.spec import Clearance, Usage
from resources.settings import ModelSettings, Settings, TaskSettings

__all__ = ["LEVELS", "Model", "Registry", "cost_text"]

#: Classes of text, from what everybody may see up.
LEVELS: Mapping[str, int] = {"public": 0, "internal": 1, "secret": 2}
MILLION = Decimal(1_000_000)


@dataclass
class Model:
    """One registry entry at work."""

    name: str
    kind: Literal["chat", "embedding"]
    endpoint: Endpoint
    placement: Literal["private", "maas"]
    clearance: Clearance
    context: int
    price_in: Decimal | None
    price_out: Decimal | None
    settings: ModelSettings
    #: Why it cannot be used at all, in words; None: it can.
    unavailable: str | None = None
    #: What the server does not know, stated or learned.
    lacks: set[str] = field(default_factory=set)

    @property
    def priced(self) -> bool:
        """Are its prices known? An embedding model writes nothing, so it needs no price for that."""
        return self.price_in is not None and (self.price_out is not None or self.kind == "embedding")

    def sees(self, clearance: Clearance) -> bool:
        """May it see a text of this class?"""
        return LEVELS[clearance] <= LEVELS[self.clearance]

    def learn_gap(self, needs: frozenset[str]) -> None:
        """Remember what the server does not know, where only one thing can be meant."""
        beyond = needs - {"stream"} or needs
        if len(beyond) == 1:
            self.lacks |= beyond

    def cost(self, usage: Usage) -> Decimal | None:
        """Return CNY for the tokens, or None where a price is unknown (which is not 0)."""
        if self.price_in is None or not self.priced:
            return None
        return (self.price_in * usage.tokens_in + (self.price_out or Decimal(0)) * usage.tokens_out) / MILLION


class Registry:
    """All models and tasks of a configuration."""

    def __init__(self, settings: Settings, environ: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        environ = os.environ if environ is None else environ
        self.models: dict[str, Model] = {entry.name: _model(entry, environ) for entry in settings.models}
        self._tasks: dict[str, tuple[Model, ...]] = {}
        self._default = settings.tasks.get("default") or TaskSettings()

    def task(self, name: str) -> TaskSettings:
        """Return a task's settings: its own, else the default task's."""
        return self.settings.tasks.get(name) or self._default

    def of_task(self, task: str, kind: Literal["chat", "embedding"]) -> tuple[Model, ...]:
        """Return the models that serve a task, in the order of preference."""
        key = f"{kind}:{task}"
        found = self._tasks.get(key)
        if found is None:
            found = tuple(self.models[name] for name in self.settings.models_of(task, kind))
            if len(self._tasks) < 1000:  # task names of the endpoint's clients must not fill the memory
                self._tasks[key] = found
        return found


def cost_text(cost: Decimal | None) -> str | None:
    """Return CNY in plain decimal notation, without trailing zeros."""
    if cost is None:
        return None
    text = format(cost, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _model(entry: ModelSettings, environ: Mapping[str, str]) -> Model:
    key, unavailable = None, None
    if entry.api_key_env is not None:
        key = environ.get(entry.api_key_env, "").strip() or None
        if key is None:
            unavailable = f"the environment variable {entry.api_key_env}, which holds its key, is not set"
    return Model(
        name=entry.name,
        kind=entry.kind,
        endpoint=Endpoint(entry.base_url.rstrip("/"), entry.model, key, entry.dimension, entry.revision),
        placement=entry.placement,
        clearance=entry.clearance or ("secret" if entry.placement == "private" else "public"),
        context=entry.context,
        price_in=entry.price_in,
        price_out=entry.price_out,
        settings=entry,
        unavailable=unavailable,
        lacks=set(entry.lacks),
    )
