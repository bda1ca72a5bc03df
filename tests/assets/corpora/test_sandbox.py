import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from assets.corpora.inventory import SourceFile
from assets.corpora.readers import child
from assets.corpora.readers.raw import Extract
from assets.corpora.sandbox import _Child, extract_files
from resources.errors import DocumentError
from tests.assets.corpora.readers.samples import docx, paragraph, pdf, xlsx


def source(path: Path, data: bytes) -> SourceFile:
    path.write_bytes(data)
    return SourceFile(f"news/{path.name}", "news", path.suffix[1:], len(data), 0, path)


def test_extract_files_reads_every_format_in_order(tmp_path: Path) -> None:
    files = [
        source(tmp_path / "a.html", "<p>网页文字。</p>".encode()),
        source(tmp_path / "b.pdf", pdf([["交易所发布通知，调整保证金。"]])),
        source(tmp_path / "c.docx", docx(paragraph("文档文字。"))),
        source(tmp_path / "d.xlsx", xlsx({"表": [["甲", 1]]})),
        source(tmp_path / "e.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
        source(tmp_path / "f\u202e.html", "<p>又一页。</p>".encode()),
        SourceFile("news/g.html", "news", "html", 0, 0, tmp_path / "gone.html"),
    ]
    found = extract_files(files)
    assert [one.text if isinstance(one, Extract) else (one.reason, one.source) for one in found] == [
        "网页文字。",
        "交易所发布通知，调整保证金。",
        "文档文字。",
        "表\n甲 | 1",
        ("unreadable", "news/e.pdf"),
        "又一页。",
        ("unreadable", "news/g.html"),
    ]
    assert extract_files([]) == []


def test_extract_files_ends_what_takes_too_long_and_goes_on(tmp_path: Path) -> None:
    slow = source(tmp_path / "slow.html", ("<p>今天，价格上涨。</p>" * 600_000).encode())
    first, second = extract_files([slow, source(tmp_path / "b.html", b"<p>ok</p>")], seconds=2.5)
    assert isinstance(first, DocumentError)
    assert (first.reason, isinstance(second, Extract)) == ("too_slow", True)
    assert "more than 2.5 seconds" in str(first)


def test_child_starts_anew_after_a_crash(tmp_path: Path) -> None:
    file = source(tmp_path / "a.html", b"<p>ok</p>")
    one = _Child(20)
    try:
        assert isinstance(one.ask(file), Extract)
        assert one._process is not None
        one._process.kill()
        one._process.wait()
        broken = one.ask(file)
        assert isinstance(broken, DocumentError)
        assert (broken.reason, str(broken)) == (
            "unreadable",
            "news/a.html: its parser broke down; open and save it again.",
        )
        assert isinstance(one.ask(file), Extract)
    finally:
        one.close()


def test_answer_reads_each_format_and_refuses(tmp_path: Path) -> None:
    for name, data, text in (
        ("a.docx", docx(paragraph("甲")), "甲"),
        ("a.xlsx", xlsx({"表": [["乙"]]}), "表\n乙"),
        ("a.pdf", pdf([["交易所发布通知。"] * 2]), "交易所发布通知。"),
    ):
        (tmp_path / name).write_bytes(data)
        found = child.answer({"path": f"news/{name}", "absolute": str(tmp_path / name), "format": name[2:]})
        assert found["extract"]["text"].startswith(text)
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    assert (
        child.answer({"path": "news/a.pdf", "absolute": str(tmp_path / "a.pdf"), "format": "pdf"})["reason"]
        == "unreadable"
    )


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (MemoryError(), "too_large"),
        (RecursionError(), "too_large"),
        (PermissionError(13, "Permission denied"), "unreadable"),
    ],
)
def test_answer_names_what_stopped_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, reason: str
) -> None:
    def fail(*_: Any) -> Extract:
        raise failure

    (tmp_path / "a.html").write_bytes(b"x")
    monkeypatch.setattr(child, "extract", fail)
    assert (
        child.answer({"path": "news/a.html", "absolute": str(tmp_path / "a.html"), "format": "html"})["reason"]
        == reason
    )


def test_serve_answers_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.html"
    path.write_bytes("<p>文字</p>".encode())
    request = json.dumps({"path": "news/a.html", "absolute": str(path), "format": "html"})
    monkeypatch.setattr(sys, "stdin", io.StringIO(request + "\n"))
    monkeypatch.setattr(child.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(child.os, "dup2", lambda *_: None)
    child.serve()
    assert json.loads(capfd.readouterr().out)["extract"]["text"] == "文字"
