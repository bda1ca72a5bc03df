"""A small home of hand-written rows: two days of one profile, a notice with a fact, a move, and who is named where."""

from typing import Any

from assets.text.spans import digest_id, sha256_text
from tests.assets.tags.frames import FakeReader

DAYS = ("2024-04-17", "2024-04-18")
TEXTS = {
    "d1": "原油期货主力合约SC2406大跌，云帆研究所认为库存增加。",
    "d2": "库存继续累积，SC2406承压。\n<script>alert(1)</script>价\u202e格。",
    "d3": "关于调整原油期货保证金的通知\n原油期货SC2406合约的交易保证金比例由10%调整为12%。",
    "d4": "航运受阻，运费上涨。",
}
#: tag_id, parent, label, then slices of it on each day.
TREE = {
    DAYS[0]: [("t1", None, "行情概述", ["d1"]), ("t2", None, "原因分析", []), ("t3", "t2", "库存", ["d2"]), ("t4", "t2", "运费", ["d4"])],
    DAYS[1]: [("t1", None, "行情概述", ["d1"]), ("t2", None, "原因分析", []), ("t3", "t2", "库存累积", ["d2", "d1"]), ("t5", "t2", "=1+1", ["d4"])],
}  # fmt: skip


def home() -> FakeReader:
    """The rows as a reader."""
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("tag_trees", "tag_nodes", "tag_leaves", "tag_reviews", "tag_vocabulary", "bars")
    }
    for day, tags in TREE.items():
        tables["tag_trees"].append(
            {
                "tree_id": f"news@{day}", "profile": "news", "subject": "原油", "day": day, "engine": "extractive",
                "stats": {"slices": 3, "levels": 2, "excluded": {"irrelevant": 2}, "chat_calls": 0, "embed_calls": 0},
            }
        )  # fmt: skip
        below = {tag: len(held) + sum(len(more) for _, up, _, more in tags if up == tag) for tag, _, _, held in tags}
        for place, (tag, parent, label, held) in enumerate(tags):
            tables["tag_nodes"].append(
                {
                    "node_id": f"{day}{tag}", "tree_id": f"news@{day}", "tag_id": tag, "parent_id": parent,
                    "level": 1 if parent is None else 2, "ordinal": place, "label": label, "summary": TEXTS["d1"],
                    "n_leaves": below[tag],
                }
            )  # fmt: skip
            tables["tag_leaves"] += [
                {
                    "leaf_id": f"{day}{tag}{doc}", "tree_id": f"news@{day}", "tag_id": tag, "slice_id": f"s{doc}",
                    "doc_id": doc, "ordinal": at, "summary": TEXTS[doc], "tags": ["库存"],
                }
                for at, doc in enumerate(held)
            ]  # fmt: skip
    tables["slices"] = [
        {"slice_id": f"s{doc}", "doc_id": doc, "start": 0, "end": len(text), "text": text}
        for doc, text in TEXTS.items()
    ]
    sources = [
        {
            "doc_id": doc, "title": text[:8], "path": "news/a.jsonl", "row": at, "text": text, "source_id": f"feed-{doc}",
            "source": None, "lane": "policies" if doc == "d3" else "news", "published_date": DAYS[1],
            "duplicate_of": "d1" if doc == "d4" else None, "supersedes": None, "sha256": sha256_text(text),
        }
        for at, (doc, text) in enumerate(TEXTS.items(), start=1)
    ]  # fmt: skip
    tables["sources"], tables["documents"] = sources, sources
    tables["mentions"] = [
        mention("d1", "contract", "SC2406", "SC2406", "SC"),
        mention("d1", "product", "原油", "SC"),
        mention("d1", "institution", "云帆研究所", None),
        mention("d2", "contract", "SC2406", "SC2406", "SC"),
        mention("d1", "contract", "主力合约", None, "SC"),
    ]
    start = TEXTS["d3"].index("\n") + 1
    tables["policy_facts"] = [
        {
            "fact_id": "f1", "doc_id": "d3", "ordinal": 0, "published_date": DAYS[1], "issuer": "临海商品交易所",
            "issuer_level": "exchange", "product": "原油", "scope": "list", "contracts": ["2406"], "item": "margin",
            "detail": None, "old": "10", "new": "12", "unit": "%", "effective_date": None, "start": start,
            "end": len(TEXTS["d3"]),
        }
    ]  # fmt: skip
    tables["market_moves"] = [move("SC2406", DAYS[1], "-3.15"), move("SC2407", DAYS[1], "0.40")]
    tables["bars"] = [
        {"doc_id": f"bar{row['symbol']}", "symbol": row["symbol"], "date": row["date"], "path": "market/b.csv", "row": 2, "text": "symbol\nSC"}
        for row in tables["market_moves"]
    ]  # fmt: skip
    reader = FakeReader(tables)
    texts = {row["doc_id"]: row["text"] for row in (*sources, *tables["bars"])}
    reader.text = lambda doc_id: texts[doc_id]  # type: ignore[method-assign]
    return reader


def mention(doc: str, kind: str, surface: str, value: str | None, product: str | None = None) -> dict[str, Any]:
    start = TEXTS[doc].index(surface)
    return {
        "mention_id": digest_id(doc, kind, start), "doc_id": doc, "kind": kind, "start": start, "end": start + len(surface),
        "surface": surface, "value": value, "product": product,
    }  # fmt: skip


def move(symbol: str, day: str, pct: str) -> dict[str, Any]:
    return {
        "move_id": f"{symbol}@{day}@close_vs_prev_close", "symbol": symbol, "product": "SC", "date": day,
        "basis": "close_vs_prev_close", "move_pct": pct, "value": "642.4", "previous": "663.3", "is_main": True,
        "doc_id": f"bar{symbol}", "previous_doc_id": None,
    }  # fmt: skip
