"""Answering a question from the records without a model: a clause exactly, or sentences that are found, or a refusal.

No evidence, no answer; an unknown document is never answered with the nearest one.
"""

from collections.abc import Callable
from typing import Any

from assets.records.lookup import LookUp, look_up
from assets.text.spans import Citation
from leafroot.ask.question import Question, is_advice, is_injection, read_question
from resources.protocols import Reader

__all__ = ["ENGINE", "ask"]

ENGINE = "extractive"
_HITS = 10
#: A hit is quoted where it speaks of nearly as much of the question as the one that speaks of most.
_NEARLY = 0.8
_QUOTED = 3

Search = Callable[[str, int], list[dict[str, Any]]]

_MESSAGES = {
    "question_empty": "问题是空的，请写出要问的内容。",
    "injection": "这段话在指挥系统而不是提问，没有执行；请直接写出要问的内容。",
    "advice_or_forecast": "这里不提供买卖建议，也不预测涨跌；可以问规则、通知、数据和已经发表的观点。",
    "no_evidence": "资料中未找到能回答这个问题的内容。",
}


def ask(reader: Reader, question: str, *, search: Search | None, lookup: LookUp | None = None) -> dict[str, Any]:
    """Answer a question or refuse it with a reason.

    Args:
        reader: Published rows.
        question: As a person wrote it.
        search: Gives the k best hits for a query (contract: `search`); null where nothing can be searched.
        lookup: The reader's look-up, where the caller keeps one.

    Returns:
        The `ask` JSON of the contract without `seconds`.
    """
    titles = lookup or look_up(reader)
    said = _answer(reader, titles, question, search)
    return {"question": question, **said, "engine": ENGINE, "publication": reader.publication}


def _answer(reader: Reader, titles: LookUp, question: str, search: Search | None) -> dict[str, Any]:
    read = read_question(question, titles.titles.has_title)
    if not any(char.isalnum() for char in read.folded):
        return _refused("question_empty")
    if is_injection(read.folded):
        return _refused("injection")
    if is_advice(read.rest):
        return _refused("advice_or_forecast")
    if read.locators:
        return _clause(titles, read)
    return _found(reader, titles, question, search)


def _clause(titles: LookUp, read: Question) -> dict[str, Any]:
    """The clauses that the question names, exactly; all of them or none."""
    title = read.title
    if not title:
        books = titles.titles.documents
        if len(books) != 1:
            message = "没有说明是哪一份文件，请写成“《文件名》第X条”的样子。"
            return _refused("document_ambiguous", message, titles.close_titles(read.folded))
        title = books[0].name
    found = [titles.find_clause(title, locator) for locator in read.locators]
    refused = next((one for one in found if one["status"] == "refused"), None)
    if refused is not None:
        return _refused(refused["reason"], refused["message"], refused["candidates"])
    return {
        "status": "answered",
        "answer": "\n".join(f"{one['article']}　{one['text']}" if one["article"] else one["text"] for one in found),
        "reason": None,
        "message": "".join(one["message"] for one in found),
        "citations": [one["citation"] for one in found],
        "candidates": [],
    }


def _found(reader: Reader, titles: LookUp, question: str, search: Search | None) -> dict[str, Any]:
    """Sentences from the hits that speak of enough of the question."""
    from leafroot.ask.evidence import contradicts, question_words, weigh_hits

    hits = search(question, _HITS) if search is not None else []
    evidence = weigh_hits(question_words(question), hits)
    if not evidence:
        near = [{**_place(reader, hit), "citation": hit["citation"]} for hit in hits[:3]]
        return _refused("no_evidence", None, near or titles.close_titles(question, 3))
    most = max(one.share for one in evidence)
    evidence = [one for one in evidence if one.share >= _NEARLY * most]
    best = evidence[0]
    against = next((other for other in evidence[1:] if contradicts(best, other)), None)
    if against is not None:
        message = (
            f"资料说法不一：{_line(reader, best.hit, best.citations)}\n{_line(reader, against.hit, against.citations)}"
        )
        refusal = _refused("contradicting", message)
        return {**refusal, "citations": [*best.citations, *against.citations]}
    quoted = evidence[:_QUOTED]
    return {
        "status": "answered",
        "answer": "\n".join(_line(reader, one.hit, one.citations) for one in quoted),
        "reason": None,
        "message": f"摘自{len(quoted)}处原文。",
        "citations": [citation for one in quoted for citation in one.citations],
        "candidates": [],
    }


def _line(reader: Reader, hit: dict[str, Any], citations: tuple[Citation, ...]) -> str:
    """Quoted sentences with the document and clause that they stand in."""
    place = _place(reader, hit)
    return f"《{place['document']}》{place['article'] or ''}：{''.join(c['quote'] for c in citations)}"


def _place(reader: Reader, hit: dict[str, Any]) -> dict[str, Any]:
    """Document and article of a hit."""
    place = {"doc_id": hit["citation"]["doc_id"], "document": hit["citation"]["title"], "article": None}
    if hit["kind"] == "clause":
        rows = reader.rows("clauses", where={"clause_id": hit["id"]}, columns=("document", "article"))
        place.update(rows[0] if rows else {})
    return place


def _refused(reason: str, message: str | None = None, candidates: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "status": "refused",
        "answer": None,
        "reason": reason,
        "message": message or _MESSAGES[reason],
        "citations": [],
        "candidates": candidates or [],
    }
