"""Hostile files end as a document or in quarantine, in bounded time and memory, and cost no other file anything."""

import datetime as dt
import os
from pathlib import Path

import pytest

from assets.corpora.inventory import list_files
from assets.corpora.reading import read_documents
from assets.corpora.sandbox import _Child
from tests.assets.corpora.readers.hostile import GOOD, hostile_files, long_lines
from tests.assets.corpora.readers.samples import docx, paragraph, placed_pdf, xlsx

#: What each must come to; files not named may end either way.
READ = {
    "three-charsets.txt",
    "bidi.txt",
    "laughs.html",
    "outside.html",
    "feed-bomb.html",
    "feed-outside.html",
    "deep.html",
    "data-uri.html",
    "many-cells.html",
    "injection.html",
    "outside.docx",
    "many-kids.pdf",
    "rules.pdf",
}
REFUSED = {
    "empty.txt": "empty",
    "blank.txt": "empty",
    "nul.txt": "nul",
    "noise.txt": "encoding",
    "no-zip.docx": "unreadable",
    "bomb.docx": "zip_bomb",
    "encrypted.docx": "encrypted",
    "encrypted-members.docx": "encrypted",
    "bomb.xlsx": "zip_bomb",
    "cut.pdf": "unreadable",
    "encrypted.pdf": "encrypted",
    "scan.pdf": "needs_ocr",
}


def today() -> dt.date:
    return dt.date(2026, 1, 1)


def write(root: Path, files: dict[str, bytes]) -> Path:
    folder = root / "news"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return root


def test_read_documents_survives_every_hostile_file(tmp_path: Path) -> None:
    root = write(
        tmp_path, {**dict(hostile_files()), **dict(long_lines(20_000)), "good.html": f"<p>{GOOD}</p>".encode()}
    )
    listing = list_files(root)
    documents, rejects = read_documents(listing.files, today)
    texts = {Path(one.path).name: one.text for one in documents}
    reasons = {Path(one.source).name: one.reason for one in rejects}
    assert {Path(file.path).name for file in listing.files} <= texts.keys() | reasons.keys()
    assert {name for name in READ | {"good.html"} if GOOD not in texts.get(name, "")} == set()
    assert {name: reasons.get(name) for name in REFUSED} == REFUSED
    assert not any("root:" in text or "\x00" in text for text in texts.values())
    assert "忽略" not in texts["injection.html"]
    assert not any(reason == "too_slow" for reason in reasons.values())
    for reject in rejects:
        assert reject.message
        assert "\n" not in reject.message


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_child_keeps_within_its_memory(tmp_path: Path) -> None:
    """The large forms of what grows most: peak memory of the process that reads them."""
    heavy = {name: data for name, data in hostile_files(4) if name in {"bomb.xlsx", "stream-bomb.pdf", "far-cell.xlsx"}}
    root = write(tmp_path, heavy)
    child = _Child(20)
    measured = []
    try:
        for file in list_files(root).files:
            child.ask(file)
            if child._process is not None:
                status = Path(f"/proc/{child._process.pid}/status").read_text()
                peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
                measured.append((file.path, int(peak.split()[1])))
    finally:
        child.close()
    assert measured
    assert max(size for _, size in measured) < 1_000_000, measured


def test_read_documents_reads_ten_files_beside_a_poisoned_one(tmp_path: Path) -> None:
    files = {f"{n}.pdf": placed_pdf([([(60, 700, f"第{n}号通知，{GOOD[:20]}")], [])]) for n in range(4)}
    files |= {f"{n}.docx": docx(paragraph(f"第{n}号通知，{GOOD}")) for n in range(4, 7)}
    files |= {f"{n}.html": f"<p>第{n}号通知，{GOOD}</p>".encode() for n in range(7, 10)}
    good = placed_pdf([([(60, 700, GOOD)], [])])
    poison = good[:200] + bytes(range(256)) * 20 + good[200:]
    documents, rejects = read_documents(list_files(write(tmp_path, {**files, "5-poison.pdf": poison})).files, today)
    assert sorted(Path(one.path).name for one in documents if "poison" not in one.path) == sorted(files)
    assert (
        len(
            [one for one in (*documents, *rejects) if "poison" in str(getattr(one, "path", getattr(one, "source", "")))]
        )
        == 1
    )


def test_read_documents_names_the_pages_that_it_could_not_read(tmp_path: Path) -> None:
    page = ([(60.0, 700.0, GOOD[:30]), (60.0, 680.0, GOOD[30:])], [])
    root = write(tmp_path, {"mixed.pdf": placed_pdf([page, ([], []), page, ([], [])], image=True)})
    (document,), (reject,) = read_documents(list_files(root).files, today)
    assert (
        document.meta["page_count"],
        document.meta["pages_read"],
        [one["page"] for one in document.meta["failed_pages"]],
    ) == (4, 2, [2, 4])
    assert (reject.reason, reject.source) == ("needs_ocr", "news/mixed.pdf")
    assert "2 of 4 pages have no usable text layer (page 2, 4)" in reject.message


def test_list_files_and_read_documents_take_odd_names_and_loops(tmp_path: Path) -> None:
    folder = tmp_path / "news" / "a"
    folder.mkdir(parents=True)
    names = [
        b"\xcd\xa8\xd6\xaa.txt",
        "\u202e反转.txt".encode(),
        b"new\nline.txt",
        b"tab\t.txt",
        "🙂 （一）.html".encode(),
        b"-rf.txt",
        b"%2e%2e.txt",
        "长".encode() * 80 + b".txt",
        b"CON.txt",
        b"' OR 1=1 --.txt",
    ]
    for name in names:
        with open(os.path.join(os.fsencode(folder), name), "wb") as stream:  # noqa: PTH118, PTH123  (names that are no text)
            stream.write(f"标题\n{GOOD}".encode())
    (folder / "loop").symlink_to(tmp_path / "news")
    (folder / "up").symlink_to("..")
    (folder / "self").symlink_to("self")
    (tmp_path / "news" / "out").symlink_to("/etc")
    listing = list_files(tmp_path)
    documents, rejects = read_documents(listing.files, today)
    assert (len(documents), rejects) == (len(names), [])
    assert {one.reason for one in listing.rejects} <= {"link_outside", "unreadable"}
    assert all(one.path.encode() for one in documents)


def test_read_sheet_gives_formulas_as_what_they_show_and_runs_nothing(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.xlsx": xlsx({"表": [["名称", "值"], ["铜", "=1+1"], ["'=cmd|' /C calc'!A0", 3]]})})
    (document,), _ = read_documents(list_files(root).files, today)
    assert "=1+1" not in document.text
    assert "铜" in document.text
