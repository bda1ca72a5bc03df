"""Ask a model of the gateway about documents that the trained model is unsure of (task `judge_relevance`).

Only what stands near the threshold is asked about, the nearest first, so many at most; equal questions are answered from
the cache. What an answer may change is in `decide.judged`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assets.embeddings.relevance.decide import Decision, in_band
from resources.protocols import Clearance, TaskCall, TaskRunner

__all__ = ["MOST", "TASK", "ask_judge"]

TASK = "judge_relevance"
#: Documents that are asked about at most, for one tree; and how many go into one call.
MOST, BATCH = 200, 16
#: Characters of a document that are shown.
CHARS = 600


def ask_judge(
    runner: TaskRunner,
    subject: str,
    decisions: Mapping[str, Decision],
    texts: Mapping[str, str],
    clearances: Mapping[str, Clearance],
    *,
    asset: str | None = None,
    most: int = MOST,
) -> tuple[dict[str, bool], str]:
    """Ask about the documents near the threshold.

    Args:
        runner: The way to the models.
        subject: What the profile is about.
        decisions: Decisions by doc_id.
        texts: What is shown of each document, by doc_id.
        clearances: Class of each document; those of different classes are never in one call.
        asset: Asset that asks, for the ledger.
        most: How many documents at most.

    Returns:
        Verdicts by doc_id, and the engines that gave them joined by +; without an answer a document has no verdict.
    """
    if not runner.available(TASK):
        return {}, ""
    unsure = sorted(
        (doc_id for doc_id, one in decisions.items() if in_band(one)),
        key=lambda doc_id: (abs(decisions[doc_id].score - decisions[doc_id].threshold), doc_id),
    )[:most]
    batches = _batches(sorted(unsure), clearances)
    calls = [
        TaskCall(
            {
                "subject": subject,
                "items": [{"id": place, "text": texts[doc_id][:CHARS]} for place, doc_id in enumerate(batch, 1)],
            },
            clearances.get(batch[0], "internal"),
            tuple(batch),
        )
        for batch in batches
    ]
    verdicts: dict[str, bool] = {}
    engines: set[str] = set()
    for batch, result in zip(batches, runner.run(TASK, calls, asset=asset), strict=True):
        for row in (result.output or {}).get("items", ()):
            place = int(row["id"]) - 1
            if 0 <= place < len(batch) and isinstance(row["relevant"], bool):
                verdicts[batch[place]] = row["relevant"]
                engines.add(result.engine)
    return verdicts, "+".join(sorted(engines))


def _batches(doc_ids: Sequence[str], clearances: Mapping[str, Clearance]) -> list[list[str]]:
    by_class: dict[Clearance, list[str]] = {}
    for doc_id in doc_ids:
        by_class.setdefault(clearances.get(doc_id, "internal"), []).append(doc_id)
    return [group[i : i + BATCH] for _, group in sorted(by_class.items()) for i in range(0, len(group), BATCH)]
