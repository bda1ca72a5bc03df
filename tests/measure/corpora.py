"""Figures of the corpora room, on data that are not part of the project."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from assets.corpora.intake import LaneIntake, take_in_bars, take_in_documents
from assets.corpora.inventory import list_files
from assets.corpora.readers.html import read_html
from assets.corpora.schema import BARS, SOURCES
from resources.protocols import Table
from tests.assets.corpora.readers.hostile import hostile_files, long_lines
from tests.assets.corpora.readers.pages import pages
from tests.measure.data import DATA

__all__ = ["BENCH", "EVAL", "FIGURES"]

Figure = dict[str, Any]
_KINDS = (".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".xlsx")


def messy() -> Iterator[Figure]:
    """Yield how much of the wanted text comes out of messy files and how much boilerplate stays away."""
    folder = DATA / "messy" if DATA else None
    if folder is None or not folder.exists():
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        _copy([*(folder / "dev/files").iterdir(), *(folder / "dev/hostile").iterdir()], root / "news")
        listing = list_files(root)
        intake = take_in_documents("news", listing.files, {}, _empty(SOURCES), today=_today)
    texts = {Path(row["path"]).name: row["text"] for row in intake.upserts.iter_rows(named=True)}
    labels = [json.loads(line) for line in (folder / "labels_dev.jsonl").read_text().splitlines()]
    labels = [row for row in labels if Path(row["file"]).suffix in _KINDS]
    present = [
        _flat(one, row) in _flat(texts.get(row["file"], ""), row) for row in labels for one in row["must_contain"]
    ]
    # What must not come out is compared as it stands: folding would turn a radical into the hanzi that replaces it.
    absent = [_bare(one) not in _bare(texts.get(row["file"], "")) for row in labels for one in row["must_not_contain"]]
    told = {one.source for one in (*listing.rejects, *intake.rejects)} | {f"news/{one}" for one in texts}
    lost = [
        one.name
        for part in ("files", "hostile")
        for one in (folder / "dev" / part).iterdir()
        if f"news/{one.name}" not in told
    ]
    yield _figure("corpora.messy.present", sum(present) / len(present), ">= 0.98", len(present), "data/messy/dev")
    yield _figure(
        "corpora.messy.boilerplate_absent", sum(absent) / len(absent), ">= 0.97", len(absent), "data/messy/dev"
    )
    yield _figure("corpora.messy.disappeared", len(lost), "== 0", len(told), "data/messy/dev and its hostile files")


def titles() -> Iterator[Figure]:
    """Yield the share of web pages whose title comes out without the site's name."""
    folder = DATA / "messy" if DATA else None
    if folder is None or not folder.exists():
        return
    with tempfile.TemporaryDirectory() as name:
        _copy(list((folder / "dev/files").glob("*.html")), Path(name) / "news")
        intake = take_in_documents("news", list_files(Path(name)).files, {}, _empty(SOURCES), today=_today)
    found = {Path(row["path"]).name: row["title"] for row in intake.upserts.iter_rows(named=True)}
    wanted = [json.loads(line) for line in (folder / "labels_dev.jsonl").read_text().splitlines()]
    right = [
        _bare(found.get(row["file"], "")) == _bare(row["title"])
        for row in wanted
        if row["file"].endswith(".html") and row["title"]
    ]
    yield _figure("corpora.html.title", sum(right) / len(right), ">= 0.9", len(right), "data/messy/dev")


