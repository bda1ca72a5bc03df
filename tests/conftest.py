"""No keys, no proxies, no network: what every test can rely on."""

import os
import socket
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.homes"]

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if (
            name.startswith("LEAFROOT_")
            or name.lower() in {"http_proxy", "https_proxy", "all_proxy"}
            or name.endswith("_API_KEY")
        ):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse connections to anything but this machine; creating sockets stays allowed, event loops need them."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise ConnectionRefusedError(f"tests have no network: {address[0]}")
        real(self, address)  # type: ignore[arg-type]

    patched = pytest.MonkeyPatch()
    patched.setattr(socket.socket, "connect", connect)
    yield
    patched.undo()
