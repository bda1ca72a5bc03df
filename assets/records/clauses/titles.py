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

from assets.text.folding import fold, fold_title, split_version
from resources.errors import UsageError
from resources.protocols import Reader

__all__ = ["Document", "Titles"]

_DOCUMENT = ("doc_id", "title", "path", "row", "published_date", "duplicate_of")
_ALIAS = re.compile(
    r"《([^》]{2,80})》\s*[（(]\s*(?:以下|下文)?\s*(?:统称|简称|称)(?:为|作)?\s*[《“\"「]([^》”\"」]{2,30})[》”\"」]"
)
_STATUS = re.compile(r"[（(〔\[](?:试行|暂行|修订稿|修订|修正|征求意见稿)[)）〕\]]$")
_IN_FORCE = re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日起(?:施行|实施|执行|生效)")
_DAY = re.compile(r"(\d{4})\D{0,2}(\d{1,2})?\D{0,2}(\d{1,2})?")


@dataclass
class Document:
    """A rulebook as the look-up knows it: its row, its name without version, its day."""

    row: Mapping[str, Any]
    name: str
    version: str | None
    clauses: list[dict[str, Any]] = field(default_factory=list)

    @property
    def doc_id(self) -> str:
        return str(self.row["doc_id"])


class Titles:
    """Titles and clauses of one reader's publication, read once and kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._documents = [
            Document(row, *split_version(row["title"]))
            for row in reader.rows("documents", where={"lane": "rulebooks"}, columns=_DOCUMENT)
        ]
        self._by_id = {document.doc_id: document for document in self._documents}
        self._by_title: dict[str, list[Document]] = defaultdict(list)
        self._loose: dict[str, list[Document]] = defaultdict(list)
        for document in self._documents:
            self._by_title[fold_title(document.name)].append(document)
            self._loose[fold_title(_STATUS.sub("", document.name))].append(document)
            if document.version:
                self._loose[fold_title(document.row["title"])].append(document)
        self._read: set[str] = set()

    @property
    def documents(self) -> list[Document]:
        """All rulebooks, by doc_id."""
        return self._documents

    def clauses(self, document: Document) -> list[dict[str, Any]]:
        """All clauses of a document in reading order."""
        if document.doc_id not in self._read:
            rows = self._reader.rows("clauses", where={"doc_id": document.doc_id}, order_by=("ordinal",))
            document.clauses = rows
            document.version = document.version or next((row["version"] for row in rows if row["version"]), None)
            self._read.add(document.doc_id)
        return document.clauses

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
            wanted = _day(version)
            same = [d for d in found if self._dated(d) == wanted or fold(d.version or "") == fold(version)]
            found = same or [d for d in found if self._dated(d).startswith(wanted)]
        found = self._without_repeats(found)
        if as_of is not None and found:
            known = [d for d in found if self._in_force(d)]
            held = [d for d in known if self._in_force(d) <= as_of]
            # what bears no day cannot be said to be later than any
            found = held or [d for d in found if d not in known]
        if len(found) < 2:
            return found
        days = {d.doc_id: self._in_force(d) if as_of else self._dated(d) for d in found}
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
        wanted, folded = _day(named), fold(named)
        tests: tuple[Callable[[Document], bool], ...] = (
            lambda d: fold(d.version or "") == folded,
            lambda d: bool(wanted) and _within(self._dated(d), wanted),
            lambda d: bool(wanted) and _within(self._in_force(d), wanted),
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
        versions = "、".join(self.say_version(d) for d in sorted(known, key=self._dated))
        problem = f"{len(found)} versions are named {named}" if found else f"There is no version {named} of {name}"
        raise UsageError(f"{problem}; the versions are: {versions}.")

    def say_version(self, document: Document) -> str:
        """A version as messages name it: its suffix or day, and its file where it has neither."""
        self.clauses(document)
        return document.version or document.row["published_date"] or document.row["path"]

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
        """Folded alias to the folded titles that some text says it stands for; read on the first miss.

        Names are given in the first two articles; reading no more keeps a miss quick among ten thousand documents.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._reader.rows("clauses", where={"article_number": [1, 2]}, columns=("text",)):
            if "称" not in row["text"]:
                continue
            for title, alias in _ALIAS.findall(row["text"]):
                name, key = fold_title(title), fold_title(alias)
                if name in self._by_title and len(key) >= 4 and key not in self._by_title:
                    found[key].add(name)
        return found

    def _without_repeats(self, documents: Sequence[Document]) -> list[Document]:
        ids = {d.doc_id for d in documents}
        return [d for d in documents if d.row["duplicate_of"] not in ids]

    def _dated(self, document: Document) -> str:
        """Day of the version, else of publication, sortable; empty where neither stands."""
        self.clauses(document)
        return _day(document.version or "") or document.row["published_date"] or ""

    def _in_force(self, document: Document) -> str:
        """Day from which the version applies: the one its last clauses name where it is later than the version's own."""
        day = self._dated(document)
        for clause in reversed(self.clauses(document)[-3:]):
            for stated in _IN_FORCE.findall(clause["text"]):
                day = max(day, "{:0>4}-{:0>2}-{:0>2}".format(*stated))
        return day


def _day(version: str) -> str:
    """Sortable day, month or year of a version: 2018年3月修订 gives 2018-03."""
    match = _DAY.search(fold(version))
    return "-".join(f"{int(part):02d}" for part in match.groups() if part) if match else ""


def _within(day: str, wanted: str) -> bool:
    """Whether a day lies in the day, month or year that is wanted."""
    return day == wanted or day.startswith(f"{wanted}-")
