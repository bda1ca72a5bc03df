"""Questions that a home answers about itself: generated from its own records by a fixed rule, and those that its users wrote.

The same records give the same questions: of each kind those with the smallest hash are taken, so that few change when few
records do. Nothing here knows an answer that does not stand in the records.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assets.text.spans import digest_id
from resources.protocols import Reader

__all__ = ["FOLDER", "KINDS", "Question", "ask_home", "fingerprint_own", "read_own"]

#: known_item: a document by its title; part: a slice by some of its words; clause: a clause by document and article;
#: unknown_clause, unknown_document: what is not there must be refused; policy: a rule has a value on the day it begins;
#: own: what users wrote.
KINDS = ("known_item", "part", "clause", "unknown_clause", "unknown_document", "policy", "own")
#: Folder of the users' questions inside a home.
FOLDER = "evaluation"
#: Questions of each kind, and users' own at most.
MOST: Mapping[str, int] = {
    "known_item": 60, "part": 40, "clause": 60, "unknown_clause": 20, "unknown_document": 10, "policy": 40, "own": 500,
}  # fmt: skip
#: A shorter title names no one document.
TITLE_FROM = 8
#: Characters of a part: so many are hardly ever written twice.
PART = 14
#: Articles beyond the last one.
BEYOND = 50
#: A name that no rulebook bears behind its own.
NOT_THERE = "之未收录补充细则"
SEARCHED = ("policies", "news", "research")
T = TypeVar("T")


@dataclass(frozen=True)
class Question:
    """One question with what its answer must be; fields that a kind does not need are empty."""

    kind: str
    asked: str
    doc_ids: tuple[str, ...] = ()
    quote: str = ""
    document: str = ""
    locator: str = ""
    reason: str = ""
    day: str = ""
    item: str = ""
    #: Why a question of a user cannot be asked: it counts as wrong and says so.
    problem: str = ""


def ask_home(reader: Reader, *, hidden: Collection[str] = ()) -> list[Question]:
    """Return the questions that a home's records give.

    Args:
        reader: Published rows.
        hidden: Documents that no question may be made of: their text must not be shown to a model.
    """
    return [*_known_items(reader, hidden), *_parts(reader, hidden), *_clauses(reader), *_policies(reader)]


def _pick(kind: str, rows: Iterable[T], key: Callable[[T], str]) -> list[T]:
    """The rows with the smallest hashes, as many as the kind takes."""
    return sorted(rows, key=lambda row: digest_id("evaluation", kind, key(row)))[: MOST[kind]]


def _known_items(reader: Reader, hidden: Collection[str]) -> list[Question]:
    """Documents by their titles, where the title is of one family alone."""
    columns = ["doc_id", "title", "duplicate_of"]
    rows = reader.rows("documents", where={"lane": list(SEARCHED)}, columns=columns)
    families: dict[str, set[str]] = {}
    members: dict[str, list[str]] = {}
    for row in rows:
        lead = row["duplicate_of"] or row["doc_id"]
        families.setdefault(row["title"] or "", set()).add(lead)
        members.setdefault(lead, []).append(row["doc_id"])
    good = [
        row
        for row in rows
        if row["duplicate_of"] is None
        and len(row["title"] or "") >= TITLE_FROM
        and len(families[row["title"]]) == 1
        and row["doc_id"] not in hidden
    ]
    picked = _pick("known_item", good, lambda row: str(row["doc_id"]))
    return [Question("known_item", row["title"], tuple(sorted(members[row["doc_id"]]))) for row in picked]


def _parts(reader: Reader, hidden: Collection[str]) -> list[Question]:
    """Slices by some of their words."""
    rows = reader.rows("slices", columns=["slice_id", "doc_id"])
    picked = _pick("part", (row for row in rows if row["doc_id"] not in hidden), lambda row: str(row["slice_id"]))
    texts = reader.rows("slices", where={"slice_id": [row["slice_id"] for row in picked]}, columns=["slice_id", "text"])
    questions = []
    for row in texts:
        run = max(row["text"].split("\n"), key=len)
        at = max(0, (len(run) - PART) // 2)
        part = run[at : at + PART].strip()
        if sum(char.isalnum() for char in part) >= PART // 2:
            questions.append(Question("part", part, quote=part))
    return questions


def _clauses(reader: Reader) -> list[Question]:
    """Clauses by document and article; articles and documents that are not there."""
    books = {
        row["doc_id"]: row for row in reader.rows("documents", where={"lane": "rulebooks"}, columns=["doc_id", "title"])
    }
    columns = ["clause_id", "doc_id", "article", "article_number", "zone"]
    rows = [row for row in reader.rows("clauses", columns=columns) if row["article"] and row["doc_id"] in books]
    twice = Counter((row["doc_id"], row["article"]) for row in rows)
    titles = Counter(book["title"] for book in books.values())
    sole = [
        row
        for row in rows
        if twice[row["doc_id"], row["article"]] == 1
        and row["zone"] == "body"
        and titles[books[row["doc_id"]]["title"]] == 1
    ]
    picked = _pick("clause", sole, lambda row: str(row["clause_id"]))
    texts = {
        row["clause_id"]: row["text"]
        for row in reader.rows(
            "clauses", where={"clause_id": [row["clause_id"] for row in picked]}, columns=["clause_id", "text"]
        )
    }
    found = [
        Question("clause", f"《{books[row['doc_id']]['title']}》{row['article']}", quote=texts[row["clause_id"]],
                 document=books[row["doc_id"]]["title"], locator=row["article"])
        for row in picked
    ]  # fmt: skip
    last: dict[str, int] = {}
    for row in rows:
        if row["article_number"] is not None:
            last[row["doc_id"]] = max(last.get(row["doc_id"], 0), row["article_number"])
    for doc_id in _pick("unknown_clause", last, str):
        title, locator = books[doc_id]["title"], f"第{last[doc_id] + BEYOND}条"
        found.append(
            Question(
                "unknown_clause", f"《{title}》{locator}", document=title, locator=locator, reason="article_unknown"
            )
        )
    for doc_id in _pick("unknown_document", last, str):
        title = books[doc_id]["title"] + NOT_THERE
        found.append(
            Question(
                "unknown_document", f"《{title}》第一条", document=title, locator="第一条", reason="document_unknown"
            )
        )
    return found


def _policies(reader: Reader) -> list[Question]:
    """Rules by product and item on the day they begin."""
    columns = ["fact_id", "product", "item", "new", "effective_date", "effective_condition"]
    rows = [
        row
        for row in reader.rows("policy_facts", columns=columns)
        if row["product"] and row["new"] is not None and row["effective_date"] and not row["effective_condition"]
    ]
    picked = _pick("policy", rows, lambda row: str(row["fact_id"]))
    return [
        Question("policy", f"{row['effective_date']} {row['product']} {row['item']}", document=row["product"],
                 day=row["effective_date"], item=row["item"])
        for row in picked
    ]  # fmt: skip


def fingerprint_own(home: Path) -> str:
    """Return a hash of the users' question files, so that a changed file is asked anew."""
    files = _own_files(home)
    return digest_id(*(part for path in files for part in (path.name, path.read_bytes().hex()))) if files else ""


