"""Who may use the gateway: keys from the environment, what each client may ask for, from which page it may be called.

With no `[[clients]]` configured the server takes any key and listens on loopback only.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from resources.errors import SettingsError
from resources.settings import ClientSettings

__all__ = ["Client", "Clients", "Denied"]

#: Who calls where no client is configured.
ANYONE = "anyone"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Denied(Exception):  # noqa: N818 - a refusal is an answer here
    """A call is refused: HTTP status, code and sentence as the OpenAI API says them."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: float | None = None) -> None:
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after
        super().__init__(message)


@dataclass
class Client:
    """One client and what it used of its quota in this minute."""

    name: str
    tasks: tuple[str, ...]
    requests_per_minute: int = 0
    _began: float = field(default=0.0, repr=False)
    _used: int = field(default=0, repr=False)

    def take(self, task: str, now: float) -> None:
        """Count one call.

        Raises:
            Denied: the task is not among the client's, or its quota of this minute is spent.
        """
        if task not in self.tasks:
            raise Denied(
                403,
                "insufficient_scope",
                f"Client {self.name} may not use {task}; it may use {', '.join(self.tasks)}.",
            )
        if now - self._began >= 60:
            self._began, self._used = now, 0
        if self.requests_per_minute and self._used >= self.requests_per_minute:
            wait = max(1.0, 60 - (now - self._began))
            raise Denied(
                429,
                "rate_limit_exceeded",
                f"Client {self.name} has used its {self.requests_per_minute} requests of this minute.",
                retry_after=wait,
            )
        self._used += 1


class Clients:
    """All clients of one server."""

    def __init__(self, settings: tuple[ClientSettings, ...], environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        self._keys: list[tuple[bytes, Client]] = []
        for each in settings:
            key = environ.get(each.key_env)
            if not key:
                raise SettingsError(
                    f"clients.{each.name}: the variable {each.key_env} is not set; set it to the client's key, or take the client out."
                )
            client = Client(each.name, each.tasks, each.requests_per_minute)
            self._keys.append((key.encode("utf-8"), client))
        self._anyone = Client(ANYONE, ("chat", "embed"))

    @property
    def required(self) -> bool:
        """Whether a key is needed."""
        return bool(self._keys)

    def known(self, authorization: str | None) -> Client:
        """Return the client of an Authorization header.

        Raises:
            Denied: a key is needed and none of ours was given.
        """
        if not self._keys:
            return self._anyone
        scheme, _, given = (authorization or "").partition(" ")
        key = given.strip().encode("utf-8", "surrogateescape")
        found = None
        for own, client in self._keys:
            # Every key is compared, so that the time says nothing about which one was near.
            if hmac.compare_digest(own, key) and scheme.lower() == "bearer":
                found = client
        if found is None:
            raise Denied(401, "invalid_api_key", "The API key is missing or not one of this server's clients.")
        return found

    def admit(self, authorization: str | None, task: str) -> Client:
        """Return the client and count its call.

        Raises:
            Denied: see `known` and `Client.take`.
        """
        client = self.known(authorization)
        client.take(task, time.monotonic())
        return client


def is_own_host(header: str | None, allowed: frozenset[str]) -> bool:
    """Whether a Host header names this server: a page elsewhere must not reach a loopback port under its own name."""
    host = (header or "").strip().lower()
    name = host[1 : host.index("]")] if host.startswith("[") and "]" in host else host.rpartition(":")[0] or host
    return name in LOOPBACK or name in allowed
