"""The inbox: a pure comparison of what is there with what was taken."""

import pytest

from sensors.inbox import inbox_change

TAKEN = {"news/a.txt": (3, 10), "news/b.txt": (4, 10)}


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (TAKEN, ([], [], [])),
        ({**TAKEN, "news/c.txt": (1, 5)}, (["news/c.txt"], [], [])),
        ({**TAKEN, "news/b.txt": (5, 11)}, ([], ["news/b.txt"], [])),
        ({"news/a.txt": (3, 10)}, ([], [], ["news/b.txt"])),
        ({"news/a.txt": (3, 10), "news/renamed.txt": (4, 10)}, (["news/renamed.txt"], [], ["news/b.txt"])),
    ],
    ids=["same", "new", "changed", "gone", "renamed"],
)
def test_inbox_change_tells_what_changed(now: dict[str, tuple[int, int]], kinds: tuple[list[str], ...]) -> None:
    change = inbox_change(now, TAKEN)
    assert (change.new, change.changed, change.gone) == kinds
    assert change.is_empty is (kinds == ([], [], []))


def test_a_file_that_is_still_written_waits() -> None:
    now = {**TAKEN, "news/c.txt": (1, 100), "news/b.txt": (9, 101)}
    assert inbox_change(now, TAKEN, settled_before_ns=99).is_empty
    assert inbox_change(now, TAKEN, settled_before_ns=100).new == ["news/c.txt"]


def test_the_same_change_has_the_same_key() -> None:
    one = inbox_change({**TAKEN, "x": (1, 1)}, TAKEN)
    two = inbox_change({**TAKEN, "x": (1, 1)}, TAKEN)
    other = inbox_change({**TAKEN, "x": (1, 2)}, TAKEN)
    gone = inbox_change({}, TAKEN)
    assert one.key == two.key
    assert len({one.key, other.key, gone.key}) == 3
