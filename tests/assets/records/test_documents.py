import json
import random
from typing import Any

import polars as pl
import pytest

from assets.records.documents import COMPARED, update_documents
from assets.records.frames import table_frame
from assets.records.schema import DOCUMENTS
from tests.assets.records.rows import source, sources

TEXT = (
    "原油期货主力合约收报642.4元/桶，市场人士表示库存回升、需求转弱使价格承压，后续关注产油国会议与炼厂检修进度的变化。"
)
LONGER = TEXT + "\n现货方面，阿曼原油升水回落，采购意愿不强。"


def none_yet() -> pl.DataFrame:
    return table_frame(DOCUMENTS, [])


def no_text(doc_id: str) -> str:
    raise AssertionError(f"text of {doc_id} was not needed")


def heads(frame: pl.DataFrame) -> dict[str, str | None]:
    return dict(frame.select("doc_id", "duplicate_of").iter_rows())


def family() -> list[dict[str, Any]]:
    return [
        source("late", TEXT, published="2024-04-18T12:00:00+08:00"),
        source("early", LONGER, published="2024-04-18T01:00:00Z"),
        source("line", f"来源：某某网\n{TEXT}", published="2024-04-18T13:00:00"),
        source("other", TEXT.replace("642.4", "655.1"), published="2024-04-18T08:00:00"),
        source("undated", TEXT, published=None, published_date=None),
        source("lane", TEXT, lane="research", path="research/a.txt"),
    ]


def test_update_documents_names_the_earliest_of_a_family() -> None:
    found = update_documents(sources(*family()), none_yet(), no_text)
    assert heads(found) == {
        "early": None, "late": "early", "line": "early", "undated": "early", "other": None, "lane": None,
    }  # fmt: skip
    assert found.columns == DOCUMENTS.names


def test_update_documents_does_not_depend_on_how_documents_come() -> None:
    rows = family()
    whole = update_documents(sources(*rows), none_yet(), no_text)
    for seed in range(4):
        chance = random.Random(seed)
        order = chance.sample(rows, len(rows))
        texts = {row["doc_id"]: row["text"] for row in rows}
        live = none_yet()
        for row in order:
            changed = update_documents(sources(row), live, texts.__getitem__)
            live = pl.concat([live.join(changed, on="doc_id", how="anti"), changed]).sort("doc_id")
        assert live.equals(whole)


def test_update_documents_returns_live_rows_only_where_their_head_changes() -> None:
    rows = {row["doc_id"]: row for row in family()}
    live = update_documents(sources(rows["late"], rows["line"], rows["other"]), none_yet(), no_text)
    assert heads(live) == {"late": None, "line": "late", "other": None}
    changed = update_documents(sources(rows["early"]), live, lambda doc_id: rows[doc_id]["text"])
    assert heads(changed) == {"early": None, "late": "early", "line": "early"}


def test_update_documents_heads_a_family_anew_when_its_head_is_gone() -> None:
    rows = {row["doc_id"]: row for row in family()}
    live = update_documents(sources(*rows.values()), none_yet(), no_text)
    left = live.filter(pl.col("doc_id") != "early")
    changed = update_documents(sources(), left, lambda doc_id: rows[doc_id]["text"])
    assert heads(changed) == {"late": None, "line": "late", "undated": "late"}


def test_update_documents_replaces_a_live_row_of_the_same_id() -> None:
    row = source("a", TEXT)
    live = update_documents(sources(row), none_yet(), no_text)
    renamed = update_documents(sources(row | {"path": "news/b.jsonl"}), live, no_text)
    assert renamed["path"].to_list() == ["news/b.jsonl"]


def test_update_documents_orders_a_date_that_is_none_last() -> None:
    found = update_documents(
        sources(source("a", TEXT, published="soon"), source("b", TEXT, published="2024-04-18")), none_yet(), no_text
    )
    assert heads(found) == {"a": "b", "b": None}