def read_own(home: Path) -> list[Question]:
    """Return the users' questions of a home, `evaluation/*.jsonl`, in the order of files and rows.

    A row asks a search (`{"question", "title" | "contains" | "doc_id"}`) or a clause (`{"document", "locator", "text" |
    "refused"}`). A row that is neither is a question that fails, with a sentence that says why.
    """
    questions: list[Question] = []
    for path in _own_files(home):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
            if line.strip():
                questions.append(_own(f"{FOLDER}/{path.name}", number, line))
    return questions[: MOST["own"]]


def _own_files(home: Path) -> Sequence[Path]:
    folder = home / FOLDER
    return sorted(folder.glob("*.jsonl")) if folder.is_dir() else ()


def _own(name: str, number: int, line: str) -> Question:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        return Question("own", line[:80], problem=f"{name}, row {number}: no JSON ({error.msg}); mend the row.")
    given: Mapping[str, Any] = row if isinstance(row, dict) else {}
    read = {key: value for key, value in given.items() if isinstance(value, str) and value}
    if "document" in read and "locator" in read and ("text" in read or "refused" in read):
        asked = f"《{read['document']}》{read['locator']}"
        return Question("own", asked, quote=read.get("text", ""), document=read["document"], locator=read["locator"],
                        reason=read.get("refused", ""))  # fmt: skip
    if "question" in read and ("contains" in read or "doc_id" in read or "title" in read):
        ids = (read["doc_id"],) if "doc_id" in read else ()
        return Question("own", read["question"], ids, quote=read.get("contains", ""), item=read.get("title", ""))
    why = "a row has question with title, contains or doc_id, or document and locator with text or refused"
    return Question("own", line[:80], problem=f"{name}, row {number}: {why}; mend the row.")
