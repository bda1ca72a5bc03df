import datetime as dt
import json
import time
from pathlib import Path

import pytest

from assets.corpora import reading
from assets.corpora.inventory import list_files
from assets.corpora.readers.raw import RawDocument
from assets.corpora.reading import read_documents
from resources.protocols import Reject
from tests.assets.corpora.readers.samples import docx, paragraph, xlsx


def read(root: Path) -> tuple[list[RawDocument], list[Reject]]:
    return read_documents(list_files(root).files, lambda: dt.date(2024, 5, 1))


def put(root: Path, path: str, data: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def test_read_documents_keeps_the_good_beside_the_bad(tmp_path: Path) -> None:
    put(tmp_path, "news/a.txt", "甲题\n甲文。".encode())
    put(tmp_path, "news/b.docx", docx(paragraph("乙题") + paragraph("2024年4月18日")))
    put(tmp_path, "news/b.docx.meta.json", json.dumps({"title": "旁题", "classification": "secret"}).encode())
    put(tmp_path, "news/c.jsonl", '{"text": "丙一"}\n{\n{"text": "丙二"}'.encode())
    put(tmp_path, "news/d.docx", b"no zip")
    put(tmp_path, "news/e.txt", b"")
    put(tmp_path, "news/f.txt", bytes(5000))
    put(tmp_path, "news/g.html", b"<script>1</script>")
    put(tmp_path, "news/h.xlsx", xlsx({"表": [["甲", "乙"]]}))
    put(tmp_path, "news/h.meta.json", b"[")
    put(tmp_path, "news/i.md", "# 丁题\n丁文。".encode())
    documents, rejects = read(tmp_path)
    assert [(one.path, one.row, one.title, one.format) for one in documents] == [
        ("news/a.txt", None, "甲题", "txt"),
        ("news/b.docx", None, "旁题", "docx"),
        ("news/c.jsonl", 1, "丙一", "jsonl"),
        ("news/c.jsonl", 3, "丙二", "jsonl"),
        ("news/i.md", None, "丁题", "md"),
    ]
    assert documents[1].classification == "secret"
    assert [(one.source, one.row, one.reason) for one in rejects] == [
        ("news/c.jsonl", 2, "bad_json"),
        ("news/d.docx", None, "unreadable"),
        ("news/e.txt", None, "empty"),
        ("news/f.txt", None, "nul"),
        ("news/g.html", None, "empty"),
        ("news/h.xlsx", None, "bad_sidecar"),
    ]
    assert all(one.message.startswith(one.source) and one.message.endswith(".") for one in rejects)


def test_read_documents_refuses_files_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "news/a.txt", "四个汉字".encode())
    put(tmp_path, "news/b.html", "<p>四个汉字</p>".encode())
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert [one.reason for one in read(tmp_path)[1]] == ["too_large", "too_large"]


def test_read_documents_names_a_file_that_is_gone(tmp_path: Path) -> None:
    put(tmp_path, "news/a.txt", b"x")
    files = list_files(tmp_path).files
    (tmp_path / "news/a.txt").unlink()
    assert [one.reason for one in read_documents(files, lambda: dt.date(2024, 5, 1))[1]] == ["unreadable"]


def test_read_documents_reads_twenty_megabytes_on_one_line(tmp_path: Path) -> None:
    put(tmp_path, "news/line.txt", "螺纹钢期货主力合约小幅收涨，".encode() * 476_191)
    begun = time.process_time()
    documents, _ = read(tmp_path)
    assert (len(documents[0].text), documents[0].title) == (6_666_674, "line")
    assert time.process_time() - begun < 10
