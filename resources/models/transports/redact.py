"""Redaction: no key leaves in a text, however the text spells it.

Known keys are replaced raw, percent-encoded, base64-encoded, escaped as repr or JSON escape them; what merely looks like a key
(`Bearer …`, `sk-…`) is replaced too. Personal data is another module's task.
"""

import base64
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus

__all__ = ["MASK", "Redactor", "redactor_for"]

MASK = "[key]"
# A key shorter than this is a word; to replace it would eat into ordinary text. Settings refuse such keys.
_MIN_KEY = 4
_MIN_BASE64 = 8
_SHAPES = re.compile(
    r"(?i)(\bbearer(?:\s|%20|\+)+)[A-Za-z0-9._~+/=%-]{4,}"
    r"|\bsk-[A-Za-z0-9_-]{8,}"
    r"|(\b(?:api[_-]?key|x-api-key|authorization|access[_-]?token)[\"']?\s*[:=]\s*[\"']?)(?!bearer\b)[A-Za-z0-9._~+/=%-]{8,}"
)


class Redactor:
    """Replaces keys in texts. Its repr shows none."""

    __slots__ = ("_known",)

    def __init__(self, keys: Iterable[str | None] = ()) -> None:
        forms = {form for key in keys if key and len(key) >= _MIN_KEY for form in _forms(key)}
        # The longest first: a raw key is part of its own repr.
        words = sorted((re.escape(form) for form in forms), key=lambda word: (-len(word), word))
        self._known = re.compile("|".join(words), re.IGNORECASE) if words else None

    def __repr__(self) -> str:
        return "Redactor()"

    def __call__(self, text: str) -> str:
        """Return the text with each key replaced by `[key]`."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _SHAPES.sub(lambda found: (found[1] or found[2] or "") + MASK, text)


@lru_cache(maxsize=256)
def redactor_for(key: str | None) -> Redactor:
    """Return the redactor of one endpoint's key."""
    return Redactor((key,))


def _forms(key: str) -> Iterable[str]:
    """Yield each spelling of a key."""
    data = key.encode("utf-8", "surrogatepass")
    yield key
    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)
    yield "".join(f"%{byte:02x}" for byte in data)
    yield repr(key)[1:-1]
    yield repr(data)[2:-1]
    yield json.dumps(key)[1:-1]
    yield json.dumps(key, ensure_ascii=False)[1:-1]
    yield json.dumps(key)[1:-1].replace("/", "\\/")
    yield data.hex()
    if len(data) < _MIN_BASE64:
        return
    # Inside a longer text that was encoded as a whole, three alignments are possible; the edges mix with the neighbours.
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(b"\0" * shift + data).decode()
            whole = coded.rstrip("=")
            yield whole[(shift * 8 + 5) // 6 : len(whole) - (1 if (shift + len(data)) % 3 else 0)]
