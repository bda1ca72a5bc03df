"""A large tree as the contract prints it, for the page: tags by tens, sentences by thousands, a document a sentence."""

from typing import Any

from assets.text.spans import sha256_text

HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>\u202e反向"


def large_tree(leaves: int, *, date: str = "2024-04-18", skip: int = 0) -> tuple[dict[str, Any], dict[str, str]]:
    """A tree of five roots with twenty tags each, and the texts of its documents; every `skip`-th tag is left out."""
    texts: dict[str, str] = {}
    roots = []
    for root in range(5):
        children = []
        for child in range(20):
            if skip and child % skip == 0:
                continue
            held = [_leaf(root, child, n, texts) for n in range(leaves // 100)]
            children.append(_tag(f"r{root}c{child}", f"标签{root}之{child}", 2, [], held))
        roots.append(_tag(f"r{root}", ["行情", "原因", "影响", "观点", "走势"][root], 1, children, []))
    stats = {
        "slices": sum(root["n_leaves"] for root in roots),
        "levels": 2,
        "excluded": {},
        "chat_calls": 0,
        "embed_calls": 0,
    }
    tree = {"profile": "news", "subject": "原油", "date": date, "dates": [date], "engine": "extractive", "roots": roots, "stats": stats}  # fmt: skip
    return tree, texts


def _leaf(root: int, child: int, n: int, texts: dict[str, str]) -> dict[str, Any]:
    doc_id = f"d{root}x{child}x{n}"
    quote = f"第{n}句：原油库存{root}在{child}周内增加，市场担忧需求。" + (HOSTILE if n == 0 else "")
    text = f"😀导语{doc_id}。{quote}\n" + "其后是报道的其余部分，价格与持仓都有变化。" * 8
    texts[doc_id] = text
    start = text.index(quote)
    citation = {
        "doc_id": doc_id, "title": f"快讯{doc_id}", "path": "news/a.jsonl", "row": n + 1, "start": start,
        "end": start + len(quote), "sha256": sha256_text(quote), "quote": quote,
    }  # fmt: skip
    return {
        "slice_id": f"s{doc_id}",
        "citation": citation,
        "summary": quote[: quote.index("，")],
        "tags": ["库存", "需求"],
    }


def _tag(tag_id: str, label: str, level: int, children: list[Any], leaves: list[Any]) -> dict[str, Any]:
    n = len(leaves) + sum(child["n_leaves"] for child in children)
    return {
        "tag_id": tag_id, "label": label, "level": level, "summary": f"{label}的一句摘要。", "n_leaves": n,
        "children": children, "leaves": leaves,
    }  # fmt: skip
