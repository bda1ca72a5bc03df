import datetime as dt
from pathlib import Path

import pytest

from assets.corpora.inventory import SourceFile
from assets.corpora.readers.head import complete, first_line_title, read_sidecar
from assets.corpora.readers.plain import read_plain
from assets.corpora.readers.raw import Extract, RawDocument
from resources.errors import DocumentError


def source(path: Path, lane: str = "news") -> SourceFile:
    return SourceFile(f"{lane}/{path.name}", lane, path.suffix[1:], 0, 0, path)


def document(name: str, extract: Extract, lane: str = "news", sidecar: dict[str, str] | None = None) -> RawDocument:
    return complete(extract, source(Path(name), lane), sidecar or {}, lambda: dt.date(2024, 5, 1))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n# 会计法 #\n正文", "会计法"),
        ("**标题**\n正文", "标题"),
        ("---\nsidebar: auto\n---\n# 商业银行法\n", "商业银行法"),
        ("—— \n标题\n", "标题"),
        ("长" * 81 + "\n正文", None),
        ("第一章 总则\n第一条", None),
        ("目 录\n第一章", None),
        ("", None),
    ],
)
def test_first_line_title(text: str, title: str | None) -> None:
    assert first_line_title(text) == title


@pytest.mark.parametrize(
    ("stem", "first", "lane", "title"),
    [
        ("会计法(2024-06-28)", "会计法", "rulebooks", "会计法(2024-06-28)"),
        ("会计法(2024-06-28)", "中华人民共和国会计法", "rulebooks", "中华人民共和国会计法(2024-06-28)"),
        ("交易规则（2023年修订）", "某某交易所交易规则", "rulebooks", "某某交易所交易规则（2023年修订）"),
        ("交易规则（2023年修订）", "交易规则（2023年修订）", "rulebooks", "交易规则（2023年修订）"),
        ("交易规则(2023修订)", "交易规则（2023修订）", "rulebooks", "交易规则（2023修订）"),
        ("晨报(2024-04-18)", "原油收跌", "news", "原油收跌"),
        ("晨报(2024-04-18)", "晨报", "news", "晨报(2024-04-18)"),
        ("交易规则（试行）", "交易规则", "rulebooks", "交易规则"),
        ("分则（第二编）", "第二编 分则", "rulebooks", "分则（第二编）"),
    ],
)
def test_complete_keeps_the_version_of_the_name(stem: str, first: str, lane: str, title: str) -> None:
    extract = read_plain(f"{first}\n正文".encode(), "a.md", markdown=True)
    assert document(f"{stem}.md", extract, lane).title == title


@pytest.mark.parametrize(
    ("lane", "name", "extract", "sidecar", "wanted"),
    [
        (
            "news",
            "a.txt",
            Extract("文", published="2024-04-18", date_origin="text"),
            {"published": "2024-04-20"},
            ("2024-04-20", "sidecar"),
        ),
        (
            "news",
            "a 2024-04-19.txt",
            Extract("文", published="2024-04-18", date_origin="text"),
            {},
            ("2024-04-18", "text"),
        ),
        (
            "rulebooks",
            "a(2024-04-19).txt",
            Extract("文", published="1999-04-18", date_origin="text"),
            {},
            ("2024-04-19", "name"),
        ),
        (
            "rulebooks",
            "a(2024-04-19).txt",
            Extract("文", published="1999-04-18", date_origin="meta"),
            {},
            ("1999-04-18", "meta"),
        ),
        ("news", "a 2024-04-19.txt", Extract("文"), {}, ("2024-04-19", "name")),
        ("news", "a.txt", Extract("文"), {}, (None, None)),
    ],
)
def test_complete_takes_the_date_from_the_best_place(
    lane: str, name: str, extract: Extract, sidecar: dict[str, str], wanted: tuple[str | None, str | None]
) -> None:
    found = document(name, extract, lane, sidecar)
    assert (found.published, found.date_origin) == wanted


def test_complete_lets_the_sidecar_win() -> None:
    sidecar = {"title": "旁题", "source": "旁源", "url": "https://example.com", "classification": "secret"}
    found = document("a(2024).txt", Extract("题\n文", title="题", source="源", url="x"), "rulebooks", sidecar)
    assert (found.title, found.source, found.url, found.classification) == (
        "旁题",
        "旁源",
        "https://example.com",
        "secret",
    )


@pytest.mark.parametrize(
    ("extract", "sidecar", "reason"),
    [
        (Extract("甲\x00"), {}, "nul"),
        (Extract("甲\ud800"), {}, "surrogate"),
        (Extract(" \u200b\n"), {}, "empty"),
        (Extract("甲"), {"published": "2024-13-45"}, "bad_date"),
    ],
)
def test_complete_refuses(extract: Extract, sidecar: dict[str, str], reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document("a.txt", extract, sidecar=sidecar)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "its sidecar is no JSON"),
        (b"\xff", "its sidecar is no JSON"),
        (b"[]", "its sidecar is no JSON object"),
        (b'{"title": 3}', "title in its sidecar is no text"),
        (b'{"title": "\\ud800"}', "half of a surrogate pair"),
        (b'{"classification": "top secret"}', "classification in its sidecar is none of public, internal, secret"),
    ],
)
def test_read_sidecar_refuses_the_document_of_a_bad_one(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.meta.json").write_bytes(content)
    with pytest.raises(DocumentError, match=said):
        read_sidecar(source(tmp_path / "a.txt"))


def test_read_sidecar_prefers_the_whole_name(tmp_path: Path) -> None:
    (tmp_path / "a.meta.json").write_text('{"title": "干"}')
    assert read_sidecar(source(tmp_path / "a.txt")) == {"title": "干"}
    (tmp_path / "a.txt.meta.json").write_text('{"title": "全", "url": null, "source": ""}')
    assert read_sidecar(source(tmp_path / "a.txt")) == {"title": "全"}
    assert read_sidecar(source(tmp_path / "b.txt")) == {}


def test_read_plain_reads_front_matter() -> None:
    found = read_plain("---\ntitle: '题'\ndate: 2024-04-18\n- x\n---\n# 别的\n文".encode(), "a.md", markdown=True)
    assert (found.title, found.published, found.date_origin, found.text[:3]) == ("题", "2024-04-18", "meta", "---")
    assert read_plain("来源：某某报 作者\n文".encode(), "a.txt").source == "某某报"
