"""What was looked at for a report: windows, what was found, used, repeated and left out, and why. Kept in the manifest, readable.

What does not belong here: finding the evidence (gather.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assets.reports.evidence.model import Document

__all__ = ["cover"]

LANES = {"news": "新闻", "research": "研报", "policies": "政策通知"}
#: Why a document or an excerpt was left out, as it is told.
REASONS = {
    "not about the subject": "与主题无关",
    "no sentence taken": "无可引用的句子",
    "hostile": "含对程序的指令",
    "boilerplate": "标题或套话",
    "rumour": "传闻",
    "leaning": "离开上文无法单独引用",
    "taken back the same day": "当日收回的看法",
    "states nothing": "未陈述事实",
    "about another matter": "另一事项",
    "about another product": "另一品种",
    "restates the bars": "复述行情",
    "said already": "已由他句说明",
    "over the limit": "超出篇幅",
}


def cover(
    documents: Iterable[Document],
    repeats: Iterable[Document],
    left_out: Mapping[str, str],
    excerpts_left_out: Mapping[str, int],
    cited: Iterable[str],
    *,
    windows: Sequence[str],
) -> dict[str, Any]:
    """Return the coverage of a report.

    Args:
        documents: Originals of the windows that were found for it, notices included.
        repeats: Their repeats, counted with their originals.
        left_out: Reasons by doc_id, for documents of the windows that were not found for it.
        excerpts_left_out: How many excerpts were not stated, by reason.
        cited: Documents that the report cites, bars among them.
        windows: The windows in words.
    """
    originals, again, used = list(documents), list(repeats), set(cited)
    found = Counter(document.lane for document in originals)
    taken = sum(document.doc_id in used for document in originals)
    reasons = Counter(left_out.values())
    idle = len(originals) - taken
    if idle:
        reasons["no sentence taken"] += idle
    coverage: dict[str, Any] = {
        "windows": list(windows),
        "found": {lane: found[lane] for lane in LANES if found[lane]},
        "repeats": len(again),
        "used": taken,
        "left_out": dict(sorted(reasons.items())),
        "excerpts_left_out": {reason: n for reason, n in sorted(excerpts_left_out.items()) if n},
    }
    return coverage | {"text": _told(coverage)}


def _told(coverage: Mapping[str, Any]) -> str:
    """The coverage as one readable paragraph."""
    found = "、".join(f"{LANES[lane]}{n}篇" for lane, n in coverage["found"].items()) or "资料0篇"
    parts = [f"检索范围：{'；'.join(coverage['windows'])}", f"找到相关{found}，引用{coverage['used']}篇"]
    if coverage["repeats"]:
        parts.append(f"另有转载{coverage['repeats']}篇并入原文")
    for label, counts in (("略去资料", coverage["left_out"]), ("略去句子", coverage["excerpts_left_out"])):
        if counts:
            said = "、".join(f"{REASONS.get(reason, reason)}{n}" for reason, n in counts.items())
            parts.append(f"{label}：{said}")
    return "。".join(parts) + "。"
