import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from assets.corpora.intake import PLACES, KnownFile, LaneIntake, take_in_bars, take_in_documents
from assets.corpora.inventory import list_files
from assets.corpora.schema import BARS, SOURCES
from assets.text.spans import digest_id, sha256_text

TODAY = dt.date(2024, 5, 10)


def write(root: Path, path: str, text: str | bytes) -> Path:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return target


class Lane:
    """A lane with its memory: what the store would keep between two runs."""

    def __init__(self, root: Path, lane: str) -> None:
        self.root, self.lane = root, lane
        self.rows: dict[str, dict] = {}
        self.known: dict[str, KnownFile] = {}
        self.asked = 0

    def live(self) -> pl.DataFrame:
        self.asked += 1
        return self.rows_of(list(self.rows)).select(PLACES)

    def rows_of(self, ids: list[str]) -> pl.DataFrame:
        table = BARS if self.lane == "market" else SOURCES
        schema = {column.name: pl.Int64 if column.type == "int" else pl.String for column in table.columns}
        return pl.DataFrame([self.rows[doc_id] for doc_id in ids], schema=schema, orient="row")

    def take(self) -> LaneIntake:
        files = [one for one in list_files(self.root).files if one.lane == self.lane]
        if self.lane == "market":
            intake = take_in_bars(files, self.known, self.live, rows_of=self.rows_of)
        else:
            intake = take_in_documents(
                self.lane, files, self.known, self.live, today=lambda: TODAY, rows_of=self.rows_of
            )
        for doc_id in intake.retired:
            del self.rows[doc_id]
        self.rows.update({row["doc_id"]: row for row in intake.upserts.to_dicts()})
        self.known = {one.path: one for one in intake.files}
        return intake

    def by_path(self) -> dict[str, list[dict]]:
        out: dict[str, list[dict]] = {}
        for row in sorted(self.rows.values(), key=lambda one: (one["path"], one["row"] or 0)):
            out.setdefault(row["path"], []).append(row)
        return out


@pytest.fixture
def news(tmp_path: Path) -> Lane:
    return Lane(tmp_path, "news")


@pytest.fixture
def market(tmp_path: Path) -> Lane:
    return Lane(tmp_path, "market")


def test_take_in_documents_reads_a_text_file(news: Lane) -> None:
    write(news.root, "news/a.txt", "\ufeff原油收跌\r\n发布时间：2024-04-18 15:30\r\n正文。\r\n")
    intake = news.take()
    row = intake.upserts.to_dicts()[0]
    assert row["text"] == "原油收跌\n发布时间：2024-04-18 15:30\n正文。\n"
    assert row["doc_id"] == digest_id("news", sha256_text(row["text"]), 0)
    assert (row["title"], row["published"], row["published_date"], row["date_origin"]) == (
        "原油收跌",
        "2024-04-18T15:30:00+08:00",
        "2024-04-18",
        "text",
    )
    assert intake.upserts.columns == SOURCES.names
    assert intake.reread == ["news/a.txt"]


def test_take_in_documents_does_nothing_where_nothing_changed(news: Lane) -> None:
    write(news.root, "news/a.txt", "标题\n正文")
    first = news.take()
    second = news.take()
    assert news.asked == 1
    assert (second.upserts.height, second.retired, second.reread, second.rejects) == (0, [], [], [])
    assert second.files == first.files


def test_take_in_documents_renews_the_time_of_a_touched_file(news: Lane) -> None:
    path = write(news.root, "news/a.txt", "标题\n正文")
    news.take()
    os.utime(path, ns=(1, 1))
    intake = news.take()
    assert (intake.reread, intake.files[0].mtime_ns, news.asked) == ([], 1, 1)


def test_take_in_documents_keeps_the_id_of_a_renamed_file(news: Lane) -> None:
    path = write(news.root, "news/a.txt", "标题\n正文")
    doc_id = news.take().upserts["doc_id"][0]
    path.rename(path.with_name("b.txt"))
    intake = news.take()
    assert (intake.retired, intake.upserts["doc_id"].to_list(), intake.upserts["path"].to_list()) == (
        [],
        [doc_id],
        ["news/b.txt"],
    )
    assert intake.reread == ["news/a.txt", "news/b.txt"]


