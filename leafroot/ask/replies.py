"""The two shapes in which a question is answered, and the sentences of refusals."""

from collections.abc import Mapping, Sequence
from typing import Any

from assets.text.spans import Citation

__all__ = ["Reply", "answered", "join_quotes", "plain_day", "refused"]

Reply = dict[str, Any]

MESSAGES: Mapping[str, str] = {
    "question_empty": "问题是空的，请写出要问的内容。",
    "injection": "这段话在指挥系统而不是提问，没有执行；请直接写出要问的内容。",
    "advice_or_forecast": "这里不提供买卖建议，也不预测涨跌；可以问规则、通知、数据和已经发表的观点。",
    "no_evidence": "资料中未找到能回答这个问题的内容。",
    "clearance": "资料中有相关内容，但其密级高于这次提问的权限，没有展示。",
}


def answered(route: str, answer: str, citations: Sequence[Citation], message: str) -> Reply:
    """Return an answer with its citations; one that stands twice is listed once."""
    seen: dict[tuple[str, int, int], Citation] = {}
    for citation in citations:
        seen.setdefault((citation["doc_id"], citation["start"], citation["end"]), citation)
    return {
        "status": "answered",
        "route": route,
        "answer": answer,
        "reason": None,
        "message": message,
        "citations": list(seen.values()),
        "candidates": [],
    }


def refused(
    route: str,
    reason: str,
    message: str | None = None,
    candidates: Sequence[Mapping[str, Any]] = (),
    citations: Sequence[Citation] = (),
) -> Reply:
    """Return a refusal: its reason, a sentence and the nearest there is."""
    return {
        "status": "refused",
        "route": route,
        "answer": None,
        "reason": reason,
        "message": message or MESSAGES[reason],
        "citations": list(citations),
        "candidates": list(candidates),
    }


def join_quotes(citations: Sequence[Citation]) -> str:
    """Return quotes of one document as one text; what was left out between them shows."""
    parts = []
    for at, citation in enumerate(citations):
        gap = at > 0 and citation["start"] > citations[at - 1]["end"]
        parts.append(("……" if gap else "") + citation["quote"])
    return "".join(parts)


def plain_day(day: str) -> str:
    """Return an ISO date as people write it: 2024年4月18日."""
    year, month, date = day.split("-")
    return f"{year}年{int(month)}月{int(date)}日"