def test_update_documents_scores_and_keeps_the_worst_defects() -> None:
    dirty = "<p>原油</p>" * 80 + "\ufffd\ufffd"
    found = update_documents(sources(source("clean", TEXT), source("dirty", dirty)), none_yet(), no_text)
    clean, marked = found.sort("doc_id").to_dicts()
    assert clean["quality_score"] == 1.0
    assert json.loads(clean["defects"]) == []
    assert marked["quality_score"] < 0.65
    defects = json.loads(marked["defects"])
    assert len(defects) == 50
    assert defects[0] == {"code": "mojibake", "severity": "high", "start": 720, "end": 722}


@pytest.mark.parametrize("lane", ["news", "policies", "research", "rulebooks"])
def test_update_documents_joins_equal_texts_in_every_lane(lane: str) -> None:
    found = update_documents(
        sources(source("a", TEXT, lane=lane, row=1), source("b", TEXT, lane=lane, row=2)), none_yet(), no_text
    )
    assert heads(found) == {"a": None, "b": "a"}


def stories() -> list[dict[str, Any]]:
    """Families of reposts among stories of their own, with texts that connect others."""
    chance = random.Random(3)
    words = "原油库存需求供应炼厂检修产能利润开工合约现货升水贴水持仓成交仓单基差套利交割运费汇率政策会议".strip()
    rows = []
    for story in range(6):
        parts = ["".join(chance.choice(words) for _ in range(30)) + f"{story}{n}元。" for n in range(6)]
        for copy in range(5):
            kept = [part for at, part in enumerate(parts) if (at + copy) % 6]
            day = f"2024-04-{1 + chance.randrange(28):02d}"
            rows.append(source(f"s{story}-{copy}", f"来源：某报\n{''.join(kept)}", published=day, row=len(rows)))
        rows.append(source(f"s{story}-half", "".join(parts[:3]), published="2024-04-30", row=len(rows)))
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_update_documents_in_any_order_with_deletions_equals_a_rebuild(seed: int) -> None:
    chance = random.Random(seed)
    rows = {row["doc_id"]: row for row in stories()}
    live, present = none_yet(), set[str]()
    waiting = chance.sample(sorted(rows), len(rows))
    while waiting:
        added, waiting = waiting[: (size := chance.randint(1, 5))], waiting[size:]
        heads_now = sorted(set(live["duplicate_of"].drop_nulls()))
        pool = heads_now if heads_now and chance.random() < 0.7 else sorted(present)
        gone = chance.sample(pool, min(len(pool), chance.choice((0, 0, 1, 2))))
        waiting += [one for one in gone if chance.random() < 0.5]
        changed = update_documents(
            sources(*(rows[one] for one in added)), live, lambda doc_id: rows[doc_id]["text"], gone=gone
        )
        present = present - set(gone) | set(added)
        live = pl.concat([live.join(changed, on="doc_id", how="anti"), changed])
        live = live.filter(pl.col("doc_id").is_in(sorted(present))).sort("doc_id")
        whole = update_documents(sources(*(rows[one] for one in sorted(present))), none_yet(), no_text)
        assert heads(live) == heads(whole)
        assert live.equals(whole)


def test_update_documents_parts_what_only_a_gone_text_connected() -> None:
    one, other = (
        "".join(chr(0x4E00 + (at * step) % 3000) for at in range(200)) for step in (7, 11)
    )  # fmt: skip
    rows = {
        "a": source("a", one), "b": source("b", other, row=2), "both": source("both", f"{one}\n{other}", row=3),
    }  # fmt: skip
    live = update_documents(sources(*rows.values()), none_yet(), no_text)
    assert heads(live) == {"a": None, "b": "a", "both": "a"}
    asked: list[list[str]] = []

    def rows_of(ids: list[str]) -> pl.DataFrame:
        asked.append(ids)
        return live.filter(pl.col("doc_id").is_in(ids))

    light = live.select(COMPARED)
    changed = update_documents(sources(), light, lambda doc_id: rows[doc_id]["text"], gone=["both"], rows_of=rows_of)
    assert heads(changed) == {"b": None}
    assert asked == [["b"]]
