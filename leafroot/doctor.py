"""`doctor`: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leafroot.answers import Doctor, DoctorCheck
from leafroot.console import Context
from leafroot.reach import reach
from resources.errors import PlatformError, SettingsError
from resources.reader import DATABASE, connect
from resources.settings import Settings, load_settings

if TYPE_CHECKING:
    from resources.models.protocol import Endpoint

__all__ = ["examine"]

#: Packages without which a stage does not work: module, distribution.
NEEDED = (
    ("dagster", "dagster"),
    ("dagster_webserver", "dagster-webserver"),
    ("polars", "polars"),
    ("lancedb", "lancedb"),
    ("great_expectations", "great-expectations"),
    ("rjieba", "rjieba"),
    ("opencc", "opencc"),
    ("pypdfium2", "pypdfium2"),
    ("docx", "python-docx"),
)
LEAST_FREE_BYTES = 500_000_000


def examine(context: Context) -> Doctor:
    """Look at everything that a run needs."""
    checks = [
        _python(),
        *(_package(module, name) for module, name in NEEDED),
        _folder(context.home),
        _disk(context.home),
    ]
    settings, check = _settings(context)
    checks.append(check)
    checks += [_store(context.home), _root(context.home, settings), *_models(context.home, settings)]
    return Doctor(ok=all(check.ok for check in checks), checks=checks)


def _check(name: str, ok: bool, detail: str, remedy: str | None = None) -> DoctorCheck:  # noqa: FBT001 - reads well where it is called
    return DoctorCheck(name=name, ok=ok, detail=detail, remedy=None if ok else remedy)


def _python() -> DoctorCheck:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return _check("Python", sys.version_info[:2] == (3, 11), version, "set up again with make run on Python 3.11")


def _package(module: str, distribution: str) -> DoctorCheck:
    if importlib.util.find_spec(module) is None:
        return _check(distribution, False, "not installed", "remove .venv and call make run")
    return _check(distribution, True, importlib.metadata.version(distribution))


def _folder(home: Path) -> DoctorCheck:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".write-probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        return _check("home", False, f"{home}: {error.strerror}", "choose a folder that you may write with --home")
    return _check("home", True, str(home))


def _disk(home: Path) -> DoctorCheck:
    free = (
        shutil.disk_usage(home if home.exists() else home.absolute().parent).free
        if home.absolute().parent.exists()
        else 0
    )
    return _check(
        "disk", free > LEAST_FREE_BYTES, f"{free // 1_000_000} MB free", "free some space, or move the home with --home"
    )


def _settings(context: Context) -> tuple[Settings | None, DoctorCheck]:
    try:
        settings = load_settings(context.config, home=context.home)
    except SettingsError as error:
        return None, _check("configuration", False, str(error), "mend the file")
    engine = f"{len(settings.models)} models configured" if settings.models else "embedded extractive engine"
    return settings, _check("configuration", True, engine)


def _store(home: Path) -> DoctorCheck:
    path = home / DATABASE
    if not path.exists():
        return _check("store", False, "the home holds nothing yet", "call leafroot run --corpora DIR")
    try:
        connection = connect(path)
        sound = connection.execute("PRAGMA quick_check").fetchone()[0]
        publication = connection.execute("SELECT MAX(publication) FROM publications").fetchone()[0]
        connection.close()
    except (sqlite3.Error, PlatformError) as error:
        return _check("store", False, str(error), f"restore {DATABASE} from a backup, or build the home anew")
    return _check(
        "store",
        sound == "ok",
        f"publication {publication or 0}, {sound}",
        f"restore {DATABASE} from a backup, or build the home anew",
    )


def _root(home: Path, settings: Settings | None) -> DoctorCheck:
    known = settings.corpora.root if settings else None
    if known is None and (home / DATABASE).exists():
        try:
            connection = connect(home / DATABASE)
            row = connection.execute("SELECT value FROM home WHERE key = 'root'").fetchone()
            connection.close()
        except sqlite3.Error:
            row = None
        known = row[0] if row else None
    if known is None:
        return _check("corpora", False, "no folder known", "call leafroot run --corpora DIR")
    return _check(
        "corpora",
        Path(known).is_dir(),
        known,
        "the folder is gone: mount it, or name another with run --corpora DIR --replace",
    )


def _models(home: Path, settings: Settings | None) -> list[DoctorCheck]:
    """One check a model: its key, its switch, its budget, and whether its server is there, takes the key and serves it."""
    if settings is None or not settings.models:
        return []
    from resources.models.budget import Budget
    from resources.models.registry import Registry
    from resources.models.status import rest_rows

    registry = Registry(settings)
    rows = rest_rows(home, registry, Budget(home, time.monotonic, time.time))
    return [_model(row, registry.models[row["name"]].endpoint) for row in rows]


def _model(row: dict[str, Any], endpoint: Endpoint) -> DoctorCheck:
    name = f"model {row['name']}"
    if row["state"] != "ready":
        remedies = {
            "unavailable": "set it in the environment of every process that calls models",
            "disabled": f"leafroot models enable {row['name']}",
            "budget": "raise budget_per_day, or wait for tomorrow",
        }
        return _check(
            name, False, f"{row['state']}: {row['reason']}", remedies.get(row["state"], "mend the configuration")
        )
    shown, trouble = reach(endpoint.base_url, endpoint.model, endpoint.key)
    return _check(
        name,
        trouble is None,
        f"{row['placement']}, sees {row['clearance']}, {shown}" if trouble is None else trouble,
        "start the server, or correct base_url, model or key",
    )
