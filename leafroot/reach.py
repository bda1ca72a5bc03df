"""Is a model's server there, does it take the key, and does it serve the model? One short request without any text."""

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

__all__ = ["reach"]

#: Seconds for connecting and for the answer, and how much of it is read.
SECONDS, MOST_BYTES = 3.0, 2_000_000
SHOWN = 5
_REFUSED = frozenset({401, 403})
_OK = 200


def reach(base_url: str, model: str, key: str | None) -> tuple[str, str | None]:
    """Ask a server for its models.

    Args:
        base_url: Address of its interface, `/v1` included.
        model: Name that the server is asked for.
        key: Key, sent to this address alone: redirects are not followed.

    Returns:
        What a person should see (the address without what may be secret in it), and what is wrong; None: nothing. A
        server that lists no models is taken to serve any; so is one that lists a single one, as llama.cpp does.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "", "its base_url is no http(s) address"
    place = f"{parts.scheme}://{parts.hostname}"
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        shown = f"{place}:{port}{parts.path}"
        status, body = _get(parts.scheme, parts.hostname, port, f"{parts.path.rstrip('/')}/models", key)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return "", f"{place} takes no connection ({reason})"
    if status in _REFUSED:
        return shown, f"{shown} refuses the key (status {status})" if key else f"{shown} wants a key (status {status})"
    served = _served(body) if status == _OK else []
    if len(served) > 1 and model not in served:
        more = f" and {len(served) - SHOWN} more" if len(served) > SHOWN else ""
        return shown, f"{shown} does not serve {model}, but {', '.join(served[:SHOWN])}{more}"
    return shown, None


def _get(scheme: str, host: str, port: int, path: str, key: str | None) -> tuple[int, bytes]:
    made: http.client.HTTPConnection
    if scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        made.request(
            "GET", path, headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        )
        reply = made.getresponse()
        return reply.status, reply.read(MOST_BYTES)
    finally:
        made.close()


def _served(body: bytes) -> list[str]:
    """Names in a list of models; none where the answer is no such list."""
    try:
        given: Any = json.loads(body)
    except ValueError:
        return []
    rows = given.get("data") if isinstance(given, dict) else None
    return [str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row] if isinstance(rows, list) else []