def law_titles() -> Iterator[Figure]:
    """Yield the share of statutes whose title is the one that questions use, version aside."""
    folder = DATA / "laws" / "dev" if DATA else None
    questions = DATA / "lookup_qa" / "lookup_dev.jsonl" if DATA else None
    if folder is None or questions is None or not folder.exists() or not questions.exists():
        return
    with tempfile.TemporaryDirectory() as name:
        _copy(list(folder.iterdir()), Path(name) / "rulebooks")
        intake = take_in_documents("rulebooks", list_files(Path(name)).files, {}, _empty(SOURCES), today=_today)
    found = {
        Path(row["path"]).name: re.sub(r"\(\d{4}-\d\d-\d\d\)$", "", row["title"])
        for row in intake.upserts.iter_rows(named=True)
    }
    asked = {row["file"]: row["doc"] for row in map(json.loads, questions.read_text().splitlines())}
    right = [found.get(file) == title for file, title in asked.items()]
    yield _figure("corpora.rulebooks.title", sum(right) / len(right), ">= 0.99", len(right), "data/laws/dev")


def layouts() -> Iterator[Figure]:
    """Yield what comes out of web pages in every layout that the tests know, beside what other extractors give of them."""
    for name, extract in (("", _ours), (".trafilatura", _trafilatura), (".readability", _readability)):
        present, absent = [], []
        for page in pages():
            text = _cells(extract(page.html))
            present += [_cells(one) in text for one in page.wanted]
            absent += [_cells(one) not in text for one in page.unwanted]
        goal = (">= 0.995", ">= 0.99") if not name else ("none: baseline", "none: baseline")
        yield _figure(f"corpora.layouts.present{name}", sum(present) / len(present), goal[0], len(present), "made here")
        yield _figure(
            f"corpora.layouts.boilerplate_absent{name}", sum(absent) / len(absent), goal[1], len(absent), "made here"
        )


def hostile() -> Iterator[Figure]:
    """Yield crashes, the longest time and the largest memory that one hostile file takes in the process that reads it."""
    lost, slowest, largest, count = 0, 0.0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        lane = Path(name) / "news"
        lane.mkdir()
        for file, data in (*hostile_files(4), *long_lines(20_000_000)):
            (lane / file).write_bytes(data)
            begun = time.perf_counter()
            told, peak = _read_apart(Path(name))
            slowest, largest = max(slowest, time.perf_counter() - begun), max(largest, peak)
            lost, count = lost + (not told), count + 1
            (lane / file).unlink()
    yield _figure("corpora.hostile.neither_read_nor_told", lost, "== 0", count, "made here")
    yield _figure("corpora.hostile.seconds_slowest", slowest, "<= 30", count, "made here")
    yield _figure("corpora.hostile.peak_mb", largest / 1024, "<= 1024", count, "made here")


def bars() -> Iterator[Figure]:
    """Yield the rows taken of all bar files and the time for it."""
    folder = DATA / "bars" / "dev" if DATA else None
    if folder is None or not folder.exists():
        return
    with tempfile.TemporaryDirectory() as name:
        _copy(list(folder.iterdir()), Path(name) / "market")
        begun = time.process_time()
        intake = take_in_bars(list_files(Path(name)).files, {}, _empty(BARS))
        seconds = time.process_time() - begun
    seen = len(intake.rejects) + intake.upserts.height
    files = {one.name for one in folder.iterdir()} - {Path(path).name for path in intake.upserts["path"].unique()}
    yield _figure("corpora.bars.rows_taken", intake.upserts.height / seen, ">= 0.999", seen, "data/bars/dev")
    yield _figure(
        "corpora.bars.files_without_rows", len(files), "== 0", intake.upserts["path"].n_unique(), "data/bars/dev"
    )
    yield _figure("corpora.bars.cpu_seconds_per_70000", seconds * 70_000 / seen, "<= 5", seen, "data/bars/dev")


