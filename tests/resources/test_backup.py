import io
import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest

from assets.catalogue import TABLES
from leafroot.cli import run
from resources.backup import MANIFEST, back_up, restore
from resources.errors import PermanentServiceError, PlatformError, TransientServiceError, UsageError
from resources.lock import hold_home
from resources.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    Store(made, TABLES).close()
    (made / "vectors" / "slice.lance").mkdir(parents=True)
    (made / "vectors" / "slice.lance" / "data").write_bytes(b"\x00\x01" * 500)
    (made / "leafroot.toml").write_text("[privacy]\n")
    return made


def test_a_restored_home_answers_as_the_first_did(sample_home: Path, tmp_path: Path) -> None:
    made = back_up(sample_home, tmp_path / "b.tar.gz")
    again = restore(tmp_path / "b.tar.gz", tmp_path / "again")
    assert (again.files, again.publication) == (made.files, made.publication)
    stores = [Store(folder, TABLES) for folder in (sample_home, tmp_path / "again")]
    assert stores[0].digest() == stores[1].digest()
    for store in stores:
        store.close()
    assert run(["search", "原油", "--home", str(tmp_path / "again"), "--json"]) == 0


def test_a_backup_holds_what_was_committed_while_a_writer_is_open(home: Path, tmp_path: Path) -> None:
    store = Store(home, TABLES)
    store.set_home_value("root", "CORPORA")
    writer = sqlite3.connect(home / "leafroot.sqlite", isolation_level=None)
    writer.execute("PRAGMA busy_timeout = 5000")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO home VALUES ('half', 'written')")
    back_up(home, tmp_path / "b.tar.gz")
    writer.execute("ROLLBACK")
    writer.close()
    store.close()
    restore(tmp_path / "b.tar.gz", tmp_path / "again")
    connection = sqlite3.connect(tmp_path / "again" / "leafroot.sqlite")
    values = dict(connection.execute("SELECT key, value FROM home").fetchall())
    connection.close()
    assert values["root"] == "CORPORA"
    assert "half" not in values
    assert (tmp_path / "again" / "vectors" / "slice.lance" / "data").read_bytes() == b"\x00\x01" * 500


def test_a_backup_inside_the_home_does_not_hold_itself(home: Path) -> None:
    first = back_up(home, home / "b.tar.gz")
    assert back_up(home, home / "b.tar.gz").files == first.files


def test_an_old_backup_stays_where_a_new_one_cannot_be_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.tar.gz"
    back_up(home, target)
    before = target.read_bytes()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resources.backup._hash", full)
    with pytest.raises(TransientServiceError, match="No space left"):
        back_up(home, target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar.gz", "home"]


def test_nothing_is_backed_up_of_an_empty_home(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds nothing"):
        back_up(tmp_path, tmp_path / "b.tar.gz")


def test_a_home_in_use_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz")
    with pytest.raises(UsageError, match="not empty"):
        restore(tmp_path / "b.tar.gz", home)
    (tmp_path / "empty").mkdir()
    restore(tmp_path / "b.tar.gz", tmp_path / "empty")
    with hold_home(tmp_path / "empty", "test"):
        assert (tmp_path / "empty" / "leafroot.toml").exists()


def repacked(source: Path, target: Path, name: str, data: bytes | None) -> None:
    """Write a backup again with one member changed, or left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            stream = old.extractfile(member)
            held = stream.read() if stream else b""
            if member.name == name:
                if data is None:
                    continue
                held = data
            info = tarfile.TarInfo(member.name)
            info.size = len(held)
            new.addfile(info, io.BytesIO(held))


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("leafroot.toml", b"[privacy]\nnews='public'", PermanentServiceError),
        ("leafroot.toml", None, PermanentServiceError),
        (MANIFEST, None, UsageError),
        (MANIFEST, b"{}", UsageError),
        (
            MANIFEST,
            json.dumps({"format": 1, "publication": 0, "version": "3", "files": {"../x": "0"}}).encode(),
            UsageError,
        ),
        (
            MANIFEST,
            json.dumps({"format": 1, "publication": 0, "version": "3", "files": {"/x": "0"}}).encode(),
            UsageError,
        ),
    ],
    ids=["altered", "missing", "no manifest", "another's", "outside", "absolute"],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    name: str, data: bytes | None, error: type[PlatformError], home: Path, tmp_path: Path
) -> None:
    back_up(home, tmp_path / "b.tar.gz")
    repacked(tmp_path / "b.tar.gz", tmp_path / "bad.tar.gz", name, data)
    with pytest.raises(error):
        restore(tmp_path / "bad.tar.gz", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar.gz", "bad.tar.gz", "home"]


@pytest.mark.parametrize("cut", [0.5, 0.0], ids=["half", "empty"])
def test_a_cut_or_foreign_file_is_refused(cut: float, home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b.tar.gz")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(PlatformError):
        restore(tmp_path / "cut", tmp_path / "again")
    with pytest.raises(UsageError):
        restore(tmp_path / "none", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    shutil.rmtree(home)
