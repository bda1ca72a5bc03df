"""Loads the documents of an event from the published tables, with repeats joined and irrelevant ones left out.

What does not belong here: what the sentences of a document are (roles.py, excerpts.py).
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assets.reports.evidence.model import Document
from assets.reports.evidence.subject import Subject
from resources.protocols import Reader

__all__ = ["Evidence", "gather", "load_documents", "relevant_documents", "shift_day"]

POLICY_DAYS = 7
_COLUMNS = [
    "doc_id", "lane", "title", "source", "published", "published_date", "path", "row", "sha256", "duplicate_of",
]  # fmt: skip
_REPOST = re.compile(r"\s*（?(?:转自|转载自|来源[：:])([^）：:，。\s]{2,16})）?")
#: Two documents speak of the same matter where they share so many rare three-character strings.
SHARED_GRAMS = 5
_HAN = re.compile(r"[一-龥]{3,}|[A-Za-z]{2,}\d{3,4}")


@dataclass
class Evidence:
    """Documents of an event: originals that count, their repeats, notices of the last days, and what was left out."""

    documents: list[Document] = field(default_factory=list)
    repeats: list[Document] = field(default_factory=list)
    policies: list[Document] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def all(self) -> list[Document]:
        return [*self.documents, *self.repeats, *self.policies]


def shift_day(day: str, days: int) -> str:
    """Return the calendar day so many days later."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def load_documents(reader: Reader, lanes: Sequence[str], since: str, until: str) -> list[Document]:
    """Load the documents of some lanes and days with their texts, in order of publication.

    An original carries the sources of its near-duplicates in `copies`.
    """
    where = {"lane": list(lanes), "published_date__ge": since, "published_date__le": until}
    rows = reader.rows("documents", where=where, columns=_COLUMNS, order_by=["published", "path", "row", "doc_id"])
    ids = [row["doc_id"] for row in rows]
    texts = {
        row["doc_id"]: row["text"]
        for row in (reader.rows("sources", where={"doc_id": ids}, columns=["doc_id", "text"]) if ids else [])
    }
    copies: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["duplicate_of"] and row["source"]:
            copies[row["duplicate_of"]].append(row["source"])
    return [
        Document.of(row, texts[row["doc_id"]], tuple(sorted(set(copies[row["doc_id"]]))))
        for row in rows
        if row["doc_id"] in texts
    ]


def gather(reader: Reader, subject: Subject, day: str) -> Evidence:
    """Collect what the lanes hold on a subject: news and research of the day, notices of the last seven days."""
    found = Evidence()
    relevant, found.left_out = relevant_documents(load_documents(reader, ("news", "research"), day, day), subject)
    found.documents, found.repeats = split_repeats(relevant)
    notices = load_documents(reader, ("policies",), shift_day(day, -POLICY_DAYS), day)
    found.policies, _ = split_repeats(
        [d for d in notices if max(subject.strength(d.title), subject.strength(d.text)) == 2]
    )
    return found


def split_repeats(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Part originals from repeats: those that the records call duplicates, and reposts that name their origin."""
    texts: dict[str, str] = {}
    originals: list[Document] = []
    repeats: list[Document] = []
    ids = {document.doc_id for document in documents}
    for document in documents:
        body = re.sub(r"\s+", "", _REPOST.sub("", document.text, count=1))
        if (document.duplicate_of in ids) or body in texts:
            repeats.append(document)
        else:
            originals.append(document)
            texts[body] = document.doc_id
    return originals, repeats


def relevant_documents(documents: Sequence[Document], subject: Subject) -> tuple[list[Document], dict[str, str]]:
    """Part the documents that speak of a subject from the rest.

    A document is relevant where it names the subject, or the market around it; or where it shares rare strings (a
    place, a mine, a company) with documents that do, as an answer to a rumour does.

    Returns:
        The relevant ones in order, and for each other doc_id the reason for which it was left out.
    """
    strength = {d.doc_id: _strength(d, subject) for d in documents}
    near = {d.doc_id for d in documents if strength[d.doc_id] == 2}
    grams = {d.doc_id: set(_grams(d.text)) for d in documents}
    spread = Counter(gram for found in grams.values() for gram in found)
    rare = max(3, len(documents) // 3)
    core = Counter(gram for doc_id in near for gram in grams[doc_id])
    for document in documents:
        if strength[document.doc_id] < 2:
            shared = [g for g in grams[document.doc_id] if core[g] and spread[g] <= rare]
            if len(shared) >= (2 if strength[document.doc_id] else SHARED_GRAMS):
                near.add(document.doc_id)
    kept = [d for d in documents if d.doc_id in near]
    return kept, {d.doc_id: "not about the subject" for d in documents if d.doc_id not in near}


def _strength(document: Document, subject: Subject) -> int:
    title, text = subject.strength(document.title), subject.strength(document.text)
    return max(title, text)


def _grams(text: str) -> Iterable[str]:
    for run in _HAN.findall(text):
        if run[0].isascii():
            yield run
        else:
            for i in range(len(run) - 2):
                yield run[i : i + 3]
