"""`leafroot ui`: Dagster's webserver and daemon on one home, ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from leafroot.console import Context, say
from resources.errors import UsageError

__all__ = ["serve_ui"]

HOST = "127.0.0.1"
#: Seconds that the webserver may take to answer.
START_SECONDS = 90.0
STOP_SECONDS = 15.0


def serve_ui(context: Context, port: int) -> int:
    """Run both until a signal or until one of them ends; returns the exit code.

    Raises:
        UsageError: the port is taken.
    """
    from leafroot.launch import dagster_home

    _require_free(port)
    project = Path(__file__).resolve().parent.parent
    home = context.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(dagster_home(home)),
        "LEAFROOT_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }
    if context.config is not None:
        environment["LEAFROOT_CONFIG"] = str(context.config.resolve())
    tools = Path(sys.executable).parent
    workspace = ["-w", str(project / "workspace.yaml")]
    commands = [
        [str(tools / "dagster-webserver"), "-h", HOST, "-p", str(port), *workspace, "--log-level", "warning"],
        [str(tools / "dagster-daemon"), "run", *workspace, "--log-level", "warning"],
    ]
    processes = [
        subprocess.Popen(command, cwd=project, env=environment, start_new_session=True)  # noqa: S603 - our own commands
        for command in commands
    ]
    try:
        _wait_ready(port, processes)
        say(
            f"Dagster UI: http://{HOST}:{port} (home {home}); sensors and the daily schedule are running; Ctrl-C ends both."
        )
        return _watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(processes)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise UsageError(f"Port {port} is taken; choose another with --port.") from None


def _wait_ready(port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and all(process.poll() is None for process in processes):
        with socket.socket() as probe:
            probe.settimeout(1.0)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    while True:
        for process in processes:
            code = process.poll()
            if code is not None:
                say(f"leafroot: {Path(str(process.args[0])).name} ended with code {code}.")  # type: ignore[index]
                return 3 if code else 0
        time.sleep(0.5)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    give_up = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
