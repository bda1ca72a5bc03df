"""Homes of earlier versions are brought forward, and after one run are what a new home is."""

import sqlite3
from pathlib import Path

import pytest

from assets.catalogue import TABLES
from leafroot.cli import run
from resources.errors import HomeVersionError
from resources.reader import DATABASE, HOME_VERSION, SqliteReader
from resources.store import Store

HOMES = Path(__file__).parent / "homes"
BY_NAME = {table.name: table for table in TABLES}
OLDER = [path.stem.removeprefix("version-") for path in sorted(HOMES.glob("version-*.sql"))]


def restore(version: str, home: Path) -> None:
    """Write the store that a program of that version left, built from the corpora beside it."""
    home.mkdir()
    dump = (HOMES / f"version-{version}.sql").read_text(encoding="utf-8")
    connection = sqlite3.connect(home / DATABASE)
    connection.executescript(dump.replace("CORPORA", str((HOMES / "corpora").resolve())))
    connection.close()


def test_every_older_version_has_a_home() -> None:
    assert [str(version) for version in range(1, int(HOME_VERSION))] == OLDER


@pytest.mark.parametrize("version", OLDER)
def test_a_reader_refuses_an_older_home_with_the_remedy(version: str, tmp_path: Path) -> None:
    restore(version, tmp_path / "home")
    with pytest.raises(HomeVersionError, match=r"call leafroot run .* once"):
        SqliteReader(tmp_path / "home", BY_NAME)


@pytest.mark.parametrize("version", OLDER)
def test_an_older_home_is_served_on_as_it_was(version: str, tmp_path: Path) -> None:
    restore(version, tmp_path / "home")
    store = Store(tmp_path / "home", TABLES)
    assert store.home_value("version") == HOME_VERSION
    assert store.home_value("migrated_from") == version
    assert store.publication() > 0
    reader = store.reader()
    assert len(reader.rows("clauses")) == 3
    for table in TABLES:
        reader.rows(table.name)
    reader.close()
    store.close()
    Store(tmp_path / "home", TABLES).close()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Digest of a new home of the same corpora."""
    return built(tmp_path_factory.mktemp("fresh") / "home")


def built(home: Path) -> dict[str, str]:
    """Run the corpora into a home; its digest but for what tells of history: events of tags, and the publication in reports."""
    assert run(["run", "--corpora", str(HOMES / "corpora"), "--home", str(home)]) == 0
    store = Store(home, TABLES)
    digest = store.digest()
    store.close()
    return {name: value for name, value in digest.items() if name not in {"reports", "tag_events"}}


@pytest.mark.parametrize("version", OLDER)
def test_one_run_makes_of_an_older_home_what_a_new_one_is(version: str, tmp_path: Path, fresh: dict[str, str]) -> None:
    restore(version, tmp_path / "home")
    assert built(tmp_path / "home") == fresh


def test_a_killed_migration_leaves_the_home_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    restore(OLDER[0], tmp_path / "home")
    before = dumped(tmp_path / "home")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resources.migration._remember", killed)
    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path / "home", TABLES)
    monkeypatch.undo()
    assert dumped(tmp_path / "home") == before
    Store(tmp_path / "home", TABLES).close()
    assert dumped(tmp_path / "home") != before


def dumped(home: Path) -> list[str]:
    """All that the store holds, its schema included."""
    connection = sqlite3.connect(home / DATABASE)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_a_home_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path, TABLES)
    store.set_home_value("version", str(int(HOME_VERSION) + 1))
    store.close()
    with pytest.raises(HomeVersionError, match="newer program"):
        Store(tmp_path, TABLES)
    with pytest.raises(HomeVersionError, match="newer program"):
        SqliteReader(tmp_path, BY_NAME)
