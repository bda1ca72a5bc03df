"""Titles of rulebooks: which documents a person means, their versions, and the clauses that belong to them.

A title matches after folding or as an alias that a document itself lists (以下简称《…》), never by closeness. No polars
here: the look-up starts from a cold shell.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assets.records.rulebooks.moments import version_day
from assets.text.folding import fold, fold_title, split_version
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["Document", "Titles"]

_DOCUMENT = ("doc_id", "title", "path", "row", "published_date", "duplicate_of")
_BOOK = ("doc_id", "version", "adopted_date", "effective_date", "number", "aliases", "names", "repeals")
_STATUS = re.compile(r"[（(〔\[](?:试行|暂行|修订稿|修订|修正|征求意见稿)[)）〕\]]$")


@dataclass
class Document:
    """A rulebook as the look-up knows it: its row, its name without version, its days, what it names and repeals."""

    row: Mapping[str, Any]
    name: str
    version: str | None
    book: Mapping[str, Any] = field(default_factory=dict)
    clauses: list[dict[str, Any]] = field(default_factory=list)

    @property
    def doc_id(self) -> str:
        return str(self.row["doc_id"])

    @property
    def effective(self) -> str | None:
        """Day from which this version applies, where that is said."""
        return self.book.get("effective_date")

    @property
    def dated(self) -> str:
        """Day (or month, or year) of the version, else of adoption or publication, sortable; empty where none stands."""
        adopted: str = self.book.get("adopted_date") or ""
        return version_day(self.version or "") or adopted or self.row["published_date"] or ""

    @property
    def applies(self) -> str:
        """Day from which the version is taken to apply: the one that is said, else its own."""
        return self.effective or self.dated


@dataclass(frozen=True)
class Repealed:
    """A rulebook that another repeals, or a newer version replaces."""

    by: Document
    #: Whether `by` is a newer version of the same rulebook.
    newer: bool


class Titles:
    """Titles and clauses of one reader's publication, read once and kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        books = {row["doc_id"]: row for row in reader.rows("rulebooks", columns=_BOOK)}
        self._documents = []
        for row in reader.rows("documents", where={"lane": "rulebooks"}, columns=_DOCUMENT):
            name, version = split_version(row["title"])
            book = books.get(row["doc_id"], {})
            self._documents.append(Document(row, name, version or book.get("version"), book))
        self._by_id = {document.doc_id: document for document in self._documents}
        self._by_title: dict[str, list[Document]] = defaultdict(list)
        self._loose: dict[str, list[Document]] = defaultdict(list)
        for document in self._documents:
            self._by_title[fold_title(document.name)].append(document)
            self._loose[fold_title(_STATUS.sub("", document.name))].append(document)
            if split_version(document.row["title"])[1]:
                self._loose[fold_title(document.row["title"])].append(document)
        self._read: set[str] = set()

    @property
    def documents(self) -> list[Document]:
        """All rulebooks, by doc_id."""
        return self._documents

    def clauses(self, document: Document) -> list[dict[str, Any]]:
        """All clauses of a document in reading order."""
        if document.doc_id not in self._read:
            document.clauses = self._reader.rows("clauses", where={"doc_id": document.doc_id}, order_by=("ordinal",))
            self._read.add(document.doc_id)
        return document.clauses

    def document(self, doc_id: str) -> Document:
        """The rulebook of an id."""
        return self._by_id[doc_id]

    def text(self, document: Document) -> str:
        """Stored text of a document."""
        return self._reader.text(document.doc_id)

    def has_title(self, title: str) -> bool:
        """Whether a document has this title, after folding, or lists it as an alias."""
        return bool(self._named(title))

    def match(self, title: str, as_of: str | None = None) -> list[Document]:
        """Return the documents of a title: one, or several that nothing tells apart, or none.

        Among versions the newest, or the newest in force on `as_of`, is the one.
        """
        name, version = split_version(title)
        found = self._named(title) if version is None else self._named(name) or self._named(title)
        if version is not None:
            wanted = version_day(version)
            same = [d for d in found if d.dated == wanted or fold(d.version or "") == fold(version)]
            found = same or [d for d in found if d.dated.startswith(wanted)]
        found = self._without_repeats(found)
        if as_of is not None and found:
            known = [d for d in found if d.applies]
            held = [d for d in known if d.applies <= as_of]
            # what bears no day cannot be said to be later than any
            found = held or [d for d in found if d not in known]
        if len(found) < 2:
            return found
        days = {d.doc_id: d.applies if as_of else d.dated for d in found}
        newest = max(days.values())
        return [d for d in found if days[d.doc_id] == newest]

    def versions(self, title: str) -> list[Document]:
        """Return every document of a title, whatever its version; of the one version where the title names one."""
        name, version = split_version(title)
        return self.match(title) if version is not None else self._without_repeats(self._named(name))

    def version(self, title: str, named: str) -> Document:
        """Return the one version of a title that a person names.

        Args:
            title: With or without a version of its own, which does not count.
            named: Its suffix (2023年修订), the day, month or year of adoption, or the day, month or year from which it
                applies; else the status in its name (试行), its path or id.

        Raises:
            UsageError: no version is so named, or several are; those there are, are named.
        """
        name = split_version(title)[0]
        known = self._without_repeats(self._named(name))
        if not known:
            near = "、".join(d.row["title"] for d in self.closest(name, 3)) or "none"
            raise UsageError(f"No rulebook is called {title}; the closest titles are: {near}.")
        wanted, folded = version_day(named), fold(named)
        tests: tuple[Callable[[Document], bool], ...] = (
            lambda d: fold(d.version or "") == folded,
            lambda d: bool(wanted) and _within(d.dated, wanted),
            lambda d: bool(wanted) and _within(d.applies, wanted),
            lambda d: folded in (fold(d.row["path"]), d.doc_id),
        )
        found: list[Document] = []
        for test in tests if folded else ():
            found = [d for d in known if test(d)]
            if len(found) == 1:
                return found[0]
            if found:
                break
        else:
            found = self.match(f"{name}（{named}）") if folded else []
            if len(found) == 1:
                return found[0]
        versions = "、".join(self.say_version(d) for d in sorted(known, key=lambda d: d.dated))
        problem = f"{len(found)} versions are named {named}" if found else f"There is no version {named} of {name}"
        raise UsageError(f"{problem}; the versions are: {versions}.")

    def say_version(self, document: Document) -> str:
        """A version as messages name it: its suffix or day, and its file where it has neither."""
        said = document.version or document.row["published_date"] or document.row["path"]
        return f"{said}（{document.effective}起施行）" if document.effective else str(said)

    def closest(self, title: str, n: int) -> list[Document]:
        """Return the documents with the closest titles, the closest first."""
        from rapidfuzz import fuzz, process

        wanted = fold_title(split_version(title)[0])
        keys = sorted(self._by_title)
        ranked = process.extract(wanted, keys, scorer=fuzz.ratio, limit=n)
        ordered = sorted(ranked, key=lambda hit: (-hit[1], hit[0]))
        return [self._by_title[key][0] for key, _, _ in ordered]

    def _named(self, title: str) -> list[Document]:
        key = fold_title(title)
        return self._by_title.get(key) or self._loose.get(key) or self._aliased(key)

    def _aliased(self, key: str) -> list[Document]:
        return [d for name in sorted(self._aliases.get(key, ())) for d in self._by_title.get(name, ())]

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """Folded alias to the folded titles that it stands for: listed in a sidecar, or given by some text."""
        found: dict[str, set[str]] = defaultdict(set)
        for document in self._documents:
            own = fold_title(document.name)
            for alias in document.book.get("aliases") or ():
                found[fold_title(alias)].add(own)
        listed = set(found)
        for document in self._documents:
            for title, alias in document.book.get("names") or ():
                name, key = fold_title(split_version(title)[0]), fold_title(alias)
                if name in self._by_title and key not in self._by_title and key not in listed:
                    found[key].add(name)
        return found

    def repealed(self, document: Document) -> Repealed | None:
        """Return what ends a rulebook: the newest version after it, else the rulebook that says it is repealed."""
        key = fold_title(document.name)
        same = [
            d for d in self._without_repeats(self._by_title[key]) if d.applies > document.applies and document.applies
        ]
        if same:
            return Repealed(min(same, key=lambda d: (d.applies, d.doc_id)), newer=True)
        for other, day in self._repeals.get(key, ()):
            if other is not document and fold_title(other.name) != key and self._is_meant(document, day, other):
                return Repealed(other, newer=False)
        return None

    def _is_meant(self, document: Document, day: str | None, other: Document) -> bool:
        """Whether a repeal by another rulebook means this version: not one made anew later, nor another where the day tells."""
        if other.applies and document.dated >= other.applies:
            return False
        same = self._by_title[fold_title(document.name)]
        elsewhere = day is not None and any(d.dated.startswith(day) for d in same if d is not document)
        return not elsewhere or document.dated.startswith(day or "")

    @cached_property
    def _repeals(self) -> dict[str, list[tuple[Document, str | None]]]:
        """Folded title to the rulebooks that repeal it, the earliest first, with the day that they give the repealed one."""
        found: dict[str, list[tuple[Document, str | None]]] = defaultdict(list)
        for document in sorted(self._documents, key=lambda d: (d.applies or "9999", d.doc_id)):
            for one in document.book.get("repeals") or ():
                found[fold_title(one["title"])].append((document, one["day"]))
        return found

    def _without_repeats(self, documents: Sequence[Document]) -> list[Document]:
        ids = {d.doc_id for d in documents}
        return [d for d in documents if d.row["duplicate_of"] not in ids]


def _within(day: str, wanted: str) -> bool:
    """Whether a day lies in the day, month or year that is wanted."""
    return day == wanted or day.startswith(f"{wanted}-")
