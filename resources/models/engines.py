"""What sends to a model: our aiohttp transport, the openai SDK, or a class of somebody's own.

An engine is a class without arguments that keeps `protocol.Transport`; a package offers it under the entry point group
`leafroot.engines`, and `engine = "its name"` in `[[models]]` uses it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Mapping
from typing import cast

from resources.errors import SettingsError
from resources.models.protocol import Transport
from resources.settings import Settings

__all__ = ["GROUP", "load_engines"]

GROUP = "leafroot.engines"
#: Connections that an engine of ours may hold, at least.
CONNECTIONS = 512
BUILT_IN: Mapping[str, tuple[str, str]] = {
    "aiohttp": ("resources.models.transports.aiohttp_transport", "AiohttpTransport"),
    "openai-sdk": ("resources.models.transports.sdk", "SdkTransport"),
}


def load_engines(settings: Settings) -> dict[str, Transport]:
    """Return the transport of each model, by its registry name; models of one engine share it.

    Raises:
        SettingsError: no engine has the name, or it cannot be loaded.
    """
    made: dict[str, Transport] = {}
    connections = max(CONNECTIONS, sum(model.max_concurrency for model in settings.models))
    for model in settings.models:
        if model.engine not in made:
            made[model.engine] = _load(model.engine, model.name, connections)
    return {model.name: made[model.engine] for model in settings.models}


def _load(engine: str, model: str, connections: int) -> Transport:
    if engine in BUILT_IN:
        module, name = BUILT_IN[engine]
        return cast(Transport, getattr(importlib.import_module(module), name)(limit=connections))
    offered = {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}
    if engine not in offered:
        known = ", ".join([*BUILT_IN, *sorted(offered)])
        raise SettingsError(f"models.{model}: no engine is named {engine} (known: {known}); correct engine.")
    try:
        return cast(Transport, offered[engine].load()())
    except (ImportError, AttributeError, TypeError) as error:
        raise SettingsError(
            f"models.{model}: the engine {engine} cannot be loaded ({error}); mend its package."
        ) from error
