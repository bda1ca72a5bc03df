import json

from assets.records.cleaning.quality import build_quality, quality_page
from assets.records.documents import update_documents
from assets.records.frames import table_frame
from assets.records.schema import DOCUMENTS, QUALITY
from tests.assets.records.rows import source, sources


def test_build_quality_sums_up_by_source_lane_and_day() -> None:
    frame = sources(
        source("d1", "原油<br/>上涨，，随后回落。", source="潮信财经"),
        source("d2", "原油期货主力合约今日收涨，成交放量。", source="潮信财经", row=2),
        source("d3", "锟斤拷锟斤拷锟斤拷", source="潮信财经", published_date="2024-04-19", row=3),
        source("d4", "第一条 为了规范交易，制定本规则。", lane="rulebooks", source=None, published_date=None),
    )
    quality = build_quality(update_documents(frame, table_frame(DOCUMENTS, []), lambda _: ""))
    assert quality.columns == QUALITY.names
    rows = {(row["lane"], row["published_date"]): row for row in quality.iter_rows(named=True)}
    first = rows["news", "2024-04-18"]
    assert (first["documents"], json.loads(first["defects"])) == (2, {"markup": 1, "punctuation": 1})
    assert first["score_least"] < first["score_mean"] < 1
    assert rows["news", "2024-04-19"]["score_mean"] == 0
    assert rows["rulebooks", None]["score_mean"] == 1
    page = quality_page(quality).splitlines()
    assert page[2].startswith("| news | 潮信财经 | 3 |")
    assert "▁" in page[2]
    assert "undated" in page[3]


def test_quality_page_names_how_many_sources_it_leaves_out() -> None:
    frame = sources(*(source(f"d{n}", f"第{n}号快讯。", source=f"来源{n:02d}", row=n) for n in range(42)))
    page = quality_page(build_quality(update_documents(frame, table_frame(DOCUMENTS, []), lambda _: "")))
    assert page.splitlines()[-1].startswith("| | 2 cleaner sources")