def test_take_in_documents_supersedes_the_changed_text_of_a_path(news: Lane) -> None:
    write(news.root, "news/a.txt", "标题\n正文")
    old = news.take().upserts["doc_id"][0]
    write(news.root, "news/a.txt", "标题\n正文改了")
    intake = news.take()
    assert (intake.retired, intake.upserts["supersedes"].to_list()) == ([old], [old])
    write(news.root, "news/a.txt.meta.json", '{"title": "新题"}')
    row = news.take().upserts.to_dicts()[0]
    assert (row["title"], row["supersedes"]) == ("新题", old)


def test_take_in_documents_retires_what_is_gone(news: Lane) -> None:
    path = write(news.root, "news/a.txt", "标题\n正文")
    doc_id = news.take().upserts["doc_id"][0]
    path.unlink()
    intake = news.take()
    assert (intake.retired, intake.files, intake.reread) == ([doc_id], [], ["news/a.txt"])


def test_take_in_documents_numbers_identical_texts_by_date_path_and_row(news: Lane) -> None:
    text = "同一条消息。"
    lines = [{"text": text, "published": "2024-04-19"}, {"text": text, "published": "2024-04-18"}, {"text": text}]
    write(news.root, "news/f.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    write(news.root, "news/a 2024-04-18.txt", text)
    news.take()
    ids = {(row["path"], row["row"]): row["doc_id"] for row in news.rows.values()}
    wanted = [("news/a 2024-04-18.txt", None), ("news/f.jsonl", 2), ("news/f.jsonl", 1), ("news/f.jsonl", 3)]
    assert [ids[one] for one in wanted] == [digest_id("news", sha256_text(text), k) for k in range(4)]


def test_take_in_documents_leaves_no_gap_when_a_repeat_goes(news: Lane) -> None:
    write(news.root, "news/a.txt", "同文")
    write(news.root, "news/b.txt", "同文")
    news.take()
    write(news.root, "news/a.txt", "另一篇")
    intake = news.take()
    assert {row["path"]: row["doc_id"] for row in news.rows.values()}["news/b.txt"] == digest_id(
        "news", sha256_text("同文"), 0
    )
    # The id that went is the second repeat's; the new text takes its place in the chain of versions.
    assert intake.retired == [digest_id("news", sha256_text("同文"), 1)]
    assert [row["supersedes"] for row in news.by_path()["news/a.txt"]] == intake.retired


def test_take_in_documents_supersedes_by_feed_id(news: Lane) -> None:
    def feed(*texts: str) -> None:
        write(
            news.root,
            "news/f.jsonl",
            "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)),
        )

    feed("甲", "乙")
    news.take()
    before = {row["source_id"]: row["doc_id"] for row in news.rows.values()}
    feed("甲", "乙更正", "丙")
    intake = news.take()
    after = {row["source_id"]: row for row in intake.upserts.to_dicts()}
    assert sorted(after) == ["1", "2"]
    assert (after["1"]["supersedes"], after["2"]["supersedes"], intake.retired) == (before["1"], None, [before["1"]])


def test_take_in_documents_without_feed_ids_supersedes_nothing(news: Lane) -> None:
    write(news.root, "news/f.jsonl", '{"text": "甲"}\n')
    news.take()
    write(news.root, "news/f.jsonl", '{"text": "乙"}\n')
    assert news.take().upserts["supersedes"].to_list() == [None]


def test_take_in_documents_keeps_what_a_file_gave_while_it_cannot_be_opened(
    news: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(news.root, "news/a.txt", "标题\n正文")
    news.take()
    os.utime(path, ns=(1, 1))
    refuse: Callable[..., object] = lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))  # noqa: E731
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        intake = news.take()
    assert (intake.retired, [one.reason for one in intake.rejects], intake.files[0].sha256) == ([], ["unreadable"], "")
    assert news.take().rejects == []


