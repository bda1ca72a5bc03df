"""`leafroot serve`: the gateway as a process of its own."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from leafroot.console import Context, say
from resources.errors import UsageError
from resources.settings import load_settings

if TYPE_CHECKING:
    from resources.settings import Settings

__all__ = ["serve"]

#: Seconds that calls in flight get to end after a signal.
GRACE = 10


def serve(context: Context, host: str, port: int, names: list[str]) -> int:
    """Run the server until a signal; returns the exit code.

    Raises:
        UsageError: the port is taken, or the host is open to others while no client needs a key.
        SettingsError: no model is configured, or a client's key is not set.
    """
    settings = load_settings(context.config, home=context.home)
    _require_closed(host, settings)
    _require_free(host, port)
    if not settings.models:
        raise UsageError("There is no [[models]] entry to serve; add one to leafroot.toml (see leafroot.example.toml).")
    import uvicorn

    from leafroot.web.app import build_app

    context.home.mkdir(parents=True, exist_ok=True)
    app = build_app(context.home, settings, hosts=frozenset(name.lower() for name in [*names, host]))
    shown = f"[{host}]" if ":" in host else host
    say(
        f"Gateway: http://{shown}:{port}/v1 ({len(settings.models)} models); http://{shown}:{port}/models; Ctrl-C ends it."
    )
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=GRACE, h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 3


def _require_closed(host: str, settings: Settings) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise UsageError(f"--host {host}: give an address, 127.0.0.1 for instance.") from None
    if not loopback and not settings.clients:
        raise UsageError(
            f"--host {host} is open to others and no [[clients]] entry asks for a key; add clients, or bind to 127.0.0.1."
        )


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} of {host} cannot be had ({error.strerror}); choose another with --port."
            ) from None
