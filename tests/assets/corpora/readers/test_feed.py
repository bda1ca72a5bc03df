import datetime as dt
import json
import time
from pathlib import Path

import pytest

from assets.corpora.inventory import SourceFile
from assets.corpora.readers.feed import read_feed
from assets.corpora.readers.raw import RawDocument
from resources.protocols import Reject

FILE = SourceFile("news/f.jsonl", "news", "jsonl", 0, 0, Path("f.jsonl"))
GOOD = '{"text": "一条正常的新闻。", "published": "2024-04-18"}'


def read(*lines: str | bytes, sidecar: dict[str, str] | None = None) -> tuple[list[RawDocument], list[Reject]]:
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return read_feed(data, FILE, sidecar or {}, lambda: dt.date(2024, 5, 1))


def test_read_feed_takes_all_fields() -> None:
    line = {
        "id": 7,
        "title": " 题 ",
        "text": " 正文。\n第二段 ",
        "published": "2024-04-18T09:00:00",
        "source": "某报",
        "url": "https://example.com/1",
    }
    documents, rejects = read(json.dumps(line))
    one = documents[0]
    assert rejects == []
    assert (one.row, one.source_id, one.title, one.text, one.source, one.url) == (
        1,
        "7",
        "题",
        " 正文。\n第二段 ",
        "某报",
        "https://example.com/1",
    )
    assert (one.published, one.published_date, one.date_origin, one.format, one.encoding) == (
        "2024-04-18T09:00:00+08:00",
        "2024-04-18",
        "feed",
        "jsonl",
        "utf-8",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("{not json", "bad_json", id="no json"),
        pytest.param("[1]", "bad_json", id="no object"),
        pytest.param("[" * 100_000, "bad_json", id="nested without end"),
        pytest.param('{"text": ' + "9" * 10_000 + "}", "bad_json", id="a number without end"),
        pytest.param('{"title": "缺文", "published": "2024-04-18"}', "missing_text", id="no text"),
        pytest.param('{"text": " \\n"}', "missing_text", id="blank text"),
        pytest.param('{"text": 3}', "missing_text", id="text is a number"),
        pytest.param('{"text": "甲\\u0000乙"}', "nul", id="nul"),
        pytest.param('{"text": "甲\\ud800乙"}', "surrogate", id="half a pair"),
        pytest.param('{"text": "甲", "title": "\\ud800"}', "surrogate", id="half a pair in the title"),
        pytest.param('{"text": "\\u200b\\ufeff"}', "empty", id="nothing visible"),
        pytest.param('{"text": "甲", "published": "2024-13-45"}', "bad_date", id="no date"),
        pytest.param('{"text": "甲", "published": true}', "bad_date", id="published is no text"),
        pytest.param('{"text": "甲", "title": ["题"]}', "bad_field", id="title is a list"),
        pytest.param(b'{"text": "\xff\xff\xfe\x80\x81"}', "encoding", id="no charset"),
    ],
)
def test_read_feed_sends_a_bad_line_to_quarantine_and_goes_on(line: str | bytes, reason: str) -> None:
    documents, rejects = read(GOOD, line, GOOD)
    assert [one.row for one in documents] == [1, 3]
    assert [(one.source, one.row, one.reason) for one in rejects] == [("news/f.jsonl", 2, reason)]
    assert rejects[0].message.startswith("news/f.jsonl, line 2: ")
    assert len(rejects[0].message) < 200


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("原油收跌。市场观望。", "原油收跌。"),
        ("\n　一段没有句号的话\n第二行", "一段没有句号的话"),
        ("长" * 60 + "。", "长" * 40),
        ("。。。", "。。。"),
    ],
)
def test_read_feed_makes_a_title_of_the_first_sentence(text: str, title: str) -> None:
    assert read(json.dumps({"text": text, "title": " "}))[0][0].title == title


def test_read_feed_counts_blank_lines_and_keeps_odd_line_ends() -> None:
    documents, _ = read("\ufeff" + GOOD + "\r", "", '{"text": "甲\u2028乙"}')
    assert [(one.row, one.text) for one in documents] == [(1, "一条正常的新闻。"), (3, "甲\u2028乙")]


def test_read_feed_reads_other_charsets() -> None:
    line = '{"text": "交易所发布通知，自下周一起调整原油期货合约的保证金。"}'
    assert [one.encoding for one in read(line.encode("gb18030"), line)[0]] == ["gb18030", "utf-8"]
    documents, rejects = read((line + "\n" + line).encode("utf-16"))
    assert ([one.row for one in documents], rejects) == ([1, 2], [])
    assert [one.reason for one in read(b"\x00" + bytes(range(128, 256)) * 9)[1]] == ["encoding"]


def test_read_feed_fills_from_the_sidecar_what_lines_leave_out() -> None:
    sidecar = {"source": "某社", "published": "2024-04-19", "classification": "secret"}
    first, second = read(GOOD, '{"text": "乙", "source": "某报"}', sidecar=sidecar)[0]
    assert (first.source, first.published, first.date_origin, first.classification) == (
        "某社",
        "2024-04-18",
        "feed",
        "secret",
    )
    assert (second.source, second.published, second.date_origin) == ("某报", "2024-04-19", "sidecar")


def test_read_feed_warns_of_days_to_come() -> None:
    assert read('{"text": "甲", "published": "2024-05-02"}')[0][0].meta == {
        "warnings": ["published 2024-05-02 lies in the future"]
    }


def test_read_feed_reads_a_line_of_twenty_megabytes() -> None:
    begun = time.process_time()
    documents, _ = read(json.dumps({"text": "螺纹钢期货主力合约小幅收涨，" * 476_191}, ensure_ascii=False))
    assert len(documents[0].text) == 6_666_674
    assert time.process_time() - begun < 10
