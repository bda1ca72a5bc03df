"""Sampling parameters that a server refuses: which one its error names, and what is sent instead.

Models that reason take no temperature, and some count their answer's tokens under another name. Only questions of our own
tasks change with that; what a client of the endpoint sends is sent as it is, and the server's refusal is its answer.
"""

import re
from collections.abc import Mapping, Set
from typing import Any

__all__ = ["PARAMETERS", "refused_parameter", "without_refused"]

#: What `lacks` of a model may name beside features.
PARAMETERS = ("temperature", "max_tokens")
_NAMED = re.compile(rf"(?<![A-Za-z_])({'|'.join(PARAMETERS)})(?![A-Za-z_])")
_REFUSED = re.compile(
    r"unsupported|not supported?|support(?:ed)? only|only the default|unrecognized|unknown|deprecated|不支持",
    re.IGNORECASE,
)


def refused_parameter(detail: str) -> str | None:
    """Return the parameter that an error says the server does not take, None where it speaks of something else."""
    named = _NAMED.search(detail)
    return named[1] if named and _REFUSED.search(detail) else None


def without_refused(lacks: Set[str], max_tokens: int, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return `max_tokens` and `extra` of a request for a model, as far as they differ for what it lacks."""
    changed: dict[str, Any] = {}
    kept = {name: value for name, value in extra.items() if name not in lacks}
    if "max_tokens" in lacks:
        changed["max_tokens"] = None
        kept["max_completion_tokens"] = max_tokens
    if kept != dict(extra):
        changed["extra"] = kept
    return changed