def feed_speed() -> Iterator[Figure]:
    """Yield the processor seconds that a feed of ten thousand lines takes, first and with one line changed."""
    lines = [
        json.dumps(
            {
                "id": n,
                "title": f"第{n}条",
                "text": f"第{n}条。" + "原油期货主力合约小幅收涨，市场观望。" * 12,
                "published": "2024-04-18T09:00:00",
            },
            ensure_ascii=False,
        )
        for n in range(10_000)
    ]
    with tempfile.TemporaryDirectory() as name:
        feed = Path(name) / "news" / "feed.jsonl"
        feed.parent.mkdir()
        feed.write_text("\n".join(lines))
        first, seconds = _timed(Path(name), {}, _empty(SOURCES), time.process_time)
        feed.write_text("\n".join([lines[0].replace("观望", "等待"), *lines[1:]]))
        second, again = _timed(
            Path(name), {one.path: one for one in first.files}, lambda: first.upserts, time.process_time
        )
    yield _figure("corpora.feed.cpu_seconds", seconds, "<= 3", 10_000, "made here")
    yield _figure("corpora.feed.cpu_seconds_one_line_changed", again, "<= 3", 10_000, "made here")
    yield _figure("corpora.feed.rows_changed", second.upserts.height, "== 1", 10_000, "made here")


def long_line() -> Iterator[Figure]:
    """Yield the seconds that twenty megabytes on one line take, as text and as a page."""
    text = "螺纹钢期货主力合约小幅收涨，" * 476_191
    for kind, content in (("txt", text), ("html", f"<html><body><p>{text}")):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "news" / f"line.{kind}"
            path.parent.mkdir()
            path.write_text(content)
            _, seconds = _timed(Path(name), {}, _empty(SOURCES))
        yield _figure(f"corpora.line_20mb.{kind}.seconds", seconds, "<= 15", 1, "made here")


EVAL = [messy, layouts, titles, law_titles, bars]
BENCH = [feed_speed, long_line, hostile]
FIGURES = [*EVAL, *BENCH]


def _ours(page: str) -> str:
    return read_html(page.encode(), "page.html").text


def _trafilatura(page: str) -> str:
    import trafilatura

    return trafilatura.extract(page, include_comments=False, include_tables=True) or ""


def _readability(page: str) -> str:
    from lxml import html
    from readability import Document

    return str(html.fromstring(Document(page).summary()).text_content())


def _cells(text: str) -> str:
    """Return a text without white space and without the marks between cells, which extractors write differently."""
    return re.sub(r"[\s|]+", "", text)


def _read_apart(root: Path) -> tuple[bool, int]:
    """Read a root in a process of its own; tell whether each file is a document or refused, and the peak in KB of it and its parsers."""
    code = (
        "import datetime as dt, resource, sys, pathlib\n"
        "from assets.corpora.inventory import list_files\n"
        "from assets.corpora.reading import read_documents\n"
        "listing = list_files(pathlib.Path(sys.argv[1]))\n"
        "documents, rejects = read_documents(listing.files, lambda: dt.date(2026, 1, 1))\n"
        "peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "print(len(documents) + len(rejects) + len(listing.rejects), peak)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=False)
    if done.returncode:
        return False, 0
    told, peak = map(int, done.stdout.split())
    return told > 0, peak


def _figure(name: str, value: float, goal: str, n: int, on: str) -> Figure:
    return {"name": name, "value": round(value, 4), "goal": goal, "n": n, "on": on}


def _today() -> dt.date:
    return dt.date(2026, 1, 1)


def _empty(table: Table) -> Callable[[], pl.DataFrame]:
    return lambda: pl.DataFrame(
        schema={one.name: pl.Int64 if one.type == "int" else pl.String for one in table.columns}
    )


def _timed(
    root: Path, known: dict[str, Any], live: Callable[[], pl.DataFrame], clock: Callable[[], float] = time.perf_counter
) -> tuple[LaneIntake, float]:
    begun = clock()
    intake = take_in_documents("news", list_files(root).files, known, live, today=_today)
    return intake, clock() - begun


def _copy(files: list[Path], folder: Path) -> None:
    """Copy files into a lane: links would lead out of the root."""
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).write_bytes(file.read_bytes())


def _bare(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff*]+", "", text)


def _flat(text: str, row: dict[str, Any]) -> str:
    bare = _bare(text)
    return unicodedata.normalize("NFKC", bare) if "nfkc" in str(row.get("normalise") or "").lower() else bare
