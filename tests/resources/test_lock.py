"""One publisher at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from resources.errors import HomeBusyError, TransientServiceError
from resources.lock import hold_home, owner_of

HOLD = "import sys\nfrom pathlib import Path\nfrom resources.lock import hold_home\nwith hold_home(Path(sys.argv[1]), 'a test'):\n    print('held', flush=True)\n    sys.stdin.read()\n"


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the home."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def test_hold_home_refuses_a_second_process_and_names_the_owner(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(HomeBusyError, match=f"process {holder.pid}, a test"), hold_home(tmp_path, "second"):
        pass


def test_hold_home_is_free_after_a_kill(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with hold_home(tmp_path, "second"):
        assert "second" in owner_of(tmp_path)


def test_hold_home_waits(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    with hold_home(tmp_path, "second", wait_seconds=30):
        assert "second" in owner_of(tmp_path)


def test_hold_home_may_be_taken_again_by_its_owner(tmp_path: Path) -> None:
    with hold_home(tmp_path, "first"), hold_home(tmp_path, "inner"):
        assert "first" in owner_of(tmp_path)


def test_hold_home_needs_a_folder_it_can_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransientServiceError, match="cannot be written"), hold_home(tmp_path / "file", "x"):
        pass


def test_owner_of_an_unknown_home(tmp_path: Path) -> None:
    assert owner_of(tmp_path) == "owner unknown"
