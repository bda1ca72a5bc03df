"""A model's sentences over evidence: each is judged as a report's sentence is, and where none holds, the quotes stand.

The model is given sentences that the verifier has passed already, each with its source, and may choose, order and join
them. What it says is judged again by the verifier, which shares no code with this; what fails is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.text.spans import Citation
from leafroot.ask.replies import Reply
from quality.verify.report import verify_report
from resources.protocols import Clearance, Reader, TaskCall, TaskRunner

__all__ = ["TASK", "write_answer"]

TASK = "answer_question"
ASSET = "ask"
_STOPS = "。；;，, \n"
_DOCUMENT = ("doc_id", "lane", "source", "published_date")


def write_answer(models: TaskRunner, reader: Reader, question: str, said: Reply, clearance: Clearance) -> Reply:
    """Return the reply in a model's sentences, or as it is where no model answers or none of its sentences holds.

    Args:
        models: The way to the models.
        reader: Published rows, for the verifier.
        question: The question, references resolved.
        said: An answered reply; its citations are the evidence. Without evidence no model is called.
        clearance: Highest class of the evidence.
    """
    citations: list[Citation] = said["citations"]
    if not citations or not models.available(TASK):
        return said
    claims = _claims(reader, citations)
    if not claims:
        return said
    items = [{"id": n, "text": text} for n, (text, _) in enumerate(claims, 1)]
    documents = tuple(sorted({citation["doc_id"] for _, citation in claims}))
    call = TaskCall({"question": question, "claims": items}, clearance, documents)
    result = models.run(TASK, [call], asset=ASSET)[0]
    rows = list(result.output["sentences"]) if result.output is not None else []
    kept = [one for one in (_sentence(row, claims) for row in rows) if _holds(reader, one)]
    if not kept:
        why = result.reason or "模型的句子没有一句通过核验"
        return {**said, "message": f"{said['message']}（未采用模型的句子：{why}）"}
    return {
        **said,
        "answer": "\n".join(one["text"] for one in kept),
        "citations": [citation for one in kept for citation in one["citations"]],
        "message": f"由模型{result.engine}依据{len(claims)}处原文写成，{len(kept)}句通过核验，{len(rows) - len(kept)}句略去。",
        "engine": result.engine,
        "prompt": result.prompt,
        "call_ids": list(result.call_ids),
    }


def _claims(reader: Reader, citations: Sequence[Citation]) -> list[tuple[str, Citation]]:
    """Each quote under its source, in a form that the verifier passes; a quote without such a form is left out."""
    ids = sorted({citation["doc_id"] for citation in citations})
    documents = {row["doc_id"]: row for row in reader.rows("documents", where={"doc_id": ids}, columns=_DOCUMENT)}
    claims = []
    for citation in citations:
        document = documents.get(citation["doc_id"])
        for text in _forms(document, citation) if document is not None else ():
            if _holds(reader, _sentence({"text": text, "claims": [1]}, [(text, citation)])):
                claims.append((text, citation))
                break
    return claims


def _forms(document: Mapping[str, Any], citation: Citation) -> Iterator[str]:
    """Ways to say whose words a quote is."""
    quote = citation["quote"].strip(_STOPS)
    day = document["published_date"]
    when = f"{int(day[5:7])}月{int(day[8:10])}日" if day else ""
    title = f"《{citation['title']}》"
    for who in (document["source"], title):
        if not who:
            continue
        if document["lane"] == "policies":
            yield f"根据{who}{when}通知，{quote}。"
        if document["lane"] == "research":
            yield f"{who}{'表示' if who != title else '指出'}，{quote}。"
        if document["lane"] == "rulebooks":
            yield f"根据{who}规定，{quote}。"
        yield f"据{who}{when}消息，{quote}。"
        yield f"据{who}，{quote}。"


def _sentence(row: Mapping[str, Any], claims: Sequence[tuple[str, Citation]]) -> dict[str, Any]:
    """A model's row as a report's sentence: its claims cite what it was told of them."""
    places = [place - 1 for place in dict.fromkeys(row["claims"]) if 0 < place <= len(claims)]
    cited = [claims[place][1] for place in places]
    made = [
        {"claim_id": f"{ASSET}-{place}", "kind": "statement", "slots": {}, "citations": [citation]}
        for place, citation in zip(places, cited, strict=True)
    ]
    return {"text": row["text"], "claims": made, "citations": cited}


def _holds(reader: Reader, sentence: Mapping[str, Any]) -> bool:
    """Whether the verifier finds nothing wrong with a sentence."""
    report = {"sections": [{"heading": "", "note": None, "sentences": [dict(sentence)]}]}
    return bool(verify_report(report, reader)["ok"])