def test_take_in_documents_builds_anew_without_history_where_nothing_is_known(news: Lane) -> None:
    write(news.root, "news/a.txt", "标题\n正文")
    write(news.root, "news/b.txt", "另一篇")
    news.take()
    write(news.root, "news/a.txt", "标题\n正文改了")
    news.take()
    (news.root / "news/b.txt").unlink()
    gone = news.by_path()["news/b.txt"][0]["doc_id"]
    news.known = {}
    intake = news.take()
    assert (intake.retired, intake.upserts["path"].to_list(), intake.upserts["supersedes"].to_list()) == (
        [gone],
        ["news/a.txt"],
        [None],
    )


def test_take_in_bars_builds_anew_without_history_where_nothing_is_known(market: Lane) -> None:
    path = write(market.root, "market/SC.csv", "date,close\n2024-04-17,600\n")
    old = market.take().upserts["doc_id"].to_list()
    path.rename(path.with_name("CU.csv"))
    market.known = {}
    assert market.take().retired == old


def test_take_in_documents_pairs_repeated_feed_ids_in_order(news: Lane) -> None:
    def feed(*texts: str) -> None:
        write(news.root, "news/f.jsonl", "".join(json.dumps({"id": "x", "text": text}) + "\n" for text in texts))

    feed("甲", "乙")
    first = [row["doc_id"] for row in (news.take(), news.by_path())[1]["news/f.jsonl"]]
    feed("丙", "乙", "丁")
    news.take()
    assert [row["supersedes"] for row in news.by_path()["news/f.jsonl"]] == [first[0], None, None]


def test_take_in_documents_warns_of_a_day_to_come(news: Lane) -> None:
    write(
        news.root,
        "news/f.jsonl",
        '{"text": "甲", "published": "2024-05-11"}\n{"text": "乙", "published": "2024-05-10T23:00:00"}\n',
    )
    assert [json.loads(row["meta"]).get("warnings") for row in (news.take(), news.by_path())[1]["news/f.jsonl"]] == [
        ["published 2024-05-11 lies in the future"],
        None,
    ]


def test_take_in_bars_takes_rows_as_they_are_written(market: Lane) -> None:
    write(market.root, "market/b.csv", "合约,日期,收盘价,结算价,前结算\r\nSC2406,2024/4/18,642.40,,663.3\r\n")
    row = market.take().upserts.to_dicts()[0]
    assert (row["symbol"], row["date"], row["close"], row["settle"], row["prev_settle"], row["row"]) == (
        "SC2406",
        "2024-04-18",
        "642.40",
        None,
        "663.3",
        2,
    )
    assert row["text"] == "合约,日期,收盘价,结算价,前结算\nSC2406,2024/4/18,642.40,,663.3"
    assert row["doc_id"] == digest_id("market", "SC2406", "2024-04-18", "SC2406,2024/4/18,642.40,,663.3")


def test_take_in_bars_supersedes_a_corrected_row(market: Lane) -> None:
    write(market.root, "market/sina_SC.csv", "date,close\n2024-04-17,600\n2024-04-18,642\n")
    old = {row["date"]: row["doc_id"] for row in market.take().upserts.to_dicts()}
    write(market.root, "market/sina_SC.csv", "date,close\n2024-04-17,600\n2024-04-18,642.4\n")
    intake = market.take()
    assert intake.upserts.select("symbol", "date", "close", "supersedes").rows() == [
        ("SC", "2024-04-18", "642.4", old["2024-04-18"])
    ]
    assert intake.retired == [old["2024-04-18"]]
    assert market.take().reread == []


def test_take_in_bars_takes_a_row_of_two_files_once_and_again_when_one_goes(market: Lane) -> None:
    first = write(market.root, "market/a_SC.csv", "date,close\n2024-04-17,600\n")
    write(market.root, "market/b_SC.csv", "date,close\n2024-04-17,600\n")
    intake = market.take()
    assert (intake.upserts["path"].to_list(), [(one.source, one.reason) for one in intake.rejects]) == (
        ["market/a_SC.csv"],
        [("market/b_SC.csv", "duplicate_bar")],
    )
    assert market.take().upserts.height == 0
    first.unlink()
    intake = market.take()
    assert (intake.upserts["path"].to_list(), intake.retired, intake.rejects) == (["market/b_SC.csv"], [], [])
