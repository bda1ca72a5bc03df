import os
from pathlib import Path

import pytest

from assets.corpora.inventory import list_files
from resources.errors import UsageError


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("文")


def reasons(root: Path) -> list[tuple[str, str]]:
    return [(one.source, one.reason) for one in list_files(root).rejects]


def test_list_files_gives_lanes_and_kinds_by_path(tmp_path: Path) -> None:
    put(
        tmp_path,
        "news/b/x.JSONL",
        "news/a.html",
        "rulebooks/r.docx",
        "market/m.csv",
        "market/m.json",
        "policies/p.htm",
        "research/n.pdf",
    )
    found = [(one.path, one.lane, one.format, one.size) for one in list_files(tmp_path).files]
    assert found == [
        ("market/m.csv", "market", "csv", 3),
        ("market/m.json", "market", "json", 3),
        ("news/a.html", "news", "html", 3),
        ("news/b/x.JSONL", "news", "jsonl", 3),
        ("policies/p.htm", "policies", "html", 3),
        ("research/n.pdf", "research", "pdf", 3),
        ("rulebooks/r.docx", "rulebooks", "docx", 3),
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("stray.txt", "lane_unknown", id="at the root"),
        pytest.param("gossip/a.txt", "lane_unknown", id="in another folder"),
        pytest.param("news/readme.txt/old.doc", "format_unknown", id="old Word"),
        pytest.param("news/bars.csv", "format_unknown", id="bars among news"),
        pytest.param("market/a.txt", "format_unknown", id="a text among bars"),
        pytest.param("news/lost.meta.json", "sidecar_orphan", id="a sidecar alone"),
    ],
)
def test_list_files_rejects_with_a_reason(tmp_path: Path, path: str, reason: str) -> None:
    put(tmp_path, path)
    listing = list_files(tmp_path)
    assert (listing.files, [(one.source, one.reason, one.stage) for one in listing.rejects]) == (
        [],
        [(path, reason, "corpora")],
    )
    assert listing.rejects[0].message.startswith(f"{path}: ")


def test_list_files_ignores_readme_hidden_files_and_sidecars(tmp_path: Path) -> None:
    put(
        tmp_path,
        "README.zh.md",
        ".git/x.txt",
        "news/.x.txt",
        "news/~$a.docx",
        "news/a.txt",
        "news/a.txt.meta.json",
        "news/b.pdf",
        "news/b.meta.json",
    )
    listing = list_files(tmp_path)
    assert ([one.path for one in listing.files], listing.rejects) == (["news/a.txt", "news/b.pdf"], [])


def test_list_files_sees_a_sidecar_change(tmp_path: Path) -> None:
    put(tmp_path, "news/a.txt", "news/a.txt.meta.json")
    before = list_files(tmp_path).files[0]
    os.utime(tmp_path / "news/a.txt.meta.json", ns=(5, 5))
    after = list_files(tmp_path).files[0]
    assert before.size == after.size == 6
    assert before.mtime_ns != after.mtime_ns


def test_list_files_ends_loops_and_stays_inside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, "rulebooks/a.txt", "shared/b.txt")
    put(outside, "c.txt")
    (root / "rulebooks/loop").symlink_to(root)
    (root / "rulebooks/self").symlink_to(root / "rulebooks")
    (root / "rulebooks/shared").symlink_to(root / "shared")
    (root / "rulebooks/copy.txt").symlink_to(root / "rulebooks/a.txt")
    (root / "news").symlink_to(outside)
    (root / "broken.txt").symlink_to(root / "nowhere")
    assert [one.path for one in list_files(root).files] == [
        "rulebooks/a.txt",
        "rulebooks/copy.txt",
        "rulebooks/shared/b.txt",
    ]
    assert reasons(root) == [("broken.txt", "unreadable"), ("news", "link_outside"), ("shared/b.txt", "lane_unknown")]


def test_list_files_keeps_odd_names_as_valid_text(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    long = b"n" * 251 + b".txt"
    names = [long, b"\xff\xc4\xe3.txt", "\u202e奇怪 名字🙂\n换行.txt".encode(), b"a\\xff.txt"]
    for name in names:
        with open(os.fsencode(tmp_path / "news") + b"/" + name, "w") as stream:  # noqa: PTH123  (the name is bytes)
            stream.write("文")
    paths = [one.path for one in list_files(tmp_path).files]
    assert paths == sorted(
        [f"news/{long.decode()}", "news/\\xff\\xc4\\xe3.txt", "news/\u202e奇怪 名字🙂\n换行.txt", "news/a\\xff.txt"]
    )
    assert all(one.absolute.read_text() == "文" for one in list_files(tmp_path).files)
    assert "\n".join(paths).encode()


def test_list_files_tells_two_names_apart_that_read_alike(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    for name in (b"\xff.txt", b"\\xff.txt"):
        with open(os.fsencode(tmp_path / "news") + b"/" + name, "w") as stream:  # noqa: PTH123
            stream.write("文")
    assert len(list_files(tmp_path).files) == 1
    assert reasons(tmp_path) == [("news/\\xff.txt", "name_clash")]


def test_list_files_does_not_open_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    os.mkfifo(tmp_path / "news/pipe.txt")
    assert reasons(tmp_path) == [("news/pipe.txt", "unreadable")]


def test_list_files_messages_stay_on_one_line(tmp_path: Path) -> None:
    put(tmp_path, "news/\u202ea\nb.doc")
    reject = list_files(tmp_path).rejects[0]
    assert reject.source == "news/\u202ea\nb.doc"
    assert reject.message.startswith("news/\\u202ea\\u000ab.doc: ")


def test_list_files_names_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no-such-folder does not exist"):
        list_files(tmp_path / "no-such-folder")
    put(tmp_path, "file")
    with pytest.raises(UsageError, match=r"file is not a folder"):
        list_files(tmp_path / "file")
